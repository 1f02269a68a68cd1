// Runs the units and the end-to-end tests of the folder it is called in (the branch's pages, or central's), both
// whatever the other says, and ends with one line: `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const home = join(dirname(fileURLToPath(import.meta.url)), '..');
const root = process.cwd();
const results = join(root, 'test-results');
const units = join(results, 'units.json');
const tally = join(results, 'tally.json');
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

function run(program, args) {
  const env = { ...process.env, NO_COLOR: '1', ANTEROOM_TALLY: tally };
  return spawnSync(process.execPath, [program, ...args], { cwd: root, stdio: 'inherit', env }).status ?? 1;
}

/** What a run counted; one that left no count is one failure. */
function counted(file, status, read) {
  try {
    return read(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return { passed: 0, failed: status === 0 ? 0 : 1 };
  }
}

const unitStatus = run(join(root, 'node_modules/vitest/vitest.mjs'), ['run', '--root', 'tests/unit', '--reporter=default', '--reporter=json', `--outputFile=${units}`]);
const first = counted(units, unitStatus, (found) => ({ passed: found.numPassedTests, failed: found.numFailedTests + (unitStatus !== 0 && found.numFailedTests === 0 ? 1 : 0) }));
// Playwright refuses to be there twice: what is shared of the tests lives here, so this copy runs them all.
const endStatus = run(join(home, 'node_modules/@playwright/test/cli.js'), ['test', ...process.argv.slice(2)]);
const second = counted(tally, endStatus, (found) => ({ passed: found.passed, failed: found.failed + (endStatus !== 0 && found.failed === 0 ? 1 : 0) }));

console.log(`${first.passed + second.passed} passed, ${first.failed + second.failed} failed`);
process.exit(unitStatus === 0 && endStatus === 0 ? 0 : 1);
