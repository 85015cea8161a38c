//! What follows for a line: from a decision, and for the facts of the next.
//!
//! Scenarios are known by name here, as `activation` is to the page: a policy
//! that has none of them has no lines.
//!
//! | scenario | decision | what follows |
//! |---|---|---|
//! | `activation` | approve, with a limit | the line is offered, and begins: at once, or by a link |
//! | `link-activation` | approve | a line that was offered begins |
//! | `limit-review` | approve, with a higher limit | the limit is proposed; the person takes it or not |
//! | `limit-review` | approve, refer | a pause that an earlier review began ends |
//! | `limit-review` | decline | new use is paused until the next review |
//! | `closure` | approve | the line is closed when the time to think it over is up; at once where it was never used |
//!
//! How far a limit goes down, and whether a line is frozen, people decide.

use precheck::units::Date;
use precheck::{Decision, Entries, Policy};
use serde_json::value::RawValue;

use super::{Act, Event, Line, State, due, step};

/// Days from one review to the next.
pub(crate) const REVIEW_EVERY: i32 = 30;

/// Days in which a closure can be taken back.
pub(crate) const COOLING_OFF: i32 = 7;

/// The day on which a line is looked at again.
pub(crate) fn next_review(today: Date) -> Option<Date> {
    Date::from_days(today.days() + REVIEW_EVERY)
}

/// When a line is looked at again, after a change of it.
pub(crate) fn review_after(after: &Line, before: Option<Date>, today: Date) -> Option<Date> {
    match after.state {
        State::None | State::Offered | State::Closed => None,
        // The day that a pause ends is the day of the look that may end it.
        State::Restricted => after.until.or(before),
        State::Active | State::Frozen | State::Closing => before.or_else(|| next_review(today)),
    }
}

/// What time has done to a line by a day, in order.
pub(crate) fn timely(line: &Line, today: Date) -> Vec<Event> {
    let mut line = *line;
    let mut all = Vec::new();
    while let Some(event) = due(&line, today)
        && let Ok(after) = step(&line, event, today)
    {
        line = after;
        all.push(event);
    }
    all
}

/// The scenario that looks at a line again.
pub(crate) const REVIEW: &str = "limit-review";

/// How a line begins whose application is approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Begins {
    /// With the approval.
    AtOnce,
    /// By the link that its person gets.
    ByLink,
}

/// What follows from a decision; each can be done after the one before.
/// `limit` is that of the approval, in fen.
pub(crate) fn events(
    line: &Line,
    (scenario, decision): (&str, Decision),
    limit: Option<i64>,
    begins: Begins,
    today: Date,
) -> Vec<Event> {
    let is_approved = decision == Decision::Approve;
    let is_declined = decision == Decision::Decline;
    let mut wished = Vec::new();
    match scenario {
        "activation" if is_approved => {
            wished.push(Event::to(Act::Offer, limit.unwrap_or(0)));
            wished.extend((begins == Begins::AtOnce).then_some(Event::of(Act::Activate)));
        }
        "closure" if is_approved && line.state == State::Offered => {
            wished.push(Event::of(Act::Close));
        }
        "closure" if is_approved => {
            let closes = Date::from_days(today.days() + COOLING_OFF);
            wished.extend(closes.map(|day| Event::until(Act::Leave, day)));
        }
        "link-activation" if is_approved => wished.push(Event::of(Act::Activate)),
        REVIEW if is_declined => {
            wished.extend(next_review(today).map(|day| Event::until(Act::Restrict, day)))
        }
        // A source that is silent ends nothing.
        REVIEW if decision != Decision::RetryLater => {
            wished.push(Event::of(Act::Release));
            if let Some(limit) = limit.filter(|_| is_approved) {
                wished.push(Event::to(Act::Propose, limit));
            }
        }
        _ => {}
    }
    let mut line = *line;
    let mut possible = Vec::new();
    for event in wished {
        // What cannot be done now does not follow: a limit that is higher
        // already stays, a line that is open is not opened twice.
        if let Ok(after) = step(&line, event, today) {
            line = after;
            possible.push(event);
        } else if event.act == Act::Offer {
            break;
        }
    }
    possible
}

/// What a second decision does to a line: it undoes what was done, or approves
/// one with this limit, or gives the limit that staff say.
pub(crate) fn granted(line: &Line, limit: Option<i64>, today: Date) -> Vec<Event> {
    let mut wished = vec![Event::of(Act::Restore)];
    if let Some(limit) = limit {
        wished.extend([Event::to(Act::Offer, limit), Event::to(Act::Raise, limit)]);
    }
    let mut line = *line;
    wished.retain(|event| match step(&line, *event, today) {
        Ok(after) => {
            line = after;
            true
        }
        Err(_) => false,
    });
    wished
}

/// The word of the fact `line_state` for a scenario. A pause is a freeze to
/// whoever wants to use the line; the review that may end it sees an open line.
fn word(state: State, scenario: &str) -> &'static str {
    match state {
        State::None => "none",
        State::Offered => "approved",
        State::Active => "open",
        State::Restricted if scenario == REVIEW => "open",
        State::Restricted | State::Frozen => "frozen",
        // Not closed before the time to think it over is up.
        State::Closing => "open",
        State::Closed => "closed",
    }
}

/// The facts of an account with what the line says in place of what is kept:
/// those of these names that the policy has. `facts` is a JSON object; what is
/// none comes back as it is.
pub(crate) fn facts(
    policy: &Policy,
    scenario: &str,
    line: &Line,
    facts: &str,
    today: Date,
) -> String {
    let Ok(mut all) = serde_json::from_str::<Entries<Box<RawValue>>>(facts) else {
        return facts.to_owned();
    };
    let since = |day: Option<Date>| day.map_or(0, |day| (today.days() - day.days()).max(0));
    let left = |day: Option<Date>| day.map_or(0, |day| (day.days() - today.days()).max(0));
    let is_stopped = word(line.state, scenario) == "frozen";
    let own = [
        ("line_state", format!("\"{}\"", word(line.state, scenario))),
        ("line_age_days", since(line.opened).to_string()),
        (
            "freeze_days_left",
            left(line.until.filter(|_| is_stopped)).to_string(),
        ),
    ];
    for (name, text) in own {
        let is_known = policy.fact_id(name).is_some();
        let value = RawValue::from_string(text).ok().filter(|_| is_known);
        if let Some(value) = value {
            all.0.retain(|(other, _)| other != name);
            all.0.push((name.to_owned(), value));
        }
    }
    let members = all.0.iter().map(|(name, value)| {
        let name = serde_json::Value::from(name.as_str());
        format!("{name}:{value}")
    });
    format!("{{{}}}", members.collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::line::NOTHING;

    fn line(state: State, limit: i64) -> Line {
        Line {
            state,
            limit,
            ..NOTHING
        }
    }

    /// Rows: line, scenario, decision, limit; what follows.
    #[test]
    fn what_follows_from_a_decision() {
        use Decision::{Approve, Decline, Refer, RetryLater};
        let today = Date::from_ymd(2026, 11, 22).expect("a day");
        for (line, scenario, decision, limit, expected, why) in [
            (
                NOTHING,
                "activation",
                Approve,
                Some(500),
                &[Act::Offer, Act::Activate][..],
                "opened",
            ),
            (
                NOTHING,
                "activation",
                Approve,
                None,
                &[],
                "a policy without limits has no lines",
            ),
            (NOTHING, "activation", Decline, None, &[], "refused"),
            (
                line(State::Active, 300),
                "activation",
                Approve,
                Some(500),
                &[],
                "not opened twice",
            ),
            (
                line(State::Frozen, 300),
                "activation",
                Approve,
                Some(500),
                &[],
                "no way around a freeze",
            ),
            (
                line(State::Closed, 0),
                "activation",
                Approve,
                Some(500),
                &[Act::Offer, Act::Activate],
                "opened again",
            ),
            (
                line(State::Offered, 300),
                "link-activation",
                Approve,
                None,
                &[Act::Activate],
                "begins",
            ),
            (
                line(State::Active, 300),
                "link-activation",
                Approve,
                None,
                &[],
                "has begun",
            ),
            (
                line(State::Active, 300),
                REVIEW,
                Approve,
                Some(500),
                &[Act::Propose],
                "may be more",
            ),
            (
                line(State::Active, 300),
                REVIEW,
                Approve,
                Some(300),
                &[],
                "is as much already",
            ),
            (
                line(State::Active, 300),
                REVIEW,
                Approve,
                Some(200),
                &[],
                "is more already",
            ),
            (
                line(State::Active, 300),
                REVIEW,
                Decline,
                None,
                &[Act::Restrict],
                "paused",
            ),
            (
                line(State::Active, 300),
                REVIEW,
                Refer,
                None,
                &[],
                "somebody looks",
            ),
            (
                line(State::Restricted, 300),
                REVIEW,
                Approve,
                Some(500),
                &[Act::Release, Act::Propose],
                "as before and more",
            ),
            (
                line(State::Restricted, 300),
                REVIEW,
                Refer,
                None,
                &[Act::Release],
                "nothing is held against it",
            ),
            (
                line(State::Restricted, 300),
                REVIEW,
                RetryLater,
                None,
                &[],
                "nobody knows",
            ),
            (
                line(State::Restricted, 300),
                REVIEW,
                Decline,
                None,
                &[Act::Restrict],
                "goes on",
            ),
            (
                line(State::Frozen, 300),
                REVIEW,
                Decline,
                None,
                &[],
                "nothing to pause",
            ),
            (
                line(State::Frozen, 300),
                "closure",
                Approve,
                None,
                &[Act::Leave],
                "nobody is kept",
            ),
            (
                line(State::Offered, 300),
                "closure",
                Approve,
                None,
                &[Act::Close],
                "never used",
            ),
            (
                line(State::Active, 300),
                "checkout",
                Decline,
                None,
                &[],
                "an order is not the line",
            ),
        ] {
            let found = events(&line, (scenario, decision), limit, Begins::AtOnce, today);
            let found: Vec<Act> = found.iter().map(|event| event.act).collect();
            assert_eq!(found, expected, "{why}");
        }
        let approved = ("activation", Approve);
        let found = events(&NOTHING, approved, Some(300), Begins::ByLink, today);
        assert_eq!(found, [Event::to(Act::Offer, 300)], "it waits for its link");
    }
}
