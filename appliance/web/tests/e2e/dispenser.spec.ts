// The dispenser's page: a number for everybody, in both shapes of screen, and a clear word when there is none.
import { expect, test, type Page } from '@playwright/test';
import { Branch } from './branch';
import { accessible, allTranslated, fits, HALL_TARGET_PX, keeps, quiet, shows } from './looks';

const BRANCH_WORDS = /^(Service|Explanation) \d$|^Default branch$|^Other services$|^English$|^Magyar$|^[A-F]\d*$|^Wel|^\d+$/;
const ANSWERED = /the server responded with a status of \d+/;
const REFUSED = /net::ERR_(CONNECTION_REFUSED|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING|CONNECTION_RESET)/;

const SHAPES = [
  ['portrait', { width: 1080, height: 1920 }],
  ['landscape', { width: 1920, height: 1080 }],
] as const;

// Each test has a branch of its own.
test.describe.configure({ mode: 'parallel' });

let branch: Branch;
test.beforeEach(async () => {
  branch = await Branch.start();
});
test.afterEach(async () => {
  await branch.end();
});

const keep = (page: Page): Promise<void> => keeps(page, HALL_TARGET_PX);

/** Past the 400 ms in which a second touch is taken for the same finger. */
const settle = (page: Page): Promise<void> => page.waitForTimeout(450);

async function open(page: Page, at: Branch = branch, query = ''): Promise<void> {
  await page.goto(`${at.url}/dispenser/${query}`);
}

async function menu(page: Page, at: Branch = branch, language = 'English'): Promise<void> {
  await open(page, at);
  await shows(page, 'attract');
  await settle(page);
  await page.getByRole('button', { name: language }).click();
  await shows(page, 'menu');
  await settle(page);
}

for (const [shape, viewport] of SHAPES) {
  test.describe(shape, () => {
    test.use({ viewport });

    test('language, service, number; then all is as it was', async ({ page }) => {
      const calm = quiet(page);
      await page.clock.install();
      await open(page);
      await shows(page, 'attract');
      await expect(page.getByText('Добро пожаловать')).toBeVisible();
      await expect(page.getByRole('img', { name: 'QR code: take your ticket by phone' })).toBeVisible();
      await keep(page);
      await page.getByRole('button', { name: 'Magyar' }).click();
      await shows(page, 'menu');
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Miben segíthetünk?');
      await keep(page);
      await settle(page);
      await page.getByRole('button', { name: '1. szolgáltatás' }).click();
      await shows(page, 'given');
      await expect(page.getByRole('heading', { level: 1 })).toContainText(/A\d{3}/);
      await expect(page.getByRole('img', { name: /követése telefonon/ })).toBeVisible();
      await keep(page);
      await page.clock.runFor(30_000);
      await shows(page, 'attract');
      await expect(page.locator('html')).toHaveAttribute('lang', 'en-gb');
      calm();
    });

    test('groups, codes, the low layout: everything in reach and nothing cut', async ({ page }) => {
      const calm = quiet(page);
      await menu(page);
      await page.getByRole('button', { name: 'Low buttons' }).click();
      await keep(page);
      // What is touched is in the lower part, within reach of somebody who sits.
      for (const control of await page.locator('button:visible').all()) expect((await control.boundingBox())?.y ?? 0).toBeGreaterThan(viewport.height * 0.55);
      await page.getByRole('button', { name: 'Other services' }).click();
      await settle(page);
      await keep(page);
      for (const control of await page.locator('button:visible').all()) expect((await control.boundingBox())?.y ?? 0).toBeGreaterThan(viewport.height * 0.55);
      await page.getByRole('button', { name: 'Back', exact: true }).click();
      await settle(page);
      await page.getByRole('button', { name: 'Usual layout' }).click();
      await page.getByRole('button', { name: 'Other services' }).click();
      await expect(page.getByRole('button', { name: 'Service 6' })).toBeVisible();
      await keep(page);
      await settle(page);
      await page.getByRole('button', { name: 'Back', exact: true }).click();
      await settle(page);
      await page.getByRole('button', { name: 'I have a booking' }).click();
      await shows(page, 'code');
      await page.getByRole('button', { name: '4', exact: true }).click();
      await keep(page);
      calm();
    });

    test('Arabic from the right, and a third longer in every word', async ({ page }) => {
      const calm = quiet(page);
      await menu(page, branch, 'العربية');
      await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
      await keep(page);
      await page.getByRole('button', { name: 'الخدمة 2' }).click();
      await shows(page, 'given');
      await keep(page);
      await open(page, branch, '?lang=en-xa');
      await shows(page, 'attract');
      await fits(page);
      await page.keyboard.type('1');
      await shows(page, 'code');
      await fits(page);
      await allTranslated(page, BRANCH_WORDS);
      calm();
    });
  });
}

test.describe('in whatever shape', () => {
  test.use({ viewport: { width: 1080, height: 1920 } });

  test('a shaking finger takes one number', async ({ page }) => {
    await menu(page);
    let asked = 0;
    page.on('request', (request) => (asked += request.url().endsWith('/v1/dispenser/tickets') ? 1 : 0));
    await page.getByRole('button', { name: 'Service 3' }).dblclick();
    await shows(page, 'given');
    expect(asked).toBe(1);
  });

  test('a lost answer is asked for again, and there is one number', async ({ page }) => {
    await menu(page);
    let lost = 0;
    let label = '';
    await page.route('**/v1/dispenser/tickets', async (route) => {
      if (lost > 0) return route.fallback();
      lost += 1;
      label = (await (await route.fetch()).json()).label;
      return route.abort();
    });
    await page.getByRole('button', { name: 'Service 4' }).click();
    await shows(page, 'given');
    await expect(page.getByRole('heading', { level: 1 })).toContainText(label);
  });

  test('who says nothing is asked, and then the next visitor finds a fresh screen', async ({ page }) => {
    const calm = quiet(page);
    await page.clock.install();
    await open(page);
    await shows(page, 'attract');
    await settle(page);
    await page.getByRole('button', { name: 'Magyar' }).click();
    await shows(page, 'menu');
    await page.clock.runFor(31_000);
    await expect(page.getByRole('dialog')).toContainText('Itt van még?');
    await keep(page);
    await page.getByRole('button', { name: 'Több időt kérek' }).click();
    await expect(page.getByRole('dialog')).toBeHidden();
    await page.clock.runFor(20_000);
    await shows(page, 'menu');
    await page.clock.runFor(32_000);
    await shows(page, 'attract');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Welcome');
    calm();
  });

  test('a code for phones that is over is not shown', async ({ page }) => {
    await page.clock.install();
    await open(page);
    await expect(page.getByRole('img', { name: 'QR code: take your ticket by phone' })).toBeVisible();
    // This screen hears nothing new for longer than the code lives.
    await page.route('**/v1/screens/dispenser', (route) => route.abort());
    await page.clock.runFor(11 * 60_000);
    await expect(page.getByRole('img', { name: 'QR code: take your ticket by phone' })).toHaveCount(0);
  });

  test('a wrong booking code, typed or scanned', async ({ page }) => {
    const calm = quiet(page, [ANSWERED]);
    await open(page);
    await shows(page, 'attract');
    await page.keyboard.type('87654321');
    await page.keyboard.press('Enter');
    await expect(page.getByRole('alert')).toContainText('no booking with this code');
    await keep(page);
    calm();
  });

  test('the branch is away: one clear word, and back by itself', async ({ page }) => {
    const calm = quiet(page, [REFUSED, ANSWERED]);
    await open(page);
    await shows(page, 'attract');
    await branch.down(true);
    await shows(page, 'away');
    await expect(page.getByRole('button')).toHaveCount(0);
    await accessible(page);
    await branch.up();
    await expect(page.locator('[data-screen]')).toHaveAttribute('data-screen', 'attract', { timeout: 20_000 });
    calm();
  });

  test('a printer out of reach is told before a number is given', async ({ page }) => {
    const printerless = await Branch.start({ set: ['devices=[{kind="printer",driver="escpos",port="/dev/serial/by-id/not-there"}]'] });
    try {
      await open(page, printerless);
      await expect(page.getByText('No paper slips at present', { exact: false })).toBeVisible();
      await keep(page);
      await page.getByRole('button', { name: 'English' }).click();
      await settle(page);
      await page.getByRole('button', { name: 'Service 1' }).click();
      await shows(page, 'confirm');
      await keep(page);
      await settle(page);
      await page.getByRole('button', { name: 'Take my number' }).click();
      await shows(page, 'given');
      await expect(page.getByText('No slip came out', { exact: false })).toBeVisible();
      await keep(page);
    } finally {
      await printerless.end();
    }
  });

  test('closed, full, disabled: why, and until when', async ({ page }) => {
    const night = Array.from({ length: 7 }, () => [[0, 1]]);
    const mixed = await Branch.start({
      settings: (settings) => {
        settings.services[0].hours = night;
        settings.services[1].quota = 1;
        settings.services[2].disabled = true;
      },
    });
    try {
      await mixed.ticket(2);
      await menu(page, mixed);
      await expect(page.getByRole('button', { name: 'Service 1' })).toBeDisabled();
      await expect(page.getByRole('button', { name: 'Service 1' })).toContainText('Opens');
      await expect(page.getByRole('button', { name: 'Service 2' })).toContainText('All numbers of today are given out');
      await expect(page.getByRole('button', { name: 'Service 3' })).toContainText('Not available now');
      await keep(page);
    } finally {
      await mixed.end();
    }
    const closed = await Branch.start({
      settings: (settings) => {
        settings.bookings.enabled = false;
        for (const service of settings.services) service.hours = night;
      },
    });
    try {
      await open(page, closed);
      await shows(page, 'closed');
      await expect(page.getByText('We open on', { exact: false })).toBeVisible();
      await keep(page);
    } finally {
      await closed.end();
    }
  });

  test('a screen without permission says how to get it', async ({ page }) => {
    const strict = await Branch.start({ set: ['screens.trusted=[]'] });
    try {
      const calm = quiet(page, [ANSWERED]);
      await open(page, strict);
      await shows(page, 'refused');
      await keep(page);
      const { token: admin } = await strict.must('POST', '/v1/login', { login: 'manager', password: 'demo-manager' });
      const { token } = await strict.must('POST', '/v1/screens/tokens', { name: 'At the door' }, admin);
      await page.goto('about:blank');
      await page.goto(`${strict.url}/dispenser/#token=${token}`);
      await shows(page, 'attract');
      expect(page.url()).not.toContain('token');
      await page.reload();
      await shows(page, 'attract');
      calm();
    } finally {
      await strict.end();
    }
  });
});
