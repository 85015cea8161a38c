// From an order to a decision, and what each decision says.
import { expect, test } from '@playwright/test';

import {
  accountsAreThere,
  CHILD_ID,
  control,
  decided,
  fill,
  headline,
  open,
  PERSON,
  reasons,
  submit,
  verdict,
} from './checkout';

test('the whole way by keyboard, to an approval', async ({ page }) => {
  await page.goto('/checkout/');
  await accountsAreThere(page);
  const seen: string[] = [];
  const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.id ?? '');
  const tabTo = async (id: string): Promise<void> => {
    for (let step = 0; step < 30; step += 1) {
      await page.keyboard.press('Tab');
      const now = await focused();
      if (now) seen.push(now);
      if (now === id) return;
    }
    throw new Error(`Tab does not reach ${id}; it went ${seen.join(', ')}`);
  };
  await tabTo('demo-account');
  await tabTo('method-card');
  // The first arrow chooses the next way to pay; nothing is chosen before.
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect(page.locator('#method-line')).toBeChecked();
  await tabTo('precheck-name');
  await page.keyboard.type(PERSON.name);
  await tabTo('precheck-id_number');
  await page.keyboard.type(PERSON.id);
  await tabTo('precheck-phone');
  await page.keyboard.type(PERSON.phone);
  await tabTo('precheck-monthly_income');
  await page.keyboard.type('12000');
  await tabTo('precheck-employment-employed');
  await page.keyboard.press('Space');
  await tabTo('precheck-monthly_debt');
  await page.keyboard.type('500');
  await expect(verdict(page)).toHaveAttribute('data-status', 'likely');
  await page.keyboard.press('Enter');
  await decided(page);
  await expect(verdict(page)).toHaveAttribute('data-tone', 'approve');
  await expect(headline(page)).toBeFocused();
  await expect(page.getByTestId('decision-id')).not.toBeEmpty();
  // A person, print, copy and show come first: they are the decision's own.
  for (let step = 0; step < 5; step += 1) await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: '支付 ¥1,500.00' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('.paid')).toBeVisible();
});

for (const locale of ['zh-CN', 'en'] as const) {
  test(`refused for age while typing, and by the server with the same words (${locale})`, async ({ page }) => {
    await open(page, locale);
    await fill(page, { id: CHILD_ID });
    await expect(verdict(page)).toHaveAttribute('data-status', 'would-fail');
    expect(await reasons(page)).toEqual(['AGE-MINIMUM']);
    await expect(page.getByTestId('when')).toContainText(/2038-03-07.*UTC\+8/);
    const before = await page.getByTestId('why').innerText();
    await submit(page);
    await decided(page);
    await expect(verdict(page)).toHaveAttribute('data-tone', 'decline');
    expect(await page.getByTestId('why').innerText()).toBe(before);
    for (const part of ['what-happened', 'why', 'what-now', 'when', 'how-to-appeal']) {
      await expect(page.getByTestId(part).first(), part).not.toBeEmpty();
    }
  });
}

test('what only fraud control knows gets one neutral reason', async ({ page }) => {
  await open(page, 'zh-CN', 'demo-velocity');
  await fill(page);
  await expect(verdict(page)).toHaveAttribute('data-status', 'likely');
  await submit(page);
  await decided(page);
  await expect(verdict(page)).toHaveAttribute('data-tone', 'decline');
  expect(await reasons(page)).toEqual(['CHECK-NOT-PASSED']);
});

test('a score above the line beside a refusal is explained, and a person is a link away', async ({ page, context }) => {
  await open(page, 'en', 'demo-overdue');
  await fill(page);
  await submit(page);
  await decided(page);
  await expect(page.getByTestId('score')).toContainText('the result follows from the reasons above');
  const [help] = await Promise.all([context.waitForEvent('page'), page.getByTestId('how-to-appeal').getByRole('link', { name: 'Talk to a person' }).click()]);
  await expect(help.locator('h1')).toHaveText('Talk to a person');
  // A second look is one too, about this decision and this account; its number does not stay in the address.
  const [look] = await Promise.all([context.waitForEvent('page'), page.getByTestId('how-to-appeal').getByRole('link', { name: 'Ask for a second look' }).click()]);
  await expect(look.getByTestId('appeal-form')).toContainText((await page.getByTestId('decision-id').textContent()) ?? 'none');
  await expect(look.locator('#person-account')).toHaveValue('demo-overdue');
  await expect(look).toHaveURL(/#\/appeal$/);
});

test('a bureau that does not answer is no refusal, and the page says when to try again', async ({ page }) => {
  await open(page, 'en', 'demo-bureau-down');
  await fill(page);
  await submit(page);
  await decided(page);
  await expect(verdict(page)).toHaveAttribute('data-tone', 'retry-later');
  await expect(page.getByTestId('when')).toContainText(/\d{4}-\d{2}-\d{2} \d{2}:\d{2} \(Beijing time, UTC\+8\)/);
});

test('a decision is said in the other language, and is the same', async ({ page }) => {
  await open(page, 'zh-CN', 'demo-overdue');
  await fill(page);
  await submit(page);
  await decided(page);
  const id = await page.getByTestId('decision-id').innerText();
  const codes = await reasons(page);
  await page.getByRole('button', { name: 'English' }).click();
  await expect(verdict(page)).toHaveAttribute('lang', 'en');
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page.getByTestId('decision-id')).toHaveText(id);
  expect(await reasons(page)).toEqual(codes);
});

test('a way back, with everything still there', async ({ page }) => {
  await open(page, 'zh-CN', 'demo-overdue');
  await fill(page);
  await submit(page);
  await decided(page);
  await page.getByRole('button', { name: '返回修改' }).click();
  await expect(control(page, 'name')).toBeFocused();
  await expect(control(page, 'name')).toHaveValue(PERSON.name);
  await expect(control(page, 'monthly_income')).toHaveValue('12000');
  await expect(page.locator('#precheck-employment-employed')).toBeChecked();
});

test('another account is another application', async ({ page }) => {
  await open(page, 'zh-CN', 'demo-overdue');
  await fill(page);
  await submit(page);
  await decided(page);
  await page.locator('#demo-account').selectOption('demo-good');
  await expect(verdict(page)).toHaveAttribute('data-status', 'likely');
});

test('other ways to pay need no credit, and none is chosen for the shopper', async ({ page }) => {
  await page.goto('/checkout/');
  await expect(page.getByRole('radio', { checked: true })).toHaveCount(0);
  await page.getByRole('button', { name: '支付 ¥1,500.00' }).click();
  await expect(page.locator('#method-fault')).toHaveText('请选择一种付款方式。');
  await expect(page).toHaveTitle(/^1 处需更正/);
  await page.locator('#method-wallet').check();
  await expect(page).toHaveTitle('结账 · 青禾生活');
  await page.getByRole('button', { name: '支付 ¥1,500.00' }).click();
  await expect(page.locator('.paid')).toBeVisible();
});

test('who pays another way loads neither engine nor policy', async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  const isEngine = (path: string): boolean => path.endsWith('.wasm') || path === '/v1/bundles/public';
  await page.goto('/checkout/');
  await accountsAreThere(page);
  await page.locator('#method-wallet').check();
  await page.getByRole('button', { name: '支付 ¥1,500.00' }).click();
  await expect(page.locator('.paid')).toBeVisible();
  expect(asked.filter(isEngine)).toEqual([]);
  await page.locator('#method-line').check();
  await expect(verdict(page)).toHaveAttribute('data-status', 'cannot-tell');
  expect(asked.filter(isEngine)).toHaveLength(2);
  await page.locator('#method-card').check();
  await page.locator('#method-line').check();
  expect(asked.filter(isEngine)).toHaveLength(2);
});

test('the address without a path leads to the checkout', async ({ page }) => {
  await page.goto('/');
  await expect(page).toHaveURL(/\/checkout\/$/);
});
