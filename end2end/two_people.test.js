import { expect, expectAccessible, signIn, test } from './fixtures.js';
import { Game } from './game.js';

test('the second of two people who save a form is told, and loses nothing', async ({ browser, signedIn: page, purser }) => {
  test.setTimeout(60_000);
  await Game.open(purser);
  await page.goto('/');
  const project = await page.getByRole('link', { name: 'Space game' }).first().getAttribute('href');
  const settings = `${project}/settings`;
  const theirs = await (await browser.newContext({ locale: 'en-US', baseURL: purser.url })).newPage();
  await signIn(theirs);

  const form = (on) => on.locator('form[action$="/update_project"]');
  await page.goto(settings);
  await theirs.goto(settings);
  await page.waitForLoadState('networkidle');
  await theirs.waitForLoadState('networkidle');

  const theirName = form(theirs).locator('input[name="input[name]"]');
  const myName = form(page).locator('input[name="input[name]"]');
  await theirName.fill('Their game');
  await form(theirs).locator('button[type=submit]').click();
  await expect(theirs.getByText('Saved.').first()).toBeVisible();

  await myName.fill('My game');
  await form(page).locator('button[type=submit]').click();
  await expect(form(page).getByText('Somebody else changed this after you opened it', { exact: false })).toBeVisible();
  // What I typed, and what they saved; of what I left alone nothing is said.
  await expect(myName).toHaveValue('My game');
  await expect(form(page).getByText('Saved meanwhile: Their game')).toBeVisible();
  await expect(form(page).locator('.field-saved')).toHaveCount(1);
  await expectAccessible(page);
  await theirs.reload();
  await expect(theirName).toHaveValue('Their game');

  await form(page).locator('button[type=submit]').click();
  await expect(page.getByText('Saved.').first()).toBeVisible();
  await expect(form(page).locator('.field-saved')).toHaveCount(0);
  await theirs.reload();
  await expect(theirName).toHaveValue('My game');
});
