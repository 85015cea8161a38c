//! What changed in meaning between two policies.
//!
//! For every scenario that both have: which applications get another decision,
//! as pairs (old decision, new decision), each with the smallest example; which
//! get the same decision for other reasons, and which are approved with another
//! amount; how the range of the score moved, and what is expected of applicants.
//! The answer is exact over every application with complete facts, up to a
//! budget of nodes; a search that runs into it says so, and what it found is
//! then a lower bound. Derived facts are taken as facts of their own.
//!
//! Whole policies only: a browser's projection is open where it hides things.

mod amounts;
mod barred;
mod cased;
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

use amounts::Way;
pub(crate) use examples::facts_json;
use gather::gather;
pub use names::Names;
use search::{CHANGED, Goal, OUTCOMES, Search, pair};
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
    /// The texts that read otherwise, in the locales that both have, as
    /// `en/reason/DEBT-HIGH/notice`.
    pub texts: Vec<String>,
    /// What else is not the same, in words: what changes no decision.
    pub parts: Vec<&'static str>,
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
    /// Applications that both approve, with more and with less.
    pub amounts: Vec<AmountChange>,
    /// Whether all that exist are in `amounts`.
    pub is_amounts_exact: bool,
    /// The range of the score, before and after, in units of its last decimal.
    pub score: [Option<Range>; 2],
    /// How many decimals the score has.
    pub digits: [u8; 2],
    /// The range of the amounts in fen, before and after.
    pub amount: [Option<Range>; 2],
    /// How many of 10 000 applicants get each decision, mildest first, by what
    /// each policy expects of them; nothing without priors.
    pub shares: [Option<[u64; 4]>; 2],
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

/// Applications that both policies approve, with another amount.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AmountChange {
    /// What one of them got, in fen; nothing without a table of limits.
    pub old: Option<i64>,
    /// What it gets.
    pub new: Option<i64>,
    /// The application.
    pub example: Example,
}

/// An application, by every fact that a rule, scorecard or table of limits of
/// either side looks at, and by what these hang together with.
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

    /// Whether it is proved that whoever both approve gets the amount they got.
    pub fn is_same_amount(&self) -> bool {
        let mut scenarios = self.scenarios.iter();
        scenarios.all(|one| one.amounts.is_empty() && one.is_amounts_exact)
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
        texts: texts.flatten().collect(),
        parts: names::parts(before, after),
    })
}

fn side(policy: &Policy, scenario: ScenarioId) -> Side<'_> {
    Side { policy, scenario }
}

/// Refuses what leaves something open.
fn whole(policy: &Policy) -> Result<(), Problem> {
    let model = policy.model();
    for (index, scenario) in model.scenarios.iter().enumerate() {
        let ops = scenario.rules.iter().flat_map(|rule| &rule.when);
        let hides = scenario
            .scorecard
            .as_ref()
            .is_some_and(|card| card.hidden != (0, 0));
        let cases = scenario.scorecard.iter().flat_map(|card| &card.conditional);
        let cases = cases.flat_map(|one| &one.cases);
        let mut ops = ops.chain(cases.flat_map(|case| &case.when));
        let mut cells = scenario.limit.iter().flat_map(|table| &table.amounts);
        let is_open = cells.any(|(least, most)| least != most);
        if ops.any(|op| *op == Op::Opaque) || hides || is_open {
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
        let (one, is_smallest) = search.smallest(Goal::Outcomes(*pairs), first, budget);
        let example = search.example(&one, is_smallest);
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
        search.retold_nearby(&mut retold);
        // Other words for the same decision are not worth as long a wait.
        search.nodes = budget / 3;
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
    let (amounts, is_amounts_exact) = moved(&mut search, budget);
    let unnamed = |name| (name, &());
    let [facts, other_facts] = sides.map(|side| {
        let facts = side.data().facts.iter();
        let defs = facts.filter_map(|fact| side.def(*fact));
        defs.map(|def| (&*def.name, &())).collect::<Vec<_>>()
    });
    let open =
        sides.map(|Side { policy, scenario }| policy.evaluate(scenario, &policy.no_facts(day)));
    ScenarioChanges {
        name: after.name.clone(),
        decisions,
        accepted,
        is_exact,
        reasons,
        is_reasons_exact,
        amounts,
        is_amounts_exact,
        score: open.each_ref().map(|one| one.score),
        digits: [before, after].map(|one| one.scorecard.as_ref().map_or(0, |card| card.digits)),
        amount: open.each_ref().map(|one| one.limit),
        shares: sides
            .map(|Side { policy, scenario }| policy.chances(scenario, &policy.no_facts(day))),
        neutral: search.neutral_facts(),
        neutral_day: search.plain.as_ref().map_or(day, |plain| plain.day),
        fields: Names::of(
            before.fields.iter().map(|one| unnamed(&*one.name)),
            after.fields.iter().map(|one| unnamed(&*one.name)),
        ),
        facts: Names::of(facts.into_iter(), other_facts.into_iter()),
    }
}

/// Who gets another amount, and whether these are all.
fn moved(search: &mut Search<'_>, budget: u32) -> (Vec<AmountChange>, bool) {
    let mut is_exact = true;
    let mut amounts = Vec::new();
    for way in [Way::More, Way::Less] {
        let found = search.moved(way, budget);
        is_exact &= found.is_ok();
        if let Ok(Some((one, is_smallest))) = found
            && let Some([old, new]) = search.amounts(&one)
        {
            let example = search.example(&one, is_smallest);
            amounts.push(AmountChange { old, new, example });
        }
    }
    (amounts, is_exact)
}
