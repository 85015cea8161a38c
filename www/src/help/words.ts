// The words of the help centre in the language of the page.

import { type Locale, locale } from '../locale';
import { en } from './words.en';
import { zhCN } from './words.zh-CN';

export type Widened<T> = T extends string
  ? string
  : T extends (...values: infer V) => string
    ? (...values: V) => string
    : T extends readonly string[]
      ? readonly string[]
      : { readonly [K in keyof T]: Widened<T[K]> };

/** The Chinese file says which there are; the others must have the same. */
export type Words = Widened<typeof zhCN>;

const WORDS: Record<Locale, Words> = { 'zh-CN': zhCN, en };

/** The words of the language now. */
export function words(): Words {
  return WORDS[locale()];
}
