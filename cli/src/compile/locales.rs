//! Locale files: the sentences around the reasons, and the names of facts.

use std::collections::BTreeMap;

use fluent_syntax::ast::{self, Entry};
use precheck::identity::IssueCode;
use precheck::units::Locale;
use precheck::{FactDef, FactId, FactText, IssueText, Model, Phrase, Scenario, Source, Wording};

use super::diagnostic::{Place, Problems, nearest};
use super::excerpt::Excerpt;
use super::facts::Symbols;
use super::message::{Reader, Slip, parse};

/// The texts of one locale file.
pub(super) struct Words {
    pub(super) phrases: Vec<String>,
    pub(super) wordings: Vec<Wording>,
    pub(super) facts: Vec<FactText>,
    pub(super) impossible: Vec<String>,
    pub(super) issues: Vec<IssueText>,
}

/// Reads a locale file; `is_asked` says whether the applicant is asked for a fact.
pub(super) fn read<'a>(
    problems: &Problems<'a>,
    symbols: &Symbols,
    model: &Model,
    file: &'a str,
    text: &'a str,
    locale: Locale,
    is_asked: impl Fn(FactId) -> bool,
) -> Option<Words> {
    let scenarios = &model.scenarios[..];
    let mut excerpt = Excerpt::new(file);
    excerpt.push(text, 0);
    let reader = Reader {
        problems,
        symbols,
        excerpt: &excerpt,
        slots: &[],
    };
    let (resource, errors) = parse(text);
    reader.errors(&errors);
    let mut messages = BTreeMap::new();
    for entry in &resource.body {
        match entry {
            Entry::Message(message) => {
                if messages.insert(message.id.name.text, message).is_some() {
                    let place = reader.place(&message.id.name);
                    let say = format!("`{}` is there twice", message.id.name.text);
                    problems.report(place, "text-duplicate", say, "remove one");
                }
            }
            Entry::Term(term) => {
                let place = reader.place(&term.id.name);
                let say = "terms are not part of these texts";
                problems.report(place, "fluent-construct", say, "write the words out");
            }
            Entry::Comment(_)
            | Entry::GroupComment(_)
            | Entry::ResourceComment(_)
            | Entry::Junk { .. } => {}
        }
    }
    let (comparing, line) = general(locale);
    let (comparing, line) = (parse(comparing).0, parse(line).0);
    for entry in comparing.body.iter().chain(&line.body) {
        if let Entry::Message(message) = entry {
            // Where the pack says it in its own words, these count.
            messages.entry(message.id.name.text).or_insert(message);
        }
    }
    // What the parser skipped would be reported as missing as well.
    let mut reading = Reading {
        reader,
        file,
        locale,
        messages,
        is_whole: errors.is_empty(),
    };
    let has_limits = scenarios.iter().any(|one| one.limit.is_some());
    let has_days = model.reasons.iter().any(|one| one.until.is_some());
    let moves = !model.changes.is_empty() || !model.evolutions.is_empty();
    let is_needed = |phrase: Phrase| match phrase {
        // A pack says only what it has: limits, days, people to talk to, plans.
        Phrase::Until => has_days,
        phrase if phrase.is_of_plans() => moves,
        phrase if phrase.is_of_repayment() => model.repayment.is_some(),
        phrase if phrase.is_about_limit() => has_limits,
        phrase if phrase.is_short() => false,
        phrase => {
            let mut reasons = model.reasons.iter();
            !Phrase::CONTACTS.contains(&phrase)
                || reasons.any(|one| Phrase::of_contact(one.contact) == phrase)
        }
    };
    let phrases = Phrase::ALL
        .iter()
        .map(|phrase| reading.phrase(phrase.id(), *phrase, is_needed(*phrase)))
        .collect();
    let facts = (0..)
        .zip(&symbols.facts)
        .map(|(id, def)| reading.fact(def, is_asked(id)));
    let facts = facts.collect();
    let issues = issues().map(|issue| reading.issue(issue)).collect();
    let impossible = model.impossible.iter().map(|one| {
        let id = impossible_id(&one.id);
        reading.message(&id)
    });
    let impossible = impossible.collect();
    let wordings = reading.wordings(scenarios);
    reading.unknown(symbols, model);
    Some(Words {
        phrases,
        wordings,
        facts,
        impossible,
        issues,
    })
}

/// The general texts for comparing two decisions, and for what happens to a
/// line, which a pack need not write.
fn general(locale: Locale) -> (&'static str, &'static str) {
    match locale {
        Locale::ZhCn => (
            include_str!("comparing.zh-CN.ftl"),
            include_str!("line.zh-CN.ftl"),
        ),
        Locale::En => (
            include_str!("comparing.en.ftl"),
            include_str!("line.en.ftl"),
        ),
        // A pack says them itself, or is told that they are missing.
        _ => ("", ""),
    }
}

/// The id of a fact's texts.
fn id(name: &str) -> String {
    format!("fact-{}", name.replace('_', "-"))
}

/// The issue codes that a policy may say in its own words.
fn issues() -> impl Iterator<Item = IssueCode> {
    let all = IssueCode::ALL.iter().copied();
    all.filter(|issue| !issue.is_retired())
}

/// The id of the text about an issue of an identity field.
fn issue_id(issue: IssueCode) -> String {
    format!("issue-{}", issue.as_str())
}

/// The id of the text that says how facts belong together.
fn impossible_id(id: &str) -> String {
    format!("impossible-{id}")
}

/// The id of a sentence in the words of a scenario.
fn own_id(scenario: &Scenario, phrase: Phrase) -> String {
    format!("{}-{}", scenario.name, phrase.id())
}

struct Reading<'r, 'a, 's> {
    reader: Reader<'r, 'a>,
    file: &'a str,
    locale: Locale,
    messages: BTreeMap<&'s str, &'r ast::Message<Slip<'s>>>,
    is_whole: bool,
}

impl<'a> Reading<'_, 'a, '_> {
    fn missing(&self, place: Place<'a>, what: &str) {
        if self.is_whole {
            let message = format!("`{what}` has no text in {}", self.locale.as_str());
            let help = format!("add `{what} = …`");
            self.reader
                .problems
                .report(place, "text-missing", message, help);
        }
    }

    fn plain(&self, id: &Slip<'_>, pattern: Option<&ast::Pattern<Slip<'_>>>) -> String {
        let Some(pattern) = pattern else {
            self.missing(self.reader.place(id), id.text);
            return String::new();
        };
        self.reader.plain(pattern).unwrap_or_default()
    }

    fn phrase(&mut self, id: &str, phrase: Phrase, is_needed: bool) -> String {
        let Some(message) = self.messages.remove(id) else {
            if is_needed {
                self.missing(Place::top(self.file), id);
            }
            return String::new();
        };
        self.reader.slots = phrase.slots();
        let text = self.sentence(message);
        self.reader.slots = &[];
        // A short phrase may do without.
        let needed = phrase.slots().iter().filter(|_| !phrase.is_short());
        for (name, slot) in needed {
            if !text.is_empty() && !text.chars().any(|one| one == *slot) {
                let place = self.reader.place(&message.id.name);
                let say = format!("`{id}` does not say `{{ ${name} }}`");
                let help = "put the placeholder where the value belongs";
                let problems = self.reader.problems;
                problems.report(place, "text-slot", say, help);
            }
        }
        text
    }

    fn sentence(&self, message: &ast::Message<Slip<'_>>) -> String {
        for attribute in &message.attributes {
            let place = self.reader.place(&attribute.id.name);
            let say = "a sentence has no attributes";
            self.reader
                .problems
                .report(place, "text-unknown", say, "remove it");
        }
        self.plain(&message.id.name, message.value.as_ref())
    }

    /// A sentence that has to be there.
    fn message(&mut self, id: &str) -> String {
        let Some(message) = self.messages.remove(id) else {
            self.missing(Place::top(self.file), id);
            return String::new();
        };
        self.sentence(message)
    }

    /// What is said about an identity field: the pack's words, or the engine's.
    fn issue(&mut self, issue: IssueCode) -> IssueText {
        let own = self.messages.remove(issue_id(issue).as_str());
        let text = match own {
            Some(message) => {
                let text = self.sentence(message);
                if text.is_empty() {
                    self.missing(self.reader.place(&message.id.name), message.id.name.text);
                }
                text
            }
            None => issue.message(self.locale).into(),
        };
        IssueText {
            issue: issue.number(),
            text,
        }
    }

    /// The sentences that scenarios say in their own words.
    fn wordings(&mut self, scenarios: &[Scenario]) -> Vec<Wording> {
        let mut wordings = Vec::new();
        for (scenario, one) in (0..).zip(scenarios) {
            for (phrase, general) in (0..).zip(Phrase::ALL) {
                let id = own_id(one, *general);
                if self.messages.contains_key(id.as_str()) {
                    let text = self.phrase(&id, *general, true);
                    wordings.push(Wording {
                        scenario,
                        phrase,
                        text,
                    });
                }
            }
        }
        wordings
    }

    fn fact(&mut self, def: &FactDef, is_asked: bool) -> FactText {
        let id = id(&def.name);
        let Some(message) = self.messages.remove(id.as_str()) else {
            self.missing(Place::top(self.file), &id);
            return FactText {
                label: String::new(),
                question: String::new(),
                codes: Vec::new(),
                specials: Vec::new(),
            };
        };
        let place = self.reader.place(&message.id.name);
        let attribute = |name: &str, is_needed: bool| {
            let found = message
                .attributes
                .iter()
                .find(|one| one.id.name.text == name);
            match found {
                Some(one) => self.plain(&one.id.name, Some(&one.value)),
                None => {
                    if is_needed {
                        self.missing(place, &format!("{id}.{name}"));
                    }
                    String::new()
                }
            }
        };
        let question = attribute("question", is_asked && def.source == Source::Applicant);
        let codes: Vec<String> = def.codes.iter().map(|code| attribute(code, true)).collect();
        let specials = def
            .specials
            .iter()
            .map(|code| attribute(code, true))
            .collect();
        let known = || {
            def.codes
                .iter()
                .chain(&def.specials)
                .map(String::as_str)
                .chain(["question"])
        };
        for (index, one) in message.attributes.iter().enumerate() {
            let name = one.id.name.text;
            let place = self.reader.place(&one.id.name);
            if !known().any(|known| known == name) {
                let say = format!("`{}` has no code `{name}`", def.name);
                self.reader
                    .problems
                    .report(place, "text-unknown", say, nearest(name, known()));
            } else if message.attributes[..index]
                .iter()
                .any(|other| other.id.name.text == name)
            {
                let say = format!("`.{name}` is there twice");
                self.reader
                    .problems
                    .report(place, "text-duplicate", say, "remove one");
            }
        }
        let label = self.plain(&message.id.name, message.value.as_ref());
        FactText {
            label,
            question,
            codes,
            specials,
        }
    }

    /// Reports the messages that nobody asked for.
    fn unknown(&self, symbols: &Symbols, model: &Model) {
        let facts: Vec<String> = symbols.names().map(id).collect();
        let combinations = model.impossible.iter().map(|one| impossible_id(&one.id));
        let combinations: Vec<String> = combinations.collect();
        let own = model
            .scenarios
            .iter()
            .flat_map(|one| Phrase::ALL.iter().map(move |phrase| own_id(one, *phrase)));
        let own: Vec<String> = own.collect();
        for (name, message) in &self.messages {
            if facts.iter().any(|fact| fact == name) {
                // A declaration with a problem of its own, or a constant, which has no text.
                continue;
            }
            let known = Phrase::ALL.iter().map(|phrase| phrase.id());
            let known = known.chain(
                facts
                    .iter()
                    .chain(&own)
                    .chain(&combinations)
                    .map(String::as_str),
            );
            let issues: Vec<String> = issues().map(issue_id).collect();
            let help = nearest(name, known.chain(issues.iter().map(String::as_str)));
            let place = self.reader.place(&message.id.name);
            let say = format!("nothing is called `{name}`");
            self.reader
                .problems
                .report(place, "text-unknown", say, help);
        }
    }
}
