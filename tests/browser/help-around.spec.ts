// The help centre inside of an app or a page, and without a network.
import { expect, type Page, test } from '@playwright/test';

import { decide, found, openHelp } from './help';

interface Told {
  type: string;
  from: string;
  screen?: string;
  code?: string;
  height?: number;
}

/** A page of another origin that shows the help centre, as the server of a deployment would let it. */
async function embed(page: Page, allowed: readonly string[]): Promise<void> {
  await page.route('**/help/hosts.json', (route) => route.fulfill({ json: { origins: allowed } }));
  await page.route(/\/help\/\?.*embed=1/, async (route) => {
    const answer = await route.fetch();
    const { 'content-security-policy': policy = '', ...headers } = answer.headers();
    await route.fulfill({ response: answer, headers: { ...headers, 'content-security-policy': policy.replace("frame-ancestors 'none'", 'frame-ancestors https://app.example') } });
  });
  const help = new URL('/help/?lang=en&embed=1#/why', test.info().project.use.baseURL).href;
  await page.route('https://app.example/', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<!doctype html><title>App</title><script>
        window.told = [];
        addEventListener('message', ({ data, origin }) => told.push({ ...data, origin }));
        window.say = (message) => frames[0].postMessage({ to: 'precheck-help', version: 1, ...message }, '*');
      </script><iframe src="${help}" width="400" height="600" onload="say({ type: 'hello' })"></iframe>`,
    }),
  );
  await page.goto('https://app.example/');
}

const told = (page: Page): Promise<Told[]> => page.evaluate(() => Reflect.get(globalThis, 'told') as Told[]);
const say = (page: Page, message: object): Promise<void> =>
  page.evaluate((said) => (Reflect.get(globalThis, 'say') as (message: object) => void)(said), message);

test('inside of a listed page: no chrome, and both sides talk', async ({ page }) => {
  await embed(page, ['https://app.example']);
  const help = page.frameLocator('iframe');
  await expect(help.locator('h1')).toHaveText('Why did it fail?');
  await expect(help.locator('header')).toHaveCount(0);
  await expect.poll(async () => (await told(page)).map(({ type }) => type)).toContain('ready');
  await expect.poll(async () => (await told(page)).find(({ type }) => type === 'size')?.height ?? 0).toBeGreaterThan(100);
  await say(page, { type: 'open', screen: 'reason', code: 'INCOME-MINIMUM' });
  await expect(help.locator('h1')).toContainText('Monthly income');
  const screen = { from: 'precheck-help', type: 'screen', screen: 'reason', code: 'INCOME-MINIMUM' };
  await expect.poll(() => told(page)).toContainEqual(expect.objectContaining(screen));
  await say(page, { type: 'locale', locale: 'zh-CN' });
  await expect(help.locator('h1')).toHaveText('月收入需满 2,000 元');
  await say(page, { type: 'insets', top: 44, bottom: 34 });
  await expect(help.locator('main')).toHaveCSS('padding-top', '60px');
  await say(page, { type: 'open', screen: 'contact' });
  await help.getByRole('button', { name: '请应用打开人工客服' }).click();
  await expect.poll(async () => (await told(page)).map(({ type }) => type)).toContain('contact');
});

test('a decision is handed over without an address, and no message holds it', async ({ page }) => {
  const id = await decide(page, 'demo-overdue');
  await embed(page, ['https://app.example']);
  await expect.poll(async () => (await told(page)).map(({ type }) => type)).toContain('ready');
  await say(page, { type: 'decision', id });
  const help = page.frameLocator('iframe');
  await expect(help.getByTestId('decision-id')).toHaveText(id);
  await help.getByRole('link', { name: 'OVERDUE-RECENT' }).click();
  await expect(help.locator('h1')).toHaveText('Overdue repayments in the last year');
  await expect(help.locator('header')).toHaveCount(0);
  expect(JSON.stringify(await told(page))).not.toContain(id);
});

test('a page that is not listed is neither heard nor told anything', async ({ page }) => {
  await embed(page, ['https://other.example']);
  const help = page.frameLocator('iframe');
  await expect(help.locator('h1')).toHaveText('Why did it fail?');
  await say(page, { type: 'open', screen: 'contact' });
  await say(page, { type: 'nonsense' });
  await page.waitForTimeout(500);
  await expect(help.locator('h1')).toHaveText('Why did it fail?');
  expect(await told(page)).toEqual([]);
});

test('inside of an app, messages go through what the app has put there', async ({ page }) => {
  await page.addInitScript(() => {
    const told: unknown[] = [];
    Object.assign(globalThis, { told, precheckHost: { postMessage: (text: string) => told.push(JSON.parse(text)) } });
  });
  await openHelp(page, '', 'en', '&embed=1');
  await expect.poll(() => told(page)).toContainEqual(expect.objectContaining({ type: 'ready', screen: 'home' }));
  await page.evaluate(() => postMessage(JSON.stringify({ to: 'precheck-help', version: 1, type: 'open', screen: 'device' }), location.origin));
  await expect(page.locator('h1')).toHaveText('Check this device');
});

test('after the first visit it opens without a network, and keeps nothing about anybody', async ({ page, context }) => {
  const id = await decide(page, 'demo-overdue');
  await openHelp(page, 'decision', 'en');
  await page.waitForFunction(async () => (await navigator.serviceWorker.ready).active?.state === 'activated');
  await page.locator('#decision-id').fill(id);
  await page.getByRole('button', { name: 'Show' }).click();
  await expect(page.getByTestId('decision-id')).toBeVisible();
  const kept = await page.evaluate(async () => {
    const all = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()));
    return all.flat().map(({ url }) => new URL(url).pathname);
  });
  expect(kept.filter((path) => path.startsWith('/v1/'))).toEqual(['/v1/bundles/public']);
  expect(kept.filter((path) => path.includes('checkout'))).toEqual([]);
  await context.setOffline(true);
  await page.goto('/help/?lang=zh-CN#/');
  await expect(page.getByTestId('offline')).toBeVisible();
  await page.locator('#help-search').fill('收入');
  await expect(found(page).first()).toBeVisible();
  await page.goto('/help/?lang=en#/why/answers');
  await page.getByLabel(/earn a month on average/).fill('1500');
  await expect(page.getByTestId('why').locator('li')).toHaveAttribute('data-code', 'INCOME-MINIMUM');
  await page.goto('/help/?lang=en#/decision');
  await page.locator('#decision-id').fill(id);
  await page.getByRole('button', { name: 'Show' }).click();
  await expect(page.getByTestId('refused')).toContainText('could not be reached');
});

test('answers without an engine: said within three seconds, and an engine that comes late is used', async ({ page }) => {
  await page.addInitScript(() => Object.defineProperty(navigator, 'serviceWorker', { value: undefined }));
  let give: () => void = () => undefined;
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  await page.route('**/v1/bundles/public', async (route) => {
    await given;
    await route.continue();
  });
  await openHelp(page, 'why/answers', 'en');
  await expect(page.getByTestId('no-engine')).toContainText('still loading', { timeout: 3_500 });
  give();
  await expect(page.getByTestId('verdict')).toHaveAttribute('data-status', 'cannot-tell');
  await page.unroute('**/v1/bundles/public');
  await page.route('**/*.wasm', (route) => route.abort());
  await page.reload();
  await expect(page.getByTestId('no-engine')).toContainText('did not start');
  await page.unroute('**/*.wasm');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByTestId('verdict')).toBeVisible();
});

test('a policy that was altered on its way into what is kept is refused all the same', async ({ page, context }) => {
  await openHelp(page, '', 'en');
  await page.waitForFunction(async () => (await navigator.serviceWorker.ready).active?.state === 'activated');
  await page.evaluate(async () => {
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      const bytes = new Uint8Array((await (await cache.match('/v1/bundles/public'))?.arrayBuffer()) ?? new ArrayBuffer(0));
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
      await cache.put('/v1/bundles/public', new Response(bytes));
    }
  });
  await context.setOffline(true);
  await page.goto('/help/?lang=en#/why/answers');
  await expect(page.getByTestId('no-engine')).toBeVisible();
  await expect(page.getByTestId('verdict')).toHaveCount(0);
});
