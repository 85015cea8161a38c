//! The log of decisions: sealed, chained, signed, and looked at from outside.
//!
//! What the service keeps of a decision is one row of a hash chain. Everything
//! about the person in it is sealed under a key of that person; deleting the
//! key erases the person, and the chain still verifies. The end of the chain
//! is signed with every commit. What this proves: that nobody without the
//! master key has altered, removed, moved or added a row, or cut off the end.
//! What it does not: that whoever has the key has not, and, unless checkpoints
//! are kept elsewhere, that the whole database was not put back to an earlier
//! state.

mod backup;
mod data;
mod erase;
mod error;
mod export;
pub(crate) mod hex;
mod keys;
mod replay;
pub(crate) mod row;
mod seal;
mod sign;
mod standing;
mod trace;
mod verify;

pub use backup::backup;
pub use erase::{Erased, erase};
pub use error::AuditError;
pub use export::{Checked, check, export};
pub use keys::{FOLDER_KEY, KeyError, KeySource, MasterKey};

pub use replay::{Difference, Place, Replayed, replay};
pub use standing::Finding;
pub use verify::{Verified, VerifyOptions, verify};

pub(crate) use keys::{Keys, is_exposed};
pub(crate) use row::{Body, Hash, Kind, NOTHING};
pub(crate) use seal::Subject;
pub(crate) use sign::{EVERY, Role, Signed};
pub(crate) use trace::{Origin, OriginSource, Trace};
