import { test, type Page } from '@playwright/test';
import { Branch } from '../e2e/branch';
import { shows } from '../e2e/looks';
import { draw, LANGUAGES } from './draw';

for (const [shape, viewport] of [
  ['desk', { width: 1280, height: 800 }],
  ['compact', { width: 320, height: 480 }],
] as const) {
  for (const language of LANGUAGES) {
    test(`clerk, ${shape}, ${language}`, async ({ page, context }) => {
      const branch = await Branch.start();
      try {
        await page.setViewportSize(viewport);
        const at = (state: string): Promise<void> => draw(page, `clerk-${shape}-${state}`, language);
        const main = page.locator('.main button');
        const step = async (press: () => Promise<void>): Promise<void> => {
          await press();
          await page.waitForTimeout(700);
        };
        await page.goto(`${branch.url}/clerk/?lang=${language}`);
        await page.locator('input[name=username]').fill('clerk1');
        await page.locator('input[name=password]').fill('wrong');
        await page.locator('form button').click();
        await page.locator('[role=alert]').waitFor();
        await at('sign-in');
        await branch.clerk(2);
        await page.locator('input[name=password]').fill('demo-clerk');
        await page.locator('form button').click();
        await page.locator('main ul button').first().waitFor();
        await at('counters');
        await page.locator('main ul button').nth(1).click();
        await at('taken');
        await page.locator('dialog[open] button').last().click();
        await page.locator('main ul button').first().click();
        await main.waitFor();
        await page.waitForTimeout(500);
        await at('empty');
        for (let n = 0; n < 9; n += 1) await branch.ticket(1 + (n % 4), 1 + (n % 4));
        await page.waitForTimeout(400);
        await at('ready');
        await step(() => main.click());
        await at('called');
        await step(() => main.click());
        await at('serving');
        await note(page);
        await page.keyboard.press('F4');
        await page.waitForTimeout(300);
        await at('transfer');
        await page.keyboard.type('c');
        await page.waitForTimeout(200);
        await at('transfer-found');
        await page.keyboard.type('zz');
        await page.waitForTimeout(200);
        await at('transfer-none');
        await page.keyboard.press('Escape');
        await page.waitForTimeout(300);
        await step(() => page.keyboard.press('F9'));
        await at('undo');
        await step(() => main.click());
        await page.waitForTimeout(200);
        await step(() => page.keyboard.press('Shift+F9'));
        await page.locator('[role=tab]').last().click();
        await at('missing');
        await page.locator('[role=tab]').nth(1).click();
        await page.mouse.move(0, 0);
        await at('none-parked');
        await page.locator('[role=tab]').first().click();
        await step(() => page.keyboard.press('F7'));
        await at('break');
        await step(() => page.keyboard.press('F2'));
        await page.locator('summary').click();
        await at('menu');
        await page.locator('summary').click();
        await page.keyboard.press('F1');
        await at('help');
        await page.keyboard.press('Escape');
        await step(() => main.click());
        await context.setOffline(true);
        await page.waitForTimeout(500);
        await at('lost');
        await context.setOffline(false);
        await page.waitForTimeout(2_500);
        await step(() => page.keyboard.press('Shift+F9'));
        const { token } = await branch.must('POST', '/v1/login', { login: 'clerk3', password: 'demo-clerk' });
        await branch.must('POST', '/v1/counters/1/open', { take_over: true }, token);
        await page.waitForTimeout(600);
        await at('taken-over');
        await page.goto(`${branch.url}/clerk/?counter=77&lang=${language}`);
        await shows(page, 'unknown-counter');
        await at('unknown-counter');
        await page.goto(`${branch.url}/clerk/?counter=4&lang=${language}`);
        await shows(page, 'free');
        await at('free');
        await page.locator('main button').first().click();
        await main.waitFor();
        await page.route('**/next', async (route) => {
          await new Promise((done) => setTimeout(done, 3_500));
          await route.fulfill({ status: 409, contentType: 'application/problem+json', body: JSON.stringify({ status: 409, code: 'not_the_current_call', detail: 'Nobody is at the counter any more.' }) });
        });
        await page.waitForTimeout(700);
        await main.click();
        await page.waitForTimeout(1_800);
        await at('slow');
        await page.locator('.banner').waitFor();
        await at('refused');
        await page.route('**/v1/screens/clerk*', (route) => route.fulfill({ status: 403, contentType: 'application/problem+json', body: JSON.stringify({ status: 403, code: 'right_missing', detail: 'This needs the right counter.' }) }));
        await page.reload();
        await shows(page, 'forbidden');
        await at('forbidden');
        await page.evaluate(() => sessionStorage.setItem('anteroom.token', 'not.a.token'));
        await page.unroute('**/v1/screens/clerk*');
        await page.reload();
        await shows(page, 'sign-in');
        await at('sign-in-ended');
      } finally {
        await branch.end();
      }
    });
  }
}

async function note(page: Page): Promise<void> {
  await page.locator('.others button').nth(4).click();
  await page.waitForTimeout(300);
  await page.keyboard.type('Passport copied; needs form 12 signed by the holder.');
  await page.keyboard.press('Enter');
  await page.waitForTimeout(700);
}
