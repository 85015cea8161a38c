//! A page as plain text or as HTML.
//!
//! Everything that is written passes [`harmless`] first: characters that
//! control a terminal or turn the direction of what follows become U+FFFD, and
//! stretches of a direction of their own are closed where they were opened.
//! HTML is escaped in one place, `Html::text`, and nothing else writes text.

use super::page::{Block, Page};
use crate::render::{FIRST_STRONG_ISOLATE, POP_ISOLATE};

/// What a text is made of when nothing in it can do harm.
enum Token {
    Char(char),
    Break,
    /// Opens a stretch whose direction is its own.
    Open,
    Close,
}

/// The text without anything that reaches beyond it.
fn harmless(text: &str) -> impl Iterator<Item = Token> {
    let mut depth = 0_usize;
    let mut tokens: Vec<Token> = Vec::new();
    for one in text.chars() {
        let token = match one {
            '\n' => Token::Break,
            FIRST_STRONG_ISOLATE => {
                depth += 1;
                Token::Open
            }
            POP_ISOLATE if depth > 0 => {
                depth -= 1;
                Token::Close
            }
            // Embeddings, overrides, isolates and marks; a lone end of one.
            '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{61c}'
            // Line and paragraph ends that editors and terminals do not agree on.
            | '\u{2028}'
            | '\u{2029}' => Token::Char(char::REPLACEMENT_CHARACTER),
            one if one.is_control() => Token::Char(char::REPLACEMENT_CHARACTER),
            one => Token::Char(one),
        };
        tokens.push(token);
    }
    tokens.extend((0..depth).map(|_| Token::Close));
    tokens.into_iter()
}

impl Page {
    /// The page as plain text, a line for each line of it, with a line break at
    /// the end.
    pub fn text(&self) -> String {
        let mut out = String::new();
        plain(&mut out, &self.title, "");
        out.push('\n');
        for block in &self.blocks {
            match block {
                Block::Heading(text) => {
                    out.push('\n');
                    plain(&mut out, text, "");
                    out.push('\n');
                }
                Block::Text(text) => {
                    plain(&mut out, text, "");
                    out.push('\n');
                }
                Block::List(items) => {
                    for item in items {
                        for (index, line) in item.iter().enumerate() {
                            out.push_str(if index == 0 { "- " } else { "  " });
                            plain(&mut out, line, "  ");
                            out.push('\n');
                        }
                    }
                }
                Block::Table(head, rows) => {
                    for row in [head].into_iter().chain(rows) {
                        for (index, cell) in row.iter().enumerate() {
                            out.push_str(if index == 0 { "- " } else { " | " });
                            plain(&mut out, cell, "  ");
                        }
                        out.push('\n');
                    }
                }
                Block::Note(text) => {
                    out.push('\n');
                    plain(&mut out, text, "");
                    out.push('\n');
                }
            }
        }
        out
    }

    /// The page as a fragment of HTML, a `section` in the page's language.
    /// It has no script, no style and no address; classes are
    /// `precheck-explanation` only.
    pub fn html(&self) -> String {
        let mut html = Html(String::new());
        html.0
            .push_str("<section class=\"precheck-explanation\" lang=\"");
        html.0.push_str(self.locale.as_str());
        html.0.push_str("\">\n");
        html.element("h2", &self.title);
        for block in &self.blocks {
            match block {
                Block::Heading(text) => html.element("h3", text),
                Block::Text(text) | Block::Note(text) => html.element("p", text),
                Block::List(items) => {
                    html.0.push_str("<ul>\n");
                    for item in items {
                        html.0.push_str("<li>\n");
                        item.iter().for_each(|line| html.element("p", line));
                        html.0.push_str("</li>\n");
                    }
                    html.0.push_str("</ul>\n");
                }
                Block::Table(head, rows) => {
                    html.0.push_str("<table>\n<thead>\n<tr>\n");
                    head.iter().for_each(|name| html.element("th", name));
                    html.0.push_str("</tr>\n</thead>\n<tbody>\n");
                    for row in rows {
                        html.0.push_str("<tr>\n");
                        row.iter().for_each(|cell| html.element("td", cell));
                        html.0.push_str("</tr>\n");
                    }
                    html.0.push_str("</tbody>\n</table>\n");
                }
            }
        }
        html.0.push_str("</section>\n");
        html.0
    }
}

/// Appends a text; lines after the first begin with `indent`.
fn plain(out: &mut String, text: &str, indent: &str) {
    for token in harmless(text) {
        match token {
            Token::Char(one) => out.push(one),
            Token::Break => {
                out.push('\n');
                out.push_str(indent);
            }
            Token::Open => out.push(FIRST_STRONG_ISOLATE),
            Token::Close => out.push(POP_ISOLATE),
        }
    }
}

struct Html(String);

impl Html {
    fn element(&mut self, name: &'static str, text: &str) {
        self.0.push('<');
        self.0.push_str(name);
        self.0.push('>');
        self.text(text);
        self.0.push_str("</");
        self.0.push_str(name);
        self.0.push_str(">\n");
    }

    /// The only place that escapes.
    fn text(&mut self, text: &str) {
        for token in harmless(text) {
            match token {
                Token::Char('&') => self.0.push_str("&amp;"),
                Token::Char('<') => self.0.push_str("&lt;"),
                Token::Char('>') => self.0.push_str("&gt;"),
                Token::Char('"') => self.0.push_str("&quot;"),
                Token::Char('\'') => self.0.push_str("&#39;"),
                Token::Char(one) => self.0.push(one),
                Token::Break => self.0.push_str("<br>"),
                Token::Open => self.0.push_str("<bdi>"),
                Token::Close => self.0.push_str("</bdi>"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Locale;

    fn page(text: &str) -> Page {
        Page {
            locale: Locale::En,
            title: text.into(),
            blocks: vec![
                Block::Heading(text.into()),
                Block::Text(text.into()),
                Block::List(vec![vec![text.into(), text.into()]]),
                Block::Table(vec![text.into()], vec![vec![text.into()]]),
                Block::Note(text.into()),
            ],
        }
    }

    /// Every kind of block passes through the one place.
    #[test]
    fn nothing_that_is_said_can_leave_its_place() {
        for (said, text, html, why) in [
            ("a & b", "a & b", "a &amp; b", "an entity"),
            (
                "<script>alert('x')</script>",
                "<script>alert('x')</script>",
                "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;",
                "an element",
            ),
            (
                "\" onload=\"",
                "\" onload=\"",
                "&quot; onload=&quot;",
                "an attribute",
            ),
            (
                "\u{2068}אב\u{2069}!",
                "\u{2068}אב\u{2069}!",
                "<bdi>אב</bdi>!",
                "isolated",
            ),
            (
                "\u{2068}אב",
                "\u{2068}אב\u{2069}",
                "<bdi>אב</bdi>",
                "left open",
            ),
            ("a\u{2069}b", "a\u{fffd}b", "a\u{fffd}b", "closed too often"),
            ("a\u{202e}b", "a\u{fffd}b", "a\u{fffd}b", "an override"),
            ("a\u{200f}b", "a\u{fffd}b", "a\u{fffd}b", "a mark"),
            (
                "\u{1b}[31mred",
                "\u{fffd}[31mred",
                "\u{fffd}[31mred",
                "an escape sequence",
            ),
            (
                "a\0b\u{9b}c",
                "a\u{fffd}b\u{fffd}c",
                "a\u{fffd}b\u{fffd}c",
                "controls",
            ),
            (
                "a\r\nb",
                "a\u{fffd}\n  b",
                "a\u{fffd}<br>b",
                "a carriage return",
            ),
        ] {
            let page = page(said);
            let written = page.html();
            assert_eq!(written.matches(html).count(), 8, "{why}: {written}");
            assert!(page.text().contains(text), "{why}: {}", page.text());
            let rest = written.replace(html, "");
            assert!(!rest.contains(said.trim()), "{why}");
        }
    }
}
