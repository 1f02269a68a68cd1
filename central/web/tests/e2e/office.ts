// What head office does in many tests.
import type { Branch } from '../../../../appliance/web/tests/e2e/branch';
import type { Page } from '../../../../appliance/web/tests/e2e/looks';
import type { Central } from './central';

export async function signIn(page: Page, central: Central, query = '', way = ''): Promise<void> {
  await page.goto(`${central.url}/${query}${way}`);
  await page.locator('input[name=username]').fill('manager');
  await page.locator('input[name=password]').fill('demo-manager');
  await page.keyboard.press('Enter');
  await page.locator('[data-screen]:not([data-screen=sign-in])').waitFor();
}

/** Gives a branch its name, as its administrator does. */
export async function rename(branch: Branch, name: string): Promise<void> {
  const { token } = await branch.must('POST', '/v1/login', { login: 'manager', password: 'demo-manager' });
  const { version, settings } = await branch.must('GET', '/v1/settings', undefined, token);
  const response = await fetch(`${branch.url}/v1/settings`, { method: 'PUT', headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', 'If-Match': `"${version}"` }, body: JSON.stringify({ ...settings, name }) });
  if (!response.ok) throw new Error(`no name: ${response.status}`);
}
