// What people were to be told and were not: staff see it, channel by channel, and send it anew.
import { createServer, type Server } from 'node:http';

import { expect } from '@playwright/test';

import { overflow, violations } from './axe';
import { openDesk } from './person';
import { type Service, test } from './service';

/** Puts a line in use, of which the person is told twice. */
async function tell(post: (path: string, data: object) => Promise<{ ok(): boolean }>): Promise<void> {
  for (const act of [{ act: 'offer', limit: 500_000 }, { act: 'activate' }]) {
    const answer = await post('/v1/operate/lines/demo-good/acts', { ...act, because: 'x' });
    expect(answer.ok()).toBe(true);
  }
}

/** A receiver of webhooks on the address that the service sends to. */
function receiver(service: Service): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer((request, response) => {
      request.resume();
      response.writeHead(204).end();
    });
    server.listen(service.hook, '127.0.0.1', () => resolve(server));
  });
}

for (const locale of ['zh-CN', 'en'] as const) {
  test(`a notice that was given up is sent anew (${locale})`, async ({ page, apart }) => {
    test.setTimeout(60_000);
    await openDesk(page, apart, 'notices', locale);
    await expect(page.getByTestId('given-up').locator('.small')).toBeVisible();
    await tell((path, data) => page.request.post(`${apart.origin}${path}`, { data }));
    const givenUp = page.getByTestId('given-up');
    const reload = page.getByRole('button', { name: locale === 'en' ? 'Look again' : '刷新' });
    await expect(async () => {
      await reload.click();
      await expect(givenUp.getByRole('row')).toHaveCount(3, { timeout: 500 });
    }).toPass({ timeout: 20_000 });
    await expect(givenUp).toContainText('demo-good');
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await overflow(page)).toBe(0);
    // Now somebody listens.
    const server = await receiver(apart);
    try {
      await givenUp.getByRole('button', { name: /demo-good/ }).first().click();
      await expect(page.locator('main .note')).toBeFocused();
      await page.getByTestId('channels').getByRole('button').click();
      await expect(async () => {
        await reload.click();
        await expect(givenUp.locator('.small')).toBeVisible({ timeout: 500 });
        await expect(page.getByTestId('waiting').locator('.small')).toBeVisible({ timeout: 500 });
      }).toPass({ timeout: 20_000 });
    } finally {
      server.close();
    }
  });
}

test('a service without channels says so', async ({ page, keyed }) => {
  await openDesk(page, keyed, 'notices', 'en');
  await expect(page.locator('main')).toContainText('in their inbox only');
});
