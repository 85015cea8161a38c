//! Facts and constants: what a policy talks about.
//!
//! Both share one name space. A declaration with a problem keeps its name, so
//! that its uses are not reported as well.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use precheck::units::Date;
use precheck::{
    Actionable, Audience, Constant, Derived, FactDef, FactId, FactKind, Formula, Source,
};

use super::derived;
use super::diagnostic::{Place, Problems, nearest, one_of};
use super::grammar::Shape;
use super::moves::{self, Moves};
use super::overlays::Overlay;
use super::places::{Better, FactNotes};
use super::table::{Name, Node, Table, Toml};
use super::values::{KINDS, kind_name, value};

/// Words for where a fact comes from.
pub(super) const SOURCES: [(&str, Source); 6] = [
    ("applicant", Source::Applicant),
    ("device", Source::Device),
    ("account", Source::Account),
    ("bureau", Source::Bureau),
    ("fraud", Source::Fraud),
    ("market", Source::Market),
];
/// Words for audiences.
pub(super) const AUDIENCES: [(&str, Audience); 2] =
    [("public", Audience::Public), ("server", Audience::Server)];
/// Words for whether the person can change a fact.
pub(super) const ACTIONABLE: [(&str, Actionable); 4] = [
    ("no", Actionable::No),
    ("up", Actionable::Up),
    ("down", Actionable::Down),
    ("free", Actionable::Free),
];
pub(super) const BETTER: [(&str, Better); 2] =
    [("higher", Better::Higher), ("lower", Better::Lower)];
/// Words that CEL keeps for itself.
pub(crate) const RESERVED: [&str; 21] = [
    "true",
    "false",
    "null",
    "in",
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "package",
    "namespace",
    "return",
    "var",
    "void",
    "while",
];
/// Values beyond this lose exactness in JavaScript.
const MAX_VALUE: i64 = 9_007_199_254_740_991;
/// The most decimals that a policy compares with: one less than the engine holds.
const MAX_DIGITS: u8 = 14;

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Symbol {
    Fact(FactId),
    Constant(u16),
    /// Declared, with a problem that has been reported.
    Broken,
}

/// Everything that conditions, scorecards and texts can name.
#[derive(Default)]
pub(super) struct Symbols {
    pub(super) facts: Vec<FactDef>,
    pub(super) constants: Vec<Constant>,
    pub(super) derived: Vec<Derived>,
    pub(super) moves: Moves,
    pub(super) overlays: Vec<Overlay>,
    /// Per fact: where it is declared, and what is said besides.
    pub(super) notes: Vec<FactNotes>,
    /// The values of overlays that a condition has asked for.
    pub(super) used: RefCell<BTreeSet<(usize, u16)>>,
    names: BTreeMap<String, Symbol>,
}

impl Symbols {
    pub(super) fn get(&self, name: &str) -> Option<Symbol> {
        self.names.get(name).copied()
    }

    pub(super) fn fact(&self, id: FactId) -> &FactDef {
        &self.facts[usize::from(id)]
    }

    pub(super) fn constant(&self, index: u16) -> &Constant {
        &self.constants[usize::from(index)]
    }

    /// The fact that is the day of evaluation, if one is declared.
    pub(super) fn day(&self) -> Option<FactId> {
        let mut derived = self.derived.iter();
        let day = derived.find(|one| one.formula == Formula::Today);
        day.map(|one| one.fact)
    }

    /// Every declared name, those with a problem included.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }

    /// “did you mean” over facts and constants.
    pub(super) fn nearest(&self, name: &str) -> Option<String> {
        nearest(name, self.names())
    }

    /// The fact that a value names; reports a name that is none.
    pub(super) fn need_fact(&self, node: Node<'_>) -> Option<FactId> {
        let name = node.name()?;
        match self.get(name.text) {
            Some(Symbol::Fact(fact)) => Some(fact),
            Some(Symbol::Broken) => None,
            Some(Symbol::Constant(_)) => {
                node.report(
                    "fact-unknown",
                    format!("`{}` is a constant", name.text),
                    "name a fact",
                );
                None
            }
            None => {
                let facts = self.facts.iter().map(|def| def.name.as_str());
                let message = format!("fact `{}` is not declared", name.text);
                node.report("fact-unknown", message, nearest(name.text, facts));
                None
            }
        }
    }
}

/// Reads `[constants]`, `[facts]` and the files of the folder `facts`, each of
/// which holds the facts of one source, whose name it bears. `days` are the
/// first and the last on which the policy is in force.
pub(super) fn read<'t>(
    problems: &'t Problems<'_>,
    policy: Table<'t>,
    files: &'t [(&str, Toml<'_>)],
    days: (Date, Date),
) -> Symbols {
    let mut reading = Reading {
        problems,
        days,
        symbols: Symbols::default(),
        places: BTreeMap::new(),
    };
    for (name, table) in policy.tables("constants") {
        reading.constant(name, table);
    }
    let own = policy.tables("facts").into_iter();
    let mut facts: Vec<_> = own.map(|(name, table)| (name, table, None)).collect();
    for (name, toml) in files {
        let source = SOURCES.iter().find(|(word, _)| word == name);
        if source.is_none() {
            let message = format!("`{name}` is no source of facts");
            let help = one_of(name, &SOURCES.map(|(word, _)| word));
            problems.report(Place::top(toml.file), "source-unknown", message, help);
        }
        let source = source.map_or(Source::Applicant, |(_, source)| *source);
        let tables = toml.root(problems).all_tables().into_iter();
        facts.extend(tables.map(|(name, table)| (name, table, Some(source))));
    }
    for (name, table, source) in &facts {
        reading.fact(*name, *table, *source);
    }
    for (name, table, _) in &facts {
        let derived = derived::read(&reading.symbols, *name, *table);
        reading.symbols.derived.extend(derived);
    }
    derived::report_chains(&reading.symbols, &facts);
    reading.symbols.moves = moves::read(&reading.symbols, &facts);
    reading.symbols
}

struct Reading<'p, 'a> {
    problems: &'p Problems<'a>,
    days: (Date, Date),
    symbols: Symbols,
    /// Where each name was declared first.
    places: BTreeMap<&'p str, Place<'p>>,
}

impl<'p> Reading<'p, '_> {
    fn constant(&mut self, name: Name<'p>, table: Table<'_>) {
        table.only(Shape::Constant);
        let kind = table.need_word("kind", &KINDS);
        let node = table.need("value");
        let value = match (kind, node) {
            (Some(kind @ (FactKind::Code | FactKind::Decimal)), Some(node)) => {
                let message = format!("a constant cannot be {}", kind_name(kind));
                let help = "write the code, or the number, where it is compared";
                node.report("constant-kind", message, help);
                None
            }
            (Some(kind), Some(node)) => value(node, kind, 0).map(|value| (kind, value)),
            _ => None,
        };
        let index = u16::try_from(self.symbols.constants.len()).ok();
        let symbol = value.zip(index).map(|((kind, value), index)| {
            self.symbols.constants.push(Constant {
                name: name.text.into(),
                kind,
                value,
                overlaid: Vec::new(),
            });
            Symbol::Constant(index)
        });
        self.declare(name, symbol);
    }

    fn fact(&mut self, name: Name<'p>, table: Table<'_>, source: Option<Source>) {
        // Where the file tells the source, the fact does not tell it again.
        table.only(source.map_or(Shape::Fact, |_| Shape::FactOfSource));
        let def = definition(name, table, source, self.days);
        let index = FactId::try_from(self.symbols.facts.len()).ok();
        let symbol = def.zip(index).map(|(def, index)| {
            self.symbols.notes.push(notes(name, table, def.kind));
            self.symbols.facts.push(def);
            Symbol::Fact(index)
        });
        self.declare(name, symbol);
    }

    fn declare(&mut self, name: Name<'p>, symbol: Option<Symbol>) {
        let mut characters = name.text.chars();
        let starts = characters
            .next()
            .is_some_and(|first| first.is_ascii_alphabetic());
        let goes_on = characters.all(|one| one.is_ascii_alphanumeric() || one == '_');
        if !starts || !goes_on || RESERVED.contains(&name.text) {
            let message = format!("`{}` cannot be used as a name in conditions", name.text);
            let help = "use letters, digits and `_`, beginning with a letter, and no word of CEL";
            self.problems
                .report(name.place, "name-malformed", message, help);
        }
        let symbol = symbol.unwrap_or(Symbol::Broken);
        self.symbols.names.insert(name.text.into(), symbol);
        if let Some(first) = self.places.get(name.text) {
            let first = self.problems.shown(*first);
            let message = format!("`{}` is declared twice; the first is at {first}", name.text);
            let help = "facts and constants share their names; rename or remove one of them";
            self.problems
                .report(name.place, "name-taken", message, help);
        } else {
            self.places.insert(name.text, name.place);
        }
    }
}

/// What a declaration says for the author's tools only.
fn notes(name: Name<'_>, table: Table<'_>, kind: FactKind) -> FactNotes {
    let better = table.get("better");
    if let Some(node) = better.filter(|_| kind == FactKind::Code) {
        let help = "remove it: say which way is better of a fact with an order";
        node.report("better-order", "codes have no order", help);
    }
    let proxy_for = table.get("proxy_for").and_then(Node::name);
    FactNotes {
        at: name.place.into(),
        better: better.and_then(|node| node.word(&BETTER)),
        is_protected: table.flag("protected"),
        proxy_for: proxy_for.map(|name| name.text.into()),
    }
}

fn definition(
    name: Name<'_>,
    table: Table<'_>,
    source: Option<Source>,
    days: (Date, Date),
) -> Option<FactDef> {
    let kind = table.need_word("kind", &KINDS);
    let source = source.or_else(|| table.need_word("source", &SOURCES));
    let audience = table.need_word("audience", &AUDIENCES);
    let actionable = table.get("actionable").map(|node| node.word(&ACTIONABLE));
    let codes = words(table, "codes");
    let specials = words(table, "specials");
    if specials.len() > 64 {
        let node = table.get("specials");
        node.into_iter().for_each(|node| {
            node.report("specials-many", "a fact has at most 64 special codes", None);
        });
    }
    let digits = digits(table, kind?);
    let days = derived::is_day(table).then_some(days);
    let domain = domain(table, kind?, digits?, codes.len(), days);
    let (min, max) = domain?;
    Some(FactDef {
        name: name.text.into(),
        kind: kind?,
        min,
        max,
        digits: digits?,
        codes,
        specials,
        may_be_missing: table.flag("missing"),
        source: source?,
        audience: audience?,
        actionable: actionable.unwrap_or(Some(Actionable::No))?,
        personal: table.flag("personal"),
    })
}

/// How many decimals a fact holds: those that the policy may compare with, and
/// the guard.
fn digits(table: Table<'_>, kind: FactKind) -> Option<u8> {
    if kind == FactKind::Decimal {
        let node = table.need("digits")?;
        let digits = u8::try_from(node.integer()?)
            .ok()
            .filter(|digits| *digits <= MAX_DIGITS);
        if digits.is_none() {
            let message = format!("a fact has 0 to {MAX_DIGITS} decimals");
            node.report("digits-range", message, None);
        }
        return digits.map(|digits| digits + 1);
    }
    if let Some(node) = table.get("digits") {
        let message = "only a fact of kind decimal has digits";
        node.report("digits-unexpected", message, "remove `digits`");
    }
    Some(0)
}

fn domain(
    table: Table<'_>,
    kind: FactKind,
    digits: u8,
    codes: usize,
    days: Option<(Date, Date)>,
) -> Option<(i64, i64)> {
    let node = table.get("domain");
    if kind != FactKind::Code
        && let Some(list) = table.get("codes")
    {
        list.report(
            "codes-unexpected",
            "only a fact of kind code has codes",
            "remove `codes`",
        );
    }
    let implied = match kind {
        FactKind::Bool => Some((0, 1)),
        FactKind::Code => {
            table.need("codes")?;
            let last = i64::try_from(codes).unwrap_or(i64::MAX) - 1;
            if last < 0 {
                let list = table.get("codes")?;
                list.report("codes-empty", "a fact of kind code needs codes", None);
                return None;
            }
            Some((0, last))
        }
        // The day is always one on which the policy is in force.
        FactKind::Date => days.map(|(first, last)| (first.days().into(), last.days().into())),
        _ => None,
    };
    if let Some(implied) = implied {
        if let Some(node) = node {
            let message = "this kind of fact has no `domain`";
            node.report(
                "domain-unexpected",
                message,
                "remove it: the kind implies it",
            );
        }
        return Some(implied);
    }
    let node = table.need("domain")?;
    let [low, high] = node.array()?[..] else {
        node.report(
            "domain-malformed",
            "a domain is a list of two values",
            "write [lowest, highest]",
        );
        return None;
    };
    let (min, max) = (value(low, kind, digits)?, value(high, kind, digits)?);
    if min > max {
        node.report(
            "domain-empty",
            "the domain is empty",
            "write the lower value first",
        );
        return None;
    }
    if min < -MAX_VALUE || max > MAX_VALUE {
        node.report(
            "domain-wide",
            "the domain holds values that JavaScript cannot",
            None,
        );
    }
    Some((min, max))
}

/// A list of distinct codes that can also be ids of texts.
fn words(table: Table<'_>, key: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for node in table.get(key).and_then(Node::array).unwrap_or_default() {
        let Some(name) = node.name() else { continue };
        let starts = name
            .text
            .starts_with(|first: char| first.is_ascii_alphabetic());
        let allowed = |one: char| one.is_ascii_alphanumeric() || one == '-' || one == '_';
        if !starts || !name.text.chars().all(allowed) || name.text == "question" {
            let message = format!("`{}` cannot be used as a code", name.text);
            let help =
                "use letters, digits, `-` and `_`, beginning with a letter; `question` is taken";
            node.report("code-malformed", message, help);
        } else if words.iter().any(|word| word == name.text) {
            node.report(
                "code-duplicate",
                format!("`{}` is listed twice", name.text),
                None,
            );
        }
        // Kept in any case, so that its uses are not reported as well.
        words.push(name.text.into());
    }
    words
}
