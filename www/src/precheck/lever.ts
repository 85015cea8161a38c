// One fact that can be tried out: a slider with a number field beside it, or a choice; and a lock that keeps plans off it.

import type { FactValue, FactView } from '../engine/types';
import { plainHundredths } from '../lib/amount';
import { h } from '../lib/dom';
import { texts } from '../locale';
import { type Reading, reading } from './question';

/** A slider ends at so many times the value that it starts with, and no earlier than at the reach of its kind. */
const TIMES = 2;
/** In the units of the kinds: 20 000 yuan, 100 %, a hundred of everything else. */
const REACH: Partial<Record<FactView['kind'], number>> = { money: 2_000_000, ratio: 10_000 };
const STEP: Partial<Record<FactView['kind'], number>> = { money: 10_000, ratio: 100 };

/** A control of the what-if panel. */
export abstract class Lever {
  readonly root = h('fieldset', { class: 'lever' });
  protected readonly legend = h('legend');
  private readonly lockBox = h('input', { type: 'checkbox' });
  private readonly lockWords = h('span');
  private readonly fault = h('p', { class: 'fault', hidden: true });

  constructor(
    protected fact: FactView,
    protected readonly changed: (value: FactValue | null) => void,
    locked: (isLocked: boolean) => void,
  ) {
    this.fault.id = `what-if-${fact.name}-fault`;
    this.lockBox.id = `what-if-${fact.name}-lock`;
    this.lockBox.addEventListener('change', () => locked(this.lockBox.checked));
  }

  get name(): string {
    return this.fact.name;
  }

  /** Shows a value without telling anybody; `null` for none. */
  abstract put(value: FactValue | null): void;
  protected abstract write(): void;

  /** Takes the same fact in other words. */
  reword(fact: FactView): void {
    this.fact = fact;
    this.legend.textContent = fact.label;
    this.lockWords.textContent = texts().whatIfLock;
    this.write();
  }

  /** Says what the engine has against the value. */
  complain(text: string | null): void {
    this.fault.textContent = text ?? '';
    this.fault.hidden = text === null;
  }

  protected build(...controls: HTMLElement[]): void {
    const lock = h('label', { class: 'lock small' }, this.lockBox, this.lockWords);
    this.root.append(this.legend, ...controls, this.fault, lock);
    this.reword(this.fact);
  }
}

/** A number: slider and field show the same value. */
class NumberLever extends Lever {
  private readonly slider = h('input', { type: 'range' });
  private readonly field = h('input', { type: 'text', inputmode: 'decimal', autocomplete: 'off', class: 'digits' });
  private readonly unit = h('span', { class: 'unit' });
  private readonly reading: Reading;
  private readonly isHundredths: boolean;

  constructor(fact: FactView, changed: (value: FactValue | null) => void, locked: (isLocked: boolean) => void) {
    super(fact, changed, locked);
    this.reading = reading(fact);
    this.isHundredths = fact.kind === 'money' || fact.kind === 'ratio';
    this.slider.id = `what-if-${fact.name}-slider`;
    this.field.id = `what-if-${fact.name}`;
    this.unit.id = `what-if-${fact.name}-unit`;
    this.field.setAttribute('aria-describedby', `${this.unit.id} what-if-${fact.name}-fault`);
    this.slider.min = String(fact.min);
    this.slider.step = String(STEP[fact.kind] ?? 1);
    this.slider.addEventListener('input', () => {
      const value = Number(this.slider.value);
      this.field.value = this.text(value);
      this.say();
      changed(value);
    });
    this.field.addEventListener('input', (event) => {
      if ((event as InputEvent).isComposing) return;
      const value = this.reading.parse(this.field.value);
      const isNumber = typeof value === 'number';
      this.complain(this.field.value.trim() !== '' && !isNumber ? this.reading.complaint(texts())(this.fact.label) : null);
      if (isNumber) this.slide(value);
      if (isNumber || this.field.value.trim() === '') changed(isNumber ? value : null);
    });
    this.build(this.slider, h('div', { class: 'with-unit' }, this.field, this.unit));
  }

  put(value: FactValue | null): void {
    const number = typeof value === 'number' ? value : null;
    // What is being typed there says the same in other characters.
    if (this.reading.parse(this.field.value) !== number) this.field.value = number === null ? '' : this.text(number);
    this.slide(number ?? this.fact.min);
    this.complain(null);
  }

  protected write(): void {
    const t = texts();
    this.unit.textContent = this.reading.unit(t);
    this.field.setAttribute('aria-label', this.fact.label);
    this.slider.setAttribute('aria-label', t.whatIfSlider(this.fact.label));
    this.say();
  }

  private slide(value: number): void {
    const { kind, min, max } = this.fact;
    const reach = Math.max(min + (REACH[kind] ?? 100), value * TIMES, Number(this.slider.max) || 0);
    this.slider.max = String(Math.min(max, reach));
    this.slider.value = String(value);
    this.say();
  }

  private say(): void {
    const value = this.field.value === '' ? texts().whatIfNothing : `${this.field.value} ${this.reading.unit(texts())}`;
    this.slider.setAttribute('aria-valuetext', value.trim());
  }

  private text(value: number): string {
    return this.isHundredths ? plainHundredths(value) : String(value);
  }
}

/** One of a few. */
class ChoiceLever extends Lever {
  private readonly select = h('select', { class: 'choice-lever' });

  constructor(fact: FactView, changed: (value: FactValue | null) => void, locked: (isLocked: boolean) => void) {
    super(fact, changed, locked);
    this.select.id = `what-if-${fact.name}`;
    this.select.addEventListener('change', () => {
      const code = this.select.value;
      if (code === '') changed(null);
      else changed(fact.kind === 'bool' ? code === 'true' : code);
    });
    this.build(this.select);
  }

  put(value: FactValue | null): void {
    this.select.value = value === null ? '' : String(value);
  }

  protected write(): void {
    const t = texts();
    const named = [
      { code: 'true', label: t.yes },
      { code: 'false', label: t.no },
    ];
    const options = this.fact.kind === 'bool' ? named : this.fact.codes;
    const kept = this.select.value;
    const all = [{ code: '', label: t.whatIfNothing }, ...options];
    this.select.replaceChildren(...all.map(({ code, label }) => h('option', { value: code }, label)));
    this.select.setAttribute('aria-label', this.fact.label);
    this.select.value = kept;
  }
}

/** Makes the lever of a fact. */
export function lever(
  fact: FactView,
  changed: (value: FactValue | null) => void,
  locked: (isLocked: boolean) => void,
): Lever {
  const Kind = fact.kind === 'code' || fact.kind === 'bool' ? ChoiceLever : NumberLever;
  return new Kind(fact, changed, locked);
}
