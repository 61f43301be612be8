import { expect, expectAccessible, test } from './fixtures.js';
import { Game, eventually } from './game.js';
import { card, listen } from './look.js';

/** The project's address, by the page that lists projects. */
async function projectPath(page) {
  await page.goto('/');
  return page.getByRole('link', { name: 'Space game' }).first().getAttribute('href');
}

const stat = (page, label) => page.locator('.stat', { has: page.getByText(label, { exact: true }) }).first();

test('a manager sees what was sold, compares it, and takes a table away', async ({ signedIn: page, purser }) => {
  test.setTimeout(90_000);
  const problems = await listen(page);
  const game = await Game.open(purser);
  for (const player of ['player-1', 'player-1', 'player-2']) await game.buy(player);
  await game.subscribe('player-3');
  await game.pass(31);
  await game.buy('player-4');
  const project = await projectPath(page);

  await page.goto(project);
  await expect(page.getByRole('img', { name: /Net revenue of the last 28 days/ })).toBeVisible();
  await page.getByRole('link', { name: 'Statistics', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Statistics', level: 1 })).toBeVisible();
  await page.getByLabel('Environment').selectOption('SIMULATOR');
  await page.getByRole('button', { name: 'Apply' }).click();
  // The days are those of the simulated clock: a month later one purchase and one renewal are in the last 28 days.
  await eventually(expect, page, `${project}/statistics?environment=SIMULATOR`, () =>
    expect(stat(page, 'Payments')).toContainText(/^Payments2/, { timeout: 500 }));
  await expect(stat(page, 'Net revenue')).toContainText('8,800 KRW');
  await expect(page.getByRole('img', { name: 'Net revenue (KRW)' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('link', { name: '90 days' }).click();
  await expect(page.getByRole('link', { name: '90 days' })).toHaveAttribute('aria-current', 'page');
  await expect(stat(page, 'Payments')).toContainText('Payments6');
  await expect(stat(page, 'Payers')).toContainText('Payers4');
  await expect(card(page, 'New and renewing').getByRole('row', { name: /Subscription, renewal/ })).toBeVisible();
  await page.getByText('Show as a table').first().click();
  await expect(page.getByRole('table', { name: 'Revenue' })).toBeVisible();
  await expectAccessible(page);
  for (const [name, start] of [['CSV', '\uFEFF'], ['XLSX', 'PK']]) {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      card(page, 'By store').getByRole('link', { name }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(`stores.${name.toLowerCase()}`);
    const chunks = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString().startsWith(start)).toBe(true);
  }
  expect(problems).toEqual([]);
});

test('an administrator adds currencies up', async ({ signedIn: page, purser }) => {
  test.setTimeout(60_000);
  const game = await Game.open(purser);
  await game.buy('player-1');
  const { paymentSeq, accountToken } = await game.reserve('player-2');
  await game.verify(paymentSeq, (await game.sell(accountToken, { price: '2', currency: 'USD' })).proof);
  const project = await projectPath(page);
  const settings = `${project}/settings`;
  await page.goto(settings);
  const numbers = card(page, 'Statistics');
  await numbers.getByLabel('Time zone').fill('Mars/Olympus');
  await numbers.getByRole('button', { name: 'Save' }).click();
  await expect(numbers.getByLabel('Time zone')).toHaveAttribute('aria-invalid', 'true');
  await numbers.getByLabel('Time zone').fill('Europe/Berlin');
  await numbers.getByLabel('Add revenue up in').fill('krw');
  await numbers.getByRole('button', { name: 'Save' }).click();
  const rates = card(page, 'Exchange rates');
  await rates.getByLabel('Currency').fill('USD');
  await rates.getByLabel('Valid from').fill('2020-01-01');
  await rates.getByRole('textbox', { name: /^Rate/ }).fill('1400');
  await rates.getByRole('button', { name: 'Save the rate' }).click();
  await expect(rates.getByRole('row', { name: /USD/ })).toContainText('1400');
  await expectAccessible(page);
  await page.goto(`${project}/statistics?environment=SIMULATOR`);
  await expect(stat(page, 'Net revenue')).toContainText('7,200 KRW');
  await expect(page.getByText('1 USD = 1400 KRW (2020-01-01)')).toBeVisible();
  await expect(page.getByText('Days are those of Europe/Berlin.')).toBeVisible();
  await page.getByLabel('Currency').selectOption('USD');
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(stat(page, 'Net revenue')).toContainText('2.00 USD');
});
