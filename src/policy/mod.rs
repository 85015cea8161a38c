//! The policy: loading a bundle, and the names that applications use.

mod bundle;
mod change;
mod check;
mod code;
mod coded;
mod conditional;
mod fact;
mod formula;
mod hex;
mod key;
mod message;
mod model;
mod prior;
mod problem;
mod terms;
mod texts;
mod trust;

pub use bundle::{Draft, FORMAT, Inspection, MAX_BYTES};
pub use change::{Change, Coupling, Evolution, Pace, Pull};
pub use conditional::{Case, Conditional};
pub use fact::{Actionable, FactDef, FactKind, Source};
pub(crate) use formula::ratio;
pub use formula::{Derived, Formula};
pub use key::{PublicKey, TrustedKey};
pub use message::*;
pub use model::*;
pub use prior::{Prior, Priors};
pub(crate) use problem::nth;
pub use problem::{Contradiction, Problem, Said};
pub use terms::{Instalments, Terms, Weekends};
pub use texts::*;
pub use trust::{Purpose, Trust};

use std::sync::OnceLock;

use sha2::{Digest, Sha256};

use crate::evaluate::{
    Batch, Evaluation, Evaluator, Look, Parts, Plan, Truth, basis_points, condition, cuts_of,
    open_cases, rule_truths, settled,
};
use crate::facts::Facts;
use crate::identity::{IssueCode, Tables};
use crate::render::Phrase;
use crate::units::{Date, Locale};
use crate::validate::settle;

/// A loaded policy. Loading has checked everything: nothing that is asked of
/// it afterwards can fail.
#[derive(Debug, Clone)]
pub struct Policy {
    model: Model,
    /// In hexadecimal, as every outcome tells it.
    hash: String,
    /// The facts by name.
    names: Vec<FactId>,
    /// Worked out when a scenario is first asked about: a page asks about one of many.
    plans: Vec<OnceLock<Plan>>,
}

/// A scenario of a loaded policy, by position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScenarioId(usize);

impl ScenarioId {
    /// The position in [`Model::scenarios`].
    pub fn position(self) -> usize {
        self.0
    }
}

impl Policy {
    /// Loads a signed bundle.
    ///
    /// # Errors
    ///
    /// Every problem found; a bundle is not looked into before its signature
    /// holds, so these come alone: `bundle-too-large`, `bundle-not-a-bundle`,
    /// `bundle-truncated`, `bundle-format`, `bundle-unsigned`,
    /// `bundle-altered`, `bundle-key-unknown`, `bundle-malformed`. These come
    /// together: `bundle-key-period`, `bundle-audience`,
    /// `bundle-not-yet-valid`, `bundle-expired`, `bundle-older`,
    /// `bundle-inconsistent`.
    pub fn load(bytes: &[u8], trust: &Trust<'_>) -> Result<Policy, Vec<Problem>> {
        let alone = |problem| vec![problem];
        let bundle = bundle::open(bytes).map_err(alone)?;
        trust.knows(&bundle).map_err(alone)?;
        let model = bundle.model().map_err(alone)?;
        let problems = trust.problems(&bundle, &model);
        Policy::checked(model, bundle.hash, problems)
    }

    /// Makes a policy of a model that this program has compiled itself: the
    /// source is at hand, so there is no bundle and nobody has to vouch for
    /// it. A model from anywhere else comes as a signed bundle.
    ///
    /// # Errors
    ///
    /// Every inconsistency (`bundle-inconsistent`), or `bundle-too-large`.
    pub fn from_model(model: Model) -> Result<Policy, Vec<Problem>> {
        let payload = bundle::encode(&model).map_err(|problem| vec![problem])?;
        Policy::checked(model, Sha256::digest(payload).into(), Vec::new())
    }

    fn checked(
        model: Model,
        hash: [u8; 32],
        mut problems: Vec<Problem>,
    ) -> Result<Policy, Vec<Problem>> {
        problems.extend(check::check(&model));
        if !problems.is_empty() {
            return Err(problems);
        }
        let plans = vec![OnceLock::new(); model.scenarios.len()];
        Ok(Policy {
            names: by_name(&model),
            model,
            hash: hex::write(&hash),
            plans,
        })
    }

    /// Works out now what is otherwise put off until a scenario is first asked
    /// about, for a service whose first caller should not wait.
    pub fn prepare(&self) {
        for scenario in 0..self.plans.len() {
            self.plan(ScenarioId(scenario));
        }
    }

    /// Whether new decisions may be taken with it on a day. Loading looks at
    /// the day of loading; a program that runs on asks again.
    pub fn is_in_force(&self, day: Date) -> bool {
        self.model.is_in_force(day)
    }

    /// The policy as data.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// SHA-256 of the bundle's payload, in lower-case hexadecimal.
    pub fn hash(&self) -> String {
        self.hash.clone()
    }

    /// The tables that identity fields are checked by: the policy's own where
    /// it has any, the engine's otherwise.
    pub fn tables(&self) -> Tables<'_> {
        let own = &self.model;
        let mut tables = Tables::BUILT_IN;
        if !own.segments.is_empty() {
            tables.segments = &own.segments;
        }
        if !own.cards.is_empty() {
            tables.cards = &own.cards;
        }
        tables
    }

    /// What the policy says about an identity field; the name of the code when
    /// the bundle is older than the code.
    pub fn issue_text(&self, issue: IssueCode, locale: Locale) -> &str {
        let texts = &self.model.texts_in(locale).issues;
        let found = texts.iter().find(|text| text.issue == issue.number());
        found.map_or(issue.as_str(), |found| &found.text)
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
        let name_of = |fact: &FactId| self.fact(*fact).map(|def| def.name.as_str());
        let place = self
            .names
            .partition_point(|fact| name_of(fact) < Some(name));
        let found = self.names.get(place).copied();
        found.filter(|fact| name_of(fact) == Some(name))
    }

    /// The declaration of a fact.
    pub fn fact(&self, fact: FactId) -> Option<&FactDef> {
        self.model.facts.get(usize::from(fact))
    }

    /// No fact known yet, for programs that look at the policy itself.
    pub fn no_facts(&self, as_of: Date) -> Facts {
        Facts::unknown(self.model.facts.len(), as_of)
    }

    /// Whether each rule of a scenario fires, in policy order: the part of
    /// [`Policy::evaluate`] that takes no search.
    pub fn verdicts(&self, scenario: ScenarioId, facts: &Facts) -> Vec<Truth> {
        rule_truths(self.scenario(scenario), &self.model.facts, facts)
    }

    /// Whether each impossible combination holds, in policy order, each for itself.
    pub fn combinations(&self, facts: &Facts) -> Vec<Truth> {
        let all = self.model.impossible.iter();
        all.map(|one| condition(&one.when, &self.model.facts, facts))
            .collect()
    }

    /// Fills in what is computed from the facts that are known, and says whether
    /// some application is like this: what is computed lies in its domain, and
    /// the unknown facts leave a way around every impossible combination. For
    /// programs that make up facts; an application's come from
    /// [`crate::validate`], which says what is wrong with them.
    pub fn settle(&self, scenario: ScenarioId, facts: &mut Facts) -> bool {
        settle(self, scenario, facts)
    }

    /// The first value of every stretch of a fact's values that neither the
    /// rules nor the scorecard of a scenario tell apart, in the fact's unit and
    /// rising; empty for a fact that the policy does not have.
    pub fn cuts(&self, scenario: ScenarioId, fact: FactId) -> Vec<i64> {
        let def = self.fact(fact);
        def.map_or_else(Vec::new, |def| cuts_of(self.scenario(scenario), fact, def))
    }

    /// Which case of a characteristic the facts come to, the number of cases
    /// standing for none of them; nothing while that is not known.
    pub fn case(&self, one: &Conditional, facts: &Facts) -> Option<usize> {
        settled(one, &self.model.facts, facts).map(|(case, _)| case)
    }

    /// Every case that a characteristic may still come to, each condition
    /// bounded by itself, numbered as in [`Policy::case`].
    pub fn open_cases(&self, one: &Conditional, facts: &Facts) -> Vec<usize> {
        open_cases(one, &self.model.facts, facts)
    }

    /// What follows from the facts in a scenario.
    pub fn evaluate(&self, scenario: ScenarioId, facts: &Facts) -> Evaluation {
        Evaluator::of(self, scenario, facts).evaluation()
    }

    /// A scenario made ready for many applications, or for one whose facts
    /// change; nothing is known at first.
    pub fn evaluator(&self, scenario: ScenarioId, as_of: Date) -> Evaluator<'_> {
        Evaluator::new(self, scenario, as_of)
    }

    /// A scenario made ready for tables of applications, column by column.
    pub fn batch(&self, scenario: ScenarioId, as_of: Date) -> Batch<'_> {
        Batch::new(self, scenario, as_of)
    }

    /// The probability of each decision in basis points, mildest first, and
    /// 10 000 together: what [`crate::Likelihood`] is made of. `None` where a
    /// fact that matters has no prior.
    pub fn chances(&self, scenario: ScenarioId, facts: &Facts) -> Option<[u64; 4]> {
        Some(basis_points(Look::new(self, scenario, facts)?.decisions()?))
    }

    /// How open the decision is expected to be when each of these facts is
    /// known, in 2^-32 bits.
    pub fn entropies(
        &self,
        scenario: ScenarioId,
        facts: &Facts,
        asked: &[FactId],
    ) -> Option<Vec<u64>> {
        let mut look = Look::new(self, scenario, facts)?;
        asked.iter().map(|fact| look.entropy_after(*fact)).collect()
    }

    /// A sentence around the reasons in the words of a scenario.
    pub(crate) fn phrase<'t>(
        &self,
        texts: &'t Texts,
        scenario: ScenarioId,
        phrase: Phrase,
    ) -> &'t str {
        texts.phrase(scenario.0, phrase)
    }

    /// A constant's type and its value for an application; where it is open
    /// whether an overlay applies, the general value.
    pub(crate) fn constant(&self, index: u16, facts: &Facts) -> Option<(FactKind, i64)> {
        let constant = self.model.constants.get(usize::from(index))?;
        let applies = |overlay: u16| {
            let overlay = self.model.overlays.get(usize::from(overlay));
            overlay.is_some_and(|one| condition(&one.when, &self.model.facts, facts) == Truth::True)
        };
        let mut own = constant.overlaid.iter().rev();
        let own = own.find(|(overlay, _)| applies(*overlay));
        Some((
            constant.kind,
            own.map_or(constant.value, |(_, value)| *value),
        ))
    }

    pub(crate) fn plan(&self, scenario: ScenarioId) -> &Plan {
        self.plans[scenario.0].get_or_init(|| {
            let model = &self.model;
            let bars = model.impossible.iter().map(|one| one.when.as_slice());
            Plan::new(&Parts {
                scenario: &model.scenarios[scenario.0],
                defs: &model.facts,
                derived: &model.derived,
                bars: bars.collect(),
            })
        })
    }
}

/// The facts of a model in the order of their names.
fn by_name(model: &Model) -> Vec<FactId> {
    let mut names: Vec<FactId> = Vec::new();
    for (fact, def) in (0..).zip(&model.facts) {
        // By insertion: a policy has few facts, and a sort is more code.
        let is_before = |other: &FactId| model.facts[usize::from(*other)].name <= def.name;
        names.insert(names.partition_point(is_before), fact);
    }
    names
}
