// What every screen of the help centre is made with.

import { h } from '../lib/dom';
import { texts } from '../locale';
import type { Announcer } from '../page/announcer';
import { helpLink } from '../precheck/help-link';
import type { Place } from './links';
import { words } from './words';

/** One screen, written anew for each visit and language. */
export interface Screen {
  /** Its heading, which is the title of the page too. */
  readonly title: string;
  readonly content: readonly (Node | null)[];
}

/** What screens may do to the page around them. */
export interface Frame {
  readonly announcer: Announcer;
  go(route: Place): void;
  /** How many errors are shown; said in the title. */
  errors(count: number): void;
  /** Goes to a decision; its number stays out of every link. */
  decision(id: string): void;
  /** Asks whoever shows this page for a session, and for a new one where the old one has ended. */
  needSession(): void;
}

/** A link to another screen; from another page into another tab. */
export function link(route: Place, text: string, attributes: Record<string, string> = {}): HTMLElement {
  const anchor = helpLink(route, text);
  for (const [name, value] of Object.entries(attributes)) anchor.setAttribute(name, value);
  return anchor;
}

/** A card with a heading. */
export function card(title: string, ...content: (Node | string | null)[]): HTMLElement {
  return h('section', { class: 'card' }, h('h2', {}, title), ...content);
}

/** Runs what an async screen waits for, and says so meanwhile; a failure offers to try again. */
export function later<T>(waited: () => Promise<T>, write: (value: T) => (Node | null)[]): HTMLElement {
  const place = h('div', { class: 'stack', 'aria-busy': 'true' }, h('p', { class: 'small' }, words().loading));
  const start = (): void => {
    waited().then(
      (value) => {
        place.removeAttribute('aria-busy');
        place.replaceChildren(...write(value).filter((part) => part !== null));
      },
      () => {
        place.removeAttribute('aria-busy');
        const again = h('button', { type: 'button', class: 'secondary' }, words().again);
        again.addEventListener('click', start);
        place.replaceChildren(h('div', { class: 'card stack' }, h('p', {}, words().loadFailed), again));
      },
    );
  };
  start();
  return place;
}

/** A button that copies a text, and says whether it could; where it cannot, the text stands there to be copied by hand. */
export function copyButton(label: string, text: () => string, announcer: Announcer): HTMLElement {
  const button = h('button', { type: 'button', class: 'secondary' }, label);
  const said = h('p', { class: 'small', hidden: true });
  const byHand = h('p', { class: 'by-hand digits', hidden: true });
  button.addEventListener('click', async () => {
    let isCopied = false;
    try {
      await navigator.clipboard.writeText(text());
      isCopied = true;
    } catch {
      byHand.textContent = text();
    }
    byHand.hidden = isCopied;
    said.hidden = false;
    said.textContent = isCopied ? words().copied : words().copyFailed;
    announcer.sayNow(said.textContent);
  });
  return h('div', { class: 'copy' }, button, said, byHand);
}

/** Keeps the Enter that ends a composition from submitting: browsers differ in whether it does. */
export function composes<I extends HTMLInputElement>(input: I): I {
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.isComposing || event.keyCode === 229)) event.preventDefault();
  });
  return input;
}

/** Words behind a label, with the colon of the language. */
export function named(label: string, text: string): HTMLElement {
  return h('p', {}, h('strong', {}, `${label}${texts().colon}`), text);
}
