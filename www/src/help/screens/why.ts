// "Why did it fail?": begins with what somebody has.

import { h, setAttribute } from '../../lib/dom';
import { locale } from '../../locale';
import { card, composes, type Frame, link, type Screen } from '../frame';
import { helpTexts } from '../texts';
import { words } from '../words';

/** What was typed for a code. */
let typed = '';

export function why(frame: Frame): Screen {
  const w = words();
  return {
    title: w.why,
    content: [
      h('p', { class: 'lead' }, w.whyLead),
      h(
        'div',
        { class: 'ways-in' },
        card(w.fromAnswers, h('p', {}, w.fromAnswersText), h('p', {}, link({ name: 'answers' }, w.start, { class: 'secondary as-button' }))),
        card(w.fromDecision, h('p', {}, w.fromDecisionText), h('p', {}, link({ name: 'decision' }, w.start, { class: 'secondary as-button' }))),
        card(w.fromCode, byCode(frame)),
      ),
    ],
  };
}

function byCode({ go, errors }: Frame): HTMLElement {
  const w = words();
  const options = h('datalist', { id: 'why-codes' });
  void helpTexts(locale()).then(
    ({ reasons }) => options.append(...reasons.map(({ code, title }) => h('option', { value: code }, title))),
    () => undefined,
  );
  const input = h('input', {
    id: 'why-code',
    type: 'text',
    list: options.id,
    autocomplete: 'off',
    autocapitalize: 'characters',
    spellcheck: 'false',
    'aria-describedby': 'why-code-help why-code-fault',
  });
  composes(input).value = typed;
  const fault = h('p', { class: 'fault', id: 'why-code-fault', hidden: true });
  const say = (text: string | null): void => {
    fault.hidden = text === null;
    fault.textContent = text;
    setAttribute(input, 'aria-invalid', text === null ? null : 'true');
    errors(text === null ? 0 : 1);
  };
  input.addEventListener('input', () => {
    typed = input.value;
    if (!fault.hidden) say(null);
  });
  const form = h(
    'form',
    { class: 'control', novalidate: true },
    h('label', { for: input.id }, w.code),
    h('p', { class: 'help', id: 'why-code-help' }, w.fromCodeHelp),
    input,
    options,
    fault,
    h('button', { type: 'submit', class: 'secondary' }, w.open),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const code = typed.normalize('NFKC').trim().replace(/[\s_‐-―]+/g, '-').toUpperCase();
    if (code === '') {
      say(w.fromCodeMissing);
      input.focus();
      return;
    }
    go({ name: 'reason', code });
  });
  return form;
}
