// The packed package as its user meets it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { bundle, keys } from '../lib/cases.mjs';

const { load, PrecheckError } = await import(pathToFileURL(`${process.env.PRECHECK_PACKAGE}/node.js`));

const trusted = await keys();
/** Loads the sample product's public policy as a page does. */
const loaded = async () => load({ bundle: await bundle('public'), keys: trusted, today: '2026-11-22' });

test('a bundle that is none is refused with its code, and the next load works', async () => {
  await assert.rejects(load({ bundle: new Uint8Array(3), keys: trusted }), (error) => {
    assert.ok(error instanceof PrecheckError);
    assert.equal(error.code, 'bundle-not-a-bundle');
    assert.equal(error.problems.length, 1);
    assert.ok(error.help);
    return true;
  });
  await loaded();
});

test('a bundle is refused with the code of what is wrong', async () => {
  const good = await bundle('public');
  const other = 'ed25519 66687aadf862bd77 0000000000000000000000000000000000000000000000000000000000000000 2026-01-01 2027-01-01';
  const unsigned = Uint8Array.from(good).fill(0, 77, 141);
  const flipped = Uint8Array.from(good);
  flipped[good.length >> 1] ^= 1;
  const today = '2026-11-22';
  for (const [code, options] of [
    ['bundle-altered', { bundle: flipped }],
    ['bundle-altered', { bundle: good.subarray(0, -1) }],
    ['bundle-unsigned', { bundle: unsigned }],
    ['bundle-audience', { audience: 'server' }],
    ['bundle-audience', { bundle: await bundle('server') }],
    ['bundle-not-yet-valid', { today: '2026-10-31' }],
    ['bundle-older', { notBelow: 4_294_967_295 }],
    ['bundle-too-large', { bundle: new Uint8Array(1024 * 1024 + 1) }],
    ['keys-missing', { keys: undefined }],
    ['keys-missing', { keys: [] }],
    ['key-malformed', { keys: [trusted, other] }],
    ['audience-unknown', { audience: 'all' }],
    ['day-malformed', { today: '22 November' }],
    ['version-malformed', { notBelow: NaN }],
    ['version-malformed', { notBelow: '3' }],
    ['version-malformed', { notBelow: -1 }],
  ]) {
    const loading = load({ bundle: good, keys: trusted, today, ...options });
    await assert.rejects(loading, (error) => error instanceof PrecheckError && error.code === code && error.help !== '');
  }
  const engine = await load({ bundle: good, keys: ['# two lists', trusted], today, notBelow: 1 });
  assert.ok(engine.policy('en').version >= 1);
});

test('every bit of the header counts, and bits all over the payload', async () => {
  const bytes = Uint8Array.from(await bundle('public'));
  const header = 141;
  for (let at = 0; at < bytes.length; at += at < header ? 1 : 61) {
    const expected = at < 8 ? 'bundle-not-a-bundle' : at === 8 ? 'bundle-format' : 'bundle-altered';
    for (let bit = 0; bit < 8; bit += 1) {
      bytes[at] ^= 1 << bit;
      await assert.rejects(load({ bundle: bytes, keys: trusted }), { code: expected }, `byte ${at}, bit ${bit}`);
      bytes[at] ^= 1 << bit;
    }
  }
  await load({ bundle: bytes, keys: trusted });
});

test('a bundle of a key that is not on the list is refused', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'precheck-keys-'));
  try {
    await promisify(execFile)(process.env.PRECHECK_BIN, ['key', 'new', join(folder, 'other')]);
    const others = await readFile(join(folder, 'other.pub'), 'utf8');
    const secret = await readFile(join(folder, 'other.key'), 'utf8');
    await assert.rejects(load({ bundle: await bundle('public'), keys: others }), { code: 'bundle-key-unknown' });
    await assert.rejects(load({ bundle: await bundle('public'), keys: secret }), { code: 'key-secret' });
    await load({ bundle: await bundle('public'), keys: [others, trusted] });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a bundle that is not there is refused', async () => {
  await assert.rejects(load({ bundle: new URL('file:///nowhere.bundle'), keys: trusted }), { code: 'bundle-unavailable' });
});

test('a wrong application names every place, and the engine goes on', async () => {
  const engine = await loaded();
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
  const engine = await loaded();
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
  const engine = await loaded();
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
  const engine = await loaded();
  assert.deepEqual(engine.environment(), { locale: 'zh-CN', online: null });
});
