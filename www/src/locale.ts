// The language of the page, and everything that follows it when it changes.
//
// `?lang=en` in the address chooses the first one. A later choice is not stored and not written back: a new address
// makes browsers fetch the icon again, and nothing may be fetched while somebody types.

import { en } from './locales/en';
import { zhCN } from './locales/zh-CN';

/** The languages of the page, the default first. */
export const LOCALES = ['zh-CN', 'en'] as const;

export type Locale = (typeof LOCALES)[number];

type Widened<T> = T extends (...values: infer V) => string
  ? (...values: V) => string
  : T extends string
    ? string
    : { [K in keyof T]: Widened<T[K]> };

/** The texts of the page's own chrome. The Chinese file says which there are; the others must have the same. */
export type Texts = { [K in keyof typeof zhCN]: Widened<(typeof zhCN)[K]> };

const TEXTS: Record<Locale, Texts> = { 'zh-CN': zhCN, en };

let current: Locale = fromAddress();
const followers: (() => void)[] = [];

function fromAddress(): Locale {
  // `en-GB` is English too.
  const wanted = new URLSearchParams(location.search).get('lang')?.slice(0, 2).toLowerCase() ?? '';
  return LOCALES.find((one) => one.startsWith(wanted)) ?? LOCALES[0];
}

/** The language now. */
export function locale(): Locale {
  return current;
}

/** The texts of the language now. */
export function texts(): Texts {
  return TEXTS[current];
}

/** Runs `follow` now and after every change of language. For things that live as long as the page. */
export function inEveryLocale(follow: () => void): void {
  followers.push(follow);
  follow();
}

/** Gives an element a text that follows the language. */
export function say<E extends Element>(element: E, pick: (texts: Texts) => string): E {
  inEveryLocale(() => {
    element.textContent = pick(texts());
  });
  return element;
}

/** Gives an attribute a text that follows the language. */
export function sayAttribute<E extends Element>(element: E, name: string, pick: (texts: Texts) => string): E {
  inEveryLocale(() => element.setAttribute(name, pick(texts())));
  return element;
}

/** Changes the language of everything on the page. */
export function setLocale(wanted: Locale): void {
  if (wanted === current) return;
  current = wanted;
  for (const follow of followers) follow();
}
