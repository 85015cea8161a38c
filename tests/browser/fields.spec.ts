// When a field may speak, and what it accepts.
import { expect, type Page, test } from '@playwright/test';

import { control, faultOf, open, submit, verdict } from './checkout';

const WRONG_ID = '110101199003072133';

async function paste(page: Page, name: string, text: string): Promise<void> {
  await control(page, name).focus();
  await page.evaluate((pasted) => {
    const data = new DataTransfer();
    data.setData('text/plain', pasted);
    const event = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true });
    if (!document.activeElement?.dispatchEvent(event)) throw new Error('the page blocks pasting');
  }, text);
  await page.keyboard.insertText(text);
}

test('no error before the first blur; then the ID number may speak', async ({ page }) => {
  await open(page);
  await control(page, 'id_number').pressSequentially(WRONG_ID);
  await expect(faultOf(page, 'id_number')).toBeHidden();
  await page.keyboard.press('Tab');
  await expect(faultOf(page, 'id_number')).toBeVisible();
  await expect(control(page, 'id_number')).toHaveAttribute('aria-invalid', 'true');
  await expect(faultOf(page, 'id_number')).toContainText('身份证号：');
});

test('fields without a check digit wait for the submit', async ({ page }) => {
  await open(page);
  await control(page, 'name').fill('张3');
  await control(page, 'phone').fill('1380013');
  await control(page, 'monthly_income').fill('abc');
  await control(page, 'id_number').focus();
  await page.keyboard.press('Tab');
  for (const name of ['name', 'phone', 'monthly_income', 'id_number']) await expect(faultOf(page, name)).toBeHidden();
  await submit(page);
  for (const name of ['name', 'phone', 'monthly_income', 'id_number']) await expect(faultOf(page, name)).toBeVisible();
});

test('fixing a value takes its error away with that input', async ({ page }) => {
  await open(page);
  await control(page, 'id_number').fill(WRONG_ID);
  await control(page, 'id_number').blur();
  await expect(faultOf(page, 'id_number')).toBeVisible();
  const hidden = await control(page, 'id_number').evaluate((input: HTMLInputElement) => {
    input.value = '110101199003071233';
    input.dispatchEvent(new InputEvent('input', { bubbles: true }));
    return document.getElementById('precheck-id_number-fault')?.hidden;
  });
  expect(hidden).toBe(true);
  await expect(control(page, 'id_number')).not.toHaveAttribute('aria-invalid');
});

test('what two fields say about each other is told once both are there', async ({ page }) => {
  await open(page);
  await control(page, 'name').fill('Lin Xiaoyue');
  await expect(page.getByTestId('form-hints')).toHaveCount(0);
  await control(page, 'id_number').fill('110101199003071233');
  await expect(page.getByTestId('form-hints')).toContainText('姓名的文字与证件类型不符');
  await control(page, 'name').fill('林小禾');
  await expect(page.getByTestId('form-hints')).toHaveCount(0);
});

test('a suggestion is offered, and taken only on request', async ({ page }) => {
  await open(page);
  await control(page, 'id_number').fill(WRONG_ID);
  await control(page, 'id_number').blur();
  await expect(control(page, 'id_number')).toHaveValue(WRONG_ID);
  const offer = faultOf(page, 'id_number').getByRole('button').first();
  const value = (await offer.innerText()).replace('改为 ', '');
  await offer.click();
  await expect(control(page, 'id_number')).toHaveValue(value);
  await expect(control(page, 'id_number')).toBeFocused();
  await expect(faultOf(page, 'id_number')).toBeHidden();
});

test('nothing is judged while an input method composes, and Enter then does not submit', async ({ page }) => {
  await open(page);
  await submit(page);
  await expect(faultOf(page, 'name')).toBeVisible();
  const session = await page.context().newCDPSession(page);
  await control(page, 'name').focus();
  const before = await faultOf(page, 'name').innerText();
  await session.send('Input.imeSetComposition', { text: 'zhang', selectionStart: 5, selectionEnd: 5 });
  await expect(control(page, 'name')).toHaveValue('zhang');
  expect(await faultOf(page, 'name').innerText()).toBe(before);
  // The key that ends a composition is reported as 229.
  const isSubmitted = await control(page, 'name').evaluate((input) => {
    const key = { key: 'Enter', keyCode: 229, isComposing: true, bubbles: true, cancelable: true };
    return input.dispatchEvent(new KeyboardEvent('keydown', key));
  });
  expect(isSubmitted).toBe(false);
  await session.send('Input.insertText', { text: '张三' });
  await expect(control(page, 'name')).toHaveValue('张三');
  await expect(faultOf(page, 'name')).toBeHidden();
});

for (const [what, name, typed, then] of [
  ['spaces', 'id_number', '110101 19900307 1233', 'ok'],
  ['full-width digits', 'phone', '１３８００１３８０００', 'ok'],
  ['hyphens and the country code', 'phone', '+86 138-0013-8000', 'ok'],
  ['an amount as a bank writes it', 'monthly_income', '￥８，０００．５０ 元', 'ok'],
] as const) {
  test(`pasted as it is: ${what}`, async ({ page }) => {
    await open(page);
    await paste(page, name, typed);
    await expect(control(page, name)).toHaveValue(typed);
    const caret = await control(page, name).evaluate((input: HTMLInputElement) => input.selectionStart);
    expect(caret, 'the caret is behind what was pasted').toBe(typed.length);
    await submit(page);
    await expect(faultOf(page, name), then).toBeHidden();
    expect(await page.locator('[maxlength]').count()).toBe(0);
  });
}

test('amounts become fen without any rounding', async ({ page }) => {
  await open(page);
  const sent = page.waitForRequest('**/v1/activation/decisions');
  await control(page, 'name').fill('张三');
  await control(page, 'id_number').fill('110101199003071233');
  await control(page, 'phone').fill('13800138000');
  await control(page, 'monthly_income').fill('8,000.07');
  await page.locator('#precheck-employment-employed').check();
  await control(page, 'monthly_debt').fill('0.1');
  await submit(page);
  const body = (await sent).postDataJSON() as { facts: unknown };
  expect(body.facts).toEqual({ monthly_income: 800_007, employment: 'employed', monthly_debt: 10 });
});

test('an amount that the policy does not take is said at its field, and the rest is still assessed', async ({ page }) => {
  await open(page);
  await control(page, 'monthly_income').fill('99999999');
  await page.locator('#precheck-employment-student').check();
  await expect(verdict(page)).toHaveAttribute('data-status', 'would-fail');
  await submit(page);
  await expect(faultOf(page, 'monthly_income')).toContainText('月收入：');
  await expect(page.locator('#precheck-employment-fault')).toBeHidden();
  await control(page, 'monthly_income').fill('9999');
  await expect(faultOf(page, 'monthly_income')).toBeHidden();
  await control(page, 'monthly_income').fill('99999999');
  await expect(faultOf(page, 'monthly_income'), 'a new error waits for the next submit').toBeHidden();
});

test('labels, autocomplete and descriptions', async ({ page }) => {
  await open(page, 'en');
  await expect(page.getByRole('textbox', { name: 'Name', exact: true })).toHaveAttribute('autocomplete', 'name');
  await expect(page.getByRole('textbox', { name: 'Mobile number' })).toHaveAttribute('autocomplete', 'tel');
  await submit(page);
  const loose = await page.locator('[aria-describedby],[aria-labelledby]').evaluateAll((elements) =>
    elements.flatMap((element) =>
      ['aria-describedby', 'aria-labelledby']
        .flatMap((name) => element.getAttribute(name)?.split(' ') ?? [])
        .filter((id) => !document.getElementById(id)),
    ),
  );
  expect(loose).toEqual([]);
  await expect(page.locator('form')).toHaveAttribute('novalidate');
  expect(await page.locator('[placeholder]').count()).toBe(0);
});
