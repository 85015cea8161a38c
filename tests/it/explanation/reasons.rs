//! Which reasons are told, and what they say.

use std::collections::BTreeSet;

use precheck::{Disclosure, Notice, Status};

use super::{Told, sample, told, told_case};

/// What could stand in any refusal; the neutral statement is exempt.
const EMPTY: [&str; 12] = [
    "综合评估未通过",
    "综合评分不足",
    "评分不足",
    "不符合要求",
    "暂不符合条件",
    "各种原因",
    "其他原因",
    "内部政策",
    "internal policy",
    "score is too low",
    "various reasons",
    "other reasons",
];

/// Everything that a notice says about reasons.
fn said(notice: &Notice) -> impl Iterator<Item = &String> {
    let reasons = notice.reasons.iter().chain(&notice.possible);
    reasons.flat_map(|one| [&one.title, &one.text, &one.help])
}

#[test]
fn row_02_reasons_are_specific() {
    let sample = sample();
    for told in told(&sample) {
        for document in &told.documents {
            for text in said(&document.notice) {
                let empty = EMPTY
                    .iter()
                    .find(|empty| text.to_lowercase().contains(**empty));
                assert_eq!(empty, None, "{}: {text}", told.case.name);
                assert!(text.chars().count() >= 4, "{}: {text}", told.case.name);
            }
            // Two reasons never say the same.
            let texts: Vec<&String> = document
                .notice
                .reasons
                .iter()
                .map(|one| &one.text)
                .collect();
            assert_eq!(texts.len(), texts.iter().collect::<BTreeSet<_>>().len());
        }
    }
}

/// What the trace has for each code: rules that fire, characteristics that cost.
fn causes<'p>(told: &Told<'p>, open: bool) -> BTreeSet<&'p str> {
    let model = told.policy.model();
    let neutral = &*model.reasons[usize::from(model.neutral_reason)].code;
    let wanted = if open { None } else { Some(true) };
    let rules = told.trace.rules.iter().filter(|one| one.fires == wanted);
    let score = told.trace.score.iter();
    let fails = |score: &&precheck::TraceScore<'_>| {
        let approves = score.bands.contains(&precheck::Decision::Approve);
        if open {
            score.bands.len() > 1
        } else {
            !approves
        }
    };
    let lost = score.filter(fails).flat_map(|score| &score.contributions);
    let lost = lost.filter(|one| one.contribution.max < 0);
    let codes = rules
        .map(|one| one.reason)
        .chain(lost.map(|one| one.reason));
    codes
        .map(|code| {
            let full = model
                .reasons
                .iter()
                .any(|one| one.code == code && one.disclosure == Disclosure::Full);
            if full { code } else { neutral }
        })
        .collect()
}

#[test]
fn row_03_every_reason_comes_from_what_was_evaluated() {
    let sample = sample();
    let (mut certain, mut possible) = (0, 0);
    for told in told(&sample).iter().filter(|one| one.is_on_server()) {
        let outcome = &told.documents[0].outcome;
        for code in told.codes() {
            assert!(
                causes(told, false).contains(code),
                "{}: {code}",
                told.case.name
            );
            certain += 1;
        }
        for reason in &outcome.possible {
            assert!(
                causes(told, true).contains(reason.code),
                "{}: {}",
                told.case.name,
                reason.code
            );
            possible += 1;
        }
    }
    // In a browser only what public facts decide is there to compare with.
    for told in told(&sample).iter().filter(|one| !one.is_on_server()) {
        for code in told.codes() {
            assert!(
                causes(told, false).contains(code),
                "{}: {code}",
                told.case.name
            );
            possible += 1;
        }
    }
    assert!(certain > 100 && possible >= 10, "{certain} {possible}");
}

#[test]
fn row_04_at_most_four_and_never_padded() {
    let sample = sample();
    let mut most = 0;
    for told in told(&sample).iter().filter(|one| one.is_on_server()) {
        let codes = told.codes();
        let causes = causes(told, false).len();
        assert_eq!(codes.len(), causes.min(4), "{}: {codes:?}", told.case.name);
        most = most.max(codes.len());
    }
    assert_eq!(most, 4, "a case reaches the bound");
}

/// What decides comes first, be it never so hard to change or to say.
#[test]
fn row_05_no_main_factor_is_left_out() {
    let sample = sample();
    for told in told(&sample).iter().filter(|one| one.is_on_server()) {
        let outcome = &told.documents[0].outcome;
        if outcome.status != Status::Decided {
            continue;
        }
        let fired = told
            .trace
            .rules
            .iter()
            .filter(|one| one.fires == Some(true) && one.disclosure == Disclosure::Full);
        // The first of those that weigh most, in policy order.
        let mut heaviest = None;
        for rule in fired {
            if heaviest.is_none_or(|(effect, _)| rule.effect > effect) {
                heaviest = Some((rule.effect, rule.reason));
            }
        }
        if let Some((_, reason)) = heaviest {
            assert_eq!(told.codes().first(), Some(&reason), "{}", told.case.name);
        }
    }
    let young = told_case(&sample, "activation/day-before-18");
    assert_eq!(
        young.codes().first(),
        Some(&"AGE-MINIMUM"),
        "though nobody can change it"
    );
}
