// The screens of the help centre on small screens, with big text, by keyboard, and under what a system can ask for.
import { expect, type Page, test } from '@playwright/test';

import { overflow } from './axe';
import { HELP_STATES, openHelp } from './help';
import { DESK_STATES, PERSON_STATES } from './person-states';

const STATES = { ...HELP_STATES, ...PERSON_STATES };

/** Elements that match, in shadow trees too, and what they are called. */
const small = (page: Page, selector: string, least: number): Promise<string[]> =>
  page.evaluate(
    ([wanted, limit]) => {
      const inside = (root: Document | ShadowRoot): Element[] => [
        ...root.querySelectorAll(wanted),
        ...[...root.querySelectorAll('*')].flatMap((one) => (one.shadowRoot ? inside(one.shadowRoot) : [])),
      ];
      return inside(document)
        .map((one) => [one.textContent || one.id, one.getBoundingClientRect()] as const)
        .filter(([, box]) => box.height > 0 && (box.height < limit || box.width < limit))
        .map(([name, box]) => `${name}: ${box.width}×${box.height}`);
    },
    [selector, least] as const,
  );

for (const [state, reach] of Object.entries(STATES)) {
  test(`${state}: small screens, large and spaced text, targets, forced colours`, async ({ page }) => {
    await page.setViewportSize({ width: 320, height: 640 });
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await reach(page, 'en');
    expect(await overflow(page), 'at 320 px').toBe(0);
    expect(await small(page, 'input:not([type=checkbox], [type=radio]), select, button', 44)).toEqual([]);
    expect(await small(page, 'a:not(.skip), summary', 24)).toEqual([]);
    const moving = await page.evaluate(() => document.getAnimations().length);
    expect(moving).toBe(0);
    await page.evaluate(() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(`html { font-size: 200% }
        * { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
        p { margin-bottom: 2em !important }`);
      document.adoptedStyleSheets = [sheet];
    });
    await page.setViewportSize({ width: 640, height: 900 });
    expect(await overflow(page), 'with text of 200 %').toBe(0);
    const cut = await page.locator('button, label, .task').evaluateAll((all) =>
      all.filter((one) => one.clientHeight > 0 && one.scrollHeight > one.clientHeight + 1).map((one) => one.textContent),
    );
    expect(cut).toEqual([]);
    await page.emulateMedia({ forcedColors: 'active' });
    // Every chart has a table beside it with the same numbers, and nothing that is only drawn.
    for (const figure of await page.locator('figure').all()) await expect(figure.locator('table')).toBeVisible();
    for (const mark of await page.locator('.standing-mark').all()) await expect(mark.locator('..')).toContainText(/\S/);
  });
}

for (const [state, reach] of Object.entries(DESK_STATES)) {
  test(`the desk, ${state}: wide tables scroll by themselves, and what one works with is large enough`, async ({ page }) => {
    await page.setViewportSize({ width: 360, height: 740 });
    await reach(page, 'en');
    expect(await overflow(page), 'at 360 px').toBe(0);
    expect(await small(page, 'input:not([type=checkbox], [type=radio]), select, button', 44)).toEqual([]);
    expect(await small(page, 'a:not(.skip), summary', 24)).toEqual([]);
    // Whoever has no mouse reaches what is cut off.
    for (const wide of await page.locator('.wide').all()) await expect(wide).toHaveAttribute('tabindex', '0');
  });
}

test('labels, descriptions and languages', async ({ page }) => {
  for (const place of ['', 'why', 'why/answers', 'decision', 'limit', 'line', 'appeal', 'close', 'repay']) {
    await openHelp(page, place, 'en');
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
    await expect(page.getByRole('status')).toHaveCount(1);
    await expect(page.locator('[aria-busy]')).toHaveCount(0);
    for (const box of await page.locator('input:visible, select:visible').all()) await expect(box).toHaveAccessibleName(/\S/);
    const loose = await page.locator('[aria-describedby],[aria-labelledby]').evaluateAll((elements) =>
      elements.flatMap((element) => {
        const ids = ['aria-describedby', 'aria-labelledby'].flatMap((name) => element.getAttribute(name)?.split(' ') ?? []);
        return ids.filter((id) => !(element.getRootNode() as Document).getElementById(id));
      }),
    );
    expect(loose).toEqual([]);
    expect(await page.locator('[placeholder], [maxlength]').count()).toBe(0);
  }
});

test('the Enter that ends a composition submits nothing', async ({ page }) => {
  for (const [place, id] of [['', 'help-search'], ['why', 'why-code'], ['decision', 'decision-id'], ['limit', 'changes-since']] as const) {
    await openHelp(page, place);
    const isSubmitted = await page.locator(`#${id}`).evaluate((input) => {
      const key = { key: 'Enter', keyCode: 229, isComposing: true, bubbles: true, cancelable: true };
      return input.dispatchEvent(new KeyboardEvent('keydown', key));
    });
    expect(isSubmitted, id).toBe(false);
  }
});

test('by keyboard: the focus is seen, and goes with the screen', async ({ page }) => {
  await openHelp(page, '', 'en');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.locator('main')).toBeFocused();
  await expect(page).toHaveURL(/#\/$/);
  await page.locator('#help-search').focus();
  for (let step = 0; step < 8; step += 1) {
    await page.keyboard.press('Tab');
    const seen = await page.evaluate(() => {
      const focused = document.activeElement;
      const box = focused?.getBoundingClientRect();
      if (!focused || !box) return null;
      const top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 12));
      return { isOnTop: top !== null && (focused.contains(top) || top.contains(focused)), outline: getComputedStyle(focused).outlineStyle };
    });
    expect(seen).toEqual({ isOnTop: true, outline: 'solid' });
  }
  await page.locator('.task').nth(1).focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('h1')).toHaveText('Look at a decision');
  await expect(page.locator('h1')).toBeFocused();
  await page.goBack();
  await expect(page.locator('h1')).toHaveText('Help centre');
});

for (const [whose, states] of Object.entries({ everybody: HELP_STATES, 'one’s own line': PERSON_STATES })) {
  test(`the screens for ${whose} run under a strict policy, without a violation`, async ({ page }) => {
    test.setTimeout(60_000);
    const violations: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) violations.push(message.text());
    });
    for (const [state, reach] of Object.entries(states)) {
      // The browser itself says that something was refused.
      if (!['no decision', 'not logged in'].includes(state)) await reach(page, 'zh-CN');
    }
    expect(violations).toEqual([]);
  });
}
