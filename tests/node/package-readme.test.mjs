// The README of the package: its snippets run as they stand, its sizes are those of the files, its errors those that there
// are. UPDATE_README=1 writes the sizes.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mkdtemp, rm } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { install } from '../lib/examples.mjs';
import { PACKAGE } from '../lib/package.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const README = join(ROOT, 'pkg-config/README.md');
const readme = await readFile(README, 'utf8');
const run = promisify(execFile);
let folder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'precheck-readme-'));
  const tarball = (await readdir(join(PACKAGE, '..'))).find((name) => name.endsWith('.tgz'));
  await install(folder, join(PACKAGE, '..', tarball), ['node-esm']);
});
after(() => rm(folder, { recursive: true, force: true }));

const block = (name) => new RegExp(`<!-- ${name} -->\\n([^]*?)<!-- /${name} -->`).exec(readme)[1];
const rows = (name) => block(name).split('\n').slice(2).filter(Boolean).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));

test('the promise about privacy comes first', () => {
  assert.match(readme, /^# @precheck\/core\n\n\*\*Nothing leaves the device\.\*\*/);
});

test('JavaScript prints what its comments say', async () => {
  const snippets = [...readme.matchAll(/^```js\n([^]*?)^```/gm)].map((match) => match[1]);
  assert.ok(snippets.length >= 3);
  // One after the other, as they are read; what one imports the next ones use.
  const imports = new Map();
  const lines = snippets.join('').replace(/^import \{ (.*) \} from '(.*)';$/gm, (_, names, from) => {
    imports.set(from, new Set([...(imports.get(from) ?? []), ...names.split(', ')]));
    return '';
  });
  const head = [...imports].map(([from, names]) => `import { ${[...names].join(', ')} } from '${from}';`);
  const text = [...head, "const keys = readFileSync('trusted.pub', 'utf8');", lines].join('\n');
  await writeFile(join(folder, 'node-esm/readme.mjs'), text);
  const { stdout } = await run(process.execPath, ['readme.mjs'], { cwd: join(folder, 'node-esm') });
  const expected = [...text.matchAll(/\/\/ → (.*)$/gm)].map((match) => match[1]);
  assert.ok(expected.length >= 6);
  assert.deepEqual(stdout.trimEnd().split('\n'), expected);
});

test('five lines and eight lines are as many', () => {
  const first = (language) => new RegExp(`^\`\`\`${language}\\n([^]*?)\`\`\``, 'm').exec(readme)[1].trimEnd().split('\n').length;
  assert.equal(first('js'), 5);
  assert.equal(first('html'), 8);
});

/** What the table of sizes has to say. */
async function sizes() {
  const options = { bundle: true, minify: true, write: false, format: 'esm', target: 'es2022' };
  const loader = await build({ ...options, stdin: { contents: "export { load } from './index.js';", resolveDir: PACKAGE } });
  const element = await build({ ...options, entryPoints: [join(PACKAGE, 'element.js')], external: ['./index.js', './day.js'] });
  const file = (name) => readFile(join(PACKAGE, name));
  const all = [
    ['loader and glue, bundled', loader.outputFiles[0].contents],
    ...(await Promise.all(['core.wasm', 'core.legacy.wasm', 'core.inline.js', 'js.js'].map(async (name) => [`\`${name}\``, await file(name)]))),
    ['`element.js`, besides the loader', element.outputFiles[0].contents],
  ];
  return all.map(([name, bytes]) => [name, gzipSync(bytes, { level: 9 }).length, brotliCompressSync(bytes).length]);
}

test('the sizes are those of the files', async () => {
  const measured = await sizes();
  const shown = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
  if (process.env.UPDATE_README) {
    const lines = measured.map(([name, gzip, brotli]) => `| ${name} | ${shown(gzip)} | ${shown(brotli)} |`);
    const table = ['| what a page fetches | gzip | brotli |', '|---|---|---|', ...lines, ''].join('\n');
    await writeFile(README, readme.replace(block('sizes'), table));
    return;
  }
  const told = rows('sizes');
  assert.deepEqual(told.map(([name]) => name), measured.map(([name]) => name));
  for (const [place, [name, ...bytes]] of measured.entries()) {
    for (const [column, size] of bytes.entries()) {
      const said = Number.parseFloat(told[place][column + 1]) * 1000;
      // Another compiler makes a little difference; whoever reads the table does not mind two percent.
      assert.ok(Math.abs(said - size) <= Math.max(size * 0.02, 100), `${name}: ${told[place][column + 1]}, and it is ${shown(size)}; UPDATE_README=1 writes it`);
    }
  }
});

/** All matches of a pattern in the files of folders. */
async function found(folders, extension, pattern) {
  const all = new Set();
  for (const place of folders) {
    for (const name of await readdir(join(ROOT, place), { recursive: true })) {
      if (!name.endsWith(extension) || /(^|\/)(examples|build|tests?)(\/|\.)/.test(name)) continue;
      const text = await readFile(join(ROOT, place, name), 'utf8');
      for (const match of text.matchAll(pattern)) all.add(match[1]);
    }
  }
  return all;
}

test('the table of errors has every code, and none that there is not', async () => {
  const told = new Map(rows('errors').flatMap(([codes, classes]) => [...codes.matchAll(/`([\w-]+)`/g)].map(([, code]) => [code, classes])));
  const engine = await found(
    ['src/policy', 'src/validate', 'src/recourse', 'src/wasm'],
    '.rs',
    /"((?:bundle|key|keys|fact|facts|field|wish|scenario|application|locale|kind|day|audience)-[a-z-]+)"/g,
  );
  const own = await found(['pkg-config'], '.js', /(?:new \w*Error|wrong|malformed)\([^'()]*'([a-z]+-[a-z-]+)'/g);
  own.add('engine-failed'); // What a worker makes of an error without a code.
  for (const what of ['wasm', 'bundle']) own.add(`${what}-unavailable`);
  const all = [...new Set([...engine, ...own])].sort();
  assert.ok(engine.size > 30 && own.size > 15, `${engine.size} ${own.size}`);
  assert.deepEqual([...told.keys()].sort(), all);
});

test('the reference has everything that is declared', async () => {
  const reference = await readFile(join(PACKAGE, 'API.md'), 'utf8');
  for (const name of ['index', 'answers', 'probe', 'worker', 'element', 'testing']) {
    const text = await readFile(join(PACKAGE, `${name}.d.ts`), 'utf8');
    for (const [, declared] of text.matchAll(/^export (?:declare )?(?:class|interface|function|const|type) (\w+)/gm)) {
      assert.ok(reference.includes(`### \`${declared}\``), declared);
    }
  }
  // A block that swallowed the next one would hold it.
  assert.doesNotMatch(reference, /^export /m);
  assert.equal(reference.split('```ts').length, reference.split(/^```$/m).length);
});
