//! What moves facts: how it is written, what is refused, what ships.

use precheck::{Change, Coupling, Draft, Evolution, Inspection, Model, Pace, Policy, Pull};
use precheck_cli::{Compiled, Pack, compile};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::broken::check;
use crate::command::{Folder, out, run, text, told};
use crate::mini;

const P: &str = "policy.toml";
const INCOME: &str = "missing = true\nactionable = \"up\"\n";
const WORK: &str = "codes = [\"employed\", \"student\", \"none\"]\n";
const SHARE: &str = "domain = [\"0%\", \"100%\"]\n";
const MEMBER: &str = "kind = \"bool\"\n";
const BUREAU: &str = "domain = [300, 900]\n";
const REQUESTS: &str = "domain = [0, 9999]\n";
const BORN: &str = "domain = [2000-01-01, 2020-12-31]\n";
const AGE: &str = "derived = { years_since = \"born\" }\n";

/// A decimal, beside the kinds that the mini pack has.
const WEIGHT: &str = "[facts.weight]\nkind = \"decimal\"\ndigits = 1\ndomain = [\"0\", \"9.5\"]\n\
                      source = \"applicant\"\naudience = \"public\"\nactionable = \"down\"\n\n";

/// The mini pack with lines added to the declarations of facts.
fn pack(added: &[(&str, &str)]) -> Pack {
    let mut files = mini::files();
    for (path, text) in &mut files {
        if path == P {
            for (after, lines) in added {
                assert!(text.contains(after), "`{after}` is there");
                *text = text.replacen(after, &format!("{after}{lines}\n"), 1);
            }
            *text = text.replacen("[facts.bureau]\n", &format!("{WEIGHT}[facts.bureau]\n"), 1);
        } else if path.starts_with("locales/") {
            text.push_str("fact-weight = weight\n    .question = Which weight?\n");
        }
    }
    Pack::from_files(files)
}

fn compiled(added: &[(&str, &str)]) -> Compiled {
    match compile(&pack(added)) {
        Ok(compiled) => compiled,
        Err(problems) => panic!("it compiles: {problems:#?}"),
    }
}

fn id(model: &Model, name: &str) -> u16 {
    let found = model.facts.iter().position(|def| def.name == name);
    u16::try_from(found.expect("the fact is there")).expect("few facts")
}

/// One of everything; of each list something that only the server has.
const EVERYTHING: [(&str, &str); 5] = [
    (
        INCOME,
        "effort = { fixed = 2, per_step = 3, step = \"250.00\", most = 8 }\n\
             moves = [{ fact = \"share\", by = \"-1/300\" }, { fact = \"requests\", by = \"5/7\" }, \
             { fact = \"member\", at = \"10000.00\", to = true }, { fact = \"work\", at = \"9999.00\", to = \"none\" }]",
    ),
    (
        WORK,
        "actionable = \"free\"\neffort = { fixed = 7, to = [\"none\", \"employed\"] }",
    ),
    (
        SHARE,
        "actionable = \"down\"\neffort = { scale = [{ from = \"0%\", at = 0 }, { from = \"50%\", at = 4 }] }\n\
             evolves = { runs_out = 31, to = \"1.50%\" }",
    ),
    (REQUESTS, "evolves = { runs_out = 8642, to = 0 }"),
    (BUREAU, "actionable = \"up\"\nevolves = \"up\""),
];

fn everything() -> Compiled {
    compiled(&EVERYTHING)
}

#[test]
fn all_that_can_be_said_is_in_the_model() {
    let model = everything().server;
    let fact = |name| id(&model, name);
    let (income, share, weight) = (fact("income"), fact("share"), fact("weight"));
    let change = |fact, fixed, per_step, step, most| Change {
        fact,
        fixed,
        per_step,
        step,
        most,
        scale: Vec::new(),
        to: Vec::new(),
    };
    let expected = [
        change(income, 2, 3, 25_000, 8),
        Change {
            to: vec![0, 2],
            ..change(fact("work"), 7, 0, 1, 1)
        },
        Change {
            scale: vec![(0, 0), (5_000, 4)],
            ..change(share, 1, 0, 100, 100)
        },
        // The guard digit is none that a step goes by.
        change(weight, 1, 1, 100, 10),
        change(fact("bureau"), 1, 1, 1, 600),
    ];
    assert_eq!(model.changes, expected);
    let at = |value, to| Pull::At { value, to };
    let pulls = [
        (
            "share",
            Pull::By {
                times: -1,
                per: 300,
            },
        ),
        ("requests", Pull::By { times: 5, per: 7 }),
        ("member", at(1_000_000, 1)),
        ("work", at(999_900, 2)),
    ];
    let couplings = pulls.map(|(moves, pull)| Coupling {
        fact: income,
        moves: fact(moves),
        pull,
    });
    assert_eq!(model.couplings, couplings);
    let runs_out = |days, to| Pace::RunsOut { days, to };
    let paces = [
        ("share", runs_out(31, 150)),
        ("bureau", Pace::Up),
        ("requests", runs_out(8_642, 0)),
    ];
    let evolutions = paces.map(|(name, pace)| Evolution {
        fact: fact(name),
        pace,
    });
    assert_eq!(model.evolutions, evolutions);
    mini::load(&model);
}

/// Rows: where it is said, of which fact, and what follows from saying
/// `actionable` alone: fixed, per step, step, most.
#[test]
fn what_is_left_out_is_usual() {
    for (after, name, expected, why) in [
        (INCOME, "income", (1, 1, 10_000, 100), "\"100.00\" of money"),
        (SHARE, "share", (1, 1, 100, 100), "\"1%\" of a ratio"),
        (REQUESTS, "requests", (1, 1, 1, 9_999), "1 of a count"),
        (WORK, "work", (1, 0, 1, 1), "codes have no steps"),
        (MEMBER, "member", (1, 0, 1, 1), "neither has a truth value"),
    ] {
        for added in [
            "actionable = \"down\"",
            "actionable = \"down\"\neffort = {}",
        ] {
            let added = if after == INCOME {
                added.trim_start_matches("actionable = \"down\"").trim()
            } else {
                added
            };
            let model = compiled(&[(after, added)]).server;
            let fact = id(&model, name);
            let found = model.changes.iter().find(|one| one.fact == fact);
            let found = found.map(|one| (one.fixed, one.per_step, one.step, one.most));
            assert_eq!(found, Some(expected), "{name}, {added}: {why}");
        }
    }
    let fine = "kind = \"money\"\ndomain = [\"0.00\", \"10000.00\"]";
    let (pack, _) = mini::with(
        P,
        fine,
        "kind = \"money\"\ndomain = [\"0.00\", \"90000000.01\"]",
    );
    let model = compile(&pack).expect("it compiles").server;
    assert_eq!(model.changes[0].most, 900_001, "the last step is cut short");
    let (pack, _) = mini::with(
        P,
        fine,
        "kind = \"money\"\ndomain = [\"0.00\", \"900000000.00\"]",
    );
    let model = compile(&pack).expect("it compiles").server;
    assert_eq!(model.changes[0].most, 1_000_000, "more would be no advice");
    assert!(model.couplings.is_empty() && model.evolutions.is_empty());
}

#[test]
#[rustfmt::skip] // One row, one line.
fn broken_efforts() {
    let row = |after: &str, lines: &str, code: &str, at: &str| {
        check(&[(P, after, &format!("{after}{lines}\n"), code, at)]);
    };
    row(SHARE, "effort = { fixed = 3 }", "effort-unexpected", "{ fixed = 3 }");
    row(SHARE, "actionable = \"no\"\neffort = { fixed = 3 }", "effort-unexpected", "{ fixed = 3 }");
    row(AGE, "effort = { fixed = 3 }", "effort-unexpected", "{ fixed = 3 }");
    row(AGE, "actionable = \"up\"", "actionable-unexpected", "\"up\"\n\n[facts.income]");
    row(BORN, "actionable = \"up\"\neffort = {}", "effort-unexpected", "{}");
    row(BORN, "actionable = \"free\"", "actionable-unexpected", "\"free\"");
    row(INCOME, "effort = 3", "value-type", "3\n\n[facts.work]");
    row(INCOME, "effort = { fxed = 3 }", "key-unknown", "fxed");
    row(INCOME, "effort = { fixed = -1 }", "effort-range", "-1 }");
    row(INCOME, "effort = { per_step = 1000001 }", "effort-range", "1000001 }");
    row(INCOME, "effort = { per_step = 99999999999 }", "effort-range", "99999999999 }");
    row(INCOME, "effort = { most = 0 }", "effort-range", "0 }\n\n[facts.work]");
    row(INCOME, "effort = { step = 100 }", "value-type", "100 }");
    row(INCOME, "effort = { step = \"0.00\" }", "effort-step", "\"0.00\" }");
    row(INCOME, "effort = { step = \"-1.00\" }", "effort-step", "\"-1.00\" }");
    row(INCOME, "effort = { scale = [] }", "scale-order", "[] }");
    row(INCOME, "effort = { scale = [{ at = 1 }] }", "key-missing", "{ at = 1 }");
    row(INCOME, "effort = { scale = [{ from = \"9.00\", at = 1 }, { from = \"8.00\", at = 2 }] }", "scale-order", "{ from = \"8.00\"");
    row(INCOME, "effort = { scale = [{ from = \"8.00\", at = 2 }, { from = \"9.00\", at = 2 }] }", "scale-order", "{ from = \"9.00\"");
    row(INCOME, "effort = { scale = [{ from = \"10000.01\", at = 2 }] }", "value-domain", "\"10000.01\"");
    row(INCOME, "effort = { to = [\"1.00\"] }", "effort-kind", "[\"1.00\"]");
    row(WORK, "actionable = \"free\"\neffort = { to = [\"employd\"] }", "code-unknown", "\"employd\"");
    row(WORK, "actionable = \"free\"\neffort = { to = [\"none\", \"none\"] }", "code-duplicate", "\"none\"] }");
    row(WORK, "actionable = \"free\"\neffort = { to = [] }", "codes-empty", "[] }");
    row(WORK, "actionable = \"free\"\neffort = { step = 1 }", "effort-kind", "1 }\nsource");
    row(WORK, "actionable = \"free\"\neffort = { scale = [{ from = \"none\", at = 1 }] }", "effort-kind", "[{ from");
    let wide = "domain = [-9223372036854775807, 9223372036854775807]\nactionable = \"up\"\n";
    check(&[(P, REQUESTS, wide, "domain-wide", "[-9223372036854775807")]);
    row(MEMBER, "actionable = \"up\"\neffort = { most = 1 }", "effort-kind", "1 }\nsource");
}

#[test]
#[rustfmt::skip] // One row, one line.
fn broken_couplings() {
    let row = |after: &str, lines: &str, code: &str, at: &str| {
        check(&[(P, after, &format!("{after}{lines}\n"), code, at)]);
    };
    let moves = |entry: &str, code: &str, at: &str| row(INCOME, &format!("moves = [{entry}]"), code, at);
    row(SHARE, "moves = [{ fact = \"income\", by = \"1/1\" }]", "moves-unexpected", "[{ fact");
    row(AGE, "moves = [{ fact = \"income\", by = \"1/1\" }]", "moves-unexpected", "[{ fact");
    row(INCOME, "moves = { fact = \"share\", by = \"1/1\" }", "value-type", "{ fact");
    moves("{ by = \"1/1\" }", "key-missing", "{ by");
    moves("{ fact = \"shar\", by = \"1/1\" }", "fact-unknown", "\"shar\"");
    moves("{ fact = \"adult\", by = \"1/1\" }", "fact-unknown", "\"adult\", by");
    moves("{ fact = \"age\", by = \"1/1\" }", "moves-computed", "\"age\", by");
    moves("{ fact = \"income\", by = \"1/1\" }", "moves-chain", "\"income\", by");
    moves("{ fact = \"share\" }", "moves-how", "\"share\" }");
    moves("{ fact = \"share\", at = \"1.00\" }", "moves-how", "\"share\", at");
    moves("{ fact = \"share\", to = \"1%\" }", "moves-how", "\"share\", to");
    moves("{ fact = \"share\", by = \"1/1\", at = \"1.00\", to = \"1%\" }", "moves-how", "\"share\", by");
    moves("{ fact = \"share\", bye = \"1/1\" }", "key-unknown", "bye");
    moves("{ fact = \"share\", by = 1 }", "value-type", "1 }]");
    for by in ["1", "1/0", "0/1", "1/-1", "0.5/1", "1/", "2147483648/1", "1/4294967296", ""] {
        let (entry, at) = (format!("{{ fact = \"share\", by = \"{by}\" }}"), format!("\"{by}\" }}]"));
        row(INCOME, &format!("moves = [{entry}]"), "moves-by", at.as_str());
    }
    moves("{ fact = \"work\", by = \"1/1\" }", "moves-by", "\"1/1\"");
    moves("{ fact = \"born\", by = \"1/1\" }", "moves-by", "\"1/1\"");
    row(WORK, "actionable = \"free\"\nmoves = [{ fact = \"share\", by = \"1/1\" }]", "moves-by", "\"1/1\"");
    moves("{ fact = \"share\", at = \"10000.01\", to = \"1%\" }", "value-domain", "\"10000.01\"");
    moves("{ fact = \"share\", at = \"1.00\", to = \"101%\" }", "value-domain", "\"101%\"");
    moves("{ fact = \"share\", at = \"1.00\", to = 1 }", "value-type", "1 }]");
    moves("{ fact = \"work\", at = \"1.00\", to = \"nobody\" }", "code-unknown", "\"nobody\"");
    moves("{ fact = \"share\", by = \"1/1\" }, { fact = \"share\", by = \"2/1\" }", "moves-duplicate", "{ fact = \"share\", by = \"2/1\"");
    moves("{ fact = \"share\", at = \"1.00\", to = \"1%\" }, { fact = \"share\", at = \"1.00\", to = \"2%\" }", "moves-duplicate", "{ fact = \"share\", at = \"1.00\", to = \"2%\"");
}

#[test]
#[rustfmt::skip] // One row, one line.
fn broken_evolutions() {
    let row = |after: &str, lines: &str, code: &str, at: &str| {
        check(&[(P, after, &format!("{after}{lines}\n"), code, at)]);
    };
    row(AGE, "evolves = \"up\"", "evolves-unexpected", "\"up\"\n\n[facts.income]");
    row(BUREAU, "evolves = \"upp\"", "word-unknown", "\"upp\"");
    row(BUREAU, "evolves = 3", "value-type", "3\nspecials");
    row(SHARE, "evolves = \"up\"", "evolves-kind", "\"up\"\nsource");
    row(WORK, "evolves = \"down\"", "evolves-kind", "\"down\"");
    row(BORN, "evolves = \"up\"", "evolves-kind", "\"up\"\nsource");
    row(BORN, "evolves = { runs_out = 3, to = 2001-01-01 }", "evolves-kind", "{ runs_out");
    row(BUREAU, "evolves = { to = 300 }", "key-missing", "{ to");
    row(BUREAU, "evolves = { runs_out = 3 }", "key-missing", "{ runs_out");
    row(BUREAU, "evolves = { runs_out = 0, to = 300 }", "evolves-days", "0, to");
    row(BUREAU, "evolves = { runs_out = 1000001, to = 300 }", "evolves-days", "1000001");
    row(BUREAU, "evolves = { runs_out = 3, to = 299 }", "value-domain", "299 }");
    row(BUREAU, "evolves = { runsout = 3, to = 300 }", "key-unknown", "runsout");
}

/// A fact that moves does not move others, in whatever order they stand.
#[test]
fn chains_are_refused_where_they_begin() {
    let share = (
        SHARE,
        "actionable = \"down\"\nmoves = [{ fact = \"bureau\", by = \"1/1\" }]",
    );
    let income = (INCOME, "moves = [{ fact = \"share\", by = \"1/1\" }]");
    let found = compile(&pack(&[income, share])).expect_err("a chain");
    let chain: Vec<_> = found
        .iter()
        .filter(|one| one.code == "moves-chain")
        .collect();
    assert_eq!(chain.len(), 1, "{found:#?}");
    assert!(chain[0].message.contains("`share`"), "{chain:?}");
    let help = chain[0].help.as_deref().unwrap_or_default();
    assert!(help.contains("`income`"), "{help}");
}

/// What only the server has, neither moves in a browser nor is it told that it does.
#[test]
fn the_public_bundle_has_nothing_of_the_server() {
    let Compiled { server, public, .. } = everything();
    let names = |model: &Model| {
        let name = |fact: u16| model.facts[usize::from(fact)].name.clone();
        let changes = model.changes.iter().map(|one| name(one.fact));
        let couplings = model.couplings.iter();
        let couplings = couplings.map(|one| (name(one.fact), name(one.moves)));
        let evolutions = model.evolutions.iter().map(|one| name(one.fact));
        (
            changes.collect::<Vec<_>>(),
            couplings.collect::<Vec<_>>(),
            evolutions.collect::<Vec<_>>(),
        )
    };
    let (mut changes, mut couplings, mut evolutions) = names(&server);
    assert!(changes.contains(&"bureau".into()) && evolutions.contains(&"requests".into()));
    changes.retain(|fact| fact != "bureau");
    couplings.retain(|(_, moves)| moves != "requests");
    evolutions.retain(|fact| fact == "share");
    assert_eq!(names(&public), (changes, couplings, evolutions));
    assert_eq!(public.changes[2].scale, [(0, 0), (5_000, 4)]);
    let shipped = serde_json::to_string(&public).expect("a model is data");
    let whole = serde_json::to_string(&server).expect("a model is data");
    for secret in ["8642", "\"times\":5", "bureau", "requests"] {
        assert!(whole.contains(secret), "the server has `{secret}`");
        assert!(!shipped.contains(secret), "`{secret}` does not ship");
    }
    mini::load(&public);
}

#[test]
fn a_bundle_keeps_all_of_it() {
    let Compiled { server, public, .. } = everything();
    for model in [server, public] {
        let bytes = Draft::unsigned(&model).expect("small");
        let found = Inspection::of(&bytes).expect("a bundle");
        assert_eq!(found.model, model);
    }
}

/// Whoever looks into a bundle sees what is advised from it.
#[test]
fn inspect_tells_it() {
    let folder = Folder::new("moves");
    let Compiled { server, public, .. } = everything();
    let look = |name: &str, model: &Model, json: &[&str]| {
        let file = folder.file(name, Draft::unsigned(model).expect("small"));
        let output = run(&[&["inspect", text(&file)], json].concat(), "");
        assert_eq!(output.status.code(), Some(0), "{}", told(&output));
        out(&output)
    };
    let said = look("server", &server, &[]);
    for line in [
        "people    income up, work, share down, weight down, bureau up\n",
        "moves     share with income, requests with income, member with income, work with income\n",
        "time      share runs out in 31 days, bureau up a day, requests runs out in 8642 days\n",
    ] {
        assert!(said.contains(line), "{line}{said}");
    }
    let said = look("public", &public, &[]);
    assert!(
        said.contains("time      share runs out in 31 days\n"),
        "{said}"
    );
    let report: Value = serde_json::from_str(&look("json", &server, &["--json"])).expect("JSON");
    assert_eq!(
        report["changes"][0],
        json!({
            "fact": "income", "way": "up", "fixed": 2, "per_step": 3, "step": "250.00", "most": 8,
            "scale": [], "to": []
        })
    );
    assert_eq!(report["changes"][1]["to"], json!(["employed", "none"]));
    assert_eq!(
        report["changes"][2]["scale"],
        json!([["0.00%", 0], ["50.00%", 4]])
    );
    assert_eq!(
        report["couplings"][3],
        json!({ "fact": "income", "moves": "work", "by": null, "at": "9999.00", "to": "none" })
    );
    assert_eq!(
        report["evolutions"][0],
        json!({ "fact": "share", "pace": "runs-out", "days": 31, "to": "1.50%" })
    );

    // Nothing would load it, and looking into it does no harm.
    let mut strange = server;
    strange.changes[0].fact = 999;
    strange.couplings[0].moves = 999;
    strange.evolutions[0].fact = 999;
    strange.changes[1].to = vec![99];
    assert!(Policy::from_model(strange.clone()).is_err());
    let said = look("strange", &strange, &[]);
    assert!(said.contains("people    work, share down"), "{said}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Whatever stands there is reported, or loads.
    #[test]
    fn what_compiles_loads(
        which in 0..EVERYTHING.len(),
        at in any::<prop::sample::Index>(),
        length in 0..12_usize,
        inserted in prop::sample::select(vec![
            "", "\"", "{", "}", "[", "]", "=", ",", ".", "0", "-1", "1", "9", "/", "9999999999", "true", "\"up\"",
            "\"free\"", "\"none\"", "\"0.00\"", "\"1%\"", "2001-01-01", "by", "at = ", "to = ", "fact = ", "\n",
            "effort", "moves", "evolves = ", "actionable = ", "share", "income", "age", "work", "step = ",
        ]),
    ) {
        let (after, lines) = EVERYTHING[which];
        let mut lines = lines.to_owned();
        let start = lines.floor_char_boundary(at.index(lines.len() + 1));
        let end = lines.ceil_char_boundary((start + length).min(lines.len()));
        lines.replace_range(start..end, inserted);
        let mut all = EVERYTHING;
        all[which] = (after, &lines);
        let pack = pack(&all);
        match compile(&pack) {
            Ok(compiled) => {
                mini::load(&compiled.server);
                mini::load(&compiled.public);
                precheck_cli::lint(&pack, &compiled);
            }
            Err(problems) => prop_assert!(!problems.is_empty(), "a refused pack has a problem"),
        }
    }
}
