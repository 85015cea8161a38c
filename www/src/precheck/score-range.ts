// The score as a range: a bar for the eye, and the same numbers as a list.
//
// A score that is not certain is never drawn as a point.

import type { Score } from '../engine/types';
import { h, svg } from '../lib/dom';
import { texts } from '../locale';

/** The lowest and highest score that there is to draw. */
export interface Scale {
  readonly min: number;
  readonly max: number;
}

const WIDTH = 320;
const HEIGHT = 36;
const TOP = 14;
const THICK = 12;

/** Widens a scale until it holds a score and its threshold, with a little air. */
export function scaleFor(score: Score, known: Scale | null): Scale {
  const marks = [score.min, score.max, score.approve_from ?? score.min, known?.min ?? score.min, known?.max ?? score.max];
  const [min, max] = [Math.min(...marks), Math.max(...marks)];
  const air = known ? 0 : Math.max(20, Math.round((max - min) / 4));
  return { min: min - air, max: max + air };
}

/** Draws a score. `about` says where a range comes from. */
export function scoreRange(score: Score, known: Scale | null, about: string): HTMLElement {
  const t = texts();
  const isRange = score.min !== score.max;
  const values: [string, string][] = isRange
    ? [
        [t.scoreLeast, String(score.min)],
        [t.scoreMost, String(score.max)],
      ]
    : [[t.scoreNow, String(score.min)]];
  if (score.approve_from !== null) values.push([t.scoreApprove, String(score.approve_from)]);
  const list = values.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', { class: 'digits' }, value)));
  const said = isRange ? t.scoreRange(String(score.min), String(score.max)) : String(score.min);
  return h(
    'div',
    { class: 'score', 'data-testid': 'score' },
    h('p', { class: 'score-said' }, h('span', {}, t.score), ' ', h('strong', { class: 'digits' }, said)),
    chart(score, scaleFor(score, known)),
    h('dl', { class: 'score-values' }, ...list),
    isRange ? h('p', { class: 'small' }, about) : null,
  );
}

function chart(score: Score, scale: Scale): Element {
  const span = Math.max(1, scale.max - scale.min);
  const x = (value: number): number => Math.round(((value - scale.min) * WIDTH) / span);
  const [from, to] = [x(score.min), x(score.max)];
  const bar = svg('rect', { class: 'range', x: from, y: TOP, width: Math.max(4, to - from), height: THICK, rx: 3 });
  const drawing = svg(
    'svg',
    { class: 'chart', viewBox: `-2 0 ${WIDTH + 4} ${HEIGHT}`, 'aria-hidden': 'true', focusable: 'false' },
    svg('rect', { class: 'track', x: 0, y: TOP, width: WIDTH, height: THICK, rx: 3 }),
    bar,
  );
  if (score.approve_from !== null) {
    const at = x(score.approve_from);
    drawing.append(
      svg('path', { class: 'threshold', d: `M${at} ${TOP - 4}V${TOP + THICK + 6}` }),
      svg('path', { class: 'pointer', d: `M${at - 5} ${TOP - 11}h10l-5 7Z` }),
    );
  }
  return drawing;
}
