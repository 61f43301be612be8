import { expect, test } from './fixtures.js';

test('answers that it is alive, and again after a crash', async ({ purser }) => {
  expect((await purser.call('/healthz')).status).toBe(200);
  await purser.crash();
  await purser.resume();
  expect((await purser.call('/healthz')).status).toBe(200);
});

test('gives a browser the icon, and robots nothing', async ({ purser }) => {
  const icon = await purser.call('/favicon.svg');
  expect(icon.headers.get('content-type')).toBe('image/svg+xml');
  expect((await purser.call('/robots.txt')).body).toContain('Disallow: /');
});
