// The words of the page that activates a line, in its language.

import type { Widened } from '../help/words';
import { type Locale, locale } from '../locale';
import { en } from './words.en';
import { zhCN } from './words.zh-CN';

/** The Chinese file says which there are; the others must have the same. */
export type ActivateWords = Widened<typeof zhCN>;

const WORDS: Record<Locale, ActivateWords> = { 'zh-CN': zhCN, en };

/** The words of the language now. */
export function words(): ActivateWords {
  return WORDS[locale()];
}
