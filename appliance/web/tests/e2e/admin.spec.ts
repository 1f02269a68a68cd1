// The administration: signing in, what is amiss, each form, saving with what it hits and what is wrong, two people
// at once, people and passwords, devices, history; and what happens when the wire or the sign-in ends.
import { realpathSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { Branch, Printer } from './branch';
import { accessible, allTranslated, fits, keeps, PHONE_TARGET_PX, quiet, shows } from './looks';
import { ANSWERED, colleague, inForce, manager, REFUSED, said, save, saved, signIn } from './office';

// Each test has a branch of its own.
test.describe.configure({ mode: 'parallel' });

let branch: Branch;
test.beforeEach(async () => {
  branch = await Branch.start();
});
test.afterEach(async () => {
  await branch.end();
});

test('signing in: a wrong password, a clerk without the right, a manager; what is amiss and where to mend it', async ({ page }) => {
  const calm = quiet(page, [ANSWERED]);
  await page.goto(`${branch.url}/admin/`);
  await shows(page, 'sign-in');
  await keeps(page, PHONE_TARGET_PX);
  await page.getByLabel('Login').fill('manager');
  await page.getByLabel('Password').fill('not this');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toContainText('Login or password is wrong');
  await page.getByLabel('Login').fill('clerk1');
  await page.getByLabel('Password').fill('demo-clerk');
  await page.keyboard.press('Enter');
  await shows(page, 'forbidden');
  await keeps(page, PHONE_TARGET_PX);
  await page.getByRole('button', { name: 'Sign out' }).first().click();
  await signIn(page, branch);
  await shows(page, 'overview');
  await expect(page.locator('.checks')).toContainText('No printer is set up');
  await keeps(page, PHONE_TARGET_PX);
  await page.getByRole('link', { name: said('Go there: No printer is set up') }).click();
  await shows(page, 'devices');
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await expect(page.getByRole('heading', { name: 'No device is set up' })).toBeVisible();
  await keeps(page, PHONE_TARGET_PX);
  calm();
});

test('a service: reordered by keys, changed, refused with the fault beside the field, saved', async ({ page }) => {
  const calm = quiet(page, [ANSWERED]);
  await signIn(page, branch, '#/services');
  await keeps(page, PHONE_TARGET_PX);
  await page.getByRole('button', { name: said('Move Service 2 up') }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('list', { name: 'Services' }).first().getByRole('listitem').first()).toContainText('Service 2');
  await expect(page.getByRole('button', { name: said('Move Service 2 up') })).toBeFocused();
  await page.getByRole('link', { name: 'A Service 1' }).click();
  await shows(page, 'services-one');
  await keeps(page, PHONE_TARGET_PX);
  await page.getByRole('group', { name: 'Name' }).getByLabel('English').fill('Cash desk');
  await page.getByLabel('Letter of its numbers').fill('A1');
  await page.getByRole('link', { name: 'Counters', exact: true }).click();
  await save(page).click();
  await expect(page.locator('.summary')).toContainText('one mistake');
  await expect(page.locator('.summary')).toBeFocused();
  await accessible(page);
  await page.locator('.summary button').click();
  await shows(page, 'services-one');
  await expect(page.getByLabel('Letter of its numbers')).toBeFocused();
  await expect(page.getByLabel('Letter of its numbers')).toHaveAttribute('aria-invalid', 'true');
  await keeps(page, PHONE_TARGET_PX);
  expect((await inForce(branch)).version).toBe(1);
  await page.getByLabel('Letter of its numbers').fill('K');
  await page.keyboard.press('Control+s');
  await saved(page);
  const { settings } = await inForce(branch);
  expect(settings.services.map((each: any) => each.id)).toEqual([2, 1, 3, 4, 5, 6]);
  expect([settings.services[1].tag, settings.services[1].names['1']]).toEqual(['K', 'Cash desk']);
  calm();
});

test('removing a service for which people wait says whom it hits, and does not save; another one is asked about', async ({ page }) => {
  const calm = quiet(page, [ANSWERED]);
  await branch.ticket(1);
  await signIn(page, branch, '#/services/1');
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await shows(page, 'services');
  await save(page).click();
  await expect(page.getByRole('dialog')).toContainText('1 open ticket needs service 1');
  await expect(page.getByRole('dialog').getByRole('button')).toHaveCount(1);
  await keeps(page, PHONE_TARGET_PX);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Discard' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Discard' }).click();
  await expect(page.getByRole('link', { name: 'A Service 1' })).toBeVisible();
  await page.getByRole('link', { name: 'B Service 2' }).click();
  await page.getByRole('button', { name: 'Remove', exact: true }).click();
  await save(page).click();
  await expect(page.getByRole('dialog')).toContainText('Service 2');
  await page.getByRole('button', { name: 'Save all the same' }).click();
  await saved(page);
  expect((await inForce(branch)).settings.services).toHaveLength(5);
  calm();
});

test('two people at once: the other one is shown, both changes stay', async ({ page }) => {
  const calm = quiet(page, [ANSWERED]);
  await signIn(page, branch, '#/counters/3');
  await page.getByLabel('Name', { exact: true }).fill('Cash');
  await colleague(branch, (settings) => (settings.counters[3].name = 'Window'));
  await save(page).click();
  await expect(page.getByRole('dialog')).toContainText('Manager');
  await expect(page.getByRole('dialog')).toContainText('Window');
  await keeps(page, PHONE_TARGET_PX);
  await page.getByRole('button', { name: 'Put mine on top of theirs' }).click();
  await save(page).click();
  await saved(page);
  expect((await inForce(branch)).settings.counters.map((each: any) => each.name)).toEqual(['1', '2', 'Cash', 'Window']);
  calm();
});

test('an operator: added, given rights and a password, signs in; too short a password is refused', async ({ page }) => {
  const calm = quiet(page, [ANSWERED]);
  await signIn(page, branch, '#/operators');
  await keeps(page, PHONE_TARGET_PX);
  await page.getByRole('button', { name: 'Add operator' }).click();
  await shows(page, 'operators-one');
  await page.getByLabel('Name', { exact: true }).fill('Anna <img src=x onerror=alert(1)>');
  await page.getByLabel('Login').fill('anna');
  await page.getByLabel('Lead the hall').check();
  await page.getByLabel('Only these').check();
  await page.getByLabel('A · Service 1').uncheck();
  await expect(page.getByText('Save this operator first')).toBeVisible();
  await save(page).click();
  await saved(page);
  await page.getByLabel('New password').fill('short');
  await page.getByRole('button', { name: 'Set password' }).click();
  await expect(page.getByRole('alert')).toContainText(said('at least 10 characters'));
  await keeps(page, PHONE_TARGET_PX);
  await page.getByLabel('New password').fill('three words together');
  await page.getByRole('button', { name: 'Set password' }).click();
  await expect(page.getByText('The new password is set.')).toBeVisible();
  await expect(page.getByLabel('New password')).toHaveValue('');
  const { operator } = await branch.must('POST', '/v1/login', { login: 'anna', password: 'three words together' });
  expect(operator.rights).toContain('hall');
  const worker = (await inForce(branch)).settings.operators.at(-1);
  expect(worker.serves).toEqual([2, 3, 4, 5, 6]);
  await page.getByRole('button', { name: 'Sign out everywhere' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByText('Signed out everywhere.')).toBeVisible();
  calm();
});

test('hours, texts, Smart Ticket, bookings and rules are edited and saved', async ({ page }) => {
  const calm = quiet(page, [ANSWERED]);
  await signIn(page, branch, '#/services/3');
  await page.getByLabel('At any time').uncheck();
  const monday = page.getByRole('group', { name: 'Monday' });
  await monday.locator('input').first().fill('08:30');
  await monday.locator('input').last().fill('12:00');
  await monday.getByRole('button', { name: 'add times' }).click();
  await page.getByRole('button', { name: 'As on Monday, until Friday' }).click();
  await keeps(page, PHONE_TARGET_PX);
  await page.getByRole('link', { name: 'Opening hours', exact: true }).click();
  await expect(page.getByRole('row', { name: /Service 3/ })).toContainText('08:30–12:00');
  await keeps(page, PHONE_TARGET_PX);
  await page.getByRole('link', { name: 'Languages and texts' }).click();
  await page.getByLabel('Language to write').selectOption({ index: 1 });
  await page.getByLabel('Last line of the slip').fill('');
  await page.getByLabel('Show only what is missing').check();
  await expect(page.locator('main [role=status]').filter({ hasText: 'one text is missing' })).toBeVisible();
  await keeps(page, PHONE_TARGET_PX);
  await page.getByLabel('Last line of the slip').fill('Viszontlátásra!');
  await page.getByRole('link', { name: 'Smart Ticket', exact: true }).click();
  await page.getByLabel('Public address').fill('https://tickets.example.org');
  await page.getByRole('group', { name: 'When called' }).getByLabel('English').fill('Come to ${counterNumber}, ${ticketNumber}!');
  await expect(page.getByRole('group', { name: 'Preview' })).toContainText('Come to 1, A001!');
  await keeps(page, PHONE_TARGET_PX);
  await page.getByRole('link', { name: 'Bookings', exact: true }).click();
  await page.getByLabel('Length of a booked time').fill('20');
  await keeps(page, PHONE_TARGET_PX);
  await page.getByRole('link', { name: 'Branch and rules' }).click();
  await page.getByLabel('Calls in vain').fill('0');
  await page.getByLabel('Back into the line after').fill('');
  await keeps(page, PHONE_TARGET_PX);
  await save(page).click();
  await expect(page.getByLabel('Calls in vain')).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('Calls in vain').fill('4');
  await save(page).click();
  await saved(page);
  const { settings } = await inForce(branch);
  expect(settings.services[2].hours[4]).toEqual([[510, 720], [780, 1_020]]);
  expect(settings.slip_footer['2']).toBe('Viszontlátásra!');
  expect(settings.smart_ticket.public_url).toBe('https://tickets.example.org');
  expect([settings.bookings.slot_min, settings.rules.no_shows_max, settings.rules.put_back_after_min]).toEqual([20, 4, null]);
  calm();
});

test('nothing is lost: a reload, a branch out of reach, a sign-in that ends', async ({ page }) => {
  const calm = quiet(page, [ANSWERED, REFUSED]);
  await signIn(page, branch, '#/counters/2');
  await page.getByLabel('Name', { exact: true }).fill('Desk');
  page.once('dialog', (dialog) => void dialog.accept());
  await page.reload();
  await shows(page, 'counters-one');
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Desk');
  await branch.down();
  await save(page).click();
  await expect(page.locator('.summary')).toContainText('save again');
  await expect(page.locator('.banner')).toContainText('cannot be reached');
  await keeps(page, PHONE_TARGET_PX);
  await branch.up();
  const token = await manager(branch);
  await branch.must('POST', '/v1/operators/5/sign-out', {}, token);
  await save(page).click();
  await shows(page, 'sign-in');
  await expect(page.locator('.banner')).toContainText('still there');
  await page.locator('input[name=password]').fill('demo-manager');
  await page.keyboard.press('Enter');
  await shows(page, 'counters-one');
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Desk');
  await save(page).click();
  await saved(page);
  expect((await inForce(branch)).settings.counters[1].name).toBe('Desk');
  calm();
});

test('history: who, what, before and after; a version is brought back', async ({ page }) => {
  const calm = quiet(page);
  await colleague(branch, (settings) => {
    settings.services[0].tag = 'K';
    settings.counters.pop();
  });
  await signIn(page, branch, '#/history');
  await expect(page.locator('main ol')).toContainText('Manager');
  await keeps(page, PHONE_TARGET_PX);
  await page.locator('main ol a').first().click();
  await shows(page, 'history-one');
  await expect(page.locator('main')).toContainText('Services · Service 1 · Letter of its numbers');
  await expect(page.locator('main')).toContainText('These are the settings in force.');
  await keeps(page, PHONE_TARGET_PX);
  await page.goBack();
  await page.locator('main ol a').last().click();
  await page.getByRole('button', { name: 'Bring this version back' }).click();
  await accessible(page);
  await page.getByRole('dialog').getByRole('button', { name: 'Bring this version back' }).click();
  await save(page).click();
  await saved(page);
  const { settings } = await inForce(branch);
  expect([settings.services[0].tag, settings.counters.length]).toEqual(['A', 4]);
  calm();
});

test('devices: a printer prints a test slip, tells of no paper, and of being unplugged', async ({ page }) => {
  const calm = quiet(page, [ANSWERED]);
  const printer = await Printer.start();
  const own = await Branch.start({ set: [`devices=[{kind="printer",driver="escpos",port="${printer.port}"}]`] });
  try {
    await signIn(page, own, '#/devices');
    await expect(page.locator('.state')).toContainText('works', { timeout: 20_000 });
    await keeps(page, PHONE_TARGET_PX);
    await page.getByRole('button', { name: 'Print a test slip' }).click();
    await expect(page.locator('main .banner')).toContainText('The slip is out', { timeout: 20_000 });
    await keeps(page, PHONE_TARGET_PX);
    printer.tell('paper out');
    await expect(page.locator('.remedy').last()).toContainText('out of paper', { timeout: 20_000 });
    await accessible(page);
    printer.tell('unplug');
    await expect(page.locator('.state')).toContainText('not reachable', { timeout: 20_000 });
    await keeps(page, PHONE_TARGET_PX);
    calm();
  } finally {
    await own.end();
    await printer.end();
  }
});

test('devices: one is added, tried, renamed and removed at the page', async ({ page }) => {
  const calm = quiet(page, [ANSWERED]);
  const printer = await Printer.start();
  const own = await Branch.start();
  try {
    await signIn(page, own, '#/devices');
    await expect(page.getByRole('heading', { name: 'No device is set up' })).toBeVisible();
    await page.getByRole('button', { name: 'Add a device' }).click();
    const form = page.getByRole('dialog', { name: 'Add a device' });
    await expect(form).toBeVisible();
    await accessible(page);
    await form.getByLabel('Port', { exact: true }).fill('/etc/passwd');
    await form.getByRole('button', { name: 'Save' }).click();
    await expect(form.getByRole('alert')).toContainText('below /dev');
    await accessible(page);
    await form.getByLabel('Port', { exact: true }).fill(realpathSync(printer.port));
    await form.getByLabel('Name', { exact: true }).fill('By the door');
    await form.getByRole('button', { name: 'Save' }).click();
    await expect(form).toBeHidden();
    await expect(page.locator('.state')).toContainText('works', { timeout: 20_000 });
    await keeps(page, PHONE_TARGET_PX);
    await page.getByRole('button', { name: 'Print a test slip' }).click();
    await expect(page.locator('main .banner')).toContainText('The slip is out', { timeout: 20_000 });
    await page.getByRole('button', { name: 'Change By the door' }).click();
    const change = page.getByRole('dialog', { name: 'Change' });
    await change.getByLabel('Name', { exact: true }).fill('Window');
    await change.getByLabel('Name', { exact: true }).press('Enter');
    await expect(change).toBeHidden();
    await expect(page.getByRole('heading', { name: 'Window' })).toBeVisible({ timeout: 10_000 });
    await page.getByRole('button', { name: 'Remove Window' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await expect(page.getByRole('heading', { name: 'No device is set up' })).toBeVisible({ timeout: 10_000 });
    calm();
  } finally {
    await own.end();
    await printer.end();
  }
});

/** What the branch itself says: its own names, and its sentences about what is amiss. */
const OWN_WORDS = /^[^A-Za-z]*(\u2068[^\u2069]*\u2069[^A-Za-z]*)+$|(Mon|Tues?|Wed(nes)?|Thu(rs)?|Fri|Sat(ur)?|Sun)(day)?\b|\d{4}, \d\d:\d\d| at \d\d:\d\d$|^[A-F]( · Service \d)?$|Service \d|^Other services$|^Explanation|^(Default branch|Manager|manager|clerk\d|Clerk \d|English|Magyar|Smart Ticket|Default profile)$|^Default profile |ticketNumber|counterNumber|^[A-Z][^\u2068]*\.$|Europe\/Budapest|https:|\.org|A001|^Please |How would|^(Poor|Acceptable|Fair|Good|Excellent)$|Virtual Ticket|your turn!$|^%\{ticket/;

const WAYS = ['overview', 'services', 'services/1', 'services/group-1', 'hours', 'bookings', 'counters', 'counters/1', 'operators', 'operators/5', 'words', 'surveys', 'surveys/1', 'smart', 'virtual', 'rules', 'devices', 'screens', 'history', 'history/1'];

test('every section on a narrow phone, in pseudo-language and from the right', async ({ page }) => {
  const calm = quiet(page);
  await page.setViewportSize({ width: 320, height: 568 });
  await signIn(page, branch, '', '?lang=en-xa');
  for (const way of WAYS) {
    await page.evaluate((to) => (location.hash = `#/${to}`), way);
    await page.waitForTimeout(250);
    await fits(page);
    // The first version is made of nothing but the branch's own words.
    if (way !== 'history/1') await allTranslated(page, OWN_WORDS);
  }
  await page.locator('.menu').click();
  await keeps(page, PHONE_TARGET_PX);
  await page.goto(`${branch.url}/admin/?lang=ar`);
  for (const way of WAYS) {
    await page.evaluate((to) => (location.hash = `#/${to}`), way);
    await page.waitForTimeout(250);
    await keeps(page, PHONE_TARGET_PX);
  }
  await page.goto(`${branch.url}/admin/?lang=hu`);
  await page.setViewportSize({ width: 1280, height: 800 });
  for (const way of WAYS) {
    await page.evaluate((to) => (location.hash = `#/${to}`), way);
    await page.waitForTimeout(150);
    await fits(page);
  }
  calm();
});
