// `<checkout-precheck>`: the form, the verdict beside it, and the server's decision in the same place. It submits; what other
// pages build with is `<credit-precheck>` of the package.
//
// While somebody types, the engine answers on the device and nothing is sent. Without an engine the form still works;
// the server then is the only one that looks at it.

import { assess, type Refused } from '../engine/assess';
import type { Obstacle } from '../engine/obstacle';
import type { Start, Started } from '../engine/start';
import type { Application, Engine, FactValue, FieldCheck, PolicyView, Question } from '../engine/types';
import { appealLink } from '../help/links';
import { h } from '../lib/dom';
import { today } from '../lib/today';
import { inEveryLocale, locale, say, texts } from '../locale';
import { type Account, type Decided, decide, decision, isDecided, type Problem } from '../server/api';
import { SubmissionKeys } from '../server/submission-key';
import { Checks } from './checks';
import type { Control } from './control';
import { fault } from './fault';
import { type FieldName, FIELDS, IdentityField } from './identity-field';
import { plainQuestions, SCENARIO } from './plain-questions';
import { type QuestionControl, questionControl } from './question';
import type { Scale } from './score-range';
import { Summary } from './summary';
import { type Surroundings, Verdict } from './verdict';
import { WhatIf } from './what-if';

type Scenario = PolicyView['scenarios'][number];

/** What the page does for the element. */
export interface Host {
  /** Says something to people who do not see the screen. One text per result. */
  announce(text: string): void;
  /** Learns how many errors are shown. */
  errors(count: number): void;
  /** Learns whether the credit line can be paid with. */
  opened(isOpened: boolean): void;
}

export class CheckoutPrecheck extends HTMLElement {
  private host: Host | null = null;
  private engine: Engine | null = null;
  private account: Account | null = null;
  private decided: Decided | null = null;
  private scale: Scale | null = null;
  private kinds: Partial<Record<string, string>> = {};
  private refused: ReadonlyMap<string, Refused> = new Map();
  private isAnswerNeeded = true;
  private isBusy = false;
  private obstacle: Obstacle | null = null;
  private isWaiting = true;
  private begin: (() => Start) | null = null;

  private readonly summary = new Summary();
  private readonly checks = new Checks();
  private readonly keys = new SubmissionKeys();
  private readonly verdict = new Verdict();
  private readonly whatIf = new WhatIf((text) => this.host?.announce(text));
  private readonly fields = FIELDS.map(
    (name) => new IdentityField(name, (value) => this.judge(name, value), (control) => this.changed(control)),
  );
  private readonly scenarios = new Map<string, Scenario>();
  private questions: QuestionControl[] = [];
  private readonly questionList = h('div', { class: 'questions' });
  private readonly submitButton = h('button', { type: 'submit', class: 'primary' });
  private readonly backButton = say(h('button', { type: 'button', class: 'secondary' }), (t) => t.back);
  /** What is filled in, and what sends it: both give way to a decision. */
  private readonly entry = h('div', { class: 'entry' });
  private readonly send = h('div', { class: 'send' });
  private readonly outcomeBar = h('div', { class: 'after-decision', hidden: true });

  /** Starts the element; to be called once. `begin` loads the engine, and again when somebody asks for it. */
  start(host: Host, begin: () => Start): void {
    this.host = host;
    this.begin = begin;
    this.build();
    inEveryLocale(() => this.relabel());
    this.wait(begin());
  }

  private wait({ soon, certain }: Start): void {
    this.isWaiting = true;
    const arrived = (started: Started): void => {
      this.isWaiting = false;
      this.obstacle = started.obstacle;
      // An engine that is there is not given up for what came of an earlier attempt.
      if (this.engine === null) this.take(started.engine);
    };
    void soon.then(arrived);
    void certain.then(arrived);
  }

  /** Tries once more to load the engine. */
  private again(): void {
    if (this.isWaiting || !this.begin) return;
    this.wait(this.begin());
    this.look();
    this.verdict.focus();
  }

  /** Uses what the shop knows of another account. */
  setAccount(account: Account | null): void {
    if (account?.id === this.account?.id) return;
    this.account = account;
    // A decision about somebody else's account is nothing to stand on.
    if (this.decided) this.setDecided(null);
    this.look();
  }

  private build(): void {
    const about = h('fieldset', { class: 'group' }, say(h('legend'), (t) => t.about), ...this.fields.map((one) => one.root));
    const money = h('fieldset', { class: 'group' }, say(h('legend'), (t) => t.questions), this.questionList);
    this.entry.append(this.summary.root, about, money);
    this.send.append(
      this.submitButton,
      say(h('p', { class: 'small' }), (t) => t.submitNote),
      this.checks.root,
    );
    const side = h('div', { class: 'precheck-side' }, this.verdict.root, this.whatIf.root, this.outcomeBar);
    // Were it ever sent by the browser itself, nothing would end up in an address.
    const form = h('form', { id: 'precheck-form', novalidate: true, method: 'post' }, this.entry, side, this.send);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.submit();
    });
    this.backButton.addEventListener('click', () => this.back());
    this.outcomeBar.append(
      this.backButton,
      say(h('p', { class: 'small' }), (t) => t.otherWays),
    );
    this.replaceChildren(form);
  }

  /** Takes the engine, or goes on without. Controls that are there keep what was typed. */
  private take(engine: Engine | null): void {
    const isFirst = this.questions.length === 0;
    this.engine = engine;
    this.scenarios.clear();
    const scenario = this.scenario();
    this.kinds = Object.fromEntries((scenario?.fields ?? []).map(({ name, kind }) => [name, kind]));
    if (engine) this.scale = assess(engine, this.blank(), locale()).document.outcome.score;
    this.ask(this.inAskedOrder(this.asked()));
    this.look();
    for (const field of this.fields) field.revisit();
    this.recount();
    if (isFirst) void this.resume();
  }

  /** Fills in what was answered before a reload, and sees that the next reload finds it too. */
  private async resume(): Promise<void> {
    try {
      const { keep, restore } = await import('./draft');
      restore(this.questionList);
      keep(this.questionList, () => this.decided !== null);
    } catch {
      // It is a convenience, and nothing depends on it.
    }
  }

  /** The scenario in the language of the page. */
  private scenario(): Scenario | undefined {
    if (!this.engine) return undefined;
    // Asked once a language, and not with every keystroke.
    const known = this.scenarios.get(locale());
    const found = known ?? this.engine.policy(locale()).scenarios.find((one) => one.name === SCENARIO);
    if (found) this.scenarios.set(locale(), found);
    return found;
  }

  /** The questions in the language of the page, in the policy's order. */
  private asked(): Question[] {
    const scenario = this.scenario();
    if (!scenario) return plainQuestions();
    return scenario.facts.filter((fact) => fact.asked);
  }

  /** Puts first what the engine would ask first. The order stays: a form that reorders itself is no help. */
  private inAskedOrder(asked: Question[]): Question[] {
    if (!this.engine) return asked;
    const { ask } = assess(this.engine, this.blank(), locale()).document.outcome;
    const order = ask.map((one) => one.fact);
    const place = (one: Question): number => (order.includes(one.name) ? order.indexOf(one.name) : order.length);
    return asked.toSorted((a, b) => place(a) - place(b));
  }

  private ask(asked: readonly Question[]): void {
    const there = new Map(this.questions.map((one) => [one.name, one]));
    this.questions = asked.map((question) => {
      const known = there.get(question.name);
      known?.reword(question);
      return known ?? this.control(question);
    });
    const roots = this.questions.map((one) => one.root);
    // Moving a control that has the focus would take it away, in the middle of a composition perhaps.
    if (roots.some((root, at) => this.questionList.children[at] !== root)) {
      if (this.questionList.contains(document.activeElement)) this.questions = [...there.values()];
      else this.questionList.replaceChildren(...roots);
    }
  }

  private blank(): Application {
    return { scenario: SCENARIO, as_of: today(), fields: {}, facts: {} };
  }

  private controls(): Control[] {
    return [...this.fields, ...this.questions];
  }

  private application(): Application {
    const application = this.blank();
    for (const field of this.fields) {
      if (field.value.trim() !== '') application.fields[field.name] = field.value;
    }
    for (const question of this.questions) {
      const answer = question.answer();
      if (answer !== null) application.facts[question.name] = answer;
    }
    return application;
  }

  private control(question: Question): QuestionControl {
    return questionControl(question, {
      refusal: (pointer) => this.refused.get(pointer),
      isNeeded: () => this.isAnswerNeeded,
      changed: (control) => this.changed(control),
    });
  }

  /** Judges a value; `null` while there is no engine. */
  private judge(name: FieldName, value: string): { kind: string; check: FieldCheck } | null {
    const kind = this.kinds[name];
    if (!this.engine || !kind) return null;
    return { kind, check: this.engine.checkField(kind, value, today(), locale()) };
  }

  private changed(control: Control): void {
    // What the engine refuses is known only once it has looked.
    this.look();
    control.settle();
    this.recount();
  }

  /** Looks at what is there now and shows what follows. */
  private look(): void {
    if (this.decided || !this.host) return;
    const t = texts();
    if (!this.engine) {
      this.whatIf.show(null);
      if (this.isWaiting) this.verdict.showPlain(t.preparing, []);
      else {
        const kind = this.obstacle ?? 'blocked';
        const headline = kind === 'offline' ? t.unavailableOffline : t.unavailable;
        const said = [t.obstacles[kind], t.technical];
        if (kind !== 'offline') said.push(t.submitAnyway);
        const isNew = this.verdict.showPlain(headline, said, { label: t.tryAgain, go: () => this.again() });
        if (isNew) this.host.announce([headline, t.obstacles[kind]].join(' '));
      }
      return;
    }
    const entered = this.application();
    Object.assign(entered.facts, this.account?.public_facts);
    const { document, application, refused } = assess(this.engine, entered, locale());
    this.refused = refused;
    // Nobody has to answer what cannot change the result any more.
    this.isAnswerNeeded = document.outcome.status !== 'would-fail';
    // What would be enough is said of what is known: not while the form is still to be filled in.
    const { status, ask } = document.outcome;
    const isSettled = status === 'would-fail' || (status === 'cannot-tell' && ask.length === 0);
    const advice = isSettled ? this.engine.plans(application, { locks: [] }, locale()) : null;
    const facts = this.scenario()?.facts ?? [];
    this.whatIf.show({ engine: this.engine, application, facts, scale: this.scale });
    if (this.verdict.show(document, this.around(), null, advice)) {
      const reasons = document.notice.reasons.map((reason) => reason.title);
      const said = [document.notice.headline, reasons.join(t.separator)].filter(Boolean).join(t.colon);
      this.host.announce(said);
    }
  }

  private around(): Surroundings {
    return {
      scale: this.scale,
      announce: (text) => this.host?.announce(text),
      appeal: (id) => appealLink(id, this.account?.id ?? null, locale()),
      lead: (fact, field) => {
        const wanted: Control | undefined =
          this.fields.find((one) => one.name === field) ?? this.questions.find((one) => one.name === fact);
        if (!wanted) return null;
        return { label: wanted.label(), href: `#${wanted.target.id}`, go: () => wanted.target.focus() };
      },
    };
  }

  private async submit(): Promise<void> {
    if (this.isBusy) return;
    for (const control of this.controls()) control.show(control.fault());
    const wrong = this.controls().filter((control) => control.error !== null);
    this.host?.errors(wrong.length);
    if (wrong.length > 0) {
      this.summary.showFaults(this.controls());
      return;
    }
    this.summary.clear();
    this.setBusy(true);
    const { fields, facts } = this.application();
    const sent: Record<string, string> = Object.fromEntries(FIELDS.map((name) => [name, fields[name] ?? '']));
    const answers: Record<string, FactValue> = facts;
    const submission = { account: this.account?.id ?? '', locale: locale(), fields: sent, facts: answers };
    const sending = this.keys.of(submission);
    const answer = await decide(submission, sending.key, (check) => this.checks.show(check));
    this.checks.clear();
    this.setBusy(false);
    if (!isDecided(answer)) {
      this.showProblem(answer);
      return;
    }
    this.keys.decided();
    this.showDecision(answer);
    // It comes in the language in which it was asked for first.
    if (sending.locale !== locale()) void this.retell(answer);
  }

  private setBusy(isBusy: boolean): void {
    this.isBusy = isBusy;
    // Not `disabled`, which would drop the focus.
    this.submitButton.setAttribute('aria-disabled', String(isBusy));
    this.submitButton.textContent = isBusy ? texts().submitting : texts().submit;
    if (isBusy) this.host?.announce(texts().submitting);
  }

  private setDecided(decided: Decided | null): void {
    this.decided = decided;
    if (decided) this.whatIf.show(null);
    this.entry.hidden = decided !== null;
    this.send.hidden = decided !== null;
    const isOpened = decided?.document.outcome.decisions[0] === 'approve';
    this.outcomeBar.hidden = decided === null || isOpened;
    this.host?.opened(isOpened);
    this.classList.toggle('is-decided', decided !== null);
  }

  private showDecision(decided: Decided): void {
    this.setDecided(decided);
    this.verdict.show(decided.document, this.around(), decided);
    this.verdict.focus();
    this.host?.announce(decided.document.notice.headline);
  }

  private showProblem(problem: Problem): void {
    for (const { pointer, code, detail } of problem.errors) {
      const control = this.controls().find((one) => one.pointer === pointer);
      control?.show(fault(code, texts().named(control.label(), detail)));
    }
    const wrong = this.controls().filter((control) => control.error !== null);
    this.host?.errors(Math.max(1, wrong.length));
    if (wrong.length > 0) this.summary.showFaults(this.controls());
    else this.summary.showProblem(problem);
  }

  /** Goes back to the form, with everything that was entered. */
  private back(): void {
    this.setDecided(null);
    this.look();
    this.fields[0]?.target.focus();
  }

  private recount(): void {
    this.summary.relabel();
    this.host?.errors(this.controls().filter((control) => control.error !== null).length);
  }

  private relabel(): void {
    this.submitButton.textContent = this.isBusy ? texts().submitting : texts().submit;
    for (const field of this.fields) field.relabel();
    const words = new Map(this.asked().map((question) => [question.name, question]));
    for (const question of this.questions) {
      const asked = words.get(question.name);
      if (asked) question.reword(asked);
    }
    this.summary.relabel();
    if (this.decided) void this.retell(this.decided);
    else this.look();
  }

  /** Asks for the decision in the language of the page. It is the same decision. */
  private async retell(decided: Decided): Promise<void> {
    this.verdict.show(decided.document, this.around(), decided);
    const answer = await decision(decided.id, locale());
    if (this.decided?.id !== decided.id || !isDecided(answer)) return;
    this.decided = answer;
    this.verdict.show(answer.document, this.around(), answer);
  }
}
