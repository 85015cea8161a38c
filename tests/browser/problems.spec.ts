// What keeps an application from being decided, and how the page says so.
import { expect, test } from '@playwright/test';

import { control, decided, faultOf, fill, open, PERSON, ready, submit } from './checkout';

const DECISIONS = '**/v1/activation/decisions';

test('errors on submit: the summary has the focus, its links lead to the fields, the texts are the same', async ({ page }) => {
  await open(page);
  // The questions come with the engine.
  await ready(page);
  await control(page, 'name').fill('张三');
  await submit(page);
  const summary = page.getByTestId('summary');
  await expect(summary).toBeFocused();
  await expect(page).toHaveTitle(/^5 处需更正/);
  const links = summary.getByRole('link');
  await expect(links).toHaveCount(5);
  for (const name of ['id_number', 'phone', 'monthly_income', 'employment', 'monthly_debt']) {
    const text = await faultOf(page, name).locator('> span').first().textContent();
    const link = summary.getByRole('link', { name: text ?? '', exact: true });
    await link.click();
    const focused = await page.evaluate(() => document.activeElement?.id);
    expect(focused).toMatch(new RegExp(`^precheck-${name}`));
  }
  expect(new URL(page.url()).hash).toBe('');
  await control(page, 'phone').fill(PERSON.phone);
  await expect(links).toHaveCount(4);
  await expect(page).toHaveTitle(/^4 处需更正/);
});

test('the second check is the server: its errors are at the fields, and values survive', async ({ page }) => {
  await open(page);
  await fill(page);
  await page.route(DECISIONS, (route) =>
    route.fulfill({
      status: 422,
      contentType: 'application/problem+json',
      body: JSON.stringify({
        type: '/problems/application-invalid',
        title: '申请内容有误',
        status: 422,
        detail: '请更正。',
        code: 'application-invalid',
        errors: [{ pointer: '/fields/phone', code: 'mobile-unallocated', detail: '这个号段没有启用，请核对。' }],
      }),
    }),
  );
  await submit(page);
  await expect(page.getByTestId('summary')).toBeFocused();
  await expect(faultOf(page, 'phone')).toHaveText('手机号：这个号段没有启用，请核对。');
  await expect(page.getByTestId('summary').getByRole('link')).toHaveText('手机号：这个号段没有启用，请核对。');
  await expect(control(page, 'name')).toHaveValue(PERSON.name);
  await expect(page).toHaveTitle(/^1 处需更正/);
  // What only the server knows keeps its language, and says which it is.
  await page.getByRole('button', { name: 'English' }).click();
  await expect(faultOf(page, 'phone')).toHaveAttribute('lang', 'zh-CN');
  await control(page, 'phone').press('End');
  await page.keyboard.press('Backspace');
  await expect(faultOf(page, 'phone')).toBeHidden();
});

test('page and server name the same fault in the same words', async ({ page, request }) => {
  const answer = await request.post('/v1/activation/decisions', {
    data: {
      account: 'demo-good',
      locale: 'zh-CN',
      fields: { name: '张3', id_number: '110101199003071230', phone: '1380013' },
      facts: { monthly_income: 800000, employment: 'employed', monthly_debt: 0 },
    },
  });
  expect(answer.status()).toBe(422);
  const problem = (await answer.json()) as { errors: { pointer: string; detail: string }[] };
  expect(problem.errors).toHaveLength(3);
  await open(page);
  await fill(page, { name: '张3', id: '110101199003071230', phone: '1380013' });
  await submit(page);
  for (const { pointer, detail } of problem.errors) {
    const words = faultOf(page, pointer.replace('/fields/', '')).locator('> span').first();
    await expect(words).toContainText(detail);
  }
});

test('no network: said, and the second try works', async ({ page }) => {
  await open(page, 'en');
  await fill(page);
  await page.route(DECISIONS, (route) => route.abort());
  await submit(page);
  const summary = page.getByTestId('summary');
  await expect(summary).toBeFocused();
  await expect(summary).toContainText('could not be reached');
  await expect(summary).toContainText('Code: network');
  await page.unroute(DECISIONS);
  await submit(page);
  await decided(page);
});

test('a problem without places is said with its code', async ({ page }) => {
  await open(page);
  await fill(page);
  await page.route(DECISIONS, (route) =>
    route.fulfill({
      status: 503,
      contentType: 'application/problem+json',
      body: JSON.stringify({ title: '系统繁忙', detail: '请稍后再试。', code: 'overloaded', errors: [] }),
    }),
  );
  await submit(page);
  await expect(page.getByTestId('summary')).toContainText('系统繁忙：请稍后再试。');
  await expect(page.getByTestId('summary')).toContainText('代码：overloaded');
  await page.unroute(DECISIONS);
  await page.route(DECISIONS, (route) => route.fulfill({ status: 502, contentType: 'text/html', body: '<p>no' }));
  await submit(page);
  await expect(page.getByTestId('summary')).toContainText('代码：http-502');
});

test('one submit at a time', async ({ page }) => {
  await open(page);
  await fill(page);
  let count = 0;
  await page.route(DECISIONS, async (route) => {
    count += 1;
    await new Promise((resolve) => setTimeout(resolve, 400));
    await route.continue();
  });
  await page.locator('#precheck-form button[type=submit]').dblclick();
  await decided(page);
  expect(count).toBe(1);
});
