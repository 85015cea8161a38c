// "Why did it fail?" by answers: the questions of the policy in the package's own element, and what follows beside them.
//
// It is the same engine and the same words as in the checkout. Nothing is sent; there is nothing to submit.

import '@precheck/core/element';

import type { CreditPrecheck } from '@precheck/core/element';

import type { Obstacle } from '../../engine/obstacle';
import { type Started, startEngine } from '../../engine/start';
import type { Advice, Application, Document, Engine, PolicyView } from '../../engine/types';
import { h } from '../../lib/dom';
import { locale, texts } from '../../locale';
import { Verdict } from '../../precheck/verdict';
import { type Account, accounts } from '../../server/api';
import { type Frame, link, type Screen } from '../frame';
import { words } from '../words';

/** How long somebody pauses before plans are looked for: they take longer than the verdict. */
const PAUSE_MS = 250;

/** What was chosen and typed lives as long as the page: the way back to a reason must not cost it. */
let form: Diagnosis | null = null;

export function answers({ announcer }: Frame): Screen {
  const w = words();
  const place = h('div', { class: 'stack' });
  const arrived = ({ engine, obstacle }: Started): void => {
    if (form === null && engine === null) {
      place.replaceChildren(noEngine(obstacle ?? 'blocked', attempt));
      return;
    }
    // An engine that comes late is still welcome, and one that is there is kept.
    if (engine !== null) form ??= new Diagnosis(engine);
    if (form === null || place.contains(form.root)) return;
    form.announce = (text) => announcer.say(text);
    form.relabel();
    place.replaceChildren(form.root);
  };
  function attempt(): void {
    place.replaceChildren(h('p', { class: 'small' }, texts().preparing));
    const { soon, certain } = startEngine();
    void soon.then(arrived);
    void certain.then(arrived);
  }
  if (form) arrived({ engine: form.engine, obstacle: null });
  else attempt();
  return { title: w.why, content: [h('p', { class: 'lead' }, w.answersLead), place] };
}

function noEngine(obstacle: Obstacle, attempt: () => void): HTMLElement {
  const t = texts();
  const again = h('button', { type: 'button', class: 'secondary' }, t.tryAgain);
  again.addEventListener('click', attempt);
  return h(
    'div',
    { class: 'card stack', 'data-testid': 'no-engine' },
    h('p', {}, t.obstacles[obstacle]),
    h('p', {}, t.technical),
    h('p', {}, again),
    h('p', { class: 'inline' }, link({ name: 'device' }, words().device), link({ name: 'home' }, words().home)),
  );
}

type Scenario = PolicyView['scenarios'][number];

class Diagnosis {
  readonly root = h('div', { class: 'diagnosis' });
  announce: (text: string) => void = () => undefined;
  private readonly scenario = h('select', { id: 'why-scenario' });
  private readonly account = h('select', { id: 'why-account' });
  private readonly labels = [h('label', { for: 'why-scenario' }), h('label', { for: 'why-account' })] as const;
  private readonly nothingAsked = h('p', { class: 'small' });
  private readonly heading = h('h2', { slot: 'heading' });
  private readonly note = h('p', { slot: 'actions', class: 'small' });
  private readonly clear = h('button', { slot: 'actions', type: 'button', class: 'secondary' });
  private readonly verdict = new Verdict();
  private readonly element: CreditPrecheck = h('credit-precheck' as 'div') as unknown as CreditPrecheck;
  private readonly accountChoice: HTMLElement;
  private known: readonly Account[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly engine: Engine) {
    const slot = h('div', { slot: 'verdict' }, this.verdict.root);
    this.element.append(this.heading, this.note, this.clear, slot);
    this.element.addEventListener('precheck-change', ({ detail }) => this.show(detail as unknown as Document));
    this.scenario.addEventListener('change', () => this.choose());
    this.account.addEventListener('change', () => this.choose());
    this.clear.addEventListener('click', () => {
      this.element.setAttribute('scenario', 'none');
      this.choose();
      this.scenario.focus();
    });
    const choice = (label: HTMLElement, select: HTMLElement): HTMLElement => h('div', { class: 'control' }, label, select);
    this.accountChoice = choice(this.labels[1], this.account);
    this.root.append(h('div', { class: 'card ways-in' }, choice(this.labels[0], this.scenario), this.accountChoice), h('div', { class: 'card' }, this.element));
    // Without a network there are no accounts, and the questions are enough.
    accounts().then(
      (known) => {
        this.known = known;
        this.relabel();
      },
      () => undefined,
    );
  }

  /** Writes everything in the language of the page. */
  relabel(): void {
    const w = words();
    this.labels[0].textContent = w.scenario;
    this.labels[1].textContent = w.account;
    this.heading.textContent = w.answersQuestions;
    this.note.textContent = w.notAFinalAnswer;
    this.clear.textContent = w.clear;
    this.nothingAsked.textContent = w.noQuestions;
    this.accountChoice.hidden = this.known.length === 0;
    const names = this.engine.policy(locale()).scenarios.map(({ name }) => h('option', { value: name }, w.scenarios[name] ?? name));
    const accounts = this.known.map(({ id, label }) => h('option', { value: id }, label[locale()]));
    refill(this.scenario, names);
    refill(this.account, [h('option', { value: '' }, w.accountNone), ...accounts]);
    this.choose();
  }

  private current(): Scenario | undefined {
    return this.engine.policy(locale()).scenarios.find(({ name }) => name === this.scenario.value);
  }

  /** Gives the element what was chosen. What was typed stays as long as the scenario does. */
  private choose(): void {
    const scenario = this.current();
    if (!scenario) return;
    const facts = this.known.find(({ id }) => id === this.account.value)?.public_facts ?? {};
    const declared = new Set(scenario.facts.map(({ name }) => name));
    const isAsked = scenario.fields.length > 0 || scenario.facts.some(({ asked }) => asked);
    this.element.setAttribute('locale', locale());
    this.element.facts = {};
    this.element.setAttribute('scenario', scenario.name);
    this.element.facts = Object.fromEntries(Object.entries(facts).filter(([name]) => declared.has(name)));
    if (this.element.precheck === null) this.element.precheck = this.engine as unknown as NonNullable<CreditPrecheck['precheck']>;
    if (isAsked) this.nothingAsked.remove();
    else this.heading.after(this.nothingAsked);
  }

  private show(document: Document): void {
    const application = this.element.application() as Application | null;
    this.write(document, null);
    const said = [document.notice.headline, document.notice.reasons.map(({ title }) => title).join(texts().separator)];
    this.announce(said.filter(Boolean).join(texts().colon));
    clearTimeout(this.timer);
    const { status, ask } = document.outcome;
    const isSettled = status === 'would-fail' || (status === 'cannot-tell' && ask.length === 0);
    if (!isSettled || !application) return;
    this.timer = setTimeout(() => this.write(document, this.engine.plans(application, { locks: [] }, locale())), PAUSE_MS);
  }

  private write(document: Document, advice: Advice | null): void {
    const facts = this.current()?.facts ?? [];
    const lead = (fact: string, field: string | null) => {
      const name = field ?? fact;
      const label = document.notice.ask.find((one) => one.fact === fact)?.label ?? facts.find((one) => one.name === fact && one.asked)?.label;
      return label === undefined ? null : { label, href: '#/why/answers', go: () => void this.element.focusOn(name) };
    };
    this.verdict.show(document, { scale: null, lead }, null, advice);
  }
}

function refill(select: HTMLSelectElement, options: HTMLOptionElement[]): void {
  const kept = select.value;
  select.replaceChildren(...options);
  if (options.some(({ value }) => value === kept)) select.value = kept;
}
