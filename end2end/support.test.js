import { expect, expectAccessible, test } from './fixtures.js';
import { BUNDLE, Game, SECRET, eventually } from './game.js';
import { card, listen } from './look.js';

/** The project's address, by the page that lists projects. */
async function projectPath(page) {
  await page.goto('/');
  return page.getByRole('link', { name: 'Space game' }).first().getAttribute('href');
}

/** Counts what a person does: clicks, and fields they fill and send. */
class Steps {
  constructor(page) {
    this.page = page;
    this.count = 0;
  }

  async click(target) {
    this.count += 1;
    await target.click();
  }
}

const answer = (page, title = 'The answer') => page.getByRole('region', { name: title });
const open = (page, label) => page.locator('summary', { hasText: label }).click();

/** Fills the reason of the open question and sends it. */
async function confirm(page, button, reason = 'ticket 7') {
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill(reason);
  await dialog.getByRole('button', { name: button, exact: true }).click();
}

test('"paid, got nothing": the first page of the payment says it, and the reply is one press away', async ({ signedIn: page, purser, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const problems = await listen(page);
  const game = await Game.open(purser);
  const { paymentSeq } = await game.buy('kim_0021');
  const project = await projectPath(page);
  const steps = new Steps(page);

  await page.goto(`${project}/users/kim_0021`);
  const said = /the game has not consumed it: it never asked/;
  await expect(card(page, 'Payments').getByText(said)).toBeVisible();
  expect(steps.count, 'answered on the player’s page').toBe(0);
  await steps.click(card(page, 'Payments').getByRole('link', { name: '100 gems' }));
  await expect(page.getByRole('heading', { level: 1, name: '100 gems' })).toBeVisible();
  await expect(page).toHaveTitle(new RegExp(paymentSeq));
  await expect(answer(page).getByText(said)).toBeVisible();
  await expect(answer(page).locator('.answer-amount')).toHaveText('4,400 KRW');
  await expect(answer(page).getByRole('link', { name: 'kim_0021' })).toBeVisible();
  await page.waitForLoadState('networkidle');
  await steps.click(answer(page).getByRole('button', { name: /English/ }));
  expect(steps.count).toBe(2);
  await expect(page.locator('.toast')).toBeVisible();
  const reply = await page.evaluate(() => navigator.clipboard.readText());
  expect(reply).toContain('your item is ready for you');
  expect(reply).not.toMatch(/consum|verif|token/);
  await steps.click(answer(page).getByRole('button', { name: /한국어/ }));
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('결제가 정상적으로 확인되었으며');
  await open(page, 'Why?');
  await expect(answer(page).getByRole('listitem').first()).toContainText('Verified');
  await answer(page).getByRole('link', { name: 'Open the proof' }).click();
  await expect(page).toHaveURL(/#event-\d+$/);
  await expectAccessible(page);
  expect(problems).toEqual([]);
});

test('"the goods never arrived": what the game consumed is delivered once more', async ({ signedIn: page, purser }) => {
  const game = await Game.open(purser);
  const paid = await game.buy('kim_0021');
  await game.consume(paid);
  const project = await projectPath(page);
  await page.goto(`${project}/payments/${paid.paymentSeq}`);
  await expect(answer(page).getByText(/and delivered: the game consumed it on/)).toBeVisible();
  await page.waitForLoadState('networkidle');
  await open(page, 'Deliver again…');
  const dialog = page.getByRole('dialog', { name: 'Deliver the goods once more?' });
  for (const fact of ['kim_0021', '100 gems × 1', '4,400 KRW', paid.paymentSeq]) await expect(dialog.getByText(fact)).toBeVisible();
  await expectAccessible(page);
  await confirm(page, 'Deliver again');
  await expect(answer(page).getByText(/opened it for one more delivery/)).toBeVisible();
  await expect(card(page, 'History').getByText('Opened for one more delivery')).toBeVisible();
  const again = await purser.call(`/api/v1/payments/${paid.paymentSeq}/consume`, { secretKey: SECRET, body: { accessToken: paid.accessToken } });
  expect(again.body.code).toBe('ACCESS_TOKEN_INVALID');
});

test('"the receipt says MK…": the store is asked, shown, and settles the payment', async ({ signedIn: page, purser }) => {
  const game = await Game.open(purser);
  const { paymentSeq } = await game.reserve('kim_0021');
  // Bought with nobody's token, and the game never brought it.
  const { receiptId } = await game.sell(undefined, { player: 'kim' });
  const project = await projectPath(page);
  await page.goto(`${project}/payments/${paymentSeq}`);
  await expect(answer(page).getByText(/Not paid: the player began on/)).toBeVisible();
  await expect(page.locator('summary', { hasText: 'Mark refunded' })).toHaveCount(0);
  const receipt = card(page, 'The player has a receipt');
  await receipt.getByLabel('Order id from the player’s receipt').fill('MK0UNKNOWN0');
  await receipt.getByRole('button', { name: 'Ask the store' }).click();
  await expect(receipt.getByText(/does not know this number|Nothing found/).first()).toBeVisible();
  await receipt.getByLabel('Order id from the player’s receipt').fill(receiptId);
  await receipt.getByRole('button', { name: 'Ask the store' }).click();
  await expect(receipt.getByText('The store knows this purchase, and it fits')).toBeVisible();
  await expectAccessible(page);
  await page.waitForLoadState('networkidle');
  await open(page, 'Mark as paid…');
  await confirm(page, 'Mark as paid');
  await expect(page.locator('.page-marks').getByText('Paid', { exact: true })).toBeVisible();
  // The store's notification may have been quicker: the purchase has a number of its own then.
  await expect(page).toHaveURL(/\/payments\/\d+$/);
  await expect(answer(page).getByRole('link', { name: 'kim_0021' })).toBeVisible();
  await expect(card(page, 'History').getByText('Marked as paid by staff')).toBeVisible();
  await page.goto(`${project}/audit`);
  await expect(page.getByRole('row', { name: /Payment marked as paid/ }).getByText(/SUCCESS|Paid/).first()).toBeVisible();
});

test('a reservation nobody paid is closed, and that is no refund', async ({ signedIn: page, purser }) => {
  const game = await Game.open(purser);
  const { paymentSeq } = await game.reserve('kim_0021');
  const project = await projectPath(page);
  await page.goto(`${project}/payments/${paymentSeq}`);
  await page.waitForLoadState('networkidle');
  await open(page, 'Close…');
  await confirm(page, 'Close');
  await expect(answer(page).getByText(/Not paid: staff closed it/)).toBeVisible();
  await page.goto(`${project}/users/kim_0021`);
  await expect(page.getByRole('heading', { name: 'Totals' })).toHaveCount(0);
});

test('"whose is it?": a mistyped player is said so, and the wrong one is undone', async ({ signedIn: page, purser }) => {
  const game = await Game.open(purser);
  await game.buy('kim_0021');
  await game.sell(undefined, { player: 'stranger' });
  const project = await projectPath(page);
  await eventually(expect, page, `${project}/unassigned`, () => expect(page.locator('main tbody tr')).toHaveCount(1, { timeout: 500 }));
  await page.locator('main tbody tr a').first().click();
  await expect(answer(page).getByText(/names no player/)).toBeVisible();
  const assign = card(page, 'Assign to a player');
  const lookUp = async (part, player) => {
    await part.getByLabel('Player id').fill(player);
    await part.getByRole('button', { name: 'Look up' }).click();
  };
  await lookUp(assign, 'kim_0O21');
  await expect(assign.getByText('No such player here yet: kim_0O21')).toBeVisible();
  await assign.getByLabel('Reason').fill('ticket 77');
  await assign.getByRole('button', { name: 'Assign to kim_0O21' }).click();
  await expect(assign.getByText('This server knows no such player yet', { exact: false })).toBeVisible();
  await expect(assign.getByLabel('Reason')).toHaveValue('ticket 77');
  await assign.getByLabel('The id is right', { exact: false }).check();
  await assign.getByRole('button', { name: 'Assign to kim_0O21' }).click();
  const again = card(page, 'Reassign');
  await expect(again).toBeVisible();
  await lookUp(again, 'kim_0021');
  await expect(again.getByText(/kim_0021: 1 payments, the last/)).toBeVisible();
  await expectAccessible(page);
  await again.getByLabel('Reason').fill('it was a zero');
  await again.getByRole('button', { name: 'Assign to kim_0021' }).click();
  await expect(answer(page).getByRole('link', { name: 'kim_0021' })).toBeVisible();
  await expect(card(page, 'History').getByText('From kim_0O21 (GF) to kim_0021 (GF) – it was a zero')).toBeVisible();
});

test('"charged twice": both payments name each other; notes stand on payment and player', async ({ signedIn: page, purser }) => {
  const game = await Game.open(purser);
  const [one, other] = [await game.buy('kim_0021'), await game.buy('kim_0021')];
  const project = await projectPath(page);
  for (const [here, there] of [[one, other], [other, one]]) {
    await page.goto(`${project}/payments/${here.paymentSeq}`);
    await expect(answer(page).getByText('Perhaps charged twice')).toBeVisible();
    await expect(answer(page).getByRole('link', { name: there.paymentSeq })).toBeVisible();
  }
  await page.waitForLoadState('networkidle');
  const notes = card(page, 'Notes');
  await notes.getByLabel('New note').fill('Refunded the second one at Apple.\nTicket 12');
  await notes.getByRole('button', { name: 'Add note' }).click();
  await expect(notes.getByRole('listitem')).toContainText('Refunded the second one at Apple.');
  await expect(notes.getByLabel('New note')).toHaveValue('');
  await page.goto(`${project}/users/kim_0021`);
  await expect(card(page, 'Payments').getByText('same product within 2 minutes')).toHaveCount(2);
  await expect(card(page, 'Notes').getByRole('link', { name: other.paymentSeq })).toBeVisible();
  await expectAccessible(page);
});

test('a subscription and its periods lead to each other, and the comparison leads with its result', async ({ signedIn: page, purser }) => {
  const game = await Game.open(purser);
  const { paymentSeq } = await game.subscribe('kim_0021');
  const project = await projectPath(page);
  await page.goto(`${project}/payments/${paymentSeq}`);
  await expect(answer(page).getByText(/this period runs until .* and then renews/)).toBeVisible();
  await page.waitForLoadState('networkidle');
  await page.getByRole('button', { name: 'Compare with the store' }).click();
  await expect(page.getByText(/Everything matches|\d of \d+ differ/)).toBeVisible();
  await expect(card(page, 'Side by side with the store').getByText('4,400 KRW').first()).toBeVisible();
  await answer(page).getByRole('link', { name: 'VIP' }).click();
  await expect(page).toHaveURL(/\/subscriptions\/\d+$/);
  await page.getByRole('region', { name: 'Paid periods' }).getByRole('link').first().click();
  await expect(page).toHaveURL(new RegExp(`/payments/${paymentSeq}$`));
});

test('roles see what they may do and nothing else', async ({ page, purser, signedIn }) => {
  const game = await Game.open(purser);
  const paid = await game.buy('kim_0021');
  await game.consume(paid);
  const path = `${await projectPath(signedIn)}/payments/${paid.paymentSeq}`;
  const project = path.split('/')[2];
  const password = 'a long enough password';
  const sees = { VIEWER: [], SUPPORT: ['Mark refunded'], OPERATOR: ['Deliver again…', 'Mark refunded'] };
  for (const [role, buttons] of Object.entries(sees)) {
    const email = `one-${role.toLowerCase()}@example.com`;
    await purser.run(['operator', 'add', email, '--role', role, '--project', project], { input: `${password}\n` });
    await page.context().clearCookies();
    await page.goto('/login');
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page).not.toHaveURL(/\/login/);
    await page.goto(path);
    await expect(answer(page)).toBeVisible();
    expect(await page.locator('details.confirm > summary').allTextContents()).toEqual(buttons);
    await expect(page.getByLabel('New note')).toHaveCount(role === 'VIEWER' ? 0 : 1);
  }
});

test.describe('in Korean', () => {
  test.use({ locale: 'ko-KR' });

  test('a payment’s page holds no English sentence', async ({ signedIn: page, purser }) => {
    const game = await Game.open(purser);
    const paid = await game.buy('kim_0021');
    const refused = await game.reserve('kim_0021');
    await purser.call(`/api/v1/payments/${refused.paymentSeq}/verify`, { secretKey: SECRET, body: { proof: { signedTransaction: 'x.y.z' } } });
    await game.control(`transactions/${paid.storeOrderId}/refund`, { storeAppId: BUNDLE, percentage: 50000 });
    await game.tell();
    const project = await projectPath(page);
    await eventually(expect, page, `${project}/payments/${paid.paymentSeq}`, () =>
      expect(page.locator('.page-marks').getByText('일부 환불')).toBeVisible({ timeout: 500 }));
    for (const { paymentSeq } of [paid, refused]) {
      await page.goto(`${project}/payments/${paymentSeq}`);
      // Names, ids and codes are the developer's and the stores'; words of ours in a row are not.
      const text = await page.locator('main').evaluate((main) => {
        const copy = main.cloneNode(true);
        copy.querySelectorAll('code, pre, [lang="en"], .crumbs, h1').forEach((part) => part.remove());
        return copy.textContent;
      });
      expect(text.match(/[a-z]{2,} [a-z]{2,} [a-z]{2,}/g) ?? [], paymentSeq).toEqual([]);
      await expectAccessible(page);
    }
  });
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false });

  test('the answer, its reply and every action are there', async ({ signedIn: page, purser }) => {
    const game = await Game.open(purser);
    const paid = await game.buy('kim_0021');
    const project = await projectPath(page);
    await page.goto(`${project}/payments/${paid.paymentSeq}`);
    await open(page, 'Read the reply');
    await expect(answer(page).getByText('your item is ready for you', { exact: false })).toBeVisible();
    const notes = card(page, 'Notes');
    await notes.getByLabel('New note').fill('seen');
    await notes.getByRole('button', { name: 'Add note' }).click();
    await expect(card(page, 'Notes').getByText('seen')).toBeVisible();
    await open(page, 'Mark refunded');
    await page.getByRole('dialog').getByLabel('Reason').fill('ticket 9');
    await page.getByRole('dialog').getByRole('button', { name: 'Mark refunded' }).click();
    await expect(page.locator('.page-marks').getByText('Refunded', { exact: true })).toBeVisible();
    await expect(answer(page).getByText(/Marked refunded by staff/)).toBeVisible();
  });
});
