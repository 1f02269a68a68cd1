import { test } from '@playwright/test';
import { Branch, Printer } from '../e2e/branch';
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

    test(`dispenser, ${shape}, ${language}, closed, full, without paper, refused`, async ({ page }) => {
      const place = index === 0 ? 0 : 3;
      const night = Array.from({ length: 7 }, () => [[0, 1]]);
      const printer = await Printer.start();
      const started: Branch[] = [];
      const start = async (options: Parameters<typeof Branch.start>[0]): Promise<string> => {
        const branch = await Branch.start(options);
        started.push(branch);
        return branch.url;
      };
      const open = (url: string): Promise<unknown> => page.goto(`${url}/dispenser/?lang=${language}`);
      const at = async (state: string, screen: string): Promise<void> => {
        await shows(page, screen);
        await draw(page, `dispenser-${shape}-${state}`, language);
      };
      const press = async (which: number): Promise<void> => {
        // A screen that has just appeared takes no touch for 400 ms.
        await page.waitForTimeout(450);
        await page.locator('main ul button').nth(which).click();
      };
      try {
        await page.setViewportSize(viewport);
        const services = (change: (service: any) => void) => ({
          settings: (settings: any) => {
            settings.bookings.enabled = false;
            settings.services.forEach(change);
          },
        });
        await open(await start(services((service) => (service.hours = night))));
        await at('closed', 'closed');
        await open(await start(services((service) => (service.hidden = true))));
        await at('nothing', 'nothing');
        const full = await start(services((service) => ((service.quota = 1), (service.hidden = service.id !== 1))));
        await started.at(-1)?.ticket(1);
        await open(full);
        await at('full', 'full');
        await open(await start({ set: ['screens.trusted=[]'] }));
        await at('refused', 'refused');
        const mixed = await start({
          set: [`devices=[{kind="printer",driver="escpos",port="${printer.port}"}]`],
          settings: (settings) => {
            settings.services[0].hours = night;
            settings.services[1].quota = 1;
            settings.services[2].disabled = true;
          },
        });
        await started.at(-1)?.ticket(2);
        await open(mixed);
        await shows(page, 'attract');
        await press(place);
        await at('menu-closed', 'menu');
        await press(3);
        await shows(page, 'given');
        await page.locator('.slip.printed').waitFor();
        await at('printed', 'given');
        printer.tell('paper out');
        await page.locator('.actions button').last().click();
        await shows(page, 'attract');
        await page.waitForTimeout(2_500);
        await at('attract-no-paper', 'attract');
        await press(place);
        await shows(page, 'menu');
        await press(3);
        await at('confirm', 'confirm');
        await page.keyboard.type('87654321');
        await page.keyboard.press('Enter');
        await page.locator('[role=alert]').waitFor();
        await at('code-unknown', 'code');
      } finally {
        for (const branch of started) await branch.end();
        await printer.end();
      }
    });
  }
}
