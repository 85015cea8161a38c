//! What the public projection shows of a policy, and what callers can learn of
//! the rest.
//!
//! Two ways lead to a hidden threshold. *The browser's bundle*: each hidden
//! threshold is moved in the whole policy, which is then projected again; where
//! the projection stays what it was, nothing that a browser computes depends on
//! the threshold. *The server's decisions*: a decision tells its decision, the
//! decision without the server's checks, and at most four reasons in order, so
//! it carries no more bits than there are such answers. All numbers are
//! integers, rounded up.
//!
//! A number that a public text tells by a constant is no secret, wherever else it
//! stands: such constants are named beside the thresholds that equal them.
//!
//! The model knows what a caller can *state*. What somebody can move by acting,
//! such as the number of requests in a day, it takes as not moved.

use std::collections::BTreeSet;

use precheck::{
    Audience, Constant, Decision, Disclosure, FactDef, FactId, Model, Op, ReasonId, Rule, Scenario,
    Source, Test,
};
use serde::Serialize;

use crate::compile::project;

/// The most reasons that a decision tells.
const MOST_REASONS: u64 = 4;

/// What of a policy is shown, and what decisions can give away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exposure {
    /// Name of the pack.
    pub pack: String,
    /// Version of the pack.
    pub version: u32,
    /// Names of the facts that browsers know.
    pub shown_facts: Vec<String>,
    /// Names of the facts that stay on the server.
    pub hidden_facts: Vec<String>,
    /// How many reasons browsers can name, the neutral one included.
    pub shown_reasons: usize,
    /// The reason that is told in place of the confidential ones.
    pub neutral_reason: String,
    /// The confidential reasons, which become the neutral one.
    pub collapsed_reasons: Vec<String>,
    /// Scenarios of the server's own: no caller gets a decision of them.
    pub server_scenarios: Vec<String>,
    /// The other scenarios.
    pub scenarios: Vec<ScenarioExposure>,
}

/// The exposure of one public scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScenarioExposure {
    /// Its name.
    pub scenario: String,
    /// Rules that are shown as they are.
    pub open_rules: usize,
    /// Rules of which a part is shown, and the rest is "not known here".
    pub partly_opaque_rules: usize,
    /// Rules of the whole policy of which only effect and reason are shown.
    pub opaque_rules: usize,
    /// What those become; equal ones are one.
    pub merged_into: Vec<OpaqueRule>,
    /// Characteristics of the scorecard that are not shown.
    pub hidden_characteristics: usize,
    /// The least and the most that those add to the score; that much is shown.
    pub hidden_points: Option<(i64, i64)>,
    /// How many answers a decision can give, at most.
    pub answers: u64,
    /// The bits that one decision tells, at most: log2 of `answers`, rounded up.
    pub bits_per_decision: u32,
    /// Hidden thresholds, in policy order, rules first.
    pub thresholds: Vec<Threshold>,
}

/// What browsers see of an opaque rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OpaqueRule {
    /// Its effect.
    pub effect: Decision,
    /// The reason that it is shown with.
    pub reason: String,
}

/// A bound or a list of codes that the browser's bundle leaves out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Threshold {
    /// The id of the rule; `null` for a bin of the scorecard.
    pub rule: Option<String>,
    /// The fact that it is about.
    pub fact: String,
    /// Whether the projection stays the same when the threshold moves: then
    /// nothing that a browser computes tells a bit of it.
    pub absent_from_browser: bool,
    /// Constants of the same kind and number that public texts tell.
    pub equal_constants: Vec<String>,
    /// Probes of the server that find it, at most, when nothing else decides;
    /// `null` when the caller cannot state the fact: then decisions about one
    /// account tell on which side that account's own value lies, and no more.
    pub probes: Option<u64>,
}

impl Exposure {
    /// Looks at a whole policy, as the server has it.
    #[must_use]
    pub fn of(server: &Model) -> Exposure {
        let public = project(server);
        let names = |audience| {
            let facts = server
                .facts
                .iter()
                .filter(move |def| def.audience == audience);
            facts.map(|def| def.name.clone()).collect()
        };
        let is_own = |one: &&Scenario| one.audience == Audience::Server;
        let confidential = server.reasons.iter().enumerate();
        let confidential = confidential.filter(|(_, one)| one.disclosure == Disclosure::Neutral);
        let looked = Look {
            server,
            public: &public,
        };
        let scenarios = (0..server.scenarios.len()).filter_map(|index| looked.scenario(index));
        Exposure {
            pack: server.pack.clone(),
            version: server.version,
            shown_facts: names(Audience::Public),
            hidden_facts: names(Audience::Server),
            shown_reasons: public.reasons.len(),
            neutral_reason: looked.code(server.neutral_reason),
            collapsed_reasons: confidential.map(|(_, one)| one.code.clone()).collect(),
            server_scenarios: {
                let own = server.scenarios.iter().filter(is_own);
                own.map(|one| one.name.clone()).collect()
            },
            scenarios: scenarios.collect(),
        }
    }
}

impl ScenarioExposure {
    /// The bits that so many decisions tell together, at most.
    #[must_use]
    pub fn bits(&self, decisions: u64) -> u64 {
        u64::from(self.bits_per_decision).saturating_mul(decisions)
    }
}

struct Look<'m> {
    server: &'m Model,
    public: &'m Model,
}

impl Look<'_> {
    fn code(&self, reason: ReasonId) -> String {
        let reason = self.server.reasons.get(usize::from(reason));
        reason.map_or_else(String::new, |one| one.code.clone())
    }

    fn fact(&self, fact: FactId) -> Option<&FactDef> {
        self.server.facts.get(usize::from(fact))
    }

    fn is_server(&self, fact: FactId) -> bool {
        self.fact(fact)
            .is_some_and(|def| def.audience == Audience::Server)
    }

    fn is_confidential(&self, reason: ReasonId) -> bool {
        let reason = self.server.reasons.get(usize::from(reason));
        reason.is_some_and(|one| one.disclosure == Disclosure::Neutral)
    }

    fn scenario(&self, index: usize) -> Option<ScenarioExposure> {
        let whole = self.server.scenarios.get(index)?;
        let shown = self.public.scenarios.iter();
        let shown = shown.clone().find(|one| one.name == whole.name)?;
        let is_opaque = |rule: &&Rule| rule.when == [Op::Opaque];
        let is_touched = |rule: &&Rule| rule.when.contains(&Op::Opaque);
        let merged: Vec<&Rule> = shown.rules.iter().filter(is_opaque).collect();
        let touched = shown.rules.iter().filter(is_touched).count();
        let open = shown.rules.len() - touched;
        let partly = touched - merged.len();
        let merged_into = merged.iter().map(|rule| OpaqueRule {
            effect: rule.effect,
            reason: {
                let reason = self.public.reasons.get(usize::from(rule.reason));
                reason.map_or_else(String::new, |one| one.code.clone())
            },
        });
        let cards = whole.scorecard.as_ref().zip(shown.scorecard.as_ref());
        let answers = self.answers(whole);
        Some(ScenarioExposure {
            scenario: whole.name.clone(),
            open_rules: open,
            partly_opaque_rules: partly,
            opaque_rules: whole.rules.len() - open - partly,
            merged_into: merged_into.collect(),
            hidden_characteristics: cards.map_or(0, |(whole, shown)| {
                let count = |card: &precheck::Scorecard| {
                    card.characteristics.len() + card.conditional.len()
                };
                count(whole) - count(shown)
            }),
            hidden_points: cards.map(|(_, shown)| shown.hidden),
            answers,
            bits_per_decision: bits(answers),
            thresholds: self.thresholds(index, whole),
        })
    }

    /// The decision, the one without the checks, and an ordered list of at most
    /// four of the reasons that the scenario can tell.
    fn answers(&self, scenario: &Scenario) -> u64 {
        let card = scenario.scorecard.as_ref();
        let bands = card.iter().flat_map(|card| &card.bands);
        let mut decisions: BTreeSet<Decision> = bands.map(|band| band.decision).collect();
        decisions.insert(Decision::Approve);
        decisions.extend(scenario.rules.iter().map(|rule| rule.effect));
        let characteristics = card.iter().flat_map(|card| &card.characteristics);
        let given = characteristics.map(|one| one.reason);
        let conditional = card.iter().flat_map(|card| &card.conditional);
        let given = given.chain(conditional.flat_map(|one| one.ends().map(|(_, reason)| reason)));
        let given = given.chain(scenario.rules.iter().map(|rule| rule.reason));
        let told: BTreeSet<ReasonId> = given
            .map(|reason| match self.is_confidential(reason) {
                true => self.server.neutral_reason,
                false => reason,
            })
            .collect();
        let decisions = decisions.len() as u64;
        let lists = lists(told.len() as u64);
        decisions.saturating_mul(decisions).saturating_mul(lists)
    }

    fn thresholds(&self, index: usize, scenario: &Scenario) -> Vec<Threshold> {
        let mut found = Vec::new();
        for (at, rule) in scenario.rules.iter().enumerate() {
            for (step, op) in rule.when.iter().enumerate() {
                let Op::Atom(fact, test) = op else { continue };
                let Some(def) = self.fact(*fact) else {
                    continue;
                };
                if !self.is_server(*fact) && !self.is_confidential(rule.reason) {
                    continue;
                }
                let Some((others, probes)) = alternatives(def, test) else {
                    continue;
                };
                let is_absent = others.into_iter().all(|other| {
                    self.is_the_same(|model| {
                        model.scenarios[index].rules[at].when[step] = Op::Atom(*fact, other);
                    })
                });
                found.push(Threshold {
                    rule: Some(rule.id.clone()),
                    fact: def.name.clone(),
                    absent_from_browser: is_absent,
                    equal_constants: self.equal_constants(def, &numbers(test)),
                    probes: self.is_stated(scenario, *fact).then_some(probes),
                });
            }
        }
        let cards = scenario.scorecard.iter();
        for (at, one) in cards.flat_map(|card| &card.conditional).enumerate() {
            for (case, when) in one.cases.iter().map(|case| &case.when).enumerate() {
                for (step, op) in when.iter().enumerate() {
                    let Op::Atom(fact, test) = op else { continue };
                    let Some(def) = self.fact(*fact).filter(|_| self.is_server(*fact)) else {
                        continue;
                    };
                    let Some((others, _)) = alternatives(def, test) else {
                        continue;
                    };
                    let is_absent = others.into_iter().all(|other| {
                        self.is_the_same(|model| {
                            let card = model.scenarios[index].scorecard.as_mut();
                            card.into_iter().for_each(|card| {
                                let when = &mut card.conditional[at].cases[case].when;
                                when[step] = Op::Atom(*fact, other.clone());
                            });
                        })
                    });
                    found.push(Threshold {
                        rule: None,
                        fact: def.name.clone(),
                        absent_from_browser: is_absent,
                        equal_constants: self.equal_constants(def, &numbers(test)),
                        probes: None,
                    });
                }
            }
        }
        let characteristics = scenario
            .scorecard
            .iter()
            .flat_map(|card| &card.characteristics);
        for (at, one) in characteristics.enumerate() {
            let Some(def) = self.fact(one.fact).filter(|_| self.is_server(one.fact)) else {
                continue;
            };
            // The last bin ends with the domain, which is no threshold.
            for bin in 0..one.bins.len().saturating_sub(1) {
                let before = bin.checked_sub(1).and_then(|before| one.bins.get(before));
                let least = before.map_or(def.min, |before| before.upto + 1);
                let most = one.bins[bin + 1].upto - 1;
                let is_absent = [least, most].into_iter().all(|upto| {
                    self.is_the_same(|model| {
                        let card = model.scenarios[index].scorecard.as_mut();
                        card.into_iter().for_each(|card| {
                            card.characteristics[at].bins[bin].upto = upto;
                        });
                    })
                });
                found.push(Threshold {
                    rule: None,
                    fact: def.name.clone(),
                    absent_from_browser: is_absent,
                    equal_constants: self
                        .equal_constants(def, &numbers(&Test::AtMost(one.bins[bin].upto))),
                    probes: None,
                });
            }
        }
        found
    }

    fn equal_constants(&self, def: &FactDef, numbers: &[i64]) -> Vec<String> {
        let constants = self.public.constants.iter();
        let is_equal = |one: &&Constant| {
            let others = one.overlaid.iter().map(|(_, value)| value);
            let mut values = others.chain([&one.value]);
            one.kind == def.kind && values.any(|value| numbers.contains(value))
        };
        let equal = constants.filter(is_equal);
        equal.map(|one| one.name.clone()).collect()
    }

    /// Whether the projection stays what it is after a change of the whole policy.
    fn is_the_same(&self, change: impl FnOnce(&mut Model)) -> bool {
        let mut changed = self.server.clone();
        change(&mut changed);
        project(&changed) == *self.public
    }

    /// Whether a caller can choose the value: by stating it, by a document with
    /// another birth date, or by what it is computed from.
    fn is_stated(&self, scenario: &Scenario, fact: FactId) -> bool {
        let computed = self.server.derived.iter().find(|one| one.fact == fact);
        // Formulas read facts that are not computed, so this ends.
        let fact = computed.map_or(Some(fact), |one| one.formula.inputs().0);
        let Some(fact) = fact else {
            // Nobody chooses the day.
            return false;
        };
        let is_given = scenario
            .fields
            .iter()
            .any(|one| one.birth_date == Some(fact));
        let def = self
            .fact(fact)
            .filter(|def| def.audience == Audience::Public);
        let is_own = |def: &FactDef| matches!(def.source, Source::Applicant | Source::Device);
        is_given || def.is_some_and(is_own)
    }
}

/// Other tests that the policy could have had instead, the furthest among them,
/// and the probes that tell the test by its answers; `None` for no threshold.
fn alternatives(def: &FactDef, test: &Test) -> Option<(Vec<Test>, u64)> {
    let values = def.max.abs_diff(def.min).saturating_add(1);
    Some(match test {
        // It may hold up to any of the values, or for none: a binary search.
        Test::AtMost(_) => (
            vec![Test::AtMost(def.min), Test::AtMost(def.max)],
            u64::from(bits(values.saturating_add(1))),
        ),
        Test::AtLeast(_) => (
            vec![Test::AtLeast(def.min), Test::AtLeast(def.max)],
            u64::from(bits(values.saturating_add(1))),
        ),
        // Any set of values: each has to be tried.
        Test::OneOf(_) => (
            vec![Test::OneOf(vec![def.min]), Test::OneOf(vec![def.max])],
            values,
        ),
        Test::Missing | Test::Special(_) => return None,
    })
}

/// The numbers by which an author may have written a test: `< 5` is at most 4.
fn numbers(test: &Test) -> Vec<i64> {
    match test {
        Test::AtMost(value) => vec![*value, value.saturating_add(1)],
        Test::AtLeast(value) => vec![value.saturating_sub(1), *value],
        Test::OneOf(values) => values.clone(),
        Test::Missing | Test::Special(_) => Vec::new(),
    }
}

/// How many ordered lists of at most four out of so many there are.
fn lists(reasons: u64) -> u64 {
    let mut all = 1_u64;
    let mut of_length = 1_u64;
    for taken in 0..MOST_REASONS {
        of_length = of_length.saturating_mul(reasons.saturating_sub(taken));
        all = all.saturating_add(of_length);
    }
    all
}

/// log2, rounded up: the bits, or the yes-no questions, that tell so many apart.
fn bits(things: u64) -> u32 {
    match things {
        0 | 1 => 0,
        _ => (things - 1).ilog2() + 1,
    }
}

#[cfg(test)]
mod tests;
