// The second looks that wait.

import { h } from '../../lib/dom';
import { shanghaiMinute } from '../../lib/today';
import { locale } from '../../locale';
import { appeals as ask } from '../operate';
import { type Desk, moment, problem, put, type Sheet, table } from '../parts';
import { words } from '../words';

export async function appeals(desk: Desk): Promise<Sheet> {
  const w = words();
  const place = h('div', {});
  const look = async (isAsked: boolean): Promise<void> => {
    const found = await ask(locale());
    if (!found.ok) return put(place, [problem(desk, found.problem)], isAsked);
    const rows = found.value.map((one) => {
      const open = h('button', { type: 'button', class: 'secondary', 'aria-label': `${w.open} ${one.account} ${shanghaiMinute(one.created_at)}` }, w.open);
      open.addEventListener('click', () => desk.go('appeal', one.id));
      return [moment(one.created_at), one.account, w.states[one.state] ?? one.state, String(one.materials.length), open];
    });
    put(place, [table(w.queue, [w.asked, w.account, w.state, w.documents, w.open], rows, 'queue')], isAsked);
  };
  await look(false);
  const again = h('button', { type: 'button', class: 'secondary' }, w.reload);
  again.addEventListener('click', () => void look(true));
  return { title: w.places_.appeals, content: [h('p', {}, again), place] };
}
