//! The states of a delivery, and the one way from each to the next.
//!
//! A delivery is one notice over one channel. Pure: no clock, no store, no
//! randomness of its own. [`TABLE`] says what leads where; [`step`] takes a
//! step, [`due`] says what time does by itself. The drawing in
//! `ARCHITECTURE.md` is made of the table.

use crate::line::words;

words! {
    /// How far a notice is over a channel.
    State {
        /// Nobody has tried yet, or somebody wants it tried anew.
        Queued = "queued",
        /// It is on its way.
        Sending = "sending",
        /// It did not get there, and is tried again.
        Failed = "failed",
        /// Whoever takes it on has said so.
        Sent = "sent",
        /// It is not tried any more.
        GivenUp = "given-up",
    }
}

/// What happens to a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Event {
    /// It is taken in hand.
    Take,
    /// It was taken on.
    Deliver,
    /// It was not, this time.
    Fail,
    /// It never will be: the channel wants nothing of it.
    Refuse,
    /// It failed, and has been tried for long enough.
    Expire,
    /// Nobody has said what became of it: whoever sent it has ended.
    Lapse,
    /// An operator wants it tried anew.
    Retry,
}

impl Event {
    /// The word for it, as it is logged.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Event::Take => "take",
            Event::Deliver => "deliver",
            Event::Fail => "fail",
            Event::Refuse => "refuse",
            Event::Expire => "expire",
            Event::Lapse => "lapse",
            Event::Retry => "retry",
        }
    }
}

/// Every way from a state to the next; what is not here cannot happen.
pub(crate) const TABLE: &[(State, Event, State)] = {
    use Event as E;
    use State as S;
    &[
        (S::Queued, E::Take, S::Sending),
        (S::Sending, E::Deliver, S::Sent),
        (S::Sending, E::Fail, S::Failed),
        (S::Sending, E::Lapse, S::Failed),
        (S::Sending, E::Expire, S::GivenUp),
        (S::Sending, E::Refuse, S::GivenUp),
        (S::Failed, E::Take, S::Sending),
        (S::Failed, E::Retry, S::Queued),
        (S::GivenUp, E::Retry, S::Queued),
    ]
};

/// How far a notice is over a channel. Moments are in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Delivery {
    pub(crate) state: State,
    /// How often it was taken in hand.
    pub(crate) attempts: i64,
    /// When it was queued: what counts for giving up.
    pub(crate) queued_ms: i64,
    /// When something is to be done next; when it ended, where nothing is.
    pub(crate) due_ms: i64,
}

/// How patient a channel is, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pace {
    /// How long it is waited after the first failure, at most.
    pub(crate) first_ms: i64,
    /// How long it is ever waited; the time doubles up to here.
    pub(crate) most_ms: i64,
    /// For how long it is tried.
    pub(crate) give_up_ms: i64,
    /// After how long nobody is believed to be sending any more.
    pub(crate) lease_ms: i64,
}

impl State {
    /// Whether it is over: a later notice does not wait for it.
    pub(crate) const fn is_over(self) -> bool {
        matches!(self, State::Sent | State::GivenUp)
    }
}

/// A notice that has just been made.
pub(crate) const fn queued(now_ms: i64) -> Delivery {
    Delivery {
        state: State::Queued,
        attempts: 0,
        queued_ms: now_ms,
        due_ms: now_ms,
    }
}

/// What is done about a delivery now; `None` where there is nothing to do.
pub(crate) fn due(delivery: &Delivery, now_ms: i64, pace: &Pace) -> Option<Event> {
    if delivery.state.is_over() || delivery.due_ms > now_ms {
        return None;
    }
    Some(match delivery.state {
        State::Sending => unless_old(delivery, Event::Lapse, now_ms, pace),
        _ => Event::Take,
    })
}

/// What a try is that did not get there but might another time.
pub(crate) fn failed(delivery: &Delivery, now_ms: i64, pace: &Pace) -> Event {
    unless_old(delivery, Event::Fail, now_ms, pace)
}

fn unless_old(delivery: &Delivery, event: Event, now_ms: i64, pace: &Pace) -> Event {
    let age = now_ms.saturating_sub(delivery.queued_ms);
    if age >= pace.give_up_ms {
        Event::Expire
    } else {
        event
    }
}

/// What becomes of a delivery; `None` where that cannot happen to it. `random`
/// is any number: it spreads the tries of many that failed together.
pub(crate) fn step(
    delivery: &Delivery,
    event: Event,
    now_ms: i64,
    pace: &Pace,
    random: u32,
) -> Option<Delivery> {
    let mut rows = TABLE.iter();
    let (_, _, state) = *rows.find(|(from, one, _)| *from == delivery.state && *one == event)?;
    let mut after = Delivery {
        state,
        due_ms: now_ms,
        ..*delivery
    };
    match event {
        Event::Take => {
            after.attempts = delivery.attempts.saturating_add(1);
            after.due_ms = now_ms.saturating_add(pace.lease_ms);
        }
        Event::Fail | Event::Lapse => {
            let wait = wait(delivery.attempts, pace, random);
            after.due_ms = now_ms.saturating_add(wait);
        }
        Event::Retry => after = queued(now_ms),
        Event::Deliver | Event::Refuse | Event::Expire => {}
    }
    Some(after)
}

/// How long it is waited after so many tries: between half and all of a time
/// that doubles with each.
fn wait(attempts: i64, pace: &Pace, random: u32) -> i64 {
    // More doublings than there are bits change nothing any more.
    let factor = 1_i64 << attempts.saturating_sub(1).clamp(0, 62);
    let whole = pace.first_ms.saturating_mul(factor).min(pace.most_ms);
    let half = whole / 2;
    let share = i128::from(whole - half) * i128::from(random) / i128::from(u32::MAX);
    half + i64::try_from(share).unwrap_or(0)
}

/// The drawing of [`TABLE`], in Mermaid.
#[cfg(test)]
pub(super) fn drawing() -> String {
    use std::fmt::Write;
    let mut text = String::from("stateDiagram-v2\n    [*] --> queued\n");
    for (from, event, to) in TABLE {
        let [from, event, to] = [from.as_str(), event.as_str(), to.as_str()];
        // A hyphen would end the name of a state.
        let [from, to] = [from, to].map(|one| one.replace('-', "_"));
        let _ = writeln!(text, "    {from} --> {to}: {event}");
    }
    text.push_str("    state \"given up\" as given_up\n");
    text
}
