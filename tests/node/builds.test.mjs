// Every build of the engine says the same, byte for byte, of every case: that of today, the one inside of JavaScript, the
// one for older engines, the one without WebAssembly, and the one for mini-programs.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createContext, Script } from 'node:vm';
import { pathToFileURL } from 'node:url';
import { parse } from 'acorn';
import { build } from 'esbuild';
import { LOCALES, cases } from '../lib/cases.mjs';
import { entry, options, PACKAGE } from '../lib/package.mjs';

const legacy = await readFile(`${PACKAGE}/core.legacy.wasm`);

/**
 * The global of mini-programs, as its manual has it: it instantiates files of the package only, by a path from its top,
 * exports functions, memories and tables (no globals on iOS), and there is nothing else of WebAssembly.
 */
function wx(files) {
  return {
    async instantiate(path, imports, ...more) {
      if (typeof path !== 'string' || !path.startsWith('/') || !/\.wasm(\.br)?$/.test(path)) {
        throw new TypeError('WXWebAssembly.instantiate: the first argument has to be a path in the package');
      }
      if (more.length > 0 || !imports || typeof imports !== 'object') throw new TypeError('imports');
      const bytes = files.get(path);
      if (!bytes) throw new Error(`${path} not found`);
      const { instance } = await WebAssembly.instantiate(bytes, imports);
      const isThere = ([, one]) => !(one instanceof WebAssembly.Global);
      return { instance: { exports: Object.fromEntries(Object.entries(instance.exports).filter(isThere)) } };
    },
  };
}

/** A context without whatever a mini-program may lack, with the package as its tools install it. */
async function miniProgram(files = new Map([['/miniprogram_npm/@precheck/core/core.wasm', legacy]])) {
  const globals = createContext({ WXWebAssembly: wx(files), module: { exports: {} } });
  const missing = ['WebAssembly', 'FinalizationRegistry', 'WeakRef', 'globalThis', 'console', 'SharedArrayBuffer', 'Atomics'];
  new Script(missing.map((name) => `delete this.${name};`).join('')).runInContext(globals);
  const source = await readFile(`${PACKAGE}/miniprogram/index.js`, 'utf8');
  new Script(`(function (module) {${source}\n})(module);`, { filename: 'miniprogram/index.js' }).runInContext(globals);
  for (const name of ['TextDecoder', 'TextEncoder', 'URL', 'fetch', 'Response', 'crypto', 'atob', ...missing.slice(0, 4)]) {
    assert.equal(new Script(`typeof ${name}`).runInContext(globals), 'undefined', name);
  }
  return globals.module.exports;
}

/** The entry of workerd, whose bundler makes modules of `.wasm` files. */
async function workerd() {
  const folder = await mkdtemp(join(tmpdir(), 'precheck-workerd-'));
  const compiled = {
    name: 'compiled',
    setup(builder) {
      builder.onResolve({ filter: /\.wasm$/ }, ({ path, resolveDir }) => ({ path: join(resolveDir, path), namespace: 'compiled' }));
      builder.onLoad({ filter: /.*/, namespace: 'compiled' }, ({ path }) => ({
        contents: `import { readFileSync } from 'node:fs';\nexport default new WebAssembly.Module(readFileSync(${JSON.stringify(path)}));`,
      }));
    },
  };
  try {
    const outfile = join(folder, 'worker.mjs');
    const given = { entryPoints: [`${PACKAGE}/workerd.js`], outfile, bundle: true, format: 'esm', plugins: [compiled] };
    await build({ ...given, external: ['node:fs'], logLevel: 'error' });
    return await import(pathToFileURL(outfile));
  } finally {
    await rm(folder, { recursive: true });
  }
}

const BUILDS = {
  inline: { module: () => entry('inline.js') },
  workerd: { module: workerd },
  legacy: { module: () => entry('legacy.js'), extra: { wasm: legacy } },
  js: { module: () => entry('js.js') },
  'mini-program': { module: miniProgram },
};

const { load } = await entry('node.js');
const audiences = ['public', 'server'];
const engines = async (from, extra = {}) => {
  const loaded = audiences.map(async (audience) => [audience, await from({ ...(await options(audience)), ...extra })]);
  return Object.fromEntries(await Promise.all(loaded));
};
const [reference, all] = await Promise.all([engines(load), cases()]);
const FIELDS = [
  ['cn_id', '11010119950315123X'],
  ['cn_name', '林𠮷晓'],
  ['cn_name', '\ud800林'],
  ['address', '广东省深圳市南山区科技园路１号'],
  ['email', 'a@exmaple.com'],
];

for (const [name, { module, extra }] of Object.entries(BUILDS)) {
  test(`${name} says what the engine of today says`, async () => {
    const own = await engines((await module()).load, extra);
    for (const one of all) {
      for (const locale of LOCALES) {
        const [text, expected] = [own, reference].map((them) => them[one.bundle].assessText(one.application, locale));
        assert.equal(text, expected, `${one.name} ${locale}`);
      }
    }
    for (const audience of audiences) {
      const answers = (engine) => [
        LOCALES.map((locale) => [engine.policy(locale), engine.reasons(locale)]),
        FIELDS.map(([kind, value]) => [engine.checkField(kind, value, '2026-11-22', 'zh-CN'), engine.checkFieldPacked(kind, value, 20_000)]),
        all.filter((one) => one.bundle === audience).filter((_, index) => index % 10 === 0).map((one) => engine.plans(one.application)),
      ];
      // By their text: what comes out of another context has other prototypes.
      assert.equal(JSON.stringify(answers(own[audience])), JSON.stringify(answers(reference[audience])), audience);
    }
    const handle = own.public.whatIf(all.find((one) => one.bundle === 'public').application);
    assert.equal(typeof handle.verdict(), 'number');
    handle.free();
    // Each of them gets over what ends a call in the middle, or says how.
    const throwing = { get facts() { throw new Error('own'); } };
    assert.throws(() => own.public.assess(throwing), { code: 'engine-trapped' });
    if (name === 'mini-program') own.public = (await engines((await module()).load)).public;
    assert.equal(own.public.policy('en').audience, 'public');
  });
}

test('a mini-program loads again after a trap, and says what it needs', async () => {
  const { load: own } = await miniProgram();
  const given = await options();
  const first = await own(given);
  assert.throws(() => first.assess({ get facts() { throw new Error('own'); } }), { code: 'engine-trapped' });
  assert.throws(() => first.policy(), { code: 'engine-trapped' });
  const second = await own(given);
  assert.equal(second.policy('en').audience, 'public');
  await assert.rejects(own({ ...given, wasm: 'core.wasm' }), { code: 'wasm-unavailable' });
  await assert.rejects(own({ ...given, wasm: '/nowhere.wasm' }), { code: 'wasm-unavailable' });
  await assert.rejects(own({ ...given, bundle: '/policy.bundle' }), { code: 'bundle-unavailable' });
});

test('the builds for older engines hold nothing that those cannot read', async () => {
  for (const [name, ecmaVersion, sourceType] of [
    ['miniprogram/index.js', 2015, 'script'],
    ['legacy.js', 2017, 'module'],
    ['js.js', 2017, 'module'],
  ]) {
    const text = await readFile(`${PACKAGE}/${name}`, 'utf8');
    // Whoever loads a module can ask for its address.
    parse(text.replaceAll('import.meta.url', '""'), { ecmaVersion, sourceType });
    const newer = /\.(?:at|flat|flatMap|fromEntries|matchAll|replaceAll|allSettled|any|hasOwn|findLast|throwIfAborted)\(/;
    assert.ok(!newer.test(text), `${name}: ${newer.exec(text)?.[0]} came later than what it is for`);
    assert.match(text, /^(?:"use strict";)?\s*var globalThis ?= ?typeof self/m, 'a name that they do not have');
  }
  // The first version of the binary format: no section but those of it, no types but functions of numbers.
  const module = new WebAssembly.Module(legacy);
  assert.deepEqual([...new Set(WebAssembly.Module.imports(module).map(({ kind }) => kind))], ['function']);
  const text = await readFile(`${PACKAGE}/js.js`, 'utf8');
  assert.doesNotMatch(text, /WebAssembly\.(?:compile|instantiate)|new WebAssembly|\beval\b|new Function/);
});
