//! Every complete application of two policies, and what becomes of it: slow and
//! obviously right.
//!
//! An application states every fact that neither side computes. What one side
//! computes and the other declares has the computed value. Whether a side
//! accepts it, and what it decides, is asked of the engine.

use precheck::units::Date;
use precheck::{
    Application, Decision, Entries, FactDef, FactInput, FactKind, Formula, Model, Policy, validate,
};

use crate::random::states;

/// A decision; nothing where the facts are said to contradict each other.
pub(super) type Outcome = Option<Decision>;

/// One application, and what becomes of it on each side.
pub(super) struct Full {
    pub(super) day: Date,
    /// What it states, on either side.
    pub(super) facts: Vec<(String, FactInput)>,
    pub(super) outcomes: [Outcome; 2],
    /// How much each side approves it with, where both do.
    pub(super) amounts: [Option<i64>; 2],
}

/// How a side has a fact.
#[derive(Clone, Copy, PartialEq)]
enum Has {
    Nothing,
    Declares,
    /// From one date.
    Dated(Formula),
    /// From two facts, or from none: the day.
    Computes,
}

fn has(model: &Model, name: &str) -> Has {
    let Some(fact) = (0..).zip(&model.facts).find(|(_, def)| def.name == name) else {
        return Has::Nothing;
    };
    let formula = model.derived.iter().find(|one| one.fact == fact.0);
    match formula.map(|one| (one.formula, one.formula.inputs())) {
        None if !model.scenarios[0].facts.contains(&fact.0) => Has::Nothing,
        None => Has::Declares,
        Some((formula, (Some(_), None))) => Has::Dated(formula),
        Some(_) => Has::Computes,
    }
}

fn def<'m>(model: &'m Model, name: &str) -> Option<&'m FactDef> {
    model.facts.iter().find(|def| def.name == name)
}

/// The names that an application of a side states.
pub(super) fn stated_by(model: &Model, facts: &[(String, FactInput)], day: Date) -> Application {
    let facts = facts
        .iter()
        .filter(|(name, _)| matches!(has(model, name), Has::Declares | Has::Dated(_)));
    Application {
        scenario: "s".into(),
        as_of: day,
        fields: Entries::default(),
        facts: Entries(facts.cloned().collect()),
    }
}

/// What becomes of an application on a side; `None` where something else is
/// wrong with it than that it contradicts itself.
pub(super) fn outcome(policy: &Policy, application: &Application) -> Option<Outcome> {
    match validate(policy, application) {
        Ok(valid) => {
            let found = policy.evaluate(valid.scenario, &valid.facts).decisions;
            let decisions: Vec<Decision> = found.iter().collect();
            assert_eq!(decisions.len(), 1, "nothing is open in {application:?}");
            Some(Some(decisions[0]))
        }
        Err(problems) => {
            let mut all = problems.iter();
            all.all(|one| one.code == "facts-contradict")
                .then_some(None)
        }
    }
}

/// How much an application that a side accepts is approved with, if it is.
pub(super) fn amount(policy: &Policy, application: &Application) -> Option<i64> {
    let valid = validate(policy, application).ok()?;
    let limit = policy.evaluate(valid.scenario, &valid.facts).limit?;
    assert_eq!(limit.min, limit.max, "nothing is open in {application:?}");
    Some(limit.min)
}

/// All applications of both, on every day of the new one; `None` where they are
/// more than `most`.
pub(super) fn everybody(policies: &[Policy; 2], most: usize) -> Option<Vec<Full>> {
    let models = [policies[0].model(), policies[1].model()];
    let mut names: Vec<&str> = Vec::new();
    for def in models.iter().flat_map(|model| &model.facts) {
        if !names.contains(&&*def.name) {
            names.push(&def.name);
        }
    }
    let first = models[1].valid_from.days();
    // Without an end, only what does not depend on the day is drawn.
    let last = models[1].valid_until.map_or(first, |day| day.days());
    let days = (first..=last).filter_map(Date::from_days);
    let mut all: Vec<(Date, Vec<(String, FactInput)>)> =
        days.map(|day| (day, Vec::new())).collect();
    // Dates before what is computed from them.
    names.sort_by_key(|name| {
        models
            .iter()
            .any(|model| matches!(has(model, name), Has::Dated(_)))
    });
    for name in names {
        let mut next = Vec::new();
        for (day, facts) in all {
            for state in left(models, name, &facts) {
                let mut more = facts.clone();
                more.extend(state.map(|state| (name.to_owned(), state)));
                next.push((day, more));
            }
        }
        all = next;
        if all.len() > most {
            return None;
        }
    }
    let judged = all.into_iter().filter_map(|(day, facts)| {
        let told = with_computed(models, &facts, day)?;
        let outcomes = [0, 1]
            .map(|side: usize| outcome(&policies[side], &stated_by(models[side], &told, day)));
        let [Some(old), Some(new)] = outcomes else {
            return None;
        };
        let outcomes = [old, new];
        let amounts = [0, 1].map(|side: usize| {
            let application = stated_by(models[side], &told, day);
            let is_approved = outcomes == [Some(Decision::Approve); 2];
            amount(&policies[side], &application).filter(|_| is_approved)
        });
        Some(Full {
            day,
            facts,
            outcomes,
            amounts,
        })
    });
    Some(judged.collect())
}

/// What an application can state of a fact; nothing where it follows.
fn left(models: [&Model; 2], name: &str, facts: &[(String, FactInput)]) -> Vec<Option<FactInput>> {
    let both = models.map(|model| has(model, name));
    for (model, has) in models.iter().zip(both) {
        match has {
            Has::Computes => return vec![None],
            Has::Dated(formula) => {
                let date = formula.inputs().0.expect("it reads a date");
                let date = &model.facts[usize::from(date)].name;
                let state = facts.iter().find(|(one, _)| one == date);
                if !matches!(state, Some((_, FactInput::Missing | FactInput::Special(_)))) {
                    return vec![None];
                }
            }
            _ => {}
        }
    }
    let known = models
        .iter()
        .zip(both)
        .filter(|(_, has)| *has != Has::Nothing);
    let defs: Vec<&FactDef> = known.filter_map(|(model, _)| def(model, name)).collect();
    if defs.is_empty() {
        return vec![None];
    }
    let states = defs.iter().map(|def| states(def)).reduce(|old, new| {
        old.into_iter()
            .filter(|state| new.contains(state))
            .collect()
    });
    let states = states.into_iter().flatten();
    states.map(|state| Some(spelled(defs[0], state))).collect()
}

/// A state as an application carries it.
fn spelled(def: &FactDef, state: FactInput) -> FactInput {
    match state {
        FactInput::Integer(value) if def.kind == FactKind::Date => {
            let day = i32::try_from(value).ok().and_then(Date::from_days);
            FactInput::Text(day.expect("a day").to_string())
        }
        state => state,
    }
}

fn number(state: &FactInput) -> Option<i64> {
    match state {
        FactInput::Integer(value) => Some(*value),
        FactInput::Text(day) => Date::parse(day).map(|day| i64::from(day.days())),
        _ => None,
    }
}

/// The facts with what one side computes and the other declares; `None` where
/// that is no value of the other's.
pub(super) fn with_computed(
    models: [&Model; 2],
    facts: &[(String, FactInput)],
    day: Date,
) -> Option<Vec<(String, FactInput)>> {
    let mut all = facts.to_vec();
    for side in [0, 1] {
        let (own, other) = (models[side], models[1 - side]);
        for one in &own.derived {
            let def = &own.facts[usize::from(one.fact)];
            let is_stated = facts.iter().any(|(name, _)| *name == def.name);
            if has(other, &def.name) != Has::Declares || is_stated {
                continue;
            }
            let (first, second) = one.formula.inputs();
            let inputs = [first, second].into_iter().flatten().map(|fact| {
                let name = &own.facts[usize::from(fact)].name;
                let found = facts.iter().find(|(one, _)| one == name);
                found.map(|(_, state)| number(state))
            });
            // An example says nothing of what it does not matter for.
            let Some(inputs) = inputs.collect::<Option<Vec<_>>>() else {
                continue;
            };
            let state = match inputs[..] {
                [Some(date)] => FactInput::Integer(since(one.formula, date, day)),
                [Some(a), Some(b)] => of_two(one.formula, (a, b), def),
                [] => FactInput::Integer(i64::from(day.days()).clamp(def.min, def.max)),
                _ => FactInput::Missing,
            };
            let state = spelled(def, state);
            let theirs = self::def(other, &def.name)?;
            let mut theirs = states(theirs).into_iter().map(|one| spelled(theirs, one));
            if !theirs.any(|one| one == state) {
                return None;
            }
            all.push((def.name.clone(), state));
        }
    }
    Some(all)
}

fn since(formula: Formula, date: i64, day: Date) -> i64 {
    let date = i32::try_from(date)
        .ok()
        .and_then(Date::from_days)
        .expect("a day");
    match formula {
        Formula::YearsSince(_) => i64::from(date.years_until(day)),
        _ => i64::from(day.days() - date.days()),
    }
}

fn of_two(formula: Formula, (a, b): (i64, i64), def: &FactDef) -> FactInput {
    let value = match formula {
        Formula::Ratio { zero, .. } if b == 0 => {
            return zero.map_or(FactInput::Missing, |code| {
                FactInput::Special(def.specials[usize::from(code)].clone())
            });
        }
        Formula::Ratio { up: true, .. } => (a * 10_000 + b - 1) / b,
        Formula::Ratio { .. } => a * 10_000 / b,
        Formula::Sum(..) => a + b,
        _ => b - a,
    };
    FactInput::Integer(value.clamp(def.min, def.max))
}
