// "How to do it right" under a reason: folded up, and fetched when somebody opens the first one.
//
// The texts are the policy's, compiled into one file a language; nothing about the person is in the address.

import type { NoticeReason } from '../engine/types';
import { helpTexts } from '../help';
import { h } from '../lib/dom';
import { locale, texts } from '../locale';

/** The folds of one verdict. They stay as they were when the verdict is written again. */
export class Lessons {
  private readonly open = new Set<string>();

  /** The fold of a reason. */
  of(reason: NoticeReason): HTMLElement {
    const content = h('div', { 'aria-live': 'polite' });
    const fold = h(
      'details',
      { class: 'lesson', 'data-testid': 'lesson', open: this.open.has(reason.code) },
      h('summary', {}, texts().lesson),
      content,
    );
    fold.addEventListener('toggle', (event) => {
      // The fold around it has a toggle of its own.
      event.stopPropagation();
      if (fold.open) this.open.add(reason.code);
      else this.open.delete(reason.code);
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
    steps = (await helpTexts(locale())).find((one) => one.code === code)?.education ?? [];
  } catch {
    // Said below; opening it again tries again.
  }
  content.replaceChildren(
    steps.length > 0
      ? h('ol', {}, ...steps.map((step) => h('li', {}, step)))
      : h('p', { class: 'small' }, t.lessonFailed),
  );
}
