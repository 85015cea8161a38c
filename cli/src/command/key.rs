//! `precheck key`: pairs of keys for signing, and reading them from files.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use precheck::TrustedKey;
use precheck::units::Date;
use precheck_server::audit::MasterKey;
use serde::Serialize;
use zeroize::Zeroizing;

use super::failure::Failure;
use super::{parse_date, today, unreadable, unwritable};
use crate::{NoRandomness, SecretKey};

/// How long a new key signs unless somebody says otherwise: two years.
const DAYS: i32 = 2 * 365;

/// Make keys: those that sign policies, and the one that seals decisions.
#[derive(Debug, Args)]
pub(super) struct Key {
    #[command(subcommand)]
    command: KeyCommand,
}

#[derive(Debug, Subcommand)]
enum KeyCommand {
    /// Make a pair of keys: NAME.key, which stays with the signer, and
    /// NAME.pub, a line for lists of trusted keys.
    New(New),
    /// Make the master key of a service: it seals and signs what is kept.
    Master(Master),
}

#[derive(Debug, Args)]
struct Master {
    /// The file.
    file: PathBuf,
}

#[derive(Debug, Args)]
struct New {
    /// Path and name of the two files, without ending.
    name: PathBuf,
    /// The first day on which the key signs; today in Asia/Shanghai by default.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    from: Option<Date>,
    /// The last day on which the key signs; two years later by default.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    until: Option<Date>,
}

#[derive(Serialize)]
struct Made {
    id: String,
    public_key: String,
    from: Date,
    until: Date,
    secret: String,
    public: String,
}

impl Key {
    pub(super) fn run(&self, json: bool) -> Result<(), Failure> {
        match &self.command {
            KeyCommand::New(new) => new.run(json),
            KeyCommand::Master(master) => master.run(json),
        }
    }
}

impl Master {
    fn run(&self, json: bool) -> Result<(), Failure> {
        let key = MasterKey::generate()
            .map_err(|error| Failure::failed(error.code(), error.to_string()))?;
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
        }
        key.write_new(&self.file)
            .map_err(|error| not_written(&self.file, &error))?;
        let (public, file) = (key.public(), self.file.display().to_string());
        let mut out = anstream::stdout().lock();
        if json {
            let made = serde_json::json!({
                "id": public.id(), "public_key": public.to_string(), "secret": file,
            });
            writeln!(out, "{made}")?;
        } else {
            writeln!(out, "master key {}", public.id())?;
            writeln!(
                out,
                "{file}  secret: for `serve --master-key`; without it the data is lost, so keep a \
                 copy in a safe"
            )?;
            writeln!(out, "{public}  public: for `audit verify --trust`")?;
        }
        Ok(())
    }
}

impl New {
    fn run(&self, json: bool) -> Result<(), Failure> {
        let from = self.from.unwrap_or_else(today);
        let two_years = Date::from_days(from.days() + DAYS);
        let until = self.until.or(two_years).unwrap_or(from);
        if until < from {
            let text = "the last day lies before the first one";
            return Err(Failure::usage("period-empty", text));
        }
        let key = SecretKey::generate(from, until).map_err(no_randomness)?;
        let (secret, public) = (self.file("key")?, self.file("pub")?);
        if let Some(folder) = secret.parent() {
            fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
        }
        let id = key.public().key.id();
        let line = format!("# Trusts policies signed with {id}.\n{}\n", key.public());
        write_new(&public, line.as_bytes(), 0o644)?;
        if let Err(failure) = write_new(&secret, key.to_text().as_bytes(), 0o600) {
            // A public key without its secret is of no use to anybody.
            let _ = fs::remove_file(&public);
            return Err(failure);
        }
        let made = Made {
            id,
            public_key: key.public().key.to_string(),
            from,
            until,
            secret: secret.display().to_string(),
            public: public.display().to_string(),
        };
        let mut out = anstream::stdout().lock();
        if json {
            let text = serde_json::to_string(&made).expect("plain data is JSON");
            writeln!(out, "{text}")?;
        } else {
            let Made {
                id, secret, public, ..
            } = made;
            writeln!(out, "key {id}, signs from {from} to {until}")?;
            writeln!(
                out,
                "{secret}  secret: keep it with the signer, and a copy in a safe"
            )?;
            writeln!(
                out,
                "{public}  public: for `--trust`, and for the page's list of keys"
            )?;
        }
        Ok(())
    }

    fn file(&self, ending: &str) -> Result<PathBuf, Failure> {
        let Some(name) = self.name.file_name() else {
            let text = format!("`{}` does not end in a name", self.name.display());
            return Err(Failure::usage("name-missing", text));
        };
        let mut name = name.to_owned();
        name.push(".");
        name.push(ending);
        Ok(self.name.with_file_name(name))
    }
}

pub(super) fn no_randomness(_: NoRandomness) -> Failure {
    let text = "the system gives no randomness, and a key needs it";
    Failure::failed("randomness-unavailable", text)
}

/// Writes a file that is not there yet, for these eyes from its first byte on.
fn write_new(path: &Path, text: &[u8], mode: u32) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    let file = options
        .open(path)
        .map_err(|error| not_written(path, &error))?;
    write_all(file, text).map_err(|error| {
        // Half a key helps nobody; the file is ours, so it can go.
        let _ = fs::remove_file(path);
        unwritable(path, &error)
    })
}

fn not_written(path: &Path, error: &std::io::Error) -> Failure {
    if error.kind() == ErrorKind::AlreadyExists {
        let text = format!(
            "`{}` is there already, and a key is never overwritten; choose another name",
            path.display()
        );
        Failure::failed("file-exists", text)
    } else {
        unwritable(path, error)
    }
}

fn write_all(mut file: File, text: &[u8]) -> std::io::Result<()> {
    file.write_all(text)?;
    file.sync_all()
}

/// Reads a secret key, unless others can read it too.
pub(super) fn read_secret(path: &Path) -> Result<SecretKey, Failure> {
    let text = fs::read(path).map_err(|error| unreadable(path, &error))?;
    let text = Zeroizing::new(text);
    // What is no text is no key either.
    let key = SecretKey::read(std::str::from_utf8(&text).unwrap_or_default()).map_err(|found| {
        Failure::failed(found.code, format!("`{}`: {}", path.display(), found.text))
    })?;
    refuse_exposed(path)?;
    Ok(key)
}

#[cfg(unix)]
fn refuse_exposed(path: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt;
    let file = fs::metadata(path).map_err(|error| unreadable(path, &error))?;
    if file.permissions().mode() & 0o077 == 0 {
        return Ok(());
    }
    let text = format!(
        "`{0}` can be read by others, so the key may be theirs too; run `chmod 600 {0}`, and make \
         a new key if anybody had access",
        path.display()
    );
    Err(Failure::failed("key-exposed", text))
}

#[cfg(not(unix))]
fn refuse_exposed(_: &Path) -> Result<(), Failure> {
    Ok(())
}

/// Reads a list of trusted keys.
pub(super) fn read_trusted(path: &Path) -> Result<Vec<TrustedKey>, Failure> {
    let text = fs::read(path).map_err(|error| unreadable(path, &error))?;
    TrustedKey::read_list(&String::from_utf8_lossy(&text)).map_err(|problems| {
        let text = format!("`{}` is no list of trusted keys", path.display());
        Failure::Problems("trust-problems", text, problems)
    })
}
