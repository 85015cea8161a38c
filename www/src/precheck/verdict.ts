// A document as it is shown: the pre-check while typing, and the server's decision in the same shape.
//
// All that is said about the application is the notice's; the page adds headings and nothing else.

import type { Advice, Document, Notice, NoticeReason } from '../engine/types';
import { h } from '../lib/dom';
import { shanghaiMinute } from '../lib/today';
import { locale, texts } from '../locale';
import type { Decided } from '../server/api';
import { helpLink } from './help-link';
import { Lessons } from './lessons';
import { likelihood } from './likelihood';
import { record } from './record';
import { type Scale, scoreRange } from './score-range';
import { shape, tone } from './tone';
import { ways } from './ways';

/** The policy says "in an hour or two"; a time that is named must not be too early. */
const RETRY_PAUSE_MINUTES = 120;

/** What the verdict needs to know besides the document. */
export interface Surroundings {
  /** The widest range of scores, if it is known. */
  readonly scale: Scale | null;
  /** Leads to the control of a question; `null` when there is none. */
  readonly lead: (fact: string, field: string | null) => { label: string; go: () => void; href: string } | null;
  /** Says what somebody just asked for to people who do not see it. */
  readonly announce?: (text: string) => void;
  /** Says that what failed for a while can be tried again at its side; a time that is named would be too late. */
  readonly again?: string;
  /** Where a second look at a decision is asked for; absent where that cannot be. */
  readonly appeal?: (id: string) => string;
}

/** Shows documents in one place. */
export class Verdict {
  readonly root = h('section', { class: 'verdict', 'data-testid': 'verdict' });
  private last = '';
  /** Codes of the possible reasons that are unfolded. */
  private readonly unfolded = new Set<string>();
  private readonly lessons = new Lessons();

  /** Shows a document, with advice where there is some. Returns whether anything changed. */
  show(document: Document, around: Surroundings, decided: Decided | null = null, advice: Advice | null = null): boolean {
    // What is wrong with a field is said at the field; typing there changes nothing that is shown here.
    const shown = (key: string, value: unknown): unknown => (key === 'fields' ? undefined : value);
    const now = JSON.stringify([locale(), document, decided?.id, around.scale, advice?.notice], shown);
    if (now === this.last) return false;
    this.last = now;
    const look = tone(document.outcome);
    this.root.dataset.tone = look;
    this.root.dataset.status = document.outcome.status;
    this.root.setAttribute('lang', document.notice.locale);
    this.root.setAttribute('aria-labelledby', 'precheck-headline');
    this.replace(this.content(document, around, decided, advice).filter((part) => part !== null));
    return true;
  }

  /** Says that there is no document, in the words given. Returns whether anything changed. */
  showPlain(headline: string, details: readonly string[], action: { label: string; go: () => void } | null = null): boolean {
    const now = JSON.stringify([headline, ...details]);
    if (now === this.last) return false;
    this.last = now;
    delete this.root.dataset.tone;
    this.root.dataset.status = 'none';
    this.root.removeAttribute('lang');
    this.root.setAttribute('aria-labelledby', 'precheck-headline');
    const content: HTMLElement[] = details.map((detail) => h('p', {}, detail));
    if (action) {
      const button = h('button', { type: 'button', class: 'secondary', 'data-testid': 'try-again' }, action.label);
      button.addEventListener('click', action.go);
      content.push(button);
    }
    this.replace([h('h3', { id: 'precheck-headline', class: 'headline', tabindex: -1 }, headline), ...content]);
    return true;
  }

  /** Writes it anew. Whoever was inside is taken to the headline and not dropped at the top of the page. */
  private replace(content: HTMLElement[]): void {
    const wasInside = this.root.contains(document.activeElement);
    this.root.replaceChildren(...content);
    if (wasInside) this.focus();
  }

  /** Puts the focus on the headline. */
  focus(): void {
    this.root.querySelector<HTMLElement>('#precheck-headline')?.focus();
  }

  private content(
    document: Document,
    around: Surroundings,
    decided: Decided | null,
    advice: Advice | null,
  ): (HTMLElement | null)[] {
    const t = texts();
    const { outcome, notice } = document;
    const isDecided = outcome.status === 'decided';
    const next = isDecided ? null : this.next(document, around);
    return [
      h(
        'div',
        { class: 'verdict-head', 'data-testid': 'what-happened' },
        shape(tone(outcome)),
        h(
          'div',
          {},
          h('p', { class: 'eyebrow' }, isDecided ? t.statusDecision : t.statusPrecheck),
          h('h3', { id: 'precheck-headline', class: 'headline', tabindex: -1 }, notice.headline),
          h('p', {}, notice.detail),
          notice.limit === undefined ? null : h('p', { 'data-testid': 'limit' }, notice.limit),
        ),
      ),
      this.hints(notice),
      next,
      this.reasons(notice.reasons),
      advice ? ways(advice, null) : null,
      this.when(document, decided, around.again),
      likelihood(outcome),
      outcome.score ? scoreRange(outcome.score, around.scale, this.aboutRange(document, around)) : null,
      isDecided ? null : this.possible(notice.possible),
      isDecided ? null : this.checks(document),
      this.note(document, decided, around),
      decided ? record(decided, around.announce) : null,
    ];
  }

  /** What the fields say about each other; what one says alone is said there. */
  private hints(notice: Notice): HTMLElement | null {
    const { form = [] } = notice;
    if (form.length === 0) return null;
    const items = form.map(({ message }) => h('li', {}, message));
    return h('ul', { class: 'hints', 'data-testid': 'form-hints' }, ...items);
  }

  private next(document: Document, around: Surroundings): HTMLElement | null {
    const leads = document.outcome.ask.map(({ fact, field }) => around.lead(fact, field)).filter((lead) => lead !== null);
    if (leads.length === 0) return null;
    const items = leads.map(({ label, go, href }) => {
      const link = h('a', { href }, label);
      link.addEventListener('click', (event) => {
        event.preventDefault();
        go();
      });
      return h('li', {}, link);
    });
    return h('div', { class: 'next' }, h('h4', {}, texts().next), h('ul', { class: 'inline' }, ...items));
  }

  private reasons(reasons: readonly NoticeReason[]): HTMLElement | null {
    if (reasons.length === 0) return null;
    const items = reasons.map((reason) =>
      h(
        'li',
        { 'data-code': reason.code },
        h('p', { class: 'reason-title' }, reason.title),
        h('p', {}, reason.text),
        reason.until === undefined ? null : h('p', {}, reason.until),
        this.help(reason),
        this.lessons.of(reason),
        this.more(reason),
      ),
    );
    return h('div', { 'data-testid': 'why' }, h('h4', {}, texts().reasons), h('ol', { class: 'reasons' }, ...items));
  }

  /** The code, which leads to the page of the reason: beside a form, in another tab, so that nothing typed is lost. */
  private more({ code }: NoticeReason): HTMLElement {
    return h('p', { class: 'small code-line' }, `${texts().reasonCode}${texts().colon}`, helpLink({ name: 'reason', code }, code));
  }

  private help(reason: NoticeReason): HTMLElement | null {
    if (reason.help === '') return null;
    return h(
      'p',
      { class: 'what-now', 'data-testid': 'what-now' },
      h('strong', {}, `${texts().help}${texts().colon}`),
      reason.help,
    );
  }

  /** When to try again, as the reason says that lasts longest; nothing where nobody has to try again. */
  private when(document: Document, decided: Decided | null, again?: string): HTMLElement | null {
    const t = texts();
    const { reasons } = document.outcome;
    const lasts = new Set(reasons.map((reason) => reason.lasts));
    const isFailure = ['would-fail', 'retry-later', 'decline'].includes(tone(document.outcome));
    if (lasts.size === 0 || !isFailure) return null;
    let said = again ?? (decided ? t.whenShort(shanghaiMinute(decided.decided_at, RETRY_PAUSE_MINUTES)) : t.whenShortPrecheck);
    const days = reasons.flatMap(({ lasts: one, until }) => (one === 'passes' ? [until ?? null] : []));
    // The last of them, where every one is known.
    if (lasts.has('passes')) said = days.includes(null) ? t.whenPasses : t.whenFrom(days.filter((day) => day !== null).sort().at(-1) ?? '');
    if (lasts.has('until-changed')) said = t.whenUntilChanged;
    if (lasts.has('permanent')) said = t.whenPermanent;
    return h('div', { 'data-testid': 'when' }, h('h4', {}, t.when), h('p', {}, said));
  }

  private aboutRange(document: Document, around: Surroundings): string {
    const t = texts();
    if (document.outcome.status === 'decided') {
      const { decisions, score } = document.outcome;
      // A range above the line beside a refusal would be a riddle.
      const isEnough = decisions[0] !== 'approve' && score !== null && score.approve_from !== null && score.min >= score.approve_from;
      return isEnough ? [t.scoreDecided, t.scoreEnough].join(t.sentence) : t.scoreDecided;
    }
    const asked = document.outcome.unknown.map((fact) => around.lead(fact, null)?.label);
    const labels = asked.filter((label) => label !== undefined);
    return t.scoreDepends([...new Set(labels), t.scoreDependsServer].join(t.separator));
  }

  private possible(reasons: readonly NoticeReason[]): HTMLElement | null {
    if (reasons.length === 0) return null;
    const items = reasons.map((reason) => {
      const fold = h(
        'details',
        { open: this.unfolded.has(reason.code), 'data-code': reason.code },
        h('summary', {}, reason.title),
        h('p', {}, reason.text),
        this.help(reason),
        this.lessons.of(reason),
      );
      fold.addEventListener('toggle', () => {
        if (fold.open) this.unfolded.add(reason.code);
        else this.unfolded.delete(reason.code);
      });
      return h('li', {}, fold);
    });
    return h(
      'div',
      {},
      h('h4', {}, texts().possible),
      h('p', { class: 'small' }, texts().possibleNote),
      h('ul', { class: 'folds' }, ...items),
    );
  }

  private checks(document: Document): HTMLElement | null {
    const { checks } = document.notice;
    if (checks.length === 0) return null;
    const items = checks.map((check) => h('li', { 'data-code': check.code }, check.title));
    return h('div', {}, h('h4', {}, texts().checks), h('ul', { class: 'checks' }, ...items));
  }

  private note(document: Document, decided: Decided | null, around: Surroundings): HTMLElement {
    const note = h('p', {}, document.notice.note);
    if (document.outcome.status !== 'decided') return h('div', { class: 'note', 'data-testid': 'note' }, note);
    const isApproved = document.outcome.decisions[0] === 'approve';
    const again = decided && !isApproved ? around.appeal?.(decided.id) : undefined;
    const more = h(
      'p',
      { class: 'code-line inline no-print' },
      again === undefined ? null : h('a', again.startsWith('#') ? { href: again } : { href: again, target: '_blank' }, texts().secondLook),
      helpLink({ name: 'contact' }, texts().talk),
    );
    return h('div', { class: 'note', 'data-testid': 'how-to-appeal' }, h('h4', {}, texts().appeal), note, more);
  }
}
