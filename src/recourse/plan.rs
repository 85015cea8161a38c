//! What may be told of the ways that were found.

use serde::{Serialize, Serializer};

use super::needs::{Need, needs};
use super::search::Space;
use super::{Found, Goal, Holds, Way, Wish, find};
use crate::evaluate::{Board, Evaluation, Range, Truth};
use crate::outcome::{PolicyRef, Stage, decide};
use crate::policy::{Audience, Decision, Disclosure, FactDef, FactKind, Policy, Rule};
use crate::units::{Date, decimal};
use crate::validate::Validated;

/// A value as an application writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written<'p> {
    /// A truth value.
    Bool(bool),
    /// An integer in the fact's unit.
    Integer(i64),
    /// A code.
    Code(&'p str),
    /// A day or a decimal number.
    Text(String),
}

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Written::Bool(value) => serializer.serialize_bool(*value),
            Written::Integer(value) => serializer.serialize_i64(*value),
            Written::Code(code) => serializer.serialize_str(code),
            Written::Text(text) => serializer.serialize_str(text),
        }
    }
}

impl<'p> Written<'p> {
    pub(crate) fn of(def: &'p FactDef, value: i64) -> Written<'p> {
        match def.kind {
            FactKind::Bool => Written::Bool(value != 0),
            FactKind::Code => {
                let code = usize::try_from(value).ok().and_then(|at| def.codes.get(at));
                code.map_or(Written::Integer(value), |code| Written::Code(code))
            }
            FactKind::Date => {
                let day = i32::try_from(value).ok().and_then(Date::from_days);
                day.map_or(Written::Integer(value), |day| Written::Text(day.to_iso()))
            }
            FactKind::Decimal => {
                let mut text = String::new();
                decimal::write(&mut text, value, def.digits);
                Written::Text(text)
            }
            _ => Written::Integer(value),
        }
    }
}

/// Where things stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlansStatus {
    /// The goal is reached as things are.
    Reached,
    /// There is something that the person can do, or wait for.
    Plans,
    /// Proved: nothing that the person can change or wait for leads there.
    NothingHelps,
    /// Nothing was found in the time that a search has, or a confidential rule
    /// stands in the way, of which nothing is told.
    Unknown,
}

/// One change of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlanStep<'p> {
    /// The fact.
    pub fact: &'p str,
    /// Its value now, as an application writes it; left out where that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Written<'p>>,
    /// Its value afterwards.
    pub to: Written<'p>,
}

/// Something that leads to the goal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Plan<'p> {
    /// What the person changes, in policy order.
    pub steps: Vec<PlanStep<'p>>,
    /// What moves with it, in policy order.
    pub moves: Vec<PlanStep<'p>>,
    /// The effort, in the policy's own measure.
    pub effort: u64,
    /// The first day on which it leads there: today, unless waiting is part of it.
    pub from: Date,
    /// How sure that is.
    pub holds: Holds,
    /// How facts that are not known must turn out besides; empty unless `holds`
    /// is [`Holds::Possibly`].
    pub needs: Vec<Need<'p>>,
    /// Every decision that is possible then, mildest first.
    pub decisions: Vec<Decision>,
    /// The amounts in fen that an approval may come with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<Range>,
}

/// What stands in the way whatever the person does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Blocked<'p> {
    /// Codes of the reasons; confidential ones are the policy's neutral one.
    pub reasons: Vec<&'p str>,
    /// Whether no single one of them does, but only all of them together.
    pub together: bool,
}

/// What shows that the plans are the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Certificate {
    /// No plan without waiting takes less effort than this; `None` where there
    /// is none at all.
    pub lower_bound: Option<u64>,
    /// Nodes of the search.
    pub nodes: u32,
    /// Whether the search went through all of the tree.
    pub complete: bool,
}

/// What the person can do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Plans<'p> {
    /// The version of this shape: 1.
    pub format: u8,
    /// Under which policy that holds. It is no promise.
    pub policy: PolicyRef<'p>,
    /// The scenario.
    pub scenario: &'p str,
    /// The day.
    pub as_of: Date,
    /// The most severe decision that was good enough.
    pub goal: Decision,
    /// The least limit that was good enough, in fen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// Where things stand.
    pub status: PlansStatus,
    /// How sure it is that the goal is reached as things are, if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holds: Option<Holds>,
    /// The cheapest plan, then those with fewer changes, then those that take
    /// less effort later.
    pub plans: Vec<Plan<'p>>,
    /// The first day on which the goal is reached if nobody does anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub earliest: Option<Date>,
    /// What blocks, where nothing helps and where that is not settled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked: Option<Blocked<'p>>,
    /// What shows all that.
    pub certificate: Certificate,
}

/// What the person can do to reach a goal.
pub fn plans<'p>(policy: &'p Policy, application: &Validated, wish: &Wish) -> Plans<'p> {
    let facts = &application.facts;
    let in_confidence = is_stopped_in_confidence(policy, application, wish);
    let found = if in_confidence {
        Found::unsettled()
    } else {
        find(policy, application.scenario, facts, wish)
    };
    let mut is_complete = found.is_complete;
    let mut all = Vec::new();
    for way in found.now.iter().chain(&found.then) {
        let told = tell(policy, application, wish, found.holds, way);
        // Whatever the search thinks: what the engine does not confirm is not said.
        is_complete &= told.is_some();
        all.extend(told);
    }
    let earliest = found.days.and_then(|days| after(facts.as_of(), days));
    let status = match (found.is_reached, all.is_empty() && earliest.is_none()) {
        (true, _) => PlansStatus::Reached,
        (false, false) => PlansStatus::Plans,
        (false, true) if is_complete => PlansStatus::NothingHelps,
        (false, true) => PlansStatus::Unknown,
    };
    let is_blocked = matches!(status, PlansStatus::NothingHelps | PlansStatus::Unknown);
    Plans {
        format: 1,
        policy: PolicyRef::of(policy),
        scenario: &policy.scenario(application.scenario).name,
        as_of: facts.as_of(),
        goal: wish.goal.worst,
        limit: wish.goal.least_limit,
        status,
        holds: found.holds.filter(|_| found.is_reached),
        blocked: is_blocked.then(|| blocked(policy, application, wish, in_confidence)),
        earliest,
        certificate: certificate(&found, is_complete),
        plans: all,
    }
}

/// Whether a confidential rule stands in the way. What would undo it is not
/// looked for: a plan would tell which rule it is and where it begins, and so
/// would the number of plans, a day, or how long the search took.
fn is_stopped_in_confidence(policy: &Policy, application: &Validated, wish: &Wish) -> bool {
    let scenario = policy.scenario(application.scenario);
    let counts = |rule: &Rule| !is_told(policy, rule) && rule.effect > wish.goal.worst;
    scenario.rules.iter().any(counts) && {
        let board = Board::of(policy, application.scenario, &application.facts);
        let mut rules = scenario.rules.iter().enumerate();
        rules.any(|(at, rule)| counts(rule) && board.fires(at) == Truth::True)
    }
}

/// Whether people are told what a rule is about.
fn is_told(policy: &Policy, rule: &Rule) -> bool {
    policy.model().reasons[usize::from(rule.reason)].disclosure == Disclosure::Full
}

fn certificate(found: &Found, is_complete: bool) -> Certificate {
    Certificate {
        lower_bound: found
            .now
            .first()
            .filter(|_| is_complete)
            .map(|way| way.effort),
        nodes: found.nodes,
        complete: is_complete,
    }
}

fn after(day: Date, days: i64) -> Option<Date> {
    let day = i64::from(day.days()) + days;
    i32::try_from(day).ok().and_then(Date::from_days)
}

/// A plan, if the engine says of the facts after it what the search did.
fn tell<'p>(
    policy: &'p Policy,
    application: &Validated,
    wish: &Wish,
    holds: Option<Holds>,
    way: &Way,
) -> Option<Plan<'p>> {
    let holds = holds?;
    let evaluation = policy.evaluate(application.scenario, &way.facts);
    if !reaches(&evaluation, wish.goal, holds) {
        return None;
    }
    let mut steps = Vec::new();
    for (fact, from, to) in &way.steps {
        let def = policy.fact(*fact)?;
        steps.push(PlanStep {
            fact: &def.name,
            from: Some(Written::of(def, *from)),
            to: Written::of(def, *to),
        });
    }
    let mut moves = Vec::new();
    for fact in &policy.scenario(application.scenario).facts {
        let def = policy.fact(*fact)?;
        let is_step = way.steps.iter().any(|(own, ..)| own == fact);
        let (before, then) = (application.facts.get(*fact), way.facts.get(*fact));
        if is_step || before == then || def.audience == Audience::Server || way.days > 0 {
            continue;
        }
        if let crate::facts::FactState::Known(to) = then {
            let from = before.span().filter(|(low, high)| low == high);
            moves.push(PlanStep {
                fact: &def.name,
                from: from.map(|(value, _)| Written::of(def, value)),
                to: Written::of(def, to),
            });
        }
    }
    Some(Plan {
        steps,
        moves,
        effort: way.effort,
        from: way.facts.as_of(),
        holds,
        needs: if holds == Holds::Possibly {
            needs(policy, application.scenario, &way.facts, wish)
        } else {
            Vec::new()
        },
        decisions: evaluation.decisions.iter().collect(),
        limit: evaluation.limit,
    })
}

fn reaches(evaluation: &Evaluation, goal: Goal, holds: Holds) -> bool {
    let within = |decision: Decision| decision <= goal.worst;
    let decided = match holds {
        Holds::Certainly => evaluation.decisions.iter().all(within),
        Holds::IfChecksPass => evaluation.if_checks_pass.iter().all(within),
        Holds::Possibly => evaluation.decisions.iter().any(within),
    };
    let amount = goal.least_limit.is_none_or(|wanted| {
        evaluation.limit.is_some_and(|limit| match holds {
            Holds::Possibly => limit.max >= wanted,
            _ => limit.min >= wanted,
        })
    });
    decided && amount
}

/// Names what no change can turn.
fn blocked<'p>(
    policy: &'p Policy,
    application: &Validated,
    wish: &Wish,
    in_confidence: bool,
) -> Blocked<'p> {
    let model = policy.model();
    let scenario = policy.scenario(application.scenario);
    let facts = &application.facts;
    let mut space = Space::new(policy, application.scenario, facts, wish.goal, wish);
    let from = space.from();
    let (rules, is_short) = space.widest(|board| {
        let rules: Vec<bool> = (0..scenario.rules.len())
            .map(|rule| board.fires(rule) == Truth::True)
            .collect();
        (rules, from.is_some_and(|from| board.score().max < from))
    });
    let mut reasons: Vec<&str> = Vec::new();
    let mut neutral = in_confidence;
    for (rule, fires) in scenario.rules.iter().zip(rules) {
        if fires && rule.effect > wish.goal.worst {
            let reason = &model.reasons[usize::from(rule.reason)];
            let is_told = is_told(policy, rule);
            neutral |= !is_told;
            if is_told && !reasons.contains(&reason.code.as_str()) {
                reasons.push(&reason.code);
            }
        }
    }
    let mut together = false;
    let evaluation = policy.evaluate(application.scenario, facts);
    let outcome = decide(policy, application, &evaluation);
    let nothing = reasons.is_empty() && !neutral;
    if is_short || nothing {
        together = nothing && !is_short;
        for reason in outcome.reasons.iter().chain(&outcome.possible) {
            let counts = together || reason.stage == Stage::Score;
            if counts && !reasons.contains(&reason.code) {
                reasons.push(reason.code);
            }
        }
    }
    let own = model.reasons[usize::from(model.neutral_reason)]
        .code
        .as_str();
    reasons.retain(|code| *code != own || together);
    if neutral || reasons.is_empty() {
        reasons.retain(|code| *code != own);
        reasons.push(own);
    }
    reasons.truncate(4);
    Blocked { reasons, together }
}
