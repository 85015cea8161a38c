//! `precheck changes`: what changed between two decisions, and whose doing it is.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use precheck::units::{Date, Locale};
use precheck::{
    Application, ChangesNotice, Entries, FactInput, MAX_BYTES, Modules, NoticeShare, Taken, Way,
    attribute, changes,
};
use serde::Deserialize;

use super::failure::Failure;
use super::policy::PolicyArguments;
use super::{open, parse_locale};

/// Say what changed between two decisions, and whose doing it is.
#[derive(Debug, Args)]
pub(super) struct Changes {
    #[command(flatten)]
    policy: PolicyArguments,
    /// The policy of the earlier decision; by default that of the later one.
    #[arg(long, value_name = "PACK|BUNDLE")]
    policy_before: Option<PathBuf>,
    /// The application of the earlier decision as JSON, with its day, and with
    /// the versions of its sources in `modules` where these are known.
    before: PathBuf,
    /// The application of the later decision; `-` for standard input.
    after: PathBuf,
    /// The language; the policy's first by default.
    #[arg(long, value_parser = parse_locale)]
    locale: Option<Locale>,
    /// Print every mix that was decided, confidential points included, as JSON:
    /// for those who may see everything.
    #[arg(long)]
    trace: bool,
}

/// A decision as a file: an application, and what its sources ran on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stated {
    scenario: String,
    as_of: Date,
    #[serde(default)]
    fields: Entries<String>,
    #[serde(default)]
    facts: Entries<FactInput>,
    #[serde(default)]
    modules: Modules,
}

impl Changes {
    pub(super) fn run(&self, json: bool) -> Result<(), Failure> {
        let new = self.policy.replay(None)?;
        let old = match &self.policy_before {
            Some(path) => Some(self.policy.replay(Some(path))?),
            None => None,
        };
        let (earlier, before) = read(&self.before)?;
        let (later, after) = read(&self.after)?;
        let before = Taken {
            policy: old.as_ref().unwrap_or(&new),
            application: &earlier,
            modules: &before,
        };
        let after = Taken {
            policy: &new,
            application: &later,
            modules: &after,
        };
        let refused = |problems| {
            let text = "the two decisions have problems".into();
            Failure::Problems("changes-problems", text, problems)
        };
        let mut out = anstream::stdout().lock();
        if self.trace {
            let found = attribute(before, after).map_err(refused)?;
            let text = serde_json::to_string(&found).expect("plain data is JSON");
            writeln!(out, "{text}")?;
            return Ok(());
        }
        let first = new.model().texts.first().map(|texts| texts.locale);
        let locale = self.locale.or(first).unwrap_or(Locale::ZhCn);
        let document = changes(before, after, locale).map_err(refused)?;
        if json {
            writeln!(out, "{}", document.to_json())?;
        } else {
            write!(out, "{}", words(&document.notice))?;
        }
        Ok(())
    }
}

fn read(path: &Path) -> Result<(Application, Modules), Failure> {
    let mut text = Vec::new();
    let mut input = open(path)?.take(MAX_BYTES as u64);
    let read = input.read_to_end(&mut text);
    read.map_err(|error| Failure::failed("input-unreadable", error.to_string()))?;
    let stated: Stated = serde_json::from_slice(&text).map_err(|error| {
        // Only the place: the message could repeat what the applicant wrote.
        let text = format!(
            "`{}` is no decision, at line {}, column {}: members are scenario, as_of, fields, \
             facts, modules",
            path.display(),
            error.line(),
            error.column()
        );
        Failure::failed("application-malformed", text)
    })?;
    let application = Application {
        scenario: stated.scenario,
        as_of: stated.as_of,
        fields: stated.fields,
        facts: stated.facts,
    };
    Ok((application, stated.modules))
}

fn words(notice: &ChangesNotice) -> String {
    let is_chinese = notice.locale == Locale::ZhCn;
    let mut out = format!("{}\n", notice.headline);
    for share in &notice.shares {
        out.push_str(&format!("\n- {}", share.text));
        if let Some(effect) = &share.effect {
            let space = if is_chinese { "" } else { " " };
            out.push_str(&format!("{space}{effect}"));
        }
        out.push('\n');
        let headings = if is_chinese {
            ["新出现：", "不再有：", "比上次差：", "比上次好："]
        } else {
            ["New: ", "No longer: ", "Worse: ", "Better: "]
        };
        let ways = [Way::Began, Way::Ended, Way::Worse, Way::Better];
        for (way, heading) in ways.into_iter().zip(headings) {
            out.push_str(&list(share, way, heading));
        }
        for fact in &share.facts {
            out.push_str(&format!("  {fact}\n"));
        }
    }
    for text in [&notice.together, &notice.neutral].into_iter().flatten() {
        out.push_str(&format!("\n{text}\n"));
    }
    out.push_str(&format!("\n{}\n", notice.note));
    out
}

fn list(share: &NoticeShare, way: Way, heading: &str) -> String {
    let own = share.changed.iter().filter(|one| one.way == way);
    own.map(|one| format!("  {heading}{}\n", one.text))
        .collect()
}
