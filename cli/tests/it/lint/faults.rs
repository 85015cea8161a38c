//! Packs with one fault each: its code, and the place it is found at.

use precheck_cli::{LINT_CODES, Severity};

use super::pack::{files, found, rule};
use crate::broken::position;

const NO: (&str, &str) = ("", "");
const CARD: &str = r#"base = 0
method = "below-best"
bands = [
  { from = 0, decision = "decline" },
  { from = 5, decision = "refer" },
  { from = 10, decision = "approve" },
]

[[characteristics]]
fact = "n"
reason = "HELPED"
missing = 4
bins = [{ below = 3, points = 4 }, { points = 12 }]
"#;

/// Checks that a pack has a finding, and where: at the first `at` after `after`.
fn check(rules: &str, facts: (&str, &str), card: &str, code: &str, after: &str, at: &str) {
    let files = files(rules, facts, card);
    let (pack, all) = found(files.clone());
    let hit = all.iter().find(|one| {
        let text = &files
            .iter()
            .find(|(path, _)| *path == one.file)
            .expect("a file")
            .1;
        let Some(start) = text.find(after).filter(|_| one.code == code) else {
            return false;
        };
        let rest = &text[start..];
        let Some(inside) = rest.find(at) else {
            return false;
        };
        one.span.start == start + inside
            && (one.line, one.column) == position(text, &text[start + inside..])
    });
    let hit = hit.unwrap_or_else(|| panic!("{code} at `{at}`, found {all:#?}"));
    assert!(hit.help.is_some(), "{code} says what to do");
    assert!(
        hit.render(Some(&pack)).contains(code),
        "{code} can be shown"
    );
    let declared = LINT_CODES.iter().find(|(one, ..)| *one == code);
    let (_, severity, _) = declared.expect("the code is declared");
    assert_eq!(hit.severity, *severity, "{code}");
}

#[test]
fn rules() {
    let low = rule("low", "n < 2", "decline", "HELPED");
    for (when, code, at) in [
        ("n < 2 && n > 3", "rule-never-fires", "\"x\""),
        ("n > 5", "rule-never-fires", "\"x\""),
        ("is_missing(n) && n < 4", "rule-never-fires", "\"x\""),
        ("m >= 0", "rule-always-fires", "\"x\""),
        ("flag || !flag", "rule-always-fires", "\"x\""),
        ("n < 1", "rule-shadowed", "\"x\""),
        ("n < 1 && flag", "rule-shadowed", "\"x\""),
        ("n <= 1", "rules-contradict", "\"x\""),
        ("!(n >= 2 || is_missing(n))", "rules-contradict", "\"x\""),
        ("n < 4 && m >= 0", "condition-always-true", "m >= 0"),
        ("n < 4 && n < 5", "condition-always-true", "n < 5"),
        ("n < 5 && n < 4", "condition-always-true", "n < 5"),
        (
            "n < 4 && (flag || m < 9)",
            "condition-always-true",
            "flag || m < 9",
        ),
        // The first comparison can be left out too, but only after this.
        (
            "m >= 1 && (m == 0 || m >= 2)",
            "condition-adds-nothing",
            "m == 0",
        ),
        (
            "flag || (n < 3 && n > 4)",
            "condition-adds-nothing",
            "n < 3 && n > 4",
        ),
        ("n < 4 || n < 3", "condition-adds-nothing", "n < 3"),
        (
            "flag && n < 3 || n < 3",
            "condition-adds-nothing",
            "flag && n < 3",
        ),
    ] {
        let rules = low.clone() + &rule("x", when, "refer", "BARE");
        check(&rules, NO, "", code, "id = \"x\"", at);
    }
}

#[test]
fn sound_rules_give_no_finding_but_proofs() {
    let rules = rule("low", "n < 2 && kind != \"a\"", "decline", "HELPED")
        + &rule("mid", "n < 4 && m > 1 || is_missing(n)", "refer", "BARE")
        + &rule("gone", "is_special(kind, \"gone\")", "retry-later", "BARE");
    let (_, all) = found(files(&rules, NO, ""));
    let others: Vec<_> = all.iter().filter(|one| one.code != "monotone").collect();
    assert!(others.is_empty(), "{others:#?}");
    assert_eq!(all.len(), 2, "n and m have a direction: {all:#?}");
}

#[test]
fn decisions_and_refusals() {
    let low = rule("low", "n < 2 && flag", "decline", "HELPED");
    let all = rule("all", "m >= 0", "refer", "BARE");
    let s = "[scenarios.s]";
    check(
        &(low.clone() + &all),
        NO,
        "",
        "approve-unreachable",
        s,
        "s]",
    );
    let most = rule("most", "n >= 0 || is_missing(n)", "retry-later", "BARE");
    check(&(all + &most), NO, "", "decision-unreachable", s, "s]");
    let one = rule("one", "n < 2", "decline", "HELPED");
    check(&one, NO, "", "decline-single-fact", s, "s]");
    let x = "id = \"x\"";
    let secret = rule("x", "m > 2", "decline", "SECRET");
    check(&secret, NO, "", "decline-undisclosed", x, "\"x\"");
    let bare = rule("x", "m > 2", "decline", "BARE");
    check(&bare, NO, "", "decline-without-remedy", x, "\"x\"");
    let band = "bands";
    check(&low, NO, CARD, "band-unreachable", band, "5, decision");
    let silent = CARD.replace("below-best", "below-neutral");
    let silent = silent.replace("missing = 4", "neutral = 1\nmissing = 4");
    check(
        &low,
        NO,
        &silent,
        "decline-undisclosed",
        band,
        "0, decision",
    );
    // The rule that gives the reason never fires.
    let dead = low.clone() + &rule("x", "m > 3", "refer", "BARE");
    check(&dead, NO, "", "reason-never-given", "+++", "+++");
}

#[test]
fn directions() {
    let low = rule("low", "n < 2 && flag", "decline", "HELPED");
    let falls = CARD.replace("points = 12", "points = 2");
    let fact = "fact = \"n\"";
    check(&low, NO, &falls, "points-against-direction", fact, "\"n\"");
    let x = low.clone() + &rule("x", "n > 3 && kind == \"b\"", "refer", "BARE");
    check(&x, NO, "", "rule-against-direction", "id = \"x\"", "\"x\"");
    check(&x, NO, "", "not-monotone", "[facts.n]", "n]");
    let (_, all) = found(files(&x, NO, ""));
    let shown = all.iter().find(|one| one.code == "not-monotone");
    let shown = shown.expect("it has just been found");
    assert!(
        shown.message.contains("n = 2") || shown.message.contains("n = 4"),
        "{shown:?}"
    );
    let help = shown.help.as_deref().unwrap_or_default();
    assert!(
        help.contains("kind = \"b\""),
        "the rest of both applications: {help}"
    );
}

#[test]
fn what_people_are_told_to_do() {
    let low = rule("low", "n < 2 && flag", "decline", "HELPED");
    let m = "[facts.m]\n";
    let on_m = |lines: &str| format!("{m}{lines}\n");
    let up = "actionable = \"up\"";
    let worse = on_m(up);
    let code = "change-against-better";
    check(&low, (m, &worse), "", code, "[facts.m]", "m]");
    let n = (
        "better = \"higher\"\nactionable = \"up\"",
        "better = \"higher\"\nactionable = \"down\"",
    );
    check(&low, n, "", code, "[facts.n]", "n]");

    // Nothing looks at `m`, or at what moves with it.
    let down = on_m("actionable = \"down\"");
    check(&low, (m, &down), "", "effort-idle", "[facts.m]", "m]");
    let moves = |entry: &str| on_m(&format!("actionable = \"down\"\nmoves = [{entry}]"));
    let kind = moves("{ fact = \"kind\", at = 0, to = \"a\" }");
    check(&low, (m, &kind), "", "effort-idle", "[facts.m]", "m]");
    check(&low, (m, &kind), "", "coupling-idle", "[facts.m]", "{ fact");
    // Moves what is looked at, but no change is such that it does.
    let at = moves("{ fact = \"n\", at = 3, to = 5 }");
    check(&low, (m, &at), "", "coupling-idle", "[facts.m]", "{ fact");
    // Steps of 2 meet 1 from 3 only.
    let met = |at: u8| {
        let lines = "actionable = \"down\"\neffort = { step = 2 }\nmoves = ";
        on_m(&format!("{lines}[{{ fact = \"n\", at = {at}, to = 5 }}]"))
    };
    let missed = met(1);
    check(
        &low,
        (m, &missed),
        "",
        "coupling-idle",
        "[facts.m]",
        "{ fact",
    );
    let (_, all) = found(files(&low, (m, &met(0)), ""));
    assert!(all.iter().all(|one| one.code == "monotone"), "{all:#?}");
    let by = moves("{ fact = \"n\", by = \"1/4\" }");
    check(&low, (m, &by), "", "coupling-idle", "[facts.m]", "{ fact");
    let code = |entry: &str| {
        let lines = "[facts.kind]\nactionable = \"free\"\neffort = { to = [\"b\"] }\n";
        format!("{lines}moves = [{{ fact = \"n\", {entry}, to = 5 }}]\n")
    };
    let never = code("at = \"a\"");
    let kind = ("[facts.kind]\n", never.as_str());
    check(&low, kind, "", "coupling-idle", "[facts.kind]", "{ fact");
    // What only the server has is nobody's to change.
    let down = on_m("actionable = \"down\"");
    let rules = rule("low", "n < 2 && m > 1", "decline", "HELPED");
    let mut all = files(&rules, (m, &down), "");
    all[0].1 = all[0]
        .1
        .replace("audience = \"public\"", "audience = \"server\"");
    let (_, all) = found(all);
    let of = |code: &str| all.iter().filter(|one| one.code == code).count();
    let expected = (2, 1);
    assert_eq!(
        (of("effort-idle"), of("helps-nobody")),
        expected,
        "{all:#?}"
    );

    // A change that helps through what it moves, or what is computed from it.
    for (entry, rules) in [
        ("{ fact = \"n\", by = \"1/3\" }", &low),
        ("{ fact = \"n\", at = 0, to = 5 }", &low),
    ] {
        let facts = moves(entry);
        let (_, all) = found(files(rules, (m, &facts), ""));
        let others: Vec<_> = all.iter().filter(|one| one.code != "monotone").collect();
        assert!(others.is_empty(), "{entry}: {others:#?}");
    }
    let (_, all) = found(files(&low, kind_that_helps(&code("at = \"b\"")), ""));
    assert!(all.iter().all(|one| one.code == "monotone"), "{all:#?}");

    // `n` cannot be changed; it can where another moves it.
    let fixed = ("actionable = \"up\"\n", "");
    let (_, all) = found(files(&low, fixed, ""));
    let hit = all.iter().find(|one| one.code == "helps-nobody");
    let hit = hit.unwrap_or_else(|| panic!("{all:#?}"));
    assert_eq!(
        (&*hit.file, hit.severity),
        ("reasons/HELPED.md", Severity::Warning)
    );
    assert!(hit.message.contains("`n`") && hit.help.is_some(), "{hit:?}");
    let mut all = files(&low, (m, &moves("{ fact = \"n\", by = \"1/1\" }")), "");
    all[0].1 = all[0].1.replacen(fixed.0, fixed.1, 1);
    let (_, all) = found(all);
    assert!(all.iter().all(|one| one.code == "monotone"), "{all:#?}");
}

fn kind_that_helps(lines: &str) -> (&'static str, &str) {
    ("[facts.kind]\n", lines)
}

#[test]
fn attributes_texts_and_allowances() {
    let sex = (
        "[facts.flag]",
        "[facts.sex]\nkind = \"bool\"\nsource = \"account\"\naudience = \"public\"\n\n[facts.flag]",
    );
    let x = "id = \"x\"";
    let with_sex = |when: &str| {
        let rules = rule("x", when, "refer", "BARE");
        let mut files = files(&rules, sex, "");
        let text = &mut files[0].1;
        *text = text.replace("facts = [\"n\"", "facts = [\"sex\", \"n\"");
        found(files).1
    };
    let hits = with_sex("sex && n < 2");
    let hit = hits.iter().find(|one| one.code == "protected-fact");
    assert!(
        hit.is_some_and(|one| one.severity == Severity::Error),
        "{hits:#?}"
    );
    let flag = "flag]\nkind = \"bool\"";
    let protected = format!("{flag}\nprotected = true");
    let rules = rule("x", "n < 3 && !flag", "refer", "BARE");
    check(&rules, (flag, &protected), "", "protected-fact", x, "flag");
    let proxy = format!("{flag}\nproxy_for = \"religion\"");
    check(&rules, (flag, &proxy), "", "proxy-fact", x, "flag");
    let age = rule("x", "age < 18", "decline", "HELPED");
    check(&age, NO, "", "age-not-legal", x, "age < 18");
    let legal = age + "legal_minimum = true\n";
    let (_, all) = found(files(&legal, NO, ""));
    assert!(
        all.iter().all(|one| one.code != "age-not-legal"),
        "{all:#?}"
    );

    let mut said = files(&rules, NO, "");
    for (path, text) in &mut said {
        if path == "reasons/BARE.md" {
            *text = text.replace("What happened", "Declined For Various Reasons");
        }
    }
    let (_, all) = found(said);
    let hit = all.iter().find(|one| one.code == "text-says-nothing");
    assert_eq!(hit.map(|one| one.span.len()), Some(19), "{all:#?}");

    let bare = rule("x", "m > 2", "decline", "BARE");
    let allow = |code: &str, name: &str| {
        format!(
            "{bare}\n[[lint.allow]]\ncode = \"{code}\"\nfor = [\"{name}\"]\nbecause = \"tested\"\n"
        )
    };
    let (_, all) = found(files(&allow("decline-without-remedy", "x"), NO, ""));
    let kept = all.iter().find(|one| one.code == "decline-without-remedy");
    assert_eq!(kept.map(|one| one.severity), Some(Severity::Note));
    for (code, name) in [("decline-without-remedy", "y"), ("no-such-code", "x")] {
        let rules = allow(code, name);
        let at = format!("\"{code}\"");
        check(&rules, NO, "", "lint-allow-unused", "[[lint.allow]]", &at);
    }
}

#[test]
fn what_hangs_together_or_is_too_large_is_said() {
    let both = rule("x", "age < 18 && born > \"2000-01-01\"", "refer", "BARE");
    check(&both, NO, "", "lint-derived", "[scenarios.s]", "s]");

    // Every sum of these points is another one: too many to keep.
    let facts = ("[facts.flag]", &*many_facts(24));
    let mut card =
        "base = 0\nmethod = \"below-best\"\nbands = [\n  { from = 0, decision = \"decline\" },\n  \
                    { from = 700001, decision = \"approve\" },\n]\n"
            .to_owned();
    for index in 0..24 {
        let most = 1_000_000 >> (index % 19);
        card += &format!(
            "\n[[characteristics]]\nfact = \"x{index}\"\nreason = \"HELPED\"\nbins = [{{ below = 1, points = {} }}, \
             {{ below = 2, points = 0 }}, {{ points = {most} }}]\n",
            -most / 3
        );
    }
    let mut all = files("", facts, &card);
    let names: String = (0..24).map(|index| format!("\"x{index}\", ")).collect();
    all[0].1 = all[0].1.replace("facts = [", &format!("facts = [{names}"));
    for (path, text) in &mut all {
        if path.starts_with("locales") {
            (0..24).for_each(|index| text.push_str(&format!("fact-x{index} = x\n")));
        }
    }
    let (_, all) = found(all);
    let budget: Vec<_> = all.iter().filter(|one| one.code == "lint-budget").collect();
    assert!(!budget.is_empty(), "{all:#?}");
    assert!(
        budget
            .iter()
            .all(|one| one.message.contains("could not be decided"))
    );
}

fn many_facts(count: usize) -> String {
    let one = |index| {
        format!(
            "[facts.x{index}]\nkind = \"integer\"\ndomain = [0, 2]\nsource = \"account\"\naudience = \"public\"\n\n"
        )
    };
    (0..count).map(one).collect::<String>() + "[facts.flag]"
}
