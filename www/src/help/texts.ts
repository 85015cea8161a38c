// The help texts of the policy, one file a language, which `precheck build --help-texts` writes.

import enAddress from '@precheck/help/help.en.json?url';
import zhAddress from '@precheck/help/help.zh-CN.json?url';

import type { Locale } from '../locale';

export type Contact = 'service' | 'security' | 'record';

/** What is said about a reason to whoever reads about it. */
export interface HelpText {
  readonly code: string;
  /** Whose matter it is. */
  readonly kind: 'applicant' | 'risk' | 'platform' | 'external';
  /** Whether it goes away. */
  readonly lasts: 'until-changed' | 'passes' | 'short' | 'permanent';
  /** Who to talk to about it. */
  readonly contact: Contact;
  readonly title: string;
  readonly requirement: string;
  readonly notice: string;
  readonly help: string;
  readonly example: string;
  /** How to do it right, step by step. */
  readonly education: readonly string[];
}

/** Everything that the policy says to nobody in particular, in one language. */
export interface HelpTexts {
  /** How to reach a person and ask for a second look. */
  readonly contact: string;
  readonly contacts: readonly { readonly contact: Contact; readonly text: string }[];
  readonly reasons: readonly HelpText[];
}

const ADDRESSES: Record<Locale, string> = { 'zh-CN': zhAddress, en: enAddress };

const fetched = new Map<Locale, Promise<HelpTexts>>();

/** The texts in a language, fetched once; a failure is tried again by the next call. Throws what `fetch` throws. */
export function helpTexts(locale: Locale): Promise<HelpTexts> {
  const there = fetched.get(locale);
  if (there) return there;
  const coming = read(ADDRESSES[locale]);
  fetched.set(locale, coming);
  coming.catch(() => fetched.delete(locale));
  return coming;
}

async function read(address: string): Promise<HelpTexts> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`help texts: HTTP ${answer.status}`);
  return (await answer.json()) as HelpTexts;
}
