//! Scorecards: additive integer points, whose bins are proved to cover their facts.

use precheck::{
    Band, Bin, Characteristic, Decision, FactDef, FactId, FactKind, ReasonMethod, Scorecard,
};

use super::cases::{self, Cases};
use super::diagnostic::{Place, Problems, nearest};
use super::facts::Symbols;
use super::grammar::Shape;
use super::reasons::Reasons;
use super::table::{Node, Table};
use super::values::{number, value_of};

/// Words for decisions and effects.
pub(super) const DECISIONS: [(&str, Decision); 4] = [
    ("approve", Decision::Approve),
    ("refer", Decision::Refer),
    ("retry-later", Decision::RetryLater),
    ("decline", Decision::Decline),
];
/// Words for how the reasons of a score are ranked.
pub(super) const METHODS: [(&str, ReasonMethod); 4] = [
    ("below-mean", ReasonMethod::BelowMean),
    ("below-best", ReasonMethod::BelowBest),
    ("below-neutral", ReasonMethod::BelowNeutral),
    ("above-neutral", ReasonMethod::AboveNeutral),
];
/// More is no scorecard.
const MAX_POINTS: i64 = 1_000_000;
/// The most that points are in their unit.
const MAX_UNITS: i64 = 1_000_000_000;
/// The most decimals that points have.
const MAX_DIGITS: u8 = 9;

/// A scorecard and where it names its facts.
pub(super) struct Card<'t> {
    pub(super) name: &'t str,
    pub(super) file: &'t str,
    pub(super) card: Option<Scorecard>,
    pub(super) facts: Vec<(FactId, Place<'t>)>,
    pub(super) cases: Vec<Cases<'t>>,
    /// Where each band begins.
    pub(super) bands: Vec<Place<'t>>,
}

/// Reads the file of a scorecard.
pub(super) fn read<'t>(
    problems: &Problems<'_>,
    symbols: &Symbols,
    reasons: &Reasons<'_>,
    name: &'t str,
    file: &'t str,
    root: Table<'t>,
) -> Card<'t> {
    root.only(Shape::Scorecard);
    let digits = digits(root);
    let base = root.need("base").and_then(|node| points(node, digits));
    let method = root.need_word("method", &METHODS);
    let bands = bands(root, digits);
    if root.need("characteristics").is_some()
        && root
            .get("characteristics")
            .and_then(Node::array)
            .is_some_and(|all| all.is_empty())
    {
        let node = root.get("characteristics");
        node.into_iter().for_each(|node| {
            node.report(
                "characteristics-empty",
                "a scorecard needs characteristics",
                None,
            );
        });
    }
    let mut facts = Vec::new();
    let mut characteristics = Some(Vec::new());
    let mut cases: Vec<Cases<'t>> = Vec::new();
    for table in root.array_of_tables("characteristics") {
        if table.get("cases").is_some() {
            let read = cases::read(problems, symbols, reasons, method, digits, table);
            characteristics = characteristics.filter(|_| read.is_some());
            cases.extend(read);
            continue;
        }
        let read = characteristic(symbols, reasons, method, digits, table);
        if let (Some(read), Some(node)) = (&read, table.get("fact")) {
            facts.push((read.fact, node.place));
        }
        // One that could not be read spoils the card, but not the reports of the others.
        characteristics = characteristics.zip(read).map(|(mut all, one)| {
            all.push(one);
            all
        });
    }
    let card = base.zip(method).zip(bands).zip(characteristics);
    let card = card.map(|(((base, method), bands), characteristics)| Scorecard {
        id: name.into(),
        base,
        hidden: (0, 0),
        digits,
        characteristics,
        conditional: cases.iter().map(|one| one.conditional.clone()).collect(),
        bands,
        method,
    });
    Card {
        name,
        file,
        card,
        facts,
        cases,
        bands: root
            .array_of_tables("bands")
            .into_iter()
            .filter_map(|band| Some(band.get("from")?.place))
            .collect(),
    }
}

/// How many decimals the points have.
fn digits(root: Table<'_>) -> u8 {
    let Some(node) = root.get("digits") else {
        return 0;
    };
    let digits = node.integer().and_then(|digits| u8::try_from(digits).ok());
    let digits = digits.filter(|digits| *digits <= MAX_DIGITS);
    if digits.is_none() {
        let message = format!("points have 0 to {MAX_DIGITS} decimals");
        node.report("digits-range", message, None);
    }
    digits.unwrap_or(0)
}

/// Points, in the range that the engine takes.
pub(super) fn points(node: Node<'_>, digits: u8) -> Option<i32> {
    let value = number(node, digits)?;
    let unit = 10_i64.pow(digits.into());
    let most = MAX_POINTS.min(MAX_UNITS / unit);
    let is_small = (-most * unit..=most * unit).contains(&value);
    if !is_small {
        let message = format!("points lie between -{most} and {most}");
        node.report("points-range", message, None);
    }
    i32::try_from(value).ok().filter(|_| is_small)
}

fn bands(root: Table<'_>, digits: u8) -> Option<Vec<Band>> {
    let node = root.need("bands")?;
    let mut bands: Vec<Band> = Vec::new();
    let mut is_sound = true;
    for table in root.array_of_tables("bands") {
        table.only(Shape::Band);
        let from = table.need("from");
        let decision = table.need_word("decision", &DECISIONS);
        let value = from.and_then(|node| number(node, digits));
        let (Some(from), Some(value), Some(decision)) = (from, value, decision) else {
            is_sound = false;
            continue;
        };
        if let Some(last) = bands.last() {
            if value <= last.from {
                let message = "bands must rise: this one begins no higher than the one before";
                from.report("bands-order", message, "list them from the lowest score up");
            }
            if decision >= last.decision {
                let message = "a higher score must be decided more mildly";
                let help = "the order is decline, retry-later, refer, approve";
                table.get("decision").into_iter().for_each(|node| {
                    node.report("bands-severity", message, help);
                });
            }
        }
        bands.push(Band {
            from: value,
            decision,
        });
    }
    if bands.is_empty() && is_sound {
        node.report(
            "bands-empty",
            "a scorecard needs bands",
            "add `{ from = 0, decision = … }`",
        );
    }
    (is_sound && !bands.is_empty()).then_some(bands)
}

fn characteristic(
    symbols: &Symbols,
    reasons: &Reasons<'_>,
    method: Option<ReasonMethod>,
    digits: u8,
    table: Table<'_>,
) -> Option<Characteristic> {
    table.only(Shape::Characteristic);
    let reason = table.need("reason").and_then(|node| reasons.resolve(node));
    let fact = table
        .need("fact")
        .and_then(|node| symbols.need_fact(node))?;
    let def = symbols.fact(fact);
    let bins = match (table.get("bins"), table.get("codes")) {
        (Some(node), None) if !is_listed(def) => bins(def, digits, node, table),
        (None, Some(node)) if is_listed(def) => codes(def, digits, node),
        (None, None) => {
            table.need(if is_listed(def) { "codes" } else { "bins" });
            None
        }
        (bins, codes) => {
            let wanted = if is_listed(def) { "codes" } else { "bins" };
            let other = if is_listed(def) { bins } else { codes };
            other.into_iter().for_each(|node| {
                let message = format!("`{}` is scored by `{wanted}`", def.name);
                node.report("bins-form", message, "remove this");
            });
            None
        }
    };
    let missing = missing(def, digits, table);
    let specials = specials(def, digits, table);
    let bins = bins?;
    let baseline = baseline(method, digits, table, bins.iter().map(|bin| bin.points));
    Some(Characteristic {
        fact,
        bins,
        missing: missing?,
        specials: specials?,
        baseline: baseline?,
        reason: reason?,
    })
}

/// Whether the values of a fact are named one by one.
pub(super) fn is_listed(def: &FactDef) -> bool {
    matches!(def.kind, FactKind::Code | FactKind::Bool)
}

fn bins(def: &FactDef, digits: u8, node: Node<'_>, table: Table<'_>) -> Option<Vec<Bin>> {
    let read = |bin: Table<'_>| bin.need("points").and_then(|node| points(node, digits));
    let bins = stretches(def, node, table, Shape::Bin, read)?.into_iter();
    Some(bins.map(|(upto, points)| Bin { upto, points }).collect())
}

/// The `bins` of a table: the last value of each, and what is read of it. They
/// cover the domain of the fact.
pub(super) fn stretches<T>(
    def: &FactDef,
    node: Node<'_>,
    table: Table<'_>,
    shape: Shape,
    read: impl Fn(Table<'_>) -> Option<T>,
) -> Option<Vec<(i64, T)>> {
    let mut bins: Vec<(i64, T)> = Vec::new();
    let tables = table.array_of_tables("bins");
    let mut is_sound = !tables.is_empty();
    if tables.is_empty() {
        node.report("bins-empty", "there are no bins here", None);
    }
    for (index, bin) in tables.iter().enumerate() {
        bin.only(shape);
        let is_last = index + 1 == tables.len();
        let found = read(*bin);
        let upto = match bin.get("below") {
            None if is_last => Some(def.max),
            None => {
                let message = "only the last bin is open upwards";
                let help = "give this bin a `below`, or move it to the end";
                node.report_at(bin.place, "bins-open", message, help);
                None
            }
            Some(below) => value_of(below, def).and_then(|bound| {
                let after = bins.last().map_or(def.min, |last| last.0.saturating_add(1));
                if is_last {
                    let message = "the bins end before the domain does";
                    below.report("bins-cover", message, "add a last bin without `below`");
                    None
                } else if bound > def.max {
                    let message = "the bins after this one are empty: the domain ends before";
                    below.report("bins-domain", message, "stay inside the domain of the fact");
                    None
                } else if bound <= after {
                    let message = "this bin is empty: bounds must rise, from inside the domain";
                    below.report(
                        "bins-order",
                        message,
                        "list the bins from the lowest value up",
                    );
                    None
                } else {
                    Some(bound - 1)
                }
            }),
        };
        match upto.zip(found) {
            Some(bin) => bins.push(bin),
            None => is_sound = false,
        }
    }
    is_sound.then_some(bins)
}

/// One bin per code, in the order of the fact.
fn codes(def: &FactDef, digits: u8, node: Node<'_>) -> Option<Vec<Bin>> {
    let read = |node: Node<'_>| points(node, digits);
    let points = named(def, node, &listed(def), "points", read)?;
    Some(
        (0..)
            .zip(points)
            .map(|(upto, points)| Bin { upto, points })
            .collect(),
    )
}

/// The names of the values of a fact that [`is_listed`].
pub(super) fn listed(def: &FactDef) -> Vec<String> {
    match def.kind {
        FactKind::Bool => vec!["false".into(), "true".into()],
        _ => def.codes.clone(),
    }
}

/// What is said of every name of a list, exactly once each.
pub(super) fn named<T>(
    def: &FactDef,
    node: Node<'_>,
    names: &[String],
    what: &str,
    read: impl Fn(Node<'_>) -> Option<T>,
) -> Option<Vec<T>> {
    let table = node.table()?;
    for (key, value) in table.entries() {
        if !names.iter().any(|name| name == key.text) {
            let message = format!("`{}` has no code `{}`", def.name, key.text);
            let help = nearest(key.text, names.iter().map(String::as_str));
            value.report_at(key.place, "code-unknown", message, help);
        }
    }
    let mut all = Some(Vec::new());
    for name in names {
        let found = table.get(name);
        if found.is_none() {
            let message = format!("code `{name}` has no {what}");
            node.report("code-missing", message, format!("add `{name} = …`"));
        }
        all = all.zip(found.and_then(&read)).map(|(mut all, one)| {
            all.push(one);
            all
        });
    }
    all
}

/// Points for a missing fact: there exactly when it may be missing.
fn missing(def: &FactDef, digits: u8, table: Table<'_>) -> Option<Option<i32>> {
    match (table.get("missing"), def.may_be_missing) {
        (Some(node), true) => points(node, digits).map(Some),
        (None, false) => Some(None),
        (None, true) => {
            table.need("missing");
            None
        }
        (Some(node), false) => {
            let message = format!("`{}` is never missing", def.name);
            node.report(
                "missing-unexpected",
                message,
                "remove it, or declare `missing = true`",
            );
            None
        }
    }
}

fn specials(def: &FactDef, digits: u8, table: Table<'_>) -> Option<Vec<i32>> {
    match table.get("specials") {
        Some(node) => named(def, node, &def.specials, "points", |node| {
            points(node, digits)
        }),
        None if def.specials.is_empty() => Some(Vec::new()),
        None => {
            table.need("specials");
            None
        }
    }
}

/// What the ranking of reasons measures against.
pub(super) fn baseline(
    method: Option<ReasonMethod>,
    digits: u8,
    table: Table<'_>,
    all: impl Iterator<Item = i32>,
) -> Option<i32> {
    let method = method?;
    let wanted = match method {
        ReasonMethod::BelowMean => "mean",
        ReasonMethod::BelowNeutral | ReasonMethod::AboveNeutral => "neutral",
        ReasonMethod::BelowBest => "",
    };
    for key in ["mean", "neutral"] {
        if let Some(node) = table.get(key).filter(|_| key != wanted) {
            let message = format!("the method of this scorecard uses no `{key}`");
            node.report(
                "baseline-unexpected",
                message,
                "remove it, or change `method`",
            );
        }
    }
    match method {
        ReasonMethod::BelowMean => points(table.need("mean")?, digits),
        ReasonMethod::BelowNeutral | ReasonMethod::AboveNeutral => {
            points(table.need("neutral")?, digits)
        }
        ReasonMethod::BelowBest => all.max(),
    }
}
