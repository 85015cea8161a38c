//! The sample product covers what it promises: every row of the catalogue has
//! a case and a reason, every rule fires and every reason is given in a case.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use precheck::units::Locale;
use precheck::{Audience, assess};
use precheck_cli::cases::{Coverage, Kind};

use crate::case::{self, root};
use crate::scenarios::sample;

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

#[test]
fn every_rule_fires_and_every_reason_is_given() {
    let sample = sample();
    let mut coverage = Coverage::new(sample.server.model());
    for case in case::all() {
        let policy = sample.policy(case.bundle);
        let checked = case.check(policy).expect("a case is valid");
        coverage.count(&case, policy, &checked.document.outcome);
    }
    for kind in [Kind::Rule, Kind::Band, Kind::Reason] {
        assert!(coverage.of(kind).count() > 0, "{kind:?}");
        let never: Vec<&str> = coverage
            .never(kind)
            .map(|item| item.name.as_str())
            .collect();
        assert!(
            never.is_empty(),
            "{} that no case reaches: {never:?}",
            kind.as_str()
        );
    }
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
