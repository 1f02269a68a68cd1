// Counts what has to come before a page can show itself (html, its scripts and styles with all that they
// import at once, and English texts), gzipped, and fails over the budget.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const dist = resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '..', 'dist'));

/** KB, gzipped. A phone on a bad network pays for each; a desk on the branch's own wire hardly does. */
const BUDGET_KB = { phone: 45, default: 60, admin: 90 };

const size = (file) => gzipSync(readFileSync(file), { level: 9 }).length;

/** A file and everything that it imports at once. */
function closure(file, seen = new Set()) {
  if (seen.has(file) || !existsSync(file)) return seen;
  seen.add(file);
  if (file.endsWith('.js')) {
    const source = readFileSync(file, 'utf8');
    for (const [, path] of source.matchAll(/(?:from|import)\s*["'](\.{1,2}\/[^"']+\.js)["']/g)) closure(normalize(join(dirname(file), path)), seen);
  }
  return seen;
}

function cost(root, html) {
  const source = readFileSync(html, 'utf8');
  const files = new Set([html]);
  for (const [, path] of source.matchAll(/(?:src|href)="([^"]+\.(?:js|css|svg))"/g)) {
    const file = path.startsWith('/') ? join(root, path) : join(dirname(html), path);
    for (const each of closure(normalize(file))) files.add(each);
  }
  // The texts are chunks of their own, named by their language.
  const lazy = new Set();
  for (const file of files) {
    if (!file.endsWith('.js')) continue;
    for (const [, path] of readFileSync(file, 'utf8').matchAll(/import\(\s*["'`]([^"'`]+\.js)["'`]\s*\)/g)) lazy.add(normalize(join(dirname(file), path)));
  }
  const texts = [...lazy].filter((file) => /[/\\]en-gb-[^/\\]*\.js$/.test(file) && existsSync(file)).map(size);
  const total = [...files].map(size).reduce((sum, each) => sum + each, 0) + Math.max(0, ...texts);
  return total / 1024;
}

const pages = existsSync(join(dist, 'smart', 'index.html')) ? [['phone', join(dist, 'smart'), join(dist, 'smart', 'index.html')]] : [];
const site = existsSync(join(dist, 'site')) ? join(dist, 'site') : dist;
for (const entry of existsSync(site) ? readdirSync(site, { recursive: true, withFileTypes: true }) : []) {
  if (entry.name !== 'index.html') continue;
  pages.push([relative(site, entry.parentPath) || (site === dist ? 'central' : 'front'), site, join(entry.parentPath, entry.name)]);
}
let over = 0;
for (const [name, root, html] of pages) {
  const kb = cost(root, html);
  const limit = BUDGET_KB[name] ?? BUDGET_KB.default;
  console.log(`${name.padEnd(10)} ${kb.toFixed(1).padStart(6)} KB of ${limit} KB gzipped${kb > limit ? '  TOO MUCH' : ''}`);
  if (kb > limit) over += 1;
}
if (over > 0) process.exit(1);
