// One request and what came of it: JSON, or a problem. Never throws, logs nothing.

import type { Problem } from './api';
import { authorization } from './session';

/** What was asked for, or why it is not there. */
export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

/** What a request carries besides its address. */
export interface Asked {
  /** Sent as JSON. */
  readonly body?: object;
  /** Sent as it is, as what its media type says. */
  readonly file?: Blob;
  readonly headers?: Record<string, string>;
}

/** Makes a request: a `POST` where it carries something, a `GET` otherwise. */
export async function call<T>(path: string, { body, file, headers }: Asked = {}): Promise<Answer<T>> {
  const answer = await send(path, { body, file, headers } as Asked);
  if (answer === null) return failed('network');
  const code = `http-${answer.status}`;
  try {
    const said: unknown = await answer.json();
    if (answer.ok) return { ok: true, value: said as T };
    return { ok: false, problem: { ...failed(code).problem, ...Object(said) } };
  } catch {
    return failed(code);
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

function failed(code: string): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem: { code, title: '', detail: '', errors: [] } };
}
