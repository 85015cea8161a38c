// What the person can do, as the engine proved it: plans, the day from which waiting is enough, or that nothing is.

import type { Advice, PlanStep } from '../engine/types';
import { h } from '../lib/dom';
import { texts } from '../locale';

/** Writes advice; `null` where there is nothing to say. `take` is offered for plans that need no waiting. */
export function ways(advice: Advice, take: ((steps: readonly PlanStep[]) => void) | null): HTMLElement | null {
  const t = texts();
  const { notice, outcome } = advice;
  if (outcome.status === 'reached') return null;
  const items = notice.plans.map((plan, at) => {
    const told = outcome.plans[at];
    const isNow = told !== undefined && told.from === outcome.as_of;
    const item = h(
      'li',
      { 'data-testid': 'plan' },
      h('ul', { class: 'plan-steps' }, ...plan.steps.map((step) => h('li', {}, step))),
      ...plan.moves.map((move) => h('p', { class: 'small' }, move)),
      h('p', {}, [plan.from, plan.result].filter(Boolean).join(' ')),
    );
    if (take && isNow) {
      const button = h('button', { type: 'button', class: 'secondary' }, t.whatIfTake);
      button.addEventListener('click', () => take([...told.steps, ...told.moves]));
      item.append(button);
    }
    return item;
  });
  return h(
    'div',
    { 'data-testid': 'ways' },
    h('h4', {}, t.ways),
    notice.summary === undefined ? null : h('p', {}, notice.summary),
    items.length > 0 ? h('ol', { class: 'plans' }, ...items) : null,
    notice.blocked.length > 0
      ? h('ul', { class: 'blocked' }, ...notice.blocked.map(({ title, help }) => h('li', {}, h('strong', {}, title), h('p', { class: 'small' }, help))))
      : null,
    notice.earliest === undefined ? null : h('p', { 'data-testid': 'earliest' }, notice.earliest),
    h('p', { class: 'small' }, notice.note),
  );
}
