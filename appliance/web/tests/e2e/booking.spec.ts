// A booking's code becomes a ticket, on the phone and at the dispenser.
import { expect, test } from '@playwright/test';
import { Branch } from './branch';
import { shows } from './looks';

let branch: Branch;
test.beforeAll(async () => {
  branch = await Branch.start({
    settings: (settings) => {
      settings.bookings.hours = Array.from({ length: 7 }, () => [[0, 1_440]]);
      settings.bookings.check_in_before_min = 120;
    },
    set: ['branch_services.trusted=["127.0.0.1"]'],
  });
});
test.afterAll(async () => {
  await branch.end();
});

test('by phone', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(`${branch.url}/qnet6/smart/?key=${await branch.key()}`);
  await page.getByRole('button', { name: 'I have a booking' }).click();
  await page.getByLabel('Booking code').fill(await branch.booking(1));
  await page.getByRole('button', { name: 'Use code' }).click();
  await expect(page.getByText('A001')).toBeVisible();
  expect(page.url()).toContain('ticket=');
});

test('at the dispenser, typed on its pad or read by a barcode reader; a code makes one ticket', async ({ page }) => {
  await page.setViewportSize({ width: 1080, height: 1920 });
  await page.goto(`${branch.url}/dispenser/`);
  await shows(page, 'attract');
  const typed = await branch.booking(2);
  await page.keyboard.press(typed[0] ?? '');
  await shows(page, 'code');
  for (const digit of typed.slice(1)) await page.getByRole('button', { name: digit, exact: true }).click();
  await page.getByRole('button', { name: 'Use this code' }).click();
  await shows(page, 'given');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('B001');
  await page.waitForTimeout(450);
  await page.getByRole('button', { name: 'Done' }).click();

  await shows(page, 'attract');
  await page.keyboard.type(typed);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toContainText('This code was used already');
  const read = await branch.booking(3);
  await page.keyboard.type(read);
  await page.keyboard.press('Enter');
  await shows(page, 'given');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('C001');
});
