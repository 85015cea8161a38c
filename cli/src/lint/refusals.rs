//! Refusals that say too little: without a disclosed reason, or without a way.

use precheck::{
    Characteristic, Conditional, Decision, Disclosure, Lasts, Model, Reason, ReasonMethod, Test,
};

use super::cases::Cases;
use super::formula::{Formula, Shape, states};
use super::report::Report;
use super::scene::Scene;
use super::show;
use super::solve::{Example, Exhausted, points};
use crate::compile::Places;

/// Checks the refusals of a scenario; `alive` tells which rules can fire.
pub(super) fn check(scene: &Scene<'_>, alive: &[bool]) {
    let reason = |id: u16| &scene.model.reasons[usize::from(id)];
    for (rule, _) in scene.rules.iter().zip(alive).filter(|(_, alive)| **alive) {
        if rule.rule.effect != Decision::Decline {
            continue;
        }
        let own = reason(rule.rule.reason);
        let (at, id) = (&rule.places.id, &rule.rule.id);
        // Alone among rules that are no better, whatever the milder ones say.
        let alone = |is_better: &dyn Fn(&Reason) -> bool| -> Result<Option<Example>, Exhausted> {
            let mut wants = vec![(&rule.when, true)];
            wants.extend(scene.rules.iter().filter_map(|other| {
                let counts = other.rule.effect == Decision::Decline;
                (counts && is_better(reason(other.rule.reason))).then_some((&other.when, false))
            }));
            scene.ask(wants, scene.milder(Decision::Decline))
        };
        if !is_disclosed(own) {
            let found = alone(&is_disclosed);
            let unknown = format!("`{id}` ever refuses without a disclosed reason");
            if let Some(Some(example)) = scene.report.settle(found, at, id, &unknown) {
                let message = format!("the rule `{id}` refuses without any disclosed reason");
                let help = format!(
                    "disclose the reason, refer instead, or allow it and say why; for example {}",
                    show::example(scene.model, &example)
                );
                scene
                    .report
                    .find(at, "decline-undisclosed", id, message, help);
            }
        } else if !has_remedy(own) {
            let found = alone(&|other| is_disclosed(other) && has_remedy(other));
            let unknown = format!("`{id}` ever refuses without a way out");
            if let Some(Some(_)) = scene.report.settle(found, at, id, &unknown) {
                let message = format!(
                    "`{id}` refuses for `{}`, which is said to change but names no fact that helps",
                    own.code
                );
                let help = "name the fact in `helps`, or say with `lasts` that it passes or that nothing helps";
                scene
                    .report
                    .find(at, "decline-without-remedy", id, message, help);
            }
        }
    }
    silent_score(scene);
}

fn is_disclosed(reason: &Reason) -> bool {
    reason.disclosure == Disclosure::Full
}

/// Whether a person is told of something that ends it, or that nothing does.
fn has_remedy(reason: &Reason) -> bool {
    !reason.helps.is_empty() || reason.lasts != Lasts::UntilChanged
}

/// Reports that a score refuses though no characteristic that may be named
/// lies below its baseline: the refusal gives no reason then.
fn silent_score(scene: &Scene<'_>) {
    let reasons = &scene.model.reasons;
    let disclosed = |one: &&Characteristic| is_disclosed(&reasons[usize::from(one.reason)]);
    let characteristics = scene.characteristics().iter().filter(disclosed);
    let Some(card) = &scene.scenario.scorecard else {
        return;
    };
    let mut enough: Vec<Formula> = characteristics
        .map(|one| reaches_baseline(scene, card.method, one))
        .collect();
    let by_cases = scene.cases.iter().map(|one| {
        one.costs_nothing(card.method, |reason| {
            is_disclosed(&reasons[usize::from(reason)])
        })
    });
    enough.extend(by_cases);
    let mut wants = scene.no_rule(Decision::Decline);
    wants.extend(enough.iter().map(|formula| (formula, true)));
    let found = scene.ask(wants, scene.severe(Decision::Decline));
    let Some(at) = scene.places.bands.first() else {
        return;
    };
    let name = &scene.scenario.name;
    let unknown = "the score ever refuses without a disclosed reason";
    if let Some(Some(example)) = scene.report.settle(found, at, name, unknown) {
        let message = format!("in `{name}`, a score can refuse without any disclosed reason");
        let help = format!(
            "no characteristic that may be named lies below its baseline; for example {}",
            show::example(scene.model, &example)
        );
        scene
            .report
            .find(at, "decline-undisclosed", name, message, help);
    }
}

/// That a characteristic gives no fewer points than its baseline.
fn reaches_baseline(scene: &Scene<'_>, method: ReasonMethod, one: &Characteristic) -> Formula {
    let reaches = |points: i32| method.lost(points, one.baseline) <= 0;
    let def = &scene.model.facts[usize::from(one.fact)];
    let atom = |test| Formula::made(Shape::Atom(one.fact, test));
    let mut parts = Vec::new();
    let mut from = def.min;
    for bin in &one.bins {
        if reaches(bin.points) {
            let both = vec![atom(Test::AtLeast(from)), atom(Test::AtMost(bin.upto))];
            parts.push(Formula::made(Shape::All(both)));
        }
        from = bin.upto.saturating_add(1);
    }
    if one.missing.is_some_and(reaches) {
        parts.push(atom(Test::Missing));
    }
    for (code, points) in (0..).zip(&one.specials) {
        if reaches(*points) {
            parts.push(atom(Test::Special(code)));
        }
    }
    Formula::made(Shape::Any(parts))
}

/// Reports reasons that no application gets: all rules that give them are
/// dead, and no characteristic that does can lose points.
pub(super) fn check_reasons(model: &Model, places: &Places, report: &Report<'_>) {
    for ((index, reason), at) in (0u16..).zip(&model.reasons).zip(&places.reasons) {
        let is_given = index == model.neutral_reason
            || model.scenarios.iter().any(|scenario| {
                let mut rules = scenario.rules.iter().filter(|rule| rule.reason == index);
                let card = scenario.scorecard.iter();
                let mut scored = card.flat_map(|card| {
                    let scored = card.characteristics.iter();
                    scored.map(|one| (card.method, one))
                });
                let cards = scenario.scorecard.iter();
                let mut by_cases = cards.flat_map(|card| {
                    let by_cases = card.conditional.iter();
                    by_cases.map(|one| (card.method, one))
                });
                rules.any(|rule| can_fire(model, &Formula::of(&rule.when)))
                    || scored
                        .any(|(method, one)| one.reason == index && can_cost(model, method, one))
                    || by_cases.any(|(method, one)| case_can_cost(model, method, one, index))
            });
        if !is_given {
            let code = &reason.code;
            let message = format!("no application gets the reason `{code}`");
            let help = "nothing that names it can fire or cost points; repair that, or retire it";
            report.find(at, "reason-never-given", code, message, help);
        }
    }
}

/// Whether some application makes a condition hold; a question too large
/// counts as yes: it has been reported at the rule.
fn can_fire(model: &Model, when: &Formula) -> bool {
    let impossible: Vec<Formula> = model
        .impossible
        .iter()
        .map(|one| Formula::of(&one.when))
        .collect();
    let mut wants = vec![(when, true)];
    let related = super::possible::related(&impossible, None, when.facts());
    wants.extend(related.into_iter().map(|one| (one, false)));
    let question = super::solve::Question {
        defs: &model.facts,
        wants,
        characteristics: Vec::new(),
        cases: Vec::new(),
        window: super::solve::Window::ALL,
    };
    question.solve() != Ok(None)
}

/// Whether some application loses points by cases for a reason.
fn case_can_cost(model: &Model, method: ReasonMethod, one: &Conditional, reason: u16) -> bool {
    let mut ends = one.ends().zip(Cases::of(one).ends());
    ends.any(|((points, own), when)| {
        own == reason && method.lost(points, one.baseline) > 0 && can_fire(model, &when)
    })
}

/// Whether some value of its fact gives fewer points than the baseline.
fn can_cost(model: &Model, method: ReasonMethod, one: &Characteristic) -> bool {
    let edges = one.bins.iter().map(|bin| bin.upto.saturating_add(1));
    let all = states(&model.facts[usize::from(one.fact)], edges);
    let mut all = all.into_iter();
    all.any(|state| {
        let points = i32::try_from(points(one, state)).unwrap_or(0);
        method.lost(points, one.baseline) > 0
    })
}
