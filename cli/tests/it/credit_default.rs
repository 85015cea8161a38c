//! The real scorecard on real rows; see `tests/data/credit-default/README.md`.

use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[test]
fn the_first_thousand_rows_score_as_expected() {
    let output = Command::new(env!("CARGO_BIN_EXE_precheck"))
        .args(["score", "--policy"])
        .arg(root().join("policies/credit-default"))
        .args(["--expect", "expected_score_int"])
        .arg(root().join("tests/data/credit-default/rows-1000.csv"))
        .output()
        .expect("the command runs");
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(told, "1000 rows, 0 mismatches, 0 rows with problems\n");
    assert_eq!(output.status.code(), Some(0));
    let rows = String::from_utf8_lossy(&output.stdout);
    let mut lines = rows.lines();
    assert_eq!(lines.next(), Some("row,score,decision"));
    assert_eq!(lines.next(), Some("1,387,decline"));
    assert_eq!(lines.next(), Some("2,516,approve"));
    let mut decided = 0;
    for line in lines {
        let cells: Vec<&str> = line.split(',').collect();
        let score: i64 = cells[1].parse().expect("the score is exact");
        assert_eq!(
            cells[2],
            if score >= 509 { "approve" } else { "decline" },
            "{line}"
        );
        decided += 1;
    }
    assert_eq!(decided, 998);
}
