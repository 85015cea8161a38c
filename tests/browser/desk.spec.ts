// The desk of the staff: who is let in, decisions by number, lines by account.
import { expect } from '@playwright/test';

import { overflow, violations } from './axe';
import { decide, openDesk, staff } from './person';
import { test } from './service';

const WORDS = {
  'zh-CN': { missing: '还没有填写', wrong: '这个密钥不能用', title: '登录', out: '退出' },
  en: { missing: 'Nothing entered yet', wrong: 'This key does not count', title: 'Sign in', out: 'Sign out' },
} as const;

for (const locale of ['zh-CN', 'en'] as const) {
  test(`nobody is let in without an operator’s key (${locale})`, async ({ page, keyed }) => {
    const w = WORDS[locale];
    for (const place of ['appeals', 'policies', 'nonsense']) {
      await page.goto(`${keyed.origin}/ops/?lang=${locale}#/${place}`);
      await page.reload();
      await expect(page.locator('h1')).toHaveText(w.title);
      await expect(page.locator('.places')).toBeHidden();
    }
    const key = page.locator('#key');
    await key.focus();
    await page.keyboard.press('Enter');
    await expect(page.locator('#key-fault')).toContainText(w.missing);
    for (const wrong of ['precheck_none', `${keyed.staff}x`, keyed.shop]) {
      await key.fill(wrong);
      await page.keyboard.press('Enter');
      await expect(page.locator('#key-fault')).toContainText(w.wrong);
      await expect(key).toBeFocused();
    }
    expect(await violations(page)).toEqual([]);
    await key.fill(keyed.staff);
    await page.keyboard.press('Enter');
    await expect(page.locator('.places')).toBeVisible();
    await expect(page.locator('h1')).toBeFocused();
    // The key is kept nowhere.
    const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, history.state, location.href]));
    expect(kept).not.toContain('precheck_');
    await page.getByRole('button', { name: w.out }).click();
    await expect(page.locator('h1')).toHaveText(w.title);
  });

  test(`a decision by its number, and what staff do to a line (${locale})`, async ({ page, keyed }) => {
    const id = await decide(page.request, keyed, 'demo-good');
    await staff(page.request, keyed, 'demo-good', 'activate');
    await openDesk(page, keyed, 'decision', locale);
    await page.locator('#decision').fill('123');
    await page.keyboard.press('Enter');
    await expect(page.locator('#decision-fault')).toBeVisible();
    await page.locator('#decision').fill('123e4567-e89b-42d3-a456-426614174000');
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('problem')).toContainText('decision-not-found');
    await expect(page.getByTestId('trace')).toHaveCount(0);
    await page.locator('#decision').fill(id.toUpperCase());
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('trace')).toContainText('risk_module');
    await expect(page).not.toHaveURL(new RegExp(id));
    // It is there in the other language, and without a key nothing of it is.
    await page.getByRole('button', { name: locale === 'en' ? '中文' : 'English' }).click();
    await expect(page.getByTestId('trace')).toContainText(locale === 'en' ? '全部依据' : 'Everything that it came from');
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await overflow(page)).toBe(0);
    expect(await violations(page)).toEqual([]);

    await page.evaluate(() => {
      location.hash = '#/lines';
    });
    await page.locator('#account').fill('demo-nobody');
    await page.locator('#act').selectOption('stay');
    await page.locator('#because').fill('…');
    await page.locator('main form button[type=submit]').click();
    // What is refused before anything else is read is in the language of the page too.
    await expect(page.getByTestId('problem')).toContainText('account-unknown');
    await expect(page.getByTestId('problem').locator('h2')).toHaveText(locale === 'en' ? '账户不存在' : 'There is no such account');
    await page.locator('#because').fill('');
    await page.locator('#account').fill('demo-good');
    await page.locator('#act').selectOption('stay');
    await page.locator('main form button[type=submit]').click();
    await expect(page.locator('#because')).toBeFocused();
    await page.locator('#because').fill('Two lines\nbecome one.');
    // What was typed and chosen survives another language.
    for (const button of ['English', '中文', locale === 'en' ? '中文' : 'English']) await page.getByRole('button', { name: button }).click();
    await expect(page.locator('#account')).toHaveValue('demo-good');
    await expect(page.locator('#act')).toHaveValue('stay');
    await expect(page.locator('#because')).toHaveValue(/become one/);
    await page.locator('main form button[type=submit]').click();
    // Nothing is being closed, so there is nothing to undo.
    await expect(page.getByTestId('problem')).toContainText('line-refused');
    await page.locator('#act').selectOption('restrict');
    await page.locator('main form button[type=submit]').click();
    await expect(page.getByTestId('line')).toContainText('demo-good');
    expect(await overflow(page)).toBe(0);
    expect(await violations(page)).toEqual([]);
  });
}

test('the desk runs under a strict policy, is framed by nobody, and no page leads to it', async ({ page, keyed }) => {
  const refused: string[] = [];
  page.on('console', (message) => {
    // The refused probe is the network's own line.
    if (['error', 'warning'].includes(message.type()) && !message.text().includes('401')) refused.push(message.text());
  });
  const answer = await page.goto(`${keyed.origin}/ops/?lang=en#/`);
  expect(answer?.headers()['content-security-policy']).toContain("frame-ancestors 'none'");
  await openDesk(page, keyed, 'lines', 'en');
  await expect(page.locator('#account')).toBeVisible();
  for (const place of ['alarms', 'policies', 'appeals']) {
    await page.locator(`.places a[href="#/${place}"]`).click();
    await expect(page.locator('h1')).toBeFocused();
    await expect(page.locator(`.places a[aria-current=page]`)).toHaveAttribute('href', `#/${place}`);
  }
  expect(refused).toEqual([]);
  await page.goto(`${keyed.origin}/help/?lang=en#/`);
  await expect(page.locator('.task').first()).toBeVisible();
  await expect(page.locator('a[href*=ops]')).toHaveCount(0);
});
