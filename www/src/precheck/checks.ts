// What the server is asking while somebody waits for its decision.

import { h } from '../lib/dom';
import { texts } from '../locale';
import type { Check } from '../server/api';

/** A list that is there only while something is being asked. */
export class Checks {
  readonly root = h('ul', { class: 'checks small', hidden: true, 'data-testid': 'checks' });
  private readonly items = new Map<string, HTMLLIElement>();

  /** Takes the list away. */
  clear(): void {
    this.items.clear();
    this.root.hidden = true;
  }

  /** Shows how far a check is. */
  show({ source, name, step }: Check): void {
    const item = this.items.get(source) ?? h('li');
    this.items.set(source, item);
    item.textContent = name + texts().colon + texts().checkSteps[step];
    // In the order in which they were asked, whatever happens later.
    this.root.replaceChildren(...this.items.values());
    this.root.hidden = false;
  }
}
