// What the screens of the desk are made with: tables, fields, what the server said.

import { sentences } from '../help/sentences';
import { h, setAttribute } from '../lib/dom';
import { shanghaiMinute } from '../lib/today';
import type { Announcer } from '../page/announcer';
import type { Problem } from '../server/api';
import { words } from './words';

/** What a screen may do to the page around it. */
export interface Desk {
  readonly announcer: Announcer;
  /** Goes to a screen; what it is about stays out of the address. */
  go(place: PlaceName, about?: string): void;
  /** Remembers what this screen is about now, for a reload and another language. */
  keep(about: string): void;
  /** Asks for a key. */
  signIn(): void;
}

export const PLACES = ['appeals', 'appeal', 'lines', 'decision', 'alarms', 'policies', 'notices'] as const;

export type PlaceName = (typeof PLACES)[number];

/** One screen, written anew for each visit and language. */
export interface Sheet {
  readonly title: string;
  readonly content: readonly (Node | null)[];
}

type Cell = Node | string;

/** A table that scrolls by itself where it is too wide; its caption is hidden where a heading stands above it. */
export function table(caption: string, heads: readonly string[], rows: readonly (readonly Cell[])[], id: string, shown: 'shown' | 'hidden' = 'shown'): HTMLElement {
  if (rows.length === 0) return h('div', { 'data-testid': id }, h('p', { class: 'task-name' }, caption), h('p', { class: 'small' }, words().none));
  return h(
    'div',
    { class: 'wide', role: 'region', tabindex: 0, 'aria-label': caption },
    h(
      'table',
      { class: 'table', 'data-testid': id },
      h('caption', shown === 'hidden' ? { class: 'unseen' } : {}, caption),
      h('thead', {}, h('tr', {}, ...heads.map((head) => h('th', { scope: 'col' }, head)))),
      h('tbody', {}, ...rows.map((row) => h('tr', {}, ...row.map((cell, at) => (at === 0 ? h('th', { scope: 'row' }, cell) : h('td', {}, cell)))))),
    ),
  );
}

/** A moment (RFC 3339) on the shop's clock, in one line. */
export function moment(at: string): HTMLElement {
  return h('time', { datetime: at, class: 'unbroken' }, shanghaiMinute(at));
}

/** A field with its label and what is wrong with it. */
export class Field {
  readonly root: HTMLElement;
  readonly input: HTMLInputElement | HTMLTextAreaElement;
  private readonly fault: HTMLElement;

  constructor(id: string, label: string, help = '', kind: 'text' | 'date' | 'password' | 'lines' = 'text') {
    this.fault = h('p', { class: 'fault', id: `${id}-fault`, hidden: true });
    const about = help === '' ? `${id}-fault` : `${id}-help ${id}-fault`;
    const shared = { id, autocomplete: 'off', spellcheck: 'false', 'aria-describedby': about };
    this.input = kind === 'lines' ? h('textarea', { ...shared, rows: 3 }) : h('input', { ...shared, type: kind });
    this.input.addEventListener('input', () => this.say(null));
    this.input.addEventListener('keydown', (event) => {
      const { key, isComposing, keyCode } = event as KeyboardEvent;
      if (key === 'Enter' && (isComposing || keyCode === 229)) event.preventDefault();
    });
    this.root = h('div', { class: 'control' }, h('label', { for: id }, label), help === '' ? null : h('p', { class: 'help', id: `${id}-help` }, help), this.input, this.fault);
  }

  /** What was typed; line ends and tabs become spaces, because what people are told is one line. */
  get value(): string {
    return this.input.value.replace(/\s+/g, ' ').trim();
  }

  /** Writes into it, for somebody who presses a button beside what it is about. */
  fill(text: string): void {
    this.input.value = text;
    this.say(null);
  }

  /** Empties it. */
  clear(): void {
    this.fill('');
  }

  /** Says what is wrong, or that nothing is. */
  say(text: string | null): void {
    this.fault.hidden = text === null;
    this.fault.textContent = text;
    setAttribute(this.input, 'aria-invalid', text === null ? null : 'true');
  }

  /** Whether something was typed; says so where not, and goes there. */
  isThere(text: string): boolean {
    this.say(this.value === '' ? text : null);
    if (this.value === '') this.input.focus();
    return this.value !== '';
  }
}

/** A choice out of a list. */
export function choice<V extends string>(id: string, label: string, options: readonly (readonly [V, string])[]): { root: HTMLElement; select: HTMLSelectElement; value: () => V | undefined } {
  const select = h('select', { id, autocomplete: 'off' });
  select.append(...options.map(([value, text]) => h('option', { value }, text)));
  const root = h('div', { class: 'control' }, h('label', { for: id }, label), select);
  return { root, select, value: () => options.find(([value]) => value === select.value)?.[0] };
}

/** A form whose button works once at a time. */
export function form(title: string, button: string, parts: readonly (Node | null)[], go: () => Promise<void>): HTMLFormElement {
  const send = h('button', { type: 'submit', class: 'primary' }, button);
  const made = h('form', { class: 'card stack', novalidate: true, method: 'post' }, h('h2', {}, title), ...parts, h('p', {}, send));
  made.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (send.getAttribute('aria-disabled') === 'true') return;
    send.setAttribute('aria-disabled', 'true');
    await go();
    send.removeAttribute('aria-disabled');
  });
  return made;
}

/** Why the server did not do it. A key that does not count leads to the sign-in. */
export function problem(desk: Desk, said: Problem): HTMLElement {
  const w = words();
  if (['caller-unknown', 'http-401'].includes(said.code)) desk.signIn();
  const [title, text] = said.code === 'network' ? [w.offline, ''] : [said.title || w.failed, said.errors.length > 0 ? sentences(...said.errors.map(({ detail }) => detail)) : said.detail];
  const code = [said.code, ...said.errors.map((one) => one.code)].join(' / ');
  return h('div', { class: 'summary', tabindex: -1, role: 'group', 'aria-label': title, 'data-testid': 'problem' }, h('h2', {}, title), h('p', {}, text), h('p', { class: 'code' }, code));
}

/** Puts something in a place and takes whoever waits for it there. */
export function put(place: HTMLElement, content: readonly (Node | null)[], isAsked = true): void {
  place.replaceChildren(...content.filter((part) => part !== null));
  if (isAsked) place.querySelector<HTMLElement>('[tabindex="-1"]')?.focus();
}
