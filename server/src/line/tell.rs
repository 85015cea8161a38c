//! What is told and kept of a change.
//!
//! A notice says what happened in the words of the pack, and why: what changed
//! between two decisions, the reasons of one, or what a member of staff wrote.

use std::collections::BTreeMap;

use precheck::units::{Date, Locale};
use precheck::{Phrase, Policy, announce};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use super::{Act, Line, State};
use crate::store::Notices;

/// Why something happened to a line.
#[derive(Default)]
pub(crate) struct Why {
    /// The decision that it follows from.
    pub(crate) decision: Option<String>,
    /// The words of that decision, by locale.
    pub(crate) notices: Option<Notices>,
    /// What changed since the decision before, by locale.
    pub(crate) changes: BTreeMap<String, Box<RawValue>>,
    /// What a member of staff says.
    pub(crate) because: Option<String>,
    /// Whose key it was done with.
    pub(crate) caller: Option<String>,
}

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum By {
    /// Whom the line belongs to.
    Person,
    /// A member of staff, through an operator's interface.
    Operator,
    /// A decision.
    Decision,
    /// Nobody: time went by.
    Time,
}

/// A line as a change is kept.
#[derive(Serialize)]
struct Stood {
    state: &'static str,
    limit: i64,
    proposed: i64,
    until: Option<Date>,
    closes: Option<Date>,
}

impl From<&Line> for Stood {
    fn from(line: &Line) -> Stood {
        Stood {
            state: line.state.as_str(),
            limit: line.limit,
            proposed: line.proposed,
            until: line.until,
            closes: line.closes,
        }
    }
}

/// What is sealed in the log of a change.
#[derive(Serialize)]
struct Trace<'a> {
    account: &'a str,
    act: &'static str,
    by: By,
    before: Stood,
    after: Stood,
    decision: Option<&'a str>,
    because: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    caller: Option<&'a str>,
}

/// What is kept of a change, as JSON.
pub(crate) fn trace(
    account: &str,
    act: Act,
    by: By,
    [before, after]: [&Line; 2],
    why: &Why,
) -> Option<Box<RawValue>> {
    let trace = Trace {
        account,
        act: act.as_str(),
        by,
        before: before.into(),
        after: after.into(),
        decision: why.decision.as_deref(),
        because: why.because.as_deref(),
        caller: why.caller.as_deref(),
    };
    to_raw_value(&trace).ok()
}

/// What is kept of a look at a line that changed nothing, as JSON.
pub(crate) fn reviewed(account: &str, line: &Line, why: &Why) -> Option<Box<RawValue>> {
    let trace = Trace {
        account,
        act: "review",
        by: By::Decision,
        before: line.into(),
        after: line.into(),
        decision: why.decision.as_deref(),
        because: None,
        caller: None,
    };
    to_raw_value(&trace).ok()
}

/// What is kept of a change of an appeal, as JSON.
pub(crate) fn appealed(
    account: &str,
    appeal: &str,
    act: &'static str,
    by: By,
    why: &Why,
) -> Option<Box<RawValue>> {
    #[derive(Serialize)]
    struct Trace<'a> {
        account: &'a str,
        appeal: &'a str,
        act: &'static str,
        by: By,
        decision: Option<&'a str>,
        because: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        caller: Option<&'a str>,
    }
    let trace = Trace {
        account,
        appeal,
        act,
        by,
        decision: why.decision.as_deref(),
        because: why.because.as_deref(),
        caller: why.caller.as_deref(),
    };
    to_raw_value(&trace).ok()
}

/// The sentence of an act; `None` for what nobody has to be told.
fn phrase(act: Act, after: &Line) -> Option<Phrase> {
    Some(match act {
        // Told when it begins; a line that waits for its activation is told now.
        Act::Offer => Phrase::LineOffered,
        Act::Activate => Phrase::LineOpened,
        Act::Propose => Phrase::LineProposed,
        Act::Raise => Phrase::LineRaised,
        Act::Lower => Phrase::LineLowered,
        Act::Restrict => match after.until {
            Some(_) => Phrase::LineRestrictedUntil,
            None => Phrase::LineRestricted,
        },
        Act::Release => Phrase::LineReleased,
        Act::Freeze => match after.until {
            Some(_) => Phrase::LineFrozenUntil,
            None => Phrase::LineFrozen,
        },
        Act::Unfreeze if after.state == State::Restricted => Phrase::LineRestricted,
        Act::Unfreeze => Phrase::LineUnfrozen,
        Act::Restore => Phrase::LineRestored,
        Act::Leave => Phrase::LineLeaving,
        Act::Stay => Phrase::LineStayed,
        Act::Close => Phrase::LineClosed,
        Act::Decline => return None,
    })
}

/// A notice in one locale.
#[derive(Serialize)]
struct Words<'a> {
    headline: String,
    /// The decision that it follows from.
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<&'a str>,
    /// What a member of staff says.
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<&'a str>,
    /// What changed since the decision before.
    #[serde(skip_serializing_if = "Option::is_none")]
    changes: Option<&'a RawValue>,
    /// The words of the decision, where there is none before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    notice: Option<&'a RawValue>,
}

/// What the person is told, in every locale of the service.
pub(crate) fn words(
    policy: &Policy,
    act: Act,
    [before, after]: [&Line; 2],
    why: &Why,
) -> Option<Notices> {
    let phrase = phrase(act, after)?;
    let limit = match act {
        Act::Propose => after.proposed,
        _ => after.limit,
    };
    let day = if act == Act::Leave {
        after.closes
    } else {
        after.until
    };
    told(policy, phrase, [before.limit, limit], day, why)
}

/// What the person is told in one sentence of the pack, and why.
pub(crate) fn told(
    policy: &Policy,
    phrase: Phrase,
    limits: [i64; 2],
    day: Option<Date>,
    why: &Why,
) -> Option<Notices> {
    let all = Locale::ALL.iter().map(|&locale| {
        let tag = locale.as_str();
        let changes = why.changes.get(tag).map(|one| &**one);
        let notice = why.notices.as_ref().and_then(|all| all.0.get(tag));
        let words = Words {
            headline: announce(policy, phrase, limits, day, locale),
            decision: why.decision.as_deref(),
            because: why.because.as_deref(),
            changes,
            notice: notice.filter(|_| changes.is_none()).map(|one| &**one),
        };
        Some((tag.to_owned(), to_raw_value(&words).ok()?))
    });
    all.collect::<Option<BTreeMap<_, _>>>().map(Notices)
}

/// What the person is told of a decision that was taken again and changed
/// nothing about the line: what changed, and what staff say.
pub(crate) fn righted(why: &Why) -> Option<Notices> {
    #[derive(serde::Deserialize)]
    struct Headline {
        headline: String,
    }
    let all = why.changes.iter().map(|(locale, changes)| {
        let Headline { headline } = serde_json::from_str(changes.get()).ok()?;
        let words = Words {
            headline,
            decision: why.decision.as_deref(),
            because: why.because.as_deref(),
            changes: Some(changes),
            notice: None,
        };
        Some((locale.clone(), to_raw_value(&words).ok()?))
    });
    all.collect::<Option<BTreeMap<_, _>>>().map(Notices)
}

/// What is kept of it, as JSON.
pub(crate) fn redecided(account: &str, line: &Line, why: &Why) -> Option<Box<RawValue>> {
    let trace = Trace {
        account,
        act: "redecide",
        by: By::Operator,
        before: line.into(),
        after: line.into(),
        decision: why.decision.as_deref(),
        because: why.because.as_deref(),
        caller: why.caller.as_deref(),
    };
    to_raw_value(&trace).ok()
}
