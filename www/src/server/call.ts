// One request and what came of it: JSON, or a problem. Never throws, logs nothing.

import type { Problem } from './api';
import { authorization } from './session';

/** What was asked for, or why it is not there; `wait` is how many seconds the server asks for before the next try. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T; readonly wait: number | null }
  | { readonly ok: false; readonly problem: Problem; readonly wait: number | null };

/** What a request carries besides its address. */
export interface Asked {
  /** Sent as JSON. */
  readonly body?: object;
  /** Sent as it is, as what its media type says. */
  readonly file?: Blob;
  readonly headers?: Record<string, string>;
}

/** Makes a request: a `POST` where it carries something, a `GET` otherwise. */
export async function call<T>(path: string, asked: Asked = {}): Promise<Answer<T>> {
  return read(await send(path, asked));
}

/** Reads what came; `null` is no answer at all. */
export async function read<T>(answer: Response | null): Promise<Answer<T>> {
  if (answer === null) return failed('network', null);
  const code = `http-${answer.status}`;
  // A number of seconds: the service writes no dates there.
  const seconds = Number(answer.headers.get('retry-after') ?? 0);
  const wait = seconds > 0 ? seconds : null;
  try {
    const said: unknown = await answer.json();
    if (answer.ok) return { ok: true, value: said as T, wait };
    return { ok: false, problem: { ...nothing(code), ...Object(said) }, wait };
  } catch {
    return failed(code, wait);
  }
}

/** Makes a request and gives the answer itself; `null` where none came. */
export async function send(path: string, { body, file, headers }: Asked = {}): Promise<Response | null> {
  const type = body ? { 'Content-Type': 'application/json' } : file ? { 'Content-Type': file.type } : {};
  const sent = body ? JSON.stringify(body) : file;
  try {
    return await fetch(path, {
      method: sent === undefined ? 'GET' : 'POST',
      headers: { ...authorization(), ...type, ...headers },
      ...(sent === undefined ? {} : { body: sent }),
    });
  } catch {
    return null;
  }
}

const nothing = (code: string): Problem => ({ code, title: '', detail: '', errors: [] });

function failed(code: string, wait: number | null): { readonly ok: false; readonly problem: Problem; readonly wait: number | null } {
  return { ok: false, problem: nothing(code), wait };
}
