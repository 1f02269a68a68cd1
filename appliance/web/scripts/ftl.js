// Reads the folder of texts: texts/LANGUAGE/PAGE.ftl, and shared.ftl, which every page has.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The languages that have texts, the default one first. */
export function languages(folder) {
  const codes = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return codes.map((entry) => entry.name).sort((a, b) => Number(b === 'en-gb') - Number(a === 'en-gb') || a.localeCompare(b));
}

/** The files that make up the texts of a page; `central+clerk` takes two beside the shared one. */
export function filesOf(folder, language, page) {
  return ['shared', ...page.split('+')]
    .map((name) => join(folder, language, `${name}.ftl`))
    .filter((file) => existsSync(file));
}

/** Texts without the comments, which are for translators. */
export function bare(source) {
  const lines = source.split('\n').filter((line) => !line.startsWith('#') && line.trim() !== '');
  return `${lines.join('\n')}\n`;
}

/** The ids that a file defines. */
export function keys(source) {
  return [...source.matchAll(/^([a-z][a-z0-9-]*)\s*=/gm)].map((match) => match[1]);
}

/** The variables that the text of each id uses. */
export function variables(source) {
  const found = new Map();
  let current = null;
  for (const line of source.split('\n')) {
    const start = /^([a-z][a-z0-9-]*)\s*=/.exec(line);
    if (start) {
      current = start[1];
      found.set(current, new Set());
    }
    if (current && !line.startsWith('#')) for (const match of line.matchAll(/\$([a-zA-Z]+)/g)) found.get(current).add(match[1]);
  }
  return found;
}

export function read(file) {
  return readFileSync(file, 'utf8');
}
