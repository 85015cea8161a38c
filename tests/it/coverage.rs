//! The sample product covers what it promises: every row of the catalogue has
//! a case and a reason, every rule fires and every reason is given in a case.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use precheck::units::Locale;
use precheck::{Audience, Disclosure, Truth, assess, validate};

use crate::case::{self, Case, root};
use crate::scenarios::{Sample, sample};

/// The tables of the catalogue whose rows need a case and a reason.
const FACTORS: [&str; 4] = ["applicant", "risk", "platform", "external"];

/// The ids of the catalogue: all of them, and those that need a case.
fn rows() -> (BTreeSet<String>, BTreeSet<String>) {
    let path = root().join("tests/data/coverage.toml");
    let text = fs::read_to_string(path).expect("the catalogue is readable");
    let tables: BTreeMap<String, BTreeMap<String, String>> =
        toml::from_str(&text).expect("the catalogue is TOML");
    let ids = |table: &str| {
        tables
            .get(table)
            .into_iter()
            .flat_map(BTreeMap::keys)
            .cloned()
    };
    let all = tables.keys().flat_map(|table| ids(table)).collect();
    let factors = FACTORS.iter().flat_map(|table| ids(table)).collect();
    (all, factors)
}

/// The rows that the active reasons of the sample product claim.
fn claimed() -> BTreeSet<String> {
    #[derive(serde::Deserialize)]
    struct Front {
        status: String,
        #[serde(default)]
        covers: Vec<String>,
    }
    let folder = root().join("policies/baitiao/reasons");
    let entries = fs::read_dir(folder).expect("the folder of reasons is there");
    let fronts = entries.map(|entry| {
        let path = entry.expect("a readable entry").path();
        let text = fs::read_to_string(&path).expect("a readable reason");
        let front = text.split("+++").nth(1).expect("a front matter");
        toml::from_str::<Front>(front).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    });
    let active = fronts.filter(|front| front.status == "active");
    active.flat_map(|front| front.covers).collect()
}

/// Nothing is missing on either side; the message names what is.
fn assert_covers(what: &str, wanted: &BTreeSet<String>, found: &BTreeSet<String>) {
    let missing: Vec<&String> = wanted.difference(found).collect();
    assert!(missing.is_empty(), "{what}: {missing:?}");
}

#[test]
fn every_row_has_a_case_and_a_reason() {
    let (all, factors) = rows();
    let cases = case::all();
    let shown: BTreeSet<String> = cases.iter().flat_map(|case| case.covers.clone()).collect();
    assert_covers("rows without a case", &factors, &shown);
    assert_covers("rows without a reason", &factors, &claimed());
    assert_covers("cases name unknown rows", &shown, &all);
    assert_covers("reasons name unknown rows", &claimed(), &all);
}

/// The verdicts of the rules of a case, by id.
fn verdicts(sample: &Sample, case: &Case) -> Vec<(String, Truth, usize)> {
    let policy = sample.policy(case.bundle);
    let valid = validate(policy, &case.application).expect("a case is valid");
    let evaluation = policy.evaluate(valid.scenario, &valid.facts);
    let rules = policy.scenario(valid.scenario).rules.iter();
    rules
        .zip(evaluation.rules)
        .map(|(rule, truth)| (rule.id.clone(), truth, usize::from(rule.reason)))
        .collect()
}

#[test]
fn every_rule_fires_and_every_reason_is_given() {
    let sample = sample();
    let model = sample.server.model();
    let code = |reason: usize| model.reasons[reason].code.clone();
    let is_neutral = |reason: usize| model.reasons[reason].disclosure == Disclosure::Neutral;
    let neutral = code(usize::from(model.neutral_reason));
    let mut fired = BTreeSet::new();
    let mut given = BTreeSet::new();
    for case in case::all() {
        let policy = sample.policy(case.bundle);
        let document = assess(policy, &case.application, Locale::ZhCn).expect("a case is valid");
        let told = document
            .outcome
            .reasons
            .iter()
            .map(|one| one.code.to_owned());
        let told: BTreeSet<String> = told.collect();
        given.extend(told.clone());
        if case.bundle != Audience::Server {
            continue;
        }
        let rules = verdicts(&sample, &case).into_iter();
        let rules: Vec<_> = rules
            .filter(|(_, truth, _)| *truth == Truth::True)
            .collect();
        given.extend(rules.iter().map(|(_, _, reason)| code(*reason)));
        if told.contains(&neutral) && !rules.iter().any(|(.., reason)| is_neutral(*reason)) {
            // No rule said so, hence a characteristic with a confidential reason.
            let scenario = model.scenarios.iter();
            let card = scenario
                .filter(|one| one.name == case.application.scenario)
                .find_map(|one| one.scorecard.as_ref());
            let reasons = card.into_iter().flat_map(|card| &card.characteristics);
            let reasons = reasons.map(|one| usize::from(one.reason));
            given.extend(reasons.filter(|reason| is_neutral(*reason)).map(code));
        }
        fired.extend(rules.into_iter().map(|(id, ..)| id));
    }
    let rules = model.scenarios.iter().flat_map(|one| &one.rules);
    let rules: BTreeSet<String> = rules.map(|rule| rule.id.clone()).collect();
    assert_covers("rules that no case fires", &rules, &fired);
    let reasons: BTreeSet<String> = (0..model.reasons.len()).map(code).collect();
    assert_covers("reasons that no case gives", &reasons, &given);
}

/// Each scenario is shown from all its sides: every decision, and the browser's
/// view of those that a browser has.
#[test]
fn every_scenario_shows_every_decision() {
    let sample = sample();
    let mut shown: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for case in case::all() {
        let policy = sample.policy(case.bundle);
        let document = assess(policy, &case.application, Locale::ZhCn).expect("a case is valid");
        let sides = shown.entry(case.application.scenario.clone()).or_default();
        match (case.bundle, &document.outcome.decisions[..]) {
            (Audience::Server, [only]) => sides.insert(only.as_str()),
            (Audience::Server, _) => continue,
            (Audience::Public, _) => sides.insert("in a browser"),
        };
    }
    for scenario in &sample.server.model().scenarios {
        let mut wanted = BTreeSet::from(["approve", "refer", "retry-later", "decline"]);
        if scenario.audience == Audience::Public {
            wanted.insert("in a browser");
        }
        let found = shown.get(&scenario.name);
        assert_eq!(found, Some(&wanted), "{}", scenario.name);
    }
}
