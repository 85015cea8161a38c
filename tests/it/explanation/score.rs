//! Scores: what they are made of, and how their reasons are ranked.

use precheck::units::Locale;
use precheck::{Policy, Source, TraceClass, TraceState, TraceValue, assess};

use super::{sample, told, told_case};

#[test]
fn row_08_method_baselines_and_version_are_recorded() {
    let sample = sample();
    let mut seen = 0;
    for told in told(&sample) {
        let outcome = &told.documents[0].outcome;
        let card = &told.policy.scenario(told.validated.scenario).scorecard;
        let Some(card) = card else {
            assert_eq!(outcome.ranking, None, "{}", told.case.name);
            continue;
        };
        let ranking = outcome.ranking.expect("a scorecard ranks");
        assert_eq!(
            (ranking.scorecard, ranking.method),
            (&*card.id, card.method)
        );
        let json = told.documents[0].to_json();
        assert!(json.contains(r#""ranking":{"scorecard":""#) && json.contains("below-mean"));
        assert_eq!(outcome.policy.version, told.policy.model().version);
        assert_eq!(outcome.policy.hash, told.policy.hash());
        let score = told.trace.score.as_ref().expect("a score");
        let simple = card
            .characteristics
            .iter()
            .map(|one| i64::from(one.baseline));
        let baselines = score.contributions.iter().map(|one| one.baseline);
        assert!(simple.eq(baselines.take(card.characteristics.len())));
        seen += 1;
    }
    assert!(seen > 50, "{seen}");
}

/// With equal losses everywhere, the reasons come in the order of the policy;
/// turned round, they come turned round.
#[test]
fn row_09_the_order_is_total() {
    let sample = sample();
    let case = told_case(&sample, "activation/score-too-low");
    let codes = |is_turned: bool| -> Vec<String> {
        let mut model = sample.server.model().clone();
        let place = model
            .scenarios
            .iter()
            .position(|one| one.name == "activation");
        let scenario = &mut model.scenarios[place.expect("the scenario")];
        scenario.rules.clear();
        let card = scenario.scorecard.as_mut().expect("a scorecard");
        card.characteristics.truncate(4);
        for one in &mut card.characteristics {
            one.baseline = 7;
            one.bins.iter_mut().for_each(|bin| bin.points = 0);
        }
        if is_turned {
            card.characteristics.reverse();
        }
        let policy = Policy::from_model(model).expect("a consistent model");
        let document = assess(&policy, &case.case.application, Locale::En).expect("valid");
        let reasons = document.outcome.reasons.iter();
        reasons.map(|one| one.code.to_owned()).collect()
    };
    let straight = codes(false);
    assert_eq!(
        straight,
        [
            "INCOME-MODEST",
            "INCOME-UNSTEADY",
            "DEBT-HIGH",
            "ACCOUNT-NEW"
        ]
    );
    assert!(codes(true).iter().rev().eq(&straight));
    for told in told(&sample) {
        let again = assess(told.policy, &told.case.application, Locale::ZhCn).expect("valid");
        assert_eq!(
            again.to_json(),
            told.documents[0].to_json(),
            "{}",
            told.case.name
        );
    }
}

#[test]
fn row_10_contributions_add_up_to_the_decided_score() {
    let sample = sample();
    let mut settled = 0;
    for told in told(&sample) {
        for trace in [&told.trace, &told.public_trace()] {
            let Some(score) = &trace.score else {
                continue;
            };
            let withheld = score
                .withheld
                .map_or((0, 0), |range| (range.min, range.max));
            let sum = |of: fn(&precheck::Contribution<'_>) -> i64| {
                score.contributions.iter().map(of).sum::<i64>()
            };
            let by_points = (
                score.base + sum(|one| one.points.min) + withheld.0,
                score.base + sum(|one| one.points.max) + withheld.1,
            );
            let by_contribution = (
                score.baseline + sum(|one| one.contribution.min) + withheld.0,
                score.baseline + sum(|one| one.contribution.max) + withheld.1,
            );
            assert_eq!(by_points, by_contribution, "{}", told.case.name);
            let range = (score.total.min, score.total.max);
            if score
                .contributions
                .iter()
                .all(|one| one.class != TraceClass::Open)
            {
                assert_eq!(by_points, range, "{}", told.case.name);
                settled += usize::from(score.withheld.is_none());
            } else {
                // Facts that are tied to each other may leave less.
                assert!(
                    by_points.0 <= range.0 && range.1 <= by_points.1,
                    "{}",
                    told.case.name
                );
            }
        }
        // The explained score is the decided one.
        let explained = told.trace.score.as_ref().map(|score| score.total);
        let decided = if told.is_on_server() {
            told.evaluation.score
        } else {
            told.evaluation.shown_score
        };
        assert_eq!(explained, decided, "{}", told.case.name);
    }
    assert!(settled > 40, "{settled}");
}

#[test]
fn row_11_a_third_partys_score_comes_with_range_day_and_source() {
    let sample = sample();
    let told = told_case(&sample, "activation/low-zhima-alone");
    let mut facts = told.trace.facts.iter();
    let zhima = facts
        .find(|one| one.name == "zhima_score")
        .expect("it was used");
    let TraceState::Known(TraceValue::Integer(value)) = zhima.state else {
        panic!("{:?}", zhima.state);
    };
    assert_eq!(zhima.source, Source::Bureau);
    assert_eq!(
        zhima.domain,
        Some([TraceValue::Integer(350), TraceValue::Integer(950)])
    );
    assert!((350..=950).contains(&value));
    assert_eq!(told.trace.as_of, told.case.application.as_of);
    let score = told.trace.score.as_ref().expect("a score");
    assert!(
        score
            .contributions
            .iter()
            .any(|one| one.facts == ["zhima_score"])
    );
}

#[test]
fn row_20_legal_caps_are_rules_with_ids() {
    let sample = sample();
    let told = told_case(&sample, "checkout/regulators-cap");
    let mut fired = told
        .trace
        .rules
        .iter()
        .filter(|one| one.fires == Some(true));
    let cap = fired
        .find(|one| one.reason == "CONSUMER-CAP")
        .expect("the cap is a rule");
    assert!(!cap.id.is_empty());
    assert!(told.codes().contains(&"CONSUMER-CAP"));
    let mut constants = told.policy.model().constants.iter();
    assert!(
        constants.any(|one| one.name == "consumer_cap"),
        "the amount is data"
    );
}
