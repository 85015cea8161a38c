//! Values masked, told apart, and taken out.

use super::{FieldKind, Status, today};
use crate::identity::{FieldCheck, detect, mask};

#[test]
fn masks_show_what_the_table_says() {
    use FieldKind::*;
    for (kind, value, masked, why) in [
        (
            CnId,
            "110101 19900307-1233",
            "110101********1233",
            "first six, last four",
        ),
        (
            CnId,
            "110101199003071230",
            "******************",
            "not a number",
        ),
        (
            CnMobile,
            "+86 138 0013 8000",
            "138****8000",
            "without the country",
        ),
        (
            CnMobile,
            "146 1234 5678",
            "146****5678",
            "a warning is no fault",
        ),
        (CnName, "林样本", "林**", "the first character"),
        (CnName, "张样", "张*", "the first character"),
        (CnName, "张", "*", "nothing but the first character"),
        (
            CnName,
            "阿依古丽·样本",
            "阿******",
            "where the dot is tells something",
        ),
        (CnName, "𠮷样", "𠮷*", "a hanzi of two units"),
        (
            Email,
            "Lin@Example.com",
            "L***@example.com",
            "length hidden",
        ),
        (Email, "l@example.com", "***@example.com", "one character"),
        (Email, "lin@example", "***********", "not an address yet"),
        (Otp, "024681", "******", "nothing"),
        (
            Address,
            "广东省 深圳市南山区 样本路1号",
            "广东省深圳市南山区****",
            "up to the district",
        ),
        (
            Address,
            "深圳南山区样本路1号",
            "深圳南山区****",
            "without the province",
        ),
        (
            Address,
            "广东省东莞市样本镇1号",
            "广东省东莞市****",
            "no district",
        ),
        (
            Address,
            "香港中西区样本道1号",
            "香港****",
            "up to the region",
        ),
        (Address, "样本路1号", "*****", "no address"),
        (
            Bankcard,
            "110101199003071233",
            "******************",
            "not a card",
        ),
        (PassportCn, "E12345678", "E******78", "first, last two"),
        (CnId, "", "", "nothing to hide"),
    ] {
        assert_eq!(mask(kind, value), masked, "`{value}`: {why}");
    }
}

#[test]
fn kinds_are_told_apart() {
    use FieldKind::*;
    for (value, first) in [
        ("110101199003071233", CnId),
        ("138 0013 8000", CnMobile),
        ("146 1234 5678", CnMobile),
        ("zhangsan@example.com", Email),
        ("zhangsan@gmial.com", Email),
        ("张三", CnName),
        ("广东省深圳市南山区样本路1号", Address),
        ("深圳市南山区", Address),
        // A slip does not make it something else.
        ("110105194912310021", CnId),
        ("440306199002301234", CnId),
        ("1101051949123l002X", CnId),
        ("91110108MA01ABCD1X", Uscc),
        ("E1234567O", PassportCn),
        ("1380013800O", CnMobile),
        ("6217001234567894", Bankcard),
    ] {
        let kinds = detect(value, today());
        assert_eq!(kinds.first(), Some(&first), "`{value}` is {kinds:?}");
    }
    assert_eq!(
        detect("024681", today()),
        [TwPermit, Uscc, Otp, Email, Address],
        "the vague ones last, ranked in the same way"
    );
    assert_eq!(
        detect("", today()).len(),
        FieldKind::ALL.len(),
        "anything can begin"
    );
    assert_eq!(detect("\u{E000}", today()), [], "nothing can");
}

#[test]
fn answers_can_be_taken_out() {
    let found: FieldCheck = super::checked(FieldKind::CnMobile, "l38 OOl3 8OOO");
    assert_eq!(found.clone().into_suggestions(), ["13800138000"]);
    assert_eq!(found.into_canonical(), "l38OOl38OOO");
}

#[cfg(not(target_arch = "wasm32"))]
mod laws {
    use proptest::prelude::*;

    use super::super::date;
    use super::{FieldKind, Status, detect, mask, today};
    use crate::identity::check;

    fn any_value() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<String>(),
            "[0-9A-Z]{0,20}",
            "1[3-9][0-9]{9}",
            "62[0-9]{14,17}",
            "[张样·a-z]{0,10}",
            super::super::contact_laws::any_value(),
        ]
    }

    /// The longest run of characters that a mask may show, the domain of an
    /// e-mail address and the district of a postal address aside.
    const SHOWN: usize = 6;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Never more than the table says, whatever was typed.
        #[test]
        fn masks_hide(kind in prop::sample::select(FieldKind::ALL.to_vec()), value in any_value()) {
            let masked = mask(kind, &value);
            let found = check(kind, &value, date("2999-12-31"));
            let shown = |text: &str| text.chars().filter(|&letter| letter != '*').count();
            if matches!(found.status, Status::Incomplete | Status::Invalid) {
                prop_assert_eq!(shown(&masked), 0);
                prop_assert!(masked.len() <= 20);
                return Ok(());
            }
            match kind {
                FieldKind::Email => {
                    let (local, domain) = masked.split_once('@').expect("an address has one");
                    prop_assert!(shown(local) <= 1);
                    prop_assert!(found.canonical.ends_with(domain));
                }
                FieldKind::Address => {
                    let place = masked.strip_suffix("****").expect("the rest is hidden");
                    prop_assert!(found.canonical.starts_with(place));
                    prop_assert!(place.chars().count() + 2 <= found.canonical.chars().count());
                }
                _ => {
                    let runs = masked.split('*').map(|run| run.chars().count());
                    prop_assert!(runs.max() <= Some(SHOWN));
                    prop_assert!(shown(&masked) <= 10);
                    prop_assert!(shown(&masked) < found.canonical.chars().count());
                }
            }
        }

        /// The kinds that the value is not wrong for, each once, and no other
        /// that is not a slip away.
        #[test]
        fn detects_all_that_is_not_invalid(value in any_value()) {
            let mut kinds = detect(&value, today());
            kinds.sort();
            prop_assert!(kinds.is_sorted_by(|one, next| one < next));
            for &kind in FieldKind::ALL {
                let found = check(kind, &value, today());
                let is_slip = found.code.is_some_and(|code| {
                    code.as_str().ends_with("-check-digit") || code.as_str().contains("-birth-")
                });
                let is_slip = is_slip || !found.suggestions.is_empty();
                let is_there = kinds.contains(&kind);
                prop_assert!(is_there || found.status == Status::Invalid, "{:?}", kind);
                prop_assert!(!is_there || found.status != Status::Invalid || is_slip, "{:?}", kind);
            }
        }
    }
}
