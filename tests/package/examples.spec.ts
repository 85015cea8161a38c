// Each example is built from the packed package and opened as its reader would open it.
import { expect, test } from '@playwright/test';

import { PAGES } from '../lib/examples.mjs';

for (const name of PAGES as string[]) {
  test(`the example ${name} answers while somebody types`, async ({ page, baseURL }) => {
    const wrong: string[] = [];
    const elsewhere: string[] = [];
    page.on('pageerror', (error) => wrong.push(String(error)));
    page.on('console', (message) => {
      // Browsers ask for an icon that the examples do not have.
      if (message.type() === 'error' && !message.location().url.endsWith('/favicon.ico')) wrong.push(message.text());
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(`${baseURL}/`)) elsewhere.push(request.url());
    });
    await page.goto(`/${name}/dist/index.html`);
    await page.waitForLoadState('networkidle');
    const asked = new Set<string>();
    page.on('request', (request) => asked.add(request.url()));
    await page.locator('#phone').fill('1380');
    await expect(page.locator('#hint')).not.toHaveText(/fine|^$/);
    await page.locator('#phone').fill('13800138000');
    await expect(page.locator('#hint')).toHaveText('fine');
    await page.locator('#income').fill('100');
    await expect(page.locator('#result')).not.toBeEmpty();
    const low = await page.locator('#result').textContent();
    await page.locator('#income').fill('20000');
    await expect(page.locator('#result')).not.toHaveText(low ?? '');
    expect([...asked], 'nothing is fetched while somebody types').toEqual([]);
    expect(elsewhere).toEqual([]);
    expect(wrong).toEqual([]);
  });
}
