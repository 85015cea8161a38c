//! How each row of a log stands to the one before it.
//!
//! A row whose hash fits its content and its place is *genuine*. One whose hash
//! fits another place was moved there: because two rows changed places, or
//! because a row before it was taken out or put in and the rest renumbered.
//! One whose hash fits no place was altered.

use std::collections::BTreeMap;

use super::row::{Hash, link};
use super::verify::{BEFORE, MOST_FINDINGS};
use crate::store::chain::LogRow;

/// How far from its place a row is looked for besides behind the row that it
/// was chained to.
const REACH: i64 = 64;
/// How many hashes are remembered for finding that row.
const REMEMBERED: usize = 1 << 20;

/// Something that was done to a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What, stable: `row-altered`, `row-missing`, `row-inserted`, `row-moved`,
    /// `tail-cut`, `chain-rewritten`, `head-forged`, `checkpoint-forged`,
    /// `checkpoint-missing`, `signer-other`, `seal-broken`,
    /// `person-key-missing` or `erasure-undone`.
    pub code: &'static str,
    /// The first row, where it is about rows.
    pub from: Option<i64>,
    /// The last row.
    pub until: Option<i64>,
    /// In words.
    pub text: String,
}

/// What of a row is looked at.
#[derive(Debug, Clone, Copy)]
struct Stood {
    sequence: i64,
    previous: Option<Hash>,
    hash: Option<Hash>,
    /// The place that the hash fits; `None` where it fits none.
    genuine: Option<i64>,
}

/// Walks through a log, row by row.
pub(super) struct Walk {
    chain: [u8; 16],
    pub(super) findings: Vec<Finding>,
    /// The row that waits for its successor, which tells how it came to stand there.
    waiting: Option<Stood>,
    last: Option<Stood>,
    /// By how much places are off since rows were taken out or put in.
    shift: i64,
    /// Whether something was found about the last row.
    is_marked: bool,
    /// Places by hash, for finding where a row came from.
    places: BTreeMap<Hash, i64>,
}

impl Walk {
    pub(super) fn new(chain: [u8; 16]) -> Walk {
        Walk {
            chain,
            findings: Vec::new(),
            waiting: None,
            last: None,
            shift: 0,
            is_marked: false,
            places: BTreeMap::from([(BEFORE, 0)]),
        }
    }

    pub(super) fn find(
        &mut self,
        code: &'static str,
        place: Option<(i64, i64)>,
        text: impl Into<String>,
    ) {
        self.findings.push(Finding {
            code,
            from: place.map(|(from, _)| from),
            until: place.map(|(_, until)| until),
            text: text.into(),
        });
    }

    /// Tells once that the end is gone, as far as anything knows of it.
    pub(super) fn find_tail(&mut self, from: i64, until: i64, text: String) {
        let mut found = self.findings.iter_mut();
        match found.find(|finding| finding.code == "tail-cut") {
            Some(finding) => finding.until = finding.until.max(Some(until)),
            None => self.find("tail-cut", Some((from, until)), text),
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.findings.len() >= MOST_FINDINGS
    }

    pub(super) fn is_shifted(&self) -> bool {
        self.shift != 0
    }

    pub(super) fn last_sequence(&self) -> i64 {
        self.last.map_or(0, |row| row.sequence)
    }

    pub(super) fn last_hash(&self) -> Hash {
        self.last.map_or(BEFORE, |row| row.hash.unwrap_or(BEFORE))
    }

    /// Takes the next row.
    pub(super) fn step(&mut self, row: &LogRow) {
        let previous = row.previous.as_slice().try_into().ok();
        let hash: Option<Hash> = row.hash.as_slice().try_into().ok();
        let mut stood = Stood {
            sequence: row.sequence,
            previous,
            hash,
            genuine: None,
        };
        if let (Some(previous), Some(hash)) = (previous, hash) {
            let digest = row.body.digest();
            let fits = |at: &i64| link(&self.chain, *at, &previous, &digest) == hash;
            let near = |by: i64| row.sequence.checked_add(by);
            let chained = self.places.get(&previous).map(|place| place + 1);
            // Where it stands, behind the row that it names, then nearby.
            stood.genuine = Some(row.sequence)
                .filter(fits)
                .or_else(|| chained.filter(fits))
                .or_else(|| (-REACH..=REACH).filter_map(near).find(fits));
            if self.places.len() < REMEMBERED {
                let place = stood.genuine.unwrap_or(row.sequence);
                self.places.entry(hash).or_insert(place);
            }
        }
        if let Some(waiting) = self.waiting.replace(stood) {
            self.judge(waiting, Some(&stood));
        }
    }

    /// There are no more rows.
    pub(super) fn end(&mut self) {
        if let Some(waiting) = self.waiting.take() {
            self.judge(waiting, None);
        }
    }

    fn judge(&mut self, row: Stood, next: Option<&Stood>) {
        let before = self.findings.len();
        let follows = row.previous == Some(self.last_hash());
        let expected = self.last_sequence().saturating_add(1);
        let was_marked = self.is_marked;
        match row.genuine {
            None => self.find(
                "row-altered",
                Some((row.sequence, row.sequence)),
                "the row is not what was chained",
            ),
            Some(place) if place == row.sequence => {
                self.shift = 0;
                if row.sequence > expected {
                    let gone = (expected, row.sequence.saturating_sub(1));
                    self.find("row-missing", Some(gone), "rows were taken out");
                } else if row.sequence < expected {
                    let place = Some((row.sequence, row.sequence));
                    self.find("row-inserted", place, "the row stands before the first one");
                } else if !follows && !was_marked {
                    let altered = (expected.saturating_sub(1), expected.saturating_sub(1));
                    let text =
                        "the row was altered and hashed again: the next one was chained to another";
                    self.find("row-altered", Some(altered), text);
                }
            }
            Some(place) => self.moved(row, place, follows, next),
        }
        self.is_marked = self.findings.len() > before;
        self.last = Some(row);
    }

    /// A row that belongs to another place.
    fn moved(&mut self, row: Stood, place: i64, follows: bool, next: Option<&Stood>) {
        let shift = row.sequence.saturating_sub(place);
        if shift == self.shift && follows {
            return;
        }
        let next_shift = next.map(|next| next.genuine.map(|at| next.sequence.saturating_sub(at)));
        let rest_is_shifted = next_shift.is_none_or(|next| next == Some(shift));
        let change = shift.saturating_sub(self.shift);
        if !rest_is_shifted || change == 0 {
            let text = format!("the row with the content of {place} stands here");
            self.find("row-moved", Some((row.sequence, row.sequence)), text);
            return;
        }
        self.shift = shift;
        if change > 0 {
            let first = row.sequence.saturating_sub(change);
            // What was put in may have been seen as altered.
            let is_it = |finding: &Finding| {
                finding.code == "row-altered" && finding.from.is_some_and(|from| from >= first)
            };
            self.findings.retain(|finding| !is_it(finding));
            let put_in = (first, row.sequence.saturating_sub(1));
            let text = "rows were put in, and the later ones renumbered";
            self.find("row-inserted", Some(put_in), text);
        } else {
            let gone = (place.saturating_add(change), place.saturating_sub(1));
            let text = "rows were taken out, and the later ones renumbered";
            self.find("row-missing", Some(gone), text);
        }
    }
}
