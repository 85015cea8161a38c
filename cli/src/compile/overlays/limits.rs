//! Tables of limits under overlays: what they tell apart becomes directions of
//! the table, and where an overlay applies no amount is above its `at_most`.

use precheck::{Axis, FactDef, FactId, FactState, LimitTable};

use super::super::facts::Symbols;
use super::super::table::Node;

/// The engine cuts a table no further.
const MAX_AXES: usize = 4;
const MAX_CELLS: usize = 512;

/// The table with the most that overlays allow; of several that apply, the
/// least counts. Reports where that changes nothing, or cuts the table too far.
pub(in super::super) fn capped(
    symbols: &Symbols,
    table: &LimitTable,
    caps: &[(usize, i64, Node<'_>)],
) -> LimitTable {
    for (_, cap, node) in caps {
        if table.amounts.iter().all(|(_, most)| most <= cap) {
            let message = "no limit of the table is higher, so this changes nothing";
            node.report("overlay-same", message, "remove it, or lower the amount");
        }
    }
    let mut axes = table.axes.clone();
    let overlays = || caps.iter().map(|(index, ..)| &symbols.overlays[*index]);
    let mut facts: Vec<FactId> = overlays().flat_map(|one| one.facts()).collect();
    facts.sort_unstable();
    facts.dedup();
    for fact in facts {
        let def = symbols.fact(fact);
        let mut cuts: Vec<i64> = overlays().flat_map(|one| one.cuts(fact)).collect();
        match axes.iter_mut().find(|axis| axis.fact == fact) {
            Some(axis) => {
                cuts.extend(axis.upto.iter().map(|upto| upto + 1));
                axis.upto = stretches(def, cuts);
            }
            None => axes.push(Axis {
                fact,
                upto: stretches(def, cuts),
            }),
        }
    }
    let lengths = axes.iter().map(|axis| axis.length(symbols.fact(axis.fact)));
    let cells = lengths.fold(1usize, |all, one| all.saturating_mul(one));
    let rows = table.rows.len() + 1;
    if axes.len() > MAX_AXES || cells.saturating_mul(rows) > MAX_CELLS {
        let message = format!(
            "with its overlays the table is cut by {} facts into {} amounts",
            axes.len(),
            cells.saturating_mul(rows)
        );
        let help =
            format!("at most {MAX_AXES} and {MAX_CELLS}: let overlays share regions or days");
        if let Some((_, _, node)) = caps.last() {
            node.report("limit-size", message, help);
        }
        return table.clone();
    }
    let mut amounts = Vec::new();
    for cell in 0..cells {
        let states = states(symbols, &axes, cell);
        let state = |fact: FactId| states.iter().find(|(of, _)| *of == fact).map(|one| one.1);
        let from = table.axes.iter().fold(0, |all, axis| {
            let def = symbols.fact(axis.fact);
            let place = state(axis.fact).map_or(0, |state| place(axis, def, state));
            all * axis.length(def) + place
        });
        let applies = caps.iter().filter(|(index, ..)| {
            let mut here = states.iter();
            here.all(|(fact, state)| symbols.overlays[*index].allows(*fact, *state))
        });
        let cap = applies.map(|(_, cap, _)| *cap).min().unwrap_or(i64::MAX);
        let own = table.amounts.iter().skip(from * rows).take(rows);
        amounts.extend(own.map(|(least, most)| (*least.min(&cap), *most.min(&cap))));
    }
    LimitTable {
        rows: table.rows.clone(),
        axes,
        amounts,
    }
}

/// A state of each axis that stands for a cell; the last axis runs fastest.
fn states(symbols: &Symbols, axes: &[Axis], mut cell: usize) -> Vec<(FactId, FactState)> {
    let mut states = Vec::new();
    for axis in axes.iter().rev() {
        let def = symbols.fact(axis.fact);
        let length = axis.length(def);
        let place = cell % length;
        cell /= length;
        let special = |place: usize| {
            let code = place - axis.upto.len() - usize::from(def.may_be_missing);
            FactState::Special(u8::try_from(code).unwrap_or(u8::MAX))
        };
        let state = match axis.upto.get(place) {
            Some(upto) => FactState::Known(*upto),
            None if def.may_be_missing && place == axis.upto.len() => FactState::Missing,
            None => special(place),
        };
        states.push((axis.fact, state));
    }
    states
}

/// Where a state lies along an axis.
fn place(axis: &Axis, def: &FactDef, state: FactState) -> usize {
    let bins = axis.upto.len();
    match state {
        FactState::Known(value) => axis.upto.partition_point(|upto| *upto < value),
        FactState::Special(code) => bins + usize::from(def.may_be_missing) + usize::from(code),
        FactState::Missing | FactState::Unknown | FactState::Between(..) => bins,
    }
}

/// The places along a fact that are told apart: the last value of each
/// stretch, up to the end of the domain.
fn stretches(def: &FactDef, cuts: impl IntoIterator<Item = i64>) -> Vec<i64> {
    let inner = cuts.into_iter().map(|cut| cut - 1);
    let inside = inner.filter(|upto| (def.min..def.max).contains(upto));
    let mut uptos: Vec<i64> = inside.collect();
    uptos.push(def.max);
    uptos.sort_unstable();
    uptos.dedup();
    uptos
}
