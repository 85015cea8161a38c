// What the screens about one's own line are made with.

import { h } from '../../lib/dom';
import type { Problem } from '../../server/api';
import { setSession } from '../../server/session';
import { type Frame, link } from '../frame';
import { sentences } from '../sentences';
import { words as frameWords } from '../words';
import { words } from './words';

/** Why the server did not do it, in its own words where it has some; `again` tries once more. */
export function problemBox(frame: Frame, problem: Problem, again: (() => void) | null = null): HTMLElement {
  const w = words();
  const isUnknown = ['caller-unknown', 'scope-missing', 'http-401', 'http-403'].includes(problem.code);
  if (isUnknown) {
    setSession(null);
    frame.needSession();
  }
  const isOurs = /^(internal|overloaded|stopping|timed-out|store-unavailable|http-)/.test(problem.code);
  const [title, text] = isUnknown
    ? [w.signIn, w.signInText]
    : problem.code === 'network'
      ? [w.offlineTitle, w.offlineText]
      : isOurs || problem.title === ''
        ? [w.faultTitle, w.faultText]
        : [problem.title, problem.errors.length > 0 ? sentences(...problem.errors.map(({ detail }) => detail)) : problem.detail];
  const code = problem.errors[0]?.code ?? problem.code;
  const button = h('button', { type: 'button', class: 'secondary' }, frameWords().again);
  button.addEventListener('click', () => again?.());
  return h(
    'div',
    { class: 'summary', tabindex: -1, role: 'group', 'aria-label': title, 'data-testid': 'problem' },
    h('h2', {}, title),
    h('p', {}, text),
    h('p', { class: 'code' }, frameWords().problemCode(code)),
    again ? h('p', {}, button) : null,
    h('p', {}, link({ name: 'contact' }, frameWords().contact)),
  );
}

/** A button that asks once more before it does something; it does not even ask where `may` says no. */
export function asked(label: string, question: string, go: () => void, may: () => boolean = () => true) {
  const w = words();
  const first = h('button', { type: 'button', class: 'secondary' }, label);
  const yes = h('button', { type: 'button', class: 'primary' }, label);
  const no = h('button', { type: 'button', class: 'secondary' }, w.no);
  const more = h('div', { class: 'asked', role: 'group', 'aria-label': question, hidden: true }, h('p', {}, question), h('div', { class: 'actions' }, yes, no));
  const turn = (isAsked: boolean): void => {
    more.hidden = !isAsked;
    first.hidden = isAsked;
    yes.removeAttribute('aria-disabled');
  };
  first.addEventListener('click', () => {
    if (!may()) return;
    turn(true);
    no.focus();
  });
  no.addEventListener('click', () => {
    turn(false);
    first.focus();
  });
  yes.addEventListener('click', () => {
    if (yes.getAttribute('aria-disabled') === 'true') return;
    yes.setAttribute('aria-disabled', 'true');
    go();
  });
  return { root: h('div', { class: 'asks' }, first, more), turn };
}

/** A button that does something once at a time. */
export function doing(label: string, kind: 'primary' | 'secondary', go: () => Promise<void>): HTMLButtonElement {
  const button = h('button', { type: 'button', class: kind }, label);
  button.addEventListener('click', async () => {
    if (button.getAttribute('aria-disabled') === 'true') return;
    button.setAttribute('aria-disabled', 'true');
    await go();
    button.removeAttribute('aria-disabled');
  });
  return button;
}

/** Names with their values, without those that have none. */
export function pairs(...rows: readonly (readonly [string, string | Node | null])[]): HTMLElement {
  const there = rows.filter(([, value]) => value !== null);
  return h('dl', { class: 'pairs' }, ...there.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', { class: 'digits' }, value))));
}

/** A link to a decision, whose number stays out of the address. */
export function decisionLink(frame: Frame, id: string, text: string): HTMLElement {
  const anchor = link({ name: 'decision' }, text);
  anchor.addEventListener('click', (event) => {
    event.preventDefault();
    frame.decision(id);
  });
  return anchor;
}

/** A link to asking for a second look at a decision, likewise. */
export function appealTo(id: string, text: string): HTMLElement {
  const anchor = link({ name: 'appeal' }, text);
  anchor.addEventListener('click', (event) => {
    event.preventDefault();
    location.hash = `#/appeal/${id}`;
  });
  return anchor;
}
