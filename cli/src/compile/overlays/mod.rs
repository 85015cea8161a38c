//! Overlays: what of a policy is otherwise in some regions, or on some days.
//!
//! ```toml
//! from   = 2026-12-01                  # optional, and so is `until`, the last day
//! region = { fact = "region", codes = ["guangdong", "fujian"] }   # optional
//! off    = ["rule-of-the-policy"]
//!
//! [constants]
//! minimum_income = "5000.00"
//!
//! [limits.activation]
//! at_most = "10000.00"
//!
//! [[rules]]
//! scenario = "activation"
//! # id, when, effect, reason as in a scenario
//! ```
//!
//! Nothing of it is left for the engine to decide. Where a comparison names a
//! constant, it becomes a choice between comparisons; a rule is joined with
//! the condition of the overlay; a table of limits is cut by region and day.
//! What bounds, searches, compares or proves something about a policy sees
//! ordinary rules on ordinary facts.

mod changes;
mod limits;
mod read;

pub(super) use changes::Changes;
pub(super) use limits::capped;
pub(super) use read::read;

use precheck::units::Date;
use precheck::{FactId, FactState, Op, Test};

use super::diagnostic::Problems;
use super::facts::Symbols;
use super::places::Spot;

/// An overlay as the rest of the compiler sees it.
pub(super) struct Overlay {
    pub(super) name: String,
    /// When it applies; has a step unless there is a problem.
    pub(super) when: Vec<Op>,
    /// The fact that tells the region, and where it is named.
    pub(super) region: Option<(FactId, Spot)>,
    /// The codes of that fact that it applies for, rising.
    codes: Vec<i64>,
    /// The first and the last day on which it applies.
    days: (Date, Date),
    /// Constants with other values, and where that is said.
    values: Vec<(u16, i64, Spot)>,
}

/// What a comparison is made with: a value, and others in overlays, of which
/// the last that applies holds.
pub(super) struct Given {
    pub(super) value: i64,
    pub(super) others: Vec<(usize, i64)>,
}

impl Given {
    pub(super) fn one(value: i64) -> Given {
        let others = Vec::new();
        Given { value, others }
    }
}

impl Overlay {
    /// Whether it and another never apply together.
    fn is_apart(&self, other: &Overlay) -> bool {
        let facts = [self, other].map(|one| one.region.as_ref().map(|(fact, _)| *fact));
        let shares = |code: &i64| other.codes.contains(code);
        let regions = facts[0].is_some() && facts[0] == facts[1] && !self.codes.iter().any(shares);
        regions || self.days.1 < other.days.0 || other.days.1 < self.days.0
    }

    /// Whether it applies where the region or the day is in a state.
    pub(super) fn allows(&self, fact: FactId, state: FactState) -> bool {
        self.when.iter().all(|op| match (op, state) {
            (Op::Atom(of, _), _) if *of != fact => true,
            (Op::Atom(_, Test::OneOf(codes)), FactState::Known(value)) => codes.contains(&value),
            (Op::Atom(_, Test::AtLeast(from)), FactState::Known(value)) => value >= *from,
            (Op::Atom(_, Test::AtMost(until)), FactState::Known(value)) => value <= *until,
            (Op::Atom(..), _) => false,
            _ => true,
        })
    }

    /// Where the states of a fact begin that it tells apart.
    pub(super) fn cuts(&self, fact: FactId) -> Vec<i64> {
        let own = self.when.iter().filter_map(|op| match op {
            Op::Atom(of, test) if *of == fact => Some(test),
            _ => None,
        });
        own.flat_map(|test| match test {
            Test::AtLeast(from) => vec![*from],
            Test::AtMost(until) => vec![until + 1],
            Test::OneOf(codes) => codes.iter().flat_map(|code| [*code, code + 1]).collect(),
            Test::Missing | Test::Special(_) => Vec::new(),
        })
        .collect()
    }

    /// The facts by which it applies.
    pub(super) fn facts(&self) -> Vec<FactId> {
        let mut facts: Vec<FactId> = Vec::new();
        for op in &self.when {
            if let Op::Atom(fact, _) = op
                && !facts.contains(fact)
            {
                facts.push(*fact);
            }
        }
        facts
    }
}

impl Symbols {
    /// What a condition compares with when it names a constant; `inside` is the
    /// overlay whose rule the condition belongs to.
    pub(super) fn given(&self, constant: u16, inside: Option<usize>) -> Given {
        let mut given = Given::one(self.constant(constant).value);
        let own = inside.and_then(|own| self.overlays.get(own));
        for (index, overlay) in self.overlays.iter().enumerate() {
            let mut values = overlay.values.iter();
            let Some((_, value, _)) = values.find(|(of, ..)| *of == constant) else {
                continue;
            };
            self.used.borrow_mut().insert((index, constant));
            if inside == Some(index) {
                given = Given::one(*value);
            } else if !own.is_some_and(|own| own.is_apart(overlay)) && !overlay.when.is_empty() {
                given.others.push((index, *value));
            }
        }
        given
    }

    /// The values of a constant in overlays, for texts.
    fn overlaid(&self, constant: u16) -> Vec<(u16, i64)> {
        let overlays = (0..).zip(&self.overlays);
        let values = overlays.flat_map(|(index, overlay)| {
            let own = overlay.values.iter().filter(|(of, ..)| *of == constant);
            own.map(move |(_, value, _)| (index, *value))
        });
        values.collect()
    }

    /// Reports values that no condition asks for: they would change nothing.
    pub(super) fn report_unused_values(&self, problems: &Problems<'_>) {
        let used = self.used.borrow();
        for (index, overlay) in self.overlays.iter().enumerate() {
            for (constant, _, place) in &overlay.values {
                if !used.contains(&(index, *constant)) {
                    let name = &self.constant(*constant).name;
                    let message = format!("no condition names `{name}`, so this changes nothing");
                    problems.report(place.place(), "overlay-unused", message, "remove it");
                }
            }
        }
    }

    /// The overlays as they are shipped.
    pub(super) fn shipped(&self) -> Vec<precheck::Overlay> {
        let overlays = self.overlays.iter().map(|one| precheck::Overlay {
            name: one.name.clone(),
            when: one.when.clone(),
        });
        overlays.collect()
    }
}

/// The steps of a comparison with the value that applies.
///
/// The engine does not see that the parts of a choice exclude each other. Where
/// one value asks for more than the other, as thresholds do, the choice is
/// written so that what both have in common needs no overlay to hold: the
/// verdict is then as sharp with the region unknown as it can be.
pub(super) fn choice(
    symbols: &Symbols,
    fact: FactId,
    given: &Given,
    tests: impl Fn(i64) -> Vec<Test>,
) -> Vec<Op> {
    let steps = |tests: &[Test]| -> Vec<Op> {
        let atoms = tests.iter().map(|test| Op::Atom(fact, test.clone()));
        let any = (tests.len() > 1).then_some(Op::Any(2));
        atoms.chain(any).collect()
    };
    let first = tests(given.value);
    let mut all = steps(&first);
    let mut before = vec![first];
    for (overlay, value) in &given.others {
        let when = &symbols.overlays[*overlay].when;
        let new = tests(*value);
        let own = steps(&new);
        if before.iter().all(|old| *old == new) {
            continue;
        }
        if before.iter().all(|old| is_within(old, &new)) {
            all.extend(own);
            all.extend(when.iter().cloned());
            all.extend([Op::All(2), Op::Any(2)]);
        } else if before.iter().all(|old| is_within(&new, old)) {
            all.extend(when.iter().cloned());
            all.extend([Op::Not, Op::All(2)]);
            all.extend(own);
            all.push(Op::Any(2));
        } else {
            all.extend(when.iter().cloned());
            all.extend([Op::Not, Op::All(2)]);
            all.extend(own);
            all.extend(when.iter().cloned());
            all.extend([Op::All(2), Op::Any(2)]);
        }
        before.push(new);
    }
    all
}

/// Whether what passes one threshold passes another too.
fn is_within(one: &[Test], other: &[Test]) -> bool {
    match (one, other) {
        ([Test::AtMost(one)], [Test::AtMost(other)]) => one <= other,
        ([Test::AtLeast(one)], [Test::AtLeast(other)]) => one >= other,
        _ => one == other,
    }
}
