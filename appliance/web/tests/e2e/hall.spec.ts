// The hall's display: what is announced, when, and what is never announced; and a picture that never lies about its age.
import { expect, test, type Page } from '@playwright/test';
import { Branch, type Clerk } from './branch';
import { accessible, allTranslated, fits, quiet, shows } from './looks';

const BRANCH_WORDS = /^Default branch$|^[A-F]\d*$|^\d+$/;
const REFUSED = /net::ERR_(CONNECTION_REFUSED|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING|CONNECTION_RESET|INTERNET_DISCONNECTED|FAILED|ABORTED|NETWORK_CHANGED)/;
const LANDSCAPE = { width: 1920, height: 1080 };
const PORTRAIT = { width: 1080, height: 1920 };
/** Notes of one chime. */
const CHIME = 4;

// Each test has a branch of its own.
test.describe.configure({ mode: 'parallel' });

let branch: Branch;
test.beforeEach(async () => {
  branch = await Branch.start();
});
test.afterEach(async () => {
  await branch.end();
});

/** Counts what is sounded. */
async function listen(page: Page): Promise<() => Promise<number>> {
  await page.addInitScript(() => {
    const start = OscillatorNode.prototype.start;
    (window as any).notes = 0;
    OscillatorNode.prototype.start = function (when?: number) {
      (window as any).notes += 1;
      return start.call(this, when);
    };
  });
  return () => page.evaluate(() => (window as any).notes);
}

async function keeps(page: Page): Promise<void> {
  await fits(page);
  await accessible(page);
}

/** Text heights in share of the screen's smaller measure: who sits ten metres away reads them. */
async function height(page: Page, selector: string): Promise<number> {
  return page.locator(selector).first().evaluate((element) => parseFloat(getComputedStyle(element).fontSize) / Math.min(innerHeight, innerWidth));
}

test.use({ viewport: LANDSCAPE });

test('a call fills the screen and sounds once; a recall again', async ({ page }) => {
  const calm = quiet(page);
  const notes = await listen(page);
  await page.goto(`${branch.url}/hall/`);
  await shows(page, 'welcome');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await keeps(page);
  await branch.ticket(1);
  const clerk = await branch.clerk(2);
  const asked = Date.now();
  await clerk.next();
  await shows(page, 'turn');
  expect(Date.now() - asked).toBeLessThan(2_000);
  await expect(page.locator('.label')).toHaveText('A001');
  await expect(page.locator('.where')).toHaveText('2');
  await expect.poll(notes).toBe(CHIME);
  expect(await height(page, '.label')).toBeGreaterThan(0.2);
  expect(await height(page, 'tbody td')).toBeGreaterThan(0.08);
  await keeps(page);
  await shows(page, 'calls');
  await expect(page.locator('tr.marked')).toContainText('A001');
  await clerk.with('start');
  await branch.ticket(2);
  await page.waitForTimeout(500);
  expect(await notes()).toBe(CHIME);
  await clerk.with('finish');
  await expect(page.locator('tr.over')).toContainText('A001');
  await clerk.next();
  await expect(page.locator('.label')).toHaveText('B001');
  await expect.poll(notes).toBe(2 * CHIME);
  await page.waitForTimeout(5_500);
  await clerk.with('recall');
  await expect.poll(notes).toBe(3 * CHIME);
  calm();
});

test('several calls are announced one after another, and each is in the table at once', async ({ page }) => {
  const calm = quiet(page);
  const notes = await listen(page);
  await page.goto(`${branch.url}/hall/`);
  await shows(page, 'welcome');
  for (let n = 0; n < 3; n += 1) await branch.ticket(1);
  const clerks: Clerk[] = [];
  for (const number of [1, 2, 3]) clerks.push(await branch.clerk(number));
  for (const clerk of clerks) await clerk.next();
  await expect(page.locator('tbody tr')).toHaveCount(3);
  await expect(page.locator('.label')).toHaveText('A001');
  expect(await notes()).toBe(CHIME);
  await expect(page.locator('.label')).toHaveText('A002');
  await expect.poll(notes).toBe(2 * CHIME);
  await expect(page.locator('.label')).toHaveText('A003');
  await expect.poll(notes).toBe(3 * CHIME);
  await shows(page, 'calls');
  await page.waitForTimeout(1_000);
  expect(await notes()).toBe(3 * CHIME);
  calm();
});

test('on load and on return nothing is announced that is older than half a minute', async ({ page }) => {
  test.setTimeout(150_000);
  const calm = quiet(page, [REFUSED]);
  const notes = await listen(page);
  await branch.ticket(1);
  await branch.ticket(1);
  const first = await branch.clerk(1);
  const second = await branch.clerk(2);
  await first.next();
  await page.goto(`${branch.url}/hall/`);
  await shows(page, 'turn');
  // A call of this moment is announced; the same one half a minute later is only shown.
  await expect.poll(notes).toBe(CHIME);
  await page.waitForTimeout(33_000);
  await page.reload();
  await shows(page, 'calls');
  await expect(page.locator('tbody tr')).toContainText('A001');
  await page.waitForTimeout(1_000);
  expect(await notes()).toBe(0);
  await branch.down(true);
  await shows(page, 'stale');
  await branch.up();
  await shows(page, 'calls');
  await page.waitForTimeout(500);
  expect(await notes()).toBe(0);
  await second.next();
  await expect(page.locator('.label')).toHaveText('A002');
  await expect.poll(notes).toBe(CHIME);
  calm();
});

test('without a word from the branch the picture stays, dims, and says since when', async ({ page, context }) => {
  const calm = quiet(page, [REFUSED]);
  await branch.ticket(1);
  const clerk = await branch.clerk(1);
  await clerk.next();
  await page.goto(`${branch.url}/hall/?sound=off`);
  await shows(page, 'turn');
  await shows(page, 'calls');
  await context.setOffline(true);
  await shows(page, 'stale');
  await expect(page.locator('.notice')).toContainText(/No connection since \W*\d\d:\d\d|\u00d3ta nincs|\u00f3ta nincs/);
  await expect(page.locator('.label')).toHaveText('A001');
  expect(await page.locator('main').evaluate((element) => Number(getComputedStyle(element).opacity))).toBeLessThan(0.7);
  await keeps(page);
  await context.setOffline(false);
  await shows(page, 'calls');
  await expect(page.locator('.notice')).toHaveCount(0);
  calm();
});

test('one stream is enough, however often the state changes', async ({ page }) => {
  const calm = quiet(page);
  let opened = 0;
  page.on('request', (request) => (opened += request.url().endsWith('/v1/screens/hall') ? 1 : 0));
  await page.goto(`${branch.url}/hall/`);
  await shows(page, 'welcome');
  for (let n = 1; n <= 3; n += 1) {
    await branch.ticket(1);
    await expect(page.locator('.waiting')).toContainText(String(n));
  }
  expect(opened).toBe(1);
  calm();
});

test('a stream that is open and silent counts as cut', async ({ page }) => {
  const calm = quiet(page, [REFUSED]);
  await page.clock.install();
  await page.goto(`${branch.url}/hall/`);
  await shows(page, 'welcome');
  // The stream stays open; a new one would tell the page at once that all is well.
  await page.route('**/v1/screens/hall', (route) => route.abort('connectionrefused'));
  await page.clock.runFor(26_000);
  await shows(page, 'stale');
  calm();
});

test('a browser that lets no sound through is seen to', async ({ page }) => {
  const calm = quiet(page);
  await page.addInitScript(() => {
    let allowed = false;
    Object.defineProperty(AudioContext.prototype, 'state', { get: () => (allowed ? 'running' : 'suspended') });
    AudioContext.prototype.resume = function () {
      if (navigator.userActivation.hasBeenActive) {
        allowed = true;
        this.dispatchEvent(new Event('statechange'));
      }
      return Promise.resolve();
    };
  });
  await page.goto(`${branch.url}/hall/?lang=en-gb`);
  await expect(page.locator('.notice')).toContainText('The sound is off');
  await keeps(page);
  await page.mouse.click(500, 500);
  await expect(page.locator('.notice')).toHaveCount(0);
  calm();
});

test('two languages take turns, the called visitor\u2019s own first; Arabic stands from the right', async ({ page }) => {
  const calm = quiet(page);
  await page.goto(`${branch.url}/hall/?langs=ar,hu`);
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
  await expect(page.locator('h1 .words')).toHaveAttribute('lang', 'hu', { timeout: 20_000 });
  await expect(page.locator('h1 .words')).toHaveAttribute('lang', 'ar', { timeout: 20_000 });
  await expect(page.locator('h1 .words')).toHaveAttribute('dir', 'rtl');
  await branch.ticket(1, 3);
  const clerk = await branch.clerk(1);
  await clerk.next();
  await shows(page, 'turn');
  await expect(page.locator('.to .words')).toHaveAttribute('lang', 'ru');
  await expect(page.locator('.to .words')).toHaveAttribute('dir', 'ltr');
  await keeps(page);
  await expect(page.locator('.to .words')).toHaveAttribute('lang', 'ar');
  await expect(page.locator('.label')).toHaveText('A001');
  await expect(page.locator('.label')).toHaveCSS('direction', 'ltr');
  await keeps(page);
  calm();
});

test('the layout moves, so that nothing burns in', async ({ page, context }) => {
  const calm = quiet(page, [REFUSED]);
  await page.clock.install();
  await page.goto(`${branch.url}/hall/`);
  await shows(page, 'welcome');
  // Without the branch, which would set the time right again.
  await context.setOffline(true);
  const seen = new Set<string>();
  for (let n = 0; n < 18; n += 1) {
    seen.add(await page.locator('.hall').evaluate((element) => element.style.transform));
    await page.clock.runFor(60_000);
  }
  expect(seen.size).toBeGreaterThanOrEqual(8);
  calm();
});

for (const [name, viewport, query] of [
  ['portrait', PORTRAIT, '?theme=light'],
  ['portrait, in lengthened words', PORTRAIT, '?lang=en-xa'],
  ['landscape, in lengthened words', LANDSCAPE, '?lang=en-xa'],
  ['a small screen', { width: 1280, height: 720 }, '?langs=hu,ru&theme=light'],
] as const) {
  test(`every state holds: ${name}`, async ({ page, context }) => {
    const calm = quiet(page, [REFUSED]);
    await page.setViewportSize(viewport);
    const look = async (): Promise<void> => {
      await keeps(page);
      if (query.includes('xa')) await allTranslated(page, BRANCH_WORDS);
    };
    await page.goto(`${branch.url}/hall/${query}`);
    await shows(page, 'welcome');
    await look();
    for (let n = 0; n < 8; n += 1) await branch.ticket(1 + (n % 5));
    for (const number of [1, 2, 3, 4]) {
      const clerk = await branch.clerk(number);
      await clerk.next();
      await clerk.with('start');
      await clerk.with('finish');
      await clerk.next();
    }
    await expect(page.locator('tbody tr')).toHaveCount(6);
    await shows(page, 'turn');
    await look();
    await context.setOffline(true);
    await shows(page, 'stale');
    await look();
    calm();
  });
}

test('a branch that is closed says so', async ({ page }) => {
  const closed = await Branch.start({ settings: (settings) => settings.services.forEach((service: any) => (service.disabled = true)) });
  try {
    const calm = quiet(page);
    await page.goto(`${closed.url}/hall/?lang=en-gb`);
    await shows(page, 'closed');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('We are closed');
    await keeps(page);
    calm();
  } finally {
    await closed.end();
  }
});
