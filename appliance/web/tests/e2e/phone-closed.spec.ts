// The phone's page at branches that have something to say before there is a ticket.
import { expect, test, type Page } from '@playwright/test';
import { aged, LIFE_MS } from './ageing';
import { Branch, pause } from './branch';
import { keeps, PHONE_TARGET_PX, quiet, shows } from './looks';

test.use({ viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true });

const ANSWERED = /the server responded with a status of \d+/;
const open = (page: Page, branch: Branch, query: string): Promise<unknown> => page.goto(`${branch.url}/qnet6/smart/?${query}`);

let brief: Branch;
test.beforeAll(async () => {
  brief = await Branch.start({
    settings: (settings) => {
      settings.services[0].quota = 1;
      settings.services[1].disabled = true;
      settings.services[2].hidden = true;
    },
  });
});
test.afterAll(async () => {
  await brief.end();
});

test('what is shut, hidden or given out is told where it is', async ({ page }) => {
  const calm = quiet(page, [ANSWERED]);
  const key = await brief.key();
  await open(page, brief, `key=${key}`);
  await shows(page, 'choose');
  await expect(page.getByRole('button', { name: 'Service 2' })).toBeDisabled();
  await expect(page.getByText('Service 3')).toHaveCount(0);
  await page.getByRole('button', { name: 'Service 1' }).tap();
  // Somebody else takes the last number of today meanwhile.
  await brief.ticket(1);
  await page.getByRole('button', { name: 'Take ticket' }).tap();
  await expect(page.getByRole('alert')).toContainText('All tickets of today are given out');
  await keeps(page, PHONE_TARGET_PX);
  // The code is still good for something else.
  await page.getByRole('button', { name: 'Back' }).tap();
  await page.getByRole('button', { name: 'Service 4' }).tap();
  await page.getByRole('button', { name: 'Take ticket' }).tap();
  await shows(page, 'nearly');
  calm();
});

test('closed, empty, switched off, not set up', async ({ page }) => {
  test.slow();
  const cases: [(settings: any) => void, string, RegExp][] = [
    [(settings) => settings.services.forEach((service: any) => (service.disabled = true)), 'choose', /Closed at the moment/],
    [(settings) => settings.services.forEach((service: any) => (service.hidden = true)), 'choose', /Nothing to choose from/],
  ];
  for (const [change, screen, heading] of cases) {
    const branch = await Branch.start({ settings: change });
    try {
      await open(page, branch, `key=${await branch.key()}`);
      await shows(page, screen);
      await expect(page.getByRole('heading', { level: 1 })).toHaveText(heading);
      await keeps(page, PHONE_TARGET_PX);
    } finally {
      await branch.end();
    }
  }
  const off = await Branch.start({ settings: (settings) => (settings.smart_ticket.enabled = false) });
  try {
    await open(page, off, 'key=whatever');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('No tickets by phone here');
    await keeps(page, PHONE_TARGET_PX);
  } finally {
    await off.end();
  }
});

test('a branch that is not set up says 500, and the page says what to do', async ({ page }) => {
  // Settings that name no profile are refused today; a former version's may still say so.
  await page.route('**/rest/smart/init*', (route) => route.fulfill({ status: 500, contentType: 'application/json', body: '{"error":"not_configured","message":"..."}' }));
  await open(page, brief, `key=${await brief.key()}`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This does not work yet');
  await keeps(page, PHONE_TARGET_PX);
});

test('a branch out of reach is tried again', async ({ page }) => {
  let dead = true;
  await page.route('**/rest/smart/init*', (route) => (dead ? route.abort() : route.fallback()));
  await open(page, brief, `key=${await brief.key()}`);
  await shows(page, 'unreachable');
  await keeps(page, PHONE_TARGET_PX);
  dead = false;
  await page.getByRole('button', { name: 'Try again' }).tap();
  await shows(page, 'choose');
});

test('a code that is over sends its owner back to the dispenser', async ({ page }) => {
  test.setTimeout(120_000);
  const calm = quiet(page, [ANSWERED]);
  const { url, key, mintedMs } = aged();
  await page.goto(`${url}/qnet6/smart/?key=${(await (await fetch(`${url}/qnet6/rest/smart/generateHash/1`)).json()).key}`);
  await shows(page, 'choose');
  await pause(Math.max(0, mintedMs + LIFE_MS - Date.now()));
  await page.goto(`${url}/qnet6/smart/?key=${key}`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This code has expired');
  await keeps(page, PHONE_TARGET_PX);
  calm();
});
