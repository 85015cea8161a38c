// Every scenario file on the WASM in a real browser, in the same bytes as the native engine.
import { expect, test } from '@playwright/test';
import { readFile } from 'node:fs/promises';
import { LOCALES, bundle, cases, keys, native } from '../lib/cases.mjs';

const PACKAGE = new URL('../../dist/npm/', import.meta.url);
const TYPES: Record<string, string> = { js: 'text/javascript', wasm: 'application/wasm', html: 'text/html' };

test('every scenario gives the same bytes as the native engine', async ({ page }) => {
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
  for (const one of await cases()) {
    for (const locale of LOCALES) {
      const text = await page.evaluate(
        async ({ audience, keys, application, locale }) => {
          const address = '/index.js';
          const { load } = await import(address);
          const engine = await load({ bundle: `/${audience}.bundle`, audience, keys });
          return engine.assessText(application, locale) as string;
        },
        { audience: String(one.bundle), keys: trusted, application: one.application as object, locale },
      );
      expect(text, `${one.name} in ${locale}`).toBe(await native(one, locale));
    }
  }
});
