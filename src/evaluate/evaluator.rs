//! Facts in, verdict out, again and again, without allocating.

use super::board::Board;
use super::held::Held;
use super::limit::amounts;
use super::plan::{Plan, RulePlan};
use super::search::{self, Found};
use super::{Checks, DecisionSet, Evaluation, Range, Truth};
use crate::facts::{FactState, Facts};
use crate::policy::{Decision, Derived, FactId, Policy, ScenarioId};
use crate::units::Date;
use crate::validate::contradicts;

/// What follows from the facts, but for the verdicts of single rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// The score, if the scenario has a scorecard.
    pub score: Option<Range>,
    /// Every decision that is possible.
    pub decisions: DecisionSet,
    /// The same if the checks that only the server can make find nothing.
    pub if_checks_pass: DecisionSet,
    /// The amounts that an approval may come with, in fen; see [`Evaluation`].
    pub limit: Option<Range>,
    /// Whether all of this is exact; see [`Evaluation`].
    pub tight: bool,
}

/// One scenario, ready to be asked about one application after another, or
/// about one whose facts change one at a time. Nothing is allocated after it
/// was made.
#[derive(Debug, Clone)]
pub struct Evaluator<'p> {
    policy: &'p Policy,
    board: Board<'p>,
    facts: Facts,
}

impl<'p> Evaluator<'p> {
    /// Nothing known on a day.
    pub(crate) fn new(policy: &'p Policy, scenario: ScenarioId, as_of: Date) -> Evaluator<'p> {
        let mut evaluator = Evaluator {
            policy,
            board: Board::new(policy, scenario),
            facts: policy.no_facts(as_of),
        };
        // The day itself is always known.
        for one in &policy.model().derived {
            if let ((None, None), Some(def)) = (one.formula.inputs(), policy.fact(one.fact)) {
                let state = one.state(&evaluator.facts, def);
                evaluator.facts.set(one.fact, state);
                evaluator.put(one.fact, state);
            }
        }
        evaluator
    }

    /// These facts, which are of the same policy.
    pub(crate) fn of(policy: &'p Policy, scenario: ScenarioId, facts: &Facts) -> Evaluator<'p> {
        Evaluator {
            policy,
            board: Board::of(policy, scenario, facts),
            facts: facts.clone(),
        }
    }

    /// What follows from these facts, which are of the same policy.
    pub fn evaluate(&mut self, facts: &Facts) -> Verdict {
        self.load(facts);
        self.verdict()
    }

    /// Takes facts of the same policy over, in place of all that was known.
    pub fn load(&mut self, facts: &Facts) {
        self.facts.copy_from(facts);
        self.board.load(facts);
    }

    /// What is known now.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Changes one fact, and what is computed from it. A fact that the policy
    /// does not have is passed over; what the fact's declaration does not allow
    /// is refused, and nothing changes.
    ///
    /// # Errors
    ///
    /// The fact that would leave its domain, or that is computed from others.
    pub fn set(&mut self, fact: FactId, state: FactState) -> Result<(), FactId> {
        let policy = self.policy;
        let Some(def) = policy.fact(fact) else {
            return Ok(());
        };
        let derived = &policy.model().derived;
        let is_computed = derived.iter().any(|one| one.fact == fact);
        if is_computed || !def.allows(state) {
            return Err(fact);
        }
        let before = self.facts.get(fact);
        self.facts.set(fact, state);
        let reads = |one: &&Derived| {
            let (first, second) = one.formula.inputs();
            first == Some(fact) || second == Some(fact)
        };
        let computed = |one: &Derived| {
            let def = policy.fact(one.fact);
            def.map_or(FactState::Unknown, |def| one.state(&self.facts, def))
        };
        let outside = derived.iter().filter(reads).find(|one| {
            let def = policy.fact(one.fact);
            def.is_some_and(|def| !def.allows(computed(one)))
        });
        if let Some(outside) = outside {
            self.facts.set(fact, before);
            return Err(outside.fact);
        }
        self.put(fact, state);
        for one in derived.iter().filter(reads) {
            let def = policy.fact(one.fact);
            let state = def.map_or(FactState::Unknown, |def| one.state(&self.facts, def));
            self.facts.set(one.fact, state);
            self.put(one.fact, state);
        }
        Ok(())
    }

    fn put(&mut self, fact: FactId, state: FactState) {
        let place = self.board.plan.place_of[usize::from(fact)];
        if let Some(at) = place.map(usize::from) {
            let choice = self.board.choice_of(at, state);
            self.board.set(at, choice);
        }
    }

    /// What follows from what is known now.
    pub fn verdict(&mut self) -> Verdict {
        if self.board.is_decided() {
            self.decided()
        } else {
            self.searched()
        }
    }

    /// The verdict where nothing is open.
    fn decided(&self) -> Verdict {
        let board = &self.board;
        let (decision, score) = board.decided();
        let table = board.scenario.limit.as_ref();
        let table = table.filter(|_| decision == Decision::Approve);
        Verdict {
            score: board.scenario.scorecard.as_ref().map(|_| score),
            decisions: DecisionSet::only(decision),
            if_checks_pass: DecisionSet::only(decision),
            limit: table.and_then(|table| amounts(board, table)),
            tight: true,
        }
    }

    /// The verdict where something is.
    fn searched(&mut self) -> Verdict {
        let board = &mut self.board;
        let plan: &Plan = board.plan;
        let all = search::decisions(board, &self.facts, Checks::MayFind);
        let mut clear = all.value;
        let mut tight = all.tight;
        if plan.has_checks {
            let found = search::decisions(board, &self.facts, Checks::FindNothing);
            let both = found.value.intersection(all.value);
            // A check that finds something in any case is none that may pass.
            if !both.is_empty() {
                clear = both;
            }
            tight &= found.tight;
        }
        let mut score = None;
        if board.scenario.scorecard.is_some() {
            let found = search::score(board, &self.facts);
            score = Some(found.value);
            tight &= found.tight;
        }
        let limit = match &board.scenario.limit {
            Some(table) if all.value.contains(Decision::Approve) => {
                search::limit(board, &self.facts, table)
            }
            _ => Found::exact(None),
        };
        Verdict {
            score,
            decisions: all.value,
            if_checks_pass: clear,
            limit: limit.value,
            tight: tight && limit.tight,
        }
    }

    /// Whether a rule of the scenario fires, by its place; a rule that the
    /// scenario does not have never does.
    pub fn rule(&mut self, rule: usize) -> Truth {
        match self.board.plan.rules.get(rule).copied() {
            Some(rule) => self.rule_found(rule).value,
            None => Truth::False,
        }
    }

    fn rule_found(&mut self, rule: RulePlan) -> Found<Truth> {
        let board = &mut self.board;
        let truth = board.truth(rule.clause);
        if truth != Truth::Unknown || board.is_known() || !rule.repeats && board.is_free() {
            return Found::exact(truth);
        }
        search::truth(board, &self.facts, rule.clause)
    }

    /// The score as far as the facts that a browser may have determine it.
    pub(crate) fn shown_score(&self) -> Option<Range> {
        let card = self.board.scenario.scorecard.as_ref();
        card.map(|_| self.board.shown_score())
    }

    /// Whether no application is like this: see `validate`'s `facts-contradict`.
    pub(crate) fn contradicts(&self) -> bool {
        // The plan has only those combinations that its rules and points meet.
        contradicts(self.policy.model(), &self.facts)
    }

    /// What is known, without the policy: for a holder of both.
    pub(crate) fn pause(self) -> Paused {
        Paused {
            held: self.board.pause(),
            facts: self.facts,
        }
    }

    /// The verdict with those of all rules, for whoever explains it.
    pub(crate) fn evaluation(&mut self) -> Evaluation {
        let verdict = self.verdict();
        let plan: &Plan = self.board.plan;
        let mut tight = verdict.tight;
        let rules = plan.rules.iter().map(|rule| {
            let found = self.rule_found(*rule);
            tight &= found.tight;
            found.value
        });
        let rules = rules.collect();
        Evaluation {
            rules,
            score: verdict.score,
            shown_score: self.shown_score(),
            decisions: verdict.decisions,
            if_checks_pass: verdict.if_checks_pass,
            limit: verdict.limit,
            tight,
        }
    }
}

/// An [`Evaluator`] without its policy.
#[derive(Debug, Clone)]
pub(crate) struct Paused {
    held: Held,
    facts: Facts,
}

impl Paused {
    /// Goes on where it paused, with the same policy and scenario.
    pub(crate) fn resume(self, policy: &Policy, scenario: ScenarioId) -> Evaluator<'_> {
        Evaluator {
            policy,
            board: self.held.resume(policy, scenario),
            facts: self.facts,
        }
    }
}
