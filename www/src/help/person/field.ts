// A field to type into, with what it is for above and what is wrong with it below. What was typed is never rewritten.

import { h, setAttribute } from '../../lib/dom';
import { composes } from '../frame';

export class TextField {
  readonly input: HTMLInputElement;
  readonly root: HTMLElement;
  private readonly fault: HTMLElement;

  /** `changed` learns of every change of what is said about it. */
  constructor(
    id: string,
    label: string,
    help: string,
    attributes: Record<string, string>,
    private readonly changed: () => void,
  ) {
    this.fault = h('p', { class: 'fault', id: `${id}-fault`, hidden: true });
    this.input = h('input', { id, type: 'text', class: 'digits', 'aria-describedby': `${id}-help ${id}-fault`, ...attributes });
    composes(this.input).addEventListener('input', () => {
      if (this.isWrong) this.say(null);
    });
    this.root = h('div', { class: 'control' }, h('label', { for: id }, label), h('p', { class: 'help', id: `${id}-help` }, help), this.input, this.fault);
  }

  /** As it is sent: digits that an input method made wide are digits. */
  get value(): string {
    return this.input.value.normalize('NFKC').trim();
  }

  get isWrong(): boolean {
    return !this.fault.hidden;
  }

  /** Says what is wrong with it, or that nothing is. */
  say(text: string | null): void {
    this.fault.hidden = text === null;
    this.fault.textContent = text;
    setAttribute(this.input, 'aria-invalid', text === null ? null : 'true');
    this.changed();
  }
}

/** How a phone number meets keyboards and password managers. */
export const PHONE_INPUT = { inputmode: 'tel', autocomplete: 'tel' };

/** The same for a code, which phones offer out of the message. */
export const CODE_INPUT = { inputmode: 'numeric', autocomplete: 'one-time-code' };
