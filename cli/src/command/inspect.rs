//! `precheck inspect`: what a bundle is, and whether it would be accepted.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use precheck::units::Date;
use precheck::{Audience, Inspection, Model, Op, Policy, Problem, Purpose, Test, Trust};
use serde::Serialize;

use super::failure::Failure;
use super::moves::Moves;
use super::{Side, exposure, key, parse_date, policy, today};

/// Say what a bundle is, who signed it, and whether it would be accepted.
#[derive(Debug, Args)]
pub(super) struct Inspect {
    /// The bundle; with `--projection` a pack too.
    bundle: PathBuf,
    /// Trusted public keys: say whether the bundle would be accepted with them.
    #[arg(long, value_name = "FILE")]
    trust: Option<PathBuf>,
    /// Who would load it; by default the audience that it was made for.
    #[arg(long, requires = "trust")]
    audience: Option<Side>,
    /// The day on which it would be loaded; today in Asia/Shanghai by default.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date, requires = "trust")]
    as_of: Option<Date>,
    /// The highest version that was seen before.
    #[arg(long, value_name = "VERSION", default_value_t = 0, requires = "trust")]
    not_below: u32,
    /// Print the policy inside, as JSON.
    #[arg(long, conflicts_with = "trust")]
    model: bool,
    /// Say what browsers get of the policy, and how much callers can learn of
    /// the rest; of a pack or a server bundle.
    #[arg(long, conflicts_with_all = ["trust", "model"])]
    projection: bool,
    /// How many decisions a caller is thought to ask for.
    #[arg(long, value_name = "N", default_value_t = 100, requires = "projection")]
    probes: u64,
}

#[derive(Serialize)]
struct Report<'i> {
    bytes: usize,
    hash: &'i str,
    pack: &'i str,
    version: u32,
    audience: Audience,
    valid_from: Date,
    valid_until: Option<Date>,
    /// What is otherwise in some regions or on some days; in a public bundle
    /// only what its texts need.
    overlays: Vec<Overlay<'i>>,
    /// What moves facts: people, other facts, time.
    #[serde(flatten)]
    moves: Moves<'i>,
    /// The id of the key that is said to have signed.
    signed_by: Option<String>,
    public_key: Option<String>,
    signed_on: Option<Date>,
    /// Whether hash and signature are right for that key.
    intact: bool,
    /// `null` when nobody said which keys are trusted.
    accepted: Option<bool>,
    problems: Vec<Problem>,
}

/// An overlay, and when it applies.
#[derive(Serialize)]
struct Overlay<'i> {
    name: &'i str,
    from: Option<Date>,
    until: Option<Date>,
    /// The fact that tells the region; `null` for everywhere.
    fact: Option<&'i str>,
    /// The codes of that fact for which it applies.
    codes: Vec<&'i str>,
    /// The constants that have other values.
    constants: Vec<&'i str>,
}

/// The overlays of a policy, in the order in which later ones win.
fn overlays(model: &Model) -> Vec<Overlay<'_>> {
    let day = |days: i64| i32::try_from(days).ok().and_then(Date::from_days);
    let all = (0u16..).zip(&model.overlays).map(|(index, overlay)| {
        let constants = model.constants.iter();
        let own = constants.filter(|one| one.overlaid.iter().any(|(of, _)| *of == index));
        let mut found = Overlay {
            name: &overlay.name,
            from: None,
            until: None,
            fact: None,
            codes: Vec::new(),
            constants: own.map(|one| one.name.as_str()).collect(),
        };
        for op in &overlay.when {
            match op {
                Op::Atom(_, Test::AtLeast(from)) => found.from = day(*from),
                Op::Atom(_, Test::AtMost(until)) => found.until = day(*until),
                Op::Atom(fact, Test::OneOf(codes)) => {
                    let def = model.facts.get(usize::from(*fact));
                    found.fact = def.map(|def| def.name.as_str());
                    let names = def.map_or(&[][..], |def| &def.codes);
                    let code = |code: &i64| names.get(usize::try_from(*code).ok()?);
                    found.codes = codes.iter().filter_map(code).map(String::as_str).collect();
                }
                _ => {}
            }
        }
        found
    });
    all.collect()
}

impl Inspect {
    pub(super) fn run(&self, json: bool) -> Result<(), Failure> {
        if self.projection {
            return exposure::run(&self.bundle, self.probes, json);
        }
        let bytes = policy::read_bytes(&self.bundle)?;
        let found = Inspection::of(&bytes)
            .map_err(|problem| policy::bundle_problems(&self.bundle, vec![problem]))?;
        if self.model {
            let text = serde_json::to_string_pretty(&found.model).expect("plain data is JSON");
            writeln!(anstream::stdout().lock(), "{text}")?;
            return Ok(());
        }
        let problems = self.problems(&bytes, &found)?;
        let report = Report {
            bytes: bytes.len(),
            hash: &found.hash,
            pack: &found.model.pack,
            version: found.model.version,
            audience: found.model.audience,
            valid_from: found.model.valid_from,
            valid_until: found.model.valid_until,
            overlays: overlays(&found.model),
            moves: Moves::of(&found.model),
            signed_by: found.signer.map(|key| key.id()),
            public_key: found.signer.map(|key| key.to_string()),
            signed_on: found.signed_on,
            intact: found.intact,
            accepted: problems.as_ref().map(Vec::is_empty),
            problems: problems.unwrap_or_default(),
        };
        let mut out = anstream::stdout().lock();
        if json {
            let text = serde_json::to_string(&report).expect("plain data is JSON");
            writeln!(out, "{text}")?;
        } else {
            write!(out, "{}", words(&report))?;
        }
        let is_altered = report.signed_by.is_some() && !report.intact;
        if is_altered || report.accepted == Some(false) {
            return Err(Failure::Told);
        }
        Ok(())
    }

    /// What speaks against loading it; `None` when nobody said who is trusted.
    fn problems(&self, bytes: &[u8], found: &Inspection) -> Result<Option<Vec<Problem>>, Failure> {
        let Some(file) = &self.trust else {
            return Ok(None);
        };
        let keys = key::read_trusted(file)?;
        let trust = Trust {
            keys: &keys,
            audience: self.audience.map_or(found.model.audience, Side::audience),
            purpose: Purpose::Decide {
                today: self.as_of.unwrap_or_else(today),
                not_below: self.not_below,
            },
        };
        Ok(Some(Policy::load(bytes, &trust).err().unwrap_or_default()))
    }
}

fn words(report: &Report<'_>) -> String {
    let signed = match (&report.signed_by, report.signed_on, report.intact) {
        (None, ..) => "by nobody: nothing loads it".into(),
        (Some(id), Some(day), true) => format!("by {id} on {day}"),
        (Some(id), ..) => format!("as if by {id}, but the bundle is not what that key signed"),
    };
    let valid = match report.valid_until {
        Some(until) => format!("from {} to {until}", report.valid_from),
        None => format!("from {}, without end", report.valid_from),
    };
    let accepted = match report.accepted {
        None => "say --trust FILE to know",
        Some(true) => "yes",
        Some(false) => "no",
    };
    let mut text = String::new();
    for (name, value) in [
        (
            "pack",
            format!("{}, version {}", report.pack, report.version),
        ),
        ("audience", policy::audience(report.audience).into()),
        ("in force", valid),
        ("signed", signed),
        ("sha256", report.hash.into()),
        ("size", format!("{} bytes", report.bytes)),
        ("accepted", accepted.into()),
    ] {
        text.push_str(&format!("{name:<10}{value}\n"));
    }
    for overlay in &report.overlays {
        text.push_str(&format!("{:<10}{}\n", "overlay", said(overlay)));
    }
    for (heading, list) in report.moves.lines() {
        text.push_str(&format!("{heading:<10}{list}\n"));
    }
    for Problem {
        code, text: why, ..
    } in &report.problems
    {
        text.push_str(&format!("  {why} [{code}]\n"));
    }
    text
}

fn said(overlay: &Overlay<'_>) -> String {
    let mut text = overlay.name.to_owned();
    if let Some(from) = overlay.from {
        text.push_str(&format!(", from {from}"));
    }
    if let Some(until) = overlay.until {
        text.push_str(&format!(", until {until}"));
    }
    if let Some(fact) = overlay.fact {
        text.push_str(&format!(", `{fact}` in {}", overlay.codes.join(", ")));
    }
    if !overlay.constants.is_empty() {
        text.push_str(&format!(", changes {}", overlay.constants.join(", ")));
    }
    text
}
