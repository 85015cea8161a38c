// Case files on the WASM build: reading them, running them, comparing. The files are those of `precheck test`.
import { AssertionError } from 'node:assert';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, relative } from 'node:path';

import { parse } from 'smol-toml';
import { glob } from 'tinyglobby';

import { InputError, load, PrecheckError } from '../node.js';

const LOCALES = ['zh-CN', 'en'];
/** What can be stated of an outcome, in the order of writing. */
const OUTCOME = 'status decisions if_checks_pass reasons possible checks ask fields form score limit'.split(' ');
const NOTICE = 'headline detail reasons possible note'.split(' ');
const CASE = 'bundle scenario as_of covers fields facts'.split(' ');

const malformed = (file, line, code, message, help) =>
  new InputError(code, `${file}:${line}: ${message}`, { help, problems: [{ at: `${file}:${line}`, code, text: `${message}; ${help}` }] });

/** The inside of the fence with this name: where it begins and ends, and the line of the fence. */
function block(file, text, name) {
  const fence = `\`\`\`${name}`;
  let at = 0;
  let line = 0;
  let open = null;
  let found = null;
  for (const one of text.split(/(?<=\n)/)) {
    const [start, trimmed] = [at, one.trimEnd()];
    at += one.length;
    line += 1;
    if (open && trimmed === '```') {
      if (open.isOurs) found = { start: open.start, end: start, line: open.line };
      open = null;
    } else if (!open && trimmed === fence) {
      if (found) throw malformed(file, line, 'block-duplicate', `a second \`${name}\` block`, 'a file is one case');
      open = { isOurs: true, start: at, line };
    } else if (!open && trimmed.startsWith('```')) {
      open = { isOurs: false };
    }
  }
  if (open?.isOurs) throw malformed(file, open.line, 'block-open', `the \`${name}\` block does not end`, 'end it with a line of ```');
  if (!found) throw malformed(file, 1, 'block-missing', `no \`${name}\` block`, `begin it with a line of ${fence}`);
  return { ...found, text: text.slice(found.start, found.end) };
}

function table(file, { text, line }) {
  try {
    return parse(text);
  } catch (error) {
    const at = line + (error.line ?? 1);
    throw malformed(file, at, 'toml-malformed', error.message.split('\n')[0], 'mend the TOML');
  }
}

function only(file, line, members, known) {
  const unknown = Object.keys(members).find((name) => !known.includes(name));
  if (unknown) throw malformed(file, line, 'key-unknown', `unknown key \`${unknown}\``, `write one of ${known.join(', ')}`);
}

/** What a case states, a line each, in the order of writing; empty lists and no lists are the same. */
function stated(expect) {
  const isThere = (value) => value !== undefined && !(Array.isArray(value) && value.length === 0);
  const lines = OUTCOME.filter((key) => isThere(expect[key])).map((key) => ({ locale: null, key, value: expect[key] }));
  for (const locale of LOCALES) {
    const texts = expect.notice?.[locale] ?? {};
    lines.push(...NOTICE.filter((key) => texts[key] !== undefined).map((key) => ({ locale, key, value: texts[key] })));
  }
  return lines;
}

/** Reads a case out of the text of its file. Throws an `InputError` that names the line. */
export function readCase(text, file = 'case.md') {
  const [given, expected] = ['case', 'expect'].map((name) => block(file, text, name));
  const [members, expect] = [table(file, given), table(file, expected)];
  only(file, given.line, members, CASE);
  only(file, expected.line, expect, [...OUTCOME, 'notice']);
  only(file, expected.line, expect.notice ?? {}, LOCALES);
  for (const texts of Object.values(expect.notice ?? {})) only(file, expected.line, texts, NOTICE);
  const { bundle, covers = [], ...application } = members;
  if (bundle !== 'public' && bundle !== 'server') {
    throw malformed(file, given.line, 'word-unknown', '`bundle` is neither `public` nor `server`', 'say whose bundle it runs on');
  }
  const name = `${basename(dirname(file))}/${basename(file, '.md')}`.replace(/^\.\//, '');
  return { file, name, bundle, covers, application, expect: stated(expect), line: expected.line, text, block: expected };
}

/** An outcome as a case states it. */
export function summary(outcome) {
  const codes = (reasons) => reasons.map((reason) => reason.code);
  const isSame = outcome.if_checks_pass.join() === outcome.decisions.join();
  return {
    status: [outcome.status],
    decisions: outcome.decisions,
    if_checks_pass: isSame ? [] : outcome.if_checks_pass,
    reasons: codes(outcome.reasons),
    possible: codes(outcome.possible),
    checks: outcome.checks,
    ask: outcome.ask.map((ask) => ask.field ?? ask.fact),
    fields: outcome.fields.filter((field) => field.code).map(({ name, status, code }) => `${name}: ${status} ${code}`),
    form: (outcome.form ?? []).map(({ fields, status, code }) => `${fields.join(', ')}: ${status} ${code}`),
    score: outcome.score ? [outcome.score.min, outcome.score.max] : [],
    limit: outcome.limit ? [outcome.limit.min, outcome.limit.max] : [],
  };
}

const said = (notice, key) => (Array.isArray(notice[key]) ? notice[key].map((reason) => reason.text) : notice[key]);

/** A line as a file has it. JSON's escapes are TOML's, one character aside. */
export function lineText({ key, value }) {
  const quoted = (one) => JSON.stringify(one).replaceAll('\x7f', '\\u007f');
  return `${key.padEnd(14)} = ${Array.isArray(value) ? `[${value.map(quoted).join(', ')}]` : quoted(value)}`;
}

const same = (one, other) => one.locale === other.locale && lineText(one) === lineText(other);
const without = (these, those) => these.filter((line) => !those.some((other) => same(line, other)));

/** Runs a case. `precheck` has the bundle of its audience. Throws what the application throws. */
export function runCase(one, precheck) {
  const { outcome } = precheck.assess(one.application, LOCALES[0]);
  const actual = stated(summary(outcome));
  for (const locale of LOCALES) {
    const wanted = one.expect.filter((line) => line.locale === locale);
    if (wanted.length === 0) continue;
    const { notice } = precheck.assess(one.application, locale);
    actual.push(...wanted.map((line) => ({ ...line, value: said(notice, line.key) })));
  }
  const [missing, unexpected] = [without(one.expect, actual), without(actual, one.expect)];
  return { passed: missing.length + unexpected.length === 0, missing, unexpected, actual, outcome };
}

/** The text of a case with another expectation. */
export function updated(one, actual) {
  const lines = actual.filter((line) => !line.locale).map((line) => `${lineText(line)}\n`);
  for (const locale of LOCALES) {
    const texts = actual.filter((line) => line.locale === locale).map((line) => `${lineText(line)}\n`);
    if (texts.length > 0) lines.push(`${lines.length > 0 ? '\n' : ''}[notice.${locale}]\n`, ...texts);
  }
  return one.text.slice(0, one.block.start) + lines.join('') + one.text.slice(one.block.end);
}

/** The case files at paths: files, folders of them, or patterns such as `cases/**\/*.md`; sorted. */
export async function findCases(paths) {
  const found = await glob([paths].flat().map((path) => path.replaceAll('\\', '/')), { expandDirectories: { extensions: ['md'] } });
  return found.sort();
}

/** Loads bundles, each for the audience that it says itself. */
export async function loadAll({ bundle, ...options }) {
  const all = {};
  for (const source of [bundle].flat()) {
    const attempt = (audience) => load({ ...options, bundle: source, audience });
    let precheck;
    try {
      precheck = await attempt('public');
    } catch (error) {
      if (!(error instanceof PrecheckError) || error.code !== 'bundle-audience') throw error;
      precheck = await attempt('server');
    }
    all[precheck.policy('en').audience] = precheck;
  }
  return all;
}

/** The engine that a case runs on. */
export function engineFor(one, engines) {
  const engine = engines[one.bundle];
  if (engine) return engine;
  throw malformed(one.file, one.line, 'bundle-missing', `the case runs on the ${one.bundle} bundle`, 'pass that bundle as well');
}

/** Writes the text that `updated` gives. */
export const updateCase = (one, actual) => writeFile(one.file, updated(one, actual));

/** What differs, for people. */
export function differences({ missing, unexpected }) {
  const shown = (sign, lines) => lines.map((line) => `${sign}  ${line.locale ? `notice.${line.locale} ` : ''}${lineText(line)}`);
  return [...shown('- expected', missing), ...shown('+ actual  ', unexpected)];
}

/**
 * Makes one test for each case file. `test` is that of `node:test`, of Vitest, or any other that takes a name and a
 * function.
 */
export async function scenario(test, { cases, ...sources }) {
  const files = await findCases(cases);
  if (files.length === 0) throw new InputError('cases-missing', `no case files: ${cases}`, { help: 'Name files, folders or patterns.' });
  let engines;
  for (const file of files) {
    test(relative(process.cwd(), file), async () => {
      const one = readCase(await readFile(file, 'utf8'), file);
      engines ??= loadAll(sources);
      const ran = runCase(one, engineFor(one, await engines));
      if (ran.passed) return;
      const message = `${file}:${one.line}\n${differences(ran).join('\n')}`;
      const lines = (all) => all.map((line) => `${line.locale ?? ''} ${lineText(line)}`);
      throw new AssertionError({ message, expected: lines(one.expect), actual: lines(ran.actual), operator: 'deepStrictEqual' });
    });
  }
}
