//! What changed between two decisions: exact shares, held against every order.

use precheck::units::Locale;
use precheck::{
    Application, Attribution, FactInput, Group, Model, Module, Modules, Moved, Policy, Range,
    Source, Taken, attribute, changes, validate,
};
use proptest::prelude::*;

use crate::random::{self, Random};

/// Two decisions by versions of a random policy.
struct Two {
    policies: [Policy; 2],
    applications: [Application; 2],
    modules: [Modules; 2],
}

fn policy(mut model: Model) -> Policy {
    random::without_opaque_rules(&mut model);
    Policy::from_model(model).expect("a consistent model")
}

fn application(random: &mut Random, model: &Model, is_complete: bool) -> Application {
    let mut facts = Vec::new();
    for def in &model.facts {
        let states = random::states(def);
        let chosen = usize::try_from(random.below(states.len() as u64)).expect("small");
        if is_complete || !random.one_in(4) {
            facts.push((def.name.clone(), states[chosen].clone()));
        }
    }
    random::with_facts(facts)
}

/// Versions that differ for about half of the sources.
fn modules(random: &mut Random) -> [Modules; 2] {
    let mut all = [Modules::default(), Modules::default()];
    for source in ["bureau", "fraud"] {
        let is_newer = random.one_in(2);
        for (side, modules) in all.iter_mut().enumerate() {
            let version = if side == 1 && is_newer { "2" } else { "1" };
            let module = Module {
                version: version.into(),
                faulty: false,
            };
            modules.0.0.push((source.into(), module));
        }
    }
    all
}

fn two(random: &mut Random, is_complete: bool) -> Two {
    let mut old = random::model(random);
    for def in &mut old.facts {
        if random.one_in(5) {
            def.source = Source::Market;
        }
    }
    let mut new = old.clone();
    if random.one_in(2) {
        new.version += 1;
        let scenario = &mut new.scenarios[0];
        if let Some(card) = &mut scenario.scorecard {
            card.base += 3;
            if let Some(one) = card.characteristics.first_mut() {
                one.bins[0].points += 7;
            }
        }
        scenario.rules.pop();
        if let Some(table) = &mut scenario.limit {
            table.amounts[0].1 += 50;
        }
    }
    Two {
        applications: [&old, &new].map(|model| application(random, model, is_complete)),
        policies: [old, new].map(policy),
        modules: modules(random),
    }
}

impl Two {
    fn taken(&self, side: usize) -> Taken<'_> {
        Taken {
            policy: &self.policies[side],
            application: &self.applications[side],
            modules: &self.modules[side],
        }
    }

    fn attribution(&self) -> Attribution<'_> {
        attribute(self.taken(0), self.taken(1)).expect("two valid applications")
    }

    fn version(&self, side: usize, source: Source) -> Option<&str> {
        let name = match source {
            Source::Bureau => "bureau",
            Source::Fraud => "fraud",
            _ => return None,
        };
        let mut all = self.modules[side].0.0.iter();
        let found = all.find(|(of, _)| of == name);
        found.map(|(_, module)| module.version.as_str())
    }

    fn group(&self, name: &str) -> Group {
        let mut defs = self.policies[0].model().facts.iter();
        let def = defs.find(|def| def.name == name).expect("a fact");
        if def.source == Source::Market {
            Group::Policy
        } else if self.version(0, def.source) != self.version(1, def.source) {
            Group::Source
        } else {
            Group::You
        }
    }

    /// What the policy says with these groups as they are now: the score, and
    /// the limit where there is one.
    fn hybrid(&self, now: &[Group]) -> (Option<Range>, Option<Range>) {
        let side = |group: Group| usize::from(now.contains(&group));
        let policy = &self.policies[side(Group::Policy)];
        let mut facts = Vec::new();
        for def in &policy.model().facts {
            let from = &self.applications[side(self.group(&def.name))].facts.0;
            let found: Option<&(String, FactInput)> =
                from.iter().find(|(name, _)| *name == def.name);
            facts.extend(found.cloned());
        }
        let application = random::with_facts(facts);
        let valid = validate(policy, &application).expect("valid");
        let evaluation = policy.evaluate(valid.scenario, &valid.facts);
        (evaluation.score, evaluation.limit)
    }

    /// Per group, the sum over all orders of what its change does at its turn,
    /// for both ends; `None` where some mix has no such measure.
    fn over_orders(&self, of: impl Fn(&[Group]) -> Option<Range>) -> Option<[[i128; 2]; 4]> {
        let mut sums = [[0; 2]; 4];
        for order in orders(&Group::ALL) {
            let mut last = of(&[])?;
            for turn in 1..=order.len() {
                let next = of(&order[..turn])?;
                let sum = &mut sums[order[turn - 1] as usize];
                sum[0] += i128::from(next.min - last.min);
                sum[1] += i128::from(next.max - last.max);
                last = next;
            }
        }
        Some(sums)
    }
}

/// Every order of some groups.
fn orders(groups: &[Group]) -> Vec<Vec<Group>> {
    if groups.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for first in groups {
        let rest: Vec<Group> = groups.iter().filter(|one| *one != first).copied().collect();
        for order in orders(&rest) {
            all.push([vec![*first], order].concat());
        }
    }
    all
}

/// Rounded shares are less than one unit from the exact ones, and nothing where
/// these are nothing.
fn assert_rounds(shares: &[Option<Moved>], exact: Option<[[i128; 2]; 4]>) {
    let Some(exact) = exact else {
        assert!(shares.iter().all(Option::is_none), "{shares:?}");
        return;
    };
    for (share, exact) in shares.iter().zip(exact) {
        let share = share.expect("every mix has the measure");
        for (share, exact) in [(share.min, exact[0]), (share.max, exact[1])] {
            let off = i128::from(share) * 24 - exact;
            assert!(off.abs() < 24, "{share} for {exact}/24");
            assert!(exact != 0 || share == 0, "a group that does nothing");
        }
    }
}

fn assert_sums(shares: &[Option<Moved>], ends: [Option<Range>; 2]) {
    if let ([Some(before), Some(after)], true) = (ends, shares.iter().all(Option::is_some)) {
        let all = || shares.iter().flatten();
        let (min, max): (i64, i64) = (
            all().map(|share| share.min).sum(),
            all().map(|share| share.max).sum(),
        );
        assert_eq!(min, after.min - before.min);
        assert_eq!(max, after.max - before.max);
    }
}

proptest! {
    /// Shares sum to the difference exactly, and are those of every order of
    /// the changes, rounded; a mix without a limit leaves limits undivided.
    #[test]
    fn shares_are_the_mean_over_all_orders(seed: u64) {
        let random = &mut Random(seed);
        let two = two(random, true);
        let found = two.attribution();
        let scores: Vec<_> = found.shares.iter().map(|share| share.score).collect();
        let limits: Vec<_> = found.shares.iter().map(|share| share.limit).collect();
        assert_rounds(&scores, two.over_orders(|now| two.hybrid(now).0));
        assert_rounds(&limits, two.over_orders(|now| two.hybrid(now).1));
        let ends = [two.hybrid(&[]), two.hybrid(&Group::ALL)];
        assert_sums(&scores, ends.map(|end| end.0));
        assert_sums(&limits, ends.map(|end| end.1));
    }

    /// Exchanging before and after negates every share.
    #[test]
    fn there_and_back_is_nothing(seed: u64) {
        let random = &mut Random(seed);
        let two = two(random, false);
        let (Ok(there), Ok(back)) = (
            attribute(two.taken(0), two.taken(1)),
            attribute(two.taken(1), two.taken(0)),
        ) else {
            return Ok(());
        };
        for (there, back) in there.shares.iter().zip(&back.shares) {
            for (there, back) in [(there.score, back.score), (there.limit, back.limit)] {
                let negated = back.map(|one| Moved { min: -one.min, max: -one.max });
                prop_assert_eq!(there, negated);
            }
        }
    }

    /// What is told holds for incomplete applications too: shares of the shown
    /// score sum to its difference, and a set of groups that is said to turn the
    /// decision does turn it.
    #[test]
    fn what_is_told_is_so(seed: u64) {
        let random = &mut Random(seed);
        let two = two(random, false);
        let told = changes(two.taken(0), two.taken(1), Locale::ZhCn).expect("valid").changes;
        let shown = |score: Option<precheck::ShownScore>| {
            score.map(|score| Range { min: score.min, max: score.max })
        };
        let scores: Vec<_> = told.shares.iter().map(|share| share.score).collect();
        prop_assert!(scores.iter().all(Option::is_some) == told.before.score.is_some());
        assert_sums(&scores, [shown(told.before.score), shown(told.after.score)]);
        let trace = two.attribution();
        let decided = |groups: &[Group]| {
            let mut mixes = trace.mixes.iter();
            let own: Vec<Group> = groups.to_vec();
            mixes.find(|mix| mix.groups == own).map(|mix| mix.decisions.clone())
        };
        for set in told.turned_by.iter().flatten() {
            prop_assert_eq!(decided(set), Some(told.after.decisions.clone()));
        }
        for share in &told.shares {
            if share.sufficient == Some(true) {
                prop_assert_eq!(decided(&[share.group]), Some(told.after.decisions.clone()));
            }
        }
    }

    /// The same decision twice: nothing changed, and every share is nothing.
    #[test]
    fn nothing_changes_from_itself(seed: u64) {
        let random = &mut Random(seed);
        let two = two(random, false);
        let told = changes(two.taken(0), two.taken(0), Locale::ZhCn).expect("valid");
        prop_assert_eq!(told.notice.headline, "changes-none");
        prop_assert!(told.notice.shares.is_empty() && told.changes.changed.is_empty());
        for share in told.changes.shares {
            prop_assert!(!share.changed);
            let moved = [share.score, share.limit].into_iter().flatten();
            prop_assert!(moved.into_iter().all(|one| (one.min, one.max) == (0, 0)));
        }
    }
}

/// What cannot be compared is refused, with its place.
#[test]
fn what_cannot_be_compared() {
    let policy = |change: fn(&mut Model)| {
        let mut model = random::model(&mut Random(7));
        change(&mut model);
        policy(model)
    };
    let usual = policy(|_| {});
    let other = policy(|model| model.pack = "other".into());
    let mut elsewhere = random::with_facts(Vec::new());
    elsewhere.scenario = "t".into();
    let here = random::with_facts(Vec::new());
    let wrong = random::with_facts(vec![("f9".into(), FactInput::Integer(0))]);
    let none = Modules::default();
    let own = |all: &[&str]| {
        let module = Module {
            version: "1".into(),
            faulty: false,
        };
        let all = all.iter().map(|name| ((*name).into(), module.clone()));
        Modules(precheck::Entries(all.collect()))
    };
    let (bureau, twice, odd) = (own(&["bureau"]), own(&["bureau", "bureau"]), own(&["b/c"]));
    for (after, modules, expected) in [
        ((&other, &here), [&none, &none], ("", "packs-differ")),
        (
            (&usual, &elsewhere),
            [&none, &none],
            ("", "scenarios-differ"),
        ),
        (
            (&usual, &wrong),
            [&none, &none],
            ("/after/facts/f9", "fact-unknown"),
        ),
        (
            (&usual, &here),
            [&bureau, &none],
            ("/before/modules/bureau", "module-one-sided"),
        ),
        (
            (&usual, &here),
            [&bureau, &twice],
            ("/after/modules/bureau", "module-duplicate"),
        ),
        (
            (&usual, &here),
            [&odd, &odd],
            ("/before/modules/b~1c", "module-unknown"),
        ),
    ] {
        let before = Taken {
            policy: &usual,
            application: &here,
            modules: modules[0],
        };
        let after = Taken {
            policy: after.0,
            application: after.1,
            modules: modules[1],
        };
        let problems = changes(before, after, Locale::ZhCn).expect_err("not comparable");
        let found = problems.first().map(|one| (one.at.as_str(), one.code));
        assert_eq!(found, Some(expected));
    }
}
