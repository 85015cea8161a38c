// The policy that benchmarks measure, on the packed package in Node: both bundles decide its 1 000 applicants as
// expected. Natively `tests/it/eligibility` compares every rule; an outcome tells four reasons at most.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { keys } from '../lib/cases.mjs';

const { load } = await import(pathToFileURL(`${process.env.PRECHECK_PACKAGE}/node.js`));
const DATA = new URL('../data/eligibility/', import.meta.url);
const KEY = new URL('../../dist/keys/development.key', import.meta.url);
const TODAY = '2026-11-22';
// Amounts are yuan in the file and fen in the engine, ratios decimals and basis points.
const FACTORS = { money: 100, ratio: 10_000 };

const json = async (name) => JSON.parse(await readFile(new URL(name, DATA), 'utf8'));
const [inputs, expected] = await Promise.all([json('inputs.json'), json('expected.json')]);
let folder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'precheck-eligibility-'));
  const pack = fileURLToPath(new URL('pack', DATA));
  const words = ['build', pack, '--key', fileURLToPath(KEY), '--out', folder];
  execFileSync(process.env.PRECHECK_BIN, words, { stdio: ['ignore', 'ignore', 'inherit'] });
});

after(() => rm(folder, { recursive: true, force: true }));

for (const audience of ['server', 'public']) {
  test(`the ${audience} bundle decides every applicant as expected`, async () => {
    const bundle = await readFile(join(folder, `eligibility.${audience}.bundle`));
    const engine = await load({ bundle, keys: await keys(), audience, today: TODAY });
    const kinds = new Map(engine.policy('en').scenarios[0].facts.map(({ name, kind }) => [name, kind]));
    assert.equal(kinds.size, 20, 'all facts are public');
    assert.equal(inputs.length, 1000);
    for (const [index, input] of inputs.entries()) {
      const facts = Object.entries(input).map(([name, value]) => {
        const factor = FACTORS[kinds.get(name)];
        return [name, factor ? Math.round(value * factor) : value];
      });
      const application = { scenario: 'eligibility', as_of: TODAY, fields: {}, facts: Object.fromEntries(facts) };
      const { outcome } = engine.assess(application, 'en');
      const { decision, score, reasons } = expected[index];
      assert.deepEqual(outcome.decisions, [decision.toLowerCase()], `applicant ${index}`);
      assert.deepEqual([outcome.score.min, outcome.score.max], [score, score], `applicant ${index}`);
      const rules = outcome.reasons.filter(({ stage }) => stage === 'rule').map(({ code }) => code);
      // A score that is too low has a place of its own among the four.
      const places = score < 560 ? 3 : 4;
      assert.deepEqual(rules, reasons.slice(0, places), `applicant ${index}`);
    }
  });
}
