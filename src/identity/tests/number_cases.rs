//! Numbers and codes at their edges, and mistakes that other checkers make.

use super::numbers::{KINDS, status, with_luhn};
use super::{FieldKind, IssueCode, Span, Status, check, checked, date, today};

/// What well-known checkers get wrong; each row was a bug report somewhere.
#[test]
fn known_mistakes_of_others() {
    use FieldKind::*;
    for (kind, value, expected, why) in [
        (
            Uscc,
            "91330100MA200022X0",
            Status::Ok,
            "check character 0: 31 − 0 is not 31",
        ),
        (
            Uscc,
            "91330100MA200022X",
            Status::Incomplete,
            "and it is not optional",
        ),
        (Uscc, "91330100MA200022XO", Status::Invalid, "O is no 0"),
        (Uscc, "91110000ma001234xn", Status::Ok, "lower case"),
        (
            Uscc,
            "９１１１００００ＭＡ００１２３４ＸＮ",
            Status::Ok,
            "full width",
        ),
        (
            Uscc,
            "N2330100MF1234567X",
            Status::Ok,
            "an authority with a letter",
        ),
        (
            Uscc,
            "111111111111111111",
            Status::Invalid,
            "the shape is not enough",
        ),
        (
            Uscc,
            "91350203M0001QK12U",
            Status::Warn,
            "Xiamen before 2016 had its own check",
        ),
        (
            Uscc,
            "91350203M0001QK13W",
            Status::Invalid,
            "but kept the inner one",
        ),
        (Uscc, "91110000MA001234XN0", Status::Invalid, "one too many"),
        (
            Uscc,
            "091110000MA001234XN",
            Status::Invalid,
            "one too many in front",
        ),
        (PassportCn, "E123456789", Status::Invalid, "one too many"),
        (
            PassportCn,
            "xE12345678",
            Status::Invalid,
            "something in front",
        ),
        (PassportCn, "e12345678", Status::Ok, "lower case"),
        (
            PassportCn,
            "EO1234567",
            Status::Invalid,
            "no O among the letters",
        ),
        (
            PassportCn,
            "ea1234567\n",
            Status::Ok,
            "a line end, as copied",
        ),
        (HkMoPermit, "H1234567890", Status::Ok, "with the renewals"),
        (HkMoPermit, "H123456789012", Status::Invalid, "one too many"),
        (
            HkMoPermit,
            "ha1234567",
            Status::Ok,
            "not Chinese, lower case",
        ),
        (
            HkMoPermit,
            "HA123456789",
            Status::Invalid,
            "no renewals there",
        ),
        (
            HkMoPermit,
            "W12345678",
            Status::Invalid,
            "a permit for the other direction",
        ),
        (
            TwPermit,
            "1234567801(B)",
            Status::Ok,
            "the agency in brackets",
        ),
        (TwPermit, "T12345678", Status::Invalid, "something in front"),
        (HkMobile, "512345678", Status::Invalid, "one too many"),
        (HkMobile, "+85251234567", Status::Ok, "with the country"),
        (
            HkMobile,
            "+852 852 51234567",
            Status::Invalid,
            "with the country twice",
        ),
        (MoMobile, "+85366123456", Status::Ok, "with the country"),
        (TwMobile, "+8860912345678", Status::Ok, "the zero left in"),
        (TwMobile, "+886912345678", Status::Ok, "the zero left out"),
        (TwMobile, "09123456780", Status::Invalid, "one too many"),
        (
            Bankcard,
            "6217001234567890122",
            Status::Ok,
            "nineteen digits",
        ),
        (Bankcard, "62170012345678901225", Status::Invalid, "twenty"),
        (
            Bankcard,
            "６２１７００１２３４５６７８９３",
            Status::Ok,
            "full width",
        ),
        (Bankcard, "0000000000000000", Status::Invalid, "passes Luhn"),
        (
            Bankcard,
            "4111111111111112",
            Status::Invalid,
            "sixteen is the most",
        ),
        (
            Bankcard,
            "4111111111111",
            Status::Incomplete,
            "thirteen, may have sixteen",
        ),
    ] {
        assert_eq!(status(kind, value), expected, "`{value}`: {why}");
    }
}

#[test]
fn brands_have_their_lengths() {
    for (body, expected, why) in [
        ("6217001234567", Status::Warn, "UnionPay with fourteen"),
        ("621700123456", Status::Incomplete, "UnionPay with thirteen"),
        (
            "37828224631000",
            Status::Ok,
            "American Express with fifteen",
        ),
        (
            "378282246310005",
            Status::Invalid,
            "American Express with sixteen",
        ),
        ("552400123456789", Status::Ok, "Mastercard with sixteen"),
        (
            "55240012345678",
            Status::Incomplete,
            "Mastercard with fifteen",
        ),
        (
            "222000123456789",
            Status::Warn,
            "just below the newer Mastercards",
        ),
        ("222100123456789", Status::Ok, "the first of them"),
        ("272099123456789", Status::Ok, "the last of them"),
        ("272100123456789", Status::Warn, "just above"),
        ("352700123456789", Status::Warn, "just below JCB"),
        ("3056930902590", Status::Ok, "Diners Club with fourteen"),
        (
            "955880123456789012",
            Status::Warn,
            "a card from before UnionPay",
        ),
        ("500012345678901", Status::Warn, "a brand not known here"),
    ] {
        let number = with_luhn(body);
        assert_eq!(
            status(FieldKind::Bankcard, &number),
            expected,
            "{number}: {why}"
        );
    }
}

#[test]
fn permits_for_foreigners_begin_with_their_day() {
    for (value, day, code, why) in [
        ("HA1234567", "2024-07-10", None, "the first day"),
        (
            "HA1234567",
            "2024-07-09",
            Some(IssueCode::PermitNotYet),
            "the day before",
        ),
        (
            "MA12345",
            "2024-07-09",
            Some(IssueCode::PermitIncomplete),
            "not before it is whole",
        ),
        ("H12345678", "2024-07-09", None, "nothing new about these"),
    ] {
        let found = check(FieldKind::HkMoPermit, value, date(day));
        assert_eq!(found.code, code, "`{value}` on {day}: {why}");
    }
}

#[test]
fn numbers_are_pointed_at_where_they_are_wrong() {
    use FieldKind::*;
    for (kind, value, start, end, why) in [
        (HkMobile, "+86 138", 0, 3, "the country"),
        (HkMobile, "+852 (2)123", 6, 7, "the first digit"),
        (HkMobile, "8123 4567", 0, 2, "the range"),
        (MoMobile, "6612 3456 78", 10, 12, "what is extra"),
        (TwMobile, "+886 0 2", 7, 8, "after the zero"),
        (Bankcard, "6217 é", 5, 6, "the character"),
        (Bankcard, "5524001234567893 12", 17, 19, "what is extra"),
        (
            Bankcard,
            " 5524001234567894",
            1,
            17,
            "the slip may be anywhere",
        ),
        (PassportCn, "PA", 0, 2, "both letters"),
        (PassportCn, "E 1234O", 6, 7, "a digit's place"),
        (HkMoPermit, "HA12345678", 9, 10, "what is extra"),
        (TwPermit, "😀", 0, 2, "a surrogate pair"),
        (Uscc, "9111000O", 7, 8, "no such letter"),
        (Uscc, "91-66-0000123456788U", 3, 10, "the region, as typed"),
        (Uscc, "91110000MA0012340W", 8, 17, "the inner code"),
    ] {
        let found = checked(kind, value);
        assert_eq!(found.span, Some(Span { start, end }), "`{value}`: {why}");
    }
}

#[test]
fn numbers_are_put_right_by_place() {
    use FieldKind::*;
    for (kind, value, suggested, why) in [
        (HkMobile, "5l2345O7", Some("51234507"), "l and O"),
        (
            HkMobile,
            "+852 5l23 4567",
            Some("51234567"),
            "behind the country",
        ),
        (
            TwMobile,
            "912345678",
            Some("0912345678"),
            "the zero is missing",
        ),
        (TwMobile, "O912345678", Some("0912345678"), "the letter O"),
        (Bankcard, "62170012345678g3", None, "nothing to go by"),
        (
            Bankcard,
            "621700123456789B",
            Some("6217001234567898"),
            "B, though only a hint then",
        ),
        (
            PassportCn,
            "EO1234567",
            Some("E01234567"),
            "O in the second place",
        ),
        (
            PassportCn,
            "EI1234567",
            Some("E11234567"),
            "I in the second place",
        ),
        (
            PassportCn,
            "El234567O",
            Some("EL2345670"),
            "EL is a series of its own",
        ),
        (PassportCn, "EA123456O", Some("EA1234560"), "O at the end"),
        (PassportCn, "Е12345678", Some("E12345678"), "Cyrillic"),
        (
            HkMoPermit,
            "HАl234567",
            Some("HA1234567"),
            "Cyrillic, and l",
        ),
        (
            HkMoPermit,
            "HO1234567",
            Some("H01234567"),
            "O for the first digit",
        ),
        (TwPermit, "O1234567", Some("01234567"), "O"),
        (
            Uscc,
            "911l0000MA001234XN",
            Some("91110000MA001234XN"),
            "l in the region",
        ),
        (
            Uscc,
            "9111OOOOMAOO1234XN",
            Some("91110000MA001234XN"),
            "O everywhere",
        ),
        (
            Uscc,
            "91110000AM001234XN",
            Some("91110000MA001234XN"),
            "a swap",
        ),
        (
            Uscc,
            "91110000МА001234ХN",
            Some("91110000MA001234XN"),
            "Cyrillic",
        ),
    ] {
        let found = checked(kind, value);
        let expected: Vec<String> = suggested.map(str::to_owned).into_iter().collect();
        assert_eq!(found.suggestions, expected, "`{value}`: {why}");
    }
}

#[test]
fn nothing_typed_is_unfinished() {
    for kind in KINDS {
        for value in ["", " ", "-", "\u{200B}"] {
            assert_eq!(check(kind, value, today()).status, Status::Incomplete);
        }
    }
}
