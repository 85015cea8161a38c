//! The public projection tells nothing confidential and is never contradicted.

use std::path::Path;
use std::sync::OnceLock;

use precheck::units::Date;
use precheck::{
    Application, Entries, FactDef, FactInput, FactKind, Model, Op, Policy, Test, assess, validate,
};
use precheck_cli::{Pack, compile};
use proptest::prelude::*;

use crate::mini;

fn today() -> Date {
    Date::from_ymd(2026, 3, 1).expect("a day of the calendar")
}

/// Names and values of the mini pack that stay on the server.
#[test]
fn secrets_stay_on_the_server() {
    let compiled = mini::compiled();
    let whole = serde_json::to_string(&compiled.server).expect("a model is data");
    let public = serde_json::to_string(&compiled.public).expect("a model is data");
    for secret in [
        "bureau",
        "requests",
        "VELOCITY",
        "velocity",
        "BUREAU-LOW",
        "4321",
        "1235",
        "778",
        "unavailable",
        "\"points\":17",
        "\"mixed\"",
    ] {
        assert!(whole.contains(secret), "`{secret}` is in the whole policy");
        assert!(
            !public.contains(secret),
            "`{secret}` is not in the public projection"
        );
    }
    for shown in [
        "INCOME-LOW",
        "SOURCE-DOWN",
        "NOT-PASSED",
        "least_income",
        "check-1",
    ] {
        assert!(
            public.contains(shown),
            "`{shown}` is in the public projection"
        );
    }
}

#[test]
fn confidential_rules_become_one() {
    let public = mini::compiled().public;
    let rules = &public.scenarios[0].rules;
    let ids: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!(ids, ["adult", "income", "check-1", "check-2", "check-3"]);
    assert_eq!(
        rules[2].when.len(),
        3,
        "the public part of a mixed condition stays"
    );
    assert_eq!(rules[2].when[1..], [Op::Opaque, Op::All(2)]);
    assert_eq!(rules[4].when, [Op::Opaque]);
    assert_eq!(rules[4].reason, public.neutral_reason);
    let card = public.scenarios[0]
        .scorecard
        .as_ref()
        .expect("the scenario has a scorecard");
    assert_eq!(card.hidden, (-31, 37));
    assert_eq!(card.characteristics.len(), 2);
}

#[test]
fn the_sample_product_keeps_its_secrets() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies/baitiao");
    let pack = Pack::read(&folder).expect("the sample pack is readable");
    let compiled = match compile(&pack) {
        Ok(compiled) => compiled,
        Err(problems) => panic!("the sample pack compiles: {problems:#?}"),
    };
    let public = serde_json::to_string(&compiled.public).expect("a model is data");
    let server = &compiled.server;
    let is_server = |audience| audience == precheck::Audience::Server;
    let is_secret = |reason: u16| {
        server.reasons[usize::from(reason)].disclosure == precheck::Disclosure::Neutral
    };
    // Server-only facts, confidential reasons and their rules, the server's own scenarios.
    let facts = server.facts.iter().filter(|def| is_server(def.audience));
    let mut secrets: Vec<&str> = facts.map(|def| def.name.as_str()).collect();
    let reasons = server.reasons.iter();
    let reasons = reasons.filter(|one| one.disclosure == precheck::Disclosure::Neutral);
    secrets.extend(reasons.map(|one| one.code.as_str()));
    for scenario in &server.scenarios {
        let is_own = is_server(scenario.audience);
        let rules = scenario.rules.iter();
        let rules = rules.filter(|rule| is_own || is_secret(rule.reason));
        secrets.extend(rules.map(|rule| rule.id.as_str()));
        secrets.extend(Some(scenario.name.as_str()).filter(|_| is_own));
    }
    // Constants that only confidential rules and texts for staff name.
    secrets.extend([
        "most_requests",
        "most_places",
        "most_tries",
        "fastest_seconds",
    ]);
    secrets.extend([
        "most_small",
        "cash_use",
        "resale_most",
        "resale_amount",
        "resale_items",
    ]);
    for secret in secrets {
        assert!(
            !public.contains(&format!("\"{secret}\"")),
            "`{secret}` is not shipped"
        );
    }
    mini::load(&compiled.public);
    mini::load(&compiled.server);
}

/// A state of a fact, by two random numbers.
fn input(def: &FactDef, form: u8, value: u64, cuts: &[i64]) -> FactInput {
    let specials = def.specials.len();
    match usize::from(form) % (8 + specials) {
        0 if def.may_be_missing => FactInput::Missing,
        special if special >= 8 => FactInput::Special(def.specials[special - 8].clone()),
        near => {
            let span = u64::try_from(def.max - def.min).expect("domains rise") + 1;
            let anywhere = def.min + i64::try_from(value % span).expect("inside the domain");
            // Every other value lies at a cut of a rule or bin.
            let cut = cuts.get(usize::try_from(value).unwrap_or(0) % cuts.len().max(1));
            let value = match cut {
                Some(cut) if near % 2 == 0 => *cut,
                _ => anywhere,
            };
            known(def, value.clamp(def.min, def.max))
        }
    }
}

fn known(def: &FactDef, value: i64) -> FactInput {
    match def.kind {
        FactKind::Bool => FactInput::Bool(value != 0),
        FactKind::Code => {
            FactInput::Text(def.codes[usize::try_from(value).expect("inside the list")].clone())
        }
        FactKind::Date => {
            let day = Date::from_days(i32::try_from(value).expect("inside the calendar"));
            FactInput::Text(day.expect("inside the calendar").to_string())
        }
        _ => FactInput::Integer(value),
    }
}

/// The values around which something changes.
fn cuts(model: &Model, fact: u16) -> Vec<i64> {
    let mut cuts = Vec::new();
    for scenario in &model.scenarios {
        for op in scenario.rules.iter().flat_map(|rule| &rule.when) {
            match op {
                Op::Atom(of, Test::AtMost(bound) | Test::AtLeast(bound)) if *of == fact => {
                    cuts.extend([bound - 1, *bound, bound + 1]);
                }
                _ => {}
            }
        }
        let characteristics = scenario
            .scorecard
            .iter()
            .flat_map(|card| &card.characteristics);
        let bins = characteristics
            .filter(|one| one.fact == fact)
            .flat_map(|one| &one.bins);
        cuts.extend(bins.flat_map(|bin| [bin.upto, bin.upto + 1]));
        let axes = scenario.limit.iter().flat_map(|table| &table.axes);
        let bounds = axes
            .filter(|axis| axis.fact == fact)
            .flat_map(|axis| &axis.upto);
        cuts.extend(bounds.flat_map(|upto| [*upto, upto + 1]));
    }
    cuts
}

/// The facts of a scenario as an application; those not in `mask` are left out.
fn application(policy: &Policy, scenario: &str, draws: &[(u8, u64)], mask: u16) -> Application {
    let model = policy.model();
    let id = policy
        .scenario_id(scenario)
        .expect("the pack has the scenario");
    let carried = &policy.scenario(id).facts;
    let mut facts = Vec::new();
    for (id, (def, (form, value))) in (0..).zip(model.facts.iter().zip(draws)) {
        // Age is derived: the engine fills it in.
        if carried.contains(&id) && def.name != "age" && mask & (1 << id) != 0 {
            facts.push((
                def.name.clone(),
                input(def, *form, *value, &cuts(model, id)),
            ));
        }
    }
    let (scenario, fields) = (scenario.into(), Entries::default());
    Application {
        scenario,
        as_of: today(),
        fields,
        facts: Entries(facts),
    }
}

/// Both sides of the mini pack.
fn policies() -> &'static (Policy, Policy) {
    static POLICIES: OnceLock<(Policy, Policy)> = OnceLock::new();
    POLICIES.get_or_init(|| {
        let compiled = mini::compiled();
        (mini::load(&compiled.server), mini::load(&compiled.public))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, ..ProptestConfig::default() })]

    /// Whatever the browser did not know, the server's decision is among those
    /// it showed, and the score lies in the range it showed.
    #[test]
    fn the_public_answer_contains_the_servers(
        scenario in prop::sample::select(vec!["open", "short"]),
        draws in prop::collection::vec((any::<u8>(), any::<u64>()), 8),
        mask in any::<u16>(),
    ) {
        let (server, public) = policies();
        let all = application(server, scenario, &draws, u16::MAX);
        let shown = application(server, scenario, &draws, mask);
        let facts = shown.facts.0.into_iter().filter(|(name, _)| public.fact_id(name).is_some());
        let shown = Application { facts: Entries(facts.collect()), ..all.clone() };

        let validated = validate(server, &all).expect("the application is valid");
        let decided = server.evaluate(validated.scenario, &validated.facts);
        prop_assert_eq!(decided.decisions.len(), 1, "the server knows everything");
        let validated = validate(public, &shown).expect("the application is valid");
        let foreseen = public.evaluate(validated.scenario, &validated.facts);
        prop_assert!(decided.decisions.is_subset(foreseen.decisions));
        if let (Some(score), Some(range)) = (decided.score, foreseen.score) {
            prop_assert!(range.min <= score.min && score.max <= range.max);
        }
        if let Some(amount) = decided.limit {
            prop_assert_eq!(amount.min, amount.max, "the server knows everything");
            let range = foreseen.limit.expect("an approval that was foreseen has an amount");
            prop_assert!(range.min <= amount.min && amount.max <= range.max);
        }
    }
}

/// What the server says of hidden points is what the browser says.
#[test]
fn both_sides_show_the_same_score() {
    let compiled = mini::compiled();
    let (server, public) = (mini::load(&compiled.server), mini::load(&compiled.public));
    let facts = |with: &[(&str, FactInput)]| Application {
        scenario: "open".into(),
        as_of: today(),
        fields: Entries::default(),
        facts: Entries(
            with.iter()
                .map(|(name, input)| ((*name).to_owned(), input.clone()))
                .collect(),
        ),
    };
    let shown = [
        ("income", FactInput::Integer(250_000)),
        ("work", FactInput::Text("employed".into())),
    ];
    let more = [
        shown[0].clone(),
        shown[1].clone(),
        ("bureau", FactInput::Integer(800)),
    ];
    let locale = precheck::units::Locale::En;
    let decided = assess(&server, &facts(&more), locale).expect("valid");
    let foreseen = assess(&public, &facts(&shown), locale).expect("valid");
    assert_eq!(decided.outcome.score, foreseen.outcome.score);
}
