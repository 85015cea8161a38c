// Every scenario file on the packed package in Node: ends as expected, in the same bytes as the native engine.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { LOCALES, bundle, cases, keys, native, said, summary } from '../lib/cases.mjs';

const { load } = await import(pathToFileURL(`${process.env.PRECHECK_PACKAGE}/node.js`));
const engines = {};

before(async () => {
  for (const audience of ['server', 'public']) {
    engines[audience] = await load({ bundle: await bundle(audience), audience, keys: await keys(), today: '2026-11-22' });
  }
});

for (const one of await cases()) {
  test(one.name, async () => {
    const engine = engines[one.bundle];
    for (const locale of LOCALES) {
      const text = engine.assessText(one.application, locale);
      assert.equal(text, await native(one, locale), `${locale}: the bytes differ from the native ones`);
      const object = engine.assess(one.application, locale);
      assert.equal(JSON.stringify(object), text, `${locale}: object and text differ`);
      assert.deepEqual(summary(object.outcome), one.expect);
      const texts = { ...one.texts[locale] };
      assert.deepEqual(said(object.notice, texts), texts, locale);
    }
  });
}
