//! Facts that cannot be together: combinations that no real application has.
//!
//! A policy lists them; whatever the unknown facts turn out to be, none of them
//! holds. So an application contradicts itself when one holds already, or when
//! several leave an unknown fact no value at all. Both are told with the fewest
//! combinations that show it.
//!
//! Facts computed from others are taken for free while they are unknown, and
//! the search has a budget. Both only ever let an application pass.

use crate::evaluate::{Truth, condition};
use crate::facts::{FactState, Facts};
use crate::policy::{
    Audience, Contradiction, FactDef, FactId, Impossible, Model, Op, Problem, Said, Source, Test,
};
use crate::wire::Application;

use super::{Work, list, pointer};

/// Nodes of one search; also how deep it goes at most.
const BUDGET: usize = 1_000;

/// The combinations, by position, that no way of the unknown facts avoids all
/// of; none of them can be left out. Empty where there is a way.
fn contradiction(model: &Model, facts: &Facts) -> Vec<usize> {
    let mut core: Vec<usize> = (0..model.impossible.len()).collect();
    if is_possible(model, &core, facts) {
        return Vec::new();
    }
    for one in 0..model.impossible.len() {
        let fewer: Vec<usize> = core.iter().copied().filter(|other| *other != one).collect();
        if !is_possible(model, &fewer, facts) {
            core = fewer;
        }
    }
    core
}

/// Whether no application has these facts together.
pub(crate) fn contradicts(model: &Model, facts: &Facts) -> bool {
    let truths = model.impossible.iter();
    let truths = truths.map(|one| condition(&one.when, &model.facts, facts));
    match truths.max().unwrap_or(Truth::False) {
        Truth::False => false,
        Truth::True => true,
        // Several together may leave an unknown fact no value.
        Truth::Unknown => {
            let all: Vec<usize> = (0..model.impossible.len()).collect();
            !is_possible(model, &all, facts)
        }
    }
}

impl Model {
    /// The impossible combinations, by position, that together leave no
    /// application at all; empty in a policy that loads. Their conditions have
    /// to be well formed.
    pub fn leaves_nothing(&self) -> Vec<usize> {
        contradiction(self, &Facts::unknown(self.facts.len(), self.valid_from))
    }
}

fn is_possible(model: &Model, among: &[usize], facts: &Facts) -> bool {
    let chosen = among.iter().map(|index| &model.impossible[*index]);
    let mut search = Search {
        defs: &model.facts,
        combinations: chosen.collect(),
        facts: facts.clone(),
        budget: BUDGET,
    };
    search.visit()
}

/// The facts that a condition looks at, in its order.
fn facts_of(when: &[Op]) -> impl Iterator<Item = FactId> {
    atoms(when).map(|(fact, _)| fact)
}

fn atoms(when: &[Op]) -> impl Iterator<Item = (FactId, &Test)> {
    when.iter().filter_map(|op| match op {
        Op::Atom(fact, test) => Some((*fact, test)),
        _ => None,
    })
}

struct Search<'m> {
    defs: &'m [FactDef],
    combinations: Vec<&'m Impossible>,
    facts: Facts,
    budget: usize,
}

impl Search<'_> {
    /// Whether some way of the facts that are still unknown avoids everything.
    fn visit(&mut self) -> bool {
        let mut open = None;
        for one in &self.combinations {
            match condition(&one.when, self.defs, &self.facts) {
                Truth::True => return false,
                Truth::Unknown => open = open.or(Some(*one)),
                Truth::False => {}
            }
        }
        let is_unknown = |fact: &FactId| !self.facts.get(*fact).is_settled();
        let Some(fact) = open.and_then(|one| facts_of(&one.when).find(is_unknown)) else {
            return true;
        };
        let before = self.facts.get(fact);
        for state in self.states(fact) {
            if self.budget == 0 {
                return true;
            }
            self.budget -= 1;
            self.facts.set(fact, state);
            if self.visit() {
                return true;
            }
        }
        self.facts.set(fact, before);
        false
    }

    /// A state out of each class that no combination tells apart.
    fn states(&self, fact: FactId) -> Vec<FactState> {
        let Some(def) = self.defs.get(usize::from(fact)) else {
            return Vec::new();
        };
        let between = self.facts.get(fact).span();
        let (low, high) = between.unwrap_or((def.min, def.max));
        let mut states = vec![FactState::Known(low)];
        let mut cut = |value: i64| {
            let state = FactState::Known(value);
            if (low..=high).contains(&value) && !states.contains(&state) {
                states.push(state);
            }
        };
        let all = self.combinations.iter().flat_map(|one| atoms(&one.when));
        for (_, test) in all.filter(|(of, _)| *of == fact) {
            match test {
                Test::AtMost(bound) => cut(bound.saturating_add(1)),
                Test::AtLeast(bound) => cut(*bound),
                Test::OneOf(values) => {
                    for value in values {
                        cut(*value);
                        cut(value.saturating_add(1));
                    }
                }
                Test::Missing | Test::Special(_) => {}
            }
        }
        if between.is_none() {
            if def.may_be_missing {
                states.push(FactState::Missing);
            }
            states.extend((0..).take(def.specials.len()).map(FactState::Special));
        }
        states
    }
}

impl Work<'_> {
    /// Reports facts that cannot be together, until what is left can be.
    pub(super) fn contradict(&mut self, application: &Application) {
        let model = self.policy.model();
        if model.impossible.is_empty() {
            return;
        }
        let mut rest = self.facts.clone();
        loop {
            let core = contradiction(model, &rest);
            let mut named = Vec::new();
            let mut is_told = true;
            for index in &core {
                for fact in facts_of(&model.impossible[*index].when) {
                    let def = self.policy.fact(fact);
                    is_told &= def.is_some_and(|def| def.audience == Audience::Public);
                    self.stated(fact, &rest, &mut named);
                }
            }
            let blamed = named.iter().copied();
            let Some(last) = blamed.max_by_key(|fact| self.blame(*fact, application)) else {
                // Loading has seen that no facts do not contradict each other.
                return;
            };
            let at = self.place(last, application);
            for index in core {
                let problem = self.contradiction(&at, index, &named, is_told);
                self.problems.push(problem);
            }
            rest.set(last, FactState::Unknown);
            self.forget(last, &mut rest);
        }
    }

    /// Makes what was computed from a fact follow, which is unknown now.
    fn forget(&self, fact: FactId, rest: &mut Facts) {
        for derived in &self.policy.model().derived {
            let (first, second) = derived.formula.inputs();
            if let Some(def) = self.policy.fact(derived.fact)
                && (first == Some(fact) || second == Some(fact))
            {
                // Missing still, where the other of two inputs is.
                rest.set(derived.fact, derived.state(rest, def));
            }
        }
    }

    /// Adds what an application states when a fact is known: what the fact is
    /// computed from, or the fact.
    fn stated(&self, fact: FactId, facts: &Facts, into: &mut Vec<FactId>) {
        let is_known = |fact: FactId| facts.get(fact) != FactState::Unknown;
        if !is_known(fact) {
            return;
        }
        let mut all = self.policy.model().derived.iter();
        let derived = all.find(|one| one.fact == fact);
        let inputs = derived.map(|one| one.formula.inputs());
        // What is computed from one date may have been stated itself.
        let is_computed =
            |one: &(Option<FactId>, Option<FactId>)| one.1.is_some() || one.0.is_some_and(is_known);
        let (first, second) = inputs.filter(is_computed).unwrap_or((Some(fact), None));
        for fact in [first, second].into_iter().flatten() {
            if is_known(fact) && !into.contains(&fact) {
                into.push(fact);
            }
        }
    }

    /// How near it lies that a fact is the wrong one: what the person states
    /// themselves before what a source says, then what was asked later.
    fn blame(&self, fact: FactId, application: &Application) -> (bool, bool, usize) {
        let def = self.policy.fact(fact);
        let is_own = def.is_some_and(|def| def.source == Source::Applicant);
        let facts = &self.policy.scenario(self.scenario).facts;
        let order = facts.iter().position(|one| *one == fact);
        (self.is_given(fact, application), is_own, order.unwrap_or(0))
    }

    fn is_given(&self, fact: FactId, application: &Application) -> bool {
        let mut entries = application.facts.0.iter();
        entries.any(|(name, _)| self.policy.fact_id(name) == Some(fact))
    }

    /// Where an application states a fact: itself, or in a field.
    fn place(&self, fact: FactId, application: &Application) -> String {
        let mut fields = self.policy.scenario(self.scenario).fields.iter();
        let field = fields.find(|field| field.birth_date == Some(fact));
        match field.filter(|_| !self.is_given(fact, application)) {
            Some(field) => String::from("/fields/") + &pointer(&field.name),
            None => String::from("/facts/") + &pointer(self.name(fact)),
        }
    }

    fn name(&self, fact: FactId) -> &str {
        self.policy.fact(fact).map_or("", |def| &def.name)
    }

    /// The problem at a place. What only the server knows is not told, not
    /// even by the id of what it contradicts.
    fn contradiction(&self, at: &str, index: usize, named: &[FactId], is_told: bool) -> Problem {
        let model = self.policy.model();
        let mut contradiction = Contradiction {
            id: String::new(),
            facts: Vec::new(),
            said: Vec::new(),
        };
        let mut text = String::from("the facts of several sources cannot be together");
        if is_told {
            let names = named.iter().map(|fact| self.name(*fact));
            text = list(names.clone());
            text.push_str(" cannot be together like this; correct one of them or leave it out");
            contradiction.facts = names.map(String::from).collect();
            contradiction.id.clone_from(&model.impossible[index].id);
            let said = model.texts.iter().map(|texts| Said {
                locale: texts.locale,
                text: texts.impossible[index].clone(),
            });
            contradiction.said = said.collect();
        }
        Problem {
            contradiction: Some(Box::new(contradiction)),
            ..Problem::new(at, "facts-contradict", text)
        }
    }
}
