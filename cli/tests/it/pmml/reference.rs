//! PMML scorecards evaluated as the standard reads, on the XML itself.
//!
//! Nothing here is shared with the importer: predicates have three values,
//! numbers are integers of 10⁻¹², and the first attribute that is TRUE counts.

use std::collections::BTreeMap;

use roxmltree::{Document, Node};

/// Score and reason codes, most lost first; `None` where there is no result.
pub(super) type Answer = Option<(i128, Vec<String>)>;

/// A number in units of 10⁻¹².
pub(super) fn number(text: &str) -> i128 {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{whole}{fraction:0<12}");
    sign * digits.parse::<i128>().expect("digits")
}

/// Evaluates a document for one row: cells by field, empty for none.
pub(super) fn evaluate(text: &str, row: &BTreeMap<&str, &str>) -> Answer {
    let document = Document::parse(text).expect("XML");
    let root = document.root_element();
    let find = |name: &str| {
        let mut all = root.descendants();
        all.find(|one| one.has_tag_name(("http://www.dmg.org/PMML-4_4", name)))
    };
    let card = find("Scorecard").expect("a scorecard");
    let types: BTreeMap<&str, &str> = elements(find("DataDictionary").expect("fields"))
        .map(|one| (attribute(one, "name"), attribute(one, "dataType")))
        .collect();
    let mut values: BTreeMap<&str, String> = BTreeMap::new();
    for field in elements(find("DataDictionary").expect("fields")) {
        let name = attribute(field, "name");
        let mining = root.descendants().find(|one| {
            one.tag_name().name() == "MiningField" && one.attribute("name") == Some(name)
        });
        let mining = mining.expect("every field is used");
        let mut value = row.get(name).copied().filter(|cell| !cell.is_empty());
        let listed: Vec<&str> = elements(field).map(|one| attribute(one, "value")).collect();
        if value.is_some_and(|value| !listed.is_empty() && !listed.contains(&value)) {
            match mining.attribute("invalidValueTreatment") {
                Some("asMissing") => value = None,
                Some("asIs") => {}
                _ => return None,
            }
        }
        if let Some(value) = value.or(mining.attribute("missingValueReplacement")) {
            values.insert(name, value.to_owned());
        }
    }
    let seen = Seen { types, values };
    let mut score = number(card.attribute("initialScore").unwrap_or("0"));
    let is_above = card.attribute("reasonCodeAlgorithm") == Some("pointsAbove");
    let mut lost: Vec<(String, i128)> = Vec::new();
    let list = elements(card).find(|one| one.tag_name().name() == "Characteristics");
    for one in elements(list.expect("characteristics")) {
        let mut attributes = elements(one);
        let holds = |at: &Node<'_, '_>| {
            let predicate = at.first_element_child().expect("a predicate");
            seen.truth(predicate) == Some(true)
        };
        let found = attributes.find(holds)?;
        let points = number(attribute(found, "partialScore"));
        score += points;
        let baseline = one
            .attribute("baselineScore")
            .or(card.attribute("baselineScore"));
        let baseline = number(baseline.expect("a baseline"));
        let code = found
            .attribute("reasonCode")
            .or(one.attribute("reasonCode"));
        let code = code.expect("a reason code");
        let cost = if is_above {
            points - baseline
        } else {
            baseline - points
        };
        match lost.iter_mut().find(|(other, _)| other == code) {
            Some((_, sum)) => *sum += cost,
            None => lost.push((code.to_owned(), cost)),
        }
    }
    lost.retain(|(_, cost)| *cost >= 0);
    lost.sort_by_key(|(_, cost)| -cost);
    Some((score, lost.into_iter().map(|(code, _)| code).collect()))
}

fn elements<'d>(node: Node<'d, 'd>) -> impl Iterator<Item = Node<'d, 'd>> {
    node.children().filter(Node::is_element)
}

fn attribute<'d>(node: Node<'d, 'd>, name: &str) -> &'d str {
    node.attribute(name).expect("the attribute is there")
}

struct Seen<'d> {
    types: BTreeMap<&'d str, &'d str>,
    values: BTreeMap<&'d str, String>,
}

impl Seen<'_> {
    fn same(&self, field: &str, value: &str, other: &str) -> bool {
        match self.types[field] {
            "integer" | "double" => number(value) == number(other),
            _ => value == other,
        }
    }

    fn truth(&self, predicate: Node<'_, '_>) -> Option<bool> {
        let parts = || predicate.children().filter(Node::is_element);
        match predicate.tag_name().name() {
            "True" => Some(true),
            "False" => Some(false),
            "SimplePredicate" => {
                let field = predicate.attribute("field").expect("a field");
                let found = self.values.get(field);
                let operator = predicate.attribute("operator").expect("an operator");
                match operator {
                    "isMissing" => return Some(found.is_none()),
                    "isNotMissing" => return Some(found.is_some()),
                    _ => {}
                }
                let (found, other) = (found?, predicate.attribute("value").expect("a value"));
                Some(match operator {
                    "equal" => self.same(field, found, other),
                    "notEqual" => !self.same(field, found, other),
                    "lessThan" => number(found) < number(other),
                    "lessOrEqual" => number(found) <= number(other),
                    "greaterThan" => number(found) > number(other),
                    _ => number(found) >= number(other),
                })
            }
            "SimpleSetPredicate" => {
                let field = predicate.attribute("field").expect("a field");
                let found = self.values.get(field)?;
                let array = parts().next().expect("an array").text().expect("values");
                let mut words = array.split_whitespace().map(|word| word.trim_matches('"'));
                let is_in = words.any(|word| self.same(field, found, word));
                Some(is_in == (predicate.attribute("booleanOperator") == Some("isIn")))
            }
            _ => {
                let truths: Vec<Option<bool>> = parts().map(|part| self.truth(part)).collect();
                let count = |truth| truths.iter().filter(|one| **one == truth).count();
                let (yes, no) = (count(Some(true)), count(Some(false)));
                let all = truths.len();
                match predicate.attribute("booleanOperator").expect("an operator") {
                    "and" if no > 0 => Some(false),
                    "and" => (yes == all).then_some(true),
                    "or" if yes > 0 => Some(true),
                    "or" => (no == all).then_some(false),
                    "xor" => (yes + no == all).then_some(yes % 2 == 1),
                    _ => truths.into_iter().flatten().next(),
                }
            }
        }
    }
}
