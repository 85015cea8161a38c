//! What a candidate does otherwise, for those who decide about it.

use std::collections::BTreeMap;
use std::sync::PoisonError;

use precheck::Decision;
use serde::Serialize;

use super::compare::{Candidate, Compared, InScenario, Tally};
use super::{Policies, Release};
use crate::rates::{Count, Share, excess, mean};

/// How many reasons are named where two groups differ.
const NAMED: usize = 3;

/// What a candidate does otherwise than the policy that decides.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pack: String,
    active: Named,
    candidate: Named,
    /// The place in the log behind which decisions were compared.
    since: i64,
    /// The place in the log up to which they were.
    upto: i64,
    /// Decisions that the candidate cannot take with the facts that were known.
    undecided: u64,
    /// Decisions in scenarios that the candidate does not have.
    not_offered: u64,
    /// Decisions about persons who were erased meanwhile.
    erased: u64,
    scenarios: Vec<Scenario>,
}

#[derive(Debug, Serialize)]
struct Named {
    version: u32,
    hash: String,
}

#[derive(Debug, Serialize)]
struct Scenario {
    scenario: String,
    /// How many decisions.
    decisions: u64,
    /// How many came out otherwise.
    otherwise: u64,
    changed: Vec<Pair>,
    #[serde(flatten)]
    rates: Rates,
    /// How often each reason was told, by the active one and the candidate.
    reasons: BTreeMap<String, [u64; 2]>,
    groups: Vec<Group>,
}

/// Decisions that came out otherwise.
#[derive(Debug, Serialize)]
struct Pair {
    active: Decision,
    candidate: Decision,
    count: u64,
    /// The last of them.
    example: Option<String>,
}

/// Both sides of shares and limits: active, candidate.
#[derive(Debug, Serialize)]
struct Rates {
    approved: [Option<Share>; 2],
    declined: [Option<Share>; 2],
    /// The mean limit of those approved, in fen.
    limit: [Option<i64>; 2],
}

#[derive(Debug, Serialize)]
struct Group {
    fact: String,
    code: String,
    decisions: u64,
    #[serde(flatten)]
    rates: Rates,
    /// Whether it is declined more or less often than the others, by more than
    /// chance explains: under the active policy, under the candidate.
    differs: [bool; 2],
    /// Where it does under the candidate: the reasons that this group is told
    /// more often than the others, the largest difference first. Whether they
    /// are lawful grounds is for people to say.
    because: Vec<Because>,
}

#[derive(Debug, Serialize)]
struct Because {
    reason: String,
    here: Option<Share>,
    elsewhere: Option<Share>,
}

impl Report {
    /// The report about the candidate, if there is one.
    pub(crate) fn of(policies: &Policies) -> Option<Report> {
        let (active, candidate) = (policies.active(), policies.candidate()?);
        let compared = candidate.compared.lock();
        let compared = compared.unwrap_or_else(PoisonError::into_inner).clone();
        Some(Report::new(&active, &candidate, compared))
    }

    fn new(active: &Release, candidate: &Candidate, compared: Compared) -> Report {
        let named = |release: &Release| Named {
            version: release.version(),
            hash: release.policy.hash(),
        };
        Report {
            pack: active.policy.model().pack.clone(),
            active: named(active),
            candidate: named(&candidate.release),
            since: candidate.since,
            upto: compared.upto,
            undecided: compared.undecided,
            not_offered: compared.not_offered,
            erased: compared.erased,
            scenarios: compared.scenarios.into_iter().map(scenario).collect(),
        }
    }
}

fn scenario((name, found): (String, InScenario)) -> Scenario {
    let InScenario {
        whole,
        pairs,
        groups,
        mut examples,
    } = found;
    let changed = pairs.into_iter().filter(|([old, new], _)| old != new);
    let changed = changed.map(|(pair, count)| Pair {
        active: pair[0],
        candidate: pair[1],
        count,
        example: examples.remove(&pair),
    });
    let changed: Vec<Pair> = changed.collect();
    Scenario {
        scenario: name,
        decisions: whole.all,
        otherwise: changed.iter().map(|pair| pair.count).sum(),
        changed,
        rates: rates(&whole),
        groups: groups
            .into_iter()
            .map(|(name, tally)| group(name, &tally, &whole))
            .collect(),
        reasons: whole.reasons,
    }
}

fn rates(tally: &Tally) -> Rates {
    let count = |some| Count {
        some,
        all: tally.all,
    };
    Rates {
        approved: tally.sides.map(|side| count(side.approved).share()),
        declined: tally.sides.map(|side| count(side.declined).share()),
        limit: tally.sides.map(|side| mean(side.limits, side.approved)),
    }
}

fn group((fact, code): (String, String), own: &Tally, whole: &Tally) -> Group {
    let declined = |tally: &Tally, place: usize| Count {
        some: tally.sides[place].declined,
        all: tally.all,
    };
    let differs = [0, 1].map(|place| {
        let here = declined(own, place);
        here.differs(declined(whole, place).without(here))
    });
    Group {
        fact,
        code,
        decisions: own.all,
        rates: rates(own),
        because: if differs[1] {
            because(own, whole)
        } else {
            Vec::new()
        },
        differs,
    }
}

/// The reasons of the candidate that a group is told more often than others.
fn because(own: &Tally, whole: &Tally) -> Vec<Because> {
    let told = own.reasons.iter().filter_map(|(reason, [_, some])| {
        let all = whole.reasons.get(reason).map_or(0, |[_, all]| *all);
        let here = Count {
            some: *some,
            all: own.all,
        };
        let everywhere = Count {
            some: all,
            all: whole.all,
        };
        let (here, elsewhere) = (here, everywhere.without(here));
        let (here, elsewhere) = (here.share(), elsewhere.share());
        let more = excess(here, elsewhere);
        (more > 0.0).then(|| {
            let reason = reason.clone();
            let because = Because {
                reason,
                here,
                elsewhere,
            };
            (more, because)
        })
    });
    let mut told: Vec<(f64, Because)> = told.collect();
    told.sort_by(|(one, _), (two, _)| two.total_cmp(one));
    told.truncate(NAMED);
    told.into_iter().map(|(_, because)| because).collect()
}
