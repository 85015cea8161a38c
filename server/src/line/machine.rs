//! The states of a line, and the one way from each to the next.
//!
//! Pure: no clock, no store. [`TABLE`] says which act leads where, and nothing
//! else does; [`step`] takes one and says why not. The drawing in
//! `ARCHITECTURE.md` is made of the table.

use precheck::units::Date;

/// Declares words that are kept in the database and told over HTTP.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$each:meta])* $choice:ident = $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum $name { $($(#[$each])* $choice,)* }

        impl $name {
            /// All of them.
            pub(crate) const ALL: &'static [$name] = &[$($name::$choice,)*];

            /// The word.
            pub(crate) const fn as_str(self) -> &'static str {
                match self { $($name::$choice => $word,)* }
            }

            /// Reads the word.
            pub(crate) fn parse(word: &str) -> Option<$name> {
                $name::ALL.iter().copied().find(|one| one.as_str() == word)
            }
        }
    };
}
pub(crate) use words;

words! {
    /// Where a line stands.
    State {
        /// There is none.
        None = "none",
        /// Approved, and not activated yet.
        Offered = "offered",
        /// In use.
        Active = "active",
        /// New use is paused until a review.
        Restricted = "restricted",
        /// New use is stopped for safety.
        Frozen = "frozen",
        /// To be closed when the time to think it over is up.
        Closing = "closing",
        /// Closed; a new application may open another.
        Closed = "closed",
    }
}

words! {
    /// What can be done to a line.
    Act {
        /// Approves it, with a limit.
        Offer = "offer",
        /// Begins to use it.
        Activate = "activate",
        /// Proposes a higher limit, which the person may take.
        Propose = "propose",
        /// Turns the proposal down.
        Decline = "decline",
        /// Raises the limit.
        Raise = "raise",
        /// Lowers the limit.
        Lower = "lower",
        /// Pauses new use.
        Restrict = "restrict",
        /// Ends the pause.
        Release = "release",
        /// Stops new use for safety.
        Freeze = "freeze",
        /// Ends the freeze.
        Unfreeze = "unfreeze",
        /// Undoes what lowered, paused or froze it: a second decision.
        Restore = "restore",
        /// Asks for it to be closed.
        Leave = "leave",
        /// Thinks better of closing.
        Stay = "stay",
        /// Closes it.
        Close = "close",
    }
}

/// Where an act leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum To {
    /// To a state.
    State(State),
    /// To the state before the freeze, or before closing was asked for.
    Back,
}

/// Every way from a state to the next; what is not here cannot happen.
pub(crate) const TABLE: &[(State, Act, To)] = {
    use Act as A;
    use State as S;
    use To::Back;
    const fn to(state: State) -> To {
        To::State(state)
    }
    &[
        (S::None, A::Offer, to(S::Offered)),
        (S::Closed, A::Offer, to(S::Offered)),
        (S::Offered, A::Activate, to(S::Active)),
        (S::Offered, A::Close, to(S::Closed)),
        (S::Active, A::Propose, to(S::Active)),
        (S::Active, A::Decline, to(S::Active)),
        (S::Active, A::Raise, to(S::Active)),
        (S::Active, A::Lower, to(S::Active)),
        (S::Active, A::Restrict, to(S::Restricted)),
        (S::Active, A::Freeze, to(S::Frozen)),
        (S::Active, A::Restore, to(S::Active)),
        (S::Active, A::Leave, to(S::Closing)),
        (S::Active, A::Close, to(S::Closed)),
        (S::Restricted, A::Lower, to(S::Restricted)),
        (S::Restricted, A::Restrict, to(S::Restricted)),
        (S::Restricted, A::Release, to(S::Active)),
        (S::Restricted, A::Freeze, to(S::Frozen)),
        (S::Restricted, A::Restore, to(S::Active)),
        (S::Restricted, A::Leave, to(S::Closing)),
        (S::Restricted, A::Close, to(S::Closed)),
        (S::Frozen, A::Lower, to(S::Frozen)),
        (S::Frozen, A::Freeze, to(S::Frozen)),
        (S::Frozen, A::Unfreeze, Back),
        (S::Frozen, A::Restore, to(S::Active)),
        (S::Frozen, A::Leave, to(S::Closing)),
        (S::Frozen, A::Close, to(S::Closed)),
        (S::Closing, A::Stay, Back),
        (S::Closing, A::Close, to(S::Closed)),
    ]
};

/// A line. Amounts are in fen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) state: State,
    /// The state before a freeze; [`State::None`] where there is none.
    pub(crate) back: State,
    /// The state before closing was asked for; [`State::None`] likewise.
    pub(crate) held: State,
    /// 0 without a line.
    pub(crate) limit: i64,
    /// The limit before it was lowered, which a second decision may restore; 0
    /// for none.
    pub(crate) lowered_from: i64,
    /// A higher limit that the person may take; 0 for none.
    pub(crate) proposed: i64,
    /// The day on which a pause or a freeze ends by itself.
    pub(crate) until: Option<Date>,
    /// The day on which the time to think a closure over ends.
    pub(crate) closes: Option<Date>,
    /// The day on which it was activated.
    pub(crate) opened: Option<Date>,
}

/// What a line has before there is one.
pub(crate) const NOTHING: Line = Line {
    state: State::None,
    back: State::None,
    held: State::None,
    limit: 0,
    lowered_from: 0,
    proposed: 0,
    until: None,
    closes: None,
    opened: None,
};

/// What is done to a line, with what it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Event {
    pub(crate) act: Act,
    /// The limit of [`Act::Offer`], [`Act::Propose`], [`Act::Raise`] and
    /// [`Act::Lower`], in fen; for a raise and a restoration 0 takes what was
    /// proposed or lowered.
    pub(crate) limit: i64,
    /// The last day of what ends by itself: [`Act::Restrict`], [`Act::Freeze`],
    /// [`Act::Leave`].
    pub(crate) until: Option<Date>,
}

impl Event {
    /// An act that takes nothing.
    pub(crate) const fn of(act: Act) -> Event {
        Event {
            act,
            limit: 0,
            until: None,
        }
    }

    /// An act with a limit.
    pub(crate) const fn to(act: Act, limit: i64) -> Event {
        Event {
            limit,
            ..Event::of(act)
        }
    }

    /// An act that ends by itself.
    pub(crate) const fn until(act: Act, until: Date) -> Event {
        Event {
            until: Some(until),
            ..Event::of(act)
        }
    }
}

/// Why something cannot be done to a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Not in this state.
    State,
    /// The limit is not higher than it is.
    NotHigher,
    /// The limit is not lower than it is, or less than nothing.
    NotLower,
    /// A limit is more than nothing.
    NoLimit,
    /// Nothing was proposed.
    NoProposal,
    /// It has to end on a day to come.
    NotLater,
}

impl Refusal {
    /// The code, stable.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Refusal::State => "line-state",
            Refusal::NotHigher => "limit-not-higher",
            Refusal::NotLower => "limit-not-lower",
            Refusal::NoLimit => "limit-missing",
            Refusal::NoProposal => "proposal-missing",
            Refusal::NotLater => "day-not-later",
        }
    }
}

/// Where an act leads from a state.
fn way(from: State, act: Act) -> Option<To> {
    let mut rows = TABLE.iter();
    let row = rows.find(|(state, one, _)| *state == from && *one == act);
    row.map(|(_, _, to)| *to)
}

/// What can be done now.
pub(crate) fn acts(line: &Line) -> impl Iterator<Item = Act> + use<> {
    let state = line.state;
    let rows = TABLE.iter().filter(move |(from, ..)| *from == state);
    rows.map(|(_, act, _)| *act)
}

/// Does something to a line on a day.
///
/// # Errors
///
/// A [`Refusal`]; the line is as it was.
pub(crate) fn step(line: &Line, event: Event, today: Date) -> Result<Line, Refusal> {
    let to = way(line.state, event.act).ok_or(Refusal::State)?;
    let mut after = *line;
    after.state = match to {
        To::State(state) => state,
        To::Back if line.state == State::Frozen => line.back,
        To::Back => line.held,
    };
    let ends = || match event.until {
        Some(until) if until <= today => Err(Refusal::NotLater),
        until => Ok(until),
    };
    match event.act {
        Act::Offer => {
            demand(event.limit > 0, Refusal::NoLimit)?;
            after = Line {
                state: after.state,
                limit: event.limit,
                ..NOTHING
            };
        }
        Act::Activate => after.opened = Some(today),
        Act::Propose => {
            demand(event.limit > line.limit, Refusal::NotHigher)?;
            after.proposed = event.limit;
        }
        Act::Decline => {
            demand(line.proposed > 0, Refusal::NoProposal)?;
            after.proposed = 0;
        }
        Act::Raise => {
            let limit = if event.limit == 0 {
                demand(line.proposed > 0, Refusal::NoProposal)?;
                line.proposed
            } else {
                event.limit
            };
            demand(limit > line.limit, Refusal::NotHigher)?;
            (after.limit, after.lowered_from, after.proposed) = (limit, 0, 0);
        }
        Act::Lower => {
            let is_lower = 0 <= event.limit && event.limit < line.limit;
            demand(is_lower, Refusal::NotLower)?;
            // Lowered twice, the first limit is what a second look is about.
            after.lowered_from = line.lowered_from.max(line.limit);
            (after.limit, after.proposed) = (event.limit, 0);
        }
        Act::Restrict => (after.until, after.proposed) = (ends()?, 0),
        Act::Freeze => {
            after.until = ends()?;
            after.proposed = 0;
            if line.state != State::Frozen {
                after.back = line.state;
            }
        }
        Act::Leave => {
            demand(event.until.is_some(), Refusal::NotLater)?;
            // A freeze or a pause goes on meanwhile.
            (after.closes, after.proposed, after.held) = (ends()?, 0, line.state);
        }
        Act::Stay => (after.closes, after.held) = (None, State::None),
        Act::Release => after.until = None,
        Act::Unfreeze => (after.until, after.back) = (None, State::None),
        Act::Restore => {
            after.limit = line.limit.max(line.lowered_from);
            (after.lowered_from, after.until, after.back) = (0, None, State::None);
        }
        Act::Close => {
            after = Line {
                state: after.state,
                opened: line.opened,
                ..NOTHING
            };
        }
    }
    Ok(after)
}

fn demand(holds: bool, otherwise: Refusal) -> Result<(), Refusal> {
    if holds { Ok(()) } else { Err(otherwise) }
}

/// What time does by itself on a day: a freeze or a pause that is over, a
/// closure that nobody took back.
pub(crate) fn due(line: &Line, today: Date) -> Option<Event> {
    let (ends, act) = match line.state {
        State::Restricted => (line.until, Act::Release),
        State::Frozen => (line.until, Act::Unfreeze),
        State::Closing => (line.closes, Act::Close),
        _ => return None,
    };
    ends.is_some_and(|day| day <= today).then(|| Event::of(act))
}

/// The drawing of [`TABLE`], in Mermaid.
#[cfg(test)]
pub(super) fn drawing() -> String {
    use std::fmt::Write;
    let mut text = String::from("stateDiagram-v2\n    [*] --> none\n");
    for (from, act, to) in TABLE {
        let from = from.as_str();
        let to = match to {
            To::State(state) => state.as_str(),
            To::Back => "back",
        };
        let _ = writeln!(text, "    {from} --> {to}: {}", act.as_str());
    }
    text.push_str("    state \"as before\" as back\n");
    text
}
