//! One scenario, as the questions of lint see it.

use precheck::{Characteristic, Decision, Derived, FactId, FactState, Model, Rule, Scenario};

use super::cases::Cases;
use super::formula::{self, Formula};
use super::report::Report;
use super::solve::{Example, Exhausted, Question, Window};
use crate::compile::{FactNotes, Places, RulePlaces, ScenarioPlaces};

/// A rule with its condition as a tree.
pub(super) struct SceneRule<'a> {
    pub(super) rule: &'a Rule,
    pub(super) places: &'a RulePlaces,
    pub(super) when: Formula,
}

/// A scenario, its places, and where findings go.
pub(super) struct Scene<'a> {
    pub(super) model: &'a Model,
    pub(super) scenario: &'a Scenario,
    pub(super) places: &'a ScenarioPlaces,
    pub(super) notes: &'a [FactNotes],
    pub(super) rules: Vec<SceneRule<'a>>,
    /// What no application is like.
    pub(super) impossible: Vec<Formula>,
    pub(super) cases: Vec<Cases<'a>>,
    pub(super) report: &'a Report<'a>,
}

impl<'a> Scene<'a> {
    pub(super) fn new(
        model: &'a Model,
        all: &'a Places,
        scenario: &'a Scenario,
        places: &'a ScenarioPlaces,
        report: &'a Report<'a>,
    ) -> Scene<'a> {
        let rules = scenario.rules.iter().zip(&places.rules);
        let rules = rules.map(|(rule, places)| SceneRule {
            rule,
            places,
            when: Formula::of(&rule.when),
        });
        let cards = scenario.scorecard.iter();
        let cases = cards.flat_map(|card| &card.conditional);
        Scene {
            model,
            scenario,
            places,
            notes: &all.facts,
            rules: rules.collect(),
            impossible: model
                .impossible
                .iter()
                .map(|one| Formula::of(&one.when))
                .collect(),
            cases: cases.map(Cases::of).collect(),
            report,
        }
    }

    pub(super) fn characteristics(&self) -> &'a [Characteristic] {
        let card = self.scenario.scorecard.as_ref();
        card.map_or(&[], |card| &card.characteristics)
    }

    /// The name of a fact.
    pub(super) fn name(&self, fact: FactId) -> &'a str {
        &self.model.facts[usize::from(fact)].name
    }

    /// The facts that can make a difference, rising.
    pub(super) fn used(&self) -> Vec<FactId> {
        let mut used: Vec<FactId> = self.characteristics().iter().map(|one| one.fact).collect();
        used.extend(self.rules.iter().flat_map(|rule| rule.when.facts()));
        used.extend(self.cases.iter().flat_map(Cases::facts));
        used.sort_unstable();
        used.dedup();
        used
    }

    /// A state out of each class of a fact that the scenario tells apart.
    pub(super) fn states(&self, fact: FactId) -> Vec<FactState> {
        let mut cuts = Vec::new();
        let rules = self.rules.iter().map(|rule| &rule.when);
        for when in rules.chain(self.cases.iter().flat_map(|one| &one.when)) {
            when.atoms(&mut |_, of, test| {
                if of == fact {
                    cuts.extend(formula::cuts(test));
                }
            });
        }
        let own = self.characteristics().iter().filter(|one| one.fact == fact);
        cuts.extend(own.flat_map(|one| one.bins.iter().map(|bin| bin.upto.saturating_add(1))));
        formula::states(&self.model.facts[usize::from(fact)], cuts)
    }

    /// The sums of points that the bands decide more mildly than `decision`.
    pub(super) fn milder(&self, decision: Decision) -> Window {
        match self.threshold(decision) {
            Some(from) => Window {
                from,
                below: i64::MAX,
            },
            None => NEVER,
        }
    }

    /// The sums of points that the bands decide as severely as `decision`, or more.
    pub(super) fn severe(&self, decision: Decision) -> Window {
        match self.threshold(decision) {
            Some(below) => Window {
                from: i64::MIN,
                below,
            },
            None => Window::ALL,
        }
    }

    /// The sums of points that the bands decide exactly so.
    pub(super) fn exactly(&self, decision: Decision) -> Window {
        let more = Decision::ALL.into_iter().find(|one| *one > decision);
        let upper = self.severe(decision);
        more.map_or(upper, |more| upper.and(self.milder(more)))
    }

    /// The sum from which the bands are milder than `decision`; `None` when
    /// they never are. The points that everybody has are no part of the sum.
    fn threshold(&self, decision: Decision) -> Option<i64> {
        let Some(card) = &self.scenario.scorecard else {
            return (decision > Decision::Approve).then_some(i64::MIN);
        };
        // Bands get milder as the score rises.
        let first = card.bands.iter().position(|one| one.decision < decision)?;
        if first == 0 {
            return Some(i64::MIN);
        }
        Some(card.bands[first].from - i64::from(card.base))
    }

    /// An application that is as wanted and whose points lie in a window.
    pub(super) fn ask(
        &self,
        wants: Vec<(&Formula, bool)>,
        window: Window,
    ) -> Result<Option<Example>, Exhausted> {
        self.ask_without(None, wants, window)
    }

    /// The same about everything but one fact: its points are left out of the
    /// sum, none by cases may depend on it, and what is impossible with it
    /// counts as possible.
    pub(super) fn ask_without(
        &self,
        without: Option<FactId>,
        wants: Vec<(&Formula, bool)>,
        window: Window,
    ) -> Result<Option<Example>, Exhausted> {
        let all = self.characteristics().iter();
        let characteristics: Vec<_> = all.filter(|one| Some(one.fact) != without).collect();
        let mut facts: Vec<FactId> = wants.iter().flat_map(|(one, _)| one.facts()).collect();
        if window != Window::ALL {
            facts.extend(characteristics.iter().map(|one| one.fact));
            facts.extend(self.cases.iter().flat_map(Cases::facts));
        }
        let mut wants = wants;
        let related = super::possible::related(&self.impossible, without, facts);
        wants.extend(related.into_iter().map(|one| (one, false)));
        Question {
            defs: &self.model.facts,
            wants,
            characteristics,
            cases: self.cases.iter().collect(),
            window,
        }
        .solve()
    }

    /// The demand that no rule decides as severely as `decision`, or more.
    pub(super) fn no_rule(&self, decision: Decision) -> Vec<(&Formula, bool)> {
        let rules = self.rules.iter();
        let severe = rules.filter(|rule| rule.rule.effect >= decision);
        severe.map(|rule| (&rule.when, false)).collect()
    }

    /// An application that is decided so and is otherwise as wanted.
    pub(super) fn decided<'s>(
        &'s self,
        decision: Decision,
        wants: &[(&'s Formula, bool)],
    ) -> Result<Option<Example>, Exhausted> {
        let more = Decision::ALL.into_iter().find(|one| *one > decision);
        let mut base = wants.to_vec();
        base.extend(more.map(|more| self.no_rule(more)).unwrap_or_default());
        let not_more = more.map_or(Window::ALL, |more| self.milder(more));
        let found = self.ask(base.clone(), self.exactly(decision))?;
        if found.is_some() {
            return Ok(found);
        }
        for rule in self.rules.iter().filter(|one| one.rule.effect == decision) {
            let mut wants = base.clone();
            wants.push((&rule.when, true));
            let found = self.ask(wants, not_more)?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// Says where facts that hang together were treated as independent.
    pub(super) fn report_derived(&self) {
        let used = self.used();
        for derived in &self.model.derived {
            let inputs = |one: &Derived| {
                let (first, second) = one.formula.inputs();
                [first, second].into_iter().flatten()
            };
            let mut others = self.model.derived.iter();
            let sibling = others.find(|other| {
                other.fact > derived.fact
                    && inputs(other).any(|one| inputs(derived).any(|input| input == one))
                    && used.contains(&other.fact)
            });
            let other = inputs(derived).find(|input| used.contains(input));
            let other = other.or(sibling.map(|one| one.fact));
            if let (true, Some(other)) = (used.contains(&derived.fact), other) {
                let (one, other) = (self.name(derived.fact), self.name(other));
                let message = format!("`{one}` and `{other}` were treated as independent");
                let help = "an example may name a pair of values that cannot be together; what is proved stays proved";
                let name = &self.scenario.name;
                self.report
                    .find(&self.places.name, "lint-derived", name, message, help);
            }
        }
    }
}

const NEVER: Window = Window { from: 0, below: 0 };
