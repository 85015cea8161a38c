// What pages do to the package: policies of content, workers, frames, leaving and coming back, loading it twice.
import { expect, type Frame, type Page, test } from '@playwright/test';

const CORE = '/node_modules/@precheck/core';
const WITHOUT_WASM = encodeURIComponent("default-src 'self'; script-src 'self'");

/** Loads a build on a page, and says what it answers; or the name and code of what it throws. */
async function answer(page: Page | Frame, entry: string, given: Record<string, unknown> = {}): Promise<string[]> {
  return page.evaluate(
    async ({ address, own }) => {
      const { KEYS } = await import(`${location.origin}/pages/keys.js`);
      const { load } = await import(`${location.origin}${address}`);
      try {
        const precheck = await load({ bundle: '/pages/policy.bundle', keys: KEYS, locale: 'en', ...own });
        const application = { scenario: 'activation', as_of: '2026-11-22', facts: { monthly_income: 150_000 } };
        return ['ok', await precheck.assessText(application, 'en')];
      } catch (error) {
        const { name, code, help } = error as { name: string; code: string; help: string };
        return [name, code, help];
      }
    },
    { address: `${CORE}/${entry}`, own: given },
  );
}

/** What was refused by the policy of the page. */
function violations(page: Page): string[] {
  const found: string[] = [];
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) found.push(message.text());
  });
  return found;
}

test('every build says the same under the policy that the README names', async ({ page }) => {
  const refused = violations(page);
  await page.goto('/pages/');
  const [how, text] = await answer(page, 'index.js');
  expect(how).toBe('ok');
  expect(text).toContain('"status":"would-fail"');
  for (const entry of ['inline.js', 'legacy.js', 'js.js', 'worker.js']) {
    expect(await answer(page, entry), entry).toEqual(['ok', text]);
  }
  expect(refused).toEqual([]);
});

test('without WebAssembly the code says so, and plain JavaScript works', async ({ page }) => {
  await page.goto(`/pages/?csp=${WITHOUT_WASM}`);
  const [name, code, help] = await answer(page, 'index.js');
  expect([name, code]).toEqual(['LoadError', 'wasm-unavailable']);
  expect(help).toContain('wasm-unsafe-eval');
  const [how, text] = await answer(page, 'js.js');
  expect(how).toBe('ok');
  expect(text).toContain('"status":"would-fail"');
});

test('a wrong type and a wrong hash', async ({ page }) => {
  await page.goto('/pages/');
  const wasm = `${CORE}/core.wasm?type=text/plain`;
  expect((await answer(page, 'index.js', { wasm }))[0]).toBe('ok');
  const integrity = (await (await page.request.get(`${CORE}/integrity.json`)).json())['core.wasm'] as string;
  expect((await answer(page, 'index.js', { integrity }))[0]).toBe('ok');
  const other = `sha384-${'A'.repeat(64)}`;
  expect((await answer(page, 'index.js', { integrity: other })).slice(0, 2)).toEqual(['LoadError', 'integrity-mismatch']);
  expect((await answer(page, 'worker.js', { integrity: other })).slice(0, 2)).toEqual(['LoadError', 'integrity-mismatch']);
});

test('scripts and the module are loaded with the hashes that the package names', async ({ page }) => {
  await page.goto('/pages/');
  const hashes = (await (await page.request.get(`${CORE}/integrity.json`)).json()) as Record<string, string>;
  const loaded = await page.evaluate(
    async ({ core, integrity }) => {
      const attempt = (hash: string): Promise<string> =>
        new Promise((resolve) => {
          const script = document.createElement('script');
          Object.assign(script, { type: 'module', src: core, integrity: hash });
          script.addEventListener('load', () => resolve('loaded'));
          script.addEventListener('error', () => resolve('refused'));
          document.head.append(script);
        });
      return [await attempt(`sha384-${'A'.repeat(64)}`), await attempt(integrity ?? '')];
    },
    { core: `${CORE}/index.js`, integrity: hashes['index.js'] },
  );
  expect(loaded).toEqual(['refused', 'loaded']);
});

test('in a worker errors keep their class, and what is ended stays so', async ({ page }) => {
  await page.goto('/pages/');
  const seen = await page.evaluate(async (core) => {
    const { KEYS } = await import(`${location.origin}/pages/keys.js`);
    const { load, InputError, BundleError } = await import(`${location.origin}${core}/worker.js`);
    const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
      promise.then(
        () => 'fine',
        (error: { code?: string }) => error.code ?? String(error),
      );
    const given = { bundle: '/pages/policy.bundle', keys: KEYS, locale: 'en' };
    const precheck = await load(given);
    const wrong = await precheck.assess({ scenario: 'no-such', as_of: '2026-11-22' }).catch((error: unknown) => error);
    const refused = await load({ ...given, keys: 'none' }).catch((error: unknown) => error);
    const controller = new AbortController();
    const aborted = load({ ...given, signal: controller.signal });
    controller.abort('changed my mind');
    const waiting = precheck.policy();
    precheck.free();
    return [
      wrong instanceof InputError && wrong.problems.length > 0,
      wrong.code,
      refused instanceof BundleError,
      await codeOf(aborted),
      await codeOf(waiting),
      await codeOf(precheck.policy()),
      await codeOf(load({ ...given, worker: new Worker('/pages/nowhere.js', { type: 'module' }) })),
    ];
  }, CORE);
  expect(seen).toEqual([true, 'scenario-unknown', true, 'changed my mind', 'worker-ended', 'worker-ended', 'worker-unavailable']);
});

test('two frames at once, and objects of the other one', async ({ page }) => {
  await page.goto('/pages/');
  await page.evaluate(() => {
    for (const name of ['one', 'two']) {
      const frame = document.createElement('iframe');
      Object.assign(frame, { name, src: '/pages/index.html' });
      document.body.append(frame);
    }
  });
  await expect.poll(() => page.frames().length).toBe(3);
  const frames = page.frames();
  await Promise.all(frames.map((frame) => frame.waitForLoadState()));
  const answers = await Promise.all(frames.map((frame) => answer(frame, 'index.js')));
  expect(answers[0]?.[0]).toBe('ok');
  for (const one of answers) expect(one).toEqual(answers[0]);
  const status = await page.evaluate(async (core) => {
    const { KEYS } = await import(`${location.origin}/pages/keys.js`);
    const { load } = await import(`${location.origin}${core}/index.js`);
    const other = window.frames[0] as unknown as typeof globalThis;
    const bytes = await (await other.fetch('/pages/policy.bundle')).arrayBuffer();
    const precheck = await load({ bundle: bytes, keys: KEYS, locale: 'en', wasm: await other.fetch(`${core}/core.wasm`) });
    const application = other.JSON.parse('{"scenario":"activation","as_of":"2026-11-22","facts":{"monthly_income":150000}}');
    return precheck.assess(application).outcome.status;
  }, CORE);
  expect(status).toBe('would-fail');
});

test('a page that is left and shown again goes on where it was', async ({ page }) => {
  await page.goto('/pages/kept.html');
  await expect(page.locator('#said')).toHaveText('ready');
  await page.getByText('away').click();
  await expect(page).toHaveURL(/index\.html$/);
  // Nothing is loaded when it comes back, so there is no event to wait for.
  await page.goBack({ waitUntil: 'commit' });
  await expect(page.locator('#said')).toHaveText(/^true \d+ would-fail$/);
});

test('two copies on one page, and two loads of each, do not meet', async ({ page }) => {
  await page.goto('/pages/');
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  const same = await page.evaluate(async (core) => {
    const { KEYS } = await import(`${location.origin}/pages/keys.js`);
    const copies = await Promise.all(['index.js', 'index.js?copy', 'inline.js'].map((name) => import(`${location.origin}${core}/${name}`)));
    const given = { bundle: '/pages/policy.bundle', keys: KEYS, locale: 'en' };
    const loaded = await Promise.all([...copies, ...copies].map(({ load }) => load(given)));
    const application = { scenario: 'activation', as_of: '2026-11-22', facts: { monthly_income: 150_000 } };
    const before = loaded.map((precheck) => precheck.assessText(application));
    loaded[0].free();
    const trap = { get facts(): never { throw new Error('own'); } };
    try {
      loaded[1].assess(trap);
    } catch {
      // Its own instance is given up, and nobody else's.
    }
    return new Set([...before, ...loaded.slice(1).map((precheck) => precheck.assessText(application))]).size;
  }, CORE);
  expect(same).toBe(1);
  expect(requests.filter((url) => url.endsWith('core.wasm')).length, 'fetched once for each loader').toBeLessThanOrEqual(2);
});
