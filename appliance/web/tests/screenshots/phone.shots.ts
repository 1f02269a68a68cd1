import { test, type Page } from '@playwright/test';
import { Branch } from '../e2e/branch';
import { shows } from '../e2e/looks';
import { draw, LANGUAGES } from './draw';

test.use({ viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 });

for (const [index, language] of LANGUAGES.entries()) {
  test(`phone, ${language}`, async ({ page, context }) => {
    const branch = await Branch.start();
    const number = index === 0 ? 1 : 4;
    const open = (query: string): Promise<unknown> => page.goto(`${branch.url}/qnet6/smart/?${query}&lang=${language}`);
    const at = async (state: string, screen: string): Promise<void> => {
      await shows(page, screen);
      await draw(page, `phone-${state}`, language);
    };
    const hold = async (of: Page = page): Promise<string> => new URL(of.url()).searchParams.get('ticket') ?? '';
    try {
      const clerk = await branch.clerk(1);
      for (let n = 0; n < 3; n += 1) await branch.ticket(1, number);
      await open(`key=${await branch.key()}`);
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
      await open(`ticket=${other}`);
      await shows(page, 'nearly');
      await branch.must('DELETE', `/qnet6/rest/smart/ticket/${await hold()}`);
      await at('cancelled', 'cancelled');
      await open(`ticket=${await branch.ticket(2, number)}`);
      for (let round = 1; round <= 3; round += 1) {
        await clerk.next();
        await clerk.with('no-show');
        if (round < 3) await branch.must('PUT', `/qnet6/rest/smart/missingPutBack?ticket=${await hold()}`);
      }
      await at('missed', 'missed');
      await open('key=aaaaaaaaaaaaaaaaaaaaaa');
      await at('bad-key', 'bad-key');
    } finally {
      await branch.end();
    }
  });
}
