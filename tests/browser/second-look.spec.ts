// Asking that a person looks again: with documents, from the form to the answer, with both sides in a browser of their own.
import { expect } from '@playwright/test';

import { overflow, violations } from './axe';
import { openHelp } from './help';
import { asApp, decide, go, openDesk, PDF, PNG } from './person';
import { test } from './service';

const WORDS = {
  'zh-CN': { send: '提交复议', hand: '提交这些材料', more: '请补充近三个月的还款记录。', because: '逾期记录有误，已经更正。', offered: '已通过，还没激活' },
  en: { send: 'Ask for a second look', hand: 'Hand these in', more: 'Please add the repayments of three months.', because: 'The records were wrong and are put right.', offered: 'Approved, not activated yet' },
} as const;

for (const locale of ['zh-CN', 'en'] as const) {
  test(`a refusal is looked at again by a person, who puts it right (${locale})`, async ({ page, browser, keyed }) => {
    test.setTimeout(60_000);
    const w = WORDS[locale];
    const id = await decide(page.request, keyed, 'demo-overdue');
    await asApp(page, keyed, 'demo-overdue', `appeal/${id}`, locale);
    await expect(page).toHaveURL(/#\/appeal$/);
    const send = page.getByRole('button', { name: w.send });
    // Nothing written: told at its place, nothing sent.
    await send.click();
    await expect(page.locator('#statement')).toBeFocused();
    await expect(page.locator('#statement-fault')).toBeVisible();
    await page.locator('#statement').fill('四次逾期里有三次不是我的，\n请核对。');
    await page.getByTestId('files').setInputFiles([PDF, { ...PNG, name: 'wrong.png', buffer: Buffer.from('GIF89a') }]);
    await expect(page.getByTestId('documents').locator('li')).toHaveCount(1);
    await expect(page.locator('fieldset .fault')).toContainText('wrong.png');
    // What was typed survives another language.
    const other = locale === 'en' ? 'zh-CN' : 'en';
    for (const to of [other, locale]) await page.evaluate((wanted) => window.postMessage({ to: 'precheck-help', version: 1, type: 'locale', locale: wanted }, location.origin), to);
    await expect(page.locator('#statement')).toHaveValue(/三次不是我的/);
    await expect(page.getByTestId('documents').locator('li')).toHaveCount(1);
    await send.click();
    const appeal = page.getByTestId('appeal');
    await expect(appeal).toHaveAttribute('data-state', 'open');
    await expect(appeal).toContainText('PDF');
    await expect(appeal.locator('.own')).toHaveText(/三次不是我的，\n请核对/);
    // Nothing of the file's name was sent: it is only on this screen before.
    await expect(appeal).not.toContainText('流水');

    const desk = await browser.newPage();
    await openDesk(desk, keyed, 'appeals', locale);
    const queue = desk.getByTestId('queue');
    await expect(queue).toContainText('demo-overdue');
    expect(await violations(desk)).toEqual([]);
    await queue.getByRole('button').click();
    await expect(desk.getByTestId('statement')).toContainText('三次不是我的');
    // What the person sees, and beside it what nobody else does.
    await expect(desk.getByTestId('seen')).toContainText('OVERDUE-RECENT');
    const trace = desk.getByTestId('trace');
    await expect(trace.getByTestId('trace-table').first()).toContainText('OVERDUE-RECENT');
    await expect(trace.getByTestId('origins')).toContainText('overdue_12m');
    expect(await violations(desk)).toEqual([]);
    await desk.setViewportSize({ width: 360, height: 740 });
    expect(await overflow(desk)).toBe(0);
    await desk.setViewportSize({ width: 1280, height: 900 });
    await desk.locator('#act').selectOption('ask');
    await desk.locator('#because').fill(w.more);
    await desk.locator('main form button[type=submit]').click();
    await expect(desk.locator('#act option')).toHaveCount(2);

    await page.reload();
    await expect(appeal).toHaveAttribute('data-state', 'waiting');
    await expect(page.getByTestId('because')).toHaveText(w.more);
    await page.getByTestId('files').setInputFiles(PNG);
    await page.getByRole('button', { name: w.hand }).click();
    await expect(appeal).toHaveAttribute('data-state', 'open');
    expect(await violations(page)).toEqual([]);

    await desk.reload();
    await expect(desk.locator('#key'), 'a key is gone with a reload').toBeVisible();
    await openDesk(desk, keyed, 'appeals', locale);
    await queue.getByRole('button').click();
    const picture = desk.getByTestId('material').nth(1);
    await picture.getByRole('button').first().click();
    await expect(picture.locator('canvas')).toBeVisible();
    const download = desk.waitForEvent('download');
    await picture.getByRole('button').last().click();
    expect((await download).suggestedFilename()).toMatch(/^[0-9a-f-]{36}\.png$/);
    // Without a reason nothing is done.
    await desk.locator('#act').selectOption('grant');
    await desk.locator('main form button[type=submit]').click();
    await expect(desk.locator('#because')).toBeFocused();
    await desk.locator('#limit').fill('3000');
    await desk.locator('#because').fill(w.because);
    await desk.locator('main form button[type=submit]').click();
    await expect(desk.locator('#act')).toHaveCount(0);
    await desk.close();

    await page.reload();
    await expect(appeal).toHaveAttribute('data-state', 'granted');
    await expect(page.getByTestId('because')).toHaveText(w.because);
    await go(page, 'line');
    await expect(page.getByTestId('line-state')).toHaveText(w.offered);
    await expect(page.locator('.finding')).toContainText('¥3,000.00');
    const told = page.getByTestId('inbox').locator('[data-topic=appeal-grant]');
    await told.locator('summary').click();
    await expect(told).toContainText(w.because);
  });
}

test('an appeal is taken back by its person, and asked about before', async ({ page, keyed }) => {
  const id = await decide(page.request, keyed, 'demo-overdue');
  await asApp(page, keyed, 'demo-overdue', `appeal/${id}`, 'en');
  await page.locator('#statement').fill('Please look again.');
  await page.keyboard.press('Tab');
  await page.getByRole('button', { name: 'Ask for a second look' }).click();
  const appeal = page.getByTestId('appeal');
  await expect(appeal).toHaveAttribute('data-state', 'open');
  await page.getByRole('button', { name: 'Take it back' }).click();
  await expect(page.getByRole('button', { name: 'Not now' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(appeal).toHaveAttribute('data-state', 'open');
  await page.getByRole('button', { name: 'Take it back' }).click();
  await page.getByRole('group', { name: /Take it back/ }).getByRole('button', { name: 'Take it back' }).click();
  await expect(appeal).toHaveAttribute('data-state', 'withdrawn');
  // It can be asked for once more.
  await expect(page.getByTestId('appeal-form')).toBeVisible();
});

test('documents are looked at before they are sent: chosen or dropped, each fault at its file', async ({ page }) => {
  const sent: string[] = [];
  page.on('request', (request) => request.method() === 'POST' && sent.push(request.url()));
  await openHelp(page, 'appeal', 'en');
  const files = page.getByTestId('files');
  const list = page.getByTestId('documents').locator('li');
  const pdf = (bytes: number): Buffer => Buffer.concat([PDF.buffer.subarray(0, 9), Buffer.alloc(Math.max(0, bytes - PDF.buffer.length), 32), PDF.buffer.subarray(9)]);
  for (const [file, why] of [
    [{ ...PDF, name: 'large.pdf', buffer: pdf((1 << 20) + 1) }, 'large.pdf: It has 1.1 MB, which is more than 1 MB'],
    [{ ...PDF, name: 'empty.pdf', buffer: Buffer.alloc(0) }, 'empty.pdf: It is empty'],
    [{ ...PDF, name: 'half.pdf', buffer: PDF.buffer.subarray(0, 20) }, 'half.pdf: It is not what its type says, or not whole'],
    [{ ...PNG, name: 'lie.png', buffer: PDF.buffer }, 'lie.png: It is not what its type says, or not whole'],
    [{ ...PDF, name: 'page.html', mimeType: 'text/html' }, 'page.html: This kind of file cannot be taken'],
  ] as const) {
    await files.setInputFiles(file);
    await expect(page.locator('fieldset .fault')).toContainText(why);
    await expect(list).toHaveCount(0);
  }
  // The largest that is taken, and four more; the sixth is one too many.
  await files.setInputFiles([{ ...PDF, name: 'most.pdf', buffer: pdf(1 << 20) }, PNG, PDF, PDF]);
  await expect(list).toHaveCount(4);
  const dropped = await page.evaluateHandle((text) => {
    const transfer = new DataTransfer();
    for (const name of ['fifth.pdf', 'sixth.pdf']) transfer.items.add(new File([text], name, { type: 'application/pdf' }));
    return transfer;
  }, PDF.buffer.toString());
  await page.getByTestId('drop').dispatchEvent('drop', { dataTransfer: dropped });
  await expect(list).toHaveCount(5);
  await expect(page.locator('fieldset .fault')).toContainText('sixth.pdf: Five documents at most');
  // Removed by keyboard: the focus goes to the next one, at last to where more are chosen.
  for (let left = 4; left >= 0; left -= 1) {
    await list.first().getByRole('button').focus();
    await page.keyboard.press('Enter');
    await expect(list).toHaveCount(left);
  }
  await expect(page.getByRole('button', { name: 'Choose files' })).toBeFocused();
  expect(sent, 'nothing was sent').toEqual([]);
});
