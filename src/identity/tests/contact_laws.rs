//! Laws of e-mail addresses, codes and postal addresses.

use proptest::prelude::*;

use super::{FieldKind, Status, checked};
use crate::identity::regions;

fn prefectures() -> Vec<(&'static str, &'static str)> {
    let mut names = Vec::new();
    regions::each_prefecture(&mut |province, name| names.push((province, name)));
    names
}

fn status(kind: FieldKind, value: &str) -> Status {
    checked(kind, value).status
}

fn is_good(kind: FieldKind, value: &str) -> bool {
    matches!(status(kind, value), Status::Ok | Status::Warn)
}

/// The grammar of an address in ASCII, told in another way than the engine.
fn is_email(value: &str) -> bool {
    let Some((local, domain)) = value.trim().split_once('@') else {
        return false;
    };
    let is_atom = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_alphanumeric() || "+-_".contains(c))
    };
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let labels: Vec<&str> = domain.split('.').collect();
    let top = labels[labels.len() - 1];
    local.len() <= 64
        && value.trim().len() <= 254
        && local.split('.').all(is_atom)
        && labels.len() > 1
        && labels.iter().all(|label| is_label(label))
        && top.len() > 1
        && (top.starts_with("xn--") || top.chars().all(|c| c.is_ascii_alphabetic()))
}

/// Tells whether some text of at most six characters makes it an address.
fn can_be_email(value: &str) -> bool {
    let mut endings = vec![String::new()];
    for _ in 0..6 {
        if endings
            .iter()
            .any(|ending| is_email(&format!("{value}{ending}")))
        {
            return true;
        }
        endings = endings
            .iter()
            .flat_map(|ending| ["a", "@", ".", "-"].map(|next| format!("{ending}{next}")))
            .collect();
    }
    endings
        .iter()
        .any(|ending| is_email(&format!("{value}{ending}")))
}

/// Every name that an address can begin with.
fn names() -> Vec<&'static str> {
    regions::province_names()
        .chain(prefectures().into_iter().map(|(_, name)| name))
        .chain(["文昌市", "仙桃市", "石河子市", "济源市", "神农架林区"])
        .collect()
}

const REST: &str = "样市样区样路1号";

/// Finds an address that begins like this: it goes on, or the name at its
/// beginning does.
fn complete_address(value: &str) -> Option<String> {
    let typed = value.strip_prefix("中国").unwrap_or(value);
    let named = names()
        .into_iter()
        .filter_map(|name| name.strip_prefix(typed))
        .map(|more| format!("{value}{more}{REST}"));
    // A postal code in front, once it has all its digits.
    let digits = value.chars().take_while(char::is_ascii_digit).count();
    let zeros = "0".repeat(6_usize.saturating_sub(digits));
    [format!("{value}{REST}"), format!("{value}{zeros}{REST}")]
        .into_iter()
        .chain(named)
        .find(|whole| is_good(FieldKind::Address, whole))
}

prop_compose! {
    /// An address with all its parts, of any prefecture.
    pub(super) fn valid_address()(
        (province, city) in prop::sample::select(prefectures()),
        district in prop::sample::select(vec!["样样区", "样县", "市南区", "样本市", "样左旗", "新区"]),
        detail in "样本(路|街道|镇)[1-9]{1,3}号([1-9]幢)?([1-9]{3})?",
        gap in prop::sample::select(vec!["", " ", "，", "　"]),
    ) -> String {
        format!("{province}{gap}{city}{gap}{district}{gap}{detail}")
    }
}

/// Text that is nearly a value of one of these kinds.
pub(super) fn any_value() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-c1.@ +xn-]{0,10}",
        "[a-z1-9.é]{0,4}[@＠]?[qgmail163]{0,6}[.。]?(com|cn|con|c)? ?",
        "[0-9０ O-]{0,10}",
        "(中国)?[广东省深圳市南山区朝阳吉林海北京香港样本路小 ，1号-]{0,10}",
        valid_address(),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Accepted is exactly what the grammar allows, and `incomplete` exactly
    /// what can still become so.
    #[test]
    fn email_is_exact(value in "[a1.@x-]{0,9}|[a-c+_.]{1,6}@[a-c1.-]{0,8}|[a-c]{1,3}@[a-c]{1,3}\\.x?n?-{0,3}[a-c1]{0,2}") {
        let expected = match (is_email(&value), can_be_email(&value)) {
            (true, _) => [Status::Ok, Status::Warn],
            (false, true) => [Status::Incomplete; 2],
            (false, false) => [Status::Invalid; 2],
        };
        prop_assert!(expected.contains(&status(FieldKind::Email, &value)), "{}", value);
    }

    /// The same where the limits are near.
    #[test]
    fn long_email_is_exact(
        local in "a{57,62}[a.]{1,3}",
        domain in "(@(a{62}[a-]\\.){1,2})?",
        tail in "(a{0,50}[a.]{7}[ax1.-]{0,5})?",
    ) {
        let value = format!("{local}{domain}{tail}");
        let expected = match (is_email(&value), can_be_email(&value)) {
            (true, _) => Status::Ok,
            (false, true) => Status::Incomplete,
            (false, false) => Status::Invalid,
        };
        prop_assert_eq!(status(FieldKind::Email, &value), expected);
    }

    /// Between 250 and 254 characters every one counts.
    #[test]
    fn email_at_the_limit_is_exact(fill in 50..60_usize, tail in "[ax1.-]{0,5}|xn?-{0,2}") {
        let a = |count: usize| "a".repeat(count);
        for stem in [a(fill), format!("{}.", a(fill))] {
            let value = format!("{0}@{1}.{1}.{stem}{tail}", a(64), a(63));
            let expected = match (is_email(&value), can_be_email(&value)) {
                (true, _) => Status::Ok,
                (false, true) => Status::Incomplete,
                (false, false) => Status::Invalid,
            };
            prop_assert_eq!(status(FieldKind::Email, &value), expected, "{}", value);
        }
    }

    /// No beginning of a good address is refused.
    #[test]
    fn beginning_of_email_is_not_refused(value in "[a-z0-9]{1,8}(\\.[a-z]{1,5})?@([a-z0-9]{1,8}\\.){1,3}[a-z]{2,5}") {
        prop_assert!(is_good(FieldKind::Email, &value));
        for upto in 0..value.len() {
            prop_assert_ne!(status(FieldKind::Email, &value[..upto]), Status::Invalid);
        }
    }

    /// Six digits are fine, four to eight pass, fewer are a beginning.
    #[test]
    fn codes_go_by_length(value in "[0-9]{0,10}") {
        let expected = match value.len() {
            0..4 => Status::Incomplete,
            6 => Status::Ok,
            4..=8 => Status::Warn,
            _ => Status::Invalid,
        };
        prop_assert_eq!(status(FieldKind::Otp, &value), expected);
    }

    /// A whole address is `ok`; none of its beginnings is refused.
    #[test]
    fn whole_address_is_ok(value in valid_address()) {
        prop_assert_eq!(status(FieldKind::Address, &value), Status::Ok, "{}", value);
        for (upto, _) in value.char_indices() {
            prop_assert_ne!(status(FieldKind::Address, &value[..upto]), Status::Invalid);
        }
    }

    /// `incomplete` if and only if some address begins like this.
    #[test]
    fn incomplete_address_is_exact(value in "(中国)?[广东省深圳市南山区朝阳吉林海北京香港台湾样本路小1号菜旗县自治州地盟园😀]{0,9}") {
        let completed = complete_address(&value);
        prop_assert_eq!(status(FieldKind::Address, &value) != Status::Invalid, completed.is_some(), "{}", value);
    }

    /// A beginning of any name, and of any name after any province.
    #[test]
    fn beginning_of_name_is_incomplete(
        name in prop::sample::select(names()),
        province in prop::sample::select(regions::province_names().collect::<Vec<_>>()),
        upto in 0..15_usize,
    ) {
        let typed: String = name.chars().take(upto).collect();
        for value in [typed.clone(), format!("中国{typed}"), format!("{province}{typed}")] {
            prop_assert!(complete_address(&value).is_some(), "{}", value);
            prop_assert_ne!(status(FieldKind::Address, &value), Status::Invalid);
        }
    }
}
