//! Reading when an overlay applies, and its constants.

use precheck::units::Date;
use precheck::{FactId, FactKind, Op, Test};

use super::super::diagnostic::{Place, Problems, nearest};
use super::super::facts::{Symbol, Symbols};
use super::super::grammar::Shape;
use super::super::places::Spot;
use super::super::table::{Name, Node, Table, Toml};
use super::super::values::value;
use super::Overlay;

/// Reads what the files of the folder `overlays` say about when they apply and
/// about constants; rules and limits come with the scenarios. `days` are the
/// first and the last on which the policy is in force.
pub(in super::super) fn read(
    problems: &Problems<'_>,
    symbols: &mut Symbols,
    files: &[(&str, Toml<'_>)],
    days: (Date, Date),
) {
    for (name, toml) in files {
        let place = Place::top(toml.file);
        let table = toml.root(problems);
        table.only(Shape::Overlay);
        let mut reading = Reading {
            problems,
            symbols,
            name: Name { text: name, place },
            table,
            policy: days,
        };
        let overlay = reading.overlay();
        symbols.overlays.push(overlay);
    }
    for index in 0..symbols.constants.len() {
        let overlaid = u16::try_from(index).map(|index| symbols.overlaid(index));
        symbols.constants[index].overlaid = overlaid.unwrap_or_default();
    }
}

struct Reading<'r, 't> {
    problems: &'r Problems<'r>,
    symbols: &'r Symbols,
    name: Name<'t>,
    table: Table<'t>,
    /// The first and the last day on which the policy is in force.
    policy: (Date, Date),
}

impl Reading<'_, '_> {
    fn overlay(&mut self) -> Overlay {
        let allowed = |one: char| one.is_ascii_alphanumeric() || one == '-' || one == '_';
        if !self.name.text.chars().all(allowed) {
            let message = format!("`{}` cannot be the name of an overlay", self.name.text);
            let help = "use letters, digits, `-` and `_`";
            let place = self.name.place;
            self.problems.report(place, "name-malformed", message, help);
        }
        let parts = ["constants", "off", "rules", "limits"];
        if parts.iter().all(|key| self.table.get(key).is_none()) {
            let help = "give `constants`, `off`, `rules` or `limits`, or delete the file";
            self.report("overlay-empty", "the overlay changes nothing", help);
        }
        let mut when = Vec::new();
        let region = self.region();
        if let Some((fact, codes, _)) = &region {
            when.push(Op::Atom(*fact, Test::OneOf(codes.clone())));
        }
        let (days, is_dated) = self.days(&mut when);
        let is_regional = self.table.get("region").is_some();
        if when.is_empty() && !is_dated && !is_regional {
            let help = "write it into the policy itself, or give `region`, `from` or `until`";
            self.report("overlay-always", "the overlay always applies", help);
        }
        if when.len() > 1 {
            when.push(Op::All(u8::try_from(when.len()).unwrap_or(u8::MAX)));
        }
        let (fact, codes) = match region {
            Some((fact, codes, place)) => (Some((fact, place)), codes),
            None => (None, Vec::new()),
        };
        Overlay {
            name: self.name.text.into(),
            when,
            region: fact,
            codes,
            days,
            values: self.values(),
        }
    }

    fn report(&self, code: &'static str, message: &str, help: &str) {
        self.problems.report(self.name.place, code, message, help);
    }

    fn region(&self) -> Option<(FactId, Vec<i64>, Spot)> {
        let table = self.table.get("region")?.table()?;
        table.only(Shape::OverlayRegion);
        let node = table.need("fact")?;
        let fact = self.symbols.need_fact(node)?;
        let def = self.symbols.fact(fact);
        if def.kind != FactKind::Code {
            let message = format!("`{}` has no codes to be regions", def.name);
            node.report("overlay-region-kind", message, "name a fact of kind code");
            return None;
        }
        let list = table.need("codes")?;
        let mut codes = Vec::new();
        for node in list.array()? {
            let names = def.codes.iter().map(String::as_str);
            let what = format!("`{}` has no code", def.name);
            let Some(name) = node.name() else { continue };
            let Some(code) = def.codes.iter().position(|one| one == name.text) else {
                let message = format!("{what} `{}`", name.text);
                node.report("code-unknown", message, nearest(name.text, names));
                continue;
            };
            let code = i64::try_from(code).unwrap_or(i64::MAX);
            if codes.contains(&code) {
                let message = format!("`{}` is listed twice", name.text);
                node.report("code-duplicate", message, "remove one");
            } else {
                codes.push(code);
            }
        }
        codes.sort_unstable();
        if list.array()?.is_empty() {
            let help = "list codes, or leave `region` out for all regions";
            list.report("overlay-region-empty", "the overlay applies nowhere", help);
        }
        let is_always = !def.may_be_missing && def.specials.is_empty();
        if is_always && codes.len() == def.codes.len() {
            let message = "these are all regions";
            list.report("overlay-region-all", message, "leave `region` out");
        }
        (!codes.is_empty()).then(|| (fact, codes, node.place.into()))
    }

    /// The days on which it applies, as far as the policy does, and whether
    /// they are fewer or cannot be told.
    fn days(&self, when: &mut Vec<Op>) -> ((Date, Date), bool) {
        let (first, last) = self.policy;
        let read = |key| {
            let node: Option<Node<'_>> = self.table.get(key);
            node.and_then(|node| Some((node, node.date()?)))
        };
        let (from, until) = (read("from"), read("until"));
        if let (Some((_, from)), Some((node, until))) = (from, until)
            && until < from
        {
            let message = "the overlay would never apply";
            let help = "`until` is the last day, and not before `from`";
            node.report("overlay-period", message, help);
            return ((first, last), true);
        }
        if let Some((node, from)) = from.filter(|(_, from)| *from > last) {
            let message = format!("the policy ends before {from}, so the overlay never applies");
            node.report(
                "overlay-never",
                message,
                "correct the day, or delete the file",
            );
        }
        if let Some((node, until)) = until.filter(|(_, until)| *until < first) {
            let message = format!("the policy begins after {until}, so the overlay never applies");
            node.report(
                "overlay-never",
                message,
                "correct the day, or delete the file",
            );
        }
        // What lies outside the policy's own days needs no test.
        let from = from.filter(|(_, from)| *from > first);
        let until = until.filter(|(_, until)| *until < last);
        let Some((node, _)) = from.or(until) else {
            return ((first, last), false);
        };
        match self.symbols.day() {
            Some(day) => {
                let test = |date: Date| i64::from(date.days());
                when.extend(from.map(|(_, from)| Op::Atom(day, Test::AtLeast(test(from)))));
                when.extend(until.map(|(_, until)| Op::Atom(day, Test::AtMost(test(until)))));
            }
            None => {
                let message = "no fact is the day of evaluation";
                let help = "declare one of kind date with `derived = { today = true }`";
                node.report("overlay-day", message, help);
            }
        }
        let days = (
            from.map_or(first, |(_, from)| from),
            until.map_or(last, |(_, until)| until),
        );
        (days, true)
    }

    fn values(&self) -> Vec<(u16, i64, Spot)> {
        let Some(table) = self.table.get("constants").and_then(Node::table) else {
            return Vec::new();
        };
        let mut values = Vec::new();
        for (name, node) in table.entries() {
            let Some(Symbol::Constant(index)) = self.symbols.get(name.text) else {
                if self.symbols.get(name.text) != Some(Symbol::Broken) {
                    let message = format!("constant `{}` is not declared", name.text);
                    let all = self.symbols.constants.iter().map(|one| one.name.as_str());
                    let help = nearest(name.text, all);
                    node.report_at(name.place, "constant-unknown", message, help);
                }
                continue;
            };
            let constant = self.symbols.constant(index);
            let Some(other) = value(node, constant.kind, 0) else {
                continue;
            };
            // An earlier overlay may have changed it, and this one changes it back.
            let mut earlier = self.symbols.overlays.iter().flat_map(|one| &one.values);
            if other == constant.value && !earlier.any(|(of, ..)| *of == index) {
                let message = format!("`{}` has this value everywhere", name.text);
                node.report("overlay-same", message, "remove it");
            }
            values.push((index, other, name.place.into()));
        }
        values
    }
}
