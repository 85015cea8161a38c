// Small screens, big text, big fingers.
import { expect, type Page, test } from '@playwright/test';

import { control, decided, fill, open, submit } from './checkout';

const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

for (const locale of ['zh-CN', 'en'] as const) {
  test(`no sideways scrolling at 320 px, with large and spaced text (${locale})`, async ({ page }) => {
    await page.setViewportSize({ width: 320, height: 640 });
    await open(page, locale);
    expect(await overflow(page), 'empty').toBe(0);
    await submit(page);
    expect(await overflow(page), 'with errors').toBe(0);
    // A constructed sheet is what a reader's own tool would add; the policy of the page does not concern it.
    await page.evaluate(() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(`html { font-size: 200% }
        * { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
        p { margin-bottom: 2em !important }`);
      document.adoptedStyleSheets = [sheet];
    });
    await page.setViewportSize({ width: 640, height: 900 });
    expect(await overflow(page), 'with text of 200 %').toBe(0);
    const cut = await page.locator('button, label, .method, .choice').evaluateAll((all) =>
      all.filter((one) => one.clientHeight > 0 && one.scrollHeight > one.clientHeight + 1).map((one) => one.textContent),
    );
    expect(cut).toEqual([]);
    await page.evaluate(() => {
      document.adoptedStyleSheets = [];
    });
    await page.setViewportSize({ width: 320, height: 640 });
    await fill(page);
    await submit(page);
    await decided(page);
    expect(await overflow(page), 'decided').toBe(0);
  });
}

test('targets: 44 px for what one works with, 24 px for the rest', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 800 });
  await open(page);
  await submit(page);
  const small = (selector: string, least: number): Promise<string[]> =>
    page.locator(selector).evaluateAll(
      (all, limit) =>
        all
          .map((one) => [one.textContent || one.id, one.getBoundingClientRect()] as const)
          .filter(([, box]) => box.height > 0 && (box.height < limit || box.width < limit))
          .map(([name, box]) => `${name}: ${box.width}×${box.height}`),
      least,
    );
  expect(await small('input[type=text], select, button, .method, .choice', 44)).toEqual([]);
  expect(await small('a:not(.skip), summary, input[type=radio]', 20)).toEqual([]);
  expect(await small('a:not(.skip), summary', 24)).toEqual([]);
});

test('ways to pay are equally prominent', async ({ page }) => {
  for (const width of [360, 768, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto('/checkout/');
    const boxes = await page.locator('.method').evaluateAll((all) =>
      all.map((one) => {
        const { width, y } = one.getBoundingClientRect();
        const { backgroundColor, borderColor, fontSize } = getComputedStyle(one);
        return { width: Math.round(width), y: Math.round(y), look: [backgroundColor, borderColor, fontSize].join() };
      }),
    );
    expect(new Set(boxes.map((box) => box.width)).size, `widths at ${width}`).toBe(1);
    expect(new Set(boxes.map((box) => box.look)).size, `looks at ${width}`).toBe(1);
    expect([1, boxes.length], `rows at ${width}`).toContain(new Set(boxes.map((box) => box.y)).size);
  }
});

/** What has the focus, and whether it is seen; `null` behind the last one. */
function focusOf(page: Page): Promise<{ what: string | null; isOnTop: boolean; hasOutline: boolean } | null> {
  return page.evaluate(() => {
    const focused = document.activeElement;
    if (!focused || focused === document.body) return null;
    const box = focused.getBoundingClientRect();
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 12));
    const outlines = [focused, focused.closest('label')].map((one) => (one ? getComputedStyle(one).outlineStyle : 'none'));
    return {
      what: focused.id || focused.textContent,
      isOnTop: top !== null && (focused.contains(top) || top.contains(focused)),
      hasOutline: outlines.includes('solid'),
    };
  });
}

test('the focus is visible and not covered', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 700 });
  await open(page);
  await page.locator('#method-line').focus();
  for (let step = 0; step < 20; step += 1) {
    await page.keyboard.press('Tab');
    // What answers meanwhile moves things, and the browser scrolls after it.
    const seen = await focusOf(page);
    if (!seen) break;
    await expect.poll(() => focusOf(page), { message: seen.what ?? '' }).toMatchObject({ isOnTop: true, hasOutline: true });
  }
});

test('it holds with forced colours, reduced motion and on paper', async ({ page }) => {
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
  await open(page);
  await fill(page);
  const range = page.locator('.range');
  const track = page.locator('.track');
  const fillOf = (one: typeof range): Promise<string> => one.evaluate((shape) => getComputedStyle(shape).fill);
  expect(await fillOf(range)).not.toBe(await fillOf(track));
  const isStill = await page.locator('.method').first().evaluate((one) => getComputedStyle(one).transitionDuration);
  expect(isStill).toBe('0s');
  await page.emulateMedia({ media: 'print', forcedColors: 'none' });
  await expect(control(page, 'name')).toBeVisible();
  await expect(page.locator('#precheck-form button[type=submit]')).toBeHidden();
});
