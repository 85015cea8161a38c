// One module and the instance of it that runs now.
import { EngineError, InputError, PrecheckError } from './error.js';

const BROKEN =
  'The engine was started anew, so the next call works; what-if handles and forms have to be made again. Report the input that did this.';

/**
 * Calls into the engine. Whatever ends a call in the middle, a trap or an exception out of an object that was passed in,
 * leaves memory behind that nobody may trust: the instance is then given up, and a new one takes its place.
 */
export class Runtime {
  #make;
  /** Which instance it is: what was made by an earlier one is lost. */
  generation = 0;

  /** `make()` instantiates at once; `first` is the instance that is there already. */
  constructor(make, first = make()) {
    this.#make = make;
    this.now = first;
  }

  /** The error to throw for what a call has thrown. */
  judge(cause, Refusal = InputError, help = '`problems` says where, and `text` what to do.') {
    if (cause instanceof PrecheckError) return cause;
    // What the engine throws itself carries its problems; it is as whole as before.
    if (Array.isArray(cause?.problems)) return new Refusal(cause.code, cause.message, { ...cause, cause, help });
    this.generation += 1;
    this.now?.end();
    try {
      this.now = this.#make();
    } catch {
      this.now = null;
    }
    // What an exception of somebody else says may be personal: it is the cause, and no part of the message.
    return new EngineError('engine-trapped', 'the engine stopped in the middle of a call', { cause, help: BROKEN });
  }

  /** The instance that runs. */
  get glue() {
    // Browsers of old refuse to instantiate at once on a page; there the next `load` does it.
    this.now ??= this.#make();
    return this.now;
  }
}
