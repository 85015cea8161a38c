//! Where an application stands, and which stages and rules stand in the way.

use precheck::units::Locale;
use precheck::{Decision, Disclosure, Policy, Stage, Status, assess};

use super::{sample, told, told_case};

/// Rows of the first column of the list: what may be said before a decision.
#[test]
fn row_01_a_pre_check_says_one_of_three_things() {
    let sample = sample();
    let mut seen = Vec::new();
    for told in told(&sample) {
        let outcome = &told.documents[0].outcome;
        let could_pass = [Decision::Approve, Decision::Refer]
            .iter()
            .any(|one| outcome.decisions.contains(one));
        if told.is_on_server() {
            continue;
        }
        match outcome.status {
            Status::Likely => assert_eq!(outcome.if_checks_pass, [Decision::Approve]),
            Status::CannotTell => assert!(could_pass, "{}", told.case.name),
            Status::WouldFail => assert!(!could_pass, "{}", told.case.name),
            Status::Decided => panic!("{}: a browser decides nothing", told.case.name),
        }
        if !seen.contains(&outcome.status) {
            seen.push(outcome.status);
        }
    }
    assert_eq!(seen.len(), 3, "the cases show all of them");
}

/// Where that would count as a refusal, nothing would fail: the same reasons
/// may stand in the way.
#[test]
fn row_01_would_fail_is_said_only_where_the_pack_may() {
    let sample = sample();
    let mut model = sample.public.model().clone();
    model.says_would_fail = false;
    let policy = Policy::from_model(model).expect("a consistent model");
    let mut seen = 0;
    for told in told(&sample).iter().filter(|one| !one.is_on_server()) {
        let before = &told.documents[0];
        let document = assess(&policy, &told.case.application, Locale::ZhCn).expect("valid");
        let outcome = &document.outcome;
        if before.outcome.status != Status::WouldFail {
            assert_eq!(
                outcome.reasons, before.outcome.reasons,
                "{}",
                told.case.name
            );
            continue;
        }
        assert_eq!(outcome.status, Status::CannotTell, "{}", told.case.name);
        assert_eq!(outcome.reasons, [], "{}", told.case.name);
        let softened = before.outcome.reasons.iter();
        assert!(softened.eq(outcome.possible.iter().take(before.outcome.reasons.len())));
        assert!(outcome.possible.len() <= 4);
        let headline = &before.notice.headline;
        assert_ne!(&document.notice.headline, headline);
        assert!(
            !document.notice.short.contains(&headline[..]),
            "{}",
            document.notice.short
        );
        seen += 1;
    }
    assert!(seen > 5, "{seen}");
}

#[test]
fn row_06_each_stage_that_failed_is_named() {
    let sample = sample();
    let two = told_case(&sample, "activation/two-stages-fail");
    let stages: Vec<Stage> = two.documents[0]
        .outcome
        .reasons
        .iter()
        .map(|one| one.stage)
        .collect();
    assert!(
        stages.contains(&Stage::Rule) && stages.contains(&Stage::Score),
        "{stages:?}"
    );
    for told in told(&sample) {
        let reasons = &told.documents[0].outcome.reasons;
        let fires = told.trace.rules.iter().any(|one| one.fires == Some(true));
        // What costs points under a reason that a rule gives as well is told once.
        let costs = |told: &super::Told<'_>| {
            let score = told.trace.score.as_ref()?;
            let fails = !score.bands.contains(&Decision::Approve);
            let mut lost = score.contributions.iter();
            let new = lost.any(|one| {
                let by_rule = told.trace.rules.iter();
                let mut by_rule = by_rule.filter(|rule| rule.fires == Some(true));
                one.contribution.max < 0
                    && by_rule.all(|rule| rule.reason != one.reason)
                    && is_told(told, one.reason)
            });
            Some(fails && new)
        };
        let has = |stage: Stage| reasons.iter().any(|one| one.stage == stage);
        assert_eq!(
            has(Stage::Score),
            costs(&told) == Some(true),
            "{}",
            told.case.name
        );
        assert!(has(Stage::Rule) || !fires, "{}", told.case.name);
    }
}

fn is_told(told: &super::Told<'_>, code: &str) -> bool {
    let mut reasons = told.policy.model().reasons.iter();
    reasons.any(|one| one.code == code && one.disclosure == Disclosure::Full)
}

#[test]
fn row_07_a_rule_that_refuses_is_disclosed_as_that_rule() {
    let sample = sample();
    let mut seen = 0;
    for told in told(&sample) {
        let fired = told
            .trace
            .rules
            .iter()
            .filter(|one| one.fires == Some(true));
        let refusing = fired.filter(|one| one.effect == Decision::Decline);
        // No case has more of them than a notice carries.
        for rule in refusing.filter(|one| one.disclosure == Disclosure::Full) {
            assert!(
                told.codes().contains(&rule.reason),
                "{}: {}",
                told.case.name,
                rule.id
            );
            seen += 1;
        }
    }
    assert!(seen > 20, "{seen}");
}
