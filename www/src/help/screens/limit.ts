// Why a limit or a result changed: four causes, each with its exact share, as the engine divides it.

import { h } from '../../lib/dom';
import { locale } from '../../locale';
import { changes, type Changes, type Group, isProblem } from '../changes';
import { DecisionField } from '../decision-field';
import { card, type Frame, type Screen } from '../frame';
import { opened } from '../opened';
import { refused } from '../refused';
import { bars, causes as causesTold, fromTo } from '../told';
import { words } from '../words';

const GROUPS: readonly Group[] = ['you', 'time', 'policy', 'source'];

/** What was typed lives as long as the page. */
let typed = { id: '', since: '' };

export function limit(frame: Frame): Screen {
  const { announcer, errors } = frame;
  const w = words();
  const shown = h('div', { class: 'stack', 'data-testid': 'changes' });
  const id = new DecisionField('changes-id', w.decisionId, w.decisionIdHelp, errors);
  const since = new DecisionField('changes-since', w.since, w.sinceHelp, errors);
  id.input.value = typed.id || (opened()?.id ?? '');
  since.input.value = typed.since;
  const keep = (): void => {
    typed = { id: id.input.value, since: since.input.value };
  };
  for (const field of [id, since]) field.input.addEventListener('input', keep);
  const form = h(
    'form',
    { class: 'card stack no-print', novalidate: true },
    id.root,
    since.root,
    h('p', {}, h('button', { type: 'submit', class: 'primary' }, w.compareNow)),
  );
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const isSinceGiven = since.input.value.trim() !== '';
    const wrong = [id, ...(isSinceGiven ? [since] : [])].filter((field) => field.value() === null);
    for (const field of [id, since]) field.say(wrong.includes(field) ? w.decisionIdWrong : null);
    errors(wrong.length);
    if (wrong[0]) return wrong[0].input.focus();
    shown.replaceChildren(h('p', { class: 'small' }, w.loading));
    const answer = await changes(id.value() ?? '', isSinceGiven ? since.value() : null, locale());
    if (!shown.isConnected) return;
    if (isProblem(answer)) {
      const box = refused(answer, frame);
      for (const { detail } of answer.errors) box.insertBefore(h('p', {}, detail), box.children[2] ?? null);
      shown.replaceChildren(box);
      return box.focus();
    }
    shown.replaceChildren(...told(answer.document));
    announcer.sayNow(answer.document.notice.headline);
    shown.querySelector<HTMLElement>('h2')?.focus();
  });
  const causes = GROUPS.map((group) => h('div', {}, h('dt', {}, w.groups[group]), h('dd', {}, w.groupNotes[group])));
  return { title: w.limit, content: [h('p', { class: 'lead no-print' }, w.limitLead), h('dl', { class: 'causes no-print' }, ...causes), form, shown] };
}

function told(document: Changes): HTMLElement[] {
  const { notice } = document;
  const title = card(notice.headline, fromTo(notice), ...bars(document));
  title.querySelector('h2')?.setAttribute('tabindex', '-1');
  const note = h('p', { class: 'note' }, notice.note);
  const found = causesTold(notice);
  return found.length === 0 ? [title, note] : [title, card(words().cause, ...found, note)];
}
