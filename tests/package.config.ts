// The packed package in the browser of the system: its examples, built from the tarball, and what pages do to it.
//
// PRECHECK_CHROMIUM   the browser; /usr/bin/chromium without it
// PRECHECK_TEST_PORT  the port of the pages under test
import { resolve } from 'node:path';

import { defineConfig } from '@playwright/test';

const root = resolve(import.meta.dirname, '..');
const port = process.env['PRECHECK_TEST_PORT'] ?? '8472';
const origin = `http://127.0.0.1:${port}`;

export default defineConfig({
  testDir: 'package',
  outputDir: '../test-results/package',
  forbidOnly: Boolean(process.env['CI']),
  fullyParallel: true,
  workers: 2,
  timeout: 30_000,
  reporter: [['list']],
  use: {
    baseURL: origin,
    locale: 'en-GB',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env['PRECHECK_CHROMIUM'] ?? '/usr/bin/chromium',
      chromiumSandbox: false,
      // Pages that are left are kept, as everywhere but under Playwright.
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
      args: ['--disable-background-networking', '--disable-component-update', '--disable-gpu', '--disable-sync', '--no-first-run'],
    },
  },
  webServer: {
    command: `node tests/lib/examples.mjs dist/.examples ${port}`,
    cwd: root,
    url: `${origin}/pages/index.html`,
    reuseExistingServer: false,
    timeout: 120_000,
  },
});
