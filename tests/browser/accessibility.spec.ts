// WCAG 2.2 A and AA as far as axe can tell, in every state, language and colour scheme.
import { expect, type Page, test } from '@playwright/test';

import { violations } from './axe';
import { CHILD_ID, control, decided, fill, headline, type Locale, open, ready, submit } from './checkout';
import { HELP_STATES } from './help';
import { DESK_STATES, PERSON_STATES } from './person-states';

/** Where pictures of every state go, for somebody to look at; none without it. */
const SCREENS_TO = process.env['PRECHECK_SCREENS'];
const decide = async (page: Page): Promise<void> => {
  await fill(page);
  await submit(page);
  await decided(page);
};

const STATES: Record<string, (page: Page, locale: Locale) => Promise<void>> = {
  'nothing chosen': async (page, locale) => {
    await page.goto(locale === 'en' ? '/checkout/?lang=en' : '/checkout/');
    await expect(page.locator('#demo-account option').nth(1)).toBeAttached();
  },
  'nothing entered': async (page, locale) => {
    await open(page, locale);
    await ready(page);
  },
  likely: async (page, locale) => {
    await open(page, locale);
    await fill(page);
  },
  'would fail': async (page, locale) => {
    await open(page, locale);
    await fill(page, { id: CHILD_ID, income: '1500', debt: '9000' });
  },
  'how to do it right': async (page, locale) => {
    await open(page, locale);
    await fill(page, { income: '1500' });
    const lesson = page.getByTestId('why').getByTestId('lesson').first();
    await lesson.locator('summary').click();
    await expect(lesson.locator('ol > li').first()).toBeVisible();
  },
  'what if': async (page, locale) => {
    await open(page, locale);
    await fill(page, { debt: '9000' });
    await page.getByTestId('what-if').locator('summary').click();
    await page.locator('#what-if-monthly_debt').fill('500');
    await expect(page.getByTestId('what-if-result')).toHaveAttribute('data-tone', 'likely');
  },
  errors: async (page, locale) => {
    await open(page, locale);
    await control(page, 'id_number').fill('110101199003071230');
    await control(page, 'monthly_income').fill('abc');
    await submit(page);
  },
  'no network': async (page, locale) => {
    await open(page, locale);
    await fill(page);
    await page.route('**/v1/activation/decisions', (route) => route.abort());
    await submit(page);
    await expect(page.getByTestId('summary')).toBeVisible();
  },
  'no engine': async (page, locale) => {
    await page.route('**/*.wasm', (route) => route.abort());
    await open(page, locale);
    await expect(headline(page)).not.toBeEmpty();
    await expect(page.getByTestId('try-again')).toBeVisible();
  },
  approved: async (page, locale) => {
    await open(page, locale);
    await decide(page);
  },
  declined: async (page, locale) => {
    await open(page, locale, 'demo-overdue');
    await decide(page);
  },
  referred: async (page, locale) => {
    await open(page, locale, 'demo-new');
    await decide(page);
  },
  'retry later': async (page, locale) => {
    await open(page, locale, 'demo-bureau-down');
    await decide(page);
  },
};

const named = (where: string, states: typeof STATES): typeof STATES => Object.fromEntries(Object.entries(states).map(([state, reach]) => [`${where}: ${state}`, reach]));

const SCREENS = { ...STATES, ...named('help', { ...HELP_STATES, ...PERSON_STATES }), ...named('desk', DESK_STATES) };

for (const colorScheme of ['light', 'dark'] as const) {
  for (const locale of ['zh-CN', 'en'] as const) {
    test.describe(`${locale}, ${colorScheme}`, () => {
      test.use({ colorScheme });
      for (const [state, reach] of Object.entries(SCREENS)) {
        test(state, async ({ page }) => {
          await reach(page, locale);
          for (const fold of await page.locator('.folds summary:visible').all()) await fold.click();
          if (SCREENS_TO) await page.screenshot({ path: `${SCREENS_TO}/${locale}-${colorScheme}/${state}.png`, fullPage: true });
          expect(await violations(page)).toEqual([]);
        });
      }
    });
  }
}
