// The page that shows the OpenAPI document. It is no page of this build: the program carries it.
import { expect, test, type Page } from '@playwright/test';
import { Branch } from './branch';
import { accessible, quiet } from './looks';

let branch: Branch;
test.beforeAll(async () => {
  branch = await Branch.start();
});
test.afterAll(async () => {
  await branch.end();
});

/** Tables and calls scroll within themselves; the page does not go sideways. */
async function keepsItsWidth(page: Page): Promise<void> {
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(beyond).toBeLessThanOrEqual(1);
}

test('shows every operation, finds them, and opens one by its address', async ({ page }) => {
  const calm = quiet(page);
  const document = await (await fetch(`${branch.url}/v1/openapi.json`)).json();
  const operations = Object.values<object>(document.paths).flatMap((methods) => Object.keys(methods));
  await page.goto(`${branch.url}/docs`);
  await expect(page).toHaveURL(`${branch.url}/docs/`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Anteroom branch');
  await expect(page.locator('details.operation')).toHaveCount(operations.length);
  await expect(page.getByRole('navigation').getByRole('link')).toHaveCount(document.tags.length);
  await accessible(page);
  await keepsItsWidth(page);
  await page.getByRole('searchbox').fill('reprint slip');
  await expect(page.getByRole('status')).toHaveText('1 found');
  await expect(page.locator('details.operation:visible')).toHaveCount(1);
  await page.getByRole('searchbox').fill('nothing is called that');
  await expect(page.getByRole('status')).toHaveText('Nothing here has all of these words.');
  await accessible(page);
  await page.getByRole('searchbox').fill('');
  await page.goto(`${branch.url}/docs/#postRestapiV2QueuemanagementCallnextticket`);
  const opened = page.locator('#postRestapiV2QueuemanagementCallnextticket');
  await expect(opened).toHaveAttribute('open', '');
  await expect(opened.getByRole('region', { name: /body$/ }).or(opened.getByText('desk_id').first()).first()).toBeVisible();
  await expect(opened.locator('pre').first()).toContainText(`curl -X POST '${branch.url}/restapi/v2/queuemanagement/callnextticket`);
  calm();
});

test('is readable in the dark, on a telephone, and on paper', async ({ page }) => {
  const calm = quiet(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto(`${branch.url}/docs/#getV1TicketsTicket`);
  const opened = page.locator('#getV1TicketsTicket');
  await expect(opened.getByRole('heading', { name: 'When it says no' })).toBeVisible();
  await accessible(page);
  await page.setViewportSize({ width: 360, height: 740 });
  await keepsItsWidth(page);
  await accessible(page);
  await page.emulateMedia({ media: 'print', colorScheme: 'light' });
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  await expect(page.locator('details.operation:not([open])')).toHaveCount(0);
  await expect(page.getByRole('navigation')).toBeHidden();
  calm();
});

test('a call is copied as it stands', async ({ page }) => {
  await page.goto(`${branch.url}/docs/#postV1Login`);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.locator('#postV1Login').getByRole('button', { name: /curl/ }).click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain(`-X POST '${branch.url}/v1/login'`);
  expect(copied).toContain('-d \'{"login":');
});
