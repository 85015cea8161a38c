// The days on which an order is paid back: on the page, and in a file for one's own calendar.
import { readFileSync } from 'node:fs';

import { expect, type Page, test } from '@playwright/test';

import { overflow, violations } from './axe';
import { openHelp } from './help';
import { showPlans } from './person';

const WORDS = {
  'zh-CN': { show: '看还款日', file: '存进日历（.ics 文件）', title: '白条还款日（第 1/' },
  en: { show: 'Show the days', file: 'Put into my calendar (.ics file)', title: 'Credit line: repayment due (1 of ' },
} as const;

/** Lines of a calendar file as they were before they were folded. */
async function saved(page: Page, name: string): Promise<{ raw: string; lines: string[] }> {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe('repayment.ics');
  const raw = readFileSync(await file.path(), 'utf8');
  return { raw, lines: raw.replaceAll('\r\n ', '').trimEnd().split('\r\n') };
}

for (const locale of ['zh-CN', 'en'] as const) {
  test(`days, reminders and a calendar file say the same as the server (${locale})`, async ({ page }) => {
    const w = WORDS[locale];
    await openHelp(page, 'repay', locale);
    await page.getByRole('button', { name: w.show }).click();
    await expect(page.locator('#repay-amount')).toBeFocused();
    await expect(page.locator('#repay-amount-fault')).toBeVisible();
    await page.locator('#repay-amount').fill('1，５00');
    await page.locator('#repay-from').fill('2026-11-30');
    await showPlans(page, 2);
    const plans = page.getByTestId('plans');
    await plans.getByRole('radio').nth(1).check();
    const answer = await page.request.get(`/v1/repayment-plans?amount=150000&from=2026-11-30&locale=${locale}`);
    const { outcome } = (await answer.json()) as { outcome: { plans: { instalments: { due: string; reminders: { on: string; days: number }[] }[] }[] } };
    const parts = outcome.plans[1]?.instalments ?? [];
    const days = parts.map(({ due }) => due);
    expect(await plans.locator('.due-days > li').evaluateAll((items) => items.map((item) => item.getAttribute('data-due')))).toEqual(days);
    expect(await plans.locator('.day.due').evaluateAll((all) => all.map((one) => one.getAttribute('data-day')))).toEqual(days);
    expect(await violations(page)).toEqual([]);

    const { raw, lines } = await saved(page, w.file);
    const of = (name: string): string[] => lines.filter((line) => line.startsWith(name)).map((line) => line.slice(line.indexOf(':') + 1));
    expect(of('DTSTART')).toEqual(days.map((day) => day.replaceAll('-', '')));
    expect(of('SUMMARY')[0]).toContain(w.title);
    const before = parts.flatMap(({ reminders }) => reminders.filter(({ days: away }) => away <= 0));
    expect(of('TRIGGER')).toHaveLength(before.length);
    // No line is longer than 75 bytes, and nothing about anybody or any amount is in it.
    for (const line of raw.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
    expect(raw).not.toMatch(/1,?500|¥/);
    expect(new Set(of('UID')).size).toBe(days.length);

    // The choice is there in the other language.
    await page.getByRole('button', { name: locale === 'en' ? '中文' : 'English' }).click();
    await expect(plans.getByRole('radio').nth(1)).toBeChecked();
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await overflow(page)).toBe(0);
  });
}

test('an amount that is not split has one way, and the server’s refusal is told', async ({ page }) => {
  await openHelp(page, 'repay', 'en');
  await page.locator('#repay-amount').fill('50');
  await showPlans(page, 1);
  await expect(page.getByTestId('plans').getByRole('radio')).toBeChecked();
  await page.route('**/v1/repayment-plans*', (route) => route.abort());
  await page.locator('#repay-amount').fill('60');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('problem')).toContainText('could not be reached');
  await expect(page.getByTestId('problem')).toBeFocused();
  await page.unroute('**/v1/repayment-plans*');
  await expect(async () => {
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect(page.getByTestId('plans').getByRole('radio')).toHaveCount(1, { timeout: 1_000 });
  }).toPass({ timeout: 15_000 });
});
