// What every page has to keep, in every state: accessible, large enough, within its width, quiet.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test, type Page } from '@playwright/test';

// For central's tests: Playwright may be there only once.
export { expect, test, type Page };

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Pages of the phone are touched with a thumb, screens of the hall at arm's length. */
export const PHONE_TARGET_PX = 44;
export const HALL_TARGET_PX = 80;

/** Colours fade in; half-way they have no contrast. (Their `finished` may never come where nothing is drawn.) */
async function faded(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const each of document.getAnimations()) if (each instanceof CSSTransition) each.finish();
  });
}

/** No violation of accessibility in this state of the page. */
export async function accessible(page: Page): Promise<void> {
  await faded(page);
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource);
  const found = await page.evaluate(async (tags) => {
    const result = await (window as any).axe.run(document, { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'], preload: false });
    return result.violations.map((each: any) => `${each.id}: ${each.nodes.map((node: any) => `${node.html.slice(0, 140)} ${node.failureSummary}`).join(' | ')}`);
  }, TAGS);
  expect(found).toEqual([]);
}

/** Every control can be hit. */
export async function targets(page: Page, px: number): Promise<void> {
  const small = await page.evaluate((least) => {
    const found: string[] = [];
    for (const control of document.querySelectorAll<HTMLElement>('button, a[href], select, summary, input:not([type=hidden]), textarea, label:has(input[type=radio]), label:has(input[type=checkbox])')) {
      if (control instanceof HTMLInputElement && /radio|checkbox/.test(control.type)) continue;
      const box = control.getBoundingClientRect();
      if (box.width === 0 || getComputedStyle(control).visibility === 'hidden') continue;
      if (box.width < least - 0.5 || box.height < least - 0.5) found.push(`${control.outerHTML.slice(0, 120)} ${Math.round(box.width)}x${Math.round(box.height)}`);
    }
    return found;
  }, px);
  expect(small).toEqual([]);
}

/** Nothing goes sideways out of the page, and no words are cut. */
export async function fits(page: Page): Promise<void> {
  const found = await page.evaluate(() => {
    const faults: string[] = [];
    const width = document.documentElement.clientWidth;
    const scrolls = document.documentElement.scrollHeight > innerHeight + 1;
    if (document.documentElement.scrollWidth > width + 1) faults.push(`the page is ${document.documentElement.scrollWidth} wide in ${width}`);
    for (const element of document.querySelectorAll<HTMLElement>('body *')) {
      if (element.closest('.heard, svg, option') || element.classList.contains('heard')) continue;
      const style = getComputedStyle(element);
      if (style.visibility === 'hidden' || !element.checkVisibility()) continue;
      const box = element.getBoundingClientRect();
      if (box.width === 0 || box.height === 0) continue;
      const words = [...element.childNodes].some((node) => node.nodeType === 3 && (node.textContent ?? '').trim() !== '');
      if (!words) continue;
      // A page that does not scroll has no other way to its lower end.
      if (!scrolls && !element.closest('dialog') && (box.bottom > innerHeight + 1 || box.top < -1)) faults.push(`above or below the screen: ${element.outerHTML.slice(0, 120)}`);
      // A region that the keys reach scrolls by itself.
      if ((box.right > width + 1 || box.left < -1) && !element.closest('[role=region][tabindex="0"]')) faults.push(`beside the page: ${element.outerHTML.slice(0, 120)}`);
      if (style.overflow !== 'visible' && (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 2)) {
        if (style.overflowY !== 'auto' && style.overflowY !== 'scroll') faults.push(`cut: ${element.outerHTML.slice(0, 120)}`);
      }
    }
    return faults;
  });
  expect(found).toEqual([]);
}

/** Under `?lang=en-xa`: no words of the page's own in plain English. `own` matches what the branch itself says. */
export async function allTranslated(page: Page, own: RegExp): Promise<void> {
  const plain = await page.evaluate(() => {
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      if (!parent || parent.closest('script, style, noscript, option')) continue;
      const text = (node.textContent ?? '').trim();
      if (/[A-Za-z]{2,}/.test(text)) found.push(text);
    }
    for (const element of document.querySelectorAll('[aria-label], [placeholder], [title]')) {
      for (const name of ['aria-label', 'placeholder', 'title']) {
        const text = element.getAttribute(name) ?? '';
        if (/[A-Za-z]{2,}/.test(text)) found.push(text);
      }
    }
    return found;
  });
  expect(plain.filter((text) => !own.test(text))).toEqual([]);
}

/**
 * Fails the test that leaves errors in the console or uncaught. `allowed` matches those that the test
 * itself provokes (an answer 403, a connection refused).
 */
export function quiet(page: Page, allowed: RegExp[] = []): () => void {
  const errors: string[] = [];
  page.on('console', (message) => message.type() === 'error' && errors.push(`${message.text()} ${message.location().url}`));
  page.on('pageerror', (error) => errors.push(`uncaught: ${error.message}`));
  return () => expect(errors.filter((text) => !allowed.some((each) => each.test(text)))).toEqual([]);
}

/** All of it, for one state. */
export async function keeps(page: Page, px: number): Promise<void> {
  await fits(page);
  await targets(page, px);
  await accessible(page);
}

/** Waits until the page shows this screen. */
export async function shows(page: Page, screen: string): Promise<void> {
  await expect(page.locator('[data-screen]')).toHaveAttribute('data-screen', screen);
}
