// The help centre: one screen at a time, by what stands behind the `#` of the address.

import { Host } from '../src/help/embed';
import { type Frame, link, type Screen } from '../src/help/frame';
import { keepOffline } from '../src/help/offline';
import { address, type Route, type RouteName } from '../src/help/links';
import { keepDecision, read } from '../src/help/route';
import { contact } from '../src/help/screens/contact';
import { home } from '../src/help/screens/home';
import { reason } from '../src/help/screens/reason';
import { why } from '../src/help/screens/why';
import { words } from '../src/help/words';
import { h } from '../src/lib/dom';
import { inEveryLocale, locale, say, setLocale } from '../src/locale';
import { Announcer } from '../src/page/announcer';
import { header } from '../src/page/header';
import { setSession } from '../src/server/session';

const announcer = new Announcer();
const heading = h('h1', { id: 'title', tabindex: -1 });
const place = h('div', { class: 'stack screen' });
const up = h('p', { class: 'up no-print' });
const offline = h('p', { class: 'hints no-print', hidden: true, 'data-testid': 'offline' });
const demo = h('p', { class: 'small no-print' });
const main = h('main', { id: 'main', tabindex: -1, class: 'centre' }, up, heading, offline, place, demo);

let errorCount = 0;
let title = '';
/** Counts visits: a screen that comes late for one that was left is not shown. */
let visit = 0;

function retitle(): void {
  document.title = words().pageTitle(errorCount > 0 ? words().withErrors(errorCount, title) : title);
}

const frame: Frame = {
  announcer,
  go: (route) => {
    location.hash = address(route);
  },
  decision: (id) => {
    location.hash = `#/decisions/${id}`;
  },
  needSession: () => host.needSession(),
  errors: (count) => {
    errorCount = count;
    retitle();
  },
};

const host = new Host({
  open: (route) => frame.go(route),
  decision: (id) => frame.decision(id),
  locale: setLocale,
  session: (session) => {
    setSession(session);
    if (PERSONAL.includes(read(location.hash).name)) void show(false);
  },
});

/** What a session changes. */
const PERSONAL: readonly RouteName[] = ['line', 'close', 'appeal', 'decision'];

/** The screens that need the engine or the words of a decision are fetched when somebody goes there. */
function screen(route: Route): Screen | Promise<Screen> {
  switch (route.name) {
    case 'home':
      return home(frame);
    case 'reason':
      return reason(frame, route.code);
    case 'why':
      return why(frame);
    case 'answers':
      return import('../src/help/screens/answers').then(({ answers }) => answers(frame));
    case 'decision':
      return import('../src/help/screens/decision').then(({ decision }) => decision(frame, route.id));
    case 'limit':
      return import('../src/help/screens/limit').then(({ limit }) => limit(frame));
    case 'line':
      return import('../src/help/screens/line').then(({ line }) => line(frame));
    case 'appeal':
      return import('../src/help/screens/appeal').then(({ appeal }) => appeal(frame, route.id, route.account));
    case 'close':
      return import('../src/help/screens/close').then(({ close }) => close(frame));
    case 'repay':
      return import('../src/help/screens/repay').then(({ repay }) => repay(frame));
    case 'device':
      return import('../src/help/screens/device').then(({ device }) => device(frame));
    case 'contact':
      return contact(frame, host);
  }
}

function failed(): Screen {
  const again = h('button', { type: 'button', class: 'secondary' }, words().again);
  again.addEventListener('click', () => void show(false));
  return { title: words().help, content: [h('div', { class: 'card stack' }, h('p', {}, words().loadFailed), again)] };
}

async function show(isMoved: boolean): Promise<void> {
  visit += 1;
  const mine = visit;
  const route = read(location.hash);
  // The number goes out of the address before anything else can happen to the address.
  if ((route.name === 'decision' || route.name === 'appeal') && route.id !== null) keepDecision(route.id, route.name);
  const { title: name, content } = await Promise.resolve()
    .then(() => screen(route))
    .catch(failed);
  if (mine !== visit) return;
  errorCount = 0;
  title = name;
  heading.textContent = title;
  place.replaceChildren(...content.filter((part) => part !== null));
  place.dataset.screen = route.name;
  up.hidden = route.name === 'home';
  const above = route.name === 'answers' ? 'why' : route.name === 'close' ? 'line' : 'home';
  up.replaceChildren(link({ name: above }, above === 'why' ? words().why : above === 'line' ? words().line : words().home));
  retitle();
  host.screen(route, locale());
  if (!isMoved) return;
  window.scrollTo(0, 0);
  heading.focus();
}

if (host.isEmbedded) document.documentElement.dataset.embed = '';
document.body.append(
  say(h('a', { class: 'skip', href: '#main' }), (t) => t.skip),
  ...(host.isEmbedded ? [] : [header({ href: '/checkout/', name: () => words().toCheckout })]),
  main,
  announcer.root,
);
// The fragment is the place in the help centre; a jump to the content must not change it.
document.querySelector('.skip')?.addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});

const network = (): void => {
  offline.hidden = navigator.onLine;
};
for (const name of ['online', 'offline']) window.addEventListener(name, network);
window.addEventListener('hashchange', () => void show(true));
inEveryLocale(() => {
  document.documentElement.lang = locale();
  offline.textContent = words().offline;
  demo.textContent = words().demoNote;
  network();
  void show(false);
});
keepOffline();
