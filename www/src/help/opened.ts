// The decision that was last looked at; it lives as long as the page, and nowhere else.

import type { Decided } from '../server/api';

let last: Decided | null = null;

/** The decision that was last shown. */
export function opened(): Decided | null {
  return last;
}

/** Remembers a decision, or forgets the one there was. */
export function setOpened(decided: Decided | null): void {
  last = decided;
}
