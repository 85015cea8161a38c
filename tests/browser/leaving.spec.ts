// Closing a line: what is owed, the code, a week to think it over.
import { expect } from '@playwright/test';

import { PERSON } from './checkout';
import { violations } from './axe';
import { asApp, decide, staff } from './person';
import { test } from './service';

const WORDS = {
  'zh-CN': { close: '申请关闭', no: '先不', stay: '反悔，不关闭了', wrong: '验证码' },
  en: { close: 'Close my line', no: 'Not now', stay: 'Keep my line after all', wrong: 'code' },
} as const;

for (const locale of ['zh-CN', 'en'] as const) {
  test(`a line is closed with a code, and kept after all (${locale})`, async ({ page, keyed }) => {
    const w = WORDS[locale];
    await decide(page.request, keyed, 'demo-good');
    await asApp(page, keyed, 'demo-good', 'close', locale);
    const box = page.getByTestId('close-now');
    const first = box.getByRole('button', { name: w.close });
    // Nothing filled in: told at its place, and nothing is asked yet.
    await first.click();
    await expect(page.locator('#close-phone')).toBeFocused();
    await expect(page.locator('#close-phone')).toHaveAttribute('aria-invalid', 'true');
    await page.locator('#close-phone').fill('1380013');
    await page.locator('#close-code').fill('123456');
    await first.click();
    // Somebody who has second thoughts is back where they were.
    await expect(box.getByRole('button', { name: w.no })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(first).toBeFocused();
    await first.click();
    await box.getByRole('group').getByRole('button', { name: w.close }).click();
    // The server looks at the fields too, and says what is wrong at its place.
    await expect(page.locator('#close-phone-fault')).toBeVisible();
    await expect(page.locator('#close-phone')).toBeFocused();
    await page.locator('#close-phone').fill(PERSON.phone);
    await page.locator('#close-code').fill('000000');
    await first.click();
    await box.getByRole('group').getByRole('button', { name: w.close }).click();
    const closure = page.getByTestId('closure');
    await expect(closure.locator('[data-code=CODE-WRONG]').first()).toBeVisible();
    expect(await violations(page)).toEqual([]);
    // A wrong code closes nothing; only the code has to be typed again.
    await expect(page.locator('#close-phone')).toHaveValue(PERSON.phone);
    await expect(page.locator('#close-code')).toHaveValue('');
    await page.locator('#close-code').fill('123456');
    await first.click();
    await box.getByRole('group').getByRole('button', { name: w.close }).click();
    await expect(page.getByTestId('closes')).toContainText(/\d{4}-\d{2}-\d{2}/);
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: w.stay }).click();
    await expect(box).toBeVisible();
    await expect(closure).toContainText(/\S/);
    await expect(page.locator('#close-code'), 'nothing typed is kept').toHaveValue('');
  });
}

test('where something is owed, the amount is said and nothing changes', async ({ page, keyed }) => {
  await staff(page.request, keyed, 'demo-overdue', 'offer', { limit: 300_000 });
  await staff(page.request, keyed, 'demo-overdue', 'activate');
  await asApp(page, keyed, 'demo-overdue', 'close', 'en');
  await page.locator('#close-phone').fill(PERSON.phone);
  await page.locator('#close-code').fill('123456');
  const box = page.getByTestId('close-now');
  await box.getByRole('button', { name: 'Close my line' }).click();
  await box.getByRole('group').getByRole('button', { name: 'Close my line' }).click();
  await expect(page.getByTestId('closure')).toContainText('¥1,200');
  await expect(box).toBeVisible();
});

test('where there is no line there is nothing to close', async ({ page, keyed }) => {
  await asApp(page, keyed, 'demo-new', 'close', 'en');
  await expect(page.locator('main')).toContainText('There is no line to close now.');
  await expect(page.getByTestId('close-now')).toHaveCount(0);
});
