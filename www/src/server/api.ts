// The three requests that the page makes. Nothing personal is in an address; nothing is logged.

import type { Application, Document, FactValue } from '../engine/types';
import type { Locale } from '../locale';

/** A demo account with what the shop knows of it. */
export interface Account {
  readonly id: string;
  readonly label: Readonly<Record<Locale, string>>;
  readonly public_facts: Readonly<Record<string, FactValue>>;
}

/** A decision that the server took and stored. */
export interface Decided {
  readonly id: string;
  /** RFC 3339. */
  readonly decided_at: string;
  readonly document: Document;
}

/** Why there is no decision: RFC 9457, or no answer at all. */
export interface Problem {
  /** The server's code, or `network` or `unreadable` from here. */
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly errors: readonly { readonly pointer: string; readonly code: string; readonly detail: string }[];
}

export interface Submission {
  readonly account: string;
  readonly locale: Locale;
  readonly fields: Application['fields'];
  readonly facts: Application['facts'];
}

const DECISIONS = '/v1/activation/decisions';

/** Asks for a decision. Never throws. */
export function decide(submission: Submission): Promise<Decided | Problem> {
  return ask(DECISIONS, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Accept-Language': submission.locale },
    body: JSON.stringify(submission),
  });
}

/** Reads a stored decision in a language. Never throws. */
export function decision(id: string, locale: Locale): Promise<Decided | Problem> {
  return ask(`/v1/decisions/${encodeURIComponent(id)}?locale=${locale}`, {});
}

/** Reads the demo accounts; throws when there are none to be had. */
export async function accounts(): Promise<Account[]> {
  const answer = await fetch('/v1/demo/accounts');
  if (!answer.ok) throw new Error(`demo accounts: HTTP ${answer.status}`);
  return (await answer.json()) as Account[];
}

/** Tells a decision from a problem. */
export function isDecided(answer: Decided | Problem): answer is Decided {
  return 'document' in answer;
}

async function ask(address: string, request: RequestInit): Promise<Decided | Problem> {
  let answer: Response;
  try {
    answer = await fetch(address, request);
  } catch {
    return { code: 'network', title: '', detail: '', errors: [] };
  }
  const unreadable: Problem = { code: `http-${answer.status}`, title: '', detail: '', errors: [] };
  try {
    const body: unknown = await answer.json();
    if (typeof body !== 'object' || body === null) return unreadable;
    if (answer.ok) return 'document' in body ? (body as Decided) : unreadable;
    return { ...unreadable, ...body };
  } catch {
    return unreadable;
  }
}
