// How a status looks. Each has a shape of its own, so that none is told by colour alone.

import type { Decision, Outcome } from '../engine/types';
import { svg } from '../lib/dom';

/** A status of a pre-check, or the decision itself. */
export type Tone = Exclude<Outcome['status'], 'decided'> | Decision;

/** Returns what an outcome is shown as. */
export function tone(outcome: Outcome): Tone {
  return outcome.status === 'decided' ? (outcome.decisions[0] ?? 'decline') : outcome.status;
}

const CIRCLE = 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z';
const OCTAGON = 'M8.3 3h7.4L21 8.3v7.4L15.7 21H8.3L3 15.7V8.3Z';
const TRIANGLE = 'M12 3.5 22 20.5H2Z';
const PERSON = 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM4 21c.5-4.5 3.6-7 8-7s7.5 2.5 8 7Z';

/** The outline, and the sign inside of it. */
const SHAPES: Record<Tone, readonly [outline: string, sign: string]> = {
  likely: [CIRCLE, 'm8 12.3 2.7 2.7L16 9.5'],
  'cannot-tell': [CIRCLE, 'M7.5 12h.01M12 12h.01M16.5 12h.01'],
  'would-fail': [TRIANGLE, 'M12 10v4.5M12 17.3h.01'],
  approve: [CIRCLE, 'm8 12.3 2.7 2.7L16 9.5'],
  refer: [PERSON, ''],
  'retry-later': [CIRCLE, 'M12 7.5V12l3 2'],
  decline: [OCTAGON, 'M8 12h8'],
};

/** Draws the shape of a status. What it means stands beside it in words. */
export function shape(tone: Tone): SVGElement {
  const [outline, sign] = SHAPES[tone];
  return svg(
    'svg',
    { class: 'shape', viewBox: '0 0 24 24', width: 32, height: 32, 'aria-hidden': 'true', focusable: 'false' },
    svg('path', { class: 'outline', d: outline }),
    svg('path', { class: 'sign', d: sign }),
  );
}
