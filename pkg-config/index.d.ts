export { factsFor, probe, PROBE_LIMITS, type Probe, type ProbeOptions } from './probe.js';

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

/** The only error that this package throws, but for the reason of a signal that ends a probe. */
export class PrecheckError extends Error {
  constructor(code: string, message: string, details?: { problems?: Problem[]; cause?: unknown; help?: string });
  /**
   * `wasm-unavailable`, `bundle-unavailable`, `bundle-refused`, `engine-failed`, `version-malformed`, `probe-url`,
   * `probe-timeout`, or the engine's own code, such as `bundle-unsigned`, `bundle-key-unknown`, `bundle-altered` or `bundle-expired`.
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

/** A decision, mildest first. */
export type Decision = 'approve' | 'refer' | 'retry-later' | 'decline';

/**
 * One application whose facts change one at a time, as under a slider. Verdicts are packed into one integer: bits 0–3
 * the decisions that are possible, in the order of {@link Decision}; bits 4–7 the same if the checks that only the
 * server can make find nothing; then the flags of {@link WHAT_IF}. {@link unpackWhatIf} reads it.
 */
export interface WhatIf {
  /** The number of a fact of the scenario. Throws `fact-unknown`. Ask once. */
  fact(name: string): number;
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

/**
 * The engine with one policy loaded. Answers are plain objects; `Answer` names their shape where the caller knows
 * it better than `unknown` members do.
 */
/** What is to be reached; everything may be left out. */
export interface Wish {
  /** The most severe decision that is good enough: `approve` by default. */
  decision?: Decision;
  /** The least limit in fen. */
  limit?: number;
  /** Points above what the decision needs. */
  margin?: number;
  /** Facts that are not to be changed. */
  locks?: string[];
  /** Where facts may be brought to, in their unit. */
  ranges?: Record<string, number | { min?: number; max?: number }>;
  /** The most facts to change. */
  changes?: number;
  /** How many days to look ahead; three years by default. */
  days?: number;
}

/** How sure it is: whatever is unknown, if the server's checks find nothing, or if unknown facts turn out well. */
export type Holds = 'certainly' | 'if-checks-pass' | 'possibly';

/** One fact of a plan; values as an application writes them. */
export interface PlanStep {
  fact: string;
  from?: boolean | number | string;
  to: boolean | number | string;
}

/** Something that leads to the goal. */
export interface Plan {
  /** What the person changes. */
  steps: PlanStep[];
  /** What moves with it. */
  moves: PlanStep[];
  /** In the policy's own measure. */
  effort: number;
  /** The first day on which it is enough. */
  from: string;
  holds: Holds;
  /** How facts that are not known must turn out besides, where `holds` is `possibly`. */
  needs: { fact: string; within: [boolean | number | string, boolean | number | string][] }[];
  decisions: Decision[];
  limit?: { min: number; max: number };
}

/** What `plans` returns. */
export interface Advice {
  outcome: {
    format: 1;
    policy: { pack: string; version: number; audience: 'public' | 'server'; hash: string };
    scenario: string;
    as_of: string;
    goal: Decision;
    limit?: number;
    status: 'reached' | 'plans' | 'nothing-helps' | 'unknown';
    holds?: Holds;
    /** The cheapest, then those with fewer changes, then those that take less effort later. */
    plans: Plan[];
    /** The first day on which the goal is reached if nobody does anything. */
    earliest?: string;
    /** What blocks, where nothing helps: codes of reasons. */
    blocked?: { reasons: string[]; together: boolean };
    certificate: { lower_bound: number | null; nodes: number; complete: boolean };
  };
  notice: {
    locale: Locale;
    summary?: string;
    plans: { steps: string[]; moves: string[]; result: string; from?: string }[];
    earliest?: string;
    blocked: { code: string; title: string; text: string; help: string }[];
    note: string;
  };
}

export interface Precheck {
  /** Assesses what is known of an application. */
  assess<Answer = Record<string, unknown>>(application: object, locale: Locale): Answer;
  /** The same answer as canonical JSON text, byte for byte the server's. */
  assessText(application: object, locale: Locale): string;
  /**
   * What the person can do to reach a goal: the cheapest plan, proved, those with fewer changes, what waiting does, or
   * what blocks. `wish` says which goal, what is not to be changed and where facts may be brought to; all of it may be
   * left out, and the goal is to be approved then.
   */
  plans(application: object, wish: Wish | undefined, locale: Locale): Advice;
  /** Begins with an application whose facts will change; throws what `assess` throws. Free it when done. */
  whatIf(application: object): WhatIf;
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
