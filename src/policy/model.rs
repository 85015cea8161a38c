//! What a bundle holds: the compiled policy as plain data.
//!
//! References between parts are indices, checked once by [`super::check`];
//! nothing here is looked up by name while an application is evaluated. The
//! types are flat on purpose: decoding untrusted bytes must not recurse.

use serde::{Deserialize, Serialize};

use super::change::{Change, Coupling, Evolution};
use super::conditional::Conditional;
use super::fact::{FactDef, FactKind};
use super::formula::Derived;
use super::prior::Priors;
use super::terms::Terms;
use super::texts::Texts;
use crate::facts::FactState;
use crate::identity::{CardRange, FieldKind, Segment};
use crate::units::{Date, Locale};

/// Index of a fact in [`Model::facts`].
pub type FactId = u16;
/// Index of a reason in [`Model::reasons`].
pub type ReasonId = u16;

/// For whose eyes a bundle, a fact or a reason is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// May be shipped to a browser.
    Public,
    /// Stays on the server.
    Server,
}

/// What becomes of an application, from the mildest to the most severe.
///
/// The most severe effect among the rules that fire and the score band wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// The line is opened.
    Approve,
    /// A person looks at it.
    Refer,
    /// Nothing was held against the applicant; a source did not answer.
    RetryLater,
    /// The line is not opened.
    Decline,
}

impl Decision {
    /// All decisions, mildest first.
    pub const ALL: [Decision; 4] = [
        Decision::Approve,
        Decision::Refer,
        Decision::RetryLater,
        Decision::Decline,
    ];

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Decision::Approve => "approve",
            Decision::Refer => "refer",
            Decision::RetryLater => "retry-later",
            Decision::Decline => "decline",
        }
    }
}

/// A named number that conditions and texts share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Constant {
    /// Name, distinct from every fact's.
    pub name: String,
    /// Type and unit.
    pub kind: FactKind,
    /// The value, in the unit of `kind`.
    pub value: i64,
    /// Other values, each where the overlay with this position in
    /// [`Model::overlays`] applies; of several that do, the last. Conditions
    /// hold these values themselves; they are here for the texts.
    pub overlaid: Vec<(u16, i64)>,
}

/// When something of the policy is otherwise: on some days, in some regions.
///
/// Rules and tables of limits have been compiled so that they say it
/// themselves; what is here is for texts and for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overlay {
    /// Name, unique in the policy.
    pub name: String,
    /// When it applies.
    pub when: Vec<Op>,
}

/// What an atom asks of one fact. A comparison with a fact that is missing or
/// special does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Test {
    /// Known and at most this.
    AtMost(i64),
    /// Known and at least this.
    AtLeast(i64),
    /// Known and one of these, sorted.
    OneOf(Vec<i64>),
    /// Known to be absent.
    Missing,
    /// The special code with this position.
    Special(u8),
}

/// One step of a condition in postfix order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Op {
    /// Pushes whether a fact passes a test.
    Atom(FactId, Test),
    /// Replaces the top by its opposite.
    Not,
    /// Replaces the top `n` by their conjunction.
    All(u8),
    /// Replaces the top `n` by their disjunction.
    Any(u8),
    /// Pushes "not known here": what the public projection leaves of a
    /// condition that stays on the server.
    Opaque,
}

/// A rule: when its condition holds, it has an effect and gives a reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Id, unique in the policy.
    pub id: String,
    /// When it fires.
    pub when: Vec<Op>,
    /// What it does.
    pub effect: Decision,
    /// The reason that it gives.
    pub reason: ReasonId,
}

/// How the reasons of a score are ranked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReasonMethod {
    /// Points below the mean applicant of the characteristic.
    BelowMean,
    /// Points below the best bin of the characteristic.
    BelowBest,
    /// Points below a neutral value that the author declares.
    BelowNeutral,
    /// Points above a neutral value that the author declares: where a high
    /// score is a bad one, points above the baseline are what costs.
    AboveNeutral,
}

impl ReasonMethod {
    /// How much points cost against a baseline; nothing when not positive.
    pub fn lost(self, points: i32, baseline: i32) -> i64 {
        let below = i64::from(baseline) - i64::from(points);
        if self == ReasonMethod::AboveNeutral {
            -below
        } else {
            below
        }
    }
}

/// Points for the values up to and including `upto`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bin {
    /// Highest value of the bin.
    pub upto: i64,
    /// Points, positive is better.
    pub points: i32,
}

/// One characteristic of a scorecard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Characteristic {
    /// The fact that it bins.
    pub fact: FactId,
    /// Bins, rising, without gap, up to the end of the fact's domain.
    pub bins: Vec<Bin>,
    /// Points when the fact is missing; present iff it may be.
    pub missing: Option<i32>,
    /// Points per special code, in the fact's order.
    pub specials: Vec<i32>,
    /// What the ranking of reasons measures lost points against.
    pub baseline: i32,
    /// The reason given when it costs points.
    pub reason: ReasonId,
}

impl Characteristic {
    /// The points for a state; none for a fact that is unknown.
    pub fn points(&self, state: FactState) -> Option<i32> {
        state
            .is_settled()
            .then(|| crate::evaluate::points(self, state))
    }
}

/// A decision that begins at a score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Band {
    /// Lowest score of the band. The first band has no lower end.
    pub from: i64,
    /// The decision of the band.
    pub decision: Decision,
}

/// An additive scorecard. Points are integers, in units of 1/10^`digits`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scorecard {
    /// Id, unique in the policy.
    pub id: String,
    /// Points that everybody has.
    pub base: i32,
    /// Lowest and highest sum of the characteristics that the public
    /// projection hides; `(0, 0)` in a server bundle.
    pub hidden: (i64, i64),
    /// How many decimals points and score have, at most 9.
    pub digits: u8,
    /// The characteristics, in policy order.
    pub characteristics: Vec<Characteristic>,
    /// Characteristics by conditions, in policy order, ranked after those above
    /// where they lose as much.
    pub conditional: Vec<Conditional>,
    /// Bands by rising score.
    pub bands: Vec<Band>,
    /// How reasons are ranked.
    pub method: ReasonMethod,
}

/// One direction of a [`LimitTable`]: the bins of a fact, then one place for
/// a missing fact if there may be one, then one per special code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Axis {
    /// The fact.
    pub fact: FactId,
    /// Highest value of each bin, rising, up to the end of the fact's domain;
    /// every bin holds a value of the domain.
    pub upto: Vec<i64>,
}

impl Axis {
    /// How many places the axis has; `def` is the declaration of its fact.
    pub fn length(&self, def: &FactDef) -> usize {
        self.upto.len() + usize::from(def.may_be_missing) + def.specials.len()
    }

    /// Where a state lies along the axis; `None` for one that is not known.
    /// `def` is the declaration of its fact.
    pub fn place(&self, def: &FactDef, state: FactState) -> Option<usize> {
        let bins = self.upto.len();
        Some(match state {
            FactState::Unknown | FactState::Between(..) => return None,
            FactState::Known(value) => self.upto.partition_point(|upto| *upto < value),
            FactState::Missing => bins,
            FactState::Special(code) => bins + usize::from(def.may_be_missing) + usize::from(code),
        })
    }
}

/// How large a line is, by score and facts, where the decision is approve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitTable {
    /// The scores at which the rows after the first begin, rising; empty where
    /// there is one row.
    pub rows: Vec<i64>,
    /// What else the table is cut by; at most four facts, each once.
    pub axes: Vec<Axis>,
    /// The least and the most of each cell in fen, the rows running fastest,
    /// then the last axis. They differ only where the public projection hides
    /// an axis.
    pub amounts: Vec<(i64, i64)>,
}

/// An identity field of a scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Name on the wire, such as `id_number`.
    pub name: String,
    /// How it is checked.
    pub kind: FieldKind,
    /// The fact that takes the birth date the document carries.
    pub birth_date: Option<FactId>,
}

/// One flow: which fields, rules and scorecard belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scenario {
    /// Name on the wire.
    pub name: String,
    /// Who may ask: browsers get no scenario of the server's own.
    pub audience: Audience,
    /// Identity fields.
    pub fields: Vec<Field>,
    /// Facts that an application may carry, in the order of asking.
    pub facts: Vec<FactId>,
    /// The rules, in policy order.
    pub rules: Vec<Rule>,
    /// The scorecard, if the scenario has one.
    pub scorecard: Option<Scorecard>,
    /// The table of limits, if approving comes with an amount.
    pub limit: Option<LimitTable>,
}

/// Whose matter a reason is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReasonKind {
    /// The applicant's circumstances.
    Applicant,
    /// Risk control.
    Risk,
    /// The platform and its technology.
    Platform,
    /// Economy, regulation, funding.
    External,
}

/// What a person is told of a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Disclosure {
    /// The reason itself.
    Full,
    /// Only the policy's neutral statement.
    Neutral,
}

/// Whether the reason goes away by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lasts {
    /// Until the person changes something.
    UntilChanged,
    /// Passes with time.
    Passes,
    /// Minutes or hours: try again.
    Short,
    /// Does not go away.
    Permanent,
}

/// Who can help with a reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Contact {
    /// Customer service.
    Service,
    /// Customer service, which has to say who is asking before it looks.
    Security,
    /// Whoever keeps the record that the reason comes from: a credit bureau
    /// and who reported to it.
    Record,
}

/// From which day on a reason is over, by a public fact.
///
/// | fact | `reach` | the first day without the reason |
/// |---|---|---|
/// | days | none | so many days from now |
/// | days | days | when the fact, which grows by one a day, is as much |
/// | date | none | the date |
/// | date | days or years | so much after the date |
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Until {
    /// The fact.
    pub fact: FactId,
    /// What it has to reach: a position in [`Model::constants`].
    pub reach: Option<u16>,
}

/// A reason, without its texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The code, never reused.
    pub code: String,
    /// Whose matter it is.
    pub kind: ReasonKind,
    /// What is told.
    pub disclosure: Disclosure,
    /// Whether it goes away.
    pub lasts: Lasts,
    /// The facts that help when they change.
    pub helps: Vec<FactId>,
    /// Until when it lasts, where a fact tells.
    pub until: Option<Until>,
    /// Who to talk to.
    pub contact: Contact,
}

/// Facts that constrain each other: a combination that no application has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Impossible {
    /// Id, unique in the policy.
    pub id: String,
    /// What cannot be, in postfix order.
    pub when: Vec<Op>,
}

/// A compiled policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Model {
    /// Name of the pack.
    pub pack: String,
    /// Version, which may only rise.
    pub version: u32,
    /// For whom the bundle is.
    pub audience: Audience,
    /// First day on which the policy is in force.
    pub valid_from: Date,
    /// Last day on which it is in force; `None` for no end.
    pub valid_until: Option<Date>,
    /// The segments of mobile numbers, rising; empty for the engine's own.
    pub segments: Vec<Segment>,
    /// The ranges of bank cards, rising; empty for the engine's own.
    pub cards: Vec<CardRange>,
    /// Facts.
    pub facts: Vec<FactDef>,
    /// Constants.
    pub constants: Vec<Constant>,
    /// Overlays, in the order in which later ones win.
    pub overlays: Vec<Overlay>,
    /// Derived facts.
    pub derived: Vec<Derived>,
    /// What no real application is like.
    pub impossible: Vec<Impossible>,
    /// Reasons.
    pub reasons: Vec<Reason>,
    /// What is said instead of a reason with [`Disclosure::Neutral`].
    pub neutral_reason: ReasonId,
    /// Scenarios.
    pub scenarios: Vec<Scenario>,
    /// How often the values of facts occur.
    pub priors: Priors,
    /// How a person changes facts; each fact at most once.
    pub changes: Vec<Change>,
    /// What moves with a change; what moves does not move others.
    pub couplings: Vec<Coupling>,
    /// What moves with time; each fact at most once.
    pub evolutions: Vec<Evolution>,
    /// How orders are paid back, where the policy says so.
    pub repayment: Option<Terms>,
    /// Texts, the default locale first.
    pub texts: Vec<Texts>,
    /// Whether a pre-check may say that something would fail. Where the law
    /// takes that for a refusal, it says that it cannot tell, and what is
    /// certain to stand in the way is told as what may.
    pub says_would_fail: bool,
}

impl Model {
    /// Whether a day lies in the period of validity.
    pub(super) fn is_in_force(&self, day: Date) -> bool {
        self.valid_from <= day && self.valid_until.is_none_or(|last| day <= last)
    }

    /// The texts in a locale, or in the policy's first one.
    pub(crate) fn texts_in(&self, locale: Locale) -> &Texts {
        // The loader has checked that there is at least one locale.
        self.texts
            .iter()
            .find(|one| one.locale == locale)
            .unwrap_or(&self.texts[0])
    }
}
