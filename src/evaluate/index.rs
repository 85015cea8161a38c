//! From a value to what it gives: one load and one comparison.
//!
//! The values of a fact are cut into slots of equal width, a power of two, so
//! narrow that at most one stretch begins inside of a slot: a slot says where,
//! and what the values before and from there give. What lies beyond the last
//! start falls into the last slot. Where that makes too many slots, there is
//! one for each stretch, and it is searched for.

use std::hint::select_unpredictable;

use super::plan::FactPlan;
use super::tally::Tally;
use crate::policy::FactId;

/// More slots than this are not worth their memory.
const MOST_SLOTS: u64 = 256;

/// The width of slots that are searched: no power of two.
const SEARCHED: u8 = 64;

/// What a value gives.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lane {
    /// The first word of its row.
    pub(super) bits: u64,
    /// Its points and, in the lower 16 bits, its class.
    both: i64,
}

impl Lane {
    fn of(fact: &FactPlan, stretch: usize) -> Lane {
        let class = fact.class_of[stretch.min(fact.starts.len() - 1)];
        let row = usize::from(class) * fact.words;
        Lane {
            bits: fact.rows.get(row).copied().unwrap_or(0),
            // Points are sums of 32 bits each, and far fewer than 65 536.
            both: fact.classes[usize::from(class)].points << 16 | i64::from(class),
        }
    }

    #[inline]
    pub(super) fn points(self) -> i64 {
        self.both >> 16
    }

    #[inline]
    pub(super) fn class(self) -> u16 {
        self.both as u16
    }
}

#[derive(Debug, Clone, Copy)]
struct Slot {
    /// The last value of the stretch that the slot begins in.
    upto: i64,
    /// What values up to there give, and what the others do.
    lanes: [Lane; 2],
}

/// Where to look the values of a fact up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader {
    /// The first value.
    min: i64,
    /// The first slot, and how many come after it.
    slot: u32,
    more: u32,
    pub(super) fact: FactId,
    /// Where its literals begin, in words.
    pub(super) word: u32,
    /// The width of a slot, as a power of two, or [`SEARCHED`].
    shift: u8,
}

/// What a fact comes to while nothing is known of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Blank {
    pub(super) tally: Tally,
    /// Which literals of its first word can hold, and which must.
    pub(super) can: u64,
    pub(super) must: u64,
    /// Whether one class is all that there is.
    pub(super) is_settled: bool,
}

/// How the values of all facts of a plan are looked up.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    pub(super) readers: Vec<Reader>,
    /// The same facts while nothing is known of them.
    pub(super) blanks: Vec<Blank>,
    slots: Vec<Slot>,
}

impl Index {
    /// Takes in the next fact.
    pub(super) fn add(&mut self, fact: &FactPlan) {
        self.blanks.push(Blank {
            tally: fact.blank,
            can: fact.can.first().copied().unwrap_or(0),
            must: fact.must.first().copied().unwrap_or(0),
            is_settled: fact.classes.len() == 1,
        });
        let starts = &fact.starts;
        let (min, end) = (starts[0], starts[starts.len() - 1]);
        let width = width(starts);
        let more = width.map_or(starts.len() as u64 - 1, |width| offset(end, min) >> width);
        self.readers.push(Reader {
            min,
            slot: self.slots.len() as u32,
            more: more as u32,
            fact: fact.fact,
            word: fact.first_word as u32,
            shift: width.unwrap_or(SEARCHED),
        });
        self.slots.reserve(more as usize + 1);
        for slot in 0..=more {
            let first = |width| min.wrapping_add((slot << width) as i64);
            let stretch = width.map_or(slot as usize, |width| fact.stretch(first(width)));
            self.slots.push(Slot {
                upto: starts.get(stretch + 1).map_or(i64::MAX, |next| next - 1),
                lanes: [Lane::of(fact, stretch), Lane::of(fact, stretch + 1)],
            });
        }
    }

    /// What a value gives; one outside the domain counts as its end.
    // An evaluation is little else: a call, or a branch that is foreseen one
    // time in two, would be a third of it.
    #[inline(always)]
    pub(super) fn lane(&self, reader: &Reader, value: i64) -> Lane {
        let slot = if reader.more == 0 {
            0
        } else if reader.shift < SEARCHED {
            let slot = offset(value.max(reader.min), reader.min) >> reader.shift;
            let more = u64::from(reader.more);
            select_unpredictable(slot < more, slot, more) as usize
        } else {
            self.search(reader, value)
        };
        let slot = &self.slots[reader.slot as usize + slot];
        slot.lanes[usize::from(value > slot.upto)]
    }

    #[cold]
    fn search(&self, reader: &Reader, value: i64) -> usize {
        let own = &self.slots[reader.slot as usize..][..=reader.more as usize];
        own.partition_point(|slot| slot.upto < value)
    }
}

/// How far a value lies above another, which is not greater.
fn offset(value: i64, min: i64) -> u64 {
    value.wrapping_sub(min) as u64
}

/// The widest slots in which at most one stretch begins, as a power of two;
/// `None` where that makes too many of them.
fn width(starts: &[i64]) -> Option<u8> {
    let min = *starts.first()?;
    let last = offset(*starts.last()?, min);
    let fits = |shift: &u8| {
        let mut before = None;
        last >> shift < MOST_SLOTS
            && starts.iter().map(|start| offset(*start, min)).all(|start| {
                let slot = start >> shift;
                let is_inside = start != slot << shift;
                let is_first = !is_inside || before != Some(slot);
                if is_inside {
                    before = Some(slot);
                }
                is_first
            })
    };
    // The second and the third lie inside of a slot that is as wide as this.
    let too_wide = |third: &i64| 64 - offset(*third, min).leading_zeros() as u8;
    let end = starts.get(2).map_or(64, too_wide);
    (0..end).rev().find(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_as_wide_as_the_stretches_allow() {
        for (starts, expected, why) in [
            (&[5][..], Some(63), "one stretch"),
            (&[0, 1], Some(63), "one start inside of the only slot"),
            (&[0, 1, 2], Some(1), "the third begins a slot"),
            (&[0, 1, 2, 3], Some(1), "every other start is inside"),
            (&[0, 18, 22, 26, 32, 45, 61], Some(2), "ages"),
            (&[-5, 251], Some(63), "below zero"),
            (&[0, 1_000_001, 1_000_002, 1_000_003], None, "far and close"),
            (&[i64::MIN, 0, i64::MAX], Some(63), "the widest domain"),
        ] {
            assert_eq!(width(starts), expected, "{starts:?}: {why}");
        }
    }
}
