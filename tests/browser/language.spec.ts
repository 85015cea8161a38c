// The language of the checkout: from the address, by the button, and what becomes of typed values.
import { expect, type Page, test } from '@playwright/test';

import { accountsAreThere, control, decided, fill, PERSON, submit } from './checkout';

const line = async (page: Page, search: string): Promise<void> => {
  await page.goto(`/checkout/${search}`);
  await accountsAreThere(page);
  await page.locator('#method-line').check();
  await expect(control(page, 'monthly_income')).toBeVisible();
};

const kept = (page: Page): Promise<string> => page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }));

test('the address chooses the first language; what is none of ours is the shop’s', async ({ page }) => {
  for (const [search, language] of [
    ['', 'zh-CN'],
    ['?lang=en', 'en'],
    ['?lang=en-GB', 'en'],
    ['?lang=EN', 'en'],
    ['?lang=zh', 'zh-CN'],
    ['?lang=zh-CN&more=1', 'zh-CN'],
    ['?lang=fr', 'zh-CN'],
    ['?lang=', 'zh-CN'],
  ] as const) {
    await page.goto(`/checkout/${search}`);
    await expect(page.locator('html'), search).toHaveAttribute('lang', language);
    await expect(page.locator(`[data-locale="${language}"]`), search).toHaveAttribute('aria-pressed', 'true');
  }
});

test('typed values, choices and the place survive the button, both ways', async ({ page }) => {
  await line(page, '?lang=en');
  await fill(page, { income: '8123.50', debt: '777' });
  for (const [button, language] of [['中文', 'zh-CN'], ['English', 'en']] as const) {
    await page.getByRole('button', { name: button }).click();
    await expect(page.locator('html')).toHaveAttribute('lang', language);
    await expect(page.getByRole('button', { name: button })).toBeFocused();
    await expect(control(page, 'name')).toHaveValue(PERSON.name);
    await expect(control(page, 'id_number')).toHaveValue(PERSON.id);
    await expect(control(page, 'phone')).toHaveValue(PERSON.phone);
    await expect(control(page, 'monthly_income')).toHaveValue('8123.50');
    await expect(control(page, 'monthly_debt')).toHaveValue('777');
    await expect(page.locator('#precheck-employment-employed')).toBeChecked();
    await expect(page.locator('#method-line')).toBeChecked();
  }
  expect(await kept(page), 'nothing is stored for it').toBe('{}');
});

test('amounts and choices survive a reload and a link in the other language; who somebody is does not', async ({ page }) => {
  await line(page, '?lang=en');
  await fill(page, { income: '8123.50', debt: '777' });
  await line(page, '?lang=zh-CN');
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await expect(control(page, 'monthly_income')).toHaveValue('8123.50');
  await expect(control(page, 'monthly_debt')).toHaveValue('777');
  await expect(page.locator('#precheck-employment-employed')).toBeChecked();
  for (const name of ['name', 'id_number', 'phone']) await expect(control(page, name), name).toHaveValue('');
  expect(await kept(page), 'it is gone as soon as it is read').toBe('{}');
  // What was decided is not brought back.
  await fill(page);
  await submit(page);
  await decided(page);
  await line(page, '?lang=zh-CN');
  await expect(control(page, 'monthly_income')).toHaveValue('');
});
