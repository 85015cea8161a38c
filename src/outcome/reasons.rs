//! Ranks the reasons behind an evaluation.
//!
//! Order: rules by severity of their effect, then as declared in the policy;
//! after them the characteristics of the score, by points lost against the
//! baseline that the policy's method sets, most first, ties in policy order. At most
//! four, never padded; each stage that failed keeps at least one place, and so
//! does the neutral statement that stands for confidential reasons, which is
//! always last so that its place tells nothing.

use serde::Serialize;

use crate::evaluate::{DecisionSet, Evaluation, Truth, points, settled};
use crate::facts::{FactState, Facts};
use crate::policy::{
    Audience, Contact, Decision, Disclosure, FactId, FactKind, Lasts, Policy, ReasonId, ReasonKind,
    Scorecard, Until,
};
use crate::units::Date;
use crate::validate::Validated;

/// The most reasons that a notice carries.
const MOST: usize = 4;

/// Which stage a reason comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// A rule fired.
    Rule,
    /// The score was too low.
    Score,
}

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutcomeReason<'p> {
    /// The code.
    pub code: &'p str,
    /// Whose matter it is.
    pub kind: ReasonKind,
    /// Where it comes from.
    pub stage: Stage,
    /// Whether it goes away by itself.
    pub lasts: Lasts,
    /// The first day without it, for a rule that a date or a number of days
    /// will end; left out where that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// The facts that help when they change.
    pub helps: Vec<&'p str>,
    /// Who to talk to.
    pub contact: Contact,
    /// Points lost against the baseline, for characteristics that the public sees.
    pub points_lost: Option<i64>,
}

/// The reasons of one evaluation.
pub(super) struct Stated<'p> {
    pub(super) certain: Vec<OutcomeReason<'p>>,
    pub(super) possible: Vec<OutcomeReason<'p>>,
    pub(super) checks: Vec<&'p str>,
}

impl Stated<'_> {
    /// Tells what is certain as what is possible, before that.
    pub(super) fn soften(&mut self) {
        self.certain.append(&mut self.possible);
        self.certain.truncate(MOST);
        core::mem::swap(&mut self.certain, &mut self.possible);
    }
}

/// What a list collects before it is cut.
#[derive(Default)]
struct List {
    rules: Vec<Entry>,
    score: Vec<Entry>,
    neutral: bool,
}

#[derive(Clone, Copy)]
struct Entry {
    reason: ReasonId,
    stage: Stage,
    lost: Option<i64>,
}

pub(super) fn reasons<'p>(
    policy: &'p Policy,
    application: &Validated,
    evaluation: &Evaluation,
) -> Stated<'p> {
    let scenario = policy.scenario(application.scenario);
    let plan = policy.plan(application.scenario);
    let mut certain = List::default();
    let mut possible = List::default();
    let mut checks = Vec::new();

    // Severity first; rules of one effect keep policy order.
    let severity = |index: usize| -(scenario.rules[index].effect as i64);
    let mut by_severity: Vec<(i64, usize)> = (0..scenario.rules.len())
        .map(|index| (severity(index), index))
        .collect();
    crate::order::sort(&mut by_severity);
    for (_, index) in by_severity {
        let rule = &scenario.rules[index];
        match evaluation.rules[index] {
            Truth::True => certain.rule(policy, rule.reason),
            Truth::Unknown if plan.is_check[index] => {
                let told = if is_neutral(policy, rule.reason) {
                    policy.model().neutral_reason
                } else {
                    rule.reason
                };
                checks.push(told);
            }
            Truth::Unknown => possible.rule(policy, rule.reason),
            Truth::False => {}
        }
    }
    if let (Some(card), Some(score)) = (&scenario.scorecard, evaluation.score) {
        let bands = crate::evaluate::bands(card, score);
        let fails = !bands.contains(Decision::Approve);
        let may_fail = bands != DecisionSet::only(Decision::Approve);
        let target = if fails {
            Some(&mut certain)
        } else {
            Some(&mut possible).filter(|_| may_fail)
        };
        if let Some(list) = target {
            lost_points(policy, application, card, list);
        }
    }
    let codes = |list: List| list.cut(policy, &application.facts);
    let certain = codes(certain);
    let mut possible = codes(possible);
    possible.retain(|one| certain.iter().all(|other| other.code != one.code));
    Stated {
        checks: check_codes(policy, checks),
        certain,
        possible,
    }
}

fn check_codes(policy: &Policy, checks: Vec<ReasonId>) -> Vec<&str> {
    let neutral = policy.model().neutral_reason;
    let mut codes: Vec<&str> = Vec::new();
    let (named, unnamed): (Vec<_>, Vec<_>) = checks.into_iter().partition(|one| *one != neutral);
    for reason in named.into_iter().chain(unnamed) {
        let code = policy.model().reasons[usize::from(reason)].code.as_str();
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    codes
}

fn is_neutral(policy: &Policy, reason: ReasonId) -> bool {
    policy.model().reasons[usize::from(reason)].disclosure == Disclosure::Neutral
}

/// Collects the characteristics that are known to cost points.
fn lost_points(policy: &Policy, application: &Validated, card: &Scorecard, list: &mut List) {
    let is_public = |fact: FactId| {
        let def = policy.fact(fact);
        def.is_some_and(|def| def.audience == Audience::Public)
    };
    let mut lost: Vec<(i64, usize, ReasonId, bool)> = Vec::new();
    for (index, characteristic) in card.characteristics.iter().enumerate() {
        let state = application.facts.get(characteristic.fact);
        if !state.is_settled() {
            continue;
        }
        let points = points(characteristic, state);
        let cost = card.method.lost(points, characteristic.baseline);
        lost.push((
            -cost,
            index,
            characteristic.reason,
            is_public(characteristic.fact),
        ));
    }
    let after = card.characteristics.len();
    for (index, one) in card.conditional.iter().enumerate() {
        let settled = settled(one, &policy.model().facts, &application.facts);
        if let Some((_, (points, reason))) = settled {
            let cost = card.method.lost(points, one.baseline);
            lost.push((-cost, after + index, reason, one.facts().all(is_public)));
        }
    }
    lost.retain(|(gained, ..)| *gained < 0);
    crate::order::sort(&mut lost);
    for (gained, _, reason, is_public) in lost {
        list.score(policy, reason, Some(-gained).filter(|_| is_public));
    }
}

impl List {
    fn rule(&mut self, policy: &Policy, reason: ReasonId) {
        self.add(
            policy,
            Entry {
                reason,
                stage: Stage::Rule,
                lost: None,
            },
        );
    }

    fn score(&mut self, policy: &Policy, reason: ReasonId, lost: Option<i64>) {
        self.add(
            policy,
            Entry {
                reason,
                stage: Stage::Score,
                lost,
            },
        );
    }

    fn add(&mut self, policy: &Policy, entry: Entry) {
        if is_neutral(policy, entry.reason) || entry.reason == policy.model().neutral_reason {
            self.neutral = true;
            return;
        }
        let told = self
            .rules
            .iter()
            .chain(&self.score)
            .any(|one| one.reason == entry.reason);
        if told {
            return;
        }
        match entry.stage {
            Stage::Rule => self.rules.push(entry),
            Stage::Score => self.score.push(entry),
        }
    }

    fn cut<'p>(self, policy: &'p Policy, facts: &Facts) -> Vec<OutcomeReason<'p>> {
        let places = MOST - usize::from(self.neutral);
        let kept_for_score = usize::from(!self.score.is_empty());
        let rules = self.rules.into_iter().take(places - kept_for_score);
        let mut entries: Vec<Entry> = rules.collect();
        let left = places - entries.len();
        entries.extend(self.score.into_iter().take(left));
        if self.neutral {
            let reason = policy.model().neutral_reason;
            entries.push(Entry {
                reason,
                stage: Stage::Rule,
                lost: None,
            });
        }
        entries
            .into_iter()
            .map(|entry| describe(policy, facts, entry))
            .collect()
    }
}

fn describe<'p>(policy: &'p Policy, facts: &Facts, entry: Entry) -> OutcomeReason<'p> {
    let reason = &policy.model().reasons[usize::from(entry.reason)];
    // Points come back bit by bit, not on one day.
    let until = reason.until.filter(|_| entry.stage == Stage::Rule);
    OutcomeReason {
        code: &reason.code,
        kind: reason.kind,
        stage: entry.stage,
        lasts: reason.lasts,
        until: until.and_then(|until| first_day_without(policy, facts, until)),
        helps: reason
            .helps
            .iter()
            .filter_map(|fact| policy.fact(*fact))
            .map(|def| def.name.as_str())
            .collect(),
        contact: reason.contact,
        points_lost: entry.lost,
    }
}

/// The day after today on which a fact will have reached what ends a reason.
fn first_day_without(policy: &Policy, facts: &Facts, until: Until) -> Option<Date> {
    let FactState::Known(value) = facts.get(until.fact) else {
        return None;
    };
    let today = facts.as_of();
    let after = |start: i64, days: i64| Date::from_days(i32::try_from(start + days).ok()?);
    let kind = policy.fact(until.fact)?.kind;
    let reach = match until.reach {
        Some(index) => Some(policy.constant(index, facts)?),
        None => None,
    };
    let day = match (kind, reach) {
        (FactKind::Days, None) => after(today.days().into(), value),
        (FactKind::Days, Some((_, days))) => after(today.days().into(), days - value),
        (_, Some((FactKind::Years, years))) => {
            let from = after(value, 0)?;
            from.in_years(i32::try_from(years).ok()?)
        }
        (_, days) => after(value, days.map_or(0, |(_, days)| days)),
    };
    day.filter(|day| *day > today)
}
