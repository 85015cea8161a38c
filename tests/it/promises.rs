//! The promises as properties, against the reference.

use std::collections::BTreeSet;

use precheck::units::Locale;
use precheck::{
    Application, Decision, Evaluation, FactInput, Formula, Model, Policy, Truth, assess, validate,
};
use proptest::prelude::*;

use precheck_cli::project;

use crate::random::{self, Random, application, model};
use crate::reference::{answers, completions, decisions, end, points};

fn load(model: &Model) -> Policy {
    Policy::from_model(model.clone()).expect("a random policy is consistent")
}

/// A random policy, an application to it, and what the engine says.
struct Drawn {
    model: Model,
    policy: Policy,
    application: Application,
    evaluation: Evaluation,
}

fn draw(seed: u64) -> Drawn {
    let mut random = Random(seed);
    let model = model(&mut random);
    let policy = load(&model);
    let application = application(&mut random, &model);
    let valid = validate(&policy, &application).expect("a random application is valid");
    let evaluation = policy.evaluate(valid.scenario, &valid.facts);
    Drawn {
        model,
        policy,
        application,
        evaluation,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Never contradicted: the possible decisions are exactly those that some
    /// completion gives, no fewer (sound) and no more (tight).
    #[test]
    fn decisions_are_those_of_some_completion(seed: u64) {
        let Drawn { model, application, evaluation, .. } = draw(seed);
        prop_assert!(evaluation.tight);
        let possible: BTreeSet<Decision> = evaluation.decisions.iter().collect();
        prop_assert_eq!(possible, decisions(&model, &application), "{:?}\n{:?}", model, application);
        prop_assert!(evaluation.if_checks_pass.is_subset(evaluation.decisions));
    }

    /// A score lies in the shown range, and both ends are reached; a rule that
    /// is said to fire fires in every completion, one said not to in none, and
    /// one said to be open in some and not in others.
    #[test]
    fn ranges_and_verdicts_hold_in_every_completion(seed: u64) {
        let Drawn { model, application, evaluation, .. } = draw(seed);
        let full = completions(&model, &application);
        let all: Vec<_> = full.iter().flat_map(|full| answers(&model, full)).collect();
        if let (Some(range), Some(shown)) = (evaluation.score, evaluation.shown_score) {
            let scores = || all.iter().filter_map(|answer| answer.score);
            let (least, most) = (scores().min(), scores().max());
            let card = model.scenarios[0].scorecard.as_ref();
            if card.is_some_and(|card| card.conditional.is_empty()) {
                prop_assert_eq!((Some(range.min), Some(range.max)), (least, most));
            } else {
                // Conditions are bounded one by one.
                prop_assert!(Some(range.min) <= least && most <= Some(range.max));
            }
            prop_assert!(shown.min <= range.min && range.max <= shown.max);
        }
        for (index, truth) in evaluation.rules.iter().enumerate() {
            let fires: BTreeSet<bool> = all.iter().map(|answer| answer.fires[index]).collect();
            let verdict: &[bool] = match truth {
                Truth::True => &[true],
                Truth::False => &[false],
                Truth::Unknown => &[false, true],
            };
            prop_assert!(fires.iter().eq(verdict), "{index} {:?}\n{:?}", model, application);
        }
    }

    /// The limit is exactly the range of the amounts of all completions that are
    /// approved: no completion lies outside it, and some have either end.
    #[test]
    fn the_limit_is_that_of_the_approved_completions(seed: u64) {
        let Drawn { model, application, evaluation, .. } = draw(seed);
        let full = completions(&model, &application);
        let answers = full.iter().flat_map(|full| answers(&model, full));
        let amounts: Vec<(i64, i64)> = answers.filter_map(|answer| answer.limit).collect();
        let least = amounts.iter().map(|(least, _)| *least).min();
        let most = amounts.iter().map(|(_, most)| *most).max();
        let range = evaluation.limit;
        prop_assert!(evaluation.tight);
        prop_assert_eq!(range.map(|range| range.min), least, "{:?}\n{:?}", model, application);
        prop_assert_eq!(range.map(|range| range.max), most, "{:?}\n{:?}", model, application);
    }

    /// With a fact that is computed from two others, nothing is left out that
    /// some completion gives; nothing is added where the answer says that it is
    /// tight, and over a sum it always is.
    #[test]
    fn a_formula_stays_sound_and_says_where_it_is_not_tight(seed: u64) {
        let mut random = Random(seed);
        let mut model = random::model_with_formula(&mut random);
        let policy = load(&model);
        let application = application(&mut random, &model);
        let valid = validate(&policy, &application).expect("valid");
        let evaluation = policy.evaluate(valid.scenario, &valid.facts);
        let full = completions(&model, &application);
        let all: Vec<_> = full.iter().flat_map(|full| answers(&model, full)).collect();
        let least = all.iter().filter_map(|one| one.limit).map(|(least, _)| least).min();
        let most = all.iter().filter_map(|one| one.limit).map(|(_, most)| most).max();
        let reached: BTreeSet<Decision> = all.iter().map(|one| one.decision).collect();
        let possible: BTreeSet<Decision> = evaluation.decisions.iter().collect();
        prop_assert!(reached.is_subset(&possible), "{:?}\n{:?}", model, application);
        for answer in &all {
            if let (Some(score), Some(range)) = (answer.score, evaluation.score) {
                prop_assert!((range.min..=range.max).contains(&score));
            }
            if let Some((least, most)) = answer.limit {
                let range = evaluation.limit.expect("approved with an amount");
                prop_assert!(range.min <= least && most <= range.max);
            }
        }
        let is_sum = matches!(model.derived[0].formula, Formula::Sum(..));
        prop_assert!(evaluation.tight || !is_sum, "{:?}\n{:?}", model, application);
        for (index, truth) in evaluation.rules.iter().enumerate() {
            let fires: BTreeSet<bool> = all.iter().map(|answer| answer.fires[index]).collect();
            let can = |value| *truth == Truth::Unknown || *truth == if value { Truth::True } else { Truth::False };
            prop_assert!(fires.iter().all(|value| can(*value)));
            let is_open = fires.len() == 2;
            prop_assert!(!evaluation.tight || is_open == (*truth == Truth::Unknown));
        }
        if evaluation.tight {
            let scores = || all.iter().filter_map(|answer| answer.score);
            let score = evaluation.score;
            prop_assert_eq!(score.map(|range| range.min), scores().min());
            prop_assert_eq!(score.map(|range| range.max), scores().max());
            prop_assert_eq!(reached, possible, "{:?}\n{:?}", model, application);
            let range = evaluation.limit;
            prop_assert_eq!(range.map(|range| (range.min, range.max)), least.zip(most));
        }
        // And across the projection.
        random::without_opaque_rules(&mut model);
        let (server, public) = (load(&model), load(&project(&model)));
        let chosen = usize::try_from(random.below(full.len() as u64)).expect("small");
        let decided = validate(&server, &full[chosen]).expect("valid");
        let decided = server.evaluate(decided.scenario, &decided.facts);
        let seen = random::public_part(&application, &model);
        let seen = validate(&public, &seen).expect("valid");
        let shown = public.evaluate(seen.scenario, &seen.facts);
        prop_assert_eq!(decided.decisions.len(), 1);
        prop_assert!(decided.decisions.is_subset(shown.decisions));
    }

    /// Never contradicted across the projection: whatever public facts a browser
    /// knows, the server's decision is among those it shows as possible,
    /// and the server's score lies in the range it shows.
    #[test]
    fn a_browser_is_never_contradicted_by_the_server(seed: u64) {
        let mut random = Random(seed);
        let mut model = model(&mut random);
        random::without_opaque_rules(&mut model);
        let public = load(&project(&model));
        let server = load(&model);
        let partial = application(&mut random, &model);
        let full = completions(&model, &partial);
        let chosen = usize::try_from(random.below(full.len() as u64)).expect("small");
        let decided = validate(&server, &full[chosen]).expect("valid");
        let decided = server.evaluate(decided.scenario, &decided.facts);
        let decision = decided.decisions.iter().next().expect("one decision");
        prop_assert_eq!(decided.decisions.len(), 1);

        let seen = random::public_part(&partial, &model);
        let seen = validate(&public, &seen).expect("valid");
        let shown = public.evaluate(seen.scenario, &seen.facts);
        prop_assert!(shown.decisions.contains(decision));
        if let (Some(range), Some(score)) = (shown.score, decided.score) {
            prop_assert!(range.min <= score.min && score.max <= range.max);
            let told = shown.shown_score.expect("as there is a score");
            prop_assert!(told.min <= range.min && range.max <= told.max);
        }
        if let Some(amount) = decided.limit {
            let range = shown.limit.expect("the server approves with an amount");
            prop_assert!(range.min <= amount.min && amount.max <= range.max);
        }
    }

    /// The server shows no more of the score than the browser did.
    #[test]
    fn both_sides_show_the_same_score(seed: u64) {
        let mut random = Random(seed);
        let mut model = model(&mut random);
        random::without_opaque_rules(&mut model);
        let public = load(&project(&model));
        let server = load(&model);
        let application = application(&mut random, &model);
        let whole = validate(&server, &application).expect("valid");
        let part = random::public_part(&application, &model);
        let part = validate(&public, &part).expect("valid");
        prop_assert_eq!(
            server.evaluate(whole.scenario, &whole.facts).shown_score,
            public.evaluate(part.scenario, &part.facts).shown_score
        );
    }

    /// More information never widens what is possible.
    #[test]
    fn an_answer_never_opens_what_was_settled(seed: u64) {
        let mut random = Random(seed);
        let model = model(&mut random);
        let policy = load(&model);
        let partial = application(&mut random, &model);
        let full = completions(&model, &partial);
        let chosen = usize::try_from(random.below(full.len() as u64)).expect("small");
        let sets = [&partial, &full[chosen]].map(|application| {
            let valid = validate(&policy, application).expect("valid");
            policy.evaluate(valid.scenario, &valid.facts).decisions
        });
        prop_assert!(sets[1].is_subset(sets[0]));
    }

    /// Reasons are true: each certain reason belongs to a rule that fires or a
    /// characteristic that costs points; at most four, none twice, and no
    /// confidential code is named.
    #[test]
    fn reasons_are_true_and_few(seed: u64) {
        let Drawn { model, policy, application, evaluation } = draw(seed);
        let document = assess(&policy, &application, Locale::ZhCn).expect("valid");
        let scenario = &model.scenarios[0];
        let mut grounds: BTreeSet<u16> = BTreeSet::new();
        for (rule, truth) in scenario.rules.iter().zip(&evaluation.rules) {
            if *truth == Truth::True {
                grounds.insert(rule.reason);
            }
        }
        // A characteristic is a reason only where the score fails for certain
        // and its known points lie below its baseline.
        let all: Vec<_> = completions(&model, &application)
            .iter()
            .flat_map(|full| answers(&model, full))
            .collect();
        if let Some(card) = &scenario.scorecard {
            let approves = card.bands[2].from;
            let fails = all.iter().all(|answer| answer.score.is_some_and(|score| score < approves));
            for one in card.characteristics.iter().filter(|_| fails) {
                let def = &model.facts[usize::from(one.fact)];
                let given = application.facts.0.iter().find(|(name, _)| *name == def.name);
                let costs = |state| points(def, one, state) < i64::from(one.baseline);
                // A range of one value is that value.
                let left = random::states_left(def, given.map(|(_, state)| state));
                let is_known = given.is_some_and(|(_, state)| *state != FactInput::Unknown);
                if is_known && left.len() == 1 && costs(&left[0]) {
                    grounds.insert(one.reason);
                }
            }
            for one in card.conditional.iter().filter(|_| fails) {
                let full = completions(&model, &application);
                let ends: BTreeSet<(i32, u16)> = full.iter().map(|full| end(&model, full, one)).collect();
                let costs = |end: &&(i32, u16)| end.0 < one.baseline;
                grounds.extend(ends.first().filter(costs).filter(|_| ends.len() == 1).map(|end| end.1));
            }
        }
        let outcome = &document.outcome;
        prop_assert!(outcome.reasons.len() <= 4);
        let mut seen = BTreeSet::new();
        for reason in outcome.reasons.iter().chain(&outcome.possible) {
            prop_assert!(seen.insert(reason.code), "{} twice", reason.code);
            let index = model.reasons.iter().position(|one| one.code == reason.code);
            let index = index.expect("an outcome names declared reasons");
            let is_neutral = index == usize::from(model.neutral_reason);
            prop_assert!(is_neutral || model.reasons[index].disclosure == precheck::Disclosure::Full);
        }
        for reason in &outcome.reasons {
            let is_ground = grounds.iter().any(|index| {
                let ground = &model.reasons[usize::from(*index)];
                let neutral = &model.reasons[usize::from(model.neutral_reason)];
                ground.code == reason.code
                    || (ground.disclosure == precheck::Disclosure::Neutral
                        && neutral.code == reason.code)
            });
            prop_assert!(is_ground, "{} has no ground", reason.code);
        }
    }

    /// Same bytes: the same policy and application give the same document.
    #[test]
    fn a_document_is_reproducible(seed: u64) {
        let mut random = Random(seed);
        let model = model(&mut random);
        let application = application(&mut random, &model);
        let text = || {
            let policy = load(&model);
            assess(&policy, &application, Locale::ZhCn).expect("valid").to_json()
        };
        prop_assert_eq!(text(), text());
    }
}
