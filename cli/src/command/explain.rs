//! `precheck explain`: the page of a code.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use precheck::identity::IssueCode;
use precheck::units::Locale;
use precheck::{Arg, Message, Model, Policy, Purpose, Reason, ReasonText, Token};
use serde::Serialize;

use super::failure::Failure;
use super::{parse_locale, policy};
use crate::spell;

/// Say what a code means, with an example and what helps.
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// An issue code such as `id-check-digit`; with `--policy` also a reason code.
    #[arg(required_unless_present = "list")]
    code: Option<String>,
    /// List all codes.
    #[arg(long, conflicts_with = "code")]
    list: bool,
    /// A pack or a bundle, for its reason codes.
    #[arg(long, value_name = "PACK|BUNDLE")]
    policy: Option<PathBuf>,
    /// Trusted public keys, which a bundle's signature is held against.
    #[arg(long, value_name = "FILE", requires = "policy")]
    trust: Option<PathBuf>,
    /// The language.
    #[arg(long, default_value = "zh-CN", value_parser = parse_locale)]
    locale: Locale,
}

/// An issue code, as JSON.
#[derive(Serialize)]
struct IssuePage {
    code: &'static str,
    retired: bool,
    locale: Locale,
    message: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<&'static str>,
}

impl IssuePage {
    fn new(code: IssueCode, locale: Locale) -> IssuePage {
        IssuePage {
            code: code.as_str(),
            retired: code.is_retired(),
            locale,
            message: code.message(locale),
            page: None,
        }
    }
}

/// A reason code, as JSON.
#[derive(Serialize)]
struct ReasonPage<'m> {
    code: &'m str,
    locale: Locale,
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    texts: Option<ReasonTexts>,
}

#[derive(Serialize)]
struct ReasonTexts {
    requirement: String,
    notice: String,
    help: String,
    /// The constants in the texts, with their values.
    constants: Vec<Filled>,
}

/// A constant and its value, as the policy writes it.
#[derive(Serialize, PartialEq, Eq)]
struct Filled {
    name: String,
    value: String,
}

/// One code as JSON: of the engine or of a policy.
#[derive(Serialize)]
#[serde(untagged)]
enum Page<'m> {
    Issue(IssuePage),
    Reason(ReasonPage<'m>),
}

impl Explain {
    pub(super) fn run(&self, json: bool) -> Result<(), Failure> {
        let policy = match &self.policy {
            // A code of an old decision is explained by the policy of its day.
            Some(path) => {
                let trust = self.trust.as_deref();
                Some(policy::load(path, trust, None, Purpose::Replay)?)
            }
            None => None,
        };
        let model = policy.as_ref().map(Policy::model);
        let mut out = anstream::stdout().lock();
        let Some(name) = &self.code else {
            let pages = self.all(model);
            if json {
                writeln!(out, "{}", serde_json::to_string(&pages).unwrap_or_default())?;
            } else {
                pages
                    .iter()
                    .try_for_each(|page| writeln!(out, "{}", line(page)))?;
            }
            return Ok(());
        };
        let page = self
            .page(model, name)
            .ok_or_else(|| Failure::usage("code-unknown", unknown(name, model)))?;
        if json {
            writeln!(out, "{}", serde_json::to_string(&page).unwrap_or_default())?;
        } else {
            write!(out, "{}", words(&page))?;
        }
        Ok(())
    }

    /// The whole page of a code; issue codes are in lower case and reason
    /// codes in upper case, so that none is both.
    fn page<'m>(&self, model: Option<&'m Model>, name: &str) -> Option<Page<'m>> {
        if let Some(code) = IssueCode::parse(name) {
            return Some(Page::Issue(IssuePage {
                page: Some(part(code.page(), self.locale)),
                ..IssuePage::new(code, self.locale)
            }));
        }
        let model = model?;
        let (reason, text, locale) = self.reasons(model).find(|(one, ..)| one.code == name)?;
        let mut constants = Vec::new();
        let mut filled = |message| fill(model, message, &mut constants);
        let texts = ReasonTexts {
            requirement: filled(&text.requirement),
            notice: filled(&text.notice),
            help: filled(&text.help),
            constants: Vec::new(),
        };
        Some(Page::Reason(ReasonPage {
            code: &reason.code,
            locale,
            title: fill(model, &text.title, &mut constants),
            texts: Some(ReasonTexts { constants, ..texts }),
        }))
    }

    /// Every code with its short text.
    fn all<'m>(&self, model: Option<&'m Model>) -> Vec<Page<'m>> {
        let issues = IssueCode::ALL.iter();
        let mut pages: Vec<Page<'m>> = issues
            .map(|code| Page::Issue(IssuePage::new(*code, self.locale)))
            .collect();
        if let Some(model) = model {
            pages.extend(self.reasons(model).map(|(reason, text, locale)| {
                Page::Reason(ReasonPage {
                    code: &reason.code,
                    locale,
                    title: fill(model, &text.title, &mut Vec::new()),
                    texts: None,
                })
            }));
        }
        pages
    }

    /// The reasons of a policy with their texts in the language asked for, or
    /// in the policy's first one.
    fn reasons<'m>(
        &self,
        model: &'m Model,
    ) -> impl Iterator<Item = (&'m Reason, &'m ReasonText, Locale)> {
        let texts = &model.texts;
        let wanted = texts.iter().find(|texts| texts.locale == self.locale);
        wanted.or(texts.first()).into_iter().flat_map(|texts| {
            let pairs = model.reasons.iter().zip(&texts.reasons);
            pairs.map(|(reason, text)| (reason, text, texts.locale))
        })
    }
}

/// The part of a page in one language, after its heading.
fn part(page: &'static str, locale: Locale) -> &'static str {
    let heading = match locale {
        Locale::ZhCn => "## 中文\n",
        _ => "## English\n",
    };
    let part = page.split_once(heading).map_or(page, |(_, part)| part);
    part.split_once("\n## ")
        .map_or(part, |(part, _)| part)
        .trim()
}

fn line(page: &Page<'_>) -> String {
    let (code, text, note) = match page {
        Page::Issue(page) if page.retired => (page.code, page.message, " [retired]"),
        Page::Issue(page) => (page.code, page.message, ""),
        Page::Reason(page) => (page.code, page.title.as_str(), ""),
    };
    format!("{code:<24} {text}{note}")
}

fn words(page: &Page<'_>) -> String {
    match page {
        Page::Issue(issue) => {
            let IssuePage {
                code,
                message,
                page,
                ..
            } = issue;
            let retired = if issue.retired { " [retired]" } else { "" };
            format!(
                "{code}{retired}\n{message}\n\n{}\n",
                page.unwrap_or_default()
            )
        }
        Page::Reason(reason) => {
            let mut out = format!("{}\n{}\n", reason.code, reason.title);
            let Some(texts) = &reason.texts else {
                return out;
            };
            let [requirement, notice, help] = match reason.locale {
                Locale::ZhCn => ["要求", "说明", "怎么办"],
                _ => ["Requirement", "Notice", "What helps"],
            };
            for (heading, text) in [
                (requirement, &texts.requirement),
                (notice, &texts.notice),
                (help, &texts.help),
            ] {
                if !text.is_empty() {
                    out.push_str(&format!("\n## {heading}\n\n{text}\n"));
                }
            }
            if !texts.constants.is_empty() {
                out.push('\n');
            }
            for Filled { name, value } in &texts.constants {
                out.push_str(&format!("{{{name}}} = {value}\n"));
            }
            out
        }
    }
}

/// A message with the names of its placeholders: there is no applicant. Adds
/// the constants that it names.
fn fill(model: &Model, message: &Message, constants: &mut Vec<Filled>) -> String {
    let mut out = String::new();
    for token in message.in_general() {
        let name = match token {
            Token::Text(text) => {
                out.push_str(text);
                continue;
            }
            Token::Arg(Arg::Fact(fact)) => {
                let fact = model.facts.get(usize::from(fact));
                fact.map(|fact| fact.name.as_str())
            }
            Token::Arg(Arg::Constant(index)) => {
                let constant = model.constants.get(usize::from(index));
                let filled = constant.map(|one| Filled {
                    name: one.name.clone(),
                    value: spell::value(one.kind, 0, one.value),
                });
                constants.extend(filled.filter(|one| !constants.contains(one)));
                constant.map(|constant| constant.name.as_str())
            }
            _ => continue,
        };
        out.push_str(&format!("{{{}}}", name.unwrap_or_default()));
    }
    out
}

/// Names the nearest codes, the nearest first.
fn unknown(name: &str, model: Option<&Model>) -> String {
    let codes = IssueCode::ALL.iter().map(|code| code.as_str());
    let reasons = model.into_iter().flat_map(|model| &model.reasons);
    let mut near: Vec<(usize, &str)> = codes
        .chain(reasons.map(|reason| reason.code.as_str()))
        .map(|code| (distance(name, code), code))
        .collect();
    near.sort();
    let near: Vec<String> = near
        .iter()
        .take_while(|(distance, _)| *distance * 2 <= name.chars().count().max(3))
        .take(3)
        .map(|(_, code)| format!("`{code}`"))
        .collect();
    match near.as_slice() {
        [] => "there is no such code; `precheck explain --list` lists them all".into(),
        near => format!("there is no such code; did you mean {}?", near.join(", ")),
    }
}

/// How far apart two codes are, whatever their case; a part of a code is near it.
fn distance(name: &str, code: &str) -> usize {
    let (name, code) = (name.to_lowercase(), code.to_lowercase());
    if name.len() > 1 && code.contains(&name) {
        return 0;
    }
    strsim::damerau_levenshtein(&name, &code)
}
