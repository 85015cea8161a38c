// A decision by its number, from both sides.

import { h } from '../../lib/dom';
import { decisionId } from '../../help/route';
import { type Desk, Field, form, put, type Sheet } from '../parts';
import { bothSides } from '../trace';
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
    desk.keep(id);
    put(shown, [await bothSides(desk, id)], isAsked);
  };
  if (about !== null) await look(false);
  return { title: w.places_.decision, content: [form(w.lookUp, w.show, [number.root], () => look(true)), shown] };
}
