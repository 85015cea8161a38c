//! `precheck changes`: two decisions as files.

use std::path::{Path, PathBuf};

use crate::command::{Folder, out, run, text, told};

/// The sample product.
fn pack() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies/baitiao")
}

/// A review of a limit in Fujian, with what differs.
fn decision(as_of: &str, income: &str, rest: &str) -> String {
    format!(
        r#"{{"scenario":"limit-review","as_of":"{as_of}","facts":{{"monthly_income":{income},
        "monthly_debt":80000,"region":"fujian","line_kind":"standard","line_state":"open",
        "line_age_days":540,"freeze_days_left":0,"on_time_share":10000,"limit_use":4200,
        "return_rate":1200,"line_overdue_days":0,"line_overdue_amount":0,"overdue_12m":0,
        "other_adverse":"none","online_loans_6m":0,"small_orders_7d":2,"login_places_7d":1,
        "unusual_login":false,"risk_module":640,"platform_state":"normal","stance":"usual",
        "economy":"steady","funding":"ample"}}{rest}}}"#
    )
}

#[test]
fn two_files_are_compared() {
    let folder = Folder::new("changes");
    let before = folder.file("before.json", decision("2026-11-30", "1800000", ""));
    let after = decision("2026-12-01", "900000", "");
    let pack = pack();
    let with = |more: &[&str], input: &str| {
        let mut arguments = vec!["changes", text(&before), "-", "--policy", text(&pack)];
        arguments.extend(more);
        run(&arguments, input)
    };
    let output = with(&["--locale", "en"], &after);
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let said = out(&output);
    for line in [
        "The most that the limit can become was ¥30,000 last time and is ¥10,000 now; a limit that is \
         higher already stays as it is.",
        "- Your own circumstances have changed. Because of this it can become ¥7,500 less.",
        "  Worse: Monthly income: ¥18,000 → ¥9,000",
        "- The standards for your region have changed; this is not because of you. Because of this it \
         can become ¥12,500 less.",
    ] {
        assert!(said.lines().any(|one| one == line), "{line}\n{said}");
    }
    let chinese = out(&with(&[], &after));
    assert!(
        chinese.contains("- 你自己的情况有变化。最高可以提到的额度因此少了 7,500 元。"),
        "{chinese}"
    );

    let json = out(&with(&["--json"], &after));
    let document: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let overlay = &document["changes"]["overlays"][0];
    assert_eq!(overlay["name"], "region-2026");
    assert_eq!(overlay["groups"], serde_json::json!(["policy"]));
    assert!(!json.contains("risk_module"), "{json}");

    let trace = out(&with(&["--trace"], &after));
    let trace: serde_json::Value = serde_json::from_str(&trace).expect("JSON");
    assert_eq!(
        trace["facts"],
        serde_json::json!([{ "name": "monthly_income", "group": "you" }])
    );
    let mixes = trace["mixes"].as_array().expect("a list");
    assert_eq!(mixes.len(), 8, "every mix of you, time and policy");
    assert_eq!(mixes[0]["limit"]["min"], 3_000_000);
}

#[test]
fn what_is_no_decision_is_refused() {
    let folder = Folder::new("changes-refused");
    let good = folder.file("good.json", decision("2026-11-30", "1800000", ""));
    let pack = pack();
    for (after, code, place) in [
        (
            decision("2026-12-01", "1", r#","extra":1"#),
            "application-malformed",
            "modules",
        ),
        (
            decision("2026-12-01", "-1", ""),
            "changes-problems",
            "/after/facts/monthly_income",
        ),
        (
            decision("2026-12-01", "1", r#","modules":{"fraud":"2"}"#),
            "changes-problems",
            "/after/modules/fraud",
        ),
    ] {
        let arguments = ["changes", text(&good), "-", "--policy", text(&pack)];
        let output = run(&arguments, &after);
        assert_eq!(output.status.code(), Some(1), "{code}");
        let said = told(&output);
        assert!(said.contains(code) && said.contains(place), "{said}");
    }
}
