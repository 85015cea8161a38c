// What changed between two decisions, as bars with their numbers and in the words of the engine.

import { type Row, sharesChart } from '../charts/shares';
import { h } from '../lib/dom';
import { formatFen } from '../lib/amount';
import { texts } from '../locale';
import type { Changes } from './changes';
import { sentences } from './sentences';
import { words } from './words';

const NOTHING = { min: 0, max: 0 };

/** Before and after. */
export function fromTo(notice: Changes['notice']): HTMLElement {
  const w = words();
  const label = (text: string): HTMLElement => h('span', { class: 'small' }, `${text}${texts().colon}`);
  return h('p', { class: 'arrow' }, label(w.before), notice.before, ' → ', label(w.after), notice.after);
}

/** One chart for the limit and one for the score; none for what did not move. */
export function bars({ changes: found }: Changes): (HTMLElement | null)[] {
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
  return [
    isMoved('limit') ? sharesChart(rows('limit'), total('limit'), heads(w.limitShares, w.amount), (fen) => signed(fen, formatFen(Math.abs(fen)))) : null,
    before.score && after.score && isMoved('score') ? sharesChart(rows('score'), total('score'), heads(w.scoreShares, w.points), (points) => signed(points, String(Math.abs(points)))) : null,
  ];
}

/** What each cause did, in words; nothing where nothing changed. */
export function causes(notice: Changes['notice']): HTMLElement[] {
  const w = words();
  if (notice.shares.length === 0) return [];
  const items = notice.shares.map((share) =>
    h(
      'li',
      { 'data-group': share.group },
      h('p', { class: 'task-name' }, w.groups[share.group]),
      h('p', {}, sentences(share.text, share.effect)),
      share.changed.length > 0
        ? h('ul', { class: 'steps bullets' }, ...share.changed.map((one) => h('li', { 'data-code': one.code }, `${w.ways[one.way] ?? ''}${texts().colon}${one.text}`)))
        : null,
      ...(share.facts ?? []).map((fact) => h('p', { class: 'small' }, fact)),
    ),
  );
  const extra = [notice.together, notice.neutral].filter((text) => text !== undefined).map((text) => h('p', {}, text));
  return [h('ul', { class: 'causes-told' }, ...items), ...extra];
}
