// Facts that change one at a time, on the packed package: what the numbers say is what `assess` says of the same facts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { bundle, keys } from '../lib/cases.mjs';

const { load, PrecheckError, WHAT_IF, unpackWhatIf } = await import(
  pathToFileURL(`${process.env.PRECHECK_PACKAGE}/node.js`)
);
const trusted = await keys();
const START = { scenario: 'activation', as_of: '2026-11-22' };
const engineOf = async (audience) =>
  load({ bundle: await bundle(audience), audience, keys: trusted, today: '2026-11-22' });

/** Numbers below a bound, the same on every run. */
function numbers(seed) {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

/** A number as an application writes it. */
function written(fact, value) {
  switch (fact.kind) {
    case 'bool':
      return value === 1;
    case 'code':
      return fact.codes[value].code;
    case 'date':
      return new Date(value * 86_400_000).toISOString().slice(0, 10);
    default:
      return value;
  }
}

// With much open, the server's policy is searched for milliseconds a step.
for (const [audience, steps] of [['public', 1500], ['server', 150]]) {
  test(`a walk through the facts of the ${audience} bundle says what assess says`, async () => {
    const engine = await engineOf(audience);
    const facts = engine.policy('en').scenarios.find(({ name }) => name === START.scenario).facts;
    const below = numbers(7);
    const handle = engine.whatIf(START);
    const given = {};
    const seen = { taken: 0, refused: 0 };
    for (let step = 0; step < steps; step += 1) {
      const fact = facts[below(facts.length)];
      const number = handle.fact(fact.name);
      const before = { ...given };
      const choice = below(8);
      let packed;
      if (choice === 0) {
        packed = handle.setState(number, WHAT_IF.UNKNOWN);
        delete given[fact.name];
      } else if (choice === 1) {
        packed = handle.setState(number, WHAT_IF.MISSING);
        given[fact.name] = { state: 'missing' };
      } else if (choice === 2) {
        packed = handle.setState(number, WHAT_IF.SPECIAL);
        given[fact.name] = { special: fact.specials[0]?.code ?? '' };
      } else {
        // Low values decide most; the whole domain comes too.
        const span = Math.min(fact.max - fact.min, below(2) ? 40 : Infinity);
        const value = fact.min + below(span + 1);
        packed = handle.set(number, value);
        given[fact.name] = written(fact, value);
      }
      assert.ok(Number.isInteger(packed) && packed >= 0);
      const found = unpackWhatIf(packed);
      if (found.refused) {
        Object.keys(given).forEach((name) => delete given[name]);
        Object.assign(given, before);
        seen.refused += 1;
      }
      let outcome;
      try {
        ({ outcome } = engine.assess({ ...START, facts: given }, 'en'));
      } catch (error) {
        assert.equal(error.code, 'facts-contradict');
      }
      assert.equal(found.contradicts, outcome === undefined, JSON.stringify(given));
      assert.deepEqual(found.decisions, outcome?.decisions ?? [], JSON.stringify(given));
      assert.deepEqual(found.ifChecksPass, outcome?.if_checks_pass ?? []);
      assert.ok(found.tight || !outcome?.tight);
      if (outcome) assert.deepEqual([handle.scoreMin, handle.scoreMax], [outcome.score.min, outcome.score.max]);
      if (!found.refused) seen.taken += 1;
    }
    for (const [what, count] of Object.entries(seen)) assert.ok(count > 20, `${what}: ${count}`);
    handle.free();
  });
}

test('facts that cannot be together have no decision until one of them changes', async () => {
  const engine = await engineOf('server');
  const has = (name) => (scenario) => scenario.facts.some((fact) => fact.name === name);
  const { name } = engine.policy('en').scenarios.filter(has('average_order')).find(has('return_rate'));
  const handle = engine.whatIf({ ...START, scenario: name });
  const before = handle.set(handle.fact('return_rate'), 100);
  assert.equal(before & WHAT_IF.CONTRADICTS, 0);
  assert.equal(handle.setState(handle.fact('average_order'), WHAT_IF.MISSING), WHAT_IF.CONTRADICTS);
  assert.equal(handle.verdict(), WHAT_IF.CONTRADICTS);
  assert.deepEqual(unpackWhatIf(handle.verdict()).decisions, []);
  const facts = { return_rate: 100, average_order: { state: 'missing' } };
  assert.throws(() => engine.assess({ ...START, scenario: name, facts }, 'en'), { code: 'facts-contradict' });
  assert.equal(handle.setState(handle.fact('average_order'), WHAT_IF.UNKNOWN), before);
  handle.free();
});

test('what cannot be is refused, and nothing changes', async () => {
  const engine = await engineOf('public');
  const handle = engine.whatIf(START);
  const income = handle.fact('monthly_income');
  const before = handle.set(income, 800_000);
  for (const [fact, value] of [
    [income, -1],
    [income, 0.5],
    [income, NaN],
    [income, Infinity],
    [income, 2 ** 53],
    [2 ** 16 + income, 0],
    [-1, 0],
    [undefined, 0],
    [NaN, 0],
    [income + 0.5, 0],
    [income, undefined],
    [income, null],
    [income, '7'],
  ]) {
    assert.equal(handle.set(fact, value), before | WHAT_IF.REFUSED, `${fact}: ${value}`);
  }
  for (const state of [WHAT_IF.SPECIAL, WHAT_IF.SPECIAL + 255, WHAT_IF.SPECIAL + 256, -1, NaN, 0.5, undefined]) {
    assert.equal(handle.setState(income, state), before | WHAT_IF.REFUSED, `${state}`);
  }
  assert.equal(handle.verdict(), before);
  assert.throws(() => handle.fact('incom'), (error) => error instanceof PrecheckError && error.code === 'fact-unknown');
  const wrong = { ...START, facts: { monthly_income: null } };
  assert.throws(() => engine.whatIf(wrong), { code: 'fact-malformed' });
  // The handle outlives the engine that it came from.
  engine.free();
  assert.equal(handle.verdict(), before);
  handle.free();
  assert.throws(() => handle.verdict());
});
