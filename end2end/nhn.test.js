import { expect, expectAccessible, setUp, signIn, OPERATOR, test } from './fixtures.js';

const DECLARED = `[[project]]
name = "NHN game"
app_key = "nhn-game-app-key"
nhn_compatible = true
  [[project.app]]
  store = "TEST"
  store_app_id = "com.example.nhn.test"
  environment = "SIMULATOR"
    [[project.app.product]]
    store_product_id = "gem_100"
    type = "CONSUMABLE"
  [[project.app]]
  store = "AS"
  store_app_id = "com.example.nhn"
  environment = "SIMULATOR"
`;

/** A call as NHN's game servers make it. */
function consumable(purser, appKey) {
  const headers = { 'x-nhn-tciap-appkey': appKey };
  return purser.call('/v1/service/consumable', { headers, body: { marketId: 'TEST', userChannel: 'GF', userKey: 'player-1' } });
}

/** Opens the section from the project's settings. */
async function open(page, { name = 'NHN game', settings = 'Settings', link = 'Open' } = {}) {
  await page.goto('/');
  await page.getByRole('link', { name }).first().click();
  await page.getByRole('link', { name: settings }).first().click();
  await page.getByRole('link', { name: link, exact: true }).click();
  await expect(page).toHaveURL(/\/settings\/nhn$/);
}

test('takes over keys, switches legacy calls, and counts calls as they come', async ({ page, purser }) => {
  const problems = [];
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(String(error)));
  await setUp(page, purser);
  await purser.apply(DECLARED);
  await open(page);
  await expect(page.getByRole('heading', { name: 'Coming from NHN Cloud IAP' })).toBeVisible();
  await expect(page.getByText(`${purser.url}/callback/subscription/com.example.nhn/AS/v2`)).toBeVisible();
  await expect(page.getByText('No compatible calls in the last 7 days')).toBeVisible();
  await expectAccessible(page);

  await page.getByText('Take over the AppKey').first().click();
  await page.getByLabel('AppKey at NHN').fill('short');
  await page.getByRole('button', { name: 'Take over the AppKey' }).last().click();
  await expect(page.getByText('Please enter 8 to 128 letters')).toBeVisible();
  await page.getByLabel('AppKey at NHN').fill('NbWU7hbGqLmHfLrU');
  await page.getByRole('button', { name: 'Take over the AppKey' }).last().click();
  await expect(page.getByText('NbWU7hbGqLmHfLrU', { exact: true })).toBeVisible();
  for (const key of ['NbWU7hbGqLmHfLrU', 'nhn-game-app-key']) {
    expect((await consumable(purser, key)).body.header.resultCode).toBe(0);
  }
  // The page asks again by itself; nobody reloads it.
  await expect(page.getByRole('row', { name: /\/v1\/service\/consumable/ })).toContainText('2', { timeout: 20_000 });

  await page.getByLabel('App id').fill('C3JmSctU');
  await page.getByLabel('Secret key at Gamebase').fill('IgsaAP-0123456789-abcdef');
  await page.locator('form', { has: page.getByLabel('App id') }).getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText(`${purser.url}/tcgb-inapp/v1.3/apps/C3JmSctU`)).toBeVisible();
  const headers = { 'x-secret-key': 'IgsaAP-0123456789-abcdef' };
  const gamebase = await purser.call('/tcgb-inapp/v1.3/apps/C3JmSctU/consumable', { headers, body: { userId: 'player-1' } });
  expect(gamebase.body.header.isSuccessful).toBe(true);

  await expect(page.getByText('These calls carry no key')).toBeVisible();
  await page.getByRole('switch', { name: 'Answer legacy calls' }).check();
  await page.getByRole('button', { name: 'Save' }).last().click();
  await expect(page.getByText('Saved.').first()).toBeVisible();
  await page.reload();
  await expect(page.getByRole('switch', { name: 'Answer legacy calls' })).toBeChecked();
  await expect(page.getByLabel('Secret key at Gamebase')).toHaveValue('');
  await expectAccessible(page);
  expect(problems).toEqual([]);
});

test.describe('in Korean', () => {
  test.use({ locale: 'ko-KR' });

  test('the section speaks Korean', async ({ page, purser }) => {
    await page.goto(purser.setupLink);
    await page.getByLabel('이메일').fill(OPERATOR.email);
    await page.getByLabel('비밀번호 설정').fill(OPERATOR.password);
    await page.getByRole('button', { name: '계정 만들기' }).click();
    await expect(page).not.toHaveURL(/\/setup/);
    await purser.apply(DECLARED);
    await open(page, { settings: '설정', link: '열기' });
    await expect(page.getByRole('heading', { name: 'NHN Cloud IAP에서 이전' })).toBeVisible();
    await expect(page.getByText('이 호출에는 키가 없습니다')).toBeVisible();
    await expect(page.getByText('최근 7일 동안 수신한 호환 호출이 없습니다')).toBeVisible();
    await expectAccessible(page);
  });
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('keys and switch work by plain forms, and the counts are there', async ({ page, purser }) => {
    await purser.addOperator(OPERATOR.email, OPERATOR.password);
    await purser.apply(DECLARED);
    await signIn(page);
    await open(page);
    await page.getByText('Take over the AppKey').first().click();
    await page.getByLabel('AppKey at NHN').fill('NbWU7hbGqLmHfLrU');
    await page.getByRole('button', { name: 'Take over the AppKey' }).last().click();
    await expect(page.getByText('NbWU7hbGqLmHfLrU', { exact: true })).toBeVisible();
    await page.getByRole('switch', { name: 'Answer legacy calls' }).check();
    await page.getByRole('button', { name: 'Save' }).last().click();
    await expect(page.getByRole('switch', { name: 'Answer legacy calls' })).toBeChecked();
    expect((await consumable(purser, 'NbWU7hbGqLmHfLrU')).body.header.resultCode).toBe(0);
    expect((await consumable(purser, 'no-such-app-key')).body.header.resultCode).toBe(1100);
    // Counts are added up at the latest when the server stops.
    await purser.stop();
    await purser.resume();
    await page.goto(page.url());
    await expect(page.getByRole('row', { name: /\/v1\/service\/consumable/ })).toContainText('1');
    await expect(page.getByText('named no project', { exact: false })).toBeVisible();
  });
});
