// What staff see and do while the service runs: a fact that goes wrong, and a policy that is tried beside the one in force.
import { expect, type Page } from '@playwright/test';

import { overflow, violations } from './axe';
import { decide, openDesk } from './person';
import { putBeside, test } from './service';

/** Fits, with some to spare, what has to be seen before values are held against each other. */
const BEFORE = 310;
/** A tenth of the recent values and more are of the kind that is wrong. */
const FAULTY = 70;

const fits = async (page: Page): Promise<void> => {
  expect(await violations(page)).toEqual([]);
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await overflow(page)).toBe(0);
  await page.setViewportSize({ width: 1280, height: 900 });
};

test('a fact that went wrong is held by itself, lifted with one press and a reason, and what it spoilt is taken again', async ({ page, apart }) => {
  test.setTimeout(120_000);
  for (let at = 0; at < BEFORE + 140; at += 1) await decide(page.request, apart, 'demo-good');
  for (let at = 0; at < FAULTY; at += 1) await decide(page.request, apart, 'demo-mistaken');
  await openDesk(page, apart, 'alarms', 'en');
  const holds = page.getByTestId('holds');
  await expect(async () => {
    await page.getByRole('button', { name: 'Look again' }).click();
    await expect(holds).toContainText('risk_module', { timeout: 500 });
  }).toPass({ timeout: 20_000 });
  const alarm = page.getByTestId('alarms').getByRole('row', { name: /risk_module/ }).first();
  await expect(alarm).toContainText('activation');
  await fits(page);

  // A second hold is refused, and says why.
  await page.locator('#hold-fact').fill('risk_module');
  await page.locator('#hold-because').fill('Again.');
  await page.locator('#hold-because').press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('problem')).toContainText('hold-state');
  await holds.getByRole('button', { name: /Lift/ }).click();
  await expect(page.locator('#hold-because')).toBeFocused();
  await expect(page.locator('#hold-act')).toHaveValue('lift');
  await page.locator('#hold-because').fill('The module was set back.');
  await page.locator('#hold-because').press('Tab');
  await page.keyboard.press('Enter');
  await expect(holds.locator('.small')).toHaveText('none');

  await alarm.getByRole('button', { name: /Take decisions again/ }).click();
  await expect(page.locator('#redecide-fact')).toHaveValue('risk_module');
  await expect(page.locator('#redecide-from')).toHaveValue(/^\d+$/);
  await page.locator('#redecide-because').fill('A module of ours was mistaken; it is put right.');
  await page.locator('#redecide-because').press('Tab');
  await page.keyboard.press('Enter');
  const counts = page.getByTestId('redecided');
  await expect(counts.getByRole('row', { name: /Looked at/ })).toContainText(/[1-9]\d*/);
  await expect(counts.getByRole('row', { name: /Another came after/ })).toContainText(/[1-9]\d*/);
  await fits(page);
});

for (const locale of ['zh-CN', 'en'] as const) {
  test(`a candidate is held beside the policy, reported on, and put in force (${locale})`, async ({ page, apart }) => {
    test.setTimeout(60_000);
    await openDesk(page, apart, 'policies', locale);
    await expect(page.getByTestId('policies')).toBeVisible();
    await expect(page.locator('#candidate-act')).toHaveCount(0);
    await expect(page.locator('main')).toContainText('precheck operate put --candidate');
    await putBeside(apart);
    await decide(page.request, apart, 'demo-good');
    const id = await decide(page.request, apart, 'demo-good', { monthly_income: 250_000 });
    const reload = page.getByRole('button', { name: locale === 'en' ? 'Look again' : '刷新' });
    const changed = page.getByTestId('changed');
    await expect(async () => {
      await reload.click();
      await expect(changed).toContainText(id, { timeout: 500 });
    }).toPass({ timeout: 15_000 });
    await expect(page.getByTestId('by-scenario')).toContainText('activation');
    await expect(page.getByTestId('by-reason')).toContainText('INCOME-MINIMUM');
    await fits(page);
    // A reason is a must; then it decides, and there is no candidate any more.
    const send = page.locator('main form button[type=submit]');
    await send.click();
    await expect(page.locator('#candidate-because')).toBeFocused();
    await page.locator('#candidate-because').fill('Looked at: as wanted.');
    await send.click();
    await expect(page.locator('#candidate-act')).toHaveCount(0);
    await expect(page.getByTestId('policies')).toContainText('4');
    await expect(page.getByTestId('releases')).toContainText(/4/);
    await fits(page);
  });
}
