//! The body of a reason's file: a heading per locale, sections under it.
//!
//! Markdown gives the structure only. What a section says is a Fluent pattern,
//! so a section holds paragraphs and nothing else; the example is for readers
//! and may hold anything. How to do it right is a list of steps, and may be left
//! out; like the example it is in no bundle, but in the texts of the help centre.

use core::ops::Range;

use precheck::ReasonText;
use precheck::units::Locale;

use fluent_syntax::ast::Entry;

use super::blocks::{Block, blocks};
use super::diagnostic::{Place, Problems, nearest, one_of};
use super::excerpt::Excerpt;
use super::facts::Symbols;
use super::message::{Reader, Said, parse};

/// The parts of a text that are shipped, by what they mean.
pub(super) const PARTS: [&str; 4] = ["title", "requirement", "notice", "help"];
/// The sections of a text, by locale; the last two are in no bundle.
const SECTIONS: [(Locale, [&str; 5]); 2] = [
    (Locale::ZhCn, ["要求", "说明", "怎么办", "例子", "这样做"]),
    (
        Locale::En,
        [
            "Requirement",
            "Notice",
            "What helps",
            "Example",
            "How to do it right",
        ],
    ),
];
/// What is said when facts are not known, by position in [`PARTS`], then [`STEP`].
const GENERAL: [Option<&str>; 5] = [Some(PARTS[0]), Some(PARTS[1]), None, None, Some("step")];
/// A step of how to do it right, beside the positions of [`PARTS`].
const STEP: usize = 4;
const EXAMPLE: usize = 3;
const EDUCATION: usize = 4;

/// The texts of a reason in one locale.
pub(super) struct Article<'a> {
    pub(super) locale: Locale,
    heading: Place<'a>,
    places: [Place<'a>; 4],
    parts: [Option<Said<'a>>; 4],
    /// The example as it stands in the file.
    pub(super) example: &'a str,
    /// How to do it right, step by step, and where each stands.
    pub(super) steps: Vec<(Said<'a>, Place<'a>)>,
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
        let steps = self.steps.iter().map(|(said, _)| said);
        self.parts.iter().flatten().chain(steps)
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

struct Section {
    index: usize,
    heading: Range<usize>,
    /// From the first block that counts to the end of the last.
    content: Option<Range<usize>>,
    items: Vec<Range<usize>>,
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
            Block::Item if self.is_in(EDUCATION) => {
                if let Some(section) = &mut self.section {
                    section.items.push(range);
                }
            }
            Block::List if self.is_in(EDUCATION) => self.grow(&range),
            Block::Paragraph if self.is_in(EDUCATION) => {
                let message = "how to do it right is a list of steps";
                let help = "write `- one sentence`, a line each, without empty lines between them";
                self.problems
                    .report(self.place(&range), "markdown-construct", message, help);
            }
            Block::Paragraph => match &self.section {
                Some(_) => self.grow(&range),
                None => self.outside(&range),
            },
            Block::List | Block::Item | Block::Other => match &self.section {
                Some(section) if section.index == EXAMPLE => self.grow(&range),
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

    fn is_in(&self, index: usize) -> bool {
        let section = self.section.as_ref();
        section.is_some_and(|section| section.index == index)
    }

    /// Counts a block to the current section.
    fn grow(&mut self, range: &Range<usize>) {
        if let Some(section) = &mut self.section {
            let content = section.content.get_or_insert(range.clone());
            content.end = content.end.max(range.end);
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
            example: "",
            steps: Vec::new(),
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
            content: None,
            items: Vec::new(),
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
        // Where the steps are missing, `precheck lint` says so: a pack without a help centre needs none.
        let needed = names.iter().flat_map(|(_, names)| names).take(EDUCATION);
        for missing in needed.skip(self.next) {
            self.missing(article.heading, missing);
        }
        self.next = EDUCATION + 1;
    }

    fn end_section(&mut self) {
        let Some(section) = self.section.take() else {
            return;
        };
        let place = self.place(&section.heading);
        let Some(range) = section.content else {
            if section.index != EXAMPLE {
                let message = "the section is empty";
                self.problems
                    .report(place, "section-empty", message, "say something in it");
            }
            return;
        };
        match section.index {
            EXAMPLE => {
                let text = self.text;
                if let Some(article) = self.articles.last_mut() {
                    article.example = text[range].trim();
                }
            }
            EDUCATION => {
                for item in section.items {
                    self.step(item);
                }
            }
            index => {
                let said = self.section_said(range, place, index + 1);
                if let Some(article) = self.articles.last_mut() {
                    article.parts[index + 1] = said;
                    article.places[index + 1] = place;
                }
            }
        }
    }

    /// One step of how to do it right; constants only, as nobody's values are known there.
    fn step(&mut self, item: Range<usize>) {
        let text = self.text[item.clone()].trim_start_matches(['-', '*', '+']);
        // An ordered list has its number and a dot or bracket.
        let digits = text.trim_start_matches(|one: char| one.is_ascii_digit());
        let text = match digits.strip_prefix(['.', ')']) {
            Some(rest) if digits.len() < text.len() => rest,
            _ => text,
        };
        let range = item.end - text.trim_start().len()..item.end;
        let place = self.place(&range);
        if place.start == place.end {
            let help = "write the step, or remove the line";
            self.problems.report(
                self.place(&item),
                "section-empty",
                "the step is empty",
                help,
            );
            return;
        }
        let said = self.section_said(range, place, STEP);
        if let (Some(said), Some(article)) = (said, self.articles.last_mut()) {
            article.steps.push((said, place));
        }
    }

    fn section_said(&self, range: Range<usize>, place: Place<'a>, part: usize) -> Option<Said<'a>> {
        let mut excerpt = Excerpt::new(self.file);
        excerpt.push("m =\n", range.start);
        let mut at = range.start;
        for line in self.text[range].split_inclusive('\n') {
            // Fluent takes indented lines for the text of a message.
            excerpt.push(" ", at);
            let own = if part == STEP {
                line.trim_start()
            } else {
                line
            };
            excerpt.push(own, at + line.len() - own.len());
            at += line.len();
        }
        self.said(&excerpt, place, part)
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
        if let Some(name) = GENERAL.get(part).copied().flatten() {
            for (arg, place) in &said.args {
                if matches!(arg, precheck::Arg::Fact(_)) {
                    let message =
                        format!("the {name} is shown when facts are not known, and names one");
                    self.problems
                        .report(*place, "text-fact", message, "use constants only");
                }
            }
        }
        Some(said)
    }
}
