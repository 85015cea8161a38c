//! Every proof against all applications of small random packs: nothing is
//! claimed that does not hold, and nothing that holds is missed.

use std::collections::BTreeSet;

use precheck::units::Date;
use precheck::{
    Application, Characteristic, Decision, Disclosure, Entries, FactInput, FactState, Model, Op,
    Policy, Test, Truth, validate,
};
use precheck_cli::{Pack, compile, lint};
use proptest::prelude::*;

use super::pack::{files, rule};

/// A finding: its code, and what it is about.
type Finding = (String, String);

/// One application as the engine sees it.
struct Seen {
    states: Vec<FactState>,
    fires: Vec<bool>,
    /// What the bands say; approval without a card.
    band: Decision,
    decision: Decision,
}

fn inputs() -> Vec<[(&'static str, FactInput); 4]> {
    let mut all = Vec::new();
    let known = (0..=5).map(FactInput::Integer);
    for n in known.chain([FactInput::Missing]) {
        for m in 0..=3 {
            for flag in [false, true] {
                for kind in ["a", "b", "c", "gone"] {
                    let kind = match kind {
                        "gone" => FactInput::Special(kind.into()),
                        code => FactInput::Text(code.into()),
                    };
                    let (m, flag) = (FactInput::Integer(m), FactInput::Bool(flag));
                    all.push([("n", n.clone()), ("m", m), ("flag", flag), ("kind", kind)]);
                }
            }
        }
    }
    all
}

fn seen(policy: &Policy) -> Vec<Seen> {
    let model = policy.model();
    let scenario = policy.scenario_id("s").expect("the scenario is there");
    let see = |facts: [(&str, FactInput); 4]| {
        let named = facts
            .into_iter()
            .map(|(name, input)| (name.to_owned(), input));
        let application = Application {
            scenario: "s".into(),
            as_of: Date::from_ymd(2026, 3, 1).expect("a day of the calendar"),
            fields: Entries::default(),
            facts: Entries(named.collect()),
        };
        let facts = validate(policy, &application).expect("it is valid").facts;
        let found = policy.evaluate(scenario, &facts);
        assert_eq!(found.decisions.len(), 1, "everything is known");
        let card = model.scenarios[0].scorecard.as_ref();
        let band = card
            .zip(found.score)
            .map_or(Decision::Approve, |(card, score)| {
                let reached = card.bands.iter().rev().find(|band| band.from <= score.min);
                reached.unwrap_or(&card.bands[0]).decision
            });
        Seen {
            states: (0..4).map(|fact| facts.get(fact)).collect(),
            fires: found.rules.iter().map(|one| *one == Truth::True).collect(),
            band,
            decision: found.decisions.iter().next().expect("one decision"),
        }
    };
    inputs().into_iter().map(see).collect()
}

fn points(one: &Characteristic, state: FactState) -> i32 {
    match state {
        FactState::Known(value) => {
            let bin = one.bins.iter().find(|bin| value <= bin.upto);
            bin.expect("bins cover").points
        }
        FactState::Missing => one.missing.expect("it may be missing"),
        FactState::Special(code) => one.specials[usize::from(code)],
        FactState::Unknown | FactState::Between(..) => unreachable!("everything is known"),
    }
}

/// What must be found, by trying everything.
fn expected(model: &Model, all: &[Seen], used: &[bool]) -> BTreeSet<Finding> {
    let mut found = BTreeSet::new();
    let mut add = |code: &str, about: &str| {
        found.insert((code.to_owned(), about.to_owned()));
    };
    let scenario = &model.scenarios[0];
    let rules = &scenario.rules;
    let name = |fact: usize| model.facts[fact].name.as_str();
    let column = |rule: usize| -> Vec<bool> { all.iter().map(|one| one.fires[rule]).collect() };
    let alive: Vec<bool> = (0..rules.len())
        .map(|rule| column(rule).contains(&true))
        .collect();
    let reason = |rule: usize| &model.reasons[usize::from(rules[rule].reason)];
    let open = |rule: usize| reason(rule).disclosure == Disclosure::Full;
    for index in 0..rules.len() {
        let (id, own) = (rules[index].id.as_str(), column(index));
        if !alive[index] {
            add("rule-never-fires", id);
            continue;
        }
        if !own.contains(&false) {
            add("rule-always-fires", id);
        }
        let effect = |rule: usize| rules[rule].effect;
        let twins = (0..rules.len())
            .filter(|other| effect(*other) != effect(index) && column(*other) == own);
        let twins: Vec<usize> = twins.collect();
        if twins.iter().any(|other| *other < index) {
            add("rules-contradict", id);
        }
        let without = |one: &Seen| {
            let others = (0..rules.len()).filter(|other| *other != index && one.fires[*other]);
            others.map(effect).fold(one.band, Decision::max)
        };
        if twins.is_empty() && all.iter().all(|one| without(one) == one.decision) {
            add("rule-shadowed", id);
        }
        if effect(index) == Decision::Decline {
            let alone = |is_better: &dyn Fn(usize) -> bool| {
                all.iter().any(|one| {
                    let mut others = (0..rules.len())
                        .filter(|rule| one.fires[*rule] && effect(*rule) == Decision::Decline);
                    one.fires[index] && one.band < Decision::Decline && !others.any(is_better)
                })
            };
            let helped = |rule: usize| open(rule) && !reason(rule).helps.is_empty();
            if !open(index) && alone(&open) {
                add("decline-undisclosed", id);
            }
            if open(index) && reason(index).helps.is_empty() && alone(&helped) {
                add("decline-without-remedy", id);
            }
        }
    }
    let card = scenario.scorecard.as_ref();
    for decision in Decision::ALL {
        let by_rule = rules
            .iter()
            .zip(&alive)
            .any(|(rule, alive)| *alive && rule.effect == decision);
        let by_band = card.map_or(decision == Decision::Approve, |card| {
            card.bands.iter().any(|band| band.decision == decision)
        });
        if (by_rule || by_band) && all.iter().all(|one| one.decision != decision) {
            let approve = decision == Decision::Approve;
            let code = if approve {
                "approve-unreachable"
            } else {
                "decision-unreachable"
            };
            add(code, decision.as_str());
        }
        if card.is_some() && by_band && all.iter().all(|one| one.band != decision) {
            add("band-unreachable", decision.as_str());
        }
    }
    // Of the facts only `n` is one that people change.
    if !used[0] {
        add("effort-idle", name(0));
    }
    let declined = |one: &Seen| one.decision == Decision::Decline;
    let mixed = all.iter().any(declined) && !all.iter().all(declined);
    for fact in (0..4).filter(|fact| used[*fact]) {
        let mut groups = all.iter().map(|one| (one.states[fact], declined(one)));
        let split: BTreeSet<(FactState, bool)> = groups.by_ref().collect();
        let states: BTreeSet<FactState> = split.iter().map(|(state, _)| *state).collect();
        if mixed && split.len() == states.len() {
            add("decline-single-fact", name(fact));
        }
    }
    // Pairs of applications that differ in one fact, the second better.
    let steps = |fact: usize, sign: i64| {
        all.iter().flat_map(move |one| {
            all.iter().filter_map(move |two| {
                let rest = |of: &Seen| {
                    (0..4)
                        .filter(|one| *one != fact)
                        .map(|one| of.states[one])
                        .collect::<Vec<_>>()
                };
                let (FactState::Known(before), FactState::Known(after)) =
                    (one.states[fact], two.states[fact])
                else {
                    return None;
                };
                (after - before == sign && rest(one) == rest(two)).then_some((one, two))
            })
        })
    };
    for (fact, sign) in [(0, 1), (1, -1)] {
        if !used[fact] {
            continue;
        }
        let worsens = steps(fact, sign).any(|(one, two)| two.decision > one.decision);
        add(
            if worsens { "not-monotone" } else { "monotone" },
            name(fact),
        );
        for (index, rule) in rules.iter().enumerate() {
            if steps(fact, sign).any(|(one, two)| !one.fires[index] && two.fires[index]) {
                add(
                    "rule-against-direction",
                    &format!("{} {}", rule.id, name(fact)),
                );
            }
        }
        for one in card.iter().flat_map(|card| &card.characteristics) {
            let falls = |(before, after): (&Seen, &Seen)| {
                points(one, after.states[fact]) < points(one, before.states[fact])
            };
            if usize::from(one.fact) == fact && steps(fact, sign).any(falls) {
                add("points-against-direction", name(fact));
            }
        }
    }
    if let Some(card) = card {
        let silent = |one: &&Seen| {
            let rule = (0..rules.len())
                .any(|rule| one.fires[rule] && rules[rule].effect == Decision::Decline);
            let mut enough = card
                .characteristics
                .iter()
                .map(|own| points(own, one.states[usize::from(own.fact)]) >= own.baseline);
            let mut cases = card.conditional.iter().map(|own| {
                let mut cases = own.cases.iter();
                let found = cases.find(|case| holds(&case.when, &one.states));
                found.map_or(own.otherwise, |case| case.points) >= own.baseline
            });
            let is_enough = enough.all(|enough| enough) && cases.all(|enough| enough);
            one.band == Decision::Decline && !rule && is_enough
        };
        if all.iter().any(|one| silent(&one)) {
            add("decline-undisclosed", "s");
        }
    }
    found
}

/// Whether a condition holds, step by step.
fn holds(when: &[Op], states: &[FactState]) -> bool {
    let mut stack: Vec<bool> = Vec::new();
    for op in when {
        let value = match op {
            Op::Atom(fact, test) => match (test, states[usize::from(*fact)]) {
                (Test::AtMost(bound), FactState::Known(value)) => value <= *bound,
                (Test::AtLeast(bound), FactState::Known(value)) => value >= *bound,
                (Test::OneOf(values), FactState::Known(value)) => values.contains(&value),
                (Test::Missing, state) => state == FactState::Missing,
                (Test::Special(code), state) => state == FactState::Special(*code),
                _ => false,
            },
            Op::Not => !stack.pop().expect("well-formed"),
            Op::All(count) | Op::Any(count) => {
                let all = stack.split_off(stack.len() - usize::from(*count));
                let is_all = matches!(op, Op::All(_));
                all.into_iter().all(|one: bool| one == is_all) == is_all
            }
            Op::Opaque => unreachable!("compiled conditions have none"),
        };
        stack.push(value);
    }
    stack.pop().expect("well-formed")
}

/// What a finding is about: names in its message.
fn about(code: &str, message: &str) -> String {
    let names: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match code {
        "rules-contradict" | "not-monotone" | "decline-single-fact" => names[1].into(),
        "rule-against-direction" => format!("{} {}", names[0], names[1]),
        _ => names[0].into(),
    }
}

fn condition() -> impl Strategy<Value = String> {
    let atom = prop_oneof![
        (
            0..=5,
            prop::sample::select(vec!["<", "<=", ">", ">=", "==", "!="])
        )
            .prop_map(|(value, op)| format!("n {op} {value}")),
        (0..=3, prop::sample::select(vec!["<", ">=", "=="]))
            .prop_map(|(value, op)| format!("m {op} {value}")),
        prop::sample::select(vec![
            "is_missing(n)",
            "flag",
            "kind == \"a\"",
            "kind != \"b\"",
            "kind in [\"a\", \"c\"]",
            "is_special(kind, \"gone\")",
        ])
        .prop_map(str::to_owned),
    ];
    atom.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4)
                .prop_map(|all| format!("({})", all.join(" && "))),
            prop::collection::vec(inner.clone(), 2..4)
                .prop_map(|all| format!("({})", all.join(" || "))),
            inner.prop_map(|one| format!("!({one})")),
        ]
    })
}

fn rules() -> impl Strategy<Value = Vec<(String, &'static str, &'static str)>> {
    let effect = prop::sample::select(vec!["refer", "retry-later", "decline"]);
    let reason = prop::sample::select(vec!["HELPED", "BARE", "SECRET"]);
    prop::collection::vec((condition(), effect, reason), 1..5)
}

fn card() -> impl Strategy<Value = String> {
    (prop::array::uniform14(-3..=3_i32), -3..=2_i32, 1..=4_i32).prop_map(|(p, refer, gap)| {
        format!(
            "base = 1\nmethod = \"below-mean\"\nbands = [\n  {{ from = -9, decision = \"decline\" }},\n  \
             {{ from = {refer}, decision = \"refer\" }},\n  {{ from = {}, decision = \"approve\" }},\n]\n\
             [[characteristics]]\nfact = \"n\"\nreason = \"HELPED\"\nmean = {}\nmissing = {}\n\
             bins = [{{ below = 2, points = {} }}, {{ below = 4, points = {} }}, {{ points = {} }}]\n\
             [[characteristics]]\nfact = \"kind\"\nreason = \"HELPED\"\nmean = 0\n\
             codes = {{ a = {}, b = {}, c = {} }}\nspecials = {{ gone = {} }}\n\
             [[characteristics]]\nfact = \"m\"\nreason = \"HELPED\"\nmean = 0\n\
             bins = [{{ below = 1, points = {} }}, {{ points = 1 }}]\n\
             [[characteristics]]\nreason = \"BARE\"\nmean = {}\notherwise = {}\ncases = [\n\
             {{ when = 'flag && kind == \"a\"', points = {}, reason = \"HELPED\" }},\n\
             {{ when = 'kind == \"a\" || !flag', points = {} }},\n]\n",
            refer + gap, p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8], p[9], p[10], p[11],
            p[12], p[13]
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(160))]

    /// What lint finds is what trying every application finds.
    #[test]
    fn findings_are_exact(rules in rules(), card in prop::option::of(card())) {
        let text: String = rules
            .iter()
            .enumerate()
            .map(|(index, (when, effect, reason))| rule(&format!("r{index}"), when, effect, reason))
            .collect();
        let card = card.unwrap_or_default();
        let pack = Pack::from_files(files(&text, ("", ""), &card));
        let compiled = compile(&pack).expect("the pack compiles");
        let policy = Policy::from_model(compiled.server.clone()).expect("the model is consistent");
        let used = ["n", "m", "flag", "kind"].map(|name| {
            let mentions = |text: &str| text.split(|one: char| !one.is_ascii_alphabetic()).any(|word| word == name);
            rules.iter().any(|(when, ..)| mentions(when)) || card.contains(&format!("\"{name}\"")) || (name == "flag" && card.contains("cases"))
        });
        let expected = expected(&compiled.server, &seen(&policy), &used);
        let about_all = |one: &precheck_cli::Diagnostic| (one.code.to_owned(), about(one.code, &one.message));
        let found: BTreeSet<Finding> = lint(&pack, &compiled)
            .iter()
            .filter(|one| !one.code.starts_with("condition-") && one.code != "reason-never-given")
            .map(about_all)
            .collect();
        prop_assert_eq!(found, expected, "{}", text);
    }

    /// Leaving out the first part that lint calls superfluous changes nothing;
    /// where it finds none, each atom of the condition matters somewhere.
    #[test]
    fn superfluous_parts_are_superfluous(when in condition()) {
        let load = |when: &str| {
            let pack = Pack::from_files(files(&rule("x", when, "refer", "BARE"), ("", ""), ""));
            let compiled = compile(&pack).expect("the pack compiles");
            let policy = Policy::from_model(compiled.server.clone()).expect("it is consistent");
            let fires: Vec<bool> = seen(&policy).iter().map(|one| one.fires[0]).collect();
            (lint(&pack, &compiled), fires)
        };
        let (all, fires) = load(&when);
        let base = files(&rule("x", &when, "refer", "BARE"), ("", ""), "");
        let start = base[0].1.find(&when).expect("the condition is there");
        let constant = |by: bool| if by { "m >= 0" } else { "m < 0" };
        let mut superfluous = all.iter().filter(|one| one.code.starts_with("condition-"));
        if let Some(one) = superfluous.next() {
            let by = constant(one.code == "condition-always-true");
            let (from, to) = (one.span.start - start, one.span.end - start);
            let (_, same) = load(&format!("{}{by}{}", &when[..from], &when[to..]));
            prop_assert_eq!(&fires, &same, "{}", when);
        } else if fires.contains(&true) && when.starts_with('(') {
            for (from, to) in atoms(&when) {
                for by in [true, false] {
                    let (_, other) = load(&format!("{}{}{}", &when[..from], constant(by), &when[to..]));
                    prop_assert_ne!(&fires, &other, "{} without {}", when, &when[from..to]);
                }
            }
        }
    }
}

/// The ranges of the comparisons and calls in a condition that [`condition`] made.
fn atoms(when: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut from = 0;
    for piece in when.split(" && ").flat_map(|piece| piece.split(" || ")) {
        let at = from + when[from..].find(piece).expect("pieces come in order");
        from = at + piece.len();
        let inner = piece.trim_start_matches(['(', '!']);
        let start = at + piece.len() - inner.len();
        // Calls keep their own parenthesis.
        let extra = inner.matches(')').count() - inner.matches('(').count();
        found.push((start, start + inner.len() - extra));
    }
    found
}
