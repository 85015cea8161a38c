//! Applications that what is fixed stands for, and what the engine says of them.
//!
//! A node fixes classes; an application has values. Where something is computed,
//! not every choice of classes has any: a share above a half and no debt. What
//! the formulas ask of their inputs is put to `solve`, for every way in which
//! the inputs that are still open may be there or not.

use precheck::units::Date;
use precheck::{FactState, Facts, Formula};

use super::search::{Outcome, Search};
use super::solve::{Exhausted, Tie, solve};
use super::space::Computed;

/// An application: what it states of each variable, as each side has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Concrete {
    /// The day for which it is looked at.
    pub(super) day: Date,
    /// Nothing for the day, and for what follows from others.
    pub(super) stated: Vec<Option<[FactState; 2]>>,
}

/// What an input is at a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Input {
    /// Missing or special.
    Lacks,
    /// A number.
    Number(i64, i64),
}

impl Search<'_> {
    /// What is computed that has to be looked at, and the inputs of it.
    fn involved(&self) -> (Vec<usize>, Vec<usize>) {
        let (mut computed, mut inputs) = (Vec::new(), Vec::new());
        loop {
            let before = computed.len();
            for (index, variable) in self.variables.iter().enumerate() {
                let Some(one) = variable.computed.filter(|_| !computed.contains(&index)) else {
                    continue;
                };
                let is_near =
                    |input: &usize| inputs.contains(input) || self.chosen[*input].is_some();
                // Until there is a neutral application, nothing vouches for the rest.
                let is_bound =
                    one.is_binding && (self.plain.is_none() || one.inputs.iter().any(is_near));
                if is_bound || self.chosen[index].is_some() {
                    computed.push(index);
                    inputs.extend(one.inputs);
                }
            }
            if computed.len() == before {
                break;
            }
        }
        // The day first: it is plainest, and what is found is lowest from there on.
        inputs.sort_unstable_by_key(|input| (!self.variables[*input].is_day, *input));
        inputs.dedup();
        (computed, inputs)
    }

    /// An input of what is computed that is not fixed yet.
    pub(super) fn loose(&self) -> Option<usize> {
        let (_, inputs) = self.involved();
        inputs.into_iter().find(|one| self.chosen[*one].is_none())
    }

    /// What the inputs of what is computed can be, the numbers as low as they
    /// can; `None` where there is no way.
    pub(super) fn numbers(&self) -> Result<Option<Vec<(usize, Input)>>, Exhausted> {
        let (computed, inputs) = self.involved();
        self.ways(&computed, &inputs, &mut Vec::new())
    }

    /// Tries every way in which the inputs from one on can be there.
    fn ways(
        &self,
        computed: &[usize],
        inputs: &[usize],
        so_far: &mut Vec<(usize, Input)>,
    ) -> Result<Option<Vec<(usize, Input)>>, Exhausted> {
        let Some(input) = inputs.get(so_far.len()) else {
            return self.one_way(computed, so_far);
        };
        for way in self.options(*input) {
            so_far.push((*input, way));
            let found = self.ways(computed, inputs, so_far)?;
            so_far.pop();
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    fn options(&self, input: usize) -> Vec<Input> {
        let variable = &self.variables[input];
        let classes = match self.chosen[input] {
            Some(class) => &variable.classes[class..=class],
            None => &variable.classes[..],
        };
        let spans = classes.iter().filter_map(|class| class.span);
        let whole = spans.reduce(|all, one| (all.0.min(one.0), all.1.max(one.1)));
        let mut options = Vec::new();
        if let Some((low, high)) = whole {
            // No share is taken of nothing, which is a class of its own there.
            let is_split = variable.is_divisor && low <= 0 && high > 0;
            let parts = if is_split {
                vec![(1, high), (low, 0)]
            } else {
                vec![(low, high)]
            };
            options.extend(
                parts
                    .into_iter()
                    .map(|(low, high)| Input::Number(low, high)),
            );
        }
        options.extend(
            classes
                .iter()
                .find(|class| class.span.is_none())
                .map(|_| Input::Lacks),
        );
        options
    }

    fn one_way(
        &self,
        computed: &[usize],
        inputs: &[(usize, Input)],
    ) -> Result<Option<Vec<(usize, Input)>>, Exhausted> {
        let mut ties = Vec::new();
        for index in computed {
            let variable = &self.variables[*index];
            let Some(one) = variable.computed else {
                continue;
            };
            if !self.tie(*index, &one, inputs, &mut ties) {
                return Ok(None);
            }
        }
        let ranges = inputs.iter().map(|(input, way)| match way {
            Input::Number(low, high) => (*low, *high, self.variables[*input].is_latest),
            Input::Lacks => (0, 0, false),
        });
        let ranges: Vec<(i64, i64, bool)> = ranges.collect();
        let found = solve(&ranges, &ties)?;
        Ok(found.map(|values| {
            let both = inputs.iter().zip(values);
            let set = both.map(|((input, way), value)| match way {
                Input::Number(..) => (*input, Input::Number(value, value)),
                Input::Lacks => (*input, Input::Lacks),
            });
            set.collect()
        }))
    }

    /// Adds what a computed value asks of its inputs; `false` where these ways
    /// of theirs do not give it at all.
    fn tie(
        &self,
        index: usize,
        one: &Computed,
        inputs: &[(usize, Input)],
        ties: &mut Vec<Tie>,
    ) -> bool {
        let variable = &self.variables[index];
        let place = |input: usize| inputs.iter().position(|(of, _)| *of == input);
        let [Some(first), Some(second)] = one.inputs.map(place) else {
            return true;
        };
        let classes = match self.chosen[index] {
            Some(class) => &variable.classes[class..=class],
            None => &variable.classes[..],
        };
        let is_dated = one.formula.inputs().1.is_none();
        let ways = (inputs[first].1, inputs[second].1);
        let (Input::Number(..), Input::Number(_, high)) = ways else {
            // Without its date it is stated itself; without one of two it is missing.
            return if is_dated {
                one.is_free
            } else {
                classes
                    .iter()
                    .any(|class| class.states[one.side] == FactState::Missing)
            };
        };
        if let Formula::Ratio { zero, .. } = one.formula
            && high <= 0
        {
            let state = zero.map_or(FactState::Missing, FactState::Special);
            return classes.iter().any(|class| class.states[one.side] == state);
        }
        let spans = classes.iter().filter_map(|class| class.span);
        let Some((low, high)) = spans.reduce(|all, one| (all.0.min(one.0), all.1.max(one.1)))
        else {
            return false;
        };
        // What lies beyond the domain counts as its end, but for dates.
        let least = (is_dated || low > one.ends.0).then_some(low);
        let most = (is_dated || high < one.ends.1).then_some(high);
        push(one.formula, (first, second), (least, most), ties);
        true
    }

    /// The application that what is fixed stands for: the rest as in the neutral
    /// one, as far as nothing ties it to what is fixed. `None` where there is none.
    pub(super) fn concrete(&self) -> Result<Option<Concrete>, Exhausted> {
        let Some(numbers) = self.numbers()? else {
            return Ok(None);
        };
        let way = |index: usize| {
            numbers
                .iter()
                .find(|(input, _)| *input == index)
                .map(|(_, way)| *way)
        };
        let mut day = self.day;
        let mut stated = Vec::new();
        for (index, variable) in self.variables.iter().enumerate() {
            let class = self.chosen[index].unwrap_or(self.neutral[index]);
            let class = &variable.classes[class];
            if variable.is_day {
                let first = class.span.map(|(first, _)| first);
                let value = match way(index) {
                    Some(Input::Number(value, _)) => Some(value),
                    _ => first,
                };
                let found = value
                    .and_then(|value| i32::try_from(value).ok())
                    .and_then(Date::from_days);
                day = found.unwrap_or(day);
                stated.push(None);
                continue;
            }
            let known = |value| {
                variable
                    .ids
                    .map(|id| id.map_or(FactState::Unknown, |_| FactState::Known(value)))
            };
            stated.push(Some(match way(index) {
                Some(Input::Number(value, _)) => known(value),
                Some(Input::Lacks) if class.span.is_some() => {
                    let lacking = variable.classes.iter().find(|class| class.span.is_none());
                    lacking.unwrap_or(class).states
                }
                _ => class.states,
            }));
        }
        for (index, variable) in self.variables.iter().enumerate() {
            if let Some(one) = variable.computed {
                let lacks = |state: &FactState| !matches!(state, FactState::Known(_));
                let date = stated[one.inputs[0]];
                let is_stated = one.is_free && date.is_some_and(|date| lacks(&date[one.side]));
                if !is_stated {
                    stated[index] = None;
                }
            }
        }
        Ok(Some(Concrete { day, stated }))
    }

    /// How many facts differ from the neutral application.
    pub(super) fn distance(&self, one: &Concrete) -> usize {
        let Some(plain) = &self.plain else {
            return 0;
        };
        let both = one.stated.iter().zip(&plain.stated);
        let differing = both.filter(|(one, plain)| one.is_some() && one != plain);
        differing.count() + usize::from(one.day != plain.day)
    }

    /// All that each side knows of an application, and whether it takes it for
    /// possible.
    pub(super) fn facts_of(&self, one: &Concrete) -> [(Facts, bool); 2] {
        let mut given = self.sides.map(|side| side.policy.no_facts(one.day));
        let variables = || self.variables.iter().zip(&one.stated);
        let today = FactState::Known(i64::from(one.day.days()));
        for (variable, stated) in variables() {
            for (side, facts) in given.iter_mut().enumerate() {
                let state = match stated {
                    Some(states) => Some(states[side]),
                    None => {
                        Some(today).filter(|_| variable.is_day && self.sides[side].day().is_none())
                    }
                };
                if let (Some(fact), Some(state)) = (variable.ids[side], state) {
                    facts.set(fact, state);
                }
            }
        }
        let settled = self.settled(&given);
        // What one side computes and the other declares has the computed value.
        for (variable, stated) in variables() {
            let (Some(computed), None) = (variable.computed, stated) else {
                continue;
            };
            let other = 1 - computed.side;
            if let (Some(own), Some(fact)) = (variable.ids[computed.side], variable.ids[other])
                && self.sides[other].formula(fact).is_none()
            {
                let state = settled[computed.side].0.get(own);
                let class = variable.class_of(computed.side, state);
                let state = match (state, class) {
                    (state, Some(_))
                        if state != FactState::Missing
                            && !matches!(state, FactState::Special(_)) =>
                    {
                        state
                    }
                    (_, Some(class)) => variable.classes[class].states[other],
                    (_, None) => FactState::Unknown,
                };
                given[other].set(fact, state);
            }
        }
        self.settled(&given)
    }

    fn settled(&self, given: &[Facts; 2]) -> [(Facts, bool); 2] {
        [0, 1].map(|index: usize| {
            let (side, mut facts) = (self.sides[index], given[index].clone());
            let is_possible = side.policy.settle(side.scenario, &mut facts);
            (facts, is_possible)
        })
    }

    /// What becomes of an application on each side, as the engine says;
    /// nothing where the engine leaves it open.
    pub(super) fn outcomes(&self, one: &Concrete) -> [Option<Outcome>; 2] {
        let all = self.facts_of(one);
        [0, 1].map(|index: usize| {
            let (side, (facts, is_possible)) = (self.sides[index], &all[index]);
            if !is_possible {
                return Some(None);
            }
            let mut decisions = side.policy.evaluate(side.scenario, facts).decisions.iter();
            let only = decisions.next();
            only.filter(|_| decisions.next().is_none()).map(Some)
        })
    }
}

/// What it takes for a formula to give a value from `least` to `most`.
fn push(
    formula: Formula,
    of: (usize, usize),
    ends: (Option<i64>, Option<i64>),
    ties: &mut Vec<Tie>,
) {
    let (least, most) = (ends.0.map(i128::from), ends.1.map(i128::from));
    let mut add = |times: (i128, i128), most: i128| ties.push(Tie::Linear { of, times, most });
    match formula {
        Formula::Sum(..) => {
            most.into_iter().for_each(|most| add((1, 1), most));
            least.into_iter().for_each(|least| add((-1, -1), -least));
        }
        Formula::DaysBetween { .. } | Formula::DaysSince(_) => {
            most.into_iter().for_each(|most| add((-1, 1), most));
            least.into_iter().for_each(|least| add((1, -1), -least));
        }
        Formula::Ratio { up: true, .. } => {
            most.into_iter().for_each(|most| add((10_000, -most), 0));
            least
                .into_iter()
                .for_each(|least| add((-10_000, least - 1), -1));
        }
        Formula::Ratio { up: false, .. } => {
            most.into_iter()
                .for_each(|most| add((10_000, -most - 1), -1));
            least.into_iter().for_each(|least| add((-10_000, least), 0));
        }
        Formula::YearsSince(_) => ties.push(Tie::Years {
            from: of.0,
            to: of.1,
            least: ends.0.unwrap_or(i64::MIN),
            most: ends.1.unwrap_or(i64::MAX),
        }),
        Formula::Today => {}
    }
}
