// Why the server does not give a decision out.

import { h } from '../lib/dom';
import type { Problem } from '../server/api';
import { link } from './frame';
import { words } from './words';

/** What a problem means here. Whether a number exists is not told to those who may not see it. */
function meaning({ code, title, detail }: Problem): { title: string; text: string } {
  const w = words();
  if (code === 'network') return { title: w.decisionOffline, text: w.decisionOfflineText };
  if (code === 'decision-not-found' || code === 'http-404') return { title: w.decisionNotFound, text: w.decisionNotFoundText };
  const isRefused = /^(http-40[13]|.*(credential|session|scope|token|caller|authenticat|forbidden|unauthori).*)$/.test(code);
  if (isRefused) return { title: w.decisionRefused, text: [detail, w.decisionRefusedText].filter(Boolean).join(' ') };
  if (title && !/^(internal|overloaded|.*unavailable|timed-out|http-5)/.test(code)) return { title, text: detail };
  return { title: w.decisionFault, text: w.decisionFaultText };
}

/** Why there is no decision to see. */
export function refused(problem: Problem): HTMLElement {
  const { title, text } = meaning(problem);
  return h(
    'div',
    { class: 'summary', tabindex: -1, 'data-testid': 'refused' },
    h('h2', {}, title),
    h('p', {}, text),
    h('p', { class: 'code' }, words().problemCode(problem.code)),
    h('p', {}, link({ name: 'contact' }, words().contact)),
  );
}
