// Closing a line: what is owed, the code, a week to think it over.
import { expect } from '@playwright/test';

import { askForCode, issue, wide, wrong } from './activation';
import { overflow, violations } from './axe';
import { PERSON } from './checkout';
import { asApp, staff } from './person';
import { test } from './service';

const WORDS = {
  'zh-CN': { close: '申请关闭', no: '先不', stay: '反悔，不关闭了', send: '获取验证码', again: '重新获取', soon: '短信要得太频繁了' },
  en: { close: 'Close my line', no: 'Not now', stay: 'Keep my line after all', send: 'Send me a code', again: 'Send another one', soon: 'Messages are asked for too often' },
} as const;

for (const locale of ['zh-CN', 'en'] as const) {
  test(`a line is closed with a code, and kept after all (${locale})`, async ({ page, keyed }) => {
    const w = WORDS[locale];
    await staff(page.request, keyed, 'demo-good', 'offer', { limit: 500_000 });
    await issue(page.request, keyed, 'demo-good');
    await staff(page.request, keyed, 'demo-good', 'activate');
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
    // A code, by message; the next one has to wait.
    await page.locator('#close-phone').fill(PERSON.phone);
    const right = await askForCode(page, keyed, w.send);
    await expect(page.locator('#close-code')).toBeFocused();
    await expect(box.getByRole('button', { name: w.again })).toHaveAttribute('aria-disabled', 'true');
    await expect(box.getByTestId('pause')).toContainText(/\d/);
    expect(await overflow(page)).toBe(0);
    await page.locator('#close-code').fill(wrong(right));
    await first.click();
    await box.getByRole('group').getByRole('button', { name: w.close }).click();
    const closure = page.getByTestId('closure');
    await expect(closure.locator('[data-code=CODE-WRONG]').first()).toBeVisible();
    expect(await violations(page)).toEqual([]);
    // A wrong code closes nothing; only the code has to be typed again.
    await expect(page.locator('#close-phone')).toHaveValue(PERSON.phone);
    await expect(page.locator('#close-code')).toHaveValue('');
    await expect(box.getByTestId('pause'), 'the pause goes on').toContainText(/\d/);
    await page.locator('#close-code').fill(wide(right));
    await first.click();
    await box.getByRole('group').getByRole('button', { name: w.close }).click();
    await expect(page.getByTestId('closes')).toContainText(/\d{4}-\d{2}-\d{2}/);
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: w.stay }).click();
    await expect(box).toBeVisible();
    await expect(closure).toContainText(/\S/);
    await expect(page.locator('#close-code'), 'a code counts once').toHaveValue('');
    // Whoever comes back too soon for another code is told for how long.
    await page.reload();
    await page.locator('#close-phone').fill(PERSON.phone);
    await page.getByRole('button', { name: w.send }).click();
    await expect(page.getByTestId('problem')).toContainText(w.soon);
    await expect(page.getByTestId('pause')).toContainText(/\d/);
    expect(await violations(page)).toEqual([]);
  });
}

test('where something is owed, the amount is said and nothing changes', async ({ page, keyed }) => {
  await staff(page.request, keyed, 'demo-overdue', 'offer', { limit: 300_000 });
  await issue(page.request, keyed, 'demo-overdue');
  await staff(page.request, keyed, 'demo-overdue', 'activate');
  await asApp(page, keyed, 'demo-overdue', 'close', 'en');
  await page.locator('#close-phone').fill(PERSON.phone);
  await page.locator('#close-code').fill(await askForCode(page, keyed, WORDS.en.send));
  const box = page.getByTestId('close-now');
  await box.getByRole('button', { name: 'Close my line' }).click();
  await box.getByRole('group').getByRole('button', { name: 'Close my line' }).click();
  await expect(page.getByTestId('closure')).toContainText('¥1,200');
  await expect(box).toBeVisible();
});

test('where no text messages are sent, the words say who does it, and nothing is lost', async ({ page, apart }) => {
  await staff(page.request, apart, 'demo-good', 'offer', { limit: 500_000 });
  await page.goto(`${apart.origin}/help/?lang=en#/close`);
  await page.locator('#person-account').selectOption('demo-good');
  const send = page.getByRole('button', { name: WORDS.en.send });
  await page.locator('#close-phone').fill(PERSON.phone);
  await send.click();
  await expect(page.getByTestId('problem')).toContainText('Contact customer service');
  await expect(send, 'trying again is no use').toBeHidden();
  expect(await violations(page)).toEqual([]);
  // A code that came another way is looked at as before; where nobody can, that is no refusal.
  await page.locator('#close-code').fill('123456');
  const box = page.getByTestId('close-now');
  await box.getByRole('button', { name: WORDS.en.close }).click();
  await box.getByRole('group').getByRole('button', { name: WORDS.en.close }).click();
  await expect(page.getByTestId('closure').locator('[data-code=CODE-NOT-CHECKED]').first()).toBeVisible();
  // Nor is a link sent, which is said too.
  await page.goto(`${apart.origin}/help/?lang=en#/line`);
  await page.locator('#link-phone').fill(PERSON.phone);
  await page.getByTestId('by-link').getByRole('button').click();
  await expect(page.getByTestId('by-link').getByTestId('message')).toContainText('could not be sent');
});

test('where there is no line there is nothing to close', async ({ page, keyed }) => {
  await asApp(page, keyed, 'demo-new', 'close', 'en');
  await expect(page.locator('main')).toContainText('There is no line to close now.');
  await expect(page.getByTestId('close-now')).toHaveCount(0);
});
