//! The folders hold what the tables name, and nothing else.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::{FieldKind, IssueCode};

fn stems(folder: &str) -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("src/identity")
        .join(folder);
    fs::read_dir(folder)
        .expect("directory is readable")
        .map(|entry| entry.expect("entry is readable").path())
        .filter_map(|path| Some(path.file_stem()?.to_str()?.replace('_', "-")))
        .filter(|stem| stem != "mod")
        .collect()
}

#[test]
fn every_document_file_has_a_row() {
    let in_table: BTreeSet<String> = FieldKind::ALL
        .iter()
        .map(|kind| kind.spec().id.to_owned())
        .collect();
    assert_eq!(stems("documents"), in_table);
}

#[test]
fn every_issue_page_has_a_code() {
    let in_table: BTreeSet<String> = IssueCode::ALL
        .iter()
        .map(|code| code.as_str().to_owned())
        .collect();
    assert_eq!(stems("issues"), in_table);
}
