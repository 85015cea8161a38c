// The desk of the staff: one screen at a time. No public page links here, and nothing of it is kept for later.

import { h } from '../src/lib/dom';
import { inEveryLocale, locale, say } from '../src/locale';
import { appeals as probe, hasKey, setKey } from '../src/ops/operate';
import { type Desk, Field, form, type PlaceName, PLACES, problem, put, type Sheet } from '../src/ops/parts';
import { words } from '../src/ops/words';
import { Announcer } from '../src/page/announcer';
import { header } from '../src/page/header';

const announcer = new Announcer();
const heading = h('h1', { id: 'title', tabindex: -1 });
const places = h('nav', { class: 'places' });
const place = h('div', { class: 'stack' });
const main = h('main', { id: 'main', tabindex: -1, class: 'centre desk' }, places, heading, place);
/** Counts visits: a screen that comes late for one that was left is not shown. */
let visit = 0;
let isIn = false;

const desk: Desk = {
  announcer,
  go: (name, about) => {
    // What it is about stays in the entry of the history, and out of the address.
    history.pushState(about === undefined ? null : { about }, '', `#/${name}`);
    void show(true);
  },
  keep: (about) => history.replaceState({ about }, ''),
  signIn: () => {
    isIn = false;
    setKey(null);
    void show(true);
  },
};

function here(): { name: PlaceName; about: string | null } {
  const path = location.hash.replace(/^#?\/?/, '');
  const about: unknown = Reflect.get(Object(history.state), 'about');
  return { name: PLACES.find((one) => one === path) ?? 'appeals', about: typeof about === 'string' ? about : null };
}

async function sheet(name: PlaceName, about: string | null): Promise<Sheet> {
  switch (name) {
    case 'appeals':
      return import('../src/ops/screens/appeals').then(({ appeals }) => appeals(desk));
    case 'appeal':
      return import('../src/ops/screens/appeal').then(({ appeal }) => appeal(desk, about));
    case 'lines':
      return import('../src/ops/screens/lines').then(({ lines }) => lines(desk, about));
    case 'decision':
      return import('../src/ops/screens/decision').then(({ decision }) => decision(desk, about));
    case 'alarms':
      return import('../src/ops/screens/alarms').then(({ alarms }) => alarms(desk));
    case 'policies':
      return import('../src/ops/screens/policies').then(({ policies }) => policies(desk));
    case 'notices':
      return import('../src/ops/screens/notices').then(({ notices }) => notices(desk));
  }
}

/** Whoever is let in without a key is in the demo. */
function signIn(): Sheet {
  const w = words();
  const key = new Field('key', w.key, w.keyHelp, 'password');
  const said = h('div', {});
  const enter = async (): Promise<void> => {
    if (!key.isThere(w.keyMissing)) return;
    setKey(key.value);
    const answer = await probe(locale());
    if (answer.ok) {
      isIn = true;
      void show(true);
      return;
    }
    setKey(null);
    if (['caller-unknown', 'scope-missing'].includes(answer.problem.code)) {
      key.say(w.keyWrong);
      key.input.focus();
    } else put(said, [problem(desk, answer.problem)]);
  };
  return { title: w.signIn, content: [said, form(w.desk, w.signIn, [key.root], enter)] };
}

/** A part of the page that could not be fetched; a reload would cost the key. */
function failed(): Sheet {
  const w = words();
  const again = h('button', { type: 'button', class: 'secondary' }, w.reload);
  again.addEventListener('click', () => void show(true));
  return { title: w.failed, content: [h('div', { class: 'card stack' }, h('p', {}, w.offline), h('p', {}, again))] };
}

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

const controls = (): Control[] => [...place.querySelectorAll<Control>('input, textarea, select')];

/** Puts back what was typed before the screen was written anew in another language. */
function retype(typed: ReadonlyMap<string, string>): void {
  for (const control of controls()) {
    const value = typed.get(control.id);
    if (value === undefined) continue;
    control.value = value;
    // What a choice shows and hides follows it.
    control.dispatchEvent(new Event('change'));
  }
}

async function show(isMoved: boolean): Promise<void> {
  visit += 1;
  const mine = visit;
  const { name, about } = here();
  isIn ||= (await probe(locale())).ok;
  const shown = isIn ? await sheet(name, about).catch(failed) : signIn();
  if (mine !== visit) return;
  const w = words();
  heading.textContent = shown.title;
  document.title = w.pageTitle(shown.title);
  places.setAttribute('aria-label', w.places);
  places.hidden = !isIn;
  const out = h('button', { type: 'button', class: 'secondary', hidden: !hasKey() }, w.signOut);
  out.addEventListener('click', () => desk.signIn());
  places.replaceChildren(
    ...PLACES.filter((one) => one !== 'appeal').map((one) => h('a', { href: `#/${one}`, ...(one === name ? { 'aria-current': 'page' } : {}) }, w.places_[one])),
    out,
  );
  const typed = new Map(isMoved ? [] : controls().map(({ id, value }) => [id, value]));
  place.replaceChildren(...shown.content.filter((part) => part !== null));
  retype(typed);
  if (!isMoved) return;
  window.scrollTo(0, 0);
  heading.focus();
}

document.body.append(
  say(h('a', { class: 'skip', href: '#main' }), (t) => t.skip),
  header({ href: '/help/', name: () => words().desk }),
  main,
  announcer.root,
);
document.querySelector('.elsewhere')?.remove();
document.querySelector('.skip')?.addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});
window.addEventListener('popstate', () => void show(true));
inEveryLocale(() => {
  document.documentElement.lang = locale();
  void show(false);
});
