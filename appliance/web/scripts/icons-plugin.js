// Vite: a page carries the signs that it shows, and no others. What stands in quotes anywhere in its sources counts
// as shown, so a sign that is chosen by a word is kept too.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const HOME = '/shared/parts/Icon.svelte';

function words(folder) {
  const found = new Set();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || !/\.(svelte|ts)$/.test(entry.name) || path.endsWith(HOME)) continue;
    for (const [, word] of readFileSync(path, 'utf8').matchAll(/['"]([a-z]+)['"]/g)) found.add(word);
  }
  return found;
}

export function icons(...folders) {
  return {
    name: 'anteroom-icons',
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith(HOME)) return undefined;
      const shown = new Set(folders.flatMap((folder) => [...words(folder)]));
      let left = 0;
      const less = code.replaceAll(/^ {4}([a-z]+): 'M[^']*',\n/gm, (line, name) => {
        if (shown.has(name)) left += 1;
        return shown.has(name) ? line : '';
      });
      if (left === 0) this.error('no sign was found in Icon.svelte: has its shape changed?');
      return { code: less, map: null };
    },
  };
}
