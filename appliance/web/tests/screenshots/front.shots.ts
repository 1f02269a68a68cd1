import { test } from '@playwright/test';
import { Branch } from '../e2e/branch';
import { draw, LANGUAGES } from './draw';

/** The way in, and the page of interfaces, which speaks English alone. */
for (const [shape, viewport] of [
  ['desk', { width: 1280, height: 800 }],
  ['phone', { width: 320, height: 568 }],
] as const) {
  test(`front and interfaces, ${shape}`, async ({ page }) => {
    const branch = await Branch.start();
    try {
      await page.setViewportSize(viewport);
      for (const language of LANGUAGES) {
        await page.goto(`${branch.url}/?lang=${language}`);
        await page.locator('h1').waitFor();
        await draw(page, `front-${shape}`, language);
      }
      const at = (state: string): Promise<void> => draw(page, `docs-${shape}-${state}`, 'en-gb', { asSeen: true });
      await page.goto(`${branch.url}/docs/`);
      await page.locator('details.operation').first().waitFor();
      await at('all');
      await page.getByRole('searchbox').fill('reprint slip');
      await page.waitForTimeout(300);
      await at('found');
      await page.getByRole('searchbox').fill('nothing is called that');
      await page.waitForTimeout(300);
      await at('none');
      await page.goto('about:blank');
      await page.goto(`${branch.url}/docs/#getV1TicketsTicket`);
      await page.locator('#getV1TicketsTicket[open]').waitFor();
      await at('operation');
      await page.goto('about:blank');
      await page.goto(`${branch.url}/docs/#postV1Login`);
      await page.locator('#postV1Login[open]').waitFor();
      await page.locator('#postV1Login pre').first().scrollIntoViewIfNeeded();
      await at('call');
    } finally {
      await branch.end();
    }
  });
}
