// What can go wrong besides the link: each says what it means, in the server's words where it has some, and nothing is lost.
import { expect } from '@playwright/test';

import { askForCode, follow, offered, openHere, read, wrong } from './activation';
import { violations } from './axe';
import { PERSON } from './checkout';
import { type Keyed, test } from './service';

const SEND = 'Send me a code';

async function control({ messages }: Keyed, change: object): Promise<void> {
  const answer = await fetch(messages.replace(/\/messages$/, '/control'), { method: 'PUT', body: JSON.stringify(change) });
  expect(answer.status).toBe(200);
}

test.use({ viewport: { width: 360, height: 740 } });

test.beforeEach(async ({ page, keyed }) => {
  await follow(page, keyed, await offered(page.request, keyed, 'demo-good'), 'en');
  await openHere(page, 'Go on on this device');
  await page.locator('#activate-phone').fill(PERSON.phone);
});

test('a gateway in trouble refuses nobody, and says so', async ({ page, keyed }) => {
  await control(keyed, { sms: { mode: 'error' } });
  await page.getByRole('button', { name: SEND }).click();
  await expect(page.getByTestId('message-sent')).toBeVisible();
  await read(page);
  await page.locator('#activate-code').fill('123456');
  await page.getByTestId('activate').locator('button[type=submit]').click();
  await expect(page.getByTestId('result').locator('[data-code=CODE-NOT-CHECKED]').first()).toBeVisible();
  await expect(page.locator('#activate-code'), 'it can be tried again').toBeVisible();
  expect(await violations(page)).toEqual([]);
});

test('too many wrong codes: the right one comes too late, and what then', async ({ page, keyed }) => {
  const code = await askForCode(page, keyed, SEND);
  await read(page);
  const submit = page.getByTestId('activate').locator('button[type=submit]');
  const ids = new Set<string>();
  const seen = async (): Promise<number> => ids.add((await page.getByTestId('result').getByTestId('decision-id').textContent()) ?? '').size;
  for (let tried = 1; tried <= 5; tried += 1) {
    await page.locator('#activate-code').fill(wrong(code));
    await submit.click();
    await expect.poll(seen).toBe(tried);
    await expect(page.getByTestId('result').locator('[data-code=CODE-WRONG]').first()).toBeVisible();
  }
  await page.locator('#activate-code').fill(code);
  await submit.click();
  await expect.poll(seen).toBe(6);
  await expect(page.getByTestId('result').locator('[data-code=CHECK-NOT-PASSED]').first()).toBeVisible();
  await expect(page.getByTestId('verdict')).toContainText(/customer service|Help Centre|help centre/);
  expect(await violations(page)).toEqual([]);
});

test('codes are held, and later they are sent', async ({ page }) => {
  const held = { type: '/problems/codes-held', title: 'No codes are sent for a while', status: 503, detail: 'Something is unusual about codes, so we paused them; they will be back. Please try again later.', code: 'codes-held', errors: [] };
  await page.route('**/v1/activation-link/codes*', (route) => route.fulfill({ status: 503, headers: { 'Retry-After': '3' }, json: held }));
  await page.getByRole('button', { name: SEND }).click();
  await expect(page.getByTestId('problem')).toContainText('we paused them');
  await expect(page.getByTestId('problem')).toBeFocused();
  await expect(page.getByTestId('pause')).toContainText(/[1-3] s/);
  await expect(page.getByTestId('pause')).toHaveText('');
  await page.unroute('**/v1/activation-link/codes*');
  await page.getByRole('button', { name: SEND }).click();
  await expect(page.getByTestId('message-sent')).toBeVisible();
  await expect(page.getByTestId('problem')).toHaveCount(0);
});

test('without a network nothing is lost, and what was sent twice counts once', async ({ page, keyed, context }) => {
  await context.setOffline(true);
  await page.getByRole('button', { name: SEND }).click();
  await expect(page.getByTestId('problem')).toContainText('could not be reached');
  await context.setOffline(false);
  const code = await askForCode(page, keyed, SEND);
  await read(page);
  await page.locator('#activate-code').fill(code);
  // The service decides, and its answer is lost on the way.
  let lost = 0;
  await page.route('**/v1/activation-link/activate*', async (route) => {
    await route.fetch();
    lost += 1;
    await route.abort();
  });
  const submit = page.getByTestId('activate').locator('button[type=submit]');
  await submit.click();
  await expect(page.getByTestId('problem')).toContainText('could not be reached');
  expect(lost).toBe(1);
  await expect(page.locator('#activate-code')).toHaveValue(code);
  await page.unroute('**/v1/activation-link/activate*');
  await submit.click();
  await expect(page.getByTestId('link').locator('h2')).toHaveText('The line is active');
  await expect(page.getByTestId('verdict')).toBeVisible();
});

test('a service that is overloaded or has no gateway says what to do', async ({ page }) => {
  const fail = (code: string, title: string, detail: string) => page.route('**/v1/activation-link/codes*', (route) => route.fulfill({ status: 503, json: { code, title, detail, errors: [] } }));
  await fail('overloaded', 'Too many requests at once', 'x');
  await page.getByRole('button', { name: SEND }).click();
  await expect(page.getByTestId('problem')).toContainText('Try again in a few minutes');
  await page.unroute('**/v1/activation-link/codes*');
  await fail('codes-unavailable', 'No text messages are sent from here', 'Contact customer service: once they know that it is you, they do it for you.');
  await page.getByRole('button', { name: SEND }).click();
  await expect(page.getByTestId('problem')).toContainText('Contact customer service');
  await expect(page.getByRole('button', { name: SEND }), 'trying again is no use').toBeHidden();
  expect(await violations(page)).toEqual([]);
});
