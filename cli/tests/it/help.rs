//! The texts of the help centre: who is told what, and in which bytes.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use precheck::units::Locale;
use precheck::{Disclosure, ReasonKind};
use precheck_cli::{Compiled, HelpTexts, Pack, compile};
use serde_json::Value;

use crate::command::{Folder, run};

fn policies() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies")
}

fn compiled(name: &str) -> Compiled {
    let pack = Pack::read(&policies().join(name)).expect("the pack can be read");
    compile(&pack).expect("the pack compiles")
}

fn texts(compiled: &Compiled, locale: Locale) -> HelpTexts {
    let mut all = HelpTexts::of(compiled).into_iter();
    all.find(|one| one.locale == locale)
        .expect("every locale of the pack")
}

/// Neither what is confidential nor what only the server's own scenarios give is told; all else is.
#[test]
fn exactly_what_browsers_may_know_is_told() {
    let compiled = compiled("baitiao");
    let public: BTreeSet<&str> = compiled
        .public
        .reasons
        .iter()
        .map(|one| &*one.code)
        .collect();
    for texts in HelpTexts::of(&compiled) {
        let told: BTreeSet<&str> = texts.reasons.iter().map(|one| &*one.code).collect();
        assert_eq!(told, public);
        for reason in &compiled.server.reasons {
            let is_confidential = reason.disclosure == Disclosure::Neutral;
            assert!(
                !(is_confidential && texts.to_json().contains(&reason.code)),
                "{}",
                reason.code
            );
        }
        for one in &texts.reasons {
            assert!((2..=5).contains(&one.education.len()), "{}", one.code);
            let all = [
                &one.title,
                &one.requirement,
                &one.notice,
                &one.help,
                &one.example,
            ];
            for text in all.into_iter().chain(&one.education) {
                assert!(
                    !text.is_empty() && !text.contains("{ $"),
                    "{}: {text}",
                    one.code
                );
            }
        }
    }
}

/// Constants are written for people, facts by their names.
#[test]
fn texts_are_said_to_nobody_in_particular() {
    let compiled = compiled("baitiao");
    for (locale, code, requirement, notice) in [
        (
            Locale::ZhCn,
            "ACCOUNT-NEW",
            "不满 30 天的",
            "注册了 〔账号注册天数〕 天",
        ),
        (
            Locale::En,
            "INCOME-MINIMUM",
            "at least ¥2,000.",
            "a monthly income of [Monthly income], ",
        ),
        // The general variant of a plural, and the general value where a day has its own.
        (
            Locale::En,
            "ACCOUNT-NEW",
            "30 days old",
            "Your account is [Days since the account was opened] days old",
        ),
        (
            Locale::En,
            "DEBT-SHARE",
            "at most 70% of income",
            "more than 70%",
        ),
    ] {
        let texts = texts(&compiled, locale);
        let one = texts.reasons.iter().find(|one| one.code == code);
        let one = one.expect("the reason is told");
        assert!(one.requirement.contains(requirement), "{}", one.requirement);
        assert!(one.notice.contains(notice), "{}", one.notice);
    }
}

/// Every technical reason says that it is no judgement, that it leaves no trace, and when to try again.
#[test]
fn technical_reasons_are_explained_as_such() {
    /// Per locale: no judgement, no trace, when to try again.
    const SAID: [(Locale, [&[&str]; 3]); 2] = [
        (
            Locale::ZhCn,
            [
                &[
                    "不是对你的评价",
                    "不是你的原因",
                    "和你的信用没有关系",
                    "不会算在你身上",
                ],
                &["不会影响信用记录", "不影响信用记录"],
                &["马上就能", "分钟", "小时", "1 到 3 天", "不用做什么"],
            ],
        ),
        (
            Locale::En,
            [
                &[
                    "says nothing about you",
                    "not because of you",
                    "not held against you",
                    "nothing to do with your credit",
                ],
                &[
                    "does not touch your credit record",
                    "do not touch your credit record",
                ],
                &[
                    "at once",
                    "minutes",
                    "hour",
                    "1 to 3 days",
                    "nothing you need to do",
                ],
            ],
        ),
    ];
    let compiled = compiled("baitiao");
    let rows = ["\"T1\"", "\"T2\"", "\"T3\"", "\"T4\"", "\"T5\"", "\"T6\""];
    for (locale, [judgement, trace, when]) in SAID {
        let texts = texts(&compiled, locale);
        let mut count = 0;
        for one in &texts.reasons {
            let file = policies().join(format!("baitiao/reasons/{}.md", one.code));
            let source = fs::read_to_string(file).expect("the reason has a file");
            let covers = source.lines().find(|line| line.starts_with("covers"));
            let is_technical = rows
                .iter()
                .any(|row| covers.unwrap_or_default().contains(row));
            if !is_technical || one.kind != ReasonKind::Platform {
                continue;
            }
            count += 1;
            for (text, wanted) in [
                (&one.notice, judgement),
                (&one.notice, trace),
                (&one.help, when),
            ] {
                let is_said = wanted.iter().any(|phrase| text.contains(phrase));
                assert!(
                    is_said,
                    "{} in {}: one of {wanted:?} in {text}",
                    one.code,
                    locale.as_str()
                );
            }
        }
        assert!(count >= 10, "the rows T1 to T6 have reasons: {count}");
    }
}

#[test]
fn the_command_writes_them_and_the_same_pack_gives_the_same_bytes() {
    let schema = fs::read_to_string(policies().join("schema/help.schema.json"));
    let schema: Value = serde_json::from_str(&schema.expect("the schema is there")).expect("JSON");
    let validator = jsonschema::draft202012::new(&schema).expect("a valid schema");
    for name in ["baitiao", "credit-default"] {
        let folders = ["one", "two"].map(|one| Folder::new(&format!("help-{name}-{one}")));
        for folder in &folders {
            let (pack, out) = (policies().join(name), folder.0.display().to_string());
            let pack = pack.display().to_string();
            let output = run(
                &[
                    "build",
                    &pack,
                    "--out",
                    &out,
                    "--help-texts",
                    &out,
                    "--json",
                ],
                "",
            );
            assert!(output.status.success(), "{output:?}");
            let files: Value = serde_json::from_slice(&output.stdout).expect("JSON");
            let help: Vec<&str> = files
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|file| file["help_texts"].as_str())
                .collect();
            assert_eq!(help, ["zh-CN", "en"]);
        }
        for texts in HelpTexts::of(&compiled(name)) {
            let [one, two] = folders.each_ref().map(|folder| {
                fs::read_to_string(folder.0.join(texts.file_name())).expect("it was written")
            });
            assert_eq!(one, two);
            assert_eq!(one, texts.to_json());
            let document: Value = serde_json::from_str(&one).expect("JSON");
            let errors: Vec<String> = validator
                .iter_errors(&document)
                .map(|error| format!("{error} at {}", error.instance_path()))
                .collect();
            assert!(errors.is_empty(), "{errors:#?}");
        }
    }
}
