//! Combinations of facts that no real application has.
//!
//! ```toml
//! [[impossible]]
//! id   = "spend-without-orders"
//! when = 'orders_12m == 0 && monthly_spend > "0.00"'
//! ```
//!
//! How the facts belong together is said in the locale files, as
//! `impossible-spend-without-orders`.

use std::collections::BTreeSet;

use precheck::{FactId, Impossible, Model, Op};

use super::condition;
use super::diagnostic::Problems;
use super::facts::Symbols;
use super::grammar::Shape;
use super::places::Spot;
use super::table::{Node, Table};

/// More would make every validation slow; the engine refuses them.
const MAX_COMBINATIONS: usize = 64;

/// The combinations of a pack, and where each has its id.
#[derive(Default)]
pub(super) struct Combinations {
    pub(super) all: Vec<Impossible>,
    pub(super) places: Vec<Spot>,
}

/// Reads `[[impossible]]`.
pub(super) fn read(problems: &Problems<'_>, symbols: &Symbols, policy: Table<'_>) -> Combinations {
    let mut found = Combinations::default();
    let tables = policy.array_of_tables("impossible");
    if let Some(table) = tables.get(MAX_COMBINATIONS) {
        let message = format!("a policy has at most {MAX_COMBINATIONS} impossible combinations");
        problems.report(
            table.place,
            "impossible-many",
            message,
            "join some with `||`",
        );
    }
    for table in tables {
        table.only(Shape::Impossible);
        let id = table.need("id").and_then(Node::name);
        let when = table.need("when");
        let Some((id, when)) = id.zip(when) else {
            continue;
        };
        let allowed = |one: char| one.is_ascii_alphanumeric() || one == '-';
        if id.text.is_empty() || !id.text.chars().all(allowed) {
            let message = format!("`{}` cannot be the id of a combination", id.text);
            let help = "use letters, digits and `-`";
            problems.report(id.place, "name-malformed", message, help);
        }
        if found.all.iter().any(|other| other.id == id.text) {
            let message = format!("there are two combinations with the id `{}`", id.text);
            problems.report(
                id.place,
                "impossible-duplicate",
                message,
                "rename one of them",
            );
        }
        let condition = when.excerpt();
        let condition = condition.and_then(|text| condition::compile(problems, symbols, &text));
        let Some(condition) = condition else {
            continue;
        };
        if facts(&condition.ops).len() < 2 {
            let message = "a combination is about two facts or more";
            let help =
                "what a fact can be on its own is said by its `domain`, `missing` and `specials`";
            when.report("impossible-single", message, help);
        }
        found.all.push(Impossible {
            id: id.text.into(),
            when: condition.ops,
        });
        found.places.push(id.place.into());
    }
    found
}

/// Reports combinations that leave no application at all.
pub(super) fn report_nothing_left(problems: &Problems<'_>, model: &Model, places: &[Spot]) {
    let core = model.leaves_nothing();
    let Some(place) = core.first().and_then(|one| places.get(*one)) else {
        return;
    };
    let ids = core
        .iter()
        .map(|one| format!("`{}`", model.impossible[*one].id));
    let ids: Vec<String> = ids.collect();
    let message = format!("no application would be possible beside {}", ids.join(", "));
    let help = "`when` says what cannot be; turn the comparison round, or narrow it";
    problems.report(place.place(), "impossible-all", message, help);
}

/// The facts of a condition.
pub(super) fn facts(when: &[Op]) -> BTreeSet<FactId> {
    let facts = when.iter().filter_map(|op| match op {
        Op::Atom(fact, _) => Some(*fact),
        _ => None,
    });
    facts.collect()
}
