//! What a help centre says about each reason, as one file a locale.
//!
//! Bundles hold what is said about one application; the example and how to do
//! it right from the start would double them. They stand here instead, together
//! with the general texts, for pages that nobody has an application on. Only
//! reasons that the public bundle holds are written: what a browser may not
//! know is not told here either.
//!
//! The same pack gives the same bytes. `policies/schema/help.schema.json`
//! describes the file.

use precheck::units::Locale;
use precheck::{Contact, Lasts, Message, Phrase, ReasonKind, in_general};
use serde::Serialize;

use crate::compile::Compiled;

/// The help texts of a pack in one locale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HelpTexts {
    /// The name of the pack.
    pub pack: String,
    /// Its version.
    pub version: u32,
    /// In which locale.
    pub locale: Locale,
    /// How to reach a person and ask for a second look.
    pub contact: String,
    /// Who there is to talk to about the reasons, each once.
    pub contacts: Vec<HelpContact>,
    /// By code.
    pub reasons: Vec<HelpText>,
}

/// Somebody to talk to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HelpContact {
    /// Who.
    pub contact: Contact,
    /// Where they are reached.
    pub text: String,
}

/// What is said about one reason to whoever reads about it. A fact's name in
/// brackets stands where an application would have its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HelpText {
    /// The code.
    pub code: String,
    /// Whose matter it is.
    pub kind: ReasonKind,
    /// Whether it goes away.
    pub lasts: Lasts,
    /// Who to talk to about it.
    pub contact: Contact,
    /// A few words.
    pub title: String,
    /// What is required.
    pub requirement: String,
    /// What is said to those whom it concerns.
    pub notice: String,
    /// What helps, or that nothing does.
    pub help: String,
    /// Somebody's case; Markdown.
    pub example: String,
    /// How to do it right from the start, step by step; empty where the pack does not say.
    pub education: Vec<String>,
}

impl HelpTexts {
    /// The texts in every locale of the pack, the default first.
    #[must_use]
    pub fn of(compiled: &Compiled) -> Vec<HelpTexts> {
        let (model, public) = (&compiled.server, &compiled.public);
        let told = |code: &str| public.reasons.iter().any(|reason| reason.code == code);
        let phrase = |texts: &precheck::Texts, wanted: Phrase| {
            let at = Phrase::ALL.iter().position(|phrase| *phrase == wanted);
            at.and_then(|at| texts.phrases.get(at))
                .cloned()
                .unwrap_or_default()
        };
        let locales = model.texts.iter().zip(&compiled.places.lessons);
        let one = |(texts, lessons): (&precheck::Texts, &Vec<_>)| {
            let say = |message: &Message| in_general(model, texts, message);
            let all = model.reasons.iter().zip(&texts.reasons).zip(lessons);
            let told = all.filter(|((reason, _), _)| told(&reason.code));
            let mut reasons: Vec<HelpText> = told
                .map(
                    |((reason, text), lesson): (_, &crate::compile::Lesson)| HelpText {
                        code: reason.code.clone(),
                        kind: reason.kind,
                        lasts: reason.lasts,
                        contact: reason.contact,
                        title: say(&text.title),
                        requirement: say(&text.requirement),
                        notice: say(&text.notice),
                        help: say(&text.help),
                        example: lesson.example.clone(),
                        education: lesson.steps.iter().map(|(step, _)| say(step)).collect(),
                    },
                )
                .collect();
            reasons.sort_by(|one, other| one.code.cmp(&other.code));
            let desks = [Contact::Service, Contact::Security, Contact::Record].into_iter();
            let asked = desks.filter(|one| reasons.iter().any(|reason| reason.contact == *one));
            let contacts = asked.map(|contact| HelpContact {
                contact,
                text: phrase(texts, Phrase::of_contact(contact)),
            });
            let contacts = contacts.collect();
            HelpTexts {
                pack: model.pack.clone(),
                version: model.version,
                locale: texts.locale,
                contact: phrase(texts, Phrase::DecisionNote),
                contacts,
                reasons,
            }
        };
        locales.map(one).collect()
    }

    /// The name of the file: `help.zh-CN.json`.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("help.{}.json", self.locale.as_str())
    }

    /// The file.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string(self).expect("plain data is JSON");
        text.push('\n');
        text
    }
}
