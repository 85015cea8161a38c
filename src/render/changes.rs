//! Changes → ChangesNotice: what changed between two decisions, in words.
//!
//! The words are those of the later policy; the person's own values are named
//! as each of the two policies names them.

use serde::Serialize;

use super::message::Values;
use super::{Fill, Phrase, fill, text_of};
use crate::changes::{ChangedReason, Changes, Fault, Group, Pair, Share, Standing, Way};
use crate::evaluate::Range;
use crate::policy::{Arg, Decision, FactId, Op, Policy, Texts};
use crate::units::Locale;
use crate::validate::Validated;

/// A rule or a characteristic that says something else now, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoticeChange {
    /// The code of its reason.
    pub code: String,
    /// Which way it went.
    pub way: Way,
    /// What it is about; with the person's own values, before and after, where
    /// these are what the person knows.
    pub text: String,
}

/// What one group has done, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoticeShare {
    /// The group.
    pub group: Group,
    /// What it is.
    pub text: String,
    /// What it did to the result; left out where it did nothing, or where that
    /// cannot be told apart from what the others did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effect: Option<String>,
    /// What of it changed, in the document's order.
    pub changed: Vec<NoticeChange>,
    /// The facts of it by which the limit or the rules of a region go, with the
    /// person's own values, before and after; left out when there are none that
    /// `changed` does not tell already.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<String>,
}

/// What changed between two decisions, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangesNotice {
    /// In which locale.
    pub locale: Locale,
    /// One sentence.
    pub headline: String,
    /// How the earlier decision was called.
    pub before: String,
    /// How the later one is called.
    pub after: String,
    /// The groups that changed, in the document's order.
    pub shares: Vec<NoticeShare>,
    /// Said where what the groups did cannot be told apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub together: Option<String>,
    /// Said where something confidential changed too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub neutral: Option<String>,
    /// How to reach a person and ask for a second look.
    pub note: String,
}

/// Says what changed in a locale; a locale that the policy does not have gets
/// the policy's first.
pub(crate) fn render_changes(
    pair: &Pair<'_>,
    changes: &Changes<'_>,
    locale: Locale,
) -> ChangesNotice {
    let [before, after] = &pair.sides;
    let words = Words {
        before: Half::new(before.taken.policy, &before.read, locale),
        after: Half::new(after.taken.policy, &after.read, locale),
    };
    let shares = changes.shares.iter().filter(|share| share.changed);
    let limits = exact(&changes.before).zip(exact(&changes.after));
    let moved = limits.filter(|(before, after)| before != after);
    let is_turned = changes.before.decisions != changes.after.decisions;
    let is_same = !is_turned && changes.before.limit == changes.after.limit;
    let headline = match moved {
        Some((before, after)) => words.amounts(
            if after < before {
                Phrase::ChangesLimitLowered
            } else {
                Phrase::ChangesLimitRaised
            },
            before,
            after,
        ),
        None if !is_same => words.phrase(Phrase::ChangesResult),
        None if shares.clone().next().is_some() => words.phrase(Phrase::ChangesSame),
        None => words.phrase(Phrase::ChangesNone),
    };
    let is_divided = match moved {
        Some(_) => shares.clone().all(|share| share.limit.is_some()),
        None if is_turned => shares.clone().any(|share| share.sufficient == Some(true)),
        None => is_same,
    };
    ChangesNotice {
        locale: words.after.values.texts.locale,
        headline,
        before: words.before.decision(&changes.before),
        after: words.after.decision(&changes.after),
        shares: shares
            .map(|share| NoticeShare {
                group: share.group,
                text: words.phrase(group_phrase(share.group, changes)),
                effect: words.effect(share, moved.is_some()),
                changed: words.changed(&changes.changed, share.group),
                facts: words.facts(changes, share.group),
            })
            .collect(),
        together: (!is_divided).then(|| words.phrase(Phrase::ChangesTogether)),
        neutral: changes
            .neutral
            .map(|_| words.phrase(Phrase::ChangesConfidential)),
        note: words.phrase(Phrase::DecisionNote),
    }
}

/// The limit of a decision that comes with one exact amount.
fn exact(standing: &Standing<'_>) -> Option<i64> {
    let limit = standing.limit.filter(|limit| limit.min == limit.max)?;
    (standing.decisions == [Decision::Approve]).then_some(limit.min)
}

fn group_phrase(group: Group, changes: &Changes<'_>) -> Phrase {
    let mut overlays = changes.overlays.iter();
    match (group, changes.fault) {
        (Group::You, _) => Phrase::ChangesYou,
        (Group::Time, _) => Phrase::ChangesTime,
        (Group::Policy, _) if overlays.any(|one| one.regional && one.groups.contains(&group)) => {
            Phrase::ChangesRegion
        }
        (Group::Policy, _) => Phrase::ChangesPolicy,
        (Group::Source, None) => Phrase::ChangesSource,
        (Group::Source, Some(Fault::Undone)) => Phrase::ChangesFaultUndone,
        (Group::Source, Some(Fault::Found)) => Phrase::ChangesFaultFound,
    }
}

/// The words of one of the two decisions.
struct Half<'v> {
    values: Values<'v>,
    read: &'v Validated,
}

impl<'v> Half<'v> {
    fn new(policy: &'v Policy, read: &'v Validated, locale: Locale) -> Half<'v> {
        let texts: &Texts = policy.model().texts_in(locale);
        Half {
            values: Values {
                policy,
                texts,
                facts: &read.facts,
            },
            read,
        }
    }

    fn phrase(&self, phrase: Phrase) -> &'v str {
        let Values { policy, texts, .. } = self.values;
        policy.phrase(texts, self.read.scenario, phrase)
    }

    fn decision(&self, standing: &Standing<'_>) -> String {
        let phrase = match standing.decisions[..] {
            [Decision::Approve] => Phrase::ApproveHeadline,
            [Decision::Refer] => Phrase::ReferHeadline,
            [Decision::RetryLater] => Phrase::RetryLaterHeadline,
            [Decision::Decline] => Phrase::DeclineHeadline,
            _ => Phrase::CannotTellHeadline,
        };
        self.phrase(phrase).into()
    }

    fn title(&self, code: &str) -> String {
        let title = text_of(&self.values, code).and_then(|text| self.values.say(&text.title));
        title.unwrap_or_default()
    }

    /// What a fact is called, and its value.
    fn fact(&self, name: &str) -> Option<(&'v str, String)> {
        let id = self.values.policy.fact_id(name)?;
        let text = self.values.texts.facts.get(usize::from(id))?;
        let mut value = String::new();
        self.values.arg(&mut value, Arg::Fact(id))?;
        Some((&text.label, value))
    }
}

struct Words<'v> {
    before: Half<'v>,
    after: Half<'v>,
}

impl Words<'_> {
    fn phrase(&self, phrase: Phrase) -> String {
        self.after.phrase(phrase).into()
    }

    fn amounts(&self, phrase: Phrase, min: i64, max: i64) -> String {
        let locale = self.after.values.texts.locale;
        let mut filled = Fill::new(locale);
        filled.amounts = Some(Range { min, max });
        fill(self.after.phrase(phrase), &filled)
    }

    fn effect(&self, share: &Share, is_about_limit: bool) -> Option<String> {
        if is_about_limit {
            let moved = share.limit.filter(|moved| moved.min == moved.max)?.min;
            let phrase = match moved {
                0 => return None,
                lower if lower < 0 => Phrase::ChangesEffectLowered,
                _ => Phrase::ChangesEffectRaised,
            };
            let amount = moved.checked_abs()?;
            return Some(self.amounts(phrase, amount, amount));
        }
        match (share.sufficient, share.necessary) {
            (Some(true), _) => Some(self.phrase(Phrase::ChangesEffectEnough)),
            (_, Some(true)) => Some(self.phrase(Phrase::ChangesEffectNeeded)),
            _ => None,
        }
    }

    fn changed(&self, all: &[ChangedReason<'_>], group: Group) -> Vec<NoticeChange> {
        let own = all.iter().filter(|one| one.groups.contains(&group));
        own.map(|one| NoticeChange {
            code: one.code.into(),
            way: one.way,
            text: self.own_values(one).unwrap_or_else(|| match one.way {
                Way::Began | Way::Worse => self.after.title(one.code),
                Way::Ended | Way::Better => self.before.title(one.code),
            }),
        })
        .collect()
    }

    fn facts(&self, changes: &Changes<'_>, group: Group) -> Vec<String> {
        let policy = self.after.values.policy;
        let mut looked_at: Vec<FactId> = Vec::new();
        if let Some(table) = &policy.scenario(self.after.read.scenario).limit
            && changes.before.limit != changes.after.limit
        {
            looked_at.extend(table.axes.iter().map(|axis| axis.fact));
        }
        for overlay in &policy.model().overlays {
            let mut told = changes.overlays.iter();
            if told.any(|one| one.name == overlay.name && one.groups.contains(&group)) {
                looked_at.extend(overlay.when.iter().filter_map(|op| match op {
                    Op::Atom(fact, _) => Some(*fact),
                    _ => None,
                }));
            }
        }
        let own = changes.facts.iter().filter(|fact| fact.group == group);
        own.filter(|fact| {
            let id = policy.fact_id(fact.name);
            let is_looked_at = id.is_some_and(|id| looked_at.contains(&id));
            let mut told = changes.changed.iter();
            let is_told = told
                .any(|one| one.groups.contains(&group) && Self::subject(one) == Some(fact.name));
            is_looked_at && !is_told
        })
        .filter_map(|fact| self.before_and_after(fact.name))
        .collect()
    }

    /// The one fact that a characteristic is about, where its values are told.
    fn subject<'c>(one: &ChangedReason<'c>) -> Option<&'c str> {
        match (&one.facts[..], one.points) {
            ([name], Some(_)) => Some(name),
            _ => None,
        }
    }

    fn own_values(&self, one: &ChangedReason<'_>) -> Option<String> {
        self.before_and_after(Self::subject(one)?)
    }

    /// What a fact is called, and its values before and after.
    fn before_and_after(&self, name: &str) -> Option<String> {
        let ((_, before), (label, after)) = (self.before.fact(name)?, self.after.fact(name)?);
        if before == after {
            return None;
        }
        let colon = if self.after.values.texts.locale == Locale::ZhCn {
            "："
        } else {
            ": "
        };
        Some([label, colon, &before, " → ", &after].concat())
    }
}
