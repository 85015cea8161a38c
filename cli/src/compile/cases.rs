//! Characteristics by cases: the first condition that holds gives its points.
//!
//! ```toml
//! [[characteristics]]
//! reason    = "INCOME-LOW"
//! neutral   = 20
//! otherwise = 0
//! cases     = [
//!   { when = "is_missing(income)", points = 5, reason = "INCOME-UNKNOWN" },
//!   { when = "income < \"2000.00\" && !employed", points = -10 },
//! ]
//! ```

use std::collections::BTreeSet;

use precheck::{Case, Conditional, FactId, Op, ReasonMethod};

use super::condition;
use super::diagnostic::{Place, Problems};
use super::facts::Symbols;
use super::grammar::Shape;
use super::places::{CasePlaces, Spot};
use super::reasons::Reasons;
use super::scorecard::{baseline, points};
use super::table::{Node, Table};

/// A characteristic by cases, and where its parts stand.
pub(super) struct Cases<'t> {
    pub(super) conditional: Conditional,
    pub(super) places: CasePlaces,
    /// Where it begins.
    pub(super) place: Place<'t>,
    /// The facts that it looks at, and where.
    pub(super) facts: Vec<(FactId, Place<'t>)>,
}

pub(super) fn read<'t>(
    problems: &Problems<'_>,
    symbols: &Symbols,
    reasons: &Reasons<'_>,
    method: Option<ReasonMethod>,
    digits: u8,
    table: Table<'t>,
) -> Option<Cases<'t>> {
    table.only(Shape::Conditional);
    let reason = table.need("reason").and_then(|node| reasons.resolve(node));
    let otherwise = table
        .need("otherwise")
        .and_then(|node| points(node, digits));
    let tables = table.array_of_tables("cases");
    let mut cases = Some(Vec::new());
    let mut places = CasePlaces {
        at: Spot::from(table.place),
        when: Vec::new(),
    };
    let mut facts = Vec::new();
    for table in tables {
        table.only(Shape::Case);
        let points = table.need("points").and_then(|node| points(node, digits));
        let own = match table.get("reason") {
            Some(node) => reasons.resolve(node),
            None => reason,
        };
        let when = table.need("when");
        let condition = when
            .and_then(Node::excerpt)
            .and_then(|text| condition::compile(problems, symbols, &text, None));
        if let Some((condition, node)) = condition.as_ref().zip(when) {
            let named = facts_of(&condition.ops);
            facts.extend(named.into_iter().map(|fact| (fact, node.place)));
        }
        // One that could not be read spoils the whole, but not the reports of the others.
        let case = condition.zip(points).zip(own);
        cases = cases
            .zip(case)
            .map(|(mut all, ((condition, points), reason))| {
                places.when.push(condition.spots);
                all.push(Case {
                    when: condition.ops,
                    points,
                    reason,
                });
                all
            });
    }
    let (cases, otherwise) = (cases?, otherwise?);
    let all = cases.iter().map(|case| case.points).chain([otherwise]);
    let baseline = baseline(method, digits, table, all);
    let conditional = Conditional {
        otherwise,
        baseline: baseline?,
        reason: reason?,
        cases,
    };
    Some(Cases {
        conditional,
        places,
        place: table.place,
        facts,
    })
}

/// The facts that a condition looks at, each once.
pub(super) fn facts_of(ops: &[Op]) -> BTreeSet<FactId> {
    let atoms = ops.iter().filter_map(|op| match op {
        Op::Atom(fact, _) => Some(*fact),
        _ => None,
    });
    atoms.collect()
}
