//! The body of a reason's file: a heading per locale, sections under it.
//!
//! Markdown gives the structure only. What a section says is a Fluent pattern,
//! so a section holds paragraphs and nothing else; the example is for readers
//! of the source and may hold anything.

use core::ops::Range;

use precheck::ReasonText;
use precheck::units::Locale;
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag};

use fluent_syntax::ast::Entry;

use super::diagnostic::{Place, Problems, nearest, one_of};
use super::excerpt::Excerpt;
use super::facts::Symbols;
use super::message::{Reader, Said, parse};

/// The parts of a text that are shipped, by what they mean.
pub(super) const PARTS: [&str; 4] = ["title", "requirement", "notice", "help"];
/// The sections of a text, by locale; the last is not shipped.
const SECTIONS: [(Locale, [&str; 4]); 2] = [
    (Locale::ZhCn, ["要求", "说明", "怎么办", "例子"]),
    (
        Locale::En,
        ["Requirement", "Notice", "What helps", "Example"],
    ),
];
const EXAMPLE: usize = 3;

/// The texts of a reason in one locale.
pub(super) struct Article<'a> {
    pub(super) locale: Locale,
    heading: Place<'a>,
    places: [Place<'a>; 4],
    parts: [Option<Said<'a>>; 4],
}

impl<'a> Article<'a> {
    /// The part with this position in [`PARTS`].
    pub(super) fn part(&self, index: usize) -> Option<&Said<'a>> {
        self.parts.get(index)?.as_ref()
    }

    pub(super) fn place(&self, index: usize) -> Place<'a> {
        self.places.get(index).copied().unwrap_or(self.heading)
    }

    pub(super) fn sections(&self) -> impl Iterator<Item = &Said<'a>> {
        self.parts.iter().flatten()
    }

    /// What is shipped, when everything is there.
    pub(super) fn text(&self) -> Option<ReasonText> {
        let part = |index: usize| Some(self.part(index)?.message.clone());
        Some(ReasonText {
            title: part(0)?,
            requirement: part(1)?,
            notice: part(2)?,
            help: part(3)?,
        })
    }
}

enum Block {
    Locale,
    Section,
    Paragraph,
    Other,
}

/// Reads the body that begins at an offset; one article per locale, in the
/// order of the pack.
pub(super) fn read<'a>(
    problems: &Problems<'a>,
    symbols: &Symbols,
    file: &'a str,
    text: &'a str,
    body: usize,
    locales: &[Locale],
) -> Vec<Article<'a>> {
    let mut reading = Reading {
        problems,
        symbols,
        file,
        text,
        articles: Vec::new(),
        section: None,
        next: 0,
        skipped: Skipped::Nothing,
    };
    for (block, range) in blocks(&text[body..]) {
        reading.block(&block, body + range.start..body + range.end, locales);
    }
    reading.end_section();
    reading.end_article();
    let mut articles = reading.articles;
    let mut ordered = Vec::new();
    for locale in locales {
        match articles
            .iter()
            .position(|article| article.locale == *locale)
        {
            Some(index) => ordered.push(articles.swap_remove(index)),
            None => {
                let tag = locale.as_str();
                let message = format!("the reason has no text in {tag}");
                let help = format!("add `# {tag}: …` with its sections");
                problems.report(Place::top(file), "locale-missing", message, help);
            }
        }
    }
    ordered
}

/// The blocks at the top level.
fn blocks(body: &str) -> Vec<(Block, Range<usize>)> {
    let mut blocks = Vec::new();
    let mut depth = 0usize;
    for (event, range) in Parser::new_ext(body, Options::empty()).into_offset_iter() {
        let is_top = depth == 0;
        let mut is_markup = false;
        let block = match event {
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                continue;
            }
            Event::Start(tag) => {
                depth += 1;
                is_markup = true;
                match tag {
                    Tag::Heading {
                        level: HeadingLevel::H1,
                        ..
                    } => Block::Locale,
                    Tag::Heading {
                        level: HeadingLevel::H2,
                        ..
                    } => Block::Section,
                    Tag::Paragraph => Block::Paragraph,
                    _ => Block::Other,
                }
            }
            Event::Code(_) | Event::InlineHtml(_) | Event::HardBreak => {
                is_markup = true;
                Block::Other
            }
            _ => Block::Other,
        };
        if is_top || is_markup {
            // Markup inside a paragraph follows it as a block of its own.
            blocks.push((block, range));
        }
    }
    blocks
}

struct Section {
    index: usize,
    heading: Range<usize>,
    paragraphs: Option<Range<usize>>,
}

struct Reading<'r, 'a> {
    problems: &'r Problems<'a>,
    symbols: &'r Symbols,
    file: &'a str,
    text: &'a str,
    articles: Vec<Article<'a>>,
    section: Option<Section>,
    /// The section that is due next in the current article.
    next: usize,
    /// What is under a heading that was refused; not worth a report of its own.
    skipped: Skipped,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Skipped {
    Nothing,
    Section,
    Article,
}

impl<'a> Reading<'_, 'a> {
    fn place(&self, range: &Range<usize>) -> Place<'a> {
        let trimmed = self.text[range.clone()].trim_end().len();
        Place {
            file: self.file,
            start: range.start,
            end: range.start + trimmed,
        }
    }

    fn block(&mut self, block: &Block, range: Range<usize>, locales: &[Locale]) {
        match block {
            Block::Locale => {
                self.end_section();
                self.end_article();
                self.article(range, locales);
            }
            Block::Section => {
                self.end_section();
                self.start_section(range);
            }
            Block::Paragraph => match &mut self.section {
                Some(section) => {
                    let start = section
                        .paragraphs
                        .as_ref()
                        .map_or(range.start, |all| all.start);
                    section.paragraphs = Some(start..range.end);
                }
                None => self.outside(&range),
            },
            Block::Other => match &self.section {
                Some(section) if section.index == EXAMPLE => {}
                Some(_) => {
                    let message = "sections hold plain paragraphs, without markup";
                    let help = "say it in plain sentences; only the example may hold markup";
                    self.problems
                        .report(self.place(&range), "markdown-construct", message, help);
                }
                None => self.outside(&range),
            },
        }
    }

    fn outside(&self, range: &Range<usize>) {
        if self.skipped != Skipped::Nothing {
            return;
        }
        let message = "this text is in no section";
        let help = "put it under `# locale: title` and one of its sections";
        self.problems
            .report(self.place(range), "section-outside", message, help);
    }

    /// The words of a heading, and where they begin.
    fn words(&self, range: &Range<usize>) -> (&'a str, usize) {
        let line = self.text[range.clone()].trim_end();
        let words = line.trim_start_matches('#').trim_start();
        (words, range.start + line.len() - words.len())
    }

    fn article(&mut self, range: Range<usize>, locales: &[Locale]) {
        self.skipped = Skipped::Article;
        let place = self.place(&range);
        let (words, at) = self.words(&range);
        let Some((tag, title)) = words.split_once(':') else {
            let help = "write `# zh-CN: title`";
            self.problems.report(
                place,
                "title-malformed",
                "the heading names no locale",
                help,
            );
            return;
        };
        let tags: Vec<&str> = locales.iter().map(|locale| locale.as_str()).collect();
        let Some(locale) = locales
            .iter()
            .copied()
            .find(|locale| locale.as_str() == tag)
        else {
            let message = format!("the pack has no locale `{tag}`");
            self.problems
                .report(place, "locale-unknown", message, one_of(tag, &tags));
            return;
        };
        if self.articles.iter().any(|article| article.locale == locale) {
            let message = format!("there are two texts in {tag}");
            self.problems
                .report(place, "locale-duplicate", message, "remove one");
        }
        self.skipped = Skipped::Nothing;
        self.next = 0;
        let start = at + tag.len() + 1 + (title.len() - title.trim_start().len());
        let mut excerpt = Excerpt::new(self.file);
        excerpt.push("m = ", start);
        excerpt.push(title.trim(), start);
        excerpt.push("\n", start + title.trim().len());
        let said = self.said(&excerpt, place, 0);
        let parts = [said, None, None, None];
        self.articles.push(Article {
            locale,
            heading: place,
            places: [place; 4],
            parts,
        });
    }

    fn start_section(&mut self, range: Range<usize>) {
        if self.skipped == Skipped::Article {
            return;
        }
        self.skipped = Skipped::Nothing;
        let place = self.place(&range);
        let (words, _) = self.words(&range);
        let Some(article) = self.articles.last() else {
            self.outside(&range);
            return;
        };
        let names = SECTIONS
            .iter()
            .find(|(locale, _)| *locale == article.locale);
        let names: &[&str] = names.map_or(&[], |(_, names)| names);
        let Some(index) = names.iter().position(|name| *name == words) else {
            let message = format!("unknown section `{words}`");
            self.problems
                .report(place, "section-unknown", message, one_of(words, names));
            let due = names.get(self.next).copied();
            self.next += usize::from(nearest(words, due).is_some());
            self.skipped = Skipped::Section;
            return;
        };
        if index < self.next {
            let message = format!("section `{words}` is not at its place");
            let help = format!("each section comes once, in the order {}", names.join(", "));
            self.problems.report(place, "section-order", message, help);
        }
        for missing in names.iter().take(index).skip(self.next) {
            self.missing(place, missing);
        }
        self.next = self.next.max(index + 1);
        self.section = Some(Section {
            index,
            heading: range,
            paragraphs: None,
        });
    }

    fn missing(&self, place: Place<'_>, name: &str) {
        let message = format!("section `{name}` is missing");
        self.problems.report(
            place,
            "section-missing",
            message,
            format!("add `## {name}`"),
        );
    }

    fn end_article(&mut self) {
        let Some(article) = self.articles.last() else {
            return;
        };
        let names = SECTIONS
            .iter()
            .find(|(locale, _)| *locale == article.locale);
        for missing in names.iter().flat_map(|(_, names)| names).skip(self.next) {
            self.missing(article.heading, missing);
        }
        self.next = EXAMPLE + 1;
    }

    fn end_section(&mut self) {
        let Some(section) = self.section.take() else {
            return;
        };
        let place = self.place(&section.heading);
        let Some(range) = section.paragraphs else {
            if section.index != EXAMPLE {
                let message = "the section is empty";
                self.problems
                    .report(place, "section-empty", message, "say something in it");
            }
            return;
        };
        if section.index == EXAMPLE {
            return;
        }
        let mut excerpt = Excerpt::new(self.file);
        excerpt.push("m =\n", range.start);
        let mut at = range.start;
        for line in self.text[range].split_inclusive('\n') {
            // Fluent takes indented lines for the text of a message.
            excerpt.push(" ", at);
            excerpt.push(line, at);
            at += line.len();
        }
        let said = self.said(&excerpt, place, section.index + 1);
        if let Some(article) = self.articles.last_mut() {
            article.parts[(section.index + 1).min(3)] = said;
            article.places[(section.index + 1).min(3)] = place;
        }
    }

    /// The pattern of the only message in a synthetic Fluent file.
    fn said(&self, excerpt: &Excerpt<'a>, place: Place<'a>, part: usize) -> Option<Said<'a>> {
        let reader = Reader {
            problems: self.problems,
            symbols: self.symbols,
            excerpt,
            slots: &[],
        };
        let (resource, errors) = parse(excerpt.text());
        reader.errors(&errors);
        let pattern = match &resource.body[..] {
            [Entry::Message(message)] if message.attributes.is_empty() => message.value.as_ref(),
            _ if !errors.is_empty() => return None,
            _ => None,
        };
        let Some(pattern) = pattern else {
            let help = "a line of text cannot begin with a `.`";
            self.problems
                .report(place, "fluent-malformed", "this is no plain text", help);
            return None;
        };
        let said = reader.message(pattern)?;
        if part < 2 {
            for (arg, place) in &said.args {
                if matches!(arg, precheck::Arg::Fact(_)) {
                    let message = format!(
                        "the {} is shown when facts are not known, and names one",
                        PARTS[part]
                    );
                    self.problems
                        .report(*place, "text-fact", message, "use constants only");
                }
            }
        }
        Some(said)
    }
}
