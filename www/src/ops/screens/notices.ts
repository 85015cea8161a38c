// What waits to be sent to people, channel by channel, and what was given up, to be sent anew.

import { h } from '../../lib/dom';
import { locale } from '../../locale';
import { type Delivery, notices as look, type Notices, sendAnew, sendChannelAnew } from '../operate';
import { type Desk, problem, put, type Sheet, table } from '../parts';
import { words } from '../words';

export async function notices(desk: Desk): Promise<Sheet> {
  const w = words();
  const said = h('div', {});
  const lists = h('div', { class: 'stack' });
  const show = async (isAsked: boolean): Promise<void> => {
    const found = await look(locale());
    put(lists, found.ok ? written(found.value, anew) : [problem(desk, found.problem)], isAsked);
    if (isAsked && found.ok) desk.announcer.sayNow(w.looked);
  };
  // What was sent anew may be on its way before anybody looks again.
  const anew: Anew = async (send, text) => {
    const answer = await send;
    put(said, [answer.ok ? h('p', { class: 'note', tabindex: -1 }, text) : problem(desk, answer.problem)]);
    await show(false);
  };
  await show(false);
  const reload = h('button', { type: 'button', class: 'secondary' }, w.reload);
  reload.addEventListener('click', () => {
    said.replaceChildren();
    void show(true);
  });
  return { title: w.places_.notices, content: [h('p', {}, reload), said, lists] };
}

type Anew = (send: ReturnType<typeof sendAnew>, text: string) => Promise<void>;

function written({ channels, waiting, given_up: givenUp }: Notices, anew: Anew): HTMLElement[] {
  const w = words();
  if (channels.length === 0) return [h('p', {}, w.channelsNone)];
  const button = (label: string, about: string, go: () => void): HTMLElement => {
    const made = h('button', { type: 'button', class: 'secondary', 'aria-label': `${label}${w.colon}${about}` }, label);
    made.addEventListener('click', go);
    return made;
  };
  const channelRows = channels.map((one) => [
    h('code', {}, one.channel),
    one.breaker === null ? w.channelGone : (w.breakers[one.breaker] ?? one.breaker),
    String(one.queued + one.sending),
    String(one.failed),
    String(one.given_up),
    one.oldest_s === null ? '–' : w.waited(one.oldest_s),
    one.given_up === 0 || one.breaker === null ? '' : button(w.anewAll, one.channel, () => void anew(sendChannelAnew(one.channel, locale()), w.anewDone)),
  ]);
  const heads = [w.account, w.topic, w.channel, w.state, w.tries, w.ending];
  const cells = (one: Delivery): (Node | string)[] => [
    h('code', {}, one.account),
    h('code', {}, one.topic),
    h('code', {}, one.channel),
    w.deliveries[one.state] ?? one.state,
    String(one.attempts),
    one.ending === null ? '–' : h('code', {}, one.ending),
  ];
  const givenUpRows = givenUp.map((one) => [
    ...cells(one),
    button(w.anew, `${one.account} ${one.topic} ${one.channel}`, () => void anew(sendAnew(one.id, locale()), w.anewDone)),
  ]);
  return [
    table(w.channels, [w.channel, w.state, w.deliveries['queued'] ?? '', w.deliveries['failed'] ?? '', w.deliveries['given-up'] ?? '', w.oldest, w.act], channelRows, 'channels'),
    table(w.givenUp, [...heads, w.act], givenUpRows, 'given-up'),
    table(w.waiting, heads, waiting.map(cells), 'waiting'),
  ];
}
