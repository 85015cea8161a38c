//! `precheck diff`: what changed in meaning between two policies.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;
use precheck::{Audience, Decision, FactKind, Policy, Purpose, Range};
use serde_json::{Value, json};

use super::failure::Failure;
use super::policy;
use crate::diff::{
    Comparison, Example, NODE_BUDGET, Names, ScenarioChanges, Stated, compare, facts_json,
};
use crate::spell;

/// How many names of texts are printed.
const TEXTS: usize = 8;

/// Say which applications get another decision or another amount.
#[derive(Debug, Args)]
pub(super) struct Diff {
    /// The old policy: a pack or a bundle.
    old: PathBuf,
    /// The new policy: a pack or a bundle.
    new: PathBuf,
    /// Trusted public keys, which the signatures of bundles are held against.
    #[arg(long, value_name = "FILE")]
    trust: Option<PathBuf>,
    /// Nodes that each search may visit before it settles for what it has.
    #[arg(long, default_value_t = NODE_BUDGET)]
    budget: u32,
}

impl Diff {
    pub(super) fn run(&self, json: bool) -> Result<(), Failure> {
        let load = |path: &Path| -> Result<Policy, Failure> {
            // Old policies are compared long after their last day.
            policy::load(path, self.trust.as_deref(), None, Purpose::Replay)
        };
        let (old, new) = (load(&self.old)?, load(&self.new)?);
        for (path, policy) in [(&self.old, &old), (&self.new, &new)] {
            if policy.model().audience == Audience::Public {
                let text = format!(
                    "`{}` is a browser's projection, which hides what decides; compare packs, or \
                     bundles for the server",
                    path.display()
                );
                return Err(Failure::usage("policy-projected", text));
            }
        }
        let found = compare(&old, &new, self.budget)
            .map_err(|problem| Failure::usage(problem.code, problem.text))?;
        let mut out = anstream::stdout().lock();
        if json {
            writeln!(out, "{}", report(&found))?;
        } else {
            write!(out, "{}", words(&found))?;
        }
        if found.is_same() && found.is_same_amount() {
            Ok(())
        } else {
            Err(Failure::Told)
        }
    }
}

fn words(found: &Comparison) -> String {
    let mut text = String::new();
    for scenario in &found.scenarios {
        let told = about(scenario);
        if !told.is_empty() {
            text.push_str(&format!("\u{1b}[1m{}\u{1b}[0m\n{told}\n", scenario.name));
        }
    }
    for (what, names) in [
        ("scenarios", &found.scenario_names),
        ("facts", &found.facts),
        ("reasons", &found.reasons),
    ] {
        text.push_str(&listed(what, names));
    }
    if !found.texts.is_empty() {
        let (shown, rest) = found.texts.split_at(found.texts.len().min(TEXTS));
        let more = match rest.len() {
            0 => String::new(),
            more => format!(" and {more} more (all with --json)"),
        };
        let shown = shown.join(", ");
        text.push_str(&format!("texts that read otherwise: {shown}{more}\n"));
    }
    if !found.parts.is_empty() {
        let parts = found.parts.join("; ");
        text.push_str(&format!("other parts that changed: {parts}\n"));
    }
    text.push_str(verdict(found));
    text
}

/// The last line: what it comes to.
fn verdict(found: &Comparison) -> &'static str {
    let is_exact = found.scenarios.iter().all(|one| one.is_exact);
    let names = &found.scenario_names;
    let is_moved = found.scenarios.iter().any(|one| !one.amounts.is_empty());
    if found.is_same() && found.is_same_amount() {
        "every application gets the decision it got\n"
    } else if found.is_same() && is_moved {
        "decisions stay, amounts change\n"
    } else if found.is_same() {
        "decisions stay; no other amount was found, but the search was not finished: raise --budget\n"
    } else if found.scenarios.iter().any(|one| !one.decisions.is_empty()) {
        "decisions change\n"
    } else if found.scenarios.iter().any(|one| !one.accepted.is_empty()) {
        "decisions stay, but for applications that only one policy takes for possible\n"
    } else if !is_exact {
        "no changed decision was found, but the search was not finished: raise --budget\n"
    } else if names.added.is_empty() && names.removed.is_empty() {
        "decisions stay\n"
    } else {
        "scenarios come or go\n"
    }
}

fn about(scenario: &ScenarioChanges) -> String {
    let mut text = String::new();
    for change in &scenario.decisions {
        let (old, new) = (change.old.as_str(), change.new.as_str());
        text.push_str(&format!("  {old} → {new}\n{}", lines(&change.example)));
        text.push_str(unsure(&change.example));
    }
    for change in &scenario.accepted {
        let decision = change.decision.as_str();
        let pair = if change.is_new {
            format!("impossible → {decision}")
        } else {
            format!("{decision} → impossible")
        };
        text.push_str(&format!("  {pair}\n{}", lines(&change.example)));
        text.push_str(unsure(&change.example));
    }
    for change in &scenario.amounts {
        let way = if change.new > change.old {
            "more"
        } else {
            "less"
        };
        let shown = |amount: Option<i64>| match amount {
            Some(amount) => fen(amount),
            None => "no amount".into(),
        };
        let (old, new) = (shown(change.old), shown(change.new));
        text.push_str(&format!("  approve stays, with {way}: {old} → {new}\n"));
        text.push_str(&lines(&change.example));
        text.push_str(unsure(&change.example));
    }
    if !scenario.is_amounts_exact {
        text.push_str("  the search for other amounts was not finished; there may be more\n");
    }
    if !scenario.is_exact {
        text.push_str(
            "  the search for changed decisions was not finished, so there may be more; raise --budget\n",
        );
    }
    for change in &scenario.reasons {
        let list = |codes: &[String]| match codes {
            [] => "none".to_owned(),
            codes => codes.join(", "),
        };
        text.push_str(&format!(
            "  {} stays, for other reasons: {} → {}\n{}",
            change.decision.as_str(),
            list(&change.old),
            list(&change.new),
            lines(&change.example)
        ));
    }
    if !scenario.is_reasons_exact {
        text.push_str("  the search for changed reasons was not finished; there may be more\n");
    }
    let has_examples = !(scenario.decisions.is_empty()
        && scenario.accepted.is_empty()
        && scenario.amounts.is_empty()
        && scenario.reasons.is_empty());
    if has_examples {
        let neutral = scenario.neutral.iter();
        let neutral = neutral.map(|one| format!("{} {}", one.fact, one.shown));
        let neutral: Vec<String> = neutral.collect();
        let (day, neutral) = (scenario.neutral_day, neutral.join(", "));
        text.push_str(&format!("  all else as on {day} in: {neutral}\n"));
    }
    text.push_str(&ranges(scenario));
    text.push_str(&shares(scenario));
    for (what, names) in [("fields", &scenario.fields), ("facts", &scenario.facts)] {
        for line in listed(what, names).lines() {
            text.push_str(&format!("  {line}\n"));
        }
    }
    text
}

/// How the ranges of score and amount moved.
fn ranges(scenario: &ScenarioChanges) -> String {
    let mut text = String::new();
    let score = |side: usize| {
        let digits = scenario.digits[side];
        scenario.score[side].map(|range| {
            let [min, max] = [range.min, range.max].map(|end| spell::points(end, digits));
            format!("{min} to {max}")
        })
    };
    let amount = |side: usize| {
        scenario.amount[side].map(|range| format!("{} to {}", fen(range.min), fen(range.max)))
    };
    for (what, [old, new]) in [
        ("score", [score(0), score(1)]),
        ("amount", [amount(0), amount(1)]),
    ] {
        if old != new {
            let shown = |range: Option<String>| range.unwrap_or_else(|| "none".into());
            text.push_str(&format!("  {what}: {} → {}\n", shown(old), shown(new)));
        }
    }
    text
}

/// An amount in yuan.
fn fen(amount: i64) -> String {
    spell::value(FactKind::Money, 0, amount)
}

/// How many applicants are expected to get each decision, where that changes.
fn shares(scenario: &ScenarioChanges) -> String {
    let [Some(old), Some(new)] = scenario.shares else {
        return String::new();
    };
    let decisions = Decision::ALL.iter().zip(old.into_iter().zip(new));
    let changed = decisions.filter(|(_, (old, new))| old != new);
    let changed = changed.map(|(decision, shares)| {
        let shown = |share: u64| format!("{}.{:02}%", share / 100, share % 100);
        let (old, new) = (shown(shares.0), shown(shares.1));
        format!("{} {old} → {new}", decision.as_str())
    });
    match &changed.collect::<Vec<_>>()[..] {
        [] => String::new(),
        changed => format!("  of expected applicants: {}\n", changed.join(", ")),
    }
}

fn unsure(example: &Example) -> &'static str {
    if example.is_smallest {
        ""
    } else {
        "    (there may be a smaller example: the search was not finished)\n"
    }
}

fn lines(example: &Example) -> String {
    let differs = example.differs.iter();
    let lines = differs.map(|one| format!("    {} = {}\n", one.fact, one.shown));
    let mut text: String = lines.collect();
    if text.is_empty() {
        text = "    with nothing special\n".into();
    }
    let [old, new] = &example.computed;
    let shown = |all: &[Stated], name: &str| {
        let found = all.iter().find(|one| one.fact == name);
        found.map(|one| one.shown.clone())
    };
    let mut told: Vec<&str> = Vec::new();
    for name in example.follows.iter().flatten().map(|one| &*one.fact) {
        if told.contains(&name) {
            continue;
        }
        told.push(name);
        text.push_str(&match (shown(old, name), shown(new, name)) {
            (Some(old), Some(new)) if old != new => {
                format!("    so {name} = {old} before, {new} now\n")
            }
            (old, new) => format!("    so {name} = {}\n", old.or(new).unwrap_or_default()),
        });
    }
    text
}

fn listed(what: &str, names: &Names) -> String {
    let kinds = [
        ("new", &names.added),
        ("removed", &names.removed),
        ("changed", &names.changed),
    ];
    let lines = kinds.into_iter().filter(|(_, names)| !names.is_empty());
    lines
        .map(|(how, names)| format!("{how} {what}: {}\n", names.join(", ")))
        .collect()
}

fn report(found: &Comparison) -> Value {
    let names = |names: &Names| json!({ "added": names.added, "removed": names.removed, "changed": names.changed });
    let range = |range: Option<Range>| range.map(|range| json!([range.min, range.max]));
    let example = |example: &Example| {
        let [old, new] = &example.computed;
        json!({
            "as_of": example.as_of,
            "facts": facts_json(&example.facts),
            "computed": { "old": facts_json(old), "new": facts_json(new) },
            "differs": facts_json(&example.differs),
            "smallest": example.is_smallest,
        })
    };
    let scenarios = found.scenarios.iter().map(|one| {
        let decisions = one.decisions.iter().map(|change| {
            json!({ "old": change.old, "new": change.new, "example": example(&change.example) })
        });
        let reasons = one.reasons.iter().map(|change| {
            json!({
                "decision": change.decision,
                "old": change.old,
                "new": change.new,
                "example": example(&change.example),
            })
        });
        let accepted = one.accepted.iter().map(|change| {
            let by = if change.is_new { "new" } else { "old" };
            json!({ "by": by, "decision": change.decision, "example": example(&change.example) })
        });
        let amounts = one.amounts.iter().map(|change| {
            json!({ "old": change.old, "new": change.new, "example": example(&change.example) })
        });
        json!({
            "name": one.name,
            "decisions": decisions.collect::<Vec<_>>(),
            "accepted": accepted.collect::<Vec<_>>(),
            "decisions_exact": one.is_exact,
            "reasons": reasons.collect::<Vec<_>>(),
            "reasons_exact": one.is_reasons_exact,
            "amounts": amounts.collect::<Vec<_>>(),
            "amounts_exact": one.is_amounts_exact,
            "neutral": facts_json(&one.neutral),
            "neutral_as_of": one.neutral_day,
            "score": one.score.map(range),
            "score_digits": one.digits,
            "amount": one.amount.map(range),
            "shares": one.shares,
            "fields": names(&one.fields),
            "facts": names(&one.facts),
        })
    });
    json!({
        "same_decisions": found.is_same(),
        "same_amounts": found.is_same_amount(),
        "scenarios": scenarios.collect::<Vec<_>>(),
        "scenario_names": names(&found.scenario_names),
        "facts": names(&found.facts),
        "reasons": names(&found.reasons),
        "texts": found.texts,
        "parts": found.parts,
    })
}
