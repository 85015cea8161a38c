// Every scenario file on the WASM in a real browser, in the same bytes as the native engine.
import { expect, test } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { LOCALES, bundle, cases, keys, native } from '../lib/cases.mjs';

const PACKAGE = new URL('../../dist/npm/', import.meta.url);
const TYPES: Record<string, string> = { js: 'text/javascript', wasm: 'application/wasm', html: 'text/html' };

test('every scenario gives the same bytes as the native engine', async ({ page }) => {
  test.slow(); // The native engine is a process per case and locale.
  // The package and the bundles, served under one origin without any server.
  await page.route('http://precheck.test/**', async (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    if (name === '') return route.fulfill({ contentType: TYPES.html, body: '<!doctype html><title>same bytes</title>' });
    if (name.endsWith('.bundle')) return route.fulfill({ body: await bundle(name.split('.')[0]) });
    const extension = name.split('.').pop() ?? '';
    return route.fulfill({ contentType: TYPES[extension], body: await readFile(new URL(name, PACKAGE)) });
  });
  await page.goto('http://precheck.test/');
  const trusted = await keys();
  const all = await cases();
  for (const audience of ['server', 'public']) {
    const own = all.filter((one) => one.bundle === audience);
    for (const locale of LOCALES) {
      // The engine is loaded once; a case is then a matter of microseconds.
      const texts = await page.evaluate(
        async ({ audience, keys, applications, locale }) => {
          const address = '/index.js';
          const { load } = await import(address);
          const engine = await load({ bundle: `/${audience}.bundle`, audience, keys });
          return applications.map((application) => engine.assessText(application, locale) as string);
        },
        { audience, keys: trusted, applications: own.map((one) => one.application as object), locale },
      );
      for (const [index, one] of own.entries()) {
        expect(texts[index], `${one.name} in ${locale}`).toBe(await native(one, locale));
      }
    }
  }
});
