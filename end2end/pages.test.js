import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { OPERATOR, expect, signIn, test } from './fixtures.js';

const ROUTES = resolve(import.meta.dirname, '../src/console/app.rs');
const SECRET = 'sk_pages456789abcdef0123456789';
const APP_KEY = 'pages-app-key';
const SEED = `[[project]]
name = "Space game"
app_key = "${APP_KEY}"
secret_keys = [{ name = "server", value = "env:E2E_SECRET" }]
  [[project.app]]
  store = "AS"
  store_app_id = "com.example.space"
  name = "Space game (iOS)"
  environment = "SIMULATOR"
    [[project.app.product]]
    store_product_id = "gem_100"
    name = "100 gems"
    type = "CONSUMABLE"
  [[project.app]]
  store = "GG"
  store_app_id = "com.example.space"
  name = "Space game (Android)"
  environment = "SANDBOX"
  [[project.app]]
  store = "ONESTORE"
  store_app_id = "com.example.space"
  name = "Space game (ONE store)"
  environment = "SANDBOX"
`;
const SIZES = [
  { width: 1280, height: 900 },
  { width: 390, height: 844 },
];

/** Every path of the console's route table, in its own words: `/projects/:project/apps`. */
async function routes() {
  const source = await readFile(ROUTES, 'utf8');
  return [...source.matchAll(/<Route path=path!\("([^"]+)"\)/g)].map((match) => match[1]);
}

/** A project with a purchase in each state; the values of the routes' parameters. */
async function seed(purser, page) {
  await purser.apply(SEED, { E2E_SECRET: SECRET });
  const purchase = async (userKey, verify) => {
    const { body: reserved } = await purser.call('/api/v1/payments', { appKey: APP_KEY, body: { store: 'AS', productId: 'gem_100', userKey } });
    if (!verify) return reserved;
    const { body: sold } = await purser.call('/simulator/control/purchases', {
      body: { store: 'AS', storeAppId: 'com.example.space', productId: 'gem_100', accountToken: reserved.accountToken, price: '4400', currency: 'KRW' },
    });
    return (await purser.call(`/api/v1/payments/${reserved.paymentSeq}/verify`, { appKey: APP_KEY, body: { proof: sold.proof } })).body;
  };
  await purchase('player-2', false);
  const { body: refused } = await purser.call('/api/v1/payments', { appKey: APP_KEY, body: { store: 'AS', productId: 'gem_100', userKey: 'player-3' } });
  await purser.call(`/api/v1/payments/${refused.paymentSeq}/verify`, { appKey: APP_KEY, body: { proof: { signedTransaction: 'x.y.z' } } });
  const consumed = await purchase('player-1', true);
  await purser.call(`/api/v1/payments/${consumed.paymentSeq}/consume`, { secretKey: SECRET, body: { accessToken: consumed.accessToken } });
  const paid = await purchase('player-1', true);

  await page.goto('/');
  const project = (await page.getByRole('link', { name: 'Space game' }).first().getAttribute('href')).split('/').pop();
  return { project, app: String(paid.appSeq), product: String(paid.productSeq), payment: paid.paymentSeq, user: 'player-1' };
}

/** What goes wrong on pages: errors of the console and of scripts, and breaches of the content policy. */
async function listen(page) {
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

async function violations(page) {
  const { violations: found } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze();
  const serious = found.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  return serious.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
}

async function expectGood(page, path) {
  await page.goto(path);
  // Hydrated: what needs scripts is shown now.
  await expect(page.locator('main h1').first()).toBeVisible();
  await page.waitForLoadState('networkidle');
  expect.soft(await violations(page), path).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect.soft(overflow, `${path} scrolls sideways`).toBeLessThanOrEqual(0);
}

for (const colorScheme of ['light', 'dark']) {
  for (const viewport of SIZES) {
    test(`every page is accessible and quiet: ${colorScheme}, ${viewport.width} px`, async ({ browser, baseURL, purser }) => {
      test.setTimeout(240_000);
      const context = await browser.newContext({ baseURL, colorScheme, viewport, locale: 'en-US' });
      const page = await context.newPage();
      const problems = await listen(page);
      await expectGood(page, '/login');
      await expectGood(page, new URL(purser.setupLink).pathname + new URL(purser.setupLink).search);
      await purser.addOperator(OPERATOR.email, OPERATOR.password);
      await signIn(page);
      const params = await seed(purser, page);
      const known = (await routes()).filter((route) => !['/login', '/setup'].includes(route));
      for (const route of known) {
        const names = [...route.matchAll(/:(\w+)/g)].map((match) => match[1]);
        // Not walked yet: pages of what this seed has none of (an operator, a subscription, a notice).
        if (names.some((name) => !(name in params))) continue;
        await expectGood(page, route.replace(/:(\w+)/g, (_, name) => params[name]));
      }
      if (colorScheme === 'light' && viewport.width === 390) {
        await page.goto(`/projects/${params.project}/payments`);
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
  await seed(purser, page);
  await page.goto('/');
  await page.locator('.project-menu summary').click();
  expect(await violations(page)).toEqual([]);
});

test('a dialog takes the focus, keeps it, and gives it back', async ({ signedIn: page, purser }) => {
  const { project, payment } = await seed(purser, page);
  await page.goto(`/projects/${project}/payments/${payment}`);
  const open = page.locator('summary', { hasText: 'Mark refunded' });
  await page.waitForLoadState('networkidle');
  await open.click();
  const dialog = page.getByRole('dialog', { name: 'Mark this payment refunded?' });
  await expect(dialog).toBeVisible();
  await expect.poll(() => page.evaluate(() => document.activeElement?.closest('dialog') !== null)).toBe(true);
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('SUMMARY');
  await open.click();
  await dialog.getByLabel('Reason').fill('The player asked for it.');
  await dialog.getByRole('button', { name: 'Mark refunded' }).click();
  await expect(page.getByText('Marked refunded')).toBeVisible();
  await expect(page.locator('.page-marks').getByText('Refunded')).toBeVisible();
});

/** What a person sees, page by page, for those who look: PURSER_SHOTS=folder npx playwright test pages. */
const SHOTS = process.env.PURSER_SHOTS;
test('pictures of every page', async ({ browser, baseURL, purser }) => {
  test.skip(!SHOTS, 'only when asked for');
  test.setTimeout(300_000);
  await purser.addOperator(OPERATOR.email, OPERATOR.password);
  for (const [name, options] of Object.entries({
    'en-light': { locale: 'en-US', colorScheme: 'light', viewport: SIZES[0] },
    'ko-dark': { locale: 'ko-KR', colorScheme: 'dark', viewport: SIZES[0] },
    'ko-phone': { locale: 'ko-KR', colorScheme: 'light', viewport: SIZES[1] },
  })) {
    const english = await (await browser.newContext({ baseURL, locale: 'en-US' })).newPage();
    await signIn(english);
    const params = await seed(purser, english);
    const context = await browser.newContext({ baseURL, timezoneId: 'Asia/Seoul', storageState: await english.context().storageState({}), ...options });
    await context.clearCookies({ name: /lang|theme/ });
    const page = await context.newPage();
    for (const route of await routes()) {
      const path = route.replace(/:(\w+)/g, (_, param) => params[param] ?? 'none');
      await page.goto(path);
      await page.waitForLoadState('networkidle');
      await page.screenshot({ path: join(SHOTS, `${name}${path.replace(params.project, 'p').replaceAll('/', '_')}.png`), fullPage: true });
    }
    await context.close();
  }
});
