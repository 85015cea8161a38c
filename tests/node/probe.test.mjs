// What a device can do is measured as it is, against a server whose clock, pace and manners the test chooses.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { bundle, cases, keys } from '../lib/cases.mjs';

const PACKAGE = pathToFileURL(`${process.env.PRECHECK_PACKAGE}/`);
const { factsFor, load, PrecheckError, probe: sameProbe } = await import(new URL('node.js', PACKAGE));
const { probe } = await import(new URL('probe.js', PACKAGE));

const run = promisify(execFile);
const OPTIMISER = fileURLToPath(new URL('../../node_modules/binaryen/bin/wasm-opt', import.meta.url));

/** Answers the next request; the count begins with 1. */
let answer = (_count, _request, response) => response.end();
let count = 0;
const seen = [];
const server = createServer((request, response) => {
  count += 1;
  seen.push(request);
  answer(count, request, response);
});
let url;

before(async () => {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${server.address().port}/healthz`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

const replaced = [];
/** Replaces a global for one test. */
function stub(name, value) {
  replaced.push([name, Object.getOwnPropertyDescriptor(globalThis, name)]);
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}
afterEach(() => {
  for (const [name, descriptor] of replaced.splice(0).reverse()) {
    if (descriptor) Object.defineProperty(globalThis, name, descriptor);
    else delete globalThis[name];
  }
  count = 0;
  seen.length = 0;
  answer = (_count, _request, response) => response.end();
});

const later = (milliseconds, work) => setTimeout(work, milliseconds);
const dated = (seconds, headers = {}) => (_count, _request, response) => {
  response.writeHead(200, { Date: new Date(Date.now() - seconds * 1000).toUTCString(), ...headers });
  response.end();
};

test('without an address nothing is sent and nothing stored', async () => {
  stub('fetch', () => assert.fail('a request'));
  stub('localStorage', new Proxy({}, { get: () => assert.fail('a look into the storage') }));
  const found = await probe();
  assert.deepEqual([found.network, found.clock, found.storage], [null, null, null]);
  assert.deepEqual(found.facts, { browser_supported: true });
  assert.equal(probe, sameProbe, 'the loader has the same one');
});

test('three small requests tell pace and clock, and nobody who asks', async () => {
  const { network, clock, facts } = await probe({ url });
  assert.deepEqual(seen.map(({ method }) => method), ['HEAD', 'HEAD', 'HEAD']);
  for (const { headers } of seen) assert.deepEqual([headers.cookie, headers.referer], [undefined, undefined]);
  assert.deepEqual([network.asked, network.answered, network.intercepted, network.status], [3, 3, false, 200]);
  assert.ok(network.latencyMs < 1000);
  assert.ok(Math.abs(clock.seconds) <= clock.uncertainty, 'a clock is right about itself');
  assert.deepEqual([facts.network, facts.clock], ['stable', 'right']);
});

test('a clock is wrong only where that is certain', async () => {
  for (const [seconds, headers, expected, why] of [
    [0, {}, 'right', 'the same machine'],
    [240, {}, 'right', 'four minutes ahead'],
    [-240, {}, 'right', 'four minutes behind'],
    [300, {}, undefined, 'at the limit, within what a whole second can tell'],
    [303, {}, 'wrong', 'beyond it for certain'],
    [-303, {}, 'wrong', 'behind it'],
    [86_400, {}, 'wrong', 'a day ahead'],
    [-86_400 * 400, {}, 'wrong', 'more than a year behind'],
    [600, { Age: '600' }, 'right', 'an answer kept for ten minutes has an old date'],
    [600, { Age: 'x' }, 'wrong', 'an age that is none counts for nothing'],
  ]) {
    answer = dated(seconds, headers);
    const { clock, facts } = await probe({ url });
    assert.equal(facts.clock, expected, why);
    const true_skew = headers.Age === '600' ? 0 : seconds;
    assert.ok(Math.abs(clock.seconds - true_skew) <= clock.uncertainty + 0.05, `${why}: ${clock.seconds}`);
  }
  answer = (_count, _request, response) => {
    response.sendDate = false;
    response.end();
  };
  const { clock, facts } = await probe({ url });
  assert.deepEqual([clock, facts.clock], [null, undefined], 'a server that does not tell its time');
});

test('a slow round trip makes the clock less certain, never wrong', async () => {
  answer = (_count, _request, response) => later(400, () => response.end());
  const { clock, network, facts } = await probe({ url });
  assert.ok(network.latencyMs >= 400);
  assert.ok(Math.abs(clock.seconds) <= clock.uncertainty);
  assert.equal(facts.clock, 'right');
});

test('the network is told as far as it was seen', async () => {
  const slow = (_count, _request, response) => later(1_600, () => response.end());
  for (const [what, given, expected, answered] of [
    ['one of three breaks off', (n, _, response) => (n === 2 ? response.destroy() : response.end()), 'unstable', 2],
    ['every round trip is slow', slow, 'unstable', 3],
    ['only the first is slow', (n, _, response) => later(n === 1 ? 600 : 0, () => response.end()), 'stable', 3],
    ['nothing answers: that may be the server', (_n, _, response) => response.destroy(), undefined, 0],
    ['the server is at fault, the network is not', (_n, _, response) => response.writeHead(503).end(), 'stable', 3],
    ['a Wi-Fi that wants a log-in', (_n, _, response) => response.writeHead(302, { Location: 'http://log-in.test/' }).end(), 'offline', 0],
    ['a proxy that wants a log-in', (_n, _, response) => response.writeHead(511).end(), 'offline', 0],
  ]) {
    count = 0;
    answer = given;
    const { network, facts } = await probe({ url, timeout: 6_000 });
    assert.equal(facts.network, expected, what);
    assert.equal(network.answered, answered, what);
    assert.equal(network.intercepted, expected === 'offline', what);
    if (expected === 'offline') assert.equal(facts.clock, undefined, 'a stranger’s clock is no measure');
  }
});

test('a proxy that says so is told, and is no fact', async () => {
  answer = dated(0, { Via: '1.1 shop-cdn' });
  const { network, facts } = await probe({ url });
  assert.equal(network.via, '1.1 shop-cdn');
  assert.equal(facts.via_proxy, undefined, 'a content network is one too');
});

test('a server that never answers takes no longer than allowed', async () => {
  answer = () => {};
  const start = performance.now();
  const { network, facts } = await probe({ url, timeout: 300 });
  assert.ok(performance.now() - start < 1_500);
  assert.deepEqual([network.asked, network.answered, network.latencyMs], [3, 0, null]);
  assert.equal(facts.network, undefined);
});

test('a device that knows that it is offline is not asked to send', async () => {
  stub('navigator', { onLine: false });
  const { online, network, facts } = await probe({ url });
  assert.deepEqual([online, network, facts.network, seen.length], [false, null, 'offline', 0]);
});

test('what the browser estimates counts where nothing was measured', async () => {
  for (const [effectiveType, expected] of [['slow-2g', 'unstable'], ['2g', 'unstable'], ['3g', undefined], ['4g', undefined]]) {
    stub('navigator', { onLine: true, connection: { effectiveType } });
    assert.equal((await probe()).facts.network, expected, effectiveType);
    assert.equal((await probe({ url })).facts.network, 'stable', 'measuring is better');
  }
});

test('what an old browser lacks is named', async () => {
  const { validate } = WebAssembly;
  const modules = [];
  stub('WebAssembly', { validate: (bytes) => modules.push(bytes) > 0 && validate(bytes) });
  assert.deepEqual((await probe()).wasm.missing, []);
  const names = ['bulk-memory', 'multi-value', 'mutable-globals', 'reference-types', 'saturating-float-to-int', 'sign-extension'];
  for (const [place, name] of names.entries()) {
    let asked = -2; // The first module is an empty one.
    stub('WebAssembly', { validate: () => (asked += 1) !== place });
    const { wasm, facts } = await probe();
    assert.deepEqual([wasm.missing, facts.browser_supported], [[name], false]);
  }
  stub('WebAssembly', undefined);
  assert.deepEqual((await probe()).wasm.missing, ['webassembly']);

  // Another implementation agrees on what each module needs, and on what the engine is made of.
  const enabled = [
    ['bulk-memory', 'bulk-memory-opt'],
    ['multivalue'],
    ['mutable-globals'],
    ['reference-types'],
    ['nontrapping-float-to-int'],
    ['sign-ext'],
  ];
  const folder = await mkdtemp(join(tmpdir(), 'precheck-probe-'));
  const fits = async (file, features) => {
    const words = [OPTIMISER, '--mvp-features', ...features.flat().map((name) => `--enable-${name}`), file];
    const ending = await run(process.execPath, [...words, '-o', join(folder, 'out.wasm')]).catch((error) => error);
    const isRefused = ending instanceof Error;
    if (isRefused) assert.match(ending.stderr, /error (validating|parsing)|parse exception/i);
    return !isRefused;
  };
  for (const [place, bytes] of modules.slice(1).entries()) {
    const file = join(folder, `${names[place]}.wasm`);
    await writeFile(file, bytes);
    assert.ok(await fits(file, [enabled[place]]), `${names[place]} is enough`);
    assert.ok(!(await fits(file, enabled.toSpliced(place, 1))), `${names[place]} is needed`);
  }
  assert.ok(await fits(fileURLToPath(new URL('core.wasm', PACKAGE)), enabled), 'the engine needs nothing else');
  await rm(folder, { recursive: true });
});

test('WebCrypto counts where the page may have it', async () => {
  for (const [crypto, secure, expected, why] of [
    [undefined, true, false, 'no WebCrypto'],
    [{ subtle: { digest: () => Promise.reject(new Error('off')) } }, true, false, 'one that does not work'],
    [{}, false, undefined, 'a page without TLS has none anywhere: not the device’s fault'],
    [globalThis.crypto, true, true, 'all there'],
  ]) {
    stub('crypto', crypto);
    stub('isSecureContext', secure);
    assert.equal((await probe()).facts.browser_supported, expected, why);
  }
});

test('storage is written to only when asked, and left as it was', async () => {
  const entries = new Map();
  const storage = {
    getItem: (key) => entries.get(key) ?? null,
    setItem: (key, value) => void entries.set(key, value),
    removeItem: (key) => void entries.delete(key),
  };
  stub('navigator', { storage: { estimate: () => Promise.resolve({ quota: 5_000_000 }) } });
  for (const [what, value, works] of [
    ['it keeps', storage, true],
    ['it throws', { ...storage, setItem: () => { throw new Error('full'); } }, false],
    ['it forgets', { ...storage, setItem: () => {} }, false],
    ['there is none', undefined, false],
  ]) {
    stub('localStorage', value);
    const found = await probe({ storage: true });
    assert.deepEqual(found.storage, { works, quota: 5_000_000 }, what);
    assert.equal(found.facts.storage_works, works);
    assert.equal(entries.size, 0);
  }
});

test('it can be ended, and says what was asked wrongly', async () => {
  answer = () => {};
  const stop = new AbortController();
  later(50, () => stop.abort(new Error('the page is gone')));
  await assert.rejects(probe({ url, signal: stop.signal }), /the page is gone/);
  await assert.rejects(probe({ signal: AbortSignal.abort(new Error('before')) }), /before/);
  const wrong = (code) => (error) => error instanceof PrecheckError && error.code === code && error.help !== '';
  await assert.rejects(probe({ url: 'http://' }), wrong('probe-url'));
  await assert.rejects(probe({ timeout: 'soon' }), wrong('probe-timeout'));
});

test('what was measured becomes facts of the scenario that declares them', async () => {
  const engine = await load({ bundle: await bundle('public'), keys: await keys(), today: '2026-11-22' });
  const policy = engine.policy('en');
  const measured = { browser_supported: false, network: 'offline', clock: 'wrong', latency_ms: 90, storage_works: true };
  const facts = factsFor(policy, 'link-activation', measured);
  assert.deepEqual(facts, { browser_supported: false, network: 'offline', clock: 'wrong' });
  assert.deepEqual(factsFor(policy, 'checkout', measured), { browser_supported: false });
  assert.deepEqual(factsFor(policy, 'activation', measured), {}, 'a scenario without any');
  assert.deepEqual(factsFor(policy, 'link-activation', { network: 'magic', clock: 1 }), {}, 'of another kind');
  const own = [{ name: 'latency_ms', kind: 'integer', min: 0, max: 50, asked: false, codes: [] }];
  assert.deepEqual(factsFor({ scenarios: [{ name: 's', facts: own }] }, 's', measured), { latency_ms: 50 });

  const early = (await cases()).find(({ name }) => name === 'link-activation/before-the-code');
  const application = { ...early.application, facts: { ...early.application.facts, ...facts } };
  const { outcome } = engine.assess(application, 'en');
  const codes = outcome.reasons.map(({ code }) => code);
  assert.equal(outcome.status, 'would-fail');
  assert.deepEqual(codes.sort(), ['BROWSER-OLD', 'CLOCK-WRONG', 'NETWORK-OFFLINE']);
});
