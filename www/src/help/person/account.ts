// Whose line a screen is about: that of the host's session, or in the demo one of the demo accounts.

import { h } from '../../lib/dom';
import { locale } from '../../locale';
import { type Account, accounts } from '../../server/api';
import { sessionAccount } from '../../server/session';
import { type Frame, later, link } from '../frame';
import { keepAccount, keptAccount } from '../route';
import { words as frameWords } from '../words';
import { words } from './words';

/** An account, with what the page may know of it; that is nothing outside of the demo. */
export interface Who {
  readonly id: string;
  readonly facts: Account['public_facts'] | null;
}

let known: Promise<readonly Account[]> | null = null;
/** The demo account that was chosen; it lives as long as the page, and in the entries of its history. */
let chosen: string | null = null;

/** Looks as another demo account from now on. */
export function choose(id: string): void {
  chosen = id;
}

/** Shows what `write` makes for an account: in the demo below a choice, and a word about logging in where there is none. */
export function asPerson(frame: Frame, write: (who: Who) => Promise<readonly (Node | null)[]>): HTMLElement {
  return later(
    async () => {
      const own = sessionAccount();
      if (own !== null) return { own: { id: own, facts: null }, demo: [], content: await write({ id: own, facts: null }) };
      const demo = await ((known ??= accounts()).catch(() => {
        known = null;
        return [];
      }));
      const wanted = [chosen, keptAccount()];
      const account = demo.find(({ id }) => wanted.includes(id)) ?? demo[0];
      if (!account) return null;
      chosen = account.id;
      keepAccount(account.id);
      const who = { id: account.id, facts: account.public_facts };
      return { own: who, demo, content: await write(who) };
    },
    (shown) => {
      if (shown === null) {
        frame.needSession();
        return [signIn()];
      }
      const place = h('div', { class: 'stack' }, ...shown.content.filter((part) => part !== null));
      return [shown.demo.length > 0 ? choice(shown.demo, shown.own.id, place, write) : null, place];
    },
  );
}

function choice(demo: readonly Account[], id: string, place: HTMLElement, write: (who: Who) => Promise<readonly (Node | null)[]>): HTMLElement {
  const select = h('select', { id: 'person-account', autocomplete: 'off' });
  select.append(...demo.map((one) => h('option', { value: one.id }, one.label[locale()])));
  select.value = id;
  select.addEventListener('change', async () => {
    const account = demo.find((one) => one.id === select.value);
    if (!account) return;
    chosen = account.id;
    keepAccount(account.id);
    place.setAttribute('aria-busy', 'true');
    const content = await write({ id: account.id, facts: account.public_facts });
    // Somebody who has chosen again meanwhile sees the last choice.
    if (select.value !== account.id) return;
    place.removeAttribute('aria-busy');
    place.replaceChildren(...content.filter((part) => part !== null));
  });
  return h('div', { class: 'control no-print whose' }, h('label', { for: select.id }, words().account), select);
}

/** That somebody has to log in. */
export function signIn(): HTMLElement {
  const w = words();
  return h(
    'div',
    { class: 'card stack', 'data-testid': 'sign-in' },
    h('h2', {}, w.signIn),
    h('p', {}, w.signInText),
    h('p', {}, link({ name: 'contact' }, frameWords().contact)),
  );
}
