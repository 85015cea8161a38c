//! The policy of `tests/data/eligibility`, which benchmarks measure: the pack
//! says of every applicant what `expected.json` says, and of an application
//! with gaps exactly what its completions say.

mod source;

use precheck::units::{Date, Locale};
use precheck::{
    Application, Decision, Entries, Evaluation, FactInput, Policy, Truth, assess, validate,
};
use precheck_cli::{Pack, compile};
use serde_json::Value;

use crate::case::root;
use crate::random::Random;
use source::Source;

/// The workload.
struct Workload {
    policy: Policy,
    source: Source,
    applicants: Vec<Value>,
    expected: Vec<Value>,
}

fn workload() -> Workload {
    let folder = root().join("tests/data/eligibility");
    let pack = Pack::read(&folder.join("pack")).expect("a readable pack");
    let compiled = compile(&pack).expect("the pack compiles");
    let policy = Policy::from_model(compiled.server).expect("what compiles loads");
    let json = |name| -> Value {
        let text = std::fs::read_to_string(folder.join(name)).expect("a readable file");
        serde_json::from_str(&text).expect("the file is JSON")
    };
    let list = |name| json(name).as_array().expect("a list").clone();
    let workload = Workload {
        source: Source::new(&policy, &json("policy.json")),
        applicants: list("inputs.json"),
        expected: list("expected.json"),
        policy,
    };
    assert_eq!(workload.applicants.len(), 1000);
    assert_eq!(workload.expected.len(), 1000);
    workload
}

impl Workload {
    /// The application of an applicant with the facts for which `given` says so.
    fn application(&self, applicant: &Value, mut given: impl FnMut() -> bool) -> Application {
        let facts = self.policy.model().facts.iter();
        let facts = facts.filter(|_| given()).map(|def| {
            let value = &applicant[&def.name];
            let input = match value {
                Value::Bool(value) => FactInput::Bool(*value),
                Value::String(code) => FactInput::Text(code.clone()),
                _ => FactInput::Integer(source::units(def, value)),
            };
            (def.name.clone(), input)
        });
        Application {
            scenario: "eligibility".into(),
            as_of: Date::parse("2026-11-22").expect("a day of the calendar"),
            fields: Entries::default(),
            facts: Entries(facts.collect()),
        }
    }

    fn evaluate(&self, application: &Application) -> Evaluation {
        let valid = validate(&self.policy, application).expect("every applicant is valid");
        self.policy.evaluate(valid.scenario, &valid.facts)
    }

    /// The rules that fire, in policy order.
    fn fired(&self, evaluation: &Evaluation) -> Vec<&str> {
        let rules = self.policy.model().scenarios[0].rules.iter();
        let fired = rules.zip(&evaluation.rules);
        let fired = fired.filter(|(_, truth)| **truth == Truth::True);
        fired.map(|(rule, _)| rule.id.as_str()).collect()
    }
}

fn decision(name: &Value) -> Decision {
    let name = name.as_str().expect("a decision is a text").to_lowercase();
    let found = Decision::ALL.iter().find(|one| one.as_str() == name);
    *found.expect("a decision of the policy")
}

#[test]
fn the_pack_decides_every_applicant_as_expected() {
    let workload = workload();
    for (index, (applicant, expected)) in workload
        .applicants
        .iter()
        .zip(&workload.expected)
        .enumerate()
    {
        let application = workload.application(applicant, || true);
        let evaluation = workload.evaluate(&application);
        let decisions: Vec<Decision> = evaluation.decisions.iter().collect();
        assert_eq!(decisions, [decision(&expected["decision"])], "{index}");
        let score = evaluation.score.expect("there is a scorecard");
        let wanted = expected["score"].as_i64();
        assert_eq!(
            (Some(score.min), Some(score.max)),
            (wanted, wanted),
            "{index}"
        );
        let codes: Vec<&str> = expected["reasons"]
            .as_array()
            .expect("codes are a list")
            .iter()
            .filter_map(Value::as_str)
            .collect();
        assert_eq!(workload.fired(&evaluation), codes, "{index}");

        // What is told begins with the same codes.
        let document = assess(&workload.policy, &application, Locale::En).expect("valid");
        let told = document.outcome.reasons.iter().map(|one| one.code);
        let told: Vec<&str> = told.filter(|code| code.starts_with('R')).collect();
        assert_eq!(told, codes[..told.len()], "{index}");
        assert!(told.len() >= codes.len().min(3), "{index}");
    }
}

/// Without knowing the engine, `policy.json` gives what `expected.json` says;
/// what follows below rests on it.
#[test]
fn the_source_decides_every_applicant_as_expected() {
    let workload = workload();
    for (applicant, expected) in workload.applicants.iter().zip(&workload.expected) {
        let facts = workload.source.facts(&workload.policy, applicant, || true);
        let reached = workload.source.reached_by_each(&facts, 1).expect("one way");
        assert_eq!(reached, vec![decision(&expected["decision"])]);
    }
}

/// Two facts of five left out at random. What the engine says is possible is
/// what the completions give: it finds every refusal that is certain and
/// invents none.
#[test]
fn partial_applications_are_refused_exactly_where_every_completion_is() {
    /// More completions than these are searched with shortcuts only.
    const FEW: usize = 3_000;
    let workload = workload();
    let (mut refused, mut open, mut tried_one_by_one) = (0, 0, 0);
    for (seed, applicant) in (20_261_122..).zip(&workload.applicants) {
        let given = || {
            let mut random = Random(seed);
            move || random.below(5) >= 2
        };
        let evaluation = workload.evaluate(&workload.application(applicant, given()));
        assert!(evaluation.tight, "{seed}");
        let decisions: Vec<Decision> = evaluation.decisions.iter().collect();

        let facts = workload.source.facts(&workload.policy, applicant, given());
        assert_eq!(decisions, workload.source.reached(&facts), "{seed}");
        if let Some(reached) = workload.source.reached_by_each(&facts, FEW) {
            assert_eq!(decisions, reached, "{seed}");
            tried_one_by_one += 1;
        }
        if decisions == [Decision::Decline] {
            refused += 1;
        } else {
            open += 1;
        }
    }
    assert_eq!((refused, open), (398, 602), "with this draw");
    assert!(tried_one_by_one > 100, "{tried_one_by_one}");
}
