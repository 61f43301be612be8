import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Environment, SignedDataVerifier } from '@apple/app-store-server-library';
import { expect, test } from '../fixtures.js';
import { python } from './python.js';

const BUNDLE_ID = 'com.example.space';
const PRODUCT_ID = 'gem_100';
const APP_KEY = 'official-app-key';
const SEED = `[[project]]
name = "Space game"
app_key = "${APP_KEY}"
  [[project.app]]
  store = "AS"
  store_app_id = "${BUNDLE_ID}"
  name = "Space game (iOS)"
  environment = "SIMULATOR"
  in_charge_since = "2000-01-01T00:00:00Z"
  trusted_roots = ["file:root.der"]
    [[project.app.product]]
    store_product_id = "${PRODUCT_ID}"
    name = "100 gems"
    type = "CONSUMABLE"
`;

/** Where Apple's two libraries disagree: what we do, and why. */
const OURS = {
  'x5c: with a line break': [false, 'base64 of certificates has no line breaks in what Apple sends'],
  'chain: leaf without authority key id': [false, 'strict, as the Python library'],
  'chain: intermediate without authority key id': [false, 'strict, as the Python library'],
  'chain: intermediate without subject key id': [false, 'strict, as the Python library'],
  'chain: intermediate without keyUsage': [false, 'strict, as the Python library'],
  'chain: critical marker on the leaf': [false, 'strict, as the Python library'],
  'chain: critical marker on the intermediate': [false, 'strict, as the Python library'],
  'payload: an audience': [false, 'as the Python library: no data of the App Store is for somebody else'],
  'chain: leaf P-384 with ES384': [false, 'as the Python library: Apple signs by ES256 alone'],
  'payload: a price in quotes': [false, 'as the Node library: money in a form that Apple does not document is not guessed at'],
  'payload: a null': [true, 'as the Python library: absent and null say the same'],
};

/** What the Node library makes of a case; a notice together with the transaction within, as its users do. */
async function judge(verifier, { kind, jws }) {
  try {
    if (kind === 'transaction') {
      await verifier.verifyAndDecodeTransaction(jws);
      return true;
    }
    const notice = await verifier.verifyAndDecodeNotification(jws);
    const within = notice.data?.signedTransactionInfo;
    if (within) await verifier.verifyAndDecodeTransaction(within);
    return true;
  } catch {
    return false;
  }
}

async function present(purser, { kind, jws }, number) {
  if (kind === 'notice') return purser.call(`/callback/subscription/${BUNDLE_ID}/AS/v2`, { body: { signedPayload: jws } });
  const body = { store: 'AS', userKey: `player-${number}`, proof: { signedTransaction: jws } };
  return purser.call('/api/v1/payments/verify', { appKey: APP_KEY, body });
}

test('What Apple’s libraries accept or refuse, Purser does too', async ({ purser }) => {
  test.setTimeout(120_000);
  await python('cases.py', purser.folder, BUNDLE_ID, PRODUCT_ID);
  await purser.apply(SEED);
  const cases = JSON.parse(await readFile(join(purser.folder, 'cases.json'), 'utf8'));
  const root = await readFile(join(purser.folder, 'root.der'));
  const verifier = new SignedDataVerifier([root], false, Environment.SANDBOX, BUNDLE_ID);
  const seen = [];
  for (const [number, one] of cases.entries()) {
    const inNode = await judge(verifier, one);
    const { status, body } = await present(purser, one, number);
    if (status >= 500) throw new Error(`${one.name}: ${status} ${JSON.stringify(body)}`);
    const isOurs = one.accepted === inNode ? one.accepted : OURS[one.name]?.[0];
    seen.push({ name: one.name, accepted: status === 200, expected: isOurs, code: body?.code });
  }
  expect(seen.filter(({ accepted, expected }) => accepted !== expected)).toEqual([]);
  expect(seen.filter(({ accepted }) => accepted).length).toBeGreaterThan(15);
});
