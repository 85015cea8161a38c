//! What is left of scorecards and tables of limits.

use std::collections::{BTreeMap, BTreeSet};

use precheck::{Axis, Case, Characteristic, Conditional, FactId, LimitTable, Scorecard};

use super::Projection;

impl Projection<'_> {
    pub(super) fn scorecard(&self, card: &Scorecard) -> Scorecard {
        let (mut least, mut most) = card.hidden;
        let mut kept = Vec::new();
        let mut hidden: BTreeMap<FactId, Vec<&Characteristic>> = BTreeMap::new();
        for one in &card.characteristics {
            match self.facts.get(&one.fact) {
                Some(fact) => kept.push(Characteristic {
                    fact: *fact,
                    reason: self.reason(one.reason),
                    ..one.clone()
                }),
                None => hidden.entry(one.fact).or_default().push(one),
            }
        }
        for characteristics in hidden.values() {
            let (low, high) = range(characteristics);
            least += low;
            most += high;
        }
        let (shown, by_cases): (Vec<_>, Vec<_>) = (card.conditional.iter())
            .map(|one| (self.conditional(one), one.span()))
            .partition(|(shown, _)| shown.is_some());
        for (_, (low, high)) in by_cases {
            least += low;
            most += high;
        }
        Scorecard {
            id: card.id.clone(),
            base: card.base,
            hidden: (least, most),
            digits: card.digits,
            characteristics: kept,
            conditional: shown.into_iter().filter_map(|(shown, _)| shown).collect(),
            bands: card.bands.clone(),
            method: card.method,
        }
    }

    /// A characteristic by conditions; `None` when a case looks at a fact that
    /// only the server has: what the other cases say would tell of it.
    pub(super) fn conditional(&self, one: &Conditional) -> Option<Conditional> {
        if !one.facts().all(|fact| self.facts.contains_key(&fact)) {
            return None;
        }
        let cases = one.cases.iter().map(|case| Case {
            when: self.condition(&case.when),
            points: case.points,
            reason: self.reason(case.reason),
        });
        Some(Conditional {
            cases: cases.collect(),
            otherwise: one.otherwise,
            baseline: one.baseline,
            reason: self.reason(one.reason),
        })
    }

    /// The table without the directions that only the server sees: a cell is
    /// then the range of all that it stood for.
    pub(super) fn limit(&self, table: &LimitTable) -> LimitTable {
        let rows = table.rows.len() + 1;
        let mut axes = Vec::new();
        let mut amounts = table.amounts.clone();
        // How many cells lie between two neighbours along an axis.
        let mut stride = rows;
        for axis in table.axes.iter().rev() {
            let length = axis.length(&self.server.facts[usize::from(axis.fact)]);
            if let Some(fact) = self.facts.get(&axis.fact) {
                axes.insert(
                    0,
                    Axis {
                        fact: *fact,
                        upto: axis.upto.clone(),
                    },
                );
                stride *= length;
            } else {
                let merged = (0..amounts.len() / length).map(|cell| {
                    let first = cell / stride * stride * length + cell % stride;
                    let own = (0..length).map(|place| amounts[first + place * stride]);
                    own.reduce(|all, one| (all.0.min(one.0), all.1.max(one.1)))
                        .expect("an axis has a place")
                });
                amounts = merged.collect();
            }
        }
        LimitTable {
            rows: table.rows.clone(),
            axes,
            amounts,
        }
    }
}

/// The least and the most that the characteristics of one fact add together.
fn range(characteristics: &[&Characteristic]) -> (i64, i64) {
    let cuts: BTreeSet<i64> = characteristics
        .iter()
        .flat_map(|one| one.bins.iter().map(|bin| bin.upto))
        .collect();
    let at = |value: i64| {
        let points = characteristics.iter().filter_map(|one| {
            one.bins
                .iter()
                .find(|bin| value <= bin.upto)
                .map(|bin| i64::from(bin.points))
        });
        points.sum::<i64>()
    };
    let mut sums: Vec<i64> = cuts.into_iter().map(at).collect();
    if characteristics.iter().any(|one| one.missing.is_some()) {
        let missing = characteristics.iter().filter_map(|one| one.missing);
        sums.push(missing.map(i64::from).sum());
    }
    let specials = characteristics
        .iter()
        .map(|one| one.specials.len())
        .max()
        .unwrap_or(0);
    sums.extend((0..specials).map(|index| {
        characteristics
            .iter()
            .filter_map(|one| one.specials.get(index))
            .map(|points| i64::from(*points))
            .sum::<i64>()
    }));
    (
        sums.iter().copied().min().unwrap_or(0),
        sums.iter().copied().max().unwrap_or(0),
    )
}
