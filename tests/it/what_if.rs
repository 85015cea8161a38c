//! A what-if says of any facts what an assessment says of the same ones.

use std::rc::Rc;

use precheck::units::Locale;
use precheck::{
    Application, Decision, FactInput, FactState, Policy, Problem, WhatIf, assess, validate,
};

use crate::random::{self, Random};

/// The decisions as a packed verdict has them.
fn bits(decisions: &[Decision]) -> u32 {
    decisions.iter().map(|one| 1 << *one as u32).sum()
}

/// What an assessment says, packed, without the flag for what is tight: that
/// one's speaks of the rules too.
fn assessed(policy: &Policy, application: &Application) -> Result<u32, Vec<Problem>> {
    let document = assess(policy, application, Locale::En)?;
    let outcome = document.outcome;
    Ok(bits(&outcome.decisions) | bits(&outcome.if_checks_pass) << 4)
}

/// The states that a slider may ask for, and how they are written.
fn state(random: &mut Random, low: i64, high: i64) -> (FactState, FactInput) {
    match random.below(8) {
        0 => (FactState::Unknown, FactInput::Unknown),
        1 => (FactState::Missing, FactInput::Missing),
        2 => {
            let code = random.below(3) as u8;
            let name = format!("s{code}");
            (FactState::Special(code), FactInput::Special(name))
        }
        _ => {
            let value = random.range(low - 1, high + 1);
            (FactState::Known(value), FactInput::Integer(value))
        }
    }
}

#[test]
fn a_what_if_says_what_an_assessment_says() {
    // Changes that are taken, refused, and that contradict what is known.
    let mut seen = [0; 3];
    for seed in 0..400 {
        let random = &mut Random(seed);
        let mut model = if random.one_in(3) {
            random::model_with_formula(random)
        } else {
            random::model(random)
        };
        if random.one_in(2) {
            random::exclude(random, &mut model);
        }
        let mut application = random::application(random, &model);
        let Ok(policy) = Policy::from_model(model) else {
            continue;
        };
        let policy = Rc::new(policy);
        let Ok(mut what_if) = WhatIf::new(Rc::clone(&policy), &application) else {
            assert!(validate(&policy, &application).is_err(), "seed {seed}");
            continue;
        };
        for _ in 0..20 {
            let at = random.below(policy.model().facts.len() as u64) as usize;
            let def = &policy.model().facts[at];
            let fact = what_if.fact(&def.name).expect("a fact of the scenario");
            let is_computed = policy.model().derived.iter().any(|one| one.fact == fact);
            let (state, input) = state(random, def.min, def.max);
            let mut changed = application.clone();
            let entries = &mut changed.facts.0;
            entries.retain(|(name, _)| *name != def.name);
            // Not known of this declaration is as good as any code that is not.
            let input = match (state, input) {
                (FactState::Special(code), _) => {
                    let name = def.specials.get(usize::from(code));
                    FactInput::Special(name.cloned().unwrap_or_default())
                }
                (_, input) => input,
            };
            entries.push((def.name.clone(), input));
            let before = what_if.verdict();
            let packed = what_if.set(fact, state);
            let said = assessed(&policy, &changed);
            let is_refused = packed & WhatIf::REFUSED != 0;
            let is_valid = match &said {
                Ok(_) => true,
                Err(problems) => problems.iter().all(|one| one.code == "facts-contradict"),
            };
            assert_eq!(
                is_refused,
                is_computed || !is_valid,
                "seed {seed}: {changed:?}"
            );
            if is_refused {
                assert_eq!(
                    packed,
                    before | WhatIf::REFUSED,
                    "seed {seed}: nothing changed"
                );
                seen[1] += 1;
                continue;
            }
            application = changed;
            match said {
                Ok(said) => {
                    assert_eq!(packed & 0xff, said, "seed {seed}: {application:?}");
                    assert_eq!(packed & !(0xff | WhatIf::TIGHT), 0, "seed {seed}");
                    let document = assess(&policy, &application, Locale::En).expect("it did");
                    let score = document.outcome.score.map(|one| (one.min, one.max));
                    let own = what_if.score().map(|one| (one.min, one.max));
                    assert_eq!(own, score, "seed {seed}: {application:?}");
                    let is_tight = packed & WhatIf::TIGHT != 0;
                    assert!(is_tight || !document.outcome.tight, "seed {seed}");
                    seen[0] += 1;
                }
                Err(_) => {
                    assert_eq!(packed, WhatIf::CONTRADICTS, "seed {seed}: {application:?}");
                    seen[2] += 1;
                }
            }
        }
    }
    assert!(seen.iter().all(|count| *count > 100), "{seen:?}");
}

#[test]
fn a_what_if_knows_the_facts_of_its_scenario_only() {
    let model = random::model(&mut Random(7));
    let policy = Rc::new(Policy::from_model(model).expect("consistent"));
    let nothing = random::with_facts(Vec::new());
    let mut what_if = WhatIf::new(Rc::clone(&policy), &nothing).expect("nothing is wrong");
    drop(policy);
    assert_eq!(what_if.fact("nobody"), None);
    let before = what_if.verdict();
    for fact in [1000, u16::MAX] {
        let packed = what_if.set(fact, FactState::Unknown);
        assert_eq!(packed, before | WhatIf::REFUSED, "{fact}");
    }
    assert_eq!(what_if.verdict(), before);
}
