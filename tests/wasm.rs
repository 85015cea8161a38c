//! The WebAssembly boundary, in Node and in a browser.
#![cfg(target_arch = "wasm32")]

#[expect(dead_code, reason = "the native tests use the rest of it")]
#[path = "it/random.rs"]
mod random;
#[path = "it/signed.rs"]
mod signed;

use js_sys::{Array, JSON, Reflect};
use precheck::identity::{FieldKind, check_packed};
use precheck::units::{Date, Locale};
use precheck::wasm::{Engine, environment, version};
use precheck::{Application, Audience, Bound, Draft, FactInput, Policy, assess};
use random::Random;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

fn parse(text: &str) -> JsValue {
    JSON::parse(text).expect("the test writes JSON")
}

fn get(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &name.into()).expect("an object")
}

fn code(error: &JsValue) -> String {
    get(error, "code").as_string().expect("an error has a code")
}

/// The application as a page would write it.
fn to_js(application: &Application) -> JsValue {
    let facts: Vec<String> = application
        .facts
        .0
        .iter()
        .map(|(name, input)| match input {
            FactInput::Integer(value) => format!("\"{name}\":{value}"),
            FactInput::Missing => format!("\"{name}\":{{\"state\":\"missing\"}}"),
            FactInput::Special(code) => format!("\"{name}\":{{\"special\":\"{code}\"}}"),
            FactInput::Unknown => format!("\"{name}\":{{\"state\":\"unknown\"}}"),
            FactInput::Between(ends) => {
                let ends = ["min", "max"].into_iter().zip(ends);
                let written = ends.filter_map(|(end, bound)| match bound {
                    Some(Bound::Integer(value)) => Some(format!("\"{end}\":{value}")),
                    _ => None,
                });
                format!("\"{name}\":{{{}}}", written.collect::<Vec<_>>().join(","))
            }
            other => unreachable!("not generated: {other:?}"),
        })
        .collect();
    let (scenario, as_of) = (&application.scenario, application.as_of);
    parse(&format!(
        "{{\"scenario\":\"{scenario}\",\"as_of\":\"{as_of}\",\"facts\":{{{}}}}}",
        facts.join(",")
    ))
}

fn engine(seed: u64) -> Engine {
    let bundle = signed::bundle(&random::model(&mut Random(seed)));
    load(&bundle).expect("a random policy loads")
}

/// Loads a server bundle as of a day on which all of them are in force.
fn load(bundle: &[u8]) -> Result<Engine, JsValue> {
    let keys = signed::trusted().to_string();
    Engine::new(bundle, &keys, "server", "2026-12-15", 0)
}

/// What goes through JavaScript is what the crate says, as text and as object.
#[wasm_bindgen_test]
fn the_boundary_changes_no_byte() {
    for seed in 0..200 {
        let mut random = Random(seed);
        let model = random::model(&mut random);
        let application = random::application(&mut random, &model);
        let bundle = signed::bundle(&model);
        let keys = [signed::trusted()];
        let trust = signed::trust(&keys, Audience::Server, signed::day("2026-12-15"));
        let policy = Policy::load(&bundle, &trust).expect("consistent");
        let direct = assess(&policy, &application, Locale::En)
            .expect("valid")
            .to_json();
        let engine = load(&bundle).expect("loads");
        let text = engine
            .assess_text(to_js(&application), "en")
            .expect("valid");
        assert_eq!(text, direct, "seed {seed}");
        let object = engine.assess(to_js(&application), "en").expect("valid");
        let again = JSON::stringify(&object).expect("plain data");
        assert_eq!(String::from(again), direct, "seed {seed}");
    }
}

/// Rows: a bundle, what is asked for, and the code that it is refused with.
#[wasm_bindgen_test]
fn a_bundle_is_refused_with_its_code() {
    let mut model = random::model(&mut Random(7));
    (model.version, model.valid_until) = (5, Some(signed::day("2026-12-31")));
    let good = signed::bundle(&model);
    let mut altered = good.clone();
    altered[200] ^= 1;
    let unsigned = Draft::unsigned(&model).expect("small");
    let others = signed::bundle_from(&[8; 32], &model, signed::signed_on());
    let key = &signed::trusted().to_string();
    let later = &signed::trusted_from(&signed::SEED, "2026-11-02", "2026-12-31").to_string();
    let too_large = vec![0; precheck::MAX_BYTES + 1];
    let day = "2026-12-31";
    let html: &[u8] = b"<!doctype html>";
    type Row<'a> = (&'a [u8], &'a str, &'a str, &'a str, u32, &'a str);
    let rows: [Row<'_>; 18] = [
        (&good, key, "server", day, 5, ""),
        (&good, &format!("{later}\n{key}\n"), "server", day, 5, ""),
        (&[], key, "server", day, 0, "bundle-not-a-bundle"),
        (html, key, "server", day, 0, "bundle-not-a-bundle"),
        (b"PRECHECK", key, "server", day, 0, "bundle-truncated"),
        (b"PRECHECK\x01", key, "server", day, 0, "bundle-format"),
        (&too_large, key, "server", day, 0, "bundle-too-large"),
        (&unsigned, key, "server", day, 0, "bundle-unsigned"),
        (&altered, key, "server", day, 0, "bundle-altered"),
        (&others, key, "server", day, 0, "bundle-key-unknown"),
        (&good, later, "server", day, 0, "bundle-key-period"),
        (&good, key, "public", day, 0, "bundle-audience"),
        (
            &good,
            key,
            "server",
            "1969-12-31",
            0,
            "bundle-not-yet-valid",
        ),
        (&good, key, "server", "2027-01-01", 0, "bundle-expired"),
        (&good, key, "server", day, 6, "bundle-older"),
        (&good, "", "server", day, 0, "keys-missing"),
        (&good, "no key", "server", day, 0, "key-malformed"),
        (&good, key, "everybody", day, 0, "audience-unknown"),
    ];
    for (bytes, keys, audience, today, not_below, expected) in rows {
        let error = match Engine::new(bytes, keys, audience, today, not_below) {
            Ok(_) => {
                assert_eq!(expected, "", "it loads");
                continue;
            }
            Err(error) => error,
        };
        assert_eq!(code(&error), expected);
        assert_eq!(Array::from(&get(&error, "problems")).length(), 1);
        assert!(
            get(&error, "message")
                .as_string()
                .is_some_and(|text| !text.is_empty())
        );
    }
    let error = Engine::new(&good, key, "server", "today", 0)
        .err()
        .expect("no day");
    assert_eq!(code(&error), "day-malformed");
}

/// A wrong application names every place, and the engine goes on.
#[wasm_bindgen_test]
fn a_wrong_application_names_its_places() {
    let engine = engine(7);
    for (text, places, expected) in [
        (
            "[]",
            &["", "/scenario", "/as_of"][..],
            "application-malformed",
        ),
        ("{}", &["/scenario", "/as_of"], "application-malformed"),
        (
            "{\"scenario\":\"s\",\"as_of\":\"2026-02-30\"}",
            &["/as_of"],
            "application-malformed",
        ),
        (
            "{\"scenario\":\"s\",\"as_of\":\"2026-03-01\",\"x\":1}",
            &["/x"],
            "application-malformed",
        ),
        (
            "{\"scenario\":\"t\",\"as_of\":\"2026-03-01\"}",
            &["/scenario"],
            "scenario-unknown",
        ),
        (
            "{\"scenario\":\"s\",\"as_of\":\"2026-03-01\",\"facts\":{\"f0\":null,\"a/b\":1}}",
            &["/facts/f0", "/facts/a~1b"],
            "fact-malformed",
        ),
        (
            "{\"scenario\":\"s\",\"as_of\":\"2026-03-01\",\"facts\":{\"f0\":1.5}}",
            &["/facts/f0"],
            "fact-malformed",
        ),
        (
            "{\"scenario\":\"s\",\"as_of\":\"2026-03-01\",\"facts\":{\"f0\":1e300}}",
            &["/facts/f0"],
            "fact-malformed",
        ),
        (
            "{\"scenario\":\"s\",\"as_of\":\"2026-03-01\",\"facts\":{\"f0\":\"1\"}}",
            &["/facts/f0"],
            "fact-type",
        ),
    ] {
        let error = engine.assess(parse(text), "zh-CN").expect_err(text);
        assert_eq!(code(&error), expected, "{text}");
        let problems = Array::from(&get(&error, "problems"));
        let found: Vec<String> = problems
            .iter()
            .filter_map(|one| get(&one, "at").as_string())
            .collect();
        assert_eq!(found, places, "{text}");
    }
    let good = parse("{\"scenario\":\"s\",\"as_of\":\"2026-03-01\"}");
    assert!(engine.assess(good, "zh-CN").is_ok());
}

/// Numbers say what the document says, while one fact after another becomes
/// known, and the states go by number.
#[wasm_bindgen_test]
fn a_what_if_says_what_the_document_says() {
    for seed in 0..100 {
        let model = random::model(&mut Random(seed));
        let engine = load(&signed::bundle(&model)).expect("loads");
        let mut application = random::with_facts(Vec::new());
        let mut what_if = engine.what_if(to_js(&application)).expect("valid");
        for def in &model.facts {
            let fact = what_if.fact(&def.name).expect("a fact of the scenario");
            let refused = what_if.set(fact, (def.max + 1) as f64);
            assert_eq!(refused, what_if.verdict() | 1 << 9, "seed {seed}");
            let (packed, input) = match (def.may_be_missing, def.specials.first()) {
                (true, _) => (what_if.set_state(fact, 1), FactInput::Missing),
                (_, Some(code)) => {
                    let input = FactInput::Special(code.clone());
                    (what_if.set_state(fact, 2), input)
                }
                _ => (
                    what_if.set(fact, def.min as f64),
                    FactInput::Integer(def.min),
                ),
            };
            application.facts.0.push((def.name.clone(), input));
            let document = engine.assess(to_js(&application), "en").expect("valid");
            let outcome = get(&document, "outcome");
            let names = ["approve", "refer", "retry-later", "decline"];
            let bits = |list: &str| -> u32 {
                let told = Array::from(&get(&outcome, list));
                let told = told.iter().filter_map(|one| one.as_string());
                let places = told.filter_map(|one| names.iter().position(|name| *name == one));
                places.map(|place| 1 << place).sum()
            };
            let said = bits("decisions") | bits("if_checks_pass") << 4;
            assert_eq!(packed & 0xff, said, "seed {seed}");
            let score = get(&outcome, "score");
            if score.is_null() {
                assert_eq!(what_if.score_min(), None, "seed {seed}");
            } else {
                assert_eq!(what_if.score_min(), get(&score, "min").as_f64());
                assert_eq!(what_if.score_max(), get(&score, "max").as_f64());
            }
        }
        assert_eq!(
            code(&what_if.fact("nobody").expect_err("no fact")),
            "fact-unknown"
        );
    }
}

/// A member that is `undefined` is left out.
#[wasm_bindgen_test]
fn undefined_is_unknown() {
    let engine = engine(7);
    let text = "{\"scenario\":\"s\",\"as_of\":\"2026-03-01\",\"facts\":{}}";
    let without = engine.assess_text(parse(text), "en").expect("valid");
    let application = parse(text);
    let facts = get(&application, "facts");
    Reflect::set(&facts, &"f0".into(), &JsValue::UNDEFINED).expect("an object");
    assert_eq!(
        engine.assess_text(application, "en").expect("valid"),
        without
    );
}

/// Only plain objects have members: a `Map` is refused, where it would seem to
/// be empty; an object without prototype is as good as any.
#[wasm_bindgen_test]
fn only_plain_objects_have_members() {
    let engine = engine(7);
    let text = "{\"scenario\":\"s\",\"as_of\":\"2026-03-01\"}";
    let application = parse(text);
    Reflect::set(&application, &"facts".into(), &js_sys::Map::new()).expect("an object");
    let error = engine
        .assess(application, "en")
        .expect_err("a Map is refused");
    assert_eq!(code(&error), "application-malformed");
    let application = parse(text);
    let bare = js_sys::Object::create(JsValue::NULL.unchecked_ref::<js_sys::Object>());
    Reflect::set(&application, &"facts".into(), &bare).expect("an object");
    assert!(engine.assess(application, "en").is_ok());
}

/// The packed verdict of a keystroke says what the full check says.
#[wasm_bindgen_test]
fn a_keystroke_says_what_the_check_says() {
    let engine = engine(1);
    let day = Date::from_ymd(2026, 3, 1).expect("a day");
    for value in [
        "",
        "1",
        "138001380",
        "13800138000",
        "138x",
        "+86 138-0013-8000",
        "１３８",
    ] {
        let kind = FieldKind::CnMobile;
        let packed = engine
            .check_field_packed(kind as u8, value, day.days())
            .expect("known kind");
        assert_eq!(packed, check_packed(kind, value, day), "{value}");
        let full = engine
            .check_field("cn_mobile", value, "2026-03-01", "zh-CN")
            .expect("known kind");
        let status = get(&full, "status").as_string().expect("a status");
        assert_eq!(
            ["ok", "incomplete", "warn", "invalid"][(packed & 3) as usize],
            status
        );
        let has_message = get(&full, "message").as_string().is_some();
        assert_eq!(has_message, status != "ok", "{value}");
    }
    assert_eq!(
        code(
            &engine
                .check_field("cn_idd", "", "2026-03-01", "en")
                .expect_err("")
        ),
        "kind-unknown"
    );
    assert_eq!(
        code(
            &engine
                .check_field("cn_id", "", "today", "en")
                .expect_err("")
        ),
        "day-malformed"
    );
    assert_eq!(
        code(
            &engine
                .check_field("cn_id", "", "2026-03-01", "fr")
                .expect_err("")
        ),
        "locale-unknown"
    );
    assert_eq!(
        code(&engine.check_field_packed(0, "", 0).expect_err("")),
        "kind-unknown"
    );
}

/// Reasons come over whole, in the policy's order, for the locales that there are.
#[wasm_bindgen_test]
fn reasons_are_said_to_nobody_in_particular() {
    for seed in 0..20 {
        let model = random::model(&mut Random(seed));
        let engine = load(&signed::bundle(&model)).expect("a random policy loads");
        let reasons = Array::from(&engine.reasons("zh-CN").expect("a locale of the crate"));
        let codes: Vec<String> = reasons
            .iter()
            .map(|one| get(&one, "code").as_string().expect("a text"))
            .collect();
        let declared: Vec<&String> = model.reasons.iter().map(|one| &one.code).collect();
        assert_eq!(codes.iter().collect::<Vec<_>>(), declared);
        for one in reasons.iter() {
            for name in ["kind", "lasts", "contact", "title", "requirement", "help"] {
                assert!(get(&one, name).is_string(), "{name}");
            }
        }
    }
    assert_eq!(
        code(&engine(1).reasons("fr").expect_err("no such locale")),
        "locale-unknown"
    );
}

/// The environment is told where there is one, and is `null` where not.
#[wasm_bindgen_test]
fn the_environment_answers_everywhere() {
    let answer = environment();
    let locale = get(&answer, "locale").as_string().expect("a locale");
    assert!(Locale::parse(&locale).is_some());
    let is_browser = web_sys::window().is_some();
    assert_eq!(get(&answer, "online").is_null(), !is_browser);
    assert!(!version().is_empty());
}
