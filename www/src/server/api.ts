// The three requests that the page makes. A decision comes as events, so that whoever waits sees for what. Nothing personal is in an address; nothing is logged.

import type { Application, Document, FactValue } from '../engine/types';
import type { Locale } from '../locale';
import { EventReader } from './events';
import { authorization } from './session';

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

/** How far one of the sources is that the server asks. */
export interface Check {
  readonly source: string;
  /** What it is called, in the language of the request. */
  readonly name: string;
  readonly step: 'asked' | 'answered' | 'missing';
}

const DECISIONS = '/v1/activation/decisions';

/** Asks for a decision under a key, and tells which checks are under way. Never throws. */
export function decide(submission: Submission, key: string, told: (check: Check) => void): Promise<Decided | Problem> {
  const headers = {
    'Content-Type': 'application/json',
    'Accept-Language': submission.locale,
    // Without `application/json` beside it: that would be the plain answer.
    Accept: 'text/event-stream',
    // Sent again after a lost answer, it is the same application.
    'Idempotency-Key': key,
  };
  return ask(DECISIONS, { method: 'POST', headers, body: JSON.stringify(submission) }, told);
}

/** Reads a stored decision in a language. Never throws. */
export function decision(id: string, locale: Locale): Promise<Decided | Problem> {
  return ask(`/v1/decisions/${encodeURIComponent(id)}?locale=${locale}`, {});
}

/** Reads the demo accounts; throws when there are none to be had. */
export async function accounts(): Promise<Account[]> {
  const answer = await fetch('/v1/demo/accounts', { headers: authorization() });
  if (!answer.ok) throw new Error(`demo accounts: HTTP ${answer.status}`);
  return (await answer.json()) as Account[];
}

/** Tells a decision from a problem. */
export function isDecided(answer: Decided | Problem): answer is Decided {
  return 'document' in answer;
}

async function ask(
  address: string,
  request: RequestInit,
  told: (check: Check) => void = () => undefined,
): Promise<Decided | Problem> {
  let answer: Response;
  try {
    answer = await fetch(address, { ...request, headers: { ...authorization(), ...request.headers } as Record<string, string> });
  } catch {
    return { code: 'network', title: '', detail: '', errors: [] };
  }
  const unreadable: Problem = { code: `http-${answer.status}`, title: '', detail: '', errors: [] };
  try {
    const isStream = answer.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
    const body: unknown = isStream ? await last(answer, told) : await answer.json();
    if (typeof body !== 'object' || body === null) return unreadable;
    if (answer.ok && !('code' in body)) return 'document' in body ? (body as Decided) : unreadable;
    return { ...unreadable, ...body };
  } catch {
    return unreadable;
  }
}

/** Reads a stream to its last event, which is the decision or the problem; throws when it ends before. */
async function last(answer: Response, told: (check: Check) => void): Promise<unknown> {
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  const events = new EventReader();
  for (;;) {
    const piece = await reader?.read();
    if (!piece || piece.done) throw new Error('the stream ended early');
    for (const { name, data } of events.push(piece.value)) {
      const said: unknown = JSON.parse(data);
      if (name === 'source') told(said as Check);
      if (name === 'decision' || name === 'problem') return said;
    }
  }
}
