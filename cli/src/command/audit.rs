//! `precheck audit`: the log of decisions, looked at from outside.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use precheck::PublicKey;
use precheck_server::audit::{self, AuditError, KeySource, Verified, VerifyOptions};
use serde_json::json;

use super::failure::Failure;
use super::{unreadable, unwritable};

/// The variable with the master key, for whoever keeps it in no file.
pub(super) const VARIABLE: &str = "PRECHECK_MASTER_KEY";

/// Verify the log of decisions, copy the data, export or erase from it.
#[derive(Debug, Args)]
pub(super) struct Audit {
    #[command(subcommand)]
    command: AuditCommand,
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// Say whether rows of the log were altered, taken out, moved, put in or
    /// cut off, and where.
    Verify(Verify),
    /// Copy the data into a new folder, while a service runs, and verify the
    /// copy. Without the master key nobody can read it; keep that elsewhere.
    Backup(Backup),
    /// Write one decision with everything about it as a signed document.
    Export(Export),
    /// Check such a document, without any data of the service.
    Check(Check),
    /// Erase the person of an account: decisions stay countable, and nobody
    /// can read them.
    Erase(Erase),
}

/// Where the data is, and its secret.
#[derive(Debug, Args)]
pub(super) struct Data {
    /// Where decisions are kept.
    #[arg(long, value_name = "DIR", default_value = "./data")]
    pub(super) data: PathBuf,
    /// The master key. By default the one in the variable
    /// PRECHECK_MASTER_KEY, or `master.key` in the data folder.
    #[arg(long, value_name = "FILE")]
    pub(super) master_key: Option<PathBuf>,
}

impl Data {
    /// Where the master key is.
    pub(super) fn source(&self) -> KeySource {
        source(self.master_key.as_deref())
    }
}

/// Where the master key is: as it was said, in the environment, in the folder.
pub(super) fn source(file: Option<&Path>) -> KeySource {
    match file {
        Some(file) => KeySource::File(file.to_owned()),
        None if std::env::var_os(VARIABLE).is_some() => KeySource::Variable(VARIABLE.to_owned()),
        None => KeySource::Folder,
    }
}

#[derive(Debug, Args)]
struct Verify {
    #[command(flatten)]
    data: Data,
    /// The public key that has to have signed, as `verify` tells it; keep it
    /// where the data is not.
    #[arg(long, value_name = "KEY", value_parser = parse_key)]
    trust: Option<PublicKey>,
    /// Open every seal too; needs the master key.
    #[arg(long)]
    open: bool,
    /// Checkpoints that were kept elsewhere, such as the log of the service.
    #[arg(long, value_name = "FILE")]
    checkpoints: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct Backup {
    /// Where decisions are kept.
    #[arg(long, value_name = "DIR", default_value = "./data")]
    data: PathBuf,
    /// The folder to make; a service can be started on it.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

#[derive(Debug, Args)]
struct Export {
    /// The decision's id.
    id: String,
    #[command(flatten)]
    data: Data,
    /// Where to write the document; it is about a person.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Debug, Args)]
struct Check {
    /// The document.
    file: PathBuf,
    /// The public key that has to have signed.
    #[arg(long, value_name = "KEY", value_parser = parse_key)]
    trust: Option<PublicKey>,
}

#[derive(Debug, Args)]
struct Erase {
    /// The account.
    account: String,
    #[command(flatten)]
    data: Data,
}

/// Reads a public key as `verify` tells it.
fn parse_key(text: &str) -> Result<PublicKey, String> {
    let digit = |pair: &[u8]| {
        let pair = std::str::from_utf8(pair).ok()?;
        u8::from_str_radix(pair, 16).ok()
    };
    let bytes: Option<Vec<u8>> = text.as_bytes().chunks(2).map(digit).collect();
    let bytes: Option<[u8; 32]> = bytes.and_then(|bytes| bytes.try_into().ok());
    bytes
        .map(PublicKey::from_bytes)
        .ok_or_else(|| "write the 64 hexadecimal digits of a public key".into())
}

impl Audit {
    pub(super) fn run(&self, json: bool) -> Result<(), Failure> {
        match &self.command {
            AuditCommand::Verify(verify) => verify.run(json),
            AuditCommand::Backup(backup) => backup.run(json),
            AuditCommand::Export(export) => export.run(json),
            AuditCommand::Check(check) => check.run(json),
            AuditCommand::Erase(erase) => erase.run(json),
        }
    }
}

/// Runs something that waits for the database.
pub(super) fn wait<T>(work: impl Future<Output = Result<T, AuditError>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| {
        let text = format!("cannot start threads: {error}");
        Failure::failed("runtime-unavailable", text)
    })?;
    runtime.block_on(work).map_err(|error| failure(&error))
}

fn failure(error: &AuditError) -> Failure {
    Failure::failed(error.code(), error.to_string())
}

impl Verify {
    fn run(&self, json: bool) -> Result<(), Failure> {
        let checkpoints = match &self.checkpoints {
            Some(file) => Some(fs::read_to_string(file).map_err(|error| unreadable(file, &error))?),
            None => None,
        };
        let options = VerifyOptions {
            trusted: self.trust,
            key: self.open.then(|| self.data.source()),
            checkpoints,
        };
        let found = wait(audit::verify(&self.data.data, &options))?;
        tell(&found, self.trust.is_some(), json)?;
        if found.findings.is_empty() {
            Ok(())
        } else {
            Err(Failure::Told)
        }
    }
}

impl Backup {
    fn run(&self, json: bool) -> Result<(), Failure> {
        let found = wait(audit::backup(&self.data, &self.out))?;
        tell(&found, false, json)?;
        if found.findings.is_empty() {
            Ok(())
        } else {
            Err(Failure::Told)
        }
    }
}

/// Says what was found in a log.
fn tell(found: &Verified, is_trusted: bool, json: bool) -> Result<(), Failure> {
    let mut out = anstream::stdout().lock();
    if json {
        let findings = found.findings.iter().map(|one| {
                json!({ "code": one.code, "from": one.from, "until": one.until, "text": one.text })
            });
        let report = json!({
            "chain": found.chain,
            "signer": found.signer.to_string(),
            "trusted": is_trusted,
            "rows": found.rows,
            "erased": found.erased,
            "opened": found.opened,
            "checkpoints": found.checkpoints,
            "findings": findings.collect::<Vec<_>>(),
        });
        writeln!(out, "{report}")?;
    } else {
        writeln!(
            out,
            "chain {}: {} rows, {} checkpoints, {} seals opened, {} decisions erased",
            found.chain, found.rows, found.checkpoints, found.opened, found.erased,
        )?;
        writeln!(out, "signed by {}", found.signer)?;
        for one in &found.findings {
            let place = match (one.from, one.until) {
                (Some(from), Some(until)) if from != until => format!("rows {from} to {until}"),
                (Some(from), _) => format!("row {from}"),
                _ => "the log".to_owned(),
            };
            writeln!(out, "{place}: {} [{}]", one.text, one.code)?;
        }
        if !is_trusted {
            let note = "note: the key is the one that the database names; give the one that \
                            you know with --trust, or whoever wrote all of it anew is not noticed";
            writeln!(out, "{note}")?;
        }
    }
    Ok(())
}

impl Export {
    fn run(&self, json: bool) -> Result<(), Failure> {
        let text = wait(audit::export(
            &self.data.data,
            &self.data.source(),
            &self.id,
        ))?;
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&self.out);
        file.and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(|error| unwritable(&self.out, &error))?;
        let mut out = anstream::stdout().lock();
        let path = self.out.display().to_string();
        if json {
            writeln!(out, "{}", json!({ "written": path }))?;
        } else {
            writeln!(
                out,
                "{path}: about a person; `precheck audit check` checks it"
            )?;
        }
        Ok(())
    }
}

impl Check {
    fn run(&self, json: bool) -> Result<(), Failure> {
        let text =
            fs::read_to_string(&self.file).map_err(|error| unreadable(&self.file, &error))?;
        let found = audit::check(&text, self.trust.as_ref()).map_err(|error| failure(&error))?;
        let (pack, version, hash) = &found.policy;
        let mut out = anstream::stdout().lock();
        if json {
            let report = json!({
                "id": found.id,
                "decision": found.decision,
                "decided_at": found.decided_at,
                "scenario": found.scenario,
                "policy": { "pack": pack, "version": version, "hash": hash },
                "sequence": found.sequence,
                "signer": found.signer.to_string(),
                "trusted": self.trust.is_some(),
            });
            writeln!(out, "{report}")?;
        } else {
            writeln!(
                out,
                "decision {}: {} at {} ({}), row {} of its log, by `{pack}` version {version} \
                 ({hash})",
                found.id, found.decision, found.decided_at, found.scenario, found.sequence,
            )?;
            writeln!(out, "signed by {}", found.signer)?;
            if self.trust.is_none() {
                let note = "note: the key is the one that the document names; give the one that \
                            you know with --trust";
                writeln!(out, "{note}")?;
            }
        }
        Ok(())
    }
}

impl Erase {
    fn run(&self, json: bool) -> Result<(), Failure> {
        let source = self.data.source();
        let erased = wait(audit::erase(&self.data.data, &source, &self.account))?;
        let mut out = anstream::stdout().lock();
        if json {
            let report = json!({
                "decisions": erased.decisions,
                "sequence": erased.sequence,
                "overwritten": erased.is_overwritten,
            });
            writeln!(out, "{report}")?;
            return Ok(());
        }
        match erased.sequence {
            Some(sequence) => writeln!(
                out,
                "erased: {} decisions stay in the log, unreadable; row {sequence} says so",
                erased.decisions,
            )?,
            None => writeln!(out, "erased: the log had nothing about the account")?,
        }
        if !erased.is_overwritten {
            let note = "note: a service still reads the data; older pages are overwritten when it \
                        ends, or when this command is run for another account";
            writeln!(out, "{note}")?;
        }
        Ok(())
    }
}
