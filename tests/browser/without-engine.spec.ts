// Whatever keeps the engine from running, the page says so within three seconds and works without it.
import { expect, type Page, test } from '@playwright/test';

import { control, decided, faultOf, fill, headline, open, submit, verdict } from './checkout';

const PATIENCE = { timeout: 3_000 };

const OBSTACLES: readonly [what: string, put: (page: Page) => Promise<unknown>][] = [
  ['the module is blocked', (page) => page.route('**/*.wasm', (route) => route.abort())],
  [
    'the module is tampered with',
    (page) => page.route('**/*.wasm', (route) => route.fulfill({ contentType: 'application/wasm', body: 'no module' })),
  ],
  [
    'the bundle is tampered with',
    (page) =>
      page.route('**/v1/bundles/public', async (route) => {
        const body = await (await route.fetch()).body();
        body[body.length >> 1] = (body[body.length >> 1] ?? 0) ^ 1;
        await route.fulfill({ body });
      }),
  ],
  ['the bundle never comes', (page) => page.route('**/v1/bundles/public', () => new Promise(() => {}))],
];

for (const [what, put] of OBSTACLES) {
  test(`usable although ${what}`, async ({ page }) => {
    await put(page);
    await open(page);
    await expect(headline(page)).toHaveText('这台设备上暂时无法预检，可以直接提交。', PATIENCE);
    await fill(page);
    await submit(page);
    await decided(page);
    await expect(verdict(page)).toHaveAttribute('data-tone', 'approve');
  });
}

test('the server finds what the page cannot, and says it at the field', async ({ page }) => {
  await page.route('**/*.wasm', (route) => route.abort());
  await open(page, 'en');
  await expect(headline(page)).toContainText('not available', PATIENCE);
  await fill(page, { phone: '1380013' });
  await submit(page);
  await expect(page.getByTestId('summary')).toBeFocused();
  await expect(faultOf(page, 'phone')).toContainText('Mobile number: ');
  await expect(control(page, 'phone')).toHaveValue('1380013');
});

test('an engine that comes late is still used, and nothing typed is lost', async ({ page }) => {
  await page.route('**/v1/bundles/public', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    await route.continue();
  });
  await open(page);
  await expect(headline(page)).toContainText('暂时无法预检', PATIENCE);
  await fill(page);
  await control(page, 'monthly_debt').focus();
  await expect(verdict(page)).toHaveAttribute('data-status', 'likely', { timeout: 6_000 });
  await expect(control(page, 'monthly_debt')).toBeFocused();
  await expect(control(page, 'monthly_debt')).toHaveValue('500');
});

for (const locale of ['zh-CN', 'en'] as const) {
  test(`without the engine the same is asked as with it, in the same words (${locale})`, async ({ browser, baseURL }) => {
    const asked = async (isBlocked: boolean): Promise<string[]> => {
      const page = await browser.newPage({ baseURL: baseURL ?? '' });
      if (isBlocked) await page.route('**/*.wasm', (route) => route.abort());
      await open(page, locale);
      await expect(page.locator('.questions input').first()).toBeVisible();
      const questions = await page.locator('.questions > *').evaluateAll((all) =>
        all.map((one) => {
          const inputs = [...one.querySelectorAll('input')].map(({ type, name, value }) => `${type} ${name} ${value}`);
          return [one.textContent, ...inputs].join('\n');
        }),
      );
      await page.close();
      return questions.sort();
    };
    expect(await asked(true)).toEqual(await asked(false));
  });
}
