// One picture: target/screenshots/PAGE-STATE-LANGUAGE-light.png, and the same dark.
import { join, resolve } from 'node:path';
import type { Page } from '@playwright/test';

const root = resolve(import.meta.dirname, '../../../..');
const folder = join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'screenshots');

export const LANGUAGES = ['en-gb', 'ar'];

export interface Drawn {
  /** A screen whose address says whether it is dark, and not the device. */
  themed?: boolean;
  /** Only what is seen without scrolling. */
  asSeen?: boolean;
}

/** As high as the page is, so that nothing of it is left out; not behind a dialog, which stands in the middle. */
async function unfold(page: Page): Promise<void> {
  const { width, height } = page.viewportSize()!;
  const whole = await page.evaluate(() => (document.querySelector('dialog[open]') ? 0 : document.documentElement.scrollHeight));
  if (whole > height) await page.setViewportSize({ width, height: whole });
}

export async function draw(page: Page, name: string, language: string, { themed = false, asSeen = false }: Drawn = {}): Promise<void> {
  const seen = page.viewportSize()!;
  // A themed screen fills the wall and never scrolls.
  if (!asSeen && !themed) await unfold(page);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    if (themed) await page.evaluate((theme) => (document.documentElement.dataset.theme = theme), colorScheme);
    await page.waitForTimeout(300);
    await page.screenshot({ path: join(folder, `${name}-${language}-${colorScheme}.png`) });
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.setViewportSize(seen);
}
