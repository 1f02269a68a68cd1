// The dispenser with a printer that prints, and one that does not.
import { expect, test } from '@playwright/test';
import { Branch, Printer } from './branch';
import { HALL_TARGET_PX, keeps, quiet, shows } from './looks';

test.use({ viewport: { width: 1080, height: 1920 } });

test('a slip comes out, the paper ends, and comes again', async ({ page }) => {
  const printer = await Printer.start();
  const branch = await Branch.start({ set: [`devices=[{kind="printer",driver="escpos",port="${printer.port}"}]`] });
  const begin = async (): Promise<void> => {
    // A screen that has just appeared takes no touch for 400 ms.
    await page.waitForTimeout(450);
    await page.getByRole('button', { name: 'English' }).click();
    await shows(page, 'menu');
    await page.waitForTimeout(450);
    await page.getByRole('button', { name: 'Service 1' }).click();
  };
  try {
    const calm = quiet(page);
    await page.goto(`${branch.url}/dispenser/`);
    await shows(page, 'attract');
    await expect(page.getByText('No paper slips at present', { exact: false })).toBeHidden();
    await begin();
    await shows(page, 'given');
    await expect(page.getByText('Please take your slip.')).toBeVisible();
    await keeps(page, HALL_TARGET_PX);
    // Eight seconds later the next visitor finds a fresh screen.
    await shows(page, 'attract');

    printer.tell('paper out');
    await expect(page.getByText('No paper slips at present', { exact: false })).toBeVisible();
    await begin();
    await shows(page, 'confirm');
    await page.waitForTimeout(450);
    await page.getByRole('button', { name: 'Take my number' }).click();
    await shows(page, 'given');
    await expect(page.getByText('No slip came out', { exact: false })).toBeVisible();
    await keeps(page, HALL_TARGET_PX);
    printer.tell('paper in');
    await expect(page.getByText('Please take your slip.')).toBeVisible({ timeout: 20_000 });
    calm();
  } finally {
    await branch.end();
    await printer.end();
  }
});
