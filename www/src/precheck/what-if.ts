// "What if": other values for what the person can change, and what the pre-check would say of them.
//
// It is a game of its own: the form keeps what was entered, and nothing of this is ever sent. What nobody has touched
// here follows the form.

import { waterfall } from '../charts/waterfall';
import { assess } from '../engine/assess';
import { contributions } from '../engine/contributions';
import type { Application, Engine, FactValue, FactView, PlanStep } from '../engine/types';
import { h } from '../lib/dom';
import { locale, texts } from '../locale';
import { type Lever, lever } from './lever';
import { type Scale, scoreRange } from './score-range';
import { shape, tone } from './tone';
import { ways } from './ways';

/** What the panel works with; `null` while there is no engine or the decision has been taken. */
export interface Basis {
  readonly engine: Engine;
  /** What is known now: the form and what the shop knows, without what the engine refuses. */
  readonly application: Application;
  /** The facts of the scenario, in the language of the page. */
  readonly facts: readonly FactView[];
  readonly scale: Scale | null;
}

/** The kinds of facts that there are levers for. */
const KINDS: readonly FactView['kind'][] = ['bool', 'code', 'days', 'integer', 'money', 'ratio', 'years'];

export class WhatIf {
  readonly root: HTMLElement;
  private basis: Basis | null = null;
  /** What is supposed instead; `null` for not known. */
  private readonly changed = new Map<string, FactValue | null>();
  private readonly locked = new Set<string>();
  private levers: Lever[] = [];
  private last = '';
  private readonly title = h('span');
  private readonly note = h('p', { class: 'hypothetical', 'data-testid': 'what-if-note' });
  private readonly list = h('div', { class: 'levers' });
  private readonly result = h('div', { class: 'what-if-result', 'data-testid': 'what-if-result' });
  private readonly plans = h('div');
  private readonly resetButton = h('button', { type: 'button', class: 'secondary', 'data-testid': 'what-if-reset' });
  private readonly fold: HTMLDetailsElement;

  /** `announce` says a result to people who do not see it. */
  constructor(private readonly announce: (text: string) => void) {
    this.fold = h(
      'details',
      { class: 'what-if', 'data-testid': 'what-if' },
      h('summary', {}, this.title),
      this.note,
      this.list,
      this.result,
      this.resetButton,
      this.plans,
    );
    this.root = h('div', { hidden: true }, this.fold);
    this.fold.addEventListener('toggle', () => this.look());
    this.resetButton.addEventListener('click', () => this.reset());
  }

  /** Takes what is known now, in the language of the page. */
  show(basis: Basis | null): void {
    this.basis = basis;
    this.root.hidden = basis === null;
    if (!basis) return;
    const t = texts();
    this.title.textContent = t.whatIf;
    this.note.textContent = t.whatIfNote;
    this.resetButton.textContent = t.whatIfReset;
    this.arrange(basis);
    this.look();
  }

  /** Lays out a lever for each fact that the person can change and that counts here. */
  private arrange({ facts, application }: Basis): void {
    const known = new Map(this.levers.map((one) => [one.name, one]));
    const wanted = facts.filter(
      (fact) => fact.actionable !== 'no' && KINDS.includes(fact.kind) && (fact.asked || fact.name in application.facts),
    );
    this.levers = wanted.map((fact) => {
      const there = known.get(fact.name);
      there?.reword(fact);
      return there ?? lever(fact, (value) => this.move(fact.name, value), (isLocked) => this.lock(fact.name, isLocked));
    });
    const roots = this.levers.map((one) => one.root);
    if (roots.some((root, at) => this.list.children[at] !== root)) this.list.replaceChildren(...roots);
    for (const one of this.levers) {
      if (!this.changed.has(one.name)) one.put(application.facts[one.name] ?? null);
    }
  }

  private move(name: string, value: FactValue | null): void {
    if (value === (this.basis?.application.facts[name] ?? null)) this.changed.delete(name);
    else this.changed.set(name, value);
    this.look();
  }

  private lock(name: string, isLocked: boolean): void {
    if (isLocked) this.locked.add(name);
    else this.locked.delete(name);
    this.look();
  }

  /** Takes a plan: its steps, and what moves with them. */
  private take(steps: readonly PlanStep[]): void {
    this.reset();
    for (const { fact, to } of steps) {
      this.changed.set(fact, to);
      this.levers.find((one) => one.name === fact)?.put(to);
    }
    this.look();
    this.result.querySelector<HTMLElement>('h4')?.focus();
  }

  private reset(): void {
    this.changed.clear();
    for (const one of this.levers) one.put(this.basis?.application.facts[one.name] ?? null);
    this.look();
  }

  private supposed(application: Application): Application {
    const facts = { ...application.facts };
    for (const [name, value] of this.changed) {
      if (value === null) delete facts[name];
      else facts[name] = value;
    }
    return { ...application, facts };
  }

  /** Shows what follows. Nothing is computed while the panel is folded up. */
  private look(): void {
    if (!this.basis || !this.fold.open) return;
    const { engine, application, facts, scale } = this.basis;
    const t = texts();
    const { document, application: supposed, refused } = assess(engine, this.supposed(application), locale());
    for (const one of this.levers) one.complain(refused.get(`/facts/${one.name}`)?.text ?? null);
    const { outcome, notice } = document;
    const now = JSON.stringify([locale(), outcome, notice, [...this.locked], application, this.changed.size]);
    if (now === this.last) return;
    this.last = now;
    this.resetButton.hidden = this.changed.size === 0;
    this.result.dataset.tone = tone(outcome);
    const about = t.scoreDepends(t.scoreDependsServer);
    const points = outcome.score ? contributions(engine, supposed, facts) : null;
    const reasons = notice.reasons.map((reason) => h('li', { 'data-code': reason.code }, reason.title));
    const parts = [
      h('p', { class: 'eyebrow' }, this.changed.size === 0 ? t.whatIfAsIs : t.whatIfSupposed),
      h('h4', { class: 'what-if-headline', tabindex: -1 }, shape(tone(outcome)), h('span', {}, notice.headline)),
      notice.limit === undefined ? null : h('p', {}, notice.limit),
      reasons.length > 0 ? h('ul', { class: 'checks' }, ...reasons) : null,
      outcome.score ? scoreRange(outcome.score, scale, about) : null,
      points ? waterfall(points, (name) => facts.find((fact) => fact.name === name)?.label ?? name, outcome.score?.approve_from ?? null) : null,
    ];
    this.result.replaceChildren(...parts.filter((part) => part !== null));
    if (this.changed.size > 0) this.announce([t.whatIfSupposed, notice.headline].join(t.colon));
    const advice = engine.plans(application, { locks: [...this.locked] }, locale());
    const told = ways(advice, (steps) => this.take(steps));
    this.plans.replaceChildren(...(told ? [told] : []));
  }
}
