import { OPERATOR, expect, test } from './fixtures.js';
import { listen } from './look.js';
import { makeWorld } from './walk.js';

/** Marks the document, to see whether it is loaded anew. */
const mark = (page) => page.evaluate(() => { window.isSameDocument = true; });
const isMarked = (page) => page.evaluate(() => window.isSameDocument === true);

/** Waits until links and forms are followed by the WASM. */
const ready = (page) => page.waitForFunction(() => [...document.querySelectorAll('leptos-island')].some((island) => island.isTaken));

test('links are followed without loading the document anew, and back leads back', async ({ signedIn: page, purser }) => {
  const { project } = await makeWorld(purser, page);
  const problems = await listen(page);
  await page.goto(`/projects/${project}`);
  await ready(page);
  await mark(page);
  await page.getByRole('link', { name: 'Settings', exact: true }).click();
  await expect(page).toHaveURL(/\/settings$/);
  await expect(page).toHaveTitle(/Settings/);
  await expect(page.getByRole('link', { name: 'Settings', exact: true }).first()).toHaveAttribute('aria-current', 'page');
  expect(await page.evaluate(() => document.activeElement.id)).toBe('main');

  await page.evaluate(() => window.scrollTo(0, 400));
  await page.getByRole('link', { name: 'Payments', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Payments', level: 1 })).toBeVisible();
  expect(await page.evaluate(() => window.scrollY)).toBe(0);
  await page.getByLabel('Status').selectOption('SUCCESS');
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(page).toHaveURL(/status=SUCCESS/);
  await expect(page.getByLabel('Status')).toHaveValue('SUCCESS');

  await page.goBack();
  await expect(page).toHaveURL(/\/payments$/);
  await expect(page.getByLabel('Status')).toHaveValue('');
  await page.goBack();
  await expect(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible();
  expect(await page.evaluate(() => window.scrollY)).toBe(400);
  await page.goForward();
  await expect(page.getByRole('heading', { name: 'Payments', level: 1 })).toBeVisible();
  expect(await isMarked(page)).toBe(true);
  expect(problems).toEqual([]);
});

test('what is typed stays: in a refused form, and in the others of a page', async ({ signedIn: page, purser }) => {
  const { project } = await makeWorld(purser, page);
  await page.goto(`/projects/${project}/apps/new`);
  await ready(page);
  await mark(page);
  await page.getByLabel('Store app id').fill('not a bundle id');
  await page.getByLabel(/^Name/).fill('My game');
  await page.getByRole('button', { name: 'Add app' }).click();
  await expect(page.getByLabel('Store app id')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel('Store app id')).toHaveValue('not a bundle id');
  await expect(page.getByLabel(/^Name/)).toHaveValue('My game');
  await expect(page).toHaveURL(/\/apps\/new$/);
  expect(await page.evaluate(() => document.activeElement.className)).toBe('form-errors');

  await page.goto('/account');
  await ready(page);
  await mark(page);
  await page.getByLabel('Current password').fill('half a');
  await page.getByLabel(/^Name\*?$/).fill('Kim');
  await page.getByRole('button', { name: 'Save' }).click();
  const toast = page.locator('.toast', { hasText: 'Saved.' });
  await expect(toast).toBeVisible();
  await expect(page.getByLabel('Current password')).toHaveValue('half a');
  expect(await page.evaluate(() => document.activeElement.closest('.toasts'))).toBeNull();
  expect(await isMarked(page)).toBe(true);
  await toast.getByRole('button', { name: 'Dismiss' }).click();
  await expect(toast).toBeHidden();
});

test('a server that is away is said to be away, and nothing typed is lost', async ({ signedIn: page, purser }) => {
  await page.goto('/account');
  await ready(page);
  await page.getByLabel(/^Name\*?$/).fill('Kim');
  await purser.stop();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('.toast', { hasText: 'did not answer' })).toBeVisible();
  await expect(page.getByLabel(/^Name\*?$/)).toHaveValue('Kim');
  await expect(page.getByRole('button', { name: 'Save' })).not.toHaveAttribute('aria-busy', 'true');
  await purser.resume();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('.toast', { hasText: 'Saved.' })).toBeVisible();
});

test('a form is sent once, however often its button is pressed', async ({ signedIn: page }) => {
  await page.goto('/projects/new');
  await ready(page);
  let sent = 0;
  await page.route('**/fn/create_project', async (route) => {
    sent += 1;
    await route.continue();
  });
  await page.getByLabel('Name').fill('Twice');
  const button = page.getByRole('button', { name: 'Create project' });
  await button.evaluate((element) => { element.click(); element.click(); });
  await expect(page).toHaveURL(/\/projects\/(?!new$)[^/]+$/);
  expect(sent).toBe(1);
});

test('after another release the document is loaded anew', async ({ signedIn: page }) => {
  await page.goto('/');
  await ready(page);
  await mark(page);
  await page.route('**/operators', async (route) => {
    const response = await route.fetch();
    const body = (await response.text()).replace(/boot\.[0-9a-f]+\.js/, 'boot.0000000000000000.js');
    await route.fulfill({ response, body });
  });
  await page.getByRole('link', { name: 'Operators' }).click();
  await expect(page.getByRole('heading', { name: 'Operators', level: 1 })).toBeVisible();
  expect(await isMarked(page)).toBe(false);
});

test('a session that has ended leads to the door, and from there to where one was headed', async ({ signedIn: page }) => {
  await page.goto('/');
  await ready(page);
  await mark(page);
  await page.context().clearCookies();
  await page.getByRole('link', { name: 'Operators' }).click();
  await expect(page).toHaveURL(/\/login\?next=/);
  await expect(page.locator('.sidebar')).toHaveCount(0);
  await page.getByLabel('E-mail').fill(OPERATOR.email);
  await page.getByLabel('Password').fill(OPERATOR.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(/\/operators$/);
  await expect(page.locator('.sidebar')).toBeVisible();
  expect(await isMarked(page)).toBe(true);
});

test('a form sent after the session had ended says that nothing was done, and what was typed comes back', async ({ signedIn: page, purser }) => {
  const { project, payment } = await makeWorld(purser, page);
  const place = `/projects/${project}/payments/${payment}`;
  await page.goto(place);
  await ready(page);
  await page.locator('summary', { hasText: 'Mark refunded' }).click();
  await page.locator('dialog[open]').getByLabel(/^Reason/).fill('ticket 77');
  await page.context().clearCookies({ name: 'purser_session' });
  await page.locator('dialog[open]').getByRole('button', { name: 'Mark refunded' }).click();
  await expect(page).toHaveURL(/\/login\?next=.*&signedOut=1/);
  await expect(page.locator('.toast', { hasText: 'You were signed out. Nothing was done.' })).toBeVisible();
  await expect(page.locator('.toast', { hasText: 'Marked refunded' })).toHaveCount(0);
  await expect(page.locator('main', { hasText: 'Nothing was done' })).toBeVisible();

  await page.getByLabel('E-mail').fill(OPERATOR.email);
  await page.getByLabel('Password').fill(OPERATOR.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).toHaveURL(new RegExp(`${place}$`));
  await page.locator('summary', { hasText: 'Mark refunded' }).click();
  const dialog = page.locator('dialog[open]');
  await expect(dialog.getByLabel(/^Reason/)).toHaveValue('ticket 77');
  await dialog.getByRole('button', { name: 'Mark refunded' }).click();
  await expect(page.locator('.toast', { hasText: 'Marked refunded' })).toBeVisible();
  await page.reload();
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
});

test('without scripts the door says that nothing was done', async ({ browser, purser }) => {
  await purser.addOperator(OPERATOR.email, OPERATOR.password);
  const context = await browser.newContext({ javaScriptEnabled: false, locale: 'en-US', baseURL: purser.url });
  const page = await context.newPage();
  await page.goto('/login');
  await page.getByLabel('E-mail').fill(OPERATOR.email);
  await page.getByLabel('Password').fill(OPERATOR.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.goto('/account');
  await page.getByLabel(/^Name\*?$/).fill('Kim');
  await context.clearCookies();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page).toHaveURL(/\/login\?next=%2Faccount&signedOut=1/);
  await expect(page.locator('main', { hasText: 'Nothing was done' })).toBeVisible();
  await context.close();
});
