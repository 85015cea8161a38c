//! `precheck test`: cases in files, told line by line.

use std::fs;

use serde_json::Value;

use crate::command::{Folder, out, run, text, told};

const CASE: &str = r#"# Somebody with work

Prose, with a fence that is none of ours:

```toml
case = "not this one"
```

```case
bundle   = "server"
scenario = "short"
as_of    = 2026-03-01
covers   = ["A1"]

[facts]
work   = "none"
share  = 5001
bureau = 599
```

```expect
status         = ["decided"]
decisions      = ["decline"]
reasons        = ["INCOME-LOW"]
```

The end.
"#;

/// Runs the mini pack on one case, and gives exit code and output.
fn test(folder: &Folder, case: &str, more: &[&str]) -> (Option<i32>, String) {
    let pack = folder.pack("", "");
    let path = folder.file("cases/short/one.md", case);
    let mut arguments = vec!["test", "--policy", text(&pack), text(&path)];
    arguments.extend(more);
    let output = run(&arguments, "");
    assert!(told(&output).is_empty(), "{}", told(&output));
    (output.status.code(), out(&output))
}

#[test]
fn a_case_passes_or_says_what_differs() {
    let folder = Folder::new("cases-differ");
    let (code, shown) = test(&folder, CASE, &[]);
    assert_eq!(code, Some(0), "{shown}");
    assert!(shown.starts_with("PASS short/one\n\n1 case: 1 passed, 0 failed\n"));
    for (from, to, minus, plus) in [
        (
            "[\"decline\"]",
            "[\"refer\"]",
            "- expected  decisions      = [\"refer\"]",
            "+ actual    decisions      = [\"decline\"]",
        ),
        (
            "reasons        = [\"INCOME-LOW\"]\n",
            "",
            "",
            "+ actual    reasons        = [\"INCOME-LOW\"]",
        ),
        (
            "[\"decided\"]\n",
            "[\"decided\"]\nchecks = [\"X\"]\n",
            "- expected  checks         = [\"X\"]",
            "",
        ),
        (
            "[\"INCOME-LOW\"]\n",
            "[\"INCOME-LOW\"]\n[notice.en]\nheadline = \"No\"\n",
            "- expected  notice.en headline       = \"No\"",
            "+ actual    notice.en headline       = ",
        ),
    ] {
        let (code, shown) = test(&folder, &CASE.replace(from, to), &[]);
        assert_eq!(code, Some(1), "{shown}");
        assert!(shown.contains("FAIL short/one\n"), "{shown}");
        assert!(shown.contains("one.md:21\n"), "the place: {shown}");
        assert!(shown.contains(minus) && shown.contains(plus), "{shown}");
        assert!(!shown.contains('\u{1b}'), "no colours in a pipe");
    }
}

/// Order and spelling of the lines are the author's.
#[test]
fn an_expectation_is_no_matter_of_spelling() {
    let folder = Folder::new("cases-spelling");
    let other = CASE
        .replace("status         = [\"decided\"]\n", "")
        .replace(
            "[\"INCOME-LOW\"]\n",
            "['INCOME-LOW'] # why\nask = []\nstatus=[ \"decided\", ]\n",
        )
        .replace('\n', "\r\n");
    let (code, shown) = test(&folder, &other, &[]);
    assert_eq!(code, Some(0), "{shown}");
}

#[test]
fn update_writes_the_expectation_and_nothing_else() {
    let folder = Folder::new("cases-update");
    let texts = "\n[notice.zh-CN]\nheadline = \"\"\n\n[notice.en]\nreasons = [\"\"]\n";
    let wrong = CASE
        .replace("[\"decline\"]", "[\"approve\"]")
        .replace("[\"INCOME-LOW\"]\n", &format!("[\"INCOME-LOW\"]\n{texts}"));
    let (code, shown) = test(&folder, &wrong, &["--update"]);
    assert_eq!(code, Some(0), "{shown}");
    assert!(shown.contains("1 case: 0 passed, 1 updated, 0 failed"));
    let written = fs::read_to_string(folder.0.join("cases/short/one.md")).expect("a case");
    let [before, after] = ["```expect\n", "\n```\n\nThe end.\n"];
    let start = CASE.find(before).expect("a block") + before.len();
    assert_eq!(written[..start], CASE[..start]);
    assert!(written.ends_with(after), "{written}");
    assert!(written.contains("\n\n[notice.zh-CN]\nheadline       = \""));
    assert!(written.contains("\n\n[notice.en]\nreasons        = [\""));
    let (code, shown) = test(&folder, &written, &["--update"]);
    assert_eq!(code, Some(0), "{shown}");
    assert!(shown.contains("1 passed"), "nothing is left to update");
}

#[test]
fn every_fault_of_a_file_has_its_place() {
    let folder = Folder::new("cases-faults");
    for (from, to, code, line) in [
        ("```case", "```cases", "block-missing", 1),
        ("```expect\n", "", "block-missing", 1),
        ("```\n\nThe end.\n", "", "block-open", 21),
        ("The end.", "```case\n```", "block-duplicate", 27),
        ("bundle   = \"server\"\n", "", "key-missing", 10),
        ("\"server\"", "\"sever\"", "word-unknown", 10),
        ("scenario =", "scenaro =", "key-unknown", 11),
        ("\"short\"", "\"shirt\"", "scenario-unknown", 11),
        ("2026-03-01", "\"1 March\"", "value-type", 12),
        ("599\n", "599\nbureau = 1\n", "toml-malformed", 19),
        ("599", "5.99", "value-type", 18),
        ("599", "{ special = \"off\" }", "fact-state", 18),
        ("share ", "shares ", "fact-unknown", 17),
        ("5001", "10001", "fact-domain", 17),
        (
            "[facts]",
            "[fields]\nfax = \"1\"\n[facts]",
            "field-unknown",
            16,
        ),
        ("decisions ", "decision ", "key-unknown", 23),
        ("[\"decline\"]", "\"decline\"", "value-type", 23),
        ("\"INCOME-LOW\"", "1", "value-type", 24),
        ("LOW\"]\n", "LOW\"]\n[notice.fr]\n", "locale-unknown", 25),
        (
            "LOW\"]\n",
            "LOW\"]\n[notice.en]\nhead = \"\"\n",
            "key-unknown",
            26,
        ),
    ] {
        let case = CASE.replacen(from, to, 1);
        assert_ne!(case, CASE, "{from}");
        let (exit, shown) = test(&folder, &case, &["--json"]);
        let report: Value = serde_json::from_str(&shown).expect("JSON");
        let faults = report["cases"][0]["problems"].as_array().expect("problems");
        let found = faults
            .iter()
            .map(|one| (one["code"].as_str(), one["line"].as_u64()));
        let found: Vec<_> = found.collect();
        assert!(found.contains(&(Some(code), Some(line))), "{to}: {shown}");
        assert_eq!((exit, &report["failed"]), (Some(1), &1.into()), "{to}");
        let (_, shown) = test(&folder, &case, &[]);
        assert!(shown.contains(&format!("error[{code}]")), "{shown}");
        assert!(shown.contains(&format!("one.md:{line}:")), "{shown}");
    }
}

#[test]
fn what_no_case_reaches_is_named() {
    let folder = Folder::new("cases-coverage");
    let (_, shown) = test(&folder, CASE, &["--json", "--coverage"]);
    let report: Value = serde_json::from_str(&shown).expect("JSON");
    let coverage = &report["coverage"];
    let rules = &coverage["rules"];
    assert_eq!((&rules["all"], &rules["reached"]), (&8.into(), &2.into()));
    let counts = &rules["cases"];
    for (rule, cases) in [("short-both", 1), ("short-either", 1), ("adult", 0)] {
        assert_eq!(counts[rule], cases, "{rule}");
        let never = rules["never"].as_array().expect("a list");
        assert_eq!(never.contains(&rule.into()), cases == 0, "{rule}");
    }
    assert_eq!(coverage["reasons"]["cases"]["INCOME-LOW"], 1);
    assert_eq!(coverage["bands"]["reached"], 0);
    // A card of the other scenario: a bin in the middle, a special code.
    let card = CASE.replace("\"short\"", "\"open\"").replace(
        "bureau = 599",
        "bureau = { special = \"thin\" }\nincome = 300000",
    );
    let (_, shown) = test(&folder, &card, &["--coverage"]);
    for line in [
        "    1  card: income 3000.00 to 5999.99",
        "    0  card: income 0.00 to 2999.99",
        "    0  card: income missing",
        "    1  card: work none",
        "    1  card: bureau thin",
        "    0  card: approve from 160",
    ] {
        assert!(shown.contains(&format!("  {line}\n")), "{line} in {shown}");
    }
}

#[test]
fn folders_are_walked_and_a_pack_may_bring_its_own() {
    let folder = Folder::new("cases-folders");
    let pack = folder.pack("", "");
    let pack = text(&pack);
    let output = run(&["test", "--policy", pack], "");
    assert_eq!(output.status.code(), Some(2), "no cases");
    assert!(told(&output).starts_with("error[cases-missing]"));
    folder.file("pack/cases/short/b.md", CASE);
    folder.file("pack/cases/short/a.md", CASE);
    folder.file("pack/cases/short/.hidden.md", "");
    folder.file("pack/cases/short/note.txt", "");
    let output = run(&["test", "--policy", pack], "");
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    assert!(out(&output).starts_with("PASS short/a\nPASS short/b\n\n2 cases"));
    let output = run(&["test", "--policy", pack, "no-such-folder"], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(told(&output).starts_with("error[file-unreadable]"));
}
