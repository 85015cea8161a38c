//! Laws that hold for every value, checked against independent constructions.

use std::sync::OnceLock;

use proptest::prelude::*;

use super::{FieldKind, IssueCode, Status, Verdict, check, check_packed, today};
use crate::units::Date;

const PROVINCES: [&str; 31] = [
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41",
    "42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65",
];
/// Counties that have been there since there are numbers.
const COUNTIES: [&str; 12] = [
    "110105", "130102", "230103", "310104", "320102", "360102", "420106", "440103", "441900",
    "510104", "610103", "652901",
];
const PERMITS: [&str; 3] = ["810000", "820000", "830000"];

/// Every day of birth that a number may have, as `YYYYMMDD`.
fn births() -> &'static [String] {
    static BIRTHS: OnceLock<Vec<String>> = OnceLock::new();
    BIRTHS.get_or_init(|| {
        let first = Date::from_ymd(1900, 1, 1)
            .expect("a day of the calendar")
            .days();
        (first..=today().days())
            .filter_map(Date::from_days)
            .map(|day| day.to_string().replace('-', ""))
            .collect()
    })
}

/// ISO 7064 MOD 11-2 in its recursive form, unlike the weights of the engine.
fn with_check(seventeen: &str) -> String {
    let rest = seventeen
        .bytes()
        .fold(0, |sum, digit| (sum + u32::from(digit - b'0')) * 2 % 11);
    let check = "10X98765432".as_bytes()[rest as usize];
    format!("{seventeen}{}", char::from(check))
}

/// Finds a number without a fault with this beginning, if there is one: a long
/// number, or an old one of fifteen digits.
fn complete_id(beginning: &str) -> Option<String> {
    complete_long(beginning).or_else(|| {
        let (region, rest) = beginning.split_at_checked(6)?;
        let old = rest.len() <= 9 && !region.starts_with('8');
        let whole = complete_long(&format!("{region}19{rest}")).filter(|_| old)?;
        Some(format!("{}{}", &whole[..6], &whole[8..17]))
    })
}

fn complete_long(beginning: &str) -> Option<String> {
    let fits = |whole: &str, typed: &str| whole.starts_with(typed) || typed.starts_with(whole);
    let cut = |from: usize, upto: usize| {
        beginning
            .get(from.min(beginning.len())..upto.min(beginning.len()))
            .unwrap_or_default()
    };
    let counties = cut(2, 6);
    let region = PROVINCES
        .iter()
        .map(|province| format!("{province}{counties}{}", &"0100"[counties.len()..]))
        .chain(PERMITS.map(str::to_owned))
        .find(|region| fits(region, cut(0, 6)))?;
    let birth = births().iter().find(|birth| fits(birth, cut(6, 14)))?;
    let sequence = format!("{:0<3}", cut(14, 17));
    let whole = with_check(&format!("{region}{birth}{sequence}"));
    whole.starts_with(beginning).then_some(whole)
}

/// The segments as the notices list them, first to last.
const SEGMENTS: &str = "133 1349 149 153 162 1700-1702 173 1740 177 180 181 189 190 191 193 199 \
    1340-1348 135-139 147 148 150-152 157-159 165 1703 1705 1706 172 178 182-184 187 188 195 197 \
    198 130-132 145 146 155 156 166 167 1704 1707-1709 171 175 176 185 186 196 192 1610 174 1619";

/// Finds a number that exists with this beginning, if there is one.
fn complete_mobile(beginning: &str) -> Option<String> {
    let segments = SEGMENTS.split_whitespace().flat_map(|range| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        let read = |text: &str| text.parse::<u32>().expect("the list holds numbers");
        (read(first)..=read(last)).map(|segment| segment.to_string())
    });
    segments
        .flat_map(|segment| ["", "86", "+86", "0086"].map(|country| (country, segment.clone())))
        .filter_map(|(country, segment)| {
            let stem = format!("{country}{segment}");
            let typed = beginning.strip_prefix(&stem);
            if typed.is_none() && !stem.starts_with(beginning) {
                return None;
            }
            let rest = 11 - segment.len();
            let typed = typed.unwrap_or_default();
            (typed.len() <= rest).then(|| format!("{stem}{typed:0<rest$}"))
        })
        .next()
}

prop_compose! {
    /// A number without a fault: any age from 0 to 110, any county of a
    /// province whether it exists or not, permits too.
    fn number_of(region: impl Strategy<Value = String>)(
        region in region,
        birth in (births().len() - 110 * 365..births().len()).prop_map(|at| &births()[at]),
        sequence in 0..1_000_u32,
    ) -> String {
        with_check(&format!("{region}{birth}{sequence:03}"))
    }
}

fn permit() -> impl Strategy<Value = String> {
    prop::sample::select(PERMITS.to_vec()).prop_map(str::to_owned)
}

/// A number with nothing to say against it.
fn valid_id() -> impl Strategy<Value = String> {
    number_of(prop_oneof![
        4 => prop::sample::select(COUNTIES.to_vec()).prop_map(str::to_owned),
        1 => permit(),
    ])
}

/// A number whose prefecture and county may not exist.
fn faultless_id() -> impl Strategy<Value = String> {
    number_of(prop_oneof![
        4 => (prop::sample::select(PROVINCES.to_vec()), 0..10_000_u32)
            .prop_map(|(province, county)| format!("{province}{county:04}")),
        1 => permit(),
    ])
}

/// A permanent resident's number without a fault, of either make.
fn faultless_pr() -> impl Strategy<Value = String> {
    let new = (prop::sample::select(PROVINCES.to_vec()), 0..1_000_u32)
        .prop_map(|(province, country)| format!("9{province}{country:03}"));
    let old = ("[A-Z]{3}[0-9]{4}", 0..births().len(), 0..100_u32)
        .prop_map(|(head, birth, tail)| format!("{head}{}{tail:02}", &births()[birth][2..]));
    prop_oneof![number_of(new), old]
}

/// Finds a permanent resident's number with this beginning, if there is one.
fn complete_pr(beginning: &str) -> Option<String> {
    if beginning.is_empty() || beginning.starts_with('9') {
        let typed = beginning.get(1..).unwrap_or_default();
        if !typed.bytes().all(|digit| digit.is_ascii_digit()) {
            return None;
        }
        let cut = |from: usize, upto: usize| {
            typed
                .get(from.min(typed.len())..upto.min(typed.len()))
                .unwrap_or_default()
        };
        let province = PROVINCES
            .iter()
            .find(|province| province.starts_with(cut(0, 2)))?;
        let birth = births()
            .iter()
            .find(|birth| birth.starts_with(cut(5, 13)))?;
        let head = format!("9{province}{:0<3}{birth}{:0<3}", cut(2, 5), cut(13, 16));
        let whole = with_check(&head);
        return whole.starts_with(beginning).then_some(whole);
    }
    let shape = "AAA0000";
    let head = format!(
        "{beginning}{}",
        shape.get(beginning.len()..).unwrap_or_default()
    );
    let is_head = head[..7].bytes().enumerate().all(|(at, letter)| {
        if at < 3 {
            letter.is_ascii_uppercase()
        } else {
            letter.is_ascii_digit()
        }
    });
    let birth = births()
        .iter()
        .rev()
        .map(|birth| &birth[2..])
        .find(|birth| {
            let typed = head.get(7..head.len().min(13)).unwrap_or_default();
            birth.starts_with(typed)
        })?;
    let whole = format!(
        "{}{birth}{:0<2}",
        &head[..7],
        head.get(13..).unwrap_or_default()
    );
    let is_tail = whole[13..].bytes().all(|digit| digit.is_ascii_digit());
    (is_head && is_tail && whole.starts_with(beginning)).then_some(whole)
}

/// Text that is nearly a value, and text that is nothing of the kind.
fn any_value() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        super::contact_laws::any_value(),
        "[0-9xXO０-９ +-]{0,24}",
        "(\\+86|0086|86|)[ -]?1[3-9][0-9O -]{0,12}",
        "[张三样〇𠮷·•. \u{200B}\u{E000}⼀A-Ca-cé'3-]{0,8}",
        valid_id(),
        faultless_pr(),
    ]
}

fn any_kind() -> impl Strategy<Value = FieldKind> {
    prop::sample::select(FieldKind::ALL.to_vec())
}

fn status(kind: FieldKind, value: &str) -> Status {
    check(kind, value, today()).status
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// A valid number is `ok` in every way of writing it.
    #[test]
    fn valid_id_is_ok_however_written(
        number in valid_id(),
        full_width in any::<bool>(),
        lower in any::<bool>(),
        gap in prop::sample::select(vec!["", " ", "-", "　", "–", "\u{200B}"]),
        at in 0..18_usize,
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
        let found = check(FieldKind::CnId, &typed, today());
        prop_assert_eq!(found.status, Status::Ok);
        prop_assert_eq!(&found.canonical, &number);
        prop_assert!(found.region.is_some_and(|region| !region.province.is_empty()));
        let birth = found.birth_date.map(|birth| birth.to_string().replace('-', ""));
        prop_assert_eq!(birth.as_deref(), Some(&number[6..14]));
    }

    /// Neither an unknown region nor one that is gone is a fault.
    #[test]
    fn no_region_of_a_province_is_refused(number in faultless_id()) {
        prop_assert!(matches!(status(FieldKind::CnId, &number), Status::Ok | Status::Warn));
    }

    /// An old number is the long one without century and check character.
    #[test]
    fn old_number_has_a_long_form(number in faultless_id()) {
        let old = format!("{}{}", &number[..6], &number[8..17]);
        let has_old = &number[6..8] == "19" && !number.starts_with('8');
        let found = check(FieldKind::CnId, &old, today());
        if has_old {
            prop_assert_eq!(found.status, Status::Warn);
            prop_assert_eq!(found.code, Some(IssueCode::IdFifteenDigits));
            prop_assert_eq!(&found.canonical, &number);
        }
    }

    /// Any other check character is refused.
    #[test]
    fn wrong_check_character_is_refused(number in faultless_id()) {
        for other in "0123456789X".chars().filter(|&other| !number.ends_with(other)) {
            let wrong = format!("{}{other}", &number[..17]);
            prop_assert_eq!(status(FieldKind::CnId, &wrong), Status::Invalid);
        }
    }

    /// Any single wrong digit is refused, wherever it is.
    #[test]
    fn wrong_digit_is_refused(number in valid_id(), at in 0..17_usize, digit in 0..10_u8) {
        let digit = char::from(b'0' + digit);
        let wrong = format!("{}{digit}{}", &number[..at], &number[at + 1..]);
        let expected = if wrong == number { Status::Ok } else { Status::Invalid };
        prop_assert_eq!(status(FieldKind::CnId, &wrong), expected);
    }

    /// An exchange of neighbours is refused, and its repair never misleads:
    /// one suggestion is the number itself or none is given.
    #[test]
    fn swapped_neighbours_are_refused(number in valid_id(), at in 0..17_usize) {
        let mut swapped = number.clone().into_bytes();
        swapped.swap(at, at + 1);
        let swapped = String::from_utf8(swapped).expect("digits are UTF-8");
        let found = check(FieldKind::CnId, &swapped, today());
        let expected = if swapped == number { Status::Ok } else { Status::Invalid };
        prop_assert_eq!(found.status, expected);
        prop_assert!(found.suggestions.is_empty() || found.suggestions == [number]);
    }

    /// No beginning of a number is refused; one may be an old number already.
    #[test]
    fn beginning_of_valid_id_is_incomplete(number in faultless_id(), upto in 0..18_usize) {
        let found = check(FieldKind::CnId, &number[..upto], today());
        let is_old = found.code == Some(IssueCode::IdFifteenDigits) && upto == 15;
        prop_assert!(found.status == Status::Incomplete || is_old);
    }

    /// No beginning of a permanent resident's number is refused, and what is
    /// not refused can be finished.
    #[test]
    fn incomplete_foreign_pr_is_exact(
        number in faultless_pr(),
        at in 0..18_usize,
        other in "[0-9A-Z]",
        upto in 0..18_usize,
    ) {
        let judged = |value: &str| status(FieldKind::ForeignPr, value);
        prop_assert!(matches!(judged(&number), Status::Ok | Status::Warn), "{}", number);
        let upto = upto.min(number.len() - 1);
        prop_assert_eq!(judged(&number[..upto]), Status::Incomplete);
        let mut beginning = number;
        beginning.replace_range(at.min(beginning.len() - 1)..=at.min(beginning.len() - 1), &other);
        beginning.truncate(upto);
        if judged(&beginning) == Status::Incomplete {
            prop_assert!(complete_pr(&beginning).is_some_and(|whole| judged(&whole) != Status::Invalid));
        } else {
            prop_assert_eq!(complete_pr(&beginning), None);
        }
    }

    /// Refused if and only if no number without a fault begins like this.
    #[test]
    fn incomplete_id_is_exact(
        number in faultless_id(),
        upto in 0..18_usize,
        at in 0..18_usize,
        digit in "[0-9]",
    ) {
        let mut beginning = number;
        beginning.replace_range(at..=at, &digit);
        beginning.truncate(upto);
        let completed = complete_id(&beginning);
        let found = check(FieldKind::CnId, &beginning, today());
        prop_assert_eq!(found.status == Status::Invalid, completed.is_none());
        if let Some(whole) = completed {
            prop_assert!(whole.starts_with(&beginning));
            prop_assert!(matches!(status(FieldKind::CnId, &whole), Status::Ok | Status::Warn));
            let is_old = found.code == Some(IssueCode::IdFifteenDigits);
            prop_assert_eq!(found.status == Status::Incomplete, !is_old);
        }
    }

    /// `incomplete` if and only if some number that exists begins like this.
    #[test]
    fn incomplete_mobile_is_exact(beginning in "(\\+86?|\\+|0|00|008|0086|8|86|[0-9+]{1,3}|)(1[0-9]{0,9})?") {
        let completed = complete_mobile(&beginning);
        let is_whole = completed.as_ref() == Some(&beginning);
        let expected = match completed {
            None => Status::Invalid,
            Some(ref whole) => {
                prop_assert!(matches!(status(FieldKind::CnMobile, whole), Status::Ok | Status::Warn));
                Status::Incomplete
            }
        };
        if !is_whole {
            prop_assert_eq!(status(FieldKind::CnMobile, &beginning), expected);
        }
    }

    /// `incomplete` if and only if a few more characters can make it a name.
    #[test]
    fn incomplete_name_is_exact(beginning in "[张𠮷·. Ab'3\u{200B}-]{0,4}") {
        let can_be_name = ["张", "张张", "b", "bb"]
            .iter()
            .any(|rest| status(FieldKind::CnName, &format!("{beginning}{rest}")) != Status::Invalid);
        prop_assert_eq!(status(FieldKind::CnName, &beginning) != Status::Invalid, can_be_name);
    }

    /// What is wrong stays wrong, whatever is typed after it.
    #[test]
    fn invalid_stays_invalid(kind in any_kind(), value in any_value(), rest in any_value()) {
        if status(kind, &value) == Status::Invalid {
            prop_assert_eq!(status(kind, &format!("{value}{rest}")), Status::Invalid);
        }
    }

    /// Spans lie inside the value and cover something; codes go with statuses.
    #[test]
    fn answers_are_well_formed(kind in any_kind(), value in any_value()) {
        let found = check(kind, &value, today());
        let length = value.encode_utf16().count() as u32;
        if let Some(span) = found.span {
            prop_assert!(span.start < span.end && span.end <= length, "{:?} of {}", span, length);
        }
        prop_assert!(found.code.is_some() || found.status == Status::Ok);
        prop_assert_eq!(found.span.is_some(), found.status >= Status::Warn);
        for suggestion in &found.suggestions {
            let offered = check(kind, suggestion, today());
            prop_assert_ne!(offered.status, Status::Invalid);
            prop_assert_eq!(&offered.canonical, suggestion);
        }
    }

    /// The canonical form is judged like the value, and is its own canonical form.
    #[test]
    fn canonical_form_is_stable(kind in any_kind(), value in any_value()) {
        let found = check(kind, &value, today());
        let again = check(kind, &found.canonical, today());
        if found.status != Status::Invalid && !found.canonical.is_empty() {
            // The long form of an old number is nothing to warn of.
            if found.code != Some(IssueCode::IdFifteenDigits) {
                prop_assert_eq!((again.status, again.code), (found.status, found.code));
            }
            prop_assert_eq!(&again.canonical, &found.canonical);
        }
    }

    /// The integer says what the full answer says, places up to 255.
    #[test]
    fn packed_agrees_with_check(kind in any_kind(), value in any_value()) {
        let found = check(kind, &value, today());
        let packed = check_packed(kind, &value, today());
        let verdict = Verdict::unpack(packed).expect("what was packed unpacks");
        prop_assert_eq!((verdict.status, verdict.code), (found.status, found.code));
        let saturated = found.span.map(|span| (span.start.min(255), span.end.min(255)));
        prop_assert_eq!(verdict.span.map(|span| (span.start, span.end)), saturated);
        prop_assert_eq!(verdict.pack(), packed);
    }
}
