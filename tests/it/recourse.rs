//! Recourse against trying everything: the cheapest way, each trade against
//! fewer changes, the first day, and that nothing helps where nothing does.

use std::collections::BTreeMap;

use precheck::units::Date;
use precheck::{
    Actionable, Application, Audience, Bound, Change, Decision, Disclosure, FactInput, Holds,
    Model, Op, Pace, Plans, PlansStatus, Policy, Pull, WishInput, Written, plans, validate,
};
use proptest::prelude::*;

use crate::random::Random;
use crate::recourse_draw::{draw, given};
use crate::reference::{answers, completions, holds, is_possible};

fn set(application: &mut Application, name: &str, input: FactInput) {
    application.facts.0.retain(|(own, _)| own != name);
    application.facts.0.push((name.into(), input));
}

/// Every value that a fact can be brought to, with its effort.
fn reachable(model: &Model, change: &Change, from: i64, wish: &WishInput) -> Vec<(i64, u64)> {
    let def = &model.facts[usize::from(change.fact)];
    let mut all = vec![(from, 0)];
    let place = |value: i64| {
        let mut at = 0;
        for (start, place) in &change.scale {
            if value >= *start {
                at = i64::from(*place);
            }
        }
        at
    };
    let (mut low, mut high) = (def.min, def.max);
    for (name, range) in &wish.ranges.0 {
        if let (
            FactInput::Between([Some(Bound::Integer(least)), Some(Bound::Integer(most))]),
            true,
        ) = (range, *name == def.name)
        {
            low = low.max(*least);
            high = high.min(*most);
        }
    }
    for sign in [1, -1] {
        let is_allowed = match def.actionable {
            Actionable::Free => true,
            Actionable::Up => sign > 0,
            Actionable::Down => sign < 0,
            Actionable::No => false,
        };
        for steps in 1..=i64::from(change.most) {
            let end = if sign > 0 { high } else { low };
            let exact = from + sign * steps * change.step;
            let value = if sign > 0 {
                exact.min(end.max(from))
            } else {
                exact.max(end.min(from))
            };
            let is_new = all.iter().all(|(other, _)| *other != value);
            if is_allowed && is_new {
                let scale = u64::try_from((place(value) - place(from)).abs()).expect("small");
                let steps = u64::try_from(steps).expect("small");
                let effort = u64::from(change.fixed) + u64::from(change.per_step) * steps + scale;
                all.push((value, effort));
            }
        }
    }
    all
}

/// The application after changes, with what moves along.
fn after(model: &Model, application: &Application, targets: &BTreeMap<u16, i64>) -> Application {
    let mut then = application.clone();
    let value = |application: &Application, id: u16| match given(
        application,
        &model.facts[usize::from(id)].name,
    ) {
        Some(FactInput::Integer(value)) => Some(value),
        _ => None,
    };
    for (id, to) in targets {
        set(
            &mut then,
            &model.facts[usize::from(*id)].name,
            FactInput::Integer(*to),
        );
    }
    for is_set in [false, true] {
        for one in &model.couplings {
            let (Some(to), Some(from)) = (targets.get(&one.fact), value(application, one.fact))
            else {
                continue;
            };
            let def = &model.facts[usize::from(one.moves)];
            match one.pull {
                Pull::By { times, per } if !is_set => {
                    let by = (*to - from) * i64::from(times) / i64::from(per);
                    let moved = |value: i64| (value + by).clamp(def.min, def.max);
                    match given(&then, &def.name) {
                        Some(FactInput::Integer(value)) => {
                            set(&mut then, &def.name, FactInput::Integer(moved(value)));
                        }
                        Some(FactInput::Between(ends)) => {
                            let end = |end: &Option<Bound>, otherwise| match end {
                                Some(Bound::Integer(value)) => Some(Bound::Integer(moved(*value))),
                                _ => Some(Bound::Integer(moved(otherwise))),
                            };
                            let ends = [end(&ends[0], def.min), end(&ends[1], def.max)];
                            set(&mut then, &def.name, FactInput::Between(ends));
                        }
                        _ => {}
                    }
                }
                Pull::At { value, to: then_to } if is_set && *to == value && *to != from => {
                    set(&mut then, &def.name, FactInput::Integer(then_to));
                }
                _ => {}
            }
        }
    }
    then
}

/// Whether an application reaches the goal however the unknown turns out.
fn is_reached(model: &Model, application: &Application, wish: &WishInput) -> bool {
    let worst = wish.decision.unwrap_or(Decision::Approve);
    let all = completions(model, application);
    let mut possible = all
        .iter()
        .filter(|full| is_possible(model, full))
        .peekable();
    possible.peek().is_some()
        && possible
            .flat_map(|full| answers(model, full))
            .all(|answer| {
                let amount = wish.limit.is_none_or(|wanted| {
                    answer.decision != Decision::Approve
                        || answer.limit.is_some_and(|(least, _)| least >= wanted)
                });
                answer.decision <= worst && amount
            })
}

/// The least effort for each number of changes, by trying everything.
fn cheapest(model: &Model, application: &Application, wish: &WishInput) -> BTreeMap<usize, u64> {
    let mut all = vec![(BTreeMap::new(), 0u64)];
    for change in &model.changes {
        let def = &model.facts[usize::from(change.fact)];
        let is_free = def.audience == Audience::Public && !wish.locks.contains(&def.name);
        let Some(FactInput::Integer(from)) = given(application, &def.name).filter(|_| is_free)
        else {
            continue;
        };
        all = all
            .into_iter()
            .flat_map(|(so_far, effort): (BTreeMap<u16, i64>, u64)| {
                let values = reachable(model, change, from, wish).into_iter();
                values.map(move |(value, own)| {
                    let mut next = so_far.clone();
                    if value != from {
                        next.insert(change.fact, value);
                    }
                    (next, effort + own)
                })
            })
            .collect();
    }
    let mut least: BTreeMap<usize, u64> = BTreeMap::new();
    for (targets, effort) in all {
        let is_known = least
            .get(&targets.len())
            .is_some_and(|known| *known <= effort);
        if !is_known && is_reached(model, &after(model, application, &targets), wish) {
            least.insert(targets.len(), effort);
        }
    }
    least
}

fn planned<'p>(
    policy: &'p Policy,
    application: &Application,
    wish: &WishInput,
) -> Option<Plans<'p>> {
    let valid = validate(policy, application).ok()?;
    let wish = wish.read(policy).expect("a wish");
    Some(plans(policy, &valid, &wish))
}

/// Whether a confidential rule stands in the way; nothing is told then but that.
fn is_silent(
    policy: &Policy,
    application: &Application,
    wish: &WishInput,
    found: &Plans<'_>,
) -> bool {
    let model = policy.model();
    let worst = wish.decision.unwrap_or(Decision::Approve);
    let all = completions(model, application);
    let is_stopped = model.scenarios[0].rules.iter().any(|rule| {
        let reason = &model.reasons[usize::from(rule.reason)];
        rule.effect > worst
            && reason.disclosure == Disclosure::Neutral
            && rule.when != [Op::Opaque]
            && all.iter().all(|full| holds(model, full, &rule.when))
    });
    let is_told = found.status == PlansStatus::Unknown && found.certificate.nodes == 0;
    // Of an application with gaps the rule alone, without a search, may not show it.
    assert!(!is_stopped || is_told || all.len() > 1, "{model:?}");
    if is_stopped && is_told {
        let blocked = found.blocked.as_ref().expect("what blocks");
        let own = &model.reasons[usize::from(model.neutral_reason)].code;
        assert_eq!(blocked.reasons.last(), Some(&own.as_str()), "{model:?}");
        assert!(found.plans.is_empty() && found.earliest.is_none());
        for code in &blocked.reasons {
            let mut known = model.reasons.iter().filter(|one| one.code == *code);
            assert!(known.all(|one| one.disclosure == Disclosure::Full));
        }
    }
    is_stopped && is_told
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    /// The cheapest plan costs what the cheapest of all changes does, each plan
    /// with fewer changes the least of those, and no plan means that there is none.
    #[test]
    fn the_cheapest_way_is_found(seed: u64) {
        let mut random = Random(seed);
        let Some((policy, application, wish)) = draw(&mut random) else { return Ok(()) };
        let model = policy.model();
        let Some(found) = planned(&policy, &application, &wish) else { return Ok(()) };
        if !completions(model, &application).iter().any(|full| is_possible(model, full)) {
            return Ok(());
        }
        let least = cheapest(model, &application, &wish);
        let show = || format!("{model:?}\n{application:?}\n{wish:?}\n{found:?}\n{least:?}");
        if found.status == PlansStatus::Reached && found.holds == Some(Holds::Certainly) {
            prop_assert_eq!(least.get(&0), Some(&0), "{}", show());
            return Ok(());
        }
        if is_silent(&policy, &application, &wish, &found) {
            return Ok(());
        }
        let certain = found.plans.iter().filter(|plan| plan.holds == Holds::Certainly);
        let certain: Vec<_> = certain.collect();
        let cheapest = least.values().min();
        if !found.certificate.complete {
            // Only a ratio may leave open what is settled; what is found is true then too.
            prop_assert!(!model.derived.is_empty(), "{}", show());
            let is_sound = certain.first().is_none_or(|plan| Some(&plan.effort) >= cheapest);
            prop_assert!(is_sound, "{}", show());
            return Ok(());
        }
        prop_assert_eq!(certain.first().map(|plan| plan.effort), cheapest.copied(), "{}", show());
        for plan in certain {
            let fewest = least.range(..=plan.steps.len()).map(|(_, effort)| *effort).min();
            prop_assert_eq!(Some(plan.effort), fewest, "{}", show());
        }
        let lower = found.certificate.lower_bound;
        if !found.plans.is_empty() {
            prop_assert!(lower.is_some_and(|lower| lower <= found.plans[0].effort));
        }
    }

    /// What a plan says is what the engine says of the facts after it.
    #[test]
    fn plans_are_true(seed: u64) {
        let mut random = Random(seed);
        let Some((policy, application, mut wish)) = draw(&mut random) else { return Ok(()) };
        wish.days = Some(12);
        let model = policy.model();
        let Some(found) = planned(&policy, &application, &wish) else { return Ok(()) };
        for plan in found.plans.iter().filter(|plan| plan.from == found.as_of) {
            let mut targets = BTreeMap::new();
            for step in &plan.steps {
                let id = policy.fact_id(step.fact).expect("a fact");
                let Written::Integer(to) = step.to else { panic!("an integer") };
                targets.insert(id, to);
            }
            let then = after(model, &application, &targets);
            let Ok(valid) = validate(&policy, &then) else {
                return Err(TestCaseError::fail("an impossible plan"));
            };
            let evaluation = policy.evaluate(valid.scenario, &valid.facts);
            let decisions: Vec<Decision> = evaluation.decisions.iter().collect();
            prop_assert_eq!(&decisions, &plan.decisions);
            let worst = wish.decision.unwrap_or(Decision::Approve);
            match plan.holds {
                Holds::Certainly => prop_assert!(decisions.iter().all(|one| *one <= worst)),
                Holds::IfChecksPass => {
                    prop_assert!(evaluation.if_checks_pass.iter().all(|one| one <= worst));
                }
                Holds::Possibly => prop_assert!(decisions.iter().any(|one| *one <= worst)),
            }
        }
    }
}

/// The application some days later, if nobody does anything.
fn later(model: &Model, application: &Application, days: i64) -> Application {
    let mut then = application.clone();
    then.as_of = Date::from_days(application.as_of.days() + i32::try_from(days).expect("few"))
        .expect("in range");
    for one in &model.evolutions {
        let def = &model.facts[usize::from(one.fact)];
        let span = match given(application, &def.name) {
            Some(FactInput::Integer(value)) => (value, value),
            Some(FactInput::Between(ends)) => {
                let end = |end: &Option<Bound>, otherwise: i64| match end {
                    Some(Bound::Integer(value)) => (*value).clamp(def.min, def.max),
                    _ => otherwise,
                };
                (end(&ends[0], def.min), end(&ends[1], def.max))
            }
            _ => continue,
        };
        let within = |value: i64| value.clamp(def.min, def.max);
        let (low, high) = match one.pace {
            Pace::Up => (within(span.0 + days), within(span.1 + days)),
            Pace::Down => (within(span.0 - days), within(span.1 - days)),
            Pace::RunsOut { days: all, to } if days >= i64::from(all) => (to, to),
            Pace::RunsOut { to, .. } if days > 0 => (span.0.min(to), span.1.max(to)),
            Pace::RunsOut { .. } => span,
        };
        let input = if low == high {
            FactInput::Integer(low)
        } else {
            FactInput::Between([Some(Bound::Integer(low)), Some(Bound::Integer(high))])
        };
        set(&mut then, &def.name, input);
    }
    then
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    /// Looking at every day finds the same first one.
    #[test]
    fn the_first_day_is_the_first(seed: u64) {
        const DAYS: u32 = 12;
        let mut random = Random(seed);
        let Some((policy, application, mut wish)) = draw(&mut random) else { return Ok(()) };
        wish.days = Some(DAYS);
        let model = policy.model();
        let Some(found) = planned(&policy, &application, &wish) else { return Ok(()) };
        let is_certain = |plan: &&precheck::Plan<'_>| plan.holds == Holds::Certainly;
        let is_exact = found.certificate.complete
            && found.status != PlansStatus::Reached
            && found.plans.iter().all(|plan| is_certain(&plan));
        let alive = |day: i64| {
            let then = later(model, &application, day);
            completions(model, &then).iter().any(|full| is_possible(model, full))
        };
        if !is_exact || !alive(0) || found.holds.is_some() {
            return Ok(());
        }
        let first = (1..=i64::from(DAYS))
            .find(|day| is_reached(model, &later(model, &application, *day), &wish));
        let told = found.earliest.map(|day| i64::from(day.days() - application.as_of.days()));
        // What holds only if checks pass is told where nothing certain is.
        if !found.plans.is_empty() || first.is_some() {
            prop_assert_eq!(told, first, "{:?}\n{:?}\n{:?}", model, application, found);
        }
    }
}
