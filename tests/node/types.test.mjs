// The declared types are those of the answers: every answer of every case fits them, with no member that they do not
// name, and no member that they name is one that never comes.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cases } from '../lib/cases.mjs';
import { entry, options, PACKAGE } from '../lib/package.mjs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);
const { FIELD_KINDS, load } = await entry('node.js');
let folder;

before(async () => {
  await mkdir(join(ROOT, 'dist'), { recursive: true });
  folder = await mkdtemp(join(ROOT, 'dist/types-'));
  const place = join(folder, 'node_modules/@precheck/core');
  await mkdir(dirname(place), { recursive: true });
  await symlink(resolve(PACKAGE), place, 'dir');
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2022', 'dom'],
    module: 'nodenext',
    moduleResolution: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    types: [],
  };
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
});
after(() => rm(folder, { recursive: true, force: true }));

/** What the compiler says of these files; nothing when they are right. */
async function compile(files) {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const { stdout } = await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', folder]).catch((error) => error);
  await Promise.all(Object.keys(files).map((name) => rm(join(folder, name))));
  return stdout;
}

/** Members whose text is anybody's. */
const FREE = new Set(
  (
    'title text help until short headline detail limit note label question message steps moves result summary earliest ' +
    'as_of from to hash canonical suggestions requirement birth_date region pack within'
  ).split(' '),
);

/** An answer without what makes it one of many: free texts and numbers are alike, and lists have each kind of item once. */
function shape(value, at = '') {
  if (Array.isArray(value)) {
    const isPair = /\/within\/\d*$|\/within$/.test(at) && value.every((one) => typeof one !== 'object');
    const items = value.map((one) => shape(one, at));
    return isPair ? items : [...new Map(items.map((one) => [JSON.stringify(one), one])).values()];
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, shape(one, `${at}/${name}`)]));
  }
  if (typeof value === 'string') return FREE.has(at.slice(at.lastIndexOf('/') + 1)) ? 'text' : value;
  return typeof value === 'number' && !/\/format$/.test(at) ? 1 : value;
}

/** The answers of all cases, one of each shape, by the type that they have. */
async function answers() {
  const found = { Assessment: new Set(), Advice: new Set(), FieldAnswer: new Set(), PolicyView: new Set(), ReasonView: new Set() };
  const take = (type, value) => found[type].add(JSON.stringify(shape(value)));
  const all = await cases();
  for (const audience of ['public', 'server']) {
    const precheck = await load(await options(audience));
    for (const locale of ['zh-CN', 'en']) {
      take('PolicyView', precheck.policy(locale));
      for (const reason of precheck.reasons(locale)) take('ReasonView', reason);
    }
    for (const { application, bundle } of all) {
      if (bundle !== audience) continue;
      take('Assessment', precheck.assess(application, 'en'));
      take('Advice', precheck.plans(application, undefined, 'en'));
      take('Advice', precheck.plans(application, { decision: 'refer', limit: 1, margin: 1, changes: 2, days: 90 }, 'zh-CN'));
    }
  }
  const precheck = await load(await options());
  for (const kind of FIELD_KINDS) {
    for (const value of ['', '1', 'x', '11010119950315123X', '13800138000', '1380013800O', 'a@gmial.com', '林晓月']) {
      take('FieldAnswer', precheck.checkField(kind, value, '2026-11-22', 'en'));
    }
  }
  return found;
}

const found = await answers();
const policyTypes = (await run(process.execPath, [
  `${PACKAGE}/cli.js`,
  'types',
  `${ROOT}dist/policies/baitiao.public.bundle`,
  '--keys',
  `${ROOT}dist/keys/development.pub`,
  '--today',
  '2026-11-22',
])).stdout;

const declared = ([type, values], parameter = '') =>
  `export const ${type}s: ${type}${parameter}[] = [\n${[...values].join(',\n')}\n];\n`;

test('every answer of every case fits its type, and has no member beside', async () => {
  const entries = Object.entries(found);
  assert.ok(entries.every(([, values]) => values.size > 0) && found.Assessment.size > 100);
  const text = `import type { ${Object.keys(found)} } from '@precheck/core';\n${entries.map((one) => declared(one)).join('')}`;
  assert.equal(await compile({ 'answers.ts': text }), '');
  for (const [from, to, why] of [
    [/"status":"would-fail"/, '"status":"no-such"', 'a word that is not in the list'],
    [/"tight":true/, '"tight":true,"loose":1', 'a member that is not declared'],
    [/,"approve_from":1/, '', 'a member that is missing'],
  ]) {
    assert.ok(from.test(text), why);
    assert.match(await compile({ 'answers.ts': text.replace(from, to) }), /error TS/, why);
  }
});

test('no member is declared that never comes', async () => {
  const text = await readFile(`${PACKAGE}/answers.d.ts`, 'utf8');
  const names = new Set();
  const collect = (value) => {
    if (Array.isArray(value)) value.forEach(collect);
    else if (typeof value === 'object' && value !== null) {
      for (const [name, one] of Object.entries(value)) {
        names.add(name);
        collect(one);
      }
    }
  };
  for (const values of Object.values(found)) for (const one of values) collect(JSON.parse(one));
  // What is written by a caller, and what a policy other than the sample has: decimals and a narrower range of them.
  const others = 'scenarios facts fields reason state special min max margin locks ranges changes days decision limit'.split(' ');
  const known = new Set([...names, ...others, 'digits']);
  const members = [...text.matchAll(/(?:^|[{;])\s*(\w+)\??:/gm)].map((match) => match[1]);
  assert.deepEqual(members.filter((name) => !known.has(name)), []);
  assert.ok(members.length > 80);
});

test('types out of a bundle know its names, and refuse others', async () => {
  const [scenario, reason] = ['activation', [...found.ReasonView].map((one) => JSON.parse(one).code).find((code) => policyTypes.includes(`"${code}"`))];
  const use = (lines) => `import { form, load, type Application } from '@precheck/core';
import type { BaitiaoPolicy } from './policy.js';
export const precheck = await load<BaitiaoPolicy>({ bundle: 'x', keys: '' });
${lines}\n`;
  const right = use(`
const application: Application<BaitiaoPolicy> = { scenario: '${scenario}', as_of: '2026-11-22', fields: { phone: '1' }, facts: { monthly_income: 1, employment: 'employed', region: { state: 'missing' } } };
const { outcome } = precheck.assess(application);
export const code: BaitiaoPolicy['reason'] | undefined = outcome.reasons[0]?.code;
export const title: string = precheck.reason('${reason}').title;
export const packed: number = form(precheck, '${scenario}').put('monthly_income', { min: 1 });
precheck.plans(application, { locks: ['monthly_income'] });
using handle = precheck.whatIf(application);
handle.set(handle.fact('monthly_debt'), 1);`);
  assert.equal(await compile({ 'policy.ts': policyTypes, 'right.ts': right }), '');
  const public_ = declared(['Assessment', await publicShapes()], '<BaitiaoPolicy>');
  const answersOfPublic = `import type { Assessment } from '@precheck/core';\nimport type { BaitiaoPolicy } from './policy.js';\n${public_}`;
  assert.equal(await compile({ 'policy.ts': policyTypes, 'answers.ts': answersOfPublic }), '');
  for (const wrong of [
    `precheck.assess({ scenario: 'no-such', as_of: '' });`,
    `precheck.assess({ scenario: '${scenario}', as_of: '', facts: { incom: 1 } });`,
    `precheck.assess({ scenario: '${scenario}', as_of: '', facts: { employment: 'astronaut' } });`,
    `precheck.assess({ scenario: '${scenario}', as_of: '', facts: { monthly_income: { state: 'missing' } } });`,
    `precheck.reason('NO-SUCH');`,
    `form(precheck, '${scenario}').type('nickname', '');`,
    `precheck.plans({ scenario: '${scenario}', as_of: '' }, { locks: ['incom'] });`,
  ]) {
    assert.match(await compile({ 'policy.ts': policyTypes, 'wrong.ts': use(wrong) }), /wrong\.ts\(4,.*error TS/, wrong);
  }
});

async function publicShapes() {
  const precheck = await load(await options());
  const all = (await cases()).filter(({ bundle }) => bundle === 'public');
  return new Set(all.map(({ application }) => JSON.stringify(shape(precheck.assess(application, 'en')))));
}

test('every entry has its types, and what it exports', async () => {
  const entries = { '': 'node.js', '/inline': 'inline.js', '/js': 'js.js', '/legacy': 'legacy.js', '/testing': 'testing.js', '/worker': 'worker.js', '/probe': 'probe.js' };
  const lines = [];
  for (const [path, file] of Object.entries(entries)) {
    const names = Object.keys(await entry(file));
    const own = `${path.slice(1) || 'core'}`;
    lines.push(`import * as ${own} from '@precheck/core${path}';`, `export const of_${own} = [${names.map((name) => `${own}.${name}`)}];`);
  }
  assert.equal(await compile({ 'entries.ts': lines.join('\n') }), '');
});
