// What head office does in many tests.
import type { Page } from '../../../../appliance/web/tests/e2e/looks';
import type { Central } from './central';

export async function signIn(page: Page, central: Central, query = '', way = ''): Promise<void> {
  await page.goto(`${central.url}/${query}${way}`);
  await page.locator('input[name=username]').fill('manager');
  await page.locator('input[name=password]').fill('demo-manager');
  await page.keyboard.press('Enter');
  await page.locator('main h1').waitFor();
}
