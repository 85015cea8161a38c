// A submission is one application, however often it has to be sent.
import { expect, type Page, type Request, test } from '@playwright/test';

import { control, decided, fill, headline, open, submit } from './checkout';

const DECISIONS = '**/v1/activation/decisions';

/** The answer is lost on its way; the server has decided. */
async function loseTheAnswer(page: Page): Promise<void> {
  await page.route(
    DECISIONS,
    async (route) => {
      await route.fetch();
      await route.abort('connectionreset');
    },
    { times: 1 },
  );
}

const keyOf = async (request: Request): Promise<string> => (await request.allHeaders())['idempotency-key'] ?? '';

/** Submits, and gives the key and what the server said of it. */
async function send(page: Page): Promise<{ key: string; isReplayed: boolean }> {
  const response = page.waitForResponse(DECISIONS);
  await submit(page);
  const answer = await response;
  const isReplayed = answer.headers()['idempotent-replayed'] === 'true';
  return { key: await keyOf(answer.request()), isReplayed };
}

test('what is sent again after a lost answer is the same application, in the language of the page', async ({ page }) => {
  await open(page);
  await fill(page);
  await loseTheAnswer(page);
  const lost = page.waitForEvent('requestfailed');
  await submit(page);
  const first = await keyOf(await lost);
  expect(first).toMatch(/^[0-9a-f]{32}$/);
  await expect(page.getByTestId('summary')).toBeFocused();
  await page.getByRole('button', { name: 'English' }).click();
  const again = await send(page);
  expect(again).toEqual({ key: first, isReplayed: true });
  await decided(page);
  await expect(headline(page)).not.toContainText(/[\u4e00-\u9fff]/);
});

test('what was changed is another application, and so is the same one after a decision', async ({ page }) => {
  await open(page, 'zh-CN', 'demo-bureau-down');
  await fill(page);
  await loseTheAnswer(page);
  const lost = page.waitForEvent('requestfailed');
  await submit(page);
  const keys = [await keyOf(await lost)];
  await control(page, 'monthly_debt').fill('600');
  const changed = await send(page);
  expect(changed.isReplayed).toBe(false);
  await decided(page);
  await page.locator('.after-decision button').click();
  const after = await send(page);
  expect(after.isReplayed).toBe(false);
  keys.push(changed.key, after.key);
  expect(new Set(keys).size).toBe(3);
});
