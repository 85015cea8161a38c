// That it is really the person: the phone number, and the one-time code that was sent to it.
//
// The server checks both. Nothing typed here is kept longer than the screen, and nothing of it is stored.

import { h } from '../../lib/dom';
import type { Problem } from '../../server/api';
import type { Answer } from '../../server/call';
import type { Sent } from '../../server/person';
import { random } from '../../server/submission-key';
import type { Frame } from '../frame';
import { CODE_INPUT, PHONE_INPUT, TextField } from './field';
import { messageButton, Pause } from './message';
import { words } from './words';

type Name = 'phone' | 'code';

/** What outlives being written anew. */
export class Typed {
  phone = '';
  code = '';
  readonly pause = new Pause();
  private last: { readonly content: string; readonly key: string } | null = null;

  /** The key to send this under: however often the same is sent, it is one request, and takes one code. */
  get key(): string {
    const content = JSON.stringify([this.phone, this.code]);
    if (this.last?.content !== content) this.last = { content, key: random() };
    return this.last.key;
  }

  /** It was decided: a code counts once, and the next request is another one. */
  decided(): void {
    this.code = '';
    this.last = null;
  }
}

/** What a proof is for. */
export interface Purpose {
  /** What the ids of the fields begin with. */
  readonly id: string;
  readonly phoneHelp: string;
  readonly codeHelp: string;
  /** Has a code sent to a phone. */
  readonly send: (phone: string) => Promise<Answer<Sent>>;
}

export class Proof {
  readonly root: HTMLElement;
  private readonly all: Readonly<Record<Name, TextField>>;

  constructor(
    private readonly frame: Frame,
    typed: Typed,
    purpose: Purpose,
  ) {
    const w = words();
    const changed = (): void => this.count();
    this.all = {
      phone: new TextField(`${purpose.id}-phone`, w.phone, purpose.phoneHelp, PHONE_INPUT, changed),
      code: new TextField(`${purpose.id}-code`, w.code, purpose.codeHelp, CODE_INPUT, changed),
    };
    const { phone, code } = this.all;
    for (const name of NAMES) {
      const { input } = this.all[name];
      input.value = typed[name];
      input.addEventListener('input', () => {
        typed[name] = input.value;
      });
    }
    const sender = messageButton(frame, typed.pause, {
      first: w.codeSend,
      again: w.codeAgain,
      done: (minutes) => w.codeSent(minutes),
      ask: async () => (this.say({ phone: phone.value === '' ? w.phoneMissing : null }) ? purpose.send(phone.value) : null),
      refused: (problem) => this.refused(problem),
      sent: () => code.input.focus(),
    });
    this.root = h('div', { class: 'stack' }, phone.root, sender, code.root);
  }

  /** What was typed, as the scenario calls it. */
  fields(): Record<Name, string> {
    return { phone: this.all.phone.value, code: this.all.code.value };
  }

  /** Says what is missing and goes there; `true` where nothing is. */
  check(): boolean {
    const w = words();
    const { phone, code } = this.fields();
    return this.say({ phone: phone === '' ? w.phoneMissing : null, code: code === '' ? w.codeMissing : null });
  }

  /** Says what the server said about the fields; `false` where it said nothing about them. */
  refused({ errors }: Problem): boolean {
    const labels: Record<Name, string> = { phone: words().phone, code: words().code };
    const about = (name: Name): string | null => {
      const found = errors.find(({ pointer }) => pointer === `/fields/${name}` || pointer === `/${name}`);
      return found ? `${labels[name]}${words().colon}${found.detail}` : null;
    };
    return !this.say({ phone: about('phone'), code: about('code') });
  }

  /** Says it at each field that is named, and goes to the first that is wrong. */
  private say(faults: Partial<Record<Name, string | null>>): boolean {
    const named = NAMES.filter((name) => faults[name] !== undefined);
    for (const name of named) this.all[name].say(faults[name] ?? null);
    const wrong = named.find((name) => this.all[name].isWrong);
    if (wrong) this.all[wrong].input.focus();
    return wrong === undefined;
  }

  private count(): void {
    this.frame.errors(NAMES.filter((name) => this.all[name].isWrong).length);
  }
}

const NAMES: readonly Name[] = ['phone', 'code'];
