//! The report of the public projection: what is hidden, and what probing tells.

use precheck::{Decision, Model};
use precheck_cli::{Exposure, Threshold, compile};
use serde_json::Value;

use crate::command::{Folder, out, run, text};
use crate::mini;

/// The whole model of the mini pack with another condition of rule `velocity`,
/// whose reason is confidential.
fn with_confidential(when: &str) -> Model {
    let (pack, _) = mini::with(
        "policy.toml",
        "'requests > most_requests'",
        &format!("'{when}'"),
    );
    match compile(&pack) {
        Ok(compiled) => compiled.server,
        Err(problems) => panic!("`{when}` compiles: {problems:#?}"),
    }
}

fn of_velocity(exposure: &Exposure) -> Vec<&Threshold> {
    let thresholds = exposure.scenarios[0].thresholds.iter();
    thresholds
        .filter(|one| one.rule.as_deref() == Some("velocity"))
        .collect()
}

#[test]
fn what_probing_finds() {
    for (when, expected, why) in [
        (
            "requests > 4321",
            None,
            "a server fact is not the caller's to state",
        ),
        (
            "income > \"5000.00\"",
            Some(20),
            "1,000,001 amounts, and none",
        ),
        ("share > \"50%\"", Some(14), "10,001 ratios, and none"),
        ("age < 30", Some(8), "151 ages, by another birth date"),
        ("born > \"2010-01-01\"", Some(13), "7,671 days"),
        (
            "work == \"student\"",
            Some(3),
            "three codes, each has to be tried",
        ),
        (
            "member",
            None,
            "the account knows, whatever the caller says",
        ),
    ] {
        let exposure = Exposure::of(&with_confidential(when));
        let [threshold] = of_velocity(&exposure)[..] else {
            panic!("`{when}` has one threshold: {exposure:#?}");
        };
        assert_eq!(threshold.probes, expected, "{when}: {why}");
        assert!(threshold.absent_from_browser, "{when}");
    }
    let exposure = Exposure::of(&with_confidential("is_missing(bureau)"));
    assert!(of_velocity(&exposure).is_empty(), "a state is no threshold");
}

/// What a public text tells by a constant is no secret elsewhere.
#[test]
fn equal_constants_are_named() {
    for (when, expected, why) in [
        (
            "income < least_income",
            &["least_income"][..],
            "a bound below",
        ),
        (
            "income >= \"2000.00\"",
            &["least_income"],
            "the same number, written out",
        ),
        ("income < \"2000.02\"", &[], "another number"),
        ("age > 18", &["adult"], "of its own kind"),
        ("requests > 18", &[], "of another kind"),
        (
            "requests > most_requests",
            &[],
            "that constant stands in confidential texts only",
        ),
    ] {
        let exposure = Exposure::of(&with_confidential(when));
        let found = &of_velocity(&exposure)[0].equal_constants;
        assert_eq!(found, expected, "{when}: {why}");
    }
}

#[test]
fn the_mini_pack() {
    let exposure = Exposure::of(&mini::compiled().server);
    assert_eq!(exposure.hidden_facts, ["bureau", "requests"]);
    assert_eq!(exposure.collapsed_reasons, ["VELOCITY"]);
    assert_eq!(exposure.neutral_reason, "NOT-PASSED");
    let open = &exposure.scenarios[0];
    let rules = (open.open_rules, open.partly_opaque_rules, open.opaque_rules);
    assert_eq!(
        rules,
        (2, 1, 3),
        "adult, income; mixed; source and both of velocity"
    );
    let merged: Vec<_> = open
        .merged_into
        .iter()
        .map(|one| (one.effect, one.reason.as_str()))
        .collect();
    let expected = [
        (Decision::RetryLater, "SOURCE-DOWN"),
        (Decision::Decline, "NOT-PASSED"),
    ];
    assert_eq!(merged, expected, "two confidential rules show as one");
    assert_eq!(open.hidden_characteristics, 1);
    assert_eq!(open.hidden_points, Some((-31, 37)));
    // Four decisions, twice, and lists of five reasons: 16 * 206.
    assert_eq!((open.answers, open.bits_per_decision), (3296, 12));
    assert_eq!(
        [0, 1, 7, u64::MAX].map(|count| open.bits(count)),
        [0, 12, 84, u64::MAX]
    );
    for scenario in &exposure.scenarios {
        for threshold in &scenario.thresholds {
            assert!(threshold.absent_from_browser, "{threshold:?}");
        }
    }
    let bins = open.thresholds.iter().filter(|one| one.rule.is_none());
    assert_eq!(bins.count(), 2, "the last bin ends with the domain");
}

#[test]
fn the_command_reports_packs_and_server_bundles() {
    let folder = Folder::new("exposure");
    let pack = folder.pack("", "");
    let built = run(&["build", text(&pack), "--out", text(&pack)], "");
    assert!(built.status.success(), "{built:?}");
    let report = |path: &str| {
        let output = run(
            &["inspect", path, "--projection", "--probes", "3", "--json"],
            "",
        );
        assert!(output.status.success(), "{output:?}");
        serde_json::from_str::<Value>(&out(&output)).expect("JSON")
    };
    let of_pack = report(text(&pack));
    assert_eq!(of_pack["bits"][0], 36);
    assert_eq!(of_pack, report(text(&pack.join("mini.server.bundle"))));
    let words = out(&run(&["inspect", text(&pack), "--projection"], ""));
    assert!(words.contains("100 decisions at most 1200 bits"), "{words}");
    let public = pack.join("mini.public.bundle");
    let refused = run(&["inspect", text(&public), "--projection", "--json"], "");
    assert_eq!(refused.status.code(), Some(2));
    assert!(out(&refused).contains("audience-wrong"), "{refused:?}");
}
