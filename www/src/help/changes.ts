// What changed since an earlier decision, asked of the server. The number of a decision is all that is sent.

import type { Moved } from '../charts/shares';
import type { Locale } from '../locale';
import type { Problem } from '../server/api';
import { authorization } from '../server/session';

/** Whose doing something is. */
export type Group = 'you' | 'time' | 'policy' | 'source';

interface Standing {
  readonly score: { readonly min: number; readonly max: number } | null;
  readonly limit?: Moved;
}

/** What changed, in numbers and in words. */
export interface Changes {
  readonly changes: {
    readonly before: Standing;
    readonly after: Standing;
    readonly shares: readonly { readonly group: Group; readonly changed: boolean; readonly score?: Moved; readonly limit?: Moved }[];
  };
  readonly notice: {
    readonly headline: string;
    readonly before: string;
    readonly after: string;
    readonly shares: readonly {
      readonly group: Group;
      readonly text: string;
      readonly effect?: string;
      readonly changed: readonly { readonly code: string; readonly way: string; readonly text: string }[];
      readonly facts?: readonly string[];
    }[];
    readonly together?: string;
    readonly neutral?: string;
    readonly note: string;
  };
}

type Answer = { readonly document: Changes };

/** Tells a problem from an answer. */
export function isProblem(answer: Answer | Problem): answer is Problem {
  return !('document' in answer);
}

/** Asks what changed since another decision, or since the one before. Never throws. */
export async function changes(id: string, since: string | null, locale: Locale): Promise<Answer | Problem> {
  const body = JSON.stringify(since === null ? { locale } : { locale, since });
  const nothing = { title: '', detail: '', errors: [] };
  let answer: Response;
  try {
    const headers = { ...authorization(), 'Content-Type': 'application/json', 'Accept-Language': locale };
    answer = await fetch(`/v1/decisions/${id}/changes`, { method: 'POST', headers, body });
  } catch {
    return { code: 'network', ...nothing };
  }
  const unreadable: Problem = { code: `http-${answer.status}`, ...nothing };
  try {
    const said: unknown = await answer.json();
    if (typeof said !== 'object' || said === null) return unreadable;
    if (answer.ok) return 'document' in said ? (said as Answer) : unreadable;
    return { ...unreadable, ...said };
  } catch {
    return unreadable;
  }
}
