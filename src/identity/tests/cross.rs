//! Fields laid side by side.

use super::{FieldKind, IssueCode, Status, date, today};
use crate::identity::cross::{CrossIssue, ValidUntil, Validity, check};

const ID: (&str, FieldKind, &str) = ("id_number", FieldKind::CnId, "110101199003071233");
const PERMIT: (&str, FieldKind, &str) = ("permit", FieldKind::CnId, "810000199003071237");
const PHONE: (&str, FieldKind, &str) = ("phone", FieldKind::CnMobile, "138 0013 8000");

/// Every code that comparing fields can give; the tests below show them.
pub(super) const SHOWN: &[IssueCode] = &[
    IssueCode::CrossBirthDate,
    IssueCode::CrossNameScript,
    IssueCode::CrossSameNumber,
    IssueCode::CrossDocumentExpired,
    IssueCode::CrossValidityOrder,
    IssueCode::CrossValidityLength,
    IssueCode::CrossValidityFuture,
];

fn codes(issues: &[CrossIssue]) -> Vec<IssueCode> {
    issues.iter().map(|issue| issue.code).collect()
}

#[test]
fn birth_dates_must_agree() {
    for (stated, is_fine, why) in [
        (None, true, "not asked"),
        (Some("1990-03-07"), true, "the same"),
        (Some("1990-03-08"), false, "a day later"),
    ] {
        let issues = check(&[ID, PHONE], stated.map(date), None, today());
        assert_eq!(issues.is_empty(), is_fine, "{why}");
        for issue in issues {
            assert_eq!(issue.fields, ["id_number"]);
            assert_eq!(
                (issue.code, issue.status),
                (IssueCode::CrossBirthDate, Status::Invalid)
            );
        }
    }
    let wrong = ("id_number", FieldKind::CnId, "110101199003071230");
    assert_eq!(
        check(&[wrong], Some(date("1980-01-01")), None, today()),
        [],
        "tells no birth"
    );
}

#[test]
fn names_go_with_the_script_of_the_document() {
    use FieldKind::*;
    for (name, kind, number, is_fine, why) in [
        ("张三", CnId, "110101199003071233", true, "hanzi on a card"),
        (
            "Zhang San",
            CnId,
            "110101199003071233",
            false,
            "pinyin for a card",
        ),
        (
            "Zhang San",
            CnId,
            "110101199003071230",
            true,
            "not a number yet",
        ),
        (
            "Zhang San",
            CnId,
            "810000199003071237",
            false,
            "permits show hanzi",
        ),
        (
            "Zhang San",
            PassportCn,
            "E12345678",
            true,
            "a passport shows both",
        ),
        (
            "张三",
            PassportCn,
            "E12345678",
            true,
            "a passport shows both",
        ),
        (
            "Zhang San",
            HkMoPermit,
            "H12345678",
            false,
            "permits show hanzi",
        ),
        ("张3", CnId, "110101199003071233", true, "no name at all"),
    ] {
        let issues = check(
            &[("name", CnName, name), ("number", kind, number)],
            None,
            None,
            today(),
        );
        assert_eq!(issues.is_empty(), is_fine, "{name}, {number}: {why}");
        for issue in issues {
            assert_eq!(issue.fields, ["name", "number"]);
            assert_eq!(
                (issue.code, issue.status),
                (IssueCode::CrossNameScript, Status::Warn)
            );
        }
    }
}

#[test]
fn one_number_belongs_in_one_field() {
    use FieldKind::*;
    for (one, other, is_fine, why) in [
        (
            (CnMobile, "13800138000"),
            (CnMobile, "+86 138-0013-8000"),
            false,
            "two ways to write it",
        ),
        (
            (CnMobile, "13800138000"),
            (CnMobile, "13800138001"),
            true,
            "two numbers",
        ),
        (
            (CnId, "13800138000"),
            (CnMobile, "13800138000"),
            false,
            "the wrong field",
        ),
        ((CnMobile, ""), (CnMobile, ""), true, "nothing is no number"),
        ((CnMobile, "138"), (CnMobile, "138"), true, "while typing"),
        (
            (CnName, "样样样样样样样样"),
            (CnName, "样样样样样样样样"),
            true,
            "names may agree",
        ),
        (
            (Otp, "02468135"),
            (Otp, "02468135"),
            true,
            "codes may agree",
        ),
    ] {
        let fields = [("one", one.0, one.1), ("other", other.0, other.1)];
        let issues = check(&fields, None, None, today());
        assert_eq!(issues.is_empty(), is_fine, "{one:?}, {other:?}: {why}");
        for issue in issues {
            assert_eq!(issue.fields, ["one", "other"]);
            assert_eq!(
                (issue.code, issue.status),
                (IssueCode::CrossSameNumber, Status::Warn)
            );
        }
    }
}

#[test]
fn validity_fits_document_and_age() {
    use IssueCode::*;
    // Born 1990-03-07.
    for (field, validity, expected, why) in [
        (
            ID,
            "2016.03.01-2026.03.01",
            vec![],
            "ten years at 25, the last day",
        ),
        (
            ID,
            "2016.02.28-2026.02.28",
            vec![CrossDocumentExpired],
            "ended yesterday",
        ),
        (ID, "2020.05.06-2040.05.06", vec![], "twenty years at 30"),
        (ID, "2020.05.06-2040.05.05", vec![], "a day less"),
        (ID, "2020.02.29-2040.02.29", vec![], "leap days"),
        (
            ID,
            "2020.05.06-2030.05.06",
            vec![CrossValidityLength],
            "ten years at 30",
        ),
        (
            ID,
            "2020.05.06-2040.06.05",
            vec![CrossValidityLength],
            "a month more",
        ),
        (
            ID,
            "2016.04.01-2026.04.01",
            vec![],
            "applied at 25, issued at 26",
        ),
        (
            ID,
            "2016.12.01-2026.12.01",
            vec![CrossValidityLength],
            "applied at 26",
        ),
        (
            ID,
            "2020.05.06-长期",
            vec![CrossValidityLength],
            "long-term at 30",
        ),
        (ID, "长期", vec![], "the start is not known"),
        (ID, "2040.05.06", vec![], "the start is not known"),
        (
            ID,
            "2040.05.06-2020.05.06",
            vec![CrossValidityOrder],
            "exchanged",
        ),
        (
            ID,
            "2026.03.02-2046.03.02",
            vec![CrossValidityFuture],
            "from tomorrow",
        ),
        (
            ID,
            "2000.03.07-2005.03.07",
            vec![CrossDocumentExpired],
            "five years at 10",
        ),
        (
            PERMIT,
            "2022.05.06-2027.05.06",
            vec![],
            "five years at any age",
        ),
        (
            PERMIT,
            "2022.05.06-2042.05.06",
            vec![CrossValidityLength],
            "a permit at 32",
        ),
        (
            PHONE,
            "2020.05.06-2021.05.06",
            vec![CrossDocumentExpired],
            "of no known document",
        ),
    ] {
        let period = Validity::parse(validity).expect("the test writes periods");
        let issues = check(&[field], None, Some(period), today());
        assert_eq!(codes(&issues), expected, "{validity}: {why}");
        for issue in issues {
            let is_hard = matches!(issue.code, CrossDocumentExpired | CrossValidityOrder);
            assert_eq!(issue.status == Status::Invalid, is_hard, "{why}");
        }
    }
    let elder = ("id_number", FieldKind::CnId, "11010519491231002X");
    let long = Validity::parse("2010.01.01-长期");
    assert_eq!(check(&[elder], None, long, today()), [], "long-term at 60");
    let passport = ("passport", FieldKind::PassportCn, "E12345678");
    let ten = Validity::parse("2020.01.01-2029.12.31");
    assert_eq!(
        check(&[passport], Some(date("1990-03-07")), ten, today()),
        [],
        "ten years"
    );
    let child = check(&[passport], Some(date("2010-03-07")), ten, today());
    assert_eq!(codes(&child), [CrossValidityLength], "five years at 9");
    assert_eq!(
        check(&[passport], None, ten, today()),
        [],
        "the age is not known"
    );
    let both = check(&[passport, elder], None, ten, today());
    assert_eq!(both, [], "it is not known whose period it is");
}

#[test]
fn periods_read_as_printed() {
    let day = |text| Some(date(text));
    for (text, start, end) in [
        (
            "2016.03.01-2026.03.01",
            day("2016-03-01"),
            day("2026-03-01"),
        ),
        ("20160301-20260301", day("2016-03-01"), day("2026-03-01")),
        (
            "2016-03-01 - 2026-03-01",
            day("2016-03-01"),
            day("2026-03-01"),
        ),
        (
            "2016年3月1日至2026年3月1日",
            day("2016-03-01"),
            day("2026-03-01"),
        ),
        ("2016.03.01-长期", day("2016-03-01"), None),
        ("长期", None, None),
        ("2026/3/1", None, day("2026-03-01")),
    ] {
        let end = end.map_or(ValidUntil::LongTerm, ValidUntil::Day);
        assert_eq!(
            Validity::parse(text),
            Some(Validity { start, end }),
            "{text}"
        );
    }
    for text in [
        "",
        "-",
        "2016",
        "2016.03",
        "2016.02.30",
        "20160230",
        "2016.03.01-2026",
        "张",
        "2016.03.01-2026.03.01-2036.03.01",
        "2016.03.01-2026.03.01 长期",
        "99999999999",
        "２０１６",
        "+016.03.01",
        "样样20",
    ] {
        assert_eq!(Validity::parse(text), None, "{text}");
    }
}
