//! Every way to break a pack is reported with its code and its place.

use precheck_cli::{Diagnostic, Pack, compile};
use proptest::prelude::*;

use crate::mini;

/// Line and column of a text, both from 1, the column in characters.
pub(crate) fn position(text: &str, needle: &str) -> (u32, u32) {
    let offset = text.find(needle).expect("the needle is in the text");
    let before = &text[..offset];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let number = |count: usize| u32::try_from(count + 1).expect("texts are short");
    (
        number(before.matches('\n').count()),
        number(before[line_start..].chars().count()),
    )
}

pub(crate) fn problems(pack: &Pack) -> Vec<Diagnostic> {
    compile(pack).err().unwrap_or_default()
}

/// Rows: file, text, its replacement, code, and the text that the problem points at.
pub(crate) fn check(rows: &[(&str, &str, &str, &str, &str)]) {
    for (file, from, to, code, at) in rows {
        let (pack, text) = mini::with(file, from, to);
        let found = problems(&pack);
        for problem in &found {
            assert!(
                problem.render(Some(&pack)).contains(problem.code),
                "it can be shown"
            );
        }
        let (line, column) = if at.is_empty() {
            (1, 1)
        } else {
            position(&text, at)
        };
        let expected = |one: &Diagnostic| {
            one.file == *file && one.code == *code && (one.line, one.column) == (line, column)
        };
        assert!(
            found.iter().any(expected),
            "`{to}`: expected {code} at {file}:{line}:{column}, found {found:#?}"
        );
    }
}

const P: &str = "policy.toml";

#[test]
#[rustfmt::skip] // One row, one line.
fn toml() {
    check(&[
        (P, "version = 3", "version =", "toml-malformed", "\nvalid_from"),
        (P, "version = 3", "version = 3\nversoin = 3", "key-unknown", "versoin"),
        (P, "version = 3", "", "key-missing", "[pack]"),
        (P, "version = 3", "version = 3.5", "value-type", "3.5"),
        (P, "version = 3", "version = \"3\"", "value-type", "\"3\""),
        (P, "version = 3", "version = 0", "version-range", "0\nvalid"),
        (P, "\"2026-01-01\"", "\"2026-02-30\"", "value-type", "\"2026-02-30\""),
        (P, "locales", "valid_until = 2025-12-31\nlocales", "period-empty", "2025-12-31"),
        (P, "locales", "valid_until = \"never\"\nlocales", "value-type", "\"never\""),
        (P, "\"zh-CN\", \"en\"", "\"zh-CN\", \"em\"", "word-unknown", "\"em\""),
        (P, "\"zh-CN\", \"en\"", "\"en\", \"en\"", "locale-duplicate", "\"en\"]"),
        (P, "\"NOT-PASSED\"", "\"VELOCITY\"", "neutral-disclosure", "\"VELOCITY\""),
        (P, "\"NOT-PASSED\"", "\"NOT-PASED\"", "reason-unknown", "\"NOT-PASED\""),
    ]);
}

#[test]
#[rustfmt::skip] // One row, one line.
fn facts_and_constants() {
    check(&[
        (P, "value = \"2000.00\"", "value = 2000", "value-type", "2000 }"),
        (P, "value = \"2000.00\"", "value = \"2000.005\"", "value-malformed", "\"2000.005\""),
        (P, "kind = \"years\", value = 18", "kind = \"year\", value = 18", "word-unknown", "\"year\""),
        (P, "adult = {", "age = {", "name-taken", "age]"),
        (P, "adult = {", "in = {", "name-malformed", "in = {"),
        (P, "[facts.work]", "[facts.\"our-work\"]", "name-malformed", "\"our-work\""),
        (P, "[0, 150]", "[150, 0]", "domain-empty", "[150, 0]"),
        (P, "[0, 150]", "[0]", "domain-malformed", "[0]"),
        (P, "domain = [0, 150]\n", "", "key-missing", "[facts.age]"),
        (P, "codes = [\"employed\", ", "codes = [\"student\", ", "code-duplicate", "\"student\", \"none\"]"),
        (P, "codes = [\"employed\", ", "codes = [\"1st\", ", "code-malformed", "\"1st\""),
        (P, "kind = \"bool\"", "kind = \"bool\"\ndomain = [0, 1]", "domain-unexpected", "[0, 1]\nsource"),
        (P, "years_since = \"born\"", "years_since = \"income\"", "derived-input", "\"income\""),
        (P, "years_since = \"born\"", "days_since = \"born\"", "derived-kind", "{ days_since"),
        (P, "years_since = \"born\"", "years_since = \"bron\"", "fact-unknown", "\"bron\""),
    ]);
}

#[test]
#[rustfmt::skip] // One row, one line.
fn scenarios_and_rules() {
    check(&[
        (P, "kind = \"cn_id\"", "kind = \"cn_ib\"", "word-unknown", "\"cn_ib\""),
        (P, "birth_date = \"born\"", "birth_date = \"age\"", "field-birth-date", "\"age\" }"),
        (P, "facts = [\"born\", ", "facts = [\"brn\", ", "fact-unknown", "\"brn\""),
        (P, "\"work\", \"share\", \"member\"", "\"work\", \"share\"", "fact-not-in-scenario", "'''"),
        (P, "scorecard = \"card\"", "scorecard = \"cart\"", "scorecard-unknown", "\"cart\""),
        (P, "id = \"mixed\"", "id = \"adult\"", "rule-duplicate", "\"adult\"\nwhen = 'work"),
        (P, "effect = \"refer\"", "effect = \"approve\"", "rule-effect", "\"approve\""),
        (P, "reason = \"TOO-YOUNG\"", "reason = \"OLD\"", "reason-retired", "\"OLD\""),
        (P, "reason = \"TOO-YOUNG\"", "reason = \"TOO-YUONG\"", "reason-unknown", "\"TOO-YUONG\""),
    ]);
}

#[test]
#[rustfmt::skip] // One row, one line.
fn conditions() {
    let adult = "'age < adult'";
    check(&[
        (P, adult, "'age < adlt'", "name-unknown", "adlt'"),
        (P, adult, "'age <'", "condition-syntax", "'\neffect = \"decline\"\nreason = \"TOO"),
        (P, adult, "'age < 18 18'", "condition-syntax", "18'\n"),
        (P, adult, "'age < \"18\"'", "condition-unit", "\"18\"'"),
        (P, adult, "'age < most_requests'", "condition-unit", "most_requests'\neffect = \"decline\"\nreason = \"TOO"),
        (P, adult, "'income < 2000'", "condition-unit", "2000'"),
        (P, adult, "'income < \"2000.005\"'", "condition-value", "\"2000.005\""),
        (P, adult, "'age < 中'", "condition-syntax", "中'"),
        (P, adult, "'age < 17.5'", "condition-construct", "17.5"),
        (P, adult, "'age + 1 < adult'", "condition-construct", "+ 1"),
        (P, adult, "'size(work) < 3'", "condition-construct", "size("),
        (P, adult, "'age < born'", "condition-type", "< born"),
        (P, adult, "'1 < 2'", "condition-type", "< 2'"),
        (P, adult, "'age'", "condition-type", "age'"),
        (P, adult, "'true'", "condition-type", "true'\n"),
        (P, adult, "'member == true'", "condition-type", "true'\n"),
        (P, adult, "'work < \"none\"'", "condition-type", "< \"none\""),
        (P, adult, "'work == \"studnt\"'", "code-unknown", "\"studnt\""),
        (P, adult, "'age in []'", "condition-type", "[]'"),
        (P, adult, "'is_missing(age)'", "condition-state", "age)'"),
        (P, adult, "'is_special(bureau, \"thn\")'", "special-unknown", "\"thn\""),
        (P, adult, "'is_special(bureau)'", "condition-arguments", "is_special(bureau)"),
        (P, adult, "'member ? member : member'", "condition-construct", "? member"),
        (P, adult, "\"work == \\\"\\u0065mpoyed\\\"\"", "code-unknown", "\\\"\\u0065mpoyed"),
    ]);
}

#[test]
#[rustfmt::skip] // One row, one line.
fn scorecards() {
    const C: &str = "scorecards/card.toml";
    check(&[
        (C, "base = 100", "base = 1000001", "points-range", "1000001"),
        (C, "{ from = 130, decision = \"refer\" }", "{ from = 0, decision = \"refer\" }", "bands-order", "0, decision = \"refer\""),
        (C, "\"refer\"", "\"decline\"", "bands-severity", "\"decline\" },\n  { from = 160"),
        (C, "fact = \"income\"", "fact = \"incme\"", "fact-unknown", "\"incme\""),
        (C, "reason = \"INCOME-LOW\"", "reason = \"INCOME\"", "reason-unknown", "\"INCOME\""),
        (C, "mean = 20\n", "", "key-missing", "[[characteristics]]"),
        (C, "mean = 20\n", "mean = 20\nneutral = 3\n", "baseline-unexpected", "3\n"),
        (C, "missing = 5\n", "", "key-missing", "[[characteristics]]"),
        (C, "fact = \"work\"", "missing = 3\nfact = \"work\"", "missing-unexpected", "3\nfact"),
        (C, "{ below = \"6000.00\", points = 25 }", "{ below = \"3000.00\", points = 25 }", "bins-order", "\"3000.00\", points = 25"),
        (C, "{ below = \"6000.00\", points = 25 }", "{ below = \"16000.00\", points = 25 }", "bins-domain", "\"16000.00\""),
        (C, "{ below = \"6000.00\", points = 25 }", "{ points = 25 }", "bins-open", "{ points = 25 }"),
        (C, "{ points = 40 }", "{ below = \"9000.00\", points = 40 }", "bins-cover", "\"9000.00\""),
        (C, "none = 0", "nobody = 0", "code-unknown", "nobody"),
        (C, "none = 0", "nobody = 0", "code-missing", "{ employed"),
        (C, "specials = { unavailable = 12, thin = 8 }", "", "key-missing", "[[characteristics]]\nfact = \"bureau\""),
    ]);
}

#[test]
#[rustfmt::skip] // One row, one line.
fn reasons() {
    const R: &str = "reasons/TOO-YOUNG.md";
    check(&[
        (R, "+++\n", "", "front-matter-missing", ""),
        (R, "status = \"active\"", "status = \"gone\"", "word-unknown", "\"gone\""),
        (R, "lasts = ", "last = ", "key-unknown", "last = "),
        (R, "helps = []", "helps = [\"adult\"]", "fact-unknown", "\"adult\""),
        (R, "helps = []", "until = { fact = \"age\" }", "until-kind", "{ fact"),
        (R, "helps = []", "until = { fact = \"born\", reaches = \"least_income\" }", "until-kind", "{ fact"),
        (R, "helps = []", "until = { fact = \"born\", reaches = \"adlt\" }", "constant-unknown", "\"adlt\""),
        (R, "helps = []", "until = { reaches = \"adult\" }", "key-missing", "{ reaches"),
        (R, "helps = []", "until = { fact = \"born\", when = 3 }", "key-unknown", "when"),
        (R, "helps = []", "contact = \"us\"", "word-unknown", "\"us\""),
        (R, "Nothing.", "No\u{202e}thing.", "text-control", "No\u{202e}thing."),
        (R, "Nothing.", "{ \"\\u001b\" }.", "text-control", "\\u001b"),
        (R, "# en: A title", "# fr: A title", "locale-unknown", "# fr"),
        (R, "# en: A title", "# fr: A title", "locale-missing", ""),
        (R, "## Notice", "## Notce", "section-unknown", "## Notce"),
        (R, "## Notice\n", "## What helps\n", "section-missing", "## What helps"),
        (R, "## Notice\n", "## Requirement\n", "section-order", "## Requirement\n\nWhat"),
        (R, "## What helps\n\nNothing.\n\n", "", "section-missing", "## Example"),
        (R, "Nothing.", "", "section-empty", "## What helps"),
        (R, "Nothing.", "* Nothing.", "markdown-construct", "* Nothing."),
        (R, "Nothing.", "Nothing *at all*.", "markdown-construct", "*at all*"),
        (R, "is { $age }.", "is { $ag }.", "name-unknown", "ag }."),
        (R, "is { $age }.", "is { UPPER($age) }.", "fluent-construct", "UPPER"),
        (R, "is { $age }.", "is { -term }.", "fluent-construct", "term }"),
        (R, "is { $age }.", "is { $age.", "fluent-malformed", ".\n\n## What helps"),
        (R, "is { $age }.", "is { $adult }.", "placeholders-differ", "## Notice"),
        (R, "is { $adult }.", "is { $age }.", "text-fact", "age }.\n\n## Notice"),
        (R, "标题", "{ $age }", "text-fact", "age }"),
        ("reasons/SOURCE-DOWN.md", "一句", "{ $bureau }", "text-server-fact", "bureau }"),
    ]);
}

#[test]
#[rustfmt::skip] // One row, one line.
fn locales() {
    const L: &str = "locales/en.ftl";
    check(&[
        (L, "likely-headline = en", "likely-headlin = en", "text-unknown", "likely-headlin = "),
        (L, "likely-headline = en", "likely-headlin = en", "text-missing", ""),
        (L, "likely-headline = en", "likely-headline = { $income } en", "text-placeholder", "income } en"),
        (L, "    .student = studying\n", "", "text-missing", "fact-work"),
        (L, "    .student = ", "    .studnt = ", "text-unknown", "studnt"),
        (L, "    .question = Which income?\n", "", "text-missing", "fact-income"),
        (L, "fact-age = age\n", "", "text-missing", ""),
        (L, "fact-age = age\n", "fact-age = age\nfact-age = age\n", "text-duplicate", "fact-age = age\nfact-income"),
        (L, "fact-age = age\n", "fact-age\n", "fluent-malformed", "\nfact-income"),
        (L, "fact-age = age\n", "fact-age = age\nopne-approve-headline = x\n", "text-unknown", "opne"),
        (L, "fact-age = age\n", "fact-age = age\nopen-approve-headline = { $age }\n", "text-placeholder", "age }\n"),
        (L, "fact-age = age\n", "fact-age = age\nopen-approve-headline = x\n    .more = y\n", "text-unknown", "more"),
    ]);
}

/// Columns count characters, and multi-line texts count from their own lines.
#[test]
fn places_are_exact() {
    let (pack, _) = mini::with(P, "share > \"36.01%\"", "shara > \"36.01%\"");
    let found = problems(&pack);
    let [only] = &found[..] else {
        panic!("one problem: {found:#?}")
    };
    assert_eq!((only.file.as_str(), only.line, only.column), (P, 83, 4));
    assert_eq!(only.message, "`shara` is neither a fact nor a constant");
    assert_eq!(only.help.as_deref(), Some("did you mean `share`?"));
    let (pack, _) = mini::with(
        "reasons/TOO-YOUNG.md",
        "要求是{ $adult }",
        "要求是{ $adlt }",
    );
    let found = problems(&pack);
    let [only] = &found[..] else {
        panic!("one problem: {found:#?}")
    };
    assert_eq!(
        (only.line, only.column),
        (14, 7),
        "six characters stand before it"
    );
    assert_eq!(only.code, "name-unknown");
}

/// A problem does not hide others, and does not make others up.
#[test]
fn all_problems_at_once() {
    let mut files = mini::files();
    for (path, text) in &mut files {
        *text = match path.as_str() {
            "policy.toml" => text
                .replace(
                    "kind = \"integer\"\ndomain = [0, 9999]",
                    "kind = \"intger\"\ndomain = [0, 9999]",
                )
                .replace("version = 3", "version = -3")
                .replace("share > \"36", "shar > \"36"),
            "scorecards/card.toml" => text.replace("base = 100", "base = 1.5"),
            "reasons/NOT-PASSED.md" => text.replace("## Notice", "## Notce"),
            "locales/en.ftl" => text.replace("likely-headline", "likely-headlines"),
            _ => continue,
        };
    }
    let found = problems(&Pack::from_files(files));
    let told: Vec<(&str, &str)> = found
        .iter()
        .map(|one| (one.file.as_str(), one.code))
        .collect();
    assert_eq!(
        told,
        [
            (P, "version-range"),
            (P, "word-unknown"),
            (P, "name-unknown"),
            ("locales/en.ftl", "text-missing"),
            ("locales/en.ftl", "text-unknown"),
            ("reasons/NOT-PASSED.md", "section-unknown"),
            ("scorecards/card.toml", "value-type"),
        ]
    );
}

#[test]
fn files_that_nothing_uses_or_that_are_missing() {
    let with = |path: &str, text: &str| {
        let files = mini::files()
            .into_iter()
            .chain([(path.to_owned(), text.to_owned())]);
        problems(&Pack::from_files(files))
    };
    let unused = with("reasons/EXTRA.md", &mini::reason("full", "", "…", "…"));
    let told: Vec<(&str, &str)> = unused
        .iter()
        .map(|one| (one.file.as_str(), one.code))
        .collect();
    assert_eq!(told, [("reasons/EXTRA.md", "reason-unused")]);
    let unused = with("scorecards/extra.toml", mini::CARD);
    assert_eq!(unused.first().map(|one| one.code), Some("scorecard-unused"));
    let unknown = with("locales/fr.ftl", "");
    assert_eq!(unknown.first().map(|one| one.code), Some("locale-unknown"));
    let without = mini::files()
        .into_iter()
        .filter(|(path, _)| path != "locales/en.ftl");
    let missing = problems(&Pack::from_files(without));
    assert_eq!(
        missing.first().map(|one| (one.code, one.line)),
        Some(("locale-missing", 5))
    );
    let nothing: [(&str, &str); 0] = [];
    assert_eq!(
        problems(&Pack::from_files(nothing))
            .first()
            .map(|one| one.code),
        Some("file-missing")
    );
}

/// Facts and scenarios may lie in files of their own; what is wrong there is
/// reported there, and a second declaration names the place of the first.
#[test]
fn files_of_facts_and_scenarios() {
    let fact = |keys: &str| format!("[extra]\nkind = \"bool\"\naudience = \"public\"\n{keys}");
    let first = |needle: &str| {
        let (line, column) = position(mini::POLICY, needle);
        format!("{P}:{line}:{column}")
    };
    let rule = "facts = [\"born\", \"age\"]\n[[rules]]\nid = \"adult\"\nwhen = 'age < adult'\n\
                effect = \"decline\"\nreason = \"TOO-YOUNG\"\n";
    for (file, text, code, at, other) in [
        (
            "facts/buro.toml",
            String::new(),
            "source-unknown",
            "",
            "bureau".to_owned(),
        ),
        (
            "facts/account.toml",
            fact("source = \"account\"\n"),
            "key-unknown",
            "source",
            String::new(),
        ),
        (
            "facts/account.toml",
            fact("codes = [\"one\"]\n"),
            "codes-unexpected",
            "[\"one",
            String::new(),
        ),
        (
            "facts/account.toml",
            fact("").replace("extra", "age"),
            "name-taken",
            "age",
            first("age]"),
        ),
        (
            "facts/account.toml",
            fact("").replace("extra", "adult"),
            "name-taken",
            "adult",
            first("adult = "),
        ),
        (
            "facts/account.toml",
            "extra = 3\n".into(),
            "value-type",
            "3",
            String::new(),
        ),
        (
            "scenarios/open.toml",
            "facts = [\"work\"]\n".into(),
            "scenario-duplicate",
            "",
            first("open]"),
        ),
        (
            "scenarios/more.toml",
            rule.into(),
            "rule-duplicate",
            "\"adult\"",
            first("\"adult\"\nwhen"),
        ),
        (
            "scenarios/more.toml",
            "rules = []\n".into(),
            "key-missing",
            "",
            "facts".into(),
        ),
        (
            "scenarios/more.toml",
            "facts = []\naudience = \"all\"\n".into(),
            "word-unknown",
            "\"all\"",
            String::new(),
        ),
        (
            "scenarios/our more.toml",
            "facts = []\n".into(),
            "name-malformed",
            "",
            String::new(),
        ),
    ] {
        let files = mini::files()
            .into_iter()
            .chain([(file.to_owned(), text.clone())]);
        let found = problems(&Pack::from_files(files));
        let (line, column) = if at.is_empty() {
            (1, 1)
        } else {
            position(&text, at)
        };
        let told = found
            .iter()
            .find(|one| one.file == file && one.code == code);
        let told = told.unwrap_or_else(|| panic!("{file}: expected {code}, found {found:#?}"));
        assert_eq!((told.line, told.column), (line, column), "{file}: {code}");
        let words = [Some(told.message.clone()), told.help.clone()];
        let words = words.into_iter().flatten().collect::<String>();
        assert!(words.contains(&other), "{file}: `{words}` names `{other}`");
    }
}

/// Points of public facts ship, so their reason cannot be confidential.
#[test]
fn public_points_have_a_disclosed_reason() {
    let (pack, text) = mini::with(
        "scorecards/card.toml",
        "reason = \"INCOME-LOW\"",
        "reason = \"VELOCITY\"",
    );
    let found = problems(&pack);
    let (line, column) = position(&text, "\"income\"");
    let told = found
        .iter()
        .find(|one| one.code == "reason-disclosure")
        .expect("it is reported");
    assert_eq!((told.line, told.column), (line, column));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Whatever an author's half-finished edit looks like, it is reported, not
    /// panicked about, and every report can be shown.
    #[test]
    fn no_edit_panics(
        file in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        length in 0..12_usize,
        inserted in prop::sample::select(vec![
            "", "\n", "\"", "'", "'''", "{", "}", "[", "]", "->", "*", "#", "# ", "## ", "+++", "(", "&&",
            "!", "==", " in ", "中", "\u{feff}", "\\", "\\u", "=", ".", ",", "-1", "99999999999999999999",
            "<b>", "`", "$", "*[other]", "\r\n", "\t", "1e9", "2026-13-01", "\u{0}", "has(", "?", ":",
        ]),
    ) {
        let mut files = mini::files();
        let count = files.len();
        let (_, text) = &mut files[file.index(count)];
        let start = text.floor_char_boundary(at.index(text.len() + 1));
        let end = text.ceil_char_boundary((start + length).min(text.len()));
        text.replace_range(start..end, inserted);
        let pack = Pack::from_files(files);
        match compile(&pack) {
            Ok(compiled) => {
                mini::load(&compiled.server);
                mini::load(&compiled.public);
            }
            Err(problems) => {
                prop_assert!(!problems.is_empty(), "a refused pack has a problem");
                for problem in problems {
                    prop_assert!(problem.render(Some(&pack)).contains(problem.code));
                }
            }
        }
    }
}
