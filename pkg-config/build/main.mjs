// Puts the package together: `node pkg-config/build/main.mjs WORK OUTPUT VERSION`. WORK holds what the compiler, wasm-bindgen
// and binaryen made, OUTPUT what is shipped; `cargo xtask build package` calls it.
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { bundle } from './bundle.mjs';
import { asFunction, glue } from './glue.mjs';
import { reference } from './reference.mjs';

const [version] = process.argv.slice(4);
const [work, output] = process.argv.slice(2, 4).map((path) => resolve(path));
const here = fileURLToPath(new URL('..', import.meta.url));

/** Engines of before 2021, and JavaScript instead of WebAssembly: modules and `async` are what they have to know. */
const OLD = 'es2017';
/** Mini-programs: WXWebAssembly itself came with engines that know this. */
const MINI = 'es2015';
const NEW = 'es2022';

const read = (...path) => readFile(join(...path), 'utf8');
const made = (name, text) => writeFile(join(output, name), text);
const sri = (bytes) => `sha384-${createHash('sha384').update(bytes).digest('base64')}`;

const manifest = JSON.parse(await read(here, 'package.json'));
if (manifest.version !== version) {
  throw new Error(`pkg-config/package.json has version ${manifest.version}, the workspace has ${version}; make them the same`);
}

// What is written by hand.
const shipped = (await readdir(here)).filter((name) => /\.(js|d\.ts)$|^package\.json$|^README\.md$|schema\.json$/.test(name));
await Promise.all(shipped.map((name) => copyFile(join(here, name), join(output, name))));

// What is made.
await mkdir(join(output, 'miniprogram'), { recursive: true });
for (const name of ['core.legacy.wasm', 'miniprogram/core.wasm']) await copyFile(join(work, 'old.wasm'), join(output, name));
await made('miniprogram/package.json', '{ "type": "commonjs" }\n');
const core = await readFile(join(output, 'core.wasm'));
const generated = { new: await read(work, 'new/precheck.js'), old: await read(work, 'old/precheck.js') };
await made('glue.js', await glue(generated.new, { target: NEW }));
await writeFile(join(work, 'glue.old.js'), await glue(generated.old, { target: MINI }));
await writeFile(join(work, 'core.old.js'), await asFunction(await read(work, 'old.js'), { target: MINI }));
await made('core.inline.js', `// The module in base64.\nexport const base64 =\n  '${core.toString('base64')}';\n`);
await made(
  'about.js',
  `// Generated: which version this is.\nexport const VERSION = '${version}';\nexport const INTEGRITY = '${sri(core)}';\n`,
);

const from = (name) => join(here, 'entries', name);
const old = { './glue.js': join(work, 'glue.old.js'), './core.old.js': join(work, 'core.old.js'), './about.js': join(output, 'about.js') };
const parts = [
  { entry: from('legacy.js'), to: 'legacy.js', format: 'esm', target: OLD, replace: old, isOld: true },
  { entry: from('js.js'), to: 'js.js', format: 'esm', target: OLD, replace: old, isOld: true },
  { entry: from('mini-program.js'), to: 'miniprogram/index.js', format: 'cjs', target: MINI, replace: old, isOld: true },
  { entry: from('element.js'), to: 'element.js', format: 'esm', target: NEW, keep: { './index.js': './index.js', './day.js': './day.js' } },
  { entry: from('testing.js'), to: 'testing.js', format: 'esm', target: NEW, platform: 'node', keep: { './node.js': './node.js' } },
  { entry: from('cli.js'), to: 'cli.js', format: 'esm', target: NEW, platform: 'node', keep: { './node.js': './node.js', './entries/testing.js': './testing.js' } },
];
for (const part of parts) await bundle({ ...part, to: join(output, part.to), home: here });

const names = (await readdir(output)).filter((name) => /\.(js|wasm)$/.test(name) && name !== 'cli.js').sort();
const hashes = await Promise.all(names.map(async (name) => [name, sri(await readFile(join(output, name)))]));
await made('integrity.json', `${JSON.stringify(Object.fromEntries(hashes), null, 2)}\n`);

const DECLARED = {
  '@precheck/core': 'index',
  'What it answers': 'answers',
  '@precheck/core/probe': 'probe',
  '@precheck/core/worker': 'worker',
  '@precheck/core/element': 'element',
  '@precheck/core/testing': 'testing',
};
const declared = Object.entries(DECLARED).map(async ([heading, name]) => [heading, await read(here, `${name}.d.ts`)]);
await made('API.md', reference(await Promise.all(declared)));

// What the manifest promises has to be there.
const promised = JSON.stringify([manifest.exports, manifest.bin]).match(/(?<=")(\.\/)?[a-z][\w./-]*\.(js|ts|wasm|json)(?=")/g);
const there = new Set(await readdir(output));
const missing = promised.map((name) => name.replace('./', '')).filter((name) => !there.has(name));
if (missing.length > 0) throw new Error(`pkg-config/package.json names what is not built: ${missing.join(', ')}`);
