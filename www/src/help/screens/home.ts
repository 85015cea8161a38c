// Search, the ways in, and every reason by group.

import { h, svg } from '../../lib/dom';
import { locale } from '../../locale';
import { composes, type Frame, later, link, type Screen } from '../frame';
import type { RouteName } from '../links';
import { type HelpText, helpTexts } from '../texts';
import { words } from '../words';

const KINDS = ['applicant', 'platform', 'risk', 'external'] as const;

type Task = 'why' | 'decision' | 'line' | 'appeal' | 'limit' | 'repay' | 'device' | 'contact';

/** Drawings in lines, on a square of 24. */
const TASKS: Record<Task, string> = {
  why: 'M9 9a3 3 0 1 1 4 3c-1 .5-1 1-1 2M12 17.5v.5M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z',
  decision: 'M7 3h7l4 4v14H7ZM14 3v4h4M10 12h5M10 16h5',
  line: 'M3 7q0-1 1-1h16q1 0 1 1v10q0 1-1 1H4q-1 0-1-1ZM3 10h18M7 15h4',
  appeal: 'M5 4h14v12H10l-5 4ZM9 8h6M9 12h4',
  limit: 'M4 20h16M7 20v-6M12 20V8M17 20v-9M5 8l4-4 4 2 5-3',
  repay: 'M4 6h16v14H4ZM4 10h16M8 3v5M16 3v5M8 14h2M14 14h2M8 17h2',
  device: 'M8 3h8q1 0 1 1v16q0 1-1 1H8q-1 0-1-1V4q0-1 1-1ZM11 18h2',
  contact: 'M4 13v-1a8 8 0 0 1 16 0v1M4 13h3v5H5q-1 0-1-1ZM20 13h-3v5h2q1 0 1-1ZM18 18q0 3-5 3',
};

/** What was typed into the search; it lives as long as the page, and nowhere else. */
let typed = '';

export function home({ announcer }: Frame): Screen {
  const w = words();
  return {
    title: w.help,
    content: [
      h('p', { class: 'lead' }, w.lead),
      later(
        () => helpTexts(locale()),
        ({ reasons }) => [finder(reasons, (text) => announcer.say(text)), tasks(), ...browse(reasons)],
      ),
    ],
  };
}

function finder(reasons: readonly HelpText[], announce: (text: string) => void): HTMLElement {
  const w = words();
  const input = h('input', {
    id: 'help-search',
    type: 'search',
    autocomplete: 'off',
    enterkeyhint: 'search',
    'aria-describedby': 'help-search-help',
  });
  composes(input).value = typed;
  const found = h('div', { class: 'found', 'data-testid': 'found', hidden: true });
  // Fetched with the first look at the field: whoever browses does not need it.
  let search: Promise<(typed: string) => HelpText[]> | null = null;
  const ready = (): Promise<(typed: string) => HelpText[]> =>
    (search ??= import('../search').then(({ searchOver }) => searchOver(reasons)));
  const look = async (): Promise<void> => {
    typed = input.value;
    const wanted = typed;
    const results = wanted.trim() === '' ? null : (await ready())(wanted);
    if (wanted !== typed) return;
    found.hidden = results === null;
    if (results === null) return;
    const said = results.length === 0 ? w.foundNone : w.found(results.length);
    found.replaceChildren(h('p', { class: 'small' }, said), list(results.slice(0, 12)));
    announce(said);
  };
  input.addEventListener('focus', () => void ready().catch(() => undefined));
  input.addEventListener('input', (event) => {
    if (!(event as InputEvent).isComposing) void look();
  });
  input.addEventListener('compositionend', () => void look());
  const form = h(
    'form',
    { role: 'search', class: 'card finder' },
    h('label', { for: input.id }, w.searchLabel),
    h('p', { class: 'help', id: 'help-search-help' }, w.searchHelp),
    input,
    found,
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    found.querySelector('a')?.focus();
  });
  if (typed !== '') void look();
  return form;
}

function list(reasons: readonly HelpText[]): HTMLElement {
  return h(
    'ul',
    { class: 'reason-list' },
    ...reasons.map(({ code, title, requirement }) =>
      h('li', { 'data-code': code }, link({ name: 'reason', code }, title), h('p', { class: 'small' }, requirement)),
    ),
  );
}

function tasks(): HTMLElement {
  const w = words();
  const items = (Object.entries(TASKS) as [Task & RouteName, string][]).map(([name, drawing]) =>
    h(
      'li',
      {},
      h(
        'a',
        { href: `#/${name}`, class: 'task' },
        svg('svg', { class: 'task-mark', viewBox: '0 0 24 24', 'aria-hidden': 'true' }, svg('path', { d: drawing })),
        h('span', {}, h('span', { class: 'task-name' }, w[name]), h('span', { class: 'small' }, w[`${name}Short`])),
      ),
    ),
  );
  return h('nav', { 'aria-label': w.tasks }, h('ul', { class: 'tasks' }, ...items));
}

/** Which groups are unfolded; they stay so on the way back. */
const unfolded = new Set<string>();

function browse(reasons: readonly HelpText[]): HTMLElement[] {
  const w = words();
  const groups = KINDS.map((kind) => {
    const own = reasons.filter((reason) => reason.kind === kind);
    const fold = h(
      'details',
      { class: 'card group-fold', 'data-kind': kind, open: unfolded.has(kind) },
      h(
        'summary',
        {},
        h('span', {}, h('span', { class: 'task-name' }, w.kinds[kind]), h('span', { class: 'small' }, w.kindNotes[kind])),
        h('span', { class: 'small digits' }, w.count(own.length)),
      ),
      list(own),
    );
    fold.addEventListener('toggle', () => {
      if (fold.open) unfolded.add(kind);
      else unfolded.delete(kind);
    });
    return fold;
  });
  return [h('h2', {}, w.browse), ...groups];
}
