// The page that the link in a message opens.
//
// It stands alone: nobody shows it inside of another page, and nothing of it is kept for visits without a network.

import { Activation } from '../src/activate/activation';
import { arrive } from '../src/activate/visit';
import { words } from '../src/activate/words';
import type { Frame } from '../src/help/frame';
import { address, decisionLink } from '../src/help/links';
import { words as helpWords } from '../src/help/words';
import { h } from '../src/lib/dom';
import { inEveryLocale, locale, LOCALES, say, setLocale } from '../src/locale';
import { Announcer } from '../src/page/announcer';
import { header } from '../src/page/header';

// Before anything else can happen to the address.
const bearer = arrive();

// A link in a message says no language; the browser does.
if (!new URLSearchParams(location.search).has('lang')) {
  const [wanted = ''] = navigator.language.split('-');
  setLocale(LOCALES.find((one) => one.startsWith(wanted)) ?? LOCALES[0]);
}

const announcer = new Announcer();
const heading = h('h1');
const demo = h('p', { class: 'small' });
let errorCount = 0;

function retitle(): void {
  const { withErrors, pageTitle } = helpWords();
  document.title = pageTitle(errorCount > 0 ? withErrors(errorCount, words().title) : words().title);
}

const frame: Frame = {
  announcer,
  go: (route) => location.assign(`/help/?lang=${locale()}${address(route)}`),
  decision: (id) => location.assign(decisionLink(id, locale())),
  // Whoever has the link needs none.
  needSession: () => undefined,
  errors: (count) => {
    errorCount = count;
    retitle();
  },
};

const activation = new Activation(frame, bearer);
const main = h('main', { id: 'main', tabindex: -1, class: 'centre' }, heading, h('div', { class: 'stack screen', 'data-screen': 'activate' }, activation.root), demo);
document.body.append(say(h('a', { class: 'skip', href: '#main' }), (t) => t.skip), header({ href: '/help/', name: () => words().toHelp }), main, announcer.root);
// What stands behind the `#` is a link that was opened; a jump to the content is none.
document.querySelector('.skip')?.addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});
window.addEventListener('hashchange', () => {
  if (location.hash !== '') activation.take(arrive());
});
inEveryLocale(() => {
  document.documentElement.lang = locale();
  heading.textContent = words().title;
  demo.textContent = helpWords().demoNote;
  retitle();
  void activation.show(false);
});
