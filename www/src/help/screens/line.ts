// My line: how it stands, what can be done, what the person was told.

import { formatFen } from '../../lib/amount';
import { h } from '../../lib/dom';
import { locale } from '../../locale';
import { act, activationLink, line as ask, type Line, type LineState, notices, type OwnAct, type Told } from '../../server/person';
import { card, type Frame, link, type Screen } from '../frame';
import { mark, type Standing } from '../mark';
import { asPerson, type Who } from '../person/account';
import { PHONE_INPUT, TextField } from '../person/field';
import { messageButton, Pause } from '../person/message';
import { inbox } from '../person/notices';
import { decisionLink, doing, pairs, problemBox } from '../person/parts';
import { words } from '../person/words';
import { words as frameWords } from '../words';

const STANDINGS: Record<LineState, Standing> = {
  none: 'untold',
  offered: 'good',
  active: 'good',
  restricted: 'doubtful',
  frozen: 'bad',
  closing: 'doubtful',
  closed: 'untold',
};

/** Where there is something to close. */
const CLOSABLE: readonly LineState[] = ['offered', 'active', 'restricted', 'frozen'];

/** Pauses of the accounts that were looked at; they live as long as the page, and the server's own count. */
const pauses = new Map<string, Pause>();

export function line(frame: Frame): Screen {
  const w = words();
  return { title: frameWords().line, content: [h('p', { class: 'lead' }, w.lineLead), asPerson(frame, (who) => written(frame, who))] };
}

async function written(frame: Frame, { id }: Who): Promise<Node[]> {
  const [standing, told] = await Promise.all([ask(id, locale()), notices(id, locale())]);
  if (!standing.ok) return [problemBox(frame, standing.problem)];
  const place = h('div', { class: 'stack' });
  const letters = h('div', { class: 'stack' });
  const write = (now: Line): void => {
    place.replaceChildren(...stands(now, frame, (wanted, said) => done(now, wanted, said)));
  };
  const list = (all: readonly Told[]): void => letters.replaceChildren(h('h2', {}, words().inbox), inbox(frame, id, all));
  const done = async (before: Line, wanted: OwnAct, said: (after: Line) => string): Promise<void> => {
    const answer = await act(before.account, wanted, locale());
    if (!place.isConnected) return;
    if (!answer.ok) {
      const box = problemBox(frame, answer.problem);
      place.prepend(box);
      return box.focus();
    }
    write(answer.value);
    frame.announcer.sayNow(said(answer.value));
    place.querySelector<HTMLElement>('h2')?.focus();
    const again = await notices(id, locale());
    if (again.ok && letters.isConnected) list(again.value);
  };
  write(standing.value);
  if (told.ok) list(told.value);
  else letters.replaceChildren(problemBox(frame, told.problem));
  return [place, letters];
}

function stands(now: Line, frame: Frame, go: (wanted: OwnAct, said: (after: Line) => string) => Promise<void>): (HTMLElement | string)[] {
  const w = words();
  const { state, limit, proposed, decision } = now;
  const standing = STANDINGS[state];
  const heading = h('h2', { tabindex: -1, 'data-testid': 'line-state', 'data-state': state }, w.states[state]);
  const to = formatFen(proposed ?? 0);
  const box = h(
    'section',
    { class: 'finding', 'data-standing': standing, 'aria-label': w.standing },
    mark(standing),
    h(
      'div',
      { class: 'stack' },
      heading,
      h('p', {}, w.stateNotes[state]),
      pairs(
        [w.limit, limit > 0 ? formatFen(limit) : null],
        [w.proposed, proposed === null ? null : to],
        [w.until, now.until],
        [w.closes, now.closes],
        [w.opened, now.opened],
        [w.review, now.review],
        [w.fromDecision, decision === null ? null : decisionLink(frame, decision, w.seeDecision)],
      ),
      now.acts.includes('stay') ? h('p', {}, doing(w.stay, 'primary', () => go('stay', () => w.stayed))) : null,
    ),
  );
  // The two answers look alike: neither is the one that we would like.
  const offer =
    now.acts.includes('raise') && proposed !== null
      ? card(
          w.proposalTitle,
          h('p', {}, w.proposalText(formatFen(limit), to)),
          h(
            'div',
            { class: 'actions' },
            doing(w.accept(to), 'secondary', () => go('raise', (after) => w.accepted(formatFen(after.limit)))),
            doing(w.turnDown, 'secondary', () => go('decline', () => w.turnedDown)),
          ),
        )
      : null;
  offer?.setAttribute('data-testid', 'proposal');
  const ways = h(
    'p',
    { class: 'inline' },
    link({ name: 'repay' }, w.repayLink),
    CLOSABLE.includes(state) ? link({ name: 'close' }, w.closeLink) : null,
  );
  return [box, state === 'offered' ? byLink(now, frame) : null, offer, ways].filter((part) => part !== null);
}

/** A new link for a line that waits: the one that was sent may be lost, over, or open elsewhere. */
function byLink({ account }: Line, frame: Frame): HTMLElement {
  const w = words();
  const pause = pauses.get(account) ?? new Pause();
  pauses.set(account, pause);
  const phone = new TextField('link-phone', w.phone, w.linkPhone, PHONE_INPUT, () => frame.errors(Number(phone.isWrong)));
  const say = (text: string | null): boolean => {
    phone.say(text);
    if (text !== null) phone.input.focus();
    return text !== null;
  };
  const sender = messageButton(frame, pause, {
    first: w.linkSend,
    again: w.linkAgain,
    done: () => w.linkSent,
    ask: async () => (say(phone.value === '' ? w.phoneMissing : null) ? null : activationLink(account, phone.value, locale())),
    refused: ({ errors }) => {
      const found = errors.find(({ pointer }) => pointer === '/phone');
      return found !== undefined && say(`${w.phone}${w.colon}${found.detail}`);
    },
    sent: () => undefined,
  });
  const box = card(w.linkTitle, h('p', {}, w.linkText), phone.root, sender);
  box.classList.add('stack');
  box.setAttribute('data-testid', 'by-link');
  return box;
}
