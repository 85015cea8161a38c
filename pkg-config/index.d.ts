/// <reference lib="esnext.disposable" />
import type {
  Advice,
  Application,
  Assessment,
  Audience,
  Day,
  Decision,
  FactOf,
  FieldAnswer,
  FieldKind,
  FieldOf,
  FieldStatus,
  Locale,
  Notice,
  PolicyTypes,
  PolicyView,
  ReasonView,
  ScenarioOf,
  Span,
  Wish,
} from './answers.js';

export type * from './answers.js';
export { factsFor, probe, PROBE_LIMITS, type Probe, type ProbeOptions } from './probe.js';

/** Bytes, an address to fetch them from (in Node also a path), or a response that holds them. */
export type Source = BufferSource | URL | string | Response;

/** One problem of a refused bundle, list of keys or application. */
export interface Problem {
  /** Where, as a JSON Pointer. */
  readonly at: string;
  readonly code: string;
  readonly text: string;
}

/** The base of all errors of this package. Besides them only the reason of an `AbortSignal` is thrown. */
export class PrecheckError extends Error {
  constructor(code: string, message: string, details?: { problems?: readonly Problem[]; cause?: unknown; help?: string });
  /** What went wrong, for programs: see the table of errors in the README. Never changes its meaning. */
  readonly code: string;
  readonly problems: readonly Problem[];
  readonly cause?: unknown;
  /** What to do about it, for a developer. */
  readonly help: string;
}

/** The module or the bundle did not arrive, or is not what was asked for. */
export class LoadError extends PrecheckError {}

/** The engine refused the bundle, or the keys. */
export class BundleError extends PrecheckError {}

/** Something that was passed in is not what it has to be; `problems` says where. */
export class InputError extends PrecheckError {}

/** The engine itself failed (`engine-trapped`), or a handle is used after its end. */
export class EngineError extends PrecheckError {}

/** What every way of loading takes. */
export interface PolicyOptions {
  /**
   * The keys that may sign the policy: lines as `precheck key new` writes them, or whole files of them. They belong into
   * the code of the page; fetched from where the bundle comes from, they would prove nothing.
   */
  keys: string | readonly string[];
  /** Whose bundle it has to be; `public` without it. Only a server has business with `server`. */
  audience?: Audience;
  /** The day by which validity is judged; without it, today in Shanghai by the device's clock. */
  today?: Day;
  /** The highest version seen before: an older bundle is refused. 0, without it, for none. */
  notBelow?: number;
  /** The language where a call names none; without it, the first of the person's languages that the engine speaks. */
  locale?: Locale;
}

export interface LoadOptions extends PolicyOptions {
  /** The policy bundle, of the audience `public` in a browser. */
  bundle: Source | Promise<Source>;
  /** The module; without it, `core.wasm` beside the loader. Each source is compiled once. */
  wasm?: Source | WebAssembly.Module | Promise<Source | WebAssembly.Module>;
  /** The hash that the module has to have, as in an HTML attribute: {@link INTEGRITY}, or several with spaces between. */
  integrity?: string;
  /** Ends loading; the promise is then rejected with the signal's reason. */
  signal?: AbortSignal;
}

export interface LoadSyncOptions extends PolicyOptions {
  /** The bytes of the policy bundle. */
  bundle: BufferSource;
  /** The bytes of `core.wasm`, or a module; in Node, workerd and `./inline` the package's own without it. */
  wasm?: BufferSource | WebAssembly.Module;
}

/**
 * Loads the engine, once for each source, and a policy. Streams where the server says `application/wasm`; otherwise, and
 * with `integrity`, the bytes come first.
 *
 * @throws LoadError, BundleError, InputError, the reason of `signal`
 */
export function load<P extends PolicyTypes = PolicyTypes>(options: LoadOptions): Promise<Precheck<P>>;

/**
 * The same at once, of bytes. Browsers allow it in workers; on a page use {@link load}.
 *
 * @throws LoadError, BundleError, InputError
 */
export function loadSync<P extends PolicyTypes = PolicyTypes>(options: LoadSyncOptions): Precheck<P>;

/** The version of this package. */
export const VERSION: string;
/** The hash of this version's `core.wasm`: `sha384-…`. */
export const INTEGRITY: string;

/**
 * The engine with one policy. Calls need no cleaning up: what they use is given back before they return. Names are those
 * of the policy; with types that `precheck types` has written, the compiler knows them.
 */
export class Precheck<P extends PolicyTypes = PolicyTypes> {
  private constructor();
  /** Assesses what is known of an application. */
  assess(application: Application<P>, locale?: Locale): Assessment<P>;
  /** The same answer as canonical JSON text, byte for byte the server's. */
  assessText(application: Application<P>, locale?: Locale): string;
  /**
   * What the person can do to reach a goal: the cheapest plan, proved, those with fewer changes, what waiting does, or
   * what blocks. Without a wish the goal is to be approved.
   */
  plans(application: Application<P>, wish?: Wish<P>, locale?: Locale): Advice<P>;
  /** The first day on which the goal is reached if nobody does anything; `null` when there is none in sight. */
  earliest(application: Application<P>, wish?: Wish<P>): Day | null;
  /** Begins with an application whose facts will change; throws what `assess` throws. Free it when done. */
  whatIf(application: Application<P>): WhatIf<P>;
  /** The policy as forms see it: fields, questions, codes and their names. */
  policy(locale?: Locale): PolicyView<P>;
  /** Every reason of the bundle, as it is said to nobody in particular. */
  reasons(locale?: Locale): ReasonView<P>[];
  /** One of them. Throws `reason-unknown`. */
  reason(code: P['reason'], locale?: Locale): ReasonView<P>;
  /** Checks one field, and says it in words; `asOf` is today in Shanghai without it. */
  checkField(kind: FieldKind, value: string, asOf?: Day, locale?: Locale): FieldAnswer;
  /**
   * Checks one field on every keystroke: a packed number out, which {@link unpackField} reads. The kind by name or by its
   * number in {@link FIELD_KINDS}, from 1; `asOfDays` counts days since 1970-01-01.
   */
  checkFieldPacked(kind: FieldKind | number, value: string, asOfDays?: number): number;
  /** The person's language among those spoken here, and whether the device believes that it has a network. */
  environment(): { locale: Locale; online: boolean | null };
  /** The version of the engine. */
  version(): string;
  /** Gives the policy's memory back; nothing may be called afterwards. */
  free(): void;
  [Symbol.dispose](): void;
}

/**
 * One application whose facts change one at a time, as under a slider. Verdicts are packed into one integer: bits 0–3
 * the decisions that are possible, in the order of {@link Decision}; bits 4–7 the same if the checks that only the
 * server can make find nothing; then the flags of {@link WHAT_IF}. {@link unpackWhatIf} reads it.
 *
 * A handle is lost, with the code `handle-lost`, when a call traps and the engine is started anew.
 */
export class WhatIf<P extends PolicyTypes = PolicyTypes> {
  private constructor();
  /** The number of a fact of the scenario. Throws `fact-unknown`. Ask once. */
  fact(name: FactOf<P>): number;
  /** The verdict on what is known now. */
  verdict(): number;
  /**
   * Gives a fact a value in its unit and says the verdict. Units: 0 or 1, an integer, fen, basis points, days since
   * 1970-01-01, the position of a code, a decimal without its point (1.25 with two digits is 125). What the declaration
   * does not allow, a fact that is computed from others and one that the scenario does not have are refused: the flag
   * `REFUSED` is set, and the rest of the verdict is that of what holds as before.
   */
  set(fact: number, value: number): number;
  /** Makes a fact `UNKNOWN`, `MISSING`, or the special code at the position `state - SPECIAL`. Refuses as `set` does. */
  setState(fact: number, state: number): number;
  /** The least and the most that the score can be as far as public facts determine it; `undefined` without a scorecard. */
  readonly scoreMin: number | undefined;
  readonly scoreMax: number | undefined;
  /** Gives its memory back; nothing may be called afterwards. The policy itself is kept as long as a handle needs it. */
  free(): void;
  [Symbol.dispose](): void;
}

/** The flags of a packed what-if verdict, and the states that `setState` takes. */
export const WHAT_IF: {
  /** Each decision, and both ends of the score and of the limit, are known to be reached. */
  readonly TIGHT: number;
  /** The change was refused. */
  readonly REFUSED: number;
  /**
   * No application has these facts together, for which `assess` throws `facts-contradict`: there are no decisions, until
   * one of the facts is changed.
   */
  readonly CONTRADICTS: number;
  readonly UNKNOWN: number;
  readonly MISSING: number;
  /** The first of a fact's special codes. */
  readonly SPECIAL: number;
};

/** A packed what-if verdict in full. */
export function unpackWhatIf(packed: number): {
  decisions: Decision[];
  ifChecksPass: Decision[];
  tight: boolean;
  refused: boolean;
  contradicts: boolean;
};

/** The kinds of field, in the order of their numbers. */
export const FIELD_KINDS: readonly FieldKind[];

/** A packed check of a field in full. `issue` is a number, 0 for none; `checkField` says it in words. */
export function unpackField(packed: number): { status: FieldStatus; issue: number; span: Span | null };

/** What somebody fills in: the fields and facts of one scenario, looked at on every keystroke. */
export interface Form<P extends PolicyTypes = PolicyTypes, S extends ScenarioOf<P> = ScenarioOf<P>> {
  /** A field as it stands after a keystroke; returns the packed check, which {@link unpackField} reads. */
  type(name: P['scenarios'][S]['fields'], value: string): number;
  /** The check of a field in words. */
  check(name: P['scenarios'][S]['fields'], locale?: Locale): FieldAnswer;
  /**
   * A fact as an application writes it, `undefined` to take it back; returns the packed verdict, which
   * {@link unpackWhatIf} reads. With the flag `REFUSED` nothing has changed.
   */
  put<F extends keyof P['scenarios'][S]['facts'] & string>(name: F, value: P['scenarios'][S]['facts'][F] | undefined): number;
  /** The packed verdict on what is there now. */
  verdict(): number;
  /** Whether every field is fine, and every fact that is asked for is given. */
  readonly isComplete: boolean;
  /** What is filled in; fields that are empty are left out. */
  application(): Application<P>;
  /** Assesses what is filled in. */
  assess(locale?: Locale): Assessment<P>;
  /** Gives its memory back; it takes some again when it is used again. */
  free(): void;
  [Symbol.dispose](): void;
}

/** Begins an empty form for a scenario. Throws `scenario-unknown`. */
export function form<P extends PolicyTypes, S extends ScenarioOf<P>>(
  precheck: Precheck<P>,
  scenario: S,
  options?: { asOf?: Day; locale?: Locale },
): Form<P, S>;

/**
 * Lays a notice out, that of an assessment or of the server's decision: one sentence (`short`) or one screen, as plain
 * text or as a fragment of HTML in which everything is escaped. The same bytes as `precheck assess --length`.
 */
export function explain(notice: Notice, options?: { length?: 'short' | 'screen'; format?: 'text' | 'html' }): string;
