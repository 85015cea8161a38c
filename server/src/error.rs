//! Why the service did not start.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use precheck::Problem;
use precheck::units::Date;

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
    /// A bundle is for the other audience.
    BundleAudience {
        /// For what it was given.
        role: BundleRole,
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
    /// The policy is not in force on the day for which decisions are taken.
    PolicyNotInForce {
        /// Its first day.
        valid_from: Date,
        /// The day.
        as_of: Date,
    },
    /// The clock shows a day that the engine's calendar does not have.
    ClockUnusable,
    /// The folder of the page is not there.
    PageMissing {
        /// The folder.
        path: PathBuf,
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
    /// The database is not what this program left behind.
    DatabaseUnusable {
        /// The file.
        path: PathBuf,
        /// What the database said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl StartError {
    /// The code, stable.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            StartError::BundleRefused { .. } => "bundle-refused",
            StartError::BundleAudience { .. } => "bundle-audience",
            StartError::BundlesDiffer { .. } => "bundles-differ",
            StartError::ScenarioMissing { .. } => "scenario-missing",
            StartError::PolicyNotInForce { .. } => "policy-not-in-force",
            StartError::ClockUnusable => "clock-unusable",
            StartError::PageMissing { .. } => "page-missing",
            StartError::AccountsMalformed { .. } => "accounts-malformed",
            StartError::AddressTaken { .. } => "address-taken",
            StartError::AddressUnusable { .. } => "address-unusable",
            StartError::DataUnusable { .. } => "data-unusable",
            StartError::DatabaseNewer { .. } => "database-newer",
            StartError::DatabaseUnusable { .. } => "database-unusable",
        }
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartError::BundleRefused { role, problems } => {
                write!(f, "the {} bundle is refused", role.as_str())?;
                for Problem { at, code, text } in problems {
                    write!(f, "\n  `{at}` {code}: {text}")?;
                }
                Ok(())
            }
            StartError::BundleAudience {
                role: BundleRole::Server,
            } => f.write_str(
                "a public bundle was given where the server bundle belongs, and it lacks the \
                 rules that only a server has; give the bundle that was built for the server",
            ),
            StartError::BundleAudience {
                role: BundleRole::Public,
            } => f.write_str(
                "a server bundle was given where the public bundle belongs, and would have been \
                 shown to everybody; give the bundle that was built for the public",
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
            StartError::PolicyNotInForce { valid_from, as_of } => write!(
                f,
                "the policy is in force from {valid_from}, and decisions are taken for {as_of}; \
                 give the policy that is in force on that day",
            ),
            StartError::ClockUnusable => f.write_str(
                "the clock shows a year outside 1800 to 2999; set the clock, or fix the day",
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
            StartError::DatabaseUnusable { path, source } => write!(
                f,
                "the database `{}` cannot be used: {source}; restore it from a copy, or choose \
                 another data folder",
                path.display(),
            ),
        }
    }
}

impl std::error::Error for StartError {}
