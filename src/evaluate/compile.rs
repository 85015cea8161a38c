//! Scenario → Plan, when a policy is loaded.

use super::Range;
use super::classes::{starts, states, tests};
use super::clause::{Expr, Set, States};
use super::index::Index;
use super::plan::{Cases, Clause, Computed, FactPlan, Plan, RulePlan};
use super::tally::Tally;
use crate::policy::{
    Audience, Conditional, Decision, Derived, FactDef, FactId, Op, Rule, Scenario,
};

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
        let card = scenario.scorecard.iter();
        let card = card.flat_map(|card| &card.conditional);
        let mut cases: Vec<(&Conditional, Vec<Expr>)> = Vec::new();
        let mut folded: Vec<Vec<i64>> = facts.iter().map(|one| vec![0; one.all.len()]).collect();
        for one in card {
            let exprs: Vec<Expr> = one.cases.iter().map(|case| read(&case.when)).collect();
            let is_public = |fact: FactId| {
                let def = defs.get(usize::from(fact));
                def.is_some_and(|def| def.audience == Audience::Public)
            };
            match only_fact(&exprs).filter(|_| one.facts().all(is_public)) {
                Some(at) => {
                    for (bit, sum) in folded[at].iter_mut().enumerate() {
                        let first = exprs.iter().position(|expr| expr.holds(bit));
                        let points = first.map_or(one.otherwise, |case| one.cases[case].points);
                        *sum += i64::from(points);
                    }
                }
                None => cases.push((one, exprs)),
            }
        }
        let by_cases = cases.iter().flat_map(|(_, exprs)| exprs);
        for expr in rules.iter().chain(&bars).chain(by_cases) {
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
            index: Index::default(),
            widest: 0,
            place_of: vec![None; defs.len()],
            by_table: Vec::new(),
            words: literals.div_ceil(64),
            is_long: false,
            steps: Vec::new(),
            rules: Vec::new(),
            long: Vec::new(),
            whole: Vec::new(),
            whole_public: Vec::new(),
            server: vec![0; literals.div_ceil(64)],
            cases: Vec::new(),
            bars: Vec::new(),
            hides: scenario
                .scorecard
                .as_ref()
                .is_some_and(|card| card.hidden != (0, 0)),
            has_checks: false,
            is_check: Vec::new(),
        };
        plan.whole = vec![0; Decision::ALL.len() * plan.words];
        for (rule, expr) in scenario.rules.iter().zip(&rules) {
            plan.rule(rule, expr, &number, defs);
        }
        for bar in &bars {
            let clause = plan.clause(bar, &number);
            plan.bars.push(clause);
        }
        for (one, exprs) in &cases {
            let mut all = Vec::new();
            let ends = exprs.iter().chain([&Expr::Always(true)]).zip(one.ends());
            for (expr, (points, _)) in ends {
                all.push((plan.clause(expr, &number), i64::from(points)));
            }
            let is_server = |fact: FactId| {
                let def = defs.get(usize::from(fact));
                def.is_some_and(|def| def.audience == Audience::Server)
            };
            plan.cases.push(Cases {
                all,
                span: one.span(),
                is_server: one.facts().any(is_server),
            });
        }
        for (at, states) in facts.iter().enumerate() {
            let mut fact = FactPlan::new(
                scenario,
                states,
                first[at],
                &folded[at],
                parts.derived,
                &order,
            );
            fact.in_bar = bars.iter().any(|bar| bar.looks_at(at));
            let in_cases = cases
                .iter()
                .flat_map(|(_, exprs)| exprs)
                .any(|expr| expr.looks_at(at));
            fact.is_tied = fact.in_bar || in_cases || is_tied(parts.derived, &order, fact.fact);
            fact.has_best &= !fact.is_tied;
            fact.has_worst &= !fact.is_tied;
            fact.blank = blank(&fact);
            for pair in fact.clean.windows(2) {
                plan.widest = plan.widest.max(pair[1] - pair[0]);
            }
            plan.index.add(&fact);
            plan.is_long |= fact.words > 1;
            if fact.is_server {
                let own = plan.server.iter_mut().skip(fact.first_word);
                for (word, mask) in own.zip(&fact.mask) {
                    *word |= mask;
                }
            }
            plan.place_of[usize::from(fact.fact)] = u16::try_from(plan.facts.len()).ok();
            plan.facts.push(fact);
        }
        let server = plan.server.iter().cycle();
        let whole = plan.whole.iter().zip(server);
        plan.whole_public = whole.map(|(whole, server)| whole & !server).collect();
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
        self.hides |= rule.when.contains(&Op::Opaque);
        self.is_check.push(is_check);
        if let Expr::In(fact, set) = expr {
            let literal = number(*fact, set) as usize;
            let slot = rule.effect as usize * self.words + literal / 64;
            self.whole[slot] |= 1 << (literal % 64);
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
                    let reads = |fact: FactId| a == Some(fact) || b == Some(fact);
                    other.fact != own.fact
                        && in_plan(other.fact)
                        && (first.is_some_and(reads) || second.is_some_and(reads))
                });
                Computed {
                    formula: own.formula,
                    inputs: [first.and_then(place), second.and_then(place)],
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
}

/// What a fact comes to while nothing is known of it.
fn blank(fact: &FactPlan) -> Tally {
    let clean = fact.clean.first().zip(fact.clean.last());
    Tally {
        sum: Range {
            min: fact.points.0,
            max: fact.points.1,
        },
        clean: clean.map_or(Range::default(), |(min, max)| Range {
            min: *min,
            max: *max,
        }),
        open: 1,
        no_best: i64::from(!fact.has_best),
        no_worst: i64::from(!fact.has_worst),
        tied: i64::from(fact.is_tied),
        rough: i64::from(clean.is_none()),
    }
}

/// The combinations that have to do with the facts of the scenario, directly,
/// through what is computed, or through each other.
fn relevant<'a>(parts: &Parts<'a>) -> Vec<&'a [Op]> {
    let with_inputs = |facts: Vec<FactId>| {
        let mut all = facts;
        for one in parts.derived {
            if all.contains(&one.fact) {
                let (first, second) = one.formula.inputs();
                all.extend(first.into_iter().chain(second));
            }
        }
        all
    };
    let mut known = with_inputs(used(parts, &[]));
    let facts = |ops: &[Op]| with_inputs(ops.iter().filter_map(fact_of).collect());
    let mut left = parts.bars.clone();
    let mut found = Vec::new();
    loop {
        let touches = |ops: &&[Op]| facts(ops).iter().any(|fact| known.contains(fact));
        let (now, later): (Vec<&[Op]>, Vec<&[Op]>) = left.into_iter().partition(touches);
        if now.is_empty() {
            return found;
        }
        for ops in &now {
            known.extend(facts(ops));
        }
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

/// Every condition, of rules and of characteristics.
pub(super) fn conditions(scenario: &Scenario) -> impl Iterator<Item = &[Op]> {
    let cards = scenario.scorecard.iter();
    let by_cases = cards.flat_map(|card| &card.conditional);
    let cases = by_cases.flat_map(|one| &one.cases);
    let rules = scenario.rules.iter().map(|rule| rule.when.as_slice());
    rules.chain(cases.map(|case| case.when.as_slice()))
}

/// The one fact that conditions look at, by its place.
fn only_fact(exprs: &[Expr]) -> Option<usize> {
    let mut found = None;
    for expr in exprs {
        match expr {
            Expr::In(fact, _) if *found.get_or_insert(*fact) == *fact => {}
            Expr::Always(_) => {}
            _ => return None,
        }
    }
    found
}

/// The facts that make a difference, what is computed after all others.
fn used(parts: &Parts<'_>, bars: &[&[Op]]) -> Vec<FactId> {
    let scenario = parts.scenario;
    let ops = conditions(scenario).chain(bars.iter().copied()).flatten();
    let mut used: Vec<FactId> = ops.filter_map(fact_of).collect();
    let card = scenario.scorecard.iter();
    used.extend(
        card.flat_map(|card| &card.characteristics)
            .map(|one| one.fact),
    );
    let table = scenario.limit.iter();
    used.extend(table.flat_map(|table| &table.axes).map(|axis| axis.fact));
    crate::order::sort(&mut used);
    used.dedup();
    let is_computed = |fact: &FactId| parts.derived.iter().any(|one| one.fact == *fact);
    let (last, mut used): (Vec<FactId>, Vec<FactId>) = used.into_iter().partition(is_computed);
    used.extend(last);
    used
}

/// Whether a fact is computed from others or read by what is computed, so that
/// its values do not come about independently.
fn is_tied(derived: &[Derived], in_plan: &[FactId], fact: FactId) -> bool {
    derived.iter().any(|one| {
        let (first, second) = one.formula.inputs();
        if one.fact == fact {
            return second.is_some() || first.is_some_and(|first| in_plan.contains(&first));
        }
        (first == Some(fact) || second == Some(fact)) && in_plan.contains(&one.fact)
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
