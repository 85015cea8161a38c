//! What the engine promises never to allocate. The counter replaces the allocator of the whole program, so that this
//! is a binary of its own.
#![cfg(not(target_arch = "wasm32"))]

use std::hint::black_box;
use std::path::Path;

use allocation_counter::measure;
use precheck::identity::{FieldKind, check_packed};
use precheck::units::Date;
use precheck::{Application, FactState, Facts, Policy, ScenarioId, Truth, validate};
use precheck_cli::{Pack, compile};
use serde_json::{Value, json};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn day() -> Date {
    Date::parse("2026-11-22").expect("a day of the calendar")
}

fn policy(pack: &str) -> Policy {
    let pack = Pack::read(&root().join(pack)).expect("a readable pack");
    Policy::from_model(compile(&pack).expect("the pack compiles").server).expect("it loads")
}

fn allocations(work: impl FnOnce()) -> u64 {
    measure(work).count_total
}

/// A check that cannot fail would count nothing at all.
#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| drop(black_box(Box::new(7)))), 1);
    assert_eq!(allocations(|| assert_eq!(black_box(7), 7)), 0);
}

/// The applicants of `tests/data/eligibility`, complete.
fn applicants(policy: &Policy) -> (ScenarioId, Vec<Facts>) {
    let path = root().join("tests/data/eligibility/inputs.json");
    let text = std::fs::read_to_string(path).expect("a readable file");
    let inputs: Vec<Value> = serde_json::from_str(&text).expect("JSON");
    let facts = inputs.into_iter().take(50).map(|mut input| {
        // Only that all are there matters here; what each is worth is tested in `it`.
        for name in ["monthly_income", "current_overdue_amount", "spend_12m"] {
            input[name] = json!(input[name].as_i64().expect("whole yuan") * 100);
        }
        input["debt_to_income"] = json!(2_500);
        let text = json!({ "scenario": "eligibility", "as_of": "2026-11-22", "facts": input });
        let application: Application = serde_json::from_value(text).expect("an application");
        validate(policy, &application).expect("valid").facts
    });
    let facts = facts.collect();
    let scenario = policy.scenario_id("eligibility").expect("the scenario");
    (scenario, facts)
}

#[test]
fn evaluating_complete_applications_allocates_nothing() {
    let policy = policy("tests/data/eligibility/pack");
    let (scenario, applicants) = applicants(&policy);
    let rules = policy.scenario(scenario).rules.len();
    let mut evaluator = policy.evaluator(scenario, day());
    let mut fired = 0;
    let count = allocations(|| {
        for facts in &applicants {
            let verdict = evaluator.evaluate(black_box(facts));
            assert_eq!(verdict.decisions.len(), 1);
            fired += (0..rules)
                .filter(|rule| evaluator.rule(*rule) == Truth::True)
                .count();
        }
    });
    assert_eq!(count, 0);
    assert!(fired > 20, "{fired}: rules were looked at");
}

/// A form in which one answer changes after another, all of them open at first.
#[test]
fn answering_one_question_after_another_allocates_nothing() {
    let policy = policy("tests/data/eligibility/pack");
    let (scenario, applicants) = applicants(&policy);
    let facts = policy.scenario(scenario).facts.clone();
    let mut evaluator = policy.evaluator(scenario, day());
    let mut last = evaluator.verdict();
    let count = allocations(|| {
        for applicant in &applicants[..5] {
            for fact in &facts {
                let set = evaluator.set(*fact, FactState::Unknown);
                assert!(set.is_ok() && evaluator.verdict().tight);
                let set = evaluator.set(*fact, applicant.get(*fact));
                assert!(set.is_ok());
                last = evaluator.verdict();
            }
        }
    });
    assert_eq!(count, 0);
    assert_eq!(last.decisions.len(), 1, "everything is answered");
}

#[test]
fn judging_what_somebody_types_allocates_nothing() {
    let typed = [
        "",
        "1",
        "11010519491231002",
        "11010519491231002X",
        "张三",
        "13800138000",
        "a@b.cn",
        "浦东新区 1 号",
    ];
    for &kind in FieldKind::ALL {
        let count = allocations(|| {
            for value in typed {
                black_box(check_packed(kind, black_box(value), day()));
            }
        });
        assert_eq!(count, 0, "{}", kind.as_str());
    }
}

#[path = "it/explanation/twins.rs"]
mod twins;

/// Not only the answer is the same whichever confidential rule fires: so is
/// what is done for it. Time would measure the machine; allocations measure
/// the way that was taken.
#[test]
fn confidential_rules_cost_the_same_whichever_fires() {
    let sample = policy("policies/baitiao");
    let policy = twins::levelled(sample.model());
    // The first question about a scenario pays for its plan, whatever is asked.
    policy.prepare();
    let mut compared = 0;
    for twins in twins::twins(&policy, root()) {
        let mut counts = Vec::new();
        for (rules, application) in &twins.all {
            let mut length = 0;
            let work = measure(|| {
                let document =
                    precheck::assess(&policy, application, precheck::units::Locale::ZhCn);
                length = document.map_or(0, |document| document.to_json().len());
            });
            assert!(length > 100);
            counts.push((rules, work.count_total, work.bytes_total));
        }
        for pair in counts.windows(2) {
            let (one, other) = (&pair[0], &pair[1]);
            assert_eq!(
                (one.1, one.2),
                (other.1, other.2),
                "{}: {:?} and {:?}",
                twins.scenario,
                one.0,
                other.0
            );
            compared += 1;
        }
    }
    assert!(compared > 10, "{compared}");
}
