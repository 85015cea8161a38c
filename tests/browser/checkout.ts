// What a shopper does on the checkout page, in the words of the tests.
import { expect, type Locator, type Page } from '@playwright/test';

export type Locale = 'zh-CN' | 'en';

/** Specimens: well formed, and nobody's. */
export const PERSON = { name: '张三', id: '110101199003071233', phone: '13800138000' };

/** A child until March 2038. */
export const CHILD_ID = '110101202003071238';

/** Opens the checkout and chooses the credit line. */
export async function open(page: Page, locale: Locale = 'zh-CN', account?: string): Promise<void> {
  await page.goto(locale === 'en' ? '/checkout/?lang=en' : '/checkout/');
  await accountsAreThere(page);
  if (account) await page.locator('#demo-account').selectOption(account);
  await page.locator('#method-line').check();
}

/** Waits until the pre-check answers on what is there. */
export async function ready(page: Page): Promise<void> {
  await expect(verdict(page)).toHaveAttribute('data-status', /cannot-tell|likely|would-fail/);
}

/** Waits until the demo accounts have come. */
export async function accountsAreThere(page: Page): Promise<void> {
  await expect(page.locator('#demo-account option').nth(1)).toBeAttached();
}

/** The control of a field or fact. */
export function control(page: Page, name: string): Locator {
  return page.locator(`#precheck-${name}`);
}

/** The error of a field or fact. */
export function faultOf(page: Page, name: string): Locator {
  return page.locator(`#precheck-${name}-fault`);
}

/** The pre-check or the decision. */
export function verdict(page: Page): Locator {
  return page.getByTestId('verdict');
}

/** Its headline. */
export function headline(page: Page): Locator {
  return page.locator('#precheck-headline');
}

/** Fills in everything; what is given replaces the specimen. */
export async function fill(page: Page, other: Partial<typeof PERSON & { income: string; debt: string }> = {}): Promise<void> {
  const person = { ...PERSON, income: '12000', debt: '500', ...other };
  await control(page, 'name').fill(person.name);
  await control(page, 'id_number').fill(person.id);
  await control(page, 'phone').fill(person.phone);
  await control(page, 'monthly_income').fill(person.income);
  await page.locator('#precheck-employment-employed').check();
  await control(page, 'monthly_debt').fill(person.debt);
}

/** Sends the form. */
export async function submit(page: Page): Promise<void> {
  await page.locator('#precheck-form button[type=submit]').click();
}

/** Waits for the server's decision. */
export async function decided(page: Page): Promise<void> {
  await expect(verdict(page)).toHaveAttribute('data-status', 'decided');
}

/** The codes of the reasons that are shown. */
export function reasons(page: Page): Promise<(string | null)[]> {
  return page.getByTestId('why').locator('li').evaluateAll((items) => items.map((item) => item.getAttribute('data-code')));
}
