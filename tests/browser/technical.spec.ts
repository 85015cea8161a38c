// A technical failure is explained as such, in both languages: what it means, that it judges nobody, when to try again.
import { expect, type Page, test } from '@playwright/test';

import { control, decided, fill, headline, type Locale, open, reasons, submit, verdict } from './checkout';

/** Past the page's patience, and the time in which it finds out why. */
const PATIENCE = { timeout: 6_000 };

const BUNDLE = '**/v1/bundles/public';
const LONG_AGO = new Date('2020-01-01T04:00:00Z');

const block = (page: Page): Promise<unknown> => page.route('**/*.wasm', (route) => route.abort());
const cutOff = (page: Page): Promise<unknown> =>
  page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'onLine', { get: () => false }));

/** Makes the browser one that has no reference types. */
const age = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    const refuse = (): Promise<never> => Promise.reject(new WebAssembly.CompileError('no reference types'));
    Object.assign(WebAssembly, { instantiate: refuse, instantiateStreaming: refuse });
    const { validate } = WebAssembly;
    WebAssembly.validate = (bytes) => !new Uint8Array(bytes as ArrayBuffer).includes(208) && validate(bytes);
  });

const OBSTACLES: readonly [what: string, put: (page: Page) => Promise<unknown>, said: Record<Locale, string>][] = [
  ['the device is offline', async (page) => [await block(page), await cutOff(page)], { 'zh-CN': '没有连上网络', en: 'no network' }],
  ['the browser is old', age, { 'zh-CN': '版本比较旧', en: 'rather old' }],
  ['the module is blocked', block, { 'zh-CN': '没有运行起来', en: 'did not start' }],
  ['the clock is wrong', (page) => page.clock.setFixedTime(LONG_AGO), { 'zh-CN': '自动设置日期和时间', en: 'set date and time by itself' }],
  [
    'the day is right and the policy is not in force',
    async (page) => {
      await page.clock.setFixedTime(LONG_AGO);
      const headers = { Date: LONG_AGO.toUTCString() };
      await page.route('**/healthz', (route) => route.fulfill({ headers }));
    },
    { 'zh-CN': '没有通过核对', en: 'did not pass their check' },
  ],
  [
    'the day is wrong and the server does not tell its time',
    async (page) => {
      await page.clock.setFixedTime(LONG_AGO);
      await page.route('**/healthz', (route) => route.abort());
    },
    { 'zh-CN': '是我们这边的故障', en: 'the fault is ours' },
  ],
  [
    'the server does not give the policy out',
    (page) => page.route(BUNDLE, (route) => route.fulfill({ status: 503 })),
    { 'zh-CN': '暂时没有把预检的规则发过来', en: 'did not send the rules' },
  ],
  [
    'the policy is damaged',
    (page) =>
      page.route(BUNDLE, async (route) => {
        const body = await (await route.fetch()).body();
        body[body.length >> 1] = (body[body.length >> 1] ?? 0) ^ 1;
        await route.fulfill({ body });
      }),
    { 'zh-CN': '没有通过核对', en: 'did not pass their check' },
  ],
  ['the policy is on its way', (page) => page.route(BUNDLE, () => new Promise(() => {})), { 'zh-CN': '还在载入', en: 'still loading' }],
];

const ALWAYS: Record<Locale, readonly RegExp[]> = {
  'zh-CN': [/不是对你的评价/, /不会留下记录/, /马上就能再试|可以再试|点“再试一次”/],
  en: [/says nothing about you/, /leaves no trace/, /you can try again|choose “Try again”|not after a minute, try again/i],
};

for (const [what, put, said] of OBSTACLES) {
  for (const locale of ['zh-CN', 'en'] as const) {
    test(`explained although ${what} (${locale})`, async ({ page }) => {
      await put(page);
      await open(page, locale);
      await expect(verdict(page)).toContainText(said[locale], PATIENCE);
      for (const phrase of ALWAYS[locale]) await expect(verdict(page)).toContainText(phrase);
    });
  }
}

test('trying again works by keyboard, and keeps what was typed', async ({ page }) => {
  await block(page);
  await open(page);
  await fill(page);
  const again = page.getByTestId('try-again');
  await expect(again).toBeVisible(PATIENCE);
  await again.focus();
  await page.keyboard.press('Enter');
  await expect(headline(page)).toBeFocused();
  await expect(again).toBeVisible(PATIENCE);
  await page.unroute('**/*.wasm');
  await again.focus();
  await page.keyboard.press('Space');
  await expect(verdict(page)).toHaveAttribute('data-status', 'likely', PATIENCE);
  await expect(control(page, 'name')).toHaveValue('张三');
});

for (const [account, code, tone] of [
  ['demo-peak', 'PLATFORM-BUSY', 'retry-later'],
  ['demo-fault', 'PLATFORM-FAULT', 'retry-later'],
  ['demo-bureau-down', 'SOURCE-UNAVAILABLE', 'retry-later'],
  ['demo-module', 'MODULE-FAULT', 'refer'],
] as const) {
  test(`a decision in which something failed on our side is no refusal (${account})`, async ({ page }) => {
    await open(page, 'zh-CN', account);
    await fill(page);
    await submit(page);
    await decided(page);
    await expect(verdict(page)).toHaveAttribute('data-tone', tone);
    expect(await reasons(page)).toEqual([code]);
    const why = page.getByTestId('why');
    await expect(why).toContainText(/不会算在你身上/);
    await expect(why).toContainText(/不影响信用记录/);
  });
}

for (const [what, put, said] of [
  ['no connection', (page: Page) => page.route('**/decisions', (route) => route.abort()), '没有连上服务器'],
  [
    'an overload without an answer of ours',
    (page: Page) => page.route('**/decisions', (route) => route.fulfill({ status: 503, body: 'busy' })),
    '访问的人太多',
  ],
] as const) {
  test(`submitting with ${what} says that nobody is judged, and when to try again`, async ({ page }) => {
    await put(page);
    await open(page);
    await fill(page);
    await submit(page);
    const summary = page.getByTestId('summary');
    await expect(summary).toContainText(said);
    await expect(summary).toContainText('不会影响信用记录');
    await expect(summary).toContainText(/马上就能再提交|过半小时/);
    await page.unroute('**/decisions');
    await submit(page);
    await decided(page);
  });
}
