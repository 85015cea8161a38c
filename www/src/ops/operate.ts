// Requests with an operator's key. The key lives in this variable and nowhere else; the demo needs none.

import type { Decided } from '../server/api';
import { type Answer, type Asked, call, send } from '../server/call';
import type { Appeal, Line } from '../server/person';
import type { Locale } from '../locale';

let key: string | null = null;

/** Uses a key from now on, or none. */
export function setKey(next: string | null): void {
  key = next;
}

/** Whether there is one. */
export function hasKey(): boolean {
  return key !== null;
}

const headers = (): Record<string, string> => (key === null ? {} : { Authorization: `Bearer ${key}` });

/** The language stands in the address too: what is refused before the body is read is told in it. */
function operate<T>(path: string, locale: Locale, asked: Asked = {}): Promise<Answer<T>> {
  return call(`/v1/operate/${path}?locale=${locale}`, { ...asked, headers: headers() });
}

const part = (text: string): string => encodeURIComponent(text);

/** What staff do; `because` is what the person is told. */
export interface StaffAct {
  readonly act: string;
  readonly because: string;
  readonly locale: Locale;
  /** In fen. */
  readonly limit?: number;
  readonly until?: string;
}

/** The appeals that wait, the oldest first. */
export function appeals(locale: Locale): Promise<Answer<readonly Appeal[]>> {
  return operate('appeals', locale);
}

export function appeal(id: string, locale: Locale): Promise<Answer<Appeal>> {
  return operate(`appeals/${part(id)}`, locale);
}

export function answer(id: string, act: StaffAct): Promise<Answer<Appeal>> {
  return operate(`appeals/${part(id)}/acts`, act.locale, { body: act });
}

/** A document's bytes; `null` where they are not to be had. */
export async function material(id: string, one: string): Promise<Blob | null> {
  const found = await send(`/v1/operate/appeals/${part(id)}/materials/${part(one)}`, { headers: headers() });
  return found?.ok ? found.blob() : null;
}

/** A decision as its person sees it. */
export function decision(id: string, locale: Locale): Promise<Answer<Decided>> {
  return operate(`decisions/${part(id)}`, locale);
}

/** A part of a trace as it is laid out; it has one of these. */
export interface Block {
  readonly heading?: string;
  readonly text?: string;
  /** Each item is some lines, the first of which names it. */
  readonly list?: readonly (readonly string[])[];
  /** The names of the columns, and rows of as many cells. */
  readonly table?: readonly [readonly string[], readonly (readonly string[])[]];
  readonly note?: string;
}

/** Everything that a decision came from. */
export interface Trace {
  readonly id: string;
  readonly account: string;
  readonly title: string;
  readonly blocks: readonly Block[];
  /** From whom the facts were, and when. */
  readonly origins: readonly {
    readonly source: string;
    /** The source outside that was asked. */
    readonly upstream?: string;
    /** Why it gave nothing. */
    readonly missing?: string;
    /** RFC 3339; `null` where nobody kept it. */
    readonly at: string | null;
    readonly facts: readonly string[];
  }[];
}

/** Everything that a decision came from: rules, points, facts, whatever is kept from others included. */
export function trace(id: string, locale: Locale): Promise<Answer<Trace>> {
  return operate(`decisions/${part(id)}/trace`, locale);
}

export function actOnLine(account: string, act: StaffAct): Promise<Answer<Line>> {
  return operate(`lines/${part(account)}/acts`, act.locale, { body: act });
}

/** Something that the service found to have moved. */
export interface Alarm {
  readonly scenario: string;
  readonly what: string;
  readonly measure: string;
  readonly value: number;
  /** Rows of the log. */
  readonly from: number;
  readonly to: number;
  readonly at: string;
  readonly over: boolean;
}

/** A fact that does not count for now. */
export interface Hold {
  readonly fact: string;
  readonly placed: string;
  readonly since: number;
  readonly because: string;
}

export interface Watched {
  readonly alarms: readonly Alarm[];
  readonly holds: readonly Hold[];
}

export function watched(locale: Locale): Promise<Answer<Watched>> {
  return operate('alarms', locale);
}

export function actOnHold(fact: string, act: StaffAct): Promise<Answer<Watched>> {
  return operate(`holds/${part(fact)}/acts`, act.locale, { body: act });
}

/** What came of taking decisions again. */
export interface Redecided {
  readonly seen: number;
  readonly again: number;
  readonly better: number;
  readonly same: number;
  readonly worse: number;
  readonly told: number;
  readonly superseded: number;
  readonly left: number;
  readonly upto: number;
  readonly more: boolean;
}

export function redecide(wish: { fact: string; from: number; to: number; because: string; locale: Locale }): Promise<Answer<Redecided>> {
  return operate('redecisions', wish.locale, { body: wish });
}

interface Named {
  readonly version: number;
  readonly hash: string;
}

export interface Policies {
  readonly pack: string;
  readonly active: Named;
  readonly candidate: Named | null;
  readonly releases: readonly { readonly version: number; readonly role: 'active' | 'candidate' | 'past'; readonly changed_at: string; readonly since: number; readonly hash: string }[];
}

export function policies(locale: Locale): Promise<Answer<Policies>> {
  return operate('policies', locale);
}

/** A share with its interval of 99 %. */
export interface Share {
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

/** Both sides: the active policy, the candidate. */
export type Both<T> = readonly [T, T];

interface Rates {
  readonly approved: Both<Share | null>;
  readonly declined: Both<Share | null>;
  /** The mean limit of those approved, in fen. */
  readonly limit: Both<number | null>;
}

export interface Group extends Rates {
  readonly fact: string;
  readonly code: string;
  readonly decisions: number;
  readonly differs: Both<boolean>;
  readonly because: readonly { readonly reason: string; readonly here: Share | null; readonly elsewhere: Share | null }[];
}

export interface Scenario extends Rates {
  readonly scenario: string;
  readonly decisions: number;
  readonly otherwise: number;
  readonly changed: readonly { readonly active: string; readonly candidate: string; readonly count: number; readonly example: string | null }[];
  readonly reasons: Readonly<Record<string, Both<number>>>;
  readonly groups: readonly Group[];
}

export interface Report {
  readonly active: Named;
  readonly candidate: Named;
  readonly since: number;
  readonly upto: number;
  readonly undecided: number;
  readonly not_offered: number;
  readonly erased: number;
  readonly scenarios: readonly Scenario[];
}

export function report(locale: Locale): Promise<Answer<Report>> {
  return operate('policies/candidate/report', locale);
}

export function actOnCandidate(act: StaffAct): Promise<Answer<Policies>> {
  return operate('policies/candidate/acts', act.locale, { body: act });
}

/** A notice on its way over a channel. */
export interface Delivery {
  readonly id: string;
  readonly account: string;
  readonly topic: string;
  readonly channel: string;
  readonly state: string;
  readonly attempts: number;
  /** Why it did not get there the last time. */
  readonly ending: string | null;
}

/** Notices on their way, and those that were given up. */
export interface Notices {
  readonly channels: readonly {
    readonly channel: string;
    /** Whether it is used; `null` for one that is not in the file any more. */
    readonly breaker: string | null;
    readonly queued: number;
    readonly sending: number;
    readonly failed: number;
    readonly given_up: number;
    /** For how many seconds the oldest has waited. */
    readonly oldest_s: number | null;
  }[];
  readonly waiting: readonly Delivery[];
  readonly given_up: readonly Delivery[];
}

export function notices(locale: Locale): Promise<Answer<Notices>> {
  return operate('notices', locale);
}

/** Sends a notice anew over every channel where it did not get there. */
export function sendAnew(id: string, locale: Locale): Promise<Answer<unknown>> {
  return operate(`notices/${part(id)}/retry`, locale, { body: {} });
}

/** Sends everything anew that was given up over a channel. */
export function sendChannelAnew(channel: string, locale: Locale): Promise<Answer<unknown>> {
  return operate(`channels/${part(channel)}/retry`, locale, { body: {} });
}
