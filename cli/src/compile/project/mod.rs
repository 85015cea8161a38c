//! The public projection: what of a policy a browser may have.
//!
//! Confidential parts are replaced by what they may do, never by how: an
//! opaque condition may hold or not, hidden points lie in a range. Whatever
//! the unknown facts turn out to be, the server's decision is among those that
//! the projection shows as possible.

mod cards;
mod moves;

use std::collections::{BTreeMap, BTreeSet};

use precheck::{
    Arg, Audience, Constant, Disclosure, FactId, Formula, Impossible, Message, Model, Op, Overlay,
    Phrase, Prior, Priors, Reason, ReasonId, ReasonText, Rule, Scenario, Texts, Token, Until,
    Wording,
};

/// Projects a whole policy: what of it a browser may have.
///
/// Compiling does this already; it is for whoever changes a compiled model.
#[must_use]
pub fn project(server: &Model) -> Model {
    let reasons = public_reasons(server);
    let texts = || {
        let all = server
            .texts
            .iter()
            .flat_map(|texts| (0..).zip(&texts.reasons));
        all.filter(|(reason, _)| reasons.contains(reason))
            .map(|(_, text)| text)
    };
    let days = reasons.iter().filter_map(|reason| {
        let reason = server.reasons.get(usize::from(*reason))?;
        reason.until?.reach
    });
    // Conditions hold their constants as numbers; only texts and days still name any.
    let constants: BTreeSet<u16> = texts()
        .flat_map(|text| [&text.title, &text.requirement, &text.notice, &text.help])
        .flat_map(Message::args)
        .filter_map(|arg| match arg {
            Arg::Constant(index) => Some(index),
            Arg::Fact(_) => None,
        })
        .chain(days)
        .collect();
    // Of overlays, only texts need anything: what they do, rules say themselves.
    let overlays: BTreeSet<u16> = constants
        .iter()
        .filter_map(|index| server.constants.get(usize::from(*index)))
        .flat_map(|constant| constant.overlaid.iter().map(|(overlay, _)| *overlay))
        .collect();
    let facts = (0..)
        .zip(&server.facts)
        .filter(|(_, def)| def.audience == Audience::Public);
    let projection = Projection {
        server,
        facts: renumber(facts.map(|(id, _)| id)),
        constants: renumber(constants),
        overlays: renumber(overlays),
        reasons: renumber(reasons),
        impossible: public_combinations(server),
    };
    projection.model()
}

fn renumber(kept: impl IntoIterator<Item = u16>) -> BTreeMap<u16, u16> {
    kept.into_iter().zip(0..).collect()
}

fn public_scenarios(server: &Model) -> impl Iterator<Item = &Scenario> {
    let scenarios = server.scenarios.iter();
    scenarios.filter(|one| one.audience == Audience::Public)
}

/// The reasons that the public projection names.
pub(super) fn public_reasons(server: &Model) -> BTreeSet<ReasonId> {
    let mut reasons = BTreeSet::from([server.neutral_reason]);
    for scenario in public_scenarios(server) {
        reasons.extend(scenario.rules.iter().map(|rule| rule.reason));
        let characteristics = scenario
            .scorecard
            .iter()
            .flat_map(|card| &card.characteristics);
        reasons.extend(
            characteristics
                .filter(|one| !is_server(server, one.fact))
                .map(|one| one.reason),
        );
        let conditional = scenario.scorecard.iter().flat_map(|card| &card.conditional);
        let shown = conditional.filter(|one| one.facts().all(|fact| !is_server(server, fact)));
        reasons.extend(shown.flat_map(|one| one.ends().map(|(_, reason)| reason)));
    }
    reasons.retain(|reason| *reason == server.neutral_reason || !is_neutral(server, *reason));
    reasons
}

/// The combinations of facts that a browser has; without the others it takes
/// more applications for possible, never fewer.
fn public_combinations(server: &Model) -> Vec<usize> {
    let is_public = |one: &Impossible| {
        let facts = super::impossible::facts(&one.when);
        facts.into_iter().all(|fact| !is_server(server, fact))
    };
    let all = server.impossible.iter().enumerate();
    all.filter(|(_, one)| is_public(one))
        .map(|(index, _)| index)
        .collect()
}

fn is_server(model: &Model, fact: FactId) -> bool {
    model
        .facts
        .get(usize::from(fact))
        .is_some_and(|def| def.audience == Audience::Server)
}

fn is_neutral(model: &Model, reason: ReasonId) -> bool {
    let reason = model.reasons.get(usize::from(reason));
    reason.is_some_and(|reason| reason.disclosure == Disclosure::Neutral)
}

struct Projection<'m> {
    server: &'m Model,
    /// New numbers of what is kept.
    facts: BTreeMap<FactId, FactId>,
    constants: BTreeMap<u16, u16>,
    overlays: BTreeMap<u16, u16>,
    reasons: BTreeMap<ReasonId, ReasonId>,
    /// Which combinations are kept.
    impossible: Vec<usize>,
}

impl Projection<'_> {
    fn model(&self) -> Model {
        let server = self.server;
        Model {
            pack: server.pack.clone(),
            version: server.version,
            audience: Audience::Public,
            segments: server.segments.clone(),
            cards: server.cards.clone(),
            valid_from: server.valid_from,
            valid_until: server.valid_until,
            facts: kept(&server.facts, &self.facts),
            constants: kept::<Constant>(&server.constants, &self.constants)
                .into_iter()
                .map(|mut constant| {
                    for (overlay, _) in &mut constant.overlaid {
                        *overlay = self.overlays.get(overlay).copied().unwrap_or_default();
                    }
                    constant
                })
                .collect(),
            overlays: kept(&server.overlays, &self.overlays)
                .into_iter()
                .map(|overlay| Overlay {
                    when: self.condition(&overlay.when),
                    ..overlay
                })
                .collect(),
            derived: server
                .derived
                .iter()
                .filter_map(|derived| self.derived(*derived))
                .collect(),
            impossible: self.impossible(),
            reasons: kept(&server.reasons, &self.reasons)
                .into_iter()
                .map(|reason| Reason {
                    helps: self.known(&reason.helps),
                    until: reason.until.and_then(|until| self.until(until)),
                    ..reason
                })
                .collect(),
            neutral_reason: self.reason(server.neutral_reason),
            scenarios: public_scenarios(server)
                .map(|scenario| self.scenario(scenario))
                .collect(),
            priors: self.priors(),
            changes: self.changes(),
            couplings: self.couplings(),
            evolutions: self.evolutions(),
            // What paying back costs is said before somebody pays.
            repayment: server.repayment.clone(),
            texts: server.texts.iter().map(|texts| self.texts(texts)).collect(),
            says_would_fail: server.says_would_fail,
        }
    }

    /// What is expected of facts that browsers have. How often hidden facts
    /// take which value would tell where hidden thresholds lie: of them the
    /// engine takes all hidden points as equally likely.
    fn priors(&self) -> Priors {
        let all = self.server.priors.facts.iter();
        let facts: Vec<Prior> = all
            .filter_map(|one| {
                Some(Prior {
                    fact: *self.facts.get(&one.fact)?,
                    ..one.clone()
                })
            })
            .collect();
        if facts.is_empty() {
            return Priors::NONE;
        }
        Priors {
            segments: self.server.priors.segments.clone(),
            facts,
        }
    }

    fn derived(&self, derived: precheck::Derived) -> Option<precheck::Derived> {
        let known = |fact: FactId| self.facts.get(&fact).copied();
        let formula = match derived.formula {
            Formula::YearsSince(input) => Formula::YearsSince(known(input)?),
            Formula::DaysSince(input) => Formula::DaysSince(known(input)?),
            Formula::Ratio {
                over,
                under,
                up,
                zero,
            } => Formula::Ratio {
                over: known(over)?,
                under: known(under)?,
                up,
                zero,
            },
            Formula::Sum(first, second) => Formula::Sum(known(first)?, known(second)?),
            Formula::Today => Formula::Today,
            Formula::DaysBetween { from, to } => Formula::DaysBetween {
                from: known(from)?,
                to: known(to)?,
            },
        };
        Some(precheck::Derived {
            fact: *self.facts.get(&derived.fact)?,
            formula,
        })
    }

    fn impossible(&self) -> Vec<Impossible> {
        let kept = self.impossible.iter().map(|index| {
            let one = &self.server.impossible[*index];
            Impossible {
                id: one.id.clone(),
                when: self.condition(&one.when),
            }
        });
        kept.collect()
    }

    fn until(&self, until: Until) -> Option<Until> {
        let reach = until.reach.map(|index| self.constants.get(&index).copied());
        Some(Until {
            fact: *self.facts.get(&until.fact)?,
            reach: match reach {
                Some(kept) => Some(kept?),
                None => None,
            },
        })
    }

    fn known(&self, facts: &[FactId]) -> Vec<FactId> {
        facts
            .iter()
            .filter_map(|fact| self.facts.get(fact).copied())
            .collect()
    }

    /// The new number of a reason; confidential ones become the neutral one.
    fn reason(&self, reason: ReasonId) -> ReasonId {
        let found = self.reasons.get(&reason);
        found
            .or_else(|| self.reasons.get(&self.server.neutral_reason))
            .copied()
            .unwrap_or_default()
    }

    fn scenario(&self, scenario: &Scenario) -> Scenario {
        let fields = scenario.fields.iter().cloned().map(|mut field| {
            field.birth_date = field
                .birth_date
                .and_then(|fact| self.facts.get(&fact).copied());
            field
        });
        Scenario {
            name: scenario.name.clone(),
            audience: scenario.audience,
            fields: fields.collect(),
            facts: self.known(&scenario.facts),
            rules: self.rules(scenario),
            scorecard: scenario.scorecard.as_ref().map(|card| self.scorecard(card)),
            limit: scenario.limit.as_ref().map(|table| self.limit(table)),
        }
    }

    fn rules(&self, scenario: &Scenario) -> Vec<Rule> {
        let mut rules: Vec<Rule> = Vec::new();
        let mut opaque = 0;
        for rule in &scenario.rules {
            let when = if is_neutral(self.server, rule.reason) {
                vec![Op::Opaque]
            } else {
                self.condition(&rule.when)
            };
            let reason = self.reason(rule.reason);
            let is_wholly = when == [Op::Opaque];
            let is_told = rules.iter().any(|other| {
                other.when == [Op::Opaque] && other.effect == rule.effect && other.reason == reason
            });
            if is_wholly && is_told {
                // How many confidential rules there are is confidential too.
                continue;
            }
            let id = if when.contains(&Op::Opaque) {
                self.neutral_id(&mut opaque)
            } else {
                rule.id.clone()
            };
            rules.push(Rule {
                id,
                when,
                effect: rule.effect,
                reason,
            });
        }
        rules
    }

    /// `check-1` and so on, passing over ids that rules have themselves.
    fn neutral_id(&self, last: &mut usize) -> String {
        loop {
            *last += 1;
            let id = format!("check-{last}");
            let mut rules = self
                .server
                .scenarios
                .iter()
                .flat_map(|scenario| &scenario.rules);
            if !rules.any(|rule| rule.id == id) {
                return id;
            }
        }
    }

    fn condition(&self, ops: &[Op]) -> Vec<Op> {
        let mut is_opaque = true;
        let projected = ops.iter().map(|op| match op {
            Op::Atom(fact, test) => match self.facts.get(fact) {
                Some(fact) => {
                    is_opaque = false;
                    Op::Atom(*fact, test.clone())
                }
                None => Op::Opaque,
            },
            other => other.clone(),
        });
        let projected: Vec<Op> = projected.collect();
        if is_opaque {
            vec![Op::Opaque]
        } else {
            projected
        }
    }

    fn texts(&self, texts: &Texts) -> Texts {
        Texts {
            locale: texts.locale,
            issues: texts.issues.clone(),
            phrases: Phrase::ALL
                .iter()
                .zip(&texts.phrases)
                // A browser announces no decision and compares no two.
                .map(|(phrase, text)| {
                    if phrase.is_of_server() {
                        String::new()
                    } else {
                        text.clone()
                    }
                })
                .collect(),
            wordings: self.wordings(&texts.wordings),
            facts: kept(&texts.facts, &self.facts),
            impossible: {
                let kept = self.impossible.iter();
                kept.map(|index| texts.impossible[*index].clone()).collect()
            },
            reasons: kept(&texts.reasons, &self.reasons)
                .into_iter()
                .map(|text| ReasonText {
                    title: self.message(&text.title),
                    requirement: self.message(&text.requirement),
                    notice: self.message(&text.notice),
                    help: self.message(&text.help),
                })
                .collect(),
        }
    }

    fn wordings(&self, wordings: &[Wording]) -> Vec<Wording> {
        let scenarios = (0..).zip(&self.server.scenarios);
        let public = scenarios.filter(|(_, one)| one.audience == Audience::Public);
        let numbers = renumber(public.map(|(index, _)| index));
        let is_kept = |one: &&Wording| {
            let phrase = Phrase::ALL.get(usize::from(one.phrase));
            phrase.is_some_and(|phrase| !phrase.is_of_server())
        };
        let own = wordings.iter().filter(is_kept).filter_map(|one| {
            Some(Wording {
                scenario: *numbers.get(&one.scenario)?,
                ..one.clone()
            })
        });
        own.collect()
    }

    fn message(&self, message: &Message) -> Message {
        let tokens = message.tokens().map(|token| match token {
            Token::Arg(arg) => Token::Arg(self.arg(arg)),
            Token::Select(arg) => Token::Select(self.arg(arg)),
            other => other,
        });
        tokens.collect()
    }

    fn arg(&self, arg: Arg) -> Arg {
        const KEPT: &str = "the compiler has refused public texts that name server facts";
        match arg {
            Arg::Fact(fact) => Arg::Fact(*self.facts.get(&fact).expect(KEPT)),
            Arg::Constant(index) => Arg::Constant(*self.constants.get(&index).expect(KEPT)),
        }
    }
}

/// The elements that have a new number, in order.
fn kept<T: Clone>(all: &[T], numbers: &BTreeMap<u16, u16>) -> Vec<T> {
    numbers
        .keys()
        .filter_map(|id| all.get(usize::from(*id)).cloned())
        .collect()
}
