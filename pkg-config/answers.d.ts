// What the engine answers. The same shapes come from the server; `precheck types` makes the names of a policy literal.

/** The languages that the engine speaks. */
export type Locale = 'zh-CN' | 'en';

/** A day, `YYYY-MM-DD`. */
export type Day = string;

/** What `precheck types bundle` writes for a bundle: the names that a policy has. */
export interface PolicyTypes {
  /** By scenario: the names of its identity fields, and what each fact may be. */
  scenarios: { [scenario: string]: { fields: string; facts: { [fact: string]: FactInput } } };
  /** Codes of reasons. */
  reason: string;
}

/** The scenarios of a policy. */
export type ScenarioOf<P extends PolicyTypes> = keyof P['scenarios'] & string;
/** The facts of all scenarios of a policy. */
export type FactOf<P extends PolicyTypes> = { [S in ScenarioOf<P>]: keyof P['scenarios'][S]['facts'] & string }[ScenarioOf<P>];
/** The identity fields of all scenarios of a policy. */
export type FieldOf<P extends PolicyTypes> = { [S in ScenarioOf<P>]: P['scenarios'][S]['fields'] }[ScenarioOf<P>];

/** A fact that is not known; it may be left out as well. */
export interface UnknownValue {
  state: 'unknown';
}

/** A fact in a state that is no value: known to be absent, or not known. */
export interface NoValue {
  state: 'missing' | 'unknown';
}

/** A special code, such as that of a source which did not answer. */
export interface SpecialValue<Code extends string = string> {
  special: Code;
}

/** Not known, but within these ends, both included. */
export type Between<Bound extends number | string = number | string> = { min: Bound; max?: Bound } | { min?: Bound; max: Bound };

/** A fact as an application writes it. Amounts are in fen, ratios in basis points, days as text, decimals as text. */
export type FactInput = boolean | number | string | NoValue | SpecialValue | Between;

/** What is known of somebody; facts that are left out are unknown. */
export type Application<P extends PolicyTypes = PolicyTypes> = {
  [S in ScenarioOf<P>]: {
    scenario: S;
    /** The day for which everything is looked at. */
    as_of: Day;
    /** Identity fields as typed. */
    fields?: { [F in P['scenarios'][S]['fields']]?: string };
    facts?: { [F in keyof P['scenarios'][S]['facts']]?: P['scenarios'][S]['facts'][F] | undefined };
  };
}[ScenarioOf<P>];

/** A decision, mildest first. */
export type Decision = 'approve' | 'refer' | 'retry-later' | 'decline';

export type Audience = 'public' | 'server';

/** How good the value of a field is. */
export type FieldStatus = 'ok' | 'incomplete' | 'warn' | 'invalid';

/** The kinds of identity field. */
export type FieldKind =
  | 'cn_id'
  | 'cn_name'
  | 'cn_mobile'
  | 'foreign_pr'
  | 'hk_mobile'
  | 'mo_mobile'
  | 'tw_mobile'
  | 'bankcard'
  | 'passport_cn'
  | 'hk_mo_permit'
  | 'tw_permit'
  | 'uscc'
  | 'email'
  | 'otp'
  | 'address';

/** A part of a text, in UTF-16 units. */
export interface Span {
  start: number;
  end: number;
}

/** Both ends included. */
export interface Range {
  min: number;
  max: number;
}

/** Which policy an answer comes from. */
export interface PolicyRef {
  pack: string;
  version: number;
  audience: Audience;
  /** SHA-256 of the bundle's payload, in hexadecimal. */
  hash: string;
}

/** The score as far as public facts determine it. */
export interface Score extends Range {
  /** From where on the scorecard approves; `null` when no score does. */
  approve_from: number | null;
  /** How many decimals the three have; left out when none. */
  digits?: number;
}

/** Whose matter a reason is. */
export type ReasonKind = 'applicant' | 'risk' | 'platform' | 'external';
/** Whether a reason goes away by itself. */
export type Lasts = 'until-changed' | 'passes' | 'short' | 'permanent';
/** Who to talk to. */
export type Contact = 'service' | 'security' | 'record';

export interface OutcomeReason<P extends PolicyTypes = PolicyTypes> {
  code: P['reason'];
  kind: ReasonKind;
  /** Whether a rule fired, or the score was too low. */
  stage: 'rule' | 'score';
  lasts: Lasts;
  /** The first day without it; left out where that is not known. */
  until?: Day;
  /** The facts that help when they change. */
  helps: FactOf<P>[];
  contact: Contact;
  /** Points lost against the baseline, where the public may see them. */
  points_lost: number | null;
}

export interface Likelihood {
  /** The decisions that are possible, mildest first; probabilities in basis points. */
  decisions: { decision: Decision; probability: number }[];
  /** Whether this holds only if checks that the server makes find nothing. */
  if_checks_pass: boolean;
  score?: { p5: number; p25: number; p50: number; p75: number; p95: number };
}

/** What follows from an application, for programs. */
export interface Outcome<P extends PolicyTypes = PolicyTypes> {
  format: 1;
  policy: PolicyRef;
  scenario: ScenarioOf<P>;
  as_of: Day;
  status: 'likely' | 'cannot-tell' | 'would-fail' | 'decided';
  /** Every decision that is possible, mildest first. One: it is certain. */
  decisions: Decision[];
  /** The same if the checks that only the server can make find nothing. */
  if_checks_pass: Decision[];
  /** Whether each decision, and both ends of the limit, are known to be reached. */
  tight: boolean;
  score: Score | null;
  /** The amounts in fen that an approval may come with. */
  limit?: Range;
  likelihood?: Likelihood;
  ranking?: { scorecard: string; method: 'below-mean' | 'below-best' | 'below-neutral' | 'above-neutral' };
  /** What stands in the way for certain; at most four, most weighty first. */
  reasons: OutcomeReason<P>[];
  /** What may stand in the way; at most four. */
  possible: OutcomeReason<P>[];
  /** What the server will look at besides. */
  checks: P['reason'][];
  /** What is worth asking next, best first. */
  ask: { fact: FactOf<P>; field: FieldOf<P> | null }[];
  /** The fields that were given, without what was typed. */
  fields: { name: FieldOf<P>; kind: FieldKind; status: FieldStatus; code: string | null; span: Span | null }[];
  /** What the fields say about each other. */
  form?: { fields: FieldOf<P>[]; code: string; status: FieldStatus }[];
  known: FactOf<P>[];
  unknown: FactOf<P>[];
}

export interface NoticeReason<P extends PolicyTypes = PolicyTypes> {
  code: P['reason'];
  title: string;
  /** What happened, or what is required. */
  text: string;
  help: string;
  /** From which day on it is over. */
  until?: string;
}

/** The same for people. */
export interface Notice<P extends PolicyTypes = PolicyTypes> {
  locale: Locale;
  /** Everything in one sentence that a text message holds. */
  short: string;
  headline: string;
  detail: string;
  limit?: string;
  reasons: NoticeReason<P>[];
  possible: NoticeReason<P>[];
  contacts: { contact: Contact; text: string }[];
  checks: { code: P['reason']; title: string }[];
  ask: { fact: FactOf<P>; label: string; question: string }[];
  fields: { name: FieldOf<P>; message: string }[];
  form?: { fields: FieldOf<P>[]; message: string }[];
  note: string;
}

/** What `assess` answers. */
export interface Assessment<P extends PolicyTypes = PolicyTypes> {
  outcome: Outcome<P>;
  notice: Notice<P>;
}

/** What is to be reached; everything may be left out. */
export interface Wish<P extends PolicyTypes = PolicyTypes> {
  /** The most severe decision that is good enough: `approve` by default. */
  decision?: Decision;
  /** The least limit in fen. */
  limit?: number;
  /** Points above what the decision needs. */
  margin?: number;
  /** Facts that are not to be changed. */
  locks?: FactOf<P>[];
  /** Where facts may be brought to, in their unit. */
  ranges?: { [F in FactOf<P>]?: number | { min?: number; max?: number } };
  /** The most facts to change. */
  changes?: number;
  /** How many days to look ahead; three years by default. */
  days?: number;
}

/** How sure it is: whatever is unknown, if the server's checks find nothing, or if unknown facts turn out well. */
export type Holds = 'certainly' | 'if-checks-pass' | 'possibly';

/** A value as an application writes it. */
export type Written = boolean | number | string;

/** One fact of a plan. */
export interface PlanStep<P extends PolicyTypes = PolicyTypes> {
  fact: FactOf<P>;
  /** Left out where it is not known. */
  from?: Written;
  to: Written;
}

/** Something that leads to the goal. */
export interface Plan<P extends PolicyTypes = PolicyTypes> {
  /** What the person changes. */
  steps: PlanStep<P>[];
  /** What moves with it. */
  moves: PlanStep<P>[];
  /** In the policy's own measure. */
  effort: number;
  /** The first day on which it is enough. */
  from: Day;
  holds: Holds;
  /** How facts that are not known must turn out besides, where `holds` is `possibly`. */
  needs: { fact: FactOf<P>; within: [Written, Written][] }[];
  decisions: Decision[];
  limit?: Range;
}

/** What `plans` answers. */
export interface Advice<P extends PolicyTypes = PolicyTypes> {
  outcome: {
    format: 1;
    policy: PolicyRef;
    scenario: ScenarioOf<P>;
    as_of: Day;
    goal: Decision;
    limit?: number;
    status: 'reached' | 'plans' | 'nothing-helps' | 'unknown';
    holds?: Holds;
    /** The cheapest, then those with fewer changes, then those that take less effort later. */
    plans: Plan<P>[];
    /** The first day on which the goal is reached if nobody does anything. */
    earliest?: Day;
    /** What blocks, where nothing helps. */
    blocked?: { reasons: P['reason'][]; together: boolean };
    certificate: { lower_bound: number | null; nodes: number; complete: boolean };
  };
  notice: {
    locale: Locale;
    summary?: string;
    plans: { steps: string[]; moves: string[]; result: string; from?: string }[];
    earliest?: string;
    blocked: { code: P['reason']; title: string; text: string; help: string }[];
    note: string;
  };
}

/** What `checkField` answers. It holds what was typed: it is not to be logged. */
export interface FieldAnswer {
  kind: FieldKind;
  status: FieldStatus;
  code: string | null;
  /** The value written plainly: the form to store when the status is `ok` or `warn`. */
  canonical: string;
  /** What may have been meant. Offer it, never apply it. */
  suggestions: string[];
  span: Span | null;
  birth_date: Day | null;
  /** In completed years. */
  age: number | null;
  /** The place that a good number names, such as 广东省深圳市. */
  region: string | null;
  message: string | null;
}

/** A name on the wire and in words. */
export interface Named<Code extends string = string> {
  code: Code;
  label: string;
}

export type FactKind = 'bool' | 'integer' | 'money' | 'ratio' | 'date' | 'days' | 'years' | 'code' | 'decimal';

/** A fact as forms see it. */
export interface FactView<P extends PolicyTypes = PolicyTypes> {
  name: FactOf<P>;
  kind: FactKind;
  min: number;
  max: number;
  /** How many decimals both have; left out when none. */
  digits?: number;
  /** Whether a form asks for it. */
  asked: boolean;
  /** Whether and how the person can change it, as plans see it. */
  actionable: 'no' | 'up' | 'down' | 'free';
  may_be_missing: boolean;
  label: string;
  /** Empty when it is not asked for. */
  question: string;
  codes: Named[];
  specials: Named[];
}

/** What `policy` answers. */
export interface PolicyView<P extends PolicyTypes = PolicyTypes> extends PolicyRef {
  scenarios: {
    name: ScenarioOf<P>;
    /** In the order of the form. */
    fields: { name: FieldOf<P>; kind: FieldKind }[];
    /** Public facts, in the order of asking. */
    facts: FactView<P>[];
  }[];
}

/** A reason as it is said to nobody in particular. */
export interface ReasonView<P extends PolicyTypes = PolicyTypes> {
  code: P['reason'];
  kind: ReasonKind;
  lasts: Lasts;
  contact: Contact;
  title: string;
  requirement: string;
  help: string;
}
