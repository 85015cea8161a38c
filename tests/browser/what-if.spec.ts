// What can be done, and what would be if: proved plans beside a refusal, and a trial that touches nothing else.
import { expect, type Locator, type Page, test } from '@playwright/test';

import { control, fill, headline, open, ready, verdict } from './checkout';

const panel = (page: Page): Locator => page.getByTestId('what-if');
const result = (page: Page): Locator => page.getByTestId('what-if-result');
const field = (page: Page, name: string): Locator => page.locator(`#what-if-${name}`);
const slider = (page: Page, name: string): Locator => page.locator(`#what-if-${name}-slider`);

async function unfold(page: Page): Promise<void> {
  await panel(page).locator('summary').click();
  await expect(page.getByTestId('what-if-note')).toBeVisible();
}

test('what stands in the way comes with what would be enough, cheapest first, and it is true', async ({ page }) => {
  await open(page, 'en');
  await fill(page, { debt: '9000' });
  // The last of them has the fewest changes: one.
  const plan = verdict(page).getByTestId('plan').last();
  const steps = plan.locator('.plan-steps > li');
  await expect(steps).toHaveCount(1);
  await expect(steps).toContainText('Bring Monthly repayments down from ¥9,000 to');
  const target = /to ¥([\d,.]+)/.exec((await steps.textContent()) ?? '')?.[1]?.replaceAll(',', '') ?? '';
  await control(page, 'monthly_debt').fill(target);
  await expect(verdict(page)).toHaveAttribute('data-status', 'likely');
  await expect(verdict(page).getByTestId('ways')).toHaveCount(0);
  // The least that is enough: a hundred more is too much.
  await control(page, 'monthly_debt').fill(String(Number(target) + 100));
  await expect(verdict(page).getByTestId('ways')).toBeVisible();
});

test('what nobody can change is never suggested', async ({ page }) => {
  await open(page, 'en');
  await fill(page, { id: '110101202003071238' });
  const ways = verdict(page).getByTestId('ways');
  await expect(ways).toBeVisible();
  await expect(ways.getByTestId('plan')).toHaveCount(0);
  await expect(ways.locator('.blocked > li')).toHaveCount(1);
  await expect(ways.locator('.blocked')).toContainText('At least 18 years old');
  await expect(ways).not.toContainText('born');
});

test('a trial changes neither the form nor the result, and goes away with one click', async ({ page }) => {
  const sent: string[] = [];
  await open(page);
  await fill(page, { debt: '9000' });
  const before = await headline(page).textContent();
  page.on('request', (request) => sent.push(request.url()));
  await unfold(page);
  await expect(page.getByTestId('what-if-note')).toContainText('不会提交');
  await expect(field(page, 'monthly_debt')).toHaveValue('9000');
  await expect(page.getByTestId('what-if-reset')).toBeHidden();
  await field(page, 'monthly_debt').fill('500');
  await expect(result(page)).toHaveAttribute('data-tone', 'likely');
  await expect(headline(page)).toHaveText(before ?? '');
  await expect(control(page, 'monthly_debt')).toHaveValue('9000');
  await page.getByTestId('what-if-reset').click();
  await expect(field(page, 'monthly_debt')).toHaveValue('9000');
  await expect(result(page)).toHaveAttribute('data-tone', 'cannot-tell');
  expect(sent).toEqual([]);
  expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
});

test('slider and field say the same, by keyboard too', async ({ page }) => {
  await open(page, 'en');
  await fill(page);
  await unfold(page);
  await expect(slider(page, 'monthly_income')).toHaveValue('1200000');
  await expect(slider(page, 'monthly_income')).toHaveAttribute('aria-valuetext', '12000 yuan');
  await slider(page, 'monthly_income').focus();
  await page.keyboard.press('ArrowRight');
  await expect(field(page, 'monthly_income')).toHaveValue('12100');
  await expect(slider(page, 'monthly_income')).toHaveAttribute('aria-valuetext', '12100 yuan');
  await field(page, 'monthly_income').fill('1500');
  await expect(slider(page, 'monthly_income')).toHaveValue('150000');
  await expect(result(page)).toHaveAttribute('data-tone', 'would-fail');
  await field(page, 'monthly_income').fill('abc');
  await expect(panel(page).locator('#what-if-monthly_income-fault')).toBeVisible();
});

test('a plan that is taken gives what it says, and a lock keeps plans off a fact', async ({ page }) => {
  await open(page, 'en');
  await fill(page, { debt: '9000' });
  await unfold(page);
  const plans = panel(page).getByTestId('plan');
  const count = await plans.count();
  expect(count).toBeGreaterThan(0);
  for (let at = 0; at < count; at += 1) {
    const take = plans.nth(at).getByRole('button');
    if ((await take.count()) === 0) continue;
    await take.click();
    await expect(result(page)).toHaveAttribute('data-tone', 'likely');
    await expect(result(page).locator('h4')).toBeFocused();
  }
  await expect(control(page, 'monthly_debt')).toHaveValue('9000');
  await panel(page).locator('#what-if-monthly_debt-lock').check();
  await expect(panel(page).getByTestId('ways')).not.toContainText('Monthly repayments');
});

test('it follows the form and the language, and ends with the decision', async ({ page }) => {
  await open(page);
  await fill(page);
  await unfold(page);
  await control(page, 'monthly_debt').fill('700');
  await expect(field(page, 'monthly_debt')).toHaveValue('700');
  await page.getByRole('button', { name: 'English' }).click();
  await expect(panel(page).locator('summary')).toContainText('What if');
  await expect(result(page)).toHaveAttribute('data-tone', 'likely');
  await page.locator('#precheck-form button[type=submit]').click();
  await expect(verdict(page)).toHaveAttribute('data-status', 'decided');
  await expect(panel(page)).toBeHidden();
});

test('where the points come from: start and steps add up to the score, and what is open to its other end', async ({ page }) => {
  await open(page, 'en');
  await ready(page);
  await unfold(page);
  const chart = result(page).getByTestId('waterfall');
  const number = (text: string): number => Number(text.replace('−', '-').replace('0 to ', ''));
  for (const change of [null, ['monthly_income', '12000'], ['monthly_debt', '9000'], ['monthly_debt', '100'], ['monthly_income', '1500']] as const) {
    if (change) await control(page, change[0]).fill(change[1]);
    const ends = (await result(page).getByTestId('score').locator('dd').allInnerTexts()).map(Number);
    const rows = await chart.locator('tbody tr').evaluateAll((all) =>
      all.map((row) => [row.getAttribute('data-row') ?? '', ...[...row.querySelectorAll('td')].map((cell) => cell.textContent ?? '')]),
    );
    const steps = rows.filter(([id]) => id !== 'start' && id !== 'open');
    const of = (id: string): number => number(rows.find(([name]) => name === id)?.[1] ?? '0');
    const min = steps.reduce((sum, [, gained]) => sum + number(gained ?? ''), of('start'));
    expect([min, min + of('open')], `after ${change}`).toEqual(ends.slice(0, 2));
    expect(steps.every(([, gained, missed]) => number(gained ?? '') >= 0 && number(missed ?? '') <= 0)).toBe(true);
    // As many bars as rows that gain something, and one for what is open.
    const bars = steps.filter(([, gained]) => number(gained ?? '') !== 0).length;
    await expect(chart.locator('rect.up')).toHaveCount(bars);
    await expect(chart.locator('rect.open')).toHaveCount(1);
  }
  const names = (await chart.locator('tbody th').allInnerTexts()).join();
  expect(names, 'what only the server scores has no row of its own').not.toMatch(/overdue|inquir|Zhima|module/i);
  await expect(chart).toContainText('what only the server can check');
});
