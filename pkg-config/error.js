/** What went wrong, and in `help` what to do about it. The classes below say whose matter it is. */
export class PrecheckError extends Error {
  constructor(code, message, { problems = [], cause, help = '' } = {}) {
    super(message, { cause });
    // Not by syntax alone: engines before error causes would drop it, and so would their transpilers.
    this.cause = cause;
    this.code = code;
    this.problems = problems;
    this.help = help;
  }

  get name() {
    return 'PrecheckError';
  }
}

/** The module or the bundle did not arrive, or is not what was asked for. */
export class LoadError extends PrecheckError {
  get name() {
    return 'LoadError';
  }
}

/** The engine refused the bundle, or the keys. */
export class BundleError extends PrecheckError {
  get name() {
    return 'BundleError';
  }
}

/** Something that was passed in is not what it has to be; `problems` says where. */
export class InputError extends PrecheckError {
  get name() {
    return 'InputError';
  }
}

/** The engine itself failed, or a handle is used after its end. */
export class EngineError extends PrecheckError {
  get name() {
    return 'EngineError';
  }
}

/** The class of an error by its name, as for one that came out of a worker. */
export const errorClass = (name) =>
  [LoadError, BundleError, InputError, EngineError].find((one) => one.prototype.name === name) ?? PrecheckError;
