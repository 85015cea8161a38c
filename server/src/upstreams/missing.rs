//! Why a source has given nothing.

/// The reason, as it is logged; never anything that the source said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Missing {
    /// It is in trouble, and is left alone for a while.
    LeftAlone,
    /// As many questions as it may have at once are on their way.
    TooMany,
    /// No connection, or one that broke before the answer began.
    NoConnection,
    /// No answer within its time.
    TimedOut,
    /// It said itself that it cannot: a status of 429 or from 500 on.
    OutOfOrder,
    /// It refused the question: another status than 200.
    Refused,
    /// The answer is longer than it may be.
    TooLong,
    /// The answer broke off.
    BrokeOff,
    /// The answer is not what was agreed: no JSON, or another type or value.
    Unreadable,
    /// The answer lacks something that was agreed.
    Incomplete,
    /// The answer is about somebody or something else.
    OtherPerson,
    /// Together with what others say, the answer cannot be true of one person.
    Contradicting,
    /// Nobody has asked yet.
    NotAsked,
}

impl Missing {
    /// The code, stable.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Missing::LeftAlone => "left-alone",
            Missing::TooMany => "too-many",
            Missing::NoConnection => "no-connection",
            Missing::TimedOut => "timed-out",
            Missing::OutOfOrder => "out-of-order",
            Missing::Refused => "refused",
            Missing::TooLong => "too-long",
            Missing::BrokeOff => "broke-off",
            Missing::Unreadable => "unreadable",
            Missing::Incomplete => "incomplete",
            Missing::OtherPerson => "other-person",
            Missing::Contradicting => "contradicting",
            Missing::NotAsked => "not-asked",
        }
    }

    /// Whether the source as a whole seems to be in trouble, so that its
    /// breaker counts it and asking again may help. An answer that came, and is
    /// no use, may be about one person only: whoever has an odd record must not
    /// be able to shut a source off for all others.
    pub(super) const fn is_trouble(self) -> bool {
        matches!(
            self,
            Missing::NoConnection
                | Missing::TimedOut
                | Missing::OutOfOrder
                | Missing::TooLong
                | Missing::BrokeOff
        )
    }
}
