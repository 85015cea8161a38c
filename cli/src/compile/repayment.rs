//! `[repayment]`: the terms of paying back.

use precheck::{Constant, FactKind, Instalments, Terms, Weekends};

use super::facts::{Symbol, Symbols};
use super::grammar::Shape;
use super::table::{Node, Table};
use super::values::value;
use crate::decimal;

/// Words for due days at weekends.
pub(super) const WEEKENDS: [(&str, Weekends); 3] = [
    ("keep", Weekends::Keep),
    ("next", Weekends::Next),
    ("previous", Weekends::Previous),
];

/// The longest month, which is the longest way from an order to its statement.
const MONTH: i64 = 31;
/// What a yearly rate may not exceed, in millionths.
///
/// Source: 法发〔2017〕22号, article 2: courts reduce what the interest,
/// compound interest, penalties and other fees of a financial loan together
/// come to beyond 24 % a year.
const MOST_A_YEAR: i64 = 240_000;

/// Reads the terms, where there are any. What could not be read is missing and
/// has been reported.
pub(super) fn read(policy: Table<'_>, symbols: &Symbols) -> Option<Terms> {
    let table = policy.get("repayment")?.table()?;
    table.only(Shape::Repayment);
    let statement_day = number(table, "statement_day", 1, 31);
    let due_days = number(table, "due_days", 1, 60);
    let weekends = table.need_word("weekends", &WEEKENDS);
    promise(table, due_days, weekends);
    let late = table.need("late").and_then(|node| {
        let late = millionths(node, 10_000)?;
        if i64::from(late) * 365 > MOST_A_YEAR {
            let message = "what is overdue costs more than 24 % a year";
            node.report("repayment-rate", message, "0.0657% a day is the most");
        }
        Some(late)
    });
    let reminders = days(table, "reminders", 0, |before, after| before > after);
    let overdue = days(table, "overdue", 1, |before, after| before < after);
    let instalments = table.get("instalments");
    // The shortest way from an order to its day.
    let shortest = due_days.zip(weekends).map(|(days, weekends)| {
        let earlier = 2 * i64::from(weekends == Weekends::Previous);
        i64::from(days) + 1 - earlier
    });
    let split = instalments.map(|node| instalments_of(node.table()?, shortest, symbols));
    Some(Terms {
        statement_day: statement_day?,
        due_days: due_days?,
        weekends: weekends?,
        instalments: match split {
            Some(read) => Some(read?),
            None => None,
        },
        late: late?,
        reminders: reminders?,
        overdue: overdue?,
    })
}

/// `free_days` is what texts promise: it has to be what the rest comes to.
fn promise(table: Table<'_>, due_days: Option<u8>, weekends: Option<Weekends>) -> Option<()> {
    let node = table.need("free_days")?;
    let promised = node.integer()?;
    let longest = MONTH + i64::from(due_days?) + 2 * i64::from(weekends? == Weekends::Next);
    if promised != longest {
        let message = format!("an order is free for up to {longest} days, not {promised}");
        let help = "a month of 31 days to the statement, `due_days`, and two days where weekends move to Monday";
        node.report("repayment-free-days", message, help);
    }
    Some(())
}

fn instalments_of(
    table: Table<'_>,
    shortest: Option<i64>,
    symbols: &Symbols,
) -> Option<Instalments> {
    table.only(Shape::Instalments);
    let count = number(table, "count", 2, 12);
    let fee = table
        .need("fee")
        .and_then(|node| Some((millionths(node, 100_000)?, node)));
    let least = table.need("least").and_then(|node| least(node, symbols));
    let (fee, node) = fee?;
    // All fees over what is still owed, each part for as short as can be.
    let (parts, first) = (i64::from(count?), shortest?);
    let used: i64 = (0..parts).map(|place| first + 28 * place).sum();
    if i64::from(fee) * parts * parts * 365 > MOST_A_YEAR * used {
        let message = "the instalments cost more than 24 % a year";
        node.report("repayment-rate", message, "lower the fee");
    }
    Some(Instalments {
        count: count?,
        fee,
        least: least?,
    })
}

/// An amount, or the name of a constant that no overlay changes.
fn least(node: Node<'_>, symbols: &Symbols) -> Option<i64> {
    let found = node.as_text().and_then(|name| symbols.get(name));
    let amount = match found {
        None => value(node, FactKind::Money, 0)?,
        Some(Symbol::Broken) => return None,
        Some(Symbol::Fact(_)) => {
            let message = "the least amount cannot depend on a fact";
            node.report(
                "repayment-least",
                message,
                "name a constant, or write an amount",
            );
            return None;
        }
        Some(Symbol::Constant(index)) => {
            let Constant { kind, overlaid, .. } = symbols.constant(index);
            if *kind != FactKind::Money || !overlaid.is_empty() {
                let message = "this constant is no amount, or not the same everywhere";
                let help = "name a constant of kind money that no overlay changes";
                node.report("repayment-least", message, help);
                return None;
            }
            symbols.constant(index).value
        }
    };
    if amount <= 0 {
        node.report("repayment-least", "the least amount is 0.01 or more", None);
        return None;
    }
    Some(amount)
}

fn number(table: Table<'_>, key: &str, least: i64, most: i64) -> Option<u8> {
    within(table.need(key)?, least, most)
}

fn within(node: Node<'_>, least: i64, most: i64) -> Option<u8> {
    let value = node.integer()?;
    if !(least..=most).contains(&value) {
        let message = format!("this lies between {least} and {most}");
        node.report("repayment-range", message, None);
        return None;
    }
    u8::try_from(value).ok()
}

/// A percentage with up to four decimals, in millionths.
fn millionths(node: Node<'_>, most: u32) -> Option<u32> {
    let text = node.name()?.text;
    let read = text
        .strip_suffix('%')
        .map(|number| decimal::read(number, 4));
    let read = read
        .and_then(Result::ok)
        .and_then(|read| u32::try_from(read).ok());
    let read = read.filter(|read| *read <= most);
    if read.is_none() {
        let most = most / 10_000;
        let message = format!("this is no percentage from 0 to {most}");
        let help = "write a percentage with at most four decimals, such as \"0.05%\"";
        node.report("repayment-percentage", message, help);
    }
    read
}

/// Days, each of which comes as it should after the one before.
fn days(
    table: Table<'_>,
    key: &str,
    least: i64,
    is_in_order: impl Fn(u8, u8) -> bool,
) -> Option<Vec<u8>> {
    let node = table.need(key)?;
    let days: Option<Vec<u8>> = node
        .array()?
        .into_iter()
        .map(|node| within(node, least, 120))
        .collect();
    let days = days?;
    if !days.windows(2).all(|two| is_in_order(two[0], two[1])) {
        let message = "these days are not in the order in which they come";
        let help = "reminders count down to the due day, what is overdue counts up from it";
        node.report("repayment-order", message, help);
        return None;
    }
    Some(days)
}
