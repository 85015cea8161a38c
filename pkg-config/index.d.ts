/** The languages that the engine speaks. */
export type Locale = 'zh-CN' | 'en';

/** Bytes, an address to fetch them from, or a response that holds them. */
export type Source = BufferSource | URL | string | Response;

/** One problem of a refused bundle, list of keys or application. */
export interface Problem {
  /** Where, as a JSON Pointer. */
  readonly at: string;
  readonly code: string;
  readonly text: string;
}

/** The only error that this package throws. */
export class PrecheckError extends Error {
  constructor(code: string, message: string, details?: { problems?: Problem[]; cause?: unknown; help?: string });
  /**
   * `wasm-unavailable`, `bundle-unavailable`, `bundle-refused`, `engine-failed`, `version-malformed`, or the engine's
   * own code, such as `bundle-unsigned`, `bundle-key-unknown`, `bundle-altered` or `bundle-expired`.
   */
  readonly code: string;
  readonly problems: readonly Problem[];
  readonly cause?: unknown;
  /** What to do about it, for a developer. */
  readonly help: string;
}

export interface LoadOptions {
  /** The policy bundle, of the audience `public` in a browser. */
  bundle: Source | Promise<Source>;
  /**
   * The keys that may sign it: lines as `precheck key new` writes them, or whole files of them. They belong into the
   * code of the page; fetched from where the bundle comes from, they would prove nothing.
   */
  keys: string | readonly string[];
  /** Whose bundle it has to be; `public` without it. Only a server has business with `server`. */
  audience?: 'public' | 'server';
  /** The day, `YYYY-MM-DD`; without it, today in Shanghai by the device's clock. */
  today?: string;
  /** The highest version seen before: an older bundle is refused. 0, without it, for none. */
  notBelow?: number;
  /** The module; without it, `precheck_bg.wasm` beside the loader. Used by the first call only. */
  wasm?: Source | WebAssembly.Module | Promise<Source | WebAssembly.Module>;
}

/**
 * The engine with one policy loaded. Answers are plain objects; `Answer` names their shape where the caller knows
 * it better than `unknown` members do.
 */
export interface Precheck {
  /** Assesses what is known of an application. */
  assess<Answer = Record<string, unknown>>(application: object, locale: Locale): Answer;
  /** The same answer as canonical JSON text, byte for byte the server's. */
  assessText(application: object, locale: Locale): string;
  /** The policy as forms see it: fields, questions, codes and their names. */
  policy<Answer = Record<string, unknown>>(locale: Locale): Answer;
  /** Checks one field. `asOf` is a day, `YYYY-MM-DD`. */
  checkField<Answer = Record<string, unknown>>(kind: string, value: string, asOf: string, locale: Locale): Answer;
  /** Checks one field on every keystroke: numbers in, a packed number out. `asOfDays` counts days since 1970-01-01. */
  checkFieldPacked(kind: number, value: string, asOfDays: number): number;
  /** The person's language among those spoken here, and whether the device believes that it has a network. */
  environment(): { locale: Locale; online: boolean | null };
  /** The version of the engine. */
  version(): string;
  /** Gives the policy's memory back; nothing may be called afterwards. */
  free(): void;
}

/** Loads the engine, once for the page, and a policy. Throws {@link PrecheckError}. */
export function load(options: LoadOptions): Promise<Precheck>;
