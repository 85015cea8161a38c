//! `precheck inspect --projection`: what browsers get of a policy, and what
//! callers can learn of the rest.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use precheck::{Audience, Inspection};
use serde::Serialize;

use super::failure::Failure;
use super::policy;
use crate::exposure::{Exposure, ScenarioExposure, Threshold};

#[derive(Serialize)]
struct Report<'e> {
    #[serde(flatten)]
    exposure: &'e Exposure,
    /// How many decisions somebody asks for.
    decisions: u64,
    /// The bits that those tell at most, per scenario.
    bits: Vec<u64>,
}

/// Reports on a pack, or on a server bundle, whoever signed it.
pub(super) fn run(path: &Path, decisions: u64, json: bool) -> Result<(), Failure> {
    let server = if path.is_dir() {
        policy::compile_folder(path)?.server
    } else {
        let bytes = policy::read_bytes(path)?;
        Inspection::of(&bytes)
            .map_err(|problem| policy::bundle_problems(path, vec![problem]))?
            .model
    };
    if server.audience == Audience::Public {
        let text = format!(
            "`{}` is a public bundle: what it hides is not in it; inspect the pack or the server's",
            path.display()
        );
        return Err(Failure::usage("audience-wrong", text));
    }
    let exposure = Exposure::of(&server);
    let mut out = anstream::stdout().lock();
    if json {
        let report = Report {
            bits: exposure
                .scenarios
                .iter()
                .map(|one| one.bits(decisions))
                .collect(),
            exposure: &exposure,
            decisions,
        };
        let text = serde_json::to_string(&report).expect("plain data is JSON");
        writeln!(out, "{text}")?;
    } else {
        write!(out, "{}", words(&exposure, decisions))?;
    }
    // A threshold that the browser's bundle depends on is a fault of the projection.
    let thresholds = exposure.scenarios.iter().flat_map(|one| &one.thresholds);
    match thresholds.clone().all(|one| one.absent_from_browser) {
        true => Ok(()),
        false => Err(Failure::Told),
    }
}

fn list(names: &[String]) -> String {
    match names {
        [] => "none".into(),
        names => names.join(", "),
    }
}

fn words(exposure: &Exposure, decisions: u64) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: String| {
        writeln!(text, "{name:<18}{value}").expect("a text takes every line");
    };
    line(
        "pack",
        format!("{}, version {}", exposure.pack, exposure.version),
    );
    line("facts shown", list(&exposure.shown_facts));
    line("facts hidden", list(&exposure.hidden_facts));
    line("reasons shown", exposure.shown_reasons.to_string());
    line(
        "reasons hidden",
        format!(
            "{}; told as {}",
            list(&exposure.collapsed_reasons),
            exposure.neutral_reason
        ),
    );
    line("the server's own", list(&exposure.server_scenarios));
    for one in &exposure.scenarios {
        scenario(&mut line, one, decisions);
    }
    text
}

fn scenario(line: &mut impl FnMut(&str, String), one: &ScenarioExposure, decisions: u64) {
    line("", String::new());
    line("scenario", one.scenario.clone());
    let merged = one.merged_into.iter();
    let merged: Vec<String> = merged
        .map(|rule| format!("{} ({})", rule.effect.as_str(), rule.reason))
        .collect();
    line(
        "  rules",
        format!(
            "{} open, {} partly opaque, {} opaque, shown as {}: {}",
            one.open_rules,
            one.partly_opaque_rules,
            one.opaque_rules,
            merged.len(),
            list(&merged)
        ),
    );
    if let Some((least, most)) = one.hidden_points {
        let hidden = one.hidden_characteristics;
        line(
            "  points",
            format!("{hidden} characteristics hidden, adding {least} to {most}"),
        );
    }
    line(
        "  decisions",
        format!(
            "at most {} answers, {} bits each; {decisions} decisions at most {} bits",
            one.answers,
            one.bits_per_decision,
            one.bits(decisions)
        ),
    );
    let mut described: Vec<(String, usize)> = Vec::new();
    for threshold in &one.thresholds {
        let words = describe(threshold);
        match described.last_mut() {
            Some((last, count)) if *last == words => *count += 1,
            _ => described.push((words, 1)),
        }
    }
    for (words, count) in described {
        let name = format!("  threshold{}", if count > 1 { "s" } else { "" });
        let times = if count > 1 {
            format!("{count} × ")
        } else {
            String::new()
        };
        line(&name, format!("{times}{words}"));
    }
}

fn describe(threshold: &Threshold) -> String {
    let place = match &threshold.rule {
        Some(rule) => format!("{} in rule {rule}", threshold.fact),
        None => format!("{} in the scorecard", threshold.fact),
    };
    let browser = match threshold.absent_from_browser {
        true => "browser 0 bits",
        false => "THE BROWSER'S BUNDLE DEPENDS ON IT",
    };
    let server = match threshold.probes {
        Some(probes) => format!("callers state it: found in at most {probes} probes"),
        None => "callers cannot state it: only the side of the account's own value".into(),
    };
    let told = match &threshold.equal_constants[..] {
        [] => String::new(),
        names => format!(" (public texts tell an equal number: {})", names.join(", ")),
    };
    format!("{place}: {browser}{told}; {server}")
}
