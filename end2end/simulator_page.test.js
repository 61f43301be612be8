import { expect, expectAccessible, setUp, test } from './fixtures.js';

const SEED = `[[project]]
name = "Space game"
app_key = "simulator-page-app-key"
client_consume = true
  [[project.app]]
  store = "AS"
  store_app_id = "com.example.space"
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
    [[project.app.product]]
    store_product_id = "vip_gold_monthly"
    name = "VIP Gold"
    type = "AUTO_SUBSCRIPTION"
    [[project.app.product]]
    store_product_id = "gems_monthly"
    name = "Monthly gems"
    type = "CONSUMABLE_AUTO_SUBSCRIPTION"
`;

/** Buys in the demo shop. */
async function buy(page, product, player) {
  await page.goto('/simulator');
  const shop = card(page, 'Demo shop');
  const label = await shop.getByLabel('Product').locator('option', { hasText: `${product} ·` }).first().textContent();
  await shop.getByLabel('Product').selectOption({ label });
  await shop.getByLabel('Player').fill(player);
  await shop.getByRole('button', { name: 'Buy' }).click();
}

function card(page, title) {
  return page.locator('section.card', { has: page.getByRole('heading', { name: title, exact: true, level: 2 }) });
}

/** Loads a page until it says so: notices are told and worked off in the background. */
async function eventually(page, path, check) {
  await expect(async () => {
    await page.goto(path);
    await check();
  }).toPass({ timeout: 15_000 });
}

/** Chooses what to do to what is in hand, fills what it needs, and does it. */
async function act(page, region, action, fields = {}) {
  const panel = page.getByRole('region', { name: region });
  await panel.getByLabel('Action', { exact: true }).selectOption({ label: action });
  for (const [label, value] of Object.entries(fields)) await panel.getByLabel(label, { exact: true }).fill(value);
  await panel.getByRole('button', { name: 'Apply' }).click();
}

test('subscribe, let a month pass, refund, from the simulator’s page', async ({ signedIn: page, purser }) => {
  test.setTimeout(90_000);
  const problems = [];
  page.on('console', (message) => message.type() === 'error' && !/status of 422/.test(message.text()) && problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(String(error)));
  await purser.apply(SEED);

  await buy(page, 'VIP', 'player-1');
  await expect(page.getByText('Subscribed and verified.', { exact: false })).toBeVisible();
  await page.getByRole('link', { name: 'Open the subscription' }).first().click();
  await expect(page).toHaveURL(/\/subscriptions\/\d+/);
  const subscription = page.url();
  await expect(page.locator('.page-marks').getByText('Active')).toBeVisible();
  const periods = page.getByRole('region', { name: 'Paid periods' }).getByRole('row');
  await expect(periods).toHaveCount(2);

  await page.goto('/simulator');
  await expectAccessible(page);
  await page.getByRole('button', { name: '+1 month' }).click();
  await expect(page.getByText('The clock was moved')).toBeVisible();
  await expect(page.getByText(/\d+ days ahead of the real clock/)).toBeVisible();
  await eventually(page, subscription, () => expect(periods).toHaveCount(3, { timeout: 500 }));
  await expect(page.locator('.page-marks').getByText('Active')).toBeVisible();

  await page.goto('/simulator');
  await card(page, 'Subscribers').getByRole('link', { name: 'player-1' }).click();
  await expect(page.getByRole('region', { name: 'player-1 · VIP' })).toBeVisible();
  await expectAccessible(page);
  await act(page, 'player-1 · VIP', 'Extend the period (developer)', { Days: '91' });
  await expect(page.getByText('Please enter a number from 1 to 90.')).toBeVisible();
  await act(page, 'player-1 · VIP', 'Switch renewal off (player)');
  await expect(card(page, 'Subscribers').getByRole('table').getByText('Renewal off')).toBeVisible();

  await page.getByRole('link', { name: 'Its present purchase' }).click();
  await act(page, 'player-1 · vip_monthly', 'Refund');
  await expect(card(page, 'Subscribers').getByRole('table').getByText('Revoked')).toBeVisible();
  await expect(page.getByRole('region', { name: 'player-1 · vip_monthly' }).getByText('Refunded').first()).toBeVisible();
  await eventually(page, subscription, () => expect(page.locator('.page-marks').getByText('Revoked')).toBeVisible({ timeout: 500 }));
  await expect(periods.filter({ hasText: 'Refunded' })).toHaveCount(1);

  await page.goto('/simulator');
  const notices = page.getByRole('region', { name: 'Store notifications' });
  const refund = notices.getByRole('row', { name: /REFUND/ });
  await expect(refund.getByText('Delivered')).toBeVisible();
  await refund.getByRole('button', { name: 'Send again' }).click();
  await expect(page.getByText('The notifications were sent')).toBeVisible();
  expect(problems).toEqual([]);
});

test('goods with each period are consumed, and the same plan is not sold twice', async ({ signedIn: page, purser }) => {
  await purser.apply(SEED);
  await buy(page, 'Monthly gems', 'player-2');
  await expect(page.getByText('Subscribed and verified.', { exact: false })).toBeVisible();
  await expect(page.getByText('/consume', { exact: false }).first()).toBeVisible();
  await buy(page, 'Monthly gems', 'player-2');
  await expect(page.getByText('The last call was refused', { exact: false })).toBeVisible();
});

test('what goes wrong is set, seen in the notices, and cleared', async ({ signedIn: page, purser }) => {
  await purser.apply(SEED);
  await page.goto('/simulator');
  const faults = card(page, 'What goes wrong');
  await faults.getByLabel('Lost (%)').fill('101');
  await faults.getByRole('button', { name: 'Save' }).click();
  await expect(faults.getByLabel('Lost (%)')).toHaveAttribute('aria-invalid', 'true');
  await expectAccessible(page);
  await faults.getByLabel('Lost (%)').fill('100');
  await faults.getByLabel('Answers').selectOption('429');
  await faults.getByRole('button', { name: 'Save' }).click();
  await expect(faults.getByText('Something goes wrong')).toBeVisible();
  await expect(faults.getByLabel('Answers')).toHaveValue('429');

  await buy(page, 'VIP', 'player-3');
  await expect(page.getByRole('link', { name: 'Open the subscription' }).first()).toBeVisible();
  const notices = page.getByRole('region', { name: 'Store notifications' });
  await eventually(page, '/simulator', () => expect(notices.getByText('Not delivered').first()).toBeVisible({ timeout: 500 }));
  await faults.getByRole('button', { name: 'Nothing goes wrong' }).click();
  await expect(faults.getByText('Something goes wrong')).toHaveCount(0);
  await page.reload();
  await expect(faults.getByLabel('Lost (%)')).toHaveValue('0');
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false, viewport: { width: 390, height: 844 } });

  test('a subscriber is cancelled, refunded and moved through time all the same', async ({ page, purser }) => {
    await setUp(page, purser);
    await purser.apply(SEED);
    await buy(page, 'VIP', 'player-4');
    await expect(page.getByRole('link', { name: 'Open the subscription' }).first()).toBeVisible();
    await card(page, 'Subscribers').getByRole('link', { name: 'player-4' }).click();
    const panel = page.getByRole('region', { name: 'player-4 · VIP' });
    await expect(panel.getByLabel('Days')).toBeHidden();
    await act(page, 'player-4 · VIP', 'Extend the period (developer)', { Days: '0' });
    await expect(page.getByText('Please enter a number from 1 to 90.')).toBeVisible();
    await act(page, 'player-4 · VIP', 'Switch renewal off (player)');
    await expect(panel.getByText('Renewal off')).toBeVisible();
    await page.getByRole('button', { name: '+1 year' }).click();
    await expect(panel.getByText('It has ended.', { exact: false })).toBeVisible();
  });
});
