// What-if questions: numbers in, a packed number out.
import { DISPOSE } from './dispose.js';
import { EngineError } from './error.js';

/** The flags of a packed what-if verdict, and the states that `setState` takes. */
export const WHAT_IF = /*#__PURE__*/ Object.freeze({
  TIGHT: 1 << 8,
  REFUSED: 1 << 9,
  CONTRADICTS: 1 << 10,
  UNKNOWN: 0,
  MISSING: 1,
  SPECIAL: 2,
});

const DECISIONS = ['approve', 'refer', 'retry-later', 'decline'];
const decisions = (bits) => DECISIONS.filter((_, place) => (bits >> place) & 1);

/** A packed what-if verdict in full. */
export const unpackWhatIf = (packed) => ({
  decisions: decisions(packed),
  ifChecksPass: decisions(packed >> 4),
  tight: (packed & WHAT_IF.TIGHT) !== 0,
  refused: (packed & WHAT_IF.REFUSED) !== 0,
  contradicts: (packed & WHAT_IF.CONTRADICTS) !== 0,
});

/** An application whose facts change one at a time. */
export class WhatIf {
  #runtime;
  #generation;
  #handle;

  constructor(runtime, handle) {
    this.#runtime = runtime;
    this.#generation = runtime.generation;
    this.#handle = handle;
  }

  #ask(work) {
    if (!this.#handle) {
      throw new EngineError('handle-freed', 'this handle was freed', { help: 'Make another with `whatIf`.' });
    }
    if (this.#generation !== this.#runtime.generation) {
      throw new EngineError('handle-lost', 'the engine was started anew since this handle was made', {
        help: 'Make another with `whatIf`.',
      });
    }
    try {
      return work(this.#handle);
    } catch (cause) {
      throw this.#runtime.judge(cause);
    }
  }

  fact(name) {
    return this.#ask((handle) => handle.fact(`${name}`));
  }

  verdict() {
    return this.#ask((handle) => handle.verdict());
  }

  set(fact, value) {
    // The engine would take what is no number for 0, and so for a fact or a value.
    if (!Number.isInteger(fact) || typeof value !== 'number') return this.verdict() | WHAT_IF.REFUSED;
    return this.#ask((handle) => handle.set(fact, value));
  }

  setState(fact, state) {
    if (!Number.isInteger(fact) || !Number.isInteger(state)) return this.verdict() | WHAT_IF.REFUSED;
    return this.#ask((handle) => handle.setState(fact, state));
  }

  get scoreMin() {
    return this.#ask((handle) => handle.scoreMin);
  }

  get scoreMax() {
    return this.#ask((handle) => handle.scoreMax);
  }

  /** Gives its memory back. Without it that happens when the object is collected. */
  free() {
    const handle = this.#handle;
    this.#handle = null;
    // What an instance that was given up holds goes with it.
    if (this.#generation === this.#runtime.generation) handle?.free();
  }

  [DISPOSE]() {
    this.free();
  }
}
