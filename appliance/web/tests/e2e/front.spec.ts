// The way in.
import { expect, test } from '@playwright/test';
import { Branch } from './branch';
import { allTranslated, fits, keeps, PHONE_TARGET_PX, quiet } from './looks';

let branch: Branch;
test.beforeAll(async () => {
  branch = await Branch.start();
});
test.afterAll(async () => {
  await branch.end();
});

test('the front page leads to the screens, in every language', async ({ page }) => {
  const calm = quiet(page);
  await page.goto(`${branch.url}/`);
  await expect(page.getByRole('link', { name: 'Ticket dispenser' })).toHaveAttribute('href', '/dispenser/');
  await keeps(page, PHONE_TARGET_PX);
  await page.getByRole('combobox').selectOption('ar');
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
  await keeps(page, PHONE_TARGET_PX);
  await page.setViewportSize({ width: 320, height: 568 });
  await page.goto(`${branch.url}/?lang=en-xa`);
  await fits(page);
  await allTranslated(page, /^(English|Magyar)$/);
  calm();
});
