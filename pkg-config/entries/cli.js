#!/usr/bin/env node
// The command of the package: case files and types, on the WASM build. For everything else there is the native `precheck`.
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';

import { PrecheckError, VERSION } from '../node.js';
import { Coverage } from './coverage.js';
import { REPORTERS } from './reporters.js';
import { differences, engineFor, findCases, loadAll, readCase, runCase, updateCase } from './testing.js';
import { typesOf } from './types.js';

const HELP = `precheck ${VERSION}, the command of the npm package @precheck/core

  precheck test PATTERN… --bundle FILE --keys FILE   run case files, print what differs and what no case reaches
  precheck types FILE --keys FILE                    write TypeScript with the names that a bundle has

  --bundle FILE      a bundle, public or server; may be given twice
  --keys FILE        the keys that may sign it: the .pub file that \`precheck key new\` has written; may be repeated
  --today DAY        the day by which the bundle has to be valid; today in Shanghai without it
  --reporter NAME    spec, tap or junit; spec without it
  --update           write what the policy gives into the cases that expect something else
  --coverage         list everything with the number of its cases
  --name NAME        of the type; after the pack without it
  --out FILE         where the types go; standard output without it

Exit codes: 0 fine, 1 a case failed, 2 wrong use.
`;

const OPTIONS = {
  bundle: { type: 'string', multiple: true, default: [] },
  keys: { type: 'string', multiple: true, default: [] },
  today: { type: 'string' },
  reporter: { type: 'string', default: 'spec' },
  update: { type: 'boolean', default: false },
  coverage: { type: 'boolean', default: false },
  name: { type: 'string' },
  out: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
  version: { type: 'boolean', short: 'V', default: false },
};

/** Wrong use: exit code 2. */
class Usage extends Error {}

/** Why a file or the policy could not be read. */
const problemsOf = (error) => (error.problems.length > 0 ? error.problems : [{ at: '', code: error.code, text: error.message }]);

async function one(file, engines, coverage, isUpdate) {
  let found;
  try {
    found = readCase(await readFile(file, 'utf8'), file);
    const ran = runCase(found, engineFor(found, engines));
    coverage.count(found, ran.outcome);
    if (ran.passed) return { name: found.name, file, line: found.line, status: 'passed', lines: [] };
    if (isUpdate) await updateCase(found, ran.actual);
    return { name: found.name, file, line: found.line, status: isUpdate ? 'updated' : 'failed', lines: differences(ran) };
  } catch (error) {
    if (!(error instanceof PrecheckError)) throw error;
    const lines = problemsOf(error).map(({ at, code, text }) => `${at}: ${text} (${code})`);
    return { name: found?.name ?? file, file, line: found?.line ?? 1, status: 'faulty', lines };
  }
}

async function test(patterns, options) {
  const reporter = REPORTERS[options.reporter];
  if (!reporter) throw new Usage(`no reporter \`${options.reporter}\`: write one of ${Object.keys(REPORTERS).join(', ')}`);
  if (patterns.length === 0) throw new Usage("name case files, folders of them, or patterns such as 'cases/**/*.md'");
  if (options.bundle.length === 0) throw new Usage('name the bundle to run them on: --bundle FILE');
  const files = await findCases(patterns);
  if (files.length === 0) throw new Usage(`no case files match ${patterns.join(' ')}`);
  const engines = await loadAll({ bundle: options.bundle, ...(await trusted(options)) });
  const coverage = new Coverage(engines);
  const all = [];
  for (const file of files) all.push(await one(file, engines, coverage, options.update));
  process.stdout.write(reporter({ all, coverage: coverage.report(options.coverage), color: process.stdout.isTTY && !process.env.NO_COLOR }));
  return all.some(({ status }) => status === 'failed' || status === 'faulty') ? 1 : 0;
}

async function trusted({ keys, today }) {
  if (keys.length === 0) throw new Usage('say whose signature counts: --keys FILE');
  const texts = await Promise.all(keys.map((file) => readFile(file, 'utf8')));
  return today === undefined ? { keys: texts } : { keys: texts, today };
}

async function types([bundle, ...more], options) {
  if (!bundle || more.length > 0) throw new Usage('name one bundle');
  const engines = await loadAll({ bundle, ...(await trusted(options)) });
  const text = typesOf(Object.values(engines)[0], options.name);
  if (options.out) await writeFile(options.out, text);
  else process.stdout.write(text);
  return 0;
}

async function run() {
  let parsed;
  try {
    parsed = parseArgs({ options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new Usage(error.message);
  }
  const { values, positionals } = parsed;
  const [command, ...rest] = positionals;
  if (values.version) {
    process.stdout.write(`${VERSION}\n`);
    return 0;
  }
  if (values.help || command === 'help') {
    process.stdout.write(HELP);
    return 0;
  }
  if (command === 'test') return test(rest, values);
  if (command === 'types') return types(rest, values);
  throw new Usage(command ? `there is no command \`${command}\`` : 'say what to do');
}

try {
  process.exitCode = await run();
} catch (error) {
  const isUse = error instanceof Usage || error instanceof PrecheckError || error.code === 'ENOENT';
  if (!isUse) throw error;
  const code = error.code ? ` (${error.code})` : '';
  const help = error.help ? `\n  what to do: ${error.help}` : '\n  `precheck --help` says more';
  process.stderr.write(`precheck: ${error.message}${code}${help}\n`);
  process.exitCode = 2;
}
