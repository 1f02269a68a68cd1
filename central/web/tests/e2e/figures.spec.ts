// The figures of a branch: the same in the chart, in the table and in the file; and every way in which there are none.
import { readFileSync } from 'node:fs';
import { expect, keeps, PHONE_TARGET_PX, quiet, shows, test, type Page } from '../../../../appliance/web/tests/e2e/looks';
import { pause, type Branch } from '../../../../appliance/web/tests/e2e/branch';
import { Central } from './central';
import { signIn } from './office';

const REFUSED = /net::ERR_(CONNECTION_REFUSED|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING|CONNECTION_RESET|FAILED|ABORTED)|status of \d+/;

let central: Central;
let branch: Branch;

test.use({ viewport: { width: 1280, height: 900 } });
test.beforeAll(async () => {
  central = await Central.start();
  branch = await central.branch();
  // Four served at three counters and one who gives up: nothing is under way whose time would go on.
  const tokens = [];
  for (const service of [1, 1, 2, 2, 3]) tokens.push(await branch.ticket(service));
  await branch.must('DELETE', `/qnet6/rest/smart/ticket/${tokens[4]}`);
  for (const number of [1, 2, 3, 3]) {
    const clerk = await branch.clerk(number);
    await clerk.next();
    await clerk.with('start');
    await pause(1_100);
    await clerk.with('finish');
  }
});
test.afterAll(async () => {
  await central.end();
});

const keep = (page: Page): Promise<void> => keeps(page, PHONE_TARGET_PX);
const answer = (page: Page) => page.locator('.answer');

/** The rows of the file: by the key of each, the columns that the table has. */
function rowsOf(csv: string): Record<string, (string | null)[]> {
  const [head = '', ...lines] = csv.replace(/^\ufeff/, '').trim().split('\r\n');
  const names = head.split(',');
  const wanted = names.filter((name) => /^(asked|served|no_shows|abandoned)$|_(mean|p50|p90)_s$/.test(name));
  return Object.fromEntries(
    lines.map((line) => {
      const cells = line.split(',');
      const of = (name: string): string => cells[names.indexOf(name)] ?? '';
      return [of('kind') === 'total' ? 'total' : of('id'), wanted.map((name) => of(name) || null)];
    }),
  );
}

/** The table as it is shown: by the key of each row, its figures in seconds and numbers. */
function table(page: Page): Promise<Record<string, (string | null)[]>> {
  return page.locator('tbody tr:not(:has(.gap)), tfoot tr').evaluateAll((rows) => Object.fromEntries(rows.map((row) => [row.getAttribute('data-key') ?? '', [...row.querySelectorAll('td')].map((cell) => cell.querySelector('data')?.value ?? null)])));
}

test('by each of the five: the table, the chart and the file say the same', async ({ page }) => {
  const calm = quiet(page);
  await signIn(page, central, '', '#/branches/1/figures');
  await shows(page, 'figures');
  await expect(answer(page)).toHaveAttribute('data-state', 'shown');
  await expect(page.locator('tr[data-key="total"] data').first()).toHaveText('5');
  await expect(page.locator('tr[data-key="total"] data').nth(1)).toHaveText('4');
  await expect(page.locator('tr[data-key="total"] data').nth(3)).toHaveText('1');
  await keep(page);
  for (const by of ['day', 'hour', 'service', 'counter', 'operator']) {
    await page.getByLabel('By', { exact: true }).selectOption(by);
    await expect(answer(page)).toHaveAttribute('data-state', 'shown');
    await expect(page.locator('thead').last().locator('th[scope=col]').first()).toHaveText(new RegExp(by, 'i'));
    await keep(page);
    const shown = await table(page);
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download as CSV' }).click()]);
    expect(file.suggestedFilename()).toContain(by);
    expect(rowsOf(readFileSync(await file.path(), 'utf8'))).toEqual(shown);
    await expect(page.getByRole('img')).toHaveAccessibleName(/^Chart: Visits, by: .*The table below has all figures\.$/);
  }
  for (const measure of ['waiting', 'serving', 'on_site']) {
    await page.getByLabel('The chart shows').selectOption(measure);
    await expect(page.locator('.unit')).toHaveText('minutes');
    await keep(page);
  }
  // On paper there are the figures, and nothing to press.
  await page.emulateMedia({ media: 'print' });
  await expect(page.locator('tfoot')).toBeVisible();
  for (const control of ['header', '.presets', '.back', '.top button']) await expect(page.locator(control).first()).toBeHidden();
  await page.emulateMedia({ media: 'screen' });
  expect(page.url()).toContain('by=operator');
  expect(page.url()).toContain('measure=on_site');
  await page.reload();
  await expect(page.getByLabel('The chart shows')).toHaveValue('on_site');
  await expect(answer(page)).toHaveAttribute('data-state', 'shown');
  calm();
});

test('some days: gaps are gaps, no visits is no error, and a span that cannot be is said', async ({ page }) => {
  const calm = quiet(page);
  await signIn(page, central, '', '#/branches/1/figures');
  await page.getByRole('button', { name: /Last \W*7\W* days/ }).click();
  await expect(page.getByLabel('By', { exact: true })).toHaveValue('day');
  await expect(page.locator('tbody tr')).toHaveCount(7);
  await expect(page.locator('tbody tr').first()).toContainText('No word from that time');
  await keep(page);
  await page.getByRole('button', { name: 'Yesterday' }).click();
  await expect(answer(page)).toHaveAttribute('data-state', 'empty');
  await keep(page);
  const today = await page.getByLabel('To', { exact: true }).getAttribute('max');
  await page.getByLabel('From', { exact: true }).fill(today ?? '');
  await expect(answer(page)).toHaveAttribute('data-state', 'mistake');
  await expect(page.getByRole('alert')).toContainText('The first day is after the last one');
  await keep(page);
  await page.getByRole('button', { name: 'Today' }).click();
  await expect(answer(page)).toHaveAttribute('data-state', 'shown');
  calm();
});

test('slow, out of reach, and back', async ({ page }) => {
  const calm = quiet(page, [REFUSED]);
  await signIn(page, central);
  let held: (() => void) | undefined;
  await page.route('**/figures?*', async (route) => {
    await new Promise<void>((go) => (held = go));
    await route.continue();
  });
  await page.evaluate(() => (location.hash = '#/branches/1/figures'));
  await expect(page.getByText('This takes longer than usual')).toBeVisible();
  await keep(page);
  held?.();
  await expect(answer(page)).toHaveAttribute('data-state', 'shown');
  await page.unroute('**/figures?*');
  await central.down();
  await page.getByLabel('By', { exact: true }).selectOption('service');
  await expect(page.getByRole('heading', { name: 'The central server does not answer' })).toBeVisible();
  await keep(page);
  await central.up();
  await page.getByRole('button', { name: 'Try again' }).last().click();
  await expect(answer(page)).toHaveAttribute('data-state', 'shown');
  calm();
});
