import { expect, expectAccessible, test } from './fixtures.js';
import { Game, eventually } from './game.js';
import { listen } from './look.js';

/** The project's address, by the page that lists projects. */
async function projectPath(page) {
  await page.goto('/');
  return page.getByRole('link', { name: 'Space game' }).first().getAttribute('href');
}

const marks = (page) => page.locator('.page-marks');
const periods = (page) => page.getByRole('region', { name: 'Paid periods' }).getByRole('row');

test('a subscription is found, followed period by period, and extended', async ({ signedIn: page, purser }) => {
  test.setTimeout(60_000);
  const problems = await listen(page);
  const game = await Game.open(purser);
  await game.subscribe('player-1');
  const other = await game.subscribe('player-2');
  await game.control(`subscriptions/${other.chainId}/cancel`);
  await game.pass(31);
  const project = await projectPath(page);

  await eventually(expect, page, `${project}/subscriptions?state=EXPIRED`, () =>
    expect(page.getByRole('row', { name: /player-2/ })).toBeVisible({ timeout: 500 }));
  await expect(page.getByRole('row', { name: /player-1/ })).toHaveCount(0);
  await page.goto(`${project}/subscriptions`);
  await page.getByRole('searchbox').fill('player-1');
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(page).toHaveURL(/q=player-1/);
  await expect(page.getByRole('row', { name: /player-2/ })).toHaveCount(0);
  await expectAccessible(page);
  await page.getByRole('row', { name: /player-1/ }).getByRole('link').first().click();

  await expect(page).toHaveURL(/\/subscriptions\/\d+/);
  const here = page.url();
  await eventually(expect, page, here, () => expect(periods(page)).toHaveCount(3, { timeout: 500 }));
  await expect(marks(page).getByText('Active')).toBeVisible();
  await expect(page.getByText('DID_RENEW').first()).toBeVisible();
  await expectAccessible(page);

  await page.waitForLoadState('networkidle');
  await page.locator('summary', { hasText: 'Extend…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Extend this period?' });
  await dialog.getByLabel('Days').fill('91');
  await dialog.getByRole('button', { name: 'Extend', exact: true }).click();
  await expect(dialog.getByLabel('Days')).toHaveAttribute('aria-invalid', 'true');
  await dialog.getByLabel('Days').fill('7');
  await dialog.getByRole('button', { name: 'Extend', exact: true }).click();
  await expect(dialog).toBeHidden();
  await eventually(expect, page, here, () => expect(page.getByText('RENEWAL_EXTENDED').first()).toBeVisible({ timeout: 500 }));

  await page.goto(`${project}/users/player-1`);
  const list = page.getByRole('region', { name: 'Subscriptions' });
  await expect(list.getByRole('row', { name: /VIP/ })).toBeVisible();
  await expect(list.getByText('Active')).toBeVisible();
  // The one refusal, of 91 days.
  expect(problems.filter((problem) => !problem.includes('422'))).toEqual([]);
});

test('a failed payment shows as grace, then as a hold, and heals', async ({ signedIn: page, purser }) => {
  test.setTimeout(60_000);
  const game = await Game.open(purser);
  const { chainId } = await game.subscribe('player-1');
  await game.control(`subscriptions/${chainId}/fail-billing`);
  const project = await projectPath(page);
  await page.goto(`${project}/subscriptions`);
  await page.getByRole('row', { name: /player-1/ }).getByRole('link').first().click();
  await expect(page).toHaveURL(/\/subscriptions\/\d+/);
  const here = page.url();
  const becomes = (state) => eventually(expect, page, here, () => expect(marks(page).getByText(state)).toBeVisible({ timeout: 500 }));
  await game.pass(32);
  await becomes('Grace period');
  await expect(periods(page)).toHaveCount(2);
  await game.pass(16);
  await becomes('On hold');
  await game.control(`subscriptions/${chainId}/fix-billing`);
  await game.tell();
  await becomes('Active');
  await expect(periods(page)).toHaveCount(3);
});
