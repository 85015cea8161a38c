// What a link can be besides good: each state says what it means, and leads on.
import { type Browser, expect, type Page } from '@playwright/test';

import { follow, issue, messages, offered, openHere } from './activation';
import { overflow, violations } from './axe';
import { type Locale, PERSON } from './checkout';
import { asApp, staff } from './person';
import { type Keyed, test } from './service';

const WORDS = {
  'zh-CN': {
    goOn: '在这台设备上继续',
    line: '去“我的白条”',
    other: '链接已经在别的设备或窗口里打开了',
    replaced: '已经有更新的链接',
    expired: '链接已经过期',
    withdrawn: '白条不用这个链接激活了',
    used: '这个链接已经用过了',
    behind: '最新的状态还没同步到这里',
    unknown: '这个链接打不开',
    none: '请从短信里打开链接',
    code: '获取验证码',
    send: '发送激活链接',
    again: '重新发送',
  },
  en: {
    goOn: 'Go on on this device',
    line: 'To “My line”',
    other: 'The link is open on another device or in another window',
    replaced: 'There is a newer link',
    expired: 'The link has expired',
    withdrawn: 'The line does not wait for this link any more',
    used: 'The link has been used',
    behind: 'The latest state has not come here yet',
    unknown: 'This link cannot be opened',
    none: 'Open the link in the message',
    code: 'Send me a code',
    send: 'Send the link',
    again: 'Send it again',
  },
} as const;

/** Expects a state with its way on, which anybody can use. */
async function stands(page: Page, title: string, locale: Locale): Promise<void> {
  await expect(page.getByTestId('link').locator('h2')).toHaveText(title);
  await expect(page.getByRole('link', { name: WORDS[locale].line })).toHaveAttribute('href', `/help/?lang=${locale}#/line`);
  await expect(page.locator('#activate-code')).toHaveCount(0);
  expect(await violations(page)).toEqual([]);
  expect(await overflow(page)).toBe(0);
}

async function elsewhere(browser: Browser, service: Keyed, token: string, locale: Locale): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
  const page = await context.newPage();
  await follow(page, service, token, locale);
  await stands(page, WORDS[locale].other, locale);
  await context.close();
}

test.use({ viewport: { width: 360, height: 740 } });

for (const locale of ['zh-CN', 'en'] as const) {
  const w = WORDS[locale];

  test(`a link goes on where it was opened first, and nowhere else (${locale})`, async ({ page, browser, keyed }) => {
    const token = await offered(page.request, keyed, 'demo-good');
    await follow(page, keyed, token, locale);
    await openHere(page, w.goOn);
    await elsewhere(browser, keyed, token, locale);
    // The one that was there before loses nothing by it.
    await page.reload();
    await expect(page.locator('#activate-code')).toBeVisible();
  });

  test(`a newer link takes the place of an older one, also while its form is open (${locale})`, async ({ page, keyed }) => {
    const older = await offered(page.request, keyed, 'demo-good');
    await follow(page, keyed, older, locale);
    await openHere(page, w.goOn);
    // The shop shows it itself, which needs no message and no pause.
    const headers = { Authorization: `Bearer ${keyed.shop}` };
    const answer = await page.request.post(`${keyed.origin}/v1/activation-links`, { data: { account: 'demo-good' }, headers });
    const { token: newer } = (await answer.json()) as { token: string };
    await page.locator('#activate-phone').fill(PERSON.phone);
    await page.locator('#activate-code').fill('123456');
    await page.getByTestId('activate').locator('button[type=submit]').click();
    await expect(page.getByTestId('result').locator('[data-code=LINK-EXPIRED]').first()).toBeVisible();
    await stands(page, w.replaced, locale);
    // The newer one, in the same tab: nothing is loaded anew, and nothing of the older one is in its way.
    await page.evaluate((hash) => {
      location.hash = hash;
    }, newer);
    await expect(page.getByRole('button', { name: w.goOn })).toBeVisible();
    await expect(page.getByTestId('result')).toBeEmpty();
    expect(page.url()).not.toContain(newer);
  });

  test(`a line that staff activate meanwhile does not wait for its link (${locale})`, async ({ page, keyed }) => {
    const token = await offered(page.request, keyed, 'demo-good');
    await follow(page, keyed, token, locale);
    await openHere(page, w.goOn);
    await staff(page.request, keyed, 'demo-good', 'activate');
    await page.locator('#activate-phone').fill(PERSON.phone);
    await page.getByRole('button', { name: w.code }).click();
    await expect(page.getByTestId('link').locator('h2')).toBeFocused();
    await stands(page, w.withdrawn, locale);
    await page.reload();
    await stands(page, w.withdrawn, locale);
  });

  test(`a link that expired or was used says so (${locale})`, async ({ page, keyed }) => {
    const token = await offered(page.request, keyed, 'demo-good');
    for (const state of ['expired', 'used'] as const) {
      // Nobody waits a week here: the answer is the service's own but for its state.
      await page.route('**/v1/activation-link?*', async (route) => route.fulfill({ json: { ...((await (await route.fetch()).json()) as object), state } }));
      await follow(page, keyed, token, locale);
      await stands(page, w[state], locale);
      await page.unroute('**/v1/activation-link?*');
      await page.goto('about:blank');
    }
  });

  test(`what is older than what was seen is never shown as how it stands (${locale})`, async ({ page, keyed }) => {
    const token = await offered(page.request, keyed, 'demo-good');
    await follow(page, keyed, token, locale);
    // As after an answer of a service that knows more.
    const seen = (position: number): Promise<void> =>
      page.evaluate((at) => {
        const kept = JSON.parse(sessionStorage.getItem('activation') ?? '{}') as object;
        sessionStorage.setItem('activation', JSON.stringify({ ...kept, position: at }));
      }, position);
    await seen(9);
    await page.reload();
    await stands(page, w.behind, locale);
    await expect(page.getByTestId('look-in')).toContainText(/[1-5]/);
    // It looks again by itself.
    await page.waitForResponse((answer) => answer.url().includes('after=9'));
    await expect(page.getByTestId('link').locator('h2')).toHaveText(w.behind);
    await seen(1);
    await page.reload();
    await expect(page.getByRole('button', { name: w.goOn })).toBeVisible();
  });

  test(`a link that is none, and none at all (${locale})`, async ({ page, keyed }) => {
    for (const token of ['00', 'a'.repeat(72), '%E9%93%BE..接']) {
      await follow(page, keyed, token, locale);
      await stands(page, w.unknown, locale);
      await page.goto('about:blank');
    }
    const context = await page.context().browser()?.newContext({ viewport: { width: 360, height: 740 } });
    const fresh = await context?.newPage();
    if (!fresh) throw new Error('no browser');
    await follow(fresh, keyed, '', locale);
    await stands(fresh, w.none, locale);
    await context?.close();
  });

  test(`a new link is sent from one's own line, to the phone that is known (${locale})`, async ({ page, keyed }) => {
    await staff(page.request, keyed, 'demo-good', 'offer', { limit: 500_000 });
    await issue(page.request, keyed, 'demo-good');
    await asApp(page, keyed, 'demo-good', 'line', locale);
    const box = page.getByTestId('by-link');
    await box.getByRole('button', { name: w.send }).click();
    await expect(page.locator('#link-phone')).toBeFocused();
    await expect(page.locator('#link-phone-fault')).toBeVisible();
    await page.locator('#link-phone').fill('1380013');
    await box.getByRole('button', { name: w.send }).click();
    await expect(page.locator('#link-phone-fault')).toContainText('11');
    await page.locator('#link-phone').fill(PERSON.phone);
    await box.getByRole('button', { name: w.send }).click();
    // The first message went a moment ago: how long to wait is said.
    await expect(box.getByTestId('problem')).toBeVisible();
    await expect(box.getByTestId('pause')).toContainText(/\d/);
    expect(await violations(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);
    expect(await messages(page.request, keyed)).toHaveLength(1);
  });
}

test('a line that waits has its first link sent', async ({ page, keyed }) => {
  await staff(page.request, keyed, 'demo-good', 'offer', { limit: 500_000 });
  await asApp(page, keyed, 'demo-good', 'line', 'en');
  const box = page.getByTestId('by-link');
  await page.locator('#link-phone').fill(PERSON.phone);
  await box.getByRole('button', { name: WORDS.en.send }).click();
  // Whether it was the right number is told to nobody.
  await expect(box.getByTestId('message-sent')).toBeVisible();
  await expect(box.getByRole('button', { name: WORDS.en.again })).toHaveAttribute('aria-disabled', 'true');
});
