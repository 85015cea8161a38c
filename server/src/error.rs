//! Why the service did not start.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use precheck::Problem;

use crate::audit::KeyError;

/// What a bundle is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BundleRole {
    /// Decides here.
    Server,
    /// Is given to browsers.
    Public,
}

impl BundleRole {
    /// The word for it: `server` or `public`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            BundleRole::Server => "server",
            BundleRole::Public => "public",
        }
    }
}

/// What is wrong in a file of the operator's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigFault {
    /// Where: a path of names in the file, empty for the file as a whole.
    pub at: String,
    /// What, and what to do.
    pub text: String,
}

impl ConfigFault {
    pub(crate) fn new(at: impl Into<String>, text: impl Into<String>) -> ConfigFault {
        ConfigFault {
            at: at.into(),
            text: text.into(),
        }
    }
}

/// Why the service did not start, where, and what to do about it.
///
/// Nothing listens afterwards.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// A bundle does not load.
    BundleRefused {
        /// Which of the two.
        role: BundleRole,
        /// Everything that is wrong with it.
        problems: Vec<Problem>,
    },
    /// The two bundles come from different policies.
    BundlesDiffer {
        /// Pack and version of the server bundle.
        server: (String, u32),
        /// Pack and version of the public bundle.
        public: (String, u32),
    },
    /// The policy lacks a scenario that the service offers.
    ScenarioMissing {
        /// Name of the scenario.
        scenario: &'static str,
    },
    /// A policy that was put in force while a service ran is what decides, and
    /// does not load any more.
    KeptPolicy {
        /// Its version.
        version: u32,
        /// What is wrong with it.
        source: Box<StartError>,
    },
    /// Which facts are held cannot be read from the database.
    HoldsUnreadable,
    /// A higher version of the policy has decided on this database.
    BundleOlder {
        /// The pack.
        pack: String,
        /// The version that was given.
        version: u32,
        /// The highest version that was seen.
        seen: u32,
    },
    /// The clock shows a day that the engine's calendar does not have.
    ClockUnusable,
    /// The list of who may show the help centre is none.
    HostsRefused {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        text: String,
    },
    /// The folder of the page is not there.
    PageMissing {
        /// The folder.
        path: PathBuf,
    },
    /// The file that names the sources outside does not fit.
    UpstreamsRefused {
        /// The file.
        path: PathBuf,
        /// Everything that is wrong with it.
        faults: Vec<ConfigFault>,
    },
    /// The file of callers does not fit.
    CallersRefused {
        /// The file.
        path: PathBuf,
        /// Everything that is wrong with it.
        faults: Vec<ConfigFault>,
    },
    /// Without keys, everybody who reaches the address could call.
    DemoElsewhere {
        /// The address.
        address: SocketAddr,
    },
    /// The system has no randomness to give.
    RandomnessMissing,
    /// The system has no thread to give.
    ThreadMissing {
        /// What the system said.
        source: std::io::Error,
    },
    /// Sources are to be asked over TLS, and no trusted certificates are there.
    TlsUnusable {
        /// What the system said.
        source: std::io::Error,
    },
    /// The behaviours of the sandbox are not what its control takes.
    ControlRefused {
        /// What is wrong.
        text: String,
    },
    /// The demo accounts are not the list of `{ id, label, facts }` that they have to be.
    AccountsMalformed {
        /// What the reader said, with line and column.
        source: serde_json::Error,
    },
    /// Something else listens on the address.
    AddressTaken {
        /// The address.
        address: SocketAddr,
    },
    /// The address cannot be listened on.
    AddressUnusable {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The data folder cannot be made or written to.
    DataUnusable {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A newer version of this program has changed the database.
    DatabaseNewer {
        /// The file.
        path: PathBuf,
        /// The migration that this version does not know.
        migration: i64,
    },
    /// There is no master key, or none that can be used.
    MasterKey(KeyError),
    /// The data was sealed under another master key.
    MasterKeyOther {
        /// The file of the database.
        path: PathBuf,
        /// The id of the key that was given.
        given: String,
        /// The id of the key that is needed.
        wanted: String,
    },
    /// The end of the log is not the one that was signed last.
    LogBroken {
        /// The file of the database.
        path: PathBuf,
    },
    /// The database is not what this program left behind.
    DatabaseUnusable {
        /// The file.
        path: PathBuf,
        /// What the database said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl StartError {
    /// The code, stable; for a refused bundle that of its first problem.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            StartError::BundleRefused { problems, .. } => problems
                .first()
                .map_or("bundle-refused", |problem| problem.code),
            StartError::HoldsUnreadable => "holds-unreadable",
            StartError::BundleOlder { .. } => "bundle-older",
            StartError::KeptPolicy { source, .. } => source.code(),
            StartError::BundlesDiffer { .. } => "bundles-differ",
            StartError::ScenarioMissing { .. } => "scenario-missing",
            StartError::HostsRefused { .. } => "hosts-refused",
            StartError::ClockUnusable => "clock-unusable",
            StartError::PageMissing { .. } => "page-missing",
            StartError::AccountsMalformed { .. } => "accounts-malformed",
            StartError::UpstreamsRefused { .. } => "upstreams-refused",
            StartError::CallersRefused { .. } => "callers-refused",
            StartError::DemoElsewhere { .. } => "demo-elsewhere",
            StartError::RandomnessMissing => "randomness-missing",
            StartError::ThreadMissing { .. } => "thread-missing",
            StartError::TlsUnusable { .. } => "tls-unusable",
            StartError::ControlRefused { .. } => "control-refused",
            StartError::AddressTaken { .. } => "address-taken",
            StartError::AddressUnusable { .. } => "address-unusable",
            StartError::DataUnusable { .. } => "data-unusable",
            StartError::DatabaseNewer { .. } => "database-newer",
            StartError::MasterKey(error) => error.code(),
            StartError::MasterKeyOther { .. } => "master-key-other",
            StartError::LogBroken { .. } => "log-broken",
            StartError::DatabaseUnusable { .. } => "database-unusable",
        }
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartError::BundleRefused { role, problems } => {
                write!(f, "the {} bundle is refused", role.as_str())?;
                for Problem { at, code, text, .. } in problems {
                    write!(f, "\n  `{at}` {code}: {text}")?;
                }
                Ok(())
            }
            StartError::KeptPolicy { version, source } => write!(
                f,
                "version {version} was put in force later than the policy given here, and decides; \
                 start with a newer one: {source}"
            ),
            StartError::HoldsUnreadable => f.write_str(
                "which facts are held cannot be read; run `precheck audit verify` on the data",
            ),
            StartError::BundlesDiffer { server, public } => write!(
                f,
                "the server bundle is `{}` version {}, the public bundle is `{}` version {}; \
                 build both from the same policy",
                server.0, server.1, public.0, public.1,
            ),
            StartError::ScenarioMissing { scenario } => {
                write!(
                    f,
                    "the policy has no scenario `{scenario}`; give a policy that has it"
                )
            }
            StartError::BundleOlder {
                pack,
                version,
                seen,
            } => write!(
                f,
                "the policy `{pack}` has version {version}, and version {seen} has decided here \
                 before; versions only rise: give the newest, or build the older rules again as \
                 version {}",
                seen.saturating_add(1),
            ),
            StartError::ClockUnusable => f.write_str(
                "the clock shows a year outside 1800 to 2999; set the clock, or fix the day",
            ),
            StartError::HostsRefused { path, text } => write!(
                f,
                "the list of who may show the help centre, `{}`, is refused: {text}; write \
                 {{\"origins\": [\"https://app.example\"]}}, or an empty list for nobody",
                path.display(),
            ),
            StartError::PageMissing { path } => write!(
                f,
                "the folder of the page, `{}`, is not there; build the page, or start without it",
                path.display(),
            ),
            StartError::AccountsMalformed { source } => write!(
                f,
                "the demo accounts cannot be read: {source}; write a list of \
                 {{\"id\", \"label\": {{\"zh-CN\", \"en\"}}, \"facts\"}}",
            ),
            StartError::UpstreamsRefused { path, faults } => {
                write!(f, "the sources in `{}` are refused", path.display())?;
                listed(f, faults)
            }
            StartError::CallersRefused { path, faults } => {
                write!(f, "the callers in `{}` are refused", path.display())?;
                listed(f, faults)
            }
            StartError::DemoElsewhere { address } => write!(
                f,
                "the demo is for this machine only, and `{address}` can be reached from others; \
                 listen on 127.0.0.1, or give callers keys",
            ),
            StartError::RandomnessMissing => {
                f.write_str("the system has no randomness to give; try again in a moment")
            }
            StartError::ThreadMissing { source } => {
                write!(
                    f,
                    "the system has no thread to give: {source}; end other programs"
                )
            }
            StartError::TlsUnusable { source } => write!(
                f,
                "no certificates to trust were found: {source}; install the system's \
                 certificates, or name them in SSL_CERT_FILE",
            ),
            StartError::ControlRefused { text } => write!(
                f,
                "the behaviours are refused: {text}; write \
                 {{\"bureau\": {{\"mode\": \"silent\", \"share\": 50, \"latency_ms\": 10}}}}",
            ),
            StartError::AddressTaken { address } => write!(
                f,
                "port {} on {} is taken; stop the program that listens there, or listen on \
                 another port (0 picks a free one)",
                address.port(),
                address.ip(),
            ),
            StartError::AddressUnusable { address, source } => write!(
                f,
                "cannot listen on `{address}`: {source}; choose an address of this machine, and \
                 a port that you may use",
            ),
            StartError::DataUnusable { path, source } => write!(
                f,
                "the data folder `{}` cannot be used: {source}; choose a folder that this user \
                 can make and write to",
                path.display(),
            ),
            StartError::DatabaseNewer { path, migration } => write!(
                f,
                "the database `{}` was changed by a newer version (migration {migration}); start \
                 that version, or choose another data folder",
                path.display(),
            ),
            StartError::MasterKey(error) => error.fmt(f),
            StartError::MasterKeyOther {
                path,
                given,
                wanted,
            } => write!(
                f,
                "`{}` was sealed under the master key {wanted}, and {given} was given; give that \
                 one, or choose another data folder",
                path.display(),
            ),
            StartError::LogBroken { path } => write!(
                f,
                "the log in `{}` does not end as it was signed: rows were altered, removed or \
                 added by something else; `precheck audit verify` names the place. Restore a copy, \
                 or choose another data folder",
                path.display(),
            ),
            StartError::DatabaseUnusable { path, source } => write!(
                f,
                "the database `{}` cannot be used: {source}; restore it from a copy, or choose \
                 another data folder",
                path.display(),
            ),
        }
    }
}

fn listed(f: &mut fmt::Formatter<'_>, faults: &[ConfigFault]) -> fmt::Result {
    for ConfigFault { at, text } in faults {
        if at.is_empty() {
            write!(f, "\n  {text}")?;
        } else {
            write!(f, "\n  `{at}`: {text}")?;
        }
    }
    Ok(())
}

impl std::error::Error for StartError {}
