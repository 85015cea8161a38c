//! Applications that differ in what only the server knows, each stopped by
//! another confidential rule, or by two of them.

use std::path::Path;

use precheck::units::Date;
use precheck::{
    Application, Audience, Decision, Disclosure, FactDef, FactInput, FactKind, FactState, Model,
    Op, Policy, Truth, validate,
};
use precheck_cli::cases::{Case, find};

/// A scenario, and applications of it whose public facts are the same.
pub(crate) struct Twins {
    pub(crate) scenario: String,
    /// The confidential rules that fire, and the application; no other rule does.
    pub(crate) all: Vec<(Vec<String>, Application)>,
}

/// The policy with one effect for every confidential rule, so that the
/// decision does not tell them apart.
pub(crate) fn levelled(model: &Model) -> Policy {
    let mut model = model.clone();
    let reasons = model.reasons.clone();
    for rule in model.scenarios.iter_mut().flat_map(|one| &mut one.rules) {
        if reasons[usize::from(rule.reason)].disclosure == Disclosure::Neutral {
            rule.effect = Decision::Decline;
        }
    }
    Policy::from_model(model).expect("a consistent model")
}

/// For every scenario with confidential rules, an application per rule and one
/// per pair of them, made of a case in which none fires.
pub(crate) fn twins(policy: &Policy, root: &Path) -> Vec<Twins> {
    let paths = find(&root.join("tests/scenarios")).expect("a readable folder");
    let cases: Vec<Case> = paths
        .iter()
        .map(|path| Case::read(path).expect("a case"))
        .collect();
    let model = policy.model();
    let mut found = Vec::new();
    for scenario in &model.scenarios {
        let is_confidential = |index: usize| {
            let reason = usize::from(scenario.rules[index].reason);
            model.reasons[reason].disclosure == Disclosure::Neutral
        };
        let rules: Vec<usize> = (0..scenario.rules.len())
            .filter(|one| is_confidential(*one))
            .collect();
        if rules.is_empty() {
            continue;
        }
        let mut wanted: Vec<Vec<usize>> = rules.iter().map(|rule| vec![*rule]).collect();
        for (index, one) in rules.iter().enumerate() {
            wanted.extend(rules[index + 1..].iter().map(|other| vec![*one, *other]));
        }
        let bases = cases.iter().filter(|case| {
            case.bundle == Audience::Server && case.application.scenario == scenario.name
        });
        let best = bases
            .map(|base| {
                let made = wanted.iter().filter_map(|rules| {
                    let application = stopped_by(policy, &base.application, rules)?;
                    let ids = rules.iter().map(|rule| scenario.rules[*rule].id.clone());
                    Some((ids.collect(), application))
                });
                made.collect::<Vec<(Vec<String>, Application)>>()
            })
            .max_by_key(Vec::len);
        found.push(Twins {
            scenario: scenario.name.clone(),
            all: best.unwrap_or_default(),
        });
    }
    found
}

/// The application with other server facts, so that just these rules fire.
fn stopped_by(policy: &Policy, base: &Application, rules: &[usize]) -> Option<Application> {
    let validated = validate(policy, base).ok()?;
    let id = validated.scenario;
    let scenario = policy.scenario(id);
    let quiet = policy.verdicts(id, &validated.facts);
    if quiet.iter().any(|truth| *truth != Truth::False) {
        return None;
    }
    let mut movable = Vec::new();
    for op in rules.iter().flat_map(|rule| &scenario.rules[*rule].when) {
        if let Op::Atom(fact, _) = op
            && policy.fact(*fact)?.audience == Audience::Server
            && !movable.contains(fact)
        {
            movable.push(*fact);
        }
    }
    let mut tries = vec![validated.facts.clone()];
    for fact in &movable {
        let def = policy.fact(*fact)?;
        let values = policy.cuts(id, *fact).into_iter().map(FactState::Known);
        let specials = (0..def.specials.len()).filter_map(|one| u8::try_from(one).ok());
        let states: Vec<FactState> = values.chain(specials.map(FactState::Special)).collect();
        let changed = tries.iter().flat_map(|facts| {
            states.iter().map(|state| {
                let mut facts = facts.clone();
                facts.set(*fact, *state);
                facts
            })
        });
        let changed: Vec<_> = changed.collect();
        tries.extend(changed);
    }
    let found = tries.into_iter().find(|facts| {
        let verdicts = policy.verdicts(id, facts);
        let fires = |index: usize| verdicts[index] == Truth::True;
        (0..verdicts.len()).all(|index| fires(index) == rules.contains(&index))
    })?;
    let mut application = base.clone();
    for fact in movable {
        let def = policy.fact(fact)?;
        let given = &mut application.facts.0;
        given.retain(|(name, _)| *name != def.name);
        given.push((def.name.clone(), written(def, found.get(fact))?));
    }
    Some(application)
}

fn written(def: &FactDef, state: FactState) -> Option<FactInput> {
    Some(match state {
        FactState::Known(value) => match def.kind {
            FactKind::Bool => FactInput::Bool(value != 0),
            FactKind::Code => FactInput::Text(def.codes.get(usize::try_from(value).ok()?)?.clone()),
            FactKind::Date => {
                FactInput::Text(Date::from_days(i32::try_from(value).ok()?)?.to_string())
            }
            _ => FactInput::Integer(value),
        },
        FactState::Special(code) => {
            FactInput::Special(def.specials.get(usize::from(code))?.clone())
        }
        FactState::Missing => FactInput::Missing,
        _ => FactInput::Unknown,
    })
}
