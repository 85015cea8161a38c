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

mod names;
mod search;
mod space;

use precheck::{Decision, FactDef, FactKind, FactState, Op, Policy, Problem, Range, ScenarioId};
use serde_json::{Map, Value};

use crate::spell;
pub use names::Names;
use search::{CHANGED, Search, pair};
use space::{Side, Variable};

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
    /// Whether every pair that exists is in `decisions`.
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
/// looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// Its facts.
    pub facts: Vec<Stated>,
    /// Those that differ from the neutral application.
    pub differs: Vec<Stated>,
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
    /// Whether it is proved that every application gets the decision it got.
    pub fn is_same(&self) -> bool {
        let scenarios = &self.scenario_names;
        scenarios.added.is_empty()
            && scenarios.removed.is_empty()
            && self
                .scenarios
                .iter()
                .all(|one| one.decisions.is_empty() && one.is_exact)
    }
}

/// Compares two whole policies; `budget` is for each search of a scenario,
/// usually [`NODE_BUDGET`].
///
/// # Errors
///
/// `policy-projected` for a policy in which something is left open.
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

/// Refuses what leaves something open.
fn whole(policy: &Policy) -> Result<(), Problem> {
    let model = policy.model();
    for (index, scenario) in model.scenarios.iter().enumerate() {
        let mut ops = scenario.rules.iter().flat_map(|rule| &rule.when);
        let hides = scenario
            .scorecard
            .as_ref()
            .is_some_and(|card| card.hidden != (0, 0));
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
    let [before, after] = sides.map(|side| side.policy.scenario(side.scenario));
    let day = sides[1].policy.model().valid_from;
    let mut search = Search::new(sides, space::variables(sides), day);
    choose_neutral(&mut search, budget);
    let mut found = Vec::new();
    search.nodes = budget;
    let is_exact = search.reach(CHANGED, &mut found);
    found.sort_unstable_by_key(|(pairs, _)| *pairs);
    let mut decisions = Vec::new();
    for old in Decision::ALL {
        for new in Decision::ALL.into_iter().filter(|new| *new != old) {
            if let Some((pairs, first)) = found.iter().find(|(one, _)| *one == pair(old, new)) {
                let example = smallest(&mut search, *pairs, first, budget);
                decisions.push(DecisionChange { old, new, example });
            }
        }
    }
    let mut retold = Vec::new();
    let mut is_reasons_exact = false;
    // What is near is likely to be found, and plain; the last search is for all.
    for most in [0, 1, 2, search.variables.len()] {
        search.nodes = budget;
        is_reasons_exact = search.retold(most, &mut retold);
    }
    retold.sort_unstable();
    let reasons = retold.into_iter().filter_map(|(decision, all)| {
        let all = plainer(&search, decision, all);
        let (_, told) = search.reasons(&all)?;
        let [old, new] = told.map(|codes| codes.into_iter().map(str::to_owned).collect());
        let example = example(&search, &all, false);
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
        let facts = &side.policy.scenario(side.scenario).facts;
        let defs = facts.iter().filter_map(|fact| side.policy.fact(*fact));
        defs.map(|def| (&*def.name, &())).collect::<Vec<_>>()
    });
    ScenarioChanges {
        name: after.name.clone(),
        decisions,
        is_exact,
        reasons,
        is_reasons_exact,
        score: sides.map(|side| {
            let facts = side.policy.no_facts(day);
            side.policy.evaluate(side.scenario, &facts).score
        }),
        neutral: stated(&search.variables, &search.neutral, false),
        fields: Names::of(
            before.fields.iter().map(|one| unnamed(&*one.name)),
            after.fields.iter().map(|one| unnamed(&*one.name)),
        ),
        facts: Names::of(facts.into_iter(), other_facts.into_iter()),
    }
}

/// Takes an application as the neutral one that both sides treat alike, as
/// mildly as there is.
fn choose_neutral(search: &mut Search<'_>, budget: u32) {
    for decision in Decision::ALL {
        let mut found = Vec::new();
        search.nodes = budget / 10;
        search.reach(pair(decision, decision), &mut found);
        let wanted = pair(decision, decision);
        if let Some((_, all)) = found.into_iter().find(|(one, _)| *one == wanted) {
            search.neutral = all;
            return;
        }
    }
}

/// The example of a pair with the fewest facts that are not neutral, starting
/// from any example.
fn smallest(search: &mut Search<'_>, pairs: u16, first: &[usize], budget: u32) -> Example {
    let both = first.iter().zip(&search.neutral);
    let most = both.filter(|(one, neutral)| one != neutral).count();
    search.nodes = budget;
    for most in 0..most {
        match search.near(pairs, most) {
            Ok(Some(all)) => return example(search, &all, true),
            Ok(None) => {}
            Err(()) => return example(search, first, false),
        }
    }
    example(search, first, true)
}

/// An example of other reasons with what is not needed made neutral.
fn plainer(search: &Search<'_>, decision: Decision, mut all: Vec<usize>) -> Vec<usize> {
    for index in 0..all.len() {
        let kept = std::mem::replace(&mut all[index], search.neutral[index]);
        let holds = search
            .reasons(&all)
            .is_some_and(|(found, [old, new])| found == decision && old != new);
        if !holds {
            all[index] = kept;
        }
    }
    all
}

fn example(search: &Search<'_>, all: &[usize], is_smallest: bool) -> Example {
    let facts = stated(&search.variables, all, true);
    let both = all.iter().zip(&search.neutral);
    let differs = facts
        .iter()
        .zip(both)
        .filter(|(_, (one, neutral))| one != neutral);
    Example {
        differs: differs.map(|(stated, _)| stated.clone()).collect(),
        facts,
        is_smallest,
    }
}

fn stated(variables: &[Variable<'_>], all: &[usize], with_stretch: bool) -> Vec<Stated> {
    let facts = variables.iter().zip(all).map(|(variable, class)| {
        let class = &variable.classes[*class];
        // `def` is the declaration of the first side that has the fact.
        let side = usize::from(variable.ids[0].is_none());
        let state = class.states[side];
        let low = spell::state(variable.def, state);
        let last = class
            .last
            .map(|last| spell::state(variable.def, FactState::Known(last)));
        let shown = match last.filter(|last| with_stretch && *last != low) {
            Some(last) => format!("{low} to {last}"),
            None => low,
        };
        Stated {
            fact: variable.name.to_owned(),
            json: json(variable.def, state),
            shown,
        }
    });
    facts.collect()
}

/// A state as an application carries it.
fn json(def: &FactDef, state: FactState) -> Value {
    match (state, def.kind) {
        (FactState::Known(value), FactKind::Bool) => (value != 0).into(),
        (FactState::Known(_), FactKind::Code | FactKind::Date) => spell::state(def, state).into(),
        (FactState::Known(value), _) => value.into(),
        (FactState::Missing, _) => serde_json::json!({ "state": "missing" }),
        (FactState::Special(_), _) => serde_json::json!({ "special": spell::state(def, state) }),
        (FactState::Unknown | FactState::Between(..), _) => {
            serde_json::json!({ "state": "unknown" })
        }
    }
}

/// Facts as the member of an application.
pub(crate) fn facts_json(facts: &[Stated]) -> Value {
    let members = facts.iter().map(|one| (one.fact.clone(), one.json.clone()));
    Value::Object(members.collect::<Map<_, _>>())
}
