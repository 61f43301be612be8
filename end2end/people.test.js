import { OPERATOR, expect, expectAccessible, signIn, test } from './fixtures.js';
import { Game } from './game.js';
import { listen } from './look.js';
import { totp } from './totp.js';

const KIM = { email: 'kim@example.com', password: 'another long password' };

async function signOut(page) {
  await page.context().clearCookies({ name: 'purser_session' });
}

test('an operator is invited, comes in, becomes a member, and goes', async ({ browser, signedIn: page, purser }) => {
  test.setTimeout(60_000);
  const problems = await listen(page);
  await Game.open(purser);
  await page.goto('/operators/new');
  await page.getByLabel('E-mail').fill(KIM.email);
  await page.getByRole('button', { name: 'Make the link' }).click();
  await expect(page.getByText('Copy the link now')).toBeVisible();
  await expectAccessible(page);
  const operator = page.url();
  const link = await page.getByText(/\/invitation\?token=/).textContent();
  await page.reload();
  await expect(page.getByText(/\/invitation\?token=/)).toHaveCount(0);

  const theirs = await (await browser.newContext({ locale: 'en-US', baseURL: purser.url })).newPage();
  await theirs.goto(link);
  await theirs.getByLabel('Choose a password').fill(KIM.password);
  await theirs.getByRole('button', { name: 'Choose this password' }).click();
  await expect(theirs).not.toHaveURL(/invitation/);
  await expect(theirs.getByText('Space game')).toHaveCount(0);
  await theirs.goto(link);
  await expect(theirs.getByLabel('Choose a password')).toHaveCount(0);

  await page.goto('/');
  const project = await page.getByRole('link', { name: 'Space game' }).first().getAttribute('href');
  await page.goto(`${project}/members/new`);
  await page.getByLabel('E-mail').fill('nobody@example.com');
  await page.getByRole('button', { name: 'Add a member' }).click();
  await expect(page.getByLabel('E-mail')).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('E-mail').fill(KIM.email);
  await page.getByText('Support', { exact: true }).click();
  await page.getByRole('button', { name: 'Add a member' }).click();
  await expect(page.getByRole('row', { name: /kim@example\.com.*Support/ })).toBeVisible();

  await theirs.goto(project);
  await expect(theirs.getByRole('link', { name: 'Payments' }).first()).toBeVisible();
  await theirs.goto(`${project}/settings`);
  await expect(theirs.getByRole('button', { name: 'Create a secret key' })).toHaveCount(0);

  await page.goto(operator);
  await page.waitForLoadState('networkidle');
  await page.locator('summary', { hasText: 'Deactivate' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Deactivate' }).click();
  await expect(page.locator('.page-marks').getByText('Deactivated')).toBeVisible();
  await theirs.goto(project);
  await expect(theirs).toHaveURL(/\/login/);

  await page.goto('/audit?actor=' + encodeURIComponent(OPERATOR.email));
  for (const action of ['operator.invite', 'member.add', 'operator.update']) {
    await expect(page.getByText(action, { exact: true }).first()).toBeVisible();
  }
  await page.getByLabel('What', { exact: true }).selectOption('member.add');
  await page.getByRole('button', { name: 'Apply' }).click();
  await expect(page).toHaveURL(/action=member\.add/);
  await expect(page.getByText('operator.invite', { exact: true })).toHaveCount(0);
  await expectAccessible(page);
  expect(problems.filter((problem) => !problem.includes('422'))).toEqual([]);
});

test('a name, a new password, and the end of other sessions', async ({ browser, signedIn: page, purser }) => {
  const elsewhere = await (await browser.newContext({ locale: 'en-US', baseURL: purser.url })).newPage();
  await signIn(elsewhere);
  await page.goto('/account');
  await page.getByLabel(/^Name\*?$/).fill('Kim');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Saved.').first()).toBeVisible();

  await page.getByLabel('Current password').fill('not the password');
  await page.getByLabel('New password').fill(KIM.password);
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByLabel('Current password')).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('Current password').fill(OPERATOR.password);
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('The password was changed.', { exact: false }).first()).toBeVisible();
  // What is secret does not stay on the screen.
  await expect(page.getByLabel('Current password')).toHaveValue('');
  await expect(page.getByLabel('New password')).toHaveValue('');
  await elsewhere.goto('/account');
  await expect(elsewhere).toHaveURL(/\/login/);
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Account' })).toBeVisible();
});

test('the second factor is set up, asked for, and taken once', async ({ signedIn: page }) => {
  await page.goto('/account/second-factor');
  await page.getByRole('button', { name: 'Set up' }).click();
  const secret = await page.locator('.factor-secret').textContent();
  await expectAccessible(page);
  await page.getByLabel('Code the app shows').fill('000000');
  await page.getByLabel('Password').fill(OPERATOR.password);
  await page.getByRole('button', { name: 'Turn on' }).click();
  await expect(page.getByLabel('Code the app shows')).toHaveAttribute('aria-invalid', 'true');
  const first = totp(secret, -1);
  await page.getByLabel('Code the app shows').fill(first);
  await page.getByLabel('Password').fill(OPERATOR.password);
  await page.getByRole('button', { name: 'Turn on' }).click();
  await expect(page.getByText('Keep these recovery codes')).toBeVisible();
  const recovery = await page.locator('.recovery-codes code').first().textContent();

  await signOut(page);
  const enter = async (code) => {
    await page.goto('/login');
    await page.getByLabel('E-mail').fill(OPERATOR.email);
    await page.getByLabel('Password').fill(OPERATOR.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page).toHaveURL(/\/login\/code/);
    await page.getByLabel(/^Code\*?$/).fill(code);
    await page.getByRole('button', { name: 'Sign in' }).click();
  };
  await enter(first);
  await expect(page.getByLabel(/^Code\*?$/)).toHaveAttribute('aria-invalid', 'true');
  await expectAccessible(page);
  await enter(totp(secret));
  await expect(page).not.toHaveURL(/\/login/);
  await signOut(page);
  await enter(recovery);
  await expect(page).not.toHaveURL(/\/login/);
});
