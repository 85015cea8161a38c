//! The line against a simple model of it, in random sequences.

use std::path::Path;

use precheck::units::Date;
use proptest::prelude::*;

use super::machine::{
    Act, Event, Line, NOTHING, Refusal, State, TABLE, To, acts, drawing, due, step,
};

fn day(days: i32) -> Date {
    Date::from_days(20_000 + days).expect("in the calendar")
}

/// What somebody would keep on paper: what is true of a line, no states.
#[derive(Debug, Clone, Default, PartialEq)]
struct Paper {
    exists: bool,
    in_use: bool,
    paused: bool,
    frozen: bool,
    leaving: bool,
    was_closed: bool,
    limit: i64,
    highest: i64,
    proposed: i64,
}

impl Paper {
    fn word(&self) -> &'static str {
        match self {
            Paper {
                exists: false,
                was_closed,
                ..
            } => {
                if *was_closed {
                    "closed"
                } else {
                    "none"
                }
            }
            Paper { leaving: true, .. } => "closing",
            Paper { frozen: true, .. } => "frozen",
            Paper { paused: true, .. } => "restricted",
            Paper { in_use: true, .. } => "active",
            _ => "offered",
        }
    }

    /// Does it, or says that it cannot be done.
    fn take(&mut self, event: Event, today: Date) -> bool {
        let is_later = event.until.is_none_or(|until| until > today);
        let is_usable = self.exists && self.in_use && !self.leaving;
        let is_plain = is_usable && !self.frozen && !self.paused;
        let can = match event.act {
            Act::Offer => !self.exists && event.limit > 0,
            Act::Activate => self.exists && !self.in_use,
            Act::Propose => is_plain && event.limit > self.limit,
            Act::Decline => is_plain && self.proposed > 0,
            Act::Raise => {
                is_plain
                    && if event.limit == 0 {
                        self.proposed > self.limit
                    } else {
                        event.limit > self.limit
                    }
            }
            Act::Lower => is_usable && (0..self.limit).contains(&event.limit),
            Act::Restrict => is_usable && !self.frozen && is_later,
            Act::Release => is_usable && self.paused && !self.frozen,
            Act::Freeze => is_usable && is_later,
            Act::Unfreeze => is_usable && self.frozen,
            Act::Restore => is_usable,
            Act::Leave => is_usable && event.until.is_some() && is_later,
            Act::Stay => self.exists && self.leaving,
            Act::Close => self.exists,
        };
        if !can {
            return false;
        }
        match event.act {
            Act::Offer => {
                *self = Paper {
                    exists: true,
                    limit: event.limit,
                    ..Paper::default()
                };
            }
            Act::Activate => self.in_use = true,
            Act::Propose => self.proposed = event.limit,
            Act::Decline => self.proposed = 0,
            Act::Raise => {
                self.limit = if event.limit == 0 {
                    self.proposed
                } else {
                    event.limit
                };
                (self.highest, self.proposed) = (0, 0);
            }
            Act::Lower => {
                self.highest = self.highest.max(self.limit);
                (self.limit, self.proposed) = (event.limit, 0);
            }
            Act::Restrict => (self.paused, self.proposed) = (true, 0),
            Act::Release => self.paused = false,
            Act::Freeze => (self.frozen, self.proposed) = (true, 0),
            Act::Unfreeze => self.frozen = false,
            Act::Restore => {
                self.limit = self.limit.max(self.highest);
                (self.highest, self.paused, self.frozen) = (0, false, false);
            }
            Act::Leave => (self.leaving, self.proposed) = (true, 0),
            Act::Stay => self.leaving = false,
            Act::Close => {
                *self = Paper {
                    was_closed: true,
                    ..Paper::default()
                }
            }
        }
        true
    }
}

fn events() -> impl Strategy<Value = (usize, i64, Option<i32>, i32)> {
    (
        0..Act::ALL.len(),
        prop_oneof![Just(0), -5..50_i64, 1..20_i64],
        prop::option::of(-3..40_i32),
        0..15_i32,
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Whatever is tried in whatever order, with time going by: what can be
    /// done, where it leads and the limit are as on paper.
    #[test]
    fn the_line_is_as_on_paper(all in prop::collection::vec(events(), 1..60)) {
        let (mut line, mut paper) = (NOTHING, Paper::default());
        let mut today = 0;
        for (act, limit, until, later) in all {
            today += later;
            // Time first, as a service does before it does anything else.
            while let Some(event) = due(&line, day(today)) {
                line = step(&line, event, day(today)).expect("what is due can be done");
                prop_assert!(paper.take(event, day(today)), "{:?}", event);
            }
            let event = Event {
                act: Act::ALL[act],
                limit,
                until: until.map(|days| day(today + days)),
            };
            let is_taken = paper.take(event, day(today));
            match step(&line, event, day(today)) {
                Ok(after) => {
                    prop_assert!(is_taken, "{line:?} {event:?}");
                    line = after;
                }
                Err(_) => prop_assert!(!is_taken, "{line:?} {event:?}"),
            }
            prop_assert_eq!(line.state.as_str(), paper.word());
            prop_assert_eq!(line.limit, paper.limit);
            prop_assert_eq!(line.proposed, paper.proposed);
            prop_assert_eq!(line.limit > 0 || line.lowered_from > 0, paper.exists);
        }
    }
}

/// Every state is reached, and from every state there is a way to `closed`.
#[test]
fn no_state_is_idle_and_none_is_a_trap() {
    let reach = |first: State| {
        let mut found = vec![first];
        let mut at = 0;
        while let Some(from) = found.get(at).copied() {
            for (state, _, to) in TABLE {
                if let (true, To::State(to)) = (*state == from, to)
                    && !found.contains(to)
                {
                    found.push(*to);
                }
            }
            at += 1;
        }
        found
    };
    assert_eq!(reach(State::None).len(), State::ALL.len());
    for state in State::ALL {
        assert!(reach(*state).contains(&State::Closed), "{state:?}");
    }
    let mut rows: Vec<(State, Act)> = TABLE.iter().map(|(from, act, _)| (*from, *act)).collect();
    rows.sort_unstable();
    rows.dedup();
    assert_eq!(rows.len(), TABLE.len(), "one way for each act");
    for act in Act::ALL {
        assert!(
            rows.iter().any(|(_, one)| one == act),
            "{act:?} is never taken"
        );
    }
}

/// A freeze that began while the line was paused leads back to the pause, and
/// thinking better of closing leads to the freeze.
#[test]
fn what_was_before_comes_back() {
    let today = day(0);
    let line = |events: &[Event]| -> Line {
        events.iter().fold(NOTHING, |line, event| {
            step(&line, *event, today).expect("a way")
        })
    };
    let opened = [Event::to(Act::Offer, 500), Event::of(Act::Activate)];
    let paused = [&opened[..], &[Event::until(Act::Restrict, day(30))]].concat();
    let frozen = [&paused[..], &[Event::until(Act::Freeze, day(7))]].concat();
    let leaving = [&frozen[..], &[Event::until(Act::Leave, day(3))]].concat();
    let stayed = [&leaving[..], &[Event::of(Act::Stay)]].concat();
    assert_eq!(line(&stayed), line(&frozen));
    let thawed = [&stayed[..], &[Event::of(Act::Unfreeze)]].concat();
    assert_eq!(line(&thawed).state, State::Restricted);
    assert_eq!(due(&line(&leaving), day(2)), None);
    assert_eq!(due(&line(&leaving), day(3)), Some(Event::of(Act::Close)));
    // Lowered twice, the first limit comes back.
    let lowered = [
        &opened[..],
        &[Event::to(Act::Lower, 300), Event::to(Act::Lower, 0)],
    ]
    .concat();
    let restored = [&lowered[..], &[Event::of(Act::Restore)]].concat();
    assert_eq!((line(&lowered).limit, line(&restored).limit), (0, 500));
}

#[test]
fn refusals_say_why() {
    let today = day(0);
    let opened = step(&NOTHING, Event::to(Act::Offer, 500), today).expect("a line");
    let active = step(&opened, Event::of(Act::Activate), today).expect("a line");
    for (line, event, why) in [
        (NOTHING, Event::of(Act::Activate), Refusal::State),
        (NOTHING, Event::to(Act::Offer, 0), Refusal::NoLimit),
        (active, Event::to(Act::Offer, 1), Refusal::State),
        (active, Event::to(Act::Raise, 500), Refusal::NotHigher),
        (active, Event::of(Act::Raise), Refusal::NoProposal),
        (active, Event::of(Act::Decline), Refusal::NoProposal),
        (active, Event::to(Act::Lower, 500), Refusal::NotLower),
        (active, Event::to(Act::Lower, -1), Refusal::NotLower),
        (active, Event::until(Act::Freeze, today), Refusal::NotLater),
        (active, Event::of(Act::Leave), Refusal::NotLater),
    ] {
        assert_eq!(step(&line, event, today), Err(why), "{event:?}");
        assert!(!why.code().is_empty());
    }
    assert!(acts(&active).any(|act| act == Act::Raise));
    assert!(acts(&NOTHING).eq([Act::Offer]));
}

/// The drawing in the documents is that of the table.
#[test]
fn the_drawing_is_up_to_date() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ARCHITECTURE.md");
    let text = std::fs::read_to_string(file).expect("the document is readable");
    assert!(
        text.contains(&drawing()),
        "ARCHITECTURE.md should hold:\n{}",
        drawing()
    );
}
