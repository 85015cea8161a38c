//! Formulas: facts that are computed from others.
//!
//! | written | gives |
//! |---|---|
//! | `{ years_since = "date" }`, `{ days_since = "date" }` | completed years, days to the day of evaluation |
//! | `{ ratio = ["over", "under"], rounds = "up", zero = "missing" }` | basis points; `zero` is a special code, or missing |
//! | `{ sum = ["amount", "amount"] }` | an amount |
//! | `{ days_between = ["from", "to"] }` | days |
//! | `{ today = true }` | the day of evaluation |
//!
//! What two facts give is missing where one of them is missing or special, and
//! a value beyond the domain counts as its end.

use precheck::{Audience, Derived, FactDef, FactId, FactKind, Formula};

use super::facts::{Symbol, Symbols};
use super::grammar::Shape;
use super::table::{Name, Node, Table};
use super::values::kind_name;

/// The largest amount whose share in basis points is exact.
const MAX_OVER: i64 = 9_007_199_254_740_991 / 10_000;
const NONE: &str = "today";
const ONE: [&str; 2] = ["years_since", "days_since"];
/// Words for how a ratio is rounded, and whether that is up.
pub(super) const ROUNDS: [(&str, bool); 2] = [("up", true), ("down", false)];
const TWO: [&str; 3] = ["ratio", "sum", "days_between"];

/// Whether a fact is declared to be the day of evaluation.
pub(super) fn is_day(table: Table<'_>) -> bool {
    let formula = table.get("derived").filter(|node| node.is_table());
    formula
        .and_then(Node::table)
        .is_some_and(|one| one.get(NONE).is_some())
}

/// Reads the `derived` of a fact, once all facts are declared.
pub(super) fn read(symbols: &Symbols, name: Name<'_>, table: Table<'_>) -> Option<Derived> {
    let node = table.get("derived")?;
    let formula = node.table()?;
    formula.only(Shape::Formula);
    let all = ONE.iter().chain(&TWO).chain([&NONE]);
    let mut given = all.filter_map(|key| Some((*key, formula.get(key)?)));
    let (Some((key, input)), None) = (given.next(), given.next()) else {
        let help = "write `{ years_since = \"…\" }`, `{ days_since = \"…\" }`, \
                    `{ ratio = [\"…\", \"…\"], rounds = \"up\" }`, `{ sum = [\"…\", \"…\"] }`, \
                    `{ days_between = [\"…\", \"…\"] }` or `{ today = true }`";
        let message = "a derived fact has exactly one formula";
        node.report("derived-formula", message, help);
        return None;
    };
    for word in ["rounds", "zero"].iter().filter(|_| key != "ratio") {
        if let Some(node) = formula.get(word) {
            node.report("derived-formula", "only a ratio has this", "remove it");
        }
    }
    if key == NONE {
        return day(symbols, name, node, input);
    }
    let (wanted, read) = match key {
        "years_since" => (FactKind::Years, FactKind::Date),
        "days_since" | "days_between" => (FactKind::Days, FactKind::Date),
        "ratio" => (FactKind::Ratio, FactKind::Money),
        _ => (FactKind::Money, FactKind::Money),
    };
    let inputs: Vec<Node<'_>> = if ONE.contains(&key) {
        vec![input]
    } else {
        input.array()?
    };
    let is_pair = !ONE.contains(&key);
    if inputs.len() != if is_pair { 2 } else { 1 } {
        input.report("derived-input", "this formula reads two facts", "name two");
        return None;
    }
    let ids: Option<Vec<FactId>> = inputs.iter().map(|one| symbols.need_fact(*one)).collect();
    let ids = ids?;
    let Some(Symbol::Fact(fact)) = symbols.get(name.text) else {
        return None;
    };
    let def = symbols.fact(fact);
    for (input, id) in inputs.iter().zip(&ids) {
        check_input(symbols.fact(*id), *input, read, is_pair, def);
    }
    if def.kind != wanted {
        let help = format!("declare it with `kind = \"{}\"`", kind_name(wanted));
        let message = "the formula gives another kind of fact";
        node.report("derived-kind", message, help);
    }
    let (first, second) = (ids[0], ids.get(1).copied());
    let Some(second) = second else {
        if def.may_be_missing || !def.specials.is_empty() {
            let message = "a derived fact is never missing or special";
            node.report(
                "derived-state",
                message,
                "leave `missing` and `specials` out",
            );
        }
        return Some(Derived {
            fact,
            formula: match wanted {
                FactKind::Years => Formula::YearsSince(first),
                _ => Formula::DaysSince(first),
            },
        });
    };
    let lacks = |id: FactId| {
        let def = symbols.fact(id);
        def.may_be_missing || !def.specials.is_empty()
    };
    if (lacks(first) || lacks(second)) && !def.may_be_missing {
        let message = "an input may be missing or special, and the fact is missing then";
        node.report("derived-state", message, "declare it with `missing = true`");
    }
    let formula = match key {
        "ratio" => ratio(symbols, node, formula, def, (first, second), inputs[0])?,
        "sum" => Formula::Sum(first, second),
        _ => Formula::DaysBetween {
            from: first,
            to: second,
        },
    };
    Some(Derived { fact, formula })
}

/// The day of evaluation, which a policy declares once.
fn day(symbols: &Symbols, name: Name<'_>, node: Node<'_>, value: Node<'_>) -> Option<Derived> {
    if !value.boolean()? {
        let message = "a fact is the day of evaluation, or it is not";
        value.report("derived-formula", message, "write `{ today = true }`");
    }
    if let Some(first) = symbols.day() {
        let message = format!("`{}` is the day already", symbols.fact(first).name);
        node.report("today-duplicate", message, "use that one");
    }
    let Some(Symbol::Fact(fact)) = symbols.get(name.text) else {
        return None;
    };
    let def = symbols.fact(fact);
    if def.kind != FactKind::Date {
        let message = "the formula gives another kind of fact";
        node.report("derived-kind", message, "declare it with `kind = \"date\"`");
    }
    if def.may_be_missing || !def.specials.is_empty() {
        let message = "the day is never missing or special";
        let help = "leave `missing` and `specials` out";
        node.report("derived-state", message, help);
    }
    let formula = Formula::Today;
    Some(Derived { fact, formula })
}

fn check_input(source: &FactDef, input: Node<'_>, read: FactKind, is_pair: bool, def: &FactDef) {
    if source.kind != read {
        let (message, help) = match read {
            FactKind::Date => ("is no date", "this formula reads a fact of kind date"),
            _ => ("is no amount", "this formula reads facts of kind money"),
        };
        let message = format!("`{}` {message}", source.name);
        input.report("derived-input", message, help);
    } else if is_pair && read == FactKind::Money && source.min < 0 {
        let message = format!("`{}` can be negative", source.name);
        input.report("derived-input", message, "begin its domain at \"0.00\"");
    }
    if source.audience == Audience::Server && def.audience == Audience::Public {
        let message = format!("a public fact would tell the server fact `{}`", source.name);
        let help = "make both public, or both server";
        input.report("derived-audience", message, help);
    }
}

fn ratio(
    symbols: &Symbols,
    node: Node<'_>,
    formula: Table<'_>,
    def: &FactDef,
    (over, under): (FactId, FactId),
    above: Node<'_>,
) -> Option<Formula> {
    if symbols.fact(over).max > MAX_OVER {
        let message = format!("`{}` can be too large for a ratio", symbols.fact(over).name);
        above.report("derived-input", message, "lower the end of its domain");
    }
    let up = formula.need_word("rounds", &ROUNDS);
    let zero = match formula.get("zero") {
        None if symbols.fact(under).min > 0 => None,
        None => {
            let message = format!(
                "`{}` can be nothing, and nothing is a share of it",
                symbols.fact(under).name
            );
            let help = "say what the fact is then: `zero = \"missing\"`, or one of its `specials`";
            node.report("derived-zero", message, help);
            return None;
        }
        Some(zero) => match zero.name()?.text {
            "missing" if def.may_be_missing => None,
            "missing" => {
                let message = "the fact cannot be missing";
                zero.report("derived-zero", message, "declare it with `missing = true`");
                return None;
            }
            _ => {
                let codes = def.specials.iter().map(String::as_str);
                let code = zero.reference("derived-zero", "special code", codes)?;
                u8::try_from(code).ok()
            }
        },
    };
    Some(Formula::Ratio {
        over,
        under,
        up: up?,
        zero,
    })
}

/// Reports formulas that read what is computed itself.
pub(super) fn report_chains(
    symbols: &Symbols,
    facts: &[(Name<'_>, Table<'_>, Option<precheck::Source>)],
) {
    let is_computed = |fact: FactId| symbols.derived.iter().any(|one| one.fact == fact);
    for one in &symbols.derived {
        let (first, second) = one.formula.inputs();
        let mut inputs = [first, second].into_iter().flatten();
        let reads_computed = inputs.any(is_computed);
        let own = &symbols.fact(one.fact).name;
        let declared = facts.iter().find(|(name, ..)| name.text == own);
        let node = declared.and_then(|(_, table, _)| table.get("derived"));
        if let Some(node) = node.filter(|_| reads_computed) {
            let message = "the formula reads a fact that is computed itself";
            node.report(
                "derived-input",
                message,
                "read what that one is computed from",
            );
        }
    }
}
