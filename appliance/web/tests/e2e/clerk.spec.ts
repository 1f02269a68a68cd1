// The clerk's page: a whole visit by mouse, by keyboard and on a narrow window; two at once; and what happens when
// the wire, the branch or a colleague comes between.
import { expect, test, type Browser, type Page } from '@playwright/test';
import { Branch } from './branch';
import { accessible, allTranslated, fits, keeps, PHONE_TARGET_PX, quiet, shows } from './looks';

const BRANCH_WORDS = /^Service \d$|^[A-F]\d*$|^Clerk \d$|^English$|^Magyar$|^\d+$|^F\d$|^Manager$|\u2068Service \d\u2069|^Num \+$|^Ctrl Z$|^\u21e7 F9$/;
const ANSWERED = /the server responded with a status of \d+/;
const REFUSED = /net::ERR_(CONNECTION_REFUSED|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING|CONNECTION_RESET|INTERNET_DISCONNECTED|FAILED|ABORTED)/;

const main = (page: Page) => page.locator('.main button');
const label = (page: Page) => page.locator('.visit .label');
const other = (page: Page, name: string) => page.locator('.others').getByRole('button', { name });

/** A text whatever marks stand around its values. */
const said = (text: string): RegExp => new RegExp(text.replaceAll(/[.?]/g, '\\$&').replaceAll(' ', '[\\s\u2068\u2069]+'));

/** Past the moment in which a second press is the shadow of the first. */
const settle = (page: Page): Promise<void> => page.waitForTimeout(450);

async function signIn(page: Page, branch: Branch, number = 1, query = ''): Promise<void> {
  await page.goto(`${branch.url}/clerk/${query}`);
  await page.locator('input[name=username]').fill(`clerk${number}`);
  await page.locator('input[name=password]').fill('demo-clerk');
  await page.keyboard.press('Enter');
}

/** Signs a clerk in and opens the counter of the same number. */
async function sit(page: Page, branch: Branch, number = 1, query = ''): Promise<void> {
  await signIn(page, branch, number, query);
  await shows(page, 'counters');
  await page.locator('main ul button').nth(number - 1).click();
  await shows(page, 'idle');
  await settle(page);
}

async function another(browser: Browser): Promise<Page> {
  return (await browser.newContext()).newPage();
}

/** The clerk's screen as the branch tells it. */
async function told(branch: Branch, counter = 1): Promise<any> {
  const { token } = await branch.must('POST', '/v1/login', { login: 'clerk4', password: 'demo-clerk' });
  return branch.must('GET', `/v1/screens/clerk?counter=${counter}`, undefined, token);
}

// Each test has a branch of its own.
test.describe.configure({ mode: 'parallel' });

let branch: Branch;
test.beforeEach(async () => {
  branch = await Branch.start();
});
test.afterEach(async () => {
  await branch.end();
});

test('signing in: a wrong password, a choice of counters, a taken one, a reload', async ({ page }) => {
  const calm = quiet(page, [ANSWERED]);
  await branch.clerk(2);
  await page.goto(`${branch.url}/clerk/`);
  await shows(page, 'sign-in');
  await keeps(page, PHONE_TARGET_PX);
  await page.getByLabel('Login').fill('clerk1');
  await page.getByLabel('Password').fill('not this');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toContainText('Login or password is wrong');
  await expect(page.getByLabel('Password')).toBeFocused();
  await accessible(page);
  await page.getByLabel('Password').fill('demo-clerk');
  await page.keyboard.press('Enter');
  await shows(page, 'counters');
  await keeps(page, PHONE_TARGET_PX);
  await page.getByRole('button', { name: '2 Clerk 2' }).click();
  await expect(page.getByRole('heading', { name: said('Counter 2 is taken by Clerk 2') })).toBeVisible();
  await keeps(page, PHONE_TARGET_PX);
  await page.getByRole('button', { name: 'Take over' }).click();
  await shows(page, 'idle');
  await expect(page.locator('header')).toContainText(said('Counter 2'));
  await page.reload();
  await shows(page, 'idle');
  expect((await told(branch, 2)).shift.operator.name).toBe('Clerk 1');
  calm();
});

test('a whole visit by keyboard alone', async ({ page }) => {
  const calm = quiet(page);
  for (let n = 0; n < 3; n += 1) await branch.ticket(1);
  let opened = 0;
  page.on('request', (request) => (opened += request.url().includes('/v1/screens/clerk') ? 1 : 0));
  await page.goto(`${branch.url}/clerk/`);
  await shows(page, 'sign-in');
  for (const words of ['clerk1', 'demo-clerk']) {
    while (!(await page.evaluate(() => document.activeElement?.matches('input')))) await page.keyboard.press('Tab');
    await page.keyboard.type(words);
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('Enter');
  await shows(page, 'counters');
  while (!(await page.evaluate(() => document.activeElement?.matches('main li:first-child button')))) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await shows(page, 'idle');
  await expect(main(page)).toHaveAttribute('aria-keyshortcuts', 'F2');
  await settle(page);
  await page.keyboard.press('F2');
  await shows(page, 'called');
  await expect(label(page)).toHaveText('A001');
  await keeps(page, PHONE_TARGET_PX);
  await settle(page);
  await page.keyboard.press('F2');
  await shows(page, 'serving');
  await keeps(page, PHONE_TARGET_PX);
  await settle(page);
  await page.keyboard.press('F4');
  await expect(page.getByRole('combobox', { name: 'Where to' })).toBeFocused();
  await accessible(page);
  await page.keyboard.press('Escape');
  await expect(page.locator('dialog[open]')).toHaveCount(0);
  await page.keyboard.press('F9');
  await shows(page, 'idle');
  await keeps(page, PHONE_TARGET_PX);
  await settle(page);
  await page.keyboard.press('F7');
  await shows(page, 'break');
  await keeps(page, PHONE_TARGET_PX);
  await settle(page);
  await page.keyboard.press('F7');
  await shows(page, 'idle');
  await page.keyboard.press('?');
  await expect(page.getByRole('heading', { name: 'Keyboard' })).toBeVisible();
  await accessible(page);
  await page.keyboard.press('F2');
  await page.keyboard.press('Escape');
  await settle(page);
  await shows(page, 'idle');
  expect((await told(branch)).next_total).toBe(2);
  expect(opened).toBe(1);
  calm();
});

test('nothing is done twice: a double click, a held key, an answer that was lost', async ({ page }) => {
  const calm = quiet(page, [REFUSED]);
  for (let n = 0; n < 3; n += 1) await branch.ticket(1);
  await sit(page, branch);
  await main(page).dblclick();
  await shows(page, 'called');
  await page.waitForTimeout(600);
  await shows(page, 'called');
  await page.keyboard.down('F2');
  await page.keyboard.down('F2');
  await page.keyboard.down('F2');
  await shows(page, 'serving');
  await page.waitForTimeout(600);
  await page.keyboard.down('F2');
  await page.keyboard.up('F2');
  await page.waitForTimeout(400);
  await shows(page, 'serving');
  await page.keyboard.press('F9');
  await shows(page, 'idle');
  await settle(page);
  // The branch does it, and its answer gets lost: the same request goes out again, and is not done again.
  const keys: (string | undefined)[] = [];
  let lost = 0;
  await page.route('**/next', async (route) => {
    keys.push(route.request().headers()['idempotency-key']);
    if (lost > 0) return route.continue();
    lost += 1;
    await route.fetch();
    return route.abort('connectionreset');
  });
  await main(page).click();
  await shows(page, 'called');
  await expect(label(page)).toHaveText('A002');
  await expect.poll(() => keys.length).toBe(2);
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(keys[1]).toBe(keys[0]);
  await page.waitForTimeout(500);
  await expect(page.locator('.banner')).toHaveCount(0);
  expect((await told(branch)).next_total).toBe(1);
  calm();
});

test('two clerks press at once: two visitors, and the third press finds nobody', async ({ browser }) => {
  const pages = [await another(browser), await another(browser)];
  const calm = pages.map((page) => quiet(page, [ANSWERED]));
  for (const [index, page] of pages.entries()) await sit(page, branch, index + 1);
  await branch.ticket(1);
  await branch.ticket(1);
  for (const page of pages) await expect(page.locator('.list li')).toHaveCount(2);
  await Promise.all(pages.map((page) => main(page).click()));
  for (const page of pages) await shows(page, 'called');
  const labels = await Promise.all(pages.map((page) => label(page).textContent()));
  expect([...labels].sort()).toEqual(['A001', 'A002']);
  for (const page of pages) await settle(page);
  for (const page of pages) {
    await page.keyboard.press('F2');
    await shows(page, 'serving');
    await settle(page);
    await page.keyboard.press('F9');
    await shows(page, 'idle');
    await settle(page);
  }
  await branch.ticket(1);
  for (const page of pages) await expect(page.locator('.list li')).toHaveCount(1);
  await Promise.all(pages.map((page) => page.keyboard.press('F2')));
  await expect.poll(async () => (await Promise.all(pages.map((page) => page.locator('[data-screen=called]').count()))).reduce((sum, each) => sum + each, 0)).toBe(1);
  calm.forEach((each) => each());
});

test('calling again waits five seconds; a no-show is taken back within ten', async ({ page }) => {
  const calm = quiet(page);
  await branch.ticket(1);
  await sit(page, branch);
  await main(page).click();
  await shows(page, 'called');
  await expect(other(page, 'Call again')).toHaveAttribute('aria-disabled', 'true');
  await settle(page);
  await page.keyboard.press('F8');
  await page.waitForTimeout(300);
  expect((await told(branch)).call.recalls).toBe(0);
  await expect(other(page, 'Call again')).not.toHaveAttribute('aria-disabled', 'true', { timeout: 7_000 });
  await page.keyboard.press('F8');
  await expect(page.locator('.visit')).toContainText(said('called 2 times'));
  await expect(other(page, 'Call again')).toHaveAttribute('aria-disabled', 'true');
  await settle(page);
  await other(page, 'No-show').click();
  await shows(page, 'idle');
  await expect(page.getByRole('tab', { name: 'Missing 1' })).toBeVisible();
  const undo = page.getByRole('button', { name: 'Undo' });
  await expect(undo).toBeVisible();
  await expect(undo.locator('.left')).toHaveText(/^(10|[89])$/);
  await keeps(page, PHONE_TARGET_PX);
  await settle(page);
  await page.keyboard.press('Control+z');
  await shows(page, 'called');
  await expect(label(page)).toHaveText('A001');
  await expect(undo).toHaveCount(0);
  await settle(page);
  await page.keyboard.press('Shift+F9');
  await shows(page, 'idle');
  await expect(undo).toBeVisible();
  await expect(undo).toHaveCount(0, { timeout: 12_000 });
  await page.getByRole('tab', { name: 'Missing 1' }).click();
  await keeps(page, PHONE_TARGET_PX);
  await page.getByRole('button', { name: said('Call A001') }).click();
  await shows(page, 'called');
  calm();
});

test('a transfer with a note and a promise to come back; parking', async ({ page, browser }) => {
  const calm = quiet(page);
  await branch.ticket(1);
  await sit(page, branch);
  await main(page).click();
  await shows(page, 'called');
  await settle(page);
  await main(page).click();
  await shows(page, 'serving');
  await settle(page);
  await page.keyboard.press('F4');
  await page.keyboard.type('counter 2');
  await expect(page.locator('[role=option]')).toHaveCount(1);
  await expect(page.locator('[role=option][aria-selected=true]')).toContainText(said('Counter 2'));
  await page.keyboard.press('Tab');
  await page.keyboard.type('Has form 12 already');
  await page.getByLabel('Back to me afterwards').check();
  await keeps(page, PHONE_TARGET_PX);
  await page.keyboard.press('Enter');
  await shows(page, 'idle');
  await expect(page.locator('.undo')).toContainText(said('A001 transferred'));

  const second = await another(browser);
  const alsoCalm = quiet(second);
  await sit(second, branch, 2);
  await expect(second.locator('.list li')).toContainText('for this counter');
  await expect(second.locator('.list li')).toContainText('note');
  await second.getByRole('button', { name: said('Call A001') }).click();
  await shows(second, 'called');
  await expect(second.locator('.visit .note')).toContainText('Has form 12 already');
  await keeps(second, PHONE_TARGET_PX);
  await settle(second);
  await second.keyboard.press('F2');
  await shows(second, 'serving');
  await settle(second);
  await other(second, 'Change note').click();
  await second.locator('dialog textarea').fill('All done at 2');
  await second.keyboard.press('Enter');
  await expect(second.locator('.visit .note')).toContainText('All done at 2');
  await settle(second);
  await second.keyboard.press('F9');
  await shows(second, 'idle');

  await expect(page.locator('.list li')).toContainText('for you');
  await settle(page);
  await page.keyboard.press('F2');
  await shows(page, 'called');
  await expect(page.locator('.visit .note')).toContainText('All done at 2');
  await settle(page);
  await page.keyboard.press('F2');
  await shows(page, 'serving');
  await settle(page);
  await other(page, 'Park').click();
  await shows(page, 'idle');
  await page.getByRole('tab', { name: 'Parked 1' }).click();
  await settle(page);
  await page.getByRole('button', { name: said('Call A001') }).click();
  await shows(page, 'called');
  calm();
  alsoCalm();
});

test('finish and next, after-work, closing the counter', async ({ page }) => {
  const calm = quiet(page);
  await branch.ticket(1);
  await branch.ticket(2);
  await sit(page, branch);
  await page.getByLabel('When I finish, call the next visitor at once').check();
  await page.keyboard.press('F2');
  await shows(page, 'called');
  await settle(page);
  await page.keyboard.press('F2');
  await shows(page, 'serving');
  await expect(main(page)).toContainText('Finish and next');
  await settle(page);
  await main(page).click();
  await shows(page, 'called');
  await expect(label(page)).toHaveText('B001');
  await settle(page);
  await page.keyboard.press('F2');
  await shows(page, 'serving');
  await expect(main(page)).toHaveText(/^Finish/);
  await settle(page);
  await other(page, 'After-work').click();
  await shows(page, 'afterwork');
  await keeps(page, PHONE_TARGET_PX);
  await settle(page);
  await main(page).click();
  await shows(page, 'idle');
  await settle(page);
  await page.getByLabel('Menu').click();
  await keeps(page, PHONE_TARGET_PX);
  await page.getByRole('button', { name: 'Close counter' }).click();
  await shows(page, 'counters');
  expect((await told(branch)).shift.state).toBe('free');
  calm();
});

test('somebody takes over: the page says who, and takes back', async ({ page, browser }) => {
  const calm = quiet(page);
  await sit(page, branch);
  const second = await another(browser);
  await signIn(second, branch, 3);
  await shows(second, 'counters');
  await second.getByRole('button', { name: '1 Clerk 1' }).click();
  await second.getByRole('button', { name: 'Take over' }).click();
  await shows(second, 'idle');
  await shows(page, 'taken');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Clerk 3');
  await keeps(page, PHONE_TARGET_PX);
  await page.getByRole('button', { name: 'Take over' }).click();
  await shows(page, 'idle');
  await shows(second, 'taken');
  await settle(second);
  await second.getByRole('button', { name: 'Choose another counter' }).click();
  await second.locator('main ul button').nth(1).click();
  await shows(second, 'idle');
  // The same clerk elsewhere: here it says where.
  await settle(second);
  const moved = await branch.must('POST', '/v1/login', { login: 'clerk3', password: 'demo-clerk' });
  await branch.must('POST', '/v1/counters/4/open', { take_over: true }, moved.token);
  await shows(second, 'free');
  await expect(second.getByText(said('You work at counter 4'))).toBeVisible();
  await keeps(second, PHONE_TARGET_PX);
  calm();
});

test('the wire is cut and comes back: a banner in five seconds, the visit stays', async ({ page, context }) => {
  const calm = quiet(page, [REFUSED]);
  await branch.ticket(1);
  await sit(page, branch);
  await main(page).click();
  await shows(page, 'called');
  await settle(page);
  await context.setOffline(true);
  await expect(page.locator('.banner')).toContainText('No connection to the branch since', { timeout: 5_000 });
  await expect(label(page)).toHaveText('A001');
  await expect(main(page)).toHaveText('Waiting for the branch');
  await keeps(page, PHONE_TARGET_PX);
  await page.keyboard.press('F2');
  await main(page).click({ force: true }); // It is locked: nothing may come of it.
  await context.setOffline(false);
  await expect(page.locator('.banner')).toHaveCount(0, { timeout: 8_000 });
  await shows(page, 'called');
  await page.keyboard.press('F2');
  await shows(page, 'serving');
  calm();
});

test('the branch is restarted in the middle of a visit, and the page with it', async ({ page }) => {
  const calm = quiet(page, [REFUSED, ANSWERED]);
  await branch.ticket(1);
  await sit(page, branch);
  await main(page).click();
  await shows(page, 'called');
  await settle(page);
  await main(page).click();
  await shows(page, 'serving');
  await branch.down(true);
  await expect(page.locator('.banner')).toContainText('No connection', { timeout: 5_000 });
  await expect(label(page)).toHaveText('A001');
  await branch.up();
  await expect(page.locator('.banner')).toHaveCount(0, { timeout: 15_000 });
  await page.reload();
  await shows(page, 'serving');
  await expect(label(page)).toHaveText('A001');
  await settle(page);
  await page.keyboard.press('F9');
  await shows(page, 'idle');
  calm();
});

test('a slow branch is told of, and a no is said in words', async ({ page }) => {
  const calm = quiet(page, [ANSWERED]);
  await branch.ticket(1);
  await sit(page, branch);
  await page.route('**/next', async (route) => {
    await new Promise((done) => setTimeout(done, 1_500));
    await route.continue();
  });
  await main(page).click();
  await expect(page.getByText('The branch is slow to answer')).toBeVisible();
  await expect(main(page)).toHaveAttribute('aria-busy', 'true');
  await accessible(page);
  await shows(page, 'called');
  await settle(page);
  await page.route('**/start', (route) => route.fulfill({ status: 409, contentType: 'application/problem+json', body: JSON.stringify({ status: 409, code: 'not_the_current_call', detail: 'Nobody is at the counter any more.' }) }));
  await main(page).click();
  await expect(page.locator('.banner')).toContainText('The visit had changed before you pressed');
  await keeps(page, PHONE_TARGET_PX);
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await expect(page.locator('.banner')).toHaveCount(0);
  calm();
});

test('a sign-in that is over asks for the password and goes on where it was; a right that is missing is named', async ({ page }) => {
  const calm = quiet(page, [ANSWERED]);
  await sit(page, branch);
  await page.evaluate(() => sessionStorage.setItem('anteroom.token', 'not.a.token'));
  await page.reload();
  await shows(page, 'sign-in');
  await expect(page.locator('.banner')).toContainText('Your sign-in has ended');
  await accessible(page);
  await page.getByLabel('Password').fill('demo-clerk');
  await page.keyboard.press('Enter');
  await shows(page, 'idle');
  await page.getByLabel('Menu').click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await shows(page, 'sign-in');
  // The sample branch lets everybody work at a counter.
  const detail = 'This needs the right counter.';
  await page.route('**/v1/screens/clerk*', (route) => route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify({ status: 403, code: 'right_missing', detail }) }));
  await page.getByLabel('Password').fill('demo-clerk');
  await page.keyboard.press('Enter');
  await shows(page, 'forbidden');
  await keeps(page, PHONE_TARGET_PX);
  calm();
});

test('a counter that does not exist leads to the choice of those that do', async ({ page }) => {
  const calm = quiet(page, [ANSWERED]);
  await signIn(page, branch, 1, '?counter=77');
  await shows(page, 'unknown-counter');
  await keeps(page, PHONE_TARGET_PX);
  await page.getByRole('button', { name: 'Choose another counter' }).click();
  await shows(page, 'counters');
  calm();
});

test('a clerk who waits hears the first visitor come', async ({ page }) => {
  await page.addInitScript(() => {
    const start = OscillatorNode.prototype.start;
    (window as any).notes = 0;
    OscillatorNode.prototype.start = function (when?: number) {
      (window as any).notes += 1;
      return start.call(this, when);
    };
  });
  const calm = quiet(page);
  await sit(page, branch);
  const notes = (): Promise<number> => page.evaluate(() => (window as any).notes);
  expect(await notes()).toBe(0);
  await branch.ticket(1);
  await expect.poll(notes).toBe(1);
  await branch.ticket(1);
  await expect(page.locator('.list li')).toHaveCount(2);
  expect(await notes()).toBe(1);
  calm();
});

for (const [name, viewport, query] of [
  ['a narrow window', { width: 320, height: 480 }, ''],
  ['a narrow window in Arabic', { width: 320, height: 568 }, '?lang=ar'],
  ['a desk in Arabic', { width: 1280, height: 800 }, '?lang=ar'],
  ['a narrow window in lengthened words', { width: 320, height: 568 }, '?lang=en-xa'],
  ['a desk in lengthened words', { width: 1024, height: 768 }, '?lang=en-xa'],
] as const) {
  test(`every state holds in ${name}`, async ({ page }) => {
    test.slow();
    const calm = quiet(page);
    await page.setViewportSize(viewport);
    const look = async (): Promise<void> => {
      await keeps(page, PHONE_TARGET_PX);
      if (query.includes('xa')) await allTranslated(page, BRANCH_WORDS);
    };
    await page.goto(`${branch.url}/clerk/${query}`);
    await shows(page, 'sign-in');
    await look();
    await page.locator('input[name=username]').fill('clerk1');
    await page.locator('input[name=password]').fill('demo-clerk');
    await page.keyboard.press('Enter');
    await shows(page, 'counters');
    await look();
    await page.locator('main ul button').first().click();
    await shows(page, 'idle');
    await look();
    if (query.includes('ar')) await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
    for (let n = 0; n < 4; n += 1) await branch.ticket(1 + n, 1 + n);
    await expect(page.locator('.list li')).toHaveCount(4);
    await look();
    await settle(page);
    await main(page).click();
    await shows(page, 'called');
    await look();
    await settle(page);
    await main(page).click();
    await shows(page, 'serving');
    await look();
    // The number at once, and the button that goes on, without scrolling.
    await expect(label(page)).toBeInViewport();
    await expect(main(page)).toBeInViewport({ ratio: 1 });
    await page.locator('.others button').nth(2).click();
    await expect(page.locator('dialog[open]')).toBeVisible();
    await look();
    await page.keyboard.press('Escape');
    await page.locator('.others button').nth(4).click();
    await expect(page.locator('dialog[open] textarea')).toBeVisible();
    await look();
    await page.keyboard.press('Escape');
    await settle(page);
    await main(page).click();
    await shows(page, 'idle');
    await expect(page.locator('.undo')).toBeVisible();
    await look();
    await page.locator('summary').click();
    await look();
    await page.locator('.menu button').nth(1).click();
    await expect(page.locator('dialog[open]')).toBeVisible();
    await look();
    await fits(page);
    calm();
  });
}
