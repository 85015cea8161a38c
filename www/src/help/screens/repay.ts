// The days on which an order is paid back, in months and as a list, and as a file for one's own calendar.

import { parseHundredths, plainHundredths } from '../../lib/amount';
import { h, setAttribute } from '../../lib/dom';
import { today } from '../../lib/today';
import { locale } from '../../locale';
import { plans as ask, type Plans } from '../../server/person';
import { random } from '../../server/submission-key';
import { card, composes, type Frame, type Screen } from '../frame';
import { months } from '../person/calendar';
import { calendarFile } from '../person/ics';
import { problemBox } from '../person/parts';
import { words } from '../person/words';

/** The largest amount that there are plans for, in fen. */
const MOST = 1_000_000_000;

/** What was typed and chosen lives as long as the page. */
const typed = { amount: '', from: '', plan: 0 };

export function repay(frame: Frame): Screen {
  const w = words();
  const shown = h('div', { class: 'stack', 'data-testid': 'plans' });
  const amount = field('repay-amount', w.amount, w.amountHelp, 'text');
  const from = field('repay-from', w.from, '', 'date');
  composes(amount.input).inputMode = 'decimal';
  amount.input.value = typed.amount;
  from.input.value = typed.from || today();
  for (const one of [amount, from]) {
    one.input.addEventListener('input', () => {
      [typed.amount, typed.from] = [amount.input.value, from.input.value];
      if (one.isWrong()) check(false);
    });
  }
  const read = (): number | null => {
    const fen = parseHundredths(amount.input.value);
    return fen !== null && fen >= 1 && fen <= MOST ? fen : null;
  };
  const check = (isAll: boolean): boolean => {
    const wrong = [read() === null, from.input.value === ''] as const;
    if (isAll || amount.isWrong()) amount.say(wrong[0] ? w.amountWrong : null);
    if (isAll || from.isWrong()) from.say(wrong[1] ? w.fromWrong : null);
    frame.errors(Number(amount.isWrong()) + Number(from.isWrong()));
    return !wrong[0] && !wrong[1];
  };
  const form = h('form', { class: 'card stack no-print', novalidate: true }, amount.root, from.root, h('p', {}, h('button', { type: 'submit', class: 'primary' }, w.showPlans)));
  const look = async (isAsked: boolean): Promise<void> => {
    const fen = read();
    if (fen === null) return;
    const answer = await ask(fen, from.input.value, locale());
    if (isAsked && !shown.isConnected) return;
    if (!answer.ok) {
      const box = problemBox(frame, answer.problem, () => void look(true));
      shown.replaceChildren(box);
      if (isAsked) box.focus();
      return;
    }
    shown.replaceChildren(...told(answer.value, (text) => frame.announcer.sayNow(text)));
    if (!isAsked) return;
    amount.input.value = plainHundredths(fen);
    shown.querySelector<HTMLElement>('h2')?.focus();
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (check(true)) void look(true);
    else (amount.isWrong() ? amount : from).input.focus();
  });
  // What was looked at is there again in the other language.
  if (typed.amount !== '') void look(false);
  return { title: w.repay, content: [h('p', { class: 'lead no-print' }, w.repayLead), form, shown] };
}

function field(id: string, label: string, help: string, type: 'text' | 'date') {
  const input = h('input', { id, type, class: 'digits', autocomplete: 'off', 'aria-describedby': help === '' ? `${id}-fault` : `${id}-help ${id}-fault` });
  const fault = h('p', { class: 'fault', id: `${id}-fault`, hidden: true });
  const root = h('div', { class: 'control' }, h('label', { for: id }, label), help === '' ? null : h('p', { class: 'help', id: `${id}-help` }, help), input, fault);
  return {
    root,
    input,
    isWrong: (): boolean => !fault.hidden,
    say: (text: string | null): void => {
      fault.hidden = text === null;
      fault.textContent = text;
      setAttribute(input, 'aria-invalid', text === null ? null : 'true');
    },
  };
}

function told(all: Plans, announce: (text: string) => void): Node[] {
  const w = words();
  const place = h('div', { class: 'stack' });
  const write = (): void => {
    place.replaceChildren(...days(all, announce));
  };
  const options = all.outcome.plans.map(({ instalments }, at) => {
    const input = h('input', { type: 'radio', name: 'repay-plan', value: at, checked: at === typed.plan, 'aria-describedby': `repay-plan-${at}` });
    input.addEventListener('change', () => {
      typed.plan = at;
      write();
    });
    const { title, yearly } = all.notice.plans[at] ?? { title: '', yearly: '' };
    return h(
      'div',
      { class: 'repayment-plan' },
      h('label', { class: 'choice' }, input, h('span', {}, at === 0 ? w.atOnce : w.parts(instalments.length))),
      h('div', { id: `repay-plan-${at}`, class: 'digits' }, h('p', {}, title), h('p', { class: 'yearly' }, yearly)),
    );
  });
  // An amount that is not split has one way only.
  if (typed.plan >= options.length) {
    typed.plan = 0;
    options[0]?.querySelector('input')?.setAttribute('checked', '');
  }
  const chosen = card(w.plan, h('fieldset', { class: 'repayment', 'aria-labelledby': 'repay-how' }, ...options), h('p', { class: 'small' }, all.notice.late));
  const heading = chosen.querySelector('h2');
  heading?.setAttribute('tabindex', '-1');
  heading?.setAttribute('id', 'repay-how');
  write();
  return [chosen, place];
}

function days(all: Plans, announce: (text: string) => void): Node[] {
  const w = words();
  const plan = all.outcome.plans[typed.plan];
  const notice = all.notice.plans[typed.plan];
  if (!plan || !notice) return [];
  const parts = plan.instalments;
  // Only what comes before: that something is overdue is for nobody's calendar.
  const before = parts.map(({ reminders }) => reminders.filter(({ days: away }) => away <= 0));
  // One part only is told by its title.
  const lines = notice.instalments.length > 0 ? notice.instalments : [notice.title];
  const items = parts.map(({ due }, at) =>
    h(
      'li',
      { 'data-due': due },
      h('p', { class: 'task-name digits' }, due),
      h('p', {}, lines[at] ?? ''),
      ...(before[at] ?? []).map(({ on }) => h('p', { class: 'small digits' }, w.remindOn(on))),
    ),
  );
  const save = h('button', { type: 'button', class: 'secondary' }, w.download);
  save.addEventListener('click', () => {
    const entries = parts.map(({ due }, at) => ({
      day: due,
      title: w.eventTitle(at + 1, parts.length),
      text: w.eventText,
      reminders: (before[at] ?? []).map(({ days: away }) => away),
    }));
    const file = new Blob([calendarFile(entries, locale(), random, new Date())], { type: 'text/calendar;charset=utf-8' });
    const address = URL.createObjectURL(file);
    h('a', { href: address, download: 'repayment.ics' }).click();
    // The download has begun by then.
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
    announce(w.downloaded);
  });
  const box = card(
    w.dueDays,
    months(parts.map(({ due }) => due), before.flat().map(({ on }) => on)),
    h('p', { class: 'small legend', 'aria-hidden': 'true' }, w.legend),
    h('ol', { class: 'due-days' }, ...items),
    h('div', { class: 'copy no-print' }, save, h('p', { class: 'small' }, w.downloadNote)),
  );
  return [box];
}
