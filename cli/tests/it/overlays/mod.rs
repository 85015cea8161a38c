//! Overlays: their words, every way to break one, and what they come to.

mod choice;

use precheck::units::{Date, Locale};
use precheck::{
    Application, Audience, Document, Entries, FactInput, FactState, Formula, Op, Policy, Truth,
    assess, validate,
};
use precheck_cli::{Compiled, Diagnostic, Pack, compile, lint};

use crate::broken::position;
use crate::command::{Folder, out, run, text};
use crate::mini;

const FILE: &str = "overlays/winter.toml";

const WINTER: &str = r#"from = 2026-12-01
until = 2027-06-30
off = ["source"]
region = { fact = "region", codes = ["north", "south"] }

[constants]
least_income = "3000.00"

[limits.open]
at_most = "5.00"

[[rules]]
scenario = "open"
id = "no-students"
when = 'work == "student" && income < least_income'
effect = "decline"
reason = "INCOME-LOW"
"#;

const FACTS: &str = r#"
[facts.region]
kind = "code"
codes = ["north", "south", "west"]
source = "account"
audience = "public"
missing = true

[facts.today]
kind = "date"
source = "market"
audience = "public"
derived = { today = true }

[scenarios.open]"#;

/// The small pack with a region, a day and an overlay.
pub(crate) fn files() -> Vec<(String, String)> {
    let mut files = mini::files();
    for (path, text) in &mut files {
        if path == "policy.toml" {
            *text = text.replacen("\n[scenarios.open]", FACTS, 1);
            *text = text.replacen(
                "\"requests\"]\nscorecard",
                "\"requests\", \"region\"]\nscorecard",
                1,
            );
        }
        if path == "reasons/INCOME-LOW.md" {
            *text = text.replace("{ $income }", "{ $income } under { $least_income }");
        }
        if path.ends_with(".ftl") {
            text.push_str("fact-region = region\n    .north = N\n    .south = S\n    .west = W\n");
            text.push_str("fact-today = today\n");
        }
    }
    files.push((FILE.into(), WINTER.into()));
    files
}

/// The pack with texts replaced in one file; each has to be there.
fn with(file: &str, changes: &[(&str, &str)]) -> (Pack, String) {
    let mut files = files();
    let found = files.iter_mut().find(|(path, _)| path == file);
    let text = &mut found.expect("the file is in the pack").1;
    for (from, to) in changes {
        assert!(text.contains(from), "`{from}` is in {file}");
        *text = text.replacen(from, to, 1);
    }
    let text = text.clone();
    (Pack::from_files(files), text)
}

fn compiled(pack: &Pack) -> Compiled {
    match compile(pack) {
        Ok(compiled) => compiled,
        Err(problems) => panic!("the pack compiles: {problems:#?}"),
    }
}

/// Rows: text, its replacement, code, and the text that the problem points at.
#[test]
#[rustfmt::skip] // One row, one line.
fn broken_overlays() {
    let p = "policy.toml";
    for (file, from, to, code, at) in [
        (FILE, "from = ", "form = ", "key-unknown", "form"),
        (FILE, "until = 2027-06-30", "until = 2026-11-30", "overlay-period", "2026-11-30"),
        (FILE, "2026-12-01\nuntil = 2027-06-30", "2025-11-30\nuntil = 2025-12-31", "overlay-never", "2025-12-31"),
        (FILE, "until = 2027-06-30", "until = \"soon\"", "value-type", "\"soon\""),
        (FILE, "fact = \"region\"", "fact = \"regoin\"", "fact-unknown", "\"regoin\""),
        (FILE, "fact = \"region\"", "fact = \"member\"", "overlay-region-kind", "\"member\""),
        (FILE, "\"north\", \"south\"", "\"nroth\", \"south\"", "code-unknown", "\"nroth\""),
        (FILE, "\"north\", \"south\"", "\"north\", \"north\"", "code-duplicate", "\"north\"] }"),
        (FILE, "\"north\", \"south\"", "", "overlay-region-empty", "[] }"),
        (FILE, "region = { fact", "region = { fcat", "key-unknown", "fcat"),
        (FILE, "least_income =", "least_incme =", "constant-unknown", "least_incme ="),
        (FILE, "least_income =", "age =", "constant-unknown", "age ="),
        (FILE, "\"3000.00\"", "\"2000.00\"", "overlay-same", "\"2000.00\""),
        (FILE, "\"3000.00\"", "3000", "value-type", "3000\n"),
        (FILE, "off = [\"source\"]", "off = [\"sauce\"]", "rule-unknown", "\"sauce\""),
        (FILE, "off = [\"source\"]", "off = [\"no-students\"]", "rule-unknown", "\"no-students\"]"),
        (FILE, "off = [\"source\"]", "off = [\"source\", \"source\"]", "rule-duplicate", "\"source\"]"),
        (FILE, "[limits.open]", "[limits.opne]", "scenario-unknown", "opne"),
        (FILE, "[limits.open]", "[limits.short]", "overlay-limit", "\"5.00\""),
        (FILE, "\"5.00\"", "\"19.00\"", "overlay-same", "\"19.00\""),
        (FILE, "\"5.00\"", "\"-5.00\"", "limit-amount", "\"-5.00\""),
        (FILE, "at_most", "most", "key-missing", "[limits.open]"),
        (FILE, "scenario = \"open\"", "scenario = \"opne\"", "scenario-unknown", "\"opne\""),
        (FILE, "scenario = \"open\"\n", "", "key-missing", "[[rules]]"),
        (FILE, "scenario = \"open\"", "scenario = \"short\"", "overlay-region-unlisted", "\"region\", codes"),
        (FILE, "id = \"no-students\"", "id = \"adult\"", "rule-duplicate", "\"adult\""),
        (FILE, "effect = \"decline\"", "effect = \"approve\"", "rule-effect", "\"approve\""),
        (FILE, "'work ==", "'wrok ==", "name-unknown", "wrok"),
        (p, "\"requests\", \"region\"]\nscorecard", "\"requests\"]\nscorecard", "overlay-region-unlisted", ""),
        (p, "today = true", "today = false", "derived-formula", "false }"),
        (p, "today = true", "today = true, days_since = \"born\"", "derived-formula", "{ today"),
        (p, "kind = \"date\"\nsource = \"market\"", "kind = \"days\"\ndomain = [0, 1]\nsource = \"market\"", "derived-kind", "{ today"),
        (p, "derived = { today", "domain = [2026-01-01, 2027-01-01]\nderived = { today", "domain-unexpected", "[2026-01-01"),
        (p, "derived = { today", "missing = true\nderived = { today", "derived-state", "{ today"),
        (p, "derived = { today = true }", "domain = [2026-01-01, 2027-01-01]", "overlay-day", ""),
        (p, "[facts.today]", "[facts.day]\nkind = \"date\"\nsource = \"market\"\naudience = \"public\"\nderived = { today = true }\n[facts.today]", "today-duplicate", ""),
        (p, "years_since = \"born\"", "years_since = \"today\"", "derived-input", "{ years_since"),
        // Two texts tell the constant; either place is one of the reason.
        (p, "source = \"account\"\naudience = \"public\"\nmissing", "source = \"account\"\naudience = \"server\"\nmissing", "text-server-overlay", ""),
    ] {
        let (pack, text) = with(file, &[(from, to)]);
        let found = compile(&pack).err().unwrap_or_default();
        for problem in &found {
            assert!(problem.render(Some(&pack)).contains(problem.code), "it can be shown");
        }
        let is_there = |one: &Diagnostic| {
            at.is_empty() || one.file == file && (one.line, one.column) == position(&text, at)
        };
        let expected = |one: &Diagnostic| one.code == code && is_there(one);
        assert!(found.iter().any(expected), "`{to}`: expected {code}, found {found:#?}");
    }
}

#[test]
fn overlays_that_change_nothing_or_never_end() {
    let only = |from: &str, rest: &str| {
        let mut files = files();
        files.pop();
        files.push((FILE.into(), format!("{from}\n{rest}\n")));
        let problems = compile(&Pack::from_files(files)).err().unwrap_or_default();
        let codes: Vec<&str> = problems.iter().map(|one| one.code).collect();
        codes.join(" ")
    };
    let change = "off = [\"source\"]";
    for (from, rest, code, why) in [
        (
            "from = 2026-12-01",
            "",
            "overlay-empty",
            "it changes nothing",
        ),
        (
            "",
            change,
            "overlay-always",
            "it holds everywhere and always",
        ),
        (
            "from = 2025-12-01",
            change,
            "overlay-always",
            "it began before the policy",
        ),
        ("from = 2026-12-01", change, "", "one day is enough"),
        (
            "from = 2026-12-01",
            "[constants]\nmost_requests = 5000",
            "",
            "a confidential number may change too",
        ),
        (
            "region = { fact = \"region\", codes = [\"north\", \"south\", \"west\"] }",
            change,
            "",
            "who has no region is outside of all of them",
        ),
    ] {
        assert_eq!(only(from, rest), code, "{from} {rest}: {why}");
    }
    let (pack, _) = with(
        "policy.toml",
        &[("\nmissing = true\n\n[facts.today]", "\n\n[facts.today]")],
    );
    assert!(compile(&pack).is_ok(), "two of three regions");
    let all = [("\"south\"]", "\"south\", \"west\"]")];
    let (_, winter) = with(FILE, &all);
    let mut files = files();
    files.retain(|(path, _)| path != FILE);
    for (path, text) in &mut files {
        if path == "policy.toml" {
            *text = text.replacen("\nmissing = true\n\n[facts.today]", "\n\n[facts.today]", 1);
        }
    }
    files.push((FILE.into(), winter));
    let problems = compile(&Pack::from_files(files)).expect_err("everywhere");
    assert_eq!(problems[0].code, "overlay-region-all");
}

/// A constant that no condition names would change texts only, and lie.
#[test]
fn a_value_that_no_condition_names_is_refused() {
    let unused = "[constants]\nspare = { kind = \"years\", value = 18 }";
    let (pack, _) = with("policy.toml", &[("[constants]", unused)]);
    let mut files = files();
    for (path, text) in &mut files {
        if path == "policy.toml" {
            *text = pack.text("policy.toml").expect("there").into();
        }
        if path == FILE {
            *text = text.replacen("[constants]", "[constants]\nspare = 19", 1);
        }
    }
    let problems = compile(&Pack::from_files(files)).expect_err("unused");
    assert_eq!(problems[0].code, "overlay-unused");
}

fn document<'p>(policy: &'p Policy, day: &str, facts: &[(&str, FactInput)]) -> Document<'p> {
    let facts = facts.iter();
    let application = Application {
        scenario: "open".into(),
        as_of: Date::parse(day).expect("a day"),
        fields: Entries::default(),
        facts: Entries(
            facts
                .map(|(name, input)| ((*name).into(), input.clone()))
                .collect(),
        ),
    };
    assess(policy, &application, Locale::En).expect("valid")
}

/// Texts tell the value by which was decided, and the general one where the
/// region is not known.
#[test]
fn texts_tell_the_value_that_applied() {
    let (pack, _) = with(FILE, &[]);
    let compiled = compiled(&pack);
    let policies = [mini::load(&compiled.server), mini::load(&compiled.public)];
    let code = |code: &str| Some(FactInput::Text(code.into()));
    for (day, region, said, why) in [
        ("2026-11-30", code("north"), "¥2,000", "the day before"),
        ("2026-12-01", code("north"), "¥3,000", "the first day"),
        (
            "2026-12-01",
            code("south"),
            "¥3,000",
            "another of its regions",
        ),
        ("2026-12-01", code("west"), "¥2,000", "none of its regions"),
        (
            "2026-12-01",
            Some(FactInput::Missing),
            "¥2,000",
            "no region at all",
        ),
        ("2026-12-01", None, "¥2,000", "not known: the general value"),
        ("2027-06-30", code("north"), "¥3,000", "the last day"),
        ("2027-07-01", code("north"), "¥2,000", "the day after"),
    ] {
        for policy in &policies {
            let mut facts = vec![
                ("income", FactInput::Integer(150_000)),
                ("work", FactInput::Text("student".into())),
            ];
            facts.extend(region.clone().map(|region| ("region", region)));
            let notice = document(policy, day, &facts).notice;
            let mut all = notice.reasons.iter().chain(&notice.possible);
            let reason = all.find(|one| one.code == "INCOME-LOW").expect("is given");
            assert_eq!(
                reason.text,
                format!("What happened is ¥1,500 under {said}."),
                "{day}: {why}"
            );
        }
    }
}

/// What is below both thresholds is so wherever the person lives.
#[test]
fn an_unknown_region_leaves_open_only_what_depends_on_it() {
    let (pack, _) = with(FILE, &[]);
    let policy = mini::load(&compiled(&pack).server);
    for (income, work, expected, why) in [
        (199_999, "none", Truth::True, "below both"),
        (200_000, "none", Truth::Unknown, "between them"),
        (299_999, "none", Truth::Unknown, "between them"),
        (300_000, "none", Truth::False, "above both"),
    ] {
        let application = Application {
            scenario: "open".into(),
            as_of: Date::parse("2026-12-24").expect("a day"),
            fields: Entries::default(),
            facts: Entries(vec![
                ("income".into(), FactInput::Integer(income)),
                ("work".into(), FactInput::Text(work.into())),
                ("member".into(), FactInput::Bool(true)),
            ]),
        };
        let valid = validate(&policy, &application).expect("valid");
        let verdicts = policy.verdicts(valid.scenario, &valid.facts);
        assert_eq!(verdicts[1], expected, "{income}: {why}");
    }
}

/// Outside the days of the policy counts as the nearest of them, and nobody
/// states the day.
#[test]
fn the_day_is_the_day_of_evaluation() {
    let (pack, _) = with(
        "policy.toml",
        &[("locales", "valid_until = 2027-12-31\nlocales")],
    );
    let policy = mini::load(&compiled(&pack).server);
    let today = policy.fact_id("today").expect("declared");
    for (day, known) in [
        ("2025-06-01", "2026-01-01"),
        ("2026-06-01", "2026-06-01"),
        ("2028-02-29", "2027-12-31"),
    ] {
        let application = Application {
            scenario: "open".into(),
            as_of: Date::parse(day).expect("a day"),
            fields: Entries::default(),
            facts: Entries::default(),
        };
        let valid = validate(&policy, &application).expect("valid");
        let known = Date::parse(known).expect("a day").days();
        assert_eq!(
            valid.facts.get(today),
            FactState::Known(known.into()),
            "{day}"
        );
        let stated = Application {
            facts: Entries(vec![("today".into(), FactInput::Text(day.into()))]),
            ..application
        };
        let problems = validate(&policy, &stated).expect_err("no application carries it");
        assert_eq!(problems[0].code, "fact-unknown");
    }
}

/// Browsers get the overlays that their texts need, and no other.
#[test]
fn browsers_learn_of_overlays_what_they_tell_anyway() {
    let secret = "from = 2026-12-01\n[constants]\nmost_requests = 5000\n";
    let mut all = files();
    all.push(("overlays/fraud.toml".into(), secret.into()));
    let compiled = compiled(&Pack::from_files(all));
    let names = |model: &precheck::Model| -> Vec<String> {
        model.overlays.iter().map(|one| one.name.clone()).collect()
    };
    assert_eq!(names(&compiled.server), ["fraud", "winter"]);
    assert_eq!(names(&compiled.public), ["winter"]);
    let rules = compiled.public.scenarios.iter().flat_map(|one| &one.rules);
    let ops: Vec<&Op> = rules.flat_map(|rule| &rule.when).collect();
    assert!(
        !format!("{ops:?}").contains("5000"),
        "no threshold of the server's"
    );
    let day = compiled
        .public
        .derived
        .iter()
        .find(|one| one.formula == Formula::Today);
    let day = day.expect("the day is public");
    let def = &compiled.public.facts[usize::from(day.fact)];
    assert_eq!(def.audience, Audience::Public);
    mini::load(&compiled.public);
}

/// What overlays add is no finding of lint.
#[test]
fn lint_finds_nothing_that_the_overlay_brings() {
    let without = {
        let mut files = files();
        files.pop();
        Pack::from_files(files)
    };
    let (with, _) = with(FILE, &[]);
    let found = |pack: &Pack| -> Vec<String> {
        let found = lint(pack, &compiled(pack));
        let mut texts: Vec<String> = found
            .iter()
            .filter(|one| one.code != "monotone")
            .map(|one| format!("{} {}", one.code, one.message))
            .collect();
        texts.sort();
        texts
    };
    let (before, after) = (found(&without), found(&with));
    let new: Vec<&String> = after.iter().filter(|one| !before.contains(one)).collect();
    assert_eq!(new, [""; 0]);
}

#[test]
fn inspect_lists_overlays() {
    let folder = Folder::new("overlays-inspect");
    for (path, file) in files() {
        folder.file(&format!("pack/{path}"), file);
    }
    let (pack, dist) = (folder.0.join("pack"), folder.0.join("dist"));
    let built = run(&["build", text(&pack), "--out", text(&dist)], "");
    assert_eq!(built.status.code(), Some(0));
    let bundle = dist.join("mini.public.bundle");
    let words = out(&run(&["inspect", text(&bundle)], ""));
    let said = "overlay   winter, from 2026-12-01, until 2027-06-30, `region` in north, south, \
                changes least_income\n";
    assert!(words.contains(said), "{words}");
    let report = out(&run(&["inspect", text(&bundle), "--json"], ""));
    let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
    let winter = serde_json::json!([{
        "name": "winter", "from": "2026-12-01", "until": "2027-06-30",
        "fact": "region", "codes": ["north", "south"], "constants": ["least_income"],
    }]);
    assert_eq!(report["overlays"], winter);
}
