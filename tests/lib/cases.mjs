// Scenario files for JavaScript: the same files that the native tests read.
import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parse } from 'smol-toml';

const SCENARIOS = new URL('../scenarios/', import.meta.url);
const TRUST = new URL('../../dist/keys/development.pub', import.meta.url);
export const LOCALES = ['zh-CN', 'en'];

/** The text inside the fence with this name. */
function block(text, name) {
  const found = new RegExp(`\\n\`\`\`${name}\\n([\\s\\S]*?)\`\`\``).exec(text);
  if (!found) throw new Error(`no \`${name}\` block`);
  return found[1];
}

/** Every scenario: its name, the bundle it runs on, the application, what is expected of the outcome, and which texts by locale. */
export async function cases() {
  const files = await readdir(SCENARIOS, { recursive: true });
  const names = files.map((name) => name.replaceAll('\\', '/')).filter((name) => name.endsWith('.md')).sort();
  if (names.length === 0) throw new Error('no scenario files');
  return Promise.all(
    names.map(async (file) => {
      const text = await readFile(new URL(file, SCENARIOS), 'utf8');
      const { bundle, covers, ...application } = parse(block(text, 'case'));
      const { notice, ...expect } = parse(block(text, 'expect'));
      const texts = notice ?? {};
      return { name: file.slice(0, -3), bundle, covers, application, expect: { ...expect }, texts };
    }),
  );
}

/** An outcome as a scenario file states it: empty lists are left out. */
export function summary(outcome) {
  const codes = (reasons) => reasons.map((reason) => reason.code);
  const same = outcome.if_checks_pass.join() === outcome.decisions.join();
  const all = {
    status: [outcome.status],
    decisions: outcome.decisions,
    if_checks_pass: same ? [] : outcome.if_checks_pass,
    reasons: codes(outcome.reasons),
    possible: codes(outcome.possible),
    checks: outcome.checks,
    ask: outcome.ask.map((ask) => ask.field ?? ask.fact),
    fields: outcome.fields.filter((field) => field.code).map(({ name, status, code }) => `${name}: ${status} ${code}`),
    form: (outcome.form ?? []).map(({ fields, status, code }) => `${fields.join(', ')}: ${status} ${code}`),
    score: outcome.score ? [outcome.score.min, outcome.score.max] : [],
    limit: outcome.limit ? [outcome.limit.min, outcome.limit.max] : [],
  };
  return Object.fromEntries(Object.entries(all).filter(([, list]) => list.length > 0));
}

/** The texts of a notice that a case states something about. */
export function said(notice, stated) {
  const texts = (reasons) => reasons.map((reason) => reason.text);
  const all = { ...notice, reasons: texts(notice.reasons), possible: texts(notice.possible) };
  return Object.fromEntries(Object.keys(stated).map((key) => [key, all[key]]));
}

/** The document as the native engine writes it, byte for byte. */
export async function native({ application, bundle }, locale) {
  const policy = fileURLToPath(new URL(`../../dist/policies/baitiao.${bundle}.bundle`, import.meta.url));
  const words = ['assess', '--policy', policy, '--trust', fileURLToPath(TRUST), '--locale', locale, '--json', '-'];
  const run = promisify(execFile)(program(), words);
  run.child.stdin.end(JSON.stringify(application));
  const { stdout } = await run;
  return stdout.replace(/\n$/, '');
}

/** The keys that the sample product's bundles are signed with: one line. */
export function keys() {
  return readFile(TRUST, 'utf8');
}

/** The bytes of a bundle of the sample product. */
export function bundle(audience) {
  return readFile(new URL(`../../dist/policies/baitiao.${audience}.bundle`, import.meta.url));
}

function program() {
  const found = process.env.PRECHECK_BIN;
  if (!found) throw new Error('PRECHECK_BIN names no program; run `cargo xtask test node`');
  return found;
}
