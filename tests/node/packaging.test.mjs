// The package as registries, bundlers and servers meet it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { parse } from 'acorn';
import { build } from 'esbuild';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { entry, PACKAGE } from '../lib/package.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);
const manifest = JSON.parse(await readFile(`${PACKAGE}/package.json`, 'utf8'));
let folder;

before(async () => {
  folder = await mkdtemp(join(ROOT, 'dist/packaging-'));
  const place = join(folder, 'node_modules/@precheck/core');
  await mkdir(dirname(place), { recursive: true });
  await symlink(resolve(PACKAGE), place, 'dir');
});
after(() => rm(folder, { recursive: true, force: true }));

/** What a bundler makes of a module for a page. */
async function bundled(source, conditions = ['browser']) {
  const result = await build({
    stdin: { contents: source, resolveDir: folder },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    conditions,
    metafile: true,
    logLevel: 'silent',
  });
  const inputs = Object.entries(Object.values(result.metafile.outputs)[0].inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  return { text: result.outputFiles[0].text, files: inputs.map(([file]) => file.split('/').at(-1)) };
}

test('publint finds nothing', async () => {
  const { messages } = await publint({ pkgDir: resolve(PACKAGE), level: 'suggestion', strict: true });
  assert.deepEqual(messages.map((message) => formatMessage(message, manifest, { color: false })), []);
});

test('the types resolve as the code does', async () => {
  const tarball = join(folder, 'core.tgz');
  await run('tar', ['-czf', tarball, '-C', dirname(resolve(PACKAGE)), 'package']);
  const words = [join(ROOT, 'node_modules/@arethetypeswrong/cli/dist/index.js'), tarball, '--profile', 'esm-only', '--format', 'json', '--no-definitely-typed'];
  // Paths that are no code have no types.
  words.push('--exclude-entrypoints', ...Object.keys(manifest.exports).filter((path) => /\.(wasm|json)$/.test(path)));
  const { stdout, code = 0 } = await run(process.execPath, words, { maxBuffer: 1 << 24 }).catch((error) => error);
  const { analysis } = JSON.parse(stdout);
  // Of CommonJS it is true that it gets a module: Node loads that by `require` since 20.19.
  const wrong = analysis.problems.filter(({ kind }) => kind !== 'CJSResolvesToESM' && kind !== 'NoResolution');
  assert.deepEqual(wrong, []);
  const resolved = Object.entries(analysis.entrypoints).flatMap(([path, { resolutions }]) =>
    ['node16-esm', 'bundler'].map((kind) => [path, kind, Boolean(resolutions[kind]?.resolution), resolutions[kind]?.isWildcard ?? false]),
  );
  assert.ok(resolved.length >= 14);
  assert.deepEqual(resolved.filter(([, , isThere]) => !isThere), []);
  assert.equal(code, 0, stdout.slice(0, 500));
});

test('every condition leads to a file that is there', async () => {
  const leaves = (one) => (typeof one === 'string' ? [one] : Object.values(one).flatMap(leaves));
  const files = new Set(await readdir(PACKAGE));
  for (const path of leaves(manifest.exports)) assert.ok(files.has(path.slice(2)), path);
  assert.deepEqual(Object.keys(manifest.exports['.']), ['types', 'workerd', 'node', 'browser', 'default'], 'the order is the meaning');
  for (const [condition, own] of [['browser', 'index.js'], ['workerd', 'workerd.js'], ['node', 'node.js']]) {
    const { files: used } = await bundled("export { load } from '@precheck/core'", [condition]).catch(({ errors }) => ({
      // A page's bundler has neither Node's modules nor a way to compile WebAssembly ahead.
      files: errors.map(({ location }) => location.file.split('/').at(-1)),
    }));
    assert.ok(used.includes(own), `${condition}: ${used}`);
  }
});

test('a page pays for what it uses', async () => {
  for (const [source, without, within] of [
    ["export { factsFor } from '@precheck/core'", ['glue.js', 'engine.js', 'load.js', 'form.js', 'explain.js'], ['probe.js']],
    ["export { unpackField } from '@precheck/core'", ['glue.js', 'engine.js', 'probe.js', 'what-if.js'], ['fields.js']],
    ["export { load } from '@precheck/core'", ['form.js', 'explain.js', 'probe.js', 'node.js'], ['glue.js', 'load.js']],
    ["import '@precheck/core'", ['glue.js', 'engine.js', 'index.js', 'probe.js'], []],
  ]) {
    const { files } = await bundled(source);
    for (const file of without) assert.ok(!files.includes(file), `${source}: ${file}`);
    for (const file of within) assert.ok(files.includes(file), `${source}: no ${file}`);
  }
});

/** Whether a module waits outside of every function: then, as a script, it is none. */
function hasAwaitAtTop(text) {
  let found = false;
  const visit = (node) => {
    if (!node || typeof node !== 'object' || found) return;
    if (Array.isArray(node)) return node.forEach(visit);
    if (/Function/.test(node.type ?? '')) return;
    if (node.type === 'AwaitExpression' || (node.type === 'ForOfStatement' && node.await)) found = true;
    else Object.values(node).forEach(visit);
  };
  visit(parse(text, { ecmaVersion: 'latest', sourceType: 'module' }).body);
  return found;
}

test('importing touches neither the page, nor the network, nor WebAssembly', async () => {
  const script = `
    const touched = [];
    for (const name of ['WebAssembly', 'document', 'window', 'navigator', 'fetch', 'Worker', 'localStorage', 'customElements', 'addEventListener']) {
      Object.defineProperty(globalThis, name, { configurable: true, get() { touched.push(name); } });
    }
    for (const path of process.argv.slice(1)) await import(path);
    console.log(JSON.stringify(touched));`;
  const entries = ['node.js', 'index.js', 'inline.js', 'legacy.js', 'js.js', 'worker.js', 'probe.js', 'testing.js'];
  const touched = async (names) => {
    const paths = names.map((name) => pathToFileURL(join(PACKAGE, name)).href);
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script, '--', ...paths]);
    return JSON.parse(stdout);
  };
  assert.deepEqual(await touched(entries), []);
  // To define an element is what its entry is for; where there are none, as on a server, it is silent.
  assert.deepEqual(await touched(['element.js']), ['customElements']);
  for (const name of [...entries, 'element.js']) {
    assert.ok(!hasAwaitAtTop(await readFile(join(PACKAGE, name), 'utf8')), `${name} waits at its top`);
  }
});

test('nothing in it names a file that is not there', async () => {
  const { VERSION } = await entry('node.js');
  assert.equal(VERSION, manifest.version);
  const files = new Set(await readdir(PACKAGE));
  for (const name of [...files].filter((one) => /\.(js|d\.ts)$/.test(one))) {
    const text = await readFile(join(PACKAGE, name), 'utf8');
    for (const [, path] of text.matchAll(/(?:from|import|import\() ?'\.\/([\w./-]+)'/g)) {
      const there = name.endsWith('.d.ts') ? path.replace(/\.js$/, '.d.ts') : path;
      assert.ok(files.has(there), `${name}: ./${there}`);
    }
  }
});
