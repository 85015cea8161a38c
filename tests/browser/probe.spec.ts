// The probe in a real browser, against a network and a clock that the test makes.
import { resolve } from 'node:path';

import { expect, type Page, type Route, test } from '@playwright/test';

interface Found {
  readonly online: boolean;
  readonly secure: boolean;
  readonly webcrypto: boolean;
  readonly wasm: { readonly missing: readonly string[] };
  readonly storage: { readonly works: boolean; readonly quota: number | null } | null;
  readonly network: { readonly answered: number; readonly intercepted: boolean; readonly latencyMs: number | null } | null;
  readonly clock: { readonly seconds: number; readonly uncertainty: number } | null;
  readonly facts: Record<string, unknown>;
}

const PACKAGE = resolve(import.meta.dirname, '../../dist/npm');

/** Opens a page that has the package's own files beside it, and probes there. */
async function start(page: Page): Promise<(options?: object) => Promise<Found>> {
  await page.route('**/package/*.js', (route) => {
    const name = new URL(route.request().url()).pathname.split('/').at(-1) ?? '';
    return route.fulfill({ path: resolve(PACKAGE, name), contentType: 'text/javascript' });
  });
  await page.goto('/checkout/');
  return (options = {}) =>
    page.evaluate(async (given) => {
      const address = '/package/probe.js';
      const { probe } = (await import(address)) as { probe: (options: object) => Promise<Found> };
      return probe(given);
    }, options);
}

const ping = (page: Page, answer: (route: Route, count: number) => Promise<unknown>): Promise<unknown> => {
  let count = 0;
  return page.route('**/healthz', async (route) => {
    count += 1;
    await answer(route, count);
  });
};

test('a present browser has all that is needed, and keeps nothing', async ({ page, context }) => {
  const probe = await start(page);
  const found = await probe({ url: '/healthz', storage: true });
  expect(found).toMatchObject({ online: true, secure: true, webcrypto: true, wasm: { missing: [] } });
  expect(found.storage?.works).toBe(true);
  expect(found.storage?.quota).toBeGreaterThan(0);
  expect(found.network).toMatchObject({ answered: 3, intercepted: false });
  expect(Math.abs(found.clock?.seconds ?? 9)).toBeLessThanOrEqual(found.clock?.uncertainty ?? 0);
  expect(found.facts).toMatchObject({ browser_supported: true, network: 'stable', clock: 'right', storage_works: true });
  expect(await page.evaluate(() => [localStorage.length, sessionStorage.length])).toEqual([0, 0]);
  expect(await context.cookies()).toEqual([]);
});

test('a device whose clock was set differs from the server by just that', async ({ page }) => {
  const probe = await start(page);
  for (const hours of [-30, 0, 48]) {
    await page.clock.setSystemTime(Date.now() + hours * 3_600_000);
    const { clock, facts } = await probe({ url: '/healthz' });
    expect(Math.abs((clock?.seconds ?? 0) - hours * 3_600)).toBeLessThan((clock?.uncertainty ?? 0) + 3);
    expect(facts['clock']).toBe(hours === 0 ? 'right' : 'wrong');
  }
});

test('a slow, a broken and a filtered network are told apart', async ({ page }) => {
  const probe = await start(page);
  const pause = (route: Route): Promise<void> =>
    new Promise<void>((done) => setTimeout(done, 1_700)).then(() => route.continue());
  for (const [answer, network, intercepted] of [
    [pause, 'unstable', false],
    [(route: Route, count: number) => (count === 2 ? route.abort() : route.continue()), 'unstable', false],
    [(route: Route) => route.fulfill({ status: 302, headers: { Location: 'http://wifi.test/' } }), 'offline', true],
    [(route: Route) => route.fulfill({ status: 511 }), 'offline', true],
    [(route: Route) => route.abort(), undefined, false],
  ] as const) {
    await ping(page, answer);
    const found = await probe({ url: '/healthz', timeout: 8_000 });
    expect(found.facts['network']).toBe(network);
    expect(found.network?.intercepted).toBe(intercepted);
    await page.unroute('**/healthz');
  }
});

test('offline is known without a request', async ({ page, context }) => {
  const probe = await start(page);
  await probe(); // The files of the package are there.
  await context.setOffline(true);
  const seen: string[] = [];
  page.on('request', (request) => seen.push(request.url()));
  const found = await probe({ url: '/healthz' });
  expect(found).toMatchObject({ online: false, network: null, facts: { network: 'offline' } });
  expect(seen).toEqual([]);
});
