// What somebody wants to say about a decision: which one, and in their own words. Typed text lives as long as the page.

import { h, setAttribute } from '../../lib/dom';
import { locale } from '../../locale';
import type { Answer } from '../../server/call';
import { type Appeal, appeal } from '../../server/person';
import { DecisionField } from '../decision-field';
import type { Frame } from '../frame';
import { words as frameWords } from '../words';
import { decisionLink } from './parts';
import { words } from './words';

/** The most characters that are taken. */
const MOST = 4000;

/** What was typed, by decision. */
const typed = new Map<string, string>();

/** The text as it is sent: one kind of white space besides the end of a line, nothing else that cannot be seen. */
function plain(text: string): string {
  return text.replace(/\t/g, ' ').replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, '').trim();
}

/** Characters as people count them, the way the server does. */
function count(text: string): number {
  return [...plain(text)].length;
}

export class Statement {
  readonly root: HTMLElement;
  private readonly input: HTMLTextAreaElement;
  private readonly counter = h('p', { class: 'small digits', id: 'statement-count' });
  private readonly fault = h('p', { class: 'fault', id: 'statement-fault', hidden: true });
  private readonly number: DecisionField | null;

  constructor(
    private readonly frame: Frame,
    private readonly about: string | null,
  ) {
    const w = words();
    this.number = about === null ? new DecisionField('appeal-decision', frameWords().decisionId, frameWords().decisionIdHelp, () => this.recount()) : null;
    this.input = h('textarea', { id: 'statement', rows: 6, autocomplete: 'off', 'aria-describedby': 'statement-help statement-count statement-fault' });
    this.input.value = typed.get(about ?? '') ?? '';
    this.input.addEventListener('input', () => {
      typed.set(about ?? '', this.input.value);
      this.write();
      if (!this.fault.hidden && this.wrong() === null) this.say(null);
    });
    this.root = h(
      'div',
      { class: 'stack' },
      about === null ? (this.number?.root ?? null) : h('p', { class: 'inline' }, h('span', {}, w.appealAbout), h('span', { class: 'digits' }, about), decisionLink(frame, about, w.seeDecision)),
      h(
        'div',
        { class: 'control' },
        h('label', { for: 'statement' }, w.statement),
        h('p', { class: 'help', id: 'statement-help' }, w.statementHelp),
        this.input,
        this.counter,
        this.fault,
      ),
    );
    this.write();
  }

  /** Says what is wrong and takes whoever wrote it there; `true` where nothing is. */
  check(): boolean {
    const isNumbered = this.number === null || this.number.value() !== null;
    if (this.number) this.number.say(isNumbered ? null : this.number.input.value.trim() === '' ? words().decisionMissing : frameWords().decisionIdWrong);
    this.say(this.wrong());
    const isFine = isNumbered && this.wrong() === null;
    if (!isFine) (isNumbered ? this.input : this.number?.input)?.focus();
    return isFine;
  }

  /** Sends it. */
  send(account: string): Promise<Answer<Appeal>> {
    return appeal(account, this.about ?? this.number?.value() ?? '', plain(this.input.value), locale());
  }

  /** Forgets what was typed. */
  clear(): void {
    typed.delete(this.about ?? '');
  }

  private wrong(): string | null {
    const length = count(this.input.value);
    if (length === 0) return words().statementMissing;
    return length > MOST ? words().statementLong(length, MOST) : null;
  }

  private say(text: string | null): void {
    this.fault.hidden = text === null;
    this.fault.textContent = text;
    setAttribute(this.input, 'aria-invalid', text === null ? null : 'true');
    this.recount();
  }

  private recount(): void {
    const isWrong = this.number?.input.getAttribute('aria-invalid') === 'true';
    this.frame.errors(Number(isWrong) + Number(!this.fault.hidden));
  }

  private write(): void {
    this.counter.textContent = words().counted(count(this.input.value), MOST);
  }
}
