// What the person was told, the last first: each unfolds into why, and counts as seen from then on.

import { h } from '../../lib/dom';
import { shanghaiMinute } from '../../lib/today';
import { locale } from '../../locale';
import { seen, type Told } from '../../server/person';
import { changes, isProblem } from '../changes';
import type { Frame } from '../frame';
import { bars, causes, fromTo } from '../told';
import { appealTo, decisionLink } from './parts';
import { words } from './words';

/** What somebody may want a second look at. */
const HARD = ['lower', 'restrict', 'freeze'];

/** Builds the list. */
export function inbox(frame: Frame, account: string, all: readonly Told[]): HTMLElement {
  const w = words();
  const unread = new Set(all.filter((one) => one.seen_at === null).map(({ id }) => id));
  const count = h('p', { class: 'small', 'data-testid': 'unread' });
  const recount = (): void => {
    count.textContent = w.unreadCount(unread.size);
  };
  recount();
  const items = all.map((told) => {
    const badge = h('span', { class: 'badge', hidden: !unread.has(told.id) }, w.unread);
    const fold = h(
      'details',
      { class: 'fold', 'data-topic': told.topic },
      h(
        'summary',
        {},
        h('span', {}, h('span', { class: 'task-name' }, told.notice.headline), h('span', { class: 'small digits' }, `${shanghaiMinute(told.created_at)} ${w.beijing}`)),
        badge,
      ),
    );
    fold.addEventListener('toggle', () => {
      if (fold.open && fold.childElementCount === 1) fold.append(...inside(frame, told));
      if (!fold.open || !unread.delete(told.id)) return;
      badge.hidden = true;
      recount();
      // Told once more is no harm, so nobody is bothered where it does not arrive.
      void seen(account, told.id, locale());
    });
    return h('li', {}, fold);
  });
  const list = h('ul', { class: 'inbox', 'data-testid': 'inbox' }, ...items);
  return h('div', { class: 'stack' }, all.length === 0 ? h('p', {}, w.inboxNone) : count, list);
}

function inside(frame: Frame, { topic, notice: told }: Told): HTMLElement[] {
  const w = words();
  const { because, changes: changed, notice, decision } = told;
  const content: (HTMLElement | null)[] = [];
  if (because !== undefined) content.push(h('h3', {}, w.staffSays), h('blockquote', {}, because));
  if (changed) {
    const place = h('div', { class: 'stack' });
    content.push(h('h3', {}, w.bars), h('p', {}, changed.headline), fromTo(changed), place, ...causes(changed));
    if (decision !== undefined) void draw(place, decision);
  }
  if (notice) {
    content.push(h('p', { class: 'task-name' }, notice.headline), h('p', {}, notice.detail));
    const reasons = notice.reasons.map(({ code, title, text, help }) => h('li', { 'data-code': code }, h('p', { class: 'task-name' }, title), h('p', {}, text), h('p', { class: 'small' }, help)));
    if (reasons.length > 0) content.push(h('h3', {}, w.why), h('ul', { class: 'causes-told' }, ...reasons));
  }
  if (decision !== undefined) {
    const again = HARD.includes(topic) ? appealTo(decision, w.secondLook) : null;
    content.push(h('p', { class: 'inline' }, decisionLink(frame, decision, w.seeDecision), again));
  }
  return content.filter((part) => part !== null);
}

/** The notice has the words; the numbers for the bars are the server's. Without them the words are enough. */
async function draw(place: HTMLElement, decision: string): Promise<void> {
  const answer = await changes(decision, null, locale());
  if (!isProblem(answer)) place.replaceChildren(...bars(answer.document).filter((part) => part !== null));
}
