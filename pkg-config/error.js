/** What went wrong, and in `help` what to do about it. */
export class PrecheckError extends Error {
  constructor(code, message, { problems = [], cause, help = '' } = {}) {
    super(message, { cause });
    this.name = 'PrecheckError';
    this.code = code;
    this.problems = problems;
    this.help = help;
  }
}
