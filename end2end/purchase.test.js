import { expect, expectAccessible, setUp, test } from './fixtures.js';

const SECRET = 'sk_end2end456789abcdef0123456789';

/** From an empty server to a consumed purchase, as an operator and a game server live it. */
test('set-up, project, app, product, purchase, found by user id, consumed', async ({ page, purser }) => {
  const problems = [];
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(String(error)));
  await setUp(page, purser);

  await page.getByRole('link', { name: 'New project' }).first().click();
  await page.getByLabel('Name', { exact: false }).first().fill('Space game');
  await page.getByLabel('AppKey to take over').fill('space-game-app-key');
  await page.getByRole('button', { name: 'Create project' }).click();
  await expect(page).toHaveURL(/\/projects\/(?!new$)[^/]+$/);
  const project = page.url();

  await page.goto(`${project}/apps/new`);
  await expectAccessible(page);
  await page.getByLabel('Store app id').fill('com.example.space');
  await page.getByRole('button', { name: 'Add app' }).click();
  await expect(page.getByRole('heading', { name: 'com.example.space' })).toBeVisible();
  await expect(page.getByText('/callback/subscription/com.example.space/AS/v2')).toBeVisible();

  await page.goto(`${project}/products/new`);
  await page.getByLabel('Store product id').fill('gem_100');
  await page.getByLabel('Name', { exact: true }).fill('100 gems');
  await page.getByRole('button', { name: 'Add product' }).click();
  await expect(page.getByRole('link', { name: '100 gems' })).toBeVisible();

  const appKey = 'space-game-app-key';
  const { body: reserved } = await purser.call('/api/v1/payments', { appKey, body: { store: 'AS', productId: 'gem_100', userKey: 'player-7' } });
  const { body: sold } = await purser.call('/simulator/control/purchases', {
    body: { store: 'AS', storeAppId: 'com.example.space', productId: 'gem_100', accountToken: reserved.accountToken, price: '4400', currency: 'KRW' },
  });
  const { body: verified } = await purser.call(`/api/v1/payments/${reserved.paymentSeq}/verify`, { appKey, body: { proof: sold.proof } });
  expect(verified.status).toBe('SUCCESS');

  await page.goto(`${project}/payments`);
  await page.getByRole('searchbox').fill('player-7');
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(page.getByText('4,400 KRW')).toBeVisible();
  await expect(page.getByText('Not consumed').first()).toBeVisible();
  await expectAccessible(page);

  await purser.apply(`[[project]]
name = "Space game"
app_key = "space-game-app-key"
secret_keys = [{ name = "server", value = "env:E2E_SECRET" }]`, { E2E_SECRET: SECRET });
  const consumed = await purser.call(`/api/v1/payments/${reserved.paymentSeq}/consume`, { secretKey: SECRET, body: { accessToken: verified.accessToken } });
  expect(consumed.status).toBe(200);
  const again = await purser.call(`/api/v1/payments/${reserved.paymentSeq}/consume`, { secretKey: SECRET, body: { accessToken: verified.accessToken } });
  expect(again.body.code).toBe('ALREADY_CONSUMED');

  await page.goto(`${project}/payments/${reserved.paymentSeq}`);
  await expect(page.getByText('Consumed', { exact: true }).last()).toBeVisible();
  await expectAccessible(page);
  await page.goto(`${project}/users/player-7`);
  await expect(page.getByText('Nothing waits to be consumed.')).toBeVisible();
  await expectAccessible(page);
  expect(problems).toEqual([]);
});

test.describe('in Korean', () => {
  test.use({ locale: 'ko-KR' });

  test('the whole story in Korean', async ({ page, purser }) => {
    await page.goto(purser.setupLink);
    await expect(page.getByRole('heading', { name: 'Purser에 오신 것을 환영합니다' })).toBeVisible();
    await page.getByLabel('이메일').fill('operator@example.com');
    await page.getByLabel('비밀번호 설정').fill('short');
    await page.getByRole('button', { name: '계정 만들기' }).click();
    await expect(page.getByText(/\d+자 이상 \d+자 이하로 입력해 주십시오\./)).toBeVisible();
    await page.getByLabel('비밀번호 설정').fill('a long enough password');
    await page.getByRole('button', { name: '계정 만들기' }).click();
    await page.getByRole('link', { name: '새 프로젝트' }).first().click();
    await page.getByLabel('이름').first().fill('우주 게임');
    await page.getByLabel('가져올 AppKey').fill('space-game-app-key');
    await page.getByRole('button', { name: '프로젝트 만들기' }).click();
    await expect(page).toHaveURL(/\/projects\/(?!new$)[^/]+$/);
    const project = page.url();

    await page.goto(`${project}/apps/new`);
    await page.getByLabel('스토어 앱 ID').fill('패키지명');
    await page.getByRole('button', { name: '앱 추가' }).click();
    await expect(page.getByText('패키지명 또는 번들 ID를 입력해 주십시오.', { exact: false })).toBeVisible();
    await page.getByLabel('스토어 앱 ID').fill('com.example.space');
    await page.getByRole('button', { name: '앱 추가' }).click();
    await expect(page.getByRole('heading', { name: 'com.example.space' })).toBeVisible();

    await page.goto(`${project}/products/new`);
    await page.getByLabel('스토어 상품 ID').fill('gem_100');
    await page.getByLabel('이름', { exact: true }).fill('보석 100개');
    await page.getByRole('button', { name: '상품 추가' }).click();
    await expect(page.getByRole('link', { name: '보석 100개' })).toBeVisible();

    await page.goto('/simulator');
    await page.getByLabel('플레이어').fill('플레이어-7');
    await page.getByRole('button', { name: '구매', exact: true }).click();
    await expect(page.getByRole('link', { name: '결제 상세 보기' })).toBeVisible();

    await page.goto(`${project}/payments`);
    await page.getByRole('searchbox').fill('플레이어-7');
    await page.getByRole('button', { name: '적용' }).click();
    await expect(page.getByText('4,400 KRW')).toBeVisible();
    await expectAccessible(page);
    await page.getByRole('link', { name: '플레이어-7' }).click();
    await expect(page.getByRole('heading', { name: '플레이어-7' })).toBeVisible();
    await expect(page.getByRole('heading', { name: '누적 결제' })).toBeVisible();
    await expectAccessible(page);
  });
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('forms, lists and errors work all the same', async ({ page, purser }) => {
    await setUp(page, purser);
    await page.getByRole('link', { name: 'New project' }).first().click();
    await page.getByLabel('Name', { exact: false }).first().fill('Plain game');
    await page.getByRole('button', { name: 'Create project' }).click();
    await expect(page).toHaveURL(/\/projects\/(?!new$)[^/]+$/);
    const project = page.url();
    await page.goto(`${project}/apps/new`);
    await page.getByLabel('Store app id').fill('not a package');
    await page.getByRole('button', { name: 'Add app' }).click();
    await expect(page.getByText('Please enter a package name', { exact: false })).toBeVisible();
    await page.getByLabel('Store app id').fill('com.example.plain');
    await page.getByRole('button', { name: 'Add app' }).click();
    await expect(page.getByRole('heading', { name: 'com.example.plain' })).toBeVisible();
    await page.goto(`${project}/payments?q=nobody`);
    await expect(page.getByText('No payment matches')).toBeVisible();

    await page.goto(`${project}/products/import`);
    await page.getByLabel('CSV file').setInputFiles({ name: 'bad.csv', mimeType: 'text/csv', buffer: Buffer.from('productId,type\ngem_100,GIFT\n') });
    await page.getByRole('button', { name: 'Import' }).click();
    await expect(page.getByText('bad.csv was refused')).toBeVisible();
    await expect(page.getByText('Please use CONSUMABLE', { exact: false })).toBeVisible();
    await page.getByLabel('CSV file').setInputFiles({ name: 'good.csv', mimeType: 'text/csv', buffer: Buffer.from('\uFEFFproductId,type,name\ngem_100,CONSUMABLE,100 gems\nvip,AUTO_RENEWABLE,VIP\n') });
    await page.getByRole('button', { name: 'Import' }).click();
    await expect(page.getByText('Products added: 2')).toBeVisible();
    await expect(page.getByRole('link', { name: '100 gems' })).toBeVisible();

    await page.goto(`${project}/settings`);
    await page.getByLabel('Name').last().fill('game-server');
    await page.getByRole('button', { name: 'Create a secret key' }).click();
    await expect(page.getByText(/^sk_/)).toBeVisible();
    await page.reload();
    await expect(page.getByText(/^sk_/)).toHaveCount(0);
  });
});
