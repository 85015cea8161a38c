//! The power goes at any moment: whatever was synced is there.
//!
//! SQLite appends to the write-ahead file and syncs it before a decision is
//! acknowledged. So a power cut leaves some prefix of that file that is at
//! least as long as at the last acknowledgement, and after it nothing, zeros
//! or rubbish. Each is tried.

use std::fs;
use std::path::Path;

use crate::{Process, Random, decide, verified};

const DECISIONS: usize = 40;
const CUTS: u64 = 60;
const WAL: &str = "precheck.sqlite-wal";

pub(crate) async fn cuts() {
    let data = tempfile::tempdir().expect("a temporary folder");
    // The first start makes and closes the database; its write-ahead file is gone.
    let process = Process::start(data.path());
    process.kill();
    let process = Process::start(data.path());
    let length = |folder: &Path| fs::metadata(folder.join(WAL)).map_or(0, |file| file.len());
    let before = length(data.path());
    let mut lengths = Vec::new();
    let mut ids = Vec::new();
    for number in 0..DECISIONS {
        let key = format!("power-cut-number-{number}");
        let answer = decide(process.address(), &key, "demo-counted").await;
        let answer = answer.expect("an answer");
        assert_eq!(answer.status, 201, "{}", answer.text());
        ids.push(answer.json()["id"].as_str().expect("an id").to_owned());
        lengths.push(length(data.path()));
    }
    process.kill();
    assert!(lengths.is_sorted(), "the file was only appended to");
    let whole = fs::read(data.path().join(WAL)).expect("the write-ahead file");

    let mut random = Random(2);
    let span = whole.len() as u64 - before;
    for cut in 0..CUTS {
        // Both ends first, then anywhere, in the middle of pages and words.
        let kept = match cut {
            0 => before,
            1 => whole.len() as u64,
            _ => before + random.below(span),
        };
        let kept = usize::try_from(kept).expect("a small file");
        let mut left = whole[..kept].to_vec();
        match cut % 3 {
            0 => {}
            1 => left.resize(whole.len(), 0),
            _ => left.extend((kept..whole.len()).map(|_| random.below(256) as u8)),
        }
        let copy = tempfile::tempdir().expect("a temporary folder");
        for file in ["precheck.sqlite", "master.key"] {
            fs::copy(data.path().join(file), copy.path().join(file)).expect("a copy");
        }
        fs::write(copy.path().join(WAL), left).expect("what is left");
        let found = verified(copy.path()).await;
        assert_eq!(found.findings, [], "cut at {kept}");
        let acknowledged = lengths
            .iter()
            .filter(|length| **length <= kept as u64)
            .count();
        let rows = usize::try_from(found.rows).expect("a small number");
        assert!(
            rows >= acknowledged,
            "cut at {kept}: {rows} of {acknowledged}"
        );
        if cut % 10 == 0 {
            let process = Process::start(copy.path());
            for (number, id) in ids.iter().enumerate().take(acknowledged) {
                let key = format!("power-cut-number-{number}");
                let again = decide(process.address(), &key, "demo-counted").await;
                assert!(
                    again.expect("an answer").text().contains(id.as_str()),
                    "{key}"
                );
            }
            process.kill();
        }
    }
    println!("power: {CUTS} cuts in {span} bytes, nothing acknowledged was lost");
}
