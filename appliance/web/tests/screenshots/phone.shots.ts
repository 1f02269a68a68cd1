import { test, type Page } from '@playwright/test';
import { Branch } from '../e2e/branch';
import { shows } from '../e2e/looks';
import { draw, LANGUAGES } from './draw';

for (const [shape, viewport] of [
  ['phone', { width: 390, height: 844 }],
  ['phone-small', { width: 320, height: 568 }],
] as const) {
  test.describe(shape, () => {
    test.use({ viewport, isMobile: true, hasTouch: true, deviceScaleFactor: 2 });

    for (const [index, language] of LANGUAGES.entries()) {
      const number = index === 0 ? 1 : 4;
      const open = (page: Page, branch: Branch, query: string): Promise<unknown> => page.goto(`${branch.url}/qnet6/smart/?${query}&lang=${language}`);
      const drawn = (page: Page) => async (state: string, screen: string): Promise<void> => {
        await shows(page, screen);
        await draw(page, `${shape}-${state}`, language);
      };

      test(`a visit, ${language}`, async ({ page, context }) => {
        const branch = await Branch.start();
        const at = drawn(page);
        const hold = (): string => new URL(page.url()).searchParams.get('ticket') ?? '';
        try {
          const clerk = await branch.clerk(1);
          for (let n = 0; n < 3; n += 1) await branch.ticket(1, number);
          await open(page, branch, `key=${await branch.key()}`);
          await page.locator('summary').tap();
          await at('choose', 'choose');
          await page.locator('.service').first().tap();
          await at('confirm', 'choose');
          await page.locator('dialog button').last().tap();
          await at('waiting', 'waiting');
          await page.locator('.leave button').tap();
          await at('leave', 'waiting');
          await page.keyboard.press('Escape');
          await context.setOffline(true);
          await page.locator('.lost').waitFor();
          await at('offline', 'waiting');
          await context.setOffline(false);
          await page.locator('.lost').waitFor({ state: 'hidden' });
          for (let n = 0; n < 3; n += 1) {
            if (n === 2) await at('nearly', 'nearly');
            await clerk.next();
            await clerk.with('start');
            await clerk.with('finish');
          }
          await clerk.next();
          await at('called', 'called');
          await clerk.with('no-show');
          await at('missing', 'missing');
          await page.locator('main button').tap();
          await at('back', 'nearly');
          await clerk.next();
          await clerk.with('start');
          await at('serving', 'serving');
          await clerk.with('transfer', { service: 4 });
          await at('passed-on', 'nearly');
          await clerk.next();
          await clerk.with('start');
          await clerk.with('park');
          await at('parked', 'parked');
          await clerk.does('call', { ticket: (await clerk.parked())[0] }).then((answer) => (clerk.call = answer.call.id));
          await clerk.with('start');
          await clerk.with('finish');
          await at('feedback', 'feedback');
          await page.locator('.answers label').nth(3).tap();
          await page.locator('button[type=submit]').tap();
          await at('bye', 'bye');
          const other = await branch.ticket(2, number);
          await open(page, branch, `ticket=${other}`);
          await shows(page, 'nearly');
          await branch.must('DELETE', `/qnet6/rest/smart/ticket/${hold()}`);
          await at('cancelled', 'cancelled');
          await open(page, branch, `ticket=${await branch.ticket(2, number)}`);
          for (let round = 1; round <= 3; round += 1) {
            await clerk.next();
            await clerk.with('no-show');
            if (round === 2) await at('missing-last', 'missing');
            if (round < 3) await branch.must('PUT', `/qnet6/rest/smart/missingPutBack?ticket=${hold()}`);
          }
          await at('missed', 'missed');
        } finally {
          await branch.end();
        }
      });

      test(`what stands in the way, ${language}`, async ({ page }) => {
        const at = drawn(page);
        const started: Branch[] = [];
        const start = async (settings?: (settings: any) => void): Promise<Branch> => {
          const branch = await Branch.start(settings ? { settings } : {});
          started.push(branch);
          return branch;
        };
        try {
          const branch = await start((settings) => {
            settings.services[0].quota = 1;
            settings.services[1].disabled = true;
            settings.services[2].hours = Array.from({ length: 7 }, () => [[0, 1]]);
          });
          await open(page, branch, `key=${await branch.key()}`);
          await shows(page, 'choose');
          await page.locator('.service:enabled').first().tap();
          await branch.ticket(1);
          await page.locator('dialog button').last().tap();
          await page.locator('dialog [role=alert]').waitFor();
          await at('confirm-full', 'choose');
          await open(page, branch, `key=${await branch.key()}`);
          await at('choose-closed', 'choose');
          await page.locator('main button.wide').tap();
          await page.locator('dialog input').fill('12345678');
          await page.locator('dialog button').last().tap();
          await page.locator('dialog [role=alert]').waitFor();
          await at('booking', 'choose');
          await open(page, branch, '');
          await at('no-key', 'no-key');
          await open(page, branch, 'key=aaaaaaaaaaaaaaaaaaaaaa');
          await at('bad-key', 'bad-key');
          await open(page, branch, 'ticket=aaaaaaaaaaaaaaaaaaaaaa');
          await at('unknown-ticket', 'unknown-ticket');
          const key = await branch.key();
          await open(page, branch, `key=${key}`);
          await shows(page, 'choose');
          await branch.must('POST', `/qnet6/rest/smart/generateTicket?key=${key}`, { lang: number, task: 4 });
          await page.locator('.service:enabled').first().tap();
          await page.locator('dialog button').last().tap();
          await at('key-used', 'key-used');
          await page.route('**/rest/smart/init*', (route) => route.fulfill({ status: 500, contentType: 'application/json', body: '{"error":"not_configured","message":"..."}' }));
          await open(page, branch, `key=${await branch.key()}`);
          await at('not-configured', 'not-configured');
          await page.unroute('**/rest/smart/init*');
          await page.route('**/rest/smart/init*', (route) => route.abort());
          await open(page, branch, `key=${await branch.key()}`);
          await at('unreachable', 'unreachable');
          await page.unroute('**/rest/smart/init*');
          for (const [state, member] of [
            ['closed', 'disabled'],
            ['nothing', 'hidden'],
          ] as const) {
            const shut = await start((settings) => settings.services.forEach((service: any) => (service[member] = true)));
            await open(page, shut, `key=${await shut.key()}`);
            await at(state, 'choose');
          }
          await open(page, await start((settings) => (settings.smart_ticket.enabled = false)), 'key=whatever');
          await at('switched-off', 'switched-off');
        } finally {
          for (const branch of started) await branch.end();
        }
      });
    }
  });
}
