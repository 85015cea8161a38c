// A person: who, with what at hand, and a text to give them that holds nothing about anybody.

import { h } from '../../lib/dom';
import { locale, texts } from '../../locale';
import type { Host } from '../embed';
import { card, copyButton, type Frame, later, link, type Screen } from '../frame';
import { helpTexts } from '../texts';
import { opened } from '../opened';
import { words } from '../words';

export function contact({ announcer }: Frame, host: Host): Screen {
  const w = words();
  const decided = opened();
  const reasons = decided?.document.outcome.reasons.map(({ code }) => code).join(texts().separator);
  const brief = (): string => w.briefText(decided?.id ?? '', reasons || '–');
  return {
    title: w.contact,
    content: [
      h('p', { class: 'lead' }, w.contactLead),
      host.isThere ? hostButton(host) : null,
      later(
        () => helpTexts(locale()),
        ({ contact: note, contacts }) => [
          h(
            'div',
            { class: 'ways-in' },
            ...contacts.map((desk) =>
              card(w.desks[desk.contact], h('p', {}, w.deskFor[desk.contact]), h('p', { class: 'reach', 'data-testid': 'desk' }, desk.text)),
            ),
          ),
          h('p', { class: 'note' }, note),
        ],
      ),
      card(w.prepare, h('ul', { class: 'steps bullets' }, ...w.prepareList.map((one) => h('li', {}, one))), h('p', { class: 'hints' }, w.neverAsk)),
      decided
        ? card(w.brief, h('blockquote', { 'data-testid': 'brief' }, brief()), copyButton(w.copyBrief, brief, announcer))
        : card(w.brief, h('p', {}, w.briefNone), h('p', {}, link({ name: 'decision' }, w.decision))),
    ],
  };
}

function hostButton(host: Host): HTMLElement {
  const button = h('button', { type: 'button', class: 'primary' }, words().talk);
  button.addEventListener('click', () => host.contact());
  return h('p', {}, button);
}
