// The help centre: find a reason, see a decision, know what changed, look at the device, reach a person.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { expect, type Page, test } from '@playwright/test';
import decodeQR from 'qr/decode.js';

import { control, decided, fill, open, submit } from './checkout';
import { decide, found, look, openHelp } from './help';

const HELP = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../dist/policies/help.en.json'), 'utf8')) as {
  reasons: { code: string; title: string; kind: string }[];
};

test('every reason of the policy can be found by its group, and has a page that can be shared', async ({ page }) => {
  await openHelp(page, '', 'en');
  const folds = page.locator('.group-fold');
  await expect(folds).toHaveCount(4);
  const codes = await page.locator('.group-fold li').evaluateAll((all) => all.map((one) => one.getAttribute('data-code')));
  expect(codes.sort()).toEqual(HELP.reasons.map(({ code }) => code).sort());
  await folds.first().locator('summary').click();
  await folds.first().getByRole('link', { name: 'Monthly income of at least ¥2,000' }).click();
  await expect(page.locator('h1')).toHaveText('Monthly income of at least ¥2,000');
  await expect(page.locator('h1')).toBeFocused();
  await expect(page).toHaveTitle(/^Monthly income of at least/);
  await expect(page).toHaveURL(/\/help\/\?lang=en#\/reasons\/INCOME-MINIMUM$/);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Copy the link' }).click();
  const shared = await page.evaluate(() => navigator.clipboard.readText());
  await page.goto('/checkout/');
  await page.goto(shared);
  await expect(page.locator('h1')).toHaveText('Monthly income of at least ¥2,000');
  await page.getByRole('button', { name: '中文' }).click();
  await expect(page.locator('h1')).toHaveText('月收入需满 2,000 元');
  await expect(page.getByTestId('help')).toContainText('兼职');
});

for (const [typed, locale, code, why] of [
  ['收入不够', 'zh-CN', 'INCOME-MINIMUM', 'Chinese without spaces'],
  ['INCOME-MINIMUM', 'zh-CN', 'INCOME-MINIMUM', 'a code'],
  ['ｉｎｃｏｍｅ', 'en', 'INCOME-MINIMUM', 'full-width letters'],
  ['overdeu repayment', 'en', 'OVERDUE-RECENT', 'a slip'],
  ['验证码', 'zh-CN', 'CODE-WRONG', 'a word of it'],
] as const) {
  test(`search finds ${code} by ${why}`, async ({ page }) => {
    await openHelp(page, '', locale);
    await page.locator('#help-search').fill(typed);
    await expect(page.getByTestId('found').locator(`li[data-code="${code}"]`)).toBeVisible();
    expect(await found(page).count()).toBeLessThanOrEqual(12);
    await page.locator('#help-search').press('Enter');
    await expect(found(page).first().getByRole('link')).toBeFocused();
  });
}

test('what is not found says so, and leads on', async ({ page }) => {
  await openHelp(page, '', 'en');
  await page.locator('#help-search').fill('zzzzzz');
  await expect(page.getByTestId('found')).toContainText('Nothing found');
  for (const code of ['NO-SUCH', 'VELOCITY']) {
    await openHelp(page, `reasons/${code}`, 'en');
    await expect(page.locator('h1'), 'what is confidential looks like what does not exist').toHaveText('There is no such reason');
  }
});

test('a code that is typed as people do leads to its page, an empty one is told', async ({ page }) => {
  await openHelp(page, 'why', 'en');
  await page.getByRole('button', { name: 'Open' }).click();
  await expect(page.locator('#why-code-fault')).toContainText('Nothing entered yet');
  await expect(page.locator('#why-code')).toBeFocused();
  await expect(page).toHaveTitle(/^1 to correct/);
  await page.locator('#why-code').fill(' income minimum');
  await expect(page.locator('#why-code-fault')).toBeHidden();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/#\/reasons\/INCOME-MINIMUM$/);
});

test('answers give the reason on the device, in the package’s own element', async ({ page }) => {
  await openHelp(page, 'why/answers', 'en');
  const verdict = page.getByTestId('verdict');
  await expect(verdict).toHaveAttribute('data-status', 'cannot-tell');
  await page.waitForFunction(async () => (await navigator.serviceWorker.ready).active?.state === 'activated');
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  const income = page.getByLabel(/earn a month on average/);
  await income.fill('1500');
  await expect(verdict.getByTestId('why').locator('li')).toHaveAttribute('data-code', 'INCOME-MINIMUM');
  await expect(verdict.getByTestId('plan').first()).toContainText('to ¥2,000');
  await income.fill('12000');
  await verdict.locator('.next').getByRole('link', { name: 'Work' }).click();
  await expect(page.getByLabel(/describes your work/)).toBeFocused();
  await page.getByLabel(/describes your work/).selectOption('student');
  await expect(verdict.getByTestId('why').locator('li')).toHaveAttribute('data-code', 'STUDENT-RULE');
  expect(requests, 'nothing is sent').toEqual([]);
  expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0);
  // What was typed is still there after a look elsewhere, and in the other language.
  await page.goto('/help/?lang=en#/contact');
  await page.goBack();
  await page.getByRole('button', { name: '中文' }).click();
  await expect(page.getByLabel(/平均每月收入/)).toHaveValue('12000');
  await expect(verdict).toHaveAttribute('lang', 'zh-CN');
  await page.locator('#why-account').selectOption('demo-new');
  await page.getByLabel('你在办什么').selectOption('limit-review');
  await expect(page.getByLabel(/平均每月收入/)).toHaveValue('');
});

test('a decision by its number, out of the address, to print, to share and to show', async ({ page }) => {
  const id = await decide(page, 'demo-overdue');
  await openHelp(page, `decisions/${id}`);
  const verdict = page.getByTestId('verdict');
  await expect(verdict).toHaveAttribute('data-tone', 'decline');
  await expect(page).toHaveURL(/#\/decision$/);
  await expect(verdict.getByTestId('decision-id')).toHaveText(id);
  await page.reload();
  await expect(verdict.getByTestId('decision-id'), 'a reload keeps it').toHaveText(id);
  await page.getByRole('button', { name: 'English' }).click();
  await expect(verdict).toHaveAttribute('lang', 'en');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByTestId('copy-link').click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(`/help/?lang=en#/decisions/${id}`);
  await page.getByTestId('show-qr').click();
  await expect(page.locator('.qr-code')).toHaveAccessibleName(`QR code that holds the decision number ${id}`);
  expect(await scanned(page)).toBe(id);
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByTestId('why')).toBeVisible();
  await expect(page.locator('.qr-code')).toBeVisible();
  for (const hidden of ['.languages', '.elsewhere', '#decision-id', '[data-testid=copy-link]']) await expect(page.locator(hidden)).toBeHidden();
});

/** What a camera would read. */
async function scanned(page: Page): Promise<string> {
  const pixels = await page.locator('.qr-code').evaluate(async (code) => {
    const size = 330;
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [size, size];
    const context = canvas.getContext('2d');
    const modules = Number(code.getAttribute('viewBox')?.split(' ')[2]);
    if (!context) throw new Error('no canvas');
    context.fillStyle = '#fff';
    context.fillRect(0, 0, size, size);
    context.fillStyle = '#000';
    context.scale(size / modules, size / modules);
    context.fill(new Path2D(code.querySelector('.qr-dark')?.getAttribute('d') ?? ''));
    // One sign a pixel: a list of numbers takes seconds to come over.
    const { data } = context.getImageData(0, 0, size, size);
    return Array.from({ length: size * size }, (_, at) => ((data[at * 4] ?? 0) > 127 ? ' ' : '#')).join('');
  });
  const data = Uint8Array.from([...pixels].flatMap((sign) => (sign === '#' ? [0, 0, 0, 255] : [255, 255, 255, 255])));
  return decodeQR({ width: 330, height: 330, data });
}

for (const [what, put, said] of [
  ['nobody has', async () => undefined, 'This decision was not found'],
  ['is refused', (page: Page) => page.route('**/v1/decisions/*', (route) => route.fulfill({ status: 403, body: '' })), 'did not give this decision out'],
  ['cannot be asked for', (page: Page) => page.route('**/v1/decisions/*', (route) => route.abort()), 'could not be reached'],
  ['the server chokes on', (page: Page) => page.route('**/v1/decisions/*', (route) => route.fulfill({ status: 500, body: '' })), 'no answer just now'],
] as const) {
  test(`a number that ${what} is told as such`, async ({ page }) => {
    await put(page);
    await openHelp(page, 'decision', 'en');
    await look(page, '123E4567-e89b-42d3-a456-4266 1417 4000');
    await expect(page.getByTestId('refused')).toContainText(said);
    await expect(page.getByTestId('refused')).toBeFocused();
    await expect(page.getByTestId('refused').getByRole('link', { name: 'Talk to a person' })).toBeVisible();
    await look(page, '123e4567');
    await expect(page.locator('#decision-id-fault')).toContainText('36 characters');
    await expect(page.locator('#decision-id')).toBeFocused();
  });
}

test('why a limit changed: bars, and a table with the same numbers that add up', async ({ page }) => {
  await decide(page, 'demo-good', { monthly_income: 1_800_000 });
  const id = await decide(page, 'demo-good', { monthly_income: 420_000 });
  await openHelp(page, 'limit', 'en');
  await page.locator('#changes-id').fill(id);
  const answer = page.waitForResponse('**/changes');
  await page.getByRole('button', { name: 'Compare' }).click();
  const { document } = (await (await answer).json()) as {
    document: { changes: { shares: { group: string; limit?: { min: number } }[]; before: { limit: { min: number } }; after: { limit: { min: number } } } };
  };
  const chart = page.getByTestId('shares').first();
  const yuan = (text: string): number => Number(text.replace('−', '-').replace(/[¥,+]/g, '').replace('No change', '0'));
  const cells = (await chart.locator('tbody td').allInnerTexts()).map(yuan);
  expect(cells).toEqual(document.changes.shares.map(({ limit }) => (limit?.min ?? 0) / 100));
  const total = yuan(await chart.locator('tfoot td').innerText());
  expect(cells.reduce((sum, one) => sum + one, 0)).toBe(total);
  expect(total).toBe((document.changes.after.limit.min - document.changes.before.limit.min) / 100);
  expect(total).toBeLessThan(0);
  await expect(page.getByTestId('changes').locator('h2').first()).toBeFocused();
  await expect(chart.locator('rect.down')).toHaveCount(1);
});

test('the device is looked at when asked, and each finding says what it means', async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await openHelp(page, 'device', 'en');
  expect(asked).not.toContain('/healthz');
  await page.getByRole('button', { name: 'Start the check' }).click();
  await expect(page.getByTestId('device-summary')).toHaveText('Done: nothing is in the way.');
  await expect(page.locator('.finding')).toHaveCount(7);
  expect(asked.filter((path) => path === '/healthz')).toHaveLength(3);
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
  await page.route('**/healthz', (route) => route.abort());
  await page.clock.setFixedTime(new Date('2020-01-01T04:00:00Z'));
  await page.getByRole('button', { name: 'Check again' }).click();
  await expect(page.locator('.finding[data-check=latency]')).toHaveAttribute('data-standing', 'bad');
  await expect(page.locator('.finding[data-check=policy]'), 'a policy of another day is not used').toHaveAttribute('data-standing', 'bad');
});

test('a person can be reached, with a text that holds nothing about anybody', async ({ page }) => {
  await openHelp(page, 'contact', 'en');
  await expect(page.getByTestId('desk')).toHaveCount(3);
  await expect(page.getByTestId('brief')).toHaveCount(0);
  const id = await decide(page, 'demo-overdue');
  await page.getByRole('link', { name: 'Look at a decision' }).click();
  await look(page, id);
  await page.getByTestId('how-to-appeal').getByRole('link', { name: 'Talk to a person' }).click();
  await expect(page.getByTestId('brief')).toHaveText(`Decision ${id}; reasons shown: OVERDUE-RECENT. I would like a person to look at it again.`);
});

test('from the checkout a reason leads to its page without costing what was typed', async ({ page, context }) => {
  await open(page, 'en');
  await fill(page, { income: '1500' });
  const [help] = await Promise.all([context.waitForEvent('page'), page.getByRole('link', { name: 'INCOME-MINIMUM' }).click()]);
  await expect(help.locator('h1')).toHaveText('Monthly income of at least ¥2,000');
  await expect(control(page, 'monthly_income')).toHaveValue('1500');
  await control(page, 'monthly_income').fill('12000');
  await submit(page);
  await decided(page);
  await page.getByTestId('show-qr').click();
  expect(await scanned(page)).toBe(await page.getByTestId('decision-id').innerText());
});
