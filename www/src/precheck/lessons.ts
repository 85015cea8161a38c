// "How to do it right" under a reason: folded up, and fetched when somebody opens the first one.
//
// The texts are the policy's, compiled into one file a language; nothing about the person is in the address.

import type { NoticeReason } from '../engine/types';
import { helpTexts } from '../help/texts';
import { h } from '../lib/dom';
import { locale, texts } from '../locale';

/** The folds of one verdict. They stay as they were when the verdict is written again. */
export class Lessons {
  private readonly open = new Set<string>();

  /** The fold of a reason. */
  of(reason: NoticeReason): HTMLElement {
    const content = h('div', { 'aria-live': 'polite' });
    const summary = h('summary', {}, texts().lesson);
    const attributes = { class: 'lesson', 'data-testid': 'lesson', open: this.open.has(reason.code) };
    const fold = h('details', attributes, summary, content);
    // Before it folds: the verdict may be written again before `toggle` comes.
    summary.addEventListener('click', () => {
      if (fold.open) this.open.delete(reason.code);
      else this.open.add(reason.code);
    });
    fold.addEventListener('toggle', (event) => {
      // The fold around it has a toggle of its own.
      event.stopPropagation();
      if (fold.open) void fill(content, reason.code);
    });
    return fold;
  }
}

async function fill(content: HTMLElement, code: string): Promise<void> {
  const t = texts();
  if (content.childElementCount === 0) content.append(h('p', { class: 'small' }, t.lessonLoading));
  let steps: readonly string[] = [];
  try {
    steps = (await helpTexts(locale())).reasons.find((one) => one.code === code)?.education ?? [];
  } catch {
    // Said below; opening it again tries again.
  }
  content.replaceChildren(
    steps.length > 0
      ? h('ol', {}, ...steps.map((step) => h('li', {}, step)))
      : h('p', { class: 'small' }, t.lessonFailed),
  );
}
