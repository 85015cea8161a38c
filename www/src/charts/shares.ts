// What each cause did, as bars to both sides of a line, and the same numbers as a table.

import { h, svg } from '../lib/dom';

/** How far something moved; both ends of a range, equal where it is one number. */
export interface Moved {
  readonly min: number;
  readonly max: number;
}

export interface Row {
  readonly name: string;
  /** `null` where it cannot be told apart from the others. */
  readonly moved: Moved | null;
}

const WIDTH = 320;
const ROW = 34;
const THICK = 14;
const LABEL = 15;

/** Draws rows; what they come to stands below the table. `write` writes a number with its unit and sign; `words` are the headings of the table. */
export function sharesChart(
  rows: readonly Row[],
  total: Row | null,
  words: { readonly caption: string; readonly name: string; readonly value: string; readonly none: string; readonly notDivided: string; readonly range: (min: string, max: string) => string },
  write: (value: number) => string,
): HTMLElement {
  const told = ({ moved }: Row): string => {
    if (moved === null) return words.notDivided;
    const [low, high] = [Math.min(moved.min, moved.max), Math.max(moved.min, moved.max)];
    if (low === high) return low === 0 ? words.none : write(low);
    return words.range(write(low), write(high));
  };
  const line = (row: Row): HTMLElement => h('tr', {}, h('th', { scope: 'row' }, row.name), h('td', { class: 'digits' }, told(row)));
  return h(
    'figure',
    { class: 'figure', 'data-testid': 'shares' },
    h('figcaption', {}, words.caption),
    drawing(rows),
    h(
      'table',
      { class: 'numbers' },
      h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, words.name), h('th', { scope: 'col' }, words.value))),
      h('tbody', {}, ...rows.map(line)),
      total ? h('tfoot', {}, line(total)) : null,
    ),
  );
}

function drawing(rows: readonly Row[]): SVGElement {
  const ends = rows.flatMap(({ moved }) => (moved ? [moved.min, moved.max] : []));
  const [least, most] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const span = Math.max(1, most - least);
  const x = (value: number): number => Math.round(((value - least) * WIDTH) / span);
  const zero = x(0);
  const shapes = rows.flatMap((row, at) => {
    const top = at * ROW + LABEL + 3;
    const name = svg('text', { x: 0, y: at * ROW + LABEL - 2 }, row.name);
    if (row.moved === null) return [name];
    const [low, high] = [Math.min(row.moved.min, row.moved.max), Math.max(row.moved.min, row.moved.max)];
    const bar = (from: number, to: number, kind: string): SVGElement =>
      svg('rect', { class: kind, x: Math.min(x(from), x(to)), y: top, width: Math.max(2, Math.abs(x(to) - x(from))), height: THICK, rx: 2 });
    if (low === 0 && high === 0) return [name];
    // As far as it may go, and on top of that as far as it certainly does.
    const far = Math.abs(low) > Math.abs(high) ? low : high;
    const near = low > 0 ? low : high < 0 ? high : 0;
    const side = far < 0 ? 'down' : 'up';
    return [name, ...(near === far ? [] : [bar(0, far, `${side} perhaps`)]), ...(near === 0 ? [] : [bar(0, near, side)])];
  });
  const height = rows.length * ROW + 4;
  return svg(
    'svg',
    { class: 'bars', viewBox: `-2 0 ${WIDTH + 4} ${height}`, 'aria-hidden': 'true', focusable: 'false' },
    ...shapes,
    svg('path', { class: 'axis', d: `M${zero} 0V${height}` }),
  );
}
