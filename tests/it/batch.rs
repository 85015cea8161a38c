//! A table of applications gets the answers that its rows get one by one.

use precheck::units::Date;
use precheck::{
    BatchError, Bin, Cell, Column, Decided, FactDef, FactId, FactState, Model, Op, Policy, Test,
};
use proptest::prelude::*;

use crate::random::{Random, exclude, model, model_with_formula, rule, without_opaque_rules};

fn day() -> Date {
    Date::from_days(20_000).expect("in range")
}

/// Values and cells of one fact.
struct Given {
    fact: FactId,
    values: Vec<i64>,
    cells: Option<Vec<Cell>>,
}

impl Given {
    fn state(&self, row: usize) -> FactState {
        match self.cells.as_ref().map(|cells| cells[row]) {
            None | Some(Cell::Value) => FactState::Known(self.values[row]),
            Some(Cell::Missing) => FactState::Missing,
            Some(Cell::Special(code)) => FactState::Special(code),
            Some(Cell::Unknown) => FactState::Unknown,
        }
    }

    fn column(&self) -> Column<'_> {
        Column {
            fact: self.fact,
            values: &self.values,
            cells: self.cells.as_deref(),
        }
    }
}

fn columns(given: &[Given]) -> Vec<Column<'_>> {
    given.iter().map(Given::column).collect()
}

/// A column in which one row of `open` is not a value.
fn given(random: &mut Random, fact: FactId, def: &FactDef, rows: usize, open: u64) -> Given {
    let values = (0..rows).map(|_| random.range(def.min, def.max));
    let mut values: Vec<i64> = values.collect();
    let mut cells = vec![Cell::Value; rows];
    for (cell, value) in cells.iter_mut().zip(&mut values) {
        if random.one_in(open) {
            let mut all = vec![Cell::Unknown];
            all.extend(def.may_be_missing.then_some(Cell::Missing));
            all.extend((0u8..).take(def.specials.len()).map(Cell::Special));
            *cell = random.pick(&all);
            // Nobody looks at the value then.
            *value = i64::MIN;
        }
    }
    let is_plain = cells.iter().all(|cell| *cell == Cell::Value);
    Given {
        fact,
        values,
        cells: (!is_plain || random.one_in(2)).then_some(cells),
    }
}

/// The same policy about values that are `factor` times as large.
fn scale(model: &mut Model, factor: i64) {
    for def in &mut model.facts {
        def.min *= factor;
        def.max *= factor;
    }
    let scenario = &mut model.scenarios[0];
    let rules = scenario.rules.iter_mut().map(|rule| &mut rule.when);
    let cards = scenario.scorecard.iter_mut();
    let (mut bins, mut whens) = (Vec::new(), Vec::new());
    for card in cards {
        bins.extend(
            card.characteristics
                .iter_mut()
                .flat_map(|one| &mut one.bins),
        );
        let cases = card.conditional.iter_mut().flat_map(|one| &mut one.cases);
        whens.extend(cases.map(|case| &mut case.when));
    }
    for op in rules.chain(whens).flatten() {
        match op {
            Op::Atom(_, Test::AtMost(bound) | Test::AtLeast(bound)) => *bound *= factor,
            Op::Atom(_, Test::OneOf(values)) => {
                values.iter_mut().for_each(|value| *value *= factor);
            }
            _ => {}
        }
    }
    bins.into_iter().for_each(|bin| bin.upto *= factor);
    let axes = scenario.limit.iter_mut().flat_map(|table| &mut table.axes);
    for upto in axes.flat_map(|axis| &mut axis.upto) {
        *upto *= factor;
    }
}

/// Gives every value points of its own.
fn refine(random: &mut Random, model: &mut Model) {
    let facts = &model.facts;
    let cards = model.scenarios[0].scorecard.iter_mut();
    for one in cards.flat_map(|card| &mut card.characteristics) {
        let def = &facts[usize::from(one.fact)];
        let bins = (def.min..=def.max).map(|upto| Bin {
            upto,
            points: random.range(-20, 20) as i32,
        });
        one.bins = bins.collect();
    }
}

fn policy(random: &mut Random) -> Policy {
    loop {
        let mut model = match random.below(4) {
            0 => model_with_formula(random),
            _ => model(random),
        };
        if random.one_in(4) {
            exclude(random, &mut model);
        }
        if !random.one_in(4) {
            without_opaque_rules(&mut model);
        }
        if random.one_in(4) {
            // More literals than one channel has bits.
            let more = (100..150).map(|index| rule(random, &model.facts, index));
            let more = more.filter(|rule| !rule.when.contains(&Op::Opaque));
            let more: Vec<_> = more.collect();
            model.scenarios[0].rules.extend(more);
        }
        if model.derived.is_empty() && model.impossible.is_empty() {
            match random.below(4) {
                // Domains of more than 32 bits.
                0 => scale(&mut model, 1 << 40),
                // More steps than are added one by one, with and without a lane for each value.
                1 => {
                    let factor = random.pick(&[20, 60]);
                    scale(&mut model, factor);
                    refine(random, &mut model);
                }
                _ => {}
            }
        }
        // Combinations may leave nobody.
        if let Ok(policy) = Policy::from_model(model) {
            return policy;
        }
    }
}

/// Row by row. What no column gives is computed, as facts are set.
fn one_by_one(policy: &Policy, given: &[Given], rows: usize) -> Vec<Decided> {
    let scenario = policy.scenario_id("s").expect("the scenario");
    let mut evaluator = policy.evaluator(scenario, day());
    let is_given = |fact: FactId| given.iter().any(|one| one.fact == fact);
    let computed = policy.model().derived.iter().any(|one| !is_given(one.fact));
    let row = |row: usize| {
        let verdict = if computed {
            for one in given {
                evaluator.set(one.fact, one.state(row)).expect("allowed");
            }
            evaluator.verdict()
        } else {
            let mut facts = policy.no_facts(day());
            for one in given {
                facts.set(one.fact, one.state(row));
            }
            evaluator.evaluate(&facts)
        };
        Decided {
            score: verdict.score,
            decisions: verdict.decisions,
            tight: verdict.tight,
        }
    };
    (0..rows).map(row).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// A table of applications gets the answers that its rows get one by one.
    #[test]
    fn batch_is_one_by_one(seed in any::<u64>()) {
        let random = &mut Random(seed);
        let policy = policy(random);
        // More than one block now and then.
        let rows = if random.one_in(8) { random.range(500, 1_100) } else { random.range(0, 40) };
        let rows = usize::try_from(rows).expect("not negative");
        let scenario = policy.scenario_id("s").expect("the scenario");
        let mut batch = policy.batch(scenario, day());
        // One batch takes several tables.
        for _ in 0..2 {
            let open = random.pick(&[3, 30, u64::MAX]);
            let mut all = Vec::new();
            for (fact, def) in (0..).zip(&policy.model().facts) {
                let is_computed = policy.model().derived.iter().any(|one| one.fact == fact);
                let is_left_out = random.one_in(if is_computed { 2 } else { 12 });
                if !is_left_out {
                    all.push(given(random, fact, def, rows, open));
                }
            }
            let mut found = vec![Decided::default(); rows];
            prop_assert_eq!(batch.run(&columns(&all), &mut found), Ok(()));
            prop_assert_eq!(found, one_by_one(&policy, &all, rows));
        }
    }

    /// What does not fit is refused with its place, and nothing panics.
    #[test]
    fn what_does_not_fit_is_refused(seed in any::<u64>()) {
        let random = &mut Random(seed);
        let policy = policy(random);
        let rows = 700;
        let scenario = policy.scenario_id("s").expect("the scenario");
        let mut all = Vec::new();
        for (fact, def) in (0..).zip(&policy.model().facts) {
            all.push(given(random, fact, def, rows, random.0 | 40));
        }
        let column = usize::try_from(random.below(all.len() as u64)).expect("small");
        let row = usize::try_from(random.below(rows as u64)).expect("small");
        let def = &policy.model().facts[column];
        let outside = [def.min - 1, def.max + 1, i64::MIN, i64::MAX, def.min + (1 << 32) + def.max];
        let outside: Vec<i64> =
            outside.into_iter().filter(|one| !(def.min..=def.max).contains(one)).collect();
        let mut expected = BatchError::CellOutside { column, row };
        match random.below(5) {
            0 => {
                let count = u8::try_from(def.specials.len()).expect("few");
                let mut cells = vec![Cell::Value; rows];
                cells[row] = Cell::Special(count);
                all[column].values = vec![def.min; rows];
                all[column].cells = Some(cells);
            }
            1 => {
                all[column].values.pop();
                expected = BatchError::ColumnLength { column };
            }
            2 => {
                all.push(given(random, all[column].fact, def, rows, 40));
                expected = BatchError::ColumnDuplicate { column: all.len() - 1 };
            }
            3 => {
                all[column].fact = 999;
                expected = BatchError::ColumnUnused { column };
            }
            _ => {
                all[column].values[row] = random.pick(&outside);
                if let Some(cells) = &mut all[column].cells {
                    cells[row] = Cell::Value;
                }
            }
        }
        let mut out = vec![Decided::default(); rows];
        let found = policy.batch(scenario, day()).run(&columns(&all), &mut out);
        prop_assert_eq!(found, Err(expected));
    }
}
