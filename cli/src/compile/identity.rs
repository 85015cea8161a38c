//! Tables for identity fields that replace the engine's own: the segments of
//! mobile numbers and the ranges of bank cards.

use precheck::identity::{CardCheck, CardRange, Segment, SegmentUse};

use super::grammar::Shape;
use super::table::{Node, Table};

/// Words for who uses a segment.
pub(super) const USES: [(&str, SegmentUse); 3] = [
    ("people", SegmentUse::People),
    ("data", SegmentUse::Data),
    ("satellite", SegmentUse::Satellite),
];

/// Words for how far the last digit of a card can be relied on.
pub(super) const CHECKS: [(&str, CardCheck); 3] = [
    ("kept", CardCheck::Kept),
    ("loose", CardCheck::Loose),
    ("unlisted", CardCheck::Unlisted),
];

/// The fewest and the most digits of a bank card.
const LENGTHS: (i64, i64) = (12, 19);

/// Reads `[identity]`, where there is one.
pub(super) fn read(policy: Table<'_>) -> (Vec<Segment>, Vec<CardRange>) {
    let Some(table) = policy.get("identity").and_then(Node::table) else {
        return (Vec::new(), Vec::new());
    };
    table.only(Shape::Identity);
    let segments = rows(table, "segments", 10_000, 19_999, |row, range| {
        row.only(Shape::Segment);
        let used_by = row.need("used_by").and_then(|node| node.word(&USES));
        let (first, last) = range?;
        Some(Segment {
            first: u16::try_from(first).ok()?,
            last: u16::try_from(last).ok()?,
            used_by: used_by?,
        })
    });
    let cards = rows(table, "cards", 100_000, 999_999, |row, range| {
        row.only(Shape::CardRange);
        let shortest = row.need("shortest").and_then(length);
        let longest = row.need("longest").and_then(length);
        let check = row.need("check").and_then(|node| node.word(&CHECKS));
        if let Some(node) = row
            .get("longest")
            .filter(|_| longest < shortest && longest.is_some())
        {
            let message = "the longest card is shorter than the shortest";
            node.report("table-range", message, "exchange the two");
        }
        let (first, last) = range?;
        Some(CardRange {
            first: u32::try_from(first).ok()?,
            last: u32::try_from(last).ok()?,
            shortest: shortest?,
            longest: longest?,
            check: check?,
        })
    });
    (segments, cards)
}

/// Reads the rows of a table, which rise and do not overlap.
fn rows<T>(
    table: Table<'_>,
    key: &str,
    least: i64,
    most: i64,
    read: impl Fn(Table<'_>, Option<(i64, i64)>) -> Option<T>,
) -> Vec<T> {
    let Some(node) = table.get(key) else {
        return Vec::new();
    };
    let Some(list) = node.array() else {
        return Vec::new();
    };
    if list.is_empty() {
        let help = "leave the table out to use the engine's own";
        node.report(
            "table-empty",
            "a table without rows refuses everybody",
            help,
        );
    }
    let mut before = least - 1;
    let mut rows = Vec::new();
    for node in list {
        let Some(row) = node.table() else { continue };
        let bound = |key| {
            let node = row.need(key)?;
            let value = node.integer()?;
            if (least..=most).contains(&value) {
                return Some((value, node));
            }
            let message = format!("these first digits lie between {least} and {most}");
            node.report("table-range", message, "write as many digits as those have");
            None
        };
        let range = bound("first").zip(bound("last"));
        if let Some(((first, node), (last, _))) = range {
            if first <= before || last < first {
                let help = "list the rows from the lowest digits up, without overlap";
                let message = "this row does not come after the one before";
                node.report("table-order", message, help);
            }
            before = before.max(last);
        }
        let range = range.map(|((first, _), (last, _))| (first, last));
        rows.extend(read(row, range));
    }
    rows
}

fn length(node: Node<'_>) -> Option<u8> {
    let value = node.integer()?;
    let (least, most) = LENGTHS;
    if !(least..=most).contains(&value) {
        let message = format!("a bank card has {least} to {most} digits");
        node.report("table-range", message, None);
    }
    u8::try_from(value).ok()
}
