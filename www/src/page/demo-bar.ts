// Says that all of this is a demo, and chooses whose shop account it is played with.

import { h } from '../lib/dom';
import { inEveryLocale, locale, say, texts } from '../locale';
import { type Account, accounts } from '../server/api';

/** Builds the bar. `chosen` learns of the account, and of `null` while there is none. */
export function demoBar(chosen: (account: Account | null) => void): HTMLElement {
  let known: readonly Account[] | null = [];
  const select = h('select', { id: 'demo-account', autocomplete: 'off' });
  const failed = h('p', { class: 'small', hidden: true });

  const write = (): void => {
    const at = Math.max(0, select.selectedIndex);
    const labels = known?.map((account) => h('option', { value: account.id }, account.label[locale()])) ?? [];
    select.replaceChildren(...(labels.length > 0 ? labels : [h('option', { value: '' }, texts().demoLoading)]));
    select.selectedIndex = at;
    failed.textContent = texts().demoFailed;
    failed.hidden = known !== null;
    select.hidden = known === null;
  };
  const choose = (): void => chosen(known?.find((account) => account.id === select.value) ?? null);

  select.addEventListener('change', choose);
  inEveryLocale(write);
  void accounts().then(
    (found) => {
      known = found;
      write();
      choose();
    },
    () => {
      known = null;
      write();
      choose();
    },
  );
  return h(
    'aside',
    { class: 'demo', 'aria-labelledby': 'demo-title' },
    h(
      'p',
      {},
      say(h('strong', { class: 'badge', id: 'demo-title' }), (t) => t.demo),
      ' ',
      say(h('span'), (t) => t.demoNote),
    ),
    h('div', { class: 'demo-choice' }, say(h('label', { for: 'demo-account' }), (t) => t.demoAccount), select, failed),
  );
}
