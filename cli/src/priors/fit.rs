//! Segments of people, found by expectation and maximisation.
//!
//! Rows are sorted by their score and cut into as many groups as there are to
//! be segments; then each row belongs to each segment as much as the segment
//! explains its facts, and each segment is what its rows are, in turns. Only
//! sums, products and quotients are used, in a fixed order, so that the same
//! rows give the same weights on every machine. What a row does not tell does
//! not count for it.
#![expect(
    clippy::float_arithmetic,
    reason = "estimating is no deciding: what is estimated is written down as integers"
)]

use precheck::{FactId, FactKind, FactState, Facts, Op, Policy, Prior, Priors, ScenarioId};

/// Rounds of expectation and maximisation.
const ROUNDS: usize = 300;
/// Counts that every value begins with, so that no value is impossible.
const SMOOTHING: f64 = 0.5;
/// The weights of a fact in a segment sum to about this.
const WEIGHTS: f64 = 10_000.0;

/// One fact of the fit.
struct Column {
    prior: Prior,
    places: usize,
    /// Per row: where the state has its weight.
    rows: Vec<Option<usize>>,
}

/// Priors that explain rows of facts, with that many segments, for the facts
/// that rules and scorecard of a scenario look at. Facts that no row tells get
/// none.
#[must_use]
pub fn fit(policy: &Policy, scenario: ScenarioId, rows: &[Facts], segments: usize) -> Priors {
    let columns: Vec<Column> = used(policy, scenario)
        .into_iter()
        .filter_map(|fact| column(policy, scenario, rows, fact))
        .collect();
    if columns.is_empty() || segments == 0 {
        return Priors::NONE;
    }
    let mut shares = first_shares(policy, scenario, rows, segments);
    let mut sizes = vec![0.0; segments];
    let mut tables: Vec<Vec<f64>> = Vec::new();
    for _ in 0..ROUNDS {
        sizes = (0..segments)
            .map(|segment| shares.chunks_exact(segments).map(|own| own[segment]).sum())
            .collect();
        let count = |column| count(column, &shares, segments);
        tables = columns.iter().map(count).collect();
        for (row, own) in shares.chunks_exact_mut(segments).enumerate() {
            own.copy_from_slice(&sizes);
            for (column, table) in columns.iter().zip(&tables) {
                let Some(place) = column.rows[row] else {
                    continue;
                };
                for (segment, share) in own.iter_mut().enumerate() {
                    *share *= table[segment * column.places + place];
                }
                // Against underflow, where there are many facts.
                normalise(own);
            }
        }
    }
    let all: f64 = sizes.iter().sum();
    let mut facts: Vec<Prior> = columns
        .into_iter()
        .zip(tables)
        .map(|(column, table)| Prior {
            weights: table.iter().map(|share| weight(*share)).collect(),
            ..column.prior
        })
        .collect();
    facts.sort_by_key(|one| one.fact);
    Priors {
        segments: sizes.iter().map(|size| weight(size / all)).collect(),
        facts,
    }
}

/// A share as an integer weight, at least one.
fn weight(share: f64) -> u32 {
    let rounded = (share * WEIGHTS).round().clamp(1.0, WEIGHTS);
    // At most ten thousand.
    rounded as u32
}

fn normalise(shares: &mut [f64]) {
    let sum: f64 = shares.iter().sum();
    for share in shares {
        *share /= sum;
    }
}

/// The facts that can have a prior and that the scenario looks at.
fn used(policy: &Policy, scenario: ScenarioId) -> Vec<FactId> {
    let model = policy.model();
    let of = policy.scenario(scenario);
    let atoms = of.rules.iter().flat_map(|rule| &rule.when);
    let mut named: Vec<FactId> = atoms
        .filter_map(|op| match op {
            Op::Atom(fact, _) => Some(*fact),
            _ => None,
        })
        .collect();
    let cards = of.scorecard.iter();
    named.extend(
        cards
            .flat_map(|card| &card.characteristics)
            .map(|one| one.fact),
    );
    let mut used = Vec::new();
    for fact in named {
        let derived = model.derived.iter().find(|one| one.fact == fact);
        match derived.map(|one| one.formula.inputs()) {
            Some((Some(first), Some(second))) => used.extend([first, second]),
            // The day is always known.
            Some((None, _)) => {}
            _ => used.push(fact),
        }
    }
    used.sort_unstable();
    used.dedup();
    used
}

fn column(policy: &Policy, scenario: ScenarioId, rows: &[Facts], fact: FactId) -> Option<Column> {
    let def = policy.fact(fact)?;
    let is_listed = matches!(def.kind, FactKind::Code | FactKind::Bool);
    let mut upto: Vec<i64> = if is_listed {
        (def.min..=def.max).collect()
    } else {
        let starts = policy.cuts(scenario, fact);
        starts.iter().skip(1).map(|start| start - 1).collect()
    };
    if !is_listed {
        upto.push(def.max);
    }
    let prior = Prior {
        fact,
        upto,
        weights: Vec::new(),
    };
    let place = |row: &Facts| match row.get(fact) {
        FactState::Unknown => None,
        state => prior.place(def, state),
    };
    let rows: Vec<Option<usize>> = rows.iter().map(place).collect();
    rows.iter().any(Option::is_some).then(|| Column {
        places: prior.places(def),
        prior,
        rows,
    })
}

/// Mostly the group of a row by its score, a little of the others.
fn first_shares(
    policy: &Policy,
    scenario: ScenarioId,
    rows: &[Facts],
    segments: usize,
) -> Vec<f64> {
    let score = |row: &Facts| policy.evaluate(scenario, row).score.map(|range| range.min);
    let mut order: Vec<(Option<i64>, usize)> = rows.iter().map(score).zip(0..).collect();
    order.sort_unstable();
    let little = 0.3 / segments as f64;
    let mut shares = vec![little; rows.len() * segments];
    for (rank, (_, row)) in order.iter().enumerate() {
        shares[row * segments + rank * segments / rows.len()] += 0.7;
    }
    shares
}

/// How often each place of a column occurs in each segment.
fn count(column: &Column, shares: &[f64], segments: usize) -> Vec<f64> {
    let mut table = vec![SMOOTHING; segments * column.places];
    for (own, place) in shares.chunks_exact(segments).zip(&column.rows) {
        if let Some(place) = place {
            for (segment, share) in own.iter().enumerate() {
                table[segment * column.places + place] += share;
            }
        }
    }
    table.chunks_exact_mut(column.places).for_each(normalise);
    table
}
