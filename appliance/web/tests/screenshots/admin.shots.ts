import { realpathSync } from 'node:fs';
import { test } from '@playwright/test';
import { Branch, Clerk, Printer } from '../e2e/branch';
import { colleague, signIn } from '../e2e/office';
import { shows } from '../e2e/looks';
import { draw, LANGUAGES } from './draw';

/** Not one of the demonstration's, which a branch with settings of its own refuses. */
const PASSWORD = 'three words together';

const WRONG_CODE = '0000-0000-0000-0000-0000';
/** A day but for some seconds, in which the branch starts. */
const AGED_HOURS = 24 - 4 / 3_600;

const WAYS = ['overview', 'services', 'services/3', 'services/group-1', 'hours', 'bookings', 'counters', 'counters/1', 'operators', 'operators/5', 'words', 'words/4', 'surveys', 'surveys/1', 'smart', 'virtual', 'rules', 'devices', 'screens', 'history', 'history/1'];

for (const [shape, viewport] of [
  ['desk', { width: 1280, height: 900 }],
  ['phone', { width: 360, height: 740 }],
] as const) {
  for (const language of LANGUAGES) {
    test(`admin, ${shape}, ${language}`, async ({ page }) => {
      const printer = await Printer.start();
      const branch = await Branch.start({
        set: [
          `devices=[{kind="printer",driver="escpos",port="${printer.port}"},{kind="display",driver="alpha",port="/dev/serial/by-id/usb-FTDI_A5XK3RJT",hall=true},{kind="keypad",driver="kp1",port="/dev/serial/by-id/usb-FTDI_A9007UX1",counter=1,name="At the window"}]`,
        ],
        settings: (settings) => {
          settings.services[2].hours = [0, 1, 2, 3, 4, 5, 6].map((day) => (day < 5 ? [[510, 720], [780, 1_020]] : []));
          settings.services[3].disabled = true;
          settings.slip_footer['2'] = '';
        },
      });
      try {
        await page.setViewportSize(viewport);
        const at = (state: string): Promise<void> => draw(page, `admin-${shape}-${state}`, language);
        await page.goto(`${branch.url}/admin/?lang=${language}`);
        await page.locator('input[name=code]').waitFor();
        await at('set-up');
        await page.locator('input[name=code]').fill(WRONG_CODE);
        await page.locator('input[name=username]').fill('manager');
        for (const field of ['new-password', 'password-again']) await page.locator(`input[name=${field}]`).fill(PASSWORD);
        await page.locator('button[type=submit]').click();
        await page.locator('[role=alert]').waitFor();
        await at('set-up-wrong');
        await page.goto(`${branch.url}/clerk/?lang=${language}`);
        await page.locator('a[href="/admin/"]').waitFor();
        await draw(page, `clerk-${shape}-not-set-up`, language);
        await branch.down();
        branch.ageCode(AGED_HOURS);
        await branch.up();
        while (!(await branch.must('GET', '/v1/setup')).expired) await page.waitForTimeout(200);
        await page.goto(`${branch.url}/admin/?lang=${language}`);
        await page.locator('main form button').first().waitFor();
        await at('set-up-expired');
        await page.locator('main form button').last().click();
        await page.locator('input[name=username]').waitFor();
        await at('sign-in');
        // Passwords of a branch with settings of its own are given at the box.
        await branch.down();
        branch.password('manager', PASSWORD);
        branch.password('clerk2', PASSWORD);
        await branch.up();
        await branch.ticket(1);
        const clerk = new Clerk(branch, 2, (await branch.must('POST', '/v1/login', { login: 'clerk2', password: PASSWORD })).token);
        await clerk.does('open');
        await clerk.next();
        await clerk.with('start');
        const sign = async (login: string, password: string): Promise<void> => {
          await page.locator('input[name=username]').fill(login);
          await page.locator('input[name=password]').fill(password);
          await page.keyboard.press('Enter');
        };
        await sign('manager', 'not this');
        await page.locator('form [role=alert]').waitFor();
        await at('sign-in-wrong');
        await sign('clerk2', PASSWORD);
        await shows(page, 'forbidden');
        await at('forbidden');
        await page.locator('main button').click();
        await page.locator('input[name=username]').waitFor();
        await sign('manager', PASSWORD);
        await page.locator('.checks').waitFor();
        for (const way of WAYS) {
          await page.evaluate((to) => (location.hash = `#/${to}`), way);
          await page.waitForTimeout(500);
          await at(way.replace('/', '-'));
        }
        await page.evaluate(() => (location.hash = '#/operators'));
        await page.locator('main input').fill('zz');
        await page.waitForTimeout(300);
        await at('operators-none');
        await page.evaluate(() => (location.hash = '#/counters'));
        await page.locator('.act button').click();
        await page.locator('dialog[open]').waitFor();
        await at('counters-free');
        await page.keyboard.press('Escape');
        await page.evaluate(() => (location.hash = '#/screens'));
        await page.locator('main form input').fill('At the door');
        await page.keyboard.press('Enter');
        await page.locator('.made').waitFor();
        await at('screens-made');
        printer.tell('paper out');
        await page.evaluate(() => (location.hash = '#/devices'));
        await page.waitForTimeout(5_000);
        await at('devices-trouble');
        await page.evaluate(() => (location.hash = '#/services/1'));
        await page.waitForTimeout(300);
        await page.locator('[data-path="/services/0/tag"]').fill('A1');
        await page.keyboard.press('Control+s');
        await page.locator('.summary').waitFor();
        await at('mistake');
        await page.locator('.summary button').click();
        await page.waitForTimeout(300);
        await draw(page, `admin-${shape}-mistake-field`, language, { asSeen: true });
        await page.locator('[data-path="/services/0/tag"]').fill('K');
        await page.evaluate(() => (location.hash = '#/counters/4'));
        await page.waitForTimeout(300);
        await page.locator('.head .actions button').click();
        await page.keyboard.press('Control+s');
        await page.locator('dialog[open]').waitFor();
        await at('hits');
        await page.locator('dialog[open] button').last().click();
        await page.waitForTimeout(800);
        await at('saved');
        if (shape === 'phone') {
          await page.locator('.menu').click();
          await at('menu');
        }
        await branch.down();
        await page.waitForTimeout(11_000);
        await at('lost');
      } finally {
        await branch.end();
        await printer.end();
      }
    });

    test(`admin, ${shape}, ${language}, devices at the page, two people, signing out`, async ({ page }) => {
      const printer = await Printer.start();
      const branch = await Branch.start();
      try {
        await page.setViewportSize(viewport);
        const at = (state: string): Promise<void> => draw(page, `admin-${shape}-${state}`, language);
        const dialog = page.locator('dialog[open]');
        await signIn(page, branch, '#/devices', `?lang=${language}`);
        await page.locator('.empty').waitFor();
        await at('devices-none');
        await page.locator('.head .actions button').click();
        await dialog.waitFor();
        await at('device-add');
        const port = dialog.locator('input[list]');
        await port.fill('/etc/passwd');
        await port.press('Enter');
        await dialog.locator('[role=alert]').first().waitFor();
        await at('device-fault');
        await port.fill(realpathSync(printer.port));
        await port.press('Enter');
        await page.locator('.state.online').waitFor({ timeout: 20_000 });
        await page.locator('.act button').first().click();
        await page.locator('main .banner').waitFor({ timeout: 20_000 });
        await at('device-tested');
        await page.locator('.act button').last().click();
        await dialog.waitFor();
        await at('device-remove');
        await page.keyboard.press('Escape');
        await page.evaluate(() => (location.hash = '#/counters/3'));
        await page.locator('main input').first().fill('Cash');
        await page.locator('.bar button').first().click();
        await dialog.waitFor();
        await at('discard');
        await page.keyboard.press('Escape');
        await colleague(branch, (settings) => (settings.counters[2].name = 'Window'));
        await page.keyboard.press('Control+s');
        await dialog.waitFor();
        await at('conflict');
        await dialog.locator('button').first().click();
        await page.waitForTimeout(400);
        await page.evaluate(() => (location.hash = '#/history'));
        await page.locator('main ol a').first().click();
        await shows(page, 'history-one');
        await page.waitForTimeout(400);
        await at('history-changed');
        await page.route('**/v1/settings', (route) => route.abort());
        await page.reload();
        await shows(page, 'away');
        await at('away');
      } finally {
        await branch.end();
        await printer.end();
      }
    });
  }
}
