//! What the service itself knows of a request: of the link that it came by and
//! of the code that was typed. It counts before what anybody else says.

use precheck::{Entries, FactInput, Policy, Scenario};
use serde_json::value::RawValue;

use super::Service;
use crate::application::UNAVAILABLE;
use crate::clock::Moment;
use crate::link::LinkId;
use crate::otp::FACT;
use crate::store::{Account, KeptLink, StoreError, Tag, Tried, UseLink, Worth};
use crate::upstreams::{Answered, Gathered};

/// How these facts are named among those of sources.
const SOURCE: &str = "service";
/// The fact that says who asks for something.
const ASKER: &str = "requested_by";
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

/// What the service can know of a request.
pub(super) struct Own<'a> {
    pub(super) policy: &'a Policy,
    pub(super) scenario: &'a Scenario,
    pub(super) account: &'a Account,
    /// The link that it came by, and how that stands.
    pub(super) link: Option<(&'a ByLink, &'a Standing)>,
    /// Whether a page asks for its person.
    pub(super) by_page: bool,
    /// Whether the code is looked at here.
    pub(super) checks: bool,
    /// What others say.
    pub(super) gathered: &'a Gathered,
    /// What it is worth, once it was looked at.
    pub(super) tried: Option<Tried>,
}

fn word(word: &str) -> FactInput {
    FactInput::Text(word.to_owned())
}

impl Own<'_> {
    /// The facts, as of a source; `None` where nothing is known.
    pub(super) fn facts(self) -> Option<Answered> {
        let mut facts: Vec<(&str, FactInput)> = Vec::new();
        facts.extend(self.asker());
        facts.extend(self.code());
        facts.extend(self.by_link());
        (!facts.is_empty()).then(|| Answered {
            source: SOURCE.to_owned(),
            at: Moment::now(),
            missing: None,
            facts: facts
                .into_iter()
                .map(|(name, input)| (name.to_owned(), input))
                .collect(),
        })
    }

    /// Who asks: the user, where a page does, whatever is said elsewhere; and
    /// where nobody says that it is an agent or the platform.
    fn asker(&self) -> Option<(&'static str, FactInput)> {
        let id = self.policy.fact_id(ASKER);
        let is_asked = id.is_some_and(|id| self.scenario.facts.contains(&id));
        let said = self.gathered.who_gave(ASKER);
        let is_said = has(self.account, ASKER) || said.is_some_and(|one| one.source != SOURCE);
        (is_asked && (self.by_page || (self.checks && !is_said))).then(|| (ASKER, word("user")))
    }

    fn code(&self) -> Vec<(&'static str, FactInput)> {
        if !self.checks && self.link.is_none() {
            return Vec::new();
        }
        let unknown = || FactInput::Special(UNAVAILABLE.to_owned());
        let check = self.tried.map_or_else(unknown, |tried| match tried.worth {
            Worth::Right => word("passed"),
            Worth::Wrong => word("wrong"),
            Worth::Expired => word("expired"),
            Worth::Unsent => unknown(),
        });
        let wrong = self.tried.map_or(0, |tried| tried.wrong);
        vec![
            (FACT, check),
            ("activation_tries", FactInput::Integer(wrong)),
        ]
    }

    fn by_link(&self) -> Vec<(&'static str, FactInput)> {
        let Some((by, standing)) = self.link else {
            return Vec::new();
        };
        let Standing {
            kept,
            now_ms,
            is_known_device,
        } = standing;
        let opened_ms = kept.opened_ms.unwrap_or(*now_ms);
        let seconds = ((now_ms - opened_ms) / 1000).clamp(0, LONGEST);
        let mut facts = vec![
            ("link_state", word(kept.link.at(*now_ms).fact())),
            ("activation_seconds", FactInput::Integer(seconds)),
            ("new_device", FactInput::Bool(!is_known_device)),
        ];
        if by.after.is_some_and(|after| after > kept.link.version) {
            facts.push(("records", word("behind")));
        } else if !has(self.account, "records") {
            facts.push(("records", word("in-step")));
        }
        facts
    }
}

/// Whether the account's own record says something of a fact.
fn has(account: &Account, fact: &str) -> bool {
    let facts = serde_json::from_str::<Entries<&RawValue>>(&account.facts);
    facts.is_ok_and(|facts| facts.0.iter().any(|(name, _)| name == fact))
}
