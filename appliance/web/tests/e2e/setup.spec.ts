// A fresh branch: who reads the code off its screen chooses the first password in the browser and is inside; every no
// at its field; whoever comes later signs in; and what a clerk is told meanwhile.
import { expect, test, type Page } from '@playwright/test';
import { Branch } from './branch';
import { accessible, allTranslated, fits, keeps, PHONE_TARGET_PX, quiet, shows } from './looks';
import { ANSWERED, REFUSED } from './office';

const PASSWORD = 'three words together';
const WRONG_CODE = '0000-0000-0000-0000-0000';
/** What the branch itself says. */
const OWN_WORDS = /^(English|Magyar|Русский|العربية)$/;

/** The sample branch's settings, as a branch of somebody's own. */
const fresh = (change: (settings: any) => void = () => undefined): Promise<Branch> => Branch.start({ settings: change });

const keep = (page: Page): Promise<void> => keeps(page, PHONE_TARGET_PX);
const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });
const alert = (page: Page) => page.getByRole('alert');
const press = (page: Page) => page.getByRole('button', { name: 'Set up and sign in' }).click();

interface Filled {
  code?: string;
  login?: string;
  password?: string;
  again?: string;
}

async function fill(page: Page, { code, login, password, again = password }: Filled): Promise<void> {
  if (code !== undefined) await field(page, 'Setup code').fill(code);
  if (login !== undefined) await field(page, 'Login').fill(login);
  if (password !== undefined) await field(page, 'Password').fill(password);
  if (again !== undefined) await field(page, 'The same password again').fill(again);
}

test('with the code on its screen a person walks in; the next one signs in', async ({ page, browser }) => {
  const calm = quiet(page, [ANSWERED]);
  const branch = await fresh();
  try {
    expect(branch.shown.split('\n').every((line) => line.length < 100)).toBe(true);
    expect(branch.shown).toContain("Open /admin/ at the branch's address in a browser");
    const code = await branch.code();
    await page.goto(`${branch.url}/admin/`);
    await expect(heading(page, 'Set up this branch')).toBeVisible();
    await keep(page);

    // All that can be said without asking, at once; the first field that is wrong has the focus.
    await press(page);
    await expect(alert(page)).toHaveCount(3);
    await expect(field(page, 'Setup code')).toBeFocused();
    await expect(field(page, 'Setup code')).toHaveAttribute('aria-invalid', 'true');
    await keep(page);
    await fill(page, { code: WRONG_CODE, login: 'manager', password: 'too short', again: 'too short' });
    await press(page);
    await expect(alert(page)).toContainText(/needs at least \W*10\W* characters; this one has \W*9\W*\./);
    await expect(field(page, 'Password')).toBeFocused();
    await fill(page, { password: PASSWORD, again: 'three words' });
    await press(page);
    await expect(alert(page)).toContainText('The two passwords differ');
    await expect(field(page, 'The same password again')).toBeFocused();

    // What the branch refuses.
    await fill(page, { again: PASSWORD });
    await press(page);
    await expect(alert(page)).toContainText('This is not the setup code');
    await expect(field(page, 'Setup code')).toBeFocused();
    await expect(field(page, 'Password')).toHaveValue(PASSWORD);
    await keep(page);
    for (const [login, words] of [
      ['clerk1', /Please use this login: \W*manager\W*\./],
      ['x'.repeat(65), 'Please choose a login of 1 to 64 letters'],
    ] as const) {
      await fill(page, { code, login });
      await press(page);
      await expect(alert(page)).toContainText(words);
      await expect(field(page, 'Login')).toBeFocused();
    }
    await fill(page, { login: 'manager', password: 'ü'.repeat(200) });
    await press(page);
    await expect(alert(page)).toContainText('This password is too long');

    // By keyboard alone, the code as somebody reads it off a screen.
    await field(page, 'Setup code').fill(` ${code.toUpperCase().replaceAll('-', ' ').replaceAll('0', 'O').replaceAll('1', 'l')} `);
    await fill(page, { password: PASSWORD });
    await page.getByLabel('Show the passwords').focus();
    await page.keyboard.press('Space');
    await expect(field(page, 'Password')).toHaveAttribute('type', 'text');
    await accessible(page);
    await page.keyboard.press('Space');
    await expect(field(page, 'Password')).toHaveAttribute('type', 'password');
    await page.keyboard.press('Tab');
    await expect(page.getByRole('button', { name: 'Set up and sign in' })).toBeFocused();
    await page.keyboard.press('Enter');
    await shows(page, 'overview');
    await expect(page.locator('.checks')).toBeVisible();
    await page.reload();
    await shows(page, 'overview');
    expect((await branch.must('GET', '/v1/setup')).awaited).toBe(false);

    const visitor = await browser.newPage();
    await visitor.goto(`${branch.url}/admin/`);
    await expect(heading(visitor, 'Administration')).toBeVisible();
    await expect(visitor.getByText('setup code')).toHaveCount(0);
    await field(visitor, 'Login').fill('manager');
    await field(visitor, 'Password').fill(PASSWORD);
    await visitor.keyboard.press('Enter');
    await shows(visitor, 'overview');
    await visitor.close();
    calm();
  } finally {
    await branch.end();
  }
});

test('a branch whose settings know no administrator gets its first one, by name', async ({ page }) => {
  const calm = quiet(page, [ANSWERED]);
  const branch = await fresh((settings) => (settings.operators = settings.operators.filter((each: any) => each.login === 'clerk1')));
  try {
    await page.goto(`${branch.url}/admin/`);
    await fill(page, { code: await branch.code(), login: 'clerk1', password: PASSWORD });
    await press(page);
    await expect(alert(page)).toContainText('does not administer the branch has this login');
    await field(page, 'Login').fill('anna');
    const name = field(page, 'Name (may be left empty)');
    await name.fill('A'.repeat(81));
    await press(page);
    await expect(alert(page)).toContainText('at most 80 characters');
    await expect(name).toBeFocused();
    await name.fill('Anna Kovács');
    await press(page);
    await shows(page, 'overview');
    await expect(page.locator('header')).toContainText('Anna Kovács');
    calm();
  } finally {
    await branch.end();
  }
});

test('somebody was quicker; a clerk is sent to the administration; who has a password needs no code', async ({ page, browser }) => {
  const calm = quiet(page, [ANSWERED]);
  const branch = await fresh();
  try {
    const code = await branch.code();
    const clerk = await browser.newPage();
    const calmClerk = quiet(clerk);
    await clerk.goto(`${branch.url}/clerk/`);
    await expect(heading(clerk, 'This branch is not set up yet')).toBeVisible();
    await keep(clerk);
    await clerk.getByRole('button', { name: 'I have a password already' }).click();
    await expect(heading(clerk, 'Sign in')).toBeFocused();
    await clerk.reload();
    await clerk.getByRole('link', { name: 'Set up the branch' }).click();
    await expect(heading(clerk, 'Set up this branch')).toBeVisible();
    calmClerk();

    await page.goto(`${branch.url}/admin/`);
    await page.getByRole('button', { name: 'I have a password already' }).click();
    await expect(heading(page, 'Administration')).toBeFocused();
    await keep(page);
    await page.getByRole('button', { name: 'I have a setup code' }).click();
    await expect(heading(page, 'Set up this branch')).toBeFocused();
    await fill(page, { code, login: 'manager', password: PASSWORD });
    await fill(clerk, { code, login: 'manager', password: PASSWORD });
    await press(clerk);
    await shows(clerk, 'overview');
    await clerk.close();
    await press(page);
    await expect(heading(page, 'Administration')).toBeFocused();
    await expect(page.getByRole('status')).toContainText('It has been set up already');
    await expect(field(page, 'Login')).toHaveValue('manager');
    await keep(page);
    await field(page, 'Password').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await shows(page, 'overview');
    await page.goto(`${branch.url}/clerk/`);
    await expect(page.locator('[data-screen]')).not.toHaveAttribute('data-screen', 'sign-in');
    calm();
  } finally {
    await branch.end();
  }
});

test('guessing is slowed down; no answer keeps what was typed; an old code says how to get another one', async ({ page }) => {
  const calm = quiet(page, [ANSWERED, REFUSED]);
  const branch = await fresh();
  try {
    await branch.code();
    await page.goto(`${branch.url}/admin/`);
    await fill(page, { code: WRONG_CODE, login: 'manager', password: PASSWORD });
    for (let n = 0; n < 10; n += 1) await branch.ask('POST', '/v1/setup', { code: WRONG_CODE, login: 'manager', password: PASSWORD });
    await press(page);
    await expect(alert(page)).toContainText(/try again in \W*\d+\W* seconds/);
    await expect(field(page, 'Setup code')).toBeFocused();
    await branch.down();
    await press(page);
    await expect(page.getByRole('status')).toContainText('The branch does not answer');
    await expect(field(page, 'Password')).toHaveValue(PASSWORD);
    await accessible(page);

    // A day later.
    branch.ageCode(24);
    await branch.up();
    const newest = await branch.code();
    await branch.down();
    branch.ageCode(23.999);
    await branch.up();
    await page.reload();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Set up this branch|This setup code is too old/);
    for (const end = Date.now() + 20_000; !(await branch.must('GET', '/v1/setup')).expired && Date.now() < end; ) await page.waitForTimeout(100);
    await page.reload();
    await expect(heading(page, 'This setup code is too old')).toBeVisible();
    await keep(page);
    await page.getByRole('button', { name: 'I have done that' }).click();
    await expect(page.getByRole('status')).toContainText('There is no new code yet');
    await keep(page);
    await branch.down();
    await page.getByRole('button', { name: 'I have done that' }).click();
    await expect(page.getByRole('status')).toContainText('The branch does not answer');
    await branch.up();
    await page.getByRole('button', { name: 'I have done that' }).click();
    await expect(heading(page, 'Set up this branch')).toBeVisible();
    await expect.poll(() => branch.code()).not.toBe(newest);
    await fill(page, { code: await branch.code(), login: 'manager', password: PASSWORD });
    await press(page);
    await shows(page, 'overview');
    calm();
  } finally {
    await branch.end();
  }
});

test('a code that grows old under the hand, a server that is busy or cannot write', async ({ page }) => {
  const calm = quiet(page, [ANSWERED]);
  const branch = await fresh();
  try {
    await page.goto(`${branch.url}/admin/`);
    await fill(page, { code: await branch.code(), login: 'manager', password: PASSWORD });
    const answers: [number, string][] = [
      [503, 'busy'],
      [503, 'unavailable'],
      [403, 'code_expired'],
    ];
    await page.route('**/v1/setup', (route) => {
      const next = route.request().method() === 'POST' ? answers.shift() : undefined;
      return next ? route.fulfill({ status: next[0], contentType: 'application/problem+json', body: JSON.stringify({ code: next[1], detail: 'In English.' }) }) : route.fallback();
    });
    for (const words of ['The server is busy', 'could not be written down']) {
      await press(page);
      await expect(page.getByRole('status')).toContainText(words);
      await keep(page);
    }
    await press(page);
    await expect(heading(page, 'This setup code is too old')).toBeFocused();
    await page.getByRole('button', { name: 'I have done that' }).click();
    await expect(heading(page, 'Set up this branch')).toBeVisible();
    await expect(field(page, 'Password')).toHaveValue(PASSWORD);
    await press(page);
    await shows(page, 'overview');
    calm();
  } finally {
    await branch.end();
  }
});

test('on a narrow phone, from the right, in the dark, in every language', async ({ page }) => {
  const calm = quiet(page, [ANSWERED]);
  const branch = await fresh();
  try {
    await page.setViewportSize({ width: 320, height: 568 });
    for (const [language, words] of [
      ['hu', 'A fiók beállítása'],
      ['ru', 'Настройка отделения'],
      ['ar', 'إعداد هذا الفرع'],
    ] as const) {
      await page.goto(`${branch.url}/admin/?lang=${language}`);
      await expect(heading(page, words)).toBeVisible();
      await page.locator('button[type=submit]').click();
      await expect(alert(page)).toHaveCount(3);
      await keep(page);
    }
    await page.emulateMedia({ colorScheme: 'dark' });
    await keep(page);
    await page.goto(`${branch.url}/admin/?lang=en-xa`);
    await page.locator('input[name=code]').fill('1');
    await page.locator('button[type=submit]').click();
    await expect(alert(page)).toHaveCount(3);
    await allTranslated(page, OWN_WORDS);
    await fits(page);
    await page.locator('form button').last().click();
    await allTranslated(page, OWN_WORDS);
    await page.goto(`${branch.url}/clerk/?lang=en-xa`);
    await expect(page.locator('a[href="/admin/"]')).toBeVisible();
    await allTranslated(page, OWN_WORDS);
    await keep(page);
    calm();
  } finally {
    await branch.end();
  }
});
