// Why a limit or a result changed: four causes, each with its exact share, as the engine divides it.

import { type Row, sharesChart } from '../../charts/shares';
import { h } from '../../lib/dom';
import { formatFen } from '../../lib/amount';
import { locale, texts } from '../../locale';
import { changes, type Changes, type Group, isProblem } from '../changes';
import { DecisionField } from '../decision-field';
import { card, type Frame, type Screen } from '../frame';
import { opened } from '../opened';
import { refused } from '../refused';
import { words } from '../words';

const GROUPS: readonly Group[] = ['you', 'time', 'policy', 'source'];

const NOTHING = { min: 0, max: 0 };

/** What was typed lives as long as the page. */
let typed = { id: '', since: '' };

export function limit({ announcer, errors }: Frame): Screen {
  const w = words();
  const shown = h('div', { class: 'stack', 'data-testid': 'changes' });
  const id = new DecisionField('changes-id', w.decisionId, w.decisionIdHelp, errors);
  const since = new DecisionField('changes-since', w.since, w.sinceHelp, errors);
  id.input.value = typed.id || (opened()?.id ?? '');
  since.input.value = typed.since;
  const keep = (): void => {
    typed = { id: id.input.value, since: since.input.value };
  };
  for (const field of [id, since]) field.input.addEventListener('input', keep);
  const form = h(
    'form',
    { class: 'card stack no-print', novalidate: true },
    id.root,
    since.root,
    h('p', {}, h('button', { type: 'submit', class: 'primary' }, w.compareNow)),
  );
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const isSinceGiven = since.input.value.trim() !== '';
    const wrong = [id, ...(isSinceGiven ? [since] : [])].filter((field) => field.value() === null);
    for (const field of [id, since]) field.say(wrong.includes(field) ? w.decisionIdWrong : null);
    errors(wrong.length);
    if (wrong[0]) return wrong[0].input.focus();
    shown.replaceChildren(h('p', { class: 'small' }, w.loading));
    const answer = await changes(id.value() ?? '', isSinceGiven ? since.value() : null, locale());
    if (!shown.isConnected) return;
    if (isProblem(answer)) {
      const box = refused(answer);
      for (const { detail } of answer.errors) box.insertBefore(h('p', {}, detail), box.children[2] ?? null);
      shown.replaceChildren(box);
      return box.focus();
    }
    shown.replaceChildren(...told(answer.document));
    announcer.sayNow(answer.document.notice.headline);
    shown.querySelector<HTMLElement>('h2')?.focus();
  });
  const causes = GROUPS.map((group) => h('div', {}, h('dt', {}, w.groups[group]), h('dd', {}, w.groupNotes[group])));
  return { title: w.limit, content: [h('p', { class: 'lead no-print' }, w.limitLead), h('dl', { class: 'causes no-print' }, ...causes), form, shown] };
}

function told({ changes: found, notice }: Changes): HTMLElement[] {
  const w = words();
  const { before, after } = found;
  const signed = (value: number, written: string): string => `${value > 0 ? '+' : value < 0 ? '−' : ''}${written}`;
  const rows = (measure: 'limit' | 'score'): Row[] =>
    found.shares.map((share) => ({ name: w.groups[share.group], moved: share.changed ? (share[measure] ?? null) : NOTHING }));
  const total = (measure: 'limit' | 'score'): Row | null => {
    const [old, now] = [before[measure], after[measure]];
    return old && now ? { name: w.totalOf, moved: { min: now.min - old.min, max: now.max - old.max } } : null;
  };
  const isMoved = (measure: 'limit' | 'score'): boolean =>
    rows(measure).some(({ moved }) => moved !== null && (moved.min !== 0 || moved.max !== 0));
  const heads = (caption: string, value: string) => ({ caption, name: w.cause, value, none: w.unchanged, notDivided: w.notDivided, range: w.shareRange });
  const title = card(
    notice.headline,
    h('p', { class: 'arrow' }, h('span', { class: 'small' }, `${w.before}${texts().colon}`), notice.before, ' → ', h('span', { class: 'small' }, `${w.after}${texts().colon}`), notice.after),
    isMoved('limit') ? sharesChart(rows('limit'), total('limit'), heads(w.limitShares, w.amount), (fen) => signed(fen, formatFen(Math.abs(fen)))) : null,
    before.score && after.score && isMoved('score') ? sharesChart(rows('score'), total('score'), heads(w.scoreShares, w.points), (points) => signed(points, String(Math.abs(points)))) : null,
  );
  title.querySelector('h2')?.setAttribute('tabindex', '-1');
  const causes = notice.shares.map((share) =>
    h(
      'li',
      { 'data-group': share.group },
      h('p', { class: 'task-name' }, w.groups[share.group]),
      h('p', {}, [share.text, share.effect].filter(Boolean).join(' ')),
      share.changed.length > 0
        ? h('ul', { class: 'steps bullets' }, ...share.changed.map((one) => h('li', { 'data-code': one.code }, `${w.ways[one.way] ?? ''}${texts().colon}${one.text}`)))
        : null,
      ...(share.facts ?? []).map((fact) => h('p', { class: 'small' }, fact)),
    ),
  );
  const extra = [notice.together, notice.neutral].filter((text) => text !== undefined).map((text) => h('p', {}, text));
  if (causes.length === 0) return [title, h('p', { class: 'note' }, notice.note)];
  return [title, card(w.cause, h('ul', { class: 'causes-told' }, ...causes), ...extra, h('p', { class: 'note' }, notice.note))];
}
