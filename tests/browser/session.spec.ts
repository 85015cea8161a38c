// Handing a session over to the help centre inside of a page: asked for, by whom, and never kept.
import { expect, type Page } from '@playwright/test';

import { decide, staff } from './person';
import { type Keyed, session, test } from './service';

const APP = 'https://app.example';

/** A page of another origin that shows the help centre, as a deployment that lists `allowed` would let it. */
async function around(page: Page, service: Keyed, allowed: readonly string[], place: string): Promise<void> {
  await page.route('**/help/hosts.json', (route) => route.fulfill({ json: { origins: allowed } }));
  await page.route(/\/help\/\?.*embed=1/, async (route) => {
    const answer = await route.fetch();
    const { 'content-security-policy': policy = '', ...headers } = answer.headers();
    await route.fulfill({ response: answer, headers: { ...headers, 'content-security-policy': policy.replace("frame-ancestors 'none'", `frame-ancestors ${APP}`) } });
  });
  const body = `<!doctype html><title>App</title><script>
    window.told = [];
    addEventListener('message', ({ data }) => told.push(data));
    window.say = (message) => frames[0].postMessage({ to: 'precheck-help', version: 1, ...message }, '*');
  </script><iframe src="${service.origin}/help/?lang=en&embed=1#/${place}" width="400" height="700"></iframe>`;
  await page.route(`${APP}/`, (route) => route.fulfill({ contentType: 'text/html', body }));
  await page.goto(`${APP}/`);
}

const say = (page: Page, message: object): Promise<void> => page.evaluate((said) => (Reflect.get(globalThis, 'say') as (message: object) => void)(said), message);
const types = (page: Page): Promise<string[]> => page.evaluate(() => (Reflect.get(globalThis, 'told') as { type: string }[]).map(({ type }) => type));

test('a page that is listed is asked for a session, and its person sees their line', async ({ page, keyed }) => {
  await staff(page.request, keyed, 'demo-good', 'offer', { limit: 500_000 });
  await around(page, keyed, [APP], 'line');
  const help = page.frameLocator('iframe');
  await expect(help.getByTestId('sign-in')).toBeVisible();
  expect(await types(page), 'nothing is told before the hello').toEqual([]);
  await say(page, { type: 'hello' });
  await expect.poll(() => types(page)).toContain('session');
  // What is no session changes nothing.
  for (const wrong of [{}, { token: 'session_', account: 'demo-good' }, { token: keyed.shop, account: 'demo-good' }, { token: 'session_00_00', account: '' }]) await say(page, { type: 'session', ...wrong });
  await expect(help.getByTestId('sign-in')).toBeVisible();
  await say(page, { type: 'session', token: await session(page.request, keyed, 'demo-good'), account: 'demo-good' });
  await expect(help.getByTestId('line-state')).toHaveAttribute('data-state', 'offered');
  const kept = await help.locator('html').evaluate(() => JSON.stringify([document.cookie, history.state, location.href]));
  expect(kept).not.toContain('session_');
  // Nothing about the person is told to the page around.
  expect(JSON.stringify(await page.evaluate(() => Reflect.get(globalThis, 'told')))).not.toContain('demo-good');
});

test('a session that has ended is asked for again', async ({ page, keyed }) => {
  await staff(page.request, keyed, 'demo-good', 'offer', { limit: 500_000 });
  await around(page, keyed, [APP], 'line');
  const help = page.frameLocator('iframe');
  await expect(help.getByTestId('sign-in')).toBeVisible();
  await say(page, { type: 'hello' });
  await expect.poll(() => types(page)).toEqual(expect.arrayContaining(['session']));
  await say(page, { type: 'session', token: 'session_7b7d_00', account: 'demo-good' });
  await expect.poll(async () => (await types(page)).filter((type) => type === 'session').length).toBe(2);
  await expect(help.getByTestId('problem')).toContainText('log in');
  await say(page, { type: 'session', token: await session(page.request, keyed, 'demo-good'), account: 'demo-good' });
  await expect(help.getByTestId('line-state')).toBeVisible();
});

test('a decision that is handed over is shown once there is a session for it', async ({ page, keyed }) => {
  const id = await decide(page.request, keyed, 'demo-good');
  await around(page, keyed, [APP], '');
  const help = page.frameLocator('iframe');
  await expect(help.locator('.task').first()).toBeVisible();
  await say(page, { type: 'hello' });
  await say(page, { type: 'decision', id });
  await expect(help.getByTestId('refused')).toBeVisible();
  await expect.poll(() => types(page)).toContain('session');
  await say(page, { type: 'session', token: await session(page.request, keyed, 'demo-good'), account: 'demo-good' });
  await expect(help.getByTestId('decision-id')).toHaveText(id);
  await say(page, { type: 'open', screen: 'close' });
  await expect(help.getByTestId('close-now')).toBeVisible();
});

test('a page that is not listed is asked for nothing, and its session is not taken', async ({ page, keyed }) => {
  await staff(page.request, keyed, 'demo-good', 'offer', { limit: 500_000 });
  await around(page, keyed, ['https://other.example'], 'line');
  const help = page.frameLocator('iframe');
  await expect(help.getByTestId('sign-in')).toBeVisible();
  await say(page, { type: 'hello' });
  await say(page, { type: 'session', token: await session(page.request, keyed, 'demo-good'), account: 'demo-good' });
  // Long enough for a message that would be heard.
  await page.waitForTimeout(500);
  await expect(help.getByTestId('sign-in')).toBeVisible();
  expect(await types(page)).toEqual([]);
});
