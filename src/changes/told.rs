//! What a person may be told of a change.
//!
//! The rules are those of the outcome: the score as far as public facts
//! determine it, points only of characteristics that the public sees, facts
//! that only the server has by the reason that they give and never by name.
//! Whatever is confidential is one and the same neutral statement, without
//! group, way or place, and only where the result changed: which of two
//! confidential facts moved makes no difference to a single byte.

use super::mix::{Mixed, Mixes};
use super::pair::Pair;
use super::{
    CHANGES_FORMAT, ChangedFact, ChangedOverlay, ChangedReason, Changes, Group, Share, Standing,
    Way,
};
use crate::evaluate::{Truth, condition, points, settled};
use crate::outcome::{Outcome, Stage, decide};
use crate::policy::{
    Audience, Disclosure, FactId, Op, Overlay, Policy, ReasonId, ReasonMethod, Scorecard, Test,
};

/// Puts together what may be told.
pub(super) fn tell<'p>(pair: &Pair<'p>, mixes: &Mixes<'p>) -> Changes<'p> {
    let ends = mixes.ends();
    let [before, after] = ends.map(|end| standing(decide(end.policy, &end.read, &end.evaluation)));
    let mut found = Found {
        mixes,
        changed: Vec::new(),
        is_confidential: false,
    };
    found.rules();
    found.characteristics();
    let (changed, is_confidential) = (found.changed, found.is_confidential);
    let is_same = before.decisions == after.decisions && before.limit == after.limit;
    let is_told = is_confidential && !is_same;
    let model = ends[1].model();
    let neutral = model.reasons.get(usize::from(model.neutral_reason));
    Changes {
        format: CHANGES_FORMAT,
        scenario: &ends[1].scenario().name,
        before,
        after,
        shares: shares(pair, mixes, &changed),
        turned_by: mixes.turned_by(),
        fault: pair.fault,
        facts: facts(pair, mixes),
        overlays: overlays(mixes),
        changed,
        neutral: neutral.filter(|_| is_told).map(|one| one.code.as_str()),
    }
}

fn standing(outcome: Outcome<'_>) -> Standing<'_> {
    Standing {
        policy: outcome.policy,
        as_of: outcome.as_of,
        decisions: outcome.decisions,
        score: outcome.score,
        limit: outcome.limit,
    }
}

fn shares(pair: &Pair<'_>, mixes: &Mixes<'_>, changed: &[ChangedReason<'_>]) -> Vec<Share> {
    let score = mixes.shares(|mix| mix.evaluation.shown_score);
    let score = score.filter(|_| has_one_scale(mixes));
    let limit = mixes.shares(Mixed::limit);
    let turned_by = mixes.turned_by().unwrap_or_default();
    let policies = mixes.ends().map(|end| end.policy);
    let told = facts(pair, mixes);
    let all = Group::ALL.into_iter().map(|group| {
        let (necessary, sufficient) = mixes.turns(group);
        let [score, limit] = [score, limit].map(|shares| shares.map(|all| all[group as usize]));
        let moves = [score, limit].into_iter().flatten();
        Share {
            group,
            changed: told.iter().any(|one| one.group == group)
                || moves
                    .into_iter()
                    .any(|moved| (moved.min, moved.max) != (0, 0))
                || necessary == Some(true)
                || turned_by.iter().any(|set| set.contains(&group))
                || changed.iter().any(|one| one.groups.contains(&group))
                || group == Group::Policy && policies[0].hash() != policies[1].hash()
                || group == Group::Source && pair.fault.is_some(),
            score,
            limit,
            necessary,
            sufficient,
        }
    });
    all.collect()
}

/// The overlays that began or ended to apply, in the order of the later policy.
fn overlays<'p>(mixes: &Mixes<'p>) -> Vec<ChangedOverlay<'p>> {
    let [old, new] = mixes.ends();
    let gone = old.model().overlays.iter();
    let is_gone = |one: &&Overlay| {
        let mut left = new.model().overlays.iter();
        left.all(|other| other.name != one.name)
    };
    let all = new.model().overlays.iter().chain(gone.filter(is_gone));
    all.filter_map(|one| overlay(mixes, &one.name)).collect()
}

fn overlay<'p>(mixes: &Mixes<'p>, name: &'p str) -> Option<ChangedOverlay<'p>> {
    let own = |mix: &Mixed<'p>| {
        let mut overlays = mix.model().overlays.iter();
        overlays.find(|one| one.name == name)
    };
    let applies = |mix: &Mixed<'p>| {
        let Some(own) = own(mix) else {
            return Some(false);
        };
        match condition(&own.when, &mix.model().facts, mix.facts()) {
            Truth::True => Some(true),
            Truth::False => Some(false),
            Truth::Unknown => None,
        }
    };
    let [old, new] = mixes.ends();
    let (way, end) = match (applies(old)?, applies(new)?) {
        (false, true) => (Way::Began, new),
        (true, false) => (Way::Ended, old),
        _ => return None,
    };
    let when = &own(end)?.when;
    let is_told = when.iter().all(|op| match op {
        Op::Atom(fact, _) => {
            let def = end.policy.fact(*fact);
            def.is_some_and(|def| def.audience == Audience::Public)
        }
        _ => true,
    });
    is_told.then(|| ChangedOverlay {
        name,
        way,
        regional: when
            .iter()
            .any(|op| matches!(op, Op::Atom(_, Test::OneOf(_)))),
        groups: mixes.matter(applies),
    })
}

/// Whether points mean the same before and after.
pub(super) fn has_one_scale(mixes: &Mixes<'_>) -> bool {
    let [old, new] = mixes.ends().map(|end| end.scenario().scorecard.as_ref());
    matches!((old, new), (Some(old), Some(new)) if old.digits == new.digits)
}

/// The facts that differ and that the public has.
fn facts<'p>(pair: &Pair<'p>, mixes: &Mixes<'p>) -> Vec<ChangedFact<'p>> {
    let policies = mixes.ends().map(|end| end.policy);
    let facts = pair.facts.iter();
    let public = facts.filter(|(name, _)| policies.iter().all(|policy| is_public(policy, name)));
    public
        .map(|(name, group)| ChangedFact {
            name,
            group: *group,
        })
        .collect()
}

fn is_public(policy: &Policy, name: &str) -> bool {
    let def = policy.fact_id(name).and_then(|id| policy.fact(id));
    def.is_some_and(|def| def.audience == Audience::Public)
}

/// A characteristic, by what it has in both policies.
#[derive(Clone, Copy)]
enum Key<'p> {
    /// One that bins a fact: its name, and the place among those of that fact.
    Fact(&'p str, usize),
    /// One by cases, by its place.
    Case(usize),
}

/// What a characteristic comes to.
struct Points {
    points: i32,
    reason: ReasonId,
    method: ReasonMethod,
    facts: Vec<FactId>,
}

fn key_points(mix: &Mixed<'_>, key: Key<'_>) -> Option<Points> {
    let card: &Scorecard = mix.scenario().scorecard.as_ref()?;
    let defs = &mix.model().facts;
    let method = card.method;
    match key {
        Key::Fact(name, nth) => {
            let id = mix.policy.fact_id(name)?;
            let mut own = card.characteristics.iter().filter(|one| one.fact == id);
            let one = own.nth(nth)?;
            let state = mix.facts().get(id);
            state.is_settled().then(|| Points {
                points: points(one, state),
                reason: one.reason,
                method,
                facts: vec![id],
            })
        }
        Key::Case(place) => {
            let one = card.conditional.get(place)?;
            let (_, (points, reason)) = settled(one, defs, mix.facts())?;
            let mut facts: Vec<FactId> = one.facts().collect();
            facts.sort_unstable();
            facts.dedup();
            Some(Points {
                points,
                reason,
                method,
                facts,
            })
        }
    }
}

struct Found<'f, 'p> {
    mixes: &'f Mixes<'p>,
    changed: Vec<ChangedReason<'p>>,
    is_confidential: bool,
}

impl<'p> Found<'_, 'p> {
    fn rules(&mut self) {
        let [old, new] = self.mixes.ends();
        let gone = old.scenario().rules.iter();
        let gone = gone.filter(|rule| new.scenario().rules.iter().all(|one| one.id != rule.id));
        for rule in new.scenario().rules.iter().chain(gone) {
            let (way, end) = match (old.fires(&rule.id), new.fires(&rule.id)) {
                (Some(false), Some(true)) => (Way::Began, new),
                (Some(true), Some(false)) => (Way::Ended, old),
                _ => continue,
            };
            // As the policy says it under which it fires.
            let mut rules = end.scenario().rules.iter();
            let Some(rule) = rules.find(|one| one.id == rule.id) else {
                continue;
            };
            let facts = rule.when.iter().filter_map(|op| match op {
                Op::Atom(fact, _) => Some(*fact),
                _ => None,
            });
            let mut facts: Vec<FactId> = facts.collect();
            facts.sort_unstable();
            facts.dedup();
            let Some(code) = self.code(end, rule.reason) else {
                continue;
            };
            let (groups, facts) = (
                self.mixes.matter(|mix| mix.fires(&rule.id)),
                named(end, &facts),
            );
            self.add(ChangedReason {
                code,
                stage: Stage::Rule,
                way,
                groups,
                facts,
                points: None,
            });
        }
    }

    fn characteristics(&mut self) {
        if !has_one_scale(self.mixes) {
            return;
        }
        let [old, new] = self.mixes.ends();
        let Some(card) = &new.scenario().scorecard else {
            return;
        };
        let all = &card.characteristics;
        let facts = (0..).zip(all).filter_map(|(place, one)| {
            let before = all.iter().take(place);
            let nth = before.filter(|other| other.fact == one.fact).count();
            Some(Key::Fact(&new.policy.fact(one.fact)?.name, nth))
        });
        let cases = (0..card.conditional.len()).map(Key::Case);
        for key in facts.chain(cases) {
            let (Some(before), Some(after)) = (key_points(old, key), key_points(new, key)) else {
                continue;
            };
            // What the points of now cost, held against those of before.
            let (way, end, own) = match after.method.lost(after.points, before.points) {
                0 => continue,
                lost if lost > 0 => (Way::Worse, new, &after),
                _ => (Way::Better, old, &before),
            };
            let Some(code) = self.code(end, own.reason) else {
                continue;
            };
            let facts = named(end, &own.facts);
            let is_shown = facts.len() == own.facts.len();
            let points = [before.points, after.points].map(i64::from);
            let groups = self.mixes.matter(|mix| Some(key_points(mix, key)?.points));
            self.add(ChangedReason {
                code,
                stage: Stage::Score,
                way,
                groups,
                facts,
                points: Some(points).filter(|_| is_shown),
            });
        }
    }

    /// The code of a reason that may be told.
    fn code(&mut self, end: &Mixed<'p>, reason: ReasonId) -> Option<&'p str> {
        let model = end.model();
        let found = model.reasons.get(usize::from(reason))?;
        if found.disclosure == Disclosure::Neutral || reason == model.neutral_reason {
            self.is_confidential = true;
            return None;
        }
        Some(&found.code)
    }

    /// Several rules may give one reason, one way: it is told once.
    fn add(&mut self, one: ChangedReason<'p>) {
        let told = self.changed.iter_mut().find(|other| {
            other.code == one.code && other.stage == one.stage && other.way == one.way
        });
        match told {
            Some(told) if one.points.is_none() && told.points.is_none() => {
                told.groups.extend(one.groups);
                told.groups.sort_unstable();
                told.groups.dedup();
                for fact in one.facts {
                    if !told.facts.contains(&fact) {
                        told.facts.push(fact);
                    }
                }
            }
            _ => self.changed.push(one),
        }
    }
}

/// The names of the facts that the public has.
fn named<'p>(end: &Mixed<'p>, facts: &[FactId]) -> Vec<&'p str> {
    let defs = facts.iter().filter_map(|fact| end.policy.fact(*fact));
    defs.filter(|def| def.audience == Audience::Public)
        .map(|def| def.name.as_str())
        .collect()
}
