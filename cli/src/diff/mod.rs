//! What changed in meaning between two policies.
//!
//! For every scenario that both have: which applications get another decision,
//! as pairs (old decision, new decision), each with the smallest example; which
//! get the same decision for other reasons; how the range of the score moved.
//! The answer is exact over every application with complete facts, up to a
//! budget of nodes; a search that runs into it says so, and what it found is
//! then a lower bound. Derived facts are taken as facts of their own.
//!
//! Whole policies only: a browser's projection is open where it hides things.

mod barred;
mod concrete;
mod examples;
mod gather;
mod known;
mod names;
mod retold;
mod search;
mod solve;
mod space;

use precheck::units::Date;
use precheck::{Decision, Op, Policy, Problem, Range, ScenarioId};
use serde_json::Value;

pub(crate) use examples::facts_json;
use gather::gather;
pub use names::Names;
use search::{CHANGED, OUTCOMES, Search, pair};
use space::Side;

/// Nodes that a search over one scenario may visit before it gives up.
pub const NODE_BUDGET: u32 = 300_000;

/// What changed between two policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// The scenarios that both have, in the new policy's order.
    pub scenarios: Vec<ScenarioChanges>,
    /// Scenarios by name.
    pub scenario_names: Names,
    /// Facts by name; changed where type, domain or codes are others.
    pub facts: Names,
    /// Reasons by code; changed where it is told, lasts or helps otherwise.
    pub reasons: Names,
    /// How many texts read otherwise, in the locales that both have.
    pub texts: usize,
}

/// What changed in one scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioChanges {
    /// The scenario.
    pub name: String,
    /// Applications that get another decision, by old and new decision.
    pub decisions: Vec<DecisionChange>,
    /// Applications that one policy takes for impossible and the other decides.
    pub accepted: Vec<AcceptanceChange>,
    /// Whether all that exist are in `decisions` and `accepted`.
    pub is_exact: bool,
    /// One application per decision that stays, with other reasons.
    pub reasons: Vec<ReasonChange>,
    /// Whether every such decision is in `reasons`.
    pub is_reasons_exact: bool,
    /// The range of the score, before and after.
    pub score: [Option<Range>; 2],
    /// What the examples are compared with: approved on both sides if any
    /// application is.
    pub neutral: Vec<Stated>,
    /// Its day.
    pub neutral_day: Date,
    /// Identity fields by name.
    pub fields: Names,
    /// Facts that an application may carry, by name.
    pub facts: Names,
}

/// Applications that get another decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecisionChange {
    /// What they got.
    pub old: Decision,
    /// What they get.
    pub new: Decision,
    /// One of them.
    pub example: Example,
}

/// Applications that one policy alone decides: the other lists a combination of
/// their facts as impossible, and refuses them as contradictory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptanceChange {
    /// Whether it is the new policy that decides them.
    pub is_new: bool,
    /// What they get from it.
    pub decision: Decision,
    /// One of them.
    pub example: Example,
}

/// Applications that get the same decision for other reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReasonChange {
    /// What they got and get.
    pub decision: Decision,
    /// The reasons of one of them, before.
    pub old: Vec<String>,
    /// The reasons now.
    pub new: Vec<String>,
    /// The application.
    pub example: Example,
}

/// An application, by every fact that a rule or scorecard of either side
/// looks at, and by what these hang together with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The day for which it is looked at.
    pub as_of: Date,
    /// The facts that it states.
    pub facts: Vec<Stated>,
    /// What follows from these on each side, old and new, by what is computed
    /// there; a policy that declares such a fact is told the other's value.
    pub computed: [Vec<Stated>; 2],
    /// What differs from the neutral application: facts, and `as_of`.
    pub differs: Vec<Stated>,
    /// What follows otherwise than in the neutral application, on each side.
    pub follows: [Vec<Stated>; 2],
    /// Whether no such application differs in fewer facts.
    pub is_smallest: bool,
}

/// A fact and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stated {
    /// The fact.
    pub fact: String,
    /// The value as an application carries it.
    pub json: Value,
    /// The value as a policy writes it; a stretch as `2000.00 to 2499.99`.
    pub shown: String,
}

impl Comparison {
    /// Whether it is proved that every application gets the decision it got, and
    /// that what was impossible is.
    pub fn is_same(&self) -> bool {
        let scenarios = &self.scenario_names;
        scenarios.added.is_empty()
            && scenarios.removed.is_empty()
            && self
                .scenarios
                .iter()
                .all(|one| one.decisions.is_empty() && one.accepted.is_empty() && one.is_exact)
    }
}

/// Compares two whole policies; `budget` is for each search of a scenario,
/// usually [`NODE_BUDGET`].
///
/// # Errors
///
/// `policy-projected` for a policy in which something is left open;
/// `policy-conditional` for one with characteristics by cases.
pub fn compare(old: &Policy, new: &Policy, budget: u32) -> Result<Comparison, Problem> {
    for policy in [old, new] {
        whole(policy)?;
    }
    let [before, after] = [old.model(), new.model()];
    let shared = after.scenarios.iter().filter_map(|one| {
        let sides = [
            side(old, old.scenario_id(&one.name)?),
            side(new, new.scenario_id(&one.name)?),
        ];
        Some(scenario(sides, budget))
    });
    let texts = before.texts.iter().filter_map(|texts| {
        let other = after.texts.iter().find(|one| one.locale == texts.locale)?;
        Some(names::texts([before, after], [texts, other]))
    });
    Ok(Comparison {
        scenarios: shared.collect(),
        scenario_names: Names::of(
            before
                .scenarios
                .iter()
                .map(|one| (&*one.name, &one.audience)),
            after
                .scenarios
                .iter()
                .map(|one| (&*one.name, &one.audience)),
        ),
        facts: Names::of(
            before.facts.iter().map(|one| (&*one.name, one)),
            after.facts.iter().map(|one| (&*one.name, one)),
        ),
        reasons: Names::of(names::reasons(before), names::reasons(after)),
        texts: texts.sum(),
    })
}

fn side(policy: &Policy, scenario: ScenarioId) -> Side<'_> {
    Side { policy, scenario }
}

/// Refuses what leaves something open, and what is not compared.
fn whole(policy: &Policy) -> Result<(), Problem> {
    let model = policy.model();
    for (index, scenario) in model.scenarios.iter().enumerate() {
        let mut ops = scenario.rules.iter().flat_map(|rule| &rule.when);
        let hides = scenario
            .scorecard
            .as_ref()
            .is_some_and(|card| card.hidden != (0, 0));
        let card = scenario.scorecard.as_ref();
        if card.is_some_and(|card| !card.conditional.is_empty()) {
            let text = "the scorecard has characteristics by cases, which are not compared yet; \
                        score the same rows with both policies instead";
            let at = format!("/scenarios/{index}/scorecard");
            return Err(Problem::new(at, "policy-conditional", text));
        }
        if ops.any(|op| *op == Op::Opaque) || hides {
            let text = "this is a browser's projection, which hides what decides; compare packs, \
                        or bundles for the server";
            let at = format!("/scenarios/{index}");
            return Err(Problem::new(at, "policy-projected", text));
        }
    }
    Ok(())
}

fn scenario(sides: [Side<'_>; 2], budget: u32) -> ScenarioChanges {
    let [before, after] = sides.map(Side::data);
    let day = sides[1].policy.model().valid_from;
    let wanted = gather(sides);
    let variables = space::variables(sides, &wanted);
    let mut search = Search::new(sides, variables, &wanted, day);
    search.choose_neutral(budget);
    let mut found = Vec::new();
    search.nodes = budget;
    let is_exact = search.reach(CHANGED, &mut found);
    let (mut decisions, mut accepted) = (Vec::new(), Vec::new());
    for (old, new) in OUTCOMES
        .iter()
        .flat_map(|old| OUTCOMES.map(|new| (*old, new)))
    {
        let first = found.iter().find(|(one, _)| *one == pair(old, new));
        let Some((pairs, first)) = first else {
            continue;
        };
        let example = search.smallest(*pairs, first, budget);
        match (old, new) {
            (Some(old), Some(new)) => decisions.push(DecisionChange { old, new, example }),
            (Some(decision), None) | (None, Some(decision)) => accepted.push(AcceptanceChange {
                is_new: old.is_none(),
                decision,
                example,
            }),
            (None, None) => {}
        }
    }
    let mut retold = Vec::new();
    let mut is_reasons_exact = false;
    // What is near is likely to be found, and plain; the last search is for all.
    for most in [0, 1, 2, search.variables.len()] {
        search.nodes = budget;
        is_reasons_exact = search.retold(most, most, &mut retold);
    }
    retold.sort_unstable_by_key(|(decision, _)| *decision);
    let reasons = retold.into_iter().filter_map(|(decision, one)| {
        let one = search.plainer(decision, one);
        let (_, told) = search.reasons(&one)?;
        let [old, new] = told.map(|codes| codes.into_iter().map(str::to_owned).collect());
        let example = search.example(&one, false);
        Some(ReasonChange {
            decision,
            old,
            new,
            example,
        })
    });
    let reasons = reasons.collect();
    let unnamed = |name| (name, &());
    let [facts, other_facts] = sides.map(|side| {
        let facts = side.data().facts.iter();
        let defs = facts.filter_map(|fact| side.def(*fact));
        defs.map(|def| (&*def.name, &())).collect::<Vec<_>>()
    });
    ScenarioChanges {
        name: after.name.clone(),
        decisions,
        accepted,
        is_exact,
        reasons,
        is_reasons_exact,
        score: sides.map(|side| {
            let facts = side.policy.no_facts(day);
            side.policy.evaluate(side.scenario, &facts).score
        }),
        neutral: search.neutral_facts(),
        neutral_day: search.plain.as_ref().map_or(day, |plain| plain.day),
        fields: Names::of(
            before.fields.iter().map(|one| unnamed(&*one.name)),
            after.fields.iter().map(|one| unnamed(&*one.name)),
        ),
        facts: Names::of(facts.into_iter(), other_facts.into_iter()),
    }
}
