//! The packs of the repository lint without an error.

use std::collections::BTreeSet;
use std::path::Path;

use precheck_cli::{LINT_CODES, Pack, Severity, compile, lint};

#[test]
fn the_sample_packs_have_neither_error_nor_warning() {
    for name in ["baitiao", "credit-default"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../policies")
            .join(name);
        let pack = Pack::read(&folder).expect("the pack can be read");
        let compiled = compile(&pack).expect("the pack compiles");
        let all = lint(&pack, &compiled);
        let mut bad = all.iter().filter(|one| one.severity != Severity::Note);
        assert_eq!(bad.next(), None, "{name}");
        let codes: BTreeSet<&str> = all.iter().map(|one| one.code).collect();
        assert!(codes.contains("monotone"), "{name} has proofs");
        assert!(
            !codes.contains("lint-budget"),
            "{name} is decided as a whole"
        );
    }
}

/// Every code is explained where authors look, and nothing else is.
#[test]
fn the_table_of_codes_is_complete() {
    let text = include_str!("../../../../ARCHITECTURE.md");
    let rows: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` | "))
        .filter(|(_, rest)| {
            ["error |", "warning |", "note |"]
                .iter()
                .any(|one| rest.starts_with(one))
        })
        .map(|(code, _)| code)
        .collect();
    let declared: BTreeSet<&str> = LINT_CODES.iter().map(|(code, ..)| *code).collect();
    assert_eq!(rows, declared);
}
