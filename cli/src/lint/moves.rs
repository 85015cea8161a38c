//! What people are told to do: changes that help nobody, that make things worse,
//! or that nobody can make.

use std::collections::BTreeSet;

use precheck::{
    Actionable, Audience, Coupling, Disclosure, FactDef, FactId, FactKind, Model, Pull,
};

use super::formula::Formula;
use super::report::{Report, listed};
use crate::compile::{Better, Places};

/// Checks what is said about changing facts.
pub(super) fn check(model: &Model, places: &Places, report: &Report<'_>) {
    let looks: Vec<BTreeSet<FactId>> = (0..model.scenarios.len())
        .map(|scenario| looked_at(model, scenario))
        .collect();
    for change in &model.changes {
        idle_effort(model, places, report, &looks, change.fact);
        direction(model, places, report, change.fact);
    }
    for (coupling, at) in model.couplings.iter().zip(&places.couplings) {
        let Some(why) = idle(model, &looks, coupling) else {
            continue;
        };
        let (own, moves) = (name(model, coupling.fact), name(model, coupling.moves));
        let message = format!("`{own}` moves `{moves}`, but {why}");
        let help = "remove it, or correct what it says";
        report.find(at, "coupling-idle", own, message, help);
    }
    helps(model, places, report);
}

fn def(model: &Model, fact: FactId) -> &FactDef {
    &model.facts[usize::from(fact)]
}

fn name(model: &Model, fact: FactId) -> &str {
    &def(model, fact).name
}

/// The facts that a scenario looks at, those that others of them are computed
/// from included.
fn looked_at(model: &Model, scenario: usize) -> BTreeSet<FactId> {
    let scenario = &model.scenarios[scenario];
    let rules = scenario.rules.iter().map(|rule| Formula::of(&rule.when));
    let mut found: BTreeSet<FactId> = rules.flat_map(|when| when.facts()).collect();
    if let Some(card) = &scenario.scorecard {
        found.extend(card.characteristics.iter().map(|one| one.fact));
        found.extend(card.conditional.iter().flat_map(|one| one.facts()));
    }
    let axes = scenario.limit.iter().flat_map(|table| &table.axes);
    found.extend(axes.map(|axis| axis.fact));
    for derived in &model.derived {
        if found.contains(&derived.fact) {
            let (first, second) = derived.formula.inputs();
            found.extend([first, second].into_iter().flatten());
        }
    }
    // What an application of the scenario cannot carry moves nothing in it.
    found.retain(|fact| scenario.facts.contains(fact));
    found
}

/// Reports a fact that people can change to no end.
fn idle_effort(
    model: &Model,
    places: &Places,
    report: &Report<'_>,
    looks: &[BTreeSet<FactId>],
    fact: FactId,
) {
    let (name, at) = (name(model, fact), &places.facts[usize::from(fact)].at);
    let (message, help) = if def(model, fact).audience == Audience::Server {
        let message = format!("nobody is told to change `{name}`, which only the server has");
        (message, "leave `actionable` out")
    } else {
        let helps = model.scenarios.iter().zip(looks).any(|(scenario, looks)| {
            let pulled = model.couplings.iter().filter(|one| one.fact == fact);
            let is_looked_at = |one: FactId| looks.contains(&one);
            scenario.facts.contains(&fact)
                && (is_looked_at(fact) || pulled.map(|one| one.moves).any(is_looked_at))
        });
        if helps {
            return;
        }
        let message = format!("nothing that anybody does about `{name}` changes a decision");
        let help =
            "no scenario looks at it, or at what moves with it: leave `actionable` out, or use it";
        (message, help)
    };
    report.find(at, "effort-idle", name, message, help);
}

/// Reports a fact that people can only make worse.
fn direction(model: &Model, places: &Places, report: &Report<'_>, fact: FactId) {
    let notes = &places.facts[usize::from(fact)];
    let (way, better) = match (def(model, fact).actionable, notes.better) {
        (Actionable::Up, Some(Better::Lower)) => ("raised", "lower"),
        (Actionable::Down, Some(Better::Higher)) => ("lowered", "higher"),
        _ => return,
    };
    let name = name(model, fact);
    let message = format!("`{name}` can only be {way}, though {better} is better");
    let help = "correct `actionable` or `better`";
    report.find(&notes.at, "change-against-better", name, message, help);
}

/// Why a coupling does nothing, if it does not.
fn idle(model: &Model, looks: &[BTreeSet<FactId>], coupling: &Coupling) -> Option<&'static str> {
    let (own, moves) = (def(model, coupling.fact), def(model, coupling.moves));
    let mut scenarios = model.scenarios.iter().zip(looks);
    let matters = scenarios.any(|(scenario, looks)| {
        scenario.facts.contains(&coupling.fact) && looks.contains(&coupling.moves)
    });
    let does = match coupling.pull {
        Pull::By { times, per } => {
            let far = i128::from(own.max) - i128::from(own.min);
            far * i128::from(times.unsigned_abs()) >= i128::from(per) && moves.min < moves.max
        }
        Pull::At { value, .. } => reaches(model, coupling.fact, value),
    };
    if !does {
        return Some("changes do not make it, or only by chance");
    }
    (!matters).then_some("no scenario that has the one looks at the other")
}

/// Whether changes of a fact end at a value, and do not only happen to: larger
/// steps than 1 meet no value for certain but the ends of the domain.
fn reaches(model: &Model, fact: FactId, value: i64) -> bool {
    let def = def(model, fact);
    let Some(change) = model.changes.iter().find(|one| one.fact == fact) else {
        return false;
    };
    let way = match def.actionable {
        Actionable::No => false,
        Actionable::Up => value > def.min,
        Actionable::Down => value < def.max,
        Actionable::Free => def.min < def.max,
    };
    let is_met = if def.kind == FactKind::Code {
        change.to.is_empty() || change.to.contains(&value)
    } else {
        change.step == 1 || value == def.min || value == def.max
    };
    way && is_met
}

/// Reports reasons that name as a help what no person can change.
fn helps(model: &Model, places: &Places, report: &Report<'_>) {
    let can_change = |fact: FactId| {
        let is_changed = |fact: FactId| {
            let audience = def(model, fact).audience;
            let mut changes = model.changes.iter();
            audience == Audience::Public && changes.any(|one| one.fact == fact)
        };
        // With a change goes what it moves, and with both what is computed from them.
        let moves = |fact: FactId| {
            let mut couplings = model.couplings.iter();
            is_changed(fact) || couplings.any(|one| one.moves == fact && is_changed(one.fact))
        };
        let derived = model.derived.iter().find(|one| one.fact == fact);
        let inputs = derived.map(|one| one.formula.inputs());
        let inputs = inputs
            .into_iter()
            .flat_map(|(first, second)| [first, second]);
        moves(fact) || inputs.flatten().any(moves)
    };
    for (reason, at) in model.reasons.iter().zip(&places.reasons) {
        if reason.disclosure != Disclosure::Full {
            continue; // Told to staff only, who can do more than the person.
        }
        let fixed = reason.helps.iter().filter(|fact| !can_change(**fact));
        let fixed: Vec<&str> = fixed.map(|fact| name(model, *fact)).collect();
        if !fixed.is_empty() {
            let code = &reason.code;
            let message = format!(
                "`{code}` says that {} helps, which nobody can change",
                listed(&fixed)
            );
            let help = "name what a person can change, or declare how it is changed with \
                        `actionable`; what only time changes is said by `lasts`";
            report.find(at, "helps-nobody", code, message, help);
        }
    }
}
