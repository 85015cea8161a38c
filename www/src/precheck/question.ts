// A question as the policy asks it. Its kind decides how it is answered; its words are the policy's.

import type { FactValue, Question } from '../engine/types';
import { h } from '../lib/dom';
import { parseHundredths, parseWhole } from '../lib/amount';
import { type Texts, texts } from '../locale';
import { Control } from './control';
import { type Fault, fault } from './fault';

/** What a question learns from the form around it. */
export interface Around {
  /** What the engine says about a value that it refused, if it did. */
  refusal(pointer: string): { code: string; text: string } | undefined;
  /** Whether the form can be submitted only with an answer. */
  isNeeded(): boolean;
  changed(control: Control): void;
}

/** A question with its control. */
export abstract class QuestionControl extends Control {
  constructor(
    protected asked: Question,
    private readonly around: Around,
  ) {
    super(`/facts/${asked.name}`, `precheck-${asked.name}`, (control) => around.changed(control));
  }

  /** The answer in the fact's unit; `null` when there is none that can be read. */
  abstract answer(): FactValue | null;
  /** What to say when there is no answer. */
  protected abstract missing(): string;
  /** What to say when there is one that cannot be read; `null` where that cannot be. */
  protected abstract unreadable(): string | null;

  /** Name of the fact. */
  get name(): string {
    return this.asked.name;
  }

  label(): string {
    return this.asked.label;
  }

  fault(): Fault | null {
    const unreadable = this.unreadable();
    if (unreadable !== null) return fault('answer-unreadable', unreadable);
    if (this.answer() === null) {
      return this.around.isNeeded() ? fault('answer-missing', this.missing()) : null;
    }
    const refused = this.around.refusal(this.pointer);
    return refused ? fault(refused.code, texts().named(this.label(), refused.text)) : null;
  }

  /** Takes the same question in other words. */
  reword(asked: Question): void {
    this.asked = asked;
    this.relabel();
  }
}

/** How a number of each kind is read, and what is said when it cannot be. */
export interface Reading {
  readonly parse: (text: string) => FactValue | null;
  readonly help: (texts: Texts) => string;
  readonly complaint: (texts: Texts) => (label: string) => string;
  readonly unit: (texts: Texts) => string;
}

const NONE = (): string => '';

const AMOUNT: Reading = {
  parse: parseHundredths,
  help: NONE,
  complaint: (t) => t.notAmount,
  unit: (t) => t.unitYuan,
};
const PERCENT: Reading = {
  parse: parseHundredths,
  help: (t) => t.percentHelp,
  complaint: (t) => t.notPercent,
  unit: (t) => t.unitPercent,
};
const WHOLE: Reading = { parse: parseWhole, help: (t) => t.numberHelp, complaint: (t) => t.notWhole, unit: NONE };
const DECIMAL: Reading = {
  // As it was typed: the engine reads it, with all its digits.
  parse: (text) => (/^-?\d+(\.\d+)?$/.test(text.trim()) ? text.trim() : null),
  help: NONE,
  complaint: (t) => t.notDecimal,
  unit: NONE,
};
const DAY: Reading = { parse: (text) => text || null, help: NONE, complaint: (t) => t.missingAnswer, unit: NONE };

/** How the answers to a question are read. */
export function reading(asked: Question): Reading {
  if (asked.kind === 'money') return AMOUNT;
  if (asked.kind === 'ratio') return PERCENT;
  if (asked.kind === 'decimal') return DECIMAL;
  return asked.kind === 'date' ? DAY : WHOLE;
}

/** A number or a day, typed. */
class TypedQuestion extends QuestionControl {
  readonly root: HTMLElement;
  readonly target: HTMLInputElement;
  private readonly caption = h('label');
  private readonly help: HTMLElement;
  private readonly unit: HTMLElement;
  private readonly reading: Reading;

  constructor(asked: Question, around: Around) {
    super(asked, around);
    this.reading = reading(asked);
    this.caption.htmlFor = this.id;
    this.help = h('p', { id: `${this.id}-help`, class: 'help' });
    this.unit = h('span', { id: `${this.id}-unit`, class: 'unit' });
    this.target = h('input', {
      id: this.id,
      name: asked.name,
      type: asked.kind === 'date' ? 'date' : 'text',
      inputmode: 'decimal',
      autocomplete: 'off',
      required: true,
      class: 'digits',
      'aria-describedby': `${this.id}-help ${this.id}-unit ${this.line.id}`,
    });
    const box = h('div', { class: 'with-unit' }, this.target, this.unit);
    this.root = h('div', { class: 'control' }, this.caption, this.help, box, this.line.root);
    this.listen(this.target);
    this.write();
  }

  answer(): FactValue | null {
    return this.reading.parse(this.target.value);
  }

  protected missing(): string {
    return texts().missingAnswer(this.label());
  }

  protected unreadable(): string | null {
    if (this.target.value.trim() === '' || this.answer() !== null) return null;
    return this.reading.complaint(texts())(this.label());
  }

  protected write(): void {
    this.caption.textContent = this.label();
    this.help.textContent = [this.asked.question, this.reading.help(texts())].filter(Boolean).join(' ');
    this.unit.textContent = this.reading.unit(texts());
  }

  protected inputs(): readonly HTMLElement[] {
    return [this.target];
  }
}

/** One of a closed list, chosen. Nothing is chosen to begin with. */
class ChoiceQuestion extends QuestionControl {
  readonly root: HTMLFieldSetElement;
  readonly target: HTMLElement;
  private readonly legend = h('legend');
  private readonly help: HTMLElement;
  private readonly choices = new Map<string, { input: HTMLInputElement; words: HTMLElement }>();

  constructor(asked: Question, around: Around) {
    super(asked, around);
    this.help = h('p', { id: `${this.id}-help`, class: 'help' });
    const list = h('div', { class: 'choices' });
    for (const { code } of this.options()) {
      const input = h('input', { type: 'radio', id: `${this.id}-${code}`, name: asked.name, value: code, required: true });
      const words = h('span');
      list.append(h('label', { class: 'choice' }, input, words));
      this.choices.set(code, { input, words });
      this.listen(input);
    }
    this.target = this.radios()[0] ?? list;
    this.legend.id = `${this.id}-legend`;
    this.root = h(
      'fieldset',
      {
        class: 'control',
        // A group of radio buttons may be invalid; one radio button may not.
        role: 'radiogroup',
        'aria-labelledby': this.legend.id,
        'aria-describedby': `${this.id}-help ${this.line.id}`,
      },
      this.legend,
      this.help,
      list,
      this.line.root,
    );
    this.write();
  }

  answer(): FactValue | null {
    const code = this.radios().find((input) => input.checked)?.value;
    if (code === undefined) return null;
    return this.asked.kind === 'bool' ? code === 'true' : code;
  }

  protected missing(): string {
    return texts().missingChoice(this.label());
  }

  protected unreadable(): null {
    return null;
  }

  protected write(): void {
    this.legend.textContent = this.label();
    this.help.textContent = this.asked.question;
    for (const { code, label } of this.options()) {
      const choice = this.choices.get(code);
      if (choice) choice.words.textContent = label;
    }
  }

  protected inputs(): readonly HTMLElement[] {
    return [this.root];
  }

  private radios(): readonly HTMLInputElement[] {
    return [...this.choices.values()].map((choice) => choice.input);
  }

  private options(): Question['codes'] {
    if (this.asked.kind !== 'bool') return this.asked.codes;
    return [
      { code: 'true', label: texts().yes },
      { code: 'false', label: texts().no },
    ];
  }
}

/** Makes the control for a question. */
export function questionControl(asked: Question, around: Around): QuestionControl {
  const Kind = asked.kind === 'code' || asked.kind === 'bool' ? ChoiceQuestion : TypedQuestion;
  return new Kind(asked, around);
}
