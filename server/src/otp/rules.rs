//! How codes are made and counted: what the file of sources says under
//! `[codes]`, held against what is safe.

use serde::Deserialize;

use crate::error::ConfigFault;

/// An hour, in milliseconds: the window in which tries are counted.
pub(crate) const HOUR_MS: i64 = 60 * 60 * 1000;
/// A day, in milliseconds: the window in which messages are counted.
pub(crate) const DAY_MS: i64 = 24 * HOUR_MS;

/// The rules of codes. Times are in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rules {
    pub(crate) digits: u32,
    pub(crate) lifetime_ms: i64,
    /// How many tries are compared in an hour.
    pub(crate) tries: i64,
    /// How long after the first message the second may follow; it doubles.
    pub(crate) resend_ms: i64,
    /// Messages a day: for a person, a phone, a device, an address.
    pub(crate) a_day: ADay,
    /// How many wrong tries of everybody together are usual in `alarm_ms`.
    pub(crate) alarm: i64,
    pub(crate) alarm_ms: i64,
    /// How long an activation link is good.
    pub(crate) link_ms: i64,
}

/// How many messages a day there are at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ADay {
    pub(crate) person: i64,
    pub(crate) phone: i64,
    pub(crate) device: i64,
    pub(crate) address: i64,
}

impl Default for ADay {
    fn default() -> ADay {
        ADay {
            person: 10,
            phone: 10,
            device: 10,
            // Many people are behind one address.
            address: 200,
        }
    }
}

/// `[codes]` in the file of sources.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Entry {
    digits: u32,
    seconds: i64,
    tries: i64,
    resend_seconds: i64,
    a_day: ADay,
    alarm: i64,
    alarm_seconds: i64,
    link_days: i64,
}

impl Default for Entry {
    fn default() -> Entry {
        Entry {
            digits: 6,
            seconds: 600,
            tries: 5,
            resend_seconds: 60,
            a_day: ADay::default(),
            // A busy service sees a few slips a second.
            alarm: 1_000,
            alarm_seconds: 600,
            link_days: 7,
        }
    }
}

impl Default for Rules {
    fn default() -> Rules {
        Rules::of(&Entry::default())
    }
}

impl Rules {
    fn of(entry: &Entry) -> Rules {
        Rules {
            digits: entry.digits,
            lifetime_ms: entry.seconds * 1000,
            tries: entry.tries,
            resend_ms: entry.resend_seconds * 1000,
            a_day: entry.a_day,
            alarm: entry.alarm,
            alarm_ms: entry.alarm_seconds * 1000,
            link_ms: entry.link_days * DAY_MS,
        }
    }

    /// Reads what the file says; what is not safe is a fault.
    pub(crate) fn read(entry: &Entry, faults: &mut Vec<ConfigFault>) -> Rules {
        let Entry { a_day, .. } = entry;
        for (name, value, least, most) in [
            ("digits", i64::from(entry.digits), 6, 8),
            ("seconds", entry.seconds, 1, 600),
            ("tries", entry.tries, 1, 5),
            ("resend_seconds", entry.resend_seconds, 1, 3600),
            ("a_day.person", a_day.person, 1, 100),
            ("a_day.phone", a_day.phone, 1, 100),
            ("a_day.device", a_day.device, 1, 100),
            ("a_day.address", a_day.address, 1, 1_000_000),
            ("alarm", entry.alarm, 1, 1_000_000),
            ("alarm_seconds", entry.alarm_seconds, 1, 3600),
            ("link_days", entry.link_days, 1, 30),
        ] {
            if !(least..=most).contains(&value) {
                let at = format!("codes.{name}");
                faults.push(ConfigFault::new(at, format!("{least} to {most}")));
            }
        }
        if faults.is_empty() {
            Rules::of(entry)
        } else {
            Rules::default()
        }
    }

    /// How long after a message the next may follow, when it is the `sent`th
    /// of the day: a minute, two, four, … an hour.
    pub(crate) fn pause_ms(&self, sent: i64) -> i64 {
        let doublings = u32::try_from(sent.saturating_sub(1)).unwrap_or(0).min(12);
        (self.resend_ms << doublings).min(HOUR_MS)
    }

    /// How many minutes a code is good, as a message says it.
    pub(crate) fn minutes(&self) -> i64 {
        (self.lifetime_ms / 60_000).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_an_hour() {
        let rules = Rules::default();
        for (sent, seconds) in [
            (1, 60),
            (2, 120),
            (3, 240),
            (6, 1920),
            (7, 3600),
            (1_000, 3600),
        ] {
            assert_eq!(rules.pause_ms(sent), seconds * 1000, "after {sent}");
        }
    }

    #[test]
    fn what_is_not_safe_is_refused() {
        for (text, at, why) in [
            ("digits = 5", "codes.digits", "too easily guessed"),
            ("seconds = 601", "codes.seconds", "ten minutes at most"),
            ("tries = 6", "codes.tries", "five at most"),
            ("resend_seconds = 0", "codes.resend_seconds", "a flood"),
            (
                "a_day = { person = 0 }",
                "codes.a_day.person",
                "nobody gets one",
            ),
            ("link_days = 31", "codes.link_days", "a month at most"),
        ] {
            let entry: Entry = toml::from_str(text).expect("an entry");
            let mut faults = Vec::new();
            Rules::read(&entry, &mut faults);
            let found: Vec<&str> = faults.iter().map(|fault| fault.at.as_str()).collect();
            assert_eq!(found, [at], "{why}");
        }
        let mut faults = Vec::new();
        let read = Rules::read(&Entry::default(), &mut faults);
        assert_eq!((read, faults), (Rules::default(), Vec::new()));
        assert!(
            toml::from_str::<Entry>("digit = 6").is_err(),
            "unknown names"
        );
    }
}
