//! Facts with a direction: does it ever hurt to get better?
//!
//! For each fact that is declared `better = "higher"` or `"lower"`, and each
//! step from one class of its values to the next better one, a question is
//! asked: is there an application that this step alone brings a more severe
//! decision? "No" at every step proves the scenario monotone in the fact;
//! "yes" comes with the two applications. Being missing, or a special code, is
//! neither better nor worse than a value.

use precheck::{Decision, FactId, FactState, Model};

use super::formula::Formula;
use super::report::{Report, listed, word};
use super::scene::Scene;
use super::show;
use super::solve::{Example, Exhausted, Window, points};
use crate::compile::{Better, Places};

/// Checks every fact of the scenario that has a direction; returns those in
/// which the scenario is proved monotone.
pub(super) fn check(scene: &Scene<'_>) -> Vec<FactId> {
    let mut proved = Vec::new();
    for fact in scene.used() {
        let Some(better) = scene.notes[usize::from(fact)].better else {
            continue;
        };
        let mut values = scene.states(fact);
        values.retain(|state| matches!(state, FactState::Known(_)));
        if better == Better::Lower {
            values.reverse();
        }
        let steps: Vec<(FactState, FactState)> =
            values.windows(2).map(|pair| (pair[0], pair[1])).collect();
        characteristics(scene, fact, &steps);
        rules(scene, fact, &steps);
        let by_cases = scene
            .cases
            .iter()
            .position(|one| one.facts().contains(&fact));
        let place = by_cases.and_then(|at| scene.places.conditional.get(at));
        if let Some(place) = place {
            let name = scene.name(fact);
            let message = format!("whether a better `{name}` can hurt was not looked at");
            let help = "its points depend on cases; read them, and score rows that differ in it";
            scene
                .report
                .find(&place.at, "lint-cases", name, message, help);
        } else if outcome(scene, fact, &steps) {
            proved.push(fact);
        }
    }
    proved
}

/// Reports points that fall as the fact gets better.
fn characteristics(scene: &Scene<'_>, fact: FactId, steps: &[(FactState, FactState)]) {
    let all = scene.characteristics().iter();
    for (one, at) in all.zip(&scene.places.characteristics) {
        if one.fact != fact {
            continue;
        }
        let worse = |step: &&(FactState, FactState)| points(one, step.0) > points(one, step.1);
        let Some((from, to)) = steps.iter().find(worse) else {
            continue;
        };
        let message = format!(
            "the points of `{}` fall as it gets better: from {} to {} at {}",
            scene.name(fact),
            points(one, *from),
            points(one, *to),
            value(scene, fact, *to)
        );
        let help = "give no better value fewer points, or correct `better`";
        let name = scene.name(fact);
        scene
            .report
            .find(at, "points-against-direction", name, message, help);
    }
}

/// Reports rules that begin to fire as the fact gets better.
fn rules(scene: &Scene<'_>, fact: FactId, steps: &[(FactState, FactState)]) {
    for rule in &scene.rules {
        if !rule.when.facts().contains(&fact) {
            continue;
        }
        let (at, id) = (&rule.places.id, &rule.rule.id);
        for (from, to) in steps {
            let (before, after) = (rule.when.with(fact, *from), rule.when.with(fact, *to));
            let wants = vec![(&before, false), (&after, true)];
            let found = scene.ask_without(Some(fact), wants, Window::ALL);
            let unknown = format!(
                "`{id}` ever begins to fire as `{}` gets better",
                scene.name(fact)
            );
            let Some(Some(example)) = scene.report.settle(found, at, id, &unknown) else {
                continue;
            };
            let name = scene.name(fact);
            let message = format!(
                "the rule `{id}` begins to fire as `{name}` gets better: at {}, not yet at {}",
                value(scene, fact, *to),
                value(scene, fact, *from)
            );
            let rest = with_rest(scene, &example);
            let help = format!("{rest}; turn the comparison round, or correct `better`");
            scene
                .report
                .find(at, "rule-against-direction", id, message, help);
            break;
        }
    }
}

/// Proves that the outcome never gets worse as the fact gets better, or shows
/// two applications that disprove it.
fn outcome(scene: &Scene<'_>, fact: FactId, steps: &[(FactState, FactState)]) -> bool {
    let (name, at) = (scene.name(fact), &scene.notes[usize::from(fact)].at);
    let scenario = &scene.scenario.name;
    for (from, to) in steps {
        for decision in Decision::ALL.into_iter().skip(1) {
            let found = worsens(scene, fact, *from, *to, decision);
            let unknown = format!("a better `{name}` can make the outcome of `{scenario}` worse");
            let Some(found) = scene.report.settle(found, at, scenario, &unknown) else {
                return false;
            };
            let Some(example) = found else {
                continue;
            };
            let message = format!(
                "in `{scenario}`, the outcome can get worse as `{name}` gets better: {name} = {} \
                 is decided more mildly than {}, but {name} = {} is {} or worse",
                value(scene, fact, *from),
                word(decision),
                value(scene, fact, *to),
                word(decision)
            );
            let help = with_rest(scene, &example);
            scene.report.find(at, "not-monotone", name, message, help);
            return false;
        }
    }
    true
}

/// Tells what is proved: one note per fact, with the scenarios.
pub(super) fn tell(model: &Model, places: &Places, report: &Report<'_>, proved: &[Vec<FactId>]) {
    for ((fact, def), notes) in (0..).zip(&model.facts).zip(&places.facts) {
        let scenarios = model.scenarios.iter().zip(proved);
        let monotone: Vec<&str> = scenarios
            .filter(|(_, facts)| facts.contains(&fact))
            .map(|(scenario, _)| scenario.name.as_str())
            .collect();
        if !monotone.is_empty() {
            let (name, scenarios) = (&def.name, listed(&monotone));
            let message = format!("a better `{name}` never makes the outcome worse in {scenarios}");
            let help = "proved for every application in which its value is known";
            report.find(&notes.at, "monotone", name, message, help);
        }
    }
}

/// An application that is milder than `decision` with one value of a fact,
/// and not with the other.
fn worsens(
    scene: &Scene<'_>,
    fact: FactId,
    from: FactState,
    to: FactState,
    decision: Decision,
) -> Result<Option<Example>, Exhausted> {
    let own = |state| -> i64 {
        let all = scene.characteristics().iter();
        all.filter(|one| one.fact == fact)
            .map(|one| points(one, state))
            .sum()
    };
    let severe: Vec<&Formula> = scene
        .rules
        .iter()
        .filter(|rule| rule.rule.effect >= decision)
        .map(|rule| &rule.when)
        .collect();
    let fixed = |state| -> Vec<Formula> {
        let all = severe.iter();
        all.map(|when| when.with(fact, state)).collect()
    };
    let (before, after) = (fixed(from), fixed(to));
    let mild = || before.iter().map(|when| (when, false));
    let window = scene.milder(decision).before(own(from));
    // The score falls out of the milder bands …
    let falls = window.and(scene.severe(decision).before(own(to)));
    let found = scene.ask_without(Some(fact), mild().collect(), falls)?;
    if found.is_some() {
        return Ok(found);
    }
    // … or a rule begins to fire.
    for (rule, was) in after.iter().zip(&before) {
        if rule == was {
            continue;
        }
        let wants = mild().chain([(rule, true)]).collect();
        let found = scene.ask_without(Some(fact), wants, window)?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

fn value(scene: &Scene<'_>, fact: FactId, state: FactState) -> String {
    show::state(&scene.model.facts[usize::from(fact)], state)
}

/// What else both applications have.
fn with_rest(scene: &Scene<'_>, example: &Example) -> String {
    if example.is_empty() {
        return "whatever the other facts are".into();
    }
    format!("for example with {}", show::example(scene.model, example))
}
