// Paying back with the credit line: every way with its cost, exact to the fen, before anything is paid.
import { expect, type Locator, type Page, test } from '@playwright/test';

import { open } from './checkout';

/** What the sample order costs, in fen. */
const TOTAL = 150_000;

const box = (page: Page): Locator => page.getByTestId('repayment');
const plans = (page: Page): Locator => box(page).locator('.repayment-plan');
const amounts = (text: string): number[] => [...text.matchAll(/¥([\d,.]+)/g)].map(([, yuan = '']) => Math.round(Number(yuan.replaceAll(',', '')) * 100));

test('both ways are listed with days, amounts and the yearly cost, and add up to the fen', async ({ page }) => {
  await open(page, 'en');
  await expect(plans(page)).toHaveCount(2);
  const [once, split] = [plans(page).nth(0), plans(page).nth(1)];
  expect(amounts((await once.locator('p').first().textContent()) ?? '')).toEqual([TOTAL]);
  await expect(once).toContainText('Yearly cost 0%');
  const [sum = 0, fee = 0] = amounts((await split.locator('p').first().textContent()) ?? '');
  expect(sum).toBe(TOTAL + fee);
  const parts = (await split.locator('ol > li').allTextContents()).map(amounts);
  expect(parts).toHaveLength(3);
  expect(parts.reduce((all, [part = 0]) => all + part, 0)).toBe(sum);
  expect(parts.reduce((all, [, part = 0]) => all + part, 0)).toBe(fee);
  await expect(split.locator('.yearly')).toHaveText(/Yearly cost \d+(\.\d+)?% \(simple interest, all fees included\)/);
});

test('the server says the same', async ({ page }) => {
  await open(page, 'en');
  await expect(plans(page)).toHaveCount(2);
  const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' }).format(new Date());
  const answer = await page.request.get(`/v1/repayment-plans?amount=${TOTAL}&from=${day}&locale=en`);
  expect(answer.ok()).toBe(true);
  const { notice } = (await answer.json()) as { notice: { plans: { title: string; instalments: string[]; yearly: string }[]; late: string } };
  for (const [index, plan] of notice.plans.entries()) {
    const lines = [plan.title, ...plan.instalments, plan.yearly];
    expect(await plans(page).nth(index).locator('.digits > p, ol > li').allTextContents()).toEqual(
      index === 0 ? [plan.title, plan.yearly] : lines,
    );
  }
  await expect(box(page)).toContainText(notice.late);
});

test('what costs nothing is chosen to begin with; a choice stays when the language changes', async ({ page }) => {
  await open(page);
  const choice = box(page).getByRole('radio');
  await expect(choice.nth(0)).toBeChecked();
  await choice.nth(0).focus();
  await page.keyboard.press('ArrowDown');
  await expect(choice.nth(1)).toBeChecked();
  await expect(choice.nth(1)).toHaveAccessibleDescription(/综合年化成本/);
  await page.getByRole('button', { name: 'English' }).click();
  await expect(choice.nth(1)).toBeChecked();
  await expect(choice.nth(1)).toHaveAccessibleDescription(/Yearly cost/);
});

test('without the engine nothing is made up', async ({ page }) => {
  await page.route('**/*.wasm', (route) => route.abort());
  await open(page, 'en');
  await expect(box(page)).toContainText('always shown before you pay');
  await expect(plans(page)).toHaveCount(0);
  expect(amounts((await box(page).textContent()) ?? '')).toEqual([]);
});
