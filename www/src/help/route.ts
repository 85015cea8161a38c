// Where in the help centre somebody is. It stands behind the `#` of the address, which no server gets to see, and can be
// shared: it holds codes of reasons and nothing about anybody.
//
// A link to a decision holds the decision's number. That number goes out of the address as soon as it is read, into the
// state of the entry of the history: a reload keeps it, and whoever looks at the address or shares it does not have it.

/** | route | address |
 * |---|---|
 * | home: search, browse | `#/` |
 * | one reason | `#/reasons/INCOME-MINIMUM` |
 * | why did it fail | `#/why`, `#/why/answers` |
 * | one decision | `#/decision`; a link to it `#/decisions/<number>` |
 * | limit changed | `#/limit` |
 * | this device | `#/device` |
 * | talk to somebody | `#/contact` |
 */
export type Route =
  | { readonly name: 'home' | 'why' | 'answers' | 'limit' | 'device' | 'contact' }
  | { readonly name: 'reason'; readonly code: string }
  | { readonly name: 'decision'; readonly id: string | null };

export type RouteName = Route['name'];

const PLACES: Record<string, Exclude<RouteName, 'reason' | 'decision'>> = {
  '': 'home',
  why: 'why',
  'why/answers': 'answers',
  limit: 'limit',
  device: 'device',
  contact: 'contact',
};

const CODE = /^reasons\/([A-Za-z][A-Za-z0-9_-]{0,63})$/;
const DECISION = /^decisions\/([0-9a-f-]{36})$/;
const NUMBER = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Reads the number of a decision as people copy it; `null` for anything else. */
export function decisionId(text: string): string | null {
  const plain = text.normalize('NFKC').replace(/\s/g, '').replace(/[‐-―−]/g, '-').toLowerCase();
  return NUMBER.test(plain) ? plain : null;
}

/** Reads what stands behind the `#`. What is not known is the home. */
export function read(hash: string): Route {
  const path = hash.replace(/^#?\/?/, '').replace(/\/$/, '');
  const [, code] = CODE.exec(path) ?? [];
  if (code !== undefined) return { name: 'reason', code: code.toUpperCase() };
  const [, id] = DECISION.exec(path) ?? [];
  if (id !== undefined) return { name: 'decision', id: decisionId(id) };
  if (path === 'decision') return { name: 'decision', id: null };
  return { name: PLACES[path] ?? 'home' };
}

/** Writes an address, to be put into a link. The number of a decision is never part of it. */
export function address(route: Exclude<Route, { name: 'decision' }> | { readonly name: 'decision' }): string {
  if (route.name === 'reason') return `#/reasons/${route.code}`;
  if (route.name === 'decision') return '#/decision';
  return `#/${Object.keys(PLACES).find((path) => PLACES[path] === route.name) ?? ''}`;
}

/** A link to a decision, for whoever may see it. */
export function decisionLink(id: string, locale: string): string {
  return new URL(`/help/?lang=${locale}#/decisions/${id}`, location.href).href;
}

/** The number that the entry of the history keeps. */
export function keptDecision(): string | null {
  const kept: unknown = Reflect.get(Object(history.state), 'decision');
  return typeof kept === 'string' ? decisionId(kept) : null;
}

/** Keeps a number in the entry of the history, and takes it out of the address. */
export function keepDecision(id: string | null): void {
  history.replaceState(id === null ? null : { decision: id }, '', `${location.pathname}${location.search}#/decision`);
}
