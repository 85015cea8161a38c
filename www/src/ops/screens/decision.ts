// A decision by its number, as its person sees it.

import { h } from '../../lib/dom';
import { locale } from '../../locale';
import { decisionId } from '../../help/route';
import { Verdict } from '../../precheck/verdict';
import { decision as ask } from '../operate';
import { type Desk, Field, form, problem, put, type Sheet } from '../parts';
import { words } from '../words';

export async function decision(desk: Desk, about: string | null): Promise<Sheet> {
  const w = words();
  const shown = h('div', { 'data-testid': 'decision' });
  const number = new Field('decision', w.decisionId);
  number.input.value = about ?? '';
  const look = async (isAsked: boolean): Promise<void> => {
    const id = decisionId(number.value);
    number.say(id === null ? w.decisionWrong : null);
    if (id === null) return number.input.focus();
    const found = await ask(id, locale());
    const verdict = new Verdict();
    if (found.ok) verdict.show(found.value.document, { scale: null, lead: () => null }, found.value);
    put(shown, [found.ok ? verdict.root : problem(desk, found.problem)], isAsked);
  };
  if (about !== null) await look(false);
  return { title: w.places_.decision, content: [form(w.seen, w.show, [number.root], () => look(true)), shown] };
}
