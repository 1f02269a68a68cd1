// One picture: target/screenshots/PAGE-STATE-LANGUAGE-light.png, and the same dark.
import { join, resolve } from 'node:path';
import type { Page } from '@playwright/test';

const root = resolve(import.meta.dirname, '../../../..');
const folder = join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'screenshots');

export const LANGUAGES = ['en-gb', 'ar'];

/** `themed`: a screen whose address says whether it is dark, and not the device. */
export async function draw(page: Page, name: string, language: string, themed = false): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    if (themed) await page.evaluate((theme) => (document.documentElement.dataset.theme = theme), colorScheme);
    await page.waitForTimeout(300);
    await page.screenshot({ path: join(folder, `${name}-${language}-${colorScheme}.png`) });
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
}
