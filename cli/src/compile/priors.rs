//! Priors: how often the values of facts occur.
//!
//! ```toml
//! segments = [60, 40]                 # optional; one segment without it
//!
//! [facts.monthly_income]
//! bins = [
//!   { below = "3000.00", weights = [10, 40] },
//!   { weights = [90, 60] },
//! ]
//! ```
//!
//! Bins, codes, missing and specials are written as in a scorecard, with
//! weights in place of points: one for each segment, or a single number where
//! there are no segments.

use precheck::{FactId, Prior, Priors};

use super::diagnostic::{Problems, nearest};
use super::facts::{Symbol, Symbols};
use super::grammar::Shape;
use super::scorecard::{is_listed, listed, named, stretches};
use super::table::{Name, Node, Table};

/// More segments would make every question slow.
const MAX_SEGMENTS: usize = 64;
/// The largest weight.
const MAX_WEIGHT: i64 = 1_000_000;

/// Reads `priors.toml`.
pub(super) fn read(symbols: &Symbols, problems: &Problems<'_>, root: Table<'_>) -> Option<Priors> {
    root.only(Shape::Priors);
    let segments = match root.get("segments") {
        Some(node) => segments(node)?,
        None => vec![1],
    };
    let is_listed = root.get("segments").is_some();
    let count = if is_listed {
        Some(segments.len())
    } else {
        None
    };
    let mut facts: Vec<Prior> = Vec::new();
    let mut is_sound = root.need("facts").is_some();
    for (name, table) in root.tables("facts") {
        table.only(Shape::Prior);
        let fact = fact(symbols, problems, name);
        let own = fact.and_then(|fact| Some(inputs(symbols, fact)?.0));
        let told = facts.iter().map(|one| one.fact);
        let again = told
            .clone()
            .find(|one| inputs(symbols, *one).map(|one| one.0) == own);
        if let Some(other) = again.filter(|_| own.is_some()) {
            let other = &symbols.fact(other).name;
            let message = format!("`{}` and `{other}` tell the same", name.text);
            let help = "keep the one that rules and scorecards look at";
            problems.report(name.place, "prior-derived", message, help);
            is_sound = false;
        }
        match fact.and_then(|fact| prior(symbols, count, fact, table)) {
            Some(prior) => facts.push(prior),
            None => is_sound = false,
        }
    }
    facts.sort_by_key(|one| one.fact);
    if facts.is_empty() {
        return is_sound.then_some(Priors::NONE);
    }
    is_sound.then_some(Priors { segments, facts })
}

fn segments(node: Node<'_>) -> Option<Vec<u32>> {
    let nodes = node.array()?;
    if nodes.is_empty() || nodes.len() > MAX_SEGMENTS {
        let message = format!("there are 1 to {MAX_SEGMENTS} segments");
        let help = "leave `segments` out for one";
        node.report("segments-count", message, help);
        return None;
    }
    let found: Vec<Option<u32>> = nodes.into_iter().map(weight).collect();
    let found = found.into_iter().collect::<Option<Vec<u32>>>()?;
    if found.iter().all(|one| *one == 0) {
        let help = "give at least one of them a weight";
        node.report("prior-empty", "nobody is in any segment", help);
        return None;
    }
    Some(found)
}

fn weight(node: Node<'_>) -> Option<u32> {
    let value = node.integer()?;
    let found = u32::try_from(value).ok();
    let found = found.filter(|_| value <= MAX_WEIGHT);
    if found.is_none() {
        let message = format!("a weight lies between 0 and {MAX_WEIGHT}");
        node.report(
            "weight-range",
            message,
            "use smaller numbers with the same shares",
        );
    }
    found
}

/// One weight for each segment.
fn weights(node: Node<'_>, segments: Option<usize>) -> Option<Vec<u32>> {
    let Some(segments) = segments else {
        return Some(vec![weight(node)?]);
    };
    let nodes = node.array()?;
    if nodes.len() != segments {
        let message = format!("{} weights for {segments} segments", nodes.len());
        node.report(
            "weights-count",
            message,
            "write one weight for each segment",
        );
        return None;
    }
    let found: Vec<Option<u32>> = nodes.into_iter().map(weight).collect();
    found.into_iter().collect()
}

fn prior(
    symbols: &Symbols,
    segments: Option<usize>,
    fact: FactId,
    table: Table<'_>,
) -> Option<Prior> {
    let def = symbols.fact(fact);
    let read = |node: Node<'_>| weights(node, segments);
    let key = if is_listed(def) { "codes" } else { "bins" };
    let other = if is_listed(def) { "bins" } else { "codes" };
    if let Some(node) = table.get(other) {
        let message = format!("the values of `{}` are told by `{key}`", def.name);
        node.report("bins-form", message, "remove this");
    }
    let node = table.need(key);
    let bins = node.and_then(|node| {
        if is_listed(def) {
            let all = named(def, node, &listed(def), "weights", read)?;
            return Some((0..).zip(all).collect());
        }
        let read = |bin: Table<'_>| bin.need("weights").and_then(read);
        stretches(def, node, table, Shape::PriorBin, read)
    });
    let missing = match (table.get("missing"), def.may_be_missing) {
        (Some(node), true) => weights(node, segments).map(Some),
        (None, false) => Some(None),
        (None, true) => {
            table.need("missing");
            None
        }
        (Some(node), false) => {
            let message = format!("`{}` is never missing", def.name);
            let help = "remove it, or declare `missing = true`";
            node.report("missing-unexpected", message, help);
            None
        }
    };
    let specials = match table.get("specials") {
        Some(node) => named(def, node, &def.specials, "weights", read),
        None if def.specials.is_empty() => Some(Vec::new()),
        None => {
            table.need("specials");
            None
        }
    };
    let bins: Vec<(i64, Vec<u32>)> = bins?;
    let upto = bins.iter().map(|(upto, _)| *upto).collect();
    let rows: Vec<Vec<u32>> = bins
        .into_iter()
        .map(|(_, weights)| weights)
        .chain(missing?)
        .chain(specials?)
        .collect();
    let mut all = Vec::new();
    for segment in 0..segments.unwrap_or(1) {
        let own = rows.iter().map(|row| row[segment]);
        if own.clone().all(|one| one == 0) {
            let message = format!(
                "no value of `{}` occurs in segment {}",
                def.name,
                segment + 1
            );
            let help = "give at least one of its values a weight there";
            node?.report("prior-empty", message, help);
            return None;
        }
        all.extend(own);
    }
    Some(Prior {
        fact,
        upto,
        weights: all,
    })
}

/// The fact of a prior; reports a name that is none, and a fact whose
/// distribution follows from those of others.
fn fact(symbols: &Symbols, problems: &Problems<'_>, name: Name<'_>) -> Option<FactId> {
    let report = |code, message: String, help: Option<String>| {
        problems.report(name.place, code, message, help);
    };
    match symbols.get(name.text) {
        Some(Symbol::Fact(fact)) => {
            if let (first, Some(second)) = inputs(symbols, fact)? {
                let names = [first, second].map(|one| symbols.fact(one).name.as_str());
                let message = format!("`{}` is computed from two facts", name.text);
                let help = format!("give `{}` and `{}` priors instead", names[0], names[1]);
                report("prior-derived", message, Some(help));
                return None;
            }
            Some(fact)
        }
        Some(Symbol::Broken) => None,
        Some(Symbol::Constant(_)) | None => {
            let facts = symbols.facts.iter().map(|def| def.name.as_str());
            let message = format!("fact `{}` is not declared", name.text);
            report("fact-unknown", message, nearest(name.text, facts));
            None
        }
    }
}

/// What a fact is computed from; itself where it is not computed.
fn inputs(symbols: &Symbols, fact: FactId) -> Option<(FactId, Option<FactId>)> {
    let derived = symbols.derived.iter().find(|one| one.fact == fact);
    match derived.map(|one| one.formula.inputs()) {
        Some((Some(first), second)) => Some((first, second)),
        _ => Some((fact, None)),
    }
}
