// What somebody does in the help centre, in the words of the tests.
import { expect, type Locator, type Page } from '@playwright/test';

import { type Locale, PERSON } from './checkout';

/** Opens a screen of the help centre. */
export async function openHelp(page: Page, place = '', locale: Locale = 'zh-CN', more = ''): Promise<void> {
  await page.goto(`/help/?lang=${locale}${more}#/${place}`);
  await expect(page.locator('h1')).not.toBeEmpty();
}

/** Has the service take a decision, as the checkout would; returns its number. */
export async function decide(page: Page, account: string, facts: { monthly_income?: number } = {}): Promise<string> {
  const data = {
    account,
    locale: 'zh-CN',
    fields: { name: PERSON.name, id_number: PERSON.id, phone: PERSON.phone },
    facts: { monthly_income: 1_200_000, employment: 'employed', monthly_debt: 50_000, ...facts },
  };
  const answer = await page.request.post('/v1/activation/decisions', { data });
  const { id } = (await answer.json()) as { id: string };
  return id;
}

/** Shows a decision by its number. */
export async function look(page: Page, id: string): Promise<void> {
  await page.locator('#decision-id').fill(id);
  await page.locator('main form button').click();
}

/** Every screen of the help centre in the states that look different. */
export const HELP_STATES: Record<string, (page: Page, locale: Locale) => Promise<void>> = {
  'search and browse': async (page, locale) => {
    await openHelp(page, '', locale);
    await page.locator('#help-search').fill('income 收入');
    await expect(found(page).first()).toBeVisible();
    await page.locator('.group-fold summary').first().click();
  },
  'a reason': async (page, locale) => {
    await openHelp(page, 'reasons/INCOME-MINIMUM', locale);
    await expect(page.getByTestId('help')).toBeVisible();
  },
  'no such reason': (page, locale) => openHelp(page, 'reasons/NO-SUCH', locale),
  'ways in': async (page, locale) => {
    await openHelp(page, 'why', locale);
    await page.locator('main form button').click();
    await expect(page.locator('#why-code-fault')).toBeVisible();
  },
  answers: async (page, locale) => {
    await openHelp(page, 'why/answers', locale);
    await page.locator('#control-monthly_income').fill('1500');
    await page.locator('#control-id_number').fill('110101199003071230');
    await page.locator('#control-phone').focus();
    await expect(page.getByTestId('plan').first()).toBeVisible();
  },
  'a decision': async (page, locale) => {
    const id = await decide(page, 'demo-overdue');
    await openHelp(page, `decisions/${id}`, locale);
    await page.getByTestId('show-qr').click();
    await expect(page.locator('.qr-code')).toBeVisible();
  },
  'no decision': async (page, locale) => {
    await openHelp(page, 'decision', locale);
    await look(page, '123e4567-e89b-42d3-a456-426614174000');
    await expect(page.getByTestId('refused')).toBeVisible();
  },
  'what changed': async (page, locale) => {
    await decide(page, 'demo-good', { monthly_income: 1_800_000 });
    const id = await decide(page, 'demo-good', { monthly_income: 420_000 });
    await openHelp(page, 'limit', locale);
    await page.locator('#changes-id').fill(id);
    await page.locator('main form button').click();
    await expect(page.getByTestId('shares').first()).toBeVisible();
  },
  'the device': async (page, locale) => {
    await openHelp(page, 'device', locale);
    await page.locator('main button').first().click();
    await expect(page.locator('.finding')).toHaveCount(7);
  },
  'a person': async (page, locale) => {
    await openHelp(page, 'contact', locale);
    await expect(page.getByTestId('desk')).toHaveCount(3);
  },
};

/** The titles of what a search finds. */
export function found(page: Page): Locator {
  return page.getByTestId('found').locator('li');
}
