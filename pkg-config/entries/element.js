// `<credit-precheck>`: the form of a scenario and, beside it, what would follow. Everything happens on the page.
//
// Which fields and questions there are, and every sentence about the application, is the policy's; the element adds the
// names of identity fields and a few words around them. Importing it on a server defines nothing and touches nothing.
import { formatFen, parseHundredths, parseWhole } from '../../www/src/lib/amount.ts';
import { h } from '../../www/src/lib/dom.ts';
import { today } from '../day.js';
import { form, load, unpackField, unpackWhatIf } from '../index.js';
import { styles } from './element-style.js';
import { WORDS } from './element-words.js';

const NUMERIC = ['money', 'ratio', 'decimal', 'integer', 'days', 'years'];
const INPUT_MODES = { cn_mobile: 'tel', hk_mobile: 'tel', mo_mobile: 'tel', tw_mobile: 'tel', bankcard: 'numeric', otp: 'numeric', email: 'email' };
const AUTOCOMPLETE = { cn_name: 'name', cn_mobile: 'tel', email: 'email', otp: 'one-time-code', address: 'street-address' };

/** What somebody typed for a fact, as an application writes it; `undefined` for nothing, `null` for nonsense. */
function read({ kind }, text) {
  if (text.trim() === '') return undefined;
  if (kind === 'bool') return text === 'true';
  if (kind === 'code' || kind === 'date') return text;
  if (kind === 'decimal') return text.trim();
  return kind === 'money' || kind === 'ratio' ? parseHundredths(text) : parseWhole(text);
}

/** A number of a fact as people write it. */
const written = ({ kind }, value) => (kind === 'money' ? formatFen(value) : kind === 'ratio' ? `${value / 100}%` : String(value));

// On a server there are no elements to extend.
const Base = typeof HTMLElement === 'undefined' ? class {} : HTMLElement;

export class CreditPrecheck extends Base {
  static observedAttributes = ['bundle', 'keys', 'wasm', 'integrity', 'scenario', 'locale', 'as-of'];

  #root = null;
  #own = null;
  #given = null;
  #form = null;
  #facts = {};
  #typed = new Map();
  #rows = new Map();
  /** Rows that have spoken: what is wrong with them is said on every keystroke from then on. */
  #told = new Set();
  #loading = null;
  #assessment = null;

  /** An engine that the page has loaded; without it the element loads one by its attributes. */
  get precheck() {
    return this.#given ?? this.#own;
  }

  set precheck(precheck) {
    this.#given = precheck;
    this.#stop();
    if (this.isConnected) this.#begin();
  }

  /** Facts that the page knows and nobody is asked for, as an application writes them. */
  get facts() {
    return { ...this.#facts };
  }

  set facts(facts) {
    this.#facts = { ...facts };
    if (this.isConnected && this.precheck) this.#build();
  }

  /** What was last assessed; `null` before that. */
  get assessment() {
    return this.#assessment;
  }

  /** What is filled in, for the server. It holds personal data. */
  application() {
    return this.#form?.application() ?? null;
  }

  /** Puts the focus on the control of a field or a fact; `false` where the form has none. */
  focusOn(name) {
    const control = this.#root?.querySelector(`#control-${CSS.escape(name)}`);
    control?.focus();
    return Boolean(control);
  }

  connectedCallback() {
    this.#root ??= this.attachShadow({ mode: 'open', delegatesFocus: true });
    styles(this.#root);
    // What was set before the element was defined hides what is defined here.
    for (const name of ['facts', 'precheck']) {
      if (!Object.hasOwn(this, name)) continue;
      const value = this[name];
      delete this[name];
      this[name] = value;
    }
    this.#begin();
  }

  disconnectedCallback() {
    this.#stop();
    this.#form?.free();
    this.#form = null;
  }

  attributeChangedCallback(name, before, now) {
    if (before === now || !this.isConnected || !this.#root) return;
    if (['bundle', 'keys', 'wasm', 'integrity'].includes(name)) this.#stop();
    if (name === 'scenario') {
      this.#typed.clear();
      this.#told.clear();
    }
    this.#begin();
  }

  /** Gives up what the element loads or has loaded itself. */
  #stop() {
    this.#loading?.abort();
    this.#loading = null;
    this.#own?.free();
    this.#own = null;
  }

  get #locale() {
    const wanted = this.getAttribute('locale') ?? this.closest('[lang]')?.lang ?? '';
    return wanted.startsWith('en') ? 'en' : 'zh-CN';
  }

  async #begin() {
    if (this.precheck) return this.#build();
    this.#show([h('p', { part: 'status', role: 'status' }, WORDS[this.#locale].loading)]);
    const [bundle, keys] = ['bundle', 'keys'].map((name) => this.getAttribute(name));
    // Attributes are set one after the other.
    if (!bundle || !keys || this.#loading) return;
    const controller = new AbortController();
    this.#loading = controller;
    try {
      const { signal } = controller;
      const given = { bundle, keys, signal };
      for (const name of ['wasm', 'integrity']) if (this.hasAttribute(name)) given[name] = this.getAttribute(name);
      if (given.wasm) given.wasm = new URL(given.wasm, this.ownerDocument.baseURI);
      const precheck = await load(given);
      if (signal.aborted) return precheck.free();
      this.#own = precheck;
      this.#tell('precheck-ready', { precheck });
      this.#build();
    } catch (error) {
      if (controller.signal.aborted) return;
      this.#fail(error);
    } finally {
      if (this.#loading === controller) this.#loading = null;
    }
  }

  #fail(error) {
    // The page may say in its own words what to do without.
    this.#show([h('slot', { name: 'unavailable' }, h('p', { part: 'status', role: 'status' }, WORDS[this.#locale].unavailable))]);
    this.#tell('precheck-error', { error });
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, composed: true, detail }));
  }

  #show(content) {
    this.#root.replaceChildren(...content);
  }

  /** Builds the form anew; what was typed is kept. */
  #build() {
    const locale = this.#locale;
    const scenario = this.getAttribute('scenario') ?? 'activation';
    try {
      this.#form?.free();
      this.#form = form(this.precheck, scenario, { asOf: this.getAttribute('as-of') ?? today(), locale });
      const view = this.precheck.policy(locale).scenarios.find(({ name }) => name === scenario);
      for (const [name, value] of Object.entries(this.#facts)) this.#form.put(name, value);
      this.#rows.clear();
      const rows = [
        ...view.fields.map((field) => this.#fieldRow(field)),
        ...view.facts.filter(({ asked }) => asked).map((fact) => this.#factRow(fact)),
      ];
      const verdict = h('section', { part: 'verdict', 'aria-live': 'polite' });
      const own = h('form', { part: 'form', novalidate: true, lang: locale }, h('slot', { name: 'heading' }), ...rows, h('slot', { name: 'actions' }));
      // What is filled in goes nowhere by itself.
      own.addEventListener('submit', (event) => event.preventDefault());
      // The page may show what follows in its own way.
      this.#show([own, h('slot', { name: 'verdict' }, verdict)]);
      this.#verdict = verdict;
      for (const [name, row] of this.#rows) row.look(!this.#told.has(name));
      this.#assess();
    } catch (error) {
      this.#fail(error);
    }
  }

  #verdict = null;

  /**
   * A row: its label, its control and the line that says what is wrong. `look(isQuiet)` reads the control; quietly, it takes
   * back what is no longer wrong and begins no new complaint. While an input method composes nothing is read.
   */
  #row(name, label, control, look) {
    const hint = h('p', { part: 'hint', id: `hint-${name}` });
    control.id = `control-${name}`;
    control.setAttribute('part', 'control');
    control.setAttribute('aria-describedby', hint.id);
    control.value = this.#typed.get(name) ?? '';
    const say = (message, isWrong) => {
      hint.replaceChildren(...(message ? [message] : []).flat());
      control.setAttribute('aria-invalid', String(Boolean(isWrong)));
      if (message) this.#told.add(name);
      else this.#told.delete(name);
    };
    const row = { look: (isQuiet) => look(control, say, isQuiet && !this.#told.has(name)) };
    this.#rows.set(name, row);
    let isComposing = false;
    const moved = () => {
      this.#typed.set(name, control.value);
      row.look(true);
      this.#assess();
    };
    control.addEventListener('compositionstart', () => {
      isComposing = true;
    });
    control.addEventListener('compositionend', () => {
      isComposing = false;
      moved();
    });
    control.addEventListener('input', () => {
      if (!isComposing) moved();
    });
    // What is not finished is no mistake before the person goes on.
    control.addEventListener('change', () => row.look(false));
    return h('div', { part: 'row' }, h('label', { part: 'label', for: control.id }, label), control, hint);
  }

  #fieldRow({ name, kind }) {
    const words = WORDS[this.#locale];
    const control = h('input', { type: 'text', inputmode: INPUT_MODES[kind] ?? 'text', autocomplete: AUTOCOMPLETE[kind] ?? 'off' });
    return this.#row(name, words.kinds[kind], control, (input, say, isQuiet) => {
      const { status } = unpackField(this.#form.type(name, input.value));
      const isTold = status === 'invalid' || status === 'warn' || (status === 'incomplete' && input.value !== '');
      if (!isTold || isQuiet) return say(null, false);
      const { message, suggestions } = this.#form.check(name);
      const offers = suggestions.slice(0, 3).map((value) => {
        const button = h('button', { type: 'button', part: 'offer' }, words.use(value));
        button.addEventListener('click', () => {
          input.value = value;
          input.dispatchEvent(new Event('input'));
          input.focus();
        });
        return button;
      });
      return say([message ?? '', ...offers], status !== 'warn');
    });
  }

  #factRow(fact) {
    const words = WORDS[this.#locale];
    const options = fact.kind === 'bool' ? [['true', words.yes], ['false', words.no]] : fact.codes.map(({ code, label }) => [code, label]);
    const isChoice = fact.kind === 'bool' || fact.kind === 'code';
    const control = isChoice
      ? h('select', {}, h('option', { value: '' }, words.choose), ...options.map(([value, label]) => h('option', { value }, label)))
      : h('input', { type: fact.kind === 'date' ? 'date' : 'text', inputmode: NUMERIC.includes(fact.kind) ? 'decimal' : 'text', autocomplete: 'off' });
    const label = fact.question || fact.label;
    const unit = words.units[fact.kind];
    return this.#row(fact.name, unit ? `${label}${words.unit(unit)}` : label, control, (input, say) => {
      const value = read(fact, input.value);
      const isRight = value !== null && this.#put(fact.name, value);
      const isRange = NUMERIC.includes(fact.kind) && fact.kind !== 'decimal';
      if (isRight) say(null, false);
      else say(isRange ? words.range(written(fact, fact.min), written(fact, fact.max)) : words.wrong, true);
      if (!isRight) this.#put(fact.name, undefined);
    });
  }

  #put(name, value) {
    try {
      return !unpackWhatIf(this.#form.put(name, value)).refused;
    } catch {
      return false; // A decimal that is none.
    }
  }

  #assess() {
    try {
      this.#assessment = this.#form.assess();
    } catch (error) {
      this.#fail(error);
      return;
    }
    const { outcome, notice } = this.#assessment;
    const words = WORDS[this.#locale];
    const reasons = (list, heading) =>
      list.length === 0
        ? null
        : h('div', { part: 'reasons' }, h('h4', {}, heading), h('ul', {}, ...list.map((one) => h('li', {}, h('strong', {}, one.title), ...[one.text, one.until, one.help].filter(Boolean).map((text) => h('p', {}, text))))));
    this.#verdict.dataset.status = outcome.status;
    this.#verdict.lang = notice.locale;
    this.#verdict.replaceChildren(
      ...[
        h('h3', { part: 'headline' }, notice.headline),
        h('p', {}, notice.detail),
        notice.limit && h('p', { part: 'limit' }, notice.limit),
        reasons(notice.reasons, words.reasons),
        reasons(notice.possible, words.possible),
        h('p', { part: 'note' }, notice.note),
      ].filter(Boolean),
    );
    this.#tell('precheck-change', { ...this.#assessment, isComplete: this.#form.isComplete });
  }
}

if (typeof customElements !== 'undefined' && !customElements.get('credit-precheck')) {
  customElements.define('credit-precheck', CreditPrecheck);
}
