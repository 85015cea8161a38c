// One decision by its number: the same words as when it was taken, to print, to share, to take to a counter.

import { h } from '../../lib/dom';
import { locale } from '../../locale';
import { Verdict } from '../../precheck/verdict';
import { type Decided, decision as ask, isDecided } from '../../server/api';
import { DecisionField } from '../decision-field';
import { card, type Frame, link, type Screen } from '../frame';
import { setOpened } from '../opened';
import { isNotLoggedIn, refused } from '../refused';
import { keepDecision, keptDecision } from '../route';
import { words } from '../words';

/** What was typed lives as long as the page. */
let typed = '';

/** The screen; a link may bring a number along. */
export function decision(frame: Frame, linked: string | null): Screen {
  const { announcer, errors } = frame;
  const w = words();
  const shown = h('div', { class: 'stack', 'data-testid': 'decision' });
  const field = new DecisionField('decision-id', w.decisionId, w.decisionIdHelp, errors);
  field.input.value = typed;
  field.input.addEventListener('input', () => {
    typed = field.input.value;
  });
  const form = h('form', { class: 'card stack no-print', novalidate: true }, field.root, h('p', {}, h('button', { type: 'submit', class: 'primary' }, w.show)));
  const look = async (id: string, isAsked: boolean): Promise<void> => {
    shown.replaceChildren(h('p', { class: 'small' }, w.loading));
    const answer = await ask(id, locale());
    if (!shown.isConnected) return;
    setOpened(isDecided(answer) ? answer : null);
    // A session that comes later shows it.
    keepDecision(isDecided(answer) || isNotLoggedIn(answer) ? id : null);
    if (isDecided(answer)) {
      shown.replaceChildren(...written(answer, (text) => announcer.sayNow(text)));
      announcer.sayNow(answer.document.notice.headline);
      if (isAsked) shown.querySelector<HTMLElement>('#precheck-headline')?.focus();
    } else {
      const box = refused(answer, frame);
      shown.replaceChildren(box);
      if (isAsked) box.focus();
    }
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const id = field.value();
    field.say(id === null ? w.decisionIdWrong : null);
    if (id === null) field.input.focus();
    else void look(id, true);
  });
  const known = linked ?? keptDecision();
  if (known !== null) {
    typed = known;
    field.input.value = known;
    queueMicrotask(() => void look(known, false));
  } else setOpened(null);
  return { title: w.decision, content: [h('p', { class: 'lead no-print' }, w.decisionLead), form, shown] };
}

function written(decided: Decided, announce: (text: string) => void): HTMLElement[] {
  const w = words();
  const verdict = new Verdict();
  verdict.show(decided.document, { scale: null, lead: () => null, announce, appeal: () => '#/appeal' }, decided);
  const next = card(w.nextSteps, h('p', {}, link({ name: 'limit' }, w.compare)));
  next.classList.add('no-print');
  return [verdict.root, next];
}
