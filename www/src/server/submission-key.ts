// One key for one submission: however often it is sent, it is one application.

import type { Locale } from '../locale';
import type { Submission } from './api';

/** What a submission is sent under. */
export interface Sending {
  /** The idempotency key; random, so that it says nothing. */
  readonly key: string;
  /** The language in which it was sent first, and is answered. */
  readonly locale: Locale;
}

/** Gives keys, and keeps the one of a submission until it is decided. Nothing is stored. */
export class SubmissionKeys {
  private last: (Sending & { readonly content: string }) | null = null;

  /** The key of a submission: that of the last one, unless something other than the language was changed since. */
  of({ account, fields, facts, locale }: Submission): Sending {
    const content = JSON.stringify([account, fields, facts]);
    if (this.last?.content !== content) this.last = { content, key: random(), locale };
    return this.last;
  }

  /** Forgets the last one: whoever sends the same after a decision applies again. */
  decided(): void {
    this.last = null;
  }
}

/** 128 random bits. `randomUUID` is not there on pages without TLS. */
export function random(): string {
  const bytes = [...crypto.getRandomValues(new Uint8Array(16))];
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
