/** A game with its server, as the tests play them: through the public API, the store being the simulator. */
export const APP_KEY = 'space-game-app-key';
export const SECRET = 'sk_end2end456789abcdef0123456789';
export const BUNDLE = 'com.example.space';

const DECLARED = `[[project]]
name = "Space game"
app_key = "${APP_KEY}"
secret_keys = [{ name = "game-server", value = "env:E2E_SECRET" }]
  [[project.app]]
  store = "AS"
  store_app_id = "${BUNDLE}"
  name = "Space game (iOS)"
  environment = "SIMULATOR"
    [[project.app.product]]
    store_product_id = "gem_100"
    name = "100 gems"
    type = "CONSUMABLE"
    [[project.app.product]]
    store_product_id = "vip_monthly"
    name = "VIP"
    type = "AUTO_SUBSCRIPTION"
  [[project.app]]
  store = "GG"
  store_app_id = "${BUNDLE}"
  name = "Space game (Android)"
  environment = "SANDBOX"
  [[project.app]]
  store = "ONESTORE"
  store_app_id = "${BUNDLE}"
  name = "Space game (ONE store)"
  environment = "SANDBOX"
`;
const PRICE = { price: '4400', currency: 'KRW' };

export class Game {
  constructor(purser) {
    this.purser = purser;
  }

  /** Declares the game's project in a server; safe to repeat. */
  static async open(purser) {
    await purser.apply(DECLARED, { E2E_SECRET: SECRET });
    return new Game(purser);
  }

  async must(path, options) {
    const { status, body } = await this.purser.call(path, options);
    if (status >= 300) throw new Error(`${path} answered ${status}: ${JSON.stringify(body)}`);
    return body;
  }

  control(path, body = {}) {
    return this.must(`/simulator/control/${path}`, { body });
  }

  reserve(userKey, productId = 'gem_100') {
    return this.must('/api/v1/payments', { appKey: APP_KEY, body: { store: 'AS', productId, userKey } });
  }

  /** What the store's sheet does; nobody's token is nobody's purchase. */
  sell(accountToken, more = {}) {
    return this.control('purchases', { store: 'AS', storeAppId: BUNDLE, productId: 'gem_100', accountToken, ...PRICE, ...more });
  }

  verify(paymentSeq, proof) {
    return this.must(`/api/v1/payments/${paymentSeq}/verify`, { appKey: APP_KEY, body: { proof } });
  }

  consume({ paymentSeq, accessToken }) {
    return this.must(`/api/v1/payments/${paymentSeq}/consume`, { secretKey: SECRET, body: { accessToken } });
  }

  /** Reserves, pays, verifies. */
  async buy(userKey) {
    const { paymentSeq, accountToken } = await this.reserve(userKey);
    return this.verify(paymentSeq, (await this.sell(accountToken)).proof);
  }

  /** The same with a subscription; its first period's payment, and the store's name for the chain. */
  async subscribe(userKey, more = {}) {
    const { paymentSeq, accountToken } = await this.reserve(userKey, 'vip_monthly');
    const sold = await this.control('subscriptions', { storeAppId: BUNDLE, productId: 'vip_monthly', player: userKey, accountToken, ...PRICE, ...more });
    return { ...(await this.verify(paymentSeq, sold.proof)), chainId: sold.chainId };
  }

  /** Tells all that the store has to tell by now. */
  tell() {
    return this.must('/simulator/control/notices/deliver', { method: 'POST' });
  }

  async pass(days) {
    await this.control('clock', { advanceDays: days });
    await this.tell();
  }
}

/** Loads a page until it says so: what the store tells is worked off in the background. */
export async function eventually(expect, page, path, check) {
  await expect(async () => {
    await page.goto(path);
    await check();
  }).toPass({ timeout: 15_000 });
}
