//! Outcome → Notice: the same in words, in one locale.
//!
//! The words are the policy's; this module picks them, fills typed values in
//! and formats those for the locale. It decides nothing.

mod changes;
mod format;
mod general;
mod message;
mod plans;

pub use general::in_general;

pub(crate) use changes::render_changes;
pub use changes::{ChangesNotice, NoticeChange, NoticeShare};

use serde::Serialize;

use crate::evaluate::Range;
use crate::outcome::{Outcome, OutcomeReason, Status};
use crate::policy::{Decision, FactKind, LEAST_AMOUNT, MOST_AMOUNT, Policy, ReasonText, Texts};
use crate::units::Locale;
use crate::validate::Validated;
use message::Values;
pub use plans::{PlanNotice, PlansNotice, render_plans};

macro_rules! phrases {
    ($($(#[doc = $doc:literal])* $name:ident = $id:literal;)*) => {
        /// A sentence around the reasons. Every pack has a text for each, under
        /// its id, in every locale; a scenario may say it in its own words, under
        /// the scenario's name and the id: `closure-approve-headline`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Phrase { $($(#[doc = $doc])* $name,)* }

        impl Phrase {
            /// All phrases, in the order in which a bundle holds their texts.
            pub const ALL: &'static [Phrase] = &[$(Phrase::$name,)*];

            /// The id under which a pack's locale file has the text.
            pub fn id(self) -> &'static str {
                match self { $(Phrase::$name => $id,)* }
            }
        }
    };
}

phrases! {
    /// Pre-check: everything given passes.
    LikelyHeadline = "likely-headline";
    /// What that means.
    LikelyDetail = "likely-detail";
    /// Pre-check: it depends.
    CannotTellHeadline = "cannot-tell-headline";
    /// What that means.
    CannotTellDetail = "cannot-tell-detail";
    /// Pre-check: it would not pass as stated.
    WouldFailHeadline = "would-fail-headline";
    /// What that means.
    WouldFailDetail = "would-fail-detail";
    /// Decision: opened.
    ApproveHeadline = "approve-headline";
    /// What that means.
    ApproveDetail = "approve-detail";
    /// Decision: a person looks at it.
    ReferHeadline = "refer-headline";
    /// What that means.
    ReferDetail = "refer-detail";
    /// Decision: try again later.
    RetryLaterHeadline = "retry-later-headline";
    /// What that means.
    RetryLaterDetail = "retry-later-detail";
    /// Decision: not opened.
    DeclineHeadline = "decline-headline";
    /// What that means.
    DeclineDetail = "decline-detail";
    /// Decision: the limit of the line.
    LimitDecided = "limit-decided";
    /// Pre-check: the limit if the line is opened.
    LimitExact = "limit-exact";
    /// The limit if the line is opened, where it depends.
    LimitRange = "limit-range";
    /// Beside a pre-check: not a decision, no trace in the credit record.
    PreCheckNote = "pre-check-note";
    /// Beside a decision: how to reach a person and ask for a second look.
    DecisionNote = "decision-note";
    /// A plan: what to raise.
    PlanRaise = "plan-raise";
    /// What to lower.
    PlanLower = "plan-lower";
    /// What to change otherwise.
    PlanSet = "plan-set";
    /// What changes with it.
    PlanMoves = "plan-moves";
    /// That it is enough.
    PlanReaches = "plan-reaches";
    /// That it is enough if the server's checks find nothing.
    PlanReachesChecks = "plan-reaches-checks";
    /// That it makes the goal possible.
    PlanPossible = "plan-possible";
    /// From when on.
    PlanFrom = "plan-from";
    /// From when on if nobody does anything.
    PlanEarliest = "plan-earliest";
    /// Nothing has to change.
    PlanReached = "plan-reached";
    /// Nothing has to change, but more has to be known.
    PlanOpen = "plan-open";
    /// Nothing that the person can change is enough.
    PlanNothing = "plan-nothing";
    /// Beside plans: under which rules, and that it is no promise.
    PlanNote = "plan-note";
    /// Two decisions: nothing changed.
    ChangesNone = "changes-none";
    /// Two decisions: something changed, the result did not.
    ChangesSame = "changes-same";
    /// Two decisions: the result is another one.
    ChangesResult = "changes-result";
    /// Two decisions: the limit went down.
    ChangesLimitLowered = "changes-limit-lowered";
    /// Two decisions: the limit went up.
    ChangesLimitRaised = "changes-limit-raised";
    /// What changed: the person's own circumstances.
    ChangesYou = "changes-you";
    /// What changed: time went by.
    ChangesTime = "changes-time";
    /// What changed: the policy, the platform or the market.
    ChangesPolicy = "changes-policy";
    /// What changed: the policy in the person's region.
    ChangesRegion = "changes-region";
    /// What changed: a data source or a module.
    ChangesSource = "changes-source";
    /// What changed: a module was at fault, and no longer is.
    ChangesFaultUndone = "changes-fault-undone";
    /// What changed: a module turned out to be at fault.
    ChangesFaultFound = "changes-fault-found";
    /// What that did: the limit is so much lower.
    ChangesEffectLowered = "changes-effect-lowered";
    /// What that did: the limit is so much higher.
    ChangesEffectRaised = "changes-effect-raised";
    /// What that did: it would have been enough by itself.
    ChangesEffectEnough = "changes-effect-enough";
    /// What that did: without it the result would be another one.
    ChangesEffectNeeded = "changes-effect-needed";
    /// Beside it: something confidential changed too.
    ChangesConfidential = "changes-confidential";
    /// Several changes that cannot be told apart in what they did.
    ChangesTogether = "changes-together";
}

impl Phrase {
    /// Whether it is about plans: needed only where facts can be moved.
    pub fn is_of_plans(self) -> bool {
        self.id().starts_with("plan-")
    }

    /// What the sentence says: the name of the placeholder in a locale file,
    /// and what stands for it in a bundle. Phrases about limits that say any
    /// are needed only where a scenario has a table of limits.
    pub fn amounts(self) -> &'static [(&'static str, char)] {
        match self {
            Phrase::LimitDecided | Phrase::LimitExact => &[("limit", LEAST_AMOUNT)],
            Phrase::LimitRange => &[("least", LEAST_AMOUNT), ("most", MOST_AMOUNT)],
            Phrase::PlanRaise | Phrase::PlanLower => &[
                ("fact", plans::FACT),
                ("from", plans::FROM),
                ("to", plans::TO),
            ],
            Phrase::PlanSet | Phrase::PlanMoves => &[("fact", plans::FACT), ("to", plans::TO)],
            Phrase::PlanFrom | Phrase::PlanEarliest => &[("day", plans::DAY)],
            Phrase::ChangesLimitLowered | Phrase::ChangesLimitRaised => {
                &[("before", LEAST_AMOUNT), ("after", MOST_AMOUNT)]
            }
            Phrase::ChangesEffectLowered | Phrase::ChangesEffectRaised => {
                &[("amount", LEAST_AMOUNT)]
            }
            _ => &[],
        }
    }

    /// Whether it compares two decisions. Only the server does that: browsers
    /// get these texts empty, and a pack that does not word them has general ones.
    pub fn compares(self) -> bool {
        self.id().starts_with("changes-")
    }
}

/// A reason in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoticeReason {
    /// The code.
    pub code: String,
    /// A few words.
    pub title: String,
    /// What happened, or what is required where the person's values are not known.
    pub text: String,
    /// What helps.
    pub help: String,
}

/// A check that the server will make, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoticeCheck {
    /// The code.
    pub code: String,
    /// A few words.
    pub title: String,
}

/// A question in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoticeAsk {
    /// The fact.
    pub fact: String,
    /// What it is called.
    pub label: String,
    /// The question.
    pub question: String,
}

/// What is wrong with a field, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoticeField {
    /// Name of the field.
    pub name: String,
    /// What is wrong and how to mend it.
    pub message: String,
}

/// What several fields say about each other, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoticeForm {
    /// Names of the fields.
    pub fields: Vec<String>,
    /// What is odd and how to mend it.
    pub message: String,
}

/// An outcome in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// In which locale.
    pub locale: Locale,
    /// One sentence.
    pub headline: String,
    /// What it means.
    pub detail: String,
    /// How large the line is or would be; left out with the outcome's limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<String>,
    /// Reasons that are certain, in the outcome's order.
    pub reasons: Vec<NoticeReason>,
    /// Reasons that are possible, in the outcome's order.
    pub possible: Vec<NoticeReason>,
    /// Checks that the server will make, in the outcome's order.
    pub checks: Vec<NoticeCheck>,
    /// Questions, in the outcome's order.
    pub ask: Vec<NoticeAsk>,
    /// Fields with an issue, in the outcome's order.
    pub fields: Vec<NoticeField>,
    /// What the fields say about each other, in the outcome's order; left out
    /// when that is nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub form: Vec<NoticeForm>,
    /// What to know besides: no decision yet, or how to appeal.
    pub note: String,
}

/// Says an outcome in a locale; a locale that the policy does not have gets
/// the policy's first.
pub fn render(
    policy: &Policy,
    application: &Validated,
    outcome: &Outcome<'_>,
    locale: Locale,
) -> Notice {
    let texts = policy.model().texts_in(locale);
    let values = Values {
        policy,
        texts,
        facts: &application.facts,
    };
    let phrase =
        |phrase: Phrase| -> String { policy.phrase(texts, application.scenario, phrase).into() };
    let (headline, detail) = phrases_of(outcome);
    let is_decided = outcome.status == Status::Decided;
    Notice {
        locale: texts.locale,
        headline: phrase(headline),
        detail: phrase(detail),
        limit: outcome.limit.map(|range| {
            let said = match (is_decided, range.min == range.max) {
                (true, true) => Phrase::LimitDecided,
                (false, true) => Phrase::LimitExact,
                (_, false) => Phrase::LimitRange,
            };
            with_amounts(&phrase(said), range, texts.locale)
        }),
        reasons: outcome
            .reasons
            .iter()
            .map(|one| certain(&values, one))
            .collect(),
        possible: outcome
            .possible
            .iter()
            .map(|one| possible(&values, one))
            .collect(),
        checks: outcome
            .checks
            .iter()
            .map(|code| check(&values, code))
            .collect(),
        ask: asks(policy, texts, outcome),
        fields: fields(policy, application, texts.locale),
        form: form(policy, application, texts.locale),
        note: phrase(if is_decided {
            Phrase::DecisionNote
        } else {
            Phrase::PreCheckNote
        }),
    }
}

fn phrases_of(outcome: &Outcome<'_>) -> (Phrase, Phrase) {
    match (outcome.status, outcome.decisions.first()) {
        (Status::Likely, _) => (Phrase::LikelyHeadline, Phrase::LikelyDetail),
        (Status::CannotTell, _) => (Phrase::CannotTellHeadline, Phrase::CannotTellDetail),
        (Status::WouldFail, _) => (Phrase::WouldFailHeadline, Phrase::WouldFailDetail),
        (Status::Decided, Some(Decision::Approve)) => {
            (Phrase::ApproveHeadline, Phrase::ApproveDetail)
        }
        (Status::Decided, Some(Decision::Refer)) => (Phrase::ReferHeadline, Phrase::ReferDetail),
        (Status::Decided, Some(Decision::RetryLater)) => {
            (Phrase::RetryLaterHeadline, Phrase::RetryLaterDetail)
        }
        (Status::Decided, Some(Decision::Decline) | None) => {
            (Phrase::DeclineHeadline, Phrase::DeclineDetail)
        }
    }
}

/// The sentence with amounts in the places that it holds for them.
fn with_amounts(sentence: &str, range: Range, locale: Locale) -> String {
    let mut out = String::new();
    for one in sentence.chars() {
        match one {
            LEAST_AMOUNT => format::number(&mut out, FactKind::Money, range.min, 0, locale),
            MOST_AMOUNT => format::number(&mut out, FactKind::Money, range.max, 0, locale),
            one => out.push(one),
        }
    }
    out
}

/// The texts of a reason that the policy has; an outcome names no other.
fn text_of<'v>(values: &Values<'v>, code: &str) -> Option<&'v ReasonText> {
    let reasons = &values.policy.model().reasons;
    let index = reasons.iter().position(|reason| reason.code == code)?;
    values.texts.reasons.get(index)
}

fn certain(values: &Values<'_>, reason: &OutcomeReason<'_>) -> NoticeReason {
    in_words(values, reason.code, true)
}

fn possible(values: &Values<'_>, reason: &OutcomeReason<'_>) -> NoticeReason {
    in_words(values, reason.code, false)
}

fn in_words(values: &Values<'_>, code: &str, is_certain: bool) -> NoticeReason {
    let mut said = NoticeReason {
        code: code.into(),
        title: String::new(),
        text: String::new(),
        help: String::new(),
    };
    if let Some(text) = text_of(values, code) {
        said.title = values.say(&text.title).unwrap_or_default();
        // A notice with a value that is not known falls back to the requirement.
        let notice = Some(&text.notice).filter(|_| is_certain);
        let specific = notice.and_then(|notice| values.say(notice));
        said.text = specific
            .or_else(|| values.say(&text.requirement))
            .unwrap_or_default();
        said.help = values.say(&text.help).unwrap_or_default();
    }
    said
}

fn check(values: &Values<'_>, code: &str) -> NoticeCheck {
    let title = text_of(values, code).and_then(|text| values.say(&text.title));
    NoticeCheck {
        code: code.into(),
        title: title.unwrap_or_default(),
    }
}

fn asks(policy: &Policy, texts: &Texts, outcome: &Outcome<'_>) -> Vec<NoticeAsk> {
    let asks = outcome.ask.iter();
    asks.filter_map(|ask| {
        let id = policy.fact_id(ask.fact)?;
        let text = texts.facts.get(usize::from(id))?;
        Some(NoticeAsk {
            fact: ask.fact.into(),
            label: text.label.clone(),
            question: text.question.clone(),
        })
    })
    .collect()
}

fn fields(policy: &Policy, application: &Validated, locale: Locale) -> Vec<NoticeField> {
    let declared = &policy.scenario(application.scenario).fields;
    let checked = declared.iter().zip(&application.fields);
    checked
        .filter_map(|(field, check)| {
            let code = check.as_ref()?.code?;
            Some(NoticeField {
                name: field.name.clone(),
                message: policy.issue_text(code, locale).into(),
            })
        })
        .collect()
}

fn form(policy: &Policy, application: &Validated, locale: Locale) -> Vec<NoticeForm> {
    let issues = application.form.iter();
    issues
        .map(|issue| NoticeForm {
            fields: issue.fields.clone(),
            message: policy.issue_text(issue.code, locale).into(),
        })
        .collect()
}
