// Asking for a second look, and how it stands. What was sent is the server's and survives a reload; what was typed and chosen
// lives as long as the page, and nowhere else.

import { h } from '../../lib/dom';
import { shanghaiMinute } from '../../lib/today';
import { locale } from '../../locale';
import { type Appeal, appeals, hand, notices, withdraw } from '../../server/person';
import { card, type Frame, link, type Screen } from '../frame';
import { mark, type Standing } from '../mark';
import { opened } from '../opened';
import { asPerson, choose, type Who } from '../person/account';
import { Documents, MOST_DOCUMENTS, sizeOf } from '../person/documents';
import { appealTo, asked, decisionLink, doing, pairs, problemBox } from '../person/parts';
import { Statement } from '../person/statement';
import { words } from '../person/words';
import { keptDecision } from '../route';
import { sentences } from '../sentences';
import { words as frameWords } from '../words';

const STANDINGS: Record<Appeal['state'], Standing> = { open: 'good', waiting: 'doubtful', granted: 'good', upheld: 'untold', withdrawn: 'untold' };

const isOpen = ({ state }: Appeal): boolean => state === 'open' || state === 'waiting';

/** The screen; a link may bring a number along, and in the demo an account. */
export function appeal(frame: Frame, linked: string | null, account: string | null): Screen {
  const w = words();
  if (account !== null) choose(account);
  const about = linked ?? keptDecision() ?? opened()?.id ?? null;
  return { title: w.appeal, content: [h('p', { class: 'lead' }, w.appealLead), asPerson(frame, (who) => written(frame, who, about))] };
}

async function written(frame: Frame, { id }: Who, about: string | null): Promise<Node[]> {
  const place = h('div', { class: 'stack' });
  const show = async (isMoved: boolean): Promise<void> => {
    const found = await appeals(id, locale());
    if (!found.ok) {
      const box = problemBox(frame, found.problem, () => void show(true));
      place.replaceChildren(box);
      if (isMoved) box.focus();
      return;
    }
    const own = found.value.filter(({ decision }) => decision === about);
    const now = own.find(isOpen) ?? own.at(-1);
    const parts: (Node | null)[] = [];
    if (now) parts.push(await standing(frame, now, () => show(true)));
    if (!now || (!isOpen(now) && now.state !== 'granted')) parts.push(ask(frame, id, about, () => show(true)));
    const others = found.value.filter((one) => one !== now);
    if (others.length > 0) parts.push(earlier(frame, others.toReversed()));
    place.replaceChildren(...parts.filter((part) => part !== null));
    if (isMoved) place.querySelector<HTMLElement>('h2')?.focus();
  };
  await show(false);
  return [place];
}

/** How one stands, and what can be done about it. */
async function standing(frame: Frame, now: Appeal, again: () => Promise<void>): Promise<HTMLElement> {
  const w = words();
  const box = h('div', { class: 'stack', 'data-testid': 'appeal', 'data-state': now.state });
  const answered = now.state === 'waiting' ? 'appeal-ask' : now.state === 'upheld' ? 'appeal-uphold' : now.state === 'granted' ? 'appeal-grant' : null;
  // What staff say is told in a notice; it belongs beside what it is about.
  const told = answered === null ? null : await notices(now.account, locale());
  const because = told?.ok ? told.value.find(({ topic, notice }) => topic === answered && notice.decision === now.decision)?.notice.because : undefined;
  const handed =
    now.materials.length === 0
      ? w.handedNone
      : h('ul', { class: 'plain' }, ...now.materials.map(({ media_type, bytes }) => h('li', {}, w.handed(w.kinds[media_type] ?? media_type, sizeOf(bytes)))));
  const fail = (problem: Parameters<typeof problemBox>[1]): void => {
    const said = problemBox(frame, problem, () => void again());
    box.prepend(said);
    said.focus();
  };
  const take = async (): Promise<void> => {
    const answer = await withdraw(now.account, now.id, locale());
    if (!answer.ok) return fail(answer.problem);
    frame.announcer.sayNow(w.withdrawn);
    await again();
  };
  box.append(
    h(
      'section',
      { class: 'finding', 'data-standing': STANDINGS[now.state], 'aria-label': w.status },
      mark(STANDINGS[now.state]),
      h(
        'div',
        { class: 'stack' },
        h('h2', { tabindex: -1 }, w.appealStates[now.state]),
        h('p', {}, w.appealNotes[now.state]),
        because === undefined ? null : h('div', {}, h('h3', {}, w.staffSays), h('blockquote', { 'data-testid': 'because' }, because)),
        pairs([w.askedAt, `${shanghaiMinute(now.created_at)} ${w.beijing}`], [w.appealAbout, decisionLink(frame, now.decision, w.seeDecision)], [w.handedIn, handed]),
        h('div', {}, h('h3', {}, w.statement), h('blockquote', { class: 'own' }, now.statement)),
        h('p', { class: 'inline' }, link({ name: 'line' }, frameWords().line)),
      ),
    ),
  );
  if (!isOpen(now)) return box;
  const actions = h('div', { class: 'card stack' });
  if (now.materials.length < MOST_DOCUMENTS) {
    const documents = new Documents(now.id, now.materials.length, (text) => frame.announcer.sayNow(text));
    const send = doing(w.sendDocuments, 'primary', async () => {
      if (documents.chosen.length === 0) return void documents.root.querySelector('button')?.focus();
      if (await sendAll(frame, now, documents)) await again();
    });
    actions.append(h('h2', {}, w.more), documents.root, h('p', {}, send));
  }
  actions.append(asked(w.withdraw, w.withdrawAsk, () => void take()).root);
  box.append(actions);
  return box;
}

/** Hands documents in, one after the other; says whether all of them arrived. */
async function sendAll(frame: Frame, to: Appeal, documents: Documents): Promise<boolean> {
  const w = words();
  const [arrived, failed]: [File[], string[]] = [[], []];
  const all = documents.chosen;
  for (const [at, file] of all.entries()) {
    frame.announcer.sayNow(w.uploading(at + 1, all.length));
    const answer = await hand(to.account, to.id, file, locale());
    if (answer.ok) arrived.push(file);
    else failed.push(sentences(w.fileNotSent(file.name), ...answer.problem.errors.map(({ detail }) => detail)));
  }
  documents.sent(arrived, failed);
  frame.announcer.sayNow(failed.length === 0 ? w.sentAll : failed.join(' '));
  return failed.length === 0;
}

/** The form. What arrived of it is told even where something of it did not. */
function ask(frame: Frame, account: string, about: string | null, again: () => Promise<void>): HTMLElement {
  const w = words();
  const statement = new Statement(frame, about);
  const documents = new Documents(`${account} ${about ?? ''}`, 0, (text) => frame.announcer.sayNow(text));
  const button = h('button', { type: 'submit', class: 'primary' }, w.submit);
  const wrong = h('div', {});
  const form = h('form', { class: 'card stack', novalidate: true, method: 'post', 'data-testid': 'appeal-form' }, h('h2', {}, w.appeal), wrong, statement.root, documents.root, h('p', {}, button));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (button.getAttribute('aria-disabled') === 'true') return;
    if (!statement.check()) return;
    button.setAttribute('aria-disabled', 'true');
    button.textContent = w.submitting;
    wrong.replaceChildren();
    const answer = await statement.send(account);
    if (!answer.ok) {
      button.removeAttribute('aria-disabled');
      button.textContent = w.submit;
      const box = problemBox(frame, answer.problem);
      wrong.replaceChildren(box);
      return box.focus();
    }
    statement.clear();
    const isAll = await sendAll(frame, answer.value, documents);
    if (isAll) {
      frame.announcer.sayNow(w.received);
      if (about === answer.value.decision) return again();
      location.hash = `#/appeal/${answer.value.decision}`;
      return;
    }
    // It is received; what did not arrive can be sent again from here, and from how it stands.
    form.replaceChildren(
      h('h2', { tabindex: -1 }, w.received),
      documents.root,
      h(
        'p',
        {},
        doing(w.sendDocuments, 'primary', async () => {
          if (await sendAll(frame, answer.value, documents)) await again();
        }),
      ),
      h('p', {}, appealTo(answer.value.decision, w.seeAppeal)),
    );
    form.querySelector('h2')?.focus();
  });
  return form;
}

function earlier(frame: Frame, all: readonly Appeal[]): HTMLElement {
  const w = words();
  const items = all.map((one) =>
    h(
      'li',
      { 'data-state': one.state },
      h('span', {}, h('strong', {}, w.appealStates[one.state]), ' ', h('span', { class: 'small digits' }, shanghaiMinute(one.created_at))),
      h('span', { class: 'inline' }, appealTo(one.decision, w.seeAppeal), decisionLink(frame, one.decision, w.seeDecision)),
    ),
  );
  return card(w.earlier, h('ul', { class: 'documents' }, ...items));
}
