//! Which parts of a policy a set of cases reaches.
//!
//! Rules, bins and bands are counted where the whole policy decides, that is
//! in cases on the server's bundle: what a browser has is a projection. A
//! reason counts as given wherever a person is told it, and where it is behind
//! the neutral statement that a person is told.

use std::collections::{BTreeMap, BTreeSet};

use precheck::{
    Audience, Characteristic, Disclosure, FactState, Facts, Model, Outcome, Policy, Scenario,
    Scorecard, Truth, validate,
};

use super::Case;
use crate::spell;

/// What kind of part an [`Item`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A rule; reached when it fires.
    Rule,
    /// A bin of a scorecard; reached when it gives the points.
    Bin,
    /// A band of scores; reached when the score lies in it for certain.
    Band,
    /// A reason; reached when it is given.
    Reason,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Kind; 4] = [Kind::Rule, Kind::Bin, Kind::Band, Kind::Reason];

    /// The plural, for headings and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Rule => "rules",
            Kind::Bin => "bins",
            Kind::Band => "bands",
            Kind::Reason => "reasons",
        }
    }
}

/// One part of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What it is.
    pub kind: Kind,
    /// A rule's id, a reason's code, `<scorecard>: <fact> <values>` for a bin,
    /// `<scorecard>: <decision> from <score>` for a band.
    pub name: String,
    /// How many cases reach it.
    pub cases: u32,
}

/// How many cases reach each part of a policy.
#[derive(Debug, Clone)]
pub struct Coverage {
    items: Vec<Item>,
    places: BTreeMap<(Kind, String), usize>,
}

impl Coverage {
    /// Nothing reached yet; `model` is the whole policy.
    pub fn new(model: &Model) -> Coverage {
        let mut coverage = Coverage {
            items: Vec::new(),
            places: BTreeMap::new(),
        };
        for scenario in &model.scenarios {
            for rule in &scenario.rules {
                coverage.declare(Kind::Rule, rule.id.clone());
            }
        }
        let cards = model
            .scenarios
            .iter()
            .filter_map(|one| one.scorecard.as_ref());
        for card in cards {
            for one in &card.characteristics {
                for state in states(model, one) {
                    coverage.declare(Kind::Bin, bin(model, card, one, state));
                }
            }
            for (at, one) in card.conditional.iter().enumerate() {
                for case in 0..=one.cases.len() {
                    coverage.declare(Kind::Bin, case_of(card, at, case));
                }
            }
            for index in 0..card.bands.len() {
                coverage.declare(Kind::Band, band(card, index));
            }
        }
        for reason in &model.reasons {
            coverage.declare(Kind::Reason, reason.code.clone());
        }
        coverage
    }

    /// Counts a case that ran on `policy`, the one of its bundle, with this
    /// outcome.
    pub fn count(&mut self, case: &Case, policy: &Policy, outcome: &Outcome<'_>) {
        let mut reached = BTreeSet::new();
        let told = outcome.reasons.iter().map(|one| one.code.to_owned());
        reached.extend(told.map(|code| (Kind::Reason, code)));
        if case.bundle == Audience::Server
            && let Ok(valid) = validate(policy, &case.application)
        {
            let model = policy.model();
            let scenario = policy.scenario(valid.scenario);
            let evaluation = policy.evaluate(valid.scenario, &valid.facts);
            for (rule, truth) in scenario.rules.iter().zip(&evaluation.rules) {
                if *truth == Truth::True {
                    let code = &model.reasons[usize::from(rule.reason)].code;
                    reached.insert((Kind::Rule, rule.id.clone()));
                    reached.insert((Kind::Reason, code.clone()));
                }
            }
            if let Some((card, score)) = scenario.scorecard.as_ref().zip(evaluation.score) {
                reached.extend(bins(model, card, &valid.facts));
                for (at, one) in card.conditional.iter().enumerate() {
                    let case = policy.case(one, &valid.facts);
                    reached.extend(case.map(|case| (Kind::Bin, case_of(card, at, case))));
                }
                let [low, high] = [score.min, score.max].map(|score| band_of(card, score));
                reached.extend((low == high).then(|| (Kind::Band, band(card, low))));
            }
            reached.extend(unnamed(policy, scenario, &valid.facts, outcome));
        }
        for key in reached {
            if let Some(&place) = self.places.get(&key) {
                self.items[place].cases += 1;
            }
        }
    }

    /// The parts of a kind, in policy order.
    pub fn of(&self, kind: Kind) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(move |item| item.kind == kind)
    }

    /// The parts of a kind that no case reaches.
    pub fn never(&self, kind: Kind) -> impl Iterator<Item = &Item> {
        self.of(kind).filter(|item| item.cases == 0)
    }

    fn declare(&mut self, kind: Kind, name: String) {
        let items = &mut self.items;
        // Scenarios may share a scorecard.
        self.places.entry((kind, name.clone())).or_insert_with(|| {
            let cases = 0;
            items.push(Item { kind, name, cases });
            items.len() - 1
        });
    }
}

/// One state out of every bin, missing and special ones included.
fn states(model: &Model, one: &Characteristic) -> Vec<FactState> {
    let bins = one.bins.iter().map(|bin| FactState::Known(bin.upto));
    let missing = one.missing.map(|_| FactState::Missing);
    let specials = model.facts[usize::from(one.fact)].specials.len();
    let specials = (0u8..).take(specials).map(FactState::Special);
    bins.chain(missing).chain(specials).collect()
}

/// The bins that the facts fall into.
fn bins<'m>(
    model: &'m Model,
    card: &'m Scorecard,
    facts: &'m Facts,
) -> impl Iterator<Item = (Kind, String)> + 'm {
    card.characteristics.iter().filter_map(move |one| {
        let state = facts.get(one.fact);
        state
            .is_settled()
            .then(|| (Kind::Bin, bin(model, card, one, state)))
    })
}

fn bin(model: &Model, card: &Scorecard, one: &Characteristic, state: FactState) -> String {
    let def = &model.facts[usize::from(one.fact)];
    let values = match state {
        FactState::Known(value) => {
            let index = one.bins.partition_point(|bin| bin.upto < value);
            let low = match index.checked_sub(1) {
                Some(before) => one.bins[before].upto + 1,
                None => def.min,
            };
            let [low, high] = [low, one.bins.get(index).map_or(def.max, |bin| bin.upto)]
                .map(|value| spell::state(def, FactState::Known(value)));
            if low == high {
                low
            } else {
                format!("{low} to {high}")
            }
        }
        state => spell::state(def, state),
    };
    format!("{}: {} {values}", card.id, def.name)
}

/// A case of a characteristic, counted as they are in the file.
fn case_of(card: &Scorecard, at: usize, case: usize) -> String {
    let cases = card.conditional[at].cases.len();
    let which = if case < cases {
        format!("case {}", case + 1)
    } else {
        "otherwise".into()
    };
    format!("{}: characteristic by cases {}, {which}", card.id, at + 1)
}

fn band_of(card: &Scorecard, score: i64) -> usize {
    let after = card.bands.partition_point(|band| band.from <= score);
    // The first band has no lower end.
    after.saturating_sub(1)
}

fn band(card: &Scorecard, index: usize) -> String {
    let band = &card.bands[index];
    format!("{}: {} from {}", card.id, band.decision.as_str(), band.from)
}

/// Confidential reasons of a score, where the neutral statement was told: the
/// characteristics with such a reason that cost points.
fn unnamed(
    policy: &Policy,
    scenario: &Scenario,
    facts: &Facts,
    outcome: &Outcome<'_>,
) -> Vec<(Kind, String)> {
    let model = policy.model();
    let neutral = &model.reasons[usize::from(model.neutral_reason)].code;
    if !outcome.reasons.iter().any(|one| one.code == neutral) {
        return Vec::new();
    }
    let Some(card) = &scenario.scorecard else {
        return Vec::new();
    };
    let costs = |points: i32, baseline: i32| card.method.lost(points, baseline) > 0;
    let costing = card.characteristics.iter().filter(|one| {
        let points = one.points(facts.get(one.fact));
        points.is_some_and(|points| costs(points, one.baseline))
    });
    let conditional = card.conditional.iter().filter_map(|one| {
        let end = one.ends().nth(policy.case(one, facts)?)?;
        costs(end.0, one.baseline).then_some(end.1)
    });
    let costing = costing.map(|one| one.reason).chain(conditional);
    let reasons = costing.map(|reason| &model.reasons[usize::from(reason)]);
    let confidential = reasons.filter(|reason| reason.disclosure == Disclosure::Neutral);
    confidential
        .map(|reason| (Kind::Reason, reason.code.clone()))
        .collect()
}
