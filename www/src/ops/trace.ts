// A decision from both sides: what its person sees, and beside it everything that it came from.

import { h } from '../lib/dom';
import { locale } from '../locale';
import { Verdict } from '../precheck/verdict';
import { decision, trace, type Block, type Trace } from './operate';
import { type Desk, moment, problem, table } from './parts';
import { words } from './words';

/** Fetches both; the first is there although the second is not to be had. */
export async function bothSides(desk: Desk, id: string): Promise<HTMLElement> {
  const w = words();
  const [seen, whole] = await Promise.all([decision(id, locale()), trace(id, locale())]);
  const verdict = new Verdict();
  if (seen.ok) verdict.show(seen.value.document, { scale: null, lead: () => null }, seen.value);
  return h(
    'div',
    { class: 'halves' },
    h('section', { class: 'stack', 'data-testid': 'seen' }, h('h2', { tabindex: -1 }, w.seen), seen.ok ? verdict.root : problem(desk, seen.problem)),
    // A decision that is not there is told once.
    seen.ok ? h('section', { class: 'card stack trace', 'data-testid': 'trace' }, h('h2', {}, w.trace), h('p', { class: 'small' }, w.traceNote), ...(whole.ok ? written(whole.value) : [problem(desk, whole.problem)])) : null,
  );
}

function written({ blocks, origins }: Trace): HTMLElement[] {
  const w = words();
  let heading = w.trace;
  const parts = blocks.map((block: Block) => {
    if (block.heading !== undefined) {
      heading = block.heading;
      return h('h3', {}, heading);
    }
    // Its caption is the heading above it.
    if (block.table) return table(heading, block.table[0], block.table[1], 'trace-table', 'hidden');
    if (block.list) return h('ul', { class: 'plain' }, ...block.list.map((lines) => h('li', {}, ...lines.map((line) => h('p', {}, line)))));
    return h('p', block.note === undefined ? {} : { class: 'small' }, block.text ?? block.note ?? '');
  });
  const rows = origins.map(({ source, upstream, missing, at, facts }) => [
    [w.sources[source] ?? source, upstream].filter((one) => one !== undefined).join(w.within),
    at === null ? '–' : moment(at),
    missing ?? '–',
    facts.join(', '),
  ]);
  return [...parts, h('h3', {}, w.origins), table(w.origins, [w.source, w.at, w.missing, w.facts], rows, 'origins', 'hidden')];
}
