// The engine with one policy.
import { dayNumber, today } from './day.js';
import { DISPOSE } from './dispose.js';
import { BundleError, EngineError, InputError } from './error.js';
import { FIELD_KINDS } from './fields.js';
import { WhatIf } from './what-if.js';

const REFUSED = 'The text says what to do; `precheck inspect --trust FILE` says the same of a file.';

/** A policy that the engine has accepted. */
export class Precheck {
  #runtime;
  #arguments;
  #locale;
  #generation;
  #engine;

  constructor(runtime, bundle, { keys = '', audience = 'public', today: day = today(), notBelow = 0, locale }) {
    // The engine would take anything that is no number for 0, and so for no bound.
    if (!Number.isInteger(notBelow) || notBelow < 0 || notBelow >= 2 ** 32) {
      throw new InputError('version-malformed', '`notBelow` is no version', { help: 'Pass a whole number, or 0.' });
    }
    this.#runtime = runtime;
    this.#arguments = [bundle, Array.isArray(keys) ? keys.join('\n') : `${keys}`, `${audience}`, `${day}`, notBelow];
    this.#begin();
    this.#locale = locale ?? this.environment().locale;
  }

  #begin() {
    try {
      this.#engine = new this.#runtime.glue.Engine(...this.#arguments);
    } catch (cause) {
      throw this.#runtime.judge(cause, BundleError, REFUSED);
    }
    this.#generation = this.#runtime.generation;
  }

  #ask(work) {
    if (!this.#arguments) {
      throw new EngineError('handle-freed', 'this policy was freed', { help: 'Load it again.' });
    }
    if (this.#generation !== this.#runtime.generation) this.#begin();
    try {
      return work(this.#engine);
    } catch (cause) {
      throw this.#runtime.judge(cause);
    }
  }

  assess(application, locale = this.#locale) {
    return this.#ask((engine) => engine.assess(application, `${locale}`));
  }

  assessText(application, locale = this.#locale) {
    return this.#ask((engine) => engine.assessText(application, `${locale}`));
  }

  plans(application, wish, locale = this.#locale) {
    return this.#ask((engine) => engine.plans(application, wish, `${locale}`));
  }

  earliest(application, wish) {
    const { status, as_of: day, earliest } = this.plans(application, wish).outcome;
    return status === 'reached' ? day : (earliest ?? null);
  }

  whatIf(application) {
    return this.#ask((engine) => new WhatIf(this.#runtime, engine.whatIf(application)));
  }

  policy(locale = this.#locale) {
    return this.#ask((engine) => engine.policy(`${locale}`));
  }

  reasons(locale = this.#locale) {
    return this.#ask((engine) => engine.reasons(`${locale}`));
  }

  reason(code, locale) {
    const found = this.reasons(locale).find((reason) => reason.code === code);
    if (found) return found;
    throw new InputError('reason-unknown', `the policy has no reason \`${code}\``, {
      help: '`reasons()` lists those of the bundle that is loaded.',
    });
  }

  checkField(kind, value, asOf = today(), locale = this.#locale) {
    return this.#ask((engine) => engine.checkField(`${kind}`, `${value}`, `${asOf}`, `${locale}`));
  }

  checkFieldPacked(kind, value, asOfDays = dayNumber(today())) {
    const number = typeof kind === 'number' ? kind : FIELD_KINDS.indexOf(kind) + 1;
    // The engine would take what is no whole number for another one.
    if (!FIELD_KINDS[number - 1]) throw new InputError('kind-unknown', `no kind of field \`${kind}\``, { help: 'See `FIELD_KINDS`.' });
    if (!Number.isInteger(asOfDays)) throw new InputError('day-malformed', 'no day', { help: 'Pass days since 1970-01-01.' });
    return this.#ask((engine) => engine.checkFieldPacked(number, `${value}`, asOfDays));
  }

  environment() {
    return this.#ask(() => this.#runtime.glue.environment());
  }

  version() {
    return this.#ask(() => this.#runtime.glue.version());
  }

  /** Gives the policy's memory back. Without it that happens when the object is collected. */
  free() {
    const isAlive = this.#arguments && this.#generation === this.#runtime.generation;
    if (isAlive) this.#engine.free();
    this.#arguments = null;
    this.#engine = null;
  }

  [DISPOSE]() {
    this.free();
  }
}
