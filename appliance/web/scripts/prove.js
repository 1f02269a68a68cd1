// Runs the units and the end-to-end tests of the folders it is given (the branch's pages, central's page; the one
// it is called in), all whatever the others say, and ends with one line: `N passed, N failed`. What is no folder of
// pages goes to Playwright: a part of a test's name.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const home = join(dirname(fileURLToPath(import.meta.url)), '..');
const isPages = (argument) => existsSync(join(argument, 'package.json'));
const named = process.argv.slice(2).filter(isPages);
const wanted = process.argv.slice(2).filter((argument) => !isPages(argument));
const sum = { passed: 0, failed: 0 };
let status = 0;

function run(root, program, args, env = {}) {
  return spawnSync(process.execPath, [program, ...args], { cwd: root, stdio: 'inherit', env: { ...process.env, NO_COLOR: '1', ...env } }).status ?? 1;
}

/** Adds what a run counted; one that ended badly and counted no failure is one. */
function add(file, ended, read) {
  let counted = { passed: 0, failed: 0 };
  try {
    counted = read(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // It left no count.
  }
  sum.passed += counted.passed;
  sum.failed += counted.failed + (ended !== 0 && counted.failed === 0 ? 1 : 0);
  if (ended !== 0) status = 1;
}

function prove(root) {
  const results = join(root, 'test-results');
  const units = join(results, 'units.json');
  const tally = join(results, 'tally.json');
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  if (run(root, join(root, 'node_modules/typescript/bin/tsc'), ['--noEmit']) !== 0) {
    sum.failed += 1;
    status = 1;
  }
  const unitsEnded = run(root, join(root, 'node_modules/vitest/vitest.mjs'), ['run', '--root', 'tests/unit', '--reporter=default', '--reporter=json', `--outputFile=${units}`]);
  add(units, unitsEnded, (found) => ({ passed: found.numPassedTests, failed: found.numFailedTests }));
  // Playwright refuses to be there twice: what is shared of the tests lives here, so this copy runs them all.
  const ended = run(root, join(home, 'node_modules/@playwright/test/cli.js'), ['test', ...wanted], { ANTEROOM_TALLY: tally });
  add(tally, ended, (found) => found);
}

for (const root of named.length > 0 ? named : ['.']) prove(resolve(root));
console.log(`${sum.passed} passed, ${sum.failed} failed`);
process.exit(status);
