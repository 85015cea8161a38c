// How to do it right: folded up under each reason, fetched when it is opened, in the language of the page.
import { expect, type Locator, type Page, test } from '@playwright/test';

import { control, decided, fill, open, submit, verdict } from './checkout';

const reason = (page: Page, code: string): Locator => page.getByTestId('why').locator(`li[data-code="${code}"]`);
const lesson = (page: Page, code: string): Locator => reason(page, code).getByTestId('lesson');
const steps = (page: Page, code: string): Locator => lesson(page, code).locator('ol > li');

function requests(page: Page): string[] {
  const seen: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('help.')) seen.push(new URL(request.url()).pathname);
  });
  return seen;
}

test('it opens by keyboard, is fetched once, and stays open while somebody types', async ({ page }) => {
  const seen = requests(page);
  await open(page);
  await fill(page, { income: '1500' });
  await expect(verdict(page)).toHaveAttribute('data-status', 'would-fail');
  expect(seen).toEqual([]);
  const summary = lesson(page, 'INCOME-MINIMUM').locator('summary');
  await expect(summary).toHaveText('怎样从一开始就做对');
  await summary.focus();
  await page.keyboard.press('Enter');
  await expect(steps(page, 'INCOME-MINIMUM')).not.toHaveCount(0);
  await expect(steps(page, 'INCOME-MINIMUM').first()).toContainText('除以 12');
  expect(seen).toHaveLength(1);
  await control(page, 'monthly_income').fill('1600');
  await expect(reason(page, 'INCOME-MINIMUM')).toContainText('1,600');
  await expect(steps(page, 'INCOME-MINIMUM').first()).toBeVisible();
  await summary.focus();
  await page.keyboard.press('Enter');
  await expect(steps(page, 'INCOME-MINIMUM').first()).toBeHidden();
  await control(page, 'monthly_income').fill('1700');
  await expect(reason(page, 'INCOME-MINIMUM')).toContainText('1,700');
  await expect(lesson(page, 'INCOME-MINIMUM')).not.toHaveAttribute('open');
  expect(seen).toHaveLength(1);
});

test('it follows the language of the page', async ({ page }) => {
  const seen = requests(page);
  await open(page, 'en');
  await fill(page, { income: '1500' });
  await lesson(page, 'INCOME-MINIMUM').locator('summary').click();
  await expect(steps(page, 'INCOME-MINIMUM').first()).toContainText('divide by 12');
  await page.getByRole('button', { name: '中文' }).click();
  await expect(steps(page, 'INCOME-MINIMUM').first()).toContainText('除以 12');
  expect(seen).toHaveLength(2);
});

test('a fetch that fails says so, and the next opening tries again', async ({ page }) => {
  await page.route('**/help.*', (route) => route.abort());
  await open(page, 'en');
  await fill(page, { income: '1500' });
  const summary = lesson(page, 'INCOME-MINIMUM').locator('summary');
  await summary.click();
  await expect(lesson(page, 'INCOME-MINIMUM')).toContainText('changes nothing about the result');
  await page.unroute('**/help.*');
  await summary.click();
  await summary.click();
  await expect(steps(page, 'INCOME-MINIMUM')).not.toHaveCount(0);
});

test('a decision has it under every reason, and nothing personal is in the address', async ({ page }) => {
  const seen = requests(page);
  await open(page, 'zh-CN', 'demo-overdue');
  await fill(page);
  await submit(page);
  await decided(page);
  const folds = page.getByTestId('why').getByTestId('lesson');
  const count = await page.getByTestId('why').locator('li[data-code]').count();
  expect(count).toBeGreaterThan(0);
  await expect(folds).toHaveCount(count);
  for (const fold of await folds.all()) {
    await fold.locator('summary').click();
    await expect(fold.locator('ol > li').nth(1)).toBeVisible();
  }
  expect(seen).toHaveLength(1);
  expect(seen[0]).toMatch(/^\/assets\/help\.zh-CN-[\w-]+\.json$/);
});
