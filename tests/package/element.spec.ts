// `<credit-precheck>` of the package: a form out of the policy, on a page with a strict policy of content.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { expect, type Page, test } from '@playwright/test';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa'];

interface Axe {
  run(options: object): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }>;
}

type Seen = [name: string, what: string | null, isComplete: boolean | null][];
const seen = (page: Page): Promise<Seen> => page.evaluate(() => (window as unknown as { seen: Seen }).seen);

test('the form of the policy, and what would follow, on every keystroke', async ({ page }) => {
  const wrong: string[] = [];
  page.on('pageerror', (error) => wrong.push(String(error)));
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) wrong.push(message.text());
  });
  await page.goto('/pages/element.html');
  const headline = page.locator('[part="headline"]');
  await expect(headline).not.toBeEmpty();
  await expect(page.getByRole('heading', { name: 'May the line be opened?' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Send' })).toBeVisible();
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));

  await expect(page.locator('[part="hint"]:not(:empty)'), 'nothing is wrong before anybody typed').toHaveCount(0);
  await page.getByLabel('Name').fill('林晓月');
  const number = page.getByLabel('Identity number');
  await number.fill('110101199503151230');
  await expect(number, 'nobody is interrupted').toHaveAttribute('aria-invalid', 'false');
  await number.blur();
  await expect(number).toHaveAttribute('aria-invalid', 'true');
  await expect(number).toHaveAccessibleDescription(/./);
  await number.fill('11010119950315123X');
  await expect(number, 'mended while it is typed').toHaveAttribute('aria-invalid', 'false');
  const phone = page.getByLabel('Mobile number');
  await phone.fill('1380');
  await expect(phone, 'what is not finished is no mistake yet').toHaveAttribute('aria-invalid', 'false');
  await phone.blur();
  await expect(phone).toHaveAttribute('aria-invalid', 'true');
  await phone.fill('13800138000');

  const money = page.getByLabel(/\(yuan\)/);
  await money.first().fill('1500');
  await expect(page.locator('[part="verdict"]')).toHaveAttribute('data-status', 'would-fail');
  await expect(page.locator('[part="reasons"] li').first()).toBeVisible();
  await money.first().fill('-3');
  await money.first().blur();
  await expect(money.first()).toHaveAttribute('aria-invalid', 'true');
  await money.first().fill('12,000.50');
  await page.getByRole('combobox').selectOption('employed');
  await money.nth(1).fill('0');
  const [, , isComplete] = (await seen(page)).at(-1) ?? [];
  expect(isComplete).toBe(true);
  const application = await page.evaluate(() => document.querySelector('credit-precheck')?.application());
  expect(application).toMatchObject({
    scenario: 'activation',
    fields: { phone: '13800138000' },
    facts: { monthly_income: 1_200_050, employment: 'employed', monthly_debt: 0 },
  });
  expect((await seen(page))[0]?.[0]).toBe('precheck-ready');

  // Another language, another fact: what was typed stays.
  await page.evaluate(() => document.querySelector('credit-precheck')?.setAttribute('locale', 'zh-CN'));
  await expect(page.getByLabel('手机号')).toHaveValue('13800138000');
  await page.evaluate(() => {
    const element = document.querySelector('credit-precheck');
    if (element) element.facts = { account_age_days: 3 };
  });
  const known = await page.evaluate(() => document.querySelector('credit-precheck')?.assessment?.outcome.known);
  expect(known).toContain('account_age_days');
  expect(requests, 'nothing is sent').toEqual([]);
  expect(wrong).toEqual([]);
});

test('nothing is judged while an input method composes', async ({ page }) => {
  await page.goto('/pages/element.html');
  const name = page.getByLabel('Name');
  await name.fill('3');
  await name.blur();
  await expect(name).toHaveAttribute('aria-invalid', 'true');
  const session = await page.context().newCDPSession(page);
  const before = (await seen(page)).length;
  await name.focus();
  await page.keyboard.press('ControlOrMeta+a');
  await session.send('Input.imeSetComposition', { text: 'lin', selectionStart: 3, selectionEnd: 3 });
  await expect(name).toHaveValue('lin');
  expect((await seen(page)).length).toBe(before);
  await session.send('Input.insertText', { text: '林晓月' });
  await expect(name).toHaveValue('林晓月');
  await expect(name).toHaveAttribute('aria-invalid', 'false');
});

test('a page shows what follows in its own way, and leads to a question', async ({ page }) => {
  await page.goto('/pages/element.html');
  await expect(page.locator('[part="headline"]')).not.toBeEmpty();
  const found = await page.evaluate(() => {
    const element = document.querySelector('credit-precheck');
    element?.insertAdjacentHTML('beforeend', '<p slot="verdict">Ours</p>');
    return [element?.focusOn('monthly_income'), element?.shadowRoot?.activeElement?.id, element?.focusOn('nothing')];
  });
  expect(found).toEqual([true, 'control-monthly_income', false]);
  await expect(page.getByText('Ours')).toBeVisible();
  await expect(page.locator('[part="headline"]')).toBeHidden();
});

test('without the engine the page decides what is shown', async ({ page }) => {
  await page.goto('/pages/element.html?bundle=nowhere.bundle');
  await expect(page.getByRole('status')).toContainText('not available');
  expect(await seen(page)).toEqual([['precheck-error', 'bundle-unavailable', null]]);
  await page.evaluate(() => document.querySelector('credit-precheck')?.setAttribute('bundle', 'policy.bundle'));
  await expect(page.locator('[part="headline"]')).not.toBeEmpty();
});

test('what a page sets before the element is defined counts, and an engine that it gives is not freed', async ({ page }) => {
  await page.goto('/pages/');
  const statuses = await page.evaluate(async () => {
    const core = `${location.origin}/node_modules/@precheck/core`;
    const { KEYS } = await import(`${location.origin}/pages/keys.js`);
    const { load } = await import(`${core}/index.js`);
    const precheck = await load({ bundle: '/pages/policy.bundle', keys: KEYS });
    const element = document.createElement('credit-precheck');
    element.facts = { account_age_days: 400 };
    element.precheck = precheck;
    document.body.append(element);
    await import(`${core}/element.js`);
    const known = element.assessment?.outcome.known;
    element.remove();
    document.body.append(element);
    // A fact that a scenario does not have is a slip, and no fact of its form.
    let refused = null;
    element.addEventListener('precheck-error', ({ detail }) => {
      refused = (detail.error as { code: string }).code;
    });
    element.setAttribute('scenario', 'closure');
    element.facts = {};
    element.setAttribute('locale', 'en');
    const other = element.assessment?.outcome.scenario;
    element.remove();
    return [known?.includes('account_age_days'), refused, other, precheck.policy('en').audience];
  });
  expect(statuses).toEqual([true, 'fact-unknown', 'closure', 'public']);
});

test('it can be reached and read by everybody', async ({ page }) => {
  await page.goto('/pages/element.html');
  await page.getByLabel('Mobile number').fill('138001380001');
  await expect(page.locator('[part="verdict"]')).toBeVisible();
  await page.evaluate(AXE);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    const found = await page.evaluate(async (tags) => {
      const { violations } = await (window as unknown as { axe: Axe }).axe.run({ runOnly: { type: 'tag', values: tags } });
      return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary ?? ''}`));
    }, TAGS);
    expect(found, colorScheme).toEqual([]);
  }
});

test('the eight lines of the README are a page that works', async ({ page, baseURL }) => {
  const readme = readFileSync(new URL('../../pkg-config/README.md', import.meta.url), 'utf8');
  const [, snippet = ''] = /^```html\n([^]*?)^```/m.exec(readme) ?? [];
  const keys = readFileSync(new URL('../../dist/keys/development.pub', import.meta.url), 'utf8').trim();
  // Beside the plain example, whose folder `precheck` is a copy of the package.
  await page.route(`${baseURL}/html/dist/readme.html`, (route) =>
    route.fulfill({
      contentType: 'text/html; charset=utf-8',
      headers: { 'Content-Security-Policy': "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'" },
      body: snippet.replace('ed25519 …', keys),
    }),
  );
  await page.goto('/html/dist/readme.html');
  await expect(page.locator('[part="headline"]')).not.toBeEmpty();
  await page.getByLabel('手机号').fill('13800138000');
  await expect(page.getByLabel('手机号')).toHaveAttribute('aria-invalid', 'false');
});
