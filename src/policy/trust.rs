//! What has to hold for a bundle before anything relies on it.
//!
//! The engine has no clock and no memory: which day it is, which keys count
//! and which version was seen before, the caller says.

use super::bundle::Opened;
use super::key::TrustedKey;
use super::model::{Audience, Model};
use super::problem::Problem;
use crate::units::Date;

/// For what a policy is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// New decisions and pre-checks: the policy has to be in force.
    Decide {
        /// The day, in the zone of the policy (Asia/Shanghai for the sample).
        today: Date,
        /// The highest version of the pack that was seen before; 0 for none.
        not_below: u32,
    },
    /// Looking at what was decided before, or doing it again: the signature
    /// counts, the period of validity and the version do not. What is loaded
    /// so must not take a new decision.
    Replay,
}

/// Whom and what a caller trusts.
#[derive(Debug, Clone, Copy)]
pub struct Trust<'k> {
    /// The keys that may sign; see [`TrustedKey::read_list`].
    pub keys: &'k [TrustedKey],
    /// For whom the bundle has to be.
    pub audience: Audience,
    /// For what the policy is loaded.
    pub purpose: Purpose,
}

impl Trust<'_> {
    /// Whether an intact bundle comes from a trusted key at all.
    pub(super) fn knows(&self, bundle: &Opened<'_>) -> Result<(), Problem> {
        if self.keys.iter().any(|one| one.key == bundle.signer) {
            return Ok(());
        }
        let text = "the signature is intact, but of a key that is not trusted here; sign with a \
                    trusted key, or add the key if you know whose it is: ";
        Err(Problem::new(
            "",
            "bundle-key-unknown",
            String::from(text) + &bundle.signer.id(),
        ))
    }

    /// Everything that speaks against the content of a bundle of a known key.
    pub(super) fn problems(&self, bundle: &Opened<'_>, model: &Model) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut demand = |holds: bool, at: &str, code: &'static str, text: &str| {
            if !holds {
                problems.push(Problem::new(at, code, text));
            }
        };
        let mut known = self.keys.iter().filter(|one| one.key == bundle.signer);
        demand(
            known.any(|one| one.signs_on(bundle.signed_on)),
            "",
            "bundle-key-period",
            "the key was not to sign on the day on which this bundle says it was signed; sign it again with a \
             key that is in its days",
        );
        demand(
            model.audience == self.audience,
            "/audience",
            "bundle-audience",
            match self.audience {
                Audience::Public => {
                    "this is the server's bundle, which must not be shown to anybody; give the public one"
                }
                Audience::Server => {
                    "this is the public bundle, which lacks the rules that only the server has; give the server's"
                }
            },
        );
        if let Purpose::Decide { today, not_below } = self.purpose {
            demand(
                model.valid_from <= today,
                "/valid_from",
                "bundle-not-yet-valid",
                "the policy is not in force yet; use the one that is in force today, or set the clock right",
            );
            demand(
                model.valid_until.is_none_or(|last| today <= last),
                "/valid_until",
                "bundle-expired",
                "the policy is no longer in force; fetch or build the one that is, or set the clock right",
            );
            demand(
                model.version >= not_below,
                "/version",
                "bundle-older",
                "a higher version of this policy was already seen, and versions only rise; fetch the newest, or \
                 build the older rules again with a higher version",
            );
        }
        problems
    }
}
