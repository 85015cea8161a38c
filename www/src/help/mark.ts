// How something stands, by a shape of its own: none is told by colour alone.

import { svg } from '../lib/dom';

export type Standing = 'good' | 'doubtful' | 'bad' | 'untold';

const SHAPES: Record<Standing, string> = {
  good: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM8 12l3 3 5-6',
  doubtful: 'M12 3l9 9-9 9-9-9ZM12 8v5M12 16v.5',
  bad: 'M8 3h8l5 5v8l-5 5H8l-5-5V8ZM9 9l6 6M15 9l-6 6',
  untold: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM8 12h8',
};

/** Draws a standing. Its word has to stand beside it. */
export function mark(standing: Standing): SVGElement {
  const path = svg('path', { d: SHAPES[standing] });
  return svg('svg', { class: 'standing-mark', viewBox: '0 0 24 24', width: 24, height: 24, 'aria-hidden': 'true' }, path);
}
