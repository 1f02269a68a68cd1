// Two builds: `smart`, the phone's page, which lives in one folder that a proxy can copy, and `site`,
// every other page of the branch.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { icons } from './scripts/icons-plugin.js';
import { texts } from './scripts/texts-plugin.js';

const here = dirname(fileURLToPath(import.meta.url));

/** Every folder of `site` that holds an `index.html` is a page. */
function pages(): Record<string, string> {
  const root = join(here, 'site');
  const found: Record<string, string> = {};
  if (existsSync(join(root, 'index.html'))) found.front = join(root, 'index.html');
  for (const entry of readdirSync(root, { withFileTypes: true })) {
    const page = join(root, entry.name, 'index.html');
    if (entry.isDirectory() && existsSync(page)) found[entry.name] = page;
  }
  return found;
}

export default defineConfig(({ mode }) => {
  const smart = mode === 'smart';
  return {
    root: join(here, smart ? 'smart' : 'site'),
    base: smart ? './' : '/',
    publicDir: false,
    plugins: [texts(join(here, 'texts')), ...(smart ? [icons(join(here, 'smart'), join(here, 'shared'))] : []), svelte({ configFile: join(here, 'svelte.config.js') })],
    resolve: { alias: { $shared: resolve(here, 'shared') } },
    build: {
      outDir: join(here, 'dist', smart ? 'smart' : 'site'),
      emptyOutDir: true,
      // Old phones are the point of the phone's page.
      target: 'es2020',
      cssTarget: ['chrome90', 'safari15', 'firefox90'],
      assetsInlineLimit: 0,
      modulePreload: false,
      reportCompressedSize: false,
      rollupOptions: smart ? {} : { input: pages() },
    },
    // `npm run dev` shows pages on a daemon that runs beside it.
    server: { proxy: { '/v1': 'http://127.0.0.1:3000', '/qnet6': 'http://127.0.0.1:3000' } },
  };
});
