//! Tables of limits: how large a line is, where the decision is approve.
//!
//! ```toml
//! [limit]
//! columns = { fact = "monthly_income", below = ["5000.00"] }   # optional
//! tiers   = "line_kind"                                        # optional
//!
//! [[limit.rows]]
//! from    = 540
//! amounts = { standard = ["2000.00", "5000.00"], starter = ["500.00", "1000.00"] }
//! ```
//!
//! A row begins at a score and ends where the next one begins; without a
//! scorecard there is one row, without `from`. Without tiers, `amounts` is the
//! list itself.

use precheck::{Axis, Decision, FactDef, FactId, FactKind, LimitTable, Scorecard};

use super::diagnostic::{Place, nearest};
use super::facts::Symbols;
use super::grammar::Shape;
use super::table::{Node, Table};
use super::values::{number, value, value_of};
use crate::spell;

/// Larger tables make the search slow; the engine refuses them.
const MAX_CELLS: usize = 512;

/// A table and where it names its facts.
pub(super) struct Limits<'t> {
    pub(super) table: Option<LimitTable>,
    pub(super) facts: Vec<(FactId, Place<'t>)>,
}

/// What an approval needs of the score.
enum Score {
    /// The scenario has no scorecard.
    None,
    /// The card has a problem of its own.
    Broken,
    /// It approves from here on.
    From(i64, u8),
}

/// Reads the `[limit]` of a scenario. `has_card` says whether it names a
/// scorecard, `card` is that card unless it has a problem.
pub(super) fn read<'t>(
    symbols: &Symbols,
    node: Node<'t>,
    has_card: bool,
    card: Option<&Scorecard>,
) -> Option<Limits<'t>> {
    let root = node.table()?;
    root.only(Shape::Limit);
    let mut facts = Vec::new();
    let tiers = root.get("tiers").map(|node| tiers(symbols, node));
    let columns = root.get("columns").map(|node| columns(symbols, node));
    for (given, key) in [(&tiers, "tiers"), (&columns, "columns")] {
        if let (Some(Some(axis)), Some(node)) = (given, root.get(key)) {
            facts.push((axis.fact, node.place));
        }
    }
    let score = match (has_card, card) {
        (false, _) => Score::None,
        (true, None) => Score::Broken,
        (true, Some(card)) => {
            let mut bands = card.bands.iter();
            match bands.find(|band| band.decision == Decision::Approve) {
                Some(band) => Score::From(band.from, card.digits),
                None => {
                    let message = "no score of the scorecard approves, so there is no limit";
                    node.report("limit-never", message, "remove `limit`");
                    Score::Broken
                }
            }
        }
    };
    let rows = rows(root, &score);
    // An axis with a problem has been reported; amounts cannot be counted then.
    let (tiers, columns) = (tiers.map_or(Some(None), |one| one.map(Some)), columns);
    let columns = columns.map_or(Some(None), |one| one.map(Some));
    let table = tiers.zip(columns).and_then(|(tiers, columns)| {
        let codes = tiers.as_ref().map(|axis| symbols.fact(axis.fact));
        let width = columns.as_ref().map_or(1, |axis| axis.upto.len());
        let read = root.array_of_tables("rows").into_iter();
        let read: Vec<_> = read.map(|row| amounts(row, codes, width)).collect();
        let read: Vec<Vec<i64>> = read.into_iter().collect::<Option<_>>()?;
        let rows = rows?;
        let cells = read.first()?.len();
        if cells.saturating_mul(read.len()) > MAX_CELLS {
            let message = format!("a table of limits has at most {MAX_CELLS} amounts");
            node.report("limit-size", message, "take fewer rows or columns");
            return None;
        }
        let amounts = (0..cells).flat_map(|cell| read.iter().map(move |row| row[cell]));
        Some(LimitTable {
            rows,
            axes: tiers.into_iter().chain(columns).collect(),
            amounts: amounts.map(|amount| (amount, amount)).collect(),
        })
    });
    Some(Limits { table, facts })
}

/// A fact by which a table is cut, which has to be a number or a code always.
fn always(symbols: &Symbols, node: Node<'_>) -> Option<FactId> {
    let fact = symbols.need_fact(node)?;
    let def = symbols.fact(fact);
    if def.may_be_missing || !def.specials.is_empty() {
        let message = format!(
            "`{}` may be missing or special, and would then give no amount",
            def.name
        );
        let help =
            "use a fact that always has a value, or leave such cases to a rule and derive one";
        node.report("limit-fact-state", message, help);
        return None;
    }
    Some(fact)
}

fn tiers(symbols: &Symbols, node: Node<'_>) -> Option<Axis> {
    let fact = always(symbols, node)?;
    let def = symbols.fact(fact);
    if def.kind != FactKind::Code {
        let message = format!("`{}` has no codes to be tiers", def.name);
        node.report("limit-tiers-kind", message, "use `columns` for a number");
        return None;
    }
    Some(Axis {
        fact,
        upto: (def.min..=def.max).collect(),
    })
}

fn columns(symbols: &Symbols, node: Node<'_>) -> Option<Axis> {
    let table = node.table()?;
    table.only(Shape::LimitColumns);
    let fact = table.need("fact");
    let bounds = table.need("below").and_then(Node::array);
    let fact_node = fact?;
    let fact = always(symbols, fact_node)?;
    let def = symbols.fact(fact);
    if matches!(def.kind, FactKind::Code | FactKind::Bool) {
        let message = format!("`{}` is no number to be cut into columns", def.name);
        fact_node.report("limit-columns-kind", message, "use `tiers` for a code");
        return None;
    }
    let mut upto: Vec<i64> = Vec::new();
    let mut is_sound = true;
    for bound in bounds? {
        let Some(below) = value_of(bound, def) else {
            is_sound = false;
            continue;
        };
        let after = upto.last().map_or(def.min, |last| last + 1);
        if below <= after || below > def.max {
            let message = "this column is empty: bounds must rise, inside the domain of the fact";
            bound.report(
                "limit-columns-order",
                message,
                "list them from the lowest up",
            );
            is_sound = false;
        } else {
            upto.push(below - 1);
        }
    }
    upto.push(def.max);
    is_sound.then_some(Axis { fact, upto })
}

/// The scores at which the rows after the first begin.
fn rows(root: Table<'_>, score: &Score) -> Option<Vec<i64>> {
    let node = root.need("rows")?;
    let tables = root.array_of_tables("rows");
    if tables.is_empty() {
        let help = "add `[[limit.rows]]` with `from` and `amounts`";
        node.report("limit-rows-empty", "a table of limits needs rows", help);
        return None;
    }
    let digits = match score {
        Score::From(_, digits) => *digits,
        Score::None | Score::Broken => 0,
    };
    let mut starts: Vec<i64> = Vec::new();
    let mut is_sound = true;
    for (index, row) in tables.iter().enumerate() {
        row.only(Shape::LimitRow);
        if matches!(score, Score::None) {
            let message = "the scenario has no scorecard, so the limit has one row";
            if let Some(from) = row.get("from") {
                from.report("limit-row-score", message, "remove `from`");
                is_sound = false;
            } else if index > 0 {
                node.report_at(row.place, "limit-row-score", message, "remove this row");
                is_sound = false;
            }
            continue;
        }
        let from = row.need("from");
        let Some((from, start)) = from.and_then(|from| Some((from, number(from, digits)?))) else {
            is_sound = false;
            continue;
        };
        if starts.last().is_some_and(|last| start <= *last) {
            let message = "rows must rise: this one begins no higher than the one before";
            from.report(
                "limit-rows-order",
                message,
                "list them from the lowest score up",
            );
            is_sound = false;
        }
        if let Score::From(approve, _) = score
            && index == 0
            && start != *approve
        {
            let [approve, start] = [*approve, start].map(|score| spell::points(score, digits));
            let message = format!("the scorecard approves from {approve} on, not from {start}");
            let help = format!("begin the first row with `from = {approve}`");
            from.report("limit-row-first", message, help);
            is_sound = false;
        }
        starts.push(start);
    }
    is_sound.then(|| starts.into_iter().skip(1).collect())
}

/// The amounts of one row: tier by tier, column by column.
fn amounts(row: Table<'_>, tiers: Option<&FactDef>, width: usize) -> Option<Vec<i64>> {
    let node = row.need("amounts")?;
    let Some(def) = tiers else {
        return list(node, width);
    };
    let table = node.table()?;
    for (key, value) in table.entries() {
        if !def.codes.iter().any(|code| code == key.text) {
            let message = format!("`{}` has no code `{}`", def.name, key.text);
            let help = nearest(key.text, def.codes.iter().map(String::as_str));
            value.report_at(key.place, "code-unknown", message, help);
        }
    }
    let mut all = Some(Vec::new());
    for code in &def.codes {
        let found = table.get(code);
        if found.is_none() {
            let message = format!("code `{code}` has no amounts");
            node.report("code-missing", message, format!("add `{code} = […]`"));
        }
        let read = found.and_then(|found| list(found, width));
        all = all.zip(read).map(|(mut all, own)| {
            all.extend(own);
            all
        });
    }
    all
}

fn list(node: Node<'_>, width: usize) -> Option<Vec<i64>> {
    let nodes = node.array()?;
    if nodes.len() != width {
        let message = format!("{} amounts for {width} columns", nodes.len());
        let help = "one for each bound of `below`, and one for what lies above the last";
        node.report("limit-amounts-count", message, help);
        return None;
    }
    let mut all = Some(Vec::new());
    for node in nodes {
        let amount = value(node, FactKind::Money, 0).filter(|amount| {
            let is_amount = *amount >= 0;
            if !is_amount {
                node.report("limit-amount", "a limit is no less than nothing", None);
            }
            is_amount
        });
        all = all.zip(amount).map(|(mut all, amount)| {
            all.push(amount);
            all
        });
    }
    all
}
