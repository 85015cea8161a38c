//! The reference evaluator: slow and obviously right.
//!
//! It knows nothing of unknown facts. It tries every completion and looks at
//! what each one gives; open (opaque) rules are tried both ways, hidden points
//! with every sum in their range.

use std::collections::BTreeSet;

use precheck::{
    Application, Characteristic, Conditional, Decision, FactDef, FactInput, Formula, Model, Op,
    Scorecard, Test,
};

use crate::random::{states_left, with_facts};

/// What one completion gives.
pub(crate) struct Answer {
    /// Which rules fire.
    pub(crate) fires: Vec<bool>,
    pub(crate) score: Option<i64>,
    pub(crate) decision: Decision,
    /// The least and the most amount of an approval.
    pub(crate) limit: Option<(i64, i64)>,
}

/// Every completion of the facts that an application leaves out.
pub(crate) fn completions(model: &Model, application: &Application) -> Vec<Application> {
    let mut all = vec![Vec::new()];
    for (id, def) in (0..).zip(&model.facts) {
        if model.derived.iter().any(|one| one.fact == id) {
            continue;
        }
        let given = application
            .facts
            .0
            .iter()
            .find(|(name, _)| *name == def.name);
        let choices = states_left(def, given.map(|(_, state)| state));
        all = all
            .into_iter()
            .flat_map(|so_far: Vec<(String, FactInput)>| {
                choices.iter().map(move |choice| {
                    let mut next = so_far.clone();
                    next.push((def.name.clone(), choice.clone()));
                    next
                })
            })
            .collect();
    }
    all.into_iter().map(with_facts).collect()
}

/// Everything that a full application can give: one answer per way the opaque
/// rules and the hidden points may turn out.
pub(crate) fn answers(model: &Model, full: &Application) -> Vec<Answer> {
    let scenario = &model.scenarios[0];
    let opaque: Vec<usize> = (0..scenario.rules.len())
        .filter(|index| scenario.rules[*index].when == [Op::Opaque])
        .collect();
    let mut answers = Vec::new();
    for choice in 0..1_u32 << opaque.len() {
        let fires: Vec<bool> = (0..scenario.rules.len())
            .map(|index| match opaque.iter().position(|one| *one == index) {
                Some(bit) => choice >> bit & 1 == 1,
                None => holds(model, full, &scenario.rules[index].when),
            })
            .collect();
        let effects = scenario
            .rules
            .iter()
            .zip(&fires)
            .filter(|(_, fires)| **fires);
        let by_rules = effects
            .map(|(rule, _)| rule.effect)
            .max()
            .unwrap_or(Decision::Approve);
        match &scenario.scorecard {
            None => answers.push(Answer {
                fires,
                score: None,
                decision: by_rules,
                limit: limit(model, full, by_rules, None),
            }),
            Some(card) => {
                for hidden in card.hidden.0..=card.hidden.1 {
                    let score = score(model, full, card) + hidden;
                    let decision = band(card, score).max(by_rules);
                    answers.push(Answer {
                        fires: fires.clone(),
                        score: Some(score),
                        decision,
                        limit: limit(model, full, decision, Some(score)),
                    });
                }
            }
        }
    }
    answers
}

/// The cell of the table of limits, found place by place.
fn limit(
    model: &Model,
    full: &Application,
    decision: Decision,
    score: Option<i64>,
) -> Option<(i64, i64)> {
    let table = model.scenarios[0].limit.as_ref()?;
    if decision != Decision::Approve {
        return None;
    }
    let mut cell = 0;
    for axis in &table.axes {
        let (def, state) = state(model, full, axis.fact);
        let missing = axis.upto.len();
        let specials = missing + usize::from(def.may_be_missing);
        let place = match &state {
            FactInput::Integer(value) => axis.upto.iter().position(|upto| value <= upto),
            FactInput::Missing => Some(missing),
            FactInput::Special(name) => {
                let code = def.specials.iter().position(|one| one == name);
                code.map(|code| specials + code)
            }
            _ => None,
        };
        cell = cell * axis.length(def) + place.expect("a completion has a place");
    }
    let row = table.rows.iter().filter(|from| score >= Some(**from));
    Some(table.amounts[cell * (table.rows.len() + 1) + row.count()])
}

/// Whether somebody can be like this, as far as the policy says.
pub(crate) fn is_possible(model: &Model, full: &Application) -> bool {
    let mut combinations = model.impossible.iter();
    !combinations.any(|one| holds(model, full, &one.when))
}

/// All decisions of all completions.
pub(crate) fn decisions(model: &Model, application: &Application) -> BTreeSet<Decision> {
    completions(model, application)
        .iter()
        .flat_map(|full| answers(model, full))
        .map(|answer| answer.decision)
        .collect()
}

fn state<'m>(model: &'m Model, full: &Application, fact: u16) -> (&'m FactDef, FactInput) {
    let def = &model.facts[usize::from(fact)];
    let formula = model.derived.iter().find(|one| one.fact == fact);
    if let Some(derived) = formula {
        return (def, computed(model, full, derived.formula, def));
    }
    let found = full.facts.0.iter().find(|(name, _)| *name == def.name);
    (def, found.expect("a completion has every fact").1.clone())
}

/// What a formula of two facts gives, in wide numbers.
fn computed(model: &Model, full: &Application, formula: Formula, def: &FactDef) -> FactInput {
    let (first, second) = formula.inputs();
    let inputs = [first, second].map(|one| one.expect("random formulas read two"));
    let [FactInput::Integer(a), FactInput::Integer(b)] =
        inputs.map(|fact| state(model, full, fact).1)
    else {
        return FactInput::Missing;
    };
    let (a, b) = (i128::from(a), i128::from(b));
    let value = match formula {
        Formula::Ratio { zero, .. } if b == 0 => {
            return zero.map_or(FactInput::Missing, |code| {
                FactInput::Special(def.specials[usize::from(code)].clone())
            });
        }
        Formula::Ratio { up: true, .. } => (a * 10_000 + b - 1) / b,
        Formula::Ratio { .. } => a * 10_000 / b,
        _ => a + b,
    };
    let value = value.clamp(def.min.into(), def.max.into());
    FactInput::Integer(i64::try_from(value).expect("inside the domain"))
}

pub(crate) fn holds(model: &Model, full: &Application, when: &[Op]) -> bool {
    let mut stack: Vec<bool> = Vec::new();
    for op in when {
        let value = match op {
            Op::Atom(fact, test) => {
                let (def, state) = state(model, full, *fact);
                match (test, &state) {
                    (Test::AtMost(bound), FactInput::Integer(value)) => value <= bound,
                    (Test::AtLeast(bound), FactInput::Integer(value)) => value >= bound,
                    (Test::OneOf(values), FactInput::Integer(value)) => values.contains(value),
                    (Test::Missing, state) => *state == FactInput::Missing,
                    (Test::Special(code), FactInput::Special(name)) => {
                        def.specials[usize::from(*code)] == *name
                    }
                    _ => false,
                }
            }
            Op::Not => !stack.pop().expect("well-formed"),
            Op::All(count) | Op::Any(count) => {
                let operands = stack.split_off(stack.len() - usize::from(*count));
                if matches!(op, Op::All(_)) {
                    operands.into_iter().all(|one| one)
                } else {
                    operands.into_iter().any(|one| one)
                }
            }
            Op::Opaque => unreachable!("only whole rules are opaque here"),
        };
        stack.push(value);
    }
    stack.pop().expect("well-formed")
}

fn score(model: &Model, full: &Application, card: &Scorecard) -> i64 {
    let points = card.characteristics.iter().map(|one| {
        let (def, state) = state(model, full, one.fact);
        points(def, one, &state)
    });
    let conditional = card.conditional.iter();
    let conditional = conditional.map(|one| i64::from(end(model, full, one).0));
    i64::from(card.base) + points.sum::<i64>() + conditional.sum::<i64>()
}

/// What the first case that holds gives, and the reason for it.
pub(crate) fn end(model: &Model, full: &Application, one: &Conditional) -> (i32, u16) {
    let mut cases = one.cases.iter();
    let found = cases.find(|case| holds(model, full, &case.when));
    found.map_or((one.otherwise, one.reason), |case| {
        (case.points, case.reason)
    })
}

/// The points of a characteristic for a state that is not unknown.
pub(crate) fn points(def: &FactDef, one: &Characteristic, state: &FactInput) -> i64 {
    i64::from(match state {
        FactInput::Integer(value) => {
            let bin = one.bins.iter().find(|bin| *value <= bin.upto);
            bin.expect("bins cover").points
        }
        FactInput::Missing => one.missing.expect("missing is scored"),
        FactInput::Special(name) => {
            let code = def.specials.iter().position(|one| one == name);
            one.specials[code.expect("declared")]
        }
        _ => unreachable!("random facts are integers, missing or special"),
    })
}

fn band(card: &Scorecard, score: i64) -> Decision {
    let mut found = card.bands[0].decision;
    for band in &card.bands[1..] {
        if score >= band.from {
            found = band.decision;
        }
    }
    found
}
