// How a score comes about: points that are certain one after the other, then what is still open, and the same numbers as a
// table.

import type { Contributions } from '../engine/contributions';
import { h, svg } from '../lib/dom';
import { texts } from '../locale';

const WIDTH = 320;
const ROW = 36;
const THICK = 12;
const LABEL = 15;

/** Draws a score taken apart. `label` names a fact, `from` is the least score that is approved. */
export function waterfall(score: Contributions, label: (fact: string) => string, from: number | null): HTMLElement {
  const t = texts();
  const name = (fact: string | null): string => (fact === null ? t.about : label(fact));
  const open = score.max - score.min;
  const plus = (value: number): string => (value === 0 ? '0' : value > 0 ? `+${value}` : `−${-value}`);
  const cell = (text: string): HTMLElement => h('td', { class: 'digits' }, text);
  const line = (text: string, gained: string, missed: string, id: string): HTMLElement =>
    h('tr', { 'data-row': id }, h('th', { scope: 'row' }, text), cell(gained), cell(missed));
  return h(
    'figure',
    { class: 'figure', 'data-testid': 'waterfall' },
    h('figcaption', {}, t.points),
    drawing(score, name, from),
    h(
      'table',
      { class: 'numbers' },
      h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, t.pointsOf), h('th', { scope: 'col' }, t.pointsGained), h('th', { scope: 'col' }, t.pointsMissed))),
      h(
        'tbody',
        {},
        line(t.pointsStart, String(score.least), '', 'start'),
        ...score.steps.map(({ fact, gained, missed }) => line(name(fact), plus(gained), plus(-missed), fact ?? 'fields')),
        open > 0 ? line(t.pointsOpen, t.pointsOpenRange(String(open)), '', 'open') : null,
      ),
      h('tfoot', {}, h('tr', { 'data-row': 'score' }, h('th', { scope: 'row' }, t.score), h('td', { class: 'digits', colspan: 2 }, open > 0 ? t.scoreRange(String(score.min), String(score.max)) : String(score.min)))),
    ),
    h('p', { class: 'small' }, from === null ? t.pointsNote : [t.pointsLine(String(from)), t.pointsNote].join(' ')),
  );
}

function drawing(score: Contributions, name: (fact: string | null) => string, from: number | null): SVGElement {
  const t = texts();
  const end = Math.max(score.max, from ?? score.max);
  const x = (value: number): number => Math.round(((value - score.least) * WIDTH) / Math.max(1, end - score.least));
  let at = score.least;
  const rows: { text: string; from: number; to: number; kind: string }[] = score.steps.map(({ fact, gained }) => {
    const row = { text: name(fact), from: at, to: at + gained, kind: gained < 0 ? 'down' : 'up' };
    at += gained;
    return row;
  });
  if (score.max > score.min) rows.push({ text: t.pointsOpen, from: score.min, to: score.max, kind: 'open' });
  const height = rows.length * ROW + 4;
  const shapes = rows.flatMap((row, index) => {
    const top = index * ROW + LABEL + 3;
    const [left, right] = [Math.min(x(row.from), x(row.to)), Math.max(x(row.from), x(row.to))];
    return [
      svg('text', { x: 0, y: index * ROW + LABEL - 1 }, row.text),
      svg('path', { class: 'axis', d: `M${x(row.from)} ${top - 3}V${top + THICK + 3}` }),
      row.from === row.to ? null : svg('rect', { class: row.kind, x: left, y: top, width: Math.max(2, right - left), height: THICK, rx: 2 }),
    ];
  });
  const line = from === null || from < score.least ? null : svg('path', { class: 'threshold', d: `M${x(from)} 0V${height}` });
  return svg('svg', { class: 'bars', viewBox: `-2 0 ${WIDTH + 4} ${height}`, 'aria-hidden': 'true', focusable: 'false' }, ...shapes.filter((shape) => shape !== null), line);
}
