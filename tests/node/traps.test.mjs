// What happens when the engine stops in the middle of a call, and what becomes of memory.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import binaryen from 'binaryen';
import { entry, options, PACKAGE } from '../lib/package.mjs';

const { EngineError, form, InputError, load, PrecheckError } = await entry('node.js');
const APPLICATION = { scenario: 'activation', as_of: '2026-11-22', facts: { monthly_income: 150_000 } };
const status = (precheck) => precheck.assess(APPLICATION, 'en').outcome.status;

/** A day on which the engine below executes `unreachable`. */
const TRAP = -4321;

/** The engine with a trap in it. */
async function trapping() {
  const module = binaryen.readBinary(await readFile(`${PACKAGE}/core.wasm`));
  // Those of the engine; with more the writer uses encodings that Node does not read yet.
  const { BulkMemory, BulkMemoryOpt, Multivalue, MutableGlobals, NontrappingFPToInt, ReferenceTypes, SignExt } = binaryen.Features;
  module.setFeatures(BulkMemory | BulkMemoryOpt | Multivalue | MutableGlobals | NontrappingFPToInt | ReferenceTypes | SignExt);
  const name = 'engine_checkFieldPacked';
  const inner = binaryen.getExportInfo(module.getExport(name)).value;
  const { params, results } = binaryen.getFunctionInfo(module.getFunction(inner));
  const types = binaryen.expandType(params);
  const given = types.map((type, index) => module.local.get(index, type));
  const isTrap = module.i32.eq(module.local.get(4, binaryen.i32), module.i32.const(TRAP));
  const body = module.block(null, [module.if(isTrap, module.unreachable()), module.call(inner, given, results)], results);
  module.addFunction('with a trap', params, results, [], body);
  module.removeExport(name);
  module.addFunctionExport('with a trap', name);
  assert.ok(module.validate());
  return module.emitBinary();
}

test('after a trap the next call works, and what the old instance held says that it is lost', async () => {
  const wasm = await trapping();
  const precheck = await load({ ...(await options()), wasm });
  const other = await load({ ...(await options()), wasm });
  const handle = precheck.whatIf(APPLICATION);
  const before = precheck.assessText(APPLICATION, 'en');
  assert.equal(precheck.checkFieldPacked(3, '13800138000') & 3, 0);
  for (let times = 0; times < 3; times += 1) {
    assert.throws(
      () => precheck.checkFieldPacked('cn_mobile', '', TRAP),
      (error) => {
        assert.ok(error instanceof EngineError && error instanceof PrecheckError);
        assert.deepEqual([error.name, error.code], ['EngineError', 'engine-trapped']);
        assert.ok(error.cause instanceof WebAssembly.RuntimeError);
        assert.match(error.help, /next call works/);
        return true;
      },
    );
    assert.equal(precheck.assessText(APPLICATION, 'en'), before);
  }
  assert.equal(other.assessText(APPLICATION, 'en'), before, 'every policy of the instance is there again');
  assert.throws(() => handle.verdict(), { name: 'EngineError', code: 'handle-lost' });
  handle.free();
  const again = precheck.whatIf(APPLICATION);
  assert.equal(typeof again.verdict(), 'number');
});

test('no message repeats what was passed in', async () => {
  const precheck = await load(await options());
  const secret = 'S3CRET';
  for (const given of [
    { facts: { employment: secret } },
    { facts: { monthly_income: secret } },
    { facts: { birth_date: secret } },
    { facts: { account_age_days: { special: secret } } },
    { facts: { monthly_debt: { min: secret } } },
    { fields: { phone: { [secret]: secret } } },
    { get facts() { throw new Error(secret); } },
  ]) {
    const application = Object.defineProperties({ ...APPLICATION }, Object.getOwnPropertyDescriptors(given));
    assert.throws(
      () => precheck.assess(application, 'en'),
      ({ message, help, problems }) => !`${message} ${help} ${JSON.stringify(problems)}`.includes(secret),
    );
  }
});

test('an exception out of an object that is passed in is treated as a trap', async () => {
  const precheck = await load(await options());
  const own = new Error('own');
  const throwing = {
    ...APPLICATION,
    get fields() {
      throw own;
    },
  };
  assert.throws(() => precheck.assess(throwing, 'en'), (error) => error.code === 'engine-trapped' && error.cause === own);
  assert.equal(status(precheck), 'would-fail');
});

test('a refusal leaves the instance as it is', async () => {
  const precheck = await load(await options());
  const handle = precheck.whatIf(APPLICATION);
  for (const [work, code] of [
    [() => precheck.assess({}, 'en'), 'application-malformed'],
    [() => precheck.assess(null, 'en'), 'application-malformed'],
    [() => precheck.assess(APPLICATION, 'fr'), 'locale-unknown'],
    [() => precheck.checkField('cn_idd', ''), 'kind-unknown'],
    [() => precheck.checkFieldPacked('cn_idd', ''), 'kind-unknown'],
    [() => precheck.checkFieldPacked(257, ''), 'kind-unknown'],
    [() => precheck.checkFieldPacked(1.5, ''), 'kind-unknown'],
    [() => precheck.checkFieldPacked(3, '', NaN), 'day-malformed'],
    [() => precheck.checkFieldPacked(3, '', 2 ** 31), 'day-malformed'],
    [() => form(precheck, 'activation', { asOf: '2026-02-30' }), 'day-malformed'],
    [() => form(precheck, 'activation', { asOf: '2026-11' }), 'day-malformed'],
    [() => precheck.reason('NO-SUCH'), 'reason-unknown'],
    [() => handle.fact('incom'), 'fact-unknown'],
    [() => form(precheck, 'no-such'), 'scenario-unknown'],
  ]) {
    assert.throws(work, (error) => error instanceof InputError && error.code === code && error.help !== '', code);
    assert.equal(typeof handle.verdict(), 'number');
  }
});

test('what was freed says so, and freeing twice is no harm', async () => {
  const precheck = await load(await options());
  const handle = precheck.whatIf(APPLICATION);
  for (const one of [handle, precheck]) {
    one.free();
    one.free();
    one[Symbol.dispose]();
  }
  assert.throws(() => handle.verdict(), { name: 'EngineError', code: 'handle-freed' });
  assert.throws(() => precheck.assess(APPLICATION), { name: 'EngineError', code: 'handle-freed' });
});

test('what an instance held that was given up is not given back to it', async (t) => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  const freed = [];
  const { instantiate } = WebAssembly;
  t.mock.method(WebAssembly, 'instantiate', async (...values) => {
    const { exports } = await instantiate(...values);
    return { exports: { ...exports, __wbg_whatif_free: (...rest) => freed.push(rest) } };
  });
  const wasm = new WebAssembly.Module(await readFile(`${PACKAGE}/core.wasm`));
  const precheck = await load({ ...(await options()), wasm });
  const forget = async () => {
    for (let time = 0; time < 50; time += 1) precheck.whatIf(APPLICATION).verdict();
    for (let round = 0; round < 3; round += 1) {
      collect();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  await forget();
  assert.ok(freed.length > 0, 'while it runs, what is forgotten is given back');
  const held = Array.from({ length: 20 }, () => precheck.whatIf(APPLICATION));
  const before = freed.length;
  assert.throws(() => precheck.assess({ get facts() { throw new Error('own'); } }), { code: 'engine-trapped' });
  held.length = 0;
  for (let round = 0; round < 5; round += 1) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.equal(freed.length, before);
});

/** Loads with a look at the memory of the instance. */
async function watched(t) {
  const made = [];
  const { instantiate } = WebAssembly;
  t.mock.method(WebAssembly, 'instantiate', async (...values) => {
    const instance = await instantiate(...values);
    made.push(instance);
    return instance;
  });
  const wasm = new WebAssembly.Module(await readFile(`${PACKAGE}/core.wasm`));
  const precheck = await load({ ...(await options()), wasm });
  return { precheck, bytes: () => made[0].exports.memory.buffer.byteLength };
}

test('100 000 assessments leave the memory of the engine as it was', async (t) => {
  const { precheck, bytes } = await watched(t);
  const application = { scenario: 'closure', as_of: '2026-11-22', facts: {} };
  const run = (times) => {
    for (let time = 0; time < times; time += 1) precheck.assessText(application, 'en');
  };
  run(1000);
  const before = bytes();
  run(99_000);
  assert.equal(bytes(), before);
});

test('handles that nobody freed are given back when they are collected', async (t) => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  const { precheck, bytes } = await watched(t);
  const forget = async (times) => {
    for (let time = 0; time < times; time += 1) precheck.whatIf(APPLICATION).verdict();
    collect();
    // Finalizers run in a task of their own.
    await new Promise((resolve) => setTimeout(resolve, 5));
  };
  for (let round = 0; round < 5; round += 1) await forget(200);
  const before = bytes();
  for (let round = 0; round < 40; round += 1) await forget(200);
  assert.ok(bytes() <= before + 65_536 * 4, `${bytes() - before} bytes more`);
});
