// A fresh central: who reads the code where it was started makes the first account in the browser, and is inside.
import { accessible, allTranslated, expect, fits, keeps, PHONE_TARGET_PX, quiet, shows, test, type Page } from '../../../../appliance/web/tests/e2e/looks';
import { Central } from './central';

const ANSWERED = /the server responded with a status of \d+/;
const PASSWORD = 'three words together';

let central: Central;
const keep = (page: Page): Promise<void> => keeps(page, PHONE_TARGET_PX);
const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });
const alert = (page: Page) => page.getByRole('alert');
const press = (page: Page) => page.getByRole('button', { name: 'Set up and sign in' }).click();

test.beforeEach(async () => {
  central = await Central.fresh();
});
test.afterEach(async () => {
  await central.end();
});

test('with the code that it shows a person walks in; the next one signs in', async ({ page, browser }) => {
  const calm = quiet(page, [ANSWERED]);
  const code = await central.code();
  await page.goto(`${central.url}/`);
  await expect(heading(page, 'Set up head office')).toBeVisible();
  await keep(page);
  await press(page);
  await expect(alert(page)).toHaveCount(4);
  await expect(field(page, 'Setup code')).toBeFocused();
  await keep(page);
  await field(page, 'Setup code').fill('ffff ffff ffff ffff ffff');
  await field(page, 'Login').fill('anna');
  await field(page, 'Name').fill('Anna Kovács');
  await field(page, 'Password').fill('too short');
  await press(page);
  await expect(alert(page)).toContainText('A password needs at least');
  await field(page, 'Password').fill(PASSWORD);
  await field(page, 'The same password again').fill(PASSWORD);
  await press(page);
  await expect(alert(page)).toContainText('This is not the setup code');
  await field(page, 'Setup code').fill(code);
  await field(page, 'Name').fill('A'.repeat(81));
  await press(page);
  await expect(alert(page)).toContainText('at most 80 characters');
  await expect(field(page, 'Name')).toBeFocused();
  await accessible(page);
  await field(page, 'Name').fill('Anna Kovács');

  // A second person has the page open too, and is slower.
  const slower = await browser.newPage();
  await slower.goto(`${central.url}/`);
  await expect(heading(slower, 'Set up head office')).toBeVisible();
  await page.keyboard.press('Enter');
  await shows(page, 'branches');
  await expect(page.locator('header')).toContainText('Anna Kovács');
  await page.reload();
  await shows(page, 'branches');

  for (const [label, value] of [
    ['Setup code', code],
    ['Login', 'ben'],
    ['Name', 'Ben'],
    ['Password', PASSWORD],
    ['The same password again', PASSWORD],
  ] as const) {
    await field(slower, label).fill(value);
  }
  await press(slower);
  await expect(heading(slower, 'Head office')).toBeFocused();
  await expect(slower.getByRole('status')).toContainText('It has been set up already');
  await slower.reload();
  await expect(heading(slower, 'Head office')).toBeVisible();
  await expect(slower.getByText('setup code')).toHaveCount(0);
  await field(slower, 'Login').fill('anna');
  await field(slower, 'Password').fill(PASSWORD);
  await slower.keyboard.press('Enter');
  await shows(slower, 'branches');
  await slower.close();
  calm();
});

test('on a narrow phone, from the right, and in no language of its own', async ({ page }) => {
  const calm = quiet(page, [ANSWERED]);
  await page.setViewportSize({ width: 320, height: 568 });
  await page.goto(`${central.url}/?lang=ar`);
  await expect(heading(page, 'إعداد المكتب الرئيسي')).toBeVisible();
  await page.locator('button[type=submit]').click();
  await expect(alert(page)).toHaveCount(4);
  await keep(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await keep(page);
  await page.goto(`${central.url}/?lang=en-xa`);
  await page.locator('button[type=submit]').click();
  await expect(alert(page)).toHaveCount(4);
  await allTranslated(page, /^$/);
  await fits(page);
  calm();
});
