// Central's one page. What it shares with the branch's pages is read from there, with one copy of each library.
import { writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { texts } from '../../appliance/web/scripts/texts-plugin.js';

const here = dirname(fileURLToPath(import.meta.url));
const branch = resolve(here, '../../appliance/web');

/** Vite empties `dist`. Cargo wants the folder to be there, and git is to keep nothing else of it. */
const keepsFolder = {
  name: 'keeps-folder',
  closeBundle: () => writeFileSync(join(here, 'dist/.gitignore'), '# What Vite builds; the folder stays, so that cargo sees when something comes into it.\n*\n!.gitignore\n'),
};

export default defineConfig({
  root: join(here, 'site'),
  base: '/',
  publicDir: false,
  plugins: [texts(join(branch, 'texts')), svelte({ configFile: join(here, 'svelte.config.js') }), keepsFolder],
  resolve: { alias: { $shared: join(branch, 'shared') }, dedupe: ['svelte', '@fluent/bundle'] },
  build: {
    outDir: join(here, 'dist'),
    emptyOutDir: true,
    target: 'es2020',
    cssTarget: ['chrome90', 'safari15', 'firefox90'],
    assetsInlineLimit: 0,
    modulePreload: false,
    reportCompressedSize: false,
  },
  // `npm run dev` shows the page on a central that runs beside it.
  server: { proxy: { '/v1': 'http://127.0.0.1:8080' } },
});
