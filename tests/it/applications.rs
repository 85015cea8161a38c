//! Reading and validating applications of the sample product.

use precheck::units::Locale;
use precheck::{Application, assess, validate};

use crate::scenarios::sample;

fn application(text: &str) -> Application {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn with(members: &str) -> Application {
    application(&format!(
        r#"{{"scenario":"activation","as_of":"2026-11-22",{members}}}"#
    ))
}

/// Every problem is reported, with its place.
#[test]
fn problems_name_their_place() {
    let sample = sample();
    for (members, expected, why) in [
        (
            r#""facts":{"age":18}"#,
            &[][..],
            "a derived fact may be stated",
        ),
        (
            r#""facts":{"nothing":1}"#,
            &[("/facts/nothing", "fact-unknown")],
            "no such fact",
        ),
        (
            r#""facts":{"a/b~c":1}"#,
            &[("/facts/a~1b~0c", "fact-unknown")],
            "a pointer is escaped",
        ),
        (
            r#""facts":{"age":18,"age":18}"#,
            &[("/facts/age", "fact-duplicate")],
            "given twice, even alike",
        ),
        (
            r#""facts":{"age":null}"#,
            &[("/facts/age", "fact-malformed")],
            "null is no state",
        ),
        (
            r#""facts":{"age":18.0}"#,
            &[("/facts/age", "fact-malformed")],
            "no fractions",
        ),
        (
            r#""facts":{"age":[18]}"#,
            &[("/facts/age", "fact-malformed")],
            "no lists",
        ),
        (
            r#""facts":{"age":99999999999999999999}"#,
            &[("/facts/age", "fact-malformed")],
            "a huge number",
        ),
        (
            r#""facts":{"age":{"state":"missing","x":1}}"#,
            &[("/facts/age", "fact-malformed")],
            "two members",
        ),
        (
            r#""facts":{"age":"18"}"#,
            &[("/facts/age", "fact-type")],
            "text for a number",
        ),
        (
            r#""facts":{"age":-1}"#,
            &[("/facts/age", "fact-domain")],
            "below the domain",
        ),
        (
            r#""facts":{"age":151}"#,
            &[("/facts/age", "fact-domain")],
            "above the domain",
        ),
        (
            r#""facts":{"age":{"state":"missing"}}"#,
            &[("/facts/age", "fact-state")],
            "never missing",
        ),
        (
            r#""facts":{"age":{"special":"x"}}"#,
            &[("/facts/age", "fact-state")],
            "no such code",
        ),
        (
            r#""facts":{"employment":"boss"}"#,
            &[("/facts/employment", "fact-code")],
            "not listed",
        ),
        (
            r#""facts":{"birth_date":"2001-02-29"}"#,
            &[("/facts/birth_date", "fact-type")],
            "no such day",
        ),
        (
            r#""facts":{"birth_date":"2027-01-01"}"#,
            &[("/facts/birth_date", "fact-domain")],
            "a birth in the future gives a negative age",
        ),
        (
            r#""facts":{"birth_date":"1990-01-01","age":20}"#,
            &[("/facts/birth_date", "fact-conflict")],
            "two facts that cannot both hold",
        ),
        (
            r#""fields":{"id_number":"11010119950315123X"},"facts":{"birth_date":"1995-03-16"}"#,
            &[("/fields/id_number", "fact-conflict")],
            "a document that says otherwise",
        ),
        (
            r#""fields":{"passport":"x"}"#,
            &[("/fields/passport", "field-unknown")],
            "no such field",
        ),
        (
            r#""fields":{"phone":"1","phone":"1"}"#,
            &[("/fields/phone", "field-duplicate")],
            "given twice",
        ),
        (
            r#""facts":{"age":-1,"orders_12m":"many"},"fields":{"x":""}"#,
            &[
                ("/facts/age", "fact-domain"),
                ("/facts/orders_12m", "fact-type"),
                ("/fields/x", "field-unknown"),
            ],
            "all at once",
        ),
    ] {
        let found = validate(&sample.public, &with(members))
            .err()
            .unwrap_or_default();
        let found: Vec<(&str, &str)> = found
            .iter()
            .map(|problem| (problem.at.as_str(), problem.code))
            .collect();
        assert_eq!(found, expected, "{why}");
    }
}

/// No problem repeats what somebody typed, or tells the name of a fact that
/// only the server has.
#[test]
fn problems_tell_nothing() {
    let sample = sample();
    let typed = with(r#""fields":{"phone":"13800138000"},"facts":{"employment":"secret","x":7}"#);
    for policy in [&sample.public, &sample.server] {
        let problems = validate(policy, &typed).expect_err("two problems");
        let said = format!("{problems:?}");
        for secret in ["13800138000", "secret", "applications_24h", "zhima_score"] {
            assert!(!said.contains(secret), "{secret} in {said}");
        }
    }
}

/// A scenario that the policy does not have is named, with those that it has.
#[test]
fn an_unknown_scenario_is_refused() {
    let wrong = application(r#"{"scenario":"closing","as_of":"2026-11-22"}"#);
    let problems = validate(&sample().public, &wrong).expect_err("no such scenario");
    assert_eq!(problems[0].code, "scenario-unknown");
    assert!(problems[0].text.contains("`activation`"));
}

/// Text that is no application is refused by the reader already.
#[test]
fn the_reader_forgives_nothing() {
    for text in [
        r#"{"scenario":"s"}"#,
        r#"{"scenario":"s","as_of":"2026-02-30"}"#,
        r#"{"scenario":"s","as_of":"2026-11-22","extra":1}"#,
        r#"{"scenario":"s","scenario":"s","as_of":"2026-11-22"}"#,
        r#"{"scenario":"s","as_of":"2026-11-22","fields":{"name":1}}"#,
        r#"[]"#,
    ] {
        assert!(serde_json::from_str::<Application>(text).is_err(), "{text}");
    }
}

/// English has a plural, and amounts are told as people write them.
#[test]
fn texts_are_filled_in_for_the_locale() {
    let sample = sample();
    let text = |members: &str, code: &str, locale| {
        let document = assess(&sample.public, &with(members), locale).expect("valid");
        let reasons = document.notice.reasons.into_iter();
        reasons
            .chain(document.notice.possible)
            .find(|one| one.code == code)
            .expect(code)
            .text
    };
    let age = |days: u32| format!(r#""facts":{{"account_age_days":{days}}}"#);
    assert!(text(&age(1), "ACCOUNT-NEW", Locale::En).contains("1 day old"));
    assert!(text(&age(2), "ACCOUNT-NEW", Locale::En).contains("2 days old"));
    let income = r#""facts":{"monthly_income":199950}"#;
    assert!(text(income, "INCOME-MINIMUM", Locale::ZhCn).contains("1,999.50 元"));
    assert!(text(income, "INCOME-MINIMUM", Locale::En).contains("¥1,999.50"));
    assert!(text(income, "INCOME-MINIMUM", Locale::En).contains("¥2,000"));
}
