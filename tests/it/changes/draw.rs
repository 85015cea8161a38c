//! Pairs of random policies of which one is an edit of the other.

use precheck::units::Date;
use precheck::{
    Audience, Band, Decision, Derived, FactDef, FactKind, Formula, LimitTable, Model, Op, Policy,
    ReasonMethod, Rule, Scenario, Test,
};

use super::all::{Full, everybody};
use crate::random::{
    Random, around, exclude, fact, model, model_with_formula, without_opaque_rules,
};

/// The most applications that the reference tries.
const MOST: usize = 3_000;

/// Two policies, and what becomes of every application of both.
pub(super) struct Pair {
    pub(super) policies: [Policy; 2],
    pub(super) all: Vec<Full>,
}

/// Two policies of which one is an edit of the other; none where the reference
/// would have too much to try, or one of them is refused.
pub(super) fn pair(seed: u64) -> Option<Pair> {
    let mut random = Random(seed);
    let mut old = match seed % 4 {
        0 | 1 => model(&mut random),
        2 => model_with_formula(&mut random),
        _ => model_with_days(&mut random),
    };
    without_opaque_rules(&mut old);
    // A whole policy says how much, and not between what.
    let tables = old.scenarios.iter_mut().flat_map(|one| &mut one.limit);
    for (least, most) in tables.flat_map(|table| &mut table.amounts) {
        *most = *least;
    }
    if random.one_in(2) {
        exclude(&mut random, &mut old);
    }
    let mut new = old.clone();
    for _ in 0..random.range(0, 3) {
        edit(&mut random, &mut new);
    }
    if random.one_in(3) {
        compute_otherwise(&mut random, &mut new);
    }
    if random.one_in(4) {
        exclude_otherwise(&mut random, &mut new);
    }
    if random.one_in(4) {
        widen(&mut new);
    }
    if random.one_in(4) && old.facts.len() > 1 && old.derived.is_empty() {
        without_last_fact(if random.one_in(2) { &mut old } else { &mut new });
    }
    for model in [&mut old, &mut new] {
        if random.one_in(3) {
            unlist(&mut random, model);
        }
    }
    if random.one_in(2) {
        std::mem::swap(&mut old, &mut new);
    }
    let load = |model: &Model| Policy::from_model(model.clone()).ok();
    let policies = [load(&old)?, load(&new)?];
    let all = everybody(&policies, MOST)?;
    // Combinations about what is computed may leave nobody, which loading does not see.
    all.iter().find(|one| one.outcomes != [None, None])?;
    Some(Pair { policies, all })
}

/// A policy with a date or two, what is computed from them, and the day.
fn model_with_days(random: &mut Random) -> Model {
    let from = 20_000 + random.range(0, 3);
    let until = from + random.range(0, 4);
    let is_years = random.one_in(2);
    let mut facts: Vec<FactDef> = (0..4).map(|index| fact(random, index)).collect();
    for (index, def) in facts.iter_mut().enumerate() {
        def.specials.clear();
        (def.kind, def.audience) = (FactKind::Date, Audience::Server);
        let wide = if is_years && index == 0 { 370 } else { 2 };
        def.min = 20_000 - random.range(0, 3) - wide;
        def.max = def.min + wide + random.range(0, 3);
    }
    facts[1].kind = random.pick(&[FactKind::Date, FactKind::Integer]);
    let (since, kind) = if is_years {
        (Formula::YearsSince(0), FactKind::Years)
    } else {
        (Formula::DaysSince(0), FactKind::Days)
    };
    (facts[2].kind, facts[2].may_be_missing) = (kind, false);
    facts[2].min = random.range(-1, 1);
    facts[2].max = facts[2].min + random.range(1, 8);
    let days = &mut facts[3];
    (days.min, days.max, days.may_be_missing) = (from, until, false);
    let mut derived = vec![(2, since), (3, Formula::Today)];
    if facts[1].kind == FactKind::Date && !is_years {
        let mut between = fact(random, 4);
        (between.kind, between.audience, between.may_be_missing) =
            (FactKind::Days, Audience::Server, true);
        facts.push(between);
        derived.push((4, Formula::DaysBetween { from: 0, to: 1 }));
    }
    let derived = derived.into_iter();
    let derived = derived.map(|(fact, formula)| Derived { fact, formula });
    let mut model = around(random, facts, derived.collect());
    let day = |days: i64| Date::from_days(i32::try_from(days).expect("small")).expect("a day");
    (model.valid_from, model.valid_until) = (day(from), Some(day(until)));
    model
}

/// Another formula for what is computed, or none: then it is declared.
fn compute_otherwise(random: &mut Random, model: &mut Model) {
    if model.derived.is_empty() {
        return;
    }
    let Model {
        derived,
        facts,
        valid_from,
        ..
    } = model;
    let at = usize::try_from(random.below(derived.len() as u64)).expect("small");
    let one = &mut derived[at];
    let def = &mut facts[usize::from(one.fact)];
    let is_same = random.one_in(3);
    match &mut one.formula {
        Formula::Today if is_same => {
            *valid_from = Date::from_days(valid_from.days() + 1).expect("a day");
            def.min += 1;
            def.max = def.max.max(def.min);
            model.valid_until = Date::from_days(i32::try_from(def.max).expect("small"));
        }
        Formula::Ratio { up, .. } if is_same => *up = !*up,
        Formula::Ratio { over, under, .. } if random.one_in(2) => std::mem::swap(over, under),
        Formula::DaysBetween { from, to } if is_same => std::mem::swap(from, to),
        _ => drop(derived.remove(at)),
    }
}

/// Takes a fact that only combinations look at out of the scenario's list: no
/// application states it.
fn unlist(random: &mut Random, model: &mut Model) {
    let fact = u16::try_from(random.below(model.facts.len() as u64)).expect("small");
    let is_tied = model.derived.iter().any(|one| {
        let (first, second) = one.formula.inputs();
        [Some(one.fact), first, second].contains(&Some(fact))
    });
    let scenario = &mut model.scenarios[0];
    if !is_tied && !is_used(scenario, fact) {
        scenario.facts.retain(|one| *one != fact);
    }
}

fn is_used(scenario: &Scenario, fact: u16) -> bool {
    let mut ops = scenario.rules.iter().flat_map(|rule| &rule.when);
    let cards = || scenario.scorecard.iter();
    let mut binned = cards().flat_map(|card| &card.characteristics);
    let cases = cards().flat_map(|card| &card.conditional);
    let mut asked = cases.flat_map(|one| one.facts());
    let mut axes = scenario.limit.iter().flat_map(|table| &table.axes);
    ops.any(|op| matches!(op, Op::Atom(of, _) if *of == fact))
        || binned.any(|one| one.fact == fact)
        || asked.any(|of| of == fact)
        || axes.any(|one| one.fact == fact)
}

/// Other impossible combinations.
fn exclude_otherwise(random: &mut Random, model: &mut Model) {
    if random.one_in(2) && !model.impossible.is_empty() {
        model.impossible.pop();
        for texts in &mut model.texts {
            texts.impossible.pop();
        }
    } else {
        exclude(random, model);
    }
}

/// What an author may do to a policy between two versions.
fn edit(random: &mut Random, model: &mut Model) {
    let shift = random.range(-2, 2);
    let scenario = &mut model.scenarios[0];
    let Scenario {
        rules,
        scorecard,
        limit,
        ..
    } = scenario;
    match random.below(12) {
        0 => rules.reverse(),
        1 => drop(rules.pop()),
        2 if !rules.is_empty() => {
            let again = Rule {
                id: format!("{}-again", rules[0].id),
                effect: Decision::Refer,
                ..rules[0].clone()
            };
            rules.push(again);
        }
        3 => {
            if let Some(rule) = rules.first_mut() {
                rule.effect = random.pick(&[Decision::Refer, Decision::RetryLater]);
            }
        }
        4 => {
            if let Some(rule) = rules.last_mut() {
                rule.reason = (rule.reason + 1) % 6;
            }
        }
        5 => {
            for band in scorecard.iter_mut().flat_map(|card| &mut card.bands[1..]) {
                let Band { from, .. } = band;
                *from += shift;
            }
        }
        6 => {
            let cards = scorecard.iter_mut();
            if let Some(one) = cards.flat_map(|card| &mut card.characteristics).next() {
                one.bins[0].points += 3;
                one.baseline += 1;
            }
        }
        7 => {
            *scorecard = None;
            *limit = None;
        }
        8 => {
            let cards = scorecard.iter_mut();
            if let Some(one) = cards.flat_map(|card| &mut card.conditional).next() {
                match one.cases.first_mut() {
                    Some(case) if shift > 0 => case.points += 5,
                    _ if shift < 0 => one.cases.reverse(),
                    _ => one.otherwise -= 4,
                }
            }
        }
        9 => {
            let cells = limit.iter_mut().flat_map(|table| &mut table.amounts);
            let cells: Vec<_> = cells.collect();
            let at = random.below(cells.len().max(1) as u64);
            if let Some(cell) = cells.into_iter().nth(usize::try_from(at).expect("small")) {
                *cell = (cell.0 + 100, cell.1 + 100);
            }
        }
        10 => {
            let cards = scorecard.iter_mut();
            cards.for_each(|card| card.method = ReasonMethod::AboveNeutral);
        }
        _ => {
            let ops = rules.iter_mut().flat_map(|rule| &mut rule.when);
            for op in ops.take(2) {
                if let Op::Atom(_, Test::AtLeast(bound) | Test::AtMost(bound)) = op {
                    *bound += shift;
                }
            }
        }
    }
}

/// Takes a fact that nothing looks at, or that one side alone will have, away.
fn without_last_fact(model: &mut Model) {
    let last = u16::try_from(model.facts.len() - 1).expect("few facts");
    let scenario = &mut model.scenarios[0];
    scenario.rules.retain(|rule| {
        let mut ops = rule.when.iter();
        !ops.any(|op| matches!(op, Op::Atom(fact, _) if *fact == last))
    });
    if let Some(card) = &mut scenario.scorecard {
        card.characteristics.retain(|one| one.fact != last);
        card.conditional
            .retain(|one| one.facts().all(|fact| fact != last));
    }
    let is_axis = |one: &LimitTable| one.axes.iter().any(|axis| axis.fact == last);
    scenario.limit = scenario.limit.take().filter(|table| !is_axis(table));
    assert!(!is_used(scenario, last));
    scenario.facts.retain(|fact| *fact != last);
    model.facts.pop();
    for texts in &mut model.texts {
        texts.facts.pop();
    }
}

/// Lets the first fact have a value more, which is no application of the other side.
fn widen(model: &mut Model) {
    model.facts[0].max += 1;
    let max = model.facts[0].max;
    let cards = model.scenarios[0].scorecard.iter_mut();
    let binned = cards.flat_map(|card| &mut card.characteristics);
    for one in binned.filter(|one| one.fact == 0) {
        one.bins.last_mut().expect("bins cover the domain").upto = max;
    }
    let axes = model.scenarios[0].limit.iter_mut();
    let axes = axes.flat_map(|table| &mut table.axes);
    for one in axes.filter(|one| one.fact == 0) {
        *one.upto.last_mut().expect("bins cover the domain") = max;
    }
}
