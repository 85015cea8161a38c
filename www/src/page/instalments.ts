// How the order is paid back with the credit line: the engine's plans for today, one of which is chosen.
//
// Amounts, days, rates and their words are the engine's; this lays them out. What costs nothing is chosen to begin with.

import type { Engine } from '../engine/types';
import { h } from '../lib/dom';
import { today } from '../lib/today';
import { inEveryLocale, locale, say, texts } from '../locale';
import { TOTAL } from './cart';

type Plan = ReturnType<Engine['repayment']>['notice']['plans'][number];

export class Instalments {
  readonly root: HTMLElement;
  private engine: Engine | null = null;
  /** Whether it is known if there is an engine. */
  private isSettled = false;
  private chosen = 0;
  private readonly plans = h('fieldset', { class: 'repayment', 'aria-labelledby': 'repayment-title', hidden: true });
  private readonly late = h('p', { class: 'small' });
  private readonly missing = say(h('p'), (t) => t.repaymentMissing);

  constructor() {
    this.root = h(
      'section',
      { class: 'terms', 'aria-labelledby': 'repayment-title', 'data-testid': 'repayment' },
      say(h('h3', { id: 'repayment-title' }), (t) => t.repayment),
      this.missing,
      this.plans,
      this.late,
      say(h('p', { class: 'small' }), (t) => t.repaymentNote),
    );
    inEveryLocale(() => this.write());
  }

  /** Uses an engine; without one nothing is calculated, and that is said. */
  setEngine(engine: Engine | null): void {
    this.engine = engine ?? this.engine;
    this.isSettled = true;
    this.write();
  }

  private write(): void {
    const notice = this.ask();
    this.missing.hidden = notice !== null || !this.isSettled;
    this.plans.hidden = notice === null;
    this.late.textContent = notice?.late ?? '';
    const hadFocus = this.plans.contains(document.activeElement);
    this.plans.replaceChildren(...(notice?.plans ?? []).map((plan, index) => this.option(plan, index)));
    if (hadFocus) this.plans.querySelector<HTMLInputElement>('input:checked')?.focus();
  }

  private ask(): ReturnType<Engine['repayment']>['notice'] | null {
    try {
      return this.engine?.repayment(TOTAL, today(), locale()).notice ?? null;
    } catch (error) {
      // A policy without terms, or a clock that shows no day.
      console.warn('precheck: no plans', error);
      return null;
    }
  }

  private option(plan: Plan, index: number): HTMLElement {
    const input = h('input', {
      type: 'radio',
      name: 'repayment',
      value: index,
      checked: index === this.chosen,
      'aria-describedby': `repayment-${index}`,
    });
    input.addEventListener('change', () => {
      this.chosen = index;
    });
    const parts = plan.instalments.map((one) => h('li', {}, one));
    return h(
      'div',
      { class: 'repayment-plan' },
      h('label', { class: 'choice' }, input, h('span', {}, index === 0 ? texts().repaymentFull : texts().repaymentParts(parts.length))),
      h(
        'div',
        { id: `repayment-${index}`, class: 'digits' },
        h('p', {}, plan.title),
        parts.length > 0 ? h('ol', {}, ...parts) : null,
        h('p', { class: 'yearly' }, plan.yearly),
      ),
    );
  }
}
