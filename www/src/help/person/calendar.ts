// Months with marked days, to look at. What it shows is told by the list beside it.

import { h } from '../../lib/dom';
import { words } from './words';

const DAY_MS = 86_400_000;

/** Draws every month from the first marked day to the last. */
export function months(due: readonly string[], reminders: readonly string[]): HTMLElement {
  const all = [...due, ...reminders].sort();
  const [first, last] = [all[0], all.at(-1)];
  const drawn: HTMLElement[] = [];
  if (first !== undefined && last !== undefined) {
    let [year, month] = parts(first);
    const [endYear, endMonth] = parts(last);
    while (year < endYear || (year === endYear && month <= endMonth)) {
      drawn.push(one(year, month, new Set(due), new Set(reminders)));
      month += 1;
      if (month > 12) [year, month] = [year + 1, 1];
    }
  }
  return h('div', { class: 'months', 'aria-hidden': 'true', 'data-testid': 'months' }, ...drawn);
}

function parts(day: string): [number, number] {
  return [Number(day.slice(0, 4)), Number(day.slice(5, 7))];
}

function one(year: number, month: number, due: ReadonlySet<string>, reminders: ReadonlySet<string>): HTMLElement {
  const w = words();
  const begin = Date.UTC(year, month - 1, 1);
  const count = (Date.UTC(month === 12 ? year + 1 : year, month % 12, 1) - begin) / DAY_MS;
  // Weeks begin on Mondays.
  const before = (new Date(begin).getUTCDay() + 6) % 7;
  const days = Array.from({ length: count }, (_, at) => {
    const day = new Date(begin + at * DAY_MS).toISOString().slice(0, 10);
    const kind = due.has(day) ? 'due' : reminders.has(day) ? 'remind' : '';
    return h('span', { class: `day ${kind}`, ...(kind === '' ? {} : { 'data-day': day }) }, String(at + 1));
  });
  return h(
    'div',
    { class: 'month' },
    h('p', { class: 'task-name' }, w.months(year, month)),
    h('div', { class: 'days digits' }, ...w.weekdays.map((name) => h('span', { class: 'small' }, name)), ...Array.from({ length: before }, () => h('span')), ...days),
  );
}
