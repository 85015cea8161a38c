//! Request + account → decision, by asking the engine.
//!
//! It brings the two halves of an application together and looks at nothing
//! but who may state what: an applicant's facts come from the applicant,
//! everything else from the server's own sources. A caller who names a fact
//! that only the server has gets the answer for a fact that does not exist.

use std::collections::BTreeMap;

use precheck::identity::Status as FieldStatus;
use precheck::units::{Date, Locale};
use precheck::{
    Application, Audience, Decision, Entries, Evaluation, FactDef, FactId, FactInput, FactKind,
    FactState, Notice, Outcome, Policy, Scenario, Source, Validated, decide, render, validate,
};
use serde_json::value::RawValue;

use crate::audit::{Origin, OriginSource};
use crate::problem::{Fault, Problem, ProblemKind};
use crate::request::{DecisionRequest, step};
use crate::store::{KeptHold, Notices};
use crate::upstreams::Gathered;
use crate::velocity;
use crate::watch::WITHDRAWN;

/// Why a fact gave nothing that is held; see [`crate::watch`].
pub(crate) const HELD: &str = "held";
/// The special code of a source that did not answer.
pub(crate) const UNAVAILABLE: &str = "unavailable";

/// A decision as the engine took it.
pub(crate) struct Decided {
    /// What was decided.
    pub(crate) decision: Decision,
    /// The outcome as JSON.
    pub(crate) outcome: Box<RawValue>,
    /// The notice in every locale, as JSON.
    pub(crate) notices: Notices,
    /// Every fact that was known, as a JSON object.
    pub(crate) facts: Box<RawValue>,
    /// Where they came from.
    pub(crate) origins: Vec<Origin>,
}

/// What the server knows of somebody.
pub(crate) struct Known<'k> {
    /// What the store has about the account, as a JSON object.
    pub(crate) account: &'k str,
    /// What the sources outside gave; of a fact that the account has as well,
    /// the source's word counts.
    pub(crate) gathered: &'k Gathered,
    /// How often the account applied, this time included, where the service
    /// counted.
    pub(crate) applications: Option<i64>,
    /// The facts of which nothing counts.
    pub(crate) held: &'k BTreeMap<String, KeptHold>,
    /// When everything else was obtained, in RFC 3339.
    pub(crate) at: &'k str,
}

/// What stands for a fact of which nothing counts: the special by which a
/// policy withdraws it, else that of a source that did not answer. `None` where
/// the policy has neither, and the fact cannot be held.
pub(crate) fn withdrawn(def: &FactDef) -> Option<&'static str> {
    let mut words = [WITHDRAWN, UNAVAILABLE].into_iter();
    words.find(|word| def.specials.iter().any(|code| code == word))
}

/// Takes a decision, or says what stands in the way.
pub(crate) fn take(
    policy: &Policy,
    scenario: &str,
    as_of: Date,
    request: DecisionRequest,
    known: &Known<'_>,
) -> Result<Decided, Problem> {
    let locale = request.locale;
    let internal = || Problem::new(ProblemKind::Internal, locale);
    let id = policy.scenario_id(scenario).ok_or_else(internal)?;
    let sides = Sides {
        policy,
        scenario: policy.scenario(id),
        locale,
        known,
    };

    let mut faults = sides.fields(&request.fields, as_of);
    faults.extend(sides.refused(&request.facts));
    let own = sides.own().ok_or_else(internal)?;
    let own_names: Vec<String> = own.iter().map(|(name, _)| name.clone()).collect();
    let stated = request
        .facts
        .into_iter()
        .filter(|(name, _)| sides.may_state(name));
    let application = Application {
        scenario: scenario.to_owned(),
        as_of,
        fields: Entries(request.fields),
        facts: Entries(stated.chain(own).collect()),
    };
    let validated = match validate(policy, &application) {
        Ok(validated) if faults.is_empty() => validated,
        Ok(_) => return Err(Problem::at(ProblemKind::ApplicationInvalid, locale, faults)),
        Err(problems) => {
            for problem in problems {
                let is_own = |name: &String| problem.at == format!("/facts/{}", step(name));
                // What contradicts something confidential has no id.
                let contradiction = problem.contradiction.as_ref();
                let is_confidential = contradiction.is_some_and(|one| one.id.is_empty());
                // A fault of the server's own data is not the caller's to see.
                if is_confidential || own_names.iter().any(is_own) {
                    let code = problem.code;
                    tracing::error!(code, "the facts of an account do not fit the policy");
                    return Err(internal());
                }
                faults.push(problem.into());
            }
            return Err(Problem::at(ProblemKind::ApplicationInvalid, locale, faults));
        }
    };

    let evaluation = policy.evaluate(validated.scenario, &validated.facts);
    if evaluation.decisions.len() != 1 {
        let outcome = decide(policy, &validated, &evaluation);
        let notice = render(policy, &validated, &outcome, locale);
        return Err(sides.incomplete(&outcome, &notice));
    }
    let origins = sides.origins(&validated);
    whole(policy, &validated, &evaluation, origins).ok_or_else(internal)
}

/// Takes a decision once more, on facts that are all known. `None` where they
/// do not fit the policy, or are not enough for it.
pub(crate) fn again(
    policy: &Policy,
    scenario: &str,
    as_of: Date,
    facts: Vec<(String, FactInput)>,
    origins: Vec<Origin>,
) -> Option<Decided> {
    let application = Application {
        scenario: scenario.to_owned(),
        as_of,
        // What the identity fields gave is among the facts.
        fields: Entries::default(),
        facts: Entries(facts),
    };
    let validated = validate(policy, &application).ok()?;
    let evaluation = policy.evaluate(validated.scenario, &validated.facts);
    whole(policy, &validated, &evaluation, origins)
}

/// Everything that is kept of a decision; `None` where it is not certain.
fn whole(
    policy: &Policy,
    validated: &Validated,
    evaluation: &Evaluation,
    origins: Vec<Origin>,
) -> Option<Decided> {
    let outcome = decide(policy, validated, evaluation);
    let mut decisions = Decision::ALL.into_iter();
    let decision = decisions.find(|one| evaluation.decisions.contains(*one))?;
    if evaluation.decisions.len() != 1 {
        return None;
    }
    let notices = Locale::ALL.iter().map(|&locale| {
        let notice = render(policy, validated, &outcome, locale);
        Some((locale.as_str().to_owned(), raw(&notice)?))
    });
    Some(Decided {
        decision,
        notices: Notices(notices.collect::<Option<BTreeMap<_, _>>>()?),
        outcome: raw(&outcome)?,
        facts: raw(&replayable(policy, validated))?,
        origins,
    })
}

/// The identity fields in the forms in which a source is asked: good ones
/// written plainly.
pub(crate) fn canonical(
    policy: &Policy,
    scenario: &Scenario,
    typed: &[(String, String)],
    as_of: Date,
) -> Vec<(String, String)> {
    let declared = scenario.fields.iter();
    let plain = declared.filter_map(|field| {
        let (name, value) = typed.iter().find(|(name, _)| *name == field.name)?;
        let check = policy.tables().check(field.kind, value, as_of);
        Some((name.clone(), check.into_canonical()))
    });
    plain.collect()
}

fn raw<T: serde::Serialize>(value: &T) -> Option<Box<RawValue>> {
    serde_json::value::to_raw_value(value).ok()
}

/// Whether a caller may state a fact in a scenario. One that an identity field
/// gives, or that is derived, is never stated: the document is what counts.
pub(crate) fn may_state(policy: &Policy, scenario: &Scenario, name: &str) -> bool {
    let id = policy.fact_id(name);
    let id = id.filter(|id| scenario.facts.contains(id));
    let Some((id, def)) = id.and_then(|id| Some((id, policy.fact(id)?))) else {
        return false;
    };
    let mut derived = policy.model().derived.iter();
    let mut fields = scenario.fields.iter();
    def.audience == Audience::Public
        && matches!(def.source, Source::Applicant | Source::Device)
        && !fields.any(|field| field.birth_date == Some(id))
        && !derived.any(|one| one.fact == id)
}

/// Who may state what in one scenario.
struct Sides<'p> {
    policy: &'p Policy,
    scenario: &'p Scenario,
    locale: Locale,
    known: &'p Known<'p>,
}

impl Sides<'_> {
    /// The faults of the identity fields, all of which have to be good.
    fn fields(&self, typed: &[(String, String)], as_of: Date) -> Vec<Fault> {
        let declared = self.scenario.fields.iter();
        let tables = self.policy.tables();
        declared
            .filter_map(|field| {
                let value = typed.iter().find(|(name, _)| *name == field.name);
                // A field that is not there is like one that is empty.
                let value = value.map_or("", |(_, value)| value);
                let check = tables.check(field.kind, value, as_of);
                if matches!(check.status, FieldStatus::Ok | FieldStatus::Warn) {
                    return None;
                }
                let at = format!("/fields/{}", step(&field.name));
                let code = check.code?;
                Some(Fault::new(
                    at,
                    code.as_str(),
                    self.policy.issue_text(code, self.locale),
                ))
            })
            .collect()
    }

    /// The faults of facts that a caller may not state.
    fn refused(&self, stated: &[(String, FactInput)]) -> Vec<Fault> {
        let refused = stated.iter().filter(|(name, _)| !self.may_state(name));
        refused
            .map(|(name, _)| {
                let facts = self
                    .scenario
                    .facts
                    .iter()
                    .filter_map(|id| self.policy.fact(*id));
                let names: Vec<String> = facts
                    .filter(|def| self.may_state(&def.name))
                    .map(|def| format!("`{}`", def.name))
                    .collect();
                let detail = match self.locale {
                    Locale::En => format!("There is no such fact; there are {}.", names.join(", ")),
                    _ => format!("没有这一项；可用的有 {}。", names.join("、")),
                };
                Fault::new(format!("/facts/{}", step(name)), "fact-unknown", detail)
            })
            .collect()
    }

    fn may_state(&self, name: &str) -> bool {
        may_state(self.policy, self.scenario, name)
    }

    /// The facts of the server's own sources. A source that has nothing to say
    /// about the account has not answered. `None` when the text is no object.
    fn own(&self) -> Option<Vec<(String, FactInput)>> {
        let stored: Entries<FactInput> = serde_json::from_str(self.known.account).ok()?;
        let defs = self
            .scenario
            .facts
            .iter()
            .filter_map(|id| self.policy.fact(*id));
        let own = defs.filter(|def| !matches!(def.source, Source::Applicant | Source::Device));
        let found = own.filter_map(|def| {
            let gathered = self.known.gathered.fact(&def.name);
            let stored = || stored.0.iter().find(|(name, _)| *name == def.name);
            let known = gathered.or_else(|| stored().map(|(_, input)| input));
            let can_be_unavailable = || def.specials.iter().any(|code| code == UNAVAILABLE);
            let applications = self.known.applications;
            let is_held = self.known.held.contains_key(&def.name);
            let input = match known {
                _ if is_held && withdrawn(def).is_some() => {
                    FactInput::Special(withdrawn(def)?.to_owned())
                }
                Some(input) => input.clone(),
                None if def.name == velocity::FACT && applications.is_some() => {
                    FactInput::Integer(applications?.clamp(def.min, def.max))
                }
                None if can_be_unavailable() => FactInput::Special(UNAVAILABLE.to_owned()),
                None => return None,
            };
            Some((def.name.clone(), input))
        });
        Some(found.collect())
    }

    /// Where the known facts came from, and when.
    fn origins(&self, validated: &Validated) -> Vec<Origin> {
        let mut origins: Vec<Origin> = Vec::new();
        for (id, def) in carried(self.policy, validated) {
            if validated.facts.get(id) == FactState::Unknown {
                continue;
            }
            let origin = self.origin(def);
            let same = |one: &&mut Origin| {
                (one.source, &one.upstream, &one.missing)
                    == (origin.source, &origin.upstream, &origin.missing)
            };
            match origins.iter_mut().find(same) {
                Some(origin) => origin.facts.push(def.name.clone()),
                None => origins.push(Origin {
                    facts: vec![def.name.clone()],
                    ..origin
                }),
            }
        }
        origins
    }

    /// Where a fact came from.
    fn origin(&self, def: &FactDef) -> Origin {
        let is_counted = self.known.applications.is_some() && def.name == velocity::FACT;
        let upstream = self.known.gathered.who_gave(&def.name);
        let is_held = self.known.held.contains_key(&def.name) && withdrawn(def).is_some();
        let missing = upstream.and_then(|one| Some(one.missing?.code()));
        let missing = if is_held { Some(HELD) } else { missing };
        Origin {
            source: if is_counted {
                OriginSource::Counted
            } else {
                def.source.into()
            },
            upstream: upstream.map(|one| one.source.clone()),
            missing: missing.map(str::to_owned),
            at: match upstream {
                Some(upstream) => upstream.at.map(|at| at.to_string()),
                None => Some(self.known.at.to_owned()),
            },
            facts: Vec::new(),
        }
    }

    /// What is still needed: of the caller if anything, else of a source.
    fn incomplete(&self, outcome: &Outcome<'_>, notice: &Notice) -> Problem {
        let asks = outcome.ask.iter();
        let faults: Vec<Fault> = asks
            .map(|ask| {
                let at = match ask.field {
                    Some(field) => format!("/fields/{}", step(field)),
                    None => format!("/facts/{}", step(ask.fact)),
                };
                let words = notice.ask.iter().find(|one| one.fact == ask.fact);
                let detail = words.map_or(ask.fact, |one| {
                    if one.question.is_empty() {
                        &one.label
                    } else {
                        &one.question
                    }
                });
                Fault::new(at, "fact-needed", detail)
            })
            .collect();
        if faults.is_empty() {
            Problem::new(ProblemKind::SourceUnavailable, self.locale)
        } else {
            Problem::at(ProblemKind::ApplicationIncomplete, self.locale, faults)
        }
    }
}

/// The facts that applications of the scenario carry.
fn carried<'p>(
    policy: &'p Policy,
    validated: &Validated,
) -> impl Iterator<Item = (FactId, &'p FactDef)> {
    let carried = &policy.scenario(validated.scenario).facts;
    // The day is kept beside the facts, and no application carries it.
    let all = (0..).zip(&policy.model().facts);
    all.filter(|(id, _)| carried.contains(id))
}

/// The known facts in the form in which an application states them. What is
/// computed from two others follows from those, and is never stated.
fn replayable(policy: &Policy, validated: &Validated) -> serde_json::Value {
    let derived = &policy.model().derived;
    let is_computed = |id| {
        let mut all = derived.iter().filter(|one| one.fact == id);
        all.any(|one| matches!(one.formula.inputs(), (Some(_), Some(_))))
    };
    let stated = carried(policy, validated).filter(|(id, _)| !is_computed(*id));
    let members = stated.filter_map(|(id, def)| {
        let value = written(def, validated.facts.get(id))?;
        Some((def.name.clone(), value))
    });
    serde_json::Value::Object(members.collect())
}

fn written(def: &FactDef, state: FactState) -> Option<serde_json::Value> {
    let place = |value: i64| usize::try_from(value).ok();
    Some(match (state, def.kind) {
        (FactState::Unknown, _) => return None,
        (FactState::Missing, _) => serde_json::json!({ "state": "missing" }),
        (FactState::Special(code), _) => {
            serde_json::json!({ "special": def.specials.get(usize::from(code))? })
        }
        (FactState::Between(low, high), _) => {
            let end = |value| written(def, FactState::Known(value));
            serde_json::json!({ "min": end(low)?, "max": end(high)? })
        }
        (FactState::Known(value), FactKind::Bool) => (value != 0).into(),
        (FactState::Known(value), FactKind::Code) => def.codes.get(place(value)?)?.as_str().into(),
        (FactState::Known(value), FactKind::Date) => Date::from_days(i32::try_from(value).ok()?)?
            .to_string()
            .into(),
        (FactState::Known(value), _) => value.into(),
    })
}
