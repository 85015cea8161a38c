//! The states of an appeal, and the one way from each to the next.

use crate::line::words;

words! {
    /// Where an appeal stands.
    State {
        /// Somebody will look at it.
        Open = "open",
        /// Something is still needed of the person.
        Waiting = "waiting",
        /// The earlier decision was changed.
        Granted = "granted",
        /// The earlier decision stands.
        Upheld = "upheld",
        /// The person took it back.
        Withdrawn = "withdrawn",
    }
}

words! {
    /// What can be done to an appeal.
    Act {
        /// A document is handed in.
        Add = "add",
        /// Staff ask for something.
        Ask = "ask",
        /// Staff change the earlier decision.
        Grant = "grant",
        /// Staff leave the earlier decision.
        Uphold = "uphold",
        /// The person takes it back.
        Withdraw = "withdraw",
    }
}

/// Every way from a state to the next; what is not here cannot happen.
pub(crate) const TABLE: &[(State, Act, State)] = &[
    (State::Open, Act::Add, State::Open),
    (State::Open, Act::Ask, State::Waiting),
    (State::Open, Act::Grant, State::Granted),
    (State::Open, Act::Uphold, State::Upheld),
    (State::Open, Act::Withdraw, State::Withdrawn),
    (State::Waiting, Act::Add, State::Open),
    (State::Waiting, Act::Grant, State::Granted),
    (State::Waiting, Act::Uphold, State::Upheld),
    (State::Waiting, Act::Withdraw, State::Withdrawn),
];

/// Where an act leads; `None` where it cannot be done.
pub(crate) fn step(from: State, act: Act) -> Option<State> {
    let mut rows = TABLE.iter();
    let row = rows.find(|(state, one, _)| *state == from && *one == act);
    row.map(|(_, _, to)| *to)
}

impl State {
    /// Whether a second decision, or the person, has ended it.
    pub(crate) fn is_over(self) -> bool {
        !TABLE.iter().any(|(from, ..)| *from == self)
    }
}
