//! The policy: loading a bundle, and the names that applications use.

mod bundle;
mod check;
mod model;
mod problem;
mod texts;

pub use bundle::write as write_bundle;
pub use bundle::{FORMAT, MAX_BYTES};
pub use model::*;
pub use problem::Problem;
pub use texts::*;

use crate::evaluate::{Evaluation, Plan, evaluate};
use crate::facts::Facts;
use crate::render::Phrase;

/// A loaded policy. Loading has checked everything: nothing that is asked of
/// it afterwards can fail.
#[derive(Debug, Clone)]
pub struct Policy {
    model: Model,
    hash: [u8; 32],
    plans: Vec<Plan>,
}

/// A scenario of a loaded policy, by position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScenarioId(usize);

impl Policy {
    /// Loads a bundle.
    ///
    /// # Errors
    ///
    /// Every problem found. Codes: `bundle-too-large`, `bundle-not-a-bundle`,
    /// `bundle-truncated`, `bundle-format`, `bundle-altered`,
    /// `bundle-malformed`, `bundle-inconsistent`.
    pub fn load(bytes: &[u8]) -> Result<Policy, Vec<Problem>> {
        let (model, hash) = bundle::read(bytes).map_err(|problem| vec![problem])?;
        let problems = check::check(&model);
        if !problems.is_empty() {
            return Err(problems);
        }
        let plans = model
            .scenarios
            .iter()
            .map(|one| Plan::new(one, &model.facts))
            .collect();
        Ok(Policy { model, hash, plans })
    }

    /// The policy as data.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// SHA-256 of the bundle's payload, in lower-case hexadecimal.
    pub fn hash(&self) -> String {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digits = self.hash.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        digits
            .map(|digit| char::from(DIGITS[usize::from(digit)]))
            .collect()
    }

    /// The scenario with this name.
    pub fn scenario_id(&self, name: &str) -> Option<ScenarioId> {
        self.model
            .scenarios
            .iter()
            .position(|one| one.name == name)
            .map(ScenarioId)
    }

    /// The scenario's data.
    pub fn scenario(&self, id: ScenarioId) -> &Scenario {
        &self.model.scenarios[id.0]
    }

    /// The fact with this name.
    pub fn fact_id(&self, name: &str) -> Option<FactId> {
        let found = self.model.facts.iter().position(|def| def.name == name)?;
        FactId::try_from(found).ok()
    }

    /// The declaration of a fact.
    pub fn fact(&self, fact: FactId) -> Option<&FactDef> {
        self.model.facts.get(usize::from(fact))
    }

    /// What follows from the facts in a scenario.
    pub fn evaluate(&self, scenario: ScenarioId, facts: &Facts) -> Evaluation {
        evaluate(
            self.scenario(scenario),
            &self.plans[scenario.0],
            &self.model.facts,
            facts,
        )
    }

    /// A sentence around the reasons in the words of a scenario.
    pub(crate) fn phrase<'t>(
        &self,
        texts: &'t Texts,
        scenario: ScenarioId,
        phrase: Phrase,
    ) -> &'t str {
        let index = phrase as usize;
        let own = |one: &&Wording| {
            usize::from(one.scenario) == scenario.0 && usize::from(one.phrase) == index
        };
        let own = texts.wordings.iter().find(own);
        own.map_or(&texts.phrases[index], |one| &one.text)
    }

    pub(crate) fn plan(&self, scenario: ScenarioId) -> &Plan {
        &self.plans[scenario.0]
    }
}
