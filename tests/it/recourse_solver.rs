//! Recourse against an integer program: cards too large to try everything.
//!
//! The program knows nothing of the engine. Per fact it has one variable for
//! each value that the fact can be brought to; exactly one of them is chosen,
//! the points reach what is missing, and values at which a rule fires are left
//! out. Its optimum is the effort of the engine's first plan, with any number
//! of changes, with at most two, and with the fewest.

use microlp::{ComparisonOp, Error, OptimizationDirection, Problem, Variable};
use precheck::{
    Actionable, Application, Audience, Band, Bin, Change, Characteristic, Decision, Disclosure,
    FactInput, Holds, Model, Op, PlansStatus, Policy, ReasonMethod, Rule, Scorecard, Test,
    WishInput, advise, units::Locale,
};
use proptest::prelude::*;

use crate::random::{self, Random};

/// A value that a fact can be brought to.
struct Target {
    effort: u32,
    points: i32,
    is_change: bool,
}

/// An additive card over eight to twelve facts, and somebody who misses it.
fn draw(random: &mut Random) -> Option<(Model, Application)> {
    let count = random.range(8, 12);
    let mut facts: Vec<_> = (0..count)
        .map(|index| random::fact(random, index))
        .collect();
    for def in &mut facts {
        def.min = 0;
        def.max = random.range(3, 12);
        def.specials.clear();
        def.may_be_missing = false;
        def.audience = Audience::Public;
        def.actionable = random.pick(&[
            Actionable::No,
            Actionable::Up,
            Actionable::Down,
            Actionable::Free,
        ]);
    }
    let mut model = random::around(random, facts, Vec::new());
    for reason in &mut model.reasons {
        reason.disclosure = Disclosure::Full;
    }
    let mut characteristics = Vec::new();
    for (fact, def) in (0u16..).zip(&model.facts) {
        let mut bins = Vec::new();
        for upto in 0..=def.max {
            if upto == def.max || random.one_in(2) {
                let points = i32::try_from(random.range(-30, 60)).expect("small");
                bins.push(Bin { upto, points });
            }
        }
        characteristics.push(Characteristic {
            fact,
            bins,
            missing: None,
            specials: Vec::new(),
            baseline: 0,
            reason: 1,
        });
        if def.actionable != Actionable::No {
            let small = |random: &mut Random| u32::try_from(random.below(9)).expect("small");
            model.changes.push(Change {
                fact,
                fixed: small(random),
                per_step: 1 + small(random),
                step: random.range(1, 2),
                most: 20,
                scale: Vec::new(),
                to: Vec::new(),
            });
        }
    }
    let values: Vec<i64> = model
        .facts
        .iter()
        .map(|def| random.range(0, def.max))
        .collect();
    let now: i64 = characteristics
        .iter()
        .zip(&values)
        .map(|(one, value)| i64::from(points(one, *value)))
        .sum();
    let scenario = &mut model.scenarios[0];
    scenario.limit = None;
    scenario.scorecard = Some(Scorecard {
        id: "card".into(),
        base: 0,
        hidden: (0, 0),
        digits: 0,
        characteristics,
        conditional: Vec::new(),
        bands: vec![
            Band {
                from: -1_000_000,
                decision: Decision::Decline,
            },
            Band {
                from: now + random.range(1, 150),
                decision: Decision::Approve,
            },
        ],
        method: ReasonMethod::BelowBest,
    });
    scenario.rules = (0..random.below(4))
        .map(|index| {
            let fact = u16::try_from(random.below(model.facts.len() as u64)).expect("few");
            let most = model.facts[usize::from(fact)].max;
            Rule {
                id: format!("r{index}"),
                when: vec![Op::Atom(fact, Test::AtLeast(random.range(1, most)))],
                effect: Decision::Decline,
                reason: 1,
            }
        })
        .collect();
    let named = model.facts.iter().zip(values);
    let facts = named.map(|(def, value)| (def.name.clone(), FactInput::Integer(value)));
    let application = random::with_facts(facts.collect());
    Some((model, application))
}

fn points(characteristic: &Characteristic, value: i64) -> i32 {
    let bin = characteristic.bins.iter().find(|bin| value <= bin.upto);
    bin.expect("bins cover the domain").points
}

fn value_of(application: &Application, name: &str) -> i64 {
    let found = application.facts.0.iter().find(|(own, _)| own == name);
    match found.expect("everything is known").1 {
        FactInput::Integer(value) => value,
        _ => panic!("integers only"),
    }
}

/// The least effort, by an integer program; `None` where there is none.
fn optimum(model: &Model, application: &Application, most: Option<u32>) -> Option<i64> {
    let scenario = &model.scenarios[0];
    let card = scenario.scorecard.as_ref().expect("a card");
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let mut all: Vec<(Variable, Target)> = Vec::new();
    for (fact, def) in (0u16..).zip(&model.facts) {
        let from = value_of(application, &def.name);
        let change = model.changes.iter().find(|one| one.fact == fact);
        let mut own = Vec::new();
        for to in def.min..=def.max {
            let up = to > from;
            let is_way = match def.actionable {
                Actionable::No => false,
                Actionable::Up => up,
                Actionable::Down => !up,
                Actionable::Free => true,
            };
            let (Some(change), true) = (change, is_way || to == from) else {
                if to == from && change.is_none() {
                    own.push((to, 0));
                }
                continue;
            };
            let far = (to - from).abs();
            let is_end = to == if up { def.max } else { def.min };
            if far % change.step != 0 && !is_end {
                continue;
            }
            let steps = u32::try_from((far + change.step - 1) / change.step).expect("few");
            let effort = if to == from {
                0
            } else {
                change.fixed + change.per_step * steps
            };
            own.push((to, effort));
        }
        own.retain(|(to, _)| {
            !scenario.rules.iter().any(|rule| {
                matches!(rule.when[..], [Op::Atom(of, Test::AtLeast(least))] if of == fact && *to >= least)
            })
        });
        let characteristic = card.characteristics.iter().find(|one| one.fact == fact);
        let mut row = Vec::new();
        for (to, effort) in own {
            let variable = problem.add_binary_var(f64::from(effort));
            row.push((variable, 1.0));
            all.push((
                variable,
                Target {
                    effort,
                    points: points(characteristic.expect("all have one"), to),
                    is_change: to != from,
                },
            ));
        }
        if row.is_empty() {
            return None;
        }
        problem.add_constraint(row, ComparisonOp::Eq, 1.0);
    }
    let from = card.bands[1].from;
    let from = i32::try_from(from).expect("small");
    let row = all
        .iter()
        .map(|(variable, one)| (*variable, f64::from(one.points)));
    problem.add_constraint(row.collect::<Vec<_>>(), ComparisonOp::Ge, f64::from(from));
    if let Some(most) = most {
        let changed = all.iter().filter(|(_, one)| one.is_change);
        let row: Vec<_> = changed.map(|(variable, _)| (*variable, 1.0)).collect();
        problem.add_constraint(row, ComparisonOp::Le, f64::from(most));
    }
    match problem.solve() {
        Ok(outcome) => {
            assert!(outcome.is_optimal(), "the program is solved");
            let solution = outcome.solution().expect("an optimum");
            let is_chosen = |variable: &Variable| solution.var_value(*variable) > 0.5;
            let chosen = all.iter().filter(|(variable, _)| is_chosen(variable));
            Some(chosen.map(|(_, one)| i64::from(one.effort)).sum())
        }
        Err(Error::Infeasible) => None,
        Err(error) => panic!("{error}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(250))]

    #[test]
    fn an_integer_program_finds_nothing_cheaper(seed: u64) {
        let mut random = Random(seed);
        let Some((model, application)) = draw(&mut random) else { return Ok(()) };
        let policy = Policy::from_model(model.clone()).expect("a policy");
        for most in [None, Some(2), Some(1)] {
            let wish = WishInput {
                changes: most,
                days: Some(0),
                ..WishInput::default()
            };
            let advice = advise(&policy, &application, &wish, Locale::En).expect("valid");
            let found = advice.outcome;
            prop_assert!(found.certificate.complete);
            let wanted = optimum(&model, &application, most.map(u32::from));
            let effort = found.plans.first().map(|plan| i64::try_from(plan.effort).expect("small"));
            prop_assert_eq!(effort, wanted, "{:?}\n{:?}\n{:?}", model, application, found);
            prop_assert!(found.plans.iter().all(|plan| plan.holds == Holds::Certainly));
            let is_none = found.status == PlansStatus::NothingHelps;
            prop_assert_eq!(is_none, wanted.is_none());
        }
    }
}
