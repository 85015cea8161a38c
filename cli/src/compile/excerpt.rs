//! Texts taken out of a file, which remember where each part stands there.
//!
//! A TOML string with escapes and a Markdown section turned into a Fluent
//! pattern both differ from the bytes of their file; problems found in them
//! must still point into the file.

use super::diagnostic::Place;

/// A text and the places of its parts.
#[derive(Debug, Clone)]
pub(crate) struct Excerpt<'a> {
    file: &'a str,
    text: String,
    /// Offsets in the text and in the file from which on both run in parallel.
    pieces: Vec<(usize, usize)>,
}

impl<'a> Excerpt<'a> {
    pub(crate) fn new(file: &'a str) -> Excerpt<'a> {
        Excerpt {
            file,
            text: String::new(),
            pieces: Vec::new(),
        }
    }

    /// Appends a text that stands in the file at an offset.
    pub(crate) fn push(&mut self, text: &str, offset: usize) {
        self.pieces.push((self.text.len(), offset));
        self.text.push_str(text);
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The place of a part of the text in the file.
    pub(crate) fn place(&self, start: usize, end: usize) -> Place<'a> {
        let start = self.offset(start);
        Place {
            file: self.file,
            start,
            end: self.offset(end).max(start),
        }
    }

    fn offset(&self, at: usize) -> usize {
        let after = self.pieces.partition_point(|(text, _)| *text <= at);
        let Some((text, file)) = after
            .checked_sub(1)
            .and_then(|index| self.pieces.get(index))
        else {
            return 0;
        };
        file + (at - text)
    }

    /// A TOML string: what it says, and where. `raw` is the string with its
    /// quotes as it stands in the file at `offset`.
    pub(crate) fn from_toml(file: &'a str, raw: &str, offset: usize) -> Excerpt<'a> {
        let mut excerpt = Excerpt::new(file);
        let quote = if raw.starts_with("'''") || raw.starts_with("\"\"\"") {
            3
        } else {
            1
        };
        let mut inner = raw
            .get(quote..raw.len().saturating_sub(quote))
            .unwrap_or_default();
        let mut at = offset + quote;
        if quote == 3 {
            // A newline right after the quotes does not count.
            let rest = inner
                .strip_prefix("\r\n")
                .or_else(|| inner.strip_prefix('\n'));
            at += rest.map_or(0, |rest| inner.len() - rest.len());
            inner = rest.unwrap_or(inner);
        }
        let has_escapes = raw.starts_with('"');
        while let Some(backslash) = inner.find('\\').filter(|_| has_escapes) {
            excerpt.push(&inner[..backslash], at);
            let (length, text) = unescape(&inner[backslash..]);
            excerpt.push(&text, at + backslash);
            at += backslash + length;
            inner = &inner[backslash + length..];
        }
        excerpt.push(inner, at);
        excerpt
    }
}

/// The length of an escape sequence of TOML, and what it stands for. The TOML
/// parser has already refused malformed ones.
fn unescape(text: &str) -> (usize, String) {
    let letter = text[1..].chars().next().unwrap_or('\\');
    let simple = |character: char| (1 + letter.len_utf8(), character.to_string());
    let coded = |digits: usize| {
        let end = (2 + digits).min(text.len());
        let code = text
            .get(2..end)
            .and_then(|code| u32::from_str_radix(code, 16).ok());
        (
            end,
            code.and_then(char::from_u32)
                .unwrap_or('\u{fffd}')
                .to_string(),
        )
    };
    match letter {
        'b' => simple('\u{8}'),
        't' => simple('\t'),
        'n' => simple('\n'),
        'f' => simple('\u{c}'),
        'r' => simple('\r'),
        'e' => simple('\u{1b}'),
        'x' => coded(2),
        'u' => coded(4),
        'U' => coded(8),
        // A backslash at the end of a line swallows the white space after it.
        ' ' | '\t' | '\r' | '\n' => {
            let rest = text[1..].trim_start_matches([' ', '\t', '\r', '\n']);
            (text.len() - rest.len(), String::new())
        }
        other => simple(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn toml_strings_say_where_they_stand() {
        for (raw, text, at, expected) in [
            ("'abc'", "abc", 1, 12),
            ("'''\nabc'''", "abc", 0, 14),
            (r#""a\u00e9b""#, "aéb", 3, 18),
            (r#""a\"b""#, "a\"b", 2, 14),
            ("\"\"\"a\\\n   b\"\"\"", "ab", 1, 19),
        ] {
            let excerpt = Excerpt::from_toml("f", raw, 10);
            assert_eq!(excerpt.text(), text, "{raw}");
            assert_eq!(excerpt.place(at, at).start, expected, "{raw}");
        }
    }
}
