//! Protected attributes, their declared proxies, and age.
//!
//! A fact is protected when it says so or when its name does; the list of
//! names is closed. Age may decide where a law sets a minimum, in a rule that
//! is marked so, and never adds points.

use precheck::FactId;

use super::formula::Formula;
use super::scene::Scene;
use crate::compile::Spot;

/// Words, joined by `_`, that name an attribute nobody may be judged by.
const PROTECTED: [&str; 26] = [
    "sex",
    "gender",
    "ethnicity",
    "ethnic",
    "race",
    "religion",
    "belief",
    "faith",
    "birth_region",
    "region_of_birth",
    "birthplace",
    "birth_place",
    "native_place",
    "hukou",
    "nationality",
    "minority",
    "marital",
    "married",
    "marriage",
    "pregnant",
    "pregnancy",
    "disability",
    "disabled",
    "orientation",
    "political",
    "trade_union",
];

/// Checks what the scenario's rules and scorecard look at.
pub(super) fn check(scene: &Scene<'_>) {
    for rule in &scene.rules {
        let help = "mark the rule with `legal_minimum = true` if a law sets this minimum; otherwise leave age out";
        let help = Some(help).filter(|_| !rule.places.is_legal_minimum);
        mentioned(scene, &rule.when, &rule.places.when, help);
    }
    let help = "take it off the scorecard: age adds no points";
    for (one, places) in scene.cases.iter().zip(&scene.places.conditional) {
        for (when, spots) in one.when.iter().zip(&places.when) {
            mentioned(scene, when, spots, Some(help));
        }
    }
    for (one, spot) in scene
        .characteristics()
        .iter()
        .zip(&scene.places.characteristics)
    {
        fact_used(scene, one.fact, spot);
        age_used(scene, one.fact, spot, help);
    }
}

/// Checks what a condition looks at; `help` is for age.
fn mentioned(scene: &Scene<'_>, when: &Formula, spots: &[Spot], help: Option<&str>) {
    when.atoms(&mut |atom, fact, _| {
        if let Some(spot) = atom.step.and_then(|step| spots.get(step)) {
            fact_used(scene, fact, spot);
            if let Some(help) = help {
                age_used(scene, fact, spot, help);
            }
        }
    });
}

fn fact_used(scene: &Scene<'_>, fact: FactId, at: &Spot) {
    let notes = &scene.notes[usize::from(fact)];
    let name = scene.name(fact);
    if notes.is_protected || is_protected(name) {
        let message = format!("`{name}` is a protected attribute");
        let help = "nobody is judged by it: take it out";
        scene.report.find(at, "protected-fact", name, message, help);
    } else if let Some(attribute) = &notes.proxy_for {
        let message = format!("`{name}` is declared a proxy for {attribute}");
        let help = "use a fact that says the same without it, or allow it and say why";
        scene.report.find(at, "proxy-fact", name, message, help);
    }
}

fn age_used(scene: &Scene<'_>, fact: FactId, at: &Spot, help: &str) {
    if !is_age(scene, fact) {
        return;
    }
    let name = scene.name(fact);
    let message = format!("`{name}` tells somebody's age");
    scene.report.find(at, "age-not-legal", name, message, help);
}

/// Whether a fact is a birth date, or computed from one, or called an age.
fn is_age(scene: &Scene<'_>, fact: FactId) -> bool {
    let is_birth = |fact: FactId| {
        let scenarios = scene.model.scenarios.iter();
        let mut fields = scenarios.flat_map(|one| &one.fields);
        fields.any(|field| field.birth_date == Some(fact))
            || ["birth_date", "birthday", "date_of_birth", "born"].contains(&scene.name(fact))
    };
    let mut derived = scene.model.derived.iter();
    let from_birth = derived.any(|one| {
        let (first, second) = one.formula.inputs();
        one.fact == fact && (first.is_some_and(is_birth) || second.is_some_and(is_birth))
    });
    from_birth || is_birth(fact) || scene.name(fact).eq_ignore_ascii_case("age")
}

/// Whether a name holds one of the words, as words of their own.
fn is_protected(name: &str) -> bool {
    let lower = format!("_{}_", name.to_ascii_lowercase());
    let mut words = PROTECTED.iter();
    words.any(|word| lower.contains(&format!("_{word}_")))
}
