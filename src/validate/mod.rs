//! Application → Facts: names, types, domains and identity fields.
//!
//! Everything wrong with an application is reported at once, with its place.
//! A field that is merely unfinished or wrong is no problem of the
//! application: its check is part of the outcome, and the facts that it would
//! have given stay unknown.

mod contradict;

pub(crate) use contradict::contradicts;

use crate::facts::{FactState, Facts};
use crate::identity::cross::{self, Checked, CrossIssue};
use crate::identity::{FieldCheck, Status};
use crate::policy::{Audience, FactDef, FactId, FactKind, Policy, Problem, ScenarioId};
use crate::units::{Date, decimal};
use crate::wire::{Application, Bound, FactInput};

/// A valid application.
#[derive(Debug, Clone)]
pub struct Validated {
    /// Which scenario.
    pub scenario: ScenarioId,
    /// What is known.
    pub facts: Facts,
    /// Per identity field of the scenario, in policy order: its check, or
    /// `None` when the application does not carry it.
    pub fields: Vec<Option<FieldCheck>>,
    /// What the fields say about each other.
    pub form: Vec<CrossIssue>,
}

/// Checks an application against a policy.
///
/// # Errors
///
/// Every problem. Codes: `scenario-unknown`, `field-unknown`,
/// `field-duplicate`, `fact-unknown`, `fact-duplicate`, `fact-malformed`,
/// `fact-type`, `fact-code`, `fact-state`, `fact-domain`, `fact-conflict`,
/// `fact-derived`; where there is none of these, `facts-contradict` per
/// combination that no real application has, with a [`crate::Contradiction`]. Without
/// the facts that these point at, the rest does not contradict itself.
pub fn validate(policy: &Policy, application: &Application) -> Result<Validated, Vec<Problem>> {
    read_all(policy, application, true)
}

/// The same, but facts may contradict each other: for an application that is
/// put together of two real ones, of which nobody says that it exists.
pub(crate) fn validate_mixed(
    policy: &Policy,
    application: &Application,
) -> Result<Validated, Vec<Problem>> {
    read_all(policy, application, false)
}

/// Fills in what a policy computes from the facts that are known; `false` where
/// no application is like this.
pub(crate) fn settle(policy: &Policy, scenario: ScenarioId, facts: &mut Facts) -> bool {
    let mut work = Work {
        policy,
        scenario,
        facts: facts.clone(),
        problems: Vec::new(),
    };
    work.derive();
    *facts = work.facts;
    work.problems.is_empty() && !contradicts(policy.model(), facts)
}

fn read_all(
    policy: &Policy,
    application: &Application,
    has_to_be_possible: bool,
) -> Result<Validated, Vec<Problem>> {
    let Some(scenario) = policy.scenario_id(&application.scenario) else {
        let names = policy.model().scenarios.iter().map(|one| one.name.as_str());
        let text = ["no such scenario; this policy has ", &list(names)].concat();
        return Err(vec![Problem::new("/scenario", "scenario-unknown", text)]);
    };
    let mut work = Work {
        policy,
        scenario,
        facts: Facts::unknown(policy.model().facts.len(), application.as_of),
        problems: Vec::new(),
    };
    work.facts(application);
    let fields = work.fields(application);
    work.derive();
    if work.problems.is_empty() && has_to_be_possible {
        work.contradict(application);
    }
    if work.problems.is_empty() {
        let form = compare(policy, scenario, &fields);
        Ok(Validated {
            scenario,
            facts: work.facts,
            fields,
            form,
        })
    } else {
        Err(work.problems)
    }
}

/// Compares the fields that were given with each other. That the birth date
/// agrees with the stated one is checked where facts are given.
fn compare(
    policy: &Policy,
    scenario: ScenarioId,
    checks: &[Option<FieldCheck>],
) -> Vec<CrossIssue> {
    let declared = policy.scenario(scenario).fields.iter();
    let given: Vec<Checked<'_>> = declared
        .zip(checks)
        .filter_map(|(field, found)| {
            let (name, found) = (field.name.as_str(), found.as_ref()?);
            Some(Checked { name, found })
        })
        .collect();
    let mut issues = Vec::new();
    cross::among(&given, &mut issues);
    issues
}

/// Where something is: the list, and the name in it. Written only where there
/// is a problem.
type Place<'n> = [&'n str; 2];

struct Work<'p> {
    policy: &'p Policy,
    scenario: ScenarioId,
    facts: Facts,
    problems: Vec<Problem>,
}

impl Work<'_> {
    fn report(&mut self, at: Place<'_>, code: &'static str, text: impl Into<String>) {
        self.problems.push(Problem::new(path(at), code, text));
    }

    fn facts(&mut self, application: &Application) {
        let policy = self.policy;
        let entries = &application.facts.0;
        let scenario = policy.scenario(self.scenario);
        let mut given: Vec<Option<FactId>> = Vec::new();
        for (index, (name, input)) in entries.iter().enumerate() {
            let at = ["/facts/", name];
            let id = policy
                .fact_id(name)
                .filter(|id| scenario.facts.contains(id));
            let is_among = |(other, _): &(String, FactInput)| other == name;
            // Of many facts few are unknown: numbers are compared, not names.
            let is_twice = given.contains(&id) && entries[..index].iter().any(is_among);
            given.push(id);
            if is_twice {
                self.report(
                    at,
                    "fact-duplicate",
                    "the fact is given twice; give it once",
                );
                continue;
            }
            let Some((id, def)) = id.and_then(|id| Some((id, policy.fact(id)?))) else {
                // Facts that only the server has are not told, not even by name.
                let known = scenario.facts.iter().filter_map(|id| policy.fact(*id));
                let public = known.filter(|def| def.audience == Audience::Public);
                let names = list(public.map(|def| def.name.as_str()));
                self.report(
                    at,
                    "fact-unknown",
                    ["the scenario has no such fact; it has ", &names].concat(),
                );
                continue;
            };
            match state(def, input) {
                Ok(state) => self.facts.set(id, state),
                Err((code, text)) => self.report(at, code, text),
            }
        }
    }

    fn fields(&mut self, application: &Application) -> Vec<Option<FieldCheck>> {
        let declared = &self.policy.scenario(self.scenario).fields;
        let entries = &application.fields.0;
        for (index, (name, _)) in entries.iter().enumerate() {
            let at = ["/fields/", name.as_str()];
            if !declared.iter().any(|field| field.name == *name) {
                let names = list(declared.iter().map(|field| field.name.as_str()));
                self.report(
                    at,
                    "field-unknown",
                    ["the scenario has no such field; it has ", &names].concat(),
                );
            } else if entries[..index].iter().any(|(other, _)| other == name) {
                self.report(
                    at,
                    "field-duplicate",
                    "the field is given twice; give it once",
                );
            }
        }
        let tables = self.policy.tables();
        let mut checks = Vec::new();
        for field in declared {
            let typed = entries.iter().find(|(name, _)| *name == field.name);
            let check = typed.map(|(_, value)| tables.check(field.kind, value, application.as_of));
            if let (Some(fact), Some(check)) = (field.birth_date, &check) {
                let is_usable = matches!(check.status, Status::Ok | Status::Warn);
                if let Some(date) = check.birth_date.filter(|_| is_usable) {
                    let at = ["/fields/", &*field.name];
                    self.give(fact, FactState::Known(i64::from(date.days())), at);
                }
            }
            checks.push(check);
        }
        checks
    }

    /// Fills derived facts in from their inputs.
    fn derive(&mut self) {
        let policy = self.policy;
        for derived in &policy.model().derived {
            let Some(def) = policy.fact(derived.fact) else {
                continue;
            };
            let state = derived.state(&self.facts, def);
            match derived.formula.inputs() {
                (None, _) => self.give(derived.fact, state, ["/as_of", ""]),
                (Some(first), None) => {
                    let name = policy.fact(first).map_or("", |def| &def.name);
                    self.give(derived.fact, state, ["/facts/", name]);
                }
                // It is never stated itself: that could contradict what is not
                // known yet.
                _ => {
                    if self.facts.get(derived.fact) != FactState::Unknown {
                        let at = ["/facts/", &*def.name];
                        let text = "this fact is computed from others; give those";
                        self.report(at, "fact-derived", text);
                    }
                    self.facts.set(derived.fact, state);
                }
            }
        }
    }

    /// Sets a fact that something else implies.
    fn give(&mut self, fact: FactId, state: FactState, at: Place<'_>) {
        let (Some(def), Some((low, high))) = (self.policy.fact(fact), state.span()) else {
            return;
        };
        let (low, high) = (low.max(def.min), high.min(def.max));
        if low > high {
            let text = ["gives `", &def.name, "` a value outside its domain"].concat();
            self.report(at, "fact-domain", text);
            return;
        }
        let stated = self.facts.get(fact);
        let both = stated
            .span()
            .map(|(least, most)| (low.max(least), high.min(most)));
        match (stated, both) {
            (FactState::Unknown, _) => self.facts.set(fact, FactState::between(low, high)),
            (_, Some((low, high))) if low <= high => {
                self.facts.set(fact, FactState::between(low, high));
            }
            _ => {
                let text = [
                    "contradicts the stated `",
                    &def.name,
                    "`; leave one of them out",
                ]
                .concat();
                self.report(at, "fact-conflict", text);
            }
        }
    }
}

/// Reads one fact as its declaration says.
pub(crate) fn state(def: &FactDef, input: &FactInput) -> Result<FactState, (&'static str, String)> {
    let value = match (input, def.kind) {
        (FactInput::Unknown, _) => return Ok(FactState::Unknown),
        (FactInput::Missing, _) if def.may_be_missing => return Ok(FactState::Missing),
        (FactInput::Missing, _) => {
            return Err(("fact-state", "this fact cannot be missing".into()));
        }
        (FactInput::Special(code), _) => {
            let found = def.specials.iter().position(|one| one == code);
            return match found.and_then(|position| u8::try_from(position).ok()) {
                Some(position) => Ok(FactState::Special(position)),
                None => {
                    let codes = list(def.specials.iter().map(String::as_str));
                    Err((
                        "fact-state",
                        ["no such special code; the fact has ", &codes].concat(),
                    ))
                }
            };
        }
        (FactInput::Malformed, _) => {
            return Err((
                "fact-malformed",
                "neither a truth value, an integer, a text, {\"state\": \"missing\"}, \
                 {\"special\": \"…\"} nor {\"min\": …, \"max\": …}; leave out what is unknown"
                    .into(),
            ));
        }
        (FactInput::Between(ends), kind) if kind == FactKind::Date || is_number(kind) => {
            return between(def, ends);
        }
        (FactInput::Bool(value), FactKind::Bool) => i64::from(*value),
        (FactInput::Text(text), FactKind::Code) => {
            let found = def.codes.iter().position(|code| code == text);
            match found.and_then(|position| i64::try_from(position).ok()) {
                Some(position) => position,
                None => {
                    let codes = list(def.codes.iter().map(String::as_str));
                    return Err(("fact-code", ["not in the list of codes: ", &codes].concat()));
                }
            }
        }
        (FactInput::Text(text), FactKind::Date) => day(text)?,
        (_, FactKind::Decimal) => decimal_value(def, input)?,
        (FactInput::Integer(value), kind) if is_number(kind) => *value,
        (_, kind) => return Err(("fact-type", ["write ", wanted(kind)].concat())),
    };
    if (def.min..=def.max).contains(&value) {
        Ok(FactState::Known(value))
    } else {
        Err(("fact-domain", domain(def)))
    }
}

fn decimal_value(def: &FactDef, input: &FactInput) -> Result<i64, (&'static str, String)> {
    let value = match input {
        FactInput::Text(text) => decimal::parse(text, def.digits),
        // Beyond what fits it is beyond the domain as well.
        FactInput::Integer(value) => {
            Some(value.saturating_mul(10_i64.saturating_pow(def.digits.into())))
        }
        _ => return Err(("fact-type", ["write ", wanted(def.kind)].concat())),
    };
    value.ok_or_else(|| ("fact-type", "not a decimal number, or too large".into()))
}

fn day(text: &str) -> Result<i64, (&'static str, String)> {
    let date = Date::parse(text).ok_or(("fact-type", "not a day written as YYYY-MM-DD".into()))?;
    Ok(i64::from(date.days()))
}

/// Reads a value that is not known but lies between two others. What is beyond
/// the domain is cut off: it says nothing that the declaration does not say.
fn between(def: &FactDef, ends: &[Option<Bound>; 2]) -> Result<FactState, (&'static str, String)> {
    let mut span = [def.min, def.max];
    for (place, end) in ends.iter().enumerate() {
        let value = match end {
            None => continue,
            Some(end) => match (end, def.kind) {
                (Bound::Text(text), FactKind::Date) => day(text)?,
                (Bound::Text(text), FactKind::Decimal) => {
                    decimal_value(def, &FactInput::Text(text.clone()))?
                }
                (Bound::Integer(value), FactKind::Decimal) => {
                    decimal_value(def, &FactInput::Integer(*value))?
                }
                (Bound::Integer(value), kind) if kind != FactKind::Date => *value,
                _ => return Err(("fact-type", ["write ", wanted(def.kind)].concat())),
            },
        };
        span[place] = if place == 0 {
            value.max(def.min)
        } else {
            value.min(def.max)
        };
    }
    if span[0] > span[1] {
        return Err((
            "fact-domain",
            ["no value lies there: ", &domain(def)].concat(),
        ));
    }
    Ok(FactState::between(span[0], span[1]))
}

fn is_number(kind: FactKind) -> bool {
    !matches!(kind, FactKind::Bool | FactKind::Code | FactKind::Date)
}

fn wanted(kind: FactKind) -> &'static str {
    match kind {
        FactKind::Bool => "true or false",
        FactKind::Integer => "an integer",
        FactKind::Money => "an amount in fen as an integer",
        FactKind::Ratio => "a ratio in basis points as an integer",
        FactKind::Date => "a day as \"YYYY-MM-DD\"",
        FactKind::Days => "a number of days as an integer",
        FactKind::Years => "a number of completed years as an integer",
        FactKind::Code => "one of the fact's codes",
        FactKind::Decimal => "a decimal number as a text, or an integer",
    }
}

fn domain(def: &FactDef) -> String {
    let day = |days: i64| i32::try_from(days).ok().and_then(Date::from_days);
    let end = |value| match day(value).filter(|_| def.kind == FactKind::Date) {
        Some(day) => day.to_iso(),
        None => decimal::text(value, def.digits),
    };
    ["outside ", &end(def.min), " to ", &end(def.max)].concat()
}

/// Names in backticks, for a message.
fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = names.map(|name| ["`", name, "`"].concat()).collect();
    if quoted.is_empty() {
        "none".into()
    } else {
        quoted.join(", ")
    }
}

/// A place as a JSON Pointer.
fn path([list, name]: Place<'_>) -> String {
    String::from(list) + &pointer(name)
}

/// A name as one step of a JSON Pointer.
fn pointer(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
