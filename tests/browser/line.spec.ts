// Somebody's own line: how it stands, what may be done about it, what was told. The app around it hands a session over.
import { expect } from '@playwright/test';

import { violations } from './axe';
import { asApp, decide, review, staff } from './person';
import { test } from './service';

const WORDS = {
  'zh-CN': { active: '正常使用', accept: '接受，提高到 ¥8,000.00', restricted: '暂停新的使用', reason: '测试中的操作。' },
  en: { active: 'In use', accept: 'Accept, raise it to ¥8,000.00', restricted: 'New use is paused', reason: '测试中的操作。' },
} as const;

for (const locale of ['zh-CN', 'en'] as const) {
  test(`a line is seen, a higher limit taken, and every change told once (${locale})`, async ({ page, keyed }) => {
    const w = WORDS[locale];
    await decide(page.request, keyed, 'demo-good');
    await staff(page.request, keyed, 'demo-good', 'activate');
    await staff(page.request, keyed, 'demo-good', 'lower', { limit: 500_000 });
    await staff(page.request, keyed, 'demo-good', 'propose', { limit: 800_000 });
    await asApp(page, keyed, 'demo-good', 'line', locale);
    const state = page.getByTestId('line-state');
    await expect(state).toHaveText(w.active);
    await expect(page.locator('.finding')).toContainText('¥5,000.00');
    // Nobody chooses whose line it is: the session says so.
    await expect(page.locator('#person-account')).toHaveCount(0);
    const unread = page.getByTestId('unread');
    await expect(unread).toContainText(/\d/);
    const before = Number(/\d+/.exec((await unread.textContent()) ?? '')?.[0]);
    await page.getByTestId('inbox').locator('summary').first().click();
    await expect(unread).toContainText(String(before - 1));
    // By keyboard: the answer is told, and the focus is where it is.
    await page.getByRole('button', { name: w.accept }).focus();
    await page.keyboard.press('Enter');
    await expect(state).toBeFocused();
    await expect(page.locator('.finding')).toContainText('¥8,000.00');
    await expect(page.getByTestId('proposal')).toHaveCount(0);
    await expect(page.getByTestId('inbox').locator('[data-topic=raise]')).toHaveCount(1);
    // What was read stays read.
    await staff(page.request, keyed, 'demo-good', 'restrict');
    await page.reload();
    await expect(state).toHaveText(w.restricted);
    const last = page.getByTestId('inbox').locator('details').first();
    await last.locator('summary').click();
    await expect(last).toContainText(w.reason);
    expect(await violations(page)).toEqual([]);
  });
}

test('without a session nothing is told but how to log in', async ({ page, keyed }) => {
  for (const place of ['line', 'close', 'appeal']) {
    await page.goto(`${keyed.origin}/help/?lang=en#/${place}`);
    await expect(page.getByTestId('sign-in')).toBeVisible();
    await expect(page.getByTestId('sign-in')).toContainText('log in');
  }
});

test('a session of another account opens nothing', async ({ page, keyed }) => {
  await asApp(page, keyed, 'demo-nobody', 'line', 'en');
  await expect(page.getByTestId('problem')).toBeVisible();
  await expect(page.getByTestId('line-state')).toHaveCount(0);
});

test('a review that changes what is offered says whose doing it is, in words and as bars that add up', async ({ page, keyed }) => {
  await decide(page.request, keyed, 'demo-good');
  await staff(page.request, keyed, 'demo-good', 'activate');
  await staff(page.request, keyed, 'demo-good', 'lower', { limit: 300_000 });
  for (const income of [300_000, 900_000]) await review(page.request, keyed, 'demo-good', income);
  await asApp(page, keyed, 'demo-good', 'line', 'en');
  const told = page.getByTestId('inbox').locator('[data-topic=propose]').first();
  await told.locator('summary').click();
  const shares = told.getByTestId('shares').first();
  await expect(shares).toBeVisible();
  await expect(told).toContainText('income');
  const yuan = (text: string): number => Number(text.replace('−', '-').replace(/[¥,+]/g, '').replace('No change', '0'));
  const cells = (await shares.locator('tbody td').allInnerTexts()).map(yuan);
  expect(cells.reduce((sum, one) => sum + one, 0)).toBe(yuan(await shares.locator('tfoot td').innerText()));
  expect(Math.max(...cells)).toBeGreaterThan(0);
  expect(await violations(page)).toEqual([]);
  // The decision that it follows from is one press away, and its number stays out of the address.
  await told.getByRole('link', { name: 'See this decision' }).click();
  await expect(page.getByTestId('decision-id')).toBeVisible();
  await expect(page).toHaveURL(/#\/decision$/);
});
