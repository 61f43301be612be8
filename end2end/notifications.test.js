import { expect, expectAccessible, test } from './fixtures.js';
import { BUNDLE, Game, SECRET, eventually } from './game.js';
import { card, listen } from './look.js';

async function projectPath(page) {
  await page.goto('/');
  return page.getByRole('link', { name: 'Space game' }).first().getAttribute('href');
}

test('a notice is listed, opened, and leads to what it changed', async ({ signedIn: page, purser }) => {
  const problems = await listen(page);
  const game = await Game.open(purser);
  const paid = await game.buy('player-1');
  await game.control(`transactions/${paid.storeOrderId}/refund`, { storeAppId: BUNDLE });
  await game.tell();
  const project = await projectPath(page);
  const refund = page.getByRole('row', { name: /REFUND/ });
  await eventually(expect, page, `${project}/notifications`, () => expect(refund.getByText('Applied')).toBeVisible({ timeout: 500 }));
  await expectAccessible(page);
  await page.getByRole('searchbox').fill(paid.storeOrderId);
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(page).toHaveURL(/q=/);
  await refund.getByRole('link').first().click();
  await expect(page).toHaveURL(/\/notifications\/\d+/);
  await expect(page.getByText('PAYMENT_REFUNDED')).toBeVisible();
  await expect(page.getByText('notificationUUID').first()).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('main').getByRole('link', { name: paid.paymentSeq }).click();
  await expect(page.locator('.page-marks').getByText('Refunded')).toBeVisible();
  await expect(page.getByText('taken back by the store', { exact: false }).first()).toBeVisible();
  expect(problems).toEqual([]);
});

test('a lost notice is found in the store’s history and marked so', async ({ signedIn: page, purser }) => {
  test.setTimeout(60_000);
  const game = await Game.open(purser);
  const paid = await game.buy('player-1');
  await purser.call('/simulator/control/faults', { method: 'PUT', body: { notices: { lostPercent: 100 } } });
  await game.control(`transactions/${paid.storeOrderId}/refund`, { storeAppId: BUNDLE });
  await game.tell();
  const project = await projectPath(page);
  await page.goto(`${project}/payments/${paid.paymentSeq}`);
  await expect(page.locator('.page-marks').getByText('Paid')).toBeVisible();
  // What was missed is asked for at every start.
  await purser.stop();
  await purser.resume();
  const refund = page.getByRole('row', { name: /REFUND/ });
  await eventually(expect, page, `${project}/notifications`, () => expect(refund.getByText('Found later')).toBeVisible({ timeout: 500 }));
  await eventually(expect, page, `${project}/payments/${paid.paymentSeq}`, () =>
    expect(page.locator('.page-marks').getByText('Refunded')).toBeVisible({ timeout: 500 }));
});

test('a purchase without a user waits in a queue until it is assigned', async ({ signedIn: page, purser }) => {
  const problems = await listen(page);
  const game = await Game.open(purser);
  // A promoted purchase, made in the store: no reservation, no account token.
  await game.sell(undefined, { player: 'stranger' });
  await game.tell();
  const project = await projectPath(page);
  const rows = page.getByRole('row', { name: /100 gems/ });
  await eventually(expect, page, `${project}/unassigned`, () => expect(rows).toHaveCount(1, { timeout: 500 }));
  await expectAccessible(page);
  await rows.getByRole('link').first().click();
  const assign = card(page, 'Assign to a player');
  await assign.getByLabel('Player id').fill('player-9');
  await assign.getByRole('button', { name: 'Look up' }).click();
  await assign.getByLabel('The id is right', { exact: false }).check();
  await assign.getByLabel('Reason').fill('The receipt in the ticket is theirs.');
  await assign.getByRole('button', { name: 'Assign to player-9' }).click();
  await expect(page.getByText('player-9').first()).toBeVisible();
  await expect(card(page, 'History').getByText('Assigned to a player')).toBeVisible();
  await page.goto(`${project}/unassigned`);
  await expect(page.getByText('Every purchase has its player')).toBeVisible();
  const { body } = await purser.call('/api/v1/users/player-9/consumables', { secretKey: SECRET });
  expect(body.items).toHaveLength(1);
  expect(problems).toEqual([]);
});

test('a refund question is answered by the policy, and the payment says so', async ({ signedIn: page, purser }) => {
  const game = await Game.open(purser);
  const project = await projectPath(page);
  await page.goto(`${project}/settings`);
  const policy = card(page, 'When the App Store asks before a refund');
  await policy.getByText('Say whether the payment was consumed').click();
  await policy.getByRole('button', { name: 'Save' }).click();
  // Nothing is told of players who were not asked.
  await expect(policy.getByLabel('Players agreed', { exact: false })).toHaveAttribute('aria-invalid', 'true');
  await policy.getByLabel('Players agreed', { exact: false }).check();
  await policy.getByRole('button', { name: 'Save' }).click();
  await expect(policy.getByText('Stated by', { exact: false })).toBeVisible();

  const paid = await game.buy('player-1');
  await game.consume(paid);
  await game.control(`transactions/${paid.storeOrderId}/request-refund`, { storeAppId: BUNDLE, reason: 'UNINTENDED_PURCHASE' });
  await game.tell();
  await eventually(expect, page, `${project}/payments/${paid.paymentSeq}`, () =>
    expect(page.getByText('The store asked how far it was used').first()).toBeVisible({ timeout: 500 }));
  await expectAccessible(page);
});

test('an offer is signed for a player', async ({ signedIn: page, purser }) => {
  await Game.open(purser);
  const project = await projectPath(page);
  await page.goto(`${project}/products`);
  await page.getByRole('link', { name: 'VIP' }).click();
  await page.getByRole('link', { name: 'Sign an offer' }).click();
  await page.getByLabel('Offer identifier').fill('spring');
  await page.getByLabel('User', { exact: true }).fill('player-1');
  await page.getByRole('button', { name: 'Sign', exact: true }).click();
  const signed = card(page, 'Signed');
  for (const name of ['keyIdentifier', 'nonce', 'timestamp', 'signature', 'appAccountToken']) {
    await expect(signed.getByText(name, { exact: true })).toBeVisible();
  }
  await expectAccessible(page);
  await page.getByLabel('Offer identifier').fill('');
  await page.getByRole('button', { name: 'Sign', exact: true }).click();
  await expect(page.getByText('Nothing was signed')).toBeVisible();
});
