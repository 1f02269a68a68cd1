// Central's one page. What it shares with the branch's pages is read from there, with one copy of each library.
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { texts } from '../../appliance/web/scripts/texts-plugin.js';

const here = dirname(fileURLToPath(import.meta.url));
const branch = resolve(here, '../../appliance/web');

export default defineConfig({
  root: join(here, 'site'),
  base: '/',
  publicDir: false,
  plugins: [texts(join(branch, 'texts')), svelte({ configFile: join(here, 'svelte.config.js') })],
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
