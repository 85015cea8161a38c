//! The laws of identity fields.

use precheck::identity::{
    FieldCheck, FieldKind, Status, Verdict, check, check_packed, cross, detect, mask,
};
use precheck::units::Date;

/// Longer values say nothing new.
const LONGEST: usize = 200;

/// Characters that somebody may type next: of numbers, names, addresses, and none of them.
const NEXT: &[&str] = &[
    "0", "1", "5", "9", "X", "x", "A", "H", "·", "张", "𠮷", " ", "-", ".", "@", "+", "０",
    "\u{200B}", "é", "\u{E000}",
];

/// Checks a value of one kind.
///
/// The value is the input as UTF-8. A first byte that nobody types, 0x01 to 0x1F, chooses the day; otherwise the day
/// is fixed, so that a seed stays readable.
pub fn field(kind: &str, data: &[u8]) {
    let kind = FieldKind::parse(kind).expect("a target is named like its kind");
    let (day, data) = match data {
        [day @ 1..0x20, rest @ ..] => (i32::from(*day) * 2_600 - 25_567, rest),
        _ => (20_779, data),
    };
    let day = Date::from_days(day).expect("days are of 1900 to 2100");
    let Ok(value) = str::from_utf8(data) else {
        return;
    };
    if value.len() > LONGEST {
        return;
    }
    let found = check(kind, value, day);
    packed_agrees(&found, value, day);
    spans_lie_inside(&found, value);
    typing_on_never_mends(&found, value, day);
    canonical_is_its_own(&found, day);
    for suggestion in &found.suggestions {
        let other = check(kind, suggestion, day);
        assert_ne!(
            other.status,
            Status::Invalid,
            "suggested for `{value}`: `{suggestion}`"
        );
        assert_eq!(
            &other.canonical, suggestion,
            "a suggestion for `{value}` is canonical"
        );
    }
    assert_eq!(found, check(kind, value, day), "the same twice");
    mask_hides(kind, value);
    assert!(
        found.status == Status::Invalid || detect(value, day).contains(&kind),
        "`{value}` is not detected"
    );
    fields_agree_with_themselves(&found, value, day);
}

/// Of a value that is not good nothing is shown, of a good one never all.
fn mask_hides(kind: FieldKind, value: &str) {
    let masked = mask(kind, value);
    let last_day = Date::from_ymd(2999, 12, 31).expect("a day of the calendar");
    let found = check(kind, value, last_day);
    if matches!(found.status, Status::Ok | Status::Warn) {
        // A mailbox may be called `z***`, and hides itself.
        let is_hidden = masked != found.canonical || masked.contains("***");
        assert!(is_hidden, "`{value}` is shown");
    } else {
        assert!(masked.bytes().all(|byte| byte == b'*'), "`{value}` is shown");
    }
}

fn fields_agree_with_themselves(found: &FieldCheck, value: &str, day: Date) {
    let fields = [
        ("one", found.kind, value),
        ("other", FieldKind::CnName, value),
        ("again", found.kind, value),
    ];
    let issues = cross::check(&fields, found.birth_date, cross::Validity::parse(value), day);
    let is_born_otherwise = |issue: &cross::CrossIssue| {
        issue.code.as_str() == "cross-birth-date" && issue.fields == ["one"]
    };
    assert!(!issues.iter().any(is_born_otherwise), "`{value}` contradicts itself");
    assert_eq!(issues, cross::check(&fields, found.birth_date, cross::Validity::parse(value), day));
}

fn packed_agrees(found: &FieldCheck, value: &str, day: Date) {
    let packed = check_packed(found.kind, value, day);
    let verdict = Verdict::unpack(packed).expect("what was packed can be unpacked");
    assert_eq!(
        (verdict.status, verdict.code),
        (found.status, found.code),
        "`{value}`"
    );
    if let Some(span) = found.span {
        let packed = verdict.span.map_or((0, 0), |span| (span.start, span.end));
        assert_eq!(
            packed,
            (span.start.min(255), span.end.min(255)),
            "`{value}`"
        );
    } else {
        assert_eq!(verdict.span, None, "`{value}`");
    }
}

fn spans_lie_inside(found: &FieldCheck, value: &str) {
    let is_pointed_at = matches!(found.status, Status::Warn | Status::Invalid);
    assert!(
        found.span.is_some() || !is_pointed_at,
        "`{value}` has no span"
    );
    assert!(
        found.code.is_some() || found.status == Status::Ok,
        "`{value}` has no code"
    );
    let Some(span) = found.span else {
        return;
    };
    let mut places = vec![0];
    for one in value.chars() {
        places.push(places[places.len() - 1] + one.len_utf16() as u32);
    }
    assert!(span.start < span.end, "`{value}`: {span:?} is empty");
    assert!(
        places.contains(&span.start) && places.contains(&span.end),
        "`{value}`: {span:?} does not lie between characters"
    );
}

/// `invalid` is certain: no continuation is anything else.
fn typing_on_never_mends(found: &FieldCheck, value: &str, day: Date) {
    let is_invalid =
        |value: &str| check_packed(found.kind, value, day) & 3 == Status::Invalid as u32;
    let mut typed = value.to_owned();
    if found.status == Status::Invalid {
        for next in NEXT {
            typed.push_str(next);
            assert!(is_invalid(&typed), "`{value}` is invalid, `{typed}` is not");
            typed.truncate(value.len());
        }
        return;
    }
    // And so no beginning of a value that is not invalid was invalid.
    for (at, _) in value.char_indices() {
        assert!(
            !is_invalid(&value[..at]),
            "`{}` is invalid, `{value}` is not",
            &value[..at]
        );
    }
}

fn canonical_is_its_own(found: &FieldCheck, day: Date) {
    if !matches!(found.status, Status::Ok | Status::Warn) {
        return;
    }
    let again = check(found.kind, &found.canonical, day);
    let stored = &found.canonical;
    assert_eq!(&again.canonical, stored, "what is stored is canonical");
    match found.status {
        // The note may be about the form that was typed, as may be a warning.
        Status::Ok => assert_eq!(again.status, Status::Ok, "`{stored}` is stored"),
        _ => assert!(
            again.status <= Status::Warn && again.status != Status::Incomplete,
            "`{stored}` is stored"
        ),
    }
}
