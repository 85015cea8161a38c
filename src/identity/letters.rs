//! Texts that people write: reading and pointing.
//!
//! What names, e-mail and postal addresses share. The plain characters lie in
//! one array on the stack, so that they can be looked at by their places; where
//! they were typed is found again only when there is something to point at.

use zeroize::Zeroize;

use super::written::{self, Finding, Rewriting};
use super::{FieldCheck, Status, Verdict};

/// One more than any text of a form has characters.
pub(super) const MOST: usize = 256;

/// What makes one text different from the others.
pub(super) struct Prose {
    /// How a typed character is rewritten.
    pub(super) rewrite: Rewriting,
    /// Judges the plain characters; what comes after the 256th is cut off.
    pub(super) inspect: fn(&[char]) -> Finding,
    /// Returns the form to store.
    pub(super) canonical: fn(&str) -> String,
    /// Returns what may have been meant by a value that is not fine, in the
    /// form to store.
    pub(super) mended: fn(&str, &FieldCheck) -> Option<String>,
}

/// Judges a value.
pub(super) fn judge(prose: &Prose, value: &str) -> Verdict {
    let letters = Letters::read(value, prose.rewrite);
    (prose.inspect)(letters.all()).verdict(value, prose.rewrite)
}

/// Adds canonical form and suggestion to a judged value.
pub(super) fn describe(prose: &Prose, value: &str, found: &mut FieldCheck) {
    found.canonical = (prose.canonical)(value);
    if found.status == Status::Ok {
        return;
    }
    let Some(mut mended) = (prose.mended)(value, found) else {
        return;
    };
    let is_good = matches!(judge(prose, &mended).status, Status::Ok | Status::Warn);
    if is_good && mended != found.canonical {
        found.suggestions.push(mended);
    } else {
        mended.zeroize();
    }
}

/// The plain characters of a value.
pub(super) struct Letters {
    letters: [char; MOST],
    len: usize,
}

impl Letters {
    pub(super) fn read(value: &str, rewrite: Rewriting) -> Letters {
        let mut read = Letters {
            letters: ['\0'; MOST],
            len: 0,
        };
        let typed = written::kept(value, rewrite);
        for (place, placed) in read.letters.iter_mut().zip(typed) {
            *place = placed.letter;
            read.len += 1;
        }
        read
    }

    pub(super) fn all(&self) -> &[char] {
        &self.letters[..self.len]
    }
}

impl Drop for Letters {
    fn drop(&mut self) {
        self.letters[..self.len].zeroize();
    }
}
