// Why the server does not give a decision out.

import { h } from '../lib/dom';
import type { Problem } from '../server/api';
import { setSession } from '../server/session';
import { type Frame, link } from './frame';
import { sentences } from './sentences';
import { words } from './words';

/** Whether a problem says that somebody is not logged in, or not any more. */
export function isNotLoggedIn({ code }: Problem): boolean {
  return /^(http-40[13]|.*(credential|session|scope|token|caller|authenticat|forbidden|unauthori).*)$/.test(code);
}

/** What a problem means here. Whether a number exists is not told to those who may not see it. */
function meaning(problem: Problem): { title: string; text: string } {
  const { code, title, detail } = problem;
  const w = words();
  if (code === 'network') return { title: w.decisionOffline, text: w.decisionOfflineText };
  if (code === 'decision-not-found' || code === 'http-404') return { title: w.decisionNotFound, text: w.decisionNotFoundText };
  if (isNotLoggedIn(problem)) return { title: w.decisionRefused, text: sentences(detail, w.decisionRefusedText) };
  if (title && !/^(internal|overloaded|.*unavailable|timed-out|http-5)/.test(code)) return { title, text: detail };
  return { title: w.decisionFault, text: w.decisionFaultText };
}

/** Why there is no decision to see; whoever shows this page is asked for a session where that is why. */
export function refused(problem: Problem, frame: Frame): HTMLElement {
  const { title, text } = meaning(problem);
  if (isNotLoggedIn(problem)) {
    setSession(null);
    frame.needSession();
  }
  return h(
    'div',
    { class: 'summary', tabindex: -1, 'data-testid': 'refused' },
    h('h2', {}, title),
    h('p', {}, text),
    h('p', { class: 'code' }, words().problemCode(problem.code)),
    h('p', {}, link({ name: 'contact' }, words().contact)),
  );
}
