//! A pack so small that all its applications can be tried.

use precheck::Phrase;
use precheck_cli::{Diagnostic, Pack, compile, lint};

const HEAD: &str = r#"[pack]
name = "small"
version = 1
valid_from = "2026-01-01"
locales = ["zh-CN", "en"]
neutral_reason = "NEUTRAL"
"#;

const FACTS: &str = r#"
[facts.n]
kind = "integer"
domain = [0, 5]
missing = true
source = "account"
audience = "public"
better = "higher"
actionable = "up"

[facts.m]
kind = "integer"
domain = [0, 3]
source = "account"
audience = "public"
better = "lower"

[facts.flag]
kind = "bool"
source = "account"
audience = "public"

[facts.kind]
kind = "code"
codes = ["a", "b", "c"]
specials = ["gone"]
source = "account"
audience = "public"

[facts.born]
kind = "date"
domain = [1900-01-01, 2100-12-31]
source = "account"
audience = "public"

[facts.age]
kind = "years"
domain = [0, 150]
source = "account"
audience = "public"
derived = { years_since = "born" }

[scenarios.s]
facts = ["n", "m", "flag", "kind", "born", "age"]
"#;

/// A rule as it stands in the file.
pub(super) fn rule(id: &str, when: &str, effect: &str, reason: &str) -> String {
    format!(
        "\n[[scenarios.s.rules]]\nid = \"{id}\"\nwhen = '{when}'\neffect = \"{effect}\"\nreason = \"{reason}\"\n"
    )
}

/// The files: what is said of the scenario, changes to the facts, a card.
pub(super) fn files(rules: &str, facts: (&str, &str), card: &str) -> Vec<(String, String)> {
    assert!(FACTS.contains(facts.0), "`{}` is there", facts.0);
    let facts = FACTS.replacen(facts.0, facts.1, 1);
    let uses = if card.is_empty() {
        ""
    } else {
        "scorecard = \"card\"\n"
    };
    let allow = rules.find("[[lint.allow]]").unwrap_or(rules.len());
    let (rules, allow) = rules.split_at(allow);
    let mut files = vec![(
        "policy.toml".to_owned(),
        format!("{HEAD}{facts}{uses}{rules}{allow}"),
    )];
    if !card.is_empty() {
        files.push(("scorecards/card.toml".into(), card.into()));
    }
    for (code, disclosure, helps) in [
        ("HELPED", "full", "\"n\""),
        ("BARE", "full", ""),
        ("SECRET", "neutral", ""),
        ("NEUTRAL", "full", ""),
    ] {
        let name = format!("\"{code}\"");
        if code == "NEUTRAL" || rules.contains(&name) || card.contains(&name) {
            let text = crate::mini::reason(disclosure, helps, "…", "…");
            files.push((format!("reasons/{code}.md"), taught(&text, code)));
        }
    }
    for tag in ["zh-CN", "en"] {
        let mut text: String = Phrase::ALL
            .iter()
            // Amounts are for packs with a table of limits.
            .filter(|phrase| !phrase.id().starts_with("limit-"))
            .map(|phrase| {
                let slots = phrase.slots().iter();
                let said: String = slots.map(|(name, _)| format!(" {{ ${name} }}")).collect();
                format!("{} = {}{said}\n", phrase.id(), phrase.id())
            })
            .collect();
        for name in ["n", "m", "sex", "flag", "born", "age"] {
            if name != "sex" || facts.contains("facts.sex") {
                text.push_str(&format!("fact-{name} = {name}\n"));
            }
        }
        text.push_str("fact-kind = kind\n    .a = a\n    .b = b\n    .c = c\n    .gone = gone\n");
        files.push((format!("locales/{tag}.ftl"), text));
    }
    files
}

/// The text of a reason with steps of its own, which lint asks for.
fn taught(text: &str, code: &str) -> String {
    let (zh, en) = text.split_once("# en:").expect("two locales");
    format!(
        "{zh}## 这样做\n\n- 先看 {code}。\n- 再做 {code}。\n\n# en:{en}\n\
         ## How to do it right\n\n- First {code}.\n- Then {code}.\n"
    )
}

/// What lint finds in files that compile.
pub(super) fn found(files: Vec<(String, String)>) -> (Pack, Vec<Diagnostic>) {
    let pack = Pack::from_files(files);
    match compile(&pack) {
        Ok(compiled) => {
            let found = lint(&pack, &compiled);
            (pack, found)
        }
        Err(problems) => panic!("the pack compiles: {problems:#?}"),
    }
}
