//! Looks for what no field shows alone: answers that contradict each other.
//!
//! Each field is judged by itself elsewhere; here they are laid side by side.
//! A contradiction of which one side must be wrong is `invalid`, everything
//! that merely happens seldom is `warn`. A phone number's region is compared
//! with nothing: people move and keep their number, so it is no evidence.

use serde::Serialize;

use super::{FieldCheck, FieldKind, IssueCode, Status, check as check_field, normalise};
use crate::units::Date;

/// Something there is to say about several fields together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct CrossIssue {
    /// The names of the fields concerned, in the order of the form; empty when
    /// it is about the validity alone.
    pub fields: Vec<String>,
    /// What there is to say.
    pub code: IssueCode,
    /// How bad it is: `warn` or `invalid`.
    pub status: Status,
}

/// The period printed on an identity document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// The first day, if it was asked.
    pub start: Option<Date>,
    /// The last day.
    pub end: ValidUntil,
}

/// How long an identity document is valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValidUntil {
    /// Up to this day, inclusive.
    Day(Date),
    /// Without an end: 长期.
    LongTerm,
}

impl Validity {
    /// Reads a period as documents print it and people type it:
    /// `2016.03.01-2026.03.01`, `20160301 长期`, `2016年3月1日至2026年3月1日`; a
    /// single day is the last one. Full width and dashes of every length are
    /// fine. Returns `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Validity> {
        let text: String = text.trim().chars().map(normalise::half_width).collect();
        let text = text.strip_suffix("有效").unwrap_or(&text);
        let (text, is_long) = match text.trim().strip_suffix("长期") {
            Some(start) => (start, true),
            None => (text, false),
        };
        let mut days = [None; 2];
        let mut count = 0;
        let mut numbers = [0_u32; 3];
        let mut filled = 0;
        for group in text.split(['.', '-', '/', '~', ' ', '年', '月', '日', '至', '到']) {
            let long = group.len() == 8;
            let digits = if long {
                &[4, 2, 2][..]
            } else {
                &[group.len()][..]
            };
            let mut rest = group;
            for &length in digits.iter().filter(|&&length| length > 0) {
                let (number, after) = rest.split_at_checked(length)?;
                let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
                rest = after;
                *numbers.get_mut(filled)? = number.parse().ok().filter(|_| is_number)?;
                filled += 1;
            }
            if filled == 3 {
                let [year, month, day] = numbers;
                let year = i32::try_from(year).ok()?;
                *days.get_mut(count)? = Some(Date::from_ymd(year, month, day)?);
                (count, filled) = (count + 1, 0);
            }
        }
        match (filled, days, is_long) {
            (0, [start, None], true) => Some(Validity {
                start,
                end: ValidUntil::LongTerm,
            }),
            (0, [Some(end), None], false) => Some(Validity {
                start: None,
                end: ValidUntil::Day(end),
            }),
            (0, [start, Some(end)], false) => Some(Validity {
                start,
                end: ValidUntil::Day(end),
            }),
            _ => None,
        }
    }
}

/// A field with what is known about it alone.
#[derive(Debug, Clone, Copy)]
pub struct Checked<'a> {
    /// The name of the field.
    pub name: &'a str,
    /// Its check.
    pub found: &'a FieldCheck,
}

/// Compares the fields of one person with each other, on the day `as_of`.
///
/// `fields` are name, kind and value of each field as typed; fields that are
/// not filled in yet may be left out or empty. `birth_date` is the day of
/// birth where the form asks for it, `validity` the period of the identity
/// document in the form.
///
/// | compared | finding |
/// |---|---|
/// | day of birth in a number, and as stated | `invalid` |
/// | hanzi name with a document in Latin letters, and the reverse | `warn` |
/// | the same number in two fields | `warn` for each pair |
/// | end of validity before its start, or before `as_of` | `invalid` |
/// | start of validity after `as_of` | `warn` |
/// | length of validity against document and age at issue | `warn` |
///
/// # Examples
///
/// ```
/// use precheck::identity::{FieldKind, cross};
/// use precheck::units::Date;
/// let date = |text| Date::parse(text).expect("a day of the calendar");
/// let fields = [("id_number", FieldKind::CnId, "110101199003071233")];
/// let issues = cross::check(&fields, Some(date("1990-03-08")), None, date("2026-03-01"));
/// assert_eq!(issues[0].code.as_str(), "cross-birth-date");
/// ```
#[must_use]
pub fn check(
    fields: &[(&str, FieldKind, &str)],
    birth_date: Option<Date>,
    validity: Option<Validity>,
    as_of: Date,
) -> Vec<CrossIssue> {
    let found: Vec<FieldCheck> = fields
        .iter()
        .map(|&(_, kind, value)| check_field(kind, value, as_of))
        .collect();
    let names = fields.iter().map(|&(name, ..)| name);
    let checked: Vec<Checked<'_>> = names
        .zip(&found)
        .map(|(name, found)| Checked { name, found })
        .collect();
    compare(&checked, birth_date, validity, as_of)
}

/// Compares like [`check`] fields that have been checked already.
#[must_use]
pub fn compare(
    fields: &[Checked<'_>],
    birth_date: Option<Date>,
    validity: Option<Validity>,
    as_of: Date,
) -> Vec<CrossIssue> {
    let mut issues = Vec::new();
    if let Some(birth_date) = birth_date {
        births(fields, birth_date, &mut issues);
    }
    among(fields, &mut issues);
    if let Some(validity) = validity {
        period(fields, birth_date, validity, as_of, &mut issues);
    }
    issues
}

/// Compares fields that have been checked, without what is stated besides.
pub(crate) fn among(fields: &[Checked<'_>], issues: &mut Vec<CrossIssue>) {
    scripts(fields, issues);
    same_numbers(fields, issues);
}

fn births(fields: &[Checked<'_>], stated: Date, issues: &mut Vec<CrossIssue>) {
    for field in fields {
        if field.found.birth_date.is_some_and(|birth| birth != stated) {
            issues.push(invalid(IssueCode::CrossBirthDate, &[field.name]));
        }
    }
}

/// Compares names with the script of the documents. A Chinese passport shows
/// both scripts, so it goes with either.
fn scripts(fields: &[Checked<'_>], issues: &mut Vec<CrossIssue>) {
    for name in fields
        .iter()
        .filter(|field| field.found.kind == FieldKind::CnName)
    {
        let is_latin = match (name.found.status, name.found.code) {
            (Status::Ok, _) | (Status::Warn, Some(IssueCode::NameOneCharacter)) => false,
            (Status::Warn, Some(IssueCode::NameLatin)) => true,
            _ => continue,
        };
        for document in fields.iter().filter(|field| is_good(field)) {
            let shows_latin = match document.found.kind {
                FieldKind::CnId | FieldKind::HkMoPermit | FieldKind::TwPermit => false,
                FieldKind::ForeignPr => true,
                _ => continue,
            };
            if is_latin != shows_latin {
                issues.push(warn(
                    IssueCode::CrossNameScript,
                    &[name.name, document.name],
                ));
            }
        }
    }
}

fn same_numbers(fields: &[Checked<'_>], issues: &mut Vec<CrossIssue>) {
    for (at, one) in fields.iter().enumerate().filter(|(_, one)| is_number(one)) {
        for other in &fields[at + 1..] {
            if is_number(other) && one.found.canonical == other.found.canonical {
                issues.push(warn(IssueCode::CrossSameNumber, &[one.name, other.name]));
            }
        }
    }
}

/// Tells whether a field holds a number long enough that two of them are not
/// equal by chance.
fn is_number(field: &Checked<'_>) -> bool {
    let is_text = matches!(
        field.found.kind,
        FieldKind::CnName | FieldKind::Email | FieldKind::Otp | FieldKind::Address
    );
    !is_text && field.found.canonical.len() >= 8
}

fn is_good(field: &Checked<'_>) -> bool {
    matches!(field.found.status, Status::Ok | Status::Warn)
}

fn is_document(field: &Checked<'_>) -> bool {
    matches!(
        field.found.kind,
        FieldKind::CnId
            | FieldKind::ForeignPr
            | FieldKind::PassportCn
            | FieldKind::HkMoPermit
            | FieldKind::TwPermit
    )
}

fn period(
    fields: &[Checked<'_>],
    birth_date: Option<Date>,
    validity: Validity,
    as_of: Date,
    issues: &mut Vec<CrossIssue>,
) {
    let documents: Vec<&Checked<'_>> = fields.iter().filter(|field| is_document(field)).collect();
    let names: Vec<&str> = documents.iter().map(|document| document.name).collect();
    if let ValidUntil::Day(end) = validity.end {
        if validity.start.is_some_and(|start| end < start) {
            issues.push(invalid(IssueCode::CrossValidityOrder, &names));
            return;
        }
        if end < as_of {
            issues.push(invalid(IssueCode::CrossDocumentExpired, &names));
        }
    }
    let Some(start) = validity.start else {
        return;
    };
    if start > as_of {
        issues.push(warn(IssueCode::CrossValidityFuture, &names));
    }
    // With two documents it is not known whose period it is.
    if let [document] = documents[..]
        && is_good(document)
        && !is_usual(document.found, birth_date, start, validity.end)
    {
        issues.push(warn(IssueCode::CrossValidityLength, &names));
    }
}

/// Whoever applies shortly before a birthday holds a card issued after it.
const DAYS_TO_ISSUE: i32 = 90;

/// Tells whether a document of this kind is issued for such a period at the
/// age its holder then had; true when the age is not known.
fn is_usual(document: &FieldCheck, birth: Option<Date>, start: Date, end: ValidUntil) -> bool {
    let Some(birth) = document.birth_date.or(birth) else {
        return true;
    };
    let earlier = Date::from_days(start.days() - DAYS_TO_ISSUE).unwrap_or(start);
    [start, earlier].iter().any(|&day| {
        let term = term(document, birth.years_until(day));
        match (term, end) {
            (Term::LongTerm, ValidUntil::LongTerm) => true,
            (Term::Years(years), ValidUntil::Day(end)) => is_after(start, years, end),
            _ => false,
        }
    })
}

/// How long a document is issued for.
enum Term {
    Years(i32),
    LongTerm,
}

/// Returns how long a document is issued for at an age.
///
/// # Source
///
/// 居民身份证法 article 5, 护照法 article 7; five years for residence permits by
/// 国办发〔2018〕81号; the other travel permits and the permanent resident card
/// by the notices of the immigration administration.
fn term(document: &FieldCheck, age: i32) -> Term {
    let is_permit = document.canonical.starts_with('8');
    let grown_up_from = |years| {
        if age < years {
            Term::Years(5)
        } else {
            Term::Years(10)
        }
    };
    match document.kind {
        FieldKind::CnId if !is_permit => match age {
            ..16 => Term::Years(5),
            16..=25 => Term::Years(10),
            26..=45 => Term::Years(20),
            46.. => Term::LongTerm,
        },
        FieldKind::PassportCn => grown_up_from(16),
        FieldKind::HkMoPermit | FieldKind::ForeignPr => grown_up_from(18),
        _ => Term::Years(5),
    }
}

/// Tells whether `end` lies so many years after `start`. Documents end on the
/// corresponding day or on the one before it.
fn is_after(start: Date, years: i32, end: Date) -> bool {
    let (year, month, day) = start.ymd();
    let corresponding = Date::from_ymd(year + years, month, day)
        .or_else(|| Date::from_ymd(year + years, month, day - 1));
    corresponding
        .is_some_and(|corresponding| (-1..=1).contains(&(corresponding.days() - end.days())))
}

fn warn(code: IssueCode, fields: &[&str]) -> CrossIssue {
    CrossIssue {
        fields: fields.iter().map(|&name| name.to_owned()).collect(),
        code,
        status: Status::Warn,
    }
}

fn invalid(code: IssueCode, fields: &[&str]) -> CrossIssue {
    CrossIssue {
        fields: fields.iter().map(|&name| name.to_owned()).collect(),
        code,
        status: Status::Invalid,
    }
}
