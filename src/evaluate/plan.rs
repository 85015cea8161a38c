//! What the loader works out once per scenario, so that evaluation need not.
//!
//! Per fact: the stretches of values that nothing tells apart, and the classes
//! of stretches that do the same. Per class: its points and, as one row of
//! bits, which literals hold. A condition is a few steps over literals; one
//! that is a single literal is a bit in a mask.

use super::clause::{Expr, Set, States, Step};
use super::limit::position;
use crate::facts::FactState;
use crate::policy::{
    Audience, Bin, Characteristic, Decision, Derived, FactDef, FactId, Formula, Op, Rule, Scenario,
    Test,
};

/// Values of one fact that no rule and no characteristic tells apart.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Class {
    /// A value that stands for all of them.
    pub(crate) state: FactState,
    /// What the value adds to the score, over all characteristics.
    pub(crate) points: i64,
    /// The last value of the stretch that begins with `state`.
    pub(crate) last: i64,
}

/// How a fact is computed from facts of the same plan or from others.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Computed {
    pub(crate) formula: Formula,
    /// The places in the plan of the facts that the formula reads.
    pub(crate) inputs: [Option<u16>; 2],
    /// Whether another computed fact of the plan reads one of the inputs.
    pub(crate) shares_input: bool,
}

/// One fact of a scenario.
#[derive(Debug, Clone)]
pub(crate) struct FactPlan {
    pub(crate) fact: FactId,
    /// Whether only the server has it.
    pub(crate) is_server: bool,
    pub(crate) computed: Option<Computed>,
    /// Whether a combination that no application has looks at it.
    pub(crate) in_bar: bool,
    /// Whether its values do not come about independently of other facts'.
    pub(crate) is_tied: bool,
    /// Whether rules or points tell its values apart.
    pub(super) decides: bool,
    /// The first value of every stretch, rising.
    pub(super) starts: Vec<i64>,
    /// The class of every stretch, of missing if the fact may be, and of every
    /// special code.
    pub(super) class_of: Vec<u16>,
    /// The values that make a difference, rising in points.
    pub(crate) classes: Vec<Class>,
    /// The least and the most that the fact adds to the score.
    pub(crate) points: (i64, i64),
    /// Its literals, the first and the one after the last.
    literals: (u32, u32),
    /// Where they begin, in words, and how many words they take.
    pub(super) first_word: usize,
    pub(super) words: usize,
    /// Which bits of these words are its own.
    pub(super) mask: Vec<u64>,
    /// Per class: which literals hold.
    pub(super) rows: Vec<u64>,
    /// Which literals hold in some class, and in every class.
    pub(super) can: Vec<u64>,
    pub(super) must: Vec<u64>,
    /// Whether one class is at least as good as any other whatever else is
    /// known: fewest literals, most points; and whether one is as bad.
    pub(super) has_best: bool,
    pub(super) has_worst: bool,
}

impl FactPlan {
    /// Where a state lies among those of `class_of`; a value outside the
    /// domain counts as its end.
    pub(super) fn place(&self, state: FactState, def: &FactDef) -> usize {
        let stretches = self.starts.len();
        match state {
            FactState::Special(code) => {
                stretches + usize::from(def.may_be_missing) + usize::from(code)
            }
            FactState::Missing => stretches,
            FactState::Known(value) => self.stretch(value),
            _ => 0,
        }
    }

    /// The stretch that a value lies in.
    #[inline]
    pub(super) fn stretch(&self, value: i64) -> usize {
        let starts = &self.starts;
        // Few cuts are counted without a branch, many are halved.
        let above = if starts.len() <= 8 {
            starts
                .iter()
                .map(|start| usize::from(*start <= value))
                .sum()
        } else {
            starts.partition_point(|start| *start <= value)
        };
        above.max(1) - 1
    }
}

/// A stretch of [`Plan::steps`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Clause {
    pub(super) first: u32,
    pub(super) last: u32,
}

/// The condition of a rule.
#[derive(Debug, Clone, Copy)]
pub(super) struct RulePlan {
    pub(super) clause: Clause,
    pub(super) effect: Decision,
    pub(super) is_check: bool,
    /// Whether it looks at some fact more than once, so that Kleene logic may
    /// leave open what is settled.
    pub(super) repeats: bool,
}

/// One scenario, ready for evaluation.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// The facts, what is computed after what it is computed from.
    pub(crate) facts: Vec<FactPlan>,
    /// The place in `facts` of each fact of the policy.
    pub(super) place_of: Vec<Option<u16>>,
    /// The same facts in the order of the search for amounts: those that the
    /// table is cut by first.
    pub(super) by_table: Vec<u16>,
    /// How many words the literals take.
    pub(super) words: usize,
    pub(super) steps: Vec<Step>,
    pub(super) rules: Vec<RulePlan>,
    /// The rules that are more than one literal, by place.
    pub(super) long: Vec<u16>,
    /// Per effect and word: the literals that are rules of that effect, and
    /// those of them that look at nothing that only the server knows.
    pub(super) whole: Vec<u64>,
    pub(super) whole_public: Vec<u64>,
    /// Combinations that no application has.
    pub(super) bars: Vec<Clause>,
    /// Whether something only the server knows can make a difference.
    pub(super) has_checks: bool,
    /// Per rule: whether it looks at something that only the server knows.
    pub(crate) is_check: Vec<bool>,
}

/// What [`Plan::new`] reads.
pub(crate) struct Parts<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) defs: &'a [FactDef],
    pub(crate) derived: &'a [Derived],
    /// The combinations that no application has.
    pub(crate) bars: Vec<&'a [Op]>,
}

impl Plan {
    pub(crate) fn new(parts: &Parts<'_>) -> Plan {
        let (scenario, defs) = (parts.scenario, parts.defs);
        let bars = relevant(parts);
        let order = used(parts, &bars);
        let mut facts: Vec<States<'_>> = Vec::new();
        for fact in &order {
            if let Some(def) = defs.get(usize::from(*fact)) {
                let tests = tests(scenario, &bars, *fact);
                facts.push(States {
                    fact: *fact,
                    def,
                    all: states(def, starts(scenario, *fact, def, tests)),
                    literals: Vec::new(),
                });
            }
        }
        let read = |ops: &[Op]| Expr::new(ops, &facts);
        let rules: Vec<Expr> = scenario.rules.iter().map(|rule| read(&rule.when)).collect();
        let bars: Vec<Expr> = bars.into_iter().map(read).collect();
        for expr in rules.iter().chain(&bars) {
            expr.literals(&mut |fact, set| {
                let known = &mut facts[fact].literals;
                if !known.contains(set) {
                    known.push(set.clone());
                }
            });
        }
        let mut first = Vec::new();
        let mut literals = 0usize;
        for one in &facts {
            first.push(literals);
            literals += one.literals.len();
        }
        let number = |fact: usize, set: &Set| {
            let own = facts[fact].literals.iter().position(|one| one == set);
            (first[fact] + own.unwrap_or(0)) as u32
        };
        let mut plan = Plan {
            facts: Vec::new(),
            place_of: vec![None; defs.len()],
            by_table: Vec::new(),
            words: literals.div_ceil(64),
            steps: Vec::new(),
            rules: Vec::new(),
            long: Vec::new(),
            whole: Vec::new(),
            whole_public: Vec::new(),
            bars: Vec::new(),
            has_checks: false,
            is_check: Vec::new(),
        };
        plan.whole = vec![0; Decision::ALL.len() * plan.words];
        plan.whole_public = plan.whole.clone();
        for (rule, expr) in scenario.rules.iter().zip(&rules) {
            plan.rule(rule, expr, &number, defs);
        }
        for bar in &bars {
            let clause = plan.clause(bar, &number);
            plan.bars.push(clause);
        }
        for (states, first) in facts.iter().zip(&first) {
            let mut fact = FactPlan::new(scenario, states, *first, parts.derived, &order);
            fact.in_bar = bars.iter().any(|bar| {
                let mut found = false;
                bar.literals(&mut |index, _| found |= facts[index].fact == states.fact);
                found
            });
            fact.is_tied = fact.in_bar || is_tied(parts.derived, &order, fact.fact);
            fact.has_best &= !fact.is_tied;
            fact.has_worst &= !fact.is_tied;
            plan.place_of[usize::from(fact.fact)] = u16::try_from(plan.facts.len()).ok();
            plan.facts.push(fact);
        }
        plan.link(scenario, parts.derived);
        plan
    }

    fn clause(&mut self, expr: &Expr, number: &dyn Fn(usize, &Set) -> u32) -> Clause {
        let first = self.steps.len() as u32;
        expr.write(number, &mut self.steps);
        let last = self.steps.len() as u32;
        Clause { first, last }
    }

    fn rule(
        &mut self,
        rule: &Rule,
        expr: &Expr,
        number: &dyn Fn(usize, &Set) -> u32,
        defs: &[FactDef],
    ) {
        let clause = self.clause(expr, number);
        let mut seen = Vec::new();
        let mut repeats = false;
        expr.literals(&mut |fact, _| {
            repeats |= seen.contains(&fact);
            seen.push(fact);
        });
        let is_check = is_check(rule, defs);
        self.has_checks |= is_check;
        self.is_check.push(is_check);
        if let Expr::In(fact, set) = expr {
            let literal = number(*fact, set) as usize;
            let slot = rule.effect as usize * self.words + literal / 64;
            self.whole[slot] |= 1 << (literal % 64);
            if !is_check {
                self.whole_public[slot] |= 1 << (literal % 64);
            }
        } else if !matches!(expr, Expr::Always(false)) {
            self.long.push(self.rules.len() as u16);
        }
        self.rules.push(RulePlan {
            clause,
            effect: rule.effect,
            is_check,
            repeats,
        });
    }

    /// Fills in what refers to places in the plan.
    fn link(&mut self, scenario: &Scenario, derived: &[Derived]) {
        let in_plan = |fact: FactId| self.facts.iter().any(|one| one.fact == fact);
        let mut computed = Vec::new();
        for one in &self.facts {
            let own = derived.iter().find(|other| other.fact == one.fact);
            computed.push(own.map(|own| {
                let (first, second) = own.formula.inputs();
                let place = |fact: FactId| self.place_of.get(usize::from(fact)).copied().flatten();
                let shares = derived.iter().any(|other| {
                    let (a, b) = other.formula.inputs();
                    let reads = |fact: FactId| a == fact || b == Some(fact);
                    other.fact != own.fact
                        && in_plan(other.fact)
                        && (reads(first) || second.is_some_and(reads))
                });
                Computed {
                    formula: own.formula,
                    inputs: [place(first), second.and_then(place)],
                    shares_input: shares,
                }
            }));
        }
        for (one, computed) in self.facts.iter_mut().zip(computed) {
            one.computed = computed;
        }
        self.has_checks |= self.facts.iter().any(|one| one.is_server);
        if let Some(table) = &scenario.limit {
            let is_axis = |fact: FactId| table.axes.iter().any(|axis| axis.fact == fact);
            // Computed facts stay behind what they are computed from.
            let rank = |one: &FactPlan| match one.computed {
                Some(_) => 2,
                None => usize::from(!is_axis(one.fact)),
            };
            for wanted in 0..3 {
                let places = (0u16..).zip(&self.facts);
                let own = places.filter(|(_, one)| rank(one) == wanted);
                self.by_table.extend(own.map(|(place, _)| place));
            }
        }
    }

    /// Whether a condition looks at a fact.
    pub(super) fn looks_at(&self, clause: Clause, fact: &FactPlan) -> bool {
        let (first, end) = fact.literals;
        self.steps(clause)
            .iter()
            .any(|step| matches!(step, Step::Literal(one) if (first..end).contains(one)))
    }

    pub(super) fn steps(&self, clause: Clause) -> &[Step] {
        &self.steps[clause.first as usize..clause.last as usize]
    }
}

/// The combinations that have to do with the facts of the scenario, directly
/// or through others.
fn relevant<'a>(parts: &Parts<'a>) -> Vec<&'a [Op]> {
    let mut known = used(parts, &[]);
    for one in parts.derived {
        if known.contains(&one.fact) {
            let (first, second) = one.formula.inputs();
            known.push(first);
            known.extend(second);
        }
    }
    let mut left = parts.bars.clone();
    let mut found = Vec::new();
    loop {
        let touches = |ops: &&[Op]| {
            let mut facts = ops.iter().filter_map(fact_of);
            facts.any(|fact| known.contains(&fact))
        };
        let (now, later): (Vec<&[Op]>, Vec<&[Op]>) = left.into_iter().partition(touches);
        if now.is_empty() {
            return found;
        }
        known.extend(now.iter().flat_map(|ops| ops.iter()).filter_map(fact_of));
        found.extend(now);
        left = later;
    }
}

fn fact_of(op: &Op) -> Option<FactId> {
    match op {
        Op::Atom(fact, _) => Some(*fact),
        _ => None,
    }
}

/// The facts that make a difference, what is computed after all others.
fn used(parts: &Parts<'_>, bars: &[&[Op]]) -> Vec<FactId> {
    let scenario = parts.scenario;
    let ops = scenario.rules.iter().map(|rule| rule.when.as_slice());
    let ops = ops.chain(bars.iter().copied()).flatten();
    let mut used: Vec<FactId> = ops.filter_map(fact_of).collect();
    let card = scenario.scorecard.iter();
    used.extend(
        card.flat_map(|card| &card.characteristics)
            .map(|one| one.fact),
    );
    let table = scenario.limit.iter();
    used.extend(table.flat_map(|table| &table.axes).map(|axis| axis.fact));
    used.sort_unstable();
    used.dedup();
    let is_computed = |fact: &FactId| parts.derived.iter().any(|one| one.fact == *fact);
    let (last, mut used): (Vec<FactId>, Vec<FactId>) = used.into_iter().partition(is_computed);
    used.extend(last);
    used
}

fn tests<'a>(scenario: &'a Scenario, bars: &[&'a [Op]], fact: FactId) -> Vec<&'a Test> {
    let rules = scenario.rules.iter().map(|rule| rule.when.as_slice());
    let ops = rules.chain(bars.iter().copied()).flatten();
    ops.filter_map(|op| match op {
        Op::Atom(of, test) if *of == fact => Some(test),
        _ => None,
    })
    .collect()
}

/// The first value of every stretch that nothing in a scenario cuts, rising.
fn starts(scenario: &Scenario, fact: FactId, def: &FactDef, tests: Vec<&Test>) -> Vec<i64> {
    let bins = characteristics(scenario, fact).flat_map(|one| &one.bins);
    let mut starts = cuts(def, tests.into_iter(), bins);
    let axes = scenario.limit.iter().flat_map(|table| &table.axes);
    for axis in axes.filter(|axis| axis.fact == fact) {
        starts.extend(axis.upto.iter().map(|upto| upto.saturating_add(1)));
    }
    tidy(def, starts)
}

fn tidy(def: &FactDef, mut starts: Vec<i64>) -> Vec<i64> {
    starts.retain(|start| (def.min..=def.max).contains(start));
    starts.sort_unstable();
    starts.dedup();
    starts
}

fn characteristics(scenario: &Scenario, fact: FactId) -> impl Iterator<Item = &Characteristic> {
    let cards = scenario.scorecard.iter();
    cards
        .flat_map(|card| &card.characteristics)
        .filter(move |one| one.fact == fact)
}

fn states(def: &FactDef, starts: Vec<i64>) -> Vec<FactState> {
    let mut states: Vec<FactState> = starts.into_iter().map(FactState::Known).collect();
    if def.may_be_missing {
        states.push(FactState::Missing);
    }
    states.extend((0u8..).take(def.specials.len()).map(FactState::Special));
    states
}

/// Whether a fact is computed from others or read by what is computed, so that
/// its values do not come about independently.
fn is_tied(derived: &[Derived], in_plan: &[FactId], fact: FactId) -> bool {
    derived.iter().any(|one| {
        let (first, second) = one.formula.inputs();
        if one.fact == fact {
            return second.is_some() || in_plan.contains(&first);
        }
        (first == fact || second == Some(fact)) && in_plan.contains(&one.fact)
    })
}

fn is_check(rule: &Rule, defs: &[FactDef]) -> bool {
    rule.when.iter().any(|op| match op {
        Op::Opaque => true,
        Op::Atom(fact, _) => defs
            .get(usize::from(*fact))
            .is_some_and(|def| def.audience == Audience::Server),
        _ => false,
    })
}

impl FactPlan {
    fn new(
        scenario: &Scenario,
        states: &States<'_>,
        first_literal: usize,
        derived: &[Derived],
        in_plan: &[FactId],
    ) -> FactPlan {
        let States { fact, def, .. } = *states;
        let first_word = first_literal / 64;
        let shift = first_literal % 64;
        let count = states.literals.len();
        let words = if count == 0 {
            0
        } else {
            (shift + count).div_ceil(64)
        };
        let row = |holds: &dyn Fn(&Set) -> bool| {
            let mut row = vec![0u64; words];
            for (index, set) in states.literals.iter().enumerate() {
                if holds(set) {
                    row[(shift + index) / 64] |= 1 << ((shift + index) % 64);
                }
            }
            row
        };
        let axis = scenario.limit.iter().flat_map(|table| &table.axes);
        let axis = axis.into_iter().find(|axis| axis.fact == fact);
        // A formula asks where values lie, so that stretches stay apart.
        let in_stretches = derived.iter().any(|one| {
            let (first, second) = one.formula.inputs();
            let reads = first == fact || second == Some(fact);
            one.fact == fact || reads && in_plan.contains(&one.fact)
        });
        let mut signatures: Vec<(i64, Option<usize>, usize, Vec<u64>)> = Vec::new();
        for (index, state) in states.all.iter().copied().enumerate() {
            let own = characteristics(scenario, fact);
            let points = own.map(|one| i64::from(points(one, state))).sum();
            let place = axis.and_then(|axis| position(axis, def, state));
            let apart = if in_stretches { index } else { 0 };
            let bits = row(&|set| set[index / 64] >> (index % 64) & 1 == 1);
            signatures.push((points, place, apart, bits));
        }
        // One state of each class, rising in points.
        let mut first: Vec<usize> = Vec::new();
        let find = |first: &[usize], index: usize| {
            first.binary_search_by(|one| signatures[*one].cmp(&signatures[index]))
        };
        for index in 0..states.all.len() {
            if let Err(at) = find(&first, index) {
                first.insert(at, index);
            }
        }
        let class_of = (0..states.all.len()).map(|index| find(&first, index).unwrap_or(0) as u16);
        let class_of = class_of.collect();
        let rows = first
            .iter()
            .flat_map(|one| signatures[*one].3.clone())
            .collect();
        let class = |index: &usize| Class {
            state: states.all[*index],
            points: signatures[*index].0,
            last: match states.all.get(*index + 1) {
                Some(FactState::Known(next)) => next - 1,
                _ => def.max,
            },
        };
        let classes: Vec<Class> = first.iter().map(class).collect();
        let known = |state: &&FactState| matches!(state, FactState::Known(_));
        let mut plan = FactPlan {
            fact,
            is_server: def.audience == Audience::Server,
            computed: None,
            in_bar: false,
            is_tied: false,
            decides: count > 0
                || classes.first().map(|one| one.points) != classes.last().map(|one| one.points),
            literals: (first_literal as u32, (first_literal + count) as u32),
            starts: Vec::new(),
            class_of,
            points: (
                classes.first().map_or(0, |class| class.points),
                classes.last().map_or(0, |class| class.points),
            ),
            first_word,
            words,
            mask: row(&|_| true),
            can: vec![0; words],
            must: row(&|_| true),
            has_best: false,
            has_worst: false,
            classes,
            rows,
        };
        for state in states.all.iter().take_while(known) {
            if let FactState::Known(value) = state {
                plan.starts.push(*value);
            }
        }
        for class in 0..plan.classes.len() {
            for word in 0..words {
                let bits = plan.rows[class * words + word];
                plan.can[word] |= bits;
                plan.must[word] &= bits;
            }
        }
        let is = |class: usize, ideal: &[u64], points: i64| {
            plan.classes[class].points == points
                && plan.rows[class * words..(class + 1) * words] == *ideal
        };
        let all = 0..plan.classes.len();
        plan.has_best = all
            .clone()
            .any(|class| is(class, &plan.must, plan.points.1));
        plan.has_worst = all
            .into_iter()
            .any(|class| is(class, &plan.can, plan.points.0));
        plan
    }
}

/// The first value of every stretch that no test and no bin cuts, rising.
fn cuts<'t>(
    def: &FactDef,
    tests: impl Iterator<Item = &'t Test>,
    bins: impl Iterator<Item = &'t Bin>,
) -> Vec<i64> {
    let mut starts = vec![def.min];
    for test in tests {
        match test {
            Test::AtMost(bound) => starts.push(bound.saturating_add(1)),
            Test::AtLeast(bound) => starts.push(*bound),
            Test::OneOf(values) => {
                for value in values {
                    starts.extend([*value, value.saturating_add(1)]);
                }
            }
            Test::Missing | Test::Special(_) => {}
        }
    }
    for bin in bins {
        starts.push(bin.upto.saturating_add(1));
    }
    tidy(def, starts)
}

/// The first value of every stretch of a fact's values that neither the rules
/// nor the scorecard of a scenario tell apart, rising.
pub(crate) fn cuts_of(scenario: &Scenario, fact: FactId, def: &FactDef) -> Vec<i64> {
    let tests = tests(scenario, &[], fact).into_iter();
    let bins = characteristics(scenario, fact).flat_map(|one| &one.bins);
    cuts(def, tests, bins)
}

/// The points of a characteristic for a state that is not unknown.
pub(crate) fn points(characteristic: &Characteristic, state: FactState) -> i32 {
    let found = match state {
        FactState::Known(value) => {
            let bins = &characteristic.bins;
            bins.get(bins.partition_point(|bin| bin.upto < value))
                .map(|bin| bin.points)
        }
        FactState::Missing => characteristic.missing,
        FactState::Special(code) => characteristic.specials.get(usize::from(code)).copied(),
        _ => None,
    };
    // The loader has checked that the bins cover the domain.
    found.unwrap_or(0)
}
