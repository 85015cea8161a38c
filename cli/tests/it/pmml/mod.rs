//! Importing PMML: what comes out scores as the file says.

mod random;
mod reference;

use std::collections::BTreeMap;
use std::fs;

use precheck_cli::Severity;
use precheck_cli::import::{Options, pmml};

use crate::command::{Folder, run};
use random::{FIELDS, Random};

/// The standard's own kind of example, in other words and numbers.
const LOAN: &str = include_str!("loan.pmml");

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

/// Imports a file and scores rows, as somebody at a terminal does.
fn scored(folder: &Folder, document: &str, rows: &str) -> Vec<Vec<String>> {
    let file = folder.file("card.pmml", document);
    let out = folder.0.join("pack");
    let (file, out) = (file.to_str().expect("text"), out.to_str().expect("text"));
    let imported = run(&["import", "pmml", file, "--out", out, "--force"], "");
    assert!(
        imported.status.success(),
        "{}\n{document}",
        text(&imported.stderr)
    );
    let scored = run(&["score", "--policy", out, "-", "--reasons"], rows);
    let lines = text(&scored.stdout);
    assert!(
        lines.starts_with("row,score,decision,rules,reasons\n"),
        "{}",
        text(&scored.stderr)
    );
    let cells = |line: &str| line.split(',').map(str::to_owned).collect();
    lines.lines().skip(1).map(cells).collect()
}

#[test]
fn the_example_scores_and_ranks_as_the_file_says() {
    let folder = Folder::new("pmml-loan");
    let rows = "employment,Age,Income\n\
        salaried,24,800\n\
        ,,\n\
        own business,40,1500.01\n\
        salaried,18,1500\n\
        retired,70,9000\n\
        salaried,39,1500.0000001\n";
    let found = scored(&folder, LOAN, rows);
    let shown: Vec<String> = found.iter().map(|cells| cells.join(",")).collect();
    let expected = [
        "1,17.5,refer,,AGE_YOUNG|INCOME|EMPLOYMENT", // 5.5 + 12 − 4 + 4; lost 24, 8, 6
        "2,-9.5,refer,,EMPLOYMENT|INCOME|AGE",       // 5.5 − 10 + 9.5 − 14.5
        "3,43,refer,,EMPLOYMENT",                    // the others are above their baselines
        "4,17.5,refer,,AGE_YOUNG|INCOME|EMPLOYMENT", // 18 is below 25, 1500 no higher than 1500
        "5,,,,",                                     // the file lists no such employment
        "6,55,refer,,EMPLOYMENT",                    // above 1500, by however little
    ];
    assert_eq!(shown, expected);
}

/// Random scorecards and rows: score, reasons in order, and where there is no
/// result, as a reading of the standard on the XML says.
#[test]
fn random_scorecards_agree_with_the_reference() {
    let folder = Folder::new("pmml-random");
    let (mut results, mut without) = (0, 0);
    for seed in 0..60 {
        let mut random = Random(seed);
        let document = random::document(&mut random);
        // A characteristic that never gives points is refused, and rightly.
        let imported = pmml("card.pmml", &document, &Options::default());
        if let Err(found) = &imported {
            let errors = found.iter().filter(|one| one.severity == Severity::Error);
            let codes: Vec<&str> = errors.map(|one| one.code).collect();
            assert!(
                codes.iter().all(|code| *code == "pmml-no-attribute"),
                "{found:#?}\n{document}"
            );
            continue;
        }
        let mut rows = Vec::new();
        for _ in 0..80 {
            let cells = FIELDS.map(|(name, _, _, values)| (name, random.pick(values)));
            rows.push(BTreeMap::from(cells));
        }
        let header: Vec<&str> = rows[0].keys().copied().collect();
        let mut csv = header.join(",");
        for row in &rows {
            let cells: Vec<&str> = row.values().copied().collect();
            csv = format!("{csv}\n{}", cells.join(","));
        }
        let found = scored(&folder, &document, &csv);
        assert_eq!(found.len(), rows.len());
        for (row, found) in rows.iter().zip(&found) {
            let what = format!("seed {seed}: {row:?}\n{found:?}\n{document}");
            match reference::evaluate(&document, row) {
                Some((score, reasons)) => {
                    results += 1;
                    assert_eq!(reference::number(&found[1]), score, "{what}");
                    assert_eq!(found[3], "", "{what}");
                    assert_eq!(found[4], reasons.join("|"), "{what}");
                }
                None => {
                    without += 1;
                    assert!(found[3] == "NO-SCORE" || found[1].is_empty(), "{what}");
                }
            }
        }
    }
    assert!(results > 1_000 && without > 200, "{results} and {without}");
}

/// Every refusal: what of the example is changed, and the code.
#[test]
fn what_cannot_be_said_is_refused_where_it_stands() {
    for (from, to, code) in [
        (
            "<PMML xmlns=\"http://www.dmg.org/PMML-4_4\"",
            "<PMML xmlns=\"http://www.dmg.org/PMML-3_2\"",
            "pmml-version",
        ),
        ("</PMML>", "", "pmml-malformed"),
        (
            "<?xml version=\"1.0\"?>",
            "<!DOCTYPE a [<!ENTITY b \"c\">]>",
            "pmml-malformed",
        ),
        ("dataType=\"integer\"", "dataType=\"dateTime\"", "pmml-type"),
        ("partialScore=\"-4\"", "", "pmml-attribute-missing"),
        (
            "partialScore=\"-4\"",
            "partialScore=\"four\"",
            "pmml-number",
        ),
        (
            "partialScore=\"-4\"",
            "partialScore=\"0.1234567891\"",
            "pmml-points",
        ),
        (
            "partialScore=\"-4\"",
            "partialScore=\"2000000\"",
            "pmml-points",
        ),
        ("reasonCode=\"AGE\"", "", "pmml-reason-code"),
        ("baselineScore=\"18\"", "", "pmml-baseline"),
        (
            "value=\"1500\"",
            "value=\"1500.123456789012345\"",
            "pmml-number",
        ),
        ("operator=\"lessThan\"", "operator=\"nearly\"", "pmml-value"),
        (
            "field=\"Income\" operator=\"isMissing\"",
            "field=\"Incomes\" operator=\"isMissing\"",
            "pmml-field",
        ),
        (
            "operator=\"equal\" value=\"salaried\"",
            "operator=\"lessThan\" value=\"salaried\"",
            "pmml-order",
        ),
        ("n=\"2\"", "n=\"3\"", "pmml-array"),
        (
            "functionName=\"regression\"",
            "functionName=\"classification\"",
            "pmml-value",
        ),
        (
            "name=\"Age\" missing",
            "name=\"Age\" outliers=\"asExtremeValues\" missing",
            "pmml-value",
        ),
        (
            "<Characteristics>",
            "<Targets><Target rescaleFactor=\"2\"/></Targets><Characteristics>",
            "pmml-target",
        ),
        (
            "functionName=\"regression\"",
            "functionName=\"regression\" isScorable=\"false\"",
            "pmml-not-scorable",
        ),
        (
            "partialScore=\"9.5\"><True/>",
            "><True/><ComplexPartialScore><Constant>1</Constant></ComplexPartialScore>",
            "pmml-complex-score",
        ),
        ("<Scorecard ", "<Scorecards ", "pmml-malformed"),
        ("<True/>", "<Text/>", "pmml-predicate"),
    ] {
        assert!(LOAN.contains(from), "`{from}` is in the example");
        let found = pmml(
            "loan.pmml",
            &LOAN.replacen(from, to, 1),
            &Options::default(),
        );
        let found = found.expect_err(code);
        let errors = found.iter().filter(|one| one.severity == Severity::Error);
        let errors: Vec<_> = errors.map(|one| (one.code, one.line > 0)).collect();
        assert!(errors.contains(&(code, true)), "{code}: {found:#?}");
    }
}

/// What is nested without end is refused before it is followed.
#[test]
fn what_is_deep_or_doubles_is_refused() {
    let nested = |operator: &str, depth: usize| {
        let open = format!("<CompoundPredicate booleanOperator=\"{operator}\">");
        let leaf = "<SimplePredicate field=\"Age\" operator=\"lessThan\" value=\"3\"/>";
        let close = format!("{leaf}</CompoundPredicate>");
        format!("{}{leaf}{}", open.repeat(depth), close.repeat(depth))
    };
    for (predicate, code) in [
        (nested("and", 50_000), "pmml-deep"),
        (nested("xor", 40), "pmml-large"),
    ] {
        let document = LOAN.replacen("<True/>", &predicate, 1);
        let found = pmml("loan.pmml", &document, &Options::default()).expect_err(code);
        let codes: Vec<&str> = found.iter().map(|one| one.code).collect();
        assert_eq!(codes, [code]);
    }
}

/// All problems at once, and rounding only where it is asked for.
#[test]
fn problems_come_together_and_points_are_rounded_on_request() {
    let broken = LOAN
        .replace("partialScore=\"-4\"", "partialScore=\"four\"")
        .replace("operator=\"lessThan\"", "operator=\"nearly\"")
        .replace("reasonCode=\"AGE\"", "");
    let found = pmml("loan.pmml", &broken, &Options::default()).expect_err("three problems");
    let codes: Vec<&str> = found.iter().map(|one| one.code).collect();
    for code in ["pmml-number", "pmml-value", "pmml-reason-code"] {
        assert!(codes.contains(&code), "{code}: {codes:?}");
    }
    let fine = LOAN.replace("partialScore=\"-4\"", "partialScore=\"-4.00000000049\"");
    assert!(pmml("loan.pmml", &fine, &Options::default()).is_err());
    let options = Options {
        digits: Some(2),
        ..Options::default()
    };
    let rounded = pmml("loan.pmml", &fine, &options).expect("rounded");
    assert_eq!(
        rounded
            .notes
            .iter()
            .filter(|one| one.code == "pmml-rounded")
            .count(),
        1
    );
    let exact = pmml("loan.pmml", LOAN, &Options::default()).expect("fine");
    assert_eq!(rounded.pack, exact.pack);
}

/// Nothing is written over without being asked, and nothing else ever.
#[test]
fn a_pack_that_is_there_stays() {
    let folder = Folder::new("pmml-force");
    let file = folder.file("loan.pmml", LOAN);
    let out = folder.0.join("out");
    let (file, out) = (file.to_str().expect("text"), out.to_str().expect("text"));
    let import = |more: &[&str]| {
        let arguments = [&["import", "pmml", file, "--out", out], more].concat();
        run(&arguments, "").status.code()
    };
    assert_eq!(import(&[]), Some(0));
    assert_eq!(import(&[]), Some(2));
    folder.file("out/reasons/OLD.md", "of another file");
    assert_eq!(import(&["--force"]), Some(0));
    assert!(!folder.0.join("out/reasons/OLD.md").exists());
    fs::remove_file(folder.0.join("out/policy.toml")).expect("it is there");
    assert_eq!(import(&["--force"]), Some(2), "no pack any more");
}
