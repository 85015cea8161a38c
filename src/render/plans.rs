//! Plans → words.

use serde::Serialize;

use super::message::Values;
use super::{NoticeReason, Phrase, format, in_words};
use crate::policy::{DAY, FACT, FROM, FactDef, FactKind, Policy, TO, Texts};
use crate::recourse::{Holds, PlanStep, Plans, PlansStatus, Written};
use crate::units::{Date, Locale};
use crate::validate::Validated;

/// A plan in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlanNotice {
    /// What to do, one thing each.
    pub steps: Vec<String>,
    /// What changes with it, one thing each.
    pub moves: Vec<String>,
    /// What it leads to.
    pub result: String,
    /// From when on, where that is not today.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

/// What the person can do, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlansNotice {
    /// In which locale.
    pub locale: Locale,
    /// Where things stand, where there is no plan: one sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// The plans, in their order.
    pub plans: Vec<PlanNotice>,
    /// What waiting does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub earliest: Option<String>,
    /// What blocks, where nothing helps and where that is not settled.
    pub blocked: Vec<NoticeReason>,
    /// That it is no promise.
    pub note: String,
}

/// Says plans in a locale; a locale that the policy does not have gets the
/// policy's first.
pub fn render_plans(
    policy: &Policy,
    application: &Validated,
    plans: &Plans<'_>,
    locale: Locale,
) -> PlansNotice {
    let texts = policy.model().texts_in(locale);
    let say = |phrase: Phrase, filled: &[(char, &str)]| -> String {
        fill(policy.phrase(texts, application.scenario, phrase), filled)
    };
    let day = |day: Date| {
        let mut text = String::new();
        let days = day.days().into();
        format::number(&mut text, FactKind::Date, days, 0, texts.locale);
        text
    };
    let step = |step: &PlanStep<'_>, phrase: Option<Phrase>| -> Option<String> {
        let fact = policy.fact_id(step.fact)?;
        let def = policy.fact(fact)?;
        let text = texts.facts.get(usize::from(fact))?;
        let value = |value: &Written<'_>| written(def, texts, usize::from(fact), value);
        let (from, to) = (step.from.as_ref().map(value), value(&step.to));
        let chosen = phrase.unwrap_or(match (&step.from, &step.to) {
            (Some(Written::Integer(from)), Written::Integer(to)) if from < to => Phrase::PlanRaise,
            (Some(Written::Integer(_)), Written::Integer(_)) => Phrase::PlanLower,
            _ => Phrase::PlanSet,
        });
        let filled = [
            (FACT, text.label.as_str()),
            (FROM, from.as_deref().unwrap_or_default()),
            (TO, &to),
        ];
        Some(say(chosen, &filled))
    };
    let told = plans.plans.iter().map(|plan| PlanNotice {
        steps: plan
            .steps
            .iter()
            .filter_map(|one| step(one, None))
            .collect(),
        moves: plan
            .moves
            .iter()
            .filter_map(|one| step(one, Some(Phrase::PlanMoves)))
            .collect(),
        result: say(
            match plan.holds {
                Holds::Certainly => Phrase::PlanReaches,
                Holds::IfChecksPass => Phrase::PlanReachesChecks,
                Holds::Possibly => Phrase::PlanPossible,
            },
            &[],
        ),
        from: (plan.from > plans.as_of).then(|| say(Phrase::PlanFrom, &[(DAY, &day(plan.from))])),
    });
    let values = Values {
        policy,
        texts,
        facts: &application.facts,
    };
    let summary = match plans.status {
        PlansStatus::Reached => Some(say(
            match plans.holds {
                Some(Holds::Possibly) => Phrase::PlanOpen,
                _ => Phrase::PlanReached,
            },
            &[],
        )),
        PlansStatus::NothingHelps => Some(say(Phrase::PlanNothing, &[])),
        PlansStatus::Unknown => Some(say(Phrase::PlanUnknown, &[])),
        PlansStatus::Plans => None,
    };
    let blocked = plans.blocked.iter().flat_map(|one| &one.reasons);
    PlansNotice {
        locale: texts.locale,
        summary,
        plans: told.collect(),
        earliest: plans
            .earliest
            .map(|first| say(Phrase::PlanEarliest, &[(DAY, &day(first))])),
        blocked: blocked.map(|code| in_words(&values, code, true)).collect(),
        note: say(Phrase::PlanNote, &[]),
    }
}

/// A value as people write it.
fn written(def: &FactDef, texts: &Texts, fact: usize, value: &Written<'_>) -> String {
    let mut text = String::new();
    match value {
        Written::Integer(value) => format::number(&mut text, def.kind, *value, 0, texts.locale),
        Written::Bool(value) => {
            format::number(&mut text, def.kind, i64::from(*value), 0, texts.locale);
        }
        Written::Code(code) => {
            let at = def.codes.iter().position(|one| one == code);
            let name = at.and_then(|at| texts.facts.get(fact)?.codes.get(at));
            text.push_str(name.map_or(*code, String::as_str));
        }
        Written::Text(own) => text.push_str(own),
    }
    text
}

/// A sentence with values in the places that it holds for them.
fn fill(sentence: &str, values: &[(char, &str)]) -> String {
    let mut out = String::new();
    for one in sentence.chars() {
        match values.iter().find(|(slot, _)| *slot == one) {
            Some((_, value)) => out.push_str(value),
            None => out.push(one),
        }
    }
    out
}
