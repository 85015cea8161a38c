// One reason, as it is said to nobody in particular.

import { h } from '../../lib/dom';
import { locale } from '../../locale';
import { card, copyButton, type Frame, later, link, named, type Screen } from '../frame';
import { address } from '../links';
import { type HelpText, type HelpTexts, helpTexts } from '../texts';
import { words } from '../words';

/** The title comes with the texts; until then it is the code. */
export async function reason({ announcer }: Frame, code: string): Promise<Screen> {
  let all: HelpTexts;
  try {
    all = await helpTexts(locale());
  } catch {
    // The screen itself offers to try again.
    return { title: code, content: [later(() => helpTexts(locale()), (found) => written(found))] };
  }
  const about = all.reasons.find((one) => one.code === code);
  return { title: about?.title ?? words().reasonUnknown, content: written(all) };

  function written({ reasons, contacts }: HelpTexts): Node[] {
    const found = reasons.find((one) => one.code === code);
    if (!found) return unknown();
    const desk = contacts.find((one) => one.contact === found.contact)?.text ?? '';
    return page(found, desk, shareButton());
  }

  function shareButton(): HTMLElement {
    const shared = (): string => new URL(`/help/?lang=${locale()}${address({ name: 'reason', code })}`, location.href).href;
    return copyButton(words().copyLink, shared, announcer);
  }
}

function page(about: HelpText, desk: string, share: HTMLElement): Node[] {
  const w = words();
  const steps = h('ol', { class: 'steps' }, ...about.education.map((step) => h('li', {}, step)));
  return [
    h(
      'p',
      { class: 'badges' },
      h('span', { class: 'badge' }, w.kinds[about.kind]),
      h('span', { class: 'badge' }, w.lasts[about.lasts]),
    ),
    card(
      w.whatHelps,
      h('p', { 'data-testid': 'help' }, about.help),
      named(w.howLong, w.lasts[about.lasts]),
    ),
    card(
      w.requirement,
      h('p', { 'data-testid': 'requirement' }, about.requirement),
      h('h3', {}, w.notice),
      h('blockquote', {}, about.notice),
      /[〔[]/.test(about.notice) ? h('p', { class: 'small' }, w.noticeNote) : null,
    ),
    about.education.length > 0 ? card(w.steps, steps, about.example ? named(w.example, about.example) : null) : card(w.example, h('p', {}, about.example)),
    card(
      w.whoToAsk,
      h('p', {}, desk),
      h('p', { class: 'inline' }, h('span', {}, w.concernsYou), link({ name: 'answers' }, w.byAnswers), link({ name: 'decision' }, w.decision)),
      h('p', { class: 'small' }, `${w.code} `, h('code', { class: 'digits', lang: 'en' }, about.code)),
      share,
    ),
  ];
}

function unknown(): Node[] {
  const w = words();
  return [
    h(
      'div',
      { class: 'card stack', 'data-testid': 'unknown' },
      h('p', {}, w.reasonUnknownText),
      h('p', { class: 'inline' }, link({ name: 'home' }, w.home), link({ name: 'contact' }, w.contact)),
    ),
  ];
}
