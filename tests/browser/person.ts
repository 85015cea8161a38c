// What a person and the staff do about a line, in the words of the tests.
import { type APIRequestContext, expect, type Page } from '@playwright/test';

import { type Locale, PERSON } from './checkout';
import { type Keyed, type Service, session } from './service';

/** A document that is what it says; there is nothing in it. */
export const PDF = { name: '王小明的流水.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n') };

/** A picture of one white pixel. */
export const PNG = {
  name: 'receipt.png',
  mimeType: 'image/png',
  buffer: Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4//8/AAX+Av4N70a4AAAAAElFTkSuQmCC', 'base64'),
};

const bearer = (key: string): Record<string, string> => (key === '' ? {} : { Authorization: `Bearer ${key}` });

/** Takes a decision as the shop's own server would; returns its number. */
export async function decide(request: APIRequestContext, service: Service & { shop?: string }, account: string, facts: { monthly_income?: number } = {}): Promise<string> {
  const data = {
    account,
    locale: 'zh-CN',
    fields: { name: PERSON.name, id_number: PERSON.id, phone: PERSON.phone },
    facts: { monthly_income: 1_200_000, employment: 'employed', monthly_debt: 50_000, ...facts },
  };
  const answer = await request.post(`${service.origin}/v1/activation/decisions`, { data, headers: bearer(service.shop ?? '') });
  expect(answer.status(), await answer.text()).toBe(201);
  return ((await answer.json()) as { id: string }).id;
}

/** Has the limit reviewed, with what the person says of their income (in fen). */
export async function review(request: APIRequestContext, service: Keyed, account: string, income: number): Promise<void> {
  const data = { account, facts: { monthly_income: income, monthly_debt: 50_000 } };
  const answer = await request.post(`${service.origin}/v1/limit-review/decisions`, { data, headers: bearer(service.shop) });
  expect(answer.status(), await answer.text()).toBe(201);
}

/** Does something to a line as staff would. */
export async function staff(request: APIRequestContext, service: Service & { staff?: string }, account: string, act: string, more: object = {}): Promise<void> {
  const data = { act, because: '测试中的操作。', ...more };
  const answer = await request.post(`${service.origin}/v1/operate/lines/${account}/acts`, { data, headers: bearer(service.staff ?? '') });
  expect(answer.status(), await answer.text()).toBe(200);
}

/** Opens a screen of the help centre as an app shows it, which hands a session over when it is asked for one. */
export async function asApp(page: Page, service: Keyed, account: string, place: string, locale: Locale): Promise<void> {
  const token = await session(page.request, service, account);
  await page.addInitScript(
    ([given, whose]) => {
      const told: string[] = [];
      const postMessage = (text: string): void => {
        told.push(text);
        const { type } = JSON.parse(text) as { type: string };
        if (type !== 'session') return;
        const answer = { to: 'precheck-help', version: 1, type: 'session', token: given, account: whose };
        window.postMessage(JSON.stringify(answer), location.origin);
      };
      Object.assign(globalThis, { told, precheckHost: { postMessage } });
    },
    [token, account] as const,
  );
  await page.goto(`${service.origin}/help/?lang=${locale}&embed=1#/${place}`);
  await expect(page.locator('h1')).not.toBeEmpty();
}

/** Goes to another screen of the help centre. */
export async function go(page: Page, place: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `#/${place}`);
}

/** Opens a screen of the desk and signs in where there is a key. */
export async function openDesk(page: Page, service: { origin: string; staff?: string }, place: string, locale: Locale): Promise<void> {
  await page.goto(`${service.origin}/ops/?lang=${locale}#/${place}`);
  if (service.staff !== undefined) {
    await page.locator('#key').fill(service.staff);
    await page.keyboard.press('Enter');
    await expect(page.locator('#key')).toHaveCount(0);
  }
  await expect(page.locator('h1')).not.toBeEmpty();
}

/** Asks for the days of repayment, as often as a busy machine wants it. */
export async function showPlans(page: Page, count: number): Promise<void> {
  const radios = page.getByTestId('plans').getByRole('radio');
  await expect(async () => {
    await page.locator('#repay-amount').press('Enter');
    await expect(radios).toHaveCount(count, { timeout: 1_000 });
  }).toPass({ timeout: 15_000 });
}
