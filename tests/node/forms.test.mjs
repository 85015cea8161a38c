// What forms and pages use besides assessments: fields, forms, reasons, explanations, the first day.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Ajv2020 as Ajv } from 'ajv/dist/2020.js';
import { LOCALES, cases } from '../lib/cases.mjs';
import { entry, options, PACKAGE, TODAY } from '../lib/package.mjs';

const { explain, FIELD_KINDS, form, load, unpackField, unpackWhatIf, WHAT_IF } = await entry('node.js');
const precheck = await load(await options());
const all = (await cases()).filter(({ bundle }) => bundle === 'public');

test('kinds have their numbers, and packed checks say what checks in words say', () => {
  const values = ['', '1', '13800138000', '138001380001', '11010119950315123X', '110101199503151230', '林晓月', '林xy', 'a@b.cn', 'A1'];
  for (const [place, kind] of FIELD_KINDS.entries()) {
    for (const value of values) {
      const words = precheck.checkField(kind, value, TODAY, 'en');
      const packed = precheck.checkFieldPacked(kind, value, Date.parse(TODAY) / 86_400_000);
      assert.equal(words.kind, kind);
      assert.equal(packed, precheck.checkFieldPacked(place + 1, value, Date.parse(TODAY) / 86_400_000));
      const { status, issue, span } = unpackField(packed);
      assert.deepEqual([status, issue !== 0, span], [words.status, words.code !== null, words.span], `${kind} ${value}`);
    }
  }
  assert.throws(() => precheck.checkFieldPacked(FIELD_KINDS.length + 1, ''), { code: 'kind-unknown' });
  assert.throws(() => precheck.checkFieldPacked(0, ''), { code: 'kind-unknown' });
});

test('days and locales that are left out are today in Shanghai and the language of the device', async () => {
  const said = precheck.checkField('cn_mobile', '1380');
  assert.equal(said.message, precheck.checkField('cn_mobile', '1380', TODAY, 'zh-CN').message);
  const english = await load({ ...(await options()), locale: 'en' });
  assert.equal(english.checkField('cn_mobile', '1380').message, precheck.checkField('cn_mobile', '1380', TODAY, 'en').message);
  assert.equal(english.assess({ scenario: 'activation', as_of: TODAY }).notice.locale, 'en');
});

test('a form that is filled in ends as the application does', () => {
  const order = new Map(precheck.policy('en').scenarios.map((scenario) => [scenario.name, scenario]));
  for (const { name, application } of all) {
    const { scenario, as_of: asOf, fields = {}, facts = {} } = application;
    const own = form(precheck, scenario, { asOf, locale: 'en' });
    assert.equal(own.isComplete, order.get(scenario).fields.length === 0 && !order.get(scenario).facts.some(({ asked }) => asked));
    for (const [field, value] of Object.entries(fields)) {
      let packed;
      for (let end = 1; end <= value.length; end += 1) packed = own.type(field, value.slice(0, end));
      assert.equal(unpackField(packed).status, own.check(field).status, name);
    }
    let verdict = own.verdict();
    for (const [fact, value] of Object.entries(facts)) verdict = own.put(fact, { ...value }.state || { ...value }.special ? { ...value } : value);
    assert.equal(verdict, own.verdict());
    const plain = (value) => JSON.parse(JSON.stringify(value));
    assert.deepEqual(plain(own.application().facts), plain(facts), name);
    const expected = precheck.assess(application, 'en');
    assert.deepEqual(own.assess(), expected, name);
    const unpacked = unpackWhatIf(verdict);
    assert.deepEqual([unpacked.decisions, unpacked.ifChecksPass], [expected.outcome.decisions, expected.outcome.if_checks_pass], name);
    own.free();
    assert.equal(own.verdict(), verdict, 'it can be used again');
    own[Symbol.dispose]();
  }
});

test('what a form refuses leaves it as it was', () => {
  const own = form(precheck, 'activation', { asOf: TODAY, locale: 'en' });
  own.put('monthly_income', 900_000);
  const before = own.verdict();
  for (const [fact, value] of [
    ['monthly_income', -1],
    ['monthly_income', 0.5],
    ['employment', 'no-such-work'],
    ['monthly_income', { state: 'missing' }],
  ]) {
    assert.equal(own.put(fact, value), before | WHAT_IF.REFUSED, `${fact} ${JSON.stringify(value)}`);
    assert.deepEqual(own.application().facts, { monthly_income: 900_000 });
  }
  assert.throws(() => own.put('monthly_income', { min: 'x' }), { name: 'InputError' });
  assert.throws(() => own.put('incom', 1), { code: 'fact-unknown' });
  assert.throws(() => own.type('nickname', 'x'), { code: 'field-unknown' });
  assert.equal(own.verdict(), before);
  own.put('monthly_income', { min: 800_000, max: 900_000 });
  assert.deepEqual(own.application().facts, { monthly_income: { min: 800_000, max: 900_000 } });
  own.put('monthly_income', undefined);
  assert.deepEqual(own.application().facts, {});
  // Of every kind: taken back, unknown, and absent where that may be.
  for (const [fact, value] of [
    ['employment', 'employed'],
    ['employment', undefined],
    ['employment', { state: 'unknown' }],
    ['region', { state: 'missing' }],
    ['region', 'fujian'],
    ['monthly_debt', 0],
    ['monthly_debt', { state: 'unknown' }],
  ]) {
    const verdict = own.put(fact, value);
    assert.equal(verdict & WHAT_IF.REFUSED, 0, `${fact} ${JSON.stringify(value)}`);
    const { decisions } = precheck.assess(own.application()).outcome;
    assert.deepEqual(unpackWhatIf(verdict).decisions, decisions, `${fact} ${JSON.stringify(value)}`);
  }
});

test('a reason is said in general, in every locale', () => {
  for (const locale of LOCALES) {
    const reasons = precheck.reasons(locale);
    assert.equal(new Set(reasons.map(({ code }) => code)).size, reasons.length);
    for (const reason of reasons) {
      assert.ok(reason.title && reason.requirement && reason.help, reason.code);
      // Nobody's values, and no placeholder of the policy's own.
      assert.doesNotMatch(JSON.stringify(reason), /[\0-\x08{}]{2}|\{ ?\$/, reason.code);
      assert.deepEqual(precheck.reason(reason.code, locale), reason);
    }
  }
  const told = new Set(all.flatMap(({ application }) => precheck.assess(application, 'en').outcome.reasons.map(({ code }) => code)));
  for (const code of told) assert.equal(precheck.reason(code, 'en').code, code);
});

test('the first day is that of the plans', () => {
  const days = new Set();
  for (const { name, application } of all) {
    const { outcome } = precheck.plans(application, undefined, 'en');
    const day = precheck.earliest(application);
    assert.equal(day, outcome.status === 'reached' ? application.as_of : (outcome.earliest ?? null), name);
    days.add(day === null ? 'none' : day === application.as_of ? 'today' : 'later');
  }
  assert.deepEqual([...days].sort(), ['later', 'none', 'today']);
});

/** What the command says of an application. */
async function command(application, bundle, words) {
  const policy = fileURLToPath(new URL(`../../dist/policies/baitiao.${bundle}.bundle`, import.meta.url));
  const trust = fileURLToPath(new URL('../../dist/keys/development.pub', import.meta.url));
  const run = promisify(execFile)(process.env.PRECHECK_BIN, ['assess', '--policy', policy, '--trust', trust, ...words, '-']);
  run.child.stdin.end(JSON.stringify(application));
  return (await run).stdout;
}

test('explanations are those of the command', async () => {
  const engines = { public: precheck, server: await load(await options('server')) };
  const some = (await cases()).filter((_, index) => index % 6 === 0);
  for (const { name, application, bundle } of some) {
    for (const [length, format, locale] of [
      ['short', 'text', 'zh-CN'],
      ['screen', 'text', 'zh-CN'],
      ['screen', 'html', 'en'],
    ]) {
      const { notice } = engines[bundle].assess(application, locale);
      const words = ['--length', length, '--format', format, '--locale', locale];
      assert.equal(explain(notice, { length, format }), await command(application, bundle, words), `${name} ${length} ${format}`);
    }
  }
  const { notice } = precheck.assess(all[0].application, 'en');
  assert.equal(explain(notice), explain(notice, { length: 'screen', format: 'text' }));
  for (const wrong of [{ length: 'trace' }, { format: 'pdf' }]) assert.throws(() => explain(notice, wrong), { code: 'explanation-unknown' });
});

test('nothing that is explained leaves its place', () => {
  const { notice } = precheck.assess(all[0].application, 'en');
  for (const [said, text, html, why] of [
    ['a & b', 'a & b', 'a &amp; b', 'an entity'],
    ["<script>alert('x')</script>", "<script>alert('x')</script>", '&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;', 'an element'],
    ['" onload="', '" onload="', '&quot; onload=&quot;', 'an attribute'],
    ['\u2068אב\u2069!', '\u2068אב\u2069!', '<bdi>אב</bdi>!', 'isolated'],
    ['\u2068אב', '\u2068אב\u2069', '<bdi>אב</bdi>', 'left open'],
    ['a\u2069b', 'a\ufffdb', 'a\ufffdb', 'closed too often'],
    ['a\u202eb', 'a\ufffdb', 'a\ufffdb', 'an override'],
    ['\u001b[31mred', '\ufffd[31mred', '\ufffd[31mred', 'an escape sequence'],
    ['a\r\nb', 'a\ufffd\nb', 'a\ufffd<br>b', 'a carriage return'],
  ]) {
    const given = { ...notice, headline: said, note: said, detail: said, ask: [{ question: said }] };
    assert.equal(explain(given, { format: 'html' }).split(html).length - 1, 4, why);
    assert.ok(explain(given).startsWith(`${text}\n${text}\n`), why);
  }
});

test('what bundles say of themselves fits the schema', async () => {
  const validate = new Ajv().compile(JSON.parse(await readFile(`${PACKAGE}/bundle-schema.json`, 'utf8')));
  for (const audience of ['public', 'server']) {
    const engine = await load(await options(audience));
    for (const locale of LOCALES) {
      const view = engine.policy(locale);
      assert.ok(validate(view), JSON.stringify(validate.errors));
      for (const wrong of [{ ...view, audience: 'all' }, { ...view, more: 1 }, { ...view, scenarios: [{}] }]) assert.ok(!validate(wrong));
    }
  }
});
