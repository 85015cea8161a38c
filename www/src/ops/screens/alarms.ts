// What was found to have moved, what does not count for now, and taking decisions again. Each row brings what it is about to the
// form that does something: what is left to say is why.

import { h } from '../../lib/dom';
import { locale } from '../../locale';
import { type Alarm, actOnHold, type Hold, redecide, type Redecided, type Watched, watched } from '../operate';
import { choice, type Desk, Field, form, moment, problem, put, type Sheet, table } from '../parts';
import { words } from '../words';

/** What the score is called beside the facts; it cannot be held. */
const SCORE = 'score';

/** What a row can bring to the forms. */
interface Ways {
  hold(fact: string, act: 'hold' | 'lift'): void;
  redecide(fact: string, from: number, to: number): void;
}

export async function alarms(desk: Desk): Promise<Sheet> {
  const w = words();
  const lists = h('div', { class: 'stack' });
  const again = redeciding(desk);
  const holds = holding(desk, (now) => put(lists, written(now, ways), false));
  const ways: Ways = { hold: holds.begin, redecide: again.begin };
  const look = async (isAsked: boolean): Promise<void> => {
    const found = await watched(locale());
    put(lists, found.ok ? written(found.value, ways) : [problem(desk, found.problem)], isAsked);
    if (isAsked && found.ok) desk.announcer.sayNow(w.looked);
  };
  await look(false);
  const reload = h('button', { type: 'button', class: 'secondary' }, w.reload);
  reload.addEventListener('click', () => void look(true));
  return { title: w.places_.alarms, content: [h('p', {}, reload), lists, h('div', { class: 'halves' }, holds.root, again.root)] };
}

function written({ alarms: found, holds }: Watched, ways: Ways): HTMLElement[] {
  const w = words();
  const held = new Map(holds.map((one) => [one.fact, one]));
  const button = (label: string, about: string, go: () => void): HTMLElement => {
    const made = h('button', { type: 'button', class: 'secondary', 'aria-label': `${label}${w.colon}${about}` }, label);
    made.addEventListener('click', go);
    return made;
  };
  const alarmActs = (one: Alarm): HTMLElement | string => {
    if (one.what === SCORE) return '–';
    const hold = held.get(one.what);
    // What was decided between the alarm and the hold had the fault too.
    const to = Math.max(one.to, hold?.since ?? 0);
    return h(
      'div',
      { class: 'actions' },
      hold || one.over ? null : button(w.holdOne, one.what, () => ways.hold(one.what, 'hold')),
      button(w.redecideOne, one.what, () => ways.redecide(one.what, one.from, to)),
    );
  };
  const alarmRows = found.map((one) => [
    moment(one.at),
    one.scenario,
    one.what === SCORE ? w.score : h('code', {}, one.what),
    w.measures[one.measure] ?? one.measure,
    one.value.toFixed(3),
    h('span', { class: 'unbroken' }, `${one.from}–${one.to}`),
    one.over ? w.over : w.still,
    alarmActs(one),
  ]);
  const holdRows = holds.map((one: Hold) => [
    h('code', {}, one.fact),
    moment(one.placed),
    String(one.since),
    one.because,
    button(w.liftOne, one.fact, () => ways.hold(one.fact, 'lift')),
  ]);
  return [
    table(w.alarms, [w.at, w.scenario, w.what, w.measure, w.value, w.rows, w.state, w.act], alarmRows, 'alarms'),
    table(w.holds, [w.fact, w.placed, w.since, w.why, w.act], holdRows, 'holds'),
  ];
}

function holding(desk: Desk, done: (now: Watched) => void): { root: HTMLElement; begin: Ways['hold'] } {
  const w = words();
  const said = h('div', {});
  const fact = new Field('hold-fact', w.fact, w.factHelp);
  const act = choice('hold-act', w.act, Object.entries(w.holdActs) as ['hold' | 'lift', string][]);
  const because = new Field('hold-because', w.why, w.logHelp, 'lines');
  const root = form(w.holdForm, w.send, [said, fact.root, act.root, because.root], async () => {
    const isTold = because.isThere(w.becauseMissing);
    if (!fact.isThere(w.factMissing) || !isTold) return;
    const answer = await actOnHold(fact.value, { act: act.value() ?? '', because: because.value, locale: locale() });
    if (!answer.ok) return put(said, [problem(desk, answer.problem)]);
    put(said, [h('p', { class: 'note', tabindex: -1 }, act.value() === 'lift' ? w.lifted(fact.value) : w.held(fact.value))]);
    because.clear();
    done(answer.value);
  });
  const begin: Ways['hold'] = (name, wanted) => {
    said.replaceChildren();
    fact.fill(name);
    act.select.value = wanted;
    because.input.focus();
  };
  return { root, begin };
}

function redeciding(desk: Desk): { root: HTMLElement; begin: Ways['redecide'] } {
  const w = words();
  const shown = h('div', { class: 'stack' });
  const fact = new Field('redecide-fact', w.fact, w.factHelp);
  const from = new Field('redecide-from', w.from);
  const to = new Field('redecide-to', w.to);
  const because = new Field('redecide-because', w.because, w.becauseHelp, 'lines');
  const whole = (field: Field): number | null => {
    const value = /^\d{1,15}$/.test(field.value) ? Number(field.value) : null;
    field.say(value === null ? w.rowsWrong : null);
    if (value === null) field.input.focus();
    return value;
  };
  const root = form(w.redecide, w.send, [h('p', { class: 'small' }, w.redecideNote), fact.root, from.root, to.root, because.root], async () => {
    const isTold = because.isThere(w.becauseMissing);
    const [last, first] = [whole(to), whole(from)];
    if (!fact.isThere(w.factMissing) || !isTold || first === null || last === null) return;
    const answer = await redecide({ fact: fact.value, from: first, to: last, because: because.value, locale: locale() });
    if (!answer.ok) return put(shown, [problem(desk, answer.problem)]);
    const { more, upto } = answer.value;
    // One call looks at so many rows at most; the form goes on behind them.
    if (more) from.fill(String(upto + 1));
    put(shown, [h('p', { class: 'note', tabindex: -1 }, more ? w.more : w.done), counted(answer.value)]);
  });
  root.append(shown);
  const begin: Ways['redecide'] = (name, first, last) => {
    shown.replaceChildren();
    fact.fill(name);
    from.fill(String(first));
    to.fill(String(last));
    because.input.focus();
  };
  return { root, begin };
}

function counted(found: Redecided): HTMLElement {
  const w = words();
  const rows = Object.entries(w.counts).map(([name, label]) => [label, String(Reflect.get(found, name))]);
  return table(w.redecided, [w.what, w.count], rows, 'redecided');
}
