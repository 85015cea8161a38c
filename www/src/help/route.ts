// Reads where in the help centre somebody is (`links.ts` writes it).
//
// A link to a decision holds the decision's number. That number goes out of the address as soon as it is read, into the
// state of the entry of the history: a reload keeps it, and whoever looks at the address or shares it does not have it.

import { PLACES, type Route } from './links';

const CODE = /^reasons\/([A-Za-z][A-Za-z0-9_-]{0,63})$/;
const APPEAL = /^appeal(?:\/([0-9a-f-]{36})(?:\/(demo-[a-z-]{1,40}))?)?$/;
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
  const appeal = APPEAL.exec(path);
  if (appeal) return { name: 'appeal', id: appeal[1] === undefined ? null : decisionId(appeal[1]), account: appeal[2] ?? null };
  return { name: PLACES[path] ?? 'home' };
}

function kept(name: 'decision' | 'account'): string | null {
  const found: unknown = Reflect.get(Object(history.state), name);
  return typeof found === 'string' ? found : null;
}

/** The number that the entry of the history keeps. */
export function keptDecision(): string | null {
  return decisionId(kept('decision') ?? '');
}

/** The demo account that the entry of the history keeps. */
export function keptAccount(): string | null {
  return kept('account');
}

function keep(state: { readonly decision?: string | null; readonly account?: string | null }, hash = location.hash): void {
  const all = { decision: kept('decision'), account: kept('account'), ...state };
  const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
  history.replaceState(Object.keys(given).length === 0 ? null : given, '', `${location.pathname}${location.search}${hash}`);
}

/** Keeps a number in the entry of the history, and takes it out of the address. */
export function keepDecision(id: string | null, place: 'decision' | 'appeal' = 'decision'): void {
  keep({ decision: id }, `#/${place}`);
}

/** Keeps a demo account in the entry of the history. */
export function keepAccount(id: string): void {
  keep({ account: id });
}
