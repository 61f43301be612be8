import { generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { androidpublisher } from '@googleapis/androidpublisher';
import { JWT } from 'google-auth-library';
import { expect, test } from '../fixtures.js';
import { python } from './python.js';

const PACKAGE = 'com.example.space';
const SCOPE = 'https://www.googleapis.com/auth/androidpublisher';
const TOKEN_URL = 'https://oauth2.googleapis.com/token';
const GOOGLE = new Set(['https://oauth2.googleapis.com', 'https://androidpublisher.googleapis.com']);
const SEED = `[[project]]
name = "Space game"
app_key = "official-app-key"
  [[project.app]]
  store = "GG"
  store_app_id = "${PACKAGE}"
  name = "Space game (Android)"
  environment = "SIMULATOR"
  service_account = "file:service-account.json"
    [[project.app.product]]
    store_product_id = "gem_100"
    name = "100 gems"
    type = "CONSUMABLE"
    [[project.app.product]]
    store_product_id = "vip"
    name = "VIP"
    type = "AUTO_SUBSCRIPTION"
    [[project.app.product]]
    store_product_id = "other"
    name = "Gold"
    type = "AUTO_SUBSCRIPTION"
`;

test.beforeEach(async ({ purser }) => {
  test.setTimeout(180_000);
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const account = {
    type: 'service_account',
    project_id: 'space',
    private_key_id: '0123456789abcdef',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    client_email: 'server@space.iam.gserviceaccount.com',
    client_id: '100000000000000000001',
    token_uri: TOKEN_URL,
  };
  await writeFile(join(purser.folder, 'service-account.json'), JSON.stringify(account));
  await purser.apply(SEED);
});

/** Google's client as a developer has it; only where it calls is other than Google. */
async function connect(purser) {
  const account = JSON.parse(await readFile(join(purser.folder, 'service-account.json'), 'utf8'));
  const auth = new JWT({ email: account.client_email, key: account.private_key, scopes: [SCOPE] });
  // The library knows one address for tokens, and drops the path of another root address.
  auth.transporter.interceptors.request.add({
    resolved: async (config) => {
      const { origin, pathname, search } = new URL(config.url);
      if (GOOGLE.has(origin)) config.url = new URL(`${purser.url}/simulator${pathname}${search}`);
      return config;
    },
  });
  return androidpublisher({ version: 'v3', auth });
}

async function control(purser, path, body = {}) {
  const { status, body: answer } = await purser.call(`/simulator/control/${path}`, { body });
  if (status >= 300) throw new Error(`${path}: ${status} ${JSON.stringify(answer)}`);
  return answer;
}

/** The status and Google's reason of the failure of a call. */
async function failure(call) {
  try {
    await call;
  } catch (error) {
    return [error.response?.status, error.response?.data?.error?.errors?.[0]?.reason];
  }
  return 'none';
}

test('Google’s Python client works with the simulated Google Play', async ({ purser }) => {
  const report = JSON.parse(await python('play.py', purser.url, purser.folder, PACKAGE, 'gem_100', 'vip'));
  expect(report.verified).toBeGreaterThan(30);
});

test('Google’s Node client works with the simulated Google Play', async ({ purser }) => {
  const api = await connect(purser);
  const { purchases, orders, monetization } = api;
  const packageName = PACKAGE;
  const sold = await control(purser, 'purchases', {
    store: 'GG', storeAppId: PACKAGE, productId: 'gem_100', player: 'one', price: '4400', currency: 'KRW',
  });
  const product = { packageName, productId: 'gem_100', token: sold.proof.purchaseToken };
  expect((await purchases.products.get(product)).data).toMatchObject({ purchaseState: 0, orderId: sold.orderId, purchaseType: 0 });
  expect((await purchases.products.acknowledge({ ...product, requestBody: {} })).status).toBe(204);
  expect((await purchases.products.consume(product)).status).toBe(204);
  expect(await failure(purchases.products.consume(product))).toEqual([400, 'invalidPurchaseState']);
  const { data: newer } = await purchases.productsv2.getproductpurchasev2({ packageName, token: product.token });
  expect(newer.purchaseStateContext.purchaseState).toBe('PURCHASED');
  const batch = await orders.batchget({ packageName, orderIds: [sold.orderId] });
  expect(batch.data.orders[0]).toMatchObject({ state: 'PROCESSED', total: { currencyCode: 'KRW', units: '4400' } });
  await orders.refund({ packageName, orderId: sold.orderId, revoke: true });
  const voided = await purchases.voidedpurchases.list({ packageName, type: 1 });
  expect(voided.data.voidedPurchases).toMatchObject([{ orderId: sold.orderId, voidedSource: 1 }]);

  const plan = { store: 'GG', storeAppId: PACKAGE, productId: 'vip', player: 'reader', price: '9900', currency: 'KRW' };
  const subscribed = await control(purser, 'subscriptions', { ...plan, world: 'Production' });
  const named = { packageName, token: subscribed.proof.purchaseToken };
  await purchases.subscriptions.acknowledge({ ...named, subscriptionId: 'vip', requestBody: {} });
  await control(purser, 'clock', { advanceDays: 31 });
  const { data: standing } = await purchases.subscriptionsv2.get(named);
  expect(standing).toMatchObject({ subscriptionState: 'SUBSCRIPTION_STATE_ACTIVE', lineItems: [{ productId: 'vip' }] });
  expect(standing.lineItems[0].latestSuccessfulOrderId).toBe(`${subscribed.orderId}..0`);
  const deferralContext = { deferDuration: '864000s', etag: standing.etag };
  const deferred = await purchases.subscriptionsv2.defer({ ...named, requestBody: { deferralContext } });
  expect(deferred.data.itemExpiryTimeDetails).toHaveLength(1);
  const cancellationContext = { cancellationType: 'DEVELOPER_REQUESTED_STOP_PAYMENTS' };
  await purchases.subscriptionsv2.cancel({ ...named, requestBody: { cancellationContext } });
  await purchases.subscriptionsv2.revoke({ ...named, requestBody: { revocationContext: { fullRefund: {} } } });
  const { data: over } = await purchases.subscriptionsv2.get(named);
  expect(over.canceledStateContext).toEqual({ developerInitiatedCancellation: {} });
  expect((await monetization.onetimeproducts.list({ packageName })).data.oneTimeProducts).toHaveLength(1);
  expect((await monetization.subscriptions.list({ packageName })).data.subscriptions).toHaveLength(2);
  expect(await failure(api.inappproducts.list({ packageName }))).toEqual([403, 'forbidden']);
  expect(await failure(purchases.products.get({ ...product, packageName: 'com.nobody' }))).toEqual([404, 'applicationNotFound']);
});
