//! The states of an activation link, and the one way from each to the next.
//!
//! Pure: no clock, no store. [`TABLE`] says what can happen, and nothing else
//! does. The drawing in `ARCHITECTURE.md` is made of the table.

use subtle::ConstantTimeEq;

/// Where a link stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    /// Made, and opened by nobody.
    Issued,
    /// Opened on a device, and on no other from then on.
    Opened,
    /// The line was activated with it.
    Used,
    /// Its time was up before that.
    Expired,
    /// A newer link of the account took its place.
    Replaced,
    /// The line does not wait for it any more.
    Withdrawn,
}

/// What can happen to a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    /// It is opened on a device.
    Open,
    /// The line is activated with it.
    Use,
    /// Its time is up.
    Expire,
    /// A newer one is made for the account.
    Replace,
    /// The line begins or ends without it.
    Withdraw,
}

/// Every way from a state to the next; what is not here cannot happen. From
/// [`State::Used`] and what ended otherwise there is none.
pub(crate) const TABLE: &[(State, Act, State)] = &[
    (State::Issued, Act::Open, State::Opened),
    (State::Issued, Act::Expire, State::Expired),
    (State::Issued, Act::Replace, State::Replaced),
    (State::Issued, Act::Withdraw, State::Withdrawn),
    // On the device that opened it first.
    (State::Opened, Act::Open, State::Opened),
    (State::Opened, Act::Use, State::Used),
    (State::Opened, Act::Expire, State::Expired),
    (State::Opened, Act::Replace, State::Replaced),
    (State::Opened, Act::Withdraw, State::Withdrawn),
];

impl State {
    /// Every state.
    pub(crate) const ALL: [State; 6] = [
        State::Issued,
        State::Opened,
        State::Used,
        State::Expired,
        State::Replaced,
        State::Withdrawn,
    ];

    /// The word that is kept.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            State::Issued => "issued",
            State::Opened => "opened",
            State::Used => "used",
            State::Expired => "expired",
            State::Replaced => "replaced",
            State::Withdrawn => "withdrawn",
        }
    }

    /// Reads the word.
    pub(crate) fn parse(word: &str) -> Option<State> {
        State::ALL.into_iter().find(|one| one.as_str() == word)
    }

    /// Where an act leads; `None` where it cannot happen.
    pub(crate) fn after(self, act: Act) -> Option<State> {
        let row = TABLE
            .iter()
            .find(|(from, one, _)| (*from, *one) == (self, act));
        row.map(|(_, _, to)| *to)
    }

    /// The word of the fact `link_state`. A link that a newer one replaced does
    /// what an expired one does: the person is told to take the newest. Of one
    /// that the line does not wait for, the line's own state says more.
    pub(crate) const fn fact(self) -> &'static str {
        match self {
            State::Issued | State::Opened => "valid",
            State::Used => "used",
            State::Expired | State::Replaced | State::Withdrawn => "expired",
        }
    }
}

/// A link as it is kept. Times are in milliseconds since 1970, by
/// [`crate::clock::Steady`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) state: State,
    /// The keyed hash of the secret of the device that opened it.
    pub(crate) device: Option<[u8; 32]>,
    pub(crate) expires_ms: i64,
    /// Rises with every change.
    pub(crate) version: i64,
}

impl Link {
    /// Whether it was opened on this device. The time that this takes tells
    /// nothing of the device's hash.
    pub(crate) fn is_of(&self, device: Option<[u8; 32]>) -> bool {
        let both = self.device.zip(device);
        both.is_some_and(|(own, other)| own.ct_eq(&other).into())
    }

    /// What time has made of it.
    pub(crate) fn at(&self, now_ms: i64) -> State {
        let is_over = now_ms >= self.expires_ms;
        match self.state.after(Act::Expire) {
            Some(expired) if is_over => expired,
            _ => self.state,
        }
    }

    /// What somebody gets to see of it.
    pub(crate) fn seen(&self, look: &Look) -> Seen {
        if look.after.is_some_and(|after| after > self.version) {
            return Seen::Behind;
        }
        match self.at(look.now_ms) {
            State::Issued => Seen::Valid,
            State::Opened if self.is_of(look.device) => Seen::Valid,
            State::Opened => Seen::OtherDevice,
            State::Used => Seen::Used,
            State::Expired => Seen::Expired,
            State::Replaced => Seen::Replaced,
            State::Withdrawn => Seen::Withdrawn,
        }
    }
}

/// Who looks at a link, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Look {
    pub(crate) now_ms: i64,
    /// The keyed hash of the device's secret, if it has one.
    pub(crate) device: Option<[u8; 32]>,
    /// The version that the looker has seen already.
    pub(crate) after: Option<i64>,
}

/// A link as somebody gets to see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen {
    /// It can be opened, or is open, here.
    Valid,
    /// It was opened on another device.
    OtherDevice,
    /// The line was activated with it.
    Used,
    /// Its time is up.
    Expired,
    /// There is a newer one.
    Replaced,
    /// The line does not wait for it any more.
    Withdrawn,
    /// What is here is older than what the looker has seen.
    Behind,
}

impl Seen {
    /// The word that is told.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Seen::Valid => "valid",
            Seen::OtherDevice => "other-device",
            Seen::Used => "used",
            Seen::Expired => "expired",
            Seen::Replaced => "replaced",
            Seen::Withdrawn => "withdrawn",
            Seen::Behind => "behind",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    /// The drawing of [`TABLE`], in Mermaid.
    fn drawing() -> String {
        let mut text = String::from("stateDiagram-v2\n    [*] --> issued: issue\n");
        for (from, act, to) in TABLE {
            let act = format!("{act:?}").to_lowercase();
            let _ = writeln!(text, "    {} --> {}: {act}", from.as_str(), to.as_str());
        }
        for state in State::ALL {
            if TABLE.iter().all(|(from, ..)| *from != state) {
                let _ = writeln!(text, "    {} --> [*]", state.as_str());
            }
        }
        text
    }

    #[test]
    fn the_drawing_is_that_of_the_table() {
        let text = include_str!("../../../ARCHITECTURE.md");
        let drawing = drawing();
        assert!(
            text.contains(&format!("```mermaid\n{drawing}```")),
            "ARCHITECTURE.md lacks\n{drawing}"
        );
    }

    #[test]
    fn nothing_leads_out_of_an_end() {
        let live = [State::Issued, State::Opened];
        for state in State::ALL.into_iter().filter(|one| !live.contains(one)) {
            let mut acts = TABLE.iter().map(|(_, act, _)| *act);
            assert!(acts.all(|act| state.after(act).is_none()), "{state:?}");
        }
        for state in State::ALL {
            assert_eq!(State::parse(state.as_str()), Some(state));
        }
    }

    /// Rows: state, device of the link, now, device of the looker, what the
    /// looker has seen; what is seen. The link ends at 100, its version is 3.
    #[test]
    fn what_somebody_gets_to_see() {
        const A: Option<[u8; 32]> = Some([1; 32]);
        const B: Option<[u8; 32]> = Some([2; 32]);
        for (state, own, now_ms, device, after, expected, why) in [
            (State::Issued, None, 99, None, None, Seen::Valid, "unopened"),
            (
                State::Issued,
                None,
                99,
                A,
                None,
                Seen::Valid,
                "whoever looks",
            ),
            (
                State::Issued,
                None,
                100,
                None,
                None,
                Seen::Expired,
                "at its end it has ended",
            ),
            (State::Opened, A, 99, A, None, Seen::Valid, "its own device"),
            (
                State::Opened,
                A,
                99,
                B,
                None,
                Seen::OtherDevice,
                "another one",
            ),
            (
                State::Opened,
                A,
                99,
                None,
                None,
                Seen::OtherDevice,
                "one without a secret",
            ),
            (
                State::Opened,
                A,
                100,
                A,
                None,
                Seen::Expired,
                "opened is not for ever",
            ),
            (State::Opened, A, 100, B, None, Seen::Expired, "anywhere"),
            (State::Used, A, 99, A, None, Seen::Used, "used"),
            (State::Used, A, 200, B, None, Seen::Used, "for good"),
            (
                State::Replaced,
                None,
                200,
                None,
                None,
                Seen::Replaced,
                "for good",
            ),
            (
                State::Withdrawn,
                A,
                99,
                A,
                None,
                Seen::Withdrawn,
                "the line does not wait",
            ),
            (
                State::Expired,
                None,
                1,
                None,
                None,
                Seen::Expired,
                "the clock does not bring it back",
            ),
            (
                State::Opened,
                A,
                99,
                A,
                Some(3),
                Seen::Valid,
                "no newer one was seen",
            ),
            (
                State::Opened,
                A,
                99,
                A,
                Some(4),
                Seen::Behind,
                "a newer one was seen",
            ),
            (
                State::Opened,
                A,
                100,
                A,
                Some(4),
                Seen::Behind,
                "before anything else",
            ),
        ] {
            let link = Link {
                state,
                device: own,
                expires_ms: 100,
                version: 3,
            };
            let look = Look {
                now_ms,
                device,
                after,
            };
            assert_eq!(link.seen(&look), expected, "{why}");
        }
    }
}
