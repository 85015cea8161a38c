// The command of the package: case files and their results, and what it ends with.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { entry, options, PACKAGE, TODAY } from '../lib/package.mjs';

const { findCases, loadAll, readCase, runCase, scenario, updated } = await entry('testing.js');
const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BUNDLES = ['public', 'server'].map((audience) => join(ROOT, `dist/policies/baitiao.${audience}.bundle`));
const KEYS = join(ROOT, 'dist/keys/development.pub');
const GIVEN = [...BUNDLES.flatMap((file) => ['--bundle', file]), '--keys', KEYS, '--today', TODAY];
const run = promisify(execFile);
let folder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'precheck-cases-'));
  await mkdir(join(folder, 'cases/closure'), { recursive: true });
  await copyFile(join(ROOT, 'tests/scenarios/closure/balance-open.md'), join(folder, 'cases/closure/balance-open.md'));
});
after(() => rm(folder, { recursive: true }));

/** How the command ends. */
async function command(...words) {
  const { code = 0, stdout, stderr } = await run(process.execPath, [join(PACKAGE, 'cli.js'), ...words], {
    cwd: folder,
    maxBuffer: 1 << 24,
  }).catch((error) => error);
  return { code, stdout, stderr };
}

const good = () => readFile(join(folder, 'cases/closure/balance-open.md'), 'utf8');
const put = (name, text) => writeFile(join(folder, 'cases', name), text);

test('every case of the sample passes, and rules that the native command counts are left to it', async () => {
  const { code, stdout } = await command('test', join(ROOT, 'tests/scenarios/**/*.md'), ...GIVEN);
  assert.equal(code, 0, stdout.slice(-500));
  const native = await run(process.env.PRECHECK_BIN, ['test', '--policy', 'policies/baitiao', 'tests/scenarios', '--json'], { cwd: ROOT, maxBuffer: 1 << 24 });
  const { cases } = JSON.parse(native.stdout);
  assert.match(stdout, new RegExp(`\\n${cases.length} cases: ${cases.length} passed, 0 failed\\n`));
  assert.match(stdout, /\nreasons +\d+ of \d+\n( {2}never {2}[A-Z-]+\n)*/);
  assert.deepEqual(
    [...stdout.matchAll(/^PASS (.*)$/gm)].map((match) => match[1]).sort(),
    cases.map(({ name }) => name).sort(),
  );
});

test('what differs is shown in its line, and written when that is asked for', async () => {
  const right = await good();
  const wrong = right.replace(/^decisions.*$/m, 'decisions      = ["approve"]');
  assert.notEqual(wrong, right);
  await put('wrong.md', wrong);
  const failed = await command('test', 'cases/wrong.md', ...GIVEN);
  assert.equal(failed.code, 1);
  const line = right.slice(0, right.indexOf('```expect')).split('\n').length;
  assert.match(failed.stdout, new RegExp(`^FAIL cases/wrong\n {2}cases/wrong\\.md:${line}\n {2}- expected {2}decisions +=`, 'm'));
  assert.match(failed.stdout, /^ {2}\+ actual {4}decisions +=/m);
  const native = await run(process.env.PRECHECK_BIN, ['test', '--policy', join(ROOT, 'policies/baitiao'), 'cases/wrong.md'], { cwd: folder }).catch((error) => error);
  const differing = (text) => text.split('\n').filter((one) => /^ {2}[-+] /.test(one));
  assert.deepEqual(differing(failed.stdout), differing(native.stdout), 'as the native command shows it');
  const done = await command('test', 'cases/wrong.md', ...GIVEN, '--update');
  assert.deepEqual([done.code, /1 updated, 0 failed/.test(done.stdout)], [0, true]);
  assert.equal(await readFile(join(folder, 'cases/wrong.md'), 'utf8'), right, 'in the words of the native command');
});

test('a file that is no case says where', async () => {
  const right = await good();
  for (const [name, text, code] of [
    ['no-block', '# Nothing here\n', 'block-missing'],
    ['open', right.slice(0, right.lastIndexOf('```')), 'block-open'],
    ['twice', `${right}\n\`\`\`case\n\`\`\`\n`, 'block-duplicate'],
    ['toml', right.replace('bundle ', 'bundle = = '), 'toml-malformed'],
    ['key', right.replace('bundle ', 'shoe = 1\nbundle '), 'key-unknown'],
    ['audience', right.replace(/bundle.*/, 'bundle = "everybody"'), 'word-unknown'],
    ['fact', right.replace('[facts]', '[facts]\nincom = 1'), 'fact-unknown'],
  ]) {
    await put(`${name}.md`, text);
    const { code: ending, stdout } = await command('test', `cases/${name}.md`, ...GIVEN);
    assert.equal(ending, 1, name);
    assert.match(stdout, new RegExp(`\\(${code}\\)`), name);
    await rm(join(folder, 'cases', `${name}.md`));
  }
});

test('the bundle that a case needs has to be there', async () => {
  const { code, stdout } = await command('test', 'cases', '--bundle', BUNDLES[0], '--keys', KEYS, '--today', TODAY);
  assert.equal(code, 1);
  assert.match(stdout, /\(bundle-missing\)/);
});

test('TAP and JUnit are what their readers expect', async () => {
  await put('a & "b".md', (await good()).replace(/^decisions.*$/m, 'decisions      = ["approve"]'));
  const tap = await command('test', 'cases/**/*.md', ...GIVEN, '--reporter', 'tap');
  assert.equal(tap.code, 1);
  assert.match(tap.stdout, /^TAP version 14\n1\.\.3\nnot ok 1 - cases\/a & "b"\n {2}---\n {2}at: ".*"\n {2}differences: \|\n( {4}.*\n)+ {2}\.\.\.\nok 2 - /);
  const junit = await command('test', 'cases/**/*.md', ...GIVEN, '--reporter', 'junit');
  assert.equal(junit.code, 1);
  assert.match(junit.stdout, /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites tests="3" failures="1">/);
  assert.match(junit.stdout, /name="cases\/a &#38; &#34;b&#34;"/);
  assert.doesNotMatch(junit.stdout, /&(?!#\d+;)/);
  await rm(join(folder, 'cases/a & "b".md'));
});

test('wrong use is 2, and says what to write', async () => {
  for (const words of [
    [],
    ['tset'],
    ['test', ...GIVEN],
    ['test', 'cases', '--keys', KEYS],
    ['test', 'cases', '--bundle', BUNDLES[0]],
    ['test', 'nowhere/*.md', ...GIVEN],
    ['test', 'cases', ...GIVEN, '--reporter', 'html'],
    ['test', 'cases', ...GIVEN, '--colour'],
    ['test', 'cases', '--bundle', 'nowhere.bundle', '--keys', KEYS],
    ['test', 'cases', '--bundle', KEYS, '--keys', KEYS],
    ['test', 'cases', '--bundle', BUNDLES[0], '--keys', 'nowhere.pub'],
    ['types', ...GIVEN.slice(4)],
  ]) {
    const { code, stdout, stderr } = await command(...words);
    assert.deepEqual([code, stdout], [2, ''], words.join(' '));
    assert.match(stderr, /^precheck: .*\n {2}/, words.join(' '));
    assert.doesNotMatch(stderr, /\n {4}at /, 'no stack');
  }
  for (const words of [['--help'], ['help'], ['--version']]) assert.equal((await command(...words)).code, 0);
});

test('cases are tests of any runner', async () => {
  const text = (await good()).replace(/^decisions.*$/m, 'decisions      = ["approve"]');
  await put('fails.md', text);
  const file = join(folder, 'cases.test.mjs');
  const trusted = JSON.stringify((await options()).keys);
  const given = `cases: 'cases/**/*.md', bundle: ${JSON.stringify(BUNDLES)}, keys: ${trusted}, today: '${TODAY}'`;
  const { href } = pathToFileURL(join(PACKAGE, 'testing.js'));
  await writeFile(file, `import test from 'node:test';\nimport { scenario } from '${href}';\nawait scenario(test, { ${given} });\n`);
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const ran = await run(process.execPath, ['--test', '--test-reporter=tap', file], { cwd: folder, env }).catch((error) => error);
  assert.equal(ran.code, 1);
  assert.match(ran.stdout, /^# pass 2$/m);
  assert.match(ran.stdout, /^# fail 1$/m);
  assert.match(ran.stdout, /- expected {2}decisions/);
  // Another runner's `test` is as good.
  const made = [];
  const own = { bundle: BUNDLES, keys: (await options()).keys, today: TODAY };
  await scenario((name, work) => made.push([name, work]), { ...own, cases: join(folder, 'cases/closure') });
  assert.equal(made.length, 1);
  await made[0][1]();
  await assert.rejects(scenario(() => {}, { ...own, cases: 'nowhere' }), { code: 'cases-missing' });
});

test('the parts are there for runners of one’s own', async () => {
  const engines = await loadAll({ bundle: BUNDLES, keys: (await options()).keys, today: TODAY });
  assert.deepEqual(Object.keys(engines).sort(), ['public', 'server']);
  const [file] = await findCases([join(folder, 'cases/closure')]);
  const one = readCase(await readFile(file, 'utf8'), file);
  const ran = runCase(one, engines[one.bundle]);
  assert.ok(ran.passed);
  assert.equal(updated(one, ran.actual), one.text);
});
