//! What moves facts: the person, other facts that move with them, and time.
//!
//! ```toml
//! actionable = "down"
//! effort  = { fixed = 1, per_step = 1, step = "100.00", most = 50 }
//! moves   = [{ fact = "balance", by = "1/1" }, { fact = "late_days", at = "0.00", to = 0 }]
//! evolves = "up"                       # or "down", or { runs_out = 365, to = 0 }
//! ```
//!
//! | left out of `effort` | counts as |
//! |---|---|
//! | `fixed` | 1 |
//! | `per_step` | 1; 0 with a `scale`, and for codes and truth values, which have no steps |
//! | `step` | `"100.00"` of money, `"1%"` of a ratio, 1 of anything else |
//! | `most` | as many steps as go through the whole domain, at most 1 000 000 |
//! | `to` | every code |
//!
//! A fact that is `actionable` and says nothing else has all of these.

use precheck::{Actionable, Change, Coupling, Evolution, FactDef, FactId, FactKind, Pace, Pull};

use super::diagnostic::{Help, Place};
use super::facts::{Symbol, Symbols};
use super::grammar::Shape;
use super::places::Spot;
use super::table::{Name, Node, Table};
use super::values::value_of;

/// Words for facts that move by one a day.
pub(super) const PACES: [(&str, Pace); 2] = [("up", Pace::Up), ("down", Pace::Down)];
/// More effort, steps or days than this would be no advice; the engine refuses more.
const MOST: u32 = 1_000_000;

/// What a policy says about moving facts.
#[derive(Default)]
pub(super) struct Moves {
    pub(super) changes: Vec<Change>,
    pub(super) couplings: Vec<Coupling>,
    pub(super) evolutions: Vec<Evolution>,
    /// Per coupling: where it stands.
    pub(super) places: Vec<Spot>,
}

/// Reads `effort`, `moves` and `evolves`, once all facts are declared and all
/// formulas read.
pub(super) fn read<'t>(
    symbols: &Symbols,
    facts: &[(Name<'t>, Table<'t>, Option<precheck::Source>)],
) -> Moves {
    let mut moves = Moves::default();
    let mut pulls: Vec<(Coupling, Place<'t>, Node<'t>)> = Vec::new();
    for (name, table, _) in facts {
        let Some(Symbol::Fact(fact)) = symbols.get(name.text) else {
            continue;
        };
        let one = Declared {
            symbols,
            fact,
            def: symbols.fact(fact),
            table: *table,
        };
        moves.changes.extend(one.change());
        for (coupling, place, node) in one.couplings() {
            let is_same = |(other, ..): &(Coupling, Place<'_>, Node<'_>)| same(other, &coupling);
            if pulls.iter().any(is_same) {
                let name = &symbols.fact(coupling.moves).name;
                let message = format!("`{name}` is moved twice at once");
                node.report_at(place, "moves-duplicate", message, "remove one");
            }
            pulls.push((coupling, place, node));
        }
        moves.evolutions.extend(one.evolution());
    }
    for (coupling, _, node) in &pulls {
        if pulls.iter().any(|(other, ..)| other.fact == coupling.moves) {
            let name = &symbols.fact(coupling.moves).name;
            let own = &symbols.fact(coupling.fact).name;
            let message = format!("`{name}` moves facts itself");
            let help = format!("let `{own}` move those; what moves does not move others");
            node.report("moves-chain", message, help);
        }
    }
    moves.places = pulls.iter().map(|(_, place, _)| (*place).into()).collect();
    moves.couplings = pulls.iter().map(|(coupling, ..)| *coupling).collect();
    moves
}

/// Whether two couplings would both apply, each its own way.
fn same(one: &Coupling, other: &Coupling) -> bool {
    let is_at_once = match (one.pull, other.pull) {
        (Pull::By { .. }, Pull::By { .. }) => true,
        (Pull::At { value, .. }, Pull::At { value: also, .. }) => value == also,
        _ => false,
    };
    is_at_once && one.fact == other.fact && one.moves == other.moves
}

/// A fact and its declaration.
struct Declared<'s, 't> {
    symbols: &'s Symbols,
    fact: FactId,
    def: &'s FactDef,
    table: Table<'t>,
}

impl<'t> Declared<'_, 't> {
    fn is_computed(&self, fact: FactId) -> bool {
        let mut derived = self.symbols.derived.iter();
        derived.any(|one| one.fact == fact)
    }

    /// Why nobody changes the fact, and what to do about it.
    fn is_fixed(&self) -> Option<(&'static str, &'static str)> {
        if self.is_computed(self.fact) {
            let help = "say it of the facts that it is computed from";
            return Some(("the fact is computed, so nobody changes it by itself", help));
        }
        let help = "remove it; say of a fact of kind days what a person can do about it";
        (self.def.kind == FactKind::Date).then_some(("nobody changes a day", help))
    }

    /// Whether what is said in `node` is said of a fact that can be changed.
    fn can_change(&self, node: Node<'_>, code: &'static str) -> bool {
        if let Some((message, help)) = self.is_fixed() {
            node.report(code, message, help);
        } else if self.def.actionable == Actionable::No {
            let message = "nobody can change this fact";
            let help = "say with `actionable` which way it can be changed: `up`, `down` or `free`";
            node.report(code, message, help);
        } else {
            return true;
        }
        false
    }

    fn change(&self) -> Option<Change> {
        let effort = self.table.get("effort");
        let can_change = effort.is_none_or(|node| self.can_change(node, "effort-unexpected"));
        if self.def.actionable == Actionable::No {
            return None;
        }
        if let Some((message, help)) = self.is_fixed() {
            self.table
                .get("actionable")?
                .report("actionable-unexpected", message, help);
            return None;
        }
        let effort = match effort.filter(|_| can_change) {
            Some(node) => node.table()?,
            None => return Some(self.usual()),
        };
        effort.only(Shape::Effort);
        self.report_steps(effort);
        let usual = self.usual();
        let number = |key: &str, least: u32, usual: u32| match effort.get(key) {
            Some(node) => within(node, least, "effort-range"),
            None => Some(usual),
        };
        let fixed = number("fixed", 0, usual.fixed);
        let own_step = effort.get("step").filter(|_| self.has_steps());
        let step = own_step.map_or(Some(usual.step), |node| {
            let step = value_of(node, self.def)?;
            if step < 1 {
                let help = "`actionable` says which way it goes";
                node.report("effort-step", "a step is more than nothing", help);
            }
            Some(step.max(1))
        });
        let has_scale = effort.get("scale").is_some();
        let per_step = number("per_step", 0, if has_scale { 0 } else { usual.per_step });
        let most = number("most", 1, self.most(step?));
        let scale = effort
            .get("scale")
            .map_or(Some(Vec::new()), |node| self.scale(node));
        let to = effort
            .get("to")
            .map_or(Some(Vec::new()), |node| self.codes(node));
        Some(Change {
            fact: self.fact,
            fixed: fixed?,
            per_step: per_step?,
            step: step?,
            most: most?,
            scale: scale?,
            to: to?,
        })
    }

    /// What a change takes of which nothing is said.
    fn usual(&self) -> Change {
        let step = match self.def.kind {
            FactKind::Money => 10_000,
            FactKind::Ratio => 100,
            FactKind::Decimal => 10_i64.saturating_pow(self.def.digits.into()),
            _ => 1,
        };
        Change {
            fact: self.fact,
            fixed: 1,
            per_step: u32::from(self.has_steps()),
            step,
            most: self.most(step),
            scale: Vec::new(),
            to: Vec::new(),
        }
    }

    fn has_steps(&self) -> bool {
        !matches!(self.def.kind, FactKind::Code | FactKind::Bool)
    }

    /// The steps through the whole domain, a last one that is cut short included.
    fn most(&self, step: i64) -> u32 {
        if !self.has_steps() {
            return 1;
        }
        // A domain that is too wide has been reported, and is read on.
        let far = self.def.max.saturating_sub(self.def.min);
        let steps = far / step + i64::from(far % step > 0);
        u32::try_from(steps).unwrap_or(MOST).clamp(1, MOST)
    }

    /// Reports what only numbers, or only codes, have.
    fn report_steps(&self, effort: Table<'_>) {
        let refused: &[&str] = match self.def.kind {
            FactKind::Code => &["per_step", "step", "most", "scale"],
            FactKind::Bool => &["per_step", "step", "most", "scale", "to"],
            _ => &["to"],
        };
        for node in refused.iter().filter_map(|key| effort.get(key)) {
            let (message, help) = match self.def.kind {
                FactKind::Code => ("codes have no order, and no steps", STEPLESS),
                FactKind::Bool => ("a truth value has one other, and no steps", STEPLESS),
                _ => ("only a fact of kind code has codes", "remove `to`"),
            };
            node.report("effort-kind", message, help);
        }
    }

    fn scale(&self, node: Node<'_>) -> Option<Vec<(i64, u32)>> {
        if !self.has_steps() {
            return Some(Vec::new()); // Reported already.
        }
        let mut scale: Vec<(i64, u32)> = Vec::new();
        for entry in node.array()? {
            let table = entry.table()?;
            table.only(Shape::ScalePlace);
            let from = table.need("from");
            let from = from.and_then(|from| self.value(from, self.def));
            let at = table.need("at");
            let at = at.and_then(|at| within(at, 0, "effort-range"));
            let place = from.zip(at)?;
            if scale
                .last()
                .is_some_and(|last| last.0 >= place.0 || last.1 >= place.1)
            {
                let message = "the places of a scale rise, and so do the values they begin at";
                entry.report("scale-order", message, "put them in order");
            }
            scale.push(place);
        }
        if scale.is_empty() {
            let message = "a scale has a place at least";
            node.report(
                "scale-order",
                message,
                "remove it, or say where places begin",
            );
        }
        Some(scale)
    }

    fn codes(&self, node: Node<'_>) -> Option<Vec<i64>> {
        if self.def.kind != FactKind::Code {
            return Some(Vec::new()); // Reported already.
        }
        let mut codes = Vec::new();
        for entry in node.array()? {
            let code = self.value(entry, self.def)?;
            if codes.contains(&code) {
                entry.report("code-duplicate", "the code is listed twice", "remove one");
            } else {
                codes.push(code);
            }
        }
        if codes.is_empty() {
            let message = "the fact could not be changed to anything";
            let help = "name codes, or leave `to` out for all of them";
            node.report("codes-empty", message, help);
        }
        codes.sort_unstable();
        Some(codes)
    }

    /// A value of a fact, or one of its codes, inside its domain.
    fn value(&self, node: Node<'_>, def: &FactDef) -> Option<i64> {
        if def.kind == FactKind::Code {
            let codes = def.codes.iter().map(String::as_str);
            let code = node.reference("code-unknown", "code", codes)?;
            return i64::try_from(code).ok();
        }
        let value = value_of(node, def)?;
        if !(def.min..=def.max).contains(&value) {
            let message = format!("`{}` never has this value", def.name);
            node.report("value-domain", message, "write one inside its `domain`");
        }
        Some(value)
    }

    fn couplings(&self) -> Vec<(Coupling, Place<'t>, Node<'t>)> {
        let Some(node) = self.table.get("moves") else {
            return Vec::new();
        };
        if !self.can_change(node, "moves-unexpected") {
            return Vec::new();
        }
        let entries = node.array().unwrap_or_default().into_iter();
        entries
            .filter_map(|entry| {
                let (coupling, target) = self.coupling(entry.table()?)?;
                Some((coupling, entry.place, target))
            })
            .collect()
    }

    /// A coupling, and where it names the fact that moves.
    fn coupling(&self, table: Table<'t>) -> Option<(Coupling, Node<'t>)> {
        table.only(Shape::Move);
        let target = table.need("fact")?;
        let moves = self.symbols.need_fact(target)?;
        let def = self.symbols.fact(moves);
        if self.is_computed(moves) {
            let message = format!("`{}` is computed", def.name);
            let help = "move what it is computed from; it follows by itself";
            target.report("moves-computed", message, help);
            return None;
        }
        let pull = match (table.get("by"), table.get("at"), table.get("to")) {
            (Some(by), None, None) => self.by(by, def)?,
            (None, Some(at), Some(to)) => Pull::At {
                value: self.value(at, self.def)?,
                to: self.value(to, def)?,
            },
            _ => {
                let message = "a fact moves with another in exactly one way";
                let help = "write `by = \"1/1\"`, so many units for so many; or `at` and `to`, \
                            a value once the other has one";
                target.report("moves-how", message, help);
                return None;
            }
        };
        let coupling = Coupling {
            fact: self.fact,
            moves,
            pull,
        };
        Some((coupling, target))
    }

    /// `"times/per"`.
    fn by(&self, node: Node<'_>, def: &FactDef) -> Option<Pull> {
        for one in [self.def, def] {
            if matches!(one.kind, FactKind::Code | FactKind::Bool | FactKind::Date) {
                let message = format!("`{}` is no number", one.name);
                let help = "say with `at` and `to` what it becomes, and when";
                node.report("moves-by", message, help);
                return None;
            }
        }
        let text = node.name()?.text;
        let parts = text.split_once('/');
        let parts = parts.and_then(|(times, per)| {
            let times = times.parse::<i32>().ok().filter(|times| *times != 0);
            let per = per.parse::<u32>().ok().filter(|per| *per > 0);
            times.zip(per)
        });
        let Some((times, per)) = parts else {
            let message = format!("`{text}` does not say by how much");
            let help = "write so many units for so many, such as \"1/1\", \"-1/2\" or \"30/1\"";
            node.report("moves-by", message, help);
            return None;
        };
        Some(Pull::By { times, per })
    }

    fn evolution(&self) -> Option<Evolution> {
        let node = self.table.get("evolves")?;
        if self.is_computed(self.fact) {
            let message = "the fact is computed on each day anew";
            node.report("evolves-unexpected", message, "remove `evolves`");
            return None;
        }
        let wrong = |message: &str, help: &'static str| {
            node.report("evolves-kind", message, Help::from(help));
        };
        let pace = if node.is_table() {
            let table = node.table()?;
            table.only(Shape::RunsOut);
            let days = table.need("runs_out");
            let days = days.and_then(|node| within(node, 1, "evolves-days"));
            let to = table.need("to").and_then(|to| self.value(to, self.def));
            if self.def.kind == FactKind::Date {
                wrong("a day does not run out", "remove `evolves`");
                return None;
            }
            Pace::RunsOut {
                days: days?,
                to: to?,
            }
        } else {
            let pace = node.word(&PACES)?;
            if !matches!(self.def.kind, FactKind::Days | FactKind::Integer) {
                let message = "only days and counts move by one a day";
                wrong(
                    message,
                    "remove it, or say with `runs_out` and `to` when it ends",
                );
                return None;
            }
            pace
        };
        Some(Evolution {
            fact: self.fact,
            pace,
        })
    }
}

const STEPLESS: &str = "say with `fixed` what the change takes";

/// A number of effort, steps or days.
fn within(node: Node<'_>, least: u32, code: &'static str) -> Option<u32> {
    let number = u32::try_from(node.integer()?).ok();
    let number = number.filter(|number| (least..=MOST).contains(number));
    if number.is_none() {
        let message = format!("the number is from {least} to {MOST}");
        node.report(code, message, None);
    }
    number
}
