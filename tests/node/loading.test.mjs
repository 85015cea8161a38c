// How the engine and a policy arrive: from every source, checked, once, and given up when somebody says so.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { entry, options, PACKAGE } from '../lib/package.mjs';

const { INTEGRITY, LoadError, load: loadInNode, loadSync } = await entry('node.js');
// The entry of browsers runs in Node too, as far as it fetches.
const { load } = await entry('index.js');
const CORE = `${PACKAGE}/core.wasm`;
const core = await readFile(CORE);
const APPLICATION = { scenario: 'activation', as_of: '2026-11-22', facts: { monthly_income: 150_000 } };
const works = (precheck) => assert.equal(precheck.assess(APPLICATION, 'en').outcome.status, 'would-fail');

let requests = [];
let origin;
/** Serves the module with the type in the path; `/hang/…` never ends, `/gone/…` is not there. */
const server = createServer((request, response) => {
  const [, how, ...type] = request.url.split('/');
  requests.push(request.url);
  if (how === 'gone') response.writeHead(404).end();
  if (how === 'wasm') response.writeHead(200, { 'Content-Type': decodeURIComponent(type[0]) }).end(core);
});
before(async () => {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${server.address().port}`;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

test('the module is compiled as it streams, and from its bytes where the type is wrong', async (t) => {
  const streamed = t.mock.method(WebAssembly, 'compileStreaming');
  for (const [type, times] of [
    ['application/wasm', 1],
    ['Application/Wasm', 0],
    ['application/wasm; charset=utf-8', 0],
    ['application/octet-stream', 0],
    ['text/html', 0],
  ]) {
    streamed.mock.resetCalls();
    works(await load({ ...(await options()), wasm: `${origin}/wasm/${encodeURIComponent(type)}/${times}` }));
    assert.equal(streamed.mock.callCount(), times, type);
  }
});

test('a source is fetched once, and after a failure again', async () => {
  requests = [];
  const wasm = `${origin}/wasm/application%2Fwasm/once`;
  const all = await Promise.all([1, 2, 3].map(async () => load({ ...(await options()), wasm })));
  works(await load({ ...(await options()), wasm: new URL(wasm) }));
  assert.equal(requests.length, 1);
  // Each has a policy of its own.
  all[0].free();
  works(all[1]);
  const gone = { ...(await options()), wasm: `${origin}/gone` };
  for (let attempt = 2; attempt < 4; attempt += 1) {
    await assert.rejects(load(gone), (error) => error instanceof LoadError && error.code === 'wasm-unavailable' && error.help !== '');
    assert.equal(requests.length, attempt);
  }
});

test('every kind of source is taken', async () => {
  const { bundle, ...rest } = await options();
  const buffer = core.buffer.slice(core.byteOffset, core.byteOffset + core.length);
  const within = new Uint8Array(core.length + 2).fill(1);
  within.set(core, 1);
  for (const [wasm, why] of [
    [core, 'a view'],
    [buffer, 'a buffer'],
    [within.subarray(1, -1), 'a view in the middle of a buffer'],
    [Promise.resolve(core), 'a promise'],
    [new Response(core), 'a response'],
    [new WebAssembly.Module(core), 'a module'],
    [pathToFileURL(CORE), 'a file, in Node'],
    [CORE, 'a path, in Node'],
    [undefined, 'nothing'],
  ]) {
    works(await loadInNode({ ...rest, bundle, ...(wasm && { wasm }) }).catch((error) => assert.fail(`${why}: ${error}`)));
  }
  for (const source of [new Response(bundle), Promise.resolve(bundle), new DataView(bundle.buffer, bundle.byteOffset, bundle.length)]) {
    works(await loadInNode({ ...rest, bundle: source }));
  }
  works(await loadInNode({ ...rest, bundle: 'dist/policies/baitiao.public.bundle' }));
  for (const source of [undefined, null, 7, {}, 'dist/nowhere']) {
    await assert.rejects(loadInNode({ ...rest, bundle: source }), { name: 'LoadError', code: 'bundle-unavailable' }, `${source}`);
  }
});

test('without waiting it works from bytes and modules', async () => {
  const given = await options();
  works(loadSync(given));
  works(loadSync({ ...given, wasm: core }));
  works(loadSync({ ...given, wasm: new WebAssembly.Module(core) }));
  assert.throws(() => loadSync({ ...given, bundle: 'policy.bundle' }), { name: 'LoadError', code: 'bundle-unavailable' });
  assert.throws(() => loadSync({ ...given, wasm: core.subarray(1) }), { name: 'LoadError', code: 'wasm-unavailable' });
  const { loadSync: inBrowser } = await entry('index.js');
  assert.throws(() => inBrowser(given), { code: 'wasm-unavailable' });
});

test('a module whose hash is not the one that was asked for is refused', async () => {
  const hash = (kind, bytes = core) => `${kind}-${createHash(kind).update(bytes).digest('base64')}`;
  assert.equal(INTEGRITY, hash('sha384'));
  const listed = JSON.parse(await readFile(`${PACKAGE}/integrity.json`, 'utf8'));
  for (const [name, value] of Object.entries(listed)) {
    assert.equal(value, hash('sha384', await readFile(`${PACKAGE}/${name}`)), name);
  }
  assert.equal(listed['core.wasm'], INTEGRITY);
  const other = hash('sha384', core.subarray(1));
  const given = await options();
  for (const [integrity, code, why] of [
    [INTEGRITY, null, 'the right one'],
    [`${other} ${INTEGRITY}`, null, 'one of two'],
    [hash('sha256'), null, 'a weaker kind'],
    [hash('sha512').replaceAll('+', '-').replaceAll('/', '_'), null, 'the other base64'],
    [`${hash('sha256')} ${other}`, 'integrity-mismatch', 'the strongest kind counts alone'],
    [other, 'integrity-mismatch', 'of another file'],
    [hash('md5'), 'integrity-malformed', 'a kind that proves nothing'],
    ['sha384-', 'integrity-malformed', 'no hash'],
  ]) {
    for (const wasm of [core, `${origin}/wasm/application%2Fwasm/sri`]) {
      const loading = load({ ...given, wasm, integrity });
      // What was loaded for another hash does not count.
      if (code) await assert.rejects(loading, { name: 'LoadError', code }, why);
      else works(await loading);
    }
  }
  const module = new WebAssembly.Module(core);
  await assert.rejects(load({ ...given, wasm: module, integrity: INTEGRITY }), { code: 'integrity-unchecked' });
});

test('a signal ends it with its reason', async () => {
  const given = await options();
  const reason = new Error('gone elsewhere');
  await assert.rejects(load({ ...given, wasm: core, signal: AbortSignal.abort(reason) }), (error) => error === reason);
  for (const hanging of [{ wasm: `${origin}/hang/1` }, { wasm: core, bundle: `${origin}/hang/2` }]) {
    const controller = new AbortController();
    const loading = load({ ...given, ...hanging, signal: controller.signal });
    setTimeout(() => controller.abort(reason), 20);
    await assert.rejects(loading, (error) => error === reason);
  }
  works(await load({ ...given, wasm: core, signal: new AbortController().signal }));
});
