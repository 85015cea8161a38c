//! The applications that are shown: which ones, and how they read.

use precheck::{Decision, FactDef, FactId, FactKind, FactState, Facts};
use serde_json::{Map, Value, json};

use super::concrete::Concrete;
use super::search::{Found, Goal, OUTCOMES, Search, pair};
use super::space::{DAY, Variable};
use super::{Example, Stated};
use crate::spell;

impl Search<'_> {
    /// Takes an application as the neutral one that both sides treat alike, as
    /// mildly as there is; any other where they treat none alike.
    pub(super) fn choose_neutral(&mut self, budget: u32) {
        let alike = Decision::ALL.map(|decision| pair(Some(decision), Some(decision)));
        let any = OUTCOMES
            .iter()
            .flat_map(|old| OUTCOMES.map(|new| pair(*old, new)));
        let any = any.fold(0, |all, one| all | one) & !pair(None, None);
        for wanted in alike.into_iter().chain([any]) {
            let mut found: Found = Vec::new();
            self.nodes = budget / 10;
            self.reach(wanted, &mut found);
            if let Some((_, one)) = found.into_iter().next() {
                self.take_as_neutral(one);
                return;
            }
        }
    }

    /// From now on inputs differ where their value does.
    fn take_as_neutral(&mut self, one: Concrete) {
        let facts = self.facts_of(&one);
        for (index, variable) in self.variables.iter_mut().enumerate() {
            let side = variable.side();
            let state = match (variable.is_day, &one.stated[index], variable.ids[side]) {
                (true, ..) => FactState::Known(i64::from(one.day.days())),
                (_, Some(states), _) => states[side],
                (_, None, Some(fact)) => facts[side].0.get(fact),
                (_, None, None) => FactState::Unknown,
            };
            let class = match state {
                FactState::Known(value) if variable.is_input => variable.single_out(value),
                state => variable.class_of(side, state),
            };
            self.neutral[index] = class.unwrap_or(0);
        }
        self.plain = Some(one);
    }

    /// The application as wanted with the fewest facts that are not neutral,
    /// starting from any; whether there is certainly none with fewer.
    pub(super) fn smallest(
        &mut self,
        wanted: Goal,
        first: &Concrete,
        budget: u32,
    ) -> (Concrete, bool) {
        self.nodes = budget;
        for most in 0..self.distance(first) {
            match self.near(wanted, most, most) {
                Ok(Some(one)) => return (one, true),
                Ok(None) => {}
                Err(()) => return (first.clone(), false),
            }
        }
        (first.clone(), true)
    }

    /// An example of other reasons with what is not needed made neutral.
    pub(super) fn plainer(&self, decision: Decision, mut one: Concrete) -> Concrete {
        let Some(plain) = &self.plain else {
            return one;
        };
        let holds = |one: &Concrete| {
            let told = self.reasons(one);
            told.is_some_and(|(found, [old, new])| found == decision && old != new)
        };
        let with_day = Concrete {
            day: plain.day,
            stated: one.stated.clone(),
        };
        if holds(&with_day) {
            one = with_day;
        }
        for index in 0..one.stated.len() {
            let kept = std::mem::replace(&mut one.stated[index], plain.stated[index]);
            if !holds(&one) {
                one.stated[index] = kept;
            }
        }
        one
    }

    pub(super) fn example(&self, one: &Concrete, is_smallest: bool) -> Example {
        let (facts, computed) = (self.facts_of(one), self.plain.as_ref());
        let plain = computed.map(|plain| self.facts_of(plain));
        let mut example = Example {
            as_of: one.day,
            facts: Vec::new(),
            computed: [Vec::new(), Vec::new()],
            differs: Vec::new(),
            follows: [Vec::new(), Vec::new()],
            is_smallest,
        };
        for (index, variable) in self.variables.iter().enumerate() {
            let differs = |all: &Concrete| all.stated[index] != one.stated[index];
            if let Some(states) = one.stated[index] {
                let stated = stated(variable, variable.side(), states[variable.side()]);
                if computed.is_some_and(differs) {
                    example.differs.push(stated.clone());
                }
                example.facts.push(stated);
            } else if variable.is_day {
                if computed.is_some_and(|plain| plain.day != one.day) {
                    let state = FactState::Known(i64::from(one.day.days()));
                    example.differs.push(stated(variable, 0, state));
                }
                for (side, computed) in example.computed.iter_mut().enumerate() {
                    let fact = variable.ids[side];
                    computed.extend(fact.map(|fact| self.today(side, fact, &facts[side].0)));
                }
            } else {
                for side in [0, 1] {
                    let Some(fact) = variable.ids[side] else {
                        continue;
                    };
                    let state = facts[side].0.get(fact);
                    let mut stated = stated(variable, side, state);
                    let is_name = |one: &&Variable<'_>| one.name == variable.name;
                    if self.variables.iter().filter(is_name).count() > 1 {
                        // Where both follow, what matters is how they differ.
                        stated.shown = spell::state(variable.def, state);
                    }
                    let class = |state| variable.class_of(side, state);
                    let before = plain.as_ref().map(|plain| plain[side].0.get(fact));
                    if before.is_some_and(|before| class(before) != class(state)) {
                        example.follows[side].push(stated.clone());
                    }
                    example.computed[side].push(stated);
                }
            }
        }
        example
    }

    /// The day as a fact of a side.
    fn today(&self, side: usize, fact: FactId, facts: &Facts) -> Stated {
        let name = self.sides[side].def(fact).map_or("", |def| &def.name);
        let shown = spell::state(&DAY, facts.get(fact));
        Stated {
            fact: name.to_owned(),
            json: shown.clone().into(),
            shown,
        }
    }

    /// The neutral application as it is told.
    pub(super) fn neutral_facts(&self) -> Vec<Stated> {
        let Some(plain) = &self.plain else {
            return Vec::new();
        };
        let all = self.variables.iter().zip(&plain.stated);
        let stated = all.filter_map(|(variable, states)| {
            let (side, states) = (variable.side(), (*states)?);
            Some(Stated {
                shown: spell::state(variable.def, states[side]),
                ..stated(variable, side, states[side])
            })
        });
        stated.collect()
    }
}

/// A state of a variable; where any value of its stretch would do, the stretch.
fn stated(variable: &Variable<'_>, side: usize, state: FactState) -> Stated {
    // `def` is the declaration of the first side that has the fact.
    let def = variable.def;
    let own = variable.class_of(side, state);
    let shared = own.map_or(state, |class| match state {
        FactState::Known(_) if def.kind != FactKind::Code => state,
        _ => variable.classes[class].states[variable.side()],
    });
    let low = spell::state(def, shared);
    let class = own.and_then(|class| variable.classes[class].span);
    // What something is computed from may not be any value of its stretch.
    let span = class.filter(|(low, high)| !variable.is_input && low < high);
    let last = span.map(|(_, last)| spell::state(def, FactState::Known(last)));
    let first = span.map(|(first, _)| spell::state(def, FactState::Known(first)));
    let shown = match first.zip(last) {
        Some((first, last)) if def.kind != FactKind::Bool => format!("{first} to {last}"),
        _ => low,
    };
    Stated {
        fact: variable.name.to_owned(),
        json: value(def, shared),
        shown,
    }
}

/// A state as an application carries it.
fn value(def: &FactDef, state: FactState) -> Value {
    match (state, def.kind) {
        (FactState::Known(value), FactKind::Bool) => (value != 0).into(),
        (FactState::Known(_), FactKind::Code | FactKind::Date | FactKind::Decimal) => {
            spell::state(def, state).into()
        }
        (FactState::Known(value), _) => value.into(),
        (FactState::Missing, _) => json!({ "state": "missing" }),
        (FactState::Special(_), _) => json!({ "special": spell::state(def, state) }),
        (FactState::Unknown | FactState::Between(..), _) => json!({ "state": "unknown" }),
    }
}

/// Facts as the member of an application.
pub(crate) fn facts_json(facts: &[Stated]) -> Value {
    let members = facts.iter().map(|one| (one.fact.clone(), one.json.clone()));
    Value::Object(members.collect::<Map<_, _>>())
}
