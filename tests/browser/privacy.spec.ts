// What is typed stays on the device until it is submitted.
import { expect, test } from '@playwright/test';

import { CHILD_ID, control, decided, fill, open, PERSON, ready, submit, verdict } from './checkout';

test('no request and no storage while pre-checking', async ({ page, context }) => {
  await page.addInitScript(() => {
    const writes: string[] = [];
    Object.assign(globalThis, { writes });
    const watch = (target: object, name: string): void => {
      const before = Reflect.get(target, name) as (...values: unknown[]) => unknown;
      Reflect.set(target, name, function (this: unknown, ...values: unknown[]) {
        writes.push(name);
        return before.apply(this, values);
      });
    };
    watch(Storage.prototype, 'setItem');
    watch(IDBFactory.prototype, 'open');
    watch(CacheStorage.prototype, 'open');
  });
  await open(page);
  await ready(page);
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await fill(page);
  await expect(verdict(page)).toHaveAttribute('data-status', 'likely');
  await control(page, 'id_number').fill(CHILD_ID);
  await expect(verdict(page)).toHaveAttribute('data-status', 'would-fail');
  await page.locator('#demo-account').selectOption('demo-new');
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.getByTestId('note')).toContainText('not a decision');
  await page.waitForTimeout(1_000);
  expect(requests).toEqual([]);
  expect(await page.evaluate(() => Reflect.get(globalThis, 'writes') as string[])).toEqual([]);
  expect(await page.evaluate(() => [localStorage.length, sessionStorage.length])).toEqual([0, 0]);
  expect(await context.cookies()).toEqual([]);
});

test('nothing personal is in an address or in the console', async ({ page }) => {
  const seen: string[] = [];
  page.on('request', (request) => seen.push(request.url()));
  page.on('console', (message) => seen.push(message.text()));
  await open(page);
  await fill(page);
  await submit(page);
  await decided(page);
  seen.push(page.url());
  for (const value of Object.values(PERSON)) {
    expect(seen.filter((one) => decodeURIComponent(one).includes(value))).toEqual([]);
  }
});

test('it runs under a strict policy, without a violation', async ({ page }) => {
  const violations: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) violations.push(message.text());
  });
  const answer = await page.goto('/checkout/');
  const policy = answer?.headers()['content-security-policy'] ?? '';
  for (const part of [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "connect-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
  ]) {
    expect(policy).toContain(part);
  }
  await open(page);
  await fill(page);
  await submit(page);
  await decided(page);
  expect(violations).toEqual([]);
});
