//! Scorecards in PMML that no person would write.

use std::fmt::Write;

/// A small generator: same seed, same file.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, bound: usize) -> usize {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).expect("small")
    }

    pub(super) fn pick<'t>(&mut self, all: &[&'t str]) -> &'t str {
        all[self.below(all.len())]
    }

    fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

/// Per field: type, what predicates compare with, what rows hold.
pub(super) const FIELDS: [(&str, &str, &[&str], &[&str]); 5] = [
    (
        "age",
        "integer",
        &["18", "25", "30.5", "40"],
        &["", "17", "18", "19", "25", "30", "31", "40", "99"],
    ),
    (
        "Annual income",
        "double",
        &["1000", "2500.5", "-3.25"],
        &[
            "",
            "999.9999",
            "1000",
            "1000.00001",
            "2500.5",
            "2500.4999999",
            "2500.50000001",
            "-3.25",
            "-3.2500001",
            "0",
        ],
    ),
    (
        "dept",
        "string",
        &["sales", "it", "r&amp;d"],
        &["", "sales", "it", "r&d", "other", "nobody listed"],
    ),
    (
        "tier",
        "string",
        &["gold", "silver"],
        &["", "gold", "silver", "bronze", "lead"],
    ),
    (
        "owner",
        "boolean",
        &["true", "false"],
        &["", "true", "false"],
    ),
];

fn points(random: &mut Random) -> String {
    let value = i64::try_from(random.below(81)).expect("small") - 40;
    match random.below(3) {
        0 => format!("{value}.5"),
        1 => format!("{value}.0"),
        _ => value.to_string(),
    }
}

fn predicate(random: &mut Random, depth: usize, out: &mut String) {
    if depth > 0 && random.one_in(2) {
        let operator = random.pick(&["and", "or", "xor", "surrogate"]);
        let _ = write!(out, "<CompoundPredicate booleanOperator=\"{operator}\">");
        for _ in 0..2 + random.below(2) {
            predicate(random, depth - 1, out);
        }
        out.push_str("</CompoundPredicate>");
        return;
    }
    if random.one_in(12) {
        let _ = write!(out, "<{}/>", random.pick(&["True", "False"]));
        return;
    }
    let (name, kind, values, _) = FIELDS[random.below(FIELDS.len())];
    if random.one_in(4) {
        let operator = random.pick(&["isMissing", "isNotMissing"]);
        let _ = write!(
            out,
            "<SimplePredicate field=\"{name}\" operator=\"{operator}\"/>"
        );
    } else if random.one_in(4) {
        let operator = random.pick(&["isIn", "isNotIn"]);
        let (one, other) = (random.pick(values), random.pick(values));
        let kind = if kind == "string" { "string" } else { "real" };
        let _ = write!(
            out,
            "<SimpleSetPredicate field=\"{name}\" booleanOperator=\"{operator}\">\
             <Array n=\"2\" type=\"{kind}\">{one} {other}</Array></SimpleSetPredicate>"
        );
    } else {
        let all = [
            "equal",
            "notEqual",
            "lessThan",
            "lessOrEqual",
            "greaterThan",
            "greaterOrEqual",
        ];
        let has_order = ["integer", "double"].contains(&kind);
        let operator = random.pick(if has_order { &all } else { &all[..2] });
        let value = random.pick(values);
        let _ = write!(
            out,
            "<SimplePredicate field=\"{name}\" operator=\"{operator}\" value=\"{value}\"/>"
        );
    }
}

/// A file; most of its rows have a result.
pub(super) fn document(random: &mut Random) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\"?>\n<PMML xmlns=\"http://www.dmg.org/PMML-4_4\" version=\"4.4\"><Header/>\n<DataDictionary>\n",
    );
    for (name, kind, _, _) in FIELDS {
        let optype = if ["integer", "double"].contains(&kind) {
            "continuous"
        } else {
            "categorical"
        };
        let _ = write!(
            out,
            "<DataField name=\"{name}\" optype=\"{optype}\" dataType=\"{kind}\">"
        );
        if name == "tier" {
            out.push_str(
                "<Value value=\"gold\"/><Value value=\"silver\"/><Value value=\"bronze\"/>",
            );
        }
        out.push_str("</DataField>\n");
    }
    let algorithm = random.pick(&["pointsBelow", "pointsAbove"]);
    let (initial, baseline) = (points(random), points(random));
    let _ = write!(
        out,
        "</DataDictionary>\n<Scorecard functionName=\"regression\" initialScore=\"{initial}\" \
         reasonCodeAlgorithm=\"{algorithm}\" baselineScore=\"{baseline}\">\n<MiningSchema>\n"
    );
    for (name, _, values, _) in FIELDS {
        let _ = write!(out, "<MiningField name=\"{name}\"");
        if random.one_in(4) {
            let _ = write!(out, " missingValueReplacement=\"{}\"", random.pick(values));
        }
        if name == "tier" {
            let treatment = random.pick(&["asMissing", "returnInvalid", "asIs"]);
            let _ = write!(out, " invalidValueTreatment=\"{treatment}\"");
        }
        out.push_str("/>\n");
    }
    out.push_str("</MiningSchema>\n<Characteristics>\n");
    for index in 0..1 + random.below(4) {
        let own = random
            .one_in(2)
            .then(|| format!(" baselineScore=\"{}\"", points(random)));
        let _ = writeln!(
            out,
            "<Characteristic name=\"c {index}\" reasonCode=\"C_{index}\"{}>",
            own.unwrap_or_default()
        );
        for _ in 0..1 + random.below(3) {
            let code = random
                .one_in(3)
                .then(|| format!(" reasonCode=\"A{}\"", random.below(4)));
            let _ = write!(
                out,
                "<Attribute partialScore=\"{}\"{}>",
                points(random),
                code.unwrap_or_default()
            );
            predicate(random, 2, &mut out);
            out.push_str("</Attribute>\n");
        }
        if !random.one_in(4) {
            let _ = writeln!(
                out,
                "<Attribute partialScore=\"{}\"><True/></Attribute>",
                points(random)
            );
        }
        out.push_str("</Characteristic>\n");
    }
    out.push_str("</Characteristics></Scorecard></PMML>\n");
    out
}
