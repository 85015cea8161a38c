//! Scorecards: additive integer points, whose bins are proved to cover their facts.

use precheck::{
    Band, Bin, Characteristic, Decision, FactDef, FactId, FactKind, ReasonMethod, Scorecard,
};

use super::diagnostic::{Place, nearest};
use super::facts::Symbols;
use super::grammar::Shape;
use super::reasons::Reasons;
use super::table::{Node, Table};
use super::values::value;

/// Words for decisions and effects.
pub(super) const DECISIONS: [(&str, Decision); 4] = [
    ("approve", Decision::Approve),
    ("refer", Decision::Refer),
    ("retry-later", Decision::RetryLater),
    ("decline", Decision::Decline),
];
/// Words for how the reasons of a score are ranked.
pub(super) const METHODS: [(&str, ReasonMethod); 3] = [
    ("below-mean", ReasonMethod::BelowMean),
    ("below-best", ReasonMethod::BelowBest),
    ("below-neutral", ReasonMethod::BelowNeutral),
];
/// Points beyond this could overflow a sum over the largest scorecard.
const MAX_POINTS: i64 = 1_000_000;

/// A scorecard and where it names its facts.
pub(super) struct Card<'t> {
    pub(super) name: &'t str,
    pub(super) file: &'t str,
    pub(super) card: Option<Scorecard>,
    pub(super) facts: Vec<(FactId, Place<'t>)>,
    /// Where each band begins.
    pub(super) bands: Vec<Place<'t>>,
}

/// Reads the file of a scorecard.
pub(super) fn read<'t>(
    symbols: &Symbols,
    reasons: &Reasons<'_>,
    name: &'t str,
    file: &'t str,
    root: Table<'t>,
) -> Card<'t> {
    root.only(Shape::Scorecard);
    let base = root.need("base").and_then(points);
    let method = root.need_word("method", &METHODS);
    let bands = bands(root);
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
    for table in root.array_of_tables("characteristics") {
        let read = characteristic(symbols, reasons, method, table);
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
        characteristics,
        bands,
        method,
    });
    Card {
        name,
        file,
        card,
        facts,
        bands: root
            .array_of_tables("bands")
            .into_iter()
            .filter_map(|band| Some(band.get("from")?.place))
            .collect(),
    }
}

/// Points, in the range that the engine takes.
fn points(node: Node<'_>) -> Option<i32> {
    let value = node.integer()?;
    let is_small = (-MAX_POINTS..=MAX_POINTS).contains(&value);
    if !is_small {
        node.report(
            "points-range",
            "points lie between -1000000 and 1000000",
            None,
        );
    }
    i32::try_from(value).ok().filter(|_| is_small)
}

fn bands(root: Table<'_>) -> Option<Vec<Band>> {
    let node = root.need("bands")?;
    let mut bands: Vec<Band> = Vec::new();
    let mut is_sound = true;
    for table in root.array_of_tables("bands") {
        table.only(Shape::Band);
        let from = table.need("from");
        let decision = table.need_word("decision", &DECISIONS);
        let value = from.and_then(Node::integer);
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
    table: Table<'_>,
) -> Option<Characteristic> {
    table.only(Shape::Characteristic);
    let reason = table.need("reason").and_then(|node| reasons.resolve(node));
    let fact = table
        .need("fact")
        .and_then(|node| symbols.need_fact(node))?;
    let def = symbols.fact(fact);
    let bins = match (table.get("bins"), table.get("codes")) {
        (Some(node), None) if !is_listed(def) => bins(def, node, table),
        (None, Some(node)) if is_listed(def) => codes(def, node),
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
    let missing = missing(def, table);
    let specials = specials(def, table);
    let bins = bins?;
    let baseline = baseline(method, table, &bins);
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

fn bins(def: &FactDef, node: Node<'_>, table: Table<'_>) -> Option<Vec<Bin>> {
    let read = |bin: Table<'_>| bin.need("points").and_then(points);
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
            Some(below) => value(below, def.kind).and_then(|bound| {
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
fn codes(def: &FactDef, node: Node<'_>) -> Option<Vec<Bin>> {
    let points = named(def, node, &listed(def), "points", points)?;
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
fn missing(def: &FactDef, table: Table<'_>) -> Option<Option<i32>> {
    match (table.get("missing"), def.may_be_missing) {
        (Some(node), true) => points(node).map(Some),
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

fn specials(def: &FactDef, table: Table<'_>) -> Option<Vec<i32>> {
    match table.get("specials") {
        Some(node) => named(def, node, &def.specials, "points", points),
        None if def.specials.is_empty() => Some(Vec::new()),
        None => {
            table.need("specials");
            None
        }
    }
}

/// What the ranking of reasons measures against.
fn baseline(method: Option<ReasonMethod>, table: Table<'_>, bins: &[Bin]) -> Option<i32> {
    let method = method?;
    for (key, of) in [
        ("mean", ReasonMethod::BelowMean),
        ("neutral", ReasonMethod::BelowNeutral),
    ] {
        if let Some(node) = table.get(key).filter(|_| of != method) {
            let message = format!("the method of this scorecard uses no `{key}`");
            node.report(
                "baseline-unexpected",
                message,
                "remove it, or change `method`",
            );
        }
    }
    match method {
        ReasonMethod::BelowMean => points(table.need("mean")?),
        ReasonMethod::BelowNeutral => points(table.need("neutral")?),
        ReasonMethod::BelowBest => bins.iter().map(|bin| bin.points).max(),
    }
}
