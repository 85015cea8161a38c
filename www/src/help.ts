// The help texts of the policy, one file a language, which `precheck build --help-texts` writes.

import enAddress from '@precheck/help/help.en.json?url';
import zhAddress from '@precheck/help/help.zh-CN.json?url';

import type { Locale } from './locale';

/** What is said about a reason to whoever reads about it. */
export interface HelpText {
  readonly code: string;
  readonly title: string;
  readonly requirement: string;
  readonly notice: string;
  readonly help: string;
  readonly example: string;
  /** How to do it right, step by step. */
  readonly education: readonly string[];
}

const ADDRESSES: Record<Locale, string> = { 'zh-CN': zhAddress, en: enAddress };

const fetched = new Map<Locale, Promise<readonly HelpText[]>>();

/** The texts in a language, fetched once; a failure is tried again by the next call. Throws what `fetch` throws. */
export function helpTexts(locale: Locale): Promise<readonly HelpText[]> {
  const there = fetched.get(locale);
  if (there) return there;
  const coming = read(ADDRESSES[locale]);
  fetched.set(locale, coming);
  coming.catch(() => fetched.delete(locale));
  return coming;
}

async function read(address: string): Promise<readonly HelpText[]> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`help texts: HTTP ${answer.status}`);
  const { reasons } = (await answer.json()) as { reasons: readonly HelpText[] };
  return reasons;
}
