//! `precheck lint`: what can be proved about a pack.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::failure::Failure;
use super::policy;
use crate::{Diagnostic, Severity, lint};

/// Prove that a policy pack does what it says, or show where it does not.
///
/// Fails when there is an error; warnings and notes are for the author to
/// judge. What is right to keep goes into `[lint] allow`, with a reason.
#[derive(Debug, Args)]
pub(super) struct Lint {
    /// The folder of the pack.
    pack: PathBuf,
}

#[derive(Serialize)]
struct Findings<'f> {
    errors: usize,
    warnings: usize,
    notes: usize,
    findings: &'f [Diagnostic],
}

impl Lint {
    pub(super) fn run(&self, json: bool) -> Result<(), Failure> {
        let (pack, compiled) = policy::read_and_compile(&self.pack)?;
        let found = lint(&pack, &compiled);
        let count = |severity| found.iter().filter(|one| one.severity == severity).count();
        let findings = Findings {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            notes: count(Severity::Note),
            findings: &found,
        };
        let mut out = anstream::stdout().lock();
        if json {
            let text = serde_json::to_string(&findings).expect("plain data is JSON");
            writeln!(out, "{text}")?;
        } else {
            for one in &found {
                writeln!(out, "{}\n", one.render(Some(&pack)))?;
            }
            let Findings {
                errors,
                warnings,
                notes,
                ..
            } = findings;
            writeln!(
                out,
                "errors: {errors}, warnings: {warnings}, notes: {notes}"
            )?;
        }
        if findings.errors == 0 {
            Ok(())
        } else {
            Err(Failure::Told)
        }
    }
}
