// Draws every page and state, light and dark, in English and Arabic, for people to look at.
import { defineConfig } from '@playwright/test';
import tests from './playwright.config';

export default defineConfig({
  ...tests,
  testDir: './tests/screenshots',
  globalSetup: undefined,
  testMatch: '**/*.shots.ts',
  timeout: 240_000,
  reporter: [['list']],
});
