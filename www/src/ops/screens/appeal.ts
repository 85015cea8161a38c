// One second look: what the person says, hands in and sees, beside what is to be done about it.

import { parseHundredths } from '../../lib/amount';
import { h } from '../../lib/dom';
import { shanghaiMinute } from '../../lib/today';
import { sizeOf } from '../../help/person/documents';
import { locale } from '../../locale';
import type { Appeal, Material } from '../../server/person';
import { answer, appeal as ask, material } from '../operate';
import { choice, type Desk, Field, form, problem, put, type Sheet } from '../parts';
import { bothSides } from '../trace';
import { words } from '../words';

export async function appeal(desk: Desk, id: string | null): Promise<Sheet> {
  const w = words();
  if (id === null) return { title: w.places_.appeal, content: [h('p', {}, w.choose)] };
  const found = await ask(id, locale());
  if (!found.ok) return { title: w.places_.appeal, content: [problem(desk, found.problem)] };
  const asked = h('div', { class: 'stack' }, ...theirs(desk, found.value));
  return {
    title: w.appealOf(found.value.account),
    content: [h('div', { class: 'halves' }, asked, ours(desk, found.value)), await bothSides(desk, found.value.decision)],
  };
}

function theirs(desk: Desk, one: Appeal): HTMLElement[] {
  const w = words();
  const account = h('button', { type: 'button', class: 'secondary' }, w.places_.lines);
  account.addEventListener('click', () => desk.go('lines', one.account));
  return [
    h(
      'section',
      { class: 'card stack' },
      h('h2', {}, w.statement),
      h('p', { class: 'small digits' }, `${w.states[one.state] ?? one.state} · ${shanghaiMinute(one.created_at)}`),
      h('blockquote', { class: 'own', 'data-testid': 'statement' }, one.statement),
      h('p', {}, account),
    ),
    h('section', { class: 'card stack' }, h('h2', {}, w.documents), ...(one.materials.length === 0 ? [h('p', {}, w.none)] : one.materials.map((each, at) => document_(desk, one.id, each, at)))),
  ];
}

/** A document: pictures are drawn here when asked, everything can be downloaded. Nothing is opened by itself. */
function document_(desk: Desk, appealId: string, one: Material, at: number): HTMLElement {
  const w = words();
  const name = w.material(at + 1, w.kinds[one.media_type] ?? one.media_type, sizeOf(one.bytes));
  const place = h('div', {});
  const said = (text: string): void => {
    place.replaceChildren(h('p', { class: 'fault' }, text));
    desk.announcer.sayNow(text);
  };
  const get = async (use: (bytes: Blob) => Promise<void>): Promise<void> => {
    const bytes = await material(appealId, one.id);
    if (bytes === null) said(w.downloadFailed);
    else await use(bytes);
  };
  const draw = async (bytes: Blob): Promise<void> => {
    try {
      const picture = await createImageBitmap(bytes);
      const canvas = h('canvas', { class: 'shown', width: picture.width, height: picture.height, role: 'img', 'aria-label': name });
      canvas.getContext('2d')?.drawImage(picture, 0, 0);
      picture.close();
      place.replaceChildren(canvas);
    } catch {
      said(w.notAPicture);
    }
  };
  const save = async (bytes: Blob): Promise<void> => {
    const address = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
    h('a', { href: address, download: `${one.id}.${one.media_type.split('/')[1] ?? 'bin'}` }).click();
    // The download has begun by then.
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  };
  const button = (label: string, use: (bytes: Blob) => Promise<void>): HTMLElement => {
    const made = h('button', { type: 'button', class: 'secondary', 'aria-label': `${label}${w.colon}${name}` }, label);
    made.addEventListener('click', () => void get(use));
    return made;
  };
  const isPicture = one.media_type.startsWith('image/');
  return h(
    'div',
    { class: 'stack', 'data-testid': 'material' },
    h('p', {}, name),
    h('div', { class: 'actions' }, isPicture ? button(w.look, draw) : null, button(w.download, save)),
    place,
  );
}

function ours(desk: Desk, one: Appeal): HTMLElement {
  const w = words();
  const said = h('div', {});
  if (one.state !== 'open' && one.state !== 'waiting') return h('p', { class: 'card' }, w.states[one.state] ?? one.state);
  const acts = Object.entries(w.appealActs).filter(([act]) => act !== 'ask' || one.state === 'open');
  const act = choice('act', w.act, acts);
  const limit = new Field('limit', w.newLimit, w.newLimitHelp);
  const because = new Field('because', w.because, w.becauseHelp, 'lines');
  const shownWith = (): void => {
    limit.root.hidden = act.value() !== 'grant';
  };
  act.select.addEventListener('change', shownWith);
  shownWith();
  const send = async (): Promise<void> => {
    const wanted = act.value();
    const fen = wanted === 'grant' && limit.value !== '' ? parseHundredths(limit.value) : undefined;
    limit.say(fen === null ? w.limitWrong : null);
    if (!because.isThere(w.becauseMissing)) return;
    if (wanted === undefined || fen === null) return limit.input.focus();
    const done = await answer(one.id, { act: wanted, because: because.value, locale: locale(), ...(fen === undefined ? {} : { limit: fen }) });
    if (!done.ok) return put(said, [problem(desk, done.problem)]);
    desk.announcer.sayNow(w.done);
    desk.go('appeal', one.id);
  };
  return form(w.answer, w.send, [said, act.root, limit.root, because.root], send);
}
