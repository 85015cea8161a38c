//! The command as a program: exit codes, streams, errors.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::mini;

/// A folder of this test run that is removed at its end.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("precheck-cli-{}-{name}", std::process::id()));
        fs::create_dir_all(&path).expect("the folder can be made");
        Folder(path)
    }

    pub(crate) fn file(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        let parent = path.parent().expect("the path has a parent");
        fs::create_dir_all(parent).expect("the folder can be made");
        fs::write(&path, text).expect("the file can be written");
        path
    }

    /// The mini pack with one text replaced.
    pub(crate) fn pack(&self, from: &str, to: &str) -> PathBuf {
        for (path, text) in mini::files() {
            self.file(&format!("pack/{path}"), text.replacen(from, to, 1));
        }
        self.0.join("pack")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left behind is the system's to clean.
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn run(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_precheck"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command runs");
    // A command that does not read its input has closed it.
    let _ = child
        .stdin
        .take()
        .expect("input is piped")
        .write_all(input.as_bytes());
    child.wait_with_output().expect("the command ends")
}

pub(crate) fn text(path: &Path) -> &str {
    path.to_str().expect("paths of tests are text")
}

pub(crate) fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub(crate) fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn check_answers_line_by_line() {
    let input = "{\"kind\":\"cn_mobile\",\"value\":\"138 0013 8000\"}\nnonsense\n{\"kind\":\"cn_mobile\",\"value\":\"1380\"}\n{\"kind\":\"fax\",\"value\":\"1\"}\n";
    let output = run(&["check", "--jsonl", "--as-of", "2026-03-01"], input);
    assert_eq!(output.status.code(), Some(1));
    let lines = out(&output);
    let lines: Vec<&str> = lines.lines().collect();
    assert_eq!(
        lines[0],
        r#"{"kind":"cn_mobile","value":"138 0013 8000","status":"ok","code":null,"canonical":"13800138000","suggestions":[]}"#
    );
    assert!(
        lines[1].starts_with(r#"{"error":{"code":"line-malformed","line":2,"text":"#),
        "{}",
        lines[1]
    );
    assert!(
        lines[2].contains(r#""status":"incomplete","code":"mobile-incomplete""#),
        "{}",
        lines[2]
    );
    assert!(
        lines[3].starts_with(r#"{"error":{"code":"kind-unknown","line":4,"#),
        "{}",
        lines[3]
    );
    assert_eq!(lines.len(), 4);
    let output = run(&["check", "--jsonl"], "");
    assert_eq!(
        (output.status.code(), out(&output).as_str()),
        (Some(0), ""),
        "no lines, no answers"
    );
}

#[test]
fn check_points_at_the_place() {
    let output = run(&["check", "cn_mobile", "13a00138000", "--locale", "en"], "");
    assert_eq!(output.status.code(), Some(1));
    let said = out(&output);
    assert!(said.contains("13a00138000\n |   ^"), "{said}");
    assert!(!said.contains('\u{1b}'), "no colours where nobody looks");
    assert_eq!(
        run(&["check", "cn_mobile", "13800138000"], "")
            .status
            .code(),
        Some(0)
    );
    let output = run(&["check", "fax", "1", "--json"], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(out(&output).starts_with(r#"{"error":{"code":"kind-unknown""#));
}

#[test]
fn a_bundle_assesses_as_its_pack() {
    let folder = Folder::new("build");
    let pack = folder.pack("", "");
    let key = folder.0.join("k");
    assert_eq!(run(&["key", "new", text(&key)], "").status.code(), Some(0));
    let (secret, trust) = (key.with_extension("key"), key.with_extension("pub"));
    let arguments = ["build", text(&pack), "--out", text(&folder.0)];
    let output = run(&[&arguments[..], &["--key", text(&secret)]].concat(), "");
    assert_eq!(
        (output.status.code(), told(&output).as_str()),
        (Some(0), "")
    );
    assert_eq!(out(&output).lines().count(), 2);
    let public = folder.0.join("mini.public.bundle");

    let application = folder.file("a.json", r#"{"scenario":"open","facts":{"income":150050}}"#);
    let arguments = [
        "assess",
        "--policy",
        text(&public),
        "--trust",
        text(&trust),
        text(&application),
        "--as-of",
        "2026-03-01",
    ];
    let from_bundle = run(&[&arguments[..], &["--json"]].concat(), "");
    assert_eq!(from_bundle.status.code(), Some(0));
    assert!(
        out(&from_bundle).starts_with(r#"{"outcome":{"format":1,"#)
            && out(&from_bundle).ends_with("}\n")
    );
    let from_pack = run(
        &[
            "assess",
            "--policy",
            text(&pack),
            "--audience",
            "public",
            "-",
            "--as-of",
            "2026-03-01",
            "--json",
        ],
        r#"{"scenario":"open","facts":{"income":150050}}"#,
    );
    assert_eq!(out(&from_pack), out(&from_bundle), "a pack is its bundle");
    let words = run(&arguments, "");
    assert!(
        out(&words).starts_with("zh-CN cannot-tell-headline\n"),
        "{}",
        out(&words)
    );
    // Every length in every form.
    for (length, format, begins) in [
        ("short", "text", "zh-CN short zh-CN cannot-tell-short"),
        (
            "short",
            "html",
            "<section class=\"precheck-explanation\" lang=\"zh-CN\">\n<h2>zh-CN short ",
        ),
        (
            "short",
            "json",
            "{\"locale\":\"zh-CN\",\"short\":\"zh-CN short ",
        ),
        (
            "screen",
            "html",
            "<section class=\"precheck-explanation\" lang=\"zh-CN\">\n<h2>zh-CN cannot",
        ),
        ("screen", "json", "{\"outcome\":{\"format\":1,"),
        ("trace", "text", "完整依据：open, 2026-03-01\n"),
        (
            "trace",
            "html",
            "<section class=\"precheck-explanation\" lang=\"zh-CN\">\n<h2>完整依据",
        ),
        ("trace", "json", "{\"format\":1,\"audience\":\"public\","),
    ] {
        let more = ["--length", length, "--format", format];
        let said = run(&[&arguments[..], &more].concat(), "");
        assert_eq!(said.status.code(), Some(0), "{}", told(&said));
        assert!(
            out(&said).starts_with(begins),
            "{length} {format}: {}",
            out(&said)
        );
        assert!(out(&said).ends_with('\n'));
    }
    let redacted = run(&[&arguments[..], &["--redacted"]].concat(), "");
    assert_eq!(redacted.status.code(), Some(2));
    assert!(told(&redacted).contains("redacted-length"));
    let other = run(
        &[
            "assess",
            "--policy",
            text(&public),
            "--trust",
            text(&trust),
            "--audience",
            "server",
            text(&application),
        ],
        "",
    );
    assert_eq!(other.status.code(), Some(1));
    assert!(told(&other).contains("bundle-audience"), "{}", told(&other));
}

#[test]
fn a_broken_pack_is_shown_as_compilers_do() {
    let folder = Folder::new("broken");
    let pack = folder.pack("version = 3", "version = ");
    let output = run(&["build", text(&pack), "--out", text(&folder.0)], "");
    assert_eq!(output.status.code(), Some(1));
    let said = told(&output);
    assert!(
        said.contains("error[toml-malformed]") && said.contains("--> policy.toml:3:"),
        "{said}"
    );
    assert!(
        !folder.0.join("mini.server.bundle").exists(),
        "nothing is written"
    );
    let pack = folder.pack("version = 3", "versio = 3");
    let output = run(&["build", text(&pack), "--json"], "");
    assert_eq!(output.status.code(), Some(1));
    let said = out(&output);
    assert!(
        said.starts_with(r#"{"error":{"code":"policy-problems","text":"#),
        "{said}"
    );
    assert!(
        said.contains(r#"{"file":"policy.toml","line":3,"column":1,"code":"key-unknown""#),
        "{said}"
    );
}

#[test]
fn wrong_use_and_wrong_files() {
    let folder = Folder::new("wrong");
    let not_a_bundle = folder.file("x.bundle", "hello");
    let pack = folder.pack("", "");
    for (arguments, input, code, said) in [
        (
            vec!["inspect", text(&not_a_bundle)],
            "",
            1,
            "bundle-not-a-bundle",
        ),
        (vec!["inspect", "/does/not/exist"], "", 2, "file-unreadable"),
        (vec!["build", "/does/not/exist"], "", 2, "pack-missing"),
        (vec!["frobnicate"], "", 2, "frobnicate"),
        (
            vec!["score", "--policy", text(&pack), "-"],
            "income\n1\n",
            2,
            "scenario-missing",
        ),
        (
            vec!["score", "--policy", text(&pack), "--scenario", "open", "-"],
            "",
            2,
            "header-missing",
        ),
        (
            vec!["assess", "--policy", text(&pack), "-"],
            "",
            1,
            "application-malformed",
        ),
        (
            vec!["assess", "--policy", text(&pack), "-"],
            r#"{"scenario":"opn"}"#,
            1,
            "scenario-unknown",
        ),
        (
            vec!["assess", "--policy", text(&pack), "-"],
            r#"{"scenario":"open","facts":{"incme":1}}"#,
            1,
            "fact-unknown",
        ),
        (
            vec![
                "score",
                "--policy",
                text(&pack),
                "--scenario",
                "open",
                "--expect",
                "s",
                "-",
            ],
            "income\n1\n",
            2,
            "column-unknown",
        ),
        (
            vec!["score", "--policy", text(&pack), "--scenario", "open", "-"],
            "incme\n1\n",
            2,
            "columns-missing",
        ),
    ] {
        let output = run(&arguments, input);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{arguments:?}: {}",
            told(&output)
        );
        assert!(
            told(&output).contains(said),
            "{arguments:?}: {}",
            told(&output)
        );
        let output = run(&[&arguments[..], &["--json"]].concat(), input);
        assert!(
            out(&output).starts_with(r#"{"error":{"code":""#),
            "{arguments:?}: {}",
            out(&output)
        );
    }
}

#[test]
fn score_reports_rows_and_goes_on() {
    let folder = Folder::new("score");
    let pack = folder.pack("", "");
    let rows = "income,work,bureau,expected\n\
        2999.99,employed,700,177\n\
        ,none,thin,113\n\
        3000.005,none,700,0\n\
        3000.00,nobody,,0\n\
        3000.00,none\n\
        3000.00,student,unavailable,1\n";
    let output = run(
        &[
            "score",
            "--scenario",
            "open",
            "--policy",
            text(&pack),
            "--expect",
            "expected",
            "-",
        ],
        rows,
    );
    assert_eq!(output.status.code(), Some(1));
    let scored = out(&output);
    let scored: Vec<&str> = scored.lines().collect();
    assert_eq!(
        scored,
        [
            "row,score,decision",
            "1,177,approve|refer|decline",
            "2,113,decline",
            "3,,",
            "4,,",
            "5,,",
            "6,147,retry-later|decline",
        ]
    );
    let said = told(&output);
    for line in [
        "note: no column `requests`: the fact is unknown",
        "row 3: column `income` has more decimals than the unit holds",
        "row 4: column `work`: not in the list of codes: `employed`, `student`, `none` [fact-code]",
        "row 5: has 2 cells, the header has 4",
        "row 6: expected 1, found 147",
        "6 rows, 1 mismatches, 3 rows with problems",
    ] {
        assert!(said.contains(line), "{line}\n{said}");
    }
    let output = run(
        &[
            "score",
            "--policy",
            text(&pack),
            "--scenario",
            "open",
            "--json",
            "-",
        ],
        "income,work\n1,none\n",
    );
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(
        out(&output),
        "{\"row\":1,\"score\":null,\"decision\":null,\"score_range\":[79,147],\"decisions\":[\"refer\",\"decline\"]}\n"
    );
}

#[test]
fn files_that_are_not_text_are_named() {
    let folder = Folder::new("bytes");
    let pack = folder.pack("", "");
    folder.file("pack/reasons/notes.txt", "hello");
    folder.file("pack/locales/en.ftl", [0xff, 0xfe]);
    let output = run(&["build", text(&pack)], "");
    assert_eq!(output.status.code(), Some(1));
    let said = told(&output);
    assert!(
        said.contains("error[file-unknown]") && said.contains("reasons/notes.txt"),
        "{said}"
    );
    assert!(
        said.contains("error[file-not-text]") && said.contains("locales/en.ftl"),
        "{said}"
    );
}

/// The sample product is in the command: it needs no folder to serve it.
#[test]
fn serve_says_what_is_wrong() {
    let folder = Folder::new("serve");
    let data = folder.0.join("data");
    let arguments = [
        "serve",
        "--demo",
        "--listen=127.0.0.1:0",
        "--data",
        text(&data),
        "--www",
        "/does/not/exist",
        "--json",
    ];
    let output = run(&[&arguments[..], &["--as-of", "2026-11-22"]].concat(), "");
    assert_eq!(output.status.code(), Some(1));
    assert!(
        out(&output).starts_with(r#"{"error":{"code":"page-missing""#),
        "{}",
        out(&output)
    );
}

#[test]
fn lint_tells_all_and_fails_for_errors_only() {
    let folder = Folder::new("lint");
    // Age decides, and the rule is not marked as a legal minimum: an error.
    let pack = folder.pack("", "");
    let output = run(&["lint", text(&pack)], "");
    assert_eq!(output.status.code(), Some(1));
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(shown.contains("error[age-not-legal]"), "{shown}");
    assert!(shown.contains("policy.toml:75:9"), "{shown}");
    assert!(output.stderr.is_empty(), "it is a result, not a failure");

    let pack = folder.pack(
        "when = 'age < adult'",
        "when = 'age < adult'\nlegal_minimum = true",
    );
    let output = run(&["lint", text(&pack), "--json"], "");
    assert_eq!(output.status.code(), Some(0), "warnings do not fail");
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).expect("this is JSON");
    assert_eq!(found["errors"], 0);
    let all = found["findings"].as_array().expect("a list");
    let count = |severity: &str| all.iter().filter(|one| one["severity"] == severity).count();
    assert_eq!(found["warnings"], count("warning"));
    assert_eq!(found["notes"], count("note"));
    for one in all {
        for member in ["file", "line", "column", "code", "message", "help"] {
            assert!(!one[member].is_null(), "{member} of {one}");
        }
    }

    let pack = folder.pack("version = 3", "version = 0");
    let output = run(&["lint", text(&pack)], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("version-range"));
}
