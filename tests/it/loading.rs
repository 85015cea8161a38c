//! Loading fails loudly, and then never again.

use precheck::units::Date;
use precheck::{
    Audience, Axis, Band, Constant, Decision, Derived, FactKind, Formula, Instalments, LimitTable,
    Model, Op, Overlay, Policy, Terms, Test, Weekends, Wording,
};

use crate::random::{Random, model};

/// A consistent policy with at least one rule and a scorecard with a
/// characteristic.
fn consistent() -> Model {
    (0..)
        .map(|seed| model(&mut Random(seed)))
        .find(|model| {
            let scenario = &model.scenarios[0];
            let card = scenario.scorecard.as_ref();
            !scenario.rules.is_empty() && card.is_some_and(|card| !card.characteristics.is_empty())
        })
        .expect("one of the first seeds")
}

/// Terms of paying back, to be made wrong.
fn terms(model: &mut Model) -> &mut Terms {
    model.repayment.insert(Terms {
        statement_day: 1,
        due_days: 27,
        weekends: Weekends::Keep,
        instalments: None,
        late: 500,
        reminders: vec![3, 0],
        overdue: vec![1, 7],
    })
}

/// Every kind of inconsistency is refused at its place.
#[test]
fn an_inconsistent_model_is_refused_at_its_place() {
    type Change = fn(&mut Model);
    let changes: [(&str, &str, Change); 42] = [
        ("/facts/0", "empty domain", |model| {
            model.facts[0].min = model.facts[0].max + 1
        }),
        ("/facts/0", "too wide for JavaScript", |model| {
            model.facts[0].max = i64::MAX
        }),
        ("/valid_until", "ends before it begins", |model| {
            model.valid_until = Date::from_days(model.valid_from.days() - 1);
        }),
        ("/repayment", "a statement on no day", |model| {
            terms(model).statement_day = 0;
        }),
        ("/repayment", "due in too long", |model| {
            terms(model).due_days = 61;
        }),
        ("/repayment", "being late costs too much", |model| {
            terms(model).late = 10_001;
        }),
        ("/repayment", "reminders out of order", |model| {
            terms(model).reminders = vec![0, 3];
        }),
        ("/repayment", "overdue before it is", |model| {
            terms(model).overdue = vec![0, 1];
        }),
        ("/repayment", "in one part", |model| {
            terms(model).instalments = Some(Instalments {
                count: 1,
                fee: 0,
                least: 1,
            });
        }),
        ("/neutral_reason", "no such reason", |model| {
            model.neutral_reason = 99
        }),
        ("/reasons/0/helps", "no such fact", |model| {
            model.reasons[0].helps = vec![99]
        }),
        ("/scenarios/0/facts", "no such fact", |model| {
            model.scenarios[0].facts.push(99)
        }),
        ("/scenarios/0/rules/0", "empty condition", |model| {
            rule(model, vec![])
        }),
        ("/scenarios/0/rules/0", "nothing to negate", |model| {
            rule(model, vec![Op::Not])
        }),
        ("/scenarios/0/rules/0", "two values left", |model| {
            rule(model, vec![Op::Opaque, Op::Opaque]);
        }),
        ("/scenarios/0/rules/0", "too few operands", |model| {
            rule(model, vec![Op::Opaque, Op::All(2)]);
        }),
        ("/scenarios/0/rules/0", "no such fact", |model| {
            rule(model, vec![Op::Atom(99, Test::AtMost(0))]);
        }),
        ("/scenarios/0/rules/0", "an unsorted list", |model| {
            rule(model, vec![Op::Atom(0, Test::OneOf(vec![2, 1]))]);
        }),
        ("/scenarios/0/rules/0", "no such special code", |model| {
            rule(model, vec![Op::Atom(0, Test::Special(200))]);
        }),
        ("/scenarios/0/rules/0", "too deep", |model| {
            let mut when = vec![Op::Opaque; 33];
            when.push(Op::All(33));
            rule(model, when);
        }),
        (
            "/scenarios/0/scorecard/characteristics/0",
            "bins end early",
            |model| {
                card(model).characteristics[0].bins.clear();
            },
        ),
        (
            "/scenarios/0/scorecard",
            "points that could overflow",
            |model| {
                card(model).base = i32::MAX;
            },
        ),
        ("/scenarios/0/scorecard/bands", "bands fall", |model| {
            card(model).bands = vec![
                Band {
                    from: 1,
                    decision: Decision::Decline,
                },
                Band {
                    from: 0,
                    decision: Decision::Approve,
                },
            ];
        }),
        (
            "/scenarios/0/scorecard/bands",
            "a bound that JavaScript cannot tell",
            |model| {
                card(model).bands[0].from = i64::MIN;
            },
        ),
        ("/scenarios/0/limit", "amounts for no row", |model| {
            limit(model, &[], &[], &[]);
        }),
        ("/scenarios/0/limit", "a row too many", |model| {
            limit(model, &[], &[], &[(1, 1), (2, 2)]);
        }),
        ("/scenarios/0/limit", "rows that do not rise", |model| {
            limit(model, &[5, 5], &[], &[(1, 1); 3]);
        }),
        ("/scenarios/0/limit", "rows without a score", |model| {
            model.scenarios[0].scorecard = None;
            limit(model, &[5], &[], &[(1, 1); 2]);
        }),
        ("/scenarios/0/limit", "no such fact", |model| {
            limit(model, &[], &[axis(99, &[1])], &[(1, 1)]);
        }),
        ("/scenarios/0/limit", "bins that end early", |model| {
            let below = model.facts[0].min - 1;
            limit(model, &[], &[axis(0, &[below])], &[(1, 1)]);
        }),
        (
            "/scenarios/0/limit",
            "more than the least, less than nothing",
            |model| {
                limit(model, &[], &[], &[(-1, -2)]);
            },
        ),
        ("/scenarios/0/limit", "a fact cuts it twice", |model| {
            let last = model.facts[0].max;
            let twice = [axis(0, &[last]), axis(0, &[last])];
            limit(model, &[], &twice, &[(1, 1)]);
        }),
        ("/overlays/0", "when it applies is not said", |model| {
            model.overlays.push(overlay(Vec::new()));
        }),
        ("/overlays/0", "no such fact", |model| {
            let when = Op::Atom(99, Test::AtLeast(0));
            model.overlays.push(overlay(vec![when]));
        }),
        ("/constants/0", "a value of no overlay", |model| {
            model.constants.push(constant(0, 5));
        }),
        (
            "/constants/0",
            "a value that JavaScript cannot tell",
            |model| {
                model.overlays.push(overlay(vec![Op::Opaque]));
                model.constants.push(constant(0, i64::MAX));
            },
        ),
        ("/derived/0", "the day is no date", |model| {
            let formula = Formula::Today;
            model.derived.push(Derived { fact: 0, formula });
        }),
        ("/scenarios/0", "a scenario of the server's own", |model| {
            model.audience = Audience::Public;
            model.scenarios[0].audience = Audience::Server;
        }),
        ("/texts", "no locale", |model| model.texts.clear()),
        ("/texts/0/wordings", "no such scenario", |model| {
            model.texts[0].wordings = vec![wording(1, 0)];
        }),
        ("/texts/0/wordings", "no such sentence", |model| {
            model.texts[0].wordings = vec![wording(0, 200)];
        }),
        ("/texts/0/wordings", "the same sentence twice", |model| {
            model.texts[0].wordings = vec![wording(0, 1), wording(0, 1)];
        }),
    ];
    for (at, why, change) in changes {
        let mut model = consistent();
        change(&mut model);
        let problems = Policy::from_model(model).expect_err(why);
        let found: Vec<&str> = problems.iter().map(|problem| problem.at.as_str()).collect();
        assert!(found.contains(&at), "{why}: {found:?}");
        assert!(
            problems
                .iter()
                .all(|problem| problem.code == "bundle-inconsistent")
        );
    }
}

fn wording(scenario: u16, phrase: u8) -> Wording {
    let text = "said".into();
    Wording {
        scenario,
        phrase,
        text,
    }
}

fn overlay(when: Vec<Op>) -> Overlay {
    let name = "o".into();
    Overlay { name, when }
}

fn constant(overlay: u16, value: i64) -> Constant {
    Constant {
        name: "c".into(),
        kind: FactKind::Integer,
        value: 1,
        overlaid: vec![(overlay, value)],
    }
}

fn axis(fact: u16, upto: &[i64]) -> Axis {
    let upto = upto.to_vec();
    Axis { fact, upto }
}

fn limit(model: &mut Model, rows: &[i64], axes: &[Axis], amounts: &[(i64, i64)]) {
    model.scenarios[0].limit = Some(LimitTable {
        rows: rows.to_vec(),
        axes: axes.to_vec(),
        amounts: amounts.to_vec(),
    });
}

fn rule(model: &mut Model, when: Vec<Op>) {
    model.scenarios[0].rules[0].when = when;
}

fn card(model: &mut Model) -> &mut precheck::Scorecard {
    model.scenarios[0].scorecard.as_mut().expect("it has one")
}
