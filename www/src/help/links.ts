// Where in the help centre somebody is. It stands behind the `#` of the address, which no server gets to see, and can be
// shared: it holds codes of reasons and nothing about anybody.

/** | route | address |
 * |---|---|
 * | home: search, browse | `#/` |
 * | one reason | `#/reasons/INCOME-MINIMUM` |
 * | why did it fail | `#/why`, `#/why/answers` |
 * | one decision | `#/decision`; a link to it `#/decisions/<number>` |
 * | limit changed | `#/limit` |
 * | my line, closing it | `#/line`, `#/close` |
 * | a second look | `#/appeal`; a link to it `#/appeal/<number>`, in the demo with the account behind it |
 * | days of repayment | `#/repay` |
 * | this device | `#/device` |
 * | talk to somebody | `#/contact` |
 */
export type Route =
  | { readonly name: 'home' | 'why' | 'answers' | 'limit' | 'line' | 'close' | 'repay' | 'device' | 'contact' }
  | { readonly name: 'reason'; readonly code: string }
  | { readonly name: 'decision'; readonly id: string | null }
  | { readonly name: 'appeal'; readonly id: string | null; readonly account: string | null };

export type RouteName = Route['name'];

/** The screens that are a word in the address. */
export const PLACES: Record<string, Exclude<RouteName, 'reason' | 'decision' | 'appeal'>> = {
  '': 'home',
  why: 'why',
  'why/answers': 'answers',
  limit: 'limit',
  line: 'line',
  close: 'close',
  repay: 'repay',
  device: 'device',
  contact: 'contact',
};

/** Where a link leads: a place, without the number of a decision. */
export type Place = Exclude<Route, { name: 'decision' | 'appeal' }> | { readonly name: 'decision' | 'appeal' };

/** Writes an address, to be put into a link. The number of a decision is never part of it. */
export function address(route: Place): string {
  if (route.name === 'reason') return `#/reasons/${route.code}`;
  if (route.name === 'decision' || route.name === 'appeal') return `#/${route.name}`;
  return `#/${Object.keys(PLACES).find((path) => PLACES[path] === route.name) ?? ''}`;
}

/** A link to a decision, for whoever may see it. */
export function decisionLink(id: string, locale: string): string {
  return new URL(`/help/?lang=${locale}#/decisions/${id}`, location.href).href;
}

/** A link to asking for a second look, for whoever may; in the demo it says as whom. */
export function appealLink(id: string, account: string | null, locale: string): string {
  const demo = account?.startsWith('demo-') ? `/${account}` : '';
  return `/help/?lang=${locale}#/appeal/${id}${demo}`;
}
