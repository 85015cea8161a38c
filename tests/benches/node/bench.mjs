// How long one check takes in Node, beside other libraries, in one run.
//
// usage: node bench.mjs VALUES.json, where the native benchmark wrote the values with `--values`. Every row judges the
// same values; the best of many rounds counts.
import { readFile } from 'node:fs/promises';
import cardValidator from 'card-validator';
import IdValidator from 'id-validator';
import { isValidPhoneNumber as isValidMax } from 'libphonenumber-js/max';
import { isValidPhoneNumber as isValidMin } from 'libphonenumber-js/min';
import { stdnum } from 'stdnum';
import validator from 'validator';
import { load } from '../../../dist/npm/node.js';

const ROUND_MS = 5;
const TOTAL_MS = 500;
const TODAY = '2026-11-22';
const DAYS = Date.parse(TODAY) / 86_400_000;

const values = JSON.parse(await readFile(process.argv[2], 'utf8'));
const bundle = await readFile(new URL('../../../dist/policies/baitiao.public.bundle', import.meta.url));
const keys = await readFile(new URL('../../../dist/keys/development.pub', import.meta.url), 'utf8');
const precheck = await load({ bundle, keys });

// The numbers of kinds are for ever.
const KINDS = { cn_id: 1, cn_mobile: 3, bankcard: 8, uscc: 12 };
const isGood = (packed) => (packed & 3) === 0 || (packed & 3) === 2;

function ours(kind) {
  const number = KINDS[kind];
  const rich = (value) => precheck.checkField(kind, value, TODAY, 'zh-CN').status;
  return [
    ['precheck checkFieldPacked', (value) => isGood(precheck.checkFieldPacked(number, value, DAYS))],
    ['precheck checkField', (value) => ['ok', 'warn'].includes(rich(value))],
  ];
}

// The engine throws for a kind that it does not know.
function isKnown(kind) {
  try {
    return precheck.checkFieldPacked(KINDS[kind], '', DAYS) >= 0;
  } catch {
    return false;
  }
}

// It remembers every value that it has seen, and would be asked about each only once.
const idValidator = new IdValidator();
function isValidWithoutMemory(value) {
  idValidator.cache = {};
  return idValidator.isValid(value);
}

const peers = {
  cn_id: [
    ['validator 13.15.35 isIdentityCard zh-CN', (value) => validator.isIdentityCard(value, 'zh-CN')],
    ['id-validator 1.3.0', isValidWithoutMemory],
    ['stdnum 1.12.0 CN.ric', (value) => stdnum.CN.ric.validate(value).isValid],
  ],
  cn_mobile: [
    ['validator 13.15.35 isMobilePhone zh-CN', (value) => validator.isMobilePhone(value, 'zh-CN')],
    ['libphonenumber-js 1.13.16 min', (value) => isValidMin(value, 'CN')],
    ['libphonenumber-js 1.13.16 max', (value) => isValidMax(value, 'CN')],
  ],
  bankcard: [
    ['validator 13.15.35 isCreditCard', (value) => validator.isCreditCard(value)],
    ['card-validator 10.0.4 number', (value) => cardValidator.number(value).isValid],
  ],
  uscc: [['stdnum 1.12.0 CN.uscc', (value) => stdnum.CN.uscc.validate(value).isValid]],
};

// What was judged; printed at the end so that no call can be left out.
let sink = 0;

function round(judge, list, repeat) {
  const start = process.hrtime.bigint();
  for (let turn = 0; turn < repeat; turn += 1) for (const value of list) sink += judge(value) ? 1 : 0;
  return Number(process.hrtime.bigint() - start);
}

/** The best time of one call, in nanoseconds. */
function nanoseconds(judge, list) {
  let repeat = 1;
  while (round(judge, list, repeat) < ROUND_MS * 1e6) repeat *= 2;
  let best = Infinity;
  let spent = 0;
  while (spent < TOTAL_MS * 1e6) {
    const time = round(judge, list, repeat);
    best = Math.min(best, time);
    spent += time;
  }
  return best / repeat / list.length;
}

const share = (list, test) => `${Math.round((list.filter(test).length * 1000) / list.length)}‰`;
const row = (cells) => cells.map((cell, at) => (at < 2 ? cell.padEnd([11, 42][at]) : cell.padStart(9))).join(' ');

console.log(row(['kind', 'library', 'ns', 'ratio', 'accepts', 'refuses']));
for (const [kind, { right, wrong }] of Object.entries(values)) {
  let base;
  if (!isKnown(kind)) {
    console.log(`${kind}: this engine does not know the kind`);
    continue;
  }
  for (const [name, judge] of [...ours(kind), ...peers[kind]]) {
    const time = nanoseconds(judge, right);
    base ??= time;
    const accepts = share(right, judge);
    const refuses = share(wrong, (value) => !judge(value));
    console.log(row([kind, name, time.toFixed(0), `${(time / base).toFixed(1)}x`, accepts, refuses]));
  }
}
console.log(`${sink > 0 ? 'done' : 'nothing was accepted'}`);
