//! A search that costs too much ends with an honest superset.

use precheck::{
    Axis, Band, Bin, Characteristic, Decision, FactKind, LimitTable, Op, Policy, ReasonMethod,
    Rule, Scorecard, Test, validate,
};

use crate::random::{Random, model, with_facts};

/// Seventeen yes-or-no facts of 2, 4, 8, … points: no sum is odd, but bounds do
/// not see that before every fact is fixed.
#[test]
fn a_search_beyond_its_budget_says_that_it_is_not_tight() {
    const FACTS: u16 = 17;
    let mut model = model(&mut Random(1));
    let mut def = model.facts[0].clone();
    (def.min, def.max) = (0, 1);
    (def.kind, def.may_be_missing) = (FactKind::Integer, false);
    def.specials.clear();
    let text = model.texts[0].facts[0].clone();
    model.facts = (0..FACTS)
        .map(|index| {
            let mut def = def.clone();
            def.name = format!("f{index}");
            def
        })
        .collect();
    let mut text = text;
    text.specials.clear();
    model.texts[0].facts = vec![text; usize::from(FACTS)];
    let is = |fact: u16, value: i64| Op::Atom(fact, Test::OneOf(vec![value]));
    let mut all: Vec<Op> = (0..FACTS).map(|fact| is(fact, 1)).collect();
    all.push(Op::All(17));
    let scenario = &mut model.scenarios[0];
    scenario.facts = (0..FACTS).collect();
    let band = |from, decision| Band { from, decision };
    let odd = 100_001;
    scenario.scorecard = Some(Scorecard {
        id: "card".into(),
        base: 0,
        hidden: (0, 0),
        characteristics: (0..FACTS)
            .map(|fact| Characteristic {
                fact,
                bins: vec![
                    Bin { upto: 0, points: 0 },
                    Bin {
                        upto: 1,
                        points: 2 << fact,
                    },
                ],
                missing: None,
                specials: Vec::new(),
                baseline: 0,
                reason: 0,
            })
            .collect(),
        bands: vec![
            band(-1_000_000, Decision::Decline),
            band(odd, Decision::RetryLater),
            band(odd + 1, Decision::Approve),
        ],
        method: ReasonMethod::BelowMean,
    });
    scenario.limit = Some(LimitTable {
        rows: Vec::new(),
        axes: vec![Axis {
            fact: 0,
            upto: vec![0, 1],
        }],
        amounts: vec![(100, 100), (200, 200)],
    });
    scenario.rules = vec![Rule {
        id: "all".into(),
        when: all,
        effect: Decision::Refer,
        reason: 0,
    }];

    let policy = Policy::from_model(model).expect("consistent");
    let decisions = |given: u16| {
        let facts = (0..given).map(|fact| (format!("f{fact}"), precheck::FactInput::Integer(1)));
        let valid = validate(&policy, &with_facts(facts.collect())).expect("valid");
        let evaluation = policy.evaluate(valid.scenario, &valid.facts);
        (
            evaluation.decisions.iter().collect::<Vec<_>>(),
            evaluation.limit.map(|limit| (limit.min, limit.max)),
            evaluation.tight,
        )
    };
    let (open, limit, tight) = decisions(0);
    assert!(!tight, "the budget is smaller than the space");
    assert_eq!(open, Decision::ALL, "sound all the same");
    assert_eq!(limit, Some((100, 200)), "both amounts are possible");
    let (open, limit, tight) = decisions(10);
    assert_eq!(limit, Some((200, 200)), "the first fact is known");
    assert!(tight, "with ten answers the space fits");
    assert_eq!(
        open,
        [Decision::Approve, Decision::Refer, Decision::Decline],
        "what no sum reaches is out"
    );
}
