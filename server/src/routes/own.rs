//! What the service itself knows of a request: of the link that it came by and
//! of the code that was typed. It counts before what anybody else says.

use precheck::{Entries, FactInput};
use serde_json::value::RawValue;

use super::Service;
use crate::application::UNAVAILABLE;
use crate::clock::Moment;
use crate::link::LinkId;
use crate::otp::FACT;
use crate::store::{Account, KeptLink, StoreError, Tag, Tried, UseLink, Worth};
use crate::upstreams::Answered;

/// How these facts are named among those of sources.
const SOURCE: &str = "service";
/// The longest time from opening a link to sending the code that is told apart,
/// in seconds.
const LONGEST: i64 = 100_000;

/// The link that a request came by, on the device that opened it.
pub(super) struct ByLink {
    pub(super) id: LinkId,
    pub(super) device: Tag,
    /// The version that the caller has seen already.
    pub(super) after: Option<i64>,
}

/// How a link stands at a moment.
pub(super) struct Standing {
    kept: KeptLink,
    now_ms: i64,
    is_known_device: bool,
}

impl ByLink {
    /// How the link stands now; `None` where it is gone.
    pub(super) async fn look(&self, service: &Service) -> Result<Option<Standing>, StoreError> {
        let Some(kept) = service.store.link(self.id).await? else {
            return Ok(None);
        };
        let known = service.store.is_known_device(&kept.account, &self.device);
        Ok(Some(Standing {
            is_known_device: known.await?,
            now_ms: service.store.steady_ms(),
            kept,
        }))
    }

    /// What keeping a decision does that uses the link.
    pub(super) fn to_use(&self, service: &Service) -> UseLink {
        UseLink {
            id: self.id,
            device: self.device,
            now_ms: service.store.steady_ms(),
        }
    }
}

/// What is known of a request. `tried` is what the code is worth, once it was
/// looked at; `checks` says whether it is looked at here.
pub(super) fn facts(
    account: &Account,
    link: Option<(&ByLink, &Standing)>,
    checks: bool,
    tried: Option<Tried>,
) -> Answered {
    let mut facts: Vec<(&str, FactInput)> = Vec::new();
    let word = |word: &str| FactInput::Text(word.to_owned());
    if checks || link.is_some() {
        let unknown = || FactInput::Special(UNAVAILABLE.to_owned());
        let check = tried.map_or_else(unknown, |tried| match tried.worth {
            Worth::Right => word("passed"),
            Worth::Wrong => word("wrong"),
            Worth::Expired => word("expired"),
            Worth::Unsent => unknown(),
        });
        facts.push((FACT, check));
        let wrong = tried.map_or(0, |tried| tried.wrong);
        facts.push(("activation_tries", FactInput::Integer(wrong)));
    }
    if let Some((by, standing)) = link {
        let Standing {
            kept,
            now_ms,
            is_known_device,
        } = standing;
        facts.push(("link_state", word(kept.link.at(*now_ms).fact())));
        let opened_ms = kept.opened_ms.unwrap_or(*now_ms);
        let seconds = ((now_ms - opened_ms) / 1000).clamp(0, LONGEST);
        facts.push(("activation_seconds", FactInput::Integer(seconds)));
        facts.push(("new_device", FactInput::Bool(!is_known_device)));
        if by.after.is_some_and(|after| after > kept.link.version) {
            facts.push(("records", word("behind")));
        } else if !has(account, "records") {
            facts.push(("records", word("in-step")));
        }
    }
    Answered {
        source: SOURCE.to_owned(),
        at: Moment::now(),
        missing: None,
        facts: facts
            .into_iter()
            .map(|(name, input)| (name.to_owned(), input))
            .collect(),
    }
}

/// Whether the account's own record says something of a fact.
fn has(account: &Account, fact: &str) -> bool {
    let facts = serde_json::from_str::<Entries<&RawValue>>(&account.facts);
    facts.is_ok_and(|facts| facts.0.iter().any(|(name, _)| name == fact))
}
