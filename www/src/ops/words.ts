// The words of the desk in the language of the page.

import type { Widened } from '../help/words';
import { type Locale, locale } from '../locale';
import { en } from './words.en';
import { zhCN } from './words.zh-CN';

/** The Chinese file says which there are; the others must have the same. */
export type OpsWords = Widened<typeof zhCN>;

const WORDS: Record<Locale, OpsWords> = { 'zh-CN': zhCN, en };

/** The words of the language now. */
export function words(): OpsWords {
  return WORDS[locale()];
}
