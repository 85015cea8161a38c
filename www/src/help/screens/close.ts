// Closing the line: what is owed, what happens then, a week to think it over.

import type { FactValue } from '../../engine/types';
import { formatFen } from '../../lib/amount';
import { h } from '../../lib/dom';
import { locale } from '../../locale';
import { Verdict } from '../../precheck/verdict';
import type { Decided } from '../../server/api';
import { act, close as ask, closingCode, line, type Line } from '../../server/person';
import { card, type Frame, link, type Screen } from '../frame';
import { setOpened } from '../opened';
import { asPerson, type Who } from '../person/account';
import { asked, doing, problemBox } from '../person/parts';
import { Proof, Typed } from '../person/proof';
import { words } from '../person/words';
import { words as frameWords } from '../words';

export function close(frame: Frame): Screen {
  const w = words();
  return { title: w.close, content: [h('p', { class: 'lead' }, w.closeLead), asPerson(frame, (who) => written(frame, who))] };
}

async function written(frame: Frame, who: Who): Promise<Node[]> {
  const place = h('div', { class: 'stack' });
  const result = h('div', { class: 'stack', 'data-testid': 'closure' });
  // Whoever mistypes the code types the code again, and nothing else.
  const typed = new Typed();
  const show = async (): Promise<void> => {
    const now = await line(who.id, locale());
    place.replaceChildren(...(now.ok ? stands(frame, who, now.value, typed, result, show) : [problemBox(frame, now.problem, () => void show())]));
  };
  await show();
  return [place, result];
}

function stands(frame: Frame, who: Who, now: Line, typed: Typed, result: HTMLElement, again: () => Promise<void>): (Node | string)[] {
  const w = words();
  switch (now.state) {
    case 'none':
    case 'closed':
      return [card(w.closeNothing, h('p', {}, w.stateNotes[now.state]), h('p', {}, link({ name: 'line' }, frameWords().line)))];
    case 'closing': {
      const stay = async (): Promise<void> => {
        const answer = await act(who.id, 'stay', locale());
        if (answer.ok) {
          result.replaceChildren(h('p', { class: 'note', tabindex: -1 }, w.stayed));
          frame.announcer.sayNow(w.stayed);
          await again();
        } else result.replaceChildren(problemBox(frame, answer.problem));
        result.querySelector<HTMLElement>('[tabindex]')?.focus();
      };
      return [card(w.states.closing, h('p', { 'data-testid': 'closes' }, w.closeClosing(now.closes ?? '')), h('p', {}, doing(w.stay, 'primary', stay)))];
    }
    default:
      return [
        owed(who.facts),
        card(w.whatHappens, h('ul', { class: 'steps bullets' }, ...w.whatHappensList.map((one) => h('li', {}, one)))),
        // A line that was never used is closed without a week to think it over.
        now.state === 'offered' ? h('p', { class: 'note' }, w.closeUnused) : card(w.coolingOff, h('p', {}, w.coolingOffText)),
        wish(frame, who, now.state === 'offered' ? w.closeAskUnused : w.closeAsk, typed, result, again),
      ];
  }
}

/** What is owed: as the shop knows it in the demo; elsewhere the server looks when it is asked. */
function owed(facts: Readonly<Record<string, FactValue>> | null): HTMLElement {
  const w = words();
  const balance = facts?.['line_balance'];
  const text = typeof balance !== 'number' ? w.owedUnknown : balance > 0 ? w.owedSome(formatFen(balance)) : w.owedNothing;
  const box = card(w.owed, h('p', { 'data-testid': 'owed' }, text), h('p', {}, link({ name: 'repay' }, w.repayLink)));
  return box;
}

/** The one thing to do here, which is asked about once more. */
function wish(frame: Frame, who: Who, question: string, typed: Typed, result: HTMLElement, again: () => Promise<void>): HTMLElement {
  const w = words();
  const proof = new Proof(frame, typed, { id: 'close', phoneHelp: w.phoneHelp, codeHelp: w.codeHelp, send: (phone) => closingCode(who.id, phone, locale()) });
  const go = async (): Promise<void> => {
    frame.announcer.sayNow(w.closing);
    const answer = await ask(who.id, proof.fields(), typed.key, locale());
    if (!answer.ok && proof.refused(answer.problem)) return turn(false);
    if (!answer.ok) {
      // What was typed stays: sent again, it is the same request.
      const box = problemBox(frame, answer.problem);
      result.replaceChildren(box);
      turn(false);
      return box.focus();
    }
    typed.decided();
    result.replaceChildren(...told(answer.value, (text) => frame.announcer.sayNow(text)));
    frame.announcer.sayNow(answer.value.document.notice.headline);
    await again();
    result.querySelector<HTMLElement>('#precheck-headline')?.focus();
  };
  const { root, turn } = asked(w.closeNow, question, () => void go(), () => proof.check());
  return h('div', { class: 'card stack', 'data-testid': 'close-now' }, h('h2', {}, w.closeNow), proof.root, root);
}

function told(decided: Decided, announce: (text: string) => void): Node[] {
  setOpened(decided);
  const verdict = new Verdict();
  verdict.show(decided.document, { scale: null, lead: () => null, announce, again: words().againHere, appeal: () => '#/appeal' }, decided);
  return [verdict.root];
}
