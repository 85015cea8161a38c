// For whom requests are made. In the demo nobody has to say; elsewhere the app or page around this one hands over a session
// token, which counts for a quarter of an hour and for one account. It lives in this variable and nowhere else.

/** What a host hands over. */
export interface Session {
  readonly token: string;
  /** The account that the token is for. */
  readonly account: string;
}

const TOKEN = /^session_[0-9a-f]+_[0-9a-f]+$/;

let session: Session | null = null;

/** Reads what a host hands over; `null` where it is no session. */
export function readSession(token: unknown, account: unknown): Session | null {
  const isOne = typeof token === 'string' && TOKEN.test(token) && typeof account === 'string' && account !== '';
  return isOne ? { token, account } : null;
}

/** Takes a session, or forgets the one there was. */
export function setSession(next: Session | null): void {
  session = next;
}

/** The account of the session, if there is one. */
export function sessionAccount(): string | null {
  return session?.account ?? null;
}

/** The headers that say for whom a request is. */
export function authorization(): Record<string, string> {
  return session === null ? {} : { Authorization: `Bearer ${session.token}` };
}
