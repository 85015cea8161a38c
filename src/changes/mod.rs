//! Two decisions → what changed between them, and whose doing that is.
//!
//! Everything that differs belongs to exactly one [`Group`]: the person, the
//! passing of time, the policy, or a data source. For every way to take some
//! groups as they are now and the others as they were, the whole engine
//! decides once more ([`pair`]); what follows from these sixteen answers are
//! exact shares ([`shapley`]) of the score and of the limit, and which groups
//! turn the decision, alone or together. Nothing is estimated: what a mix
//! leaves open has no share.
//!
//! [`attribute`] is the whole of it, for people who may see everything;
//! [`changes`] is what a person may be told, by the rules of the outcome: the
//! score as far as public facts determine it, confidential reasons as the
//! neutral one, no fact that only the server has. The words are `render`'s.

mod mix;
mod pair;
mod shapley;
mod told;
mod trace;

use serde::{Deserialize, Deserializer, Serialize};

use crate::evaluate::Range;
use crate::outcome::{PolicyRef, ShownScore, Stage};
use crate::policy::{Decision, Policy, Problem};
use crate::render::{ChangesNotice, render_changes};
use crate::units::{Date, Locale};
use crate::wire::{Application, Entries};

use mix::Mixes;
pub(crate) use pair::Pair;
pub use trace::{Attribution, ChangedFact, Mix, TraceShare, attribute};

/// The version of the document's shape.
pub const CHANGES_FORMAT: u8 = 1;

/// Whose doing a difference is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// The person: whatever is none of the others.
    You,
    /// Time: what a date in the past has come to mean, such as an age.
    Time,
    /// The policy: its rules, what begins or ends with a day, and what the
    /// facts of [`crate::Source::Market`] say of platform and economy.
    Policy,
    /// A data source: facts whose source has another module or version.
    Source,
}

impl Group {
    /// All groups, in the order in which they are told.
    pub const ALL: [Group; 4] = [Group::You, Group::Time, Group::Policy, Group::Source];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Group::You => "you",
            Group::Time => "time",
            Group::Policy => "policy",
            Group::Source => "source",
        }
    }
}

/// A decision as it was taken.
#[derive(Debug, Clone, Copy)]
pub struct Taken<'a> {
    /// The policy that decided; the server's, since a projection hides why.
    pub policy: &'a Policy,
    /// What it decided about.
    pub application: &'a Application,
    /// What the sources of its facts ran on.
    pub modules: &'a Modules,
}

/// What the sources of facts ran on, by the name of the source. A source has to
/// be in both decisions' or in none.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(transparent)]
pub struct Modules(pub Entries<Module>);

/// A module or an outside source, as `"2026.11.2"` or as
/// `{"version": "2026.11.2", "faulty": true}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// Name or version: texts that differ are different modules.
    pub version: String,
    /// Whether it is known by now that it was at fault.
    pub faulty: bool,
}

impl<'de> Deserialize<'de> for Module {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Whole {
            version: String,
            #[serde(default)]
            faulty: bool,
        }
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "a version, or { version, faulty }")]
        enum Written {
            Version(String),
            Whole(Whole),
        }
        let (version, faulty) = match Written::deserialize(deserializer)? {
            Written::Version(version) => (version, false),
            Written::Whole(whole) => (whole.version, whole.faulty),
        };
        Ok(Module { version, faulty })
    }
}

/// How one of the two decisions stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Standing<'p> {
    /// The policy.
    pub policy: PolicyRef<'p>,
    /// The day.
    pub as_of: Date,
    /// Every decision that is possible, mildest first. One: it is certain.
    pub decisions: Vec<Decision>,
    /// The score, if the scenario has a scorecard.
    pub score: Option<ShownScore>,
    /// The amounts in fen that an approval may come with; left out as in
    /// [`crate::Outcome`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<Range>,
}

/// By how much both ends of a range moved; the same twice where it is one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// The lower end, up where positive.
    pub min: i64,
    /// The upper end, up where positive.
    pub max: i64,
}

/// What one group has done.
///
/// A measure is left out where it cannot be divided: where a mix of old and new
/// leaves it open, or is not approved and has no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Share {
    /// The group.
    pub group: Group,
    /// Whether anything of it changed that may be told.
    pub changed: bool,
    /// By how much it moved the shown score.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<Moved>,
    /// By how much it moved the limit, in fen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<Moved>,
    /// Whether the decision would be another one had this group alone stayed
    /// as it was; left out where the decision is the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub necessary: Option<bool>,
    /// Whether this group alone gives the decision of now; left out likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sufficient: Option<bool>,
}

/// Whether a data source had to be put right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// The earlier decision ran on a faulty module, this one does not.
    Undone,
    /// This decision runs on a module that turned out to be faulty.
    Found,
}

/// Which way something went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// A rule fires that did not; an overlay applies that did not.
    Began,
    /// A rule fires no more; an overlay applies no more.
    Ended,
    /// A characteristic costs less.
    Better,
    /// A characteristic costs more.
    Worse,
}

/// An overlay that applies otherwise now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangedOverlay<'p> {
    /// Its name.
    pub name: &'p str,
    /// Whether it began or ended.
    pub way: Way,
    /// Whether it is for some regions only.
    pub regional: bool,
    /// The groups that matter to it: the policy where its day has come, the
    /// person who has moved.
    pub groups: Vec<Group>,
}

/// A rule or a characteristic that says something else now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangedReason<'p> {
    /// The code of its reason.
    pub code: &'p str,
    /// What it is.
    pub stage: Stage,
    /// Which way it went.
    pub way: Way,
    /// The groups that matter to it.
    pub groups: Vec<Group>,
    /// The public facts that it looks at.
    pub facts: Vec<&'p str>,
    /// Points before and after, for characteristics that the public sees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points: Option<[i64; 2]>,
}

/// What changed between two decisions, as far as the person may be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Changes<'p> {
    /// [`CHANGES_FORMAT`].
    pub format: u8,
    /// The scenario.
    pub scenario: &'p str,
    /// The earlier decision.
    pub before: Standing<'p>,
    /// The later one.
    pub after: Standing<'p>,
    /// What each group has done; every group, in order.
    pub shares: Vec<Share>,
    /// The smallest sets of groups whose changes give the decision of now; left
    /// out where the decision is the same, or some mix leaves it open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub turned_by: Option<Vec<Vec<Group>>>,
    /// Whether a data source had to be put right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<Fault>,
    /// The public facts that were stated and differ, in policy order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<ChangedFact<'p>>,
    /// The overlays that apply otherwise now, by facts that the public sees.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub overlays: Vec<ChangedOverlay<'p>>,
    /// What says something else now: rules, then characteristics, in policy order.
    pub changed: Vec<ChangedReason<'p>>,
    /// What stands for everything confidential that says something else now,
    /// where the result did change.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub neutral: Option<&'p str>,
}

/// The answer: what changed for machines, and its words for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangesDocument<'p> {
    /// What changed.
    pub changes: Changes<'p>,
    /// The same in words.
    pub notice: ChangesNotice,
}

impl ChangesDocument<'_> {
    /// The canonical JSON text of the document.
    pub fn to_json(&self) -> String {
        crate::wire::json_text(self)
    }
}

/// Says what changed between two decisions in one scenario, in one locale.
///
/// # Errors
///
/// Every problem of the two: those of [`crate::validate`] with `/before` or
/// `/after` in front of their place, `policy-projected`, `packs-differ`,
/// `scenarios-differ`, `module-unknown`, `module-duplicate`, `module-one-sided`.
pub fn changes<'p>(
    before: Taken<'p>,
    after: Taken<'p>,
    locale: Locale,
) -> Result<ChangesDocument<'p>, Vec<Problem>> {
    let pair = Pair::new(before, after)?;
    let mixes = Mixes::new(&pair);
    let changes = told::tell(&pair, &mixes);
    let notice = render_changes(&pair, &changes, locale);
    Ok(ChangesDocument { changes, notice })
}
