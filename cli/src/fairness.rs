//! Who is refused how often, by groups of people.
//!
//! A group is a value of any column, whether the policy looks at it or not: what
//! a policy must not look at is what one wants to know this of. Shares have
//! intervals of 99 %, and a group is said to differ only where chance does not
//! explain it; see [`precheck_server::rates`].

use std::collections::BTreeMap;

use precheck::{Decision, Policy, Validated, decide};
use precheck_server::rates::{Count, Share, excess, mean};
use serde::Serialize;

/// The most reasons that are told of a group.
const NAMED: usize = 4;

/// One person: what is known, and the values of the columns.
pub(crate) struct Person {
    pub(crate) valid: Validated,
    pub(crate) values: Vec<String>,
    /// Whether it is known of them that they paid.
    pub(crate) is_good: Option<bool>,
}

/// How often people are refused.
#[derive(Debug, Serialize)]
pub(crate) struct Rates {
    pub(crate) people: u64,
    pub(crate) approved: Option<Share>,
    pub(crate) declined: Option<Share>,
    /// Of those who are known to have paid; left out where that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) good_declined: Option<Share>,
    /// The mean limit of those approved, in fen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) limit: Option<i64>,
}

/// The people with one value of a column.
#[derive(Debug, Serialize)]
pub(crate) struct Group {
    pub(crate) value: String,
    #[serde(flatten)]
    pub(crate) rates: Rates,
    /// Whether it is refused more or less often than the others, by more than
    /// chance explains.
    pub(crate) differs: bool,
    /// The same of those who are known to have paid.
    pub(crate) good_differs: bool,
    /// Where it does: the reasons that the group is told more often than the
    /// others, the largest difference first. Whether they are lawful grounds is
    /// for people to say.
    pub(crate) because: Vec<Because>,
}

/// A reason, and to which share of people it is told.
#[derive(Debug, Serialize)]
pub(crate) struct Because {
    pub(crate) reason: String,
    pub(crate) here: Option<Share>,
    pub(crate) elsewhere: Option<Share>,
}

/// The groups of a column.
#[derive(Debug, Serialize)]
pub(crate) struct Column {
    pub(crate) column: String,
    pub(crate) groups: Vec<Group>,
}

/// See the module.
#[derive(Debug, Serialize)]
pub(crate) struct Fairness {
    pub(crate) whole: Rates,
    /// People about whom too little is known for one decision; they are neither
    /// approved nor declined.
    pub(crate) open: u64,
    pub(crate) columns: Vec<Column>,
}

#[derive(Default)]
struct Tally {
    people: u64,
    approved: u64,
    declined: u64,
    open: u64,
    /// Of those known to have paid: how many, and how many are refused.
    good: Count,
    limits: (i128, u64),
    reasons: BTreeMap<String, u64>,
}

impl Fairness {
    /// Takes every decision and counts.
    pub(crate) fn of(policy: &Policy, columns: &[String], people: &[Person]) -> Fairness {
        let mut whole = Tally::default();
        let mut groups: Vec<BTreeMap<&str, Tally>> = Vec::new();
        groups.resize_with(columns.len(), BTreeMap::new);
        for person in people {
            let valid = &person.valid;
            let evaluation = policy.evaluate(valid.scenario, &valid.facts);
            let outcome = decide(policy, valid, &evaluation);
            whole.add(person, &outcome);
            for (groups, value) in groups.iter_mut().zip(&person.values) {
                groups.entry(value).or_default().add(person, &outcome);
            }
        }
        let columns = columns.iter().zip(groups).map(|(column, groups)| Column {
            column: column.clone(),
            groups: groups
                .into_iter()
                .map(|(value, own)| group(value, &own, &whole))
                .collect(),
        });
        Fairness {
            columns: columns.collect(),
            open: whole.open,
            whole: whole.rates(),
        }
    }
}

impl Tally {
    fn add(&mut self, person: &Person, outcome: &precheck::Outcome<'_>) {
        self.people += 1;
        let is_declined = outcome.decisions == [Decision::Decline];
        let is_approved = outcome.decisions == [Decision::Approve];
        self.open += u64::from(outcome.decisions.len() > 1);
        self.approved += u64::from(is_approved);
        self.declined += u64::from(is_declined);
        if person.is_good == Some(true) {
            self.good.all += 1;
            self.good.some += u64::from(is_declined);
        }
        let limit = outcome.limit.filter(|limit| limit.min == limit.max);
        if let Some(limit) = limit.filter(|_| is_approved) {
            self.limits.0 += i128::from(limit.min);
            self.limits.1 += 1;
        }
        if is_declined {
            for reason in &outcome.reasons {
                *self.reasons.entry(reason.code.to_owned()).or_default() += 1;
            }
        }
    }

    fn count(&self, some: u64) -> Count {
        Count {
            some,
            all: self.people,
        }
    }

    fn rates(&self) -> Rates {
        Rates {
            people: self.people,
            approved: self.count(self.approved).share(),
            declined: self.count(self.declined).share(),
            good_declined: self.good.share(),
            limit: mean(self.limits.0, self.limits.1),
        }
    }
}

fn group(value: &str, own: &Tally, whole: &Tally) -> Group {
    let here = own.count(own.declined);
    let differs = here.differs(whole.count(whole.declined).without(here));
    Group {
        value: value.to_owned(),
        rates: own.rates(),
        differs,
        good_differs: own.good.differs(whole.good.without(own.good)),
        because: if differs {
            because(own, whole)
        } else {
            Vec::new()
        },
    }
}

fn because(own: &Tally, whole: &Tally) -> Vec<Because> {
    let told = own.reasons.iter().filter_map(|(reason, some)| {
        let here = own.count(*some);
        let everywhere = whole.count(whole.reasons.get(reason).copied().unwrap_or(0));
        let (here, elsewhere) = (here.share(), everywhere.without(here).share());
        let more = excess(here, elsewhere);
        let reason = reason.clone();
        (more > 0.0).then_some((
            more,
            Because {
                reason,
                here,
                elsewhere,
            },
        ))
    });
    let mut told: Vec<(f64, Because)> = told.collect();
    told.sort_by(|(one, _), (two, _)| two.total_cmp(one));
    told.truncate(NAMED);
    told.into_iter().map(|(_, because)| because).collect()
}
