// How likely each decision is, in a word, as a bar and as a list with the same numbers.
//
// The engine computes it by the policy's own count of how often answers occur. Nothing is shown that is certain anyway.

import type { Decision, Outcome } from '../engine/types';
import { h, svg } from '../lib/dom';
import { type Texts, texts } from '../locale';

const WIDTH = 320;
const HEIGHT = 14;

/** From how many basis points on which word is used for the likeliest decision. */
const WORDS: readonly [from: number, word: keyof Texts['likely']][] = [
  [9_000, 'very'],
  [6_000, 'rather'],
  [0, 'perhaps'],
];

/** Writes basis points as whole per cent; what is not quite nothing or everything is never rounded to it. */
export function percent(basisPoints: number): string {
  const t = texts();
  if (basisPoints > 0 && basisPoints < 100) return t.percentUnder('1%');
  if (basisPoints > 9_900 && basisPoints < 10_000) return t.percentOver('99%');
  return `${Math.round(basisPoints / 100)}%`;
}

/** Draws it; `null` where the policy does not say, or where there is nothing left to estimate. */
export function likelihood({ status, likelihood: told }: Outcome): HTMLElement | null {
  if (!told || (status !== 'likely' && status !== 'cannot-tell') || told.decisions.length < 2) return null;
  const t = texts();
  const likeliest = told.decisions.reduce((best, one) => (one.probability > best.probability ? one : best));
  const word = t.likely[WORDS.find(([from]) => likeliest.probability >= from)?.[1] ?? 'perhaps'];
  const said = [word, t.decisionWords[likeliest.decision]].join(t.colon);
  const rows = told.decisions.map(({ decision, probability }) =>
    h('div', { 'data-decision': decision }, h('dt', {}, t.decisionWords[decision]), h('dd', { class: 'digits' }, percent(probability))),
  );
  return h(
    'div',
    { 'data-testid': 'likelihood' },
    h('h4', {}, t.likelihood),
    h('p', {}, h('strong', {}, said), told.if_checks_pass ? t.likelihoodChecks : ''),
    bar(told.decisions),
    h('dl', { class: 'score-values' }, ...rows),
    h('p', { class: 'small' }, t.likelihoodNote),
  );
}

function bar(decisions: readonly { readonly decision: Decision; readonly probability: number }[]): SVGElement {
  let at = 0;
  const parts = decisions.map(({ decision, probability }) => {
    const width = (probability * WIDTH) / 10_000;
    const part = svg('rect', { class: `chance ${decision}`, x: at, y: 1, width, height: HEIGHT });
    at += width;
    return part;
  });
  return svg(
    'svg',
    { class: 'chart', viewBox: `-1 0 ${WIDTH + 2} ${HEIGHT + 2}`, 'aria-hidden': 'true', focusable: 'false' },
    ...parts,
    svg('rect', { class: 'frame', x: 0, y: 1, width: WIDTH, height: HEIGHT }),
  );
}
