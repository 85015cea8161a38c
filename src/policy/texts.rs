//! What a bundle says: messages with typed placeholders, in every locale.
//!
//! Authored in Fluent and Markdown, compiled into this: no parser of either
//! comes into the engine.

use serde::{Deserialize, Serialize};

use super::message::Message;
use crate::render::Phrase;
use crate::units::Locale;

/// Stands in a phrase for the amount of a line, or for the least.
pub const LEAST_AMOUNT: char = '\u{1}';
/// Stands in a phrase about the limit for the most.
pub const MOST_AMOUNT: char = '\u{2}';

/// Stands in a phrase for the headline that the same notice has.
pub const HEADLINE: char = '\u{3}';
/// Stands in a phrase for the title of the weightiest reason.
pub const REASON: char = '\u{4}';
/// Stands in a phrase for a day.
pub const DAY: char = '\u{5}';
/// Stands in a phrase about a plan for what a fact is called.
pub const FACT: char = '\u{6}';
/// Stands in a phrase about a plan for the value before.
pub const FROM: char = '\u{7}';
/// Stands in a phrase about a plan for the value after.
pub const TO: char = '\u{8}';

/// The texts of one reason in one locale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReasonText {
    /// A few words.
    pub title: Message,
    /// What is required, without the person's own values.
    pub requirement: Message,
    /// What happened, with the person's own values.
    pub notice: Message,
    /// What helps, or that nothing does.
    pub help: Message,
}

/// The texts of one fact in one locale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactText {
    /// What the fact is called.
    pub label: String,
    /// How it is asked for; empty when it is never asked.
    pub question: String,
    /// The names of its codes, in order.
    pub codes: Vec<String>,
    /// The names of its special codes, in order.
    pub specials: Vec<String>,
}

/// What is said about an identity field in one locale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IssueText {
    /// The number of the issue code. A bundle may be younger than the engine
    /// that loads it, so a number that the engine does not know is no fault.
    pub issue: u8,
    /// What is wrong and how to put it right.
    pub text: String,
}

/// A sentence around the reasons, as one scenario says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wording {
    /// Position of the scenario in [`super::Model::scenarios`].
    pub scenario: u16,
    /// Position of the sentence in [`crate::render::Phrase::ALL`].
    pub phrase: u8,
    /// What is said instead of the general text.
    pub text: String,
}

/// Everything that is said in one locale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Texts {
    /// Which locale.
    pub locale: Locale,
    /// The sentences around the reasons, in the order of [`crate::render::Phrase`].
    pub phrases: Vec<String>,
    /// What single scenarios say instead, by scenario, then by sentence.
    pub wordings: Vec<Wording>,
    /// Per fact, in the model's order.
    pub facts: Vec<FactText>,
    /// Per impossible combination, in the model's order: how the facts
    /// belong together.
    pub impossible: Vec<String>,
    /// Per reason, in the model's order.
    pub reasons: Vec<ReasonText>,
    /// Per issue code of an identity field, rising.
    pub issues: Vec<IssueText>,
}

impl Texts {
    /// A sentence around the reasons in the words of the scenario with this
    /// position.
    pub(crate) fn phrase(&self, scenario: usize, phrase: Phrase) -> &str {
        let index = phrase as usize;
        let own = |one: &&Wording| {
            usize::from(one.scenario) == scenario && usize::from(one.phrase) == index
        };
        let own = self.wordings.iter().find(own);
        own.map_or(&self.phrases[index], |one| &one.text)
    }
}
