// The top of the page: whose shop it is, and the language.

import { h, svg } from '../lib/dom';
import { inEveryLocale, locale, LOCALES, say, sayAttribute, setLocale } from '../locale';

const NAMES = { 'zh-CN': '中文', en: 'English' } as const;

/** Where else there is to go, in the language of the page. */
export interface Elsewhere {
  /** The address without a language, which is added. */
  readonly href: string;
  readonly name: () => string;
}

/** Builds the header. */
export function header(elsewhere: Elsewhere): HTMLElement {
  const link = say(h('a', { class: 'elsewhere' }), elsewhere.name);
  inEveryLocale(() => {
    link.href = `${elsewhere.href}?lang=${locale()}`;
  });
  const buttons = LOCALES.map((one) => {
    const button = h('button', { type: 'button', lang: one, 'data-locale': one }, NAMES[one]);
    button.addEventListener('click', () => setLocale(one));
    inEveryLocale(() => button.setAttribute('aria-pressed', String(locale() === one)));
    return button;
  });
  const mark = svg(
    'svg',
    { class: 'mark', viewBox: '0 0 32 32', 'aria-hidden': 'true' },
    svg('path', { d: 'M16 28V12m0 6c-6 0-9-4-9-9 6 0 9 4 9 9Zm0-5c0-5 3-9 9-9 0 6-4 9-9 9Z' }),
  );
  return h(
    'header',
    { class: 'top' },
    h('p', { class: 'shop' }, mark, say(h('span'), (t) => t.shop)),
    link,
    sayAttribute(h('div', { class: 'languages', role: 'group' }, ...buttons), 'aria-label', (t) => t.language),
  );
}
