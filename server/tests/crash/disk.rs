//! A disk that is full or read-only, and is right again later.
//!
//! It takes a small file system of its own, which only root can mount. Where
//! that cannot be done, a loud line says so.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::client::Request;
use crate::{Process, decide, verified};

/// A file system in memory; it goes when this is dropped.
struct Small(tempfile::TempDir);

impl Small {
    fn mount() -> Option<Small> {
        let place = tempfile::tempdir().expect("a temporary folder");
        let options = ["-t", "tmpfs", "-o", "size=16m", "tmpfs"];
        let is_mounted = mount(&options, place.path());
        is_mounted.then(|| Small(place))
    }

    fn remount(&self, how: &str) {
        assert!(mount(&["-o", &format!("remount,{how}")], self.0.path()));
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

fn mount(options: &[&str], place: &Path) -> bool {
    let mut command = Command::new("mount");
    let status = command.args(options).arg(place).status();
    status.is_ok_and(|status| status.success())
}

pub(crate) async fn full_and_read_only() {
    let Some(small) = Small::mount() else {
        println!("disk: SKIPPED, since no file system can be mounted here (needs root)");
        return;
    };
    let data = small.0.path().join("data");
    let process = Process::start(&data);
    let address = process.address();
    let first = decide(address, "before-the-disk-was-full", "demo-good").await;
    let first = first.expect("an answer");
    assert_eq!(first.status, 201, "{}", first.text());
    let location = first.header("location").expect("a place").to_owned();

    // Filled to the last byte.
    let filler = small.0.path().join("filler");
    let _ = fs::write(&filler, vec![1; 16 << 20]);
    let mut refused = 0;
    for number in 0..100 {
        let key = format!("while-the-disk-is-full-{number}");
        let answer = decide(address, &key, "demo-good").await.expect("an answer");
        if answer.status == 201 {
            // There may have been room in pages that were already there.
            continue;
        }
        assert_eq!(answer.status, 503, "{}", answer.text());
        assert_eq!(answer.json()["code"], "store-unavailable");
        assert!(answer.header("retry-after").is_some());
        refused += 1;
    }
    assert!(refused > 0, "the disk was full");
    let shown = Request::new("GET", &location).send(address).await;
    assert_eq!(shown.text(), first.text(), "reading goes on");

    fs::remove_file(&filler).expect("there is room again");
    for number in 0..100 {
        let key = format!("while-the-disk-is-full-{number}");
        let answer = decide(address, &key, "demo-good").await.expect("an answer");
        assert_eq!(answer.status, 201, "no restart: {}", answer.text());
    }
    process.kill();
    let found = verified(&data).await;
    assert_eq!((found.findings, found.rows), (vec![], 101), "one row a key");

    small.remount("ro");
    let mut process = Process::spawn(&data);
    let line = process.line();
    process.kill();
    assert!(line.starts_with("refused data-unusable"), "{line}");
    small.remount("rw");
    let process = Process::start(&data);
    let again = decide(process.address(), "before-the-disk-was-full", "demo-good").await;
    assert_eq!(again.expect("an answer").text(), first.text());
    process.kill();
    println!("disk: full for {refused} decisions, then read-only; nothing lost, no restart needed");
}
