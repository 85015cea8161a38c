// What all controls of the form have in common: when they may speak.
//
// Before the first blur or the submit nobody is told off. Numbers that check themselves speak on blur, everything else
// on submit. An error goes away with the input that ends it, and while an input method composes nothing is looked at.

import { setAttribute } from '../lib/dom';
import { type Fault, FaultLine } from './fault';

/** One control of the form: an identity field or a question. */
export abstract class Control {
  /** The element with label, help, input and error. */
  abstract readonly root: HTMLElement;
  /** What takes the focus. */
  abstract readonly target: HTMLElement;
  protected readonly line: FaultLine;
  private shown: Fault | null = null;
  private composing = false;

  /**
   * @param pointer where its value stands in an application, such as `/fields/name`
   * @param changed called when its value is another one; it has to call {@link settle} once it has looked at it
   */
  constructor(
    readonly pointer: string,
    readonly id: string,
    private readonly changed: (control: Control) => void,
  ) {
    this.line = new FaultLine(
      `${id}-fault`,
      () => this.label(),
      (value) => this.take(value),
    );
  }

  /** What it is called, in the language of the page. */
  abstract label(): string;
  /** What is wrong with its value now. Nothing entered is wrong too. */
  abstract fault(): Fault | null;
  /** Writes its texts again, in the language of the page. */
  protected abstract write(): void;
  /** The elements that carry `aria-invalid`. */
  protected abstract inputs(): readonly HTMLElement[];
  /** Takes an offered value. */
  protected take(_value: string): void {}
  /** Whether a blur may show an error. */
  protected speaksOnBlur(): boolean {
    return false;
  }
  /** Called on blur, for hints that are no errors. */
  protected left(): void {}

  /** What is shown as wrong. */
  get error(): Fault | null {
    return this.shown;
  }

  /** Shows an error, or takes it away. */
  show(fault: Fault | null): void {
    this.shown = fault;
    this.line.show(fault);
    for (const input of this.inputs()) setAttribute(input, 'aria-invalid', fault ? 'true' : null);
    this.root.classList.toggle('is-wrong', fault !== null);
  }

  /** Says everything again, after a change of language or of the question. */
  relabel(): void {
    this.write();
    if (!this.shown) return;
    const again = this.fault();
    // What only the server knows cannot be said again; it keeps its own language.
    this.show(again?.code === this.shown.code ? again : this.shown);
  }

  /** Wires one input. */
  protected listen(input: HTMLInputElement): void {
    input.addEventListener('compositionstart', () => {
      this.composing = true;
    });
    input.addEventListener('compositionend', () => {
      this.composing = false;
      this.moved();
    });
    input.addEventListener('input', (event) => {
      if (!this.composing && !(event as InputEvent).isComposing) this.moved();
    });
    input.addEventListener('blur', () => {
      this.composing = false;
      if (this.speaksOnBlur()) this.show(this.fault());
      this.left();
    });
    input.addEventListener('keydown', (event) => {
      // Enter ends a composition; browsers differ in whether it then also submits.
      if (event.key === 'Enter' && (event.isComposing || event.keyCode === 229)) event.preventDefault();
    });
  }

  /** After a change: an error that no longer holds goes, a new one waits. */
  settle(): void {
    if (this.shown && this.fault()?.code !== this.shown.code) this.show(null);
  }

  /** To be called after every change of the value. */
  protected moved(): void {
    this.changed(this);
  }
}
