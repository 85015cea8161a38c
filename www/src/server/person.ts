// What a person can see of and do to their own line and appeals. All of it is about the account in the address.

import type { Changes } from '../help/changes';
import type { Notice } from '../engine/types';
import type { Locale } from '../locale';
import type { Decided } from './api';
import { type Answer, call } from './call';

export type LineState = 'none' | 'offered' | 'active' | 'restricted' | 'frozen' | 'closing' | 'closed';

/** What somebody can do to their own line. */
export type OwnAct = 'raise' | 'decline' | 'stay';

/** How a line stands. Amounts are in fen, days are `YYYY-MM-DD`. */
export interface Line {
  readonly account: string;
  readonly state: LineState;
  readonly limit: number;
  /** A higher limit that may be taken. */
  readonly proposed: number | null;
  /** The day on which a pause or a freeze ends by itself. */
  readonly until: string | null;
  /** The day on which the time to think a closure over ends. */
  readonly closes: string | null;
  readonly opened: string | null;
  /** The day of the next look at the limit. */
  readonly review: string | null;
  /** The decision that it follows from. */
  readonly decision: string | null;
  readonly acts: readonly OwnAct[];
}

/** Something that the person is told. */
export interface Told {
  readonly id: string;
  /** What happened: an act of the line, or `appeal`, `appeal-ask`, `appeal-grant`, `appeal-uphold`, `appeal-withdraw`. */
  readonly topic: string;
  /** RFC 3339. */
  readonly created_at: string;
  readonly seen_at: string | null;
  readonly notice: {
    readonly headline: string;
    readonly decision?: string;
    /** What a member of staff says. */
    readonly because?: string;
    readonly changes?: Changes['notice'];
    readonly notice?: Notice;
  };
}

export type AppealState = 'open' | 'waiting' | 'granted' | 'upheld' | 'withdrawn';

/** A document that was handed in; it has no name there. */
export interface Material {
  readonly id: string;
  readonly media_type: string;
  readonly bytes: number;
}

/** A second look that was asked for. */
export interface Appeal {
  readonly id: string;
  readonly account: string;
  readonly decision: string;
  readonly state: AppealState;
  readonly created_at: string;
  readonly statement: string;
  readonly materials: readonly Material[];
}

const of = (account: string): string => `/v1/accounts/${encodeURIComponent(account)}`;

export function line(account: string, locale: Locale): Promise<Answer<Line>> {
  return call(`${of(account)}/line?locale=${locale}`);
}

export function act(account: string, wanted: OwnAct, locale: Locale): Promise<Answer<Line>> {
  return call(`${of(account)}/line/acts?locale=${locale}`, { body: { act: wanted, locale } });
}

/** What the person is told, the last first. */
export function notices(account: string, locale: Locale): Promise<Answer<readonly Told[]>> {
  return call(`${of(account)}/notices?locale=${locale}`);
}

export function seen(account: string, id: string, locale: Locale): Promise<Answer<object>> {
  return call(`${of(account)}/notices/${encodeURIComponent(id)}/seen?locale=${locale}`, { body: {} });
}

/** The appeals of an account, the oldest first. */
export function appeals(account: string, locale: Locale): Promise<Answer<readonly Appeal[]>> {
  return call(`${of(account)}/appeals?locale=${locale}`);
}

export function appeal(account: string, decision: string, statement: string, locale: Locale): Promise<Answer<Appeal>> {
  return call(`${of(account)}/appeals?locale=${locale}`, { body: { decision, statement, locale } });
}

/** Hands a document in: its bytes and its kind, without its name. */
export function hand(account: string, id: string, file: Blob, locale: Locale): Promise<Answer<Appeal>> {
  return call(`${of(account)}/appeals/${encodeURIComponent(id)}/materials?locale=${locale}`, { file });
}

export function withdraw(account: string, id: string, locale: Locale): Promise<Answer<Appeal>> {
  return call(`${of(account)}/appeals/${encodeURIComponent(id)}/acts?locale=${locale}`, { body: { act: 'withdraw', locale } });
}

/** What closing needs of the person: identity fields, the one-time code among them. */
export type ClosureFields = Readonly<Record<string, string>>;

/** Asks for the line to be closed, under a key: sent again after a lost answer, it is the same. */
export function close(account: string, fields: ClosureFields, key: string, locale: Locale): Promise<Answer<Decided>> {
  const body = { account, locale, fields, facts: {} };
  return call(`/v1/closure/decisions?locale=${locale}`, { body, headers: { 'Idempotency-Key': key } });
}

/** How long until the next message may be asked for, and how long a code counts, in seconds. */
export interface Sent {
  readonly next_in?: number;
  readonly expires_in?: number;
  /** Whether the gateway has taken it; told to callers of their own only. */
  readonly sent?: boolean;
}

/** Has a code sent, for closing the line. */
export function closingCode(account: string, phone: string, locale: Locale): Promise<Answer<Sent>> {
  return call(`${of(account)}/codes?locale=${locale}`, { body: { purpose: 'closure', phone, locale } });
}

/** Has a new link sent by which the line is activated; those before it count no more. */
export function activationLink(account: string, phone: string, locale: Locale): Promise<Answer<Sent>> {
  return call(`/v1/activation-links?locale=${locale}`, { body: { account, phone, locale } });
}

/** One way of paying an order back. Amounts are in fen. */
export interface Plan {
  readonly fee: number;
  readonly total: number;
  readonly instalments: readonly {
    readonly statement: string;
    readonly due: string;
    readonly total: number;
    readonly reminders: readonly { readonly on: string; readonly days: number }[];
  }[];
}

/** Every way, in numbers and in words. */
export interface Plans {
  readonly outcome: { readonly amount: number; readonly from: string; readonly plans: readonly Plan[] };
  readonly notice: {
    readonly plans: readonly { readonly title: string; readonly yearly: string; readonly instalments: readonly string[] }[];
    readonly late: string;
  };
}

export function plans(amount: number, from: string, locale: Locale): Promise<Answer<Plans>> {
  return call(`/v1/repayment-plans?amount=${amount}&from=${from}&locale=${locale}`);
}
