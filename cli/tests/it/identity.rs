//! What a pack says about identity fields: tables of its own, and words.

use precheck::identity::{CardCheck, CardRange, IssueCode, Segment, SegmentUse};
use precheck::units::Locale;
use precheck::{IssueText, Model};
use precheck_cli::{Compiled, Pack, compile};

use crate::broken::{check, position, problems};
use crate::mini;

const P: &str = "policy.toml";
const L: &str = "locales/en.ftl";

/// The mini pack with these tables, and the text of its policy.
fn with_tables(tables: &str) -> (Pack, String) {
    let to = format!("[identity]\n{tables}\n\n[constants]");
    mini::with(P, "[constants]", &to)
}

/// The mini pack with one more text in English.
fn with_words(words: &str) -> Pack {
    let to = format!("fact-age = age\n{words}\n");
    mini::with(L, "fact-age = age\n", &to).0
}

fn compiled(pack: &Pack) -> Compiled {
    match compile(pack) {
        Ok(compiled) => compiled,
        Err(problems) => panic!("the pack compiles: {problems:#?}"),
    }
}

/// Both sides of a shop check fields alike.
#[test]
fn tables_go_into_both_bundles() {
    let (pack, _) = with_tables(
        r#"segments = [
  { first = 10000, last = 10000, used_by = "people" },
  { first = 10001, last = 13999, used_by = "data" },
  { first = 19999, last = 19999, used_by = "satellite" },
]
cards = [
  { first = 100000, last = 100000, shortest = 12, longest = 12, check = "kept" },
  { first = 100001, last = 629999, shortest = 12, longest = 19, check = "loose" },
  { first = 999999, last = 999999, shortest = 19, longest = 19, check = "unlisted" },
]"#,
    );
    let segment = |first, last, used_by| Segment {
        first,
        last,
        used_by,
    };
    let card = |first, last, shortest, longest, check| CardRange {
        first,
        last,
        shortest,
        longest,
        check,
    };
    let compiled = compiled(&pack);
    for model in [&compiled.server, &compiled.public] {
        assert_eq!(
            model.segments,
            [
                segment(10000, 10000, SegmentUse::People),
                segment(10001, 13999, SegmentUse::Data),
                segment(19999, 19999, SegmentUse::Satellite),
            ]
        );
        assert_eq!(
            model.cards,
            [
                card(100_000, 100_000, 12, 12, CardCheck::Kept),
                card(100_001, 629_999, 12, 19, CardCheck::Loose),
                card(999_999, 999_999, 19, 19, CardCheck::Unlisted),
            ]
        );
        let tables = mini::load(model);
        assert_eq!(tables.tables().segments, model.segments);
    }
}

/// A pack that says nothing of a table leaves it to the engine.
#[test]
fn tables_are_optional() {
    for tables in [
        "",
        r#"segments = [{ first = 13000, last = 13999, used_by = "people" }]"#,
        r#"cards = [{ first = 620000, last = 629999, shortest = 16, longest = 19, check = "loose" }]"#,
    ] {
        let model = compiled(&with_tables(tables).0).server;
        assert_eq!(!model.segments.is_empty(), tables.starts_with("segments"));
        assert_eq!(!model.cards.is_empty(), tables.starts_with("cards"));
    }
}

/// Every problem of the tables at once, each with its place, and no other.
#[test]
fn wrong_tables_are_reported() {
    let row = |first: &str, last: &str| {
        format!("{{ first = {first}, last = {last}, used_by = \"people\" }}")
    };
    let card = |first: &str, last: &str, shortest: &str, longest: &str| {
        format!(
            "{{ first = {first}, last = {last}, shortest = {shortest}, longest = {longest}, check = \"kept\" }}"
        )
    };
    let segments = |rows: &[String]| format!("segments = [\n{}\n]", rows.join(",\n"));
    let cards = |rows: &[String]| format!("cards = [\n{}\n]", rows.join(",\n"));
    let good = row("13000", "13999");
    type Expected<'e> = &'e [(&'e str, &'e str)];
    let rows: Vec<(String, Expected<'_>, &str)> = vec![
        (
            "segments = []\ncards = []".into(),
            &[("table-empty", "[]\ncards"), ("table-empty", "[]\n\n")],
            "tables without rows",
        ),
        (
            segments(&[row("13000", "13099"), row("13099", "13199")]),
            &[("table-order", "13099, last = 13199")],
            "an overlap by one",
        ),
        (
            segments(&[
                row("13100", "13199"),
                row("13000", "13099"),
                row("13150", "13250"),
            ]),
            &[
                ("table-order", "13000, last"),
                ("table-order", "13150, last"),
            ],
            "two rows behind the first",
        ),
        (
            segments(&[row("13001", "13000"), good.clone()]),
            &[
                ("table-order", "13001, last"),
                ("table-order", "13000, last = 13999"),
            ],
            "ends before it begins, and the next one overlaps it",
        ),
        (
            segments(&[
                row("9999", "13000"),
                row("19000", "20000"),
                row("130", "139"),
            ]),
            &[
                ("table-range", "9999, last"),
                ("table-range", "20000, used_by"),
                ("table-range", "130, last"),
                ("table-range", "139, used_by"),
            ],
            "not five digits that begin with 1",
        ),
        (
            segments(&[
                good.replace("people", "peple"),
                good.replace("used_by", "usedby"),
            ])
            .replacen("13000", "12000", 1)
            .replacen("13999", "12999", 1),
            &[
                ("word-unknown", "\"peple\""),
                ("key-missing", "{ first = 13000"),
                ("key-unknown", "usedby"),
            ],
            "words and keys that there are not",
        ),
        (
            format!(
                "segmens = 1\n{}",
                segments(&[good.replace("13999", "\"13999\"")])
            ),
            &[("key-unknown", "segmens"), ("value-type", "\"13999\"")],
            "an unknown table, and a text for a number",
        ),
        (
            cards(&[
                card("99999", "100000", "16", "16"),
                card("400000", "499999", "11", "16"),
                card("500000", "500000", "16", "20"),
                card("510000", "519999", "19", "16"),
                card("510001", "529999", "16", "16"),
                card("530000", "1000000", "16", "16").replace(", check", ", more = 1, check"),
            ]),
            &[
                ("table-range", "99999, last"),
                ("table-range", "11, longest"),
                ("table-range", "20, check"),
                ("table-range", "16, check = \"kept\" },\n{ first = 510001"),
                ("table-order", "510001, last"),
                ("table-range", "1000000, shortest"),
                ("key-unknown", "more"),
            ],
            "cards beyond every bound",
        ),
        (
            cards(&[
                card("400000", "499999", "16", "16").replace("kept", "often"),
                card("510000", "559999", "16", "16").replace(", longest = 16", ""),
                card("560000", "569999", "16", "16").replace(", check", ", brand = \"x\", check"),
            ]),
            &[
                ("word-unknown", "\"often\""),
                ("key-missing", "{ first = 510000"),
                ("key-unknown", "brand"),
            ],
            "cards with wrong words and keys",
        ),
    ];
    for (tables, expected, why) in rows {
        let (pack, text) = with_tables(&tables);
        let found = problems(&pack);
        for problem in &found {
            assert!(problem.render(Some(&pack)).contains(problem.code), "{why}");
            assert!(
                problem.help.is_some() || problem.code == "table-range",
                "{why}: {problem:?}"
            );
        }
        let mut found: Vec<_> = found
            .iter()
            .map(|one| (one.file.as_str(), one.line, one.column, one.code))
            .collect();
        let mut expected: Vec<_> = expected
            .iter()
            .map(|(code, at)| {
                let (line, column) = position(&text, at);
                (P, line, column, *code)
            })
            .collect();
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "{why}");
    }
}

/// The sentence about an issue in one locale.
fn said(model: &Model, locale: Locale, issue: IssueCode) -> &str {
    let texts = model.texts.iter().find(|texts| texts.locale == locale);
    let texts = texts.expect("the pack has both locales");
    let is_it = |text: &&IssueText| text.issue == issue.number();
    &texts
        .issues
        .iter()
        .find(is_it)
        .expect("every issue has a text")
        .text
}

/// A pack need not say anything; what it says replaces the engine's words,
/// in its locale only, on both sides.
#[test]
fn a_pack_has_words_of_its_own() {
    let own = IssueCode::IdCheckDigit;
    let compiled = compiled(&with_words(
        "issue-id-check-digit = Look at your card again.",
    ));
    for model in [&compiled.server, &compiled.public] {
        for &locale in Locale::ALL {
            for &issue in IssueCode::ALL.iter().filter(|issue| !issue.is_retired()) {
                let expected = match (issue == own, locale) {
                    (true, Locale::En) => "Look at your card again.",
                    _ => issue.message(locale),
                };
                assert_eq!(said(model, locale, issue), expected, "{}", issue.as_str());
            }
        }
    }
}

#[test]
#[rustfmt::skip] // One row, one line.
fn wrong_words_are_reported() {
    const AGE: &str = "fact-age = age\n";
    let after = |words: &str| format!("{AGE}{words}\n");
    check(&[
        (L, AGE, &after("issue-id-chek-digit = x"), "text-unknown", "issue-id-chek"),
        (L, AGE, &after("issue-nothing-of-the-kind = x"), "text-unknown", "issue-nothing"),
        (L, AGE, &after("issue-age = x"), "text-unknown", "issue-age"),
        (L, AGE, &after("issue-id-check-digit = { $income }"), "text-placeholder", "income }"),
        (L, AGE, &after("issue-id-check-digit = x\n    .short = y"), "text-unknown", "short = y"),
        (L, AGE, &after("issue-id-empty = x\nissue-id-empty = y"), "text-duplicate", "issue-id-empty = y"),
        (L, AGE, &after("issue-id-check-digit ="), "fluent-malformed", "issue-id-check-digit ="),
    ]);
}

#[test]
fn a_near_word_is_suggested() {
    for (wrong, near) in [
        (
            "issue-id-chek-digit",
            "did you mean `issue-id-check-digit`?",
        ),
        (
            "issue-mobile-incomplet",
            "did you mean `issue-mobile-incomplete`?",
        ),
        ("isue-email-at", "did you mean `issue-email-at`?"),
    ] {
        let found = problems(&with_words(&format!("{wrong} = x")));
        let [only] = &found[..] else {
            panic!("one problem: {found:#?}")
        };
        assert_eq!(
            (only.code, only.help.as_deref()),
            ("text-unknown", Some(near))
        );
    }
}
