// What kept the form from being submitted: a list of links to the fields, or a message with its code.

import { h } from '../lib/dom';
import { locale, texts } from '../locale';
import type { Problem } from '../server/api';
import type { Control } from './control';

/** The box above the form. It takes the focus when it appears. */
export class Summary {
  readonly root = h('div', { class: 'summary', tabindex: -1, hidden: true, 'data-testid': 'summary' });
  private again: (() => void) | null = null;

  /** Takes the box away. */
  clear(): void {
    this.again = null;
    this.root.hidden = true;
    this.root.replaceChildren();
  }

  /** Says it again in the language of the page. */
  relabel(): void {
    this.again?.();
  }

  /** Lists the controls that are wrong. Each link has the text that stands at the field. */
  showFaults(controls: readonly Control[]): void {
    this.again = () => this.list(controls.filter((control) => control.error !== null));
    this.again();
    this.root.focus();
  }

  /** Says why the server did not decide. */
  showProblem(problem: Problem): void {
    this.again = () => this.message(problem);
    this.again();
    this.root.focus();
  }

  private list(wrong: readonly Control[]): void {
    if (wrong.length === 0) {
      this.clear();
      return;
    }
    const items = wrong.map((control) => {
      const link = h('a', { href: `#${control.target.id}` }, control.error?.text ?? '');
      if (control.error && control.error.locale !== locale()) link.lang = control.error.locale;
      link.addEventListener('click', (event) => {
        // Focus without a hash in the address, which the next page would inherit.
        event.preventDefault();
        control.target.focus();
      });
      return h('li', {}, link);
    });
    this.fill(texts().summary(wrong.length), h('ul', {}, ...items), h('p', {}, texts().summaryNote));
  }

  private message(problem: Problem): void {
    const own = problem.code === 'network' ? texts().networkDown : texts().serverDown;
    const said = problem.title ? h('p', {}, [problem.title, problem.detail].filter(Boolean).join(texts().colon)) : null;
    const code = h('p', { class: 'code' }, `${texts().problemCode}${texts().colon}${problem.code}`);
    this.fill(texts().problem, said ?? h('p', {}, own), ...(said ? [h('p', {}, texts().summaryNote)] : []), code);
  }

  private fill(title: string, ...content: Node[]): void {
    const heading = h('h3', { id: 'precheck-summary' }, title);
    this.root.setAttribute('role', 'group');
    this.root.setAttribute('aria-labelledby', heading.id);
    this.root.replaceChildren(heading, ...content);
    this.root.hidden = false;
  }
}
