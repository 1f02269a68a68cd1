import { test } from '../../../../appliance/web/tests/e2e/looks';
import { pause, Printer } from '../../../../appliance/web/tests/e2e/branch';
import { draw, LANGUAGES } from '../../../../appliance/web/tests/screenshots/draw';
import { Central } from '../e2e/central';
import { rename, signIn } from '../e2e/office';

let central: Central;
let printer: Printer;

const NAMES = ['Harbour', 'Old Town', 'Riverside', 'Hospital of Saint Roch, outpatients'];

/** Some visits at three branches, one of them with a printer without paper and one cut off, and one of which nobody has heard. */
async function town(): Promise<void> {
  central = await Central.start();
  printer = await Printer.start();
  for (const [index, name] of NAMES.entries()) {
    const branch = await central.branch(index + 1, index === 1 ? { set: [`devices=[{kind="printer",driver="escpos",port="${printer.port}"}]`] } : {});
    await rename(branch, name);
    for (let n = 0; n < 6 + 3 * index; n += 1) await branch.ticket(1 + ((n + index) % 4));
    for (const number of [1, 2, 3]) {
      const clerk = await branch.clerk(number);
      for (let n = 0; n < index; n += 1) {
        await clerk.next();
        await clerk.with('start');
        await clerk.with('finish');
      }
      await clerk.next();
      if (number === 1) await clerk.with('start');
    }
    if (index !== 2) continue;
    await pause(4_000);
    await branch.down(true);
  }
  printer.tell('paper out');
  await central.down();
  central.admit(9, ['Airport']);
  await central.up();
}

test.beforeAll(async () => {
  test.setTimeout(120_000);
  await town();
});
test.afterAll(async () => {
  // Also where the town was not finished.
  await central?.end();
  await printer?.end();
});

for (const [shape, viewport] of [
  ['desk', { width: 1280, height: 900 }],
  ['phone', { width: 360, height: 740 }],
] as const) {
  for (const language of LANGUAGES) {
    test(`central, ${shape}, ${language}`, async ({ page }) => {
      const at = (state: string): Promise<void> => draw(page, `central-${shape}-${state}`, language);
      const go = async (way: string, ready: string): Promise<void> => {
        await page.evaluate((to) => (location.hash = to), way);
        await page.locator(ready).first().waitFor();
        await page.waitForTimeout(400);
      };
      await page.setViewportSize(viewport);
      await page.goto(`${central.url}/?lang=${language}`);
      await page.locator('input[name=username]').waitFor();
      await at('sign-in');
      await page.locator('input[name=username]').fill('manager');
      await page.locator('input[name=password]').fill('not this');
      await page.keyboard.press('Enter');
      await page.locator('form [role=alert]').waitFor();
      await at('sign-in-wrong');
      await signIn(page, central, `?lang=${language}`);
      await page.locator('[data-branch="2"][data-standing=trouble]').waitFor({ timeout: 30_000 });
      await at('branches');
      await go('#/?shown=trouble', '[data-branch="2"]');
      await at('branches-trouble');
      await page.locator('input[type=search]').fill('nothing is called that');
      await page.waitForTimeout(400);
      await at('branches-none');
      await go('#/branches/4', '[data-service]');
      await at('branch');
      await go('#/branches/2', '[data-service]');
      await at('branch-trouble');
      await go('#/branches/3', '[data-service]');
      await at('branch-away');
      await go('#/branches/9', '.banner');
      await at('branch-never');
      await go('#/branches/4/figures', '[data-state=shown]');
      await at('figures-hour');
      await go('#/branches/4/figures?by=service&measure=waiting', '[data-state=shown]');
      await at('figures-service');
      await page.locator('.presets button').nth(2).click();
      await page.locator('.fields select').first().selectOption('day');
      await page.locator('tbody .gap').first().waitFor();
      await page.waitForTimeout(400);
      await at('figures-days');
      await page.locator('.presets button').nth(1).click();
      await page.locator('[data-state=empty]').waitFor();
      await at('figures-none');
    });

    test(`a fresh central, ${shape}, ${language}`, async ({ page }) => {
      const fresh = await Central.fresh();
      try {
        await page.setViewportSize(viewport);
        await page.goto(`${fresh.url}/?lang=${language}`);
        await page.locator('input[name=code]').waitFor();
        await draw(page, `central-${shape}-set-up`, language);
        await page.locator('button[type=submit]').click();
        await page.locator('[role=alert]').first().waitFor();
        await draw(page, `central-${shape}-set-up-wrong`, language);
      } finally {
        await fresh.end();
      }
    });
  }
}

test('central, out of reach', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 900 });
  for (const language of LANGUAGES) {
    await signIn(page, central, `?lang=${language}`);
    await page.locator('[data-branch="2"]').waitFor();
    await central.down();
    await page.locator('.banner').waitFor();
    await draw(page, 'central-desk-lost', language);
    await central.up();
    await page.evaluate(() => sessionStorage.clear());
  }
});
