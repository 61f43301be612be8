import { expect, expectAccessible, test } from './fixtures.js';
import { SECRET, eventually } from './game.js';
import { card, expectGood, listen } from './look.js';

/** The words of the pages, as an operator reads them in each language. */
const WORDS = {
  'en-US': {
    licenceKey: 'Licence key', push: 'Push service account', save: 'Save',
    saved: 'App saved', test: 'Test connection', connected: 'Signed in',
    steps: [
      { status: 403, reason: 'accessNotConfigured', finding: 'The API is off' },
      { status: 401, reason: 'permissionDenied', finding: 'The account may not see purchases' },
    ],
    mustBeKey: 'Service account key (JSON)', importTitle: 'Import from the store', compare: 'Compare products',
    submit: 'Import the chosen products', added: 'Products added: 2', typeOf: (name) => `Type of ${name}`, kept: 'Non-consumable',
    changed: /changed after this page was opened/, notChosen: 'Please choose', same: 'No change', notOnSale: 'Not on sale',
  },
  'ko-KR': {
    licenceKey: '라이선스 키', push: '푸시 서비스 계정', save: '저장',
    saved: '앱을 저장했습니다', test: '연결 테스트', connected: '로그인되었습니다',
    steps: [
      { status: 403, reason: 'accessNotConfigured', finding: 'API가 사용 설정되지 않았습니다' },
      { status: 401, reason: 'permissionDenied', finding: '계정에 구매 조회 권한이 없습니다' },
    ],
    mustBeKey: '서비스 계정 키(JSON)', importTitle: '스토어에서 상품 가져오기', compare: '상품 비교',
    submit: '선택한 상품 가져오기', added: '상품 2개를 추가했습니다', typeOf: (name) => `${name}의 유형`, kept: '비소비성',
    changed: /변경되어 아무것도 가져오지 않았습니다/, notChosen: '선택', same: '변경 없음', notOnSale: '판매 중 아님',
  },
};

const PACKAGE = 'com.example.play';

/** A project whose products are Google Play's catalog, and one with an app of the same package and nothing to sell yet. */
const DECLARED = `[[project]]
name = "Play itself"
  [[project.app]]
  store = "GG"
  store_app_id = "${PACKAGE}"
  name = "Play (Android)"
  environment = "SIMULATOR"
    [[project.app.product]]
    store_product_id = "gem_100"
    name = "100 gems"
    type = "CONSUMABLE"
    [[project.app.product]]
    store_product_id = "vip"
    name = "VIP"
    type = "AUTO_SUBSCRIPTION"
    [[project.app.product]]
    store_product_id = "old_pack"
    name = "Old pack"
    type = "CONSUMABLE"
    status = "STOP"
[[project]]
name = "Our game"
app_key = "our-game-app-key"
secret_keys = [{ name = "game-server", value = "env:E2E_SECRET" }]
  [[project.app]]
  store = "GG"
  store_app_id = "${PACKAGE}"
  name = "Our game (Android)"
  environment = "SIMULATOR"
`;

/** Declares the projects; safe to repeat with another catalog. */
const declare = (purser, declared = DECLARED) => purser.apply(declared, { E2E_SECRET: SECRET });

/** The address of a project's only app. */
async function appPath(page, project) {
  await page.goto('/');
  const path = await page.getByRole('link', { name: project }).first().getAttribute('href');
  await page.goto(`${path}/apps`);
  return page.locator('main table tbody tr a').first().getAttribute('href');
}

/** The box that chooses a product. */
const box = (page, name) => page.getByRole('checkbox', { name, exact: true });

for (const [locale, words] of Object.entries(WORDS)) {
  test.describe(`Google Play in ${locale}`, () => {
    test.use({ locale });

    test(`its form, and the connection’s failing step (${locale})`, async ({ signedIn: page, purser }) => {
      test.setTimeout(60_000);
      await declare(purser);
      const app = await appPath(page, 'Our game');
      await expectGood(page, app);
      await page.getByRole('button', { name: words.test }).click();
      await expect(page.getByText(words.connected).first()).toBeVisible();
      await expectAccessible(page);

      const licence = page.getByLabel(words.licenceKey, { exact: true });
      await licence.fill('not a key');
      await page.getByLabel(words.push, { exact: true }).fill('push@example.iam.gserviceaccount.com');
      await page.getByRole('button', { name: words.save, exact: true }).click();
      await expect(licence).toHaveAttribute('aria-invalid', 'true');
      await expect(page.getByLabel(words.push, { exact: true })).toHaveValue('push@example.iam.gserviceaccount.com');
      await licence.fill('');
      await page.getByRole('textbox', { name: words.mustBeKey }).fill('{"type": "service_account"}');
      await page.getByRole('button', { name: words.save, exact: true }).click();
      await expect(page.getByRole('textbox', { name: words.mustBeKey })).toHaveAttribute('aria-invalid', 'true');
      await page.getByRole('textbox', { name: words.mustBeKey }).fill('');
      await page.getByRole('button', { name: words.save, exact: true }).click();
      await expect(page.getByText(words.saved)).toBeVisible();

      for (const { reason, status, finding } of words.steps) {
        const fault = { api: { status, reason, path: '/purchases/' } };
        expect((await purser.call('/simulator/control/faults', { method: 'PUT', body: fault })).status).toBeLessThan(300);
        await page.getByRole('button', { name: words.test }).click();
        await expect(page.getByText(finding).first()).toBeVisible();
      }
      await expectAccessible(page);
    });

    test(`its catalog is compared, chosen from and imported (${locale})`, async ({ signedIn: page, purser }) => {
      test.setTimeout(60_000);
      const problems = await listen(page);
      await declare(purser);
      const app = await appPath(page, 'Our game');
      await page.goto(app);
      await card(page, words.importTitle).getByRole('link', { name: words.compare }).click();
      await expect(page.getByRole('heading', { name: words.importTitle, level: 1 })).toBeVisible();
      await expect(box(page, '100 gems')).toBeChecked();
      await expect(box(page, 'VIP')).toBeChecked();
      await expect(box(page, 'Old pack')).not.toBeChecked();
      await expect(page.getByRole('row', { name: /Old pack/ }).getByText(words.notOnSale)).toBeVisible();
      await expectGood(page, `${app}/catalog`);

      // Nothing chosen, then what is chosen no longer what the store has: nothing is written, nothing is lost.
      await box(page, '100 gems').uncheck();
      await box(page, 'VIP').uncheck();
      await page.getByRole('button', { name: words.submit }).click();
      await expect(page.locator('.field-error', { hasText: words.notChosen })).toBeVisible();
      await box(page, '100 gems').check();
      await box(page, 'VIP').check();
      await page.getByLabel(words.typeOf('100 gems')).selectOption('NON_CONSUMABLE');
      await declare(purser, DECLARED.replace('name = "Old pack"', 'name = "Older pack"'));
      await page.getByRole('button', { name: words.submit }).click();
      await expect(page.getByText(words.changed)).toBeVisible();
      await expect(box(page, 'Older pack')).toBeVisible();
      await expect(box(page, 'VIP')).toBeChecked();
      await expect(page.getByLabel(words.typeOf('100 gems'))).toHaveValue('NON_CONSUMABLE');
      await page.getByRole('button', { name: words.submit }).click();
      await expect(page.getByText(words.added)).toBeVisible();
      await expect(page.getByRole('row', { name: /gem_100/ }).getByText(words.kept)).toBeVisible();

      await page.goto(`${app}/catalog`);
      for (const id of [/gem_100/, /vip/]) {
        await expect(page.getByRole('row', { name: id }).getByText(words.same)).toBeVisible();
      }
      expect(problems.filter((problem) => !/4(09|22)/.test(problem))).toEqual([]);
    });
  });
}

const SHOP = `[[project]]
name = "Play shop"
app_key = "play-shop-app-key"
secret_keys = [{ name = "game-server", value = "env:E2E_SECRET" }]
  [[project.app]]
  store = "GG"
  store_app_id = "${PACKAGE}"
  name = "Play shop (Android)"
  environment = "SIMULATOR"
    [[project.app.product]]
    store_product_id = "gem_100"
    name = "100 gems"
    type = "CONSUMABLE"
    [[project.app.product]]
    store_product_id = "vip"
    name = "VIP"
    type = "AUTO_SUBSCRIPTION"
`;

/** Sells at the simulated Google Play and verifies; the payment. */
async function sell(purser, userKey, what, body) {
  const terms = { store: 'GG', storeAppId: PACKAGE, price: '9900', currency: 'KRW', ...body };
  const sold = (await purser.call(`/simulator/control/${what}`, { body: terms })).body;
  const verify = { store: 'GG', userKey, proof: sold.proof };
  const { status, body: payment } = await purser.call('/api/v1/payments/verify', { secretKey: SECRET, body: verify });
  expect(status, JSON.stringify(payment)).toBe(200);
  return payment;
}

/** Opens a dialog by its button and presses its own. */
async function confirm(page, open, title, submit, fill = async () => {}) {
  await page.waitForLoadState('networkidle');
  await page.locator('summary', { hasText: open }).click();
  const dialog = page.getByRole('dialog', { name: title });
  await fill(dialog);
  await expectAccessible(page);
  await dialog.getByRole('button', { name: submit, exact: true }).click();
  await expect(dialog).toBeHidden();
}

test('Google Play stops, ends and refunds a subscription, and refunds a payment', async ({ signedIn: page, purser }) => {
  test.setTimeout(90_000);
  await purser.apply(SHOP, { E2E_SECRET: SECRET });
  await sell(purser, 'player-1', 'subscriptions', { productId: 'vip', player: 'player-1' });
  const { paymentSeq } = await sell(purser, 'player-2', 'purchases', { productId: 'gem_100', player: 'player-2' });
  await page.goto('/');
  const project = await page.getByRole('link', { name: 'Play shop' }).first().getAttribute('href');
  const marks = page.locator('.page-marks');
  const becomes = async (path, state) => {
    await purser.call('/simulator/control/notices/deliver', { method: 'POST' });
    await eventually(expect, page, path, () => expect(marks.getByText(state, { exact: true })).toBeVisible({ timeout: 500 }));
  };

  await page.goto(`${project}/subscriptions`);
  await page.getByRole('row', { name: /player-1/ }).getByRole('link').first().click();
  await expect(page).toHaveURL(/\/subscriptions\/\d+/);
  const subscription = page.url();
  await confirm(page, 'Stop renewal…', 'Stop the renewal?', 'Stop renewal');
  await expect(page.getByText('The store stopped the renewal')).toBeVisible();
  await becomes(subscription, 'Cancelled, still runs');
  await confirm(page, 'End and refund…', 'End the subscription now and give money back?', 'End and refund', (dialog) =>
    dialog.getByLabel('Given back').selectOption({ label: 'The whole last payment' }));
  await becomes(subscription, 'Revoked');

  const payment = `${project}/payments/${paymentSeq}`;
  await page.goto(payment);
  await confirm(page, 'Refund at the store…', 'Give the money back?', 'Refund', (dialog) =>
    dialog.getByLabel('Reason').fill('bought by mistake'));
  await becomes(payment, 'Refunded');
  await page.goto(`${project}/audit`);
  for (const action of ['subscription.cancel', 'subscription.revoke', 'payment.refund_at_store']) {
    await expect(page.getByRole('row', { name: /operator@example.com/ }).getByText(action, { exact: true })).toBeVisible();
  }
});

test('an operator switches outage mode on while Google Play is down', async ({ signedIn: page, purser }) => {
  test.setTimeout(60_000);
  await purser.apply(SHOP, { E2E_SECRET: SECRET });
  const setFaults = (body) => purser.call('/simulator/control/faults', { method: 'PUT', body });
  const app = await appPath(page, 'Play shop');
  await page.goto(app);
  await expect(page.getByText('Off: while Google Play is down')).toBeVisible();
  await confirm(page, 'Switch on', 'Switch outage mode on?', 'Switch outage mode on', (dialog) =>
    dialog.getByLabel('For how long').selectOption({ label: '6 h' }));
  await expect(page.getByText('One-time purchases that Google Play can not be asked about')).toBeVisible();
  await expectAccessible(page);

  const terms = { store: 'GG', storeAppId: PACKAGE, productId: 'gem_100', player: 'player-3', price: '9900', currency: 'KRW' };
  const { body: sold } = await purser.call('/simulator/control/purchases', { body: terms });
  await setFaults({ api: { status: 503 } });
  const verify = { store: 'GG', userKey: 'player-3', proof: sold.proof };
  const { status, body: payment } = await purser.call('/api/v1/payments/verify', { secretKey: SECRET, body: verify });
  expect([status, payment.isProvisional], JSON.stringify(payment)).toEqual([200, true]);
  const project = app.split('/apps/')[0];
  await page.goto(`${project}/payments/${payment.paymentSeq}`);
  await expect(page.getByText('Granted in outage mode by the purchase’s signature alone.')).toBeVisible();

  await setFaults({});
  await page.goto(app);
  await page.getByRole('button', { name: 'End it now' }).click();
  await expect(page.getByText('Off: while Google Play is down')).toBeVisible();
});
