// An identity field: name, ID number, phone. The engine judges it; what was typed is never rewritten.

import type { FieldCheck } from '../engine/types';
import { h } from '../lib/dom';
import { texts } from '../locale';
import { Control } from './control';
import { type Fault, fault } from './fault';

export type FieldName = 'name' | 'id_number' | 'phone';

/** The fields of the form, in order: what an API client would call a schema. */
export const FIELDS: readonly FieldName[] = ['name', 'id_number', 'phone'];

/** How each field meets keyboards and password managers. No ID number should be offered by a browser's memory. */
const INPUT: Record<FieldName, Record<string, string>> = {
  name: { autocomplete: 'name', spellcheck: 'false' },
  id_number: { autocomplete: 'off', spellcheck: 'false', autocapitalize: 'characters', class: 'digits' },
  phone: { autocomplete: 'tel', inputmode: 'tel', class: 'digits' },
};

/** Kinds of numbers that carry a check digit: they are known to be wrong without asking anybody. */
const CHECKED = new Set(['cn_id']);

/** Judges a value; `null` while there is no engine. */
export type Judge = (value: string) => { kind: string; check: FieldCheck } | null;

export class IdentityField extends Control {
  readonly root: HTMLElement;
  readonly target: HTMLInputElement;
  private readonly caption = h('label');
  private readonly help: HTMLElement;
  private readonly hint: HTMLElement;

  constructor(
    readonly name: FieldName,
    private readonly judge: Judge,
    changed: (control: Control) => void,
  ) {
    super(`/fields/${name}`, `precheck-${name}`, changed);
    this.caption.htmlFor = this.id;
    this.help = h('p', { id: `${this.id}-help`, class: 'help' });
    this.hint = h('p', { id: `${this.id}-hint`, class: 'hint', hidden: true });
    this.target = h('input', {
      id: this.id,
      name,
      type: 'text',
      required: true,
      'aria-describedby': `${this.id}-help ${this.id}-hint ${this.line.id}`,
      ...INPUT[name],
    });
    this.root = h('div', { class: 'control' }, this.caption, this.help, this.target, this.hint, this.line.root);
    this.listen(this.target);
    this.write();
  }

  /** As typed. */
  get value(): string {
    return this.target.value;
  }

  label(): string {
    return texts()[this.name];
  }

  fault(): Fault | null {
    const judged = this.judge(this.value);
    if (!judged || judged.check.code === null || judged.check.message === null) return null;
    const { status, code, message, suggestions } = judged.check;
    if (status === 'ok' || status === 'warn') return null;
    return fault(code, texts().named(this.label(), message), suggestions);
  }

  protected override speaksOnBlur(): boolean {
    const judged = this.value.trim() === '' ? null : this.judge(this.value);
    return judged !== null && CHECKED.has(judged.kind);
  }

  /** A doubt is told once the field is left, and stops nobody. */
  protected override left(): void {
    const check = this.value.trim() === '' ? null : this.judge(this.value)?.check;
    const doubt = check?.status === 'warn' ? check.message : null;
    this.hint.hidden = doubt === null;
    this.hint.textContent = doubt;
  }

  /** Looks again at what was typed and left before there was an engine. */
  revisit(): void {
    if (this.target === document.activeElement || this.value.trim() === '') return;
    if (this.speaksOnBlur()) this.show(this.fault());
    this.left();
  }

  protected override moved(): void {
    this.hint.hidden = true;
    super.moved();
  }

  protected override take(value: string): void {
    this.target.value = value;
    this.target.focus();
    this.moved();
  }

  protected write(): void {
    this.caption.textContent = this.label();
    this.help.textContent = texts()[`${this.name}Help`];
    if (!this.hint.hidden) this.left();
  }

  protected inputs(): readonly HTMLElement[] {
    return [this.target];
  }
}
