//! Outcome → Notice: the same in words, in one locale.
//!
//! The words are the policy's; this module picks them, fills typed values in
//! and formats those for the locale. It decides nothing.

mod announce;
mod changes;
pub(crate) mod format;
mod general;
mod message;
mod phrase;
mod plans;
mod repayment;
mod short;

pub use announce::announce;
pub use general::in_general;

pub(crate) use changes::render_changes;
pub use changes::{ChangesNotice, NoticeChange, NoticeShare};

use serde::Serialize;

use crate::evaluate::Range;
use crate::facts::Facts;
use crate::outcome::{Outcome, OutcomeReason, Status};
use crate::policy::{
    Contact, DAY, Decision, FactKind, HEADLINE, LEAST_AMOUNT, MOST_AMOUNT, Policy, REASON,
    ReasonText, Texts,
};
use crate::units::{Date, Locale};
use crate::validate::Validated;
use message::Values;
pub(crate) use message::{FIRST_STRONG_ISOLATE, POP_ISOLATE};
pub use phrase::Phrase;
pub use plans::{PlanNotice, PlansNotice, render_plans};
pub use repayment::{RepaymentNotice, RepaymentWay, render_repayment};
pub use short::short_message;

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
    /// From which day on it is over; left out with the outcome's `until`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

/// Who to talk to, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoticeContact {
    /// Who.
    pub contact: Contact,
    /// How to reach them, and with what.
    pub text: String,
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
    /// Everything in one sentence, for a text message: at most 70 UTF-16 units,
    /// or 160 characters where all are of the alphabet of GSM 03.38.
    pub short: String,
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
    /// Who to talk to about the reasons, each once, in their order.
    pub contacts: Vec<NoticeContact>,
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
    let said = |phrase: Phrase| policy.phrase(texts, application.scenario, phrase);
    let phrase = |phrase: Phrase| -> String { said(phrase).into() };
    let (headline, detail, short) = phrases_of(outcome);
    let is_decided = outcome.status == Status::Decided;
    let mut fills = Fill::new(texts.locale);
    fills.amounts = outcome.limit;
    let in_words = |reason: &OutcomeReason<'_>, is_certain: bool| {
        let mut one = in_words(&values, reason.code, is_certain);
        one.until = reason.until.map(|day| {
            let mut fills = Fill::new(texts.locale);
            fills.day = Some(day);
            fill(said(Phrase::Until), &fills)
        });
        one
    };
    let certain: Vec<NoticeReason> = outcome
        .reasons
        .iter()
        .map(|one| in_words(one, true))
        .collect();
    let mut contacts: Vec<NoticeContact> = Vec::new();
    for reason in outcome.reasons.iter().chain(&outcome.possible) {
        if contacts.iter().all(|one| one.contact != reason.contact) {
            contacts.push(NoticeContact {
                contact: reason.contact,
                text: phrase(Phrase::of_contact(reason.contact)),
            });
        }
    }
    Notice {
        locale: texts.locale,
        short: {
            let reason = certain.first().map_or("", |one| &one.title);
            let exact = outcome.limit.filter(|limit| limit.min == limit.max);
            let limit = exact.map(|limit| limit.min);
            short_message(texts, application.scenario.position(), short, reason, limit)
        },
        headline: phrase(headline),
        detail: phrase(detail),
        limit: outcome.limit.map(|range| {
            let of_limit = match (is_decided, range.min == range.max) {
                (true, true) => Phrase::LimitDecided,
                (false, true) => Phrase::LimitExact,
                (_, false) => Phrase::LimitRange,
            };
            fill(said(of_limit), &fills)
        }),
        reasons: certain,
        possible: outcome
            .possible
            .iter()
            .map(|one| in_words(one, false))
            .collect(),
        contacts,
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

/// A value as people write it in a locale.
pub fn spoken(kind: FactKind, value: i64, digits: u8, locale: Locale) -> String {
    let mut out = String::new();
    format::number(&mut out, kind, value, digits, locale);
    out
}

fn phrases_of(outcome: &Outcome<'_>) -> (Phrase, Phrase, Phrase) {
    use Phrase::*;
    match (outcome.status, outcome.decisions.first()) {
        (Status::Likely, _) => (LikelyHeadline, LikelyDetail, LikelyShort),
        (Status::CannotTell, _) => (CannotTellHeadline, CannotTellDetail, CannotTellShort),
        (Status::WouldFail, _) => (WouldFailHeadline, WouldFailDetail, WouldFailShort),
        (Status::Decided, Some(Decision::Approve)) => {
            (ApproveHeadline, ApproveDetail, ApproveShort)
        }
        (Status::Decided, Some(Decision::Refer)) => (ReferHeadline, ReferDetail, ReferShort),
        (Status::Decided, Some(Decision::RetryLater)) => {
            (RetryLaterHeadline, RetryLaterDetail, RetryLaterShort)
        }
        (Status::Decided, Some(Decision::Decline) | None) => {
            (DeclineHeadline, DeclineDetail, DeclineShort)
        }
    }
}

/// What the places in a sentence are filled with.
struct Fill<'f> {
    locale: Locale,
    amounts: Option<Range>,
    headline: &'f str,
    reason: &'f str,
    day: Option<Date>,
}

impl Fill<'_> {
    fn new(locale: Locale) -> Self {
        Fill {
            locale,
            amounts: None,
            headline: "",
            reason: "",
            day: None,
        }
    }
}

/// The sentence with everything in the places that it holds.
fn fill(sentence: &str, with: &Fill<'_>) -> String {
    let mut out = String::new();
    for one in sentence.chars() {
        let (kind, value) = match one {
            HEADLINE => {
                out.push_str(with.headline);
                continue;
            }
            REASON => {
                out.push_str(with.reason);
                continue;
            }
            LEAST_AMOUNT => (FactKind::Money, with.amounts.map(|range| range.min)),
            MOST_AMOUNT => (FactKind::Money, with.amounts.map(|range| range.max)),
            DAY => (FactKind::Date, with.day.map(|day| day.days().into())),
            one => {
                out.push(one);
                continue;
            }
        };
        if let Some(value) = value {
            format::number(&mut out, kind, value, 0, with.locale);
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

fn in_words(values: &Values<'_>, code: &str, is_certain: bool) -> NoticeReason {
    let mut said = NoticeReason {
        code: code.into(),
        title: String::new(),
        text: String::new(),
        help: String::new(),
        until: None,
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

/// The title of a reason for an application; empty where it has none.
pub(crate) fn title(policy: &Policy, texts: &Texts, facts: &Facts, code: &str) -> String {
    let values = Values {
        policy,
        texts,
        facts,
    };
    let title = text_of(&values, code).and_then(|text| values.say(&text.title));
    title.unwrap_or_default()
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
