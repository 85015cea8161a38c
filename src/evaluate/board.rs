//! One application on a plan: which literals can hold, which must, and the
//! range of the score, kept up to date as facts are set.

use super::clause::{holds, holds_without, value};
use super::index::Lane;
use super::plan::{Cases, Clause, FactPlan, Plan, RulePlan};
use super::tally::Tally;
use super::{Checks, DecisionSet, Range, Truth, bands};
use crate::facts::{FactState, Facts};
use crate::policy::{Decision, FactDef, Policy, Scenario, ScenarioId};

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

/// What rules do.
pub(super) struct Fired {
    /// The most severe effect among those that fire for certain.
    pub(super) certain: Decision,
    /// The effects of all that can fire.
    pub(super) possible: DecisionSet,
    /// Of these, the effects of rules that look at each fact once: where open
    /// facts are free, they fire in some completion.
    pub(super) reached: DecisionSet,
}

#[derive(Debug, Clone)]
pub(crate) struct Board<'p> {
    pub(crate) scenario: &'p Scenario,
    pub(crate) plan: &'p Plan,
    pub(crate) defs: &'p [FactDef],
    pub(super) choices: Vec<Choice>,
    pub(super) can: Vec<u64>,
    pub(super) must: Vec<u64>,
    /// The score, and how much is open.
    pub(super) tally: Tally,
    /// Room for the places of all facts.
    pub(super) order: Vec<u16>,
}

impl<'p> Board<'p> {
    /// Nothing known.
    pub(super) fn new(policy: &'p Policy, scenario: ScenarioId) -> Board<'p> {
        let mut board = Board::blank(policy, scenario);
        board.tally = board.nothing();
        for at in 0..board.plan.facts.len() {
            let choice = board.choice_of(at, FactState::Unknown);
            board.add(at, choice);
        }
        board
    }

    /// These facts, which are of the same policy.
    pub(crate) fn of(policy: &'p Policy, scenario: ScenarioId, facts: &Facts) -> Board<'p> {
        let mut board = Board::blank(policy, scenario);
        board.load(facts);
        board
    }

    fn blank(policy: &'p Policy, scenario: ScenarioId) -> Board<'p> {
        let (scenario, plan) = (policy.scenario(scenario), policy.plan(scenario));
        Board {
            scenario,
            plan,
            defs: &policy.model().facts,
            choices: vec![Choice::Open; plan.facts.len()],
            can: vec![0; plan.words],
            must: vec![0; plan.words],
            tally: Tally::default(),
            order: vec![0; plan.facts.len()],
        }
    }

    /// What a value of a fact of the plan gives.
    #[inline]
    fn lane(&self, at: usize, value: i64) -> Lane {
        let plan = self.plan;
        plan.index.lane(&plan.index.readers[at], value)
    }

    pub(crate) fn choice(&self, at: usize) -> Choice {
        self.choices[at]
    }

    pub(crate) fn is_open(&self, at: usize) -> bool {
        !matches!(self.choices[at], Choice::Class(_))
    }

    /// Part of the facts, such that whatever these choices leave is left.
    pub(crate) fn cover(&self, at: usize, choices: impl Iterator<Item = Choice>) -> Choice {
        let fact = &self.plan.facts[at];
        let stretches = &fact.class_of[..fact.starts.len()];
        let mut all: Option<(Choice, u16, u16)> = None;
        for choice in choices {
            if all.is_some_and(|(first, ..)| first == choice) {
                continue;
            }
            let (low, high) = match choice {
                Choice::Open => return Choice::Open,
                Choice::Part(low, high) => (low, high),
                Choice::Class(class) => {
                    let is_own = |one: &u16| *one == class;
                    let low = stretches.iter().position(is_own);
                    let high = stretches.iter().rposition(is_own);
                    let (Some(low), Some(high)) = (low, high) else {
                        return Choice::Open;
                    };
                    (low as u16, high as u16)
                }
            };
            all = Some(match all {
                None => (choice, low, high),
                Some((_, least, most)) => {
                    let (low, high) = (low.min(least), high.max(most));
                    (Choice::Part(low, high), low, high)
                }
            });
        }
        all.map_or(Choice::Open, |(choice, ..)| choice)
    }

    /// The stretches of a fact that a state leaves, as one number: states that
    /// lie between two of the same number have it too.
    pub(crate) fn stretches(&self, at: usize, state: FactState) -> u32 {
        let fact = &self.plan.facts[at];
        match state {
            FactState::Unknown => u32::MAX,
            FactState::Between(low, high) => {
                (fact.stretch(low) as u32) << 16 | fact.stretch(high) as u32
            }
            state => {
                let place = fact.place(state, &self.defs[usize::from(fact.fact)]) as u32;
                place << 16 | place
            }
        }
    }

    /// The least and the most that a choice for a fact adds to the score.
    pub(crate) fn points_of(&self, at: usize, choice: Choice) -> (i64, i64) {
        points(&self.plan.facts[at], choice)
    }

    /// The score if characteristics by cases gave the most: with what is open
    /// at its worst, and at its best.
    pub(crate) fn reach(&self) -> (i64, i64) {
        let cases: i64 = self.plan.cases.iter().map(|one| one.span.1).sum();
        let sum = self.tally.sum;
        (sum.min + cases, sum.max + cases)
    }

    /// Whether nothing is open but what the projection hides.
    pub(super) fn is_known(&self) -> bool {
        self.tally.open == 0
    }

    /// Whether nothing at all is.
    pub(super) fn is_decided(&self) -> bool {
        self.is_known() && !self.plan.hides
    }

    /// What a state means for a fact of the plan.
    #[inline]
    pub(crate) fn choice_of(&self, at: usize, state: FactState) -> Choice {
        let fact = &self.plan.facts[at];
        let (low, high) = match state {
            FactState::Unknown if fact.classes.len() > 1 => return Choice::Open,
            FactState::Known(value) => return Choice::Class(self.lane(at, value).class()),
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
        self.tally.remove(&tally(fact, self.choices[at]));
        for (word, mask) in fact.mask.iter().enumerate() {
            self.can[fact.first_word + word] &= !mask;
            self.must[fact.first_word + word] &= !mask;
        }
        self.add(at, choice);
    }

    /// Adds what a fact gives to what the others give.
    #[inline]
    pub(super) fn add(&mut self, at: usize, choice: Choice) {
        self.choices[at] = choice;
        self.tally.add(&tally(&self.plan.facts[at], choice));
        self.add_words(at);
    }

    /// Whether a rule of the scenario fires.
    pub(crate) fn fires(&self, rule: usize) -> Truth {
        self.truth(self.plan.rules[rule].clause)
    }

    /// Whether a condition holds.
    pub(super) fn truth(&self, clause: Clause) -> Truth {
        value(self.plan.steps(clause), &self.can, &self.must)
    }

    /// Whether no application is like this, or whether that is not settled.
    pub(crate) fn barred(&self) -> Truth {
        let bars = self.plan.bars.iter();
        bars.map(|bar| self.truth(*bar))
            .max()
            .unwrap_or(Truth::False)
    }

    /// The range of the score, each open fact bounded by itself.
    pub(crate) fn score(&self) -> Range {
        let mut range = self.tally.sum;
        for cases in &self.plan.cases {
            let points = self.cases(cases);
            range.min += points.min;
            range.max += points.max;
        }
        range
    }

    /// The points that the first case that holds gives, each bounded by itself.
    fn cases(&self, cases: &Cases) -> Range {
        let mut range: Option<Range> = None;
        for (clause, points) in &cases.all {
            let truth = self.truth(*clause);
            if truth != Truth::False {
                let own = Range {
                    min: *points,
                    max: *points,
                };
                range = Some(range.map_or(own, |range| range.with(own)));
            }
            if truth == Truth::True {
                break;
            }
        }
        // The last case always holds.
        range.unwrap_or(Range { min: 0, max: 0 })
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
        for cases in self.plan.cases.iter().filter(|cases| cases.is_server) {
            // As the public projection has it, whatever the other facts are.
            let points = self.cases(cases);
            range.min += cases.span.0 - points.min;
            range.max += cases.span.1 - points.max;
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

    /// What the rules do.
    pub(super) fn fired(&self, checks: Checks) -> Fired {
        let plan = self.plan;
        let mut fired = Fired {
            certain: Decision::Approve,
            possible: DecisionSet::EMPTY,
            reached: DecisionSet::EMPTY,
        };
        let whole = plan.whole_of(checks);
        for effect in Decision::ALL {
            let own = effect as usize * plan.words..(effect as usize + 1) * plan.words;
            let (mut must, mut can) = (0, 0);
            for (held, whole) in self.must.iter().zip(&plan.whole[own.clone()]) {
                must |= held & whole;
            }
            for (held, whole) in self.can.iter().zip(&whole[own]) {
                can |= held & whole;
            }
            if must != 0 {
                fired.certain = effect;
            }
            if can != 0 {
                fired.possible.insert(effect);
            }
        }
        fired.reached = fired.possible;
        for at in &plan.long {
            let rule = &plan.rules[usize::from(*at)];
            let truth = self.truth(rule.clause);
            match truth {
                Truth::True => fired.certain = fired.certain.max(rule.effect),
                Truth::Unknown if checks == Checks::MayFind || self.fires_unchecked(rule) => {
                    fired.possible.insert(rule.effect);
                }
                _ => {}
            }
            let is_asked = checks == Checks::MayFind || !rule.is_check;
            if truth != Truth::False && !rule.repeats && is_asked {
                fired.reached.insert(rule.effect);
            }
        }
        fired
    }

    /// A superset of the reachable decisions, without search.
    pub(crate) fn bound(&self, checks: Checks) -> DecisionSet {
        self.bound_of(&self.fired(checks))
    }

    /// The same, given what the rules do.
    pub(super) fn bound_of(&self, fired: &Fired) -> DecisionSet {
        let mut set = DecisionSet::EMPTY;
        for band in self.by_score().iter() {
            let floor = band.max(fired.certain);
            set.insert(floor);
            // Whichever of the open rules fire, the most severe of them decides.
            set = set.union(fired.possible.at_least(floor));
        }
        set
    }

    /// Whether a rule can come to fire whatever the checks find that only the
    /// server can make.
    fn fires_unchecked(&self, rule: &RulePlan) -> bool {
        let steps = self.plan.steps(rule.clause);
        !rule.is_check || holds_without(steps, &self.can, &self.must, &self.plan.server)
    }

    /// Whether a rule stands against approval for certain.
    pub(super) fn refuses(&self) -> bool {
        self.certain() != Decision::Approve
    }

    /// Whether no open fact is tied to others, so that bounds taken fact by
    /// fact are exact.
    pub(crate) fn is_free(&self) -> bool {
        self.tally.tied == 0
    }

    /// The most severe effect among the rules that fire for certain.
    pub(crate) fn certain(&self) -> Decision {
        let plan = self.plan;
        let fires = |effect: &Decision| {
            let whole = &plan.whole[*effect as usize * plan.words..][..plan.words];
            let held = self.must.iter().zip(whole);
            held.fold(0, |found, (must, whole)| found | must & whole) != 0
        };
        let whole = Decision::ALL.into_iter().rev().find(fires);
        let mut certain = whole.unwrap_or(Decision::Approve);
        for at in &plan.long {
            let rule = &plan.rules[usize::from(*at)];
            if rule.effect > certain && holds(plan.steps(rule.clause), &self.must) {
                certain = rule.effect;
            }
        }
        certain
    }

    /// The decision where nothing at all is open, and the score.
    pub(super) fn decided(&self) -> (Decision, Range) {
        let score = self.score();
        let band = self.scenario.scorecard.as_ref().map(|card| {
            let above = card
                .bands
                .iter()
                .skip(1)
                .take_while(|band| band.from <= score.max);
            above.last().unwrap_or(&card.bands[0]).decision
        });
        let decision = self.certain().max(band.unwrap_or(Decision::Approve));
        (decision, score)
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

/// What a fact comes to.
#[inline]
fn tally(fact: &FactPlan, choice: Choice) -> Tally {
    match choice {
        Choice::Open => fact.blank,
        Choice::Class(class) => Tally::known(fact.classes[usize::from(class)].points),
        Choice::Part(..) => {
            let (min, max) = points(fact, choice);
            Tally {
                sum: Range { min, max },
                clean: Range::default(),
                open: 1,
                no_best: 1,
                no_worst: 1,
                tied: i64::from(fact.is_tied),
                rough: 1,
            }
        }
    }
}
