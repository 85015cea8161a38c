// The way from a link to a line in use: how the link stands, opening it here, the code, the decision.
//
// | the link is | what is here |
// |---|---|
// | `valid`, not open yet | one button: opening binds the link to this device, so a person does it and no program that follows links |
// | `valid`, open here | phone, code, activate |
// | `behind` | a look again by itself, never an old state |
// | anything else | what it means, and the way on |

import { card, type Frame } from '../help/frame';
import { appealLink, decisionLink } from '../help/links';
import { mark, type Standing } from '../help/mark';
import { doing, problemBox } from '../help/person/parts';
import { Proof, Typed } from '../help/person/proof';
import { words as personWords } from '../help/person/words';
import { sentences } from '../help/sentences';
import { h } from '../lib/dom';
import { shanghaiMinute } from '../lib/today';
import { type Locale, locale } from '../locale';
import { Verdict } from '../precheck/verdict';
import { activate, type Bearer, code, type Form, type Link, type LinkState, look, open } from '../server/activation';
import type { Decided, Problem } from '../server/api';
import type { Answer } from '../server/call';
import { measured } from './measured';
import { keep } from './visit';
import { words } from './words';

/** How often it looks again by itself where the state is late; after that somebody has to ask. */
const MOST_LOOKS = 12;
const USUAL_WAIT_SECONDS = 5;

const STANDINGS: Record<Exclude<LinkState, 'behind'>, Standing> = {
  valid: 'good',
  used: 'doubtful',
  'other-device': 'doubtful',
  expired: 'doubtful',
  replaced: 'doubtful',
  withdrawn: 'untold',
};

/** What was sent, as it has to be sent again under the same key. */
interface Sending extends Pick<Form, 'facts'> {
  readonly key: string;
  readonly locale: Locale;
}

export class Activation {
  readonly root: HTMLElement;
  private readonly lead = h('p', { class: 'lead' });
  private readonly result = h('div', { class: 'stack', 'data-testid': 'result' });
  private readonly place = h('div', { class: 'stack', 'data-testid': 'link' });
  private readonly typed = new Typed();
  private sending: Sending | null = null;
  private timer: ReturnType<typeof setInterval> | undefined;
  /** Counts looks: an answer that comes late for one is not shown. */
  private looks = 0;
  private behind = 0;

  constructor(
    private readonly frame: Frame,
    private bearer: Bearer | null,
  ) {
    this.root = h('div', { class: 'stack' }, this.lead, this.result, this.place);
  }

  /** Goes on with another link, which was opened in the same tab. */
  take(bearer: Bearer | null): void {
    this.bearer = bearer;
    this.result.replaceChildren();
    this.typed.decided();
    void this.show(true);
  }

  /** Looks at the link and says how it stands. */
  async show(isMoved: boolean): Promise<void> {
    const { bearer } = this;
    const w = words();
    this.looks += 1;
    const mine = this.looks;
    clearInterval(this.timer);
    this.lead.textContent = w.lead;
    if (bearer === null) return this.put([this.finding('untold', w.none.title, [w.none.text], this.ways())], isMoved);
    if (!this.place.hasChildNodes()) this.place.append(h('p', { class: 'small' }, w.look));
    const answer = await look(bearer, locale());
    if (mine === this.looks) this.tell(bearer, answer, isMoved);
  }

  private tell(bearer: Bearer, answer: Answer<Link>, isMoved: boolean): void {
    keep(bearer);
    if (answer.ok) return this.put(this.stands(bearer, answer.value, answer.wait), isMoved, answer.value.state === 'valid');
    const { problem, wait } = answer;
    if (isBehind(problem)) return this.put([this.late(wait)], isMoved);
    const box =
      problem.code === 'link-unknown'
        ? this.finding('bad', problem.title, [problem.detail], this.ways())
        : problemBox(this.frame, problem, () => void this.show(true));
    this.put([box], isMoved);
  }

  /** Writes how it stands. Whoever was inside is taken to the heading. */
  private put(content: HTMLElement[], isMoved: boolean, isGoingOn = false): void {
    const wasInside = this.place.contains(document.activeElement);
    this.frame.errors(0);
    this.lead.hidden = !isGoingOn;
    this.place.replaceChildren(...content);
    if (isMoved || wasInside) this.place.querySelector<HTMLElement>('[tabindex="-1"]')?.focus();
  }

  private stands(bearer: Bearer, link: Link, wait: number | null): HTMLElement[] {
    const w = words();
    if (link.state === 'behind') return [this.late(wait)];
    this.behind = 0;
    if (link.state === 'valid' && link.opened) return [this.form(bearer, link)];
    const isDone = link.state === 'used' && link.opened;
    const { title, text } = w.states[isDone ? 'done' : link.state];
    const texts = link.state === 'valid' ? [text, w.expires(shanghaiMinute(link.expires_at))] : [text];
    const box = this.finding(isDone ? 'good' : STANDINGS[link.state], title, texts, this.actions(bearer, link));
    box.dataset.state = isDone ? 'done' : link.state;
    return [box];
  }

  private actions(bearer: Bearer, { state, opened, decision }: Link): HTMLElement {
    const w = words();
    if (state === 'valid') {
      const go = doing(w.goOn, 'primary', async () => {
        this.frame.announcer.sayNow(w.opening);
        this.looks += 1;
        this.tell(bearer, await open(bearer, locale()), true);
      });
      return h('div', { class: 'actions' }, go);
    }
    if (!opened || state !== 'used') return this.ways();
    // Below the decision itself, a link to it says nothing new.
    const see = decision === undefined || this.result.hasChildNodes() ? null : h('a', { href: decisionLink(decision, locale()) }, w.seeDecision);
    return this.ways(null, h('a', { href: `/checkout/?lang=${locale()}` }, w.toCheckout), see);
  }

  /** The way to one's own line, where a new link is to be had, and others; `first` is what to do before that. */
  private ways(first: HTMLElement | null = null, ...more: (HTMLElement | null)[]): HTMLElement {
    const line = h('a', { class: first ? '' : 'secondary as-button', href: `/help/?lang=${locale()}#/line` }, words().toLine);
    const contact = h('a', { href: `/help/?lang=${locale()}#/contact` }, words().contact);
    return h('p', { class: 'ways-on' }, first, line, ...more, contact);
  }

  private finding(standing: Standing, title: string, paragraphs: readonly string[], actions: HTMLElement): HTMLElement {
    const heading = h('h2', { tabindex: -1 }, title);
    return h('section', { class: 'finding', 'data-standing': standing }, mark(standing), h('div', { class: 'stack' }, heading, ...paragraphs.map((one) => h('p', {}, one)), actions));
  }

  /** What stands there is older than what this page has seen. */
  private late(wait: number | null): HTMLElement {
    const w = words();
    this.behind += 1;
    const next = h('p', { class: 'small digits', 'data-testid': 'look-in' });
    const again = doing(w.lookAgain, 'secondary', () => this.show(true));
    const box = this.finding('doubtful', w.states.behind.title, [w.states.behind.text], h('div', { class: 'stack' }, next, this.ways(again)));
    box.dataset.state = 'behind';
    if (this.behind > MOST_LOOKS) return box;
    const ends = Date.now() + (wait ?? USUAL_WAIT_SECONDS) * 1000;
    const tick = (): void => {
      const left = Math.ceil((ends - Date.now()) / 1000);
      next.textContent = w.lookIn(Math.max(left, 0));
      if (left <= 0) void this.show(false);
    };
    clearInterval(this.timer);
    tick();
    this.timer = setInterval(tick, 1000);
    return box;
  }

  private form(bearer: Bearer, link: Link): HTMLElement {
    const w = words();
    const send = async (phone: string): ReturnType<typeof code> => {
      const answer = await code(bearer, phone, locale());
      if (!answer.ok && isRefused(answer.problem)) await this.show(true);
      return answer;
    };
    const proof = new Proof(this.frame, this.typed, { id: 'activate', phoneHelp: w.phoneHelp, codeHelp: w.codeHelp, send });
    const button = h('button', { type: 'submit', class: 'primary' }, w.submit);
    const form = h(
      'form',
      { class: 'stack', novalidate: true, method: 'post', 'data-testid': 'activate' },
      proof.root,
      h('p', {}, button),
      h('p', { class: 'small' }, sentences(w.expires(shanghaiMinute(link.expires_at)), w.again)),
    );
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      if (button.getAttribute('aria-disabled') === 'true' || !proof.check()) return;
      button.setAttribute('aria-disabled', 'true');
      button.textContent = w.submitting;
      this.frame.announcer.sayNow(w.submitting);
      const answer = await this.send(bearer, proof.fields());
      button.removeAttribute('aria-disabled');
      button.textContent = w.submit;
      await this.answered(bearer, answer, proof);
    });
    const box = card(w.form, form);
    box.querySelector('h2')?.setAttribute('tabindex', '-1');
    box.classList.add('stack');
    box.dataset.state = 'open';
    return box;
  }

  private async send(bearer: Bearer, fields: Form['fields']): Promise<Answer<Decided>> {
    const { key } = this.typed;
    // Under one key everything is the same: what was measured, and the language.
    if (this.sending?.key !== key) this.sending = { key, facts: await measured(), locale: locale() };
    const { facts, locale: first } = this.sending;
    return activate(bearer, { fields, facts }, key, first);
  }

  private async answered(bearer: Bearer, answer: Answer<Decided>, proof: Proof): Promise<void> {
    if (!answer.ok) {
      this.result.replaceChildren();
      if (proof.refused(answer.problem)) return;
      if (isRefused(answer.problem)) return this.show(true);
      const box = problemBox(this.frame, answer.problem);
      this.result.replaceChildren(box);
      return box.focus();
    }
    this.typed.decided();
    keep(bearer);
    const verdict = new Verdict();
    const announce = (text: string): void => this.frame.announcer.sayNow(text);
    verdict.show(answer.value.document, { scale: null, lead: () => null, announce, again: personWords().againHere, appeal: (id) => appealLink(id, null, locale()) }, answer.value);
    this.result.replaceChildren(verdict.root);
    announce(answer.value.document.notice.headline);
    await this.show(false);
    verdict.focus();
  }
}

/** Something happened to the link meanwhile: how it stands says more than that it was refused. */
function isRefused(problem: Problem): boolean {
  return problem.code === 'link-refused';
}

function isBehind(problem: Problem): boolean {
  return isRefused(problem) && problem.errors.some(({ code: name }) => name === 'behind');
}
