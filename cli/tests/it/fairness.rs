//! Who is refused how often: the report on the real rows, held against a count
//! of its own, and what it says of groups that differ.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::command::{Folder, out, run, text, told};

const ROWS: &str = include_str!("../../../tests/data/credit-default/rows-1000.csv");

fn policy() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies/credit-default");
    text(&root).to_owned()
}

fn report(file: &Path, more: &[&str]) -> Value {
    let policy = policy();
    let start = [
        "fairness",
        "--json",
        "--policy",
        &policy,
        text(file),
        "--as-of",
        "2026-11-22",
    ];
    let output = run(&[&start[..], more].concat(), "");
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    serde_json::from_str(&out(&output)).expect("this is JSON")
}

/// By group: people, refused, paid, refused among those.
fn counted(column: usize) -> BTreeMap<String, [u64; 4]> {
    let mut groups: BTreeMap<String, [u64; 4]> = BTreeMap::new();
    for line in ROWS.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let score: i64 = cells[14].parse().expect("a score");
        let (refused, paid) = (u64::from(score < 509), u64::from(cells[11] == "0"));
        let group = groups.entry(cells[column].to_owned()).or_default();
        for (sum, more) in group.iter_mut().zip([1, refused, paid, refused * paid]) {
            *sum += more;
        }
    }
    groups
}

/// Ten thousandths of a share, as the report rounds.
fn share(some: u64, all: u64) -> u64 {
    (some * 20_000 + all) / (all * 2)
}

#[test]
fn the_sample_book_is_reported_by_group() {
    let folder = Folder::new("fairness-book");
    let file = folder.file("rows.csv", ROWS);
    let found = report(&file, &["--by", "EDUCATION,split", "--good", "y=0"]);
    assert_eq!(
        (&found["whole"]["people"], &found["open"]),
        (&1000.into(), &0.into())
    );
    for (place, column) in [(0, 2), (1, 12)] {
        let groups = found["columns"][place]["groups"]
            .as_array()
            .expect("groups");
        let wanted = counted(column);
        assert_eq!(groups.len(), wanted.len());
        for group in groups {
            let [people, refused, paid, both] = wanted[group["value"].as_str().expect("a value")];
            assert_eq!(group["people"], people, "{group}");
            let told = |member: &str| group[member]["share"].to_string();
            let written = |share: u64| {
                let text = format!("{}.{:04}", share / 10_000, share % 10_000);
                let text = text.trim_end_matches('0');
                if text.ends_with('.') {
                    format!("{text}0")
                } else {
                    text.to_owned()
                }
            };
            assert_eq!(told("declined"), written(share(refused, people)), "{group}");
            if paid > 0 {
                assert_eq!(told("good_declined"), written(share(both, paid)), "{group}");
            }
        }
    }
    // A split by chance is no group of people that differs.
    let split = found["columns"][1]["groups"].as_array().expect("groups");
    assert!(
        split.iter().all(|group| group["differs"] == false),
        "{split:#?}"
    );
}

/// Where a group does differ, it is said, with the reasons that it gets more often.
#[test]
fn a_group_that_is_refused_more_often_is_named_with_its_reasons() {
    let folder = Folder::new("fairness-differs");
    // Those who paid late last month, as if somebody lived in one place.
    let lines = ROWS.lines().enumerate().map(|(at, line)| {
        let late = line
            .split(',')
            .nth(3)
            .is_some_and(|pay| !pay.starts_with(['-', '0']));
        let place = if at == 0 {
            "place"
        } else if late {
            "north"
        } else {
            "south"
        };
        format!("{line},{place}\n")
    });
    let file = folder.file("rows.csv", lines.collect::<String>());
    let found = report(&file, &["--by", "place"]);
    let groups = found["columns"][0]["groups"].as_array().expect("groups");
    assert!(
        groups.iter().all(|group| group["differs"] == true),
        "{groups:#?}"
    );
    let north = &groups[0];
    assert_eq!(north["value"], "north");
    let because = north["because"].as_array().expect("reasons");
    assert!(!because.is_empty() && because.len() <= 4, "{north:#}");
    let more = |one: &Value| one["here"]["share"].as_f64() > one["elsewhere"]["share"].as_f64();
    assert!(because.iter().all(more), "{north:#}");
    let policy = policy();
    let output = run(
        &[
            "fairness",
            "--policy",
            &policy,
            text(&file),
            "--by",
            "place",
        ],
        "",
    );
    let words = out(&output);
    assert!(words.contains("unlike the others"), "{words}");
    assert!(words.contains("told to"), "{words}");
}

#[test]
fn a_column_that_is_not_there_is_named() {
    let folder = Folder::new("fairness-column");
    let file = folder.file("rows.csv", ROWS);
    let policy = policy();
    for more in [
        &["--by", "SEX"][..],
        &["--by", "EDUCATION", "--good", "paid=1"],
        &["--by", "EDUCATION", "--good", "y"],
    ] {
        let start = ["fairness", "--policy", &policy, text(&file)];
        let output = run(&[&start[..], more].concat(), "");
        assert_eq!(output.status.code(), Some(2), "{more:?}");
        assert!(
            told(&output).contains("column-unknown"),
            "{}",
            told(&output)
        );
    }
}
