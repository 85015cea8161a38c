//! Identity fields on the command line: check, explain, mask.

use crate::command::{out, run, told};

/// A pack of the repository, as the tests are run in `cli/`.
const PACK: &str = "../policies/baitiao";

#[test]
fn check_finds_the_kind_out() {
    let output = run(&["check", "110101199003071233", "--json"], "");
    assert_eq!(output.status.code(), Some(0));
    let said = out(&output);
    assert!(
        said.starts_with(
            r#"{"kind":"cn_id","value":"110101199003071233","status":"ok","code":null,"canonical":"110101199003071233","suggestions":[],"#
        ),
        "{said}"
    );
    let output = run(&["check", "138 0013 8000"], "");
    assert!(out(&output).starts_with("cn_mobile: ok: 13800138000\n"));
    let output = run(&["check", "\u{1}"], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(told(&output).starts_with("error[kind-undetected]"));
    let output = run(&["check"], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(told(&output).starts_with("error[value-missing]"));
}

#[test]
fn check_tells_what_the_number_tells() {
    let day = ["--as-of", "2026-03-06"];
    let chinese = run(
        &[&["check", "cn_id", "110101199003071233"], &day[..]].concat(),
        "",
    );
    let said = out(&chinese);
    assert!(
        said.contains("出生日期：1990-03-07，2026-03-06 时满 35 周岁"),
        "{said}"
    );
    assert!(said.contains("北京"), "{said}");
    let english = [
        &["check", "cn_id", "110101199003071233", "--locale", "en"],
        &day[..],
    ]
    .concat();
    assert!(out(&run(&english, "")).contains("born on 1990-03-07, 35 years old on 2026-03-06"));
    let json = [
        &["check", "cn_id", "110101199003071233", "--json"],
        &day[..],
    ]
    .concat();
    assert!(out(&run(&json, "")).contains(r#""birth_date":"1990-03-07","age":35,"region":"北京"#));
}

#[test]
fn check_skips_a_line_that_is_too_long() {
    let long = "1".repeat(100_000);
    let input = format!(
        "{{\"kind\":\"otp\",\"value\":\"{long}\"}}\n{{\"kind\":\"cn_mobile\",\"value\":\"13800138000\"}}"
    );
    let output = run(&["check", "--jsonl"], &input);
    assert_eq!(output.status.code(), Some(1));
    let said = out(&output);
    assert!(
        said.starts_with(r#"{"error":{"code":"line-too-long","line":1,"text":"#),
        "{said}"
    );
    assert!(
        said.lines()
            .nth(1)
            .is_some_and(|line| line.contains(r#""status":"ok""#)),
        "{said}"
    );
}

#[test]
fn explain_prints_the_part_in_one_language() {
    let output = run(&["explain", "id-check-digit"], "");
    assert_eq!(output.status.code(), Some(0));
    let said = out(&output);
    assert!(
        said.starts_with("id-check-digit\n") && said.contains("怎么改"),
        "{said}"
    );
    assert!(
        !said.contains("English") && !said.contains("How to fix"),
        "{said}"
    );
    let said = out(&run(&["explain", "id-check-digit", "--locale", "en"], ""));
    assert!(
        said.contains("How to fix") && !said.contains("怎么改"),
        "{said}"
    );
    let said = out(&run(&["explain", "id-check-digit", "--json"], ""));
    assert!(
        said.starts_with(
            r#"{"code":"id-check-digit","retired":false,"locale":"zh-CN","message":""#
        )
    );
}

#[test]
fn explain_names_the_nearest_codes() {
    for (wrong, near) in [
        ("id-chek-digit", "did you mean `id-check-digit`"),
        ("ID-CHECK-DIGIT", "`id-check-digit`"),
        ("check-digit", "`id-check-digit`"),
        ("nonsense", "--list"),
    ] {
        let output = run(&["explain", wrong], "");
        assert_eq!(output.status.code(), Some(2), "{wrong}");
        assert!(told(&output).contains(near), "{wrong}: {}", told(&output));
    }
    let list = out(&run(&["explain", "--list", "--locale", "en"], ""));
    assert!(
        list.lines().any(|line| line.starts_with("id-check-digit ")),
        "{list}"
    );
    assert!(!list.contains("AGE-MINIMUM"));
}

#[test]
fn explain_prints_a_reason_of_a_policy() {
    let output = run(&["explain", "AGE-MINIMUM", "--policy", PACK], "");
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    let said = out(&output);
    assert!(
        said.starts_with("AGE-MINIMUM\n") && said.contains("## 怎么办"),
        "{said}"
    );
    assert!(
        said.contains("{age}") && said.ends_with("{minimum_age} = 18\n"),
        "{said}"
    );
    let list = out(&run(&["explain", "--list", "--policy", PACK], ""));
    assert!(
        list.contains("\nAGE-MINIMUM ") && list.contains("id-check-digit "),
        "{list}"
    );
    let unknown = run(&["explain", "AGE-MAXIMUM", "--policy", PACK], "");
    assert!(told(&unknown).contains("`AGE-MINIMUM`"));
}

#[test]
fn mask_never_repeats_the_value() {
    let output = run(&["mask", "cn_mobile", "+86 138 0013 8000"], "");
    assert_eq!(
        (output.status.code(), out(&output).as_str()),
        (Some(0), "138****8000\n")
    );
    let input = "{\"kind\":\"cn_id\",\"value\":\"110101199003071233\"}\n13800138000\n";
    let output = run(&["mask", "--jsonl"], input);
    assert_eq!(output.status.code(), Some(1));
    let said = out(&output);
    let (first, second) = said.split_once('\n').expect("there are two lines");
    assert_eq!(first, r#"{"kind":"cn_id","masked":"110101********1233"}"#);
    assert!(
        second.starts_with(r#"{"error":{"code":"line-malformed","line":2,"#),
        "{second}"
    );
    assert!(!second.contains("13800138000"));
}
