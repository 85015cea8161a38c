//! Whatever the tables of a policy: while somebody types, a number is refused
//! exactly when nothing in the tables can come of it any more.

use precheck::Policy;
use precheck::identity::{CardCheck, CardRange, FieldKind, Segment, SegmentUse, Status};
use proptest::prelude::*;

use crate::identity::{card, segment, today};
use crate::random::{Random, model};

/// Rows that rise, some of them neighbours, within bounds.
fn rows(random: &mut Random, least: i64, most: i64) -> Vec<(i64, i64)> {
    // Round numbers are where rows begin and end.
    let mut cuts: Vec<i64> = (0..random.range(1, 12))
        .map(|_| {
            let step = random.pick(&[1, 10, 100, 1_000]);
            (random.range(least, most) / step * step).max(least)
        })
        .collect();
    cuts.push(most + 1);
    cuts.sort_unstable();
    cuts.dedup();
    let all = cuts.windows(2).map(|pair| (pair[0], pair[1] - 1));
    let kept: Vec<_> = all.clone().filter(|_| !random.one_in(3)).collect();
    // An empty table would be the one built in.
    if kept.is_empty() {
        all.take(1).collect()
    } else {
        kept
    }
}

fn segments(random: &mut Random) -> Vec<Segment> {
    let uses = [SegmentUse::People, SegmentUse::Data, SegmentUse::Satellite];
    let rows = rows(random, 10_000, 19_999).into_iter();
    let five = |bound| u16::try_from(bound).expect("five digits that begin with 1");
    rows.map(|(first, last)| segment(five(first), five(last), random.pick(&uses)))
        .collect()
}

fn cards(random: &mut Random) -> Vec<CardRange> {
    let checks = [CardCheck::Kept, CardCheck::Loose, CardCheck::Unlisted];
    let rows = rows(random, 100_000, 999_999).into_iter();
    let six = |bound| u32::try_from(bound).expect("six digits");
    rows.map(|(first, last)| {
        let shortest = random.range(12, 19);
        let longest = random.range(shortest, 19);
        let [shortest, longest] =
            [shortest, longest].map(|length| u8::try_from(length).expect("at most 19"));
        card(
            six(first),
            six(last),
            shortest,
            longest,
            random.pick(&checks),
        )
    })
    .collect()
}

/// A random policy with these tables.
fn with_tables(random: &mut Random, segments: Vec<Segment>, cards: Vec<CardRange>) -> Policy {
    let mut model = model(random);
    (model.segments, model.cards) = (segments, cards);
    Policy::from_model(model).expect("tables that rise are consistent")
}

/// Digits that begin at, or just beside, an end of a row.
fn near(random: &mut Random, ends: &[u32], length: usize) -> String {
    let near = i64::from(random.pick(ends)) + random.range(-1, 1);
    let mut digits = near.to_string();
    while digits.len() < length {
        digits.push(char::from(b'0' + random.below(10) as u8));
    }
    digits.truncate(length);
    digits
}

fn luhn_holds(digits: &str) -> bool {
    let sum: u32 = (digits.bytes().rev().zip([1, 2].into_iter().cycle()))
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .map(|product| product / 10 + product % 10)
        .sum();
    sum.is_multiple_of(10)
}

/// Tells by the table whether a card may be accepted, with or without a hint.
fn is_card(digits: &str, ranges: &[CardRange]) -> bool {
    let six: u32 = digits[..6].parse().expect("six digits");
    let range = ranges
        .iter()
        .find(|range| range.first <= six && six <= range.last);
    // Of an issuer that is not in the table the usual is asked.
    let range = range
        .copied()
        .unwrap_or(card(0, 0, 13, 16, CardCheck::Kept));
    let (length, shortest) = (digits.len(), usize::from(range.shortest));
    let may_be_short = range.check == CardCheck::Loose && length >= 14;
    (length >= shortest || may_be_short)
        && length <= usize::from(range.longest)
        && (range.check != CardCheck::Kept || luhn_holds(digits))
}

/// Finds a card that goes on after these digits, if there is one.
fn longer_card(digits: &str, ranges: &[CardRange]) -> Option<String> {
    let lengths = (digits.len() + 1).max(12)..=19;
    let tails = (lengths).flat_map(|length| (0..10).map(move |last| (length - 1, last)));
    tails
        .map(|(length, last)| format!("{digits:1<length$}{last}"))
        .find(|whole| is_card(whole, ranges))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Whatever the table, a beginning of a number is `incomplete` if and only
    /// if a number of the table begins like it; whole numbers go by their row.
    #[test]
    fn beginnings_of_mobiles_are_exact(seed: u64) {
        let mut random = Random(seed);
        let table = segments(&mut random);
        let policy = with_tables(&mut random, table.clone(), Vec::new());
        let status = |value: &str| policy.tables().check(FieldKind::CnMobile, value, today()).status;
        let ends: Vec<u32> = table.iter().flat_map(|row| [row.first.into(), row.last.into()]).collect();
        let begins: Vec<(String, SegmentUse)> = table
            .iter()
            .flat_map(|row| (row.first..=row.last).map(|five| (five.to_string(), row.used_by)))
            .collect();
        for _ in 0..4 {
            let whole = near(&mut random, &ends, 11);
            let country = random.pick(&["", "86", "+86", "0086"]);
            for upto in 0..=11 {
                let typed = &whole[..upto];
                let reached = begins
                    .iter()
                    .find(|(five, _)| five.starts_with(typed) || typed.starts_with(five));
                let expected = match reached {
                    None => Status::Invalid,
                    Some(_) if upto < 11 => Status::Incomplete,
                    Some((_, SegmentUse::People)) => Status::Ok,
                    Some(_) => Status::Warn,
                };
                prop_assert_eq!(status(&format!("{country}{typed}")), expected, "{} in {:?}", typed, table);
                if let Some((five, _)) = reached {
                    let longer = if five.len() > typed.len() { five } else { typed };
                    let completed = status(&format!("{longer:0<11}"));
                    prop_assert!(matches!(completed, Status::Ok | Status::Warn), "{}", longer);
                }
            }
        }
    }

    /// Whatever the table, a beginning of a card is `incomplete` if and only if
    /// a card goes on like it and it is none itself.
    #[test]
    fn beginnings_of_cards_are_exact(seed: u64) {
        let mut random = Random(seed);
        let table = cards(&mut random);
        let policy = with_tables(&mut random, Vec::new(), table.clone());
        let status = |value: &str| policy.tables().check(FieldKind::Bankcard, value, today()).status;
        let ends: Vec<u32> = table.iter().flat_map(|row| [row.first, row.last]).collect();
        for _ in 0..4 {
            let digits = near(&mut random, &ends, 20);
            for upto in 0..=20 {
                let typed = &digits[..upto];
                let longer = longer_card(typed, &table);
                let found = status(typed);
                if upto >= 6 && is_card(typed, &table) {
                    prop_assert!(matches!(found, Status::Ok | Status::Warn), "{} in {:?}", typed, table);
                } else {
                    let expected = if longer.is_some() { Status::Incomplete } else { Status::Invalid };
                    prop_assert_eq!(found, expected, "{} in {:?}", typed, table);
                }
                if let Some(longer) = longer {
                    prop_assert!(matches!(status(&longer), Status::Ok | Status::Warn), "{}", longer);
                }
            }
        }
    }
}
