// The ways to pay, side by side. None is chosen for the shopper and none is louder than the others.

import { formatFen } from '../lib/amount';
import { h, setAttribute } from '../lib/dom';
import { inEveryLocale, say, type Texts, texts } from '../locale';
import { TOTAL } from './cart';

export type Method = 'card' | 'wallet' | 'line';

const METHODS: readonly Method[] = ['card', 'wallet', 'line'];

const DETAIL: Record<Exclude<Method, 'line'>, (texts: Texts) => string> = {
  card: (t) => t.cardDetail,
  wallet: (t) => t.walletDetail,
};

/** What the page does when something is chosen or paid. */
export interface PaymentHost {
  chosen(method: Method): void;
  /** Somebody is about to choose the credit line. */
  intent(): void;
  announce(text: string): void;
  errors(count: number): void;
}

export class Payment {
  readonly root: HTMLElement;
  /** The last step, for every method that is ready to pay with. */
  readonly bar: HTMLElement;
  private readonly inputs: HTMLInputElement[] = [];
  private readonly error = h('p', { class: 'fault', id: 'method-fault', hidden: true });
  private readonly result = h('p', { class: 'paid', hidden: true });
  private isOpened = false;
  private readonly lineDetail = h('span', { class: 'small' });

  constructor(private readonly host: PaymentHost) {
    const legend = say(h('legend', { id: 'method-title' }), (t) => t.payment);
    this.root = h(
      'fieldset',
      {
        class: 'card payment',
        role: 'radiogroup',
        'aria-labelledby': 'method-title',
        'aria-describedby': 'method-help method-fault',
      },
      legend,
      say(h('p', { id: 'method-help', class: 'help' }), (t) => t.paymentHint),
      h('div', { class: 'methods' }, ...METHODS.map((method) => this.option(method))),
      this.error,
    );
    const pay = say(h('button', { type: 'button', class: 'primary' }), (t) => t.pay(formatFen(TOTAL)));
    pay.addEventListener('click', () => this.pay());
    this.bar = h('div', { class: 'card pay' }, pay, this.result);
    inEveryLocale(() => this.write());
  }

  /** What is chosen; `null` to begin with. */
  get method(): Method | null {
    const chosen = this.inputs.find((input) => input.checked)?.value;
    return METHODS.find((method) => method === chosen) ?? null;
  }

  /** Makes the credit line one more way to pay, or no longer. */
  setOpened(isOpened: boolean): void {
    this.isOpened = isOpened;
    this.bar.hidden = this.method === 'line' && !isOpened;
    this.result.hidden = true;
    this.writeLine();
  }

  private option(method: Method): HTMLElement {
    const input = h('input', { type: 'radio', name: 'method', id: `method-${method}`, value: method });
    input.addEventListener('change', () => {
      this.result.hidden = true;
      this.fail(false);
      this.bar.hidden = method === 'line' && !this.isOpened;
      this.host.chosen(method);
    });
    this.inputs.push(input);
    if (method === 'line') input.addEventListener('focus', () => this.host.intent());
    const detail = method === 'line' ? this.lineDetail : say(h('span', { class: 'small' }), DETAIL[method]);
    const label = h(
      'label',
      { class: 'method' },
      input,
      h(
        'span',
        {},
        say(h('span', { class: 'method-name' }), (t) => t[method]),
        detail,
        say(h('span', { class: 'small digits' }), (t) => (method === 'line' ? t.lineFee : t.noFee)),
      ),
    );
    if (method === 'line') label.addEventListener('pointerenter', () => this.host.intent());
    return label;
  }

  private pay(): void {
    if (this.method === null) {
      this.fail(true);
      this.inputs[0]?.focus();
      return;
    }
    this.result.hidden = false;
    this.host.announce(texts().payDone);
  }

  private fail(isWrong: boolean): void {
    this.error.hidden = !isWrong;
    setAttribute(this.root, 'aria-invalid', isWrong ? 'true' : null);
    this.host.errors(isWrong ? 1 : 0);
  }

  private write(): void {
    this.error.textContent = texts().payNone;
    this.result.textContent = texts().payDone;
    this.writeLine();
  }

  private writeLine(): void {
    this.lineDetail.textContent = this.isOpened ? texts().lineOpened : texts().lineDetail;
  }
}
