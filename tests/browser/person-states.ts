// Every screen about a line, and of the desk, in the states that look different. They are on the service that all tests share:
// each is about an account that no other test changes.
import { expect, type Page } from '@playwright/test';

import { type Locale, PERSON } from './checkout';
import { decide as decideFor, openHelp } from './help';
import { PDF, showPlans } from './person';

type Reach = (page: Page, locale: Locale) => Promise<void>;

/** Does something to a line; what cannot be done any more was done by a test before. */
async function staff(page: Page, account: string, act: string, more: object = {}): Promise<void> {
  const data = { act, because: '系统升级，额度重新核对。', ...more };
  expect([200, 409]).toContain((await page.request.post(`/v1/operate/lines/${account}/acts`, { data })).status());
}

async function openAs(page: Page, account: string, place: string, locale: Locale): Promise<void> {
  await openHelp(page, place, locale);
  await page.locator('#person-account').selectOption(account);
  await expect(page.locator('main [aria-busy]')).toHaveCount(0);
}

async function appealed(page: Page, account: string): Promise<string> {
  const decision = await decideFor(page, account);
  const answer = await page.request.post(`/v1/accounts/${account}/appeals`, { data: { decision, statement: '征信记录里有两笔已经还清，请再看一次。\n附上还款凭证。', locale: 'zh-CN' } });
  const { id } = (await answer.json()) as { id: string };
  const material = { headers: { 'Content-Type': PDF.mimeType }, data: PDF.buffer };
  expect((await page.request.post(`/v1/accounts/${account}/appeals/${id}/materials`, material)).status()).toBe(200);
  return decision;
}

/** Opens the page of a link that stands like this; links of the service are for one test at a time. */
async function openLink(page: Page, locale: Locale, link: { state: string; opened: boolean }): Promise<void> {
  const told = { position: 2, expires_at: '2027-12-31T23:59:00+08:00', ...link };
  await page.route('**/v1/activation-link?*', (route) => route.fulfill({ json: told }));
  await page.route('**/v1/activation-link/codes?*', (route) => route.fulfill({ status: 202, json: { expires_in: 600, next_in: 60 } }));
  await page.goto(`/activate/?lang=${locale}#00`);
  await expect(page.getByTestId('link').locator('h2')).toBeVisible();
}

export const PERSON_STATES: Record<string, Reach> = {
  'my line': async (page, locale) => {
    await staff(page, 'demo-places', 'offer', { limit: 500_000 });
    await staff(page, 'demo-places', 'activate');
    await staff(page, 'demo-places', 'propose', { limit: 800_000 });
    await openAs(page, 'demo-places', 'line', locale);
    await expect(page.getByTestId('proposal')).toBeVisible();
    await page.getByTestId('inbox').locator('summary').first().click();
  },
  'my line, paused': async (page, locale) => {
    await staff(page, 'demo-mismatch', 'offer', { limit: 500_000 });
    await staff(page, 'demo-mismatch', 'activate');
    await staff(page, 'demo-mismatch', 'restrict', { until: '2027-12-31' });
    await openAs(page, 'demo-mismatch', 'line', locale);
    await expect(page.getByTestId('line-state')).toHaveAttribute('data-state', 'restricted');
  },
  'no line': async (page, locale) => {
    await openAs(page, 'demo-peak', 'line', locale);
    await expect(page.getByTestId('line-state')).toHaveAttribute('data-state', 'none');
  },
  'a line that waits for its link': async (page, locale) => {
    await staff(page, 'demo-counted', 'offer', { limit: 500_000 });
    await openAs(page, 'demo-counted', 'line', locale);
    await page.getByTestId('by-link').getByRole('button').click();
    await expect(page.locator('#link-phone-fault')).toBeVisible();
  },
  'a link to be opened': (page, locale) => openLink(page, locale, { state: 'valid', opened: false }),
  'a link that is open, and its code': async (page, locale) => {
    await openLink(page, locale, { state: 'valid', opened: true });
    await page.locator('#activate-phone').fill(PERSON.phone);
    await page.locator('.sender button').click();
    await expect(page.getByTestId('message-sent')).toBeVisible();
    await page.getByTestId('activate').locator('button[type=submit]').click();
    await expect(page.locator('#activate-code-fault')).toBeVisible();
  },
  'a link that is open elsewhere': (page, locale) => openLink(page, locale, { state: 'other-device', opened: false }),
  'a link whose state is late': (page, locale) => openLink(page, locale, { state: 'behind', opened: true }),
  'a line that began': (page, locale) => openLink(page, locale, { state: 'used', opened: true }),
  'not logged in': async (page, locale) => {
    await page.route('**/v1/demo/accounts', (route) => route.fulfill({ status: 401, json: { code: 'caller-unknown' } }));
    await openHelp(page, 'line', locale);
    await expect(page.getByTestId('sign-in')).toBeVisible();
  },
  'a second look': async (page, locale) => {
    await openHelp(page, 'appeal', locale);
    await page.getByTestId('files').setInputFiles([PDF, { name: '照片.heic', mimeType: 'image/heic', buffer: Buffer.from('x') }]);
    await page.getByTestId('appeal-form').locator('button[type=submit]').click();
    await expect(page.locator('#appeal-decision-fault')).toBeVisible();
    await expect(page.locator('#statement-fault')).toBeVisible();
  },
  'a second look asked for': async (page, locale) => {
    const decision = await appealed(page, 'demo-velocity');
    await openHelp(page, `appeal/${decision}/demo-velocity`, locale);
    await expect(page.getByTestId('appeal')).toHaveAttribute('data-state', 'open');
  },
  'closing a line': async (page, locale) => {
    await staff(page, 'demo-places', 'offer', { limit: 500_000 });
    await staff(page, 'demo-places', 'activate');
    await openAs(page, 'demo-places', 'close', locale);
    await page.locator('#close-phone').fill(PERSON.phone);
    await page.locator('#close-code').fill('000000');
    const box = page.getByTestId('close-now');
    await box.locator('.asks > button').click();
    await box.locator('.asks').getByRole('group').getByRole('button').first().click();
    // The first tries are wrong ones; later ones are too many.
    await expect(page.getByTestId('closure').getByTestId('why')).toBeVisible();
  },
  'days of repayment': async (page, locale) => {
    await openHelp(page, 'repay', locale);
    await page.locator('#repay-amount').fill('1500');
    await page.locator('#repay-from').fill('2026-11-30');
    await showPlans(page, 2);
    await page.getByTestId('plans').getByRole('radio').nth(1).check();
    await expect(page.getByTestId('months')).toBeVisible();
  },
};

const openDesk = async (page: Page, place: string, locale: Locale): Promise<void> => {
  await page.goto(`/ops/?lang=${locale}#/${place}`);
  await expect(page.locator('h1')).not.toBeEmpty();
};

export const DESK_STATES: Record<string, Reach> = {
  'sign in': async (page, locale) => {
    await page.route('**/v1/operate/**', (route) => route.fulfill({ status: 401, json: { code: 'caller-unknown' } }));
    await openDesk(page, '', locale);
    await page.locator('main form button').click();
    await expect(page.locator('#key-fault')).toBeVisible();
  },
  'one second look': async (page, locale) => {
    await appealed(page, 'demo-fault');
    await openDesk(page, 'appeals', locale);
    await page.getByTestId('queue').getByRole('row', { name: /demo-fault/ }).last().getByRole('button').click();
    await expect(page.getByTestId('trace').getByTestId('origins')).toBeVisible();
  },
  queue: (page, locale) => openDesk(page, 'appeals', locale),
  lines: async (page, locale) => {
    await openDesk(page, 'lines', locale);
    await page.locator('#account').fill('demo-nobody');
    await page.locator('#act').selectOption('restrict');
    await page.locator('#because').fill('看看有没有这个账户。');
    await page.locator('main form button').click();
    await expect(page.getByTestId('problem')).toBeVisible();
  },
  alarms: async (page, locale) => {
    await openDesk(page, 'alarms', locale);
    await page.locator('main form button').first().click();
    await expect(page.locator('#hold-fact-fault')).toBeVisible();
  },
  policies: async (page, locale) => {
    await openDesk(page, 'policies', locale);
    await expect(page.getByTestId('policies')).toBeVisible();
  },
};
