//! Which data were used, for what, and what another value would do.

use precheck::units::Locale;
use precheck::{Audience, FactState, Op, Policy, TraceState, TraceValue, Truth, assess};
use precheck_cli::{Pack, compile, lint};
use serde_json::{Map, Value, json};

use super::{case, sample, told, told_case};

/// The hash and the facts of a trace are enough to decide again.
#[test]
fn row_12_hash_and_facts_reproduce_the_decision() {
    let sample = sample();
    for told in told(&sample) {
        assert_eq!(told.trace.policy.hash, told.policy.hash());
        let trace: Value = serde_json::from_str(&told.trace.to_json()).expect("JSON");
        let mut facts = Map::new();
        for fact in trace["facts"].as_array().expect("a list") {
            let state = &fact["state"];
            let written = match state.as_object().and_then(|one| one.iter().next()) {
                Some((key, value)) if key == "known" => value.clone(),
                Some((key, value)) if key == "special" => json!({ "special": value }),
                Some((_, between)) => json!({ "min": between[0], "max": between[1] }),
                None => json!({ "state": state }),
            };
            let is_given = fact["derived"] == false && fact["name"] != "today";
            if is_given {
                facts.insert(fact["name"].as_str().expect("a name").into(), written);
            }
        }
        let again =
            json!({ "scenario": trace["scenario"], "as_of": trace["as_of"], "facts": facts });
        let again = serde_json::from_value(again).expect("an application");
        let again = assess(told.policy, &again, Locale::ZhCn).expect("valid");
        let outcome = &told.documents[0].outcome;
        assert_eq!(
            again.outcome.decisions, outcome.decisions,
            "{}",
            told.case.name
        );
        assert_eq!(again.outcome.reasons, outcome.reasons, "{}", told.case.name);
        assert_eq!(again.outcome.score, outcome.score, "{}", told.case.name);
    }
}

/// The lint proves that nothing protected decides; with a fact marked as
/// protected it says so.
#[test]
fn row_13_nothing_protected_decides() {
    let root = case::root().join("policies/baitiao");
    let codes = |pack: &Pack| -> Vec<&str> {
        let compiled = compile(pack).expect("it compiles");
        lint(pack, &compiled).iter().map(|one| one.code).collect()
    };
    let pack = Pack::read(&root).expect("a readable pack");
    let refused = |codes: &[&str]| codes.iter().any(|one| one.starts_with("protected"));
    assert!(!refused(&codes(&pack)));
    let file = "facts/applicant.toml";
    let text = pack.text(file).expect("the file");
    let marked = text.replace("[employment]", "[employment]\nprotected = true");
    assert_ne!(text, marked);
    let files = std::fs::read_dir(&root).expect("a folder").flatten();
    let mut all = Vec::new();
    for entry in files {
        let path = entry.path();
        let inner: Vec<_> = if path.is_dir() {
            let inner = std::fs::read_dir(&path).expect("a folder").flatten();
            inner.map(|one| one.path()).collect()
        } else {
            vec![path]
        };
        for path in inner {
            let name = path
                .strip_prefix(&root)
                .expect("inside")
                .to_str()
                .expect("text");
            let text = std::fs::read_to_string(&path).expect("a text");
            all.push((
                name.to_owned(),
                if name == file { marked.clone() } else { text },
            ));
        }
    }
    assert!(refused(&codes(&Pack::from_files(all))));
}

/// Each rule that is told with facts that help stops firing for another value
/// of one of them, or of several together.
#[test]
fn row_14_what_helps_would_alter_the_result() {
    let sample = sample();
    let mut seen = 0;
    for told in told(&sample).iter().filter(|one| one.is_on_server()) {
        let model = told.policy.model();
        let scenario = told.policy.scenario(told.validated.scenario);
        let rules = scenario.rules.iter().zip(&told.evaluation.rules);
        for (index, (rule, _)) in rules
            .enumerate()
            .filter(|(_, (_, one))| **one == Truth::True)
        {
            let reason = &model.reasons[usize::from(rule.reason)];
            let mut movable = reason.helps.clone();
            for one in &model.derived {
                // A derived fact moves with what it is derived from.
                let (first, second) = one.formula.inputs();
                let inputs = [first, second].into_iter().flatten();
                if inputs
                    .into_iter()
                    .any(|input| reason.helps.contains(&input))
                {
                    movable.push(one.fact);
                }
            }
            for one in &model.impossible {
                // So do facts that constrain each other: what is paid is not overdue.
                let facts = one.when.iter().filter_map(|op| match op {
                    Op::Atom(fact, _) => Some(*fact),
                    _ => None,
                });
                if facts.clone().any(|fact| reason.helps.contains(&fact)) {
                    movable.extend(facts);
                }
            }
            if reason.helps.is_empty() || !told.codes().contains(&&*reason.code) {
                continue;
            }
            let helps = movable.iter().any(|fact| {
                let def = told.policy.fact(*fact).expect("declared");
                let values = told.policy.cuts(told.validated.scenario, *fact).into_iter();
                let values = values
                    .map(FactState::Known)
                    .chain([FactState::Known(def.max)]);
                let missing = def.may_be_missing.then_some(FactState::Missing);
                values.chain(missing).any(|state| {
                    let mut facts = told.validated.facts.clone();
                    facts.set(*fact, state);
                    told.policy.verdicts(told.validated.scenario, &facts)[index] == Truth::False
                })
            });
            assert!(helps, "{}: {} of {}", told.case.name, rule.id, reason.code);
            seen += 1;
        }
        // And it is said which data were looked at.
        let used = told
            .trace
            .facts
            .iter()
            .filter(|one| one.state != TraceState::Unknown);
        assert!(used.count() > 0);
    }
    assert!(seen > 30, "{seen}");
}

#[test]
fn row_18_every_fact_carries_source_and_day() {
    let sample = sample();
    for told in told(&sample) {
        assert_eq!(told.trace.as_of, told.case.application.as_of);
        let scenario = told.policy.scenario(told.validated.scenario);
        assert_eq!(
            told.trace.facts.len(),
            scenario.facts.len(),
            "{}",
            told.case.name
        );
        for (fact, id) in told.trace.facts.iter().zip(&scenario.facts) {
            let def = told.policy.fact(*id).expect("declared");
            assert_eq!((fact.name, fact.source), (&*def.name, def.source));
        }
    }
}

#[test]
fn row_23_unknown_is_neither_missing_nor_refused() {
    let sample = sample();
    let open = told_case(&sample, "activation/nothing-known");
    let outcome = &open.documents[0].outcome;
    assert!(outcome.decisions.len() > 1 && outcome.reasons.is_empty());
    assert!(!outcome.unknown.is_empty());
    assert!(
        !outcome.checks.is_empty(),
        "what is taken to find nothing is listed"
    );
    let none = told_case(&sample, "activation/no-record-at-all");
    assert_eq!(state(&none, "zhima_score"), Some(TraceState::Missing));
    assert_eq!(state(&open, "monthly_income"), Some(TraceState::Unknown));
    for told in told(&sample) {
        let outcome = &told.documents[0].outcome;
        for fact in &told.trace.facts {
            let is_listed = outcome.unknown.contains(&fact.name);
            let is_open = matches!(fact.state, TraceState::Unknown | TraceState::Between(..));
            if fact.audience == Audience::Public {
                assert_eq!(is_listed, is_open, "{}: {}", told.case.name, fact.name);
            }
            // A value never stands for one that is not known.
            if is_open {
                let known = matches!(&fact.state, TraceState::Known(TraceValue::Integer(_)));
                assert!(!known);
            }
        }
    }
    let _: &Policy = open.policy;
}

fn state<'p>(told: &super::Told<'p>, name: &str) -> Option<TraceState<'p>> {
    let mut facts = told.trace.facts.iter();
    let found = facts.find(|one| one.name == name);
    found.map(|one| one.state.clone())
}
