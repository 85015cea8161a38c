// What the page shows while it waits for a decision; and the reader of its events, which needs no browser.
import { expect, test } from '@playwright/test';

import { EventReader } from '../../www/src/server/events';
import { decided, fill, headline, open, submit } from './checkout';

const STREAM = 'event: source\ndata: {"a":1}\n\n: still here\n\n\nevent: decision\ndata: {"b":": "}\n\nevent: half\ndata: x\n';

test('events are put together wherever the pieces end', () => {
  const expected = [
    { name: 'source', data: '{"a":1}' },
    { name: 'decision', data: '{"b":": "}' },
  ];
  for (let size = 1; size <= STREAM.length; size += 1) {
    const reader = new EventReader();
    const found = [];
    for (let at = 0; at < STREAM.length; at += size) found.push(...reader.push(STREAM.slice(at, at + size)));
    expect(found, `in pieces of ${size}`).toEqual(expected);
  }
});

test('whoever waits sees for what, and that the bureau is silent', async ({ page }) => {
  await open(page, 'zh-CN', 'demo-bureau-down');
  await fill(page);
  await submit(page);
  const checks = page.getByTestId('checks').locator('li');
  await expect(checks).toHaveText(['身份信息核对：正在查询…', '征信机构：正在查询…', '第三方信用分：正在查询…']);
  await expect(checks.first()).toHaveText('身份信息核对：暂时没有回应');
  await decided(page);
  await expect(page.getByTestId('checks')).toBeHidden();
  await expect(headline(page)).toBeVisible();
});
