//! `precheck caller`: keys for those who call a service.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use precheck::units::Date;
use precheck_server::{NewKey, Scope};

use super::failure::Failure;
use super::{parse_date, unreadable, unwritable};

/// Make keys for those who call a service.
#[derive(Debug, Args)]
pub(super) struct Caller {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a key, write its hash into a file, and print it, once.
    New(New),
}

/// A scope as a word of the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Word {
    /// Decisions: taking them, and seeing one's own.
    Decide,
    /// Pre-checks and plans from the public policy.
    PreCheck,
    /// Looking at how the service is.
    Operate,
}

impl From<Word> for Scope {
    fn from(word: Word) -> Scope {
        match word {
            Word::Decide => Scope::Decide,
            Word::PreCheck => Scope::PreCheck,
            Word::Operate => Scope::Operate,
        }
    }
}

#[derive(Debug, Args)]
struct New {
    /// Whose key it is. A second key of the same caller takes turns with the
    /// first: take the old one out of the file when nobody uses it any more.
    #[arg(value_name = "CALLER", value_parser = name)]
    caller: String,
    /// The file that `serve --callers` reads; made if need be.
    #[arg(long, value_name = "FILE")]
    file: PathBuf,
    /// What the key is for.
    #[arg(long, value_delimiter = ',', required = true)]
    scopes: Vec<Word>,
    /// The first day on which it counts.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    from: Option<Date>,
    /// The last day on which it counts.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    until: Option<Date>,
}

fn name(text: &str) -> Result<String, String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if text.is_empty() || text.len() > 60 || !text.bytes().all(is_plain) || text == "demo" {
        return Err("name a caller with letters, digits and -, and not `demo`".into());
    }
    Ok(text.to_owned())
}

impl Caller {
    pub(super) fn run(&self, json: bool) -> Result<(), Failure> {
        let Command::New(new) = &self.command;
        let mut scopes: Vec<Scope> = new.scopes.iter().map(|word| Scope::from(*word)).collect();
        scopes.sort();
        scopes.dedup();
        let key = NewKey::generate(&new.caller, &scopes, new.from, new.until);
        let key = key.map_err(|error| Failure::failed("randomness-missing", error.to_string()))?;
        new.append(&key.row)?;
        let mut out = anstream::stdout().lock();
        if json {
            writeln!(out, "{{\"key\":\"{}\"}}", key.key)?;
        } else {
            writeln!(out, "{}", key.key)?;
            anstream::eprintln!(
                "note: this is the only time that the key is shown; its hash is in `{}`, which a \
                 running service reads again on SIGHUP",
                new.file.display(),
            );
        }
        Ok(())
    }
}

impl New {
    /// Adds a table to the end of the file.
    fn append(&self, row: &str) -> Result<(), Failure> {
        let file = &self.file;
        let before = match fs::read_to_string(file) {
            Ok(before) => before,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(unreadable(file, &error)),
        };
        let gap = match &*before {
            "" => "",
            text if text.ends_with('\n') => "\n",
            _ => "\n\n",
        };
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options
            .open(file)
            .and_then(|mut file| file.write_all(format!("{gap}{row}").as_bytes()));
        written.map_err(|error| unwritable(file, &error))
    }
}
