//! Everything that an outcome came from.
//!
//! For the server: every rule with its verdict, every characteristic with the
//! class of its value, its points and what they are measured against, every
//! fact with its source. For the public the same of what a browser may know,
//! and nothing that depends on the rest: whatever stays on the server, the
//! public trace of two applications with the same public facts and the same
//! outcome is the same.
//!
//! Points add up: `base` and all `points` are the score, and so are `baseline`
//! and all `contribution`s. In a public trace `withheld` stands for what is
//! not shown, and the sums are the score that the outcome shows.

use serde::Serialize;

use crate::evaluate::{Evaluation, Range, Truth, bands, open_span, points, settled};
use crate::facts::FactState;
use crate::outcome::{Outcome, PolicyRef, Status};
use crate::policy::{
    Audience, Characteristic, Conditional, Decision, Disclosure, FactDef, FactId, FactKind, Op,
    Policy, ReasonMethod, Rule, Scorecard, Source,
};
use crate::units::{Date, decimal};
use crate::validate::Validated;

/// The version of the trace's shape.
pub const TRACE_FORMAT: u8 = 1;

/// Everything that an outcome came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trace<'p> {
    /// [`TRACE_FORMAT`].
    pub format: u8,
    /// For whose eyes it is.
    pub audience: Audience,
    /// The policy that was evaluated.
    pub policy: PolicyRef<'p>,
    /// The scenario.
    pub scenario: &'p str,
    /// The day.
    pub as_of: Date,
    /// Where the application stands.
    pub status: Status,
    /// Every decision that is possible, mildest first.
    pub decisions: Vec<Decision>,
    /// The codes of the outcome's certain reasons, in its order.
    pub reasons: Vec<&'p str>,
    /// Every rule, in policy order.
    pub rules: Vec<TraceRule<'p>>,
    /// The score, if the scenario has a scorecard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<TraceScore<'p>>,
    /// The amounts in fen that an approval may come with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<Range>,
    /// Every fact of the scenario, in the order of asking.
    pub facts: Vec<TraceFact<'p>>,
}

/// A rule and what became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TraceRule<'p> {
    /// The id.
    pub id: &'p str,
    /// What it does where it fires.
    pub effect: Decision,
    /// `true` where it fires, `false` where it does not, `null` where that is open.
    pub fires: Option<bool>,
    /// The reason that it gives.
    pub reason: &'p str,
    /// Whether a person is told that reason or the neutral one.
    pub disclosure: Disclosure,
}

/// A score and what it is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TraceScore<'p> {
    /// The scorecard.
    pub scorecard: &'p str,
    /// How reasons are ranked: what points are measured against.
    pub method: ReasonMethod,
    /// How many decimals all points have.
    pub digits: u8,
    /// The least and the most that the score can be.
    pub total: Range,
    /// What the bands say of that score.
    pub bands: Vec<Decision>,
    /// Points that everybody has.
    pub base: i64,
    /// `base` and all baselines: the score that costs no reason anything.
    pub baseline: i64,
    /// What characteristics that are not shown add, in a public trace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub withheld: Option<Range>,
    /// The characteristics, in policy order.
    pub contributions: Vec<Contribution<'p>>,
}

/// A characteristic of a score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Contribution<'p> {
    /// The facts that it looks at.
    pub facts: Vec<&'p str>,
    /// The class that the value lies in.
    pub class: TraceClass<'p>,
    /// The least and the most points; the same where the class is settled.
    pub points: Range,
    /// What the ranking of reasons measures against.
    pub baseline: i64,
    /// Points above the baseline, negative below it.
    pub contribution: Range,
    /// The reason given where it costs points.
    pub reason: &'p str,
}

/// The class of a value: what the scorecard does not tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TraceClass<'p> {
    /// From the first value to the second, both included, in the fact's unit.
    Between(i64, i64),
    /// A code.
    Code(&'p str),
    /// Known to be absent.
    Missing,
    /// A special code.
    Special(&'p str),
    /// The case with this number, from 1, of a characteristic by cases.
    Case(usize),
    /// None of its cases.
    Otherwise,
    /// Not known.
    Open,
}

/// A fact as it was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TraceFact<'p> {
    /// The name.
    pub name: &'p str,
    /// Where it comes from.
    pub source: Source,
    /// For whose eyes it is.
    pub audience: Audience,
    /// Whether a formula gives it.
    pub derived: bool,
    /// What is known.
    pub state: TraceState<'p>,
    /// The lowest and the highest value that it can have, as written in an
    /// application; left out for truth values and codes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<[TraceValue<'p>; 2]>,
}

/// The state of a fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TraceState<'p> {
    /// Not known.
    Unknown,
    /// Known to be absent.
    Missing,
    /// A special code.
    Special(&'p str),
    /// A value.
    Known(TraceValue<'p>),
    /// A value between these two.
    Between(TraceValue<'p>, TraceValue<'p>),
}

/// A value as written in an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum TraceValue<'p> {
    /// A truth value.
    Bool(bool),
    /// In the fact's unit.
    Integer(i64),
    /// A code.
    Code(&'p str),
    /// A day, or a decimal number.
    Text(String),
}

impl Trace<'_> {
    /// The canonical JSON text.
    pub fn to_json(&self) -> String {
        crate::wire::json_text(self)
    }
}

/// The trace for who holds the policy: the full one with the whole policy, the
/// public one with its projection.
pub fn trace<'p>(
    policy: &'p Policy,
    application: &Validated,
    evaluation: &Evaluation,
    outcome: &Outcome<'p>,
) -> Trace<'p> {
    let audience = policy.model().audience;
    trace_for(policy, application, evaluation, outcome, audience)
}

/// The trace for these eyes; of a projection there is no full one.
pub fn trace_for<'p>(
    policy: &'p Policy,
    application: &Validated,
    evaluation: &Evaluation,
    outcome: &Outcome<'p>,
    audience: Audience,
) -> Trace<'p> {
    let is_full = audience == Audience::Server && policy.model().audience == Audience::Server;
    let tracer = Tracer {
        policy,
        application,
        is_full,
    };
    let scenario = policy.scenario(application.scenario);
    let rules = scenario.rules.iter().zip(&evaluation.rules);
    let scenario_facts = scenario.facts.iter();
    Trace {
        format: TRACE_FORMAT,
        audience: if is_full {
            Audience::Server
        } else {
            Audience::Public
        },
        policy: outcome.policy.clone(),
        scenario: &scenario.name,
        as_of: outcome.as_of,
        status: outcome.status,
        decisions: outcome.decisions.clone(),
        reasons: outcome.reasons.iter().map(|one| one.code).collect(),
        rules: rules
            .filter(|(rule, _)| tracer.shows(rule))
            .map(|(rule, truth)| tracer.rule(rule, *truth))
            .collect(),
        score: scenario
            .scorecard
            .as_ref()
            .and_then(|card| tracer.score(card, evaluation)),
        limit: outcome.limit,
        facts: scenario_facts
            .filter(|fact| tracer.is_shown(**fact))
            .filter_map(|fact| Some((*fact, policy.fact(*fact)?)))
            .map(|(fact, def)| tracer.fact(fact, def))
            .collect(),
    }
}

struct Tracer<'p, 'a> {
    policy: &'p Policy,
    application: &'a Validated,
    is_full: bool,
}

impl<'p> Tracer<'p, '_> {
    fn is_shown(&self, fact: FactId) -> bool {
        let def = self.policy.fact(fact);
        self.is_full || def.is_some_and(|def| def.audience == Audience::Public)
    }

    /// Whether a rule is shown: to the public, one that public facts decide
    /// and whose reason is told.
    fn shows(&self, rule: &Rule) -> bool {
        let reason = self.policy.model().reasons.get(usize::from(rule.reason));
        let is_told = reason.is_some_and(|one| one.disclosure == Disclosure::Full);
        let mut ops = rule.when.iter();
        self.is_full
            || is_told
                && ops.all(|op| match op {
                    Op::Atom(fact, _) => self.is_shown(*fact),
                    Op::Opaque => false,
                    Op::Not | Op::All(_) | Op::Any(_) => true,
                })
    }

    fn code(&self, reason: u16) -> &'p str {
        &self.policy.model().reasons[usize::from(reason)].code
    }

    fn rule(&self, rule: &'p Rule, truth: Truth) -> TraceRule<'p> {
        TraceRule {
            id: &rule.id,
            effect: rule.effect,
            fires: match truth {
                Truth::True => Some(true),
                Truth::False => Some(false),
                Truth::Unknown => None,
            },
            reason: self.code(rule.reason),
            disclosure: self.policy.model().reasons[usize::from(rule.reason)].disclosure,
        }
    }

    fn score(&self, card: &'p Scorecard, evaluation: &Evaluation) -> Option<TraceScore<'p>> {
        let total = if self.is_full {
            evaluation.score?
        } else {
            evaluation.shown_score?
        };
        let simple = card.characteristics.iter();
        let mut contributions: Vec<Contribution<'p>> = simple
            .filter(|one| self.is_shown(one.fact))
            .filter_map(|one| self.characteristic(one))
            .collect();
        let by_cases = card.conditional.iter();
        contributions.extend(
            by_cases
                .filter(|one| one.facts().all(|fact| self.is_shown(fact)))
                .map(|one| self.conditional(one)),
        );
        let base = i64::from(card.base);
        let sum = |of: fn(&Contribution<'p>) -> i64| contributions.iter().map(of).sum::<i64>();
        let shown = Range {
            min: base + sum(|one| one.points.min),
            max: base + sum(|one| one.points.max),
        };
        let withheld = Range {
            min: total.min - shown.min,
            max: total.max - shown.max,
        };
        Some(TraceScore {
            scorecard: &card.id,
            method: card.method,
            digits: card.digits,
            total,
            bands: bands(card, total).iter().collect(),
            base,
            baseline: base + sum(|one| one.baseline),
            withheld: Some(withheld).filter(|_| !self.is_full),
            contributions,
        })
    }

    fn characteristic(&self, one: &'p Characteristic) -> Option<Contribution<'p>> {
        let def = self.policy.fact(one.fact)?;
        let state = self.application.facts.get(one.fact);
        let range = if state.is_settled() {
            let points = i64::from(points(one, state));
            Range {
                min: points,
                max: points,
            }
        } else {
            // What the value may still be: its bins, or any of the others.
            let (low, high) = state.span().unwrap_or((def.min, def.max));
            let from = one.bins.partition_point(|bin| bin.upto < low);
            let upto = one.bins.partition_point(|bin| bin.upto < high);
            let reached = one.bins[from..].iter().take(upto + 1 - from);
            let others = one.missing.iter().chain(&one.specials);
            let others = others.filter(|_| state == FactState::Unknown);
            let points = reached.map(|bin| &bin.points).chain(others);
            let points = points.map(|points| i64::from(*points));
            Range {
                min: points.clone().min()?,
                max: points.max()?,
            }
        };
        let (facts, class) = (vec![&*def.name], class_of(one, def, state));
        Some(self.contribution(facts, class, range, one.baseline, one.reason))
    }

    fn conditional(&self, one: &'p Conditional) -> Contribution<'p> {
        let facts = &self.application.facts;
        let found = settled(one, &self.policy.model().facts, facts);
        let (class, range, reason) = match found {
            Some((case, (points, reason))) => {
                let points = i64::from(points);
                let class = if case < one.cases.len() {
                    TraceClass::Case(case + 1)
                } else {
                    TraceClass::Otherwise
                };
                let range = Range {
                    min: points,
                    max: points,
                };
                (class, range, reason)
            }
            None => {
                let (min, max) = open_span(one, &self.policy.model().facts, facts);
                (TraceClass::Open, Range { min, max }, one.reason)
            }
        };
        let mut names: Vec<&'p str> = Vec::new();
        for def in one.facts().filter_map(|fact| self.policy.fact(fact)) {
            if !names.contains(&&*def.name) {
                names.push(&def.name);
            }
        }
        self.contribution(names, class, range, one.baseline, reason)
    }

    fn contribution(
        &self,
        facts: Vec<&'p str>,
        class: TraceClass<'p>,
        points: Range,
        baseline: i32,
        reason: u16,
    ) -> Contribution<'p> {
        let baseline = i64::from(baseline);
        Contribution {
            facts,
            class,
            points,
            baseline,
            contribution: Range {
                min: points.min - baseline,
                max: points.max - baseline,
            },
            reason: self.code(reason),
        }
    }

    fn fact(&self, fact: FactId, def: &'p FactDef) -> TraceFact<'p> {
        let has_domain = !matches!(def.kind, FactKind::Bool | FactKind::Code);
        let derived = &self.policy.model().derived;
        TraceFact {
            name: &def.name,
            source: def.source,
            audience: def.audience,
            derived: derived.iter().any(|one| one.fact == fact),
            state: match self.application.facts.get(fact) {
                FactState::Unknown => TraceState::Unknown,
                FactState::Missing => TraceState::Missing,
                FactState::Special(code) => TraceState::Special(named(&def.specials, code.into())),
                FactState::Known(known) => TraceState::Known(value(def, known)),
                FactState::Between(low, high) => {
                    TraceState::Between(value(def, low), value(def, high))
                }
            },
            domain: has_domain.then(|| [value(def, def.min), value(def, def.max)]),
        }
    }
}

fn named(codes: &[String], index: usize) -> &str {
    codes.get(index).map_or("", |code| code)
}

fn class_of<'p>(one: &Characteristic, def: &'p FactDef, state: FactState) -> TraceClass<'p> {
    match state {
        FactState::Unknown | FactState::Between(..) => TraceClass::Open,
        FactState::Missing => TraceClass::Missing,
        FactState::Special(code) => TraceClass::Special(named(&def.specials, code.into())),
        FactState::Known(code) if def.kind == FactKind::Code => TraceClass::Code(named(
            &def.codes,
            usize::try_from(code).unwrap_or(usize::MAX),
        )),
        FactState::Known(known) => {
            let bin = one.bins.partition_point(|bin| bin.upto < known);
            let before = bin.checked_sub(1).and_then(|index| one.bins.get(index));
            let from = before.map_or(def.min, |bin| bin.upto + 1);
            let upto = one.bins.get(bin).map_or(def.max, |bin| bin.upto);
            TraceClass::Between(from, upto.min(def.max))
        }
    }
}

/// A value as it is written in an application.
fn value(def: &FactDef, value: i64) -> TraceValue<'_> {
    let day = || Date::from_days(i32::try_from(value).ok()?);
    match def.kind {
        FactKind::Bool => TraceValue::Bool(value != 0),
        FactKind::Code => TraceValue::Code(named(
            &def.codes,
            usize::try_from(value).unwrap_or(usize::MAX),
        )),
        FactKind::Date => day().map_or(TraceValue::Integer(value), |day| {
            TraceValue::Text(day.to_string())
        }),
        FactKind::Decimal => {
            let mut text = String::new();
            decimal::write(&mut text, value, def.digits);
            TraceValue::Text(text)
        }
        _ => TraceValue::Integer(value),
    }
}
