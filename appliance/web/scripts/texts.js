// Compares the texts that pages ask for with those that are there, in every language, both ways.
import { readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keys, languages, read, variables } from './ftl.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = join(root, 'texts');
const SOURCES = ['shared', 'smart', 'site', '../../central/web/site'];
const faults = [];

/** Every source file below a folder. */
function sources(at) {
  let entries = [];
  try {
    entries = readdirSync(at, { withFileTypes: true });
  } catch {
    return [];
  }
  return entries.flatMap((entry) => {
    const path = join(at, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.(svelte|ts)$/.test(entry.name) ? [path] : [];
  });
}

const codes = languages(folder);
const files = readdirSync(join(folder, codes[0])).filter((name) => name.endsWith('.ftl'));
const defined = new Set();

for (const name of files) {
  const [first, ...others] = codes.map((code) => {
    let source = '';
    try {
      source = read(join(folder, code, name));
    } catch {
      faults.push(`texts/${code}/${name} is missing`);
    }
    const all = keys(source);
    for (const key of all.filter((key, index) => all.indexOf(key) !== index)) faults.push(`texts/${code}/${name}: ${key} stands there twice`);
    return { code, keys: new Set(all), variables: variables(source) };
  });
  for (const key of first.keys) {
    if (defined.has(key)) faults.push(`texts/${first.code}/${name}: ${key} stands in another file too`);
    defined.add(key);
    for (const other of others) {
      if (!other.keys.has(key)) {
        faults.push(`texts/${other.code}/${name}: ${key} is missing`);
        continue;
      }
      for (const variable of other.variables.get(key)) {
        if (!first.variables.get(key).has(variable)) faults.push(`texts/${other.code}/${name}: ${key} uses $${variable}, which ${first.code} does not`);
      }
    }
  }
  for (const other of others) {
    for (const key of other.keys) if (!first.keys.has(key)) faults.push(`texts/${other.code}/${name}: ${key} is unknown in ${first.code}`);
  }
}

const quoted = new Set();
for (const file of SOURCES.flatMap((name) => sources(join(root, name)))) {
  const source = read(file);
  for (const [, key] of source.matchAll(/\bt\(\s*['"]([a-z0-9-]+)['"]/g)) {
    if (!defined.has(key)) faults.push(`${relative(root, file)}: ${key} has no text`);
  }
  for (const [, word] of source.matchAll(/['"`]([a-z][a-z0-9]*(?:-[a-z0-9]+)*)['"`]/g)) quoted.add(word);
}
for (const key of defined) if (!quoted.has(key)) faults.push(`${key} is used by no page`);

if (faults.length > 0) {
  console.error(faults.join('\n'));
  console.error(`${faults.length} faults in the texts`);
  process.exit(1);
}
console.log(`texts: ${defined.size} in ${codes.length} languages, all used`);
