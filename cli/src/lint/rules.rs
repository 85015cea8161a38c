//! Rules that never fire, always fire, change nothing, or contradict.
//!
//! A rule is *shadowed* when removing it changes no decision of any
//! application: whenever it fires, another rule that fires, or the band of the
//! score, decides at least as severely. Its reason may still be worth giving.

use super::conditions;
use super::report::{listed, word};
use super::scene::{Scene, SceneRule};
use super::solve::{Exhausted, Window};

/// Checks the rules; says which of them can fire.
pub(super) fn check(scene: &Scene<'_>) -> Vec<bool> {
    let alive: Vec<bool> = scene.rules.iter().map(|rule| fires(scene, rule)).collect();
    for (index, rule) in scene.rules.iter().enumerate() {
        if !alive[index] {
            continue;
        }
        conditions::check(scene, rule);
        let contradicts = contradiction(scene, index, &alive);
        if !contradicts {
            shadow(scene, index);
        }
    }
    alive
}

/// Whether a rule can fire; reports one that cannot, or must.
fn fires(scene: &Scene<'_>, rule: &SceneRule<'_>) -> bool {
    let (report, id, at) = (scene.report, &rule.rule.id, &rule.places.id);
    let ask = |truth| scene.ask(vec![(&rule.when, truth)], Window::ALL);
    let unknown = format!("the rule `{id}` can fire");
    let Some(found) = report.settle(ask(true), at, id, &unknown) else {
        return true;
    };
    if found.is_none() {
        let message =
            format!("the rule `{id}` never fires: no application makes its condition hold");
        let help = "look for parts that exclude each other, or lie outside a fact's domain";
        report.find(at, "rule-never-fires", id, message, help);
        return false;
    }
    let unknown = format!("the rule `{id}` always fires");
    if report.settle(ask(false), at, id, &unknown) == Some(None) {
        let message = format!("the rule `{id}` always fires: its condition holds for everybody");
        let help = format!(
            "no application is decided more mildly than {}; narrow the condition",
            word(rule.rule.effect)
        );
        report.find(at, "rule-always-fires", id, message, help);
    }
    true
}

/// Reports, at the later of two rules, that they fire for the same
/// applications and decide differently.
fn contradiction(scene: &Scene<'_>, index: usize, alive: &[bool]) -> bool {
    let rule = &scene.rules[index];
    let mut is_found = false;
    for (other, other_alive) in scene.rules.iter().zip(alive) {
        if other.rule.effect == rule.rule.effect || !other_alive {
            continue;
        }
        let within = |one: &SceneRule<'_>, two: &SceneRule<'_>| {
            let wants = vec![(&one.when, true), (&two.when, false)];
            let answer = scene.ask(wants, Window::ALL);
            let (at, id) = (&rule.places.id, &rule.rule.id);
            let unknown = format!(
                "`{id}` and `{}` fire for the same applications",
                other.rule.id
            );
            scene.report.settle(answer, at, id, &unknown) == Some(None)
        };
        if !within(rule, other) || !within(other, rule) {
            continue;
        }
        is_found = true;
        if other.places.id > rule.places.id {
            continue;
        }
        let message = format!(
            "the rules `{}` and `{}` fire for the same applications, but one says {} and the other {}",
            other.rule.id,
            rule.rule.id,
            word(other.rule.effect),
            word(rule.rule.effect)
        );
        let help = "the more severe effect always wins; remove one, or tell their conditions apart";
        let (at, id) = (&rule.places.id, &rule.rule.id);
        scene.report.find(at, "rules-contradict", id, message, help);
    }
    is_found
}

fn shadow(scene: &Scene<'_>, index: usize) {
    let rule = &scene.rules[index];
    let (report, id, at) = (scene.report, &rule.rule.id, &rule.places.id);
    let effect = rule.rule.effect;
    let others: Vec<usize> = (0..scene.rules.len())
        .filter(|other| *other != index && scene.rules[*other].rule.effect >= effect)
        .collect();
    let decides = |others: &[usize]| -> Result<bool, Exhausted> {
        let others = others
            .iter()
            .map(|other| (&scene.rules[*other].when, false));
        let mut wants = vec![(&rule.when, true)];
        wants.extend(others);
        Ok(scene.ask(wants, scene.milder(effect))?.is_some())
    };
    let unknown = format!("the rule `{id}` ever decides");
    if report.settle(decides(&others), at, id, &unknown) != Some(false) {
        return;
    }
    // The fewest that do it, dropped from the end: earlier rules are named.
    let mut cover = others;
    for other in cover.clone().into_iter().rev() {
        let fewer: Vec<usize> = cover.iter().copied().filter(|one| *one != other).collect();
        if decides(&fewer) == Ok(false) {
            cover = fewer;
        }
    }
    let names: Vec<&str> = cover
        .iter()
        .map(|other| scene.rules[*other].rule.id.as_str())
        .collect();
    let by = match names.len() {
        0 => "the bands of the score decide at least as severely".into(),
        1 => format!("{} fires, which is at least as severe", listed(&names)),
        _ => format!(
            "one of {} fires, which are at least as severe",
            listed(&names)
        ),
    };
    let message = format!("the rule `{id}` changes no decision: whenever it fires, {by}");
    let help = "remove it, or allow it where its reason is worth giving besides";
    report.find(at, "rule-shadowed", id, message, help);
}
