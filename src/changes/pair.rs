//! Two decisions side by side: what differs, whose doing it is, and what is
//! between them.
//!
//! A mix of the two is an application of its own, stated by name to the old or
//! the new policy and decided by the whole engine. A fact that only one of the
//! two policies knows is as it was stated there, so that its weight is the
//! policy's doing. What makes no application under the other policy (a value
//! outside its domain, an age beside another birth date) gives no mix. Facts of
//! a mix may contradict each other: nobody says that there is such a person, and
//! what the policy would have said is the question all the same.

use super::mix::Mixed;
use super::{Fault, Group, Module, Taken};
use crate::facts::FactState;
use crate::policy::{Audience, FactDef, FactId, FactKind, Formula, Problem, Scenario, Source};
use crate::validate::{Validated, validate, validate_mixed};
use crate::wire::{Application, Entries};

/// The names of the sources.
const SOURCES: [(&str, Source); 6] = [
    ("applicant", Source::Applicant),
    ("device", Source::Device),
    ("account", Source::Account),
    ("bureau", Source::Bureau),
    ("fraud", Source::Fraud),
    ("market", Source::Market),
];

/// One of the two decisions.
#[derive(Debug, Clone)]
pub(crate) struct Side<'p> {
    pub(crate) taken: Taken<'p>,
    pub(crate) read: Validated,
}

impl<'p> Side<'p> {
    fn new(taken: Taken<'p>, at: &str) -> Result<Side<'p>, Vec<Problem>> {
        if taken.policy.model().audience == Audience::Public {
            let text = "a browser's projection hides what decides; give the server's policy";
            return Err(vec![Problem::new(at, "policy-projected", text)]);
        }
        let read = validate(taken.policy, taken.application);
        read.map(|read| Side { taken, read })
            .map_err(|mut problems| {
                for problem in &mut problems {
                    problem.at.insert_str(0, at);
                }
                problems
            })
    }

    pub(crate) fn scenario(&self) -> &'p Scenario {
        self.taken.policy.scenario(self.read.scenario)
    }

    /// The fact with this name, if applications of the scenario carry it.
    pub(crate) fn fact(&self, name: &str) -> Option<(FactId, &'p FactDef)> {
        let policy = self.taken.policy;
        let id = policy.fact_id(name);
        let id = id.filter(|id| self.scenario().facts.contains(id))?;
        Some((id, policy.fact(id)?))
    }

    fn module(&self, source: &str) -> Option<&'p Module> {
        let all = &self.taken.modules.0.0;
        let found = all.iter().find(|(name, _)| name == source);
        found.map(|(_, module)| module)
    }

    /// How the fact with this name is computed, if it is.
    fn formula(&self, name: &str) -> Option<Formula> {
        let policy = self.taken.policy;
        let id = policy.fact_id(name)?;
        let mut derived = policy.model().derived.iter();
        derived.find(|one| one.fact == id).map(|one| one.formula)
    }

    /// Whether what a date in the past has come to mean is computed here.
    fn is_computed_from_date(&self, name: &str) -> bool {
        let formula = self.formula(name).filter(|formula| is_since(*formula));
        let date = formula.and_then(|formula| formula.inputs().0);
        date.is_some_and(|date| self.read.facts.get(date).is_settled())
    }
}

fn is_since(formula: Formula) -> bool {
    matches!(formula, Formula::YearsSince(_) | Formula::DaysSince(_))
}

/// Two decisions that can be compared.
#[derive(Debug, Clone)]
pub(crate) struct Pair<'p> {
    /// Before, after.
    pub(crate) sides: [Side<'p>; 2],
    /// The facts that were stated and differ, by name, each with its group.
    pub(crate) facts: Vec<(&'p str, Group)>,
    pub(crate) fault: Option<Fault>,
    /// One bit per group that anything belongs to.
    pub(super) active: usize,
}

impl<'p> Pair<'p> {
    pub(crate) fn new(before: Taken<'p>, after: Taken<'p>) -> Result<Pair<'p>, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut report = |at: &str, code, text: &str| {
            problems.push(Problem::new(at, code, text));
        };
        if before.policy.model().pack != after.policy.model().pack {
            let text = "the two policies are of different packs; give two versions of one";
            report("", "packs-differ", text);
        }
        if before.application.scenario != after.application.scenario {
            let text = "the two decisions are of different scenarios; give two of one";
            report("", "scenarios-differ", text);
        }
        for (taken, other, at) in [
            (before, after, "/before/modules/"),
            (after, before, "/after/modules/"),
        ] {
            let all = &taken.modules.0.0;
            for (index, (source, _)) in all.iter().enumerate() {
                let is_named = |(name, _): &(String, Module)| name == source;
                let at = format!("{at}{}", source.replace('~', "~0").replace('/', "~1"));
                if !SOURCES.iter().any(|(name, _)| name == source) {
                    let text = "no such source; there are applicant, device, account, bureau, \
                                fraud, market";
                    report(&at, "module-unknown", text);
                } else if all[..index].iter().any(is_named) {
                    let text = "the source is given twice; give it once";
                    report(&at, "module-duplicate", text);
                } else if !other.modules.0.0.iter().any(is_named) {
                    let text = "the other decision does not say what this source ran on; say it \
                                for both or for none";
                    report(&at, "module-one-sided", text);
                }
            }
        }
        let mut side = |taken, at| Side::new(taken, at).map_err(|found| problems.extend(found));
        let sides = (side(before, "/before"), side(after, "/after"));
        match sides {
            (Ok(before), Ok(after)) if problems.is_empty() => Ok(Pair::of([before, after])),
            _ => Err(problems),
        }
    }

    fn of(sides: [Side<'p>; 2]) -> Pair<'p> {
        let mut pair = Pair {
            sides,
            facts: Vec::new(),
            fault: None,
            active: 0,
        };
        let [before, after] = &pair.sides;
        let mut facts = Vec::new();
        let policy = before.taken.policy;
        for (id, def) in (0..).zip(&after.taken.policy.model().facts) {
            let name = def.name.as_str();
            let old = policy.fact_id(name);
            let Some((old, old_def)) = old.and_then(|old| Some((old, policy.fact(old)?))) else {
                continue;
            };
            if before.fact(name).is_some() != after.fact(name).is_some() {
                // That it can be stated at all is the policy's doing.
                continue;
            }
            let is_stated = pair.sides.iter().all(|side| match side.formula(name) {
                Some(formula) => is_since(formula) && !side.is_computed_from_date(name),
                None => true,
            });
            let states = (before.read.facts.get(old), after.read.facts.get(id));
            if is_stated && !is_same((old_def, states.0), (def, states.1)) {
                facts.push((name, pair.group(name)));
            }
        }
        let [old, new] = [before, after].map(|side| (side.taken.policy, side.taken.application));
        let days_differ = old.1.as_of != new.1.as_of;
        for group in Group::ALL {
            let is_active = facts.iter().any(|(_, own)| *own == group)
                || match group {
                    Group::Policy => old.0.hash() != new.0.hash() || days_differ,
                    Group::Time => days_differ,
                    Group::You | Group::Source => false,
                };
            pair.active |= usize::from(is_active) << group as usize;
        }
        pair.fault = pair.fault(&facts);
        pair.facts = facts;
        pair
    }

    fn fault(&self, facts: &[(&str, Group)]) -> Option<Fault> {
        let mut fault = None;
        for (name, _) in facts.iter().filter(|(_, group)| *group == Group::Source) {
            let source = self.source(name);
            let [before, after] = [0, 1].map(|side: usize| {
                source.is_some_and(|source| {
                    self.sides[side]
                        .module(source)
                        .is_some_and(|one| one.faulty)
                })
            });
            match (before, after) {
                (_, true) => return Some(Fault::Found),
                (true, false) => fault = Some(Fault::Undone),
                _ => {}
            }
        }
        fault
    }

    /// The name of the source of a fact; where the two policies do not agree,
    /// the first in the list of sources.
    fn source(&self, name: &str) -> Option<&'static str> {
        let declared = |source: Source| {
            self.sides
                .iter()
                .filter_map(|side| side.taken.policy.fact_id(name).zip(Some(side)))
                .filter_map(|(id, side)| side.taken.policy.fact(id))
                .any(|def| def.source == source)
        };
        let found = SOURCES.iter().find(|(_, source)| declared(*source));
        found.map(|(source, _)| *source)
    }

    /// The group that a fact belongs to when it differs.
    fn group(&self, name: &str) -> Group {
        let source = self.source(name);
        let [before, after] = [0, 1].map(|side: usize| self.sides[side].module(source?));
        let version = |module: Option<&'p Module>| module.map(|one| &one.version);
        let has_date = |side: &Side<'_>| side.formula(name).is_some_and(is_since);
        if source == Some("market") {
            Group::Policy
        } else if version(before) != version(after) {
            Group::Source
        } else if self.sides.iter().any(has_date) {
            Group::Time
        } else {
            Group::You
        }
    }

    /// Which decision a group is taken from in a mix.
    fn side(&self, group: Group, mix: usize) -> &Side<'p> {
        &self.sides[mix >> group as usize & 1]
    }

    /// The mix with these groups as they are now, one bit a group.
    pub(super) fn mixed(&self, mix: usize) -> Option<Mixed<'p>> {
        let policy = self.side(Group::Policy, mix).taken.policy;
        let own = self.side(Group::Policy, mix);
        let scenario = own.scenario();
        let [before, after] = &self.sides;
        let from = |name: &str, group| match (before.fact(name), after.fact(name)) {
            (Some(_), None) => before,
            (None, Some(_)) => after,
            _ => self.side(group, mix),
        };
        let mut facts = Vec::new();
        for def in scenario.facts.iter().filter_map(|id| policy.fact(*id)) {
            let name = def.name.as_str();
            // What both compute from a date is computed here too.
            if self
                .sides
                .iter()
                .all(|side| side.is_computed_from_date(name))
            {
                continue;
            }
            let side = from(name, self.group(name));
            let mut stated = side.taken.application.facts.0.iter();
            facts.extend(stated.find(|(stated, _)| stated == name).cloned());
        }
        let mut fields = Vec::new();
        for field in &scenario.fields {
            let birth_date = field.birth_date.and_then(|fact| policy.fact(fact));
            let group = birth_date.map_or(Group::You, |def| self.group(&def.name));
            let has = |side: &Side<'_>| {
                let mut fields = side.scenario().fields.iter();
                fields.any(|one| one.name == field.name)
            };
            let side = match (has(before), has(after)) {
                (true, false) => before,
                (false, true) => after,
                _ => self.side(group, mix),
            };
            let mut typed = side.taken.application.fields.0.iter();
            fields.extend(typed.find(|(name, _)| *name == field.name).cloned());
        }
        let application = Application {
            scenario: scenario.name.clone(),
            as_of: self.side(Group::Time, mix).taken.application.as_of,
            fields: Entries(fields),
            facts: Entries(facts),
        };
        let mut read = validate_mixed(policy, &application).ok()?;
        // What begins and ends with a day is the policy's doing, not time's.
        let day = policy.no_facts(own.taken.application.as_of);
        for one in &policy.model().derived {
            if let (Formula::Today, Some(def)) = (one.formula, policy.fact(one.fact)) {
                read.facts.set(one.fact, one.state(&day, def));
            }
        }
        Some(Mixed::new(policy, read))
    }
}

/// Whether a fact is stated alike under two declarations.
fn is_same(old: (&FactDef, FactState), new: (&FactDef, FactState)) -> bool {
    let name = |names: &'_ [String], place: usize| names.get(place).cloned();
    match (old, new) {
        ((a, FactState::Special(i)), (b, FactState::Special(j))) => {
            name(&a.specials, i.into()) == name(&b.specials, j.into())
        }
        ((a, FactState::Known(i)), (b, FactState::Known(j)))
            if a.kind == FactKind::Code && b.kind == FactKind::Code =>
        {
            let code = |def: &FactDef, value: i64| name(&def.codes, usize::try_from(value).ok()?);
            code(a, i) == code(b, j)
        }
        ((a, i), (b, j)) => (a.kind, a.digits) == (b.kind, b.digits) && i == j,
    }
}
