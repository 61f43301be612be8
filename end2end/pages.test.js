import { join } from 'node:path';
import { OPERATOR, expect, expectAccessible, signIn, test, violations } from './fixtures.js';
import { expectGood, listen } from './look.js';
import { DOORS, fill, makeWorld, routes } from './walk.js';

const SIZES = [
  { width: 1280, height: 900 },
  { width: 390, height: 844 },
];

/** Every page in both languages, both sets of colours and both widths. */
for (const [colorScheme, locale] of [['light', 'en-US'], ['dark', 'ko-KR']]) {
  for (const viewport of SIZES) {
    test(`every page is accessible and quiet: ${locale}, ${colorScheme}, ${viewport.width} px`, async ({ browser, baseURL, purser }) => {
      test.setTimeout(300_000);
      const context = await browser.newContext({ baseURL, colorScheme, viewport, locale });
      const page = await context.newPage();
      const problems = await listen(page);
      const setup = new URL(purser.setupLink);
      for (const path of ['/login', '/login/code', '/invitation', setup.pathname + setup.search]) await expectGood(page, path);
      await purser.addOperator(OPERATOR.email, OPERATOR.password);
      await signIn(page);
      const world = await makeWorld(purser, page);
      for (const route of await routes()) {
        if (!DOORS.includes(route)) await expectGood(page, fill(route, world));
      }
      if (colorScheme === 'light' && viewport.width === 390) {
        await page.goto(`/projects/${world.project}/payments`);
        await page.getByRole('button', { name: 'Menu' }).click();
        await expect(page.getByRole('link', { name: 'Products' })).toBeVisible();
        expect.soft(await violations(page), 'the open menu').toEqual([]);
      }
      expect(problems).toEqual([]);
      await context.close();
    });
  }
}

test('an open project menu covers nothing that can be pressed', async ({ signedIn: page, purser }) => {
  await makeWorld(purser, page);
  await page.goto('/');
  await page.locator('.project-menu summary').click();
  await expectAccessible(page);
});

test('a dialog takes the focus, keeps it, and gives it back', async ({ signedIn: page, purser }) => {
  const { project, payment } = await makeWorld(purser, page);
  await page.goto(`/projects/${project}/payments/${payment}`);
  const open = page.locator('summary', { hasText: 'Mark refunded' });
  await page.waitForLoadState('networkidle');
  await open.click();
  const dialog = page.getByRole('dialog', { name: 'Mark this payment refunded?' });
  await expect(dialog).toBeVisible();
  const focusIsInside = () => page.evaluate(() => document.activeElement?.closest('dialog') !== null);
  await expect.poll(focusIsInside).toBe(true);
  await expectAccessible(page);
  // Round and round by Tab: into the dialog's fields, or out to the browser's own bar, never to the page behind.
  for (let step = 0; step < 8; step += 1) {
    await page.keyboard.press(step < 5 ? 'Tab' : 'Shift+Tab');
    const where = await page.evaluate(() => (document.activeElement === document.body ? 'bar' : document.activeElement.closest('dialog') && 'dialog'));
    expect(['bar', 'dialog']).toContain(where);
  }
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('SUMMARY');
  await open.click();
  await dialog.getByLabel('Reason').fill('The player asked for it.');
  await dialog.getByRole('button', { name: 'Mark refunded' }).click();
  await expect(page.locator('.toast', { hasText: 'Marked refunded' })).toBeVisible();
  await expect(page.locator('.page-marks').getByText('Refunded')).toBeVisible();
});

/** What a person sees, page by page, for those who look: PURSER_SHOTS=folder npx playwright test pages. */
const SHOTS = process.env.PURSER_SHOTS;
if (SHOTS) {
  test('pictures of every page', async ({ browser, baseURL, purser }) => {
    test.setTimeout(300_000);
    await purser.addOperator(OPERATOR.email, OPERATOR.password);
    const english = await (await browser.newContext({ baseURL, locale: 'en-US' })).newPage();
    await signIn(english);
    const world = await makeWorld(purser, english);
    for (const [name, options] of Object.entries({
      'en-light': { locale: 'en-US', colorScheme: 'light', viewport: SIZES[0] },
      'ko-dark': { locale: 'ko-KR', colorScheme: 'dark', viewport: SIZES[0] },
      'ko-phone': { locale: 'ko-KR', colorScheme: 'light', viewport: SIZES[1] },
    })) {
      const context = await browser.newContext({ baseURL, timezoneId: 'Asia/Seoul', storageState: await english.context().storageState({}), ...options });
      await context.clearCookies({ name: /lang|theme/ });
      const page = await context.newPage();
      for (const route of await routes()) {
        await page.goto(fill(route, world));
        await page.waitForLoadState('networkidle');
        await page.screenshot({ path: join(SHOTS, `${name}${route.replace(':project', 'p').replaceAll(/[/:]+/g, '_')}.png`), fullPage: true });
      }
      await context.close();
    }
  });
}
