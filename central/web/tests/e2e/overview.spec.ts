// Head office's page: all branches, one branch, the door; with real branches that come, go and fall silent.
import { accessible, allTranslated, expect, fits, keeps, PHONE_TARGET_PX, quiet, shows, test, type Page } from '../../../../appliance/web/tests/e2e/looks';
import type { Branch } from '../../../../appliance/web/tests/e2e/branch';
import { Central } from './central';
import { rename, signIn } from './office';

const ANSWERED = /the server responded with a status of \d+/;
const REFUSED = /net::ERR_(CONNECTION_REFUSED|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING|CONNECTION_RESET|FAILED|ABORTED)/;
/** What branches and Intl say, in plain English. */
const OWN_WORDS = /^(Demo|Riverside|Old Town|Manager)$|Service \d|^[A-F]\d*$|\d (second|minute|hour|day)s? ago|\d\d:\d\d/;
/** How soon head office has to see what a branch does. */
const SEEN_MS = 2_000;

let central: Central;
let first: Branch;
let second: Branch;

const row = (page: Page, id: number) => page.locator(`[data-branch="${id}"]`);
const figure = (page: Page, id: number, name: string) => row(page, id).locator(`[data-figure="${name}"] .value`);
const order = (page: Page): Promise<(string | null)[]> => page.locator('[data-branch]').evaluateAll((rows) => rows.map((each) => each.getAttribute('data-branch')));
const keep = (page: Page): Promise<void> => keeps(page, PHONE_TARGET_PX);

test.use({ viewport: { width: 1280, height: 900 } });

test.beforeAll(async () => {
  central = await Central.start();
  [first, second] = await Promise.all([central.branch(1), central.branch(2)]);
  await rename(first, 'Riverside');
  await rename(second, 'Old Town');
});
test.afterAll(async () => {
  await central.end();
});

test('signing in: a wrong password, a branch that has never been heard; then it comes', async ({ page }) => {
  const calm = quiet(page, [ANSWERED]);
  const fresh = await Central.start();
  try {
    await page.goto(`${fresh.url}/`);
    await shows(page, 'sign-in');
    await keep(page);
    await page.getByLabel('Login').fill('manager');
    await page.getByLabel('Password').fill('not this');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('alert')).toContainText('Login or password is wrong');
    await accessible(page);
    await page.getByLabel('Password').fill('demo-manager');
    await page.keyboard.press('Enter');
    await shows(page, 'branches');
    await expect(row(page, 1)).toHaveAttribute('data-standing', 'never');
    await expect(row(page, 1)).toContainText('Not heard yet');
    await expect(figure(page, 1, 'waiting')).toHaveText('–');
    await expect(page.locator('.from')).toContainText(/From \W*0\W* of \W*1\W* branch/);
    await keep(page);
    await row(page, 1).getByRole('link').click();
    await shows(page, 'branch');
    await expect(page.locator('main')).toContainText('its box has not said anything yet');
    await keep(page);
    await page.getByRole('link', { name: 'All branches' }).click();

    await rename(await fresh.branch(), 'Harbour');
    await expect(row(page, 1)).toContainText('Harbour');
    await expect(page.locator('.from')).toContainText(/From \W*1\W* of \W*1\W* branch/);
    await expect(figure(page, 1, 'waiting')).toHaveText('0');
    await keep(page);
  } finally {
    await fresh.end();
  }
  calm();
});

test('a ticket is seen within two seconds, on the list and at the branch', async ({ page }) => {
  const calm = quiet(page);
  await signIn(page, central);
  await expect(figure(page, 1, 'waiting')).toHaveText('0');
  await first.ticket(1);
  await expect(figure(page, 1, 'waiting')).toHaveText('1');
  await first.ticket(2);
  const taken = Date.now();
  await expect(figure(page, 1, 'waiting')).toHaveText('2');
  const seen = Date.now() - taken;
  console.log(`a ticket was seen at head office after ${seen} ms`);
  expect(seen).toBeLessThan(SEEN_MS);
  await expect(page.locator('[data-total="waiting"]')).toHaveText('2');

  const clerk = await first.clerk(1);
  const label = await clerk.next();
  await expect(figure(page, 1, 'serving')).toHaveText('1');
  await row(page, 1).getByRole('link').click();
  await shows(page, 'branch');
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await expect(page.locator('[data-counter="1"]')).toContainText(label);
  await expect(page.locator('[data-service="2"] [data-figure="waiting"]')).toHaveText('1');
  await expect(page.locator('ol li').first()).toContainText(label);
  await keep(page);
  await clerk.with('start');
  await expect(page.locator('[data-counter="1"]')).toContainText('being served');
  await clerk.with('finish');
  await expect(page.locator('[data-service="1"] [data-figure="served"]')).toHaveText('1');
  await expect(page.locator('[data-counter="1"]')).toHaveCount(0);
  await keep(page);
  calm();
});

test('a branch that is cut off is shown as last seen, with what was true then; and comes back', async ({ page }) => {
  const calm = quiet(page);
  await signIn(page, central);
  if ((await figure(page, 1, 'waiting').textContent()) === '0') await first.ticket(2);
  await expect(figure(page, 1, 'waiting')).toHaveText('1');
  await first.down(true);
  await expect(row(page, 1)).toHaveAttribute('data-standing', 'away');
  await expect(row(page, 1)).toContainText(/Last seen \W*\d\d:\d\d\W*, \W*1\W* waiting then/);
  await expect(row(page, 1)).toContainText(/just now|ago/);
  await expect(page).toHaveTitle(/^\(1\) /);
  await expect(page.locator('[data-total="waiting"]')).toHaveText('0');
  await expect(page.locator('.from')).toContainText('Those out of reach are left out');
  expect((await order(page))[0]).toBe('1');
  await keep(page);
  await row(page, 1).getByRole('link').click();
  await expect(page.locator('.banner')).toContainText('What you see is how it was then');
  await expect(page.locator('[data-figure="waiting"]').first()).toHaveText('1');
  await keep(page);
  await first.up();
  await expect(page.locator('.banner')).toHaveCount(0);
  await page.getByRole('link', { name: 'All branches' }).click();
  await expect(row(page, 1)).not.toHaveAttribute('data-standing', 'away');
  await expect(page).toHaveTitle(/^Branches/);
  calm();
});

test('rows do not move under the pointer or the focus', async ({ page }) => {
  const calm = quiet(page);
  await signIn(page, central);
  await expect(row(page, 2)).toHaveAttribute('data-standing', /well|look|trouble/);
  await expect.poll(() => order(page)).toEqual(['1', '2']);
  await row(page, 1).hover();
  await expect(page.locator('#order')).toContainText('held');
  await second.down(true);
  await expect(row(page, 2)).toHaveAttribute('data-standing', 'away');
  expect(await order(page)).toEqual(['1', '2']);
  await keep(page);
  await page.getByRole('button', { name: 'Sort now' }).click();
  expect(await order(page)).toEqual(['2', '1']);
  await page.mouse.move(5, 5);
  await expect(page.locator('#order')).toContainText('Worst first');
  // The same for whoever goes by keys.
  await row(page, 2).getByRole('link').focus();
  await expect(page.locator('#order')).toContainText('held');
  await second.up();
  await expect(row(page, 2)).not.toHaveAttribute('data-standing', 'away');
  expect(await order(page)).toEqual(['2', '1']);
  await expect(row(page, 2).getByRole('link')).toBeFocused();
  await page.getByLabel('Search for a branch').focus();
  await expect.poll(() => order(page)).toEqual(['1', '2']);
  calm();
});

test('searching and choosing are in the address, and outlive a reload', async ({ page }) => {
  const calm = quiet(page, [ANSWERED]);
  await signIn(page, central);
  await page.getByLabel('Search for a branch').fill('old');
  await expect.poll(() => order(page)).toEqual(['2']);
  expect(page.url()).toContain('search=old');
  await page.getByRole('button', { name: /^Need help/ }).click();
  await expect(page.locator('.nothing')).toContainText('No branch is called that');
  await keep(page);
  await page.reload();
  await expect(page.getByLabel('Search for a branch')).toHaveValue('old');
  await expect(page.getByRole('button', { name: /^Need help/ })).toHaveAttribute('aria-pressed', 'true');
  await page.getByRole('button', { name: 'Show all branches' }).click();
  await expect.poll(async () => (await order(page)).length).toBe(2);
  await page.goto(`${central.url}/#/branches/999`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('There is no such branch');
  await keep(page);
  calm();
});

test('nobody looks: the stream ends; somebody does: the whole state is there', async ({ page }) => {
  const calm = quiet(page);
  const look = (state: 'hidden' | 'visible'): Promise<void> =>
    page.evaluate((to) => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => to });
      document.dispatchEvent(new Event('visibilitychange'));
    }, state);
  await signIn(page, central);
  const before = Number(await figure(page, 1, 'waiting').textContent());
  const ended = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/v1/screens/overview'));
  await look('hidden');
  await ended;
  await first.ticket(3);
  await page.waitForTimeout(2_500);
  await expect(figure(page, 1, 'waiting')).toHaveText(String(before));
  await look('visible');
  await expect(figure(page, 1, 'waiting')).toHaveText(String(before + 1));
  await expect(page.locator('.banner')).toHaveCount(0);
  calm();
});

test('central itself is away, and the page says how old it is; a sign-in that is over comes back to its place', async ({ page }) => {
  const calm = quiet(page, [REFUSED, ANSWERED]);
  await signIn(page, central);
  await expect(row(page, 2)).toBeVisible();
  await central.down();
  await expect(page.locator('.banner')).toContainText('cannot be reached');
  await keep(page);
  await central.up();
  await expect(page.locator('.banner')).toHaveCount(0, { timeout: 30_000 });
  await expect(row(page, 2)).not.toHaveAttribute('data-standing', 'away', { timeout: 30_000 });
  await row(page, 2).getByRole('link').click();
  await shows(page, 'branch');
  await expect(page.locator('[data-service]').first()).toBeVisible();
  await central.down();
  await expect(page.locator('.banner').first()).toContainText(/cannot be reached\. What you see is as it was at \W*\d\d:\d\d/);
  await expect(page.locator('[data-figure="waiting"]').first()).toBeVisible();
  await keep(page);
  central.forgetTokens();
  await central.up();
  await page.getByRole('button', { name: 'Try again' }).click();
  await shows(page, 'sign-in');
  await expect(page.locator('.banner')).toContainText('Your sign-in has ended');
  await keep(page);
  await page.getByLabel('Password').fill('demo-manager');
  await page.keyboard.press('Enter');
  await shows(page, 'branch');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Old Town');
  await expect(page.locator('[data-figure="waiting"]').first()).toBeVisible();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await shows(page, 'sign-in');
  await page.reload();
  await shows(page, 'sign-in');
  calm();
});

test('central has just started: a branch is awaited for a while, and only then out of reach', async ({ page }) => {
  test.setTimeout(120_000);
  const calm = quiet(page, [REFUSED, ANSWERED]);
  const own = await Central.start();
  try {
    const branch = await own.branch(1);
    await branch.ticket(2);
    await signIn(page, own);
    await expect(figure(page, 1, 'waiting')).toHaveText('1');
    await own.down();
    await branch.down(true);
    await own.up();
    await expect(row(page, 1)).toHaveAttribute('data-standing', 'awaited', { timeout: 15_000 });
    await expect(row(page, 1)).toContainText('Awaited');
    await expect(row(page, 1)).toContainText(/Last seen \W*\d\d:\d\d\W*, \W*1\W* waiting then/);
    await expect(page).toHaveTitle(/^Branches/);
    await page.evaluate(() => (location.hash = '#/branches/1'));
    await expect(page.locator('.banner')).toContainText('has not heard the branch since');
    await keep(page);
    await page.evaluate(() => (location.hash = '#/'));
    await expect(row(page, 1)).toHaveAttribute('data-standing', 'away', { timeout: 40_000 });
    await expect(page).toHaveTitle(/^\(1\) /);
    await branch.up();
    await expect(row(page, 1)).toHaveAttribute('data-standing', /well|look|trouble/, { timeout: 30_000 });
    calm();
  } finally {
    await own.end();
  }
});

test('all of it by keys alone', async ({ page }) => {
  const calm = quiet(page);
  await signIn(page, central);
  await expect(row(page, 2)).toBeVisible();
  const walk = async (to: () => Promise<boolean>): Promise<void> => {
    for (let step = 0; step < 40; step += 1) {
      await page.keyboard.press('Tab');
      if (await to()) return;
    }
    throw new Error('the keys do not lead there');
  };
  const at = (selector: string) => (): Promise<boolean> => page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector);
  await walk(at('input[type=search]'));
  await page.keyboard.type('river');
  await walk(at('[data-branch="1"] a'));
  await page.keyboard.press('Enter');
  await shows(page, 'branch');
  await walk(at('a[href*="figures"]'));
  await page.keyboard.press('Enter');
  await shows(page, 'figures');
  await walk(at('select'));
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => page.url()).toContain('by=service');
  await page.keyboard.press('Shift+Tab');
  await page.goBack();
  await shows(page, 'branch');
  calm();
});

test('narrow, from the right, and in words a third longer', async ({ page }) => {
  const calm = quiet(page);
  await page.setViewportSize({ width: 320, height: 568 });
  await first.ticket(1);
  await signIn(page, central, '?lang=en-xa');
  await expect(figure(page, 1, 'waiting')).not.toHaveText('0');
  const ways = ['#/', '#/branches/1', '#/branches/1/figures', '#/branches/1/figures?by=service&measure=waiting'];
  for (const language of ['en-xa', 'ar']) {
    await page.goto(`${central.url}/?lang=${language}`);
    for (const way of ways) {
      await page.evaluate((to) => (location.hash = to), way);
      await page.locator(way.includes('figures') ? '[data-state="shown"]' : way === '#/' ? '[data-branch]' : '[data-service]').first().waitFor();
      await fits(page);
      if (language === 'en-xa') await allTranslated(page, OWN_WORDS);
      else await keep(page);
    }
  }
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
  for (const language of ['hu', 'ru']) {
    await page.goto(`${central.url}/?lang=${language}`);
    for (const way of ways) {
      await page.evaluate((to) => (location.hash = to), way);
      await page.locator('main h1').waitFor();
      await page.waitForTimeout(150);
      await fits(page);
    }
  }
  calm();
});

test('two hundred branches stay quick', async ({ page }) => {
  const calm = quiet(page, [REFUSED]);
  await central.down();
  central.admit(100, Array.from({ length: 198 }, (_, index) => `Branch number ${index + 1}`));
  await central.up();
  await signIn(page, central);
  await expect.poll(async () => (await order(page)).length).toBe(200);
  await expect(row(page, 1)).not.toHaveAttribute('data-standing', /never|away/, { timeout: 20_000 });
  const long = await page.evaluate(async () => {
    const found: number[] = [];
    new PerformanceObserver((list) => found.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: 'longtask' });
    await new Promise((done) => setTimeout(done, 4_000));
    return Math.max(0, ...found);
  });
  const typed = Date.now();
  await page.getByLabel('Search for a branch').fill('number 150');
  await expect.poll(() => order(page)).toEqual(['249']);
  console.log(`200 branches: longest task ${Math.round(long)} ms in 4 s of updates, a search ${Date.now() - typed} ms`);
  expect(long).toBeLessThan(400);
  await page.getByLabel('Search for a branch').fill('');
  await accessible(page);
  calm();
});
