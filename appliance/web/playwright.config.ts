// Real daemon, real browser. Most of the time a test waits for a clock that is not its own (a call of five seconds
// ago, a code that is over), so there are more workers than cores of a small machine; each has a browser, and each
// file or test a branch of its own.
import { join } from 'node:path';
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: './tests/e2e',
  outputDir: './test-results/e2e',
  workers: 3,
  globalSetup: './tests/e2e/ageing.ts',
  fullyParallel: false,
  timeout: 60_000,
  // A browser may be late once where others use the machine; the list names who needed it. What fails twice is wrong.
  retries: 1,
  expect: { timeout: 10_000 },
  forbidOnly: true,
  reporter: [['list'], [join(import.meta.dirname, 'tests/e2e/tally.ts')]],
  use: {
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--font-render-hinting=none', '--force-color-profile=srgb', '--autoplay-policy=no-user-gesture-required'],
    },
    locale: 'en-GB',
    timezoneId: 'Europe/Budapest',
    colorScheme: 'light',
    serviceWorkers: 'block',
    trace: 'off',
  },
});
