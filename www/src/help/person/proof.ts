// That it is really the person who closes the line: the phone number, and the one-time code that was sent to it.
//
// The server has the code checked (`code_check` in the scenario). What asks for a code to be sent belongs in `slot`, beside the
// field. Nothing typed here is kept longer than the screen.

import { h, setAttribute } from '../../lib/dom';
import type { Problem } from '../../server/api';
import { composes, type Frame } from '../frame';
import { words } from './words';

type Name = 'phone' | 'code';

interface Field {
  readonly input: HTMLInputElement;
  readonly fault: HTMLElement;
  readonly root: HTMLElement;
}

export class Proof {
  readonly root: HTMLElement;
  /** Where a button that has a code sent goes. */
  readonly slot = h('div', { class: 'code-slot' });
  private readonly all: Readonly<Record<Name, Field>>;

  constructor(
    private readonly frame: Frame,
    phone: string,
  ) {
    const w = words();
    this.all = {
      phone: this.field('phone', w.phone, w.phoneHelp, 'tel', 'tel'),
      code: this.field('code', w.code, w.codeHelp, 'one-time-code', 'numeric'),
    };
    this.all.phone.input.value = phone;
    this.root = h('div', { class: 'stack' }, this.all.phone.root, this.slot, this.all.code.root);
  }

  /** What was typed, as the scenario calls it. */
  fields(): Record<Name, string> {
    return { phone: this.all.phone.input.value, code: this.all.code.input.value };
  }

  /** Says what is missing and goes there; `true` where nothing is. */
  check(): boolean {
    const w = words();
    const missing: Record<Name, string> = { phone: w.phoneMissing, code: w.codeMissing };
    return this.say((name) => (this.all[name].input.value.trim() === '' ? missing[name] : null));
  }

  /** Says what the server said about the fields; `false` where it said nothing about them. */
  refused({ errors }: Problem): boolean {
    const labels: Record<Name, string> = { phone: words().phone, code: words().code };
    const about = (name: Name): string | null => {
      const found = errors.find(({ pointer }) => pointer === `/fields/${name}`);
      return found ? `${labels[name]}${words().colon}${found.detail}` : null;
    };
    return !this.say(about);
  }

  private say(about: (name: Name) => string | null): boolean {
    const names: readonly Name[] = ['phone', 'code'];
    for (const name of names) this.put(name, about(name));
    const wrong = names.filter((name) => about(name) !== null);
    if (wrong[0]) this.all[wrong[0]].input.focus();
    return wrong.length === 0;
  }

  private put(name: Name, text: string | null): void {
    const { input, fault } = this.all[name];
    fault.hidden = text === null;
    fault.textContent = text;
    setAttribute(input, 'aria-invalid', text === null ? null : 'true');
    this.frame.errors(Object.values(this.all).filter((one) => !one.fault.hidden).length);
  }

  private field(name: Name, label: string, help: string, autocomplete: string, mode: string): Field {
    const id = `close-${name}`;
    const fault = h('p', { class: 'fault', id: `${id}-fault`, hidden: true });
    const input = h('input', { id, type: 'text', class: 'digits', inputmode: mode, autocomplete, 'aria-describedby': `${id}-help ${id}-fault` });
    composes(input).addEventListener('input', () => {
      if (!fault.hidden) this.put(name, null);
    });
    return { input, fault, root: h('div', { class: 'control' }, h('label', { for: id }, label), h('p', { class: 'help', id: `${id}-help` }, help), input, fault) };
  }
}
