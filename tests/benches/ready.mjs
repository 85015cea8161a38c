// How long it takes from bytes to the first answer in Chromium: `node tests/benches/ready.mjs`, after `cargo xtask test browser`
// has packed the package and built its examples. Prints a table; nothing is judged, since machines differ.
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { serve } from '../lib/examples.mjs';

const ROUNDS = 15;
const server = serve(fileURLToPath(new URL('../../dist/.examples', import.meta.url)));
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const origin = `http://127.0.0.1:${server.address().port}`;
const executablePath = process.env.PRECHECK_CHROMIUM ?? '/usr/bin/chromium';
const browser = await chromium.launch({ executablePath, chromiumSandbox: false, args: ['--disable-gpu'] });

/** One page that has everything but the engine: milliseconds to a loaded policy, and to the first assessment after it. */
async function round(entry, rate) {
  const page = await browser.newPage();
  await page.goto(`${origin}/pages/index.html`);
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate });
  const times = await page.evaluate(async (name) => {
    const { KEYS } = await import('/pages/keys.js');
    const { load } = await import(`/node_modules/@precheck/core/${name}`);
    const bytes = async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer());
    const core = name === 'legacy.js' ? 'core.legacy.wasm' : 'core.wasm';
    const given = { bundle: await bytes('/pages/policy.bundle'), keys: KEYS, locale: 'en' };
    if (name !== 'js.js') given.wasm = await bytes(`/node_modules/@precheck/core/${core}`);
    const application = { scenario: 'activation', as_of: '2026-11-22', facts: { monthly_income: 150_000 } };
    const start = performance.now();
    const precheck = await load(given);
    const loaded = performance.now();
    precheck.assess(application);
    return [loaded - start, performance.now() - loaded];
  }, entry);
  await page.close();
  return times;
}

const told = (numbers) => {
  const sorted = numbers.slice().sort((one, other) => one - other);
  return `${sorted[sorted.length >> 1].toFixed(1)}, ${sorted[0].toFixed(1)}`;
};
console.log('| build | CPU | ready from bytes, ms: median, least | first assessment, ms: median, least |\n|---|---|---|---|');
for (const entry of ['index.js', 'legacy.js', 'js.js']) {
  for (const rate of [1, 6]) {
    const rounds = [];
    for (let at = 0; at < ROUNDS; at += 1) rounds.push(await round(entry, rate));
    const [ready, first] = [0, 1].map((place) => told(rounds.map((times) => times[place])));
    console.log(`| ${entry} | ${rate === 1 ? 'as it is' : `${rate} times slower`} | ${ready} | ${first} |`);
  }
}
await browser.close();
server.close();
