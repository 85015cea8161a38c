// How many applications a second of CPU time decides in Node, beside other engines, in one run.
//
// usage: node evaluate.mjs BUNDLE KEYS. Every engine has to say of all 1 000 applicants what is expected before it is
// timed; the median of rounds in which all take turns counts.
import { readFile } from 'node:fs/promises';
import { ZenEngine } from '@gorules/zen-engine';
import { LogicEngine } from 'json-logic-engine';
import { Engine } from 'json-rules-engine';
import { load } from '../../../dist/npm/node.js';

// By the bits of a packed verdict.
const WHAT_IF_DECISIONS = { 1: 'APPROVE', 2: 'REFER', 8: 'DECLINE' };
const ROUNDS = 9;
const SPAN_US = 40_000;

const [bundle, keys] = await Promise.all([readFile(process.argv[2]), readFile(process.argv[3], 'utf8')]);
const data = (name) => readFile(new URL(`../../data/eligibility/${name}`, import.meta.url), 'utf8');
const peer = (name) => readFile(new URL(`../evaluate/peers/${name}`, import.meta.url), 'utf8');
const inputs = JSON.parse(await data('inputs.json'));
const expected = JSON.parse(await data('expected.json'));
const policy = JSON.parse(await data('policy.json'));

const byScore = (score, reasons) => {
  if (reasons.length > 0) return 'DECLINE';
  return score >= 560 ? 'APPROVE' : score >= 500 ? 'REFER' : 'DECLINE';
};

// By hand: what a good programmer would write for this one policy. Ratios are compared as the decimals they are.
const REGIONS = new Set(['CN-BJ', 'CN-SH', 'CN-GD', 'CN-ZJ', 'CN-JS', 'CN-SC', 'CN-HB', 'CN-FJ']);
const bin = (value, a, b, c, d, points) =>
  points[value < a ? 0 : value < b ? 1 : value < c ? 2 : value < d ? 3 : 4];
const AGE = [10, 22, 34, 41, 37];
const ACCOUNT = [5, 14, 25, 36, 44];
const OVERDUE = [52, 33, 18, 6, -20];
const TIMES = [45, 24, 8, -6, -30];
const INCOME = [8, 19, 29, 38, 47];
const DEBT = [42, 35, 24, 11, -8];
const ATTEMPTS = [28, 24, 15, 6, -12];
const RATING = [0, 18, 34, 49, 63];
const DEVICE = [33, 26, 15, 3, -18];
const ORDERS = [4, 13, 22, 30, 35];

function byHand(a) {
  const reasons = [];
  if (a.age < 18) reasons.push('R01');
  if (a.age > 60) reasons.push('R02');
  if (a.kyc_status !== 'verified') reasons.push('R03');
  if (!REGIONS.has(a.region)) reasons.push('R04');
  if (a.id_expiry_days < 30) reasons.push('R05');
  if (!a.name_match) reasons.push('R06');
  if (a.phone_age_days < 90) reasons.push('R07');
  if (a.account_age_days < 60) reasons.push('R08');
  if (a.overdue_days_max > 30) reasons.push('R09');
  if (a.times_overdue_12m > 2) reasons.push('R10');
  if (a.current_overdue_amount !== 0) reasons.push('R11');
  if (a.monthly_income < 2000 && a.employment !== 'retired') reasons.push('R12');
  if (a.debt_to_income > 0.55) reasons.push('R13');
  if (a.attempts_24h >= 5) reasons.push('R14');
  if (a.zhima_score < 600) reasons.push('R15');
  if (a.device_risk >= 70) reasons.push('R16');
  if (a.is_blacklisted) reasons.push('R17');
  if (a.orders_12m < 3 && a.spend_12m < 1000) reasons.push('R18');
  if (a.employment === 'student' && a.age < 22) reasons.push('R19');
  if (a.debt_to_income > 0.4 && a.times_overdue_12m >= 1) reasons.push('R20');
  const score =
    300 +
    bin(a.age, 22, 26, 32, 45, AGE) +
    bin(a.account_age_days, 180, 365, 730, 1460, ACCOUNT) +
    bin(a.overdue_days_max, 1, 4, 8, 16, OVERDUE) +
    bin(a.times_overdue_12m, 1, 2, 3, 5, TIMES) +
    bin(a.monthly_income, 3000, 5000, 8000, 15000, INCOME) +
    bin(a.debt_to_income, 0.1, 0.2, 0.35, 0.5, DEBT) +
    bin(a.attempts_24h, 1, 2, 3, 4, ATTEMPTS) +
    bin(a.zhima_score, 620, 660, 700, 750, RATING) +
    bin(a.device_risk, 10, 25, 40, 60, DEVICE) +
    bin(a.orders_12m, 3, 8, 20, 50, ORDERS);
  return { decision: byScore(score, reasons), score, reasons };
}

const precheck = await load({ bundle, keys, audience: 'server', today: '2026-11-22' });
const kinds = new Map(precheck.policy('en').scenarios[0].facts.map(({ name, kind }) => [name, kind]));
const FACTORS = { money: 100, ratio: 10_000 };
const applications = inputs.map((input) => {
  const facts = Object.entries(input).map(([name, value]) => {
    const factor = FACTORS[kinds.get(name)];
    return [name, factor ? Math.round(value * factor) : value];
  });
  return { scenario: 'eligibility', as_of: '2026-11-22', fields: {}, facts: Object.fromEntries(facts) };
});

// At most four reasons are told, with the points lost; the tests compare all of them.
function told({ outcome }) {
  return { decision: outcome.decisions.join().toUpperCase(), score: outcome.score.min };
}

// A slider on each applicant: one fact is set, and everything that follows is read.
const slider = applications.map((application) => precheck.whatIf(application));
const income = slider[0].fact('monthly_income');
function whatIf(at) {
  const packed = slider[at].set(income, applications[at].facts.monthly_income);
  return { decision: WHAT_IF_DECISIONS[packed & 15], score: slider[at].scoreMin };
}

const logic = new LogicEngine().build(JSON.parse(await peer('eligibility.jsonlogic.json')));

const OPERATORS = {
  ge: 'lessThan',
  le: 'greaterThan',
  lt: 'greaterThanInclusive',
  gt: 'lessThanInclusive',
  eq: 'notEqual',
  ne: 'equal',
  in: 'notIn',
};
const fails = (pass) => {
  const [[operator, operands]] = Object.entries(pass);
  if (operator === 'any') return { all: operands.map(fails) };
  return { fact: operands[0], operator: OPERATORS[operator], value: operands[1] };
};
const rules = new Engine();
for (const { code, pass } of policy.rules) rules.addRule({ conditions: { all: [fails(pass)] }, event: { type: code } });

const zen = new ZenEngine().createDecision(Buffer.from(await peer('eligibility.jdm.json')));

const engines = [
  { name: 'JavaScript by hand, for this policy only', ask: (at) => byHand(inputs[at]) },
  {
    name: 'precheck assess, an object',
    note: 'with validation, reasons and sentences',
    ask: (at) => told(precheck.assess(applications[at], 'en')),
  },
  {
    name: 'precheck assessText, its canonical text',
    note: 'the same, and read again',
    ask: (at) => told(JSON.parse(precheck.assessText(applications[at], 'en'))),
  },
  {
    name: 'precheck what-if, one fact changed',
    note: 'the other facts stay; verdict and score',
    ask: whatIf,
  },
  {
    name: 'json-logic-engine 5.0.7, compiled',
    note: 'the decision itself by hand',
    ask: (at) => {
      const [reasons, score] = logic(inputs[at]);
      return { decision: byScore(score, reasons), score, reasons };
    },
  },
  {
    name: '@gorules/zen-engine 0.54.0',
    ask: async (at) => (await zen.evaluate(inputs[at])).result,
  },
  {
    name: 'json-rules-engine 7.3.1',
    note: 'rules only',
    ask: async (at) => {
      const { events } = await rules.run(inputs[at]);
      return { reasons: events.map(({ type }) => type).sort() };
    },
  },
];

// Every engine says what is expected, as far as it goes.
for (const { name, ask } of engines) {
  for (const [at, wanted] of expected.entries()) {
    const found = await ask(at);
    for (const key of Object.keys(found)) {
      if (JSON.stringify(found[key]) !== JSON.stringify(wanted[key])) {
        throw new Error(`${name}: applicant ${at}: ${key} is ${JSON.stringify(found[key])}, not ${JSON.stringify(wanted[key])}`);
      }
    }
  }
}

let sink = 0;

// All applicants so often; microseconds of CPU time. What answers at once is not awaited: that would cost more than it.
async function spent(ask, repeat) {
  const isLater = ask(0) instanceof Promise;
  const start = process.cpuUsage();
  for (let turn = 0; turn < repeat; turn += 1) {
    for (let at = 0; at < inputs.length; at += 1) {
      const found = isLater ? await ask(at) : ask(at);
      sink += found.score ?? found.reasons.length;
    }
  }
  const { user, system } = process.cpuUsage(start);
  return user + system;
}

const repeats = [];
for (const { ask } of engines) {
  let repeat = 1;
  while ((await spent(ask, repeat)) < SPAN_US) repeat *= 2;
  repeats.push(repeat);
}
const times = engines.map(() => []);
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [index, { ask }] of engines.entries()) {
    times[index].push(((await spent(ask, repeats[index])) * 1000) / repeats[index] / inputs.length);
  }
}
const medians = times.map((list) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)]);

const row = ([name, rate, time, ratio, note]) =>
  `${name.padEnd(42)} ${rate.padStart(10)} ${time.padStart(10)} ${ratio.padStart(9)}  ${note}`.trimEnd();
console.log(row(['', 'a CPU s', 'ns', 'by hand', 'what else it does, or does not']));
for (const [index, { name, note = '' }] of engines.entries()) {
  const time = medians[index];
  console.log(row([name, (1e9 / time).toFixed(0), time.toFixed(0), `${(time / medians[0]).toFixed(1)}x`, note]));
}
if (!(sink !== 0)) throw new Error('nothing was decided');
