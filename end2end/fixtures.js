import AxeBuilder from '@axe-core/playwright';
import { test as base, expect } from '@playwright/test';
import { Server } from './server.js';

export { Server, expect };

/** The operator that `setUp` makes and `signIn` uses. */
export const OPERATOR = { email: 'operator@example.com', password: 'a long enough password' };

/**
 * `purser`: a server that is this test's own. Pages open relative to it, so `page.goto('/login')` just works.
 * `signedIn`: the same page, with an administrator signed in.
 */
export const test = base.extend({
  purser: async ({}, use, testInfo) => {
    const server = await Server.start();
    await use(server);
    if (testInfo.status !== testInfo.expectedStatus) {
      await testInfo.attach('server log', { body: server.log, contentType: 'text/plain' });
    }
    await server.dispose();
  },
  baseURL: async ({ purser }, use) => use(purser.url),
  signedIn: async ({ page, purser }, use) => {
    await purser.addOperator(OPERATOR.email, OPERATOR.password);
    await signIn(page);
    await use(page);
  },
});

/** Follows the one-time link and makes the first operator, as the person who installed Purser does. */
export async function setUp(page, purser, { email, password } = OPERATOR) {
  await page.goto(purser.setupLink);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Choose a password').fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page).not.toHaveURL(/\/setup/);
}

/** Signs in by the form, whatever language it speaks. */
export async function signIn(page, { email, password } = OPERATOR) {
  await page.goto('/login');
  const form = page.locator('form', { has: page.locator('input[type=password]') });
  await form.locator('input[type=email]').fill(email);
  await form.locator('input[type=password]').fill(password);
  await form.locator('button[type=submit]').click();
  await expect(page).not.toHaveURL(/\/login/);
}

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** How the page falls short of WCAG 2.2 AA, as far as a program can tell. */
export async function violations(page) {
  const { violations: found } = await new AxeBuilder({ page }).withTags(WCAG).analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
}

/** Checks the page against them, once what fades in or out has done so: on its way it has less contrast. */
export async function expectAccessible(page) {
  await page.evaluate(() => Promise.all(document.getAnimations()
    .filter((animation) => Number.isFinite(animation.effect?.getComputedTiming().endTime))
    .map((animation) => animation.finished.catch(() => {}))));
  expect(await violations(page)).toEqual([]);
}
