//! `precheck check` by a policy, on whole forms, and on lines with gaps.

use std::path::PathBuf;
use std::process::Output;

use crate::command::{Folder, out, run, text, told};

const DAY: [&str; 2] = ["--as-of", "2026-11-22"];

/// What the mini pack says of a number that is not finished.
const WORDS: &str = "Eleven digits, please.";

/// Runs `check` on that day.
fn check(arguments: &[&str], input: &str) -> Output {
    run(&[&["check"], &DAY[..], arguments].concat(), input)
}

/// The mini pack with the segment 154 alone, and a sentence of its own.
fn pack(folder: &Folder) -> PathBuf {
    let table = "[identity]\nsegments = [{ first = 15400, last = 15499, used_by = \"people\" }]\n\n[constants]";
    let pack = folder.pack("[constants]", table);
    let words = crate::mini::locale("en") + "\nissue-mobile-incomplete = " + WORDS + "\n";
    folder.file("pack/locales/en.ftl", words);
    pack
}

#[test]
fn check_goes_by_a_policy() {
    let folder = Folder::new("check-policy");
    let pack = pack(&folder);
    let name = folder.0.join("signer");
    assert_eq!(run(&["key", "new", text(&name)], "").status.code(), Some(0));
    let (secret, public) = (folder.0.join("signer.key"), folder.0.join("signer.pub"));
    let key = ["--key", text(&secret)];
    let out_of = ["build", text(&pack), "--out", text(&folder.0)];
    let built = run(&[&out_of[..], &key].concat(), "");
    assert_eq!(built.status.code(), Some(0), "{}", told(&built));
    let bundle = folder.0.join("mini.public.bundle");
    for (policy, trust) in [(&pack, None), (&bundle, Some(["--trust", text(&public)]))] {
        let by = ["--policy", text(policy), "--locale", "en"];
        let by = [&by[..], trust.as_ref().map_or(&[], |trust| &trust[..])].concat();
        for (value, code, before, after) in [
            (
                "15412345678",
                0,
                "invalid[mobile-unallocated]",
                "ok: 15412345678",
            ),
            (
                "13800138000",
                1,
                "ok: 13800138000",
                "invalid[mobile-unallocated]",
            ),
            (
                "1541234567",
                1,
                "invalid[mobile-unallocated]",
                "incomplete[mobile-incomplete]: Eleven",
            ),
        ] {
            let built_in = check(&["cn_mobile", value, "--locale", "en"], "");
            assert!(out(&built_in).starts_with(before), "{}", out(&built_in));
            let found = check(&[&["cn_mobile", value], &by[..]].concat(), "");
            assert!(out(&found).starts_with(after), "{}", out(&found));
            assert_eq!(found.status.code(), Some(code), "{value}");
        }
        let json = check(
            &[&["cn_mobile", "1541234567", "--json"], &by[..]].concat(),
            "",
        );
        assert_eq!(
            out(&json),
            format!(
                "{{\"kind\":\"cn_mobile\",\"value\":\"1541234567\",\"status\":\"incomplete\",\"code\":\"mobile-incomplete\",\
                 \"canonical\":\"1541234567\",\"suggestions\":[],\"message\":\"{WORDS}\"}}\n"
            )
        );
        let line = "{\"kind\":\"cn_mobile\",\"value\":\"15412345678\"}\n";
        let lines = check(&[&["--jsonl"], &by[..]].concat(), line);
        assert!(out(&lines).contains("\"status\":\"ok\""), "{}", out(&lines));
        let form = r#"{"fields":{"phone":{"kind":"cn_mobile","value":"1541234567"}}}"#;
        let form = check(&[&["--form"], &by[..]].concat(), form);
        assert!(out(&form).contains(WORDS), "{}", out(&form));
    }
}

#[test]
fn check_says_when_there_is_no_policy() {
    let folder = Folder::new("check-no-policy");
    let table = "[identity]\nsegments = []\n\n[constants]";
    let pack = folder.pack("[constants]", table);
    let other = folder.file("x.bundle", "hello");
    for (policy, code, said) in [
        ("/does/not/exist", 2, "file-unreadable"),
        (text(&other), 1, "bundle-not-a-bundle"),
        (text(&pack), 1, "table-empty"),
    ] {
        let arguments = ["cn_mobile", "13800138000", "--policy", policy];
        let found = check(&arguments, "");
        assert_eq!(found.status.code(), Some(code), "{policy}");
        assert!(told(&found).contains(said), "{}", told(&found));
        assert_eq!(out(&found), "", "no answer without its policy");
        let found = check(&[&arguments[..], &["--json"]].concat(), "");
        assert_eq!(found.status.code(), Some(code), "{policy}");
        assert!(
            out(&found).starts_with(r#"{"error":{"code":""#),
            "{}",
            out(&found)
        );
    }
}

/// A form as JSON: name, number and phone, and what stands beside the fields.
fn form(name: &str, number: &str, phone: &str, besides: &str) -> String {
    format!(
        r#"{{"fields":{{"name":{{"kind":"cn_name","value":"{name}"}},"id_number":{{"kind":"cn_id","value":"{number}"}},"phone":{{"kind":"cn_mobile","value":"{phone}"}}}}{besides}}}"#
    )
}

const NAME: &str = "张三";
const NUMBER: &str = "110101199003071233";
const PHONE: &str = "13800138000";

/// What the fields say together, as names, status and code of each finding.
fn together(output: &Output) -> Vec<String> {
    let answer: serde_json::Value =
        serde_json::from_slice(&output.stdout).expect("the answer is JSON");
    let findings = answer["form"].as_array().expect("there is a list");
    let word = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    findings
        .iter()
        .map(|one| {
            let names = one["fields"].as_array().expect("a list of names");
            let names: Vec<String> = names.iter().map(word).collect();
            assert!(!word(&one["message"]).is_empty());
            format!(
                "{}: {} {}",
                names.join(", "),
                word(&one["status"]),
                word(&one["code"])
            )
        })
        .collect()
}

/// Fails exactly when a field, or several together, are not fine; a warning
/// never stops anybody.
#[test]
fn fields_of_a_form_are_compared() {
    const FINE: &[&str] = &[];
    let besides =
        |birth: &str, validity: &str| format!(r#","birth_date":"{birth}","validity":"{validity}""#);
    for (form, code, expected, why) in [
        (form(NAME, NUMBER, PHONE, ""), 0, FINE, "nothing to say"),
        (r#"{"fields":{}}"#.into(), 0, FINE, "nothing at all"),
        (
            form(NAME, NUMBER, PHONE, &besides("1990-03-07", "2020.03.01-2040.03.01")),
            0,
            FINE,
            "all that can be compared",
        ),
        (
            form(NAME, NUMBER, PHONE, r#","birth_date":null,"validity":null"#),
            0,
            FINE,
            "not asked",
        ),
        (form(NAME, NUMBER, "1380013800", ""), 1, FINE, "a field is not finished"),
        (form(NAME, "110101199003071230", PHONE, ""), 1, FINE, "a field is wrong"),
        (
            form("Zhang San", NUMBER, PHONE, ""),
            0,
            &["name, id_number: warn cross-name-script"],
            "a warning",
        ),
        (
            form(NAME, NUMBER, PHONE, r#","birth_date":"1990-03-08""#),
            1,
            &["id_number: invalid cross-birth-date"],
            "another day of birth",
        ),
        (
            form(NAME, NUMBER, PHONE, r#","validity":"2006.11.21-2026.11.21""#),
            1,
            &["id_number: invalid cross-document-expired", "id_number: warn cross-validity-length"],
            "yesterday was the last day",
        ),
        (
            form(NAME, NUMBER, PHONE, r#","validity":"2016.11.22-2026.11.22""#),
            0,
            &["id_number: warn cross-validity-length"],
            "today is the last day",
        ),
        (
            form(NAME, NUMBER, PHONE, r#","validity":"2040.03.01-2020.03.01""#),
            1,
            &["id_number: invalid cross-validity-order"],
            "ends before it begins",
        ),
        (
            form("Zhang San", NUMBER, PHONE, &besides("1991-03-07", "20400301-20200301")),
            1,
            &[
                "id_number: invalid cross-birth-date",
                "name, id_number: warn cross-name-script",
                "id_number: invalid cross-validity-order",
            ],
            "all at once",
        ),
        (
            r#"{"fields":{"phone":{"kind":"cn_mobile","value":"13800138000"},"other":{"kind":"cn_mobile","value":"+86 138 0013 8000"}}}"#.into(),
            0,
            &["phone, other: warn cross-same-number"],
            "the same number twice",
        ),
    ] {
        let json = check(&["--form", "--json"], &form);
        assert_eq!(json.status.code(), Some(code), "{why}: {}", out(&json));
        assert_eq!(together(&json), expected, "{why}");
        let words = check(&["--form"], &form);
        assert_eq!(words.status.code(), Some(code), "{why}");
        for finding in expected {
            let (names, finding) = finding.split_once(": ").expect("names, then the finding");
            let (status, issue) = finding.split_once(' ').expect("status, then code");
            let said = format!("{names}: {status}[{issue}]: ");
            assert!(out(&words).lines().any(|line| line.starts_with(&said)), "{}", out(&words));
        }
    }
}

#[test]
fn a_form_is_answered_field_by_field() {
    let asked = form("Zhang San", "110101199003071230", PHONE, "");
    let words = out(&check(&["--form", "--locale", "en"], &asked));
    for start in [
        "name: warn[name-latin]: ",
        "id_number: invalid[id-check-digit]: ",
        "phone: ok: 13800138000",
    ] {
        let is_said = words.lines().any(|line| line.starts_with(start));
        assert!(is_said, "{start}: {words}");
    }
    let is_compared = words.lines().any(|line| line.starts_with("name, "));
    assert!(
        !is_compared,
        "a wrong number is compared with nothing: {words}"
    );
    let asked = form(
        NAME,
        "110101 19900307-1233",
        "1380013800",
        r#","birth_date":"1990-03-08""#,
    );
    let json = out(&check(&["--form", "--json", "--locale", "en"], &asked));
    let expected = r#"{"fields":[{"name":"name","kind":"cn_name","value":"张三","status":"ok","code":null,"canonical":"张三","suggestions":[]},{"name":"id_number","kind":"cn_id","value":"110101 19900307-1233","status":"ok","code":null,"canonical":"110101199003071233","suggestions":[],"birth_date":"1990-03-07","age":36,"region":"#;
    assert!(json.starts_with(expected), "{json}");
    let phone = r#"{"name":"phone","kind":"cn_mobile","value":"1380013800","status":"incomplete","code":"mobile-incomplete","canonical":"1380013800","suggestions":[],"message":""#;
    assert!(json.contains(phone), "{json}");
    let together = r#""form":[{"fields":["id_number"],"code":"cross-birth-date","status":"invalid","message":""#;
    assert!(json.contains(together), "{json}");
    assert!(json.ends_with("}]}\n"), "one document, one line");
}

/// What is no form is refused with its place, and nothing of it is repeated:
/// it could be somebody's number.
#[test]
fn what_is_no_form_is_refused() {
    const TYPED: &str = "13800138000";
    let field = |members: &str| format!(r#"{{"fields":{{"phone":{{{members}}}}}}}"#);
    let besides = |member: &str| form(NAME, NUMBER, TYPED, member);
    for (input, code, why) in [
        (String::new(), "form-malformed", "nothing"),
        (TYPED.into(), "form-malformed", "a number"),
        ("{}".into(), "form-malformed", "no fields"),
        (format!("[{TYPED}]"), "form-malformed", "a list"),
        (
            format!(r#"{{"fields":["{TYPED}"]}}"#),
            "form-malformed",
            "a list of fields",
        ),
        (
            format!(r#"{{"fields":{{"phone":"{TYPED}"}}}}"#),
            "form-malformed",
            "no kind",
        ),
        (
            field(&format!(r#""kind":"{TYPED}","value":"1""#)),
            "form-malformed",
            "no such kind",
        ),
        (
            field(&format!(r#""kind":"cn_mobile","value":{TYPED}"#)),
            "form-malformed",
            "no text",
        ),
        (field(r#""kind":"cn_mobile""#), "form-malformed", "no value"),
        (
            field(&format!(r#""kind":"cn_mobile","value":"1","{TYPED}":1"#)),
            "form-malformed",
            "one member more",
        ),
        (
            besides(&format!(r#","{TYPED}":1"#)),
            "form-malformed",
            "one member more",
        ),
        (
            besides(r#","birth_date":"1990-02-30""#),
            "form-malformed",
            "no such day",
        ),
        (
            besides(&format!(r#","birth_date":"{TYPED}""#)),
            "form-malformed",
            "no day",
        ),
        (
            format!("{} {TYPED}", besides("")),
            "form-malformed",
            "more after it",
        ),
        (besides("").replace("}}", ""), "form-malformed", "cut off"),
        (
            besides(&format!(r#","validity":"{TYPED}""#)),
            "validity-malformed",
            "no period",
        ),
        (
            besides(r#","validity":"""#),
            "validity-malformed",
            "an empty period",
        ),
        (
            besides(r#","validity":"2016.03.01-2026.02.30""#),
            "validity-malformed",
            "no such day",
        ),
        (
            besides(r#","validity":"不知道""#),
            "validity-malformed",
            "other words",
        ),
    ] {
        let found = check(&["--form"], &input);
        assert_eq!(found.status.code(), Some(1), "{why}");
        let said = told(&found);
        assert!(
            said.starts_with(&format!("error[{code}]: ")),
            "{why}: {said}"
        );
        assert_eq!(out(&found), "", "{why}: no half answers");
        let json = check(&["--form", "--json"], &input);
        assert_eq!(json.status.code(), Some(1), "{why}");
        let start = format!(r#"{{"error":{{"code":"{code}","text":""#);
        assert!(out(&json).starts_with(&start), "{why}: {}", out(&json));
        for said in [said, out(&json), told(&json)] {
            assert!(
                !said.contains(TYPED) && !said.contains(NUMBER),
                "{why}: {said}"
            );
        }
    }
    let cut = told(&check(&["--form"], "{\n  \"fields\": x\n}\n"));
    assert!(cut.contains("line 2, column 13"), "{cut}");
}

/// Values come on standard input: arguments can be read by others.
#[test]
fn a_form_takes_no_other_question() {
    for arguments in [
        &["--form", PHONE][..],
        &["--form", "cn_mobile", PHONE],
        &["--form", "--jsonl"],
    ] {
        let found = check(arguments, r#"{"fields":{}}"#);
        assert_eq!(found.status.code(), Some(2), "{arguments:?}");
        assert_eq!(out(&found), "");
    }
}

/// A blank line asks nothing; the count of lines goes on.
#[test]
fn blank_lines_are_skipped() {
    let asked = "{\"kind\":\"otp\",\"value\":\"123456\"}";
    for (input, answers, code, why) in [
        ("\n".to_owned(), 0, 0, "one blank line"),
        ("\r\n \t \n\n".to_owned(), 0, 0, "several"),
        (format!("\n{asked}\n"), 1, 0, "before"),
        (format!("{asked}\n\n\n{asked}"), 2, 0, "between"),
        (
            format!("{asked}\r\n\r\n \r\n"),
            1,
            0,
            "after, as written on Windows",
        ),
        (
            format!("{asked}\n\u{a0}\n"),
            2,
            1,
            "a no-break space is no blank",
        ),
    ] {
        let found = check(&["--jsonl"], &input);
        assert_eq!(found.status.code(), Some(code), "{why}: {}", out(&found));
        assert_eq!(
            out(&found).lines().count(),
            answers,
            "{why}: {}",
            out(&found)
        );
    }
    let found = out(&check(&["--jsonl"], &format!("\n{asked}\n\nnonsense\n")));
    let refused = found.lines().nth(1).expect("the second answer");
    assert!(
        refused.starts_with(r#"{"error":{"code":"line-malformed","line":4,"#),
        "{found}"
    );
    let masked = run(&["mask", "--jsonl"], &format!("\n{asked}\n\n"));
    assert_eq!(
        (masked.status.code(), out(&masked).lines().count()),
        (Some(0), 1)
    );
}
