// What was found to have moved, what does not count for now, and taking decisions again.

import { h } from '../../lib/dom';
import { shanghaiMinute } from '../../lib/today';
import { locale } from '../../locale';
import { actOnHold, redecide, type Redecided, type Watched, watched } from '../operate';
import { choice, type Desk, Field, form, problem, put, type Sheet, table } from '../parts';
import { words } from '../words';

export async function alarms(desk: Desk): Promise<Sheet> {
  const w = words();
  const lists = h('div', { class: 'stack' });
  const look = async (isAsked: boolean): Promise<void> => {
    const found = await watched(locale());
    put(lists, found.ok ? written(found.value) : [problem(desk, found.problem)], isAsked);
  };
  await look(false);
  const again = h('button', { type: 'button', class: 'secondary' }, w.reload);
  again.addEventListener('click', () => void look(true));
  const hold = holding(desk, (now) => put(lists, written(now), false));
  return { title: w.places_.alarms, content: [h('p', {}, again), lists, h('div', { class: 'tasks' }, hold, redeciding(desk))] };
}

function written({ alarms: found, holds }: Watched): HTMLElement[] {
  const w = words();
  const alarmRows = found.map((one) => [
    shanghaiMinute(one.at),
    one.scenario,
    one.what,
    one.measure,
    one.value.toFixed(3),
    `${one.from}–${one.to}`,
    one.over ? w.over : w.still,
  ]);
  const holdRows = holds.map((one) => [one.fact, shanghaiMinute(one.placed), String(one.since), one.because]);
  return [
    table(w.alarms, [w.at, w.scenario, w.what, w.measure, w.value, w.rows, w.state], alarmRows, 'alarms'),
    table(w.holds, [w.fact, w.placed, w.since, w.why], holdRows, 'holds'),
  ];
}

function holding(desk: Desk, done: (now: Watched) => void): HTMLElement {
  const w = words();
  const said = h('div', {});
  const fact = new Field('hold-fact', w.fact);
  const act = choice('hold-act', w.act, Object.entries(w.holdActs));
  const because = new Field('hold-because', w.why, w.becauseHelp, 'lines');
  return form(w.holdForm, w.send, [said, fact.root, act.root, because.root], async () => {
    const isTold = because.isThere(w.becauseMissing);
    if (!fact.isThere(w.factMissing) || !isTold) return;
    const answer = await actOnHold(fact.value, { act: act.value() ?? '', because: because.value, locale: locale() });
    if (!answer.ok) return put(said, [problem(desk, answer.problem)]);
    said.replaceChildren();
    desk.announcer.sayNow(w.done);
    done(answer.value);
  });
}

function redeciding(desk: Desk): HTMLElement {
  const w = words();
  const shown = h('div', {});
  const fact = new Field('redecide-fact', w.fact);
  const from = new Field('redecide-from', w.from);
  const to = new Field('redecide-to', w.to);
  const because = new Field('redecide-because', w.because, w.becauseHelp, 'lines');
  const whole = (field: Field): number | null => {
    const value = /^\d{1,15}$/.test(field.value) ? Number(field.value) : null;
    field.say(value === null ? w.rowsWrong : null);
    if (value === null) field.input.focus();
    return value;
  };
  return form(w.redecide, w.send, [h('p', { class: 'small' }, w.redecideNote), fact.root, from.root, to.root, because.root, shown], async () => {
    const isTold = because.isThere(w.becauseMissing);
    const rows = [to, from].map(whole);
    if (!fact.isThere(w.factMissing) || !isTold || rows[0] == null || rows[1] == null) return;
    const answer = await redecide({ fact: fact.value, from: rows[1], to: rows[0], because: because.value, locale: locale() });
    put(shown, [answer.ok ? counted(answer.value) : problem(desk, answer.problem)]);
    if (answer.ok) desk.announcer.sayNow(w.done);
  });
}

function counted(found: Redecided): HTMLElement {
  const w = words();
  const rows = Object.entries(w.counts).map(([name, label]) => [label, String(Reflect.get(found, name))]);
  return h('div', {}, table(w.redecided, [w.what, w.count], rows, 'redecided'), found.more ? h('p', {}, w.more) : null);
}
