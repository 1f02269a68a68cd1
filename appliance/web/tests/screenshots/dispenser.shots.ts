import { test } from '@playwright/test';
import { Branch } from '../e2e/branch';
import { shows } from '../e2e/looks';
import { draw, LANGUAGES } from './draw';

for (const [shape, viewport] of [
  ['portrait', { width: 1080, height: 1920 }],
  ['landscape', { width: 1920, height: 1080 }],
] as const) {
  for (const [index, language] of LANGUAGES.entries()) {
    test(`dispenser, ${shape}, ${language}`, async ({ page }) => {
      const branch = await Branch.start();
      const place = index === 0 ? 0 : 3;
      try {
        await page.setViewportSize(viewport);
        for (let n = 0; n < 5; n += 1) await branch.ticket(1 + (n % 3));
        await page.clock.install();
        await page.goto(`${branch.url}/dispenser/?lang=${language}`);
        const at = async (state: string, screen: string): Promise<void> => {
          await shows(page, screen);
          await draw(page, `dispenser-${shape}-${state}`, language);
        };
        await at('attract', 'attract');
        await page.locator('main ul button').nth(place).click();
        await at('menu', 'menu');
        await page.locator('main ul button').nth(4).click();
        await at('group', 'menu');
        await page.locator('.tools button').last().click();
        await at('low', 'menu');
        await page.locator('.tools button').last().click();
        await page.clock.runFor(31_000);
        await at('still-there', 'menu');
        await page.locator('dialog button').last().click();
        await page.waitForTimeout(450);
        await page.locator('main ul button').first().click();
        await at('given', 'given');
        await page.clock.runFor(30_000);
        await shows(page, 'attract');
        await page.keyboard.type('1234');
        await at('code', 'code');
        await branch.down(true);
        await at('away', 'away');
      } finally {
        await branch.end();
      }
    });
  }
}
