// Paying back on the packed package: the answers of the command, and nothing silently converted.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { bundle, keys } from '../lib/cases.mjs';

const { load, InputError } = await import(pathToFileURL(`${process.env.PRECHECK_PACKAGE}/node.js`));
const engineOf = async (audience) => load({ bundle: await bundle(audience), audience, keys: await keys(), today: '2026-11-22' });

async function command(yuan, day, locale) {
  const values = ['repay', '--json', '--policy', 'policies/baitiao', '--from', day, '--locale', locale, yuan];
  const { stdout } = await promisify(execFile)(process.env.PRECHECK_BIN, values, { cwd: fileURLToPath(new URL('../..', import.meta.url)) });
  return JSON.parse(stdout);
}

test('plans are those of the command', async () => {
  const engine = await engineOf('server');
  for (const [fen, yuan, day, locale] of [
    [1, '0.01', '2026-11-22', 'en'],
    [10_001, '100.01', '2028-02-29', 'zh-CN'],
    [160_000, '1600', '2026-12-31', 'en'],
    [20_000_000, '200000.00', '2027-01-01', 'zh-CN'],
  ]) {
    assert.deepEqual(engine.repayment(fen, day, locale), await command(yuan, day, locale), yuan);
  }
});

test('a browser has the same plans', async () => {
  const [server, browser] = [await engineOf('server'), await engineOf('public')];
  const plans = (engine) => engine.repayment(160_000, '2026-11-22', 'en').outcome.plans;
  assert.deepEqual(plans(browser), plans(server));
});

test('what is no amount or no day is refused', async () => {
  const engine = await engineOf('public');
  for (const [amount, day, code] of [
    [0, '2026-11-22', 'repayment-amount'],
    [-1, '2026-11-22', 'repayment-amount'],
    [1.5, '2026-11-22', 'repayment-amount'],
    ['160000', '2026-11-22', 'repayment-amount'],
    [2 ** 32 + 1, '2026-11-22', 'repayment-amount'],
    [NaN, '2026-11-22', 'repayment-amount'],
    [1, '2027-02-29', 'day-malformed'],
    [1, '2999-12-31', 'repayment-day'],
  ]) {
    assert.throws(() => engine.repayment(amount, day), (error) => error instanceof InputError && error.code === code, `${amount} ${day}`);
  }
  assert.throws(() => engine.repayment(1, '2026-11-22', 'de'), { code: 'locale-unknown' });
});
