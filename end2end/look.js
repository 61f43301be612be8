import { expect, violations } from './fixtures.js';

/** What goes wrong on a page's lifetime: errors of the console and of scripts, and breaches of the content policy. */
export async function listen(page) {
  const problems = [];
  page.on('console', (message) => message.type() === 'error' && problems.push(`${page.url()}: ${message.text()}`));
  page.on('pageerror', (error) => problems.push(`${page.url()}: ${error}`));
  await page.exposeFunction('reportBreach', (breach) => problems.push(`${page.url()}: ${breach}`));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      window.reportBreach(`${event.violatedDirective} refused ${event.blockedURI} ${event.sample}`);
    });
  });
  return problems;
}

/** A part of a page, by its heading. */
export function card(page, title) {
  return page.locator('section.card', { has: page.getByRole('heading', { name: title, exact: true }) });
}

/** Opens a page and expects it whole: a heading, nothing serious by axe, no scrolling sideways. */
export async function expectGood(page, path) {
  const response = await page.goto(path);
  expect.soft(response.status(), path).toBe(200);
  await expect(page.locator('main h1').first(), path).toBeVisible();
  await page.waitForLoadState('networkidle');
  expect.soft(await violations(page), path).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect.soft(overflow, `${path} scrolls sideways`).toBeLessThanOrEqual(0);
}
