//! The words of text messages, from `messages/`: a page each, whose first lines
//! are the words in each locale.

use precheck::units::Locale;

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind<'a> {
    /// A one-time code for a scenario.
    Code(&'a str),
    /// An activation link.
    Link,
}

impl Kind<'_> {
    fn page(self) -> &'static str {
        match self {
            Kind::Code("link-activation") => include_str!("../../messages/code-link-activation.md"),
            Kind::Code("closure") => include_str!("../../messages/code-closure.md"),
            Kind::Code(_) => include_str!("../../messages/code.md"),
            Kind::Link => include_str!("../../messages/link.md"),
        }
    }
}

/// A message in a locale, with its places filled: `{code}`, `{minutes}` and
/// `{signature}`, or `{link}`, `{days}` and `{signature}`.
pub(crate) fn text(kind: Kind<'_>, locale: Locale, places: &[(&str, &str)]) -> String {
    let line = |locale: Locale| {
        let begins = |line: &'static str| line.strip_prefix(locale.as_str())?.strip_prefix(": ");
        kind.page().lines().find_map(begins)
    };
    // Every page has every locale, which a test sees to.
    let mut rest = line(locale)
        .or_else(|| line(Locale::ZhCn))
        .unwrap_or_default();
    let mut text = String::new();
    // One pass: what is filled in is not looked at again.
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            break;
        };
        let value = places.iter().find(|(one, _)| *one == name);
        text.push_str(value.map_or("", |(_, value)| value));
        rest = after;
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::Path;

    use super::*;

    /// The longest message that is paid for as three, in UTF-16 units.
    const LONGEST: usize = 3 * 67;

    #[test]
    fn every_message_says_what_it_has_to_in_every_locale() {
        for kind in [
            Kind::Code("link-activation"),
            Kind::Code("closure"),
            Kind::Code("another"),
            Kind::Link,
        ] {
            let link = format!("https://shop.example/activate/#{}", "0".repeat(72));
            let values = [
                ("signature", "【示例】"),
                ("code", "012345"),
                ("minutes", "10"),
                ("link", &link),
                ("days", "7"),
            ];
            let mut texts = BTreeSet::new();
            for &locale in Locale::ALL {
                let text = text(kind, locale, &values);
                assert!(text.starts_with("【示例】"), "{text}");
                let secret = if kind == Kind::Link { &*link } else { "012345" };
                assert_eq!(text.matches(secret).count(), 1, "{text}");
                assert!(!text.contains(['{', '}']), "{text}");
                let lasts = if kind == Kind::Link { "7 " } else { "10 " };
                assert!(text.contains(lasts), "{text}");
                assert!(text.encode_utf16().count() <= LONGEST, "{text}");
                texts.insert(text);
            }
            assert_eq!(
                texts.len(),
                Locale::ALL.len(),
                "{kind:?}: each in its words"
            );
        }
    }

    #[test]
    fn every_page_is_used() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("messages");
        let on_disk: BTreeSet<String> = fs::read_dir(folder)
            .expect("the folder is readable")
            .map(|entry| entry.expect("the entry is readable").path())
            .map(|path| fs::read_to_string(path).expect("a text"))
            .collect();
        let used = ["link-activation", "closure", ""].map(Kind::Code);
        let used: BTreeSet<String> = used
            .into_iter()
            .chain([Kind::Link])
            .map(|kind| kind.page().to_owned())
            .collect();
        assert_eq!(on_disk, used);
    }

    #[test]
    fn what_is_filled_in_is_not_filled_again() {
        let places = [("signature", "{code}"), ("code", "1"), ("minutes", "2")];
        let text = text(Kind::Code(""), Locale::En, &places);
        assert!(text.starts_with("{code}1 is"), "{text}");
    }
}
