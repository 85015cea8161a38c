// The packed package as its user meets it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { bundle } from '../lib/cases.mjs';

const { load, PrecheckError } = await import(pathToFileURL(`${process.env.PRECHECK_PACKAGE}/index.js`));

test('a bundle that is none is refused with its code, and the next load works', async () => {
  await assert.rejects(load({ bundle: new Uint8Array(3) }), (error) => {
    assert.ok(error instanceof PrecheckError);
    assert.equal(error.code, 'bundle-not-a-bundle');
    assert.equal(error.problems.length, 1);
    assert.ok(error.help);
    return true;
  });
  await load({ bundle: await bundle('public') });
});

test('one flipped bit in a bundle is refused', async () => {
  const bytes = await bundle('public');
  bytes[bytes.length >> 1] ^= 1;
  await assert.rejects(load({ bundle: bytes }), { code: 'bundle-altered' });
});

test('a bundle that is not there is refused', async () => {
  await assert.rejects(load({ bundle: new URL('file:///nowhere.bundle') }), { code: 'bundle-unavailable' });
});

test('a wrong application names every place, and the engine goes on', async () => {
  const engine = await load({ bundle: await bundle('public') });
  const application = { scenario: 'activation', as_of: '2026-11-22', facts: { incom: 1, monthly_income: null } };
  assert.throws(
    () => engine.assess(application, 'en'),
    (error) => {
      assert.ok(error instanceof PrecheckError);
      assert.deepEqual(
        error.problems.map(({ at, code }) => [at, code]),
        [
          ['/facts/incom', 'fact-unknown'],
          ['/facts/monthly_income', 'fact-malformed'],
        ],
      );
      assert.doesNotMatch(JSON.stringify(error.problems), /applications_24h|login_places_7d/);
      return true;
    },
  );
  const good = engine.assess({ scenario: 'activation', as_of: '2026-11-22' }, 'en');
  assert.equal(good.outcome.status, 'cannot-tell');
});

test('a form can be built from the policy', async () => {
  const engine = await load({ bundle: await bundle('public') });
  const [scenario] = engine.policy('en').scenarios;
  assert.equal(scenario.name, 'activation');
  const asked = scenario.facts.filter((fact) => fact.asked);
  assert.deepEqual(
    asked.map((fact) => fact.name),
    ['monthly_income', 'employment', 'monthly_debt'],
  );
  for (const fact of asked) assert.ok(fact.label && fact.question);
  const employment = asked.find((fact) => fact.kind === 'code');
  assert.ok(employment.codes.every((code) => code.code && code.label));
});

test('fields are checked while typing, by number and in words', async () => {
  const engine = await load({ bundle: await bundle('public') });
  const day = '2026-11-22';
  for (const [typed, status] of [
    ['', 'incomplete'],
    ['138', 'incomplete'],
    ['13800138000', 'ok'],
    ['138001380000', 'invalid'],
  ]) {
    const answer = engine.checkField('cn_mobile', typed, day, 'zh-CN');
    assert.equal(answer.status, status, typed);
    const days = Date.parse(day) / 86_400_000;
    const packed = engine.checkFieldPacked(3, typed, days);
    assert.equal(['ok', 'incomplete', 'warn', 'invalid'][packed & 3], status, typed);
  }
  assert.throws(() => engine.checkField('cn_idd', '', day, 'en'), { code: 'kind-unknown' });
});

test('in Node there is no window, and the environment says so', async () => {
  const engine = await load({ bundle: await bundle('public') });
  assert.deepEqual(engine.environment(), { locale: 'zh-CN', online: null });
});
