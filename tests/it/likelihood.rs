//! What is likely, against every completion weighted by the priors.

use precheck::units::Locale;
use precheck::{Application, FactInput, Model, Policy, Prior, Priors, assess, validate};
use proptest::prelude::*;

use precheck_cli::project;

use crate::random::{self, Random, application, model};
use crate::reference::{Answer, answers, completions};

/// Random priors for every fact. A stretch has one, two or four values and a
/// weight that they share without rest, so that the reference can count; or
/// always one, where `single`.
fn priors(random: &mut Random, model: &Model, single: bool) -> Priors {
    let segments = usize::try_from(random.range(1, 3)).expect("small");
    let weight = |random: &mut Random| u32::try_from(random.below(4)).expect("small");
    let is_computed = |fact| model.derived.iter().any(|one| one.fact == fact);
    let facts = (0..)
        .zip(&model.facts)
        .filter(|(fact, _)| !is_computed(*fact));
    let facts = facts.map(|(fact, def)| {
        let mut upto = Vec::new();
        let mut next = def.min;
        while next <= def.max {
            let sizes: Vec<i64> = [1, 2, 4]
                .into_iter()
                .filter(|size| *size == 1 || (!single && next + size - 1 <= def.max))
                .collect();
            next += random.pick(&sizes);
            upto.push(next - 1);
        }
        let mut prior = Prior {
            fact,
            upto,
            weights: Vec::new(),
        };
        let places = prior.places(def);
        for _ in 0..segments {
            let mut start = def.min;
            let mut own: Vec<u32> = (0..places).map(|_| weight(random)).collect();
            if own.iter().all(|one| *one == 0) {
                own[0] = 1;
            }
            for (weight, upto) in own.iter_mut().zip(&prior.upto) {
                *weight *= u32::try_from(upto - start + 1).expect("small");
                start = upto + 1;
            }
            prior.weights.extend(own);
        }
        prior
    });
    let facts = facts.collect();
    let mut segments: Vec<u32> = (0..segments).map(|_| weight(random)).collect();
    segments[0] += 1;
    Priors { segments, facts }
}

/// The weight of a full application, over a denominator that all share.
fn weight(model: &Model, full: &Application) -> u128 {
    let priors = &model.priors;
    let own = |segment: usize| {
        let mut own = u128::from(priors.segments[segment]);
        let mut others = 1;
        for prior in &priors.facts {
            let def = &model.facts[usize::from(prior.fact)];
            let places = prior.places(def);
            for (index, weights) in prior.weights.chunks(places).enumerate() {
                let total: u128 = weights.iter().map(|one| u128::from(*one)).sum();
                if index != segment {
                    others *= total;
                    continue;
                }
                let found = full.facts.0.iter().find(|(name, _)| *name == def.name);
                let (_, state) = found.expect("a completion has every fact");
                own *= u128::from(match state {
                    FactInput::Integer(value) => {
                        let at = prior.upto.iter().position(|upto| value <= upto);
                        let at = at.expect("stretches cover");
                        let before = at.checked_sub(1).map_or(def.min - 1, |at| prior.upto[at]);
                        weights[at] / u32::try_from(prior.upto[at] - before).expect("small")
                    }
                    FactInput::Missing => weights[prior.upto.len()],
                    FactInput::Special(name) => {
                        let code = def.specials.iter().position(|one| one == name);
                        weights[places - def.specials.len() + code.expect("declared")]
                    }
                    _ => unreachable!("random facts are integers, missing or special"),
                });
            }
        }
        own * others
    };
    (0..priors.segments.len()).map(own).sum()
}

/// Rounded to the nearest, a half up.
fn rounded(part: u128, whole: u128) -> u128 {
    ((part << 33) + whole) / (whole << 1)
}

/// Every completion with the weight that it has; open checks find nothing, and
/// hidden points are equally likely.
fn weighed(model: &Model, application: &Application) -> Vec<(u128, Answer)> {
    let hidden = model.scenarios[0]
        .scorecard
        .as_ref()
        .map_or((0, 0), |card| card.hidden);
    let ways = usize::try_from(hidden.1 - hidden.0 + 1).expect("a range");
    let full = completions(model, application);
    let all = full.iter().flat_map(|full| {
        let weight = weight(model, full);
        answers(model, full)
            .into_iter()
            .take(ways)
            .map(move |answer| (weight, answer))
    });
    all.collect()
}

/// Parts per ten thousand by largest remainder, the milder decision first.
fn expected(all: &[(u128, Answer)]) -> Option<Vec<u64>> {
    let whole: u128 = all.iter().map(|(weight, _)| weight).sum();
    if whole == 0 {
        return None;
    }
    let chances: Vec<u128> = (0..4)
        .map(|at| {
            let upto = |at| {
                let own = all.iter().filter(|(_, one)| (one.decision as i32) <= at);
                rounded(own.map(|(weight, _)| weight).sum(), whole)
            };
            upto(at) - if at == 0 { 0 } else { upto(at - 1) }
        })
        .collect();
    let mut parts: Vec<(u128, u64)> = chances
        .iter()
        .map(|one| {
            (
                one * 10_000 % (1 << 32),
                u64::try_from((one * 10_000) >> 32).expect("small"),
            )
        })
        .collect();
    while parts.iter().map(|(_, part)| part).sum::<u64>() < 10_000 {
        let most = parts.iter().map(|(rest, _)| *rest).max().expect("four");
        let first = parts
            .iter_mut()
            .find(|(rest, _)| *rest == most)
            .expect("four");
        *first = (0, first.1 + 1);
    }
    Some(parts.into_iter().map(|(_, part)| part).collect())
}

/// Points by cases have no likelihood, so most policies are to have none.
fn mostly_without_cases(random: &mut Random, model: &mut Model) {
    if let Some(card) = &mut model.scenarios[0].scorecard
        && !random.one_in(8)
    {
        card.conditional.clear();
    }
}

/// Whether something is known for which no likelihood is worked out.
fn is_tangled(model: &Model, application: &Application) -> bool {
    let card = model.scenarios[0].scorecard.as_ref();
    let mut facts = application.facts.0.iter();
    card.is_some_and(|card| !card.conditional.is_empty())
        || facts.any(|(_, state)| matches!(state, FactInput::Between(_)))
}

fn compared(model: &Model, application: &Application) -> Result<(), TestCaseError> {
    let policy = Policy::from_model(model.clone()).expect("consistent");
    let valid = validate(&policy, application).expect("valid");
    let found = policy.chances(valid.scenario, &valid.facts).map(Vec::from);
    if is_tangled(model, application) {
        let card = model.scenarios[0].scorecard.as_ref();
        let has_cases = card.is_some_and(|card| !card.conditional.is_empty());
        prop_assert!(!has_cases || found.is_none());
        return Ok(());
    }
    let all = weighed(model, application);
    let wanted = expected(&all);
    prop_assert_eq!(&found, &wanted, "{:?}\n{:?}", model, application);
    let document = assess(&policy, application, Locale::ZhCn).expect("valid");
    let Some(told) = document.outcome.likelihood else {
        return Ok(());
    };
    let sum: u64 = told.decisions.iter().map(|one| one.probability).sum();
    prop_assert_eq!(sum, 10_000, "what is left out is impossible");
    for one in &told.decisions {
        let wanted = wanted.as_ref().expect("told");
        prop_assert_eq!(one.probability, wanted[one.decision as usize]);
    }
    if let Some(score) = told.score {
        let whole: u128 = all.iter().map(|(weight, _)| weight).sum();
        for (percent, found) in [
            (5, score.p5),
            (25, score.p25),
            (50, score.p50),
            (75, score.p75),
            (95, score.p95),
        ] {
            let reaches = |least: i64| {
                let above = all.iter().filter(|(_, one)| one.score > Some(least));
                let above = rounded(above.map(|(weight, _)| weight).sum(), whole);
                ((1 << 32) - above) * 100 >= percent << 32
            };
            prop_assert!(reaches(found), "{percent} % reach {found}");
            let lowest = all.iter().filter_map(|(_, one)| one.score).min();
            prop_assert!(
                Some(found) == lowest || !reaches(found - 1),
                "{found} is the lowest"
            );
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    /// Exactly the shares of the completions, weighted by the priors.
    #[test]
    fn chances_are_those_of_all_completions(seed: u64) {
        let mut random = Random(seed);
        let mut model = model(&mut random);
        mostly_without_cases(&mut random, &mut model);
        model.priors = priors(&mut random, &model, false);
        let application = application(&mut random, &model);
        compared(&model, &application)?;
    }

    /// The same in a browser: over what it knows, with hidden points equally
    /// likely, and without a word about the server's facts.
    #[test]
    fn a_browser_takes_hidden_points_as_equally_likely(seed: u64) {
        let mut random = Random(seed);
        let mut model = model(&mut random);
        random::without_opaque_rules(&mut model);
        mostly_without_cases(&mut random, &mut model);
        model.priors = priors(&mut random, &model, false);
        let public = project(&model);
        for prior in &public.priors.facts {
            let def = &public.facts[usize::from(prior.fact)];
            prop_assert!(model.facts.contains(def));
        }
        // The reference knows rules that are open as a whole.
        let part = |rule: &precheck::Rule| {
            rule.when.contains(&precheck::Op::Opaque) && rule.when.len() > 1
        };
        prop_assume!(!public.scenarios[0].rules.iter().any(part));
        let seen = random::public_part(&application(&mut random, &model), &model);
        compared(&public, &seen)?;
    }

    /// A fact computed from two others follows from them: exactly, where each
    /// stretch of theirs is one value.
    #[test]
    fn computed_facts_follow_from_their_inputs(seed: u64) {
        let mut random = Random(seed);
        let mut model = random::model_with_formula(&mut random);
        mostly_without_cases(&mut random, &mut model);
        model.priors = priors(&mut random, &model, true);
        let application = application(&mut random, &model);
        compared(&model, &application)?;
    }

    /// The questions are those without priors, in an order of their own.
    #[test]
    fn priors_reorder_the_questions_and_add_none(seed: u64) {
        let mut random = Random(seed);
        let mut model = model(&mut random);
        let application = application(&mut random, &model);
        let asked = |model: &Model| {
            let policy = Policy::from_model(model.clone()).expect("consistent");
            let document = assess(&policy, &application, Locale::ZhCn).expect("valid");
            let asked = document.outcome.ask.iter().map(|ask| ask.fact.to_owned());
            asked.collect::<Vec<String>>()
        };
        let mut before = asked(&model);
        model.priors = priors(&mut random, &model, false);
        let mut after = asked(&model);
        before.sort_unstable();
        after.sort_unstable();
        prop_assert_eq!(before, after);
    }
}

/// The loader refuses priors that evaluation could not rely on.
#[test]
fn priors_that_do_not_fit_do_not_load() {
    let mut random = Random(3);
    let mut model = model(&mut random);
    model.priors = priors(&mut random, &model, false);
    let code = |change: fn(&mut Priors)| {
        let mut model = model.clone();
        change(&mut model.priors);
        Policy::from_model(model)
            .err()
            .map(|problems| (problems[0].code, problems[0].at.clone()))
    };
    let refused = Some(("bundle-inconsistent", "/priors".to_owned()));
    assert_eq!(code(|_| {}), None);
    assert_eq!(code(|priors| *priors = Priors::NONE), None);
    for (index, change) in [
        |priors: &mut Priors| priors.segments.clear(),
        |priors: &mut Priors| priors.segments.fill(0),
        |priors: &mut Priors| priors.segments.resize(65, 1),
        |priors: &mut Priors| priors.segments[0] = 1_000_001,
        |priors: &mut Priors| priors.facts[0].weights.fill(0),
        |priors: &mut Priors| priors.facts[0].weights.push(1),
        |priors: &mut Priors| priors.facts[0].upto.push(i64::MAX),
        |priors: &mut Priors| priors.facts[0].upto.clear(),
        |priors: &mut Priors| priors.facts[0].fact = 99,
        |priors: &mut Priors| priors.facts.extend_from_within(..1),
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(code(change), refused, "change {index}");
    }
}
