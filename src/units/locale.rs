//! The languages that a text can be asked for in.
//!
//! It names them, and translates nothing. Names are BCP 47 tags, as in the
//! `lang` attribute of a page.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A language of the shopper's texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Locale {
    /// Simplified Chinese as used in mainland China.
    ZhCn,
    /// English.
    En,
}

impl Locale {
    /// Every language, the one that texts are written in first.
    pub const ALL: &'static [Locale] = &[Locale::ZhCn, Locale::En];

    /// Returns the BCP 47 tag: `zh-CN` or `en`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Locale::ZhCn => "zh-CN",
            Locale::En => "en",
        }
    }

    /// Reads a tag exactly as [`Locale::as_str`] writes it; `None` otherwise.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Locale> {
        Locale::ALL
            .iter()
            .copied()
            .find(|locale| locale.as_str() == tag)
    }
}

impl Serialize for Locale {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Locale {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        super::named::deserialize(deserializer, "`zh-CN` or `en`", Locale::parse)
    }
}

#[cfg(test)]
mod tests {
    use super::Locale;

    #[test]
    fn every_tag_reads_back() {
        for &locale in Locale::ALL {
            assert_eq!(Locale::parse(locale.as_str()), Some(locale));
        }
        assert_eq!(Locale::parse("zh"), None, "only the exact tag");
    }
}
