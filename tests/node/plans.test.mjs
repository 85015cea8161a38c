// Plans on the packed package: the bytes of the command, for everybody in the case files whom a browser can help.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { bundle, cases, keys } from '../lib/cases.mjs';

const { load, PrecheckError } = await import(pathToFileURL(`${process.env.PRECHECK_PACKAGE}/node.js`));
const trusted = await keys();
const engineOf = async (audience) =>
  load({ bundle: await bundle(audience), audience, keys: trusted, today: '2026-11-22' });

/** What the command says of an application on standard input. */
async function command(application, options) {
  const run = promisify(execFile)(
    process.env.PRECHECK_BIN,
    ['plan', '--json', '--policy', 'policies/baitiao', '--audience', 'server', '--locale', 'en', ...options, '-'],
    { cwd: fileURLToPath(new URL('../..', import.meta.url)), maxBuffer: 1 << 24 },
  );
  run.child.stdin.end(JSON.stringify(application));
  return JSON.parse((await run).stdout);
}

test('plans are those of the command', async () => {
  const engine = await engineOf('server');
  const seen = {};
  const all = (await cases()).filter(({ bundle: audience }) => audience === 'server');
  for (const { name, application } of all.filter((_, index) => index % 8 === 0)) {
    let own;
    try {
      own = engine.plans(application, { margin: 0, locks: ['tier'], days: 400 }, 'en');
    } catch (error) {
      assert.ok(error instanceof PrecheckError, name);
      continue;
    }
    const wanted = await command(application, ['--lock', 'tier', '--days', '400']);
    assert.deepEqual(own, wanted, name);
    seen[own.outcome.status] = (seen[own.outcome.status] ?? 0) + 1;
  }
  assert.ok(seen.plans > 0 && seen['nothing-helps'] > 0 && seen.reached > 0, JSON.stringify(seen));
});

test('a wish that is none is refused with its place', async () => {
  const engine = await engineOf('public');
  const application = { scenario: 'activation', as_of: '2026-11-22' };
  for (const [wish, at, code] of [
    [{ goal: 'approve' }, '/wish/goal', 'wish-malformed'],
    [{ locks: 'tier' }, '/wish/locks', 'wish-malformed'],
    [{ margin: 1.5 }, '/wish/margin', 'wish-malformed'],
    [{ limit: -1 }, '/wish/limit', 'wish-range'],
    [{ ranges: { shoe_size: 4 } }, '/wish/ranges/shoe_size', 'fact-unknown'],
  ]) {
    assert.throws(
      () => engine.plans(application, wish, 'en'),
      (error) => error.problems[0].at === at && error.problems[0].code === code,
      JSON.stringify(wish),
    );
  }
  assert.equal(engine.plans(application, undefined, 'zh-CN').outcome.goal, 'approve');
});
