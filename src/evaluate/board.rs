//! One application on a plan: which literals can hold, which must, and the
//! range of the score, kept up to date as facts are set.

use super::clause::value;
use super::plan::{Clause, FactPlan, Plan};
use super::{Checks, DecisionSet, Range, Truth, bands};
use crate::facts::{FactState, Facts};
use crate::policy::{Decision, FactDef, Scenario};

/// What a fact of the plan can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Choice {
    /// Anything.
    Open,
    /// A value in one of these stretches, the first and the last.
    Part(u16, u16),
    /// One class.
    Class(u16),
}

#[derive(Debug, Clone)]
pub(crate) struct Board<'p> {
    pub(crate) scenario: &'p Scenario,
    pub(crate) plan: &'p Plan,
    pub(crate) defs: &'p [FactDef],
    choices: Vec<Choice>,
    can: Vec<u64>,
    must: Vec<u64>,
    /// The score, with all that is open as a range.
    sum: Range,
    /// How many facts are open, how many of these have no class that is as good
    /// as any, and how many none that is as bad.
    open: [usize; 3],
}

impl<'p> Board<'p> {
    /// Nothing known.
    pub(crate) fn new(scenario: &'p Scenario, plan: &'p Plan, defs: &'p [FactDef]) -> Board<'p> {
        let mut board = Board {
            scenario,
            plan,
            defs,
            choices: vec![Choice::Open; plan.facts.len()],
            can: vec![0; plan.words],
            must: vec![0; plan.words],
            sum: Range { min: 0, max: 0 },
            open: [0; 3],
        };
        board.fill(|_, _| Choice::Open);
        board
    }

    /// Sets every fact.
    pub(crate) fn load(&mut self, facts: &Facts) {
        self.fill(|board, at| board.choice_of(at, facts.get(board.plan.facts[at].fact)));
    }

    fn fill(&mut self, choice: impl Fn(&Board<'p>, usize) -> Choice) {
        self.can.fill(0);
        self.must.fill(0);
        self.open = [0; 3];
        self.sum = self
            .scenario
            .scorecard
            .as_ref()
            .map_or(Range { min: 0, max: 0 }, |card| Range {
                min: i64::from(card.base) + i64::from(card.hidden.0),
                max: i64::from(card.base) + i64::from(card.hidden.1),
            });
        for at in 0..self.plan.facts.len() {
            let choice = choice(self, at);
            self.add(at, choice);
        }
    }

    pub(crate) fn choice(&self, at: usize) -> Choice {
        self.choices[at]
    }

    pub(crate) fn is_open(&self, at: usize) -> bool {
        !matches!(self.choices[at], Choice::Class(_))
    }

    /// Whether nothing is open but what the projection hides.
    pub(super) fn is_known(&self) -> bool {
        self.open[0] == 0
    }

    /// What a state means for a fact of the plan.
    #[inline]
    pub(crate) fn choice_of(&self, at: usize, state: FactState) -> Choice {
        let fact = &self.plan.facts[at];
        let (low, high) = match state {
            FactState::Unknown if fact.classes.len() > 1 => return Choice::Open,
            FactState::Known(value) => return Choice::Class(fact.class_of[fact.stretch(value)]),
            FactState::Between(low, high) => (fact.stretch(low), fact.stretch(high)),
            state => {
                return Choice::Class(
                    fact.class_of[fact.place(state, &self.defs[usize::from(fact.fact)])],
                );
            }
        };
        let first = fact.class_of[low];
        let is_one = fact.class_of[low..=high]
            .iter()
            .all(|class| *class == first);
        if is_one {
            Choice::Class(first)
        } else {
            Choice::Part(low as u16, high as u16)
        }
    }

    /// Sets a fact of the plan; what it was before no longer counts.
    pub(crate) fn set(&mut self, at: usize, choice: Choice) {
        let fact = &self.plan.facts[at];
        let old = self.choices[at];
        let (least, most) = points(fact, old);
        self.sum.min -= least;
        self.sum.max -= most;
        for (open, is_counted) in self.open.iter_mut().zip(counts(fact, old)) {
            *open -= usize::from(is_counted);
        }
        for (word, mask) in fact.mask.iter().enumerate() {
            self.can[fact.first_word + word] &= !mask;
            self.must[fact.first_word + word] &= !mask;
        }
        self.add(at, choice);
    }

    /// Adds what a fact gives to what the others give.
    #[inline]
    fn add(&mut self, at: usize, choice: Choice) {
        let fact = &self.plan.facts[at];
        self.choices[at] = choice;
        if let Choice::Class(class) = choice {
            let class = usize::from(class);
            self.sum.min += fact.classes[class].points;
            self.sum.max += fact.classes[class].points;
            for word in 0..fact.words {
                let bits = fact.rows[class * fact.words + word];
                self.can[fact.first_word + word] |= bits;
                self.must[fact.first_word + word] |= bits;
            }
            return;
        }
        let (least, most) = points(fact, choice);
        self.sum.min += least;
        self.sum.max += most;
        for (open, is_counted) in self.open.iter_mut().zip(counts(fact, choice)) {
            *open += usize::from(is_counted);
        }
        for word in 0..fact.words {
            let (mut can, mut must) = (fact.can[word], fact.must[word]);
            if let Choice::Part(..) = choice {
                (can, must) = (0, fact.mask[word]);
                for class in classes(fact, choice) {
                    let bits = fact.rows[class * fact.words + word];
                    can |= bits;
                    must &= bits;
                }
            }
            self.can[fact.first_word + word] |= can;
            self.must[fact.first_word + word] |= must;
        }
    }

    /// Whether a condition holds.
    pub(super) fn truth(&self, clause: Clause) -> Truth {
        value(self.plan.steps(clause), &self.can, &self.must)
    }

    /// Whether no application is like this, or whether that is not settled.
    pub(super) fn barred(&self) -> Truth {
        let bars = self.plan.bars.iter();
        bars.map(|bar| self.truth(*bar))
            .max()
            .unwrap_or(Truth::False)
    }

    /// The range of the score, each open fact bounded by itself.
    pub(crate) fn score(&self) -> Range {
        self.sum
    }

    /// The same with all that only the server knows left open.
    pub(super) fn shown_score(&self) -> Range {
        let mut range = self.score();
        for (fact, choice) in self.plan.facts.iter().zip(&self.choices) {
            if fact.is_server {
                let (least, most) = points(fact, *choice);
                range.min += fact.points.0 - least;
                range.max += fact.points.1 - most;
            }
        }
        range
    }

    /// The decisions that the score can give.
    fn by_score(&self) -> DecisionSet {
        match &self.scenario.scorecard {
            Some(card) => bands(card, self.score()),
            None => DecisionSet::only(Decision::Approve),
        }
    }

    /// A superset of the reachable decisions, without search.
    pub(crate) fn bound(&self, checks: Checks) -> DecisionSet {
        let plan = self.plan;
        let mut certain = Decision::Approve;
        let mut possible = DecisionSet::EMPTY;
        let whole = match checks {
            Checks::MayFind => &plan.whole,
            Checks::FindNothing => &plan.whole_public,
        };
        for effect in Decision::ALL {
            let from = effect as usize * plan.words;
            let (mut must, mut can) = (0, 0);
            for word in 0..plan.words {
                must |= self.must[word] & plan.whole[from + word];
                can |= self.can[word] & whole[from + word];
            }
            if must != 0 {
                certain = effect;
            }
            if can != 0 {
                possible.insert(effect);
            }
        }
        for at in &plan.long {
            let rule = &plan.rules[usize::from(*at)];
            match self.truth(rule.clause) {
                Truth::True => certain = certain.max(rule.effect),
                Truth::Unknown if rule.is_check && checks == Checks::FindNothing => {}
                Truth::Unknown => possible.insert(rule.effect),
                Truth::False => {}
            }
        }
        let mut set = DecisionSet::EMPTY;
        for band in self.by_score().iter() {
            let floor = band.max(certain);
            set.insert(floor);
            // Whichever of the open rules fire, the most severe of them decides.
            for effect in possible.iter() {
                set.insert(floor.max(effect));
            }
        }
        set
    }

    /// Whether a rule stands against approval for certain.
    pub(super) fn refuses(&self) -> bool {
        let plan = self.plan;
        let stops = |effect: Decision| {
            let whole = &plan.whole[effect as usize * plan.words..][..plan.words];
            self.must
                .iter()
                .zip(whole)
                .any(|(must, whole)| must & whole != 0)
        };
        let is_long = |at: &u16| {
            let rule = &plan.rules[usize::from(*at)];
            rule.effect != Decision::Approve && self.truth(rule.clause) == Truth::True
        };
        Decision::ALL[1..].iter().any(|effect| stops(*effect)) || plan.long.iter().any(is_long)
    }

    /// Whether no open fact is tied to others, so that bounds taken fact by
    /// fact are exact.
    pub(super) fn is_free(&self) -> bool {
        let places = self.plan.facts.iter().enumerate();
        self.is_known()
            || !places
                .into_iter()
                .any(|(at, fact)| fact.is_tied && self.is_open(at))
    }

    /// Those members of a bound that are reached without a search: where each
    /// open fact has a class that is as good as any, the mildest; where each
    /// has one that is as bad, the most severe.
    pub(super) fn proved(&self, bound: DecisionSet) -> DecisionSet {
        let mut proved = DecisionSet::EMPTY;
        if self.open[1] == 0 {
            bound.iter().take(1).for_each(|one| proved.insert(one));
        }
        if self.open[2] == 0 {
            bound
                .iter()
                .last()
                .into_iter()
                .for_each(|one| proved.insert(one));
        }
        proved
    }
}

/// The classes that a choice leaves, rising in points.
pub(crate) fn classes(fact: &FactPlan, choice: Choice) -> impl Iterator<Item = usize> + '_ {
    let all = 0..fact.classes.len();
    all.filter(move |class| match choice {
        Choice::Open => true,
        Choice::Class(only) => usize::from(only) == *class,
        Choice::Part(low, high) => {
            let part = &fact.class_of[usize::from(low)..=usize::from(high)];
            part.iter().any(|one| usize::from(*one) == *class)
        }
    })
}

/// The least and the most that a fact adds to the score.
fn points(fact: &FactPlan, choice: Choice) -> (i64, i64) {
    match choice {
        Choice::Open => fact.points,
        Choice::Class(class) => {
            let points = fact.classes[usize::from(class)].points;
            (points, points)
        }
        Choice::Part(low, high) => {
            let part = &fact.class_of[usize::from(low)..=usize::from(high)];
            // Classes rise in points.
            let least = part.iter().min().map_or(0, |class| usize::from(*class));
            let most = part.iter().max().map_or(0, |class| usize::from(*class));
            (fact.classes[least].points, fact.classes[most].points)
        }
    }
}

/// As what an open fact counts.
fn counts(fact: &FactPlan, choice: Choice) -> [bool; 3] {
    match choice {
        Choice::Class(_) => [false; 3],
        Choice::Part(..) => [true; 3],
        Choice::Open => [true, !fact.has_best, !fact.has_worst],
    }
}
