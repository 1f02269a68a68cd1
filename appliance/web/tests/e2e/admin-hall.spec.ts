// The administration's parts that look after the hall: freeing a counter, surveys, Virtual Ticket, tokens of screens,
// and what is amiss in the reader's language.
import { expect, test, type Page } from '@playwright/test';
import { Branch } from './branch';
import { accessible, allTranslated, fits, keeps, PHONE_TARGET_PX, quiet, shows } from './looks';
import { ANSWERED, inForce, manager, REFUSED, said, save, saved, signIn } from './office';

// Each test has a branch of its own.
test.describe.configure({ mode: 'parallel' });

let branch: Branch;
test.beforeEach(async () => {
  branch = await Branch.start();
});
test.afterEach(async () => {
  await branch.end();
});

const free = (page: Page, counter: number) => page.getByRole('button', { name: said(`Free it Counter ${counter}`) });
const keep = (page: Page): Promise<void> => keeps(page, PHONE_TARGET_PX);

test('a counter whose clerk has gone away is freed: back into the line, put aside, finished; and who did it is told', async ({ page }) => {
  const calm = quiet(page, [ANSWERED]);
  const token = await branch.ticket(1);
  const clerk = await branch.clerk(2);
  await clerk.next();
  await clerk.with('start');
  await signIn(page, branch, '#/counters');
  const row = page.getByRole('listitem').filter({ hasText: said('Counter 2') });
  await expect(row).toContainText(said('Clerk 2 sits here since'));
  await expect(row).toContainText(said('A001 is being served since'));
  await expect(free(page, 1)).toHaveCount(0);
  await keep(page);

  // By keyboard, with the choice that is offered first.
  await free(page, 2).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toContainText('The customer waits again and is called next.');
  await expect(page.getByRole('dialog')).toContainText('The story of the ticket says that it was you.');
  await keep(page);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  expect((await branch.must('GET', `/qnet6/rest/smart/ticket/${token}`)).status).toBe(60);
  await free(page, 2).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Free it' }).click();
  await expect(page.locator('.banner')).toContainText(said('Counter 2 is free. A001 waits again'));
  await expect(free(page, 2)).toHaveCount(0);
  await accessible(page);
  expect((await branch.must('GET', `/qnet6/rest/smart/ticket/${token}`)).status).toBe(20);
  const lead = await manager(branch);
  const { entries } = await branch.must('GET', '/v1/tickets/1/story', undefined, lead);
  expect(entries.at(-1).by.name).toBe('Manager');

  // The clerk is told that nobody sits there, and may open it anew.
  await clerk.does('open');
  expect(await clerk.next()).toBe('A001');
  await free(page, 2).click();
  await page.getByLabel('Park').check();
  await page.getByRole('dialog').getByRole('button', { name: 'Free it' }).click();
  await expect(page.locator('.banner')).toContainText(said('A001 is parked.'));
  await clerk.does('open');
  expect(await clerk.parked()).toEqual([1]);

  // Whose customer has left can only be finished.
  await clerk.does('call', { ticket: 1 });
  const { counters } = await branch.must('GET', '/v1/counters', undefined, lead);
  clerk.call = counters[1].call.id;
  await clerk.with('start');
  await clerk.with('finish', { afterwork: true });
  await expect(row).toContainText(said('After-work for A001'));
  await free(page, 2).click();
  await expect(page.getByRole('dialog').getByRole('radio')).toHaveCount(1);
  await page.getByRole('dialog').getByRole('button', { name: 'Free it' }).click();
  await expect(page.locator('.banner')).toContainText(said('A001 is finished.'));
  expect((await branch.must('GET', `/qnet6/rest/smart/ticket/${token}`)).status).toBe(90);
  calm();
});

test('a visit that ends meanwhile is not another one; a lost answer frees once', async ({ page }) => {
  const calm = quiet(page, [ANSWERED, REFUSED]);
  await branch.ticket(1);
  await branch.ticket(1);
  const clerk = await branch.clerk(1);
  await clerk.next();
  await signIn(page, branch, '#/counters');
  await free(page, 1).click();
  await expect(page.getByRole('dialog')).toContainText(said('A001 is called'));
  // What the page hears of the counters stays as it is, while the clerk comes back and goes on.
  const stale = await branch.must('GET', '/v1/counters', undefined, await manager(branch));
  await page.route('**/v1/counters', (route) => route.fulfill({ json: stale }));
  await clerk.with('start');
  await clerk.with('finish');
  await clerk.next();
  await page.getByRole('dialog').getByRole('button', { name: 'Free it' }).click();
  await expect(page.getByRole('alert')).toContainText('The visit has changed meanwhile');
  await keep(page);
  await page.unroute('**/v1/counters');
  await expect(page.getByRole('dialog')).toContainText(said('A002 is called'));
  let lost = 0;
  await page.route('**/release', async (route) => {
    if (lost > 0) return route.fallback();
    lost += 1;
    await route.fetch();
    return route.abort('connectionreset');
  });
  await page.getByRole('dialog').getByRole('button', { name: 'Free it' }).click();
  await expect(page.locator('.banner')).toContainText(said('Counter 1 is free.'));
  expect(lost).toBe(1);
  const { tickets } = await branch.must('GET', '/v1/tickets?state=waiting', undefined, await manager(branch));
  expect(tickets.map((each: any) => each.label)).toEqual(['A002']);
  calm();
});

test('a survey: questions and answers in every language, reordered by keys, refused without an answer, asked on phones', async ({ page }) => {
  const calm = quiet(page, [ANSWERED]);
  await signIn(page, branch, '#/surveys');
  await expect(page.getByRole('link', { name: 'Default profile' })).toContainText('asked after visits');
  await keep(page);
  await page.getByRole('link', { name: 'Default profile' }).click();
  await shows(page, 'surveys-one');
  await expect(page.getByRole('button', { name: 'Remove', exact: true })).toHaveCount(0);
  await keep(page);
  await page.getByRole('link', { name: 'Surveys', exact: true }).first().click();
  await page.getByRole('button', { name: 'Add survey' }).click();
  await shows(page, 'surveys-one');
  await page.getByLabel('Name', { exact: true }).fill('Short');
  await page.getByRole('button', { name: 'Add question' }).click();
  await expect(page.getByRole('group', { name: 'What is asked' }).getByLabel('English')).toBeFocused();
  await page.keyboard.type('Were you helped?');
  await page.getByRole('group', { name: 'What is asked' }).getByLabel('العربية').fill('هل ساعدناكم؟');
  await save(page).click();
  await expect(page.locator('.summary')).toContainText('one mistake');
  await page.locator('.summary button').click();
  await expect(page.getByText('A question needs at least one answer.')).toBeVisible();
  await keep(page);
  for (const [index, words] of ['No', 'Yes', 'In part'].entries()) {
    await page.getByRole('button', { name: said('Add answer Question 1') }).click();
    await expect(page.getByRole('group', { name: said(`Answer ${index + 1}`) }).first().getByLabel('English')).toBeFocused();
    await page.keyboard.type(words);
  }
  await page.getByRole('button', { name: said('Move Answer 3 up') }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: said('Move Answer 2 up') })).toBeFocused();
  await page.getByRole('button', { name: said('Remove: Answer 1') }).click();
  await keep(page);
  await page.getByRole('link', { name: 'Smart Ticket', exact: true }).click();
  await page.getByLabel('Questions after the visit').selectOption('Short');
  await save(page).click();
  await saved(page);
  const { settings } = await inForce(branch);
  const made = settings.surveys.at(-1);
  expect([made.id, made.name, settings.smart_ticket.survey]).toEqual([2, 'Short', 2]);
  expect(made.questions[0].texts).toMatchObject({ 1: 'Were you helped?', 4: 'هل ساعدناكم؟' });
  expect(made.questions[0].id).toBe(2);
  expect(made.questions[0].answers.map((each: any) => [each.texts['1'], each.value])).toEqual([['In part', 3], ['Yes', 2]]);

  // What was written is asked.
  const ticket = await branch.ticket(1);
  const clerk = await branch.clerk(1);
  await clerk.next();
  await clerk.with('start');
  await clerk.with('finish');
  await page.goto(`${branch.url}/qnet6/smart/?ticket=${ticket}`);
  await shows(page, 'feedback');
  await expect(page.getByText('Were you helped?')).toBeVisible();
  calm();
});

test('Virtual Ticket: limits, notices with a preview, and where the branch is', async ({ page }) => {
  const calm = quiet(page, [ANSWERED]);
  await signIn(page, branch, '#/virtual');
  await keep(page);
  await page.getByLabel('A customer may hold several tickets').check();
  await page.getByLabel('Within, in kilometres').fill('0');
  await page.getByLabel('Customers waiting, at least').fill('2');
  await page.getByRole('group', { name: 'When called: Message' }).getByLabel('English').fill('%{ticket.tag}%{ticket.number} to %{ticket.desk.tag}!');
  await expect(page.getByRole('group', { name: 'Preview' })).toContainText('A001 to 1!');
  await page.getByLabel('City').fill('Budapest');
  await page.getByLabel('Latitude and longitude').fill('somewhere');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('alert')).toContainText('Please enter two numbers');
  await keep(page);
  await page.getByLabel('Latitude and longitude').fill('47.4979, 19.0402');
  await page.keyboard.press('Tab');
  await expect(page.getByLabel('Latitude and longitude')).not.toHaveAttribute('aria-invalid');
  await save(page).click();
  await page.locator('.summary button').click();
  await expect(page.getByLabel('Within, in kilometres')).toBeFocused();
  await page.getByLabel('Within, in kilometres').fill('25');
  await save(page).click();
  await saved(page);
  const { settings } = await inForce(branch);
  expect(settings.virtual_ticket).toMatchObject({ radius_km: 25, min_customers: 2, allow_multi_ticket: true, site: { city: 'Budapest', coordinates: [47_497_900, 19_040_200] } });
  await page.getByRole('link', { name: 'History', exact: true }).click();
  await page.locator('main ol a').first().click();
  await expect(page.locator('main')).toContainText('Virtual Ticket · City');
  await keep(page);
  calm();
});

test('a screen gets a token that is shown once, works with it, and loses it', async ({ page, browser }) => {
  const strict = await Branch.start({ set: ['screens.trusted=[]'] });
  try {
    const calm = quiet(page, [ANSWERED]);
    await signIn(page, strict, '#/screens');
    await expect(page.getByText('None. Screens at the box itself')).toBeVisible();
    await keep(page);
    await page.getByRole('button', { name: 'Make a token' }).click();
    await expect(page.getByRole('alert')).toContainText('Please give the screen a name.');
    await page.getByLabel('Name', { exact: true }).fill('At the door');
    await page.keyboard.press('Enter');
    const address = page.getByLabel('The address to open');
    await expect(address).toBeFocused();
    await expect(page.getByRole('listitem').filter({ hasText: 'At the door' })).toBeVisible();
    await keep(page);
    await page.getByRole('button', { name: 'Copy' }).click();
    await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();

    const screen = await (await browser.newContext({ viewport: { width: 1080, height: 1920 } })).newPage();
    await screen.goto(`${strict.url}/dispenser/`);
    await shows(screen, 'refused');
    await screen.goto('about:blank');
    await screen.goto(await address.inputValue());
    await shows(screen, 'attract');

    await page.reload();
    await expect(page.getByRole('listitem').filter({ hasText: 'At the door' })).toBeVisible();
    await expect(page.getByLabel('The address to open')).toHaveCount(0);
    await page.getByRole('button', { name: said('Take away At the door') }).click();
    await keep(page);
    await page.getByRole('dialog').getByRole('button', { name: 'Take away' }).click();
    await expect(page.locator('.banner')).toContainText('has no token any more.');
    await expect(page.getByText('None. Screens at the box itself')).toBeVisible();
    await screen.reload();
    await shows(screen, 'refused');
    await screen.context().close();
    calm();
  } finally {
    await strict.end();
  }
});

test('what is amiss is said in the reader\u2019s language; what this page does not know, in English', async ({ page }) => {
  const calm = quiet(page);
  const amiss = await Branch.start({
    settings: (settings) => {
      for (const counter of settings.counters) counter.serves = [2, 3, 4, 5, 6];
      settings.counters[3].serves = [];
    },
  });
  try {
    await amiss.down();
    amiss.password('manager', 'three words together');
    await amiss.up();
    await signIn(page, amiss, '', '?lang=en-xa', 'three words together');
    await expect(page.locator('.checks li').first()).toBeVisible();
    await allTranslated(page.locator('.checks').page(), /^(English|Magyar|Default branch|Manager)$|\u2068|^[^A-Za-z]*$/);
    await fits(page);
    for (const [language, words] of [
      ['hu', 'Egyetlen pult sem szolgálja ki'],
      ['ru', 'не обслуживает ни одно окно'],
      ['ar', 'لا يخدم أي شباك'],
    ] as const) {
      await page.goto(`${amiss.url}/admin/?lang=${language}`);
      await expect(page.locator('.checks')).toContainText(words);
      await keep(page);
    }
    const strange = { code: 'moon_too_bright', severity: 'warning', subject: 'moon', message: 'The moon is too bright.', remedy: 'Wait for the morning.', values: {} };
    await page.route('**/v1/checks', (route) => route.fulfill({ json: [strange] }));
    await page.reload();
    await expect(page.getByText('The moon is too bright.')).toHaveAttribute('lang', 'en');
    await keep(page);
    calm();
  } finally {
    await amiss.end();
  }
});

test('on a narrow phone and from the right', async ({ page }) => {
  const calm = quiet(page);
  await branch.ticket(1);
  const clerk = await branch.clerk(1);
  await clerk.next();
  await page.setViewportSize({ width: 320, height: 568 });
  await signIn(page, branch, '#/counters', '?lang=ar');
  await page.locator('.act button').click();
  await expect(page.locator('dialog[open] input[type=radio]')).toHaveCount(3);
  await keep(page);
  await page.goto(`${branch.url}/admin/?lang=en-xa#/counters`);
  await page.locator('.act button').click();
  await expect(page.locator('dialog[open] input[type=radio]')).toHaveCount(3);
  await fits(page);
  calm();
});
