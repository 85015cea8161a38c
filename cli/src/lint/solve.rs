//! Is there an application of which all this holds? Exactly, or not at all.
//!
//! Values of a fact that no test and no bin of the question tells apart count
//! as one, so the space is finite. What is wanted is first taken apart at its
//! `&&` (and, where it must not hold, at its `||`); parts about a single fact
//! only narrow that fact. The rest falls into groups that share no fact, each
//! searched for itself, cut off as soon as a part is decided the wrong way.
//! Points add up (those by cases within the group of their facts), so groups meet only in the set of sums that each can reach.
//!
//! A search that runs into its budget says so; it never answers "no".

use std::collections::BTreeMap;

use precheck::{Characteristic, FactDef, FactId, FactState};

use super::cases::Cases;
use super::formula::{Formula, Shape, cuts, passes, states};

/// Nodes visited, and sums kept, before a question is given up.
const BUDGET: usize = 100_000;

/// The question was too large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Exhausted;

/// The facts that matter, and how they are. The others may be anything.
pub(super) type Example = BTreeMap<FactId, FactState>;

/// Sums of points from one up to below another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) from: i64,
    pub(super) below: i64,
}

impl Window {
    /// No demand.
    pub(super) const ALL: Window = Window {
        from: i64::MIN,
        below: i64::MAX,
    };

    /// Whether no sum lies in it.
    pub(super) fn is_empty(self) -> bool {
        self.from >= self.below
    }

    /// The sums in both.
    pub(super) fn and(self, other: Window) -> Window {
        Window {
            from: self.from.max(other.from),
            below: self.below.min(other.below),
        }
    }

    /// The window for what comes before some points are added.
    pub(super) fn before(self, points: i64) -> Window {
        let moved = |end: i64| match end {
            i64::MIN | i64::MAX => end,
            end => end.saturating_sub(points),
        };
        Window {
            from: moved(self.from),
            below: moved(self.below),
        }
    }
}

/// What an application is asked to be like.
pub(super) struct Question<'q> {
    pub(super) defs: &'q [FactDef],
    /// Conditions, and whether each must hold.
    pub(super) wants: Vec<(&'q Formula, bool)>,
    /// What adds points.
    pub(super) characteristics: Vec<&'q Characteristic>,
    /// What adds points by cases.
    pub(super) cases: Vec<&'q Cases<'q>>,
    /// Where the sum of the points must lie.
    pub(super) window: Window,
}

/// States of a fact that the question does not tell apart.
#[derive(Debug, Clone, Copy)]
struct Class {
    state: FactState,
    points: i64,
}

/// A fact of the question with its classes.
struct Variable {
    fact: FactId,
    classes: Vec<Class>,
}

/// What a group can add to the sum, each with an example.
type Sums = BTreeMap<i64, Vec<(FactId, FactState)>>;

impl Question<'_> {
    /// An application that is as asked, if there is one.
    ///
    /// # Errors
    ///
    /// [`Exhausted`] when the budget does not do.
    pub(super) fn solve(&self) -> Result<Option<Example>, Exhausted> {
        if self.window.is_empty() {
            return Ok(None);
        }
        let mut wants = Vec::new();
        for (formula, truth) in &self.wants {
            split(formula, *truth, &mut wants);
        }
        let Some(variables) = self.variables(&mut wants) else {
            return Ok(None);
        };
        let mut search = Search {
            variables: &variables,
            sums_matter: self.window != Window::ALL,
            budget: BUDGET,
            fixed: BTreeMap::new(),
        };
        let mut groups = Vec::new();
        let cases = if self.window == Window::ALL {
            &[]
        } else {
            &self.cases[..]
        };
        for group in grouped(&variables, &wants, cases) {
            let found = search.group(&group)?;
            if found.is_empty() {
                return Ok(None);
            }
            groups.push(found);
        }
        Ok(meet(groups, self.window)?.map(|pairs| pairs.into_iter().collect()))
    }

    /// The facts of the question, narrowed by what is wanted of one fact alone,
    /// which leaves the list; `None` when a fact cannot be as wanted.
    fn variables(&self, wants: &mut Vec<(&Formula, bool)>) -> Option<Vec<Variable>> {
        let mut used: Vec<FactId> = wants.iter().flat_map(|(one, _)| one.facts()).collect();
        if self.window != Window::ALL {
            used.extend(self.characteristics.iter().map(|one| one.fact));
            used.extend(self.cases.iter().flat_map(|one| one.facts()));
        }
        used.sort_unstable();
        used.dedup();
        let mut variables: Vec<Variable> = used
            .into_iter()
            .map(|fact| self.variable(fact, wants))
            .collect();
        let mut is_possible = true;
        wants.retain(|(formula, truth)| match formula.facts()[..] {
            [] => {
                is_possible &= formula.truth(&|_| None) == Some(*truth);
                false
            }
            [fact] => {
                let own = variables.iter_mut().find(|one| one.fact == fact);
                let own = own.expect("every fact that is mentioned is a variable");
                own.classes
                    .retain(|class| formula.truth(&|_| Some(class.state)) == Some(*truth));
                is_possible &= !own.classes.is_empty();
                false
            }
            _ => true,
        });
        is_possible.then_some(variables)
    }

    fn variable(&self, fact: FactId, wants: &[(&Formula, bool)]) -> Variable {
        let mut tests = Vec::new();
        let wanted = wants.iter().map(|(formula, _)| *formula);
        let cases = self.cases.iter().flat_map(|one| &one.when);
        let cases = cases.filter(|_| self.window != Window::ALL);
        for formula in wanted.chain(cases) {
            formula.atoms(&mut |_, of, test| {
                if of == fact {
                    tests.push(test);
                }
            });
        }
        let own = |one: &&&Characteristic| one.fact == fact;
        let scored: Vec<&Characteristic> =
            self.characteristics.iter().filter(own).copied().collect();
        let bins = scored.iter().flat_map(|one| &one.bins);
        let edges = bins.map(|bin| bin.upto.saturating_add(1));
        let cuts = tests.iter().flat_map(|test| cuts(test)).chain(edges);
        let mut seen = Vec::new();
        let mut classes = Vec::new();
        for state in states(&self.defs[usize::from(fact)], cuts) {
            let sum = scored.iter().map(|one| points(one, state)).sum();
            let truths: Vec<bool> = tests.iter().map(|test| passes(state, test)).collect();
            if !seen.contains(&(sum, truths.clone())) {
                seen.push((sum, truths));
                classes.push(Class { state, points: sum });
            }
        }
        Variable { fact, classes }
    }
}

/// The points of a characteristic for a state.
pub(super) fn points(characteristic: &Characteristic, state: FactState) -> i64 {
    let found = match state {
        FactState::Known(value) => {
            let bin = characteristic.bins.iter().find(|bin| value <= bin.upto);
            bin.map(|bin| bin.points)
        }
        FactState::Missing => characteristic.missing,
        FactState::Special(code) => characteristic.specials.get(usize::from(code)).copied(),
        FactState::Unknown | FactState::Between(..) => None,
    };
    // The compiler has checked that the bins cover the domain.
    i64::from(found.unwrap_or(0))
}

/// Takes a demand apart into demands that must all be met.
fn split<'f>(formula: &'f Formula, truth: bool, into: &mut Vec<(&'f Formula, bool)>) {
    match (&formula.shape, truth) {
        (Shape::Not(part), _) => split(part, !truth, into),
        (Shape::All(parts), true) | (Shape::Any(parts), false) => {
            parts.iter().for_each(|part| split(part, truth, into));
        }
        _ => into.push((formula, truth)),
    }
}

/// Facts that demands tie together, and those demands.
struct Group<'w> {
    variables: Vec<usize>,
    wants: Vec<(&'w Formula, bool)>,
    cases: Vec<&'w Cases<'w>>,
}

fn grouped<'w>(
    variables: &[Variable],
    wants: &[(&'w Formula, bool)],
    cases: &[&'w Cases<'w>],
) -> Vec<Group<'w>> {
    let alone = |variable| Group {
        variables: vec![variable],
        wants: Vec::new(),
        cases: Vec::new(),
    };
    let mut groups: Vec<Group<'w>> = (0..variables.len()).map(alone).collect();
    let wants = wants.iter().map(|want| (want.0.facts(), Some(*want), None));
    let cases = cases.iter().map(|one| (one.facts(), None, Some(*one)));
    for (facts, want, cases) in wants.chain(cases) {
        let is_tied = |group: &Group<'_>| {
            let mut own = group.variables.iter();
            own.any(|index| facts.contains(&variables[*index].fact))
        };
        let (tied, others): (Vec<_>, Vec<_>) = groups.into_iter().partition(is_tied);
        groups = others;
        let mut whole = Group {
            variables: Vec::new(),
            wants: want.into_iter().collect(),
            cases: cases.into_iter().collect(),
        };
        for group in tied {
            whole.variables.extend(group.variables);
            whole.wants.extend(group.wants);
            whole.cases.extend(group.cases);
        }
        groups.push(whole);
    }
    for group in &mut groups {
        // What is tied most is fixed first: it decides most.
        let mentions = |index: &usize| {
            let fact = variables[*index].fact;
            let all = group.wants.iter();
            core::cmp::Reverse(all.filter(|(one, _)| one.facts().contains(&fact)).count())
        };
        group.variables.sort_by_cached_key(mentions);
    }
    groups
}

struct Search<'s> {
    variables: &'s [Variable],
    sums_matter: bool,
    budget: usize,
    fixed: BTreeMap<FactId, FactState>,
}

impl Search<'_> {
    /// What the facts of a group can add while its demands are met: every sum,
    /// or a single one when sums do not matter.
    fn group(&mut self, group: &Group<'_>) -> Result<Sums, Exhausted> {
        let mut found = Sums::new();
        self.fixed.clear();
        self.visit(group, 0, 0, &mut found)?;
        Ok(found)
    }

    fn visit(
        &mut self,
        group: &Group<'_>,
        depth: usize,
        sum: i64,
        found: &mut Sums,
    ) -> Result<(), Exhausted> {
        self.budget = self.budget.checked_sub(1).ok_or(Exhausted)?;
        let mut is_settled = true;
        for (formula, wanted) in &group.wants {
            match formula.truth(&|fact| self.fixed.get(&fact).copied()) {
                Some(truth) if truth != *wanted => return Ok(()),
                Some(_) => {}
                None => is_settled = false,
            }
        }
        let points = group.cases.iter();
        let points: Option<i64> = points
            .map(|one| one.points(&|fact| self.fixed.get(&fact).copied()))
            .sum();
        let open = &group.variables[depth..];
        if let Some(points) = points.filter(|_| is_settled) {
            return self.rest(open, sum + points, found);
        }
        let Some(index) = open.first() else {
            return Ok(());
        };
        let variables = self.variables;
        let variable = &variables[*index];
        for class in &variable.classes {
            self.fixed.insert(variable.fact, class.state);
            self.visit(group, depth + 1, sum + class.points, found)?;
            if !self.sums_matter && !found.is_empty() {
                break;
            }
        }
        self.fixed.remove(&variable.fact);
        Ok(())
    }

    /// Every demand is met: the facts that are still open may be anything.
    fn rest(&mut self, open: &[usize], sum: i64, found: &mut Sums) -> Result<(), Exhausted> {
        let fixed = self.fixed.iter().map(|(fact, state)| (*fact, *state));
        let mut sums = Sums::from([(sum, fixed.collect::<Vec<_>>())]);
        for index in open {
            let variable = &self.variables[*index];
            let count = if self.sums_matter { usize::MAX } else { 1 };
            let mut next = Sums::new();
            for (sum, chosen) in &sums {
                for class in variable.classes.iter().take(count) {
                    self.budget = self.budget.checked_sub(1).ok_or(Exhausted)?;
                    next.entry(sum + class.points).or_insert_with(|| {
                        let mut chosen = chosen.clone();
                        chosen.push((variable.fact, class.state));
                        chosen
                    });
                }
            }
            sums = next;
        }
        for (sum, chosen) in sums {
            found.entry(sum).or_insert(chosen);
        }
        Ok(())
    }
}

/// One choice per group whose sums add up to a sum in the window.
fn meet(groups: Vec<Sums>, window: Window) -> Result<Option<Vec<(FactId, FactState)>>, Exhausted> {
    // Per group: each sum so far, and the group's own part of it.
    let mut layers: Vec<BTreeMap<i64, i64>> = Vec::new();
    let mut budget = 10 * BUDGET;
    for group in &groups {
        let mut layer = BTreeMap::new();
        let before: Vec<i64> = match layers.last() {
            Some(last) => last.keys().copied().collect(),
            None => vec![0],
        };
        for sum in before {
            for own in group.keys() {
                budget = budget.checked_sub(1).ok_or(Exhausted)?;
                layer.entry(sum + own).or_insert(*own);
            }
        }
        layers.push(layer);
    }
    let Window { from, below } = window;
    let reached = match layers.last() {
        Some(last) => last.range(from..below).next().map(|(sum, _)| *sum),
        None => (from..below).contains(&0).then_some(0),
    };
    let Some(mut sum) = reached else {
        return Ok(None);
    };
    let mut chosen = Vec::new();
    for (layer, group) in layers.iter().zip(&groups).rev() {
        let own = layer[&sum];
        chosen.extend(group[&own].iter().copied());
        sum -= own;
    }
    Ok(Some(chosen))
}
