import { generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  APIException,
  AppStoreServerAPIClient,
  Environment,
  GetTransactionHistoryVersion,
  SignedDataVerifier,
} from '@apple/app-store-server-library';
import { expect, test } from '../fixtures.js';
import { python } from './python.js';

const BUNDLE_ID = 'com.example.space';
const ISSUER = '57246542-96fe-1a63-e053-0824d011072a';
const KEY_ID = '2X9R4HXF34';
const SEED = `[[project]]
name = "Space game"
app_key = "official-app-key"
  [[project.app]]
  store = "AS"
  store_app_id = "${BUNDLE_ID}"
  name = "Space game (iOS)"
  environment = "SIMULATOR"
  issuer_id = "${ISSUER}"
  key_id = "${KEY_ID}"
  private_key = "file:AuthKey.p8"
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

const WORLDS = [
  { environment: Environment.SANDBOX, base: '/simulator' },
  { environment: Environment.PRODUCTION, base: '/simulator/production' },
];

/** Apple's client and verifier for one world; only where it calls and whom it trusts is other than a developer's. */
class World {
  constructor(purser, key, root, { environment, base }) {
    this.purser = purser;
    this.environment = environment;
    this.client = new AppStoreServerAPIClient(key, KEY_ID, ISSUER, BUNDLE_ID, environment);
    this.client.urlBase = purser.url + base;
    this.root = root;
    this.verified = 0;
  }

  /** Tells the simulator to do something. */
  async control(path, body = {}) {
    const { status, body: answer } = await this.purser.call(`/simulator/control/${path}`, { body });
    if (status >= 300) throw new Error(`${path}: ${status} ${JSON.stringify(answer)}`);
    return answer;
  }

  buy(player) {
    const world = this.environment;
    return this.control('purchases', { store: 'AS', storeAppId: BUNDLE_ID, productId: 'gem_100', player, world });
  }

  /** Every answer about a customer tells the app's number, which Apple's verifier of production asks for. */
  learn({ appAppleId }) {
    this.verifier = new SignedDataVerifier([this.root], false, this.environment, BUNDLE_ID, appAppleId);
  }

  transaction(token) {
    this.verified += 1;
    return this.verifier.verifyAndDecodeTransaction(token);
  }

  async notice(token) {
    this.verified += 1;
    const notice = await this.verifier.verifyAndDecodeNotification(token);
    if (notice.data?.signedTransactionInfo) await this.transaction(notice.data.signedTransactionInfo);
    if (notice.data?.signedRenewalInfo) await this.verifier.verifyAndDecodeRenewalInfo(notice.data.signedRenewalInfo);
    return notice;
  }
}

/** Apple's number of the failure of a call. */
async function failure(call) {
  try {
    await call;
  } catch (error) {
    if (error instanceof APIException) return error.apiError ?? error.httpStatusCode;
    throw error;
  }
  return 'none';
}

test.beforeEach(async ({ purser }) => {
  test.setTimeout(180_000);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  await writeFile(join(purser.folder, 'AuthKey.p8'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  await purser.apply(SEED);
});

test('Apple’s Python library works with the simulated App Store', async ({ purser }) => {
  const report = JSON.parse(await python('clients.py', purser.url, purser.folder, BUNDLE_ID, 'gem_100', 'vip'));
  expect(report.Sandbox.verified).toBeGreaterThan(150);
  expect(report.Production.verified).toBeGreaterThan(150);
});

for (const place of WORLDS) {
  test(`Apple’s Node library works with the simulated App Store: ${place.environment}`, async ({ purser }) => {
    const key = await readFile(join(purser.folder, 'AuthKey.p8'), 'utf8');
    const root = Buffer.from(await (await fetch(`${purser.url}/simulator/root.der`)).arrayBuffer());
    const world = new World(purser, key, root, place);
    const { client } = world;

    const sold = [];
    for (let number = 0; number < 21; number += 1) sold.push(await world.buy('collector'));
    const [{ orderId, customerId, receiptId }] = sold;
    const page = await client.getTransactionHistory(customerId, null, {}, GetTransactionHistoryVersion.V2);
    world.learn(page);
    const rest = await client.getTransactionHistory(customerId, page.revision, {}, GetTransactionHistoryVersion.V2);
    const listed = [];
    for (const token of [...page.signedTransactions, ...rest.signedTransactions]) listed.push(await world.transaction(token));
    expect(listed.map(({ transactionId }) => transactionId)).toEqual(sold.map((one) => one.orderId));
    const { signedTransactionInfo } = await client.getTransactionInfo(orderId);
    expect(await world.transaction(signedTransactionInfo)).toMatchObject({ transactionId: orderId, bundleId: BUNDLE_ID });
    const receipt = await client.lookUpOrderId(receiptId);
    expect(await world.transaction(receipt.signedTransactions[0])).toMatchObject({ transactionId: orderId });
    const app = await client.getAppTransactionInfo(orderId);
    const appTransaction = await world.verifier.verifyAndDecodeAppTransaction(app.signedAppTransactionInfo);
    expect(appTransaction).toMatchObject({ appTransactionId: customerId, bundleId: BUNDLE_ID });
    await client.sendConsumptionInformation(orderId, {
      customerConsented: true,
      sampleContentProvided: false,
      deliveryStatus: 'DELIVERED',
      consumptionPercentage: 100_000,
    });
    await client.finishTransaction(orderId);
    await world.control(`transactions/${orderId}/refund`, { storeAppId: BUNDLE_ID, world: place.environment });
    const refunds = await client.getRefundHistory(customerId, null);
    expect(await world.transaction(refunds.signedTransactions[0])).toMatchObject({ transactionId: orderId });

    const plan = { storeAppId: BUNDLE_ID, productId: 'vip', player: 'reader', price: '9900', currency: 'KRW' };
    const { chainId } = await world.control('subscriptions', { ...plan, world: place.environment });
    await world.control('clock', { advanceDays: 65 });
    const standing = await client.getAllSubscriptionStatuses(chainId);
    const [last] = standing.data[0].lastTransactions;
    expect(last).toMatchObject({ status: 1, originalTransactionId: chainId });
    expect(await world.transaction(last.signedTransactionInfo)).toMatchObject({ transactionReason: 'RENEWAL', price: 9_900_000 });
    const renewal = await world.verifier.verifyAndDecodeRenewalInfo(last.signedRenewalInfo);
    expect(renewal).toMatchObject({ originalTransactionId: chainId, autoRenewStatus: 1 });

    const { testNotificationToken } = await client.requestTestNotification();
    await world.control('notices/deliver');
    const told = await client.getTestNotificationStatus(testNotificationToken);
    expect((await world.notice(told.signedPayload)).notificationType).toBe('TEST');
    const window = { startDate: Date.now() - 3_600_000, endDate: Date.now() + 60_000, transactionId: chainId };
    const inbox = await client.getNotificationHistory(null, window);
    const kinds = [];
    for (const { signedPayload } of inbox.notificationHistory) kinds.push((await world.notice(signedPayload)).notificationType);
    expect(kinds.toSorted()).toEqual(['DID_RENEW', 'DID_RENEW', 'SUBSCRIBED']);

    expect(await failure(client.getTransactionInfo('1'))).toBe(4_040_010);
    expect(await failure(client.getTransactionInfo(customerId))).toBe(4_000_048);
    expect(await failure(client.getTransactionHistory(orderId, 'bad', {}, GetTransactionHistoryVersion.V2))).toBe(4_000_005);
    expect(await failure(client.getTestNotificationStatus('bad'))).toBe(4_000_020);
    await purser.call('/simulator/control/faults', { method: 'PUT', body: { api: { status: 429 } } });
    expect(await failure(client.getTransactionInfo(orderId))).toBe(4_290_000);
    await purser.call('/simulator/control/faults', { method: 'PUT', body: {} });
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const stranger = privateKey.export({ type: 'pkcs8', format: 'pem' });
    const unknown = new World(purser, stranger, root, place);
    expect(await failure(unknown.client.getTransactionInfo(orderId))).toBe(401);
  });
}
