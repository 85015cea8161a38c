//! One application, made ready for questions about what is likely.

use super::chance::{chance, scaled, totals};
use super::spread::share;
use super::{cuts_of, points};
use crate::facts::{FactState, Facts};
use crate::policy::{Derived, FactId, Model, Policy, Scenario, ScenarioId, Scorecard};

/// Groups of completions that are tried before there is no likelihood.
const BUDGET: u32 = 20_000;

/// An open fact: its stretches, and how often each occurs.
pub(super) struct Open {
    pub(super) fact: FactId,
    /// Whether a fact computed from two others reads it.
    pub(super) is_input: bool,
    /// A state out of each stretch, and the points that all of it gives.
    pub(super) pieces: Vec<(FactState, i64)>,
    /// Piece by piece: the share in each segment; empty without a prior.
    pub(super) chances: Vec<u64>,
}

/// One application, ready for questions about what is likely.
pub(crate) struct Look<'p> {
    pub(super) scenario: &'p Scenario,
    pub(super) model: &'p Model,
    pub(super) facts: Facts,
    pub(super) open: Vec<Open>,
    /// Points of what is known.
    pub(super) base: i64,
    /// The weight of each segment, given what is known.
    pub(super) segments: Vec<u64>,
    pub(super) budget: u32,
    /// Whether something open by the projection was taken to find nothing.
    pub(crate) assumes: bool,
}

impl<'p> Look<'p> {
    /// `None` where the policy has no priors, or they exclude what is known.
    pub(crate) fn new(policy: &'p Policy, scenario: ScenarioId, facts: &Facts) -> Option<Look<'p>> {
        let model = policy.model();
        let priors = &model.priors;
        let scenario_plan = policy.plan(scenario);
        // Not worked out, so not told: people who cannot be, values between
        // others, and points by cases.
        let is_tangled = scenario_plan
            .facts
            .iter()
            .any(|fact| match facts.get(fact.fact) {
                FactState::Between(..) => true,
                state => fact.in_bar && !state.is_settled(),
            });
        let card = policy.scenario(scenario).scorecard.as_ref();
        if is_tangled || card.is_some_and(|card| !card.conditional.is_empty()) {
            return None;
        }
        let total: u64 = priors.segments.iter().map(|one| u64::from(*one)).sum();
        if total == 0 {
            return None;
        }
        let all = priors.segments.iter();
        let mut segments: Vec<u64> = all.map(|one| share(u64::from(*one), total, 55)).collect();
        for prior in &priors.facts {
            let def = model.facts.get(usize::from(prior.fact))?;
            let Some(place) = prior.place(def, facts.get(prior.fact)) else {
                continue;
            };
            let chances: Vec<u64> = totals(prior, def)
                .map(|(weights, total)| share(u64::from(weights[place]), total, 62))
                .collect();
            segments = scaled(&segments, &chances)?;
        }
        let mut look = Look {
            scenario: policy.scenario(scenario),
            model,
            facts: facts.clone(),
            open: Vec::new(),
            base: 0,
            segments,
            budget: BUDGET,
            assumes: false,
        };
        look.base = look.card().map_or(0, |card| i64::from(card.base));
        for fact in &scenario_plan.facts {
            look.add(fact.fact);
        }
        Some(look)
    }

    pub(super) fn card(&self) -> Option<&'p Scorecard> {
        self.scenario.scorecard.as_ref()
    }

    pub(super) fn derived(&self, fact: FactId) -> Option<&'p Derived> {
        let mut derived = self.model.derived.iter();
        derived.find(|one| one.fact == fact && one.formula.inputs().1.is_some())
    }

    /// The points of a state over all characteristics.
    pub(super) fn points(&self, fact: FactId, state: FactState) -> i64 {
        let own = self
            .card()
            .into_iter()
            .flat_map(|card| &card.characteristics);
        let own = own.filter(|one| one.fact == fact);
        own.map(|one| i64::from(points(one, state))).sum()
    }

    /// Takes in a fact of the plan: its points, or its stretches.
    fn add(&mut self, fact: FactId) {
        let state = self.facts.get(fact);
        if state != FactState::Unknown {
            self.base += self.points(fact, state);
        } else if let Some(derived) = self.derived(fact) {
            let (first, second) = derived.formula.inputs();
            for input in [first, second].into_iter().flatten() {
                self.add_open(input, true);
            }
        } else {
            self.add_open(fact, false);
        }
    }

    fn add_open(&mut self, fact: FactId, is_input: bool) {
        if self.facts.get(fact) != FactState::Unknown {
            return;
        }
        let model = self.model;
        let Some(def) = model.facts.get(usize::from(fact)) else {
            return;
        };
        let is_input = is_input || self.open.iter().any(|one| one.fact == fact && one.is_input);
        self.open.retain(|one| one.fact != fact);
        let prior = model.priors.of(fact);
        let mut starts = cuts_of(self.scenario, fact, def);
        if let Some(prior) = prior.filter(|_| is_input) {
            starts.extend(prior.upto.iter().map(|upto| upto + 1));
            starts.retain(|start| *start <= def.max);
            crate::order::sort(&mut starts);
            starts.dedup();
        }
        let mut pieces = Vec::new();
        let mut chances = Vec::new();
        let mut piece = |state: FactState, last: i64| {
            let FactState::Known(first) = state else {
                pieces.push((state, self.points(fact, state)));
                chances.extend(prior.into_iter().flat_map(|one| chance(one, def, state, 0)));
                return;
            };
            let middle = if is_input {
                first + (last - first) / 2
            } else {
                first
            };
            pieces.push((FactState::Known(middle), self.points(fact, state)));
            chances.extend(
                prior
                    .into_iter()
                    .flat_map(|one| chance(one, def, state, last)),
            );
        };
        for (index, first) in starts.iter().enumerate() {
            let last = starts.get(index + 1).map_or(def.max, |next| next - 1);
            piece(FactState::Known(*first), last);
        }
        if def.may_be_missing {
            piece(FactState::Missing, 0);
        }
        for code in (0u8..).take(def.specials.len()) {
            piece(FactState::Special(code), 0);
        }
        self.open.push(Open {
            fact,
            is_input,
            pieces,
            chances,
        });
    }
}
