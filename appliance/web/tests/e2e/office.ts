// The administration's page, as its tests use it.
import { expect, type Page } from '@playwright/test';
import type { Branch } from './branch';

export const ANSWERED = /the server responded with a status of \d+/;
export const REFUSED = /net::ERR_(CONNECTION_REFUSED|EMPTY_RESPONSE|CONNECTION_RESET|INTERNET_DISCONNECTED|FAILED|ABORTED)/;

/** A text whatever marks stand around its values. */
export const said = (text: string): RegExp => new RegExp(text.replaceAll(/[.?]/g, '\\$&').replaceAll(' ', '[\\s\u2068\u2069]+'));

export async function signIn(page: Page, branch: Branch, way = '', query = '', password = 'demo-manager'): Promise<void> {
  await page.goto(`${branch.url}/admin/${query}${way}`);
  await page.locator('input[name=username]').fill('manager');
  await page.locator('input[name=password]').fill(password);
  await page.keyboard.press('Enter');
  await page.locator('nav').waitFor({ state: 'attached' });
}

export async function manager(branch: Branch): Promise<string> {
  return (await branch.must('POST', '/v1/login', { login: 'manager', password: 'demo-manager' })).token;
}

/** The settings in force. */
export async function inForce(branch: Branch): Promise<any> {
  return branch.must('GET', '/v1/settings', undefined, await manager(branch));
}

/** A colleague changes the settings. */
export async function colleague(branch: Branch, change: (settings: any) => void): Promise<void> {
  const token = await manager(branch);
  const { version, settings } = await branch.must('GET', '/v1/settings', undefined, token);
  change(settings);
  const response = await fetch(`${branch.url}/v1/settings`, { method: 'PUT', headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', 'If-Match': `"${version}"` }, body: JSON.stringify(settings) });
  expect(response.status).toBe(200);
}

export const save = (page: Page) => page.getByRole('button', { name: 'Save', exact: true });
export const saved = (page: Page) => expect(page.locator('.bar')).toContainText('Saved');
