//! Identity fields: a list of cases from outside, and what a policy may bring
//! of its own: tables of segments and cards, and words.

use std::fmt::Write as _;
use std::fs;

use precheck::identity::{
    CardCheck, CardRange, FieldKind, IssueCode, Segment, SegmentUse, Status, Tables, check,
    check_packed, detect,
};
use precheck::units::{Date, Locale};
use precheck::{Application, Document, Field, IssueText, Model, Policy, Problem, assess};
use serde::Deserialize;

use crate::case::root;
use crate::scenarios::sample;

pub(crate) fn today() -> Date {
    Date::from_ymd(2026, 11, 22).expect("a day of the calendar")
}

/// A line of `tests/data/identity/cases.jsonl`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    kind: FieldKind,
    value: String,
    status: String,
    code: Option<String>,
    canonical: Option<String>,
    why: String,
}

/// Nobody who wrote the list looked at what the engine says; a difference is a
/// defect of the one or the other. All of them are shown at once.
#[test]
fn every_case_is_judged_as_it_should() {
    let text = fs::read_to_string(root().join("tests/data/identity/cases.jsonl"))
        .expect("a readable list of cases");
    let mut wrong = String::new();
    let mut kinds = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let case: Case =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("line {number}: {error}"));
        kinds.push(case.kind);
        let found = check(case.kind, &case.value, today());
        let code = found.code.map(IssueCode::as_str);
        let is_right = found.status.as_str() == case.status
            && (case.code.is_none() || case.code.as_deref() == code)
            && case
                .canonical
                .as_ref()
                .is_none_or(|it| *it == found.canonical);
        let packed = check_packed(case.kind, &case.value, today());
        if !is_right || packed & 3 != found.status as u32 {
            writeln!(
                wrong,
                "{number}: {line}\n  found {} {code:?} {:?}: {}",
                found.status.as_str(),
                found.canonical,
                case.why
            )
            .expect("a string grows");
        }
    }
    for kind in FieldKind::ALL {
        assert!(kinds.contains(kind), "no case of {}", kind.as_str());
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// A slip does not hide what the value was meant to be.
#[test]
fn a_slip_is_still_recognised() {
    for (value, kind, why) in [
        ("1380013800O", FieldKind::CnMobile, "a letter for a zero"),
        ("138001380l2", FieldKind::CnMobile, "a letter for a one"),
        ("1380013800①", FieldKind::CnMobile, "a digit in a circle"),
        ("11O101199003071233", FieldKind::CnId, "a letter for a zero"),
        ("110101199003071230", FieldKind::CnId, "a check digit"),
        ("110101199002301236", FieldKind::CnId, "30 February"),
        ("11010519491231002Х", FieldKind::CnId, "a Cyrillic X"),
        ("4111111111111112", FieldKind::Bankcard, "a check digit"),
        ("91440300MA5ABCD19X", FieldKind::Uscc, "a check character"),
        ("user@gmial.com", FieldKind::Email, "two letters swapped"),
        ("ZHANG, SAN", FieldKind::CnName, "a comma"),
        ("昆山市玉山镇1号", FieldKind::Address, "no province"),
    ] {
        let found = detect(value, today());
        assert_eq!(found.first(), Some(&kind), "`{value}`, {why}: {found:?}");
    }
}

// ---- tables of a policy ----

pub(crate) fn segment(first: u16, last: u16, used_by: SegmentUse) -> Segment {
    Segment {
        first,
        last,
        used_by,
    }
}

pub(crate) fn card(
    first: u32,
    last: u32,
    shortest: u8,
    longest: u8,
    check: CardCheck,
) -> CardRange {
    CardRange {
        first,
        last,
        shortest,
        longest,
        check,
    }
}

/// The sample product with a field for cards, changed.
fn changed(change: impl FnOnce(&mut Model)) -> Result<Policy, Vec<Problem>> {
    let mut model = sample().public.model().clone();
    model.scenarios[0].fields.push(Field {
        name: "card".into(),
        kind: FieldKind::Bankcard,
        birth_date: None,
    });
    change(&mut model);
    Policy::from_model(model)
}

/// Assesses with these fields filled in.
fn filled_in<'p>(policy: &'p Policy, fields: &[(&str, &str)], locale: Locale) -> Document<'p> {
    let fields: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!(r#""{name}":"{value}""#))
        .collect();
    let text = format!(
        r#"{{"scenario":"activation","as_of":"2026-11-22","fields":{{{}}}}}"#,
        fields.join(",")
    );
    let application: Application = serde_json::from_str(&text).expect("an application");
    assess(policy, &application, locale).expect("valid")
}

/// The table that is built in, and one segment more.
fn with_154() -> Vec<Segment> {
    let mut segments = Tables::BUILT_IN.segments.to_vec();
    segments.push(segment(15400, 15499, SegmentUse::People));
    segments.sort_unstable_by_key(|segment| segment.first);
    segments
}

/// What the authorities hand out tomorrow needs no new engine: a table decides
/// on both ways to a judgement, and replaces the one built in whole.
#[test]
#[rustfmt::skip] // One row, one line.
fn a_table_of_the_policy_decides() {
    type Change = fn(&mut Model);
    let more: Change = |model| model.segments = with_154();
    let only: Change = |model| model.segments = vec![segment(15400, 15499, SegmentUse::Data)];
    let cards: Change =
        |model| model.cards = vec![card(412_345, 412_345, 19, 19, CardCheck::Loose)];
    let rows: [(&str, Change, &str, &str, Status, Status); 9] = [
        ("one more", more, "phone", "15412345678", Status::Invalid, Status::Ok),
        ("one more", more, "phone", "1541234567", Status::Invalid, Status::Incomplete),
        ("one more", more, "phone", "15312345678", Status::Ok, Status::Ok),
        ("one more", more, "phone", "16912345678", Status::Invalid, Status::Invalid),
        ("another table", only, "phone", "15412345678", Status::Invalid, Status::Warn),
        ("another table", only, "phone", "13800138000", Status::Ok, Status::Invalid),
        ("no table of cards", more, "card", "4111111111111111", Status::Ok, Status::Ok),
        ("a longer card", cards, "card", "4123456789012345678", Status::Invalid, Status::Warn),
        ("no table of segments", cards, "phone", "13800138000", Status::Ok, Status::Ok),
    ];
    for (why, change, field, value, before, after) in rows {
        let kind = if field == "card" {
            FieldKind::Bankcard
        } else {
            FieldKind::CnMobile
        };
        assert_eq!(check(kind, value, today()).status, before, "{why}: {value}");
        let policy = changed(change).expect(why);
        let tables = policy.tables();
        let found = tables.check(kind, value, today());
        assert_eq!(found.status, after, "{why}: {value}");
        assert_eq!(tables.check_packed(kind, value, today()) & 3, after as u32);
        let document = filled_in(&policy, &[(field, value)], Locale::En);
        let [only] = &document.outcome.fields[..] else {
            panic!("{why}: one field was given")
        };
        assert_eq!(
            (only.status, only.code),
            (after, found.code.map(IssueCode::as_str))
        );
    }
}

/// Tables that nobody could read the same way twice are refused at their place.
#[test]
fn tables_in_disorder_are_refused() {
    use CardCheck::{Kept, Loose};
    use SegmentUse::{Data, People};
    let segments = [
        (vec![(13000, 19999)], true, "all there can be, in one row"),
        (vec![(10000, 10000), (10001, 10001)], true, "neighbours"),
        (
            vec![(13000, 13099), (13099, 13199)],
            false,
            "overlap by one",
        ),
        (vec![(13100, 13199), (13000, 13099)], false, "out of order"),
        (
            vec![(13000, 13099), (13000, 13099)],
            false,
            "the same row twice",
        ),
        (
            vec![(13000, 13999), (13100, 13199)],
            false,
            "a row inside another",
        ),
        (vec![(13001, 13000)], false, "ends before it begins"),
        (vec![(9999, 13000)], false, "begins with four digits"),
        (vec![(130, 139)], false, "three digits"),
        (vec![(19000, 20000)], false, "no mobile begins with 2"),
    ];
    for (rows, is_fine, why) in segments {
        let mut uses = [People, Data].into_iter().cycle();
        let rows = rows.into_iter().zip(&mut uses);
        let rows = rows.map(|((first, last), used_by)| segment(first, last, used_by));
        let loaded = changed(|model| model.segments = rows.collect());
        verdict(loaded, is_fine, "/segments", why);
    }
    let cards = [
        (
            vec![(100_000, 999_999, 12, 19)],
            true,
            "all there can be, in one row",
        ),
        (
            vec![(400_000, 400_000, 16, 16), (400_001, 400_001, 19, 19)],
            true,
            "neighbours",
        ),
        (
            vec![(400_000, 499_999, 16, 16), (499_999, 500_000, 16, 16)],
            false,
            "overlap by one",
        ),
        (
            vec![(510_000, 559_999, 16, 16), (400_000, 499_999, 16, 16)],
            false,
            "out of order",
        ),
        (
            vec![(400_001, 400_000, 16, 16)],
            false,
            "ends before it begins",
        ),
        (
            vec![(99_999, 400_000, 16, 16)],
            false,
            "begins with five digits",
        ),
        (vec![(900_000, 1_000_000, 16, 16)], false, "seven digits"),
        (
            vec![(400_000, 499_999, 11, 16)],
            false,
            "shorter than any card",
        ),
        (
            vec![(400_000, 499_999, 16, 20)],
            false,
            "longer than any card",
        ),
        (
            vec![(400_000, 499_999, 16, 15)],
            false,
            "longest below shortest",
        ),
    ];
    for (rows, is_fine, why) in cards {
        let mut checks = [Kept, Loose].into_iter().cycle();
        let rows = rows.into_iter().zip(&mut checks);
        let rows =
            rows.map(|((first, last, least, most), check)| card(first, last, least, most, check));
        let loaded = changed(|model| model.cards = rows.collect());
        verdict(loaded, is_fine, "/cards", why);
    }
    let both = changed(|model| {
        model.segments = vec![segment(20000, 20000, People)];
        model.cards = vec![card(1, 2, 16, 16, Kept)];
    });
    let problems = both.expect_err("both are wrong");
    let at: Vec<&str> = problems.iter().map(|problem| problem.at.as_str()).collect();
    assert_eq!(at, ["/segments", "/cards"], "all problems at once");
}

fn verdict(loaded: Result<Policy, Vec<Problem>>, is_fine: bool, at: &str, why: &str) {
    let found = loaded.err().unwrap_or_default();
    let found: Vec<_> = found
        .iter()
        .map(|one| (one.at.as_str(), one.code))
        .collect();
    let refused = [(at, "bundle-inconsistent")];
    assert_eq!(found, if is_fine { &[][..] } else { &refused[..] }, "{why}");
}

// ---- words of a policy ----

/// The message about the phone, in a notice of the policy.
fn said(policy: &Policy, value: &str, locale: Locale) -> String {
    let notice = filled_in(policy, &[("phone", value)], locale).notice;
    let [field] = &notice.fields[..] else {
        panic!("there is something to say about {value}")
    };
    field.message.clone()
}

/// A policy says it in its own words, each locale for itself, and only what it
/// changed; nothing but the words changes.
#[test]
fn a_policy_speaks_in_its_own_words() {
    const TYPED: &str = "1380013800";
    let issue = IssueCode::MobileIncomplete;
    let policy = changed(|model| {
        let texts = model
            .texts
            .iter_mut()
            .find(|texts| texts.locale == Locale::En);
        let own = texts.into_iter().flat_map(|texts| &mut texts.issues);
        for one in own.filter(|one| one.issue == issue.number()) {
            one.text = "Eleven digits, please.".into();
        }
    })
    .expect("words are free");
    assert_eq!(said(&policy, TYPED, Locale::En), "Eleven digits, please.");
    assert_eq!(
        said(&policy, TYPED, Locale::ZhCn),
        issue.message(Locale::ZhCn)
    );
    let other = IssueCode::MobileUnallocated;
    assert_eq!(
        said(&policy, "15412345678", Locale::En),
        other.message(Locale::En)
    );
    let code = filled_in(&policy, &[("phone", TYPED)], Locale::En)
        .outcome
        .fields[0]
        .code;
    assert_eq!(code, Some(issue.as_str()));
}

/// A bundle and the engine that loads it need not be of the same day.
#[test]
fn bundles_of_other_versions_load() {
    const UNKNOWN: u8 = 255;
    assert_eq!(IssueCode::from_number(UNKNOWN), None, "the number is free");
    let policy = changed(|model| {
        for texts in &mut model.texts {
            texts.issues.push(IssueText {
                issue: UNKNOWN,
                text: "Something new.".into(),
            });
        }
    });
    let policy = policy.expect("a younger bundle loads");
    let issue = IssueCode::MobileIncomplete;
    assert_eq!(
        said(&policy, "1380013800", Locale::En),
        issue.message(Locale::En)
    );

    let policy = changed(|model| {
        for texts in &mut model.texts {
            texts.issues.retain(|one| one.issue != issue.number());
        }
    });
    let policy = policy.expect("an older bundle loads");
    for &locale in Locale::ALL {
        assert_eq!(said(&policy, "1380013800", locale), "mobile-incomplete");
        let other = IssueCode::MobileUnallocated;
        assert_eq!(said(&policy, "15412345678", locale), other.message(locale));
    }
}

/// What fields say about each other is a part of the answer: for programs by
/// its code, for people in the policy's words; without it nothing is added.
#[test]
fn fields_are_compared_with_each_other() {
    let issue = IssueCode::CrossNameScript;
    let policy = changed(|model| {
        let texts = model
            .texts
            .iter_mut()
            .find(|texts| texts.locale == Locale::En);
        let own = texts.into_iter().flat_map(|texts| &mut texts.issues);
        for one in own.filter(|one| one.issue == issue.number()) {
            one.text = "As on the card, please.".into();
        }
    })
    .expect("words are free");
    let number = ("id_number", "11010119950315123X");
    for (locale, said) in [
        (Locale::En, "As on the card, please."),
        (Locale::ZhCn, issue.message(Locale::ZhCn)),
    ] {
        let document = filled_in(&policy, &[("name", "Lin Xiaoyue"), number], locale);
        let [found] = &document.outcome.form[..] else {
            panic!("one contradiction: {:?}", document.outcome.form)
        };
        assert_eq!(found.fields, ["name", "id_number"]);
        assert_eq!((found.code, found.status), (issue, Status::Warn));
        let [told] = &document.notice.form[..] else {
            panic!("one sentence: {:?}", document.notice.form)
        };
        assert_eq!((&told.fields, told.message.as_str()), (&found.fields, said));
        let document = filled_in(&policy, &[("name", "林晓月"), number], locale);
        assert!(!document.to_json().contains("\"form\""), "nothing to say");
    }
}
