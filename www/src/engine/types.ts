// The engine's answers, as far as the page reads them.

import type { Locale } from '../locale';

export type Decision = 'approve' | 'refer' | 'retry-later' | 'decline';

/** A score as far as public facts determine it. */
export interface Score {
  readonly min: number;
  readonly max: number;
  readonly approve_from: number | null;
}

export interface OutcomeReason {
  readonly code: string;
  readonly lasts: 'until-changed' | 'passes' | 'short' | 'permanent';
  /** The first day without it, `YYYY-MM-DD`; absent where that is not known. */
  readonly until?: string;
}

export interface Outcome {
  readonly status: 'likely' | 'cannot-tell' | 'would-fail' | 'decided';
  readonly decisions: readonly Decision[];
  readonly score: Score | null;
  readonly reasons: readonly OutcomeReason[];
  readonly ask: readonly { readonly fact: string; readonly field: string | null }[];
  /** How likely each possible decision is, in basis points; absent where the policy does not say. */
  readonly likelihood?: {
    readonly decisions: readonly { readonly decision: Decision; readonly probability: number }[];
    /** Whether this holds only if what the server checks finds nothing. */
    readonly if_checks_pass: boolean;
  };
  /** Public facts that are not known. */
  readonly unknown: readonly string[];
}

export interface NoticeReason {
  readonly code: string;
  readonly title: string;
  readonly text: string;
  readonly help: string;
  /** From which day on it is over, in words; absent where that is not known. */
  readonly until?: string;
}

export interface Notice {
  readonly locale: Locale;
  /** Everything in one sentence that a text message holds. */
  readonly short: string;
  readonly headline: string;
  readonly detail: string;
  /** How large the line is or would be; absent when it cannot be approved or has no amount. */
  readonly limit?: string;
  readonly reasons: readonly NoticeReason[];
  readonly possible: readonly NoticeReason[];
  /** Who to talk to about the reasons, each once. */
  readonly contacts: readonly { readonly contact: 'service' | 'security' | 'record'; readonly text: string }[];
  readonly checks: readonly { readonly code: string; readonly title: string }[];
  readonly ask: readonly { readonly fact: string; readonly label: string; readonly question: string }[];
  /** What the fields say about each other; absent when that is nothing. */
  readonly form?: readonly { readonly message: string }[];
  readonly note: string;
}

/** What the engine or the server says about an application. */
export interface Document {
  readonly outcome: Outcome;
  readonly notice: Notice;
}

export type FactValue = number | boolean | string;

/** What is known of an application; facts that are left out are unknown. */
export interface Application {
  scenario: string;
  as_of: string;
  fields: Record<string, string>;
  facts: Record<string, FactValue>;
}

export interface FieldCheck {
  readonly status: 'ok' | 'incomplete' | 'warn' | 'invalid';
  readonly code: string | null;
  readonly suggestions: readonly string[];
  readonly message: string | null;
}

export type FactKind = 'bool' | 'integer' | 'money' | 'ratio' | 'date' | 'days' | 'years' | 'code' | 'decimal';

/** A fact that the applicant is asked for. */
export interface Question {
  readonly name: string;
  readonly kind: FactKind;
  readonly asked: boolean;
  readonly label: string;
  readonly question: string;
  readonly codes: readonly { readonly code: string; readonly label: string }[];
}

/** A fact as the policy declares it, asked for or known to the shop. */
export interface FactView extends Question {
  /** The ends of its domain, in its unit. */
  readonly min: number;
  readonly max: number;
  /** How many decimals both have; absent when none. */
  readonly digits?: number;
  /** Whether and how the person can change it. */
  readonly actionable: 'no' | 'up' | 'down' | 'free';
}

export interface PolicyView {
  readonly scenarios: readonly {
    readonly name: string;
    readonly fields: readonly { readonly name: string; readonly kind: string }[];
    readonly facts: readonly FactView[];
  }[];
}

/** One fact of a plan; values as an application writes them. */
export interface PlanStep {
  readonly fact: string;
  readonly to: FactValue;
}

/** What the person can do, in facts and in words; the lists of plans have the same order. */
export interface Advice {
  readonly outcome: {
    readonly as_of: string;
    readonly status: 'reached' | 'plans' | 'nothing-helps' | 'unknown';
    readonly plans: readonly {
      readonly steps: readonly PlanStep[];
      readonly moves: readonly PlanStep[];
      readonly from: string;
    }[];
  };
  readonly notice: {
    readonly locale: Locale;
    readonly summary?: string;
    readonly plans: readonly {
      readonly steps: readonly string[];
      readonly moves: readonly string[];
      readonly result: string;
      readonly from?: string;
    }[];
    readonly earliest?: string;
    /** What blocks, where nothing helps. */
    readonly blocked: readonly { readonly code: string; readonly title: string; readonly help: string }[];
    readonly note: string;
  };
}

/** One application whose facts change; values are numbers in the unit of their fact. */
export interface Trial {
  fact(name: string): number;
  set(fact: number, value: number): number;
  readonly scoreMin: number | undefined;
  readonly scoreMax: number | undefined;
  free(): void;
}

/** How an order is paid back, in words. */
export interface Repayment {
  readonly notice: {
    readonly plans: readonly { readonly title: string; readonly yearly: string; readonly instalments: readonly string[] }[];
    readonly late: string;
  };
}

/** What the page uses of the package `@precheck/core`. */
export interface Engine {
  assess(application: Application, locale: Locale): Document;
  plans(application: Application, wish: { readonly locks: readonly string[] }, locale: Locale): Advice;
  whatIf(application: Application): Trial;
  /** Throws where the policy has no terms of paying back. */
  repayment(amount: number, from: string, locale: Locale): Repayment;
  policy(locale: Locale): PolicyView;
  checkField(kind: string, value: string, asOf: string, locale: Locale): FieldCheck;
}
