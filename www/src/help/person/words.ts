// The words of the screens about one's own line, fetched with them.

import { type Locale, locale } from '../../locale';
import type { Widened } from '../words';
import { en } from './words.en';
import { zhCN } from './words.zh-CN';

/** The Chinese file says which there are; the others must have the same. */
export type PersonWords = Widened<typeof zhCN>;

const WORDS: Record<Locale, PersonWords> = { 'zh-CN': zhCN, en };

/** The words of the language now. */
export function words(): PersonWords {
  return WORDS[locale()];
}
