// How long the cheapest way takes in WebAssembly, on the rows that the native run wrote.
//
// usage: node recourse.mjs BUNDLE KEYS DECLINED.json. Each time is the best of some calls of `plans`: an application
// goes in and the plans come out as objects, in words of one language.
import { readFile } from 'node:fs/promises';
import { load } from '../../../dist/npm/node.js';

const ROUNDS = 15;

const [bundle, keys, shared] = await Promise.all(process.argv.slice(2).map((path) => readFile(path)));
const { scenario, as_of, rows } = JSON.parse(shared);
const precheck = await load({ bundle, keys: keys.toString(), audience: 'server', today: as_of });

const least = (row) => precheck.plans({ scenario, as_of, facts: row.facts }, {}, 'en').outcome;
const times = rows.map((row) => {
  const plan = least(row).plans[0];
  if ((plan?.effort ?? null) !== row.least) throw new Error(`the module says ${plan?.effort}, the engine ${row.least}`);
  let best = Infinity;
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = process.hrtime.bigint();
    least(row);
    best = Math.min(best, Number(process.hrtime.bigint() - start) / 1e3);
  }
  return best;
});
times.sort((a, b) => a - b);
const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))].toFixed(1).padStart(12);
console.log(`${''.padEnd(28)} ${'median, µs'.padStart(12)} ${'99 %, µs'.padStart(12)}`);
console.log(`${'plans, object in and out'.padEnd(28)} ${at(0.5)} ${at(0.99)}`);
