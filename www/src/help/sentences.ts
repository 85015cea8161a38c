// Sentences one after the other: with a space between them where the language has one.

import { locale } from '../locale';

/** Joins sentences; those that are not there are left out. */
export function sentences(...all: readonly (string | undefined)[]): string {
  return all.filter(Boolean).join(locale() === 'zh-CN' ? '' : ' ');
}
