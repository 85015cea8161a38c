//! Decisions and bands that nobody reaches; refusals that hang on one fact.

use precheck::Decision;

use super::formula::Formula;
use super::report::word;
use super::scene::Scene;
use super::solve::{Exhausted, Window};

/// Checks what the scenario can decide; `alive` tells which rules can fire.
pub(super) fn check(scene: &Scene<'_>, alive: &[bool]) {
    bands(scene);
    for decision in Decision::ALL {
        reached(scene, decision, alive);
    }
    single_fact(scene);
}

fn bands(scene: &Scene<'_>) {
    let Some(card) = &scene.scenario.scorecard else {
        return;
    };
    for (band, at) in card.bands.iter().zip(&scene.places.bands) {
        let found = scene.ask(Vec::new(), scene.exactly(band.decision));
        let name = &scene.scenario.name;
        let unknown = format!(
            "any score from {} is decided {}",
            band.from,
            word(band.decision)
        );
        if scene.report.settle(found, at, name, &unknown) == Some(None) {
            let message = format!(
                "no score is decided {} by the band from {}",
                word(band.decision),
                band.from
            );
            let help = "compare its bounds with the least and the most that the points add up to";
            scene
                .report
                .find(at, "band-unreachable", name, message, help);
        }
    }
}

/// Reports a decision that the scenario states and never takes.
fn reached(scene: &Scene<'_>, decision: Decision, alive: &[bool]) {
    let rules = scene.rules.iter().zip(alive);
    let by_rule = rules
        .filter(|(rule, alive)| **alive && rule.rule.effect == decision)
        .count();
    let by_band = match &scene.scenario.scorecard {
        Some(card) => card.bands.iter().any(|band| band.decision == decision),
        None => decision == Decision::Approve,
    };
    if by_rule == 0 && !by_band {
        return;
    }
    let (at, name) = (&scene.places.name, &scene.scenario.name);
    let unknown = format!("anybody gets {} in `{name}`", word(decision));
    let found = scene.decided(decision, &[]);
    if scene.report.settle(found, at, name, &unknown) != Some(None) {
        return;
    }
    let message = format!("no application gets {} in `{name}`", word(decision));
    let code = if decision == Decision::Approve {
        "approve-unreachable"
    } else {
        "decision-unreachable"
    };
    let help = "a more severe rule or band takes every application first";
    scene.report.find(at, code, name, message, help);
}

/// Reports a fact that alone tells refusals from everything else.
fn single_fact(scene: &Scene<'_>) {
    let (at, name) = (&scene.places.name, &scene.scenario.name);
    if scene.decided(Decision::Decline, &[]) != Ok(None) {
        for fact in scene.used() {
            let unknown = format!("`{}` alone decides every refusal", scene.name(fact));
            let answer = decides_alone(scene, fact);
            if scene.report.settle(answer, at, name, &unknown) == Some(true) {
                let fact = scene.name(fact);
                let message = format!("in `{name}`, `{fact}` alone decides who is refused");
                let help = "look at a second sign, or refer instead of refusing";
                scene
                    .report
                    .find(at, "decline-single-fact", name, message, help);
            }
        }
    }
}

/// Whether nothing but one fact tells who is refused: no two applications
/// agree in it and differ in that. Everybody or nobody refused is no such case.
fn decides_alone(scene: &Scene<'_>, fact: u16) -> Result<bool, Exhausted> {
    let (mut some, mut others) = (false, false);
    for state in scene.states(fact) {
        let fixed = Formula::is(fact, state);
        let mut wants = scene.no_rule(Decision::Decline);
        wants.push((&fixed, true));
        let window: Window = scene.milder(Decision::Decline);
        let accepted = scene.ask(wants, window)?.is_some();
        others |= accepted;
        let refused = !accepted
            || scene
                .decided(Decision::Decline, &[(&fixed, true)])?
                .is_some();
        some |= refused;
        if accepted && refused {
            return Ok(false);
        }
    }
    Ok(some && others)
}
