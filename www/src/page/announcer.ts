// The one polite live region of the page. It is there from the start and says each result once, after the typing.

import { h } from '../lib/dom';

/** Long enough that a word is finished, short enough that the answer still belongs to it. */
const PAUSE_MS = 700;

export class Announcer {
  readonly root = h('p', { id: 'status', role: 'status', class: 'unseen' });
  /** While muted, results are not said. */
  isMuted = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** Says a result once nothing else follows; a result that was just said is not repeated. */
  say(text: string): void {
    clearTimeout(this.timer);
    if (this.isMuted) return;
    this.timer = setTimeout(() => this.write(text), PAUSE_MS);
  }

  /** Says something that the person just asked for. */
  sayNow(text: string): void {
    clearTimeout(this.timer);
    this.write(text);
  }

  private write(text: string): void {
    if (this.root.textContent !== text) this.root.textContent = text;
  }
}
