// What a result shows, and how it is said to people who do not see it.
import { expect, type Page, test } from '@playwright/test';

import { control, decided, fill, headline, open, ready, submit, verdict } from './checkout';

const numbers = async (page: Page): Promise<number[]> =>
  (await page.getByTestId('score').locator('dd').allInnerTexts()).map(Number);

test('an uncertain score is a range with its threshold, and says what it depends on', async ({ page }) => {
  await open(page);
  await ready(page);
  const [min = 0, max = 0, from = 0] = await numbers(page);
  expect(min).toBeLessThan(max);
  expect(from).toBeGreaterThan(0);
  const score = page.getByTestId('score');
  await expect(score.locator('.score-said')).toContainText(`${min} 至 ${max}`);
  for (const label of ['月收入', '工作情况', '每月还款']) await expect(score).toContainText(label);
  const bar = score.locator('.range');
  const before = Number(await bar.getAttribute('width'));
  await control(page, 'monthly_income').fill('12000');
  const [less = 0, more = 0] = await numbers(page);
  expect(less).toBeGreaterThanOrEqual(min);
  expect(more).toBeLessThanOrEqual(max);
  expect(Number(await bar.getAttribute('width'))).toBeLessThan(before);
});

test('the numbers are those of the server', async ({ page }) => {
  await open(page);
  await fill(page);
  const sent = page.waitForRequest('**/v1/activation/decisions');
  await submit(page);
  await decided(page);
  // The page reads events; the same request without them gives the plain answer.
  const answer = await page.request.post('/v1/activation/decisions', { data: (await sent).postDataJSON() as object });
  const { document } = (await answer.json()) as {
    document: { outcome: { score: { min: number; max: number; approve_from: number } } };
  };
  const { min, max, approve_from: from } = document.outcome.score;
  expect(await numbers(page)).toEqual(min === max ? [min, from] : [min, max, from]);
});

test('one polite update for each result', async ({ page }) => {
  await open(page);
  await ready(page);
  const status = page.getByRole('status');
  await expect(status).toHaveCount(1);
  await page.waitForTimeout(1_000);
  await page.evaluate(() => {
    const said: string[] = [];
    Object.assign(globalThis, { said });
    const region = document.getElementById('status');
    if (!region) throw new Error('there is no status region');
    new MutationObserver(() => said.push(region.textContent ?? '')).observe(region, {
      childList: true,
      characterData: true,
      subtree: true,
    });
  });
  await control(page, 'monthly_income').pressSequentially('1500');
  await expect(verdict(page)).toHaveAttribute('data-status', 'would-fail');
  await page.waitForTimeout(1_500);
  const said = (): Promise<string[]> => page.evaluate(() => Reflect.get(globalThis, 'said') as string[]);
  expect(await said()).toHaveLength(1);
  expect((await said())[0]).toContain(await headline(page).innerText());
  await control(page, 'monthly_debt').pressSequentially('1');
  await page.waitForTimeout(1_500);
  expect(await said(), 'the same result is not said again').toHaveLength(1);
});

test('what is asked next follows the engine, and leads there', async ({ page }) => {
  await open(page, 'en');
  const next = page.locator('.next').getByRole('link');
  await expect(next).toHaveCount(4);
  await next.filter({ hasText: 'ID number' }).click();
  await expect(control(page, 'id_number')).toBeFocused();
  await control(page, 'id_number').fill('110101199003071233');
  await expect(next).toHaveCount(3);
});

test('a status has a shape and words of its own', async ({ page }) => {
  await open(page);
  await ready(page);
  const shapes = new Set<string | null>();
  const look = async (): Promise<void> => {
    shapes.add(await page.locator('.shape').evaluate((shape) => shape.innerHTML));
  };
  await look();
  await fill(page);
  await look();
  await control(page, 'monthly_income').fill('1000');
  await look();
  expect(shapes.size).toBe(3);
  await expect(page.getByTestId('note')).toContainText('不是审批结果');
});

test('how likely it is, in a word, as a bar and as numbers that are the engine’s', async ({ page }) => {
  await open(page, 'en');
  const told = verdict(page).getByTestId('likelihood');
  await fill(page, { debt: '9000' });
  await expect(told, 'what is certain is not estimated').toHaveCount(0);
  await fill(page);
  await control(page, 'monthly_income').fill('');
  await expect(told.locator('strong')).toHaveText(/^(Very likely|Rather likely|Open, most likely): \w/);
  const shares = await told.locator('rect.chance').evaluateAll((all) => all.map((one) => Number(one.getAttribute('width')) / 3.2));
  expect(shares.reduce((sum, one) => sum + one, 0)).toBeCloseTo(100, 5);
  const rows = await told.locator('dd').allInnerTexts();
  expect(rows).toHaveLength(shares.length);
  for (const [at, said] of rows.entries()) {
    const share = shares[at] ?? 0;
    if (said.startsWith('under')) expect(share).toBeLessThan(1);
    else if (said.startsWith('over')) expect(share).toBeGreaterThan(99);
    else expect(Math.abs(share - Number(said.replace('%', '')))).toBeLessThanOrEqual(0.5);
  }
  await expect(told).toContainText('not a promise');
});
