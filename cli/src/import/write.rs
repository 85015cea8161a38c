//! The imported scorecard as the files of a pack.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::card::{Card, Characteristic, Ranking};
use super::fields::{ANY_OTHER, Field, Type};
use super::logic::Cond;
use super::names::{identifier, unique};
use super::number::Number;
use crate::compile::Pack;

/// Values beyond this lose exactness in JavaScript.
pub(super) const MAX_VALUE: i64 = 9_007_199_254_740_991;

/// Said in every pack; nothing of it comes from the file.
const PHRASES: &str = include_str!("phrases.ftl");

/// What goes into a pack.
pub(super) struct Draft<'d> {
    pub(super) name: String,
    /// Where it comes from, for comments.
    pub(super) file: &'d str,
    pub(super) card: Card<'d>,
    /// The fields that are used.
    pub(super) fields: Vec<Field<'d>>,
    pub(super) digits: u8,
    /// When there is no result: ids and conditions.
    pub(super) rules: Vec<(String, Cond)>,
    codes: Codes,
}

/// Codes of reasons by what the file calls them.
struct Codes {
    by_name: BTreeMap<String, String>,
    no_score: String,
    neutral: String,
}

impl<'d> Draft<'d> {
    pub(super) fn new(
        name: String,
        file: &'d str,
        card: Card<'d>,
        fields: Vec<Field<'d>>,
        digits: u8,
    ) -> Draft<'d> {
        let mut taken = BTreeSet::new();
        let mut by_name = BTreeMap::new();
        let attributes = card.characteristics.iter().flat_map(|one| &one.attributes);
        for one in attributes {
            by_name
                .entry(one.reason.clone())
                .or_insert_with(|| unique(&identifier(&one.reason, "-"), "-", &mut taken));
        }
        let codes = Codes {
            by_name,
            no_score: unique("NO-SCORE", "-", &mut taken),
            neutral: unique("NOT-PASSED", "-", &mut taken),
        };
        let mut rules = Vec::new();
        for (index, one) in card.characteristics.iter().enumerate() {
            rules.push((format!("no-attribute-{}", index + 1), one.uncovered.clone()));
        }
        for one in &fields {
            rules.push((format!("invalid-{}", one.fact), one.no_result()));
        }
        rules.retain(|(_, when)| *when != Cond::Is(false));
        Draft {
            name,
            file,
            card,
            fields,
            digits,
            rules,
            codes,
        }
    }

    pub(super) fn pack(&self) -> Pack {
        let mut files = vec![
            ("policy.toml".into(), self.policy()),
            ("scorecards/score.toml".into(), self.scorecard()),
            ("locales/en.ftl".into(), self.locale()),
        ];
        for (name, code) in &self.codes.by_name {
            files.push((format!("reasons/{code}.md"), self.reason(name)));
        }
        let plain = |title: &str, notice: &str, help: &str, example: &str| {
            let lines = [title, title, notice, help, example];
            page(self.file, "platform", &lines)
        };
        let neutral = plain(
            "Not passed",
            "A check was not passed.",
            "Customer service can say what can be done.",
            "Nothing in this policy is confidential, so this is never said.",
        );
        files.push((format!("reasons/{}.md", self.codes.neutral), neutral));
        if !self.rules.is_empty() {
            let no_score = plain(
                "No score can be given",
                "The scorecard has no points for what was stated.",
                "A person looks at it.",
                "No attribute of a characteristic holds, or a value is none that the file lists.",
            );
            files.push((format!("reasons/{}.md", self.codes.no_score), no_score));
        }
        Pack::from_files(files)
    }

    fn policy(&self) -> String {
        let mut out = String::new();
        let file = self.file;
        let neutral = &self.codes.neutral;
        let name = &self.name;
        let _ = writeln!(
            out,
            "# Imported from {file} (PMML). Raise `version` with every change.\n\n[pack]\n\
             name           = \"{name}\"\nversion        = 1\nvalid_from     = 2000-01-01\n\
             locales        = [\"en\"]\nneutral_reason = \"{neutral}\""
        );
        for one in &self.fields {
            let _ = write!(out, "\n[facts.{}]\n# {}\n", one.fact, comment(one.name));
            match one.kind {
                Type::Text => {
                    let mut codes: Vec<&str> =
                        one.texts.iter().map(|(_, code)| code.as_str()).collect();
                    codes.extend(one.is_open.then_some(ANY_OTHER));
                    let codes: Vec<String> =
                        codes.iter().map(|code| format!("\"{code}\"")).collect();
                    let _ = writeln!(out, "kind = \"code\"\ncodes = [{}]", codes.join(", "));
                }
                Type::Flag => out.push_str("kind = \"bool\"\n"),
                Type::Whole => {
                    let _ = writeln!(
                        out,
                        "kind = \"integer\"\ndomain = [-{MAX_VALUE}, {MAX_VALUE}]"
                    );
                }
                Type::Decimal => {
                    let most = largest(one.digits);
                    let digits = one.digits;
                    let _ = writeln!(
                        out,
                        "kind = \"decimal\"\ndigits = {digits}\ndomain = [-{most}, {most}]"
                    );
                }
            }
            out.push_str(
                "missing = true\nsource = \"applicant\"\naudience = \"public\"\npersonal = true\n",
            );
        }
        let facts: Vec<String> = self
            .fields
            .iter()
            .map(|one| format!("\"{}\"", one.fact))
            .collect();
        let facts = facts.join(", ");
        let _ = write!(
            out,
            "\n[scenarios.score]\nfacts = [{facts}]\nscorecard = \"score\"\n"
        );
        for (id, when) in &self.rules {
            let reason = &self.codes.no_score;
            let _ = write!(
                out,
                "\n[[scenarios.score.rules]]\nid     = \"{id}\"\nwhen   = '{}'\n\
                 effect = \"refer\"\nreason = \"{reason}\"\n",
                when.write()
            );
        }
        out
    }

    fn scorecard(&self) -> String {
        let card = &self.card;
        let method = match card.ranking {
            Ranking::None => "below-best",
            Ranking::Below => "below-neutral",
            Ranking::Above => "above-neutral",
        };
        let mut out = format!("# Imported from {} (PMML).\n\n", self.file);
        let _ = writeln!(out, "base   = {}", written(card.initial));
        if self.digits > 0 {
            let _ = writeln!(out, "digits = {}", self.digits);
        }
        let baselines = comment(card.baseline_method);
        let _ = writeln!(
            out,
            "method = \"{method}\"         # baselines of the file: {baselines}\n\n\
             # The file says nothing about decisions: a person takes them until you set bands.\n\
             bands  = [{{ from = 0, decision = \"refer\" }}]"
        );
        for one in &card.characteristics {
            self.characteristic(&mut out, one);
        }
        out
    }

    fn characteristic(&self, out: &mut String, one: &Characteristic<'_>) {
        let last = one
            .attributes
            .last()
            .filter(|last| last.when == Cond::Is(true));
        let best = one.attributes.iter().map(|one| one.points).max();
        // Where no attribute holds there is no result, and nothing is lost.
        let filler = match self.card.ranking {
            Ranking::None => best.unwrap_or(Number::ZERO),
            Ranking::Below | Ranking::Above => one.baseline,
        };
        let otherwise = last.map_or(filler, |last| last.points);
        let own = last.or(one.attributes.first());
        let code = |name: &str| &self.codes.by_name[name];
        let reason = own.map_or(&self.codes.neutral, |own| code(&own.reason));
        let _ = write!(
            out,
            "\n[[characteristics]]\n# {}\nreason    = \"{reason}\"\n",
            comment(&one.name)
        );
        if self.card.ranking != Ranking::None {
            let _ = writeln!(out, "neutral   = {}", written(one.baseline));
        }
        let _ = write!(out, "otherwise = {}\ncases     = [", written(otherwise));
        let cases = one
            .attributes
            .iter()
            .filter(|one| one.when != Cond::Is(true));
        for case in cases {
            let (when, points) = (case.when.write(), written(case.points));
            let _ = write!(out, "\n  {{ when = '{when}', points = {points}");
            if code(&case.reason) != reason {
                let _ = write!(out, ", reason = \"{}\"", code(&case.reason));
            }
            out.push_str(" },");
        }
        out.push_str("\n]\n");
    }

    fn locale(&self) -> String {
        let mut out = String::from(PHRASES);
        for one in &self.fields {
            let id = one.fact.replace('_', "-");
            let _ = writeln!(out, "\nfact-{id} = {}", fluent(one.name));
            if one.kind == Type::Text {
                for (text, code) in &one.texts {
                    let _ = writeln!(out, "    .{code} = {}", fluent(text));
                }
                if one.is_open {
                    let _ = writeln!(out, "    .{ANY_OTHER} = any other");
                }
            }
            let _ = writeln!(out, "    .question = {}", fluent(one.name));
        }
        out
    }

    fn reason(&self, name: &str) -> String {
        let given = |one: &&Characteristic<'_>| one.attributes.iter().any(|at| at.reason == name);
        let by = self.card.characteristics.iter().filter(given);
        let by: Vec<String> = by.map(|one| prose(&one.name)).collect();
        let by = by.join(", ");
        let (side, other) = match self.card.ranking {
            Ranking::Above => ("above", "no higher than"),
            _ => ("below", "no lower than"),
        };
        let title = prose(name);
        let requirement = format!("Points for {by} that are {other} the baseline.");
        let notice = format!("The points for {by} are {side} the baseline.");
        let help = "The file that this policy was imported from does not say it.";
        let example = format!("Reason code {title}.");
        page(
            self.file,
            "applicant",
            &[&title, &requirement, &notice, help, &example],
        )
    }
}

/// The largest whole number of a fact with so many decimals.
pub(super) fn largest(digits: u8) -> i64 {
    MAX_VALUE / 10_i64.saturating_pow(u32::from(digits) + 1)
}

fn page(file: &str, kind: &str, lines: &[&str; 5]) -> String {
    let [title, requirement, notice, help, example] = lines;
    let file = quoted(file);
    format!(
        "+++\nstatus     = \"active\"\nkind       = \"{kind}\"\ndisclosure = \"full\"\n\
         lasts      = \"until-changed\"\nhelps      = []\nsource     = {file}\n+++\n\n\
         # en: {title}\n\n## Requirement\n\n{requirement}\n\n## Notice\n\n{notice}\n\n\
         ## What helps\n\n{help}\n\n## Example\n\n{example}\n"
    )
}

/// A number as the language writes it.
fn written(number: Number) -> String {
    if number.is_whole() {
        number.to_string()
    } else {
        format!("\"{number}\"")
    }
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for one in text.chars() {
        match one {
            '"' | '\\' => out.extend(['\\', one]),
            one if one.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(one));
            }
            one => out.push(one),
        }
    }
    out.push('"');
    out
}

/// A text in one line, for a comment.
pub(super) fn comment(text: &str) -> String {
    text.chars()
        .map(|one| if one.is_control() { ' ' } else { one })
        .collect()
}

/// A text without what Markdown or Fluent would take for more than text.
fn prose(text: &str) -> String {
    let is_plain = |one: char| one.is_alphanumeric() || "-_.,/()%+=:'".contains(one);
    let words: String = text
        .chars()
        .map(|one| if is_plain(one) { one } else { ' ' })
        .collect();
    let words = words.split_whitespace().map(|word| word.trim_matches('_'));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    if words.is_empty() {
        "without name".into()
    } else {
        words.join(" ")
    }
}

/// A text as a pattern of Fluent that says exactly it.
fn fluent(text: &str) -> String {
    let is_plain = text.trim() == text
        && !text.is_empty()
        && !text.starts_with(['.', '*', '['])
        && !text.contains(['{', '}'])
        && !text.contains(char::is_control);
    if is_plain {
        return text.into();
    }
    let mut out = String::from("{\"");
    for one in text.chars() {
        match one {
            '"' | '\\' => out.extend(['\\', one]),
            one if one.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(one));
            }
            one => out.push(one),
        }
    }
    out.push_str("\"}");
    out
}
