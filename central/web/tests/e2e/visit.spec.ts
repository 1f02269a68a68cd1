// One whole visit through the pages alone, from the dispenser to the phone's feedback, and head office follows.
import { expect, quiet, shows, test, type Page } from '../../../../appliance/web/tests/e2e/looks';
import { Central } from './central';
import { signIn } from './office';

/** Past the 400 ms in which a second touch at the dispenser is taken for the same finger. */
const settle = (page: Page): Promise<void> => page.waitForTimeout(450);

/** The clerk's buttons rest after each press, so that a double click does one thing. */
async function press(page: Page, name: RegExp): Promise<void> {
  await settle(page);
  const button = page.getByRole('button', { name }).first();
  await expect(button).not.toHaveAttribute('aria-disabled', 'true');
  await button.click();
}

let central: Central;
test.beforeAll(async () => {
  central = await Central.start();
});
test.afterAll(async () => {
  await central.end();
});

test('dispenser, phone, clerk, hall, feedback: and the overview follows each step', async ({ browser }) => {
  const branch = await central.branch();
  const shapes = { office: [1280, 900], dispenser: [1080, 1920], hall: [1920, 1080], clerk: [1280, 800], phone: [360, 740] } as const;
  const pages: Record<string, Page> = {};
  const calm: (() => void)[] = [];
  for (const [name, [width, height]] of Object.entries(shapes)) {
    const page = await (await browser.newContext({ viewport: { width, height }, hasTouch: name === 'phone' || name === 'dispenser' })).newPage();
    pages[name] = page;
    calm.push(quiet(page));
  }
  const { office, dispenser, hall, clerk, phone } = pages as Record<keyof typeof shapes, Page>;

  await signIn(office, central);
  const row = office.locator('[data-branch="1"]');
  const told = (figure: string, value: string): Promise<void> => expect(row.locator(`[data-figure="${figure}"] .value`)).toHaveText(value);
  await expect(row).toHaveAttribute('data-standing', /well|look|trouble/);
  await told('waiting', '0');

  await hall.goto(`${branch.url}/hall/`);
  await shows(hall, 'welcome');
  await clerk.goto(`${branch.url}/clerk/`);
  await clerk.getByLabel('Login').fill('clerk1');
  await clerk.getByLabel('Password').fill('demo-clerk');
  await clerk.keyboard.press('Enter');
  await shows(clerk, 'counters');
  await clerk.locator('main ul button').first().click();
  await shows(clerk, 'idle');

  await dispenser.goto(`${branch.url}/dispenser/`);
  await shows(dispenser, 'attract');
  await settle(dispenser);
  await dispenser.getByRole('button', { name: 'English' }).tap();
  await shows(dispenser, 'menu');
  await settle(dispenser);
  const issued = dispenser.waitForResponse((response) => response.url().endsWith('/v1/dispenser/tickets'));
  await dispenser.getByRole('button', { name: 'Service 1' }).tap();
  const { label, url } = (await (await issued).json()) as { label: string; url: string };
  await shows(dispenser, 'given');
  await expect(dispenser.getByRole('heading', { level: 1 })).toContainText(label);
  await told('waiting', '1');

  // What a phone's camera makes of the QR code on the dispenser's screen.
  await phone.goto(url);
  await expect(phone.getByText(label)).toBeVisible();
  await shows(phone, 'nearly');

  await press(clerk, /Next/);
  await expect(hall.locator('main')).toContainText(label);
  await shows(phone, 'called');
  await told('waiting', '0');
  await told('serving', '1');

  await row.getByRole('link').click();
  await shows(office, 'branch');
  await expect(office.locator('[data-counter="1"]')).toContainText(label);
  await expect(office.locator('[data-counter="1"]')).toContainText('called');
  await press(clerk, /Start/);
  await shows(phone, 'serving');
  await expect(office.locator('[data-counter="1"]')).toContainText('being served');

  await press(clerk, /Finish/);
  await shows(phone, 'feedback');
  await expect(office.locator('[data-service="1"] [data-figure="served"]')).toHaveText('1');
  await phone.getByLabel('Good', { exact: true }).check();
  await phone.getByRole('button', { name: 'Send' }).tap();
  await shows(phone, 'bye');

  await office.getByRole('link', { name: 'Figures' }).click();
  await shows(office, 'figures');
  await expect(office.locator('tr[data-key="total"] data').nth(1)).toHaveText('1');
  for (const each of calm) each();
});
