//! `precheck diff`: what changed in meaning between two packs.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::command::{Folder, out, run, text, told};
use crate::mini;

/// The mini pack, with one text replaced everywhere in one of its files.
fn pack(folder: &Folder, name: &str, edits: &[(&str, &str)]) -> PathBuf {
    for (path, mut content) in mini::files() {
        for (from, to) in edits {
            content = content.replace(from, to);
        }
        folder.file(&format!("{name}/{path}"), content);
    }
    folder.0.join(name)
}

fn diff(folder: &Folder, edits: &[(&str, &str)], more: &[&str]) -> (Option<i32>, String) {
    let (old, new) = (pack(folder, "old", &[]), pack(folder, "new", edits));
    let mut arguments = vec!["diff", text(&old), text(&new)];
    arguments.extend(more);
    let output = run(&arguments, "");
    assert!(told(&output).is_empty(), "{}", told(&output));
    (output.status.code(), out(&output))
}

#[test]
fn the_same_policy_decides_the_same() {
    let folder = Folder::new("diff-same");
    let (code, shown) = diff(&folder, &[], &[]);
    assert_eq!(code, Some(0));
    assert_eq!(shown, "every application gets the decision it got\n");
    // Another name of a rule: nobody is decided otherwise.
    let (code, shown) = diff(&folder, &[("\"velocity-soft\"", "\"velocity-mild\"")], &[]);
    assert_eq!((code, shown.lines().count()), (Some(0), 1), "{shown}");
}

#[test]
fn a_moved_threshold_shows_who_is_between() {
    let folder = Folder::new("diff-threshold");
    let edits = [("share > \"50%\"", "share > \"40%\"")];
    let (code, shown) = diff(&folder, &edits, &["--json"]);
    assert_eq!(code, Some(1), "{shown}");
    let report: Value = serde_json::from_str(&shown).expect("JSON");
    let scenarios = report["scenarios"].as_array().expect("a list");
    let short = scenarios.iter().find(|one| one["name"] == "short");
    let short = short.expect("the scenario is there");
    assert_eq!(short["decisions"].as_array().map(Vec::len), Some(1));
    let change = &short["decisions"][0];
    assert_eq!(
        (&change["old"], &change["new"]),
        (&json!("approve"), &json!("refer"))
    );
    // One basis point above the new limit, and nothing else.
    assert_eq!(change["example"]["differs"], json!({ "share": 4001 }));
    assert_eq!(change["example"]["smallest"], true);
    assert_eq!(
        (&short["decisions_exact"], &report["same_decisions"]),
        (&json!(true), &json!(false))
    );
    let (_, shown) = diff(&folder, &edits, &[]);
    for line in [
        "short\n",
        "  approve → refer\n",
        "    share = 40.01% to 50.00%\n",
    ] {
        assert!(shown.contains(line), "{line} in {shown}");
    }
    assert!(shown.ends_with("decisions change\n"), "{shown}");
}

/// What is computed follows what is stated, and it is the stated fact that the
/// example tells.
#[test]
fn a_computed_fact_follows_its_date() {
    let folder = Folder::new("diff-computed");
    let edits = [("age < adult", "age < 21")];
    let (code, shown) = diff(&folder, &edits, &["--json"]);
    assert_eq!(code, Some(1), "{shown}");
    let report: Value = serde_json::from_str(&shown).expect("JSON");
    let scenarios = report["scenarios"].as_array().expect("a list");
    let open = scenarios.iter().find(|one| one["name"] == "open");
    let changes = open.expect("the scenario is there")["decisions"].as_array();
    let change = changes
        .expect("a list")
        .iter()
        .find(|one| one["new"] == "decline");
    let example = &change.expect("who is too young now")["example"];
    let differs = example["differs"].as_object().expect("facts");
    assert!(
        differs.contains_key("born") && !differs.contains_key("age"),
        "{shown}"
    );
    assert!(example["facts"].get("age").is_none(), "it is never stated");
    let (day, age) = (&example["as_of"], &example["computed"]["new"]["age"]);
    assert_eq!(
        (age, &example["computed"]["old"]["age"]),
        (&json!(18), age),
        "{day}"
    );
    // The youngest who were old enough, by birthday.
    let (born, day) = (example["facts"]["born"].as_str(), day.as_str());
    let (born, day) = (born.expect("a day"), day.expect("a day"));
    assert_eq!(born[4..], day[4..], "{shown}");
    let (_, shown) = diff(&folder, &edits, &[]);
    assert!(shown.contains(&format!("    born = {born}\n")), "{shown}");
    assert!(shown.contains("    so age = 18 to 20\n"), "{shown}");
}

/// An application that nobody can hand in is no example, and one that only one
/// of the policies takes is told apart.
#[test]
fn impossible_combinations_are_left_out() {
    let folder = Folder::new("diff-impossible");
    let with = |id: &str, when: &str| {
        format!("[[impossible]]\nid = \"{id}\"\nwhen = '{when}'\n\n[scenarios.open]\n")
    };
    let students = with("students", "work == \"student\" && share > \"40%\"");
    let share = "fact-share = share\n";
    let sentence = format!("impossible-students = students share less\n{share}");
    let both = [("[scenarios.open]\n", &*students), (share, &*sentence)];
    // The threshold moves for students alone, and where they cannot be.
    let only = (
        "share > \"50%\" ||",
        "share > \"50%\" || work == \"student\" && share > \"45%\" ||",
    );
    let old = pack(&folder, "old", &both);
    let new = pack(&folder, "new", &[both[0], both[1], only]);
    let output = run(&["diff", text(&old), text(&new)], "");
    let shown = out(&output);
    assert_eq!(output.status.code(), Some(0), "{shown}");
    assert!(
        shown.ends_with("every application gets the decision it got\n"),
        "{shown}"
    );
    // Without the combination it is a change; and the combination is one itself.
    let (code, shown) = diff(&folder, &[only], &[]);
    assert_eq!(code, Some(1), "{shown}");
    assert!(shown.contains("    share = 45.01% to 50.00%\n"), "{shown}");
    let (code, shown) = diff(&folder, &both, &["--json"]);
    assert_eq!(code, Some(1), "{shown}");
    let report: Value = serde_json::from_str(&shown).expect("JSON");
    assert_eq!(report["same_decisions"], false);
    for scenario in report["scenarios"].as_array().expect("a list") {
        assert_eq!(scenario["decisions"], json!([]), "{shown}");
        let accepted = scenario["accepted"].as_array().expect("a list");
        assert!(!accepted.is_empty(), "{shown}");
        for one in accepted {
            let facts = &one["example"]["facts"];
            assert_eq!(
                (&one["by"], &facts["work"]),
                (&json!("old"), &json!("student"))
            );
            assert!(facts["share"].as_i64() > Some(4_000), "{shown}");
        }
    }
    let (_, shown) = diff(&folder, &both, &[]);
    assert!(shown.contains(" → impossible\n"), "{shown}");
    assert!(
        shown.ends_with("only one policy takes for possible\n"),
        "{shown}"
    );
}

#[test]
fn what_changes_no_decision_is_told_and_is_no_failure() {
    let folder = Folder::new("diff-words");
    let (code, shown) = diff(&folder, &[("说明是", "说明就是")], &[]);
    assert_eq!(code, Some(0), "{shown}");
    let texts = "texts that read otherwise: zh-CN/reason/BUREAU-LOW/notice, ";
    assert!(shown.contains(texts), "{shown}");
    // Another reason for the same refusal.
    let reason =
        "id = \"adult\"\nwhen = 'age < adult'\neffect = \"decline\"\nreason = \"TOO-YOUNG\"";
    let other = reason.replace("TOO-YOUNG", "SOURCE-DOWN");
    let extra = format!(
        "{other}\n\n[[scenarios.open.rules]]\n{}",
        reason.replace("\"adult\"", "\"adult-2\"")
    );
    let (code, shown) = diff(&folder, &[(reason, &extra)], &[]);
    assert_eq!(code, Some(0), "{shown}");
    assert!(
        shown.contains("decline stays, for other reasons: "),
        "{shown}"
    );
}

/// Decisions stay, and somebody gets another amount: that is a change as well.
#[test]
fn a_cell_of_the_limits_is_told_with_who_lies_in_it() {
    let folder = Folder::new("diff-amount");
    let edits = [("[\"19.00\", \"18.00\"", "[\"19.00\", \"18.50\"")];
    let (code, shown) = diff(&folder, &edits, &["--json"]);
    assert_eq!(code, Some(1), "{shown}");
    let report: Value = serde_json::from_str(&shown).expect("JSON");
    assert_eq!(
        (&report["same_decisions"], &report["same_amounts"]),
        (&json!(true), &json!(false))
    );
    let open = &report["scenarios"][0];
    assert_eq!(
        (&open["name"], &open["amounts_exact"]),
        (&json!("open"), &json!(true))
    );
    let amounts = open["amounts"].as_array().expect("a list");
    assert_eq!(amounts.len(), 1, "nobody gets less: {shown}");
    let change = &amounts[0];
    assert_eq!(
        (&change["old"], &change["new"]),
        (&json!(1_800), &json!(1_850))
    );
    let facts = &change["example"]["facts"];
    assert_eq!(facts["work"], "employed", "{shown}");
    assert_eq!(change["example"]["smallest"], true);
    let (_, shown) = diff(&folder, &edits, &[]);
    for line in [
        "  approve stays, with more: 18.00 → 18.50\n",
        "    requests = 100 to 999\n",
        "decisions stay, amounts change\n",
    ] {
        assert!(shown.contains(line), "{line} in {shown}");
    }
}

/// Points by cases count like any others.
#[test]
fn a_characteristic_by_cases_is_compared() {
    let folder = Folder::new("diff-cases");
    let last = "  { points = 37 },\n]\n";
    let with = |points: i32| {
        format!(
            "{last}\n[[characteristics]]\nreason = \"INCOME-LOW\"\nmean = 3\notherwise = 0\ncases = [\n  \
             {{ when = 'work == \"student\" && member', points = {points} }},\n]\n"
        )
    };
    let (before, after) = (with(0), with(-40));
    let old = pack(&folder, "old", &[(last, &before)]);
    let new = pack(&folder, "new", &[(last, &after)]);
    let output = run(&["diff", text(&old), text(&new)], "");
    let shown = out(&output);
    assert_eq!(output.status.code(), Some(1), "{shown}{}", told(&output));
    for line in [
        "    work = student\n",
        "    member = true\n",
        "decisions change\n",
    ] {
        assert!(shown.contains(line), "{line} in {shown}");
    }
    let output = run(&["diff", text(&new), text(&new)], "");
    assert_eq!(output.status.code(), Some(0), "{}", out(&output));
}

/// With priors, the report says how many are expected to get each decision.
#[test]
fn shares_are_those_of_the_priors() {
    let folder = Folder::new("diff-shares");
    let priors = "segments = [1]\n\n[facts.work]\ncodes = { employed = [2], student = [1], none = [1] }\n\n\
                  [facts.share]\nbins = [{ below = \"40.01%\", weights = [3] }, { below = \"50.01%\", weights = [1] }, \
                  { weights = [0] }]\n\n[facts.bureau]\nbins = [{ below = 450, weights = [0] }, { weights = [1] }]\n\
                  missing = [0]\nspecials = { unavailable = [0], thin = [0] }\n";
    let (old, new) = (
        pack(&folder, "old", &[]),
        pack(&folder, "new", &[("share > \"50%\"", "share > \"40%\"")]),
    );
    for name in ["old", "new"] {
        folder.file(&format!("{name}/priors.toml"), priors);
    }
    let output = run(&["diff", text(&old), text(&new)], "");
    let shown = out(&output);
    assert_eq!(output.status.code(), Some(1), "{shown}{}", told(&output));
    assert!(
        shown.contains("  of expected applicants: approve "),
        "{shown}"
    );
}

/// Codes are the same by name; where they stand in the list means nothing.
#[test]
fn codes_may_move() {
    let folder = Folder::new("diff-codes");
    let codes = [
        "[\"employed\", \"student\", \"none\"]",
        "[\"none\", \"employed\", \"student\"]",
    ];
    let (code, shown) = diff(&folder, &[(codes[0], codes[1])], &[]);
    assert_eq!(code, Some(0), "{shown}");
    assert!(shown.contains("changed facts: work\n"), "{shown}");
    let (code, shown) = diff(
        &folder,
        &[
            (codes[0], codes[1]),
            ("work != \"employed\" && (", "work == \"student\" && ("),
        ],
        &[],
    );
    assert_eq!(code, Some(1), "{shown}");
    assert!(shown.contains("\n    work = none\n"), "{shown}");
}

#[test]
fn names_and_scores_are_compared() {
    let folder = Folder::new("diff-names");
    let (code, shown) = diff(
        &folder,
        &[
            ("[scenarios.short]", "[scenarios.brief]"),
            ("scenarios.short.", "scenarios.brief."),
            ("base = 100", "base = 90"),
        ],
        &[],
    );
    assert_eq!(code, Some(1));
    for line in [
        "new scenarios: brief\n",
        "removed scenarios: short\n",
        "  score: ",
    ] {
        assert!(shown.contains(line), "{line} in {shown}");
    }
}

#[test]
fn an_unfinished_search_says_so() {
    let folder = Folder::new("diff-budget");
    let edits = [("bureau < 400", "bureau < 401")];
    let (code, shown) = diff(&folder, &edits, &["--budget", "2"]);
    assert_eq!(code, Some(1));
    assert!(shown.contains("not finished"), "{shown}");
}

#[test]
fn a_projection_is_not_compared() {
    let folder = Folder::new("diff-projection");
    let pack = pack(&folder, "old", &[]);
    let key = folder.0.join("key");
    let made = folder.0.join("out");
    run(&["key", "new", text(&key)], "");
    let signer = key.with_extension("key");
    let built = run(
        &[
            "build",
            text(&pack),
            "--key",
            text(&signer),
            "--out",
            text(&made),
        ],
        "",
    );
    assert_eq!(built.status.code(), Some(0), "{}", told(&built));
    let trust = key.with_extension("pub");
    assert!(fs::exists(&trust).expect("a readable folder"));
    for (side, code) in [("server", 0), ("public", 2)] {
        let bundle = made.join(format!("mini.{side}.bundle"));
        let arguments = ["diff", text(&pack), text(&bundle), "--trust", text(&trust)];
        let output = run(&arguments, "");
        assert_eq!(output.status.code(), Some(code), "{}", told(&output));
        assert_eq!(told(&output).contains("policy-projected"), code == 2);
    }
}
