//! `precheck serve`: starts the decision service.

use std::fs;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use precheck::TrustedKey;
use precheck::units::Date;
use precheck_server::audit::{FOLDER_KEY, KeySource};
use precheck_server::{Callers, Config, DEMO_ACCOUNTS, Sources};

use super::failure::Failure;
use super::sandbox::Beside;
use super::{audit, key, parse_date, policy, today, unreadable};
use crate::{SecretKey, compile, sample};

/// Serve decisions and the page.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Where decisions are kept.
    #[arg(long, value_name = "DIR", default_value = "./data")]
    data: PathBuf,
    /// The built page.
    #[arg(long, value_name = "DIR")]
    www: Option<PathBuf>,
    /// The pack, compiled at the start; the sample product by default.
    #[arg(long, value_name = "PACK", conflicts_with = "bundles")]
    policy: Option<PathBuf>,
    /// The secret key that signs what is compiled at the start. Without it a
    /// key is made for this run, which no browser trusts.
    #[arg(long, value_name = "FILE", conflicts_with = "bundles")]
    key: Option<PathBuf>,
    /// A folder with one server bundle and one public bundle, as `build`
    /// writes them.
    #[arg(long, value_name = "DIR", requires = "trust")]
    bundles: Option<PathBuf>,
    /// The public keys that bundles may be signed with.
    #[arg(long, value_name = "FILE", requires = "bundles")]
    trust: Option<PathBuf>,
    /// Who may call: the file that `precheck caller new` writes. It is read
    /// again on SIGHUP.
    #[arg(long, value_name = "FILE", required_unless_present = "demo")]
    callers: Option<PathBuf>,
    /// Let everybody on this machine call, without keys, and bring the sample
    /// product's demo accounts along.
    #[arg(long, conflicts_with = "callers")]
    demo: bool,
    /// Demo accounts as JSON, in place of the sample product's.
    #[arg(long, value_name = "FILE")]
    accounts: Option<PathBuf>,
    /// For how many seconds requests are still taken after SIGTERM, while
    /// `/readyz` tells load balancers.
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    drain: u32,
    /// The file that names the sources outside, such as the credit bureau; what
    /// `precheck sandbox --write` writes is an example.
    #[arg(long, value_name = "FILE", conflicts_with = "sandbox")]
    upstreams: Option<PathBuf>,
    /// The file that names the channels over which people are told what happens
    /// to their lines: mail, a webhook, a file, the log. Addresses in files are
    /// read again on SIGHUP.
    #[arg(long, value_name = "FILE")]
    notices: Option<PathBuf>,
    /// Ask the made-up sources of a sandbox, which runs beside in a process of
    /// its own.
    #[arg(long)]
    sandbox: bool,
    /// The master key that seals and signs what is kept. By default the one in
    /// the variable PRECHECK_MASTER_KEY, or `master.key` in the data folder,
    /// made at the first start: for demonstrations.
    #[arg(long, value_name = "FILE")]
    master_key: Option<PathBuf>,
    /// The day for every decision; today in Asia/Shanghai by default.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    as_of: Option<Date>,
}

impl Serve {
    pub(super) fn run(&self, json: bool) -> Result<(), Failure> {
        let Signed {
            server_bundle,
            public_bundle,
            trusted_keys,
        } = match (&self.bundles, &self.trust) {
            (Some(folder), Some(trust)) => Signed::read(folder, trust)?,
            _ => self.compiled()?,
        };
        let sandbox = self
            .sandbox
            .then(|| Beside::start(self.accounts.as_deref(), self.listen));
        let sandbox = sandbox.transpose()?;
        if let Some(sandbox) = &sandbox {
            anstream::eprintln!(
                "note: text messages go nowhere; read them on http://{}/messages",
                sandbox.address
            );
        }
        let config = Config {
            listen: self.listen,
            data: self.data.clone(),
            www: self.www.clone(),
            server_bundle,
            public_bundle,
            trusted_keys,
            as_of: self.as_of,
            demo: self.accounts()?,
            notices: self.notices.as_deref().map(sources).transpose()?,
            callers: match &self.callers {
                Some(file) => Callers::File(file.clone()),
                None => Callers::Demo,
            },
            drain: Duration::from_secs(self.drain.into()),
            sources: match &sandbox {
                Some(sandbox) => Some(sandbox.sources.clone()),
                None => self.upstreams.as_deref().map(sources).transpose()?,
            },
            master_key: audit::source(self.master_key.as_deref()),
        };
        if config.master_key == KeySource::Folder {
            anstream::eprintln!(
                "note: the master key is kept beside the data, in `{}`; for real data make one \
                 elsewhere with `precheck key master FILE`, and give it with --master-key",
                self.data.join(FOLDER_KEY).display()
            );
        }
        tracing_subscriber::fmt()
            .with_writer(std::io::stderr)
            .init();
        precheck_server::hide_panic_messages();
        runtime()?.block_on(serve(config, json))
    }

    fn accounts(&self) -> Result<Option<String>, Failure> {
        match &self.accounts {
            Some(file) => match fs::read_to_string(file) {
                Ok(accounts) => Ok(Some(accounts)),
                Err(error) => Err(unreadable(file, &error)),
            },
            None => Ok(self.demo.then(|| DEMO_ACCOUNTS.to_owned())),
        }
    }

    /// Compiles the pack and signs what comes out.
    fn compiled(&self) -> Result<Signed, Failure> {
        let compiled = match &self.policy {
            Some(folder) => policy::compile_folder(folder)?,
            None => {
                let pack = sample::pack();
                compile(&pack).map_err(|problems| Failure::Pack(Some(pack), problems))?
            }
        };
        let today = today();
        let key = match &self.key {
            Some(file) => key::read_secret(file)?,
            None => {
                anstream::eprintln!(
                    "note: the public bundle is signed with a key of this run, so pages do without \
                     the engine; sign with --key FILE, whose public half they were built with"
                );
                SecretKey::generate(today, today).map_err(key::no_randomness)?
            }
        };
        let signer = Some((&key, today));
        Ok(Signed {
            server_bundle: policy::bundle(&compiled.server, signer)?.0,
            public_bundle: policy::bundle(&compiled.public, signer)?.0,
            trusted_keys: vec![*key.public()],
        })
    }
}

/// Two bundles of a policy, and the keys that they may be signed with.
struct Signed {
    server_bundle: Vec<u8>,
    public_bundle: Vec<u8>,
    trusted_keys: Vec<TrustedKey>,
}

impl Signed {
    fn read(folder: &Path, trust: &Path) -> Result<Signed, Failure> {
        Ok(Signed {
            server_bundle: policy::read_bytes(&only(folder, ".server.bundle")?)?,
            public_bundle: policy::read_bytes(&only(folder, ".public.bundle")?)?,
            trusted_keys: key::read_trusted(trust)?,
        })
    }
}

/// The only file of a folder whose name ends so.
fn only(folder: &Path, ending: &str) -> Result<PathBuf, Failure> {
    let entries = fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| unreadable(folder, &error))?.path();
        let name = path.file_name().unwrap_or_default();
        if name.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    if let [_] = found[..] {
        return Ok(found.remove(0));
    }
    let text = format!(
        "`{}` has {} files `*{ending}`, and has to have one; give a folder with the two bundles of \
         one policy",
        folder.display(),
        found.len()
    );
    Err(Failure::usage("bundles-missing", text))
}

fn sources(path: &Path) -> Result<Sources, Failure> {
    Ok(Sources {
        path: path.to_owned(),
        text: fs::read_to_string(path).map_err(|error| unreadable(path, &error))?,
    })
}

pub(super) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Runtime::new().map_err(|error| {
        Failure::failed(
            "runtime-unavailable",
            format!("cannot start threads: {error}"),
        )
    })
}

/// Says where something listens, to whoever waits for the line.
pub(super) fn announce(address: SocketAddr, json: bool) -> Result<(), Failure> {
    // The lock must not be held while serving.
    let mut out = anstream::stdout().lock();
    if json {
        writeln!(out, "{{\"listening\":\"{address}\"}}")?;
    } else {
        writeln!(out, "listening on http://{address}")?;
    }
    out.flush()?;
    Ok(())
}

async fn serve(config: Config, json: bool) -> Result<(), Failure> {
    let running = precheck_server::start(config)
        .await
        .map_err(|error| Failure::start(&error))?;
    announce(running.local_addr(), json)?;
    let ended = running.wait().await;
    ended.map_err(|error| Failure::failed("signals-unavailable", error.to_string()))
}
