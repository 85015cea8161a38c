//! Reads values that are written as one word.

use core::fmt;

use serde::Deserializer;
use serde::de::{Error, Unexpected, Visitor};

/// Reads a string and turns it into a value; `what` says what was wanted.
pub(crate) fn deserialize<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    what: &'static str,
    parse: fn(&str) -> Option<T>,
) -> Result<T, D::Error> {
    struct Word<T> {
        what: &'static str,
        parse: fn(&str) -> Option<T>,
    }
    impl<T> Visitor<'_> for Word<T> {
        type Value = T;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.what)
        }
        fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
            (self.parse)(text)
                .ok_or_else(|| E::invalid_value(Unexpected::Other("this text"), &self))
        }
    }
    deserializer.deserialize_str(Word { what, parse })
}
