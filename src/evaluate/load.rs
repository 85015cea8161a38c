//! All facts onto a board at once.

use super::Range;
use super::board::{Board, Choice, classes};
use super::tally::Tally;
use crate::facts::{FactState, Facts};

impl Board<'_> {
    /// Sets every fact.
    pub(crate) fn load(&mut self, facts: &Facts) {
        let plan = self.plan;
        self.must.fill(0);
        let mut points = 0;
        for (reader, choice) in plan.index.readers.iter().zip(&mut self.choices) {
            let FactState::Known(value) = *facts.state(reader.fact) else {
                return self.load_open(facts);
            };
            let lane = plan.index.lane(reader, value);
            *choice = Choice::Class(lane.class());
            points += lane.points();
            if let Some(must) = self.must.get_mut(reader.word as usize) {
                *must |= lane.bits;
            }
        }
        self.can.copy_from_slice(&self.must);
        self.tally = self.nothing();
        self.tally.add(&Tally::known(points));
        if plan.is_long {
            (0..plan.facts.len()).for_each(|at| self.add_words(at));
        }
    }

    /// Sets every fact, where some are open.
    fn load_open(&mut self, facts: &Facts) {
        let plan = self.plan;
        let index = &plan.index;
        let mut order = std::mem::take(&mut self.order);
        // Nobody can foresee which facts are known: those that are come first,
        // the others last, and no branch depends on it.
        let (mut known, mut open) = (0, order.len());
        for (at, reader) in (0..).zip(&index.readers) {
            let is_known = matches!(facts.state(reader.fact), FactState::Known(_));
            order[known] = at;
            order[open - 1] = at;
            known += usize::from(is_known);
            open -= usize::from(!is_known);
        }
        self.can.fill(0);
        self.must.fill(0);
        let mut points = 0;
        for at in order[..known].iter().copied().map(usize::from) {
            let reader = &index.readers[at];
            if let FactState::Known(value) = *facts.state(reader.fact) {
                let lane = index.lane(reader, value);
                self.choices[at] = Choice::Class(lane.class());
                points += lane.points();
                self.hold(reader.word, lane.bits, lane.bits);
            }
        }
        self.tally = self.nothing();
        self.tally.add(&Tally::known(points));
        for at in order[known..].iter().copied().map(usize::from) {
            let blank = &index.blanks[at];
            match *facts.state(index.readers[at].fact) {
                FactState::Unknown if !blank.is_settled => {
                    self.choices[at] = Choice::Open;
                    self.tally.add(&blank.tally);
                    self.hold(index.readers[at].word, blank.can, blank.must);
                }
                state => self.add(at, self.choice_of(at, state)),
            }
        }
        if plan.is_long {
            (0..plan.facts.len()).for_each(|at| self.add_words(at));
        }
        self.order = order;
    }

    /// What literals of a word can hold, and which must.
    #[inline]
    fn hold(&mut self, word: u32, can: u64, must: u64) {
        let word = word as usize;
        if let (Some(all_can), Some(all_must)) = (self.can.get_mut(word), self.must.get_mut(word)) {
            *all_can |= can;
            *all_must |= must;
        }
    }

    /// Adds the literals of a fact that hold or can hold.
    pub(super) fn add_words(&mut self, at: usize) {
        let fact = &self.plan.facts[at];
        for word in 0..fact.words {
            let (mut can, mut must) = (fact.can[word], fact.must[word]);
            match self.choices[at] {
                Choice::Open => {}
                Choice::Class(class) => {
                    can = fact.rows[usize::from(class) * fact.words + word];
                    must = can;
                }
                choice @ Choice::Part(..) => {
                    (can, must) = (0, fact.mask[word]);
                    for class in classes(fact, choice) {
                        let bits = fact.rows[class * fact.words + word];
                        can |= bits;
                        must &= bits;
                    }
                }
            }
            self.can[fact.first_word + word] |= can;
            self.must[fact.first_word + word] |= must;
        }
    }

    /// What no fact gives.
    pub(super) fn nothing(&self) -> Tally {
        let Some(card) = &self.scenario.scorecard else {
            return Tally::default();
        };
        let base = i64::from(card.base);
        let sum = Range {
            min: base + card.hidden.0,
            max: base + card.hidden.1,
        };
        Tally {
            sum,
            clean: sum,
            ..Tally::default()
        }
    }
}
