// A field for the number of a decision.

import { h, setAttribute } from '../lib/dom';
import { composes } from './frame';
import { decisionId } from './route';

/** A field for the number of a decision, with what is wrong with it. */
export class DecisionField {
  readonly root: HTMLElement;
  readonly input: HTMLInputElement;
  private readonly fault: HTMLElement;

  constructor(
    id: string,
    label: string,
    help: string,
    private readonly errors: (count: number) => void,
  ) {
    this.fault = h('p', { class: 'fault', id: `${id}-fault`, hidden: true });
    this.input = h('input', {
      id,
      type: 'text',
      class: 'digits',
      autocomplete: 'off',
      autocapitalize: 'none',
      spellcheck: 'false',
      'aria-describedby': `${id}-help ${id}-fault`,
    });
    composes(this.input).addEventListener('input', () => {
      if (!this.fault.hidden && this.value() !== null) this.say(null);
    });
    this.root = h('div', { class: 'control' }, h('label', { for: id }, label), h('p', { class: 'help', id: `${id}-help` }, help), this.input, this.fault);
  }

  /** The number, written plainly; `null` where it is none. */
  value(): string | null {
    return decisionId(this.input.value);
  }

  /** Says what is wrong, or that nothing is. */
  say(text: string | null): void {
    this.fault.hidden = text === null;
    this.fault.textContent = text;
    setAttribute(this.input, 'aria-invalid', text === null ? null : 'true');
    this.errors(text === null ? 0 : 1);
  }
}
