// The checkout: puts the parts on the page and connects them.

import { type Start, startEngine } from '../src/engine/start';
import { h } from '../src/lib/dom';
import { inEveryLocale, locale, say, texts } from '../src/locale';
import { Announcer } from '../src/page/announcer';
import { demoBar } from '../src/page/demo-bar';
import { header } from '../src/page/header';
import { Instalments } from '../src/page/instalments';
import { order } from '../src/page/order';
import { type Method, Payment } from '../src/page/payment';
import { CheckoutPrecheck } from '../src/precheck/element';

// The engine is fetched when somebody turns to the credit line: who pays another way needs none of it.
let turn: () => void = () => undefined;
const turned = new Promise<void>((resolve) => {
  turn = resolve;
});

function begin(): Start {
  const start = turned.then(startEngine);
  const certain = start.then((started) => started.certain);
  void certain.then(({ engine }) => instalments.setEngine(engine));
  return { soon: start.then(({ soon }) => soon), certain };
}

customElements.define('checkout-precheck', CheckoutPrecheck);

const announcer = new Announcer();
const announce = (text: string): void => announcer.say(text);
let errorCount = 0;

function title(): void {
  document.title = errorCount > 0 ? texts().pageTitleErrors(errorCount) : texts().pageTitle;
}

function errors(count: number): void {
  errorCount = count;
  title();
}

const precheck = new CheckoutPrecheck();
const instalments = new Instalments();
const panel = h(
  'section',
  { class: 'card panel', 'aria-labelledby': 'precheck-title', hidden: true },
  say(h('h2', { id: 'precheck-title' }), (t) => t.precheck),
  say(h('p', { class: 'lead' }), (t) => t.precheckLead),
  instalments.root,
  precheck,
);

function chosen(method: Method): void {
  errors(0);
  panel.hidden = method !== 'line';
  // A result of a form that is not on the screen is none of anybody's business.
  announcer.isMuted = panel.hidden;
  if (!panel.hidden) turn();
}

const payment = new Payment({ chosen, intent: () => turn(), announce: (text) => announcer.sayNow(text), errors });
announcer.isMuted = true;

document.body.append(
  say(h('a', { class: 'skip', href: '#main' }), (t) => t.skip),
  header({ href: '/help/', name: () => texts().helpCentre }),
  demoBar((account) => precheck.setAccount(account)),
  h(
    'main',
    { id: 'main', tabindex: -1 },
    say(h('h1'), (t) => t.checkout),
    order(),
    payment.root,
    panel,
    payment.bar,
  ),
  announcer.root,
);

precheck.start({ announce, errors, opened: (isOpened) => payment.setOpened(isOpened) }, begin);

inEveryLocale(() => {
  document.documentElement.lang = locale();
  title();
});
