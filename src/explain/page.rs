//! What is said, laid out for reading.

use serde::Serialize;

use super::trace::{Contribution, Trace, TraceClass, TraceFact, TraceScore};
use super::words::Words;
use crate::evaluate::Range;
use crate::facts::FactState;
use crate::policy::{Disclosure, FactDef, FactId, FactKind, FactText, Policy, Texts};
use crate::render::{Notice, NoticeReason, spoken, title};
use crate::units::{Locale, decimal};
use crate::validate::Validated;

/// A part of a page; in JSON an object with one member, named in kebab case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Block {
    /// A heading.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// A list; each item is some lines, the first of which names it.
    List(Vec<Vec<String>>),
    /// The names of the columns, and rows of as many cells; the first cell
    /// names the row.
    Table(Vec<String>, Vec<Vec<String>>),
    /// What is said below everything else.
    Note(String),
}

/// An explanation laid out: see [`Page::text`] and [`Page::html`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// In which language.
    pub locale: Locale,
    /// What it comes to, or what it is.
    pub title: String,
    /// The rest.
    pub blocks: Vec<Block>,
}

impl Page {
    /// One sentence.
    pub fn short(notice: &Notice) -> Page {
        Page {
            locale: notice.locale,
            title: notice.short.clone(),
            blocks: Vec::new(),
        }
    }

    /// One screen.
    pub fn screen(notice: &Notice) -> Page {
        let words = Words::of(notice.locale);
        let mut blocks = vec![Block::Text(notice.detail.clone())];
        blocks.extend(notice.limit.clone().map(Block::Text));
        let mut list = |heading: &str, items: Vec<Vec<String>>| {
            if !items.is_empty() {
                blocks.extend([Block::Heading(heading.into()), Block::List(items)]);
            }
        };
        let fields = notice
            .fields
            .iter()
            .map(|field| vec![field.message.clone()]);
        let form = notice.form.iter().map(|form| vec![form.message.clone()]);
        list(words.fields, fields.chain(form).collect());
        list(words.reasons, notice.reasons.iter().map(lines).collect());
        list(words.possible, notice.possible.iter().map(lines).collect());
        let contacts = notice.contacts.iter();
        list(
            words.contacts,
            contacts.map(|one| vec![one.text.clone()]).collect(),
        );
        let checks = notice.checks.iter();
        list(
            words.checks,
            checks.map(|one| vec![one.title.clone()]).collect(),
        );
        let ask = notice.ask.iter();
        list(
            words.ask,
            ask.map(|one| vec![one.question.clone()]).collect(),
        );
        blocks.push(Block::Note(notice.note.clone()));
        Page {
            locale: notice.locale,
            title: notice.headline.clone(),
            blocks,
        }
    }

    /// The full trace; a locale that the policy does not have gets its first.
    pub fn trace(
        policy: &Policy,
        application: &Validated,
        trace: &Trace<'_>,
        locale: Locale,
    ) -> Page {
        let texts = policy.model().texts_in(locale);
        let writer = Writer {
            policy,
            application,
            texts,
            words: Words::of(texts.locale),
        };
        writer.page(trace)
    }
}

/// What is said of a reason, a line each; the title comes first.
fn lines(reason: &NoticeReason) -> Vec<String> {
    let NoticeReason {
        title, text, help, ..
    } = reason;
    let until = reason.until.iter();
    let said = [title, text].into_iter().chain(until).chain([help]);
    said.filter(|line| !line.is_empty()).cloned().collect()
}

struct Writer<'p, 'a> {
    policy: &'p Policy,
    application: &'a Validated,
    texts: &'p Texts,
    words: &'static Words,
}

impl Writer<'_, '_> {
    fn page(&self, trace: &Trace<'_>) -> Page {
        let words = self.words;
        let policy = &trace.policy;
        let decisions = trace.decisions.iter().map(|one| words.decision(*one));
        let decisions: Vec<&str> = decisions.collect();
        let mut blocks = vec![
            Block::Text(self.named(words.decisions, &decisions.join(" / "))),
            Block::Text(self.named(
                words.policy,
                &format!("{} {} {}", policy.pack, policy.version, policy.hash),
            )),
        ];
        if !trace.rules.is_empty() {
            let head = [words.rules, words.verdict, words.effect, words.reason];
            let rows = trace.rules.iter().map(|rule| {
                let [yes, no, open] = words.fires;
                let fires = rule
                    .fires
                    .map_or(open, |fires| if fires { yes } else { no });
                let mut reason = self.reason(rule.reason);
                if rule.disclosure == Disclosure::Neutral {
                    reason.push_str(&format!(" ({})", words.confidential));
                }
                [rule.id, fires, words.decision(rule.effect), &reason]
                    .map(str::to_owned)
                    .into()
            });
            blocks.push(Block::Heading(words.rules.into()));
            blocks.push(Block::Table(head.map(str::to_owned).into(), rows.collect()));
        }
        if let Some(score) = &trace.score {
            self.score(&mut blocks, score);
        }
        let head = [words.facts, words.value, words.domain, words.source];
        let rows = trace.facts.iter().filter_map(|fact| self.fact(fact));
        blocks.push(Block::Heading(words.facts.into()));
        blocks.push(Block::Table(head.map(str::to_owned).into(), rows.collect()));
        Page {
            locale: self.texts.locale,
            title: self.named(words.trace, &format!("{}, {}", trace.scenario, trace.as_of)),
            blocks,
        }
    }

    fn named(&self, name: &str, value: &str) -> String {
        format!("{name}{}{value}", self.words.colon)
    }

    fn reason(&self, code: &str) -> String {
        let title = title(self.policy, self.texts, &self.application.facts, code);
        format!("{code} {title}")
    }

    fn score(&self, blocks: &mut Vec<Block>, score: &TraceScore<'_>) {
        let words = self.words;
        let points = |range: Range| self.range(range, score.digits, false);
        let exact = |points: i64| Range {
            min: points,
            max: points,
        };
        let head = [
            words.facts,
            words.class,
            words.points,
            words.baseline,
            words.contribution,
            words.reason,
        ];
        let mut sum = vec![
            self.named(words.score, &points(score.total)),
            self.named(words.ranking, words.method(score.method)),
            self.named(words.base, &points(exact(score.base))),
            self.named(words.baseline, &points(exact(score.baseline))),
        ];
        sum.extend(
            score
                .withheld
                .map(|range| self.named(words.withheld, &points(range))),
        );
        let rows = score.contributions.iter().map(|one| {
            vec![
                self.labels(one),
                self.class(one),
                points(one.points),
                points(exact(one.baseline)),
                self.range(one.contribution, score.digits, true),
                self.reason(one.reason),
            ]
        });
        blocks.push(Block::Heading(self.named(words.score, score.scorecard)));
        blocks.extend(sum.into_iter().map(Block::Text));
        blocks.push(Block::Table(head.map(str::to_owned).into(), rows.collect()));
    }

    /// Points with the decimals of the scorecard.
    fn range(&self, range: Range, digits: u8, is_signed: bool) -> String {
        let one = |points: i64| {
            let mut out = String::new();
            if is_signed && points > 0 {
                out.push('+');
            }
            decimal::write(&mut out, points, digits);
            out
        };
        if range.min == range.max {
            one(range.min)
        } else {
            format!("{} {} {}", one(range.min), self.words.to, one(range.max))
        }
    }

    fn declared(&self, name: &str) -> Option<(FactId, &FactDef, &FactText)> {
        let fact = self.policy.fact_id(name)?;
        let text = self.texts.facts.get(usize::from(fact))?;
        Some((fact, self.policy.fact(fact)?, text))
    }

    fn labels(&self, one: &Contribution<'_>) -> String {
        let facts = one.facts.iter();
        let labels = facts.filter_map(|name| Some(&*self.declared(name)?.2.label));
        labels.collect::<Vec<_>>().join(", ")
    }

    fn class(&self, one: &Contribution<'_>) -> String {
        let words = self.words;
        let declared = one.facts.first().and_then(|name| self.declared(name));
        match (one.class, declared) {
            (TraceClass::Between(low, high), Some((_, def, text))) => {
                self.between(def, text, low, high)
            }
            (TraceClass::Code(code), Some((_, def, text))) => said(&def.codes, &text.codes, code),
            (TraceClass::Special(code), Some((_, def, text))) => {
                said(&def.specials, &text.specials, code)
            }
            (TraceClass::Missing, _) => words.missing.into(),
            (TraceClass::Case(case), _) => format!("{} {case}", words.case),
            (TraceClass::Otherwise, _) => words.otherwise.into(),
            _ => words.unknown.into(),
        }
    }

    fn between(&self, def: &FactDef, text: &FactText, low: i64, high: i64) -> String {
        let [low, high] = [low, high].map(|value| self.value(def, text, value));
        if low == high {
            low
        } else {
            format!("{low} {} {high}", self.words.to)
        }
    }

    fn value(&self, def: &FactDef, text: &FactText, value: i64) -> String {
        let code = usize::try_from(value).ok();
        let name = code.and_then(|code| text.codes.get(code));
        match name.filter(|_| def.kind == FactKind::Code) {
            Some(name) => name.clone(),
            None => spoken(def.kind, value, def.digits, self.texts.locale),
        }
    }

    fn fact(&self, fact: &TraceFact<'_>) -> Option<Vec<String>> {
        let words = self.words;
        let (id, def, text) = self.declared(fact.name)?;
        let value = match self.application.facts.get(id) {
            FactState::Unknown => words.unknown.into(),
            FactState::Missing => words.missing.into(),
            FactState::Special(code) => text.specials.get(usize::from(code))?.clone(),
            FactState::Known(value) => self.value(def, text, value),
            FactState::Between(low, high) => self.between(def, text, low, high),
        };
        let domain = match def.kind {
            FactKind::Code => text.codes.join(" / "),
            FactKind::Bool => [0, 1].map(|one| self.value(def, text, one)).join(" / "),
            _ => self.between(def, text, def.min, def.max),
        };
        let mut source = words.source_of(fact.source).to_owned();
        if fact.derived {
            source.push_str(&format!(" ({})", words.derived));
        }
        Some(vec![text.label.clone(), value, domain, source])
    }
}

/// The name of a code.
fn said(codes: &[String], names: &[String], code: &str) -> String {
    let index = codes.iter().position(|one| one == code);
    let name = index.and_then(|index| names.get(index));
    name.map_or(code, |name| name).into()
}
