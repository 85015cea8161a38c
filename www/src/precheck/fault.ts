// What is wrong with one control, and the line under it that says so.

import { h, setAttribute } from '../lib/dom';
import { type Locale, locale, texts } from '../locale';

/** What is wrong, in the language in which it was said. */
export interface Fault {
  readonly code: string;
  /** Begins with the control's label, so that it stands on its own in the summary. */
  readonly text: string;
  readonly locale: Locale;
  /** Values that may have been meant. Offered, never applied. */
  readonly suggestions: readonly string[];
}

/** Makes a fault of the page's own. */
export function fault(code: string, text: string, suggestions: readonly string[] = []): Fault {
  return { code, text, locale: locale(), suggestions };
}

/** The line under a control that says what is wrong. It is there from the start, empty. */
export class FaultLine {
  readonly root: HTMLElement;
  private readonly words = h('span');
  private readonly offers = h('span', { class: 'offers' });

  constructor(
    readonly id: string,
    private readonly label: () => string,
    private readonly take: (value: string) => void,
  ) {
    this.root = h('p', { id, class: 'fault', hidden: true }, this.words, this.offers);
  }

  show(fault: Fault | null): void {
    this.root.hidden = fault === null;
    this.words.replaceChildren(...(fault ? this.worded(fault.text) : []));
    setAttribute(this.root, 'lang', fault && fault.locale !== locale() ? fault.locale : null);
    this.offers.replaceChildren(...(fault?.suggestions ?? []).slice(0, 3).map((value) => this.offer(value)));
  }

  /** The label is part of the text, and next to its control only repeats what is seen. */
  private worded(text: string): Node[] {
    const named = texts().named(this.label(), '');
    if (!text.startsWith(named)) return [document.createTextNode(text)];
    return [h('span', { class: 'unseen' }, named), document.createTextNode(text.slice(named.length))];
  }

  private offer(value: string): HTMLElement {
    const button = h('button', { type: 'button', class: 'offer' }, texts().useInstead(value));
    button.addEventListener('click', () => this.take(value));
    return button;
  }
}
