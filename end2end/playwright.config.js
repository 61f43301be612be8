import { execFileSync } from 'node:child_process';
import { defineConfig } from '@playwright/test';

/** The Chromium that `cargo xtask test` found, or the one on the PATH: Playwright's own browsers are not downloaded. */
function browser() {
  return process.env.PURSER_BROWSER ?? execFileSync('which', ['chromium'], { encoding: 'utf8' }).trim();
}

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.test.js',
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  workers: 1,
  timeout: 30_000,
  reporter: 'list',
  use: {
    locale: 'en-US',
    timezoneId: 'Asia/Seoul',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: browser(),
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
    },
  },
});
