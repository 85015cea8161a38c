//! The policy that decides, the one that may come after it, and earlier ones.
//!
//! A release is a policy with what browsers have of it. It is put in force
//! while the service runs: whoever has begun a decision ends it under the
//! release that it began with, whoever begins later gets the new one, and
//! nobody gets anything in between.
//!
//! ```mermaid
//! stateDiagram-v2
//!     [*] --> candidate: put
//!     [*] --> active: put
//!     candidate --> active: promote
//!     candidate --> past: withdraw, or another candidate
//!     active --> past: another one in force
//! ```
//!
//! Versions only rise: what was in force before comes back as the same content
//! under a higher version, signed again. Otherwise whoever has an old bundle
//! could put it in force.

mod compare;
mod report;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use precheck::units::Date;
use precheck::{Audience, Policy, Problem, Purpose, Trust, TrustedKey};

use crate::error::{BundleRole, StartError};
use crate::routes::{PublicBundle, SCENARIO};
use crate::start::Sources;
use crate::upstreams::Upstreams;
pub(crate) use compare::{Candidate, watch};
pub(crate) use report::Report;

/// How many earlier policies are kept ready.
const REMEMBERED: usize = 8;

/// A policy with what browsers have of it.
pub(crate) struct Release {
    pub(crate) policy: Policy,
    /// What browsers have of it.
    pub(crate) public: Policy,
    pub(crate) public_bundle: PublicBundle,
}

/// Why bundles are no release.
#[derive(Debug)]
pub(crate) enum Unfit {
    /// One of them does not load.
    Bundle {
        role: BundleRole,
        problems: Vec<Problem>,
    },
    /// They are of different policies: pack and version of each.
    Differ {
        server: (String, u32),
        public: (String, u32),
    },
    /// It lacks the scenario that every policy has.
    ScenarioMissing,
    /// The file of the sources does not fit it.
    Sources(StartError),
}

impl From<Unfit> for StartError {
    fn from(unfit: Unfit) -> StartError {
        match unfit {
            Unfit::Bundle { role, problems } => StartError::BundleRefused { role, problems },
            Unfit::Differ { server, public } => StartError::BundlesDiffer { server, public },
            Unfit::ScenarioMissing => StartError::ScenarioMissing { scenario: SCENARIO },
            Unfit::Sources(error) => error,
        }
    }
}

impl Release {
    /// Verifies two bundles, and that they belong together.
    pub(crate) fn load(
        server: &[u8],
        public: &[u8],
        keys: &[TrustedKey],
        purpose: Purpose,
    ) -> Result<Release, Unfit> {
        let load = |bytes: &[u8], role| {
            let trust = Trust {
                keys,
                audience: match role {
                    BundleRole::Server => Audience::Server,
                    BundleRole::Public => Audience::Public,
                },
                purpose,
            };
            let policy = Policy::load(bytes, &trust);
            policy.map_err(|problems| Unfit::Bundle { role, problems })
        };
        let policy = load(server, BundleRole::Server)?;
        let open = load(public, BundleRole::Public)?;
        let name = |policy: &Policy| (policy.model().pack.clone(), policy.model().version);
        if name(&policy) != name(&open) {
            return Err(Unfit::Differ {
                server: name(&policy),
                public: name(&open),
            });
        }
        if policy.scenario_id(SCENARIO).is_none() {
            return Err(Unfit::ScenarioMissing);
        }
        policy.prepare();
        open.prepare();
        Ok(Release {
            public_bundle: PublicBundle::new(public.to_vec(), &open.hash()),
            policy,
            public: open,
        })
    }

    /// Its version.
    pub(crate) fn version(&self) -> u32 {
        self.policy.model().version
    }
}

/// See the module.
pub(crate) struct Policies {
    trusted: Vec<TrustedKey>,
    /// The file of the sources, which every policy has to go with.
    sources: Option<Sources>,
    active: RwLock<Arc<Release>>,
    candidate: RwLock<Option<Arc<Candidate>>>,
    /// The ones used last at the end.
    past: Mutex<VecDeque<Arc<Policy>>>,
}

impl Policies {
    /// Begins with a release.
    pub(crate) fn new(
        active: Release,
        trusted: Vec<TrustedKey>,
        sources: Option<Sources>,
    ) -> Policies {
        Policies {
            trusted,
            sources,
            active: RwLock::new(Arc::new(active)),
            candidate: RwLock::new(None),
            past: Mutex::new(VecDeque::new()),
        }
    }

    /// The release that decides now.
    pub(crate) fn active(&self) -> Arc<Release> {
        Arc::clone(&self.active.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The release that may come next.
    pub(crate) fn candidate(&self) -> Option<Arc<Candidate>> {
        let candidate = self.candidate.read();
        candidate.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The keys that bundles may be signed with.
    pub(crate) fn trusted(&self) -> &[TrustedKey] {
        &self.trusted
    }

    /// Verifies two bundles as a release that could decide here.
    ///
    /// # Errors
    ///
    /// What does not fit: signature, period, version, pack, sources.
    pub(crate) fn verify(
        &self,
        server: &[u8],
        public: &[u8],
        purpose: Purpose,
    ) -> Result<Release, Unfit> {
        let release = Release::load(server, public, &self.trusted, purpose)?;
        if let Some(sources) = &self.sources {
            Upstreams::read(sources, &release.policy).map_err(Unfit::Sources)?;
        }
        Ok(release)
    }

    /// Lets a release decide from now on.
    pub(crate) fn put_in_force(&self, release: Release) {
        let mut active = self.active.write().unwrap_or_else(PoisonError::into_inner);
        *active = Arc::new(release);
    }

    /// Puts a release beside the one that decides, or takes it away.
    pub(crate) fn put_beside(&self, candidate: Option<Candidate>) {
        let mut beside = self.candidate.write();
        let beside = beside.as_mut().map(|beside| &mut **beside);
        if let Ok(beside) = beside {
            *beside = candidate.map(Arc::new);
        }
    }

    /// An earlier policy by its hash, if it was used lately.
    pub(crate) fn past(&self, hash: &str) -> Option<Arc<Policy>> {
        let mut past = self.past.lock().unwrap_or_else(PoisonError::into_inner);
        let place = past.iter().position(|policy| policy.hash() == hash)?;
        let found = past.remove(place)?;
        past.push_back(Arc::clone(&found));
        Some(found)
    }

    /// Keeps an earlier policy ready.
    pub(crate) fn remember(&self, policy: Policy) -> Arc<Policy> {
        let policy = Arc::new(policy);
        let mut past = self.past.lock().unwrap_or_else(PoisonError::into_inner);
        if past.len() == REMEMBERED {
            past.pop_front();
        }
        past.push_back(Arc::clone(&policy));
        policy
    }

    /// For what a release has to be good that is to decide on a day.
    pub(crate) fn purpose(&self, today: Date) -> Purpose {
        Purpose::Decide {
            today,
            // One that stands in force has been seen.
            not_below: self.active().version().saturating_add(1),
        }
    }
}
