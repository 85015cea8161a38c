//! Names of a file as names of a pack.

use std::collections::BTreeSet;

/// A name out of letters, digits and `joint`, beginning with a letter.
pub(super) fn identifier(text: &str, joint: &str) -> String {
    let mut out = String::new();
    for one in text.chars() {
        if one.is_ascii_alphanumeric() || (joint == "-" && one == '_') {
            out.push(one);
        } else if !out.ends_with(joint) && !out.is_empty() {
            out.push_str(joint);
        }
    }
    let out = out.trim_end_matches(joint);
    if out.starts_with(|first: char| first.is_ascii_alphabetic()) {
        out.to_owned()
    } else {
        let prefix = if joint == "_" { "f" } else { "v" };
        format!("{prefix}{out}")
    }
}

/// The name, or the name with a number behind it; equal but for capitals
/// counts as taken, since files are named so.
pub(super) fn unique(name: &str, joint: &str, taken: &mut BTreeSet<String>) -> String {
    let is_free = |one: &str| {
        let mut taken = taken.iter();
        !taken.any(|other| other.eq_ignore_ascii_case(one))
    };
    let numbered = (2..).map(|number| format!("{name}{joint}{number}"));
    let mut all = core::iter::once(name.to_owned()).chain(numbered);
    let found = all.find(|one| is_free(one)).expect("numbers do not end");
    taken.insert(found.clone());
    found
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{identifier, unique};

    #[test]
    fn names_are_words() {
        for (text, fact, code) in [
            ("age", "age", "age"),
            (
                "Annual income (EUR)",
                "Annual_income_EUR",
                "Annual-income-EUR",
            ),
            ("RC2_3", "RC2_3", "RC2_3"),
            ("18-25", "f18_25", "v18-25"),
            ("", "f", "v"),
            ("收入", "f", "v"),
            ("__x__", "x", "v__x__"),
        ] {
            assert_eq!(identifier(text, "_"), fact, "`{text}`");
            assert_eq!(identifier(text, "-"), code, "`{text}`");
        }
    }

    #[test]
    fn names_that_are_taken_get_a_number() {
        let mut taken = BTreeSet::new();
        let names = ["a", "A", "a", "b"].map(|name| unique(name, "-", &mut taken));
        assert_eq!(names, ["a", "A-2", "a-3", "b"]);
    }
}
