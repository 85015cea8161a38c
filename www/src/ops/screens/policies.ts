// The policies of the service, and what a candidate does otherwise: by scenario, by reason, by group.

import { formatFen } from '../../lib/amount';
import { h } from '../../lib/dom';
import { locale } from '../../locale';
import { actOnCandidate, type Both, type Group, policies as ask, type Policies, type Report, report, type Scenario, type Share } from '../operate';
import { choice, type Desk, Field, form, moment, problem, put, type Sheet, table } from '../parts';
import { words } from '../words';

export async function policies(desk: Desk): Promise<Sheet> {
  const w = words();
  const lists = h('div', { class: 'stack' });
  const look = async (isAsked: boolean): Promise<void> => {
    const found = await ask(locale());
    if (!found.ok) return put(lists, [problem(desk, found.problem)], isAsked);
    const compared = found.value.candidate === null ? null : await report(locale());
    const about = compared === null ? [h('p', {}, w.candidateNone)] : compared.ok ? told(desk, compared.value) : [problem(desk, compared.problem)];
    put(lists, [...listed(found.value), h('h2', {}, w.candidate), ...about, compared === null ? null : deciding(desk, () => void look(false))], isAsked);
  };
  await look(false);
  const again = h('button', { type: 'button', class: 'secondary' }, w.reload);
  again.addEventListener('click', () => void look(true));
  return { title: w.places_.policies, content: [h('p', {}, again), lists] };
}

const short = (hash: string): HTMLElement => h('code', { title: hash }, hash.slice(0, 12));

function listed({ pack, active, candidate, releases }: Policies): HTMLElement[] {
  const w = words();
  const rows = [[String(active.version), w.roles['active'] ?? '', short(active.hash)]];
  if (candidate) rows.push([String(candidate.version), w.roles['candidate'] ?? '', short(candidate.hash)]);
  const changed = releases.map((one) => [String(one.version), w.roles[one.role] ?? one.role, moment(one.changed_at), String(one.since), short(one.hash)]);
  return [
    table(`${w.pack}${w.colon}${pack}`, [w.version, w.role, w.hash], rows, 'policies'),
    table(w.releases, [w.version, w.role, w.at, w.since, w.hash], changed, 'releases'),
  ];
}

/** A share with its interval, as percentages. */
function percent(value: Share | null): string {
  if (value === null) return '–';
  const written = (part: number): string => (part * 100).toFixed(1);
  return `${written(value.share)}% (${written(value.low)}–${written(value.high)})`;
}

/** Both sides in a cell, which breaks between them only. */
function both<T>([active, candidate]: Both<T>, write: (value: T) => string): HTMLElement {
  return h('span', {}, h('span', { class: 'unbroken' }, write(active)), ' ', h('span', { class: 'unbroken' }, `→ ${write(candidate)}`));
}

const amount = (fen: number | null): string => (fen === null ? '–' : formatFen(fen));

function told(desk: Desk, { scenarios, since, upto, undecided, not_offered, erased }: Report): HTMLElement[] {
  const w = words();
  const rates = (one: Scenario | Group): HTMLElement[] => [both(one.approved, percent), both(one.declined, percent), both(one.limit, amount)];
  const result = (word: string): string => w.results[word] ?? word;
  const byScenario = scenarios.map((one) => [one.scenario, String(one.decisions), String(one.otherwise), ...rates(one)]);
  const changed = scenarios.flatMap((one) =>
    one.changed.map((pair) => [one.scenario, `${result(pair.active)} → ${result(pair.candidate)}`, String(pair.count), example(desk, pair.example)]),
  );
  const byReason = scenarios.flatMap((one) => Object.entries(one.reasons).map(([reason, [active, candidate]]) => [reason, one.scenario, String(active), String(candidate)]));
  const byGroup = scenarios.flatMap((one) =>
    one.groups.map((group) => [
      `${group.fact} = ${group.code}`,
      one.scenario,
      String(group.decisions),
      ...rates(group),
      both(group.differs, (differs) => (differs ? w.yes : w.no)),
      group.because.map(({ reason, here, elsewhere }) => `${reason} ${percent(here)} / ${percent(elsewhere)}`).join('; ') || '–',
    ]),
  );
  return [
    h('p', {}, w.compared(since, upto)),
    h('p', { class: 'small' }, w.leftOut(undecided, not_offered, erased)),
    table(w.byScenario, [w.scenario, w.decisions, w.otherwise, w.approved, w.declined, w.meanLimit], byScenario, 'by-scenario'),
    table(w.changed, [w.scenario, w.pair, w.count, w.example], changed, 'changed'),
    table(w.byReason, [w.reason, w.scenario, w.active, w.beside], byReason, 'by-reason'),
    table(w.byGroup, [w.group, w.scenario, w.decisions, w.approved, w.declined, w.meanLimit, w.differs, w.oftener], byGroup, 'by-group'),
  ];
}

/** A decision that comes out otherwise, one press away. */
function example(desk: Desk, id: string | null): HTMLElement | string {
  if (id === null) return '–';
  const w = words();
  const look = h('button', { type: 'button', class: 'secondary', 'aria-label': `${w.show} ${id}` }, w.show);
  look.addEventListener('click', () => desk.go('decision', id));
  return h('span', { class: 'actions' }, h('code', { class: 'unbroken' }, id), look);
}

function deciding(desk: Desk, done: () => void): HTMLElement {
  const w = words();
  const said = h('div', {});
  const act = choice('candidate-act', w.act, Object.entries(w.candidateActs));
  const because = new Field('candidate-because', w.why, w.logHelp, 'lines');
  return form(w.decideCandidate, w.send, [said, act.root, because.root], async () => {
    if (!because.isThere(w.becauseMissing)) return;
    const answer = await actOnCandidate({ act: act.value() ?? '', because: because.value, locale: locale() });
    if (!answer.ok) return put(said, [problem(desk, answer.problem)]);
    desk.announcer.sayNow(act.value() === 'promote' ? w.promoted : w.withdrawn);
    done();
  });
}
