import { expect, expectAccessible, test } from './fixtures.js';
import { Game } from './game.js';
import { listen } from './look.js';

const box = (page) => page.getByRole('textbox', { name: 'Find anything' });

test('anything is found from any page, by keys alone', async ({ signedIn: page, purser }) => {
  const problems = await listen(page);
  const game = await Game.open(purser);
  const bought = await game.buy('kim_0021');
  await page.goto('/');
  await page.waitForLoadState('networkidle');
  await page.keyboard.press('Control+k');
  await expect(box(page)).toBeFocused();
  await page.keyboard.type('KIM 0021');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Search: KIM 0021' })).toBeVisible();
  await expect(page.getByText('Player id, spelled differently', { exact: false })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('row').nth(1).getByRole('link').first().click();
  await expect(page.getByRole('heading', { name: 'kim_0021' })).toBeVisible();

  // What is pasted may have lines; here in a project, where `/` leads to the box.
  const order = bought.storeOrderId;
  await page.waitForLoadState('networkidle');
  await page.locator('main').focus();
  await page.keyboard.press('/');
  await expect(box(page)).toBeFocused();
  await box(page).fill(`안녕하세요,\n주문번호는 ${order}입니다.`);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/projects\/[^/]+\/search\?q=/);
  await expect(page.getByRole('row').nth(1)).toContainText('100 gems');
  await page.getByRole('row').nth(1).getByRole('link').first().click();
  await expect(page).toHaveURL(new RegExp(`/payments/${bought.paymentSeq}$`));
  expect(problems).toEqual([]);
});

test('what is not recorded says what was understood, and the store is asked', async ({ signedIn: page, purser }) => {
  const game = await Game.open(purser);
  const { accountToken } = await game.reserve('kim_0021');
  // The store's notification would record it.
  await game.must('/simulator/control/faults', { method: 'PUT', body: { notices: { lostPercent: 100, lostForGood: true } } });
  const sold = await game.sell(accountToken);
  await page.goto('/');
  await page.getByRole('link', { name: 'Space game' }).first().click();
  await expect(page.getByRole('heading', { name: 'Overview', level: 1 })).toBeVisible();
  await box(page).fill(`9,900원 어제 ${sold.orderId}`);
  await page.getByRole('button', { name: 'Search' }).click();
  await expect(page.getByText('Nothing here matches')).toBeVisible();
  await expect(page.getByText('9,900 KRW')).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('link', { name: /^Ask App Store/ }).click();
  await expect(page.getByText('What the store says')).toBeVisible();
  await expect(page.getByText('4,400 KRW')).toBeVisible();
  await expect(page.getByRole('link', { name: 'kim_0021' })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Add to Purser' }).click();
  await expect(page).toHaveURL(/\/payments\/\d+$/);
  await expect(page.locator('.page-marks').getByText('Paid')).toBeVisible();
});

test.describe('without scripts, in Korean', () => {
  test.use({ javaScriptEnabled: false, locale: 'ko-KR' });
  test('the box is a plain form', async ({ signedIn: page, purser }) => {
    const game = await Game.open(purser);
    await game.buy('kim_0021');
    await page.goto('/');
    await page.getByRole('textbox', { name: '무엇이든 찾기' }).fill('kim_0021');
    await page.getByRole('button', { name: '검색' }).click();
    await expect(page.getByText('플레이어 ID: kim_0021')).toBeVisible();
  });
});
