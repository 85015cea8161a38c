// A button that has a message sent, and the pause until the next one, which the server sets and which grows with each.
//
// Whether the phone was the right one is told to nobody: the answer is the same, and so are the words.

import { h, setAttribute } from '../../lib/dom';
import type { Problem } from '../../server/api';
import type { Answer } from '../../server/call';
import type { Sent } from '../../server/person';
import type { Frame } from '../frame';
import { problemBox } from './parts';
import { words } from './words';

/** A pause that outlives the screen; it lives in memory, and the server keeps the one that counts. */
export class Pause {
  private ends = 0;
  private seconds = 0;

  begin(seconds: number): void {
    this.seconds = seconds;
    this.ends = Date.now() + seconds * 1000;
  }

  /** How many seconds are left. A clock that jumps makes it no longer. */
  get left(): number {
    return Math.min(this.seconds, Math.max(0, Math.ceil((this.ends - Date.now()) / 1000)));
  }
}

/** What a message is called, and what happens with it. */
export interface Sending {
  readonly first: string;
  readonly again: string;
  /** Said once it is on its way; `minutes` is how long it counts, where the server says so. */
  readonly done: (minutes: number) => string;
  /** Asks for it; `null` where there is something to correct first. */
  readonly ask: () => Promise<Answer<Sent> | null>;
  /** Says what is wrong at its place; `false` where it is about nothing there. */
  readonly refused: (problem: Problem) => boolean;
  /** Learns that it is on its way. */
  readonly sent: () => void;
}

let count = 0;

/** Builds the button. */
export function messageButton(frame: Frame, pause: Pause, sending: Sending): HTMLElement {
  const w = words();
  const told = h('div', { class: 'stack', 'data-testid': 'message' });
  count += 1;
  const wait = h('span', { id: `pause-${count}`, class: 'small digits', 'data-testid': 'pause' });
  const button = h('button', { type: 'button', class: 'secondary', 'aria-describedby': wait.id }, pause.left > 0 ? sending.again : sending.first);
  const root = h('div', { class: 'stack message' }, h('div', { class: 'sender' }, button, wait), told);
  let timer: ReturnType<typeof setInterval> | undefined;

  function write(): number {
    const { left } = pause;
    wait.textContent = left > 0 ? w.waitFor(left) : '';
    // It stays in reach, so that nobody loses their place, and says for how long it does nothing.
    setAttribute(button, 'aria-disabled', left > 0 ? 'true' : null);
    return left;
  }

  function follow(): void {
    clearInterval(timer);
    if (write() === 0) return;
    timer = setInterval(() => {
      const isOver = write() === 0;
      if (isOver || !root.isConnected) clearInterval(timer);
      if (isOver && root.isConnected) frame.announcer.sayNow(w.waitOver);
    }, 1000);
  }

  async function go(): Promise<void> {
    if (pause.left > 0) return frame.announcer.sayNow(w.waitFor(pause.left));
    if (button.getAttribute('aria-disabled') === 'true') return;
    button.setAttribute('aria-disabled', 'true');
    frame.announcer.sayNow(w.sendingMessage);
    const answer = await sending.ask();
    if (answer === null) return void write();
    const seconds = answer.ok ? (answer.value.next_in ?? 0) : (answer.wait ?? 0);
    if (seconds > 0) pause.begin(seconds);
    if (answer.ok && answer.value.sent !== false) {
      button.textContent = sending.again;
      const text = sending.done(Math.max(1, Math.round((answer.value.expires_in ?? 0) / 60)));
      told.replaceChildren(h('p', { 'data-testid': 'message-sent' }, text));
      frame.announcer.sayNow(text);
      follow();
      return sending.sent();
    }
    follow();
    if (!answer.ok && sending.refused(answer.problem)) return told.replaceChildren();
    const box = answer.ok ? h('p', { tabindex: -1 }, w.notSent) : problemBox(frame, meant(answer.problem));
    told.replaceChildren(box);
    // Where nothing can be sent, trying again is no use.
    if (!answer.ok && answer.problem.code === 'codes-unavailable') button.hidden = true;
    box.focus();
  }

  button.addEventListener('click', () => void go());
  follow();
  return root;
}

/** A header is nothing to read: the pause stands beside the button. */
function meant(problem: Problem): Problem {
  return problem.code === 'message-too-soon' ? { ...problem, detail: words().tooSoon } : problem;
}
