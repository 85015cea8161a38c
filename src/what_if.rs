//! One application whose facts change one at a time, as under a slider.
//!
//! It says what [`crate::assess`] would say of the same facts, without the
//! words, and keeps what it has counted between two changes.

use std::rc::Rc;

use crate::evaluate::{Paused, Range};
use crate::facts::FactState;
use crate::policy::{FactId, Policy, Problem, ScenarioId};
use crate::validate::validate;
use crate::wire::Application;

/// One application whose facts change. It holds the policy, so it may outlive
/// whatever has loaded it.
///
/// Its verdict is one integer:
///
/// | bits | meaning |
/// |---|---|
/// | 0–3 | the decisions that are possible: approve, refer, retry-later, decline |
/// | 4–7 | the same if the checks that only the server can make find nothing |
/// | 8 | [`WhatIf::TIGHT`] |
/// | 9 | [`WhatIf::REFUSED`] |
/// | 10 | [`WhatIf::CONTRADICTS`] |
#[derive(Debug, Clone)]
pub struct WhatIf {
    policy: Rc<Policy>,
    scenario: ScenarioId,
    /// Always there between two calls.
    paused: Option<Paused>,
}

impl WhatIf {
    /// Each decision, and both ends of the score, are known to be reached.
    pub const TIGHT: u32 = 1 << 8;
    /// The change was refused, and what holds is as before.
    pub const REFUSED: u32 = 1 << 9;
    /// No application has these facts together: there is no decision, until
    /// one of them is changed.
    pub const CONTRADICTS: u32 = 1 << 10;

    /// Begins with what an application says.
    ///
    /// # Errors
    ///
    /// Every problem of the application; see [`validate`] for the codes.
    pub fn new(policy: Rc<Policy>, application: &Application) -> Result<WhatIf, Vec<Problem>> {
        let valid = validate(&policy, application)?;
        let mut evaluator = policy.evaluator(valid.scenario, application.as_of);
        evaluator.load(&valid.facts);
        let paused = Some(evaluator.pause());
        Ok(WhatIf {
            policy,
            scenario: valid.scenario,
            paused,
        })
    }

    /// The fact of the scenario with this name.
    pub fn fact(&self, name: &str) -> Option<FactId> {
        let fact = self.policy.fact_id(name);
        fact.filter(|fact| self.has(*fact))
    }

    fn has(&self, fact: FactId) -> bool {
        let facts = &self.policy.scenario(self.scenario).facts;
        facts.contains(&fact)
    }

    /// The verdict on what is known now.
    pub fn verdict(&mut self) -> u32 {
        self.change(None)
    }

    /// Changes one fact, and what is computed from it, and says the verdict.
    /// Refused is a fact that the scenario does not have or that is computed
    /// from others, and a state that a declaration does not allow.
    pub fn set(&mut self, fact: FactId, state: FactState) -> u32 {
        self.change(Some((fact, state)))
    }

    fn change(&mut self, change: Option<(FactId, FactState)>) -> u32 {
        let has = change.is_none_or(|(fact, _)| self.has(fact));
        let Some(paused) = self.paused.take() else {
            return WhatIf::REFUSED;
        };
        let mut evaluator = paused.resume(&self.policy, self.scenario);
        let is_done = has && change.is_none_or(|(fact, state)| evaluator.set(fact, state).is_ok());
        let mut packed = if is_done { 0 } else { WhatIf::REFUSED };
        if evaluator.contradicts() {
            packed |= WhatIf::CONTRADICTS;
        } else {
            let verdict = evaluator.verdict();
            packed |= verdict.decisions.bits() | verdict.if_checks_pass.bits() << 4;
            packed |= u32::from(verdict.tight) << 8;
        }
        self.paused = Some(evaluator.pause());
        packed
    }

    /// The score as far as public facts determine it, as an outcome tells it;
    /// `None` in a scenario without a scorecard.
    pub fn score(&mut self) -> Option<Range> {
        let evaluator = self.paused.take()?.resume(&self.policy, self.scenario);
        let score = evaluator.shown_score();
        self.paused = Some(evaluator.pause());
        score
    }
}
