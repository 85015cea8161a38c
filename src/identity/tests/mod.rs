//! What every document and every issue code owes, and the cases at the edges.

#[cfg(not(target_arch = "wasm32"))]
mod catalogue;
mod contact;
#[cfg(not(target_arch = "wasm32"))]
mod contact_laws;
mod cross;
#[cfg(not(target_arch = "wasm32"))]
mod laws;
mod mask;
#[cfg(not(target_arch = "wasm32"))]
mod number_cases;
#[cfg(not(target_arch = "wasm32"))]
mod numbers;

use super::{FieldCheck, FieldKind, IssueCode, Span, Status, Verdict, check, check_packed};
use crate::units::{Date, Locale};

fn date(text: &str) -> Date {
    Date::parse(text).expect("the test writes days of the calendar")
}

fn today() -> Date {
    date("2026-03-01")
}

fn checked(kind: FieldKind, value: &str) -> FieldCheck {
    check(kind, value, today())
}

#[test]
fn every_specimen_is_judged_as_its_document_says() {
    for kind in FieldKind::ALL {
        let spec = kind.spec();
        assert_eq!(spec.kind, *kind);
        assert!(
            !spec.valid.is_empty() && !spec.invalid.is_empty(),
            "{}",
            spec.id
        );
        assert!(
            !spec.source.is_empty() && spec.effective.len() >= 7,
            "{}",
            spec.id
        );
        for value in spec.valid {
            let found = checked(*kind, value);
            assert_eq!((found.status, found.code), (Status::Ok, None), "`{value}`");
        }
        for (value, code) in spec.invalid {
            assert_eq!(checked(*kind, value).code, Some(*code), "`{value}`");
        }
    }
}

#[test]
fn every_live_code_has_a_specimen() {
    // Only seen on a day of the past; shown in `number_cases`.
    let shown_elsewhere = [IssueCode::PermitNotYet];
    for code in IssueCode::ALL
        .iter()
        .filter(|code| !code.is_retired() && !shown_elsewhere.contains(code))
    {
        // Codes of several fields together are shown by their own tests.
        assert!(
            cross::SHOWN.contains(code)
                || FieldKind::ALL.iter().any(|kind| kind
                    .spec()
                    .invalid
                    .iter()
                    .any(|(_, shown)| shown == code)),
            "no document shows `{}`",
            code.as_str()
        );
    }
}

#[test]
fn names_and_numbers_read_back() {
    for &kind in FieldKind::ALL {
        assert_eq!(FieldKind::parse(kind.as_str()), Some(kind));
        assert_eq!(FieldKind::from_number(kind.number()), Some(kind));
    }
    for &code in IssueCode::ALL {
        assert_ne!(code.number(), 0, "0 means no code");
        assert_eq!(IssueCode::parse(code.as_str()), Some(code));
        assert_eq!(IssueCode::from_number(code.number()), Some(code));
    }
    assert_eq!(FieldKind::parse("CN_ID"), None);
    assert_eq!(FieldKind::from_number(0), None);
    assert_eq!(IssueCode::from_number(0), None);
}

#[test]
fn messages_are_the_first_lines_of_the_page() {
    for code in IssueCode::ALL {
        let mut lines = code.page().lines();
        for locale in Locale::ALL {
            let line = lines.next().expect("a page has two first lines");
            let message = code.message(*locale);
            assert_eq!(line, format!("{}: {message}", locale.as_str()));
            assert!((6..=120).contains(&message.chars().count()), "{message}");
        }
        assert_eq!(lines.next(), Some(""), "{}", code.as_str());
        for heading in ["\n## 中文\n", "\n## English\n", "**例子**", "**Example**"] {
            assert!(
                code.page().contains(heading),
                "{}: {heading}",
                code.as_str()
            );
        }
    }
}

/// The day of birth is judged as soon as it is certain, and no sooner.
#[test]
fn birth_is_judged_digit_by_digit() {
    use IssueCode::*;
    for (birth, as_of, code, why) in [
        ("0", "2026-03-01", IdIncomplete, "1900s with fifteen digits"),
        ("1", "2026-03-01", IdIncomplete, "19.."),
        ("18", "2026-03-01", IdIncomplete, "1918 with fifteen digits"),
        ("2", "2026-03-01", IdIncomplete, "20.."),
        ("2", "1999-12-31", IdIncomplete, "1920s with fifteen digits"),
        ("3", "2026-03-01", IdIncomplete, "1930s with fifteen digits"),
        ("2027", "2026-12-31", IdBirthFuture, "the coming year"),
        ("2026", "2026-01-01", IdIncomplete, "born today"),
        ("203", "2026-03-01", IdBirthFuture, "2030 at best"),
        ("19900", "2026-03-01", IdIncomplete, "January to September"),
        ("199000", "2026-03-01", IdBirthDate, "no month 0"),
        ("19902", "2026-03-01", IdBirthDate, "no month 20"),
        ("199013", "2026-03-01", IdBirthDate, "no month 13"),
        ("20261", "2026-09-30", IdBirthFuture, "October at best"),
        ("20261", "2026-10-01", IdIncomplete, "October, today"),
        ("202604", "2026-03-31", IdBirthFuture, "next month"),
        ("1990023", "2026-03-01", IdBirthDate, "no 30 February"),
        ("1990043", "2026-03-01", IdIncomplete, "30 April"),
        ("1990044", "2026-03-01", IdBirthDate, "no day 40"),
        ("19900431", "2026-03-01", IdBirthDate, "no 31 April"),
        ("19900400", "2026-03-01", IdBirthDate, "no day 0"),
        (
            "19000229",
            "2026-03-01",
            IdBirthDate,
            "1900 is a common year",
        ),
        (
            "20000229",
            "2026-03-01",
            IdIncomplete,
            "2000 is a leap year",
        ),
        ("2026030", "2026-03-01", IdIncomplete, "today"),
        ("2026031", "2026-03-01", IdBirthFuture, "the 10th at best"),
        ("20260302", "2026-03-01", IdBirthFuture, "tomorrow"),
        ("20260301", "2026-03-01", IdIncomplete, "today"),
    ] {
        let value = format!("110101{birth}");
        let found = check(FieldKind::CnId, &value, date(as_of));
        assert_eq!(found.code, Some(code), "{birth} on {as_of}: {why}");
    }
}

#[test]
fn spans_count_utf16_units_of_the_value_as_typed() {
    for (kind, value, start, end, why) in [
        (
            FieldKind::CnId,
            "  110101 19901307",
            13,
            15,
            "month, after separators",
        ),
        (
            FieldKind::CnId,
            "1101011990030😀",
            13,
            15,
            "a surrogate pair",
        ),
        (FieldKind::CnId, "１６", 0, 2, "full width is one unit"),
        (
            FieldKind::CnId,
            "110101199003071230",
            0,
            18,
            "the slip may be anywhere",
        ),
        (
            FieldKind::CnId,
            "110101199003071233 44",
            19,
            21,
            "what is extra",
        ),
        (FieldKind::CnMobile, "+86 154", 4, 7, "the segment"),
        (FieldKind::CnMobile, "+85", 0, 3, "the country"),
        (
            FieldKind::CnName,
            "𠮷a",
            2,
            3,
            "a hanzi of two units before",
        ),
        (FieldKind::CnName, "𠮷𠮷3", 4, 5, "two of them"),
        (
            FieldKind::CnName,
            " 张",
            1,
            2,
            "white space is not part of it",
        ),
    ] {
        let found = checked(kind, value);
        assert_eq!(found.span, Some(Span { start, end }), "`{value}`: {why}");
    }
}

#[test]
fn canonical_forms_lose_nothing() {
    for (kind, value, canonical) in [
        (
            FieldKind::CnId,
            "110105-19491231-002x",
            "11010519491231002X",
        ),
        (
            FieldKind::CnId,
            "\u{202A}１１０１０５１９４９１２３１００２ｘ\u{202C}",
            "11010519491231002X",
        ),
        (
            FieldKind::CnMobile,
            "＋８６－１３８ ００１３ ８０００",
            "13800138000",
        ),
        (FieldKind::CnMobile, "0086 138", "138"),
        (FieldKind::CnMobile, "+852 5", "+8525"),
        (FieldKind::CnName, " 张　三 ", "张三"),
        (FieldKind::CnName, "阿依．古丽・样●本", "阿依·古丽·样·本"),
        (
            FieldKind::CnName,
            "  Anna  Maria O’Sample-Muster ",
            "Anna Maria O'Sample-Muster",
        ),
    ] {
        assert_eq!(checked(kind, value).canonical, canonical, "`{value}`");
    }
}

#[test]
fn suggestions_are_offered_where_one_is_likely() {
    for (kind, value, suggested, why) in [
        (
            FieldKind::CnId,
            "11O1O1l99003O71233",
            Some("110101199003071233"),
            "O and l",
        ),
        (
            FieldKind::CnId,
            "11010519491231002Х",
            Some("11010519491231002X"),
            "Cyrillic",
        ),
        (
            FieldKind::CnId,
            "11010519491231002×",
            Some("11010519491231002X"),
            "a sign",
        ),
        (
            FieldKind::CnId,
            "11010519491231002Ⅹ",
            Some("11010519491231002X"),
            "a numeral",
        ),
        (FieldKind::CnId, "1101O", Some("11010"), "while typing"),
        (
            FieldKind::CnId,
            "1101051949123100X2",
            Some("11010519491231002X"),
            "a swap with X",
        ),
        (
            FieldKind::CnId,
            "110101199030071233",
            Some("110101199003071233"),
            "a swap in the date",
        ),
        (
            FieldKind::CnId,
            "11O105491231002",
            Some("11010519491231002X"),
            "an old number",
        ),
        (
            FieldKind::CnId,
            "110101199003071232",
            None,
            "no swap is valid",
        ),
        (
            FieldKind::CnId,
            "11010119900307100X",
            None,
            "two swaps are valid",
        ),
        (
            FieldKind::CnId,
            "110101199003071233",
            None,
            "nothing is wrong",
        ),
        (
            FieldKind::CnMobile,
            "l38OOl38OOO",
            Some("13800138000"),
            "O and l",
        ),
        (
            FieldKind::CnMobile,
            "013800138000",
            Some("13800138000"),
            "a zero in front",
        ),
        (FieldKind::CnMobile, "15412345678", None, "nothing to go by"),
        (
            FieldKind::CnName,
            "张\u{200B}三",
            Some("张三"),
            "a mark that cannot be seen",
        ),
        (
            FieldKind::CnName,
            "阿依。古丽",
            Some("阿依·古丽"),
            "a full stop for a dot",
        ),
        (FieldKind::CnName, "张san", None, "only the shopper knows"),
    ] {
        let found = checked(kind, value);
        let expected: Vec<String> = suggested.map(str::to_owned).into_iter().collect();
        assert_eq!(found.suggestions, expected, "`{value}`: {why}");
    }
}

#[test]
fn names_at_the_length_limits() {
    let name = |count: usize, rest: &str| format!("{}{rest}", "样".repeat(count));
    for (value, code, why) in [
        (name(50, ""), None, "fifty is the limit"),
        (name(51, ""), Some(IssueCode::NameTooLong), "one more"),
        (
            name(49, "·"),
            Some(IssueCode::NameTooLong),
            "no room after the dot",
        ),
        (
            name(48, "·"),
            Some(IssueCode::NameIncomplete),
            "room for one",
        ),
        (name(48, "·样"), None, "dots count"),
        (name(2, ""), None, "two is enough"),
        (
            "A".repeat(50),
            Some(IssueCode::NameLatin),
            "the same for letters",
        ),
        (
            "A".repeat(51),
            Some(IssueCode::NameTooLong),
            "the same for letters",
        ),
    ] {
        assert_eq!(
            checked(FieldKind::CnName, &value).code,
            code,
            "{value}: {why}"
        );
    }
}

#[test]
fn packed_layout_is_the_documented_one() {
    assert_eq!(check_packed(FieldKind::CnMobile, "13800138000", today()), 0);
    let packed = check_packed(FieldKind::CnMobile, "+86 154", today());
    assert_eq!(packed, 3 | 46 << 2 | 4 << 10 | 7 << 18);
    assert_eq!(
        Verdict::unpack(packed),
        Some(Verdict {
            status: Status::Invalid,
            code: Some(IssueCode::MobileUnallocated),
            span: Some(Span { start: 4, end: 7 }),
        })
    );
    for (packed, why) in [
        (1 << 26, "a bit beyond the layout"),
        (255 << 2, "no such code"),
        (9 << 10, "a span that ends before it starts"),
    ] {
        assert_eq!(Verdict::unpack(packed), None, "{packed:#x}: {why}");
    }
    let far = format!("{}5", " ".repeat(300));
    let packed = check_packed(FieldKind::CnMobile, &far, today());
    let span = Verdict::unpack(packed).and_then(|verdict| verdict.span);
    assert_eq!(
        span,
        Some(Span {
            start: 255,
            end: 255
        }),
        "places saturate"
    );
}
