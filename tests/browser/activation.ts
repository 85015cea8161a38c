// Links and codes, as somebody with a phone sees them: in the messages that the sandbox took.
import { type APIRequestContext, expect, type Page } from '@playwright/test';

import { type Locale, PERSON } from './checkout';
import { staff } from './person';
import type { Keyed } from './service';

/** Nobody reads and types a code faster: the policy's `fastest_seconds`. */
const READING_MS = 4_100;

/** The messages to a phone, the last first. */
export async function messages(request: APIRequestContext, { messages: address }: Keyed, phone: string = PERSON.phone): Promise<string[]> {
  const all = (await (await request.get(`${address}/${phone}`)).json()) as { text: string }[];
  return all.map(({ text }) => text);
}

/** The message that comes after so many. */
async function next(request: APIRequestContext, service: Keyed, before: number): Promise<string> {
  await expect.poll(async () => (await messages(request, service)).length).toBeGreaterThan(before);
  return (await messages(request, service))[0] ?? '';
}

/** Has the shop send a link for a line that waits; returns its token. */
export async function issue(request: APIRequestContext, service: Keyed, account: string, phone: string | undefined = PERSON.phone): Promise<string> {
  const answer = await request.post(`${service.origin}/v1/activation-links`, { data: { account, phone, locale: 'zh-CN' }, headers: { Authorization: `Bearer ${service.shop}` } });
  expect(answer.status(), await answer.text()).toBe(201);
  return ((await answer.json()) as { token: string }).token;
}

/** A line that waits, and the link that came by message. */
export async function offered(request: APIRequestContext, service: Keyed, account: string): Promise<string> {
  await staff(request, service, account, 'offer', { limit: 500_000 });
  await issue(request, service, account);
  const [, token = ''] = /\/activate\/#([0-9a-f]+)/.exec(await next(request, service, 0)) ?? [];
  return token;
}

/** Opens the page of a link, as the message would. */
export async function follow(page: Page, { origin }: Keyed, token: string, locale: Locale): Promise<void> {
  await page.goto(`${origin}/activate/?lang=${locale}#${token}`);
  await expect(page.getByTestId('link').locator('h2')).not.toBeEmpty();
}

/** Opens the link on this device, and waits as long as anybody reads. */
export async function openHere(page: Page, goOn: string): Promise<void> {
  await page.getByRole('button', { name: goOn }).click();
  await expect(page.locator('#activate-phone')).toBeVisible();
}

/** Waits as long as somebody takes to read a message and type its code. */
export const read = (page: Page): Promise<void> => page.waitForTimeout(READING_MS);

/** Asks for a code with the button, and reads it on the phone. */
export async function askForCode(page: Page, service: Keyed, name: string): Promise<string> {
  const before = (await messages(page.request, service)).length;
  await page.getByRole('button', { name }).click();
  await expect(page.getByTestId('message-sent')).toBeVisible();
  const [code = ''] = /\d{6}/.exec((await next(page.request, service, before)).replace(/【.*?】/, '')) ?? [];
  return code;
}

/** Another code than this one. */
export const wrong = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

/** The same digits as an input method for Chinese may write them. */
export const wide = (code: string): string => code.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));
