//! Random policies in which people, couplings and time move facts.

use precheck::{
    Actionable, Application, Audience, Band, Bound, Change, Coupling, Decision, Disclosure,
    Entries, Evolution, FactDef, FactInput, Model, Pace, Policy, Pull, WishInput, validate,
};

use crate::random::{self, Random, application, states, states_left};

/// Lets a person move some facts, and some others move with them.
fn movable(random: &mut Random, model: &mut Model) {
    let is_computed = |model: &Model, id: u16| model.derived.iter().any(|one| one.fact == id);
    for id in 0..u16::try_from(model.facts.len()).expect("few facts") {
        if is_computed(model, id) || random.one_in(6) {
            continue;
        }
        let def = &mut model.facts[usize::from(id)];
        def.actionable = random.pick(&[
            Actionable::Up,
            Actionable::Down,
            Actionable::Free,
            Actionable::Free,
        ]);
        let mut scale = Vec::new();
        if random.one_in(3) {
            let from = random.range(def.min, def.max);
            scale.push((from, 1 + u32::try_from(random.below(3)).expect("small")));
            scale.push((from + 1, 5));
        }
        let small = |random: &mut Random, bound| u32::try_from(random.below(bound)).expect("small");
        model.changes.push(Change {
            fact: id,
            fixed: small(random, 3),
            per_step: small(random, 4),
            step: random.range(1, 2),
            most: if random.one_in(4) { 1 } else { 9 },
            scale,
            to: Vec::new(),
        });
    }
    let sources: Vec<u16> = model.changes.iter().map(|one| one.fact).collect();
    for _ in 0..random.below(3) {
        if sources.is_empty() {
            break;
        }
        let fact = random.pick(&sources);
        let moves = u16::try_from(random.below(model.facts.len() as u64)).expect("few facts");
        let pulls = |id: u16| model.couplings.iter().any(|one: &Coupling| one.fact == id);
        let is_moved = model.couplings.iter().any(|one| one.moves == fact);
        if fact == moves || is_computed(model, moves) || pulls(moves) || is_moved {
            continue;
        }
        let (from, to) = (
            &model.facts[usize::from(fact)],
            &model.facts[usize::from(moves)],
        );
        let pull = if random.one_in(2) {
            Pull::By {
                times: random.pick(&[-2, -1, 1, 3]),
                per: random.pick(&[1, 2]),
            }
        } else {
            Pull::At {
                value: random.range(from.min, from.max),
                to: random.range(to.min, to.max),
            }
        };
        model.couplings.push(Coupling { fact, moves, pull });
    }
    for id in 0..u16::try_from(model.facts.len()).expect("few facts") {
        if is_computed(model, id) || !random.one_in(3) {
            continue;
        }
        let def = &model.facts[usize::from(id)];
        let days = 1 + u32::try_from(random.below(4)).expect("small");
        let to = random.range(def.min, def.max);
        let pace = random.pick(&[Pace::Up, Pace::Down, Pace::RunsOut { days, to }]);
        model.evolutions.push(Evolution { fact: id, pace });
    }
}

pub(crate) fn given(application: &Application, name: &str) -> Option<FactInput> {
    let found = application.facts.0.iter().find(|(own, _)| own == name);
    found.map(|(_, input)| input.clone())
}

/// A policy, somebody, and what is wished.
pub(crate) fn draw(random: &mut Random) -> Option<(Policy, Application, WishInput)> {
    let mut model = if random.one_in(3) {
        random::model_with_formula(random)
    } else {
        let mut model = random::model(random);
        while model.facts.len() < 4 {
            model = random::model(random);
        }
        model
    };
    if random.one_in(8) {
        random::exclude(random, &mut model);
    }
    if random.one_in(2) {
        model.scenarios[0].rules.truncate(2);
    }
    movable(random, &mut model);
    if !random.one_in(8) {
        // Of what stands in the way in confidence, nothing would be found.
        for reason in &mut model.reasons {
            reason.disclosure = Disclosure::Full;
        }
    }
    if !random.one_in(4) {
        // Where browsers know most facts, there is more to be done.
        let is_open = |def: &FactDef| def.audience == Audience::Server && def.specials.len() > 1;
        for def in &mut model.facts {
            if !is_open(def) {
                def.audience = Audience::Public;
            }
        }
    }
    // What only the server knows may be confidential, and does not evolve then.
    let facts = &model.facts;
    let is_public = |one: &Evolution| facts[usize::from(one.fact)].audience == Audience::Public;
    model.evolutions.retain(is_public);
    let mut application = application(random, &model);
    for (name, input) in &mut application.facts.0 {
        let def = model
            .facts
            .iter()
            .find(|def| def.name == *name)
            .expect("a fact");
        if let FactInput::Between(_) = input
            && let [only] = &states_left(def, Some(input))[..]
        {
            *input = only.clone();
        }
    }
    if !random.one_in(4) {
        // Everything known, as on a server.
        for (id, def) in (0u16..).zip(&model.facts) {
            let is_computed = model.derived.iter().any(|one| one.fact == id);
            if !is_computed && given(&application, &def.name).is_none() {
                let states = states(def);
                let at = usize::try_from(random.below(states.len() as u64)).expect("small");
                application
                    .facts
                    .0
                    .push((def.name.clone(), states[at].clone()));
            }
        }
    }
    let mut wish = WishInput {
        days: Some(0),
        ..WishInput::default()
    };
    if random.one_in(4) {
        wish.decision = Some(random.pick(&[Decision::Refer, Decision::RetryLater]));
    }
    if random.one_in(6) && wish.decision.is_none() {
        wish.limit = Some(random.range(0, 4_000));
    }
    if random.one_in(6) {
        wish.locks.push(model.facts[0].name.clone());
    }
    if random.one_in(6) {
        let def = &model.facts[0];
        let low = random.range(def.min, def.max);
        let ends = [low, random.range(low, def.max)].map(|end| Some(Bound::Integer(end)));
        wish.ranges = Entries(vec![(def.name.clone(), FactInput::Between(ends))]);
    }
    let policy = Policy::from_model(model.clone()).ok()?;
    if random.one_in(5) {
        return Some((policy, application, wish));
    }
    // Somewhat more points than there are are asked for, and few rules.
    let valid = validate(&policy, &application).ok()?;
    let score = policy.evaluate(valid.scenario, &valid.facts).score?;
    let left = usize::try_from(random.below(3)).expect("small");
    model.scenarios[0].rules.truncate(left);
    let card = model.scenarios[0].scorecard.as_mut()?;
    let from = score.min + random.range(1, 14);
    let band = |from: i64, decision: Decision| Band { from, decision };
    card.bands = vec![
        band(-1_000_000, Decision::Decline),
        band(from - random.range(1, 9), Decision::Refer),
        band(from, Decision::Approve),
    ];
    Some((Policy::from_model(model).ok()?, application, wish))
}
