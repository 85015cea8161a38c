//! Resident numbers, old and new, and what their regions say.

use super::{FieldKind, IssueCode, Status, check, checked, date};

#[test]
fn a_good_number_tells_birth_and_region() {
    for (value, birth, region, why) in [
        ("11010519491231002x", "1949-12-31", "北京市", "the prefecture has no name"),
        ("440306200002290009", "2000-02-29", "广东省深圳市", "province and prefecture"),
        ("830000198506150040", "1985-06-15", "台湾省", "a permit"),
        ("110105491231002", "1949-12-31", "北京市", "an old number"),
    ] {
        let found = checked(FieldKind::CnId, value);
        assert_eq!(found.birth_date, Some(date(birth)), "{value}: {why}");
        assert_eq!(found.region.as_deref(), Some(region), "{value}: {why}");
    }
    let wrong = checked(FieldKind::CnId, "110105194912310021");
    assert_eq!((wrong.birth_date, wrong.region.as_deref()), (None, None));
}

#[test]
fn a_beginning_may_become_an_old_or_a_long_number() {
    use IssueCode::*;
    for (value, code, canonical, why) in [
        ("110105491231002", IdFifteenDigits, "11010519491231002X", "an old number only"),
        ("110101190101011", IdFifteenDigits, "110101191901010114", "or 1901-01-01 …"),
        ("110101199003071", IdIncomplete, "110101199003071", "no month 90"),
        ("110101491301002", IdBirthFuture, "110101491301002", "no month 13"),
        ("810000491231002", IdBirthFuture, "810000491231002", "permits were never short"),
        ("1101054912310021", IdBirthFuture, "1101054912310021", "sixteen digits are neither"),
        ("11010549123100", IdIncomplete, "11010549123100", "one digit short of an old one"),
        ("11010500", IdIncomplete, "11010500", "1900 with fifteen digits"),
        ("449901491231002", IdFifteenDigits, "449901194912310027", "whatever its region"),
    ] {
        let found = checked(FieldKind::CnId, value);
        assert_eq!(found.code, Some(code), "{value}: {why}");
        assert_eq!(found.canonical, canonical, "{value}: {why}");
    }
}

/// A number is judged by its own day, so a region that went later is no
/// concern, and neither is one that came later.
#[test]
fn regions_are_judged_by_the_year_of_birth() {
    use IssueCode::*;
    for (region, year, code, status, why) in [
        ("110104", "2009", None, Status::Ok, "in force"),
        ("110104", "2012", None, Status::Ok, "gone in 2010, still given"),
        ("110104", "2013", Some(IdRegionWithdrawn), Status::Warn, "gone long before"),
        ("659012", "1950", None, Status::Ok, "new since 2023, registered late"),
        ("512301", "1960", None, Status::Ok, "a prefecture that is gone"),
        ("440399", "1990", Some(IdCountyUnknown), Status::Ok, "only a note"),
        ("510299", "1990", Some(IdCountyUnknown), Status::Ok, "the prefecture was there"),
        ("510299", "2001", Some(IdRegionWithdrawn), Status::Warn, "the prefecture is gone"),
        ("449901", "1990", Some(IdPrefectureUnknown), Status::Warn, "no such prefecture"),
        ("321119", "1990", None, Status::Ok, "reported, in no list"),
    ] {
        let number = with_check(&format!("{region}{year}0615002"));
        let found = checked(FieldKind::CnId, &number);
        assert_eq!((found.status, found.code), (status, code), "{number}: {why}");
        assert_eq!(found.span.is_some(), status == Status::Warn, "{number}: {why}");
    }
}

/// A swap is offered only where it gives a number of a known county.
#[test]
fn a_chance_swap_is_not_offered() {
    for region in ["110105", "440306", "510104"] {
        let number = with_check(&format!("{region}199006150029"));
        for at in 0..number.len() - 1 {
            let mut swapped = number.clone().into_bytes();
            swapped.swap(at, at + 1);
            let swapped = String::from_utf8(swapped).expect("digits are UTF-8");
            for offered in &checked(FieldKind::CnId, &swapped).suggestions {
                let found = checked(FieldKind::CnId, offered);
                assert_eq!((found.status, found.code), (Status::Ok, None), "{offered}");
            }
        }
    }
}

#[test]
fn permanent_resident_cards_tell_what_they_can() {
    let new = checked(FieldKind::ForeignPr, "911124198506150021");
    assert_eq!(new.birth_date, Some(date("1985-06-15")));
    assert_eq!(new.region.as_deref(), Some("北京市"));
    let old = checked(FieldKind::ForeignPr, "deu 1101 780807 15");
    assert_eq!(old.canonical, "DEU110178080715");
    assert_eq!(old.birth_date, None, "the century is missing");
    for (value, suggested, why) in [
        ("9111241985O6150021", "911124198506150021", "O for zero"),
        ("DEUll0178080715", "DEU110178080715", "l for one"),
        ("0MN110178080711", "OMN110178080711", "zero for O, if that is no 9 either"),
        ("911124198506510021", "911124198506150021", "a swap in the day"),
    ] {
        let found = checked(FieldKind::ForeignPr, value);
        assert_eq!(found.suggestions, [suggested], "{value}: {why}");
    }
    let early = check(FieldKind::ForeignPr, "911124198506150021", date("1985-06-14"));
    assert_eq!(early.code, Some(IssueCode::IdBirthFuture));
}

/// ISO 7064 MOD 11-2 in its recursive form, unlike the weights of the engine.
fn with_check(seventeen: &str) -> String {
    let rest = seventeen
        .bytes()
        .take(17)
        .fold(0, |sum, digit| (sum + u32::from(digit - b'0')) * 2 % 11);
    let check = "10X98765432".as_bytes()[rest as usize];
    format!("{}{}", &seventeen[..17], char::from(check))
}
