// What whoever has an activation link can ask and do. The token stands in a header, never in an address; so does the secret of
// the device, by which the link is open here and nowhere else.

import type { Locale } from '../locale';
import type { Decided } from './api';
import { type Answer, read, send } from './call';
import type { Sent } from './person';

/** How a link stands, as far as whoever asks may know. */
export type LinkState = 'valid' | 'other-device' | 'used' | 'expired' | 'replaced' | 'withdrawn' | 'behind';

export interface Link {
  readonly state: LinkState;
  /** Rises with every change. */
  readonly position: number;
  /** RFC 3339. */
  readonly expires_at: string;
  /** Whether it was opened on this device. */
  readonly opened: boolean;
  /** The decision that used it, for the device that it was opened on. */
  readonly decision?: string;
}

/** What says which link it is, and on which device. */
export interface Bearer {
  readonly token: string;
  /** 32 random bytes in hexadecimal digits, which this page has made. */
  readonly device: string;
  /** The highest position that was seen: what is older is told as `behind`. */
  position: number;
}

/** The form of an activation. */
export interface Form {
  readonly fields: { readonly phone: string; readonly code: string };
  readonly facts: Readonly<Record<string, boolean | string>>;
}

function ask(bearer: Bearer, rest: string, locale: Locale, body?: object, key?: string): Promise<Response | null> {
  const { token, device, position } = bearer;
  const after = position > 0 ? `&after=${position}` : '';
  const headers = { 'Activation-Link': token, 'Activation-Device': device, ...(key === undefined ? {} : { 'Idempotency-Key': key }) };
  return send(`/v1/activation-link${rest}?locale=${locale}${after}`, { headers, ...(body ? { body } : {}) });
}

function seen(bearer: Bearer, position: number): void {
  bearer.position = Math.max(bearer.position, position);
}

async function told(bearer: Bearer, answer: Promise<Response | null>): Promise<Answer<Link>> {
  const link = await read<Link>(await answer);
  if (link.ok) seen(bearer, link.value.position);
  return link;
}

/** How the link stands; looking changes nothing. */
export function look(bearer: Bearer, locale: Locale): Promise<Answer<Link>> {
  return told(bearer, ask(bearer, '', locale));
}

/** Opens it on this device, and on no other from then on. */
export function open(bearer: Bearer, locale: Locale): Promise<Answer<Link>> {
  return told(bearer, ask(bearer, '', locale, { locale }));
}

/** Has a code sent. */
export async function code(bearer: Bearer, phone: string, locale: Locale): Promise<Answer<Sent>> {
  return read(await ask(bearer, '/codes', locale, { phone, locale }));
}

/** Asks for the line to begin, under a key: sent again after a lost answer, it is the same. */
export async function activate(bearer: Bearer, form: Form, key: string, locale: Locale): Promise<Answer<Decided>> {
  const answer = await ask(bearer, '/activate', locale, { ...form, locale }, key);
  seen(bearer, Number(answer?.headers.get('activation-position') ?? 0));
  return read(answer);
}
