//! Phones of Hong Kong, Macau and Taiwan, bank cards, passports, permits and
//! organisation codes: their laws, against independent constructions.

use proptest::prelude::*;

use super::{FieldKind, IssueCode, Status, checked};

pub(super) const KINDS: [FieldKind; 8] = [
    FieldKind::HkMobile,
    FieldKind::MoMobile,
    FieldKind::TwMobile,
    FieldKind::Bankcard,
    FieldKind::PassportCn,
    FieldKind::HkMoPermit,
    FieldKind::TwPermit,
    FieldKind::Uscc,
];

pub(super) fn status(kind: FieldKind, value: &str) -> Status {
    checked(kind, value).status
}

/// The check digit by trial, with the digit sums written out in a table.
pub(super) fn with_luhn(body: &str) -> String {
    const DOUBLED: [u32; 10] = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9];
    let fits = |whole: &String| {
        let digits = whole.chars().rev().filter_map(|digit| digit.to_digit(10));
        let sum: u32 = digits
            .enumerate()
            .map(|(at, digit)| {
                if at % 2 == 1 {
                    DOUBLED[digit as usize]
                } else {
                    digit
                }
            })
            .sum();
        sum.is_multiple_of(10)
    };
    (0..10)
        .map(|check| format!("{body}{check}"))
        .find(fits)
        .expect("one digit of ten fits")
}

const LETTERS: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/// GB 32100 with its own table of weights, the inner check with that of GB 11714.
fn organisation(head: &str, body: &str) -> String {
    const OUTER: [usize; 17] = [
        1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28,
    ];
    const INNER: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    let values = body.chars().filter_map(|letter| letter.to_digit(36));
    let sum: u32 = values
        .zip(INNER)
        .map(|(value, weight)| value * weight)
        .sum();
    let inner = match 11 - sum % 11 {
        10 => "X".to_owned(),
        11 => "0".to_owned(),
        digit => digit.to_string(),
    };
    let code = format!("{head}{body}{inner}");
    let values = code.chars().filter_map(|letter| LETTERS.find(letter));
    let sum: usize = values
        .zip(OUTER)
        .map(|(value, weight)| value * weight)
        .sum();
    let check = &LETTERS[(31 - sum % 31) % 31..][..1];
    format!("{code}{check}")
}

/// A value that is `ok`, in its canonical form.
fn valid() -> impl Strategy<Value = (FieldKind, String)> {
    let of = |kind: FieldKind, pattern: &'static str| pattern.prop_map(move |text| (kind, text));
    let card = |prefix: &'static str, rest: &'static str| {
        rest.prop_map(move |rest| (FieldKind::Bankcard, with_luhn(&format!("{prefix}{rest}"))))
    };
    prop_oneof![
        of(FieldKind::HkMobile, "([456][0-9]|70|84|9[0-8])[0-9]{6}"),
        of(FieldKind::MoMobile, "6[0-9]{7}"),
        of(FieldKind::TwMobile, "09[0-9]{8}"),
        card("62", "[0-9]{13,16}"),
        card("81", "[0-9]{13,16}"),
        card("4", "[0-9]{11}([0-9]{3})?"),
        card("55", "[0-9]{13}"),
        card("2720", "[0-9]{11}"),
        card("37", "[0-9]{12}"),
        card("3589", "[0-9]{11}"),
        card("36", "[0-9]{11}([0-9]{2})?"),
        of(
            FieldKind::PassportCn,
            "[EG][0-9]{8}|(E[A-HJ-NP-Z]|PE|SE|DE)[0-9]{7}"
        ),
        of(
            FieldKind::HkMoPermit,
            "[HM][0-9]{8}([0-9]{2})?|[HM]A[0-9]{7}"
        ),
        of(FieldKind::TwPermit, "[0-9]{8}([0-9]{2}[A-HJ-NP-Z]?)?"),
        (
            "(91|12|5[1-3]|N2|Y1)(10|[36]1|54|82)[0-9]{4}",
            "[0-9A-HJ-NP-RTUW-Y]{8}"
        )
            .prop_map(|(head, body)| (FieldKind::Uscc, organisation(&head, &body))),
    ]
}

/// Something like a value of one of the kinds: whole, cut off, or with a slip.
fn nearly() -> impl Strategy<Value = (FieldKind, String)> {
    let slip = "[0-9A-ZOI+() .é-]{0,2}";
    prop_oneof![
        (valid(), 0..20_usize, 0..3_usize, slip).prop_map(|((kind, mut text), at, cut, slip)| {
            let at = at.min(text.len());
            text.replace_range(at..(at + cut).min(text.len()), &slip);
            (kind, text)
        }),
        (valid(), 0..20_usize).prop_map(|((kind, mut text), upto)| {
            text.truncate(upto);
            (kind, text)
        }),
        (
            prop::sample::select(KINDS.to_vec()),
            "(\\+|00|)(85?[0-9]?|886|86|)0?[0-9]{0,10}|[0-9A-Z]{0,20}",
        ),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// A valid value is `ok` in every way of writing it, with one canonical form.
    #[test]
    fn valid_number_is_ok_however_written(
        (kind, number) in valid(),
        full_width in any::<bool>(),
        lower in any::<bool>(),
        gap in prop::sample::select(vec!["", " ", "-", "　", "–", "\u{200B}"]),
        at in 0..8_usize,
    ) {
        let mut typed = format!("{}{gap}{}", &number[..at], &number[at..]);
        if lower {
            typed = typed.to_lowercase();
        }
        if full_width {
            typed = typed
                .chars()
                .map(|c| if c.is_ascii_alphanumeric() { char::from_u32(c as u32 + 0xFEE0).unwrap_or(c) } else { c })
                .collect();
        }
        let found = checked(kind, &typed);
        prop_assert_eq!((found.status, found.code), (Status::Ok, None), "{}", typed);
        prop_assert_eq!(&found.canonical, &number);
    }

    /// A phone number is the same with its country in front.
    #[test]
    fn country_in_front_changes_nothing(
        (kind, number) in valid(),
        sign in prop::sample::select(vec!["", "+", "00"]),
    ) {
        let country = match kind {
            FieldKind::HkMobile => "852",
            FieldKind::MoMobile => "853",
            FieldKind::TwMobile => "886",
            _ => return Ok(()),
        };
        for rest in [number.as_str(), number.trim_start_matches('0')] {
            let found = checked(kind, &format!("{sign}{country}{rest}"));
            prop_assert_eq!(found.status, Status::Ok);
            prop_assert_eq!(&found.canonical, &number);
        }
    }

    /// No beginning of a valid value is refused.
    #[test]
    fn beginning_of_valid_number_is_not_refused((kind, number) in valid(), upto in 0..20_usize) {
        let beginning = &number[..upto.min(number.len())];
        prop_assert_ne!(status(kind, beginning), Status::Invalid, "{}", beginning);
    }

    /// What is `incomplete` stays so or better with one character more. As
    /// every kind has a longest value, that leads to one that can be used.
    #[test]
    fn incomplete_number_can_be_completed((kind, mut value) in nearly()) {
        for _ in 0..20 {
            if status(kind, &value) != Status::Incomplete {
                break;
            }
            let more = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ+".chars();
            let longer = more
                .map(|next| format!("{value}{next}"))
                .find(|longer| status(kind, longer) != Status::Invalid);
            prop_assert!(longer.is_some(), "{} cannot go on", value);
            value = longer.unwrap_or_default();
        }
        prop_assert_ne!(status(kind, &value), Status::Incomplete, "{} has no end", value);
    }

    /// What is wrong stays wrong, whatever is typed after it.
    #[test]
    fn invalid_number_stays_invalid((kind, value) in nearly(), (_, rest) in nearly()) {
        if status(kind, &value) == Status::Invalid {
            prop_assert_eq!(status(kind, &format!("{value}{rest}")), Status::Invalid);
        }
    }

    /// Suggestions and canonical forms are good ones; places lie inside.
    #[test]
    fn answers_about_numbers_are_well_formed((kind, value) in nearly()) {
        let found = checked(kind, &value);
        let length = value.encode_utf16().count() as u32;
        prop_assert!(found.span.is_none_or(|span| span.start < span.end && span.end <= length));
        prop_assert_eq!(found.span.is_some(), found.status >= Status::Warn);
        for suggestion in &found.suggestions {
            let offered = checked(kind, suggestion);
            prop_assert_ne!(offered.status, Status::Invalid);
            prop_assert_eq!(&offered.canonical, suggestion);
            prop_assert_ne!(suggestion, &found.canonical);
        }
        if found.status != Status::Invalid && !found.canonical.is_empty() {
            let again = checked(kind, &found.canonical);
            prop_assert_eq!((again.status, again.code), (found.status, found.code));
            prop_assert_eq!(&again.canonical, &found.canonical);
        }
    }

    /// Any single wrong character of an organisation code is refused, and an
    /// exchange of neighbours is repaired into the code itself or not at all.
    #[test]
    fn slip_in_organisation_code_is_refused(
        (kind, number) in valid(),
        at in 0..18_usize,
        letter in "[0-9A-HJ-NP-RTUW-Y]",
    ) {
        if kind == FieldKind::Uscc {
            let wrong = format!("{}{letter}{}", &number[..at], &number[at + 1..]);
            let expected = if wrong == number { Status::Ok } else { Status::Invalid };
            prop_assert_eq!(status(kind, &wrong), expected);
            let mut swapped = number.clone().into_bytes();
            swapped.swap(at, (at + 1) % 18);
            let swapped = String::from_utf8(swapped).expect("the code is ASCII");
            let found = checked(kind, &swapped);
            if at < 17 && found.code == Some(IssueCode::UsccCheckDigit) {
                prop_assert!(found.suggestions.is_empty() || found.suggestions == [number]);
            }
        }
    }

    /// A wrong digit is refused where the brand keeps the check digit and has
    /// no longer numbers, and is never more than a hint on a UnionPay card.
    #[test]
    fn slip_in_card_number_weighs_by_brand(rest in "[0-9]{12}", digit in 1..10_u32) {
        for (prefix, expected) in [
            ("521", Status::Invalid),
            ("621", Status::Warn),
            ("412", Status::Invalid),
        ] {
            let number = with_luhn(&format!("{prefix}{rest}"));
            let last = number.chars().next_back().and_then(|last| last.to_digit(10));
            let wrong = (last.unwrap_or_default() + digit) % 10;
            let number = format!("{}{wrong}", &number[..15]);
            prop_assert_eq!(status(FieldKind::Bankcard, &number), expected);
        }
    }
}
