// The real page, served by the real server, in the browser of the system.
//
// PRECHECK_BIN        the `precheck` program; `cargo xtask test browser` sets it
// PRECHECK_CHROMIUM   the browser; /usr/bin/chromium without it
// PRECHECK_TEST_PORT  the port of the server under test
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { defineConfig } from '@playwright/test';

const root = resolve(import.meta.dirname, '..');
const program = process.env['PRECHECK_BIN'] ?? join(root, 'target/debug/precheck');
const port = process.env['PRECHECK_TEST_PORT'] ?? '8471';
const origin = `http://127.0.0.1:${port}`;

function serve(): string {
  // Decisions of a test run are nobody's: they begin in an empty folder of the system's own.
  const data = mkdtempSync(join(tmpdir(), 'precheck-pages-'));
  const dist = (path: string): string => join(root, 'dist', path);
  const words = [program, 'serve', '--listen', `127.0.0.1:${port}`, '--data', data, '--www', dist('www')];
  words.push('--bundles', dist('policies'), '--trust', dist('keys/development.pub'), '--demo', '--sandbox');
  return words.map((word) => JSON.stringify(word)).join(' ');
}

export default defineConfig({
  testDir: 'browser',
  outputDir: '../test-results/pages',
  forbidOnly: Boolean(process.env['CI']),
  fullyParallel: true,
  workers: 2,
  timeout: 30_000,
  reporter: [['list']],
  use: {
    baseURL: origin,
    locale: 'zh-CN',
    timezoneId: 'America/New_York', // the page's day is the shop's, not the visitor's
    viewport: { width: 1280, height: 900 },
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env['PRECHECK_CHROMIUM'] ?? '/usr/bin/chromium',
      chromiumSandbox: false,
      args: [
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-domain-reliability',
        '--disable-gpu',
        '--disable-quic',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
  webServer: {
    command: serve(),
    cwd: root,
    url: `${origin}/healthz`,
    reuseExistingServer: false,
    timeout: 30_000,
  },
});
