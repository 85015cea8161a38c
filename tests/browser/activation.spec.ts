// From the link in a message to a line in use: opened here, a code, too soon, wrong, right, and done.
import { expect } from '@playwright/test';

import { askForCode, follow, offered, openHere, read, wide, wrong } from './activation';
import { overflow, violations } from './axe';
import { PERSON } from './checkout';
import { test } from './service';

const WORDS = {
  'zh-CN': { goOn: '在这台设备上继续', send: '获取验证码', again: '重新获取', wait: /(\d+ 分 )?\d+ 秒后可以重新获取/, activate: '激活', soon: '短信要得太频繁了', done: '白条已经激活', used: '这个链接已经用过了', see: '看激活的结果', line: '去“我的白条”' },
  en: { goOn: 'Go on on this device', send: 'Send me a code', again: 'Send another one', wait: /Another one in (\d+ min )?\d+ s/, activate: 'Activate', soon: 'Messages are asked for too often', done: 'The line is active', used: 'The link has been used', see: 'See the result', line: 'To “My line”' },
} as const;

for (const locale of ['zh-CN', 'en'] as const) {
  test.describe(locale, () => {
    test.use({ viewport: { width: 360, height: 740 } });
    test('a line begins by link and code', async ({ page, browser, keyed }) => {
      const w = WORDS[locale];
      const token = await offered(page.request, keyed, 'demo-good');
      const sent: string[] = [];
      page.on('request', (request) => sent.push(request.url()));
      page.on('console', (message) => sent.push(message.text()));
      await follow(page, keyed, token, locale);
      // It leaves the address at once, and looking at it opens nothing.
      expect(page.url()).toBe(`${keyed.origin}/activate/?lang=${locale}`);
      const look = { headers: { 'Activation-Link': token } };
      expect(await (await page.request.get(`${keyed.origin}/v1/activation-link`, look)).json()).toMatchObject({ state: 'valid', position: 1 });
      expect(await violations(page)).toEqual([]);
      await openHere(page, w.goOn);
      expect(await (await page.request.get(`${keyed.origin}/v1/activation-link`, look)).json()).toMatchObject({ state: 'other-device' });
      expect(await overflow(page)).toBe(0);

      // Nothing filled in, and a number that is none: told at its place.
      const [phone, code] = [page.locator('#activate-phone'), page.locator('#activate-code')];
      await page.getByRole('button', { name: w.activate, exact: true }).click();
      await expect(phone).toBeFocused();
      await expect(page.locator('#activate-code-fault')).toBeVisible();
      await phone.fill('138001380');
      await page.getByRole('button', { name: w.send }).click();
      await expect(page.locator('#activate-phone-fault')).toContainText('11');
      await expect(phone).toBeFocused();
      expect(await violations(page)).toEqual([]);
      await phone.fill(wide(PERSON.phone));
      const right = await askForCode(page, keyed, w.send);
      await expect(code).toBeFocused();
      await expect(page.getByTestId('pause')).toHaveText(w.wait);
      await expect(page.getByRole('button', { name: w.again })).toHaveAttribute('aria-disabled', 'true');
      expect(await violations(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await violations(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: 'light' });
      expect(await overflow(page)).toBe(0);

      // A reload keeps the link and nothing that was typed; the server keeps the pause.
      await page.reload();
      await expect(phone).toHaveValue('');
      await phone.fill(PERSON.phone);
      await page.getByRole('button', { name: w.send }).click();
      await expect(page.getByTestId('problem')).toContainText(w.soon);
      await expect(page.getByTestId('problem')).not.toContainText('Retry-After');
      await expect(page.getByTestId('pause')).toHaveText(w.wait);
      expect(await violations(page)).toEqual([]);
      await read(page);

      const headline = page.locator('#precheck-headline');
      await code.fill(wrong(right));
      await page.getByRole('button', { name: w.activate, exact: true }).click();
      await expect(page.getByTestId('result').locator('[data-code=CODE-WRONG]').first()).toBeVisible();
      await expect(headline).toBeFocused();
      await expect(page.getByTestId('when'), 'who mistyped need not wait for hours').not.toContainText(/\d/);
      await expect(code, 'a code is tried once').toHaveValue('');
      await expect(phone).toHaveValue(PERSON.phone);
      expect(await violations(page)).toEqual([]);
      expect(await overflow(page)).toBe(0);

      await code.fill(wide(right));
      await page.getByRole('button', { name: w.activate, exact: true }).click();
      await expect(page.getByTestId('link').locator('h2')).toHaveText(w.done);
      await expect(headline).toBeFocused();
      await expect(page.getByTestId('verdict')).toHaveAttribute('data-status', 'decided');
      await expect(page.locator('.record')).toHaveCount(1);
      expect(await violations(page)).toEqual([]);
      expect(await overflow(page)).toBe(0);
      const line = await page.request.get(`${keyed.origin}/v1/accounts/demo-good/line`, { headers: { Authorization: `Bearer ${keyed.shop}` } });
      expect(await line.json()).toMatchObject({ state: 'active', limit: 500_000 });

      // Elsewhere it was used, and nothing of the decision is told.
      const other = await browser.newContext();
      const stranger = await other.newPage();
      await follow(stranger, keyed, token, locale);
      await expect(stranger.getByTestId('link').locator('h2')).toHaveText(w.used);
      await expect(stranger.getByRole('link', { name: w.see })).toHaveCount(0);
      expect(await violations(stranger)).toEqual([]);
      await other.close();

      // Here it stays done, with a way to the decision; nothing personal went into an address or the console, or is stored.
      await page.reload();
      await expect(page.getByTestId('link').locator('h2')).toHaveText(w.done);
      await expect(page.getByRole('link', { name: w.line })).toBeVisible();
      await expect(page.getByRole('link', { name: w.see })).toBeVisible();
      const kept = await page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }, history.state, document.cookie]));
      for (const secret of [PERSON.phone, right]) expect(kept).not.toContain(secret);
      sent.push(page.url());
      for (const secret of [token, PERSON.phone, right]) expect(sent.filter((one) => decodeURIComponent(one).includes(secret))).toEqual([]);
    });
  });
}
