//! What a page or a form builder needs to know of a policy, in one locale.
//!
//! Only public facts are in it, whichever bundle is loaded.

use serde::Serialize;

use crate::identity::FieldKind;
use crate::outcome::is_zero;
use crate::policy::{
    Actionable, Audience, FactDef, FactId, FactKind, FactText, Policy, Scenario, Source, Texts,
};
use crate::units::Locale;

/// A policy as forms see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PolicyView<'p> {
    /// Name of the pack.
    pub pack: &'p str,
    /// Version of the pack.
    pub version: u32,
    /// Whose projection it is.
    pub audience: Audience,
    /// SHA-256 of the bundle's payload, in hexadecimal.
    pub hash: String,
    /// The scenarios.
    pub scenarios: Vec<ScenarioView<'p>>,
}

/// A scenario as forms see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScenarioView<'p> {
    /// Name on the wire.
    pub name: &'p str,
    /// Identity fields, in the order of the form.
    pub fields: Vec<FieldView<'p>>,
    /// Public facts, in the order of asking.
    pub facts: Vec<FactView<'p>>,
}

/// An identity field as forms see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldView<'p> {
    /// Name on the wire.
    pub name: &'p str,
    /// How it is checked.
    pub kind: FieldKind,
}

/// A fact as forms see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FactView<'p> {
    /// Name on the wire.
    pub name: &'p str,
    /// Type and unit.
    pub kind: FactKind,
    /// Lowest value, in the fact's unit.
    pub min: i64,
    /// Highest value, in the fact's unit.
    pub max: i64,
    /// How many decimals both have, for a fact of kind decimal; left out
    /// otherwise.
    #[serde(skip_serializing_if = "is_zero")]
    pub digits: u8,
    /// Whether a form asks for it: the applicant states it, and neither a
    /// field nor a formula gives it.
    pub asked: bool,
    /// Whether and how the person can change it, as plans see it.
    pub actionable: Actionable,
    /// Whether it can be known to be absent.
    pub may_be_missing: bool,
    /// What it is called.
    pub label: &'p str,
    /// How it is asked for; empty when it is not.
    pub question: &'p str,
    /// The codes to choose from.
    pub codes: Vec<CodeView<'p>>,
    /// The special codes.
    pub specials: Vec<CodeView<'p>>,
}

/// A code and its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CodeView<'p> {
    /// On the wire.
    pub code: &'p str,
    /// For people.
    pub label: &'p str,
}

impl Policy {
    /// The policy as forms see it; a locale that it does not have gets its first.
    pub fn view(&self, locale: Locale) -> PolicyView<'_> {
        let model = self.model();
        let texts = model.texts_in(locale);
        PolicyView {
            pack: &model.pack,
            version: model.version,
            audience: model.audience,
            hash: self.hash(),
            scenarios: model
                .scenarios
                .iter()
                .map(|one| scenario(self, one, texts))
                .collect(),
        }
    }
}

fn scenario<'p>(policy: &'p Policy, scenario: &'p Scenario, texts: &'p Texts) -> ScenarioView<'p> {
    let fields = scenario.fields.iter();
    let facts = scenario.facts.iter().filter_map(|id| {
        let def = policy
            .fact(*id)
            .filter(|def| def.audience == Audience::Public)?;
        let text = texts.facts.get(usize::from(*id))?;
        Some(fact(policy, scenario, *id, def, text))
    });
    ScenarioView {
        name: &scenario.name,
        fields: fields
            .map(|one| FieldView {
                name: &one.name,
                kind: one.kind,
            })
            .collect(),
        facts: facts.collect(),
    }
}

fn fact<'p>(
    policy: &'p Policy,
    scenario: &'p Scenario,
    id: FactId,
    def: &'p FactDef,
    text: &'p FactText,
) -> FactView<'p> {
    let is_given = scenario
        .fields
        .iter()
        .any(|field| field.birth_date == Some(id))
        || policy
            .model()
            .derived
            .iter()
            .any(|derived| derived.fact == id);
    FactView {
        name: &def.name,
        kind: def.kind,
        min: def.min,
        max: def.max,
        digits: def.digits,
        asked: def.source == Source::Applicant && !is_given,
        actionable: def.actionable,
        may_be_missing: def.may_be_missing,
        label: &text.label,
        question: &text.question,
        codes: named(&def.codes, &text.codes),
        specials: named(&def.specials, &text.specials),
    }
}

fn named<'p>(codes: &'p [String], names: &'p [String]) -> Vec<CodeView<'p>> {
    codes
        .iter()
        .zip(names)
        .map(|(code, label)| CodeView { code, label })
        .collect()
}
