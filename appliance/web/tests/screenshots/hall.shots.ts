import { test } from '@playwright/test';
import { Branch } from '../e2e/branch';
import { shows } from '../e2e/looks';
import { draw, LANGUAGES } from './draw';

for (const [shape, viewport] of [
  ['landscape', { width: 1920, height: 1080 }],
  ['portrait', { width: 1080, height: 1920 }],
] as const) {
  for (const language of LANGUAGES) {
    test(`hall, ${shape}, ${language}`, async ({ page, context }) => {
      const branch = await Branch.start();
      try {
        await page.setViewportSize(viewport);
        await page.clock.install();
        await page.goto(`${branch.url}/hall/?lang=${language}`);
        await page.locator('.current').waitFor();
        await page.clock.runFor(1_000);
        const at = (state: string): Promise<void> => draw(page, `hall-${shape}-${state}`, language, { themed: true });
        await at('welcome');
        for (let n = 0; n < 12; n += 1) await branch.ticket(1 + (n % 5), 1 + (n % 4));
        const clerks = [await branch.clerk(1), await branch.clerk(2), await branch.clerk(3), await branch.clerk(4)];
        await clerks[0]!.next();
        await page.waitForTimeout(400);
        await page.clock.runFor(600);
        await at('turn');
        for (const clerk of clerks.slice(1)) await clerk.next();
        await clerks[0]!.with('start');
        await clerks[0]!.with('finish');
        await page.waitForTimeout(400);
        await page.clock.runFor(15_000);
        // The branch speaks, so that the page does not take the skipped time for silence.
        await branch.ticket();
        await page.waitForTimeout(400);
        await page.clock.runFor(15_000);
        await at('table');
        await context.setOffline(true);
        await page.waitForTimeout(300);
        await page.clock.runFor(1_000);
        await at('stale');
      } finally {
        await branch.end();
      }
    });

    test(`hall, ${shape}, ${language}, by turns, closed, silent, away`, async ({ page }) => {
      const branch = await Branch.start();
      const closed = await Branch.start({ settings: (settings) => settings.services.forEach((service: any) => (service.disabled = true)) });
      try {
        await page.setViewportSize(viewport);
        const at = (state: string): Promise<void> => draw(page, `hall-${shape}-${state}`, language, { themed: true });
        await page.goto(`${closed.url}/hall/?lang=${language}`);
        await shows(page, 'closed');
        await at('closed');
        await page.route('**/v1/screens/hall*', (route) => route.abort());
        await page.goto(`${closed.url}/hall/?lang=${language}`);
        await shows(page, 'away');
        await at('away');
        await page.unroute('**/v1/screens/hall*');
        await page.addInitScript(() => {
          Object.defineProperty(AudioContext.prototype, 'state', { get: () => 'suspended' });
          AudioContext.prototype.resume = () => Promise.resolve();
        });
        await page.clock.install();
        const second = language === 'ar' ? 'en-gb' : 'ar';
        await page.goto(`${branch.url}/hall/?langs=${language},${second}`);
        await shows(page, 'welcome');
        await branch.ticket(1, language === 'ar' ? 1 : 4);
        await (await branch.clerk(1)).next();
        await page.waitForTimeout(400);
        await page.clock.runFor(600);
        // The called visitor's own language comes first: here the hall's second one.
        await at('by-turns');
      } finally {
        await branch.end();
        await closed.end();
      }
    });
  }
}
