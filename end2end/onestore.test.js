import { expect, expectAccessible, test } from './fixtures.js';
import { SECRET, eventually } from './game.js';
import { card, expectGood, listen } from './look.js';

/** The words of the pages, as an operator reads them in each language. */
const WORDS = {
  'en-US': {
    fields: ['Package name in ONE store', 'API version', 'Client id', 'Market', 'Subscriptions', 'Acknowledging subscriptions'],
    licenceKey: 'Licence key', secret: 'Client secret', save: 'Save', saved: 'App saved',
    test: 'Test connection', connected: 'Signed in', refunds: 'Refunds can be read',
    steps: [
      { api: { status: 403, path: '/purchases/' }, finding: 'The client may not see purchases' },
      { api: { status: 404, reason: 'ResourceNotFound', path: '/purchases/' }, finding: 'Nothing at this client id and market' },
      { api: { status: 503, path: '/voided-purchases' }, finding: 'Refunds can\'t be read' },
    ],
    keyMissing: 'Payment notifications are not taken', since: 'In charge since', notYet: 'This app is not in charge yet',
  },
  'ko-KR': {
    fields: ['원스토어 패키지명', 'API 버전', '클라이언트 ID', '마켓', '구독 상품', '구독 구매확인 경로'],
    licenceKey: '라이선스 키', secret: '클라이언트 시크릿', save: '저장', saved: '앱을 저장했습니다',
    test: '연결 테스트', connected: '로그인되었습니다', refunds: '구매취소 내역을 조회할 수 있습니다',
    steps: [
      { api: { status: 403, path: '/purchases/' }, finding: '클라이언트에 구매 조회 권한이 없습니다' },
      { api: { status: 404, reason: 'ResourceNotFound', path: '/purchases/' }, finding: '클라이언트 ID와 마켓에 해당하는 앱이 없습니다' },
      { api: { status: 503, path: '/voided-purchases' }, finding: '구매취소 내역을 조회할 수 없습니다' },
    ],
    keyMissing: '결제 알림을 받지 않습니다', since: '결제 처리 시작 시각', notYet: '아직 결제 처리 시작 전입니다',
  },
};

const PACKAGE = 'com.example.one';
const DECLARED = `[[project]]
name = "One game"
app_key = "one-game-app-key"
client_consume = true
secret_keys = [{ name = "game-server", value = "env:E2E_SECRET" }]
  [[project.app]]
  store = "ONESTORE"
  store_app_id = "${PACKAGE}"
  name = "One game (ONE store)"
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

/** The project's address, and its app's. */
async function open(page, purser) {
  await purser.apply(DECLARED, { E2E_SECRET: SECRET });
  await page.goto('/');
  const project = await page.getByRole('link', { name: 'One game' }).first().getAttribute('href');
  await page.goto(`${project}/apps`);
  return { project, app: await page.locator('main table tbody tr a').first().getAttribute('href') };
}

/** Buys in the demo shop. */
async function buy(page, product, player) {
  await page.goto('/simulator');
  const shop = card(page, 'Demo shop');
  const label = await shop.getByLabel('Product').locator('option', { hasText: `${product} ·` }).first().textContent();
  await shop.getByLabel('Product').selectOption({ label });
  await shop.getByLabel('Player').fill(player);
  await shop.getByRole('button', { name: 'Buy' }).click();
}

/** Opens a dialog by its button and presses its own. */
async function confirm(page, open, title, submit) {
  await page.waitForLoadState('networkidle');
  await page.locator('summary', { hasText: open }).click();
  const dialog = page.getByRole('dialog', { name: title });
  await expectAccessible(page);
  await dialog.getByRole('button', { name: submit, exact: true }).click();
  await expect(dialog).toBeHidden();
}

for (const [locale, words] of Object.entries(WORDS)) {
  test.describe(`ONE store in ${locale}`, () => {
    test.use({ locale });

    test(`ONE store’s form, and the connection’s failing step (${locale})`, async ({ signedIn: page, purser }) => {
      test.setTimeout(60_000);
      const { app } = await open(page, purser);
      await expectGood(page, app);
      for (const field of [...words.fields, words.licenceKey, words.secret]) {
        await expect(page.getByLabel(field, { exact: true })).toBeVisible();
      }
      await page.getByRole('button', { name: words.test }).click();
      await expect(page.getByText(words.connected).first()).toBeVisible();
      await expect(page.getByText(words.refunds).first()).toBeVisible();

      const licence = page.getByLabel(words.licenceKey, { exact: true });
      const key = await licence.inputValue();
      await licence.fill('not a key');
      await page.getByRole('button', { name: words.save, exact: true }).click();
      await expect(licence).toHaveAttribute('aria-invalid', 'true');
      await licence.fill('');
      await page.getByLabel(words.since, { exact: true }).fill('2199-01-01T00:00:00+09:00');
      await page.getByRole('button', { name: words.save, exact: true }).click();
      await expect(page.getByText(words.saved)).toBeVisible();
      await expect(page.getByText(words.notYet)).toBeVisible();
      await page.getByRole('button', { name: words.test }).click();
      await expect(page.getByText(words.keyMissing).first()).toBeVisible();
      await expectAccessible(page);
      await licence.fill(key);
      await page.getByLabel(words.since, { exact: true }).fill('2020-01-01T00:00:00+09:00');
      await page.getByRole('button', { name: words.save, exact: true }).click();
      await expect(page.getByText(words.notYet)).toHaveCount(0);

      for (const { api, finding } of words.steps) {
        expect((await purser.call('/simulator/control/faults', { method: 'PUT', body: { api } })).status).toBeLessThan(300);
        await page.getByRole('button', { name: words.test }).click();
        await expect(page.getByText(finding).first()).toBeVisible();
      }
      await expectAccessible(page);
    });
  });
}

test('ONE store sells in the demo shop, and subscriptions only where they are switched on', async ({ signedIn: page, purser }) => {
  test.setTimeout(90_000);
  const problems = await listen(page);
  const { project, app } = await open(page, purser);
  await buy(page, '100 gems', 'player-1');
  await page.getByRole('link', { name: 'Open the payment' }).first().click();
  await expect(page).toHaveURL(/\/payments\/\d+/);
  await expect(page.getByText('ONE store').first()).toBeVisible();
  await expect(page.getByText('Consumed').first()).toBeVisible();

  await page.goto(app);
  await page.getByLabel('Subscriptions', { exact: true }).selectOption({ label: 'No' });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('App saved')).toBeVisible();
  await page.goto(`${project}/products/new`);
  await expect(page.getByText('Subscriptions of a ONE store app have to be switched on in the app\'s settings too.')).toBeVisible();
  await buy(page, 'VIP', 'player-2');
  await expect(page.getByText('The last call was refused', { exact: false })).toBeVisible();

  await page.goto(app);
  await page.getByLabel('Subscriptions', { exact: true }).selectOption({ label: 'Yes' });
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('App saved')).toBeVisible();
  await buy(page, 'VIP', 'player-3');
  await expect(page.getByText('Subscribed and verified.', { exact: false })).toBeVisible();
  expect(problems).toEqual([]);
});

test('ONE store stops a subscription’s renewal and renews it again', async ({ signedIn: page, purser }) => {
  test.setTimeout(90_000);
  await open(page, purser);
  await buy(page, 'VIP', 'player-1');
  await page.getByRole('link', { name: 'Open the subscription' }).first().click();
  await expect(page).toHaveURL(/\/subscriptions\/\d+/);
  const here = page.url();
  const becomes = async (state) => {
    await purser.call('/simulator/control/notices/deliver', { method: 'POST' });
    const marks = page.locator('.page-marks');
    await eventually(expect, page, here, () => expect(marks.getByText(state, { exact: true })).toBeVisible({ timeout: 500 }));
  };
  await becomes('Active');
  await confirm(page, 'Stop renewal…', 'Stop the renewal?', 'Stop renewal');
  await becomes('Cancelled, still runs');
  await confirm(page, 'Renew again…', 'Renew it again?', 'Renew again');
  await becomes('Active');
  await expect(page.locator('summary', { hasText: 'End and refund…' })).toHaveCount(0);
});
