//! `policy.json` itself, evaluated without the engine: the reference.
//!
//! Values of a fact that no comparison and no cut tells apart are one *class*;
//! a completion takes one value out of a class of each fact that is not given.

use precheck::{Decision, FactDef, FactKind, Policy};
use serde_json::Value;

/// A value in the units of the engine: fen, basis points, the place of a code.
pub(super) fn units(def: &FactDef, value: &Value) -> i64 {
    let places = match def.kind {
        FactKind::Money => 2,
        FactKind::Ratio => 4,
        _ => 0,
    };
    match value {
        Value::Bool(value) => i64::from(*value),
        Value::String(code) => {
            let found = def.codes.iter().position(|one| one == code);
            i64::try_from(found.expect("a code of the fact")).expect("few codes")
        }
        // As text: nothing is rounded on the way.
        _ => {
            let text = value.to_string();
            let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
            assert!(rest.len() <= 2, "{text} has two places at most");
            assert!(places >= rest.len() || rest == "0", "{text} is whole");
            let rest: String = rest.chars().take(places).collect();
            format!("{whole}{rest:0<places$}")
                .parse()
                .expect("a decimal")
        }
    }
}

enum Condition {
    Compare(usize, &'static str, i64),
    In(usize, Vec<i64>),
    Any(Vec<Condition>),
}

struct Characteristic {
    fact: usize,
    cuts: Vec<i64>,
    points: Vec<i64>,
}

/// The policy as `policy.json` states it.
pub(super) struct Source {
    /// What has to hold.
    rules: Vec<Condition>,
    base: i64,
    card: Vec<Characteristic>,
    approve: i64,
    refer: i64,
    /// Per fact: one value of each class.
    classes: Vec<Vec<i64>>,
}

/// What each fact is, or may be.
pub(super) type Choices = Vec<Vec<i64>>;

impl Source {
    pub(super) fn new(policy: &Policy, json: &Value) -> Source {
        let defs = &policy.model().facts;
        let list = |value: &Value| value.as_array().expect("a list").clone();
        let rules = list(&json["rules"]);
        let card = &json["scorecard"];
        let characteristics = list(&card["characteristics"]);
        let mut source = Source {
            rules: rules
                .iter()
                .map(|rule| condition(defs, &rule["pass"]))
                .collect(),
            base: card["base"].as_i64().expect("an integer"),
            card: characteristics
                .iter()
                .map(|one| {
                    let fact = fact(defs, &one["fact"]);
                    let points = list(&one["points"]);
                    Characteristic {
                        fact,
                        cuts: list(&one["cuts"])
                            .iter()
                            .map(|cut| units(&defs[fact], cut))
                            .collect(),
                        points: points.iter().filter_map(Value::as_i64).collect(),
                    }
                })
                .collect(),
            approve: json["decision"]["approve_at"].as_i64().expect("a score"),
            refer: json["decision"]["refer_at"].as_i64().expect("a score"),
            classes: Vec::new(),
        };
        assert_eq!((source.rules.len(), source.card.len()), (20, 10));
        source.classes = (0..defs.len())
            .map(|fact| source.classes_of(fact, &defs[fact]))
            .collect();
        source
    }

    /// The facts of an applicant for which `given` says so, the others open.
    pub(super) fn facts(
        &self,
        policy: &Policy,
        applicant: &Value,
        mut given: impl FnMut() -> bool,
    ) -> Choices {
        let defs = policy.model().facts.iter().zip(&self.classes);
        defs.map(|(def, classes)| {
            if given() {
                vec![units(def, &applicant[&def.name])]
            } else {
                classes.clone()
            }
        })
        .collect()
    }

    /// The values on both sides of everything that a fact is compared with,
    /// one of those that nothing tells apart.
    fn classes_of(&self, fact: usize, def: &FactDef) -> Vec<i64> {
        let mut values = vec![def.min, def.max];
        let mut around = |value: i64| values.extend([value - 1, value, value + 1]);
        self.rules.iter().for_each(|rule| {
            rule.each(&mut |part| match part {
                Condition::Compare(of, _, value) if *of == fact => around(*value),
                Condition::In(of, list) if *of == fact => {
                    list.iter().copied().for_each(&mut around);
                }
                _ => {}
            })
        });
        for one in self.card.iter().filter(|one| one.fact == fact) {
            one.cuts.iter().copied().for_each(&mut around);
        }
        values.retain(|value| (def.min..=def.max).contains(value));
        let mut seen = Vec::new();
        values.retain(|value| {
            let mut signature = Vec::new();
            for rule in &self.rules {
                rule.each(&mut |part| {
                    if part.facts().contains(&fact) && !matches!(part, Condition::Any(_)) {
                        signature.push(i64::from(part.holds(&|_| *value)));
                    }
                });
            }
            let own = self.card.iter().filter(|one| one.fact == fact);
            signature.extend(own.map(|one| one.points(*value)));
            let is_new = !seen.contains(&signature);
            seen.push(signature);
            is_new
        });
        values
    }

    fn decide(&self, value: &impl Fn(usize) -> i64) -> Decision {
        let score = self.card.iter().map(|one| one.points(value(one.fact)));
        let score = self.base + score.sum::<i64>();
        if !self.rules.iter().all(|rule| rule.holds(value)) {
            Decision::Decline
        } else if score >= self.approve {
            Decision::Approve
        } else if score >= self.refer {
            Decision::Refer
        } else {
            Decision::Decline
        }
    }

    /// The decisions of all completions, each tried; `None` when these are
    /// more than `most`.
    pub(super) fn reached_by_each(&self, facts: &Choices, most: usize) -> Option<Vec<Decision>> {
        let ways = facts.iter().try_fold(1_usize, |ways, choices| {
            ways.checked_mul(choices.len()).filter(|ways| *ways <= most)
        })?;
        let mut reached = Vec::new();
        for way in 0..ways {
            let mut rest = way;
            let values: Vec<i64> = facts
                .iter()
                .map(|choices| {
                    let value = choices[rest % choices.len()];
                    rest /= choices.len();
                    value
                })
                .collect();
            reached.push(self.decide(&|fact| values[fact]));
        }
        reached.sort();
        reached.dedup();
        Some(reached)
    }

    /// The same with two shortcuts: where a rule fails whose facts are all
    /// settled, everything that follows is declined; and once all three
    /// decisions are seen, nothing more can be.
    pub(super) fn reached(&self, facts: &Choices) -> Vec<Decision> {
        let mut order: Vec<usize> = (0..facts.len()).collect();
        order.sort_by_key(|fact| facts[*fact].len() > 1);
        let settled_at = |fact: &usize| order.iter().position(|one| one == fact);
        let mut settled: Vec<Vec<&Condition>> = order.iter().map(|_| Vec::new()).collect();
        for rule in &self.rules {
            let last = rule.facts().iter().filter_map(settled_at).max();
            settled[last.expect("a rule has a fact")].push(rule);
        }
        let mut tree = Tree {
            source: self,
            facts,
            order: &order,
            settled,
            values: vec![0; facts.len()],
            reached: Vec::new(),
        };
        tree.visit(0);
        tree.reached.sort();
        tree.reached
    }
}

/// The completions as a tree, a fact a level.
struct Tree<'s> {
    source: &'s Source,
    facts: &'s Choices,
    order: &'s [usize],
    /// The rules whose last fact is that of the level.
    settled: Vec<Vec<&'s Condition>>,
    values: Vec<i64>,
    reached: Vec<Decision>,
}

impl Tree<'_> {
    fn visit(&mut self, level: usize) {
        if self.reached.len() == 3 {
            return;
        }
        let Some(fact) = self.order.get(level) else {
            let decision = self.source.decide(&|fact| self.values[fact]);
            self.reach(decision);
            return;
        };
        for value in &self.facts[*fact] {
            self.values[*fact] = *value;
            let mut rules = self.settled[level].iter();
            if rules.all(|rule| rule.holds(&|fact| self.values[fact])) {
                self.visit(level + 1);
            } else {
                self.reach(Decision::Decline);
            }
        }
    }

    fn reach(&mut self, decision: Decision) {
        if !self.reached.contains(&decision) {
            self.reached.push(decision);
        }
    }
}

impl Condition {
    fn holds(&self, value: &impl Fn(usize) -> i64) -> bool {
        match self {
            Condition::Compare(fact, operator, with) => {
                let order = value(*fact).cmp(with);
                match *operator {
                    "ge" => order.is_ge(),
                    "le" => order.is_le(),
                    "lt" => order.is_lt(),
                    "gt" => order.is_gt(),
                    "eq" => order.is_eq(),
                    _ => order.is_ne(),
                }
            }
            Condition::In(fact, list) => list.contains(&value(*fact)),
            Condition::Any(parts) => parts.iter().any(|part| part.holds(value)),
        }
    }

    /// The facts that it looks at.
    fn facts(&self) -> Vec<usize> {
        match self {
            Condition::Compare(fact, ..) | Condition::In(fact, _) => vec![*fact],
            Condition::Any(parts) => parts.iter().flat_map(Condition::facts).collect(),
        }
    }

    /// Shows it and all of its parts.
    fn each(&self, see: &mut impl FnMut(&Condition)) {
        see(self);
        if let Condition::Any(parts) = self {
            for part in parts {
                part.each(see);
            }
        }
    }
}

impl Characteristic {
    fn points(&self, value: i64) -> i64 {
        let bin = self.cuts.iter().position(|cut| value < *cut);
        self.points[bin.unwrap_or(self.cuts.len())]
    }
}

fn fact(defs: &[FactDef], name: &Value) -> usize {
    let found = defs.iter().position(|def| *name == def.name);
    found.expect("a fact of the pack")
}

fn condition(defs: &[FactDef], json: &Value) -> Condition {
    let (operator, with) = json
        .as_object()
        .and_then(|one| one.iter().next())
        .expect("an operator and what it compares");
    let list = |value: &Value| value.as_array().expect("a list").clone();
    let with = list(with);
    if operator == "any" {
        return Condition::Any(with.iter().map(|part| condition(defs, part)).collect());
    }
    let fact = fact(defs, &with[0]);
    let def = &defs[fact];
    if operator == "in" {
        let values = list(&with[1]);
        return Condition::In(fact, values.iter().map(|one| units(def, one)).collect());
    }
    let operators = ["ge", "le", "lt", "gt", "eq", "ne"];
    let operator = operators.into_iter().find(|one| one == operator);
    Condition::Compare(fact, operator.expect("a comparison"), units(def, &with[1]))
}
