//! The fields of a file: which values they have, and which count as missing.
//!
//! A value is *missing* when its cell is empty or the dictionary lists it so,
//! *invalid* when the dictionary lists values or intervals without it. Both may
//! be replaced by a value before a predicate sees them; an invalid value that
//! is neither replaced, nor kept, nor taken for missing makes the result
//! invalid.

use std::collections::BTreeSet;

use super::logic::{Cond, Three};
use super::names::{identifier, unique};
use super::number::Number;
use super::xml::{Element, Source, children, named};

/// The code that stands for every text that a field does not list.
pub(crate) const ANY_OTHER: &str = "any-other";

/// What values a field has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Text,
    Whole,
    Decimal,
    Flag,
}

/// What becomes of a value that the field does not list.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Invalid {
    NoResult,
    Kept,
    Missing,
    Replaced(String),
}

/// An interval of valid values.
#[derive(Debug, Clone, Copy)]
struct Interval {
    low: Option<(Number, bool)>,
    high: Option<(Number, bool)>,
}

/// A field of the dictionary as the model uses it.
pub(super) struct Field<'d> {
    pub(super) name: &'d str,
    pub(super) element: Element<'d>,
    pub(super) kind: Type,
    /// The name as a fact.
    pub(super) fact: String,
    /// The texts that are told apart, with their codes; no others for facts
    /// that are not texts.
    pub(super) texts: Vec<(String, String)>,
    /// Whether there are texts besides.
    pub(super) is_open: bool,
    /// The most decimals of a number that it is compared with.
    pub(super) digits: u8,
    /// Numbers that it is compared with.
    pub(super) numbers: Vec<Number>,
    /// Whether the mining schema names it as an input.
    pub(super) is_active: bool,
    valid: Vec<&'d str>,
    intervals: Vec<Interval>,
    counts_as_missing: Vec<&'d str>,
    listed_invalid: Vec<&'d str>,
    invalid: Invalid,
    replacement: Option<String>,
    no_result_if_missing: bool,
}

/// A comparison of a known value.
#[derive(Debug, Clone)]
pub(super) enum Compare<'v> {
    Below(&'v str),
    AtMost(&'v str),
    Above(&'v str),
    AtLeast(&'v str),
    In(Vec<&'v str>),
    NotIn(Vec<&'v str>),
}

impl<'d> Field<'d> {
    /// Reads a `DataField` and the `MiningField` of the same name.
    pub(super) fn read(
        source: &Source<'_>,
        element: Element<'d>,
        mining: Option<Element<'d>>,
        taken: &mut BTreeSet<String>,
    ) -> Option<Field<'d>> {
        let name = source.need(element, "name")?;
        let kind = kind(source, element)?;
        if kind == Type::Text && element.attribute("optype") == Some("ordinal") {
            let message = format!("the values of `{name}` are texts with an order");
            let help = "use `optype=\"categorical\"` where they are only told apart";
            source.note(element, "pmml-ordinal", message, help);
        }
        let mut field = Field {
            name,
            element,
            kind,
            fact: unique(&identifier(name, "_"), "_", taken),
            texts: Vec::new(),
            is_open: false,
            digits: 0,
            numbers: Vec::new(),
            is_active: mining.is_some_and(|one| {
                one.attribute("usageType")
                    .is_none_or(|usage| usage == "active")
            }),
            valid: Vec::new(),
            intervals: Vec::new(),
            counts_as_missing: Vec::new(),
            listed_invalid: Vec::new(),
            invalid: Invalid::NoResult,
            replacement: None,
            no_result_if_missing: false,
        };
        for (what, child) in children(element) {
            match what {
                "Value" => {
                    let value = source.need(child, "value")?;
                    match source.word(child, "property", &["valid", "invalid", "missing"])? {
                        "valid" => field.valid.push(value),
                        "invalid" => field.listed_invalid.push(value),
                        _ => field.counts_as_missing.push(value),
                    }
                }
                "Interval" => field.intervals.push(interval(source, child)?),
                "Extension" => {}
                _ => source.error(
                    child,
                    "pmml-element",
                    format!("`{what}` is not imported"),
                    None,
                ),
            }
        }
        if let Some(mining) = mining {
            field.treatment(source, mining)?;
        }
        // Texts that the dictionary lists come first.
        let listed: Vec<&str> = [
            &field.valid,
            &field.listed_invalid,
            &field.counts_as_missing,
        ]
        .into_iter()
        .flatten()
        .copied()
        .collect();
        for text in listed {
            field.see(source, element, text)?;
        }
        for text in [field.replacement.clone(), field.replaced_invalid()]
            .into_iter()
            .flatten()
        {
            field.see(source, element, &text)?;
        }
        for end in field.intervals.clone() {
            for (number, _) in [end.low, end.high].into_iter().flatten() {
                field.digits = field.digits.max(number.digits);
                field.numbers.push(number);
            }
        }
        field.is_open = field.valid.is_empty() || field.invalid != Invalid::NoResult;
        Some(field)
    }

    /// Whether a value of it can make the result invalid.
    pub(super) fn can_be_invalid(&self) -> bool {
        let is_closed = self.kind == Type::Text && !self.is_open;
        is_closed || self.no_result() != Cond::Is(false)
    }

    /// Whether another element has the same type.
    pub(super) fn has_type_of(&self, other: Element<'_>) -> bool {
        other.attribute("dataType") == self.element.attribute("dataType")
    }

    fn replaced_invalid(&self) -> Option<String> {
        match &self.invalid {
            Invalid::Replaced(value) => Some(value.clone()),
            _ => None,
        }
    }

    /// What the mining schema says about missing and invalid values.
    fn treatment(&mut self, source: &Source<'_>, mining: Element<'d>) -> Option<()> {
        source.word(mining, "outliers", &["asIs"])?;
        self.replacement = mining
            .attribute("missingValueReplacement")
            .map(str::to_owned);
        if mining.attribute("missingValueTreatment") == Some("returnInvalid") {
            self.no_result_if_missing = true;
            self.replacement = None;
        }
        let words = ["returnInvalid", "asIs", "asMissing", "asValue"];
        self.invalid = match source.word(mining, "invalidValueTreatment", &words)? {
            "asIs" => Invalid::Kept,
            "asMissing" => Invalid::Missing,
            "asValue" => {
                Invalid::Replaced(source.need(mining, "invalidValueReplacement")?.to_owned())
            }
            _ => Invalid::NoResult,
        };
        Some(())
    }

    /// Takes note of a value that the field is compared with.
    pub(super) fn see(&mut self, source: &Source<'_>, at: Element<'_>, text: &str) -> Option<()> {
        match self.kind {
            Type::Text => {
                if self.texts.iter().all(|(one, _)| one != text) {
                    let mut taken: BTreeSet<String> =
                        self.texts.iter().map(|(_, code)| code.clone()).collect();
                    taken.extend([ANY_OTHER.into(), "question".into()]);
                    let code = unique(&identifier(text, "-"), "-", &mut taken);
                    self.texts.push((text.to_owned(), code));
                }
            }
            Type::Flag => {
                flag(text).or_else(|| {
                    let message = format!("`{text}` is neither true nor false");
                    source.error(at, "pmml-value", message, None);
                    None
                })?;
            }
            Type::Whole | Type::Decimal => {
                let Some(number) = Number::parse(text) else {
                    let message = format!("`{text}` is no number that can be kept");
                    let help = format!("`{}` is a number", self.name);
                    source.error(at, "pmml-number", message, help);
                    return None;
                };
                self.digits = self.digits.max(number.digits);
                self.numbers.push(number);
            }
        }
        Some(())
    }

    /// When the field has no value, before anything is put in its place.
    fn missing(&self) -> Cond {
        let mut parts = vec![Cond::atom(format!("is_missing({})", self.fact))];
        parts.push(self.one_of(&self.counts_as_missing));
        if self.invalid == Invalid::Missing {
            parts.push(self.invalid_value());
        }
        Cond::any(parts)
    }

    /// When the field has a value that it should not have.
    fn invalid_value(&self) -> Cond {
        let mut parts = vec![self.one_of(&self.listed_invalid)];
        if !self.valid.is_empty() || !self.intervals.is_empty() {
            let mut outside = vec![self.none_of(&self.valid)];
            outside.extend(self.intervals.iter().map(|one| self.outside(one)));
            let listed = self.none_of(&self.counts_as_missing);
            parts.push(Cond::all(outside.into_iter().chain([listed])));
        }
        Cond::any(parts)
    }

    /// When the field makes the result invalid.
    pub(super) fn no_result(&self) -> Cond {
        let mut parts = Vec::new();
        if self.invalid == Invalid::NoResult {
            parts.push(self.invalid_value());
        }
        if self.no_result_if_missing {
            parts.push(self.missing());
        }
        Cond::any(parts)
    }

    /// `isMissing`, as a predicate sees it.
    pub(super) fn is_missing(&self) -> Three {
        if self.replacement.is_some() {
            return Three::certain(false);
        }
        let missing = self.missing();
        Three {
            is_false: missing.clone().not(),
            is_true: missing,
        }
    }

    /// A comparison, as a predicate sees it.
    pub(super) fn compared(&self, compare: &Compare<'_>) -> Three {
        let opposite = match compare {
            Compare::Below(value) => Compare::AtLeast(value),
            Compare::AtLeast(value) => Compare::Below(value),
            Compare::Above(value) => Compare::AtMost(value),
            Compare::AtMost(value) => Compare::Above(value),
            Compare::In(values) => Compare::NotIn(values.clone()),
            Compare::NotIn(values) => Compare::In(values.clone()),
        };
        Three {
            is_true: self.seen(compare),
            is_false: self.seen(&opposite),
        }
    }

    /// When a value that is there, or what was put in its place, compares so.
    fn seen(&self, compare: &Compare<'_>) -> Cond {
        let mut own = vec![self.known(compare), self.none_of_hidden()];
        let mut parts = Vec::new();
        if let Invalid::Replaced(value) = &self.invalid {
            let invalid = self.invalid_value();
            own.push(invalid.clone().not());
            parts.push(Cond::all([invalid, self.constant(value, compare)]));
        }
        parts.insert(0, Cond::all(own));
        if let Some(value) = &self.replacement {
            parts.push(Cond::all([self.missing(), self.constant(value, compare)]));
        }
        Cond::any(parts)
    }

    /// That the value is not one that counts as missing.
    fn none_of_hidden(&self) -> Cond {
        let mut hidden = vec![self.one_of(&self.counts_as_missing)];
        if self.invalid == Invalid::Missing {
            hidden.push(self.invalid_value());
        }
        Cond::any(hidden).not()
    }

    /// Whether a constant compares so.
    fn constant(&self, value: &str, compare: &Compare<'_>) -> Cond {
        let order = |other: &str| match self.kind {
            Type::Text => Some(value.cmp(other)),
            Type::Flag => Some(flag(value).cmp(&flag(other))),
            _ => Some(Number::parse(value)?.cmp(&Number::parse(other)?)),
        };
        let same = |other: &&str| order(other).is_some_and(core::cmp::Ordering::is_eq);
        Cond::Is(match compare {
            Compare::Below(other) => order(other).is_some_and(core::cmp::Ordering::is_lt),
            Compare::AtMost(other) => order(other).is_some_and(core::cmp::Ordering::is_le),
            Compare::Above(other) => order(other).is_some_and(core::cmp::Ordering::is_gt),
            Compare::AtLeast(other) => order(other).is_some_and(core::cmp::Ordering::is_ge),
            Compare::In(values) => values.iter().any(same),
            Compare::NotIn(values) => !values.iter().any(same),
        })
    }

    fn one_of(&self, values: &[&str]) -> Cond {
        self.known(&Compare::In(values.to_vec()))
    }

    fn none_of(&self, values: &[&str]) -> Cond {
        self.known(&Compare::NotIn(values.to_vec()))
    }

    fn outside(&self, one: &Interval) -> Cond {
        let end = |end: Option<(Number, bool)>, open, closed| {
            let (number, is_closed) = end?;
            Some(self.against(if is_closed { closed } else { open }, number))
        };
        Cond::any(
            [end(one.low, "<=", "<"), end(one.high, ">=", ">")]
                .into_iter()
                .flatten(),
        )
    }

    /// A comparison of the fact itself: it does not hold where that is missing.
    fn known(&self, compare: &Compare<'_>) -> Cond {
        let against = |operator: &str, value: &str| {
            let number = Number::parse(value).unwrap_or(Number::ZERO);
            self.against(operator, number)
        };
        match compare {
            Compare::Below(value) => against("<", value),
            Compare::AtMost(value) => against("<=", value),
            Compare::Above(value) => against(">", value),
            Compare::AtLeast(value) => against(">=", value),
            Compare::In(values) => Cond::any(values.iter().map(|value| self.equal(value))),
            Compare::NotIn(values) => {
                let fact = &self.fact;
                let missing = Cond::atom(format!("is_missing({fact})"));
                let others = values.iter().map(|value| self.equal(value).not());
                Cond::all([missing.not()].into_iter().chain(others))
            }
        }
    }

    fn equal(&self, value: &str) -> Cond {
        let fact = &self.fact;
        match self.kind {
            Type::Text => {
                let code = self.texts.iter().find(|(text, _)| text == value);
                code.map_or(Cond::Is(false), |(_, code)| {
                    Cond::atom(format!("{fact} == \"{code}\""))
                })
            }
            Type::Flag if flag(value) == Some(true) => Cond::atom(fact.clone()),
            Type::Flag => {
                let missing = Cond::atom(format!("is_missing({fact})"));
                Cond::all([missing.not(), Cond::atom(fact.clone()).not()])
            }
            _ => {
                let number = Number::parse(value).unwrap_or(Number::ZERO);
                self.against("==", number)
            }
        }
    }

    fn against(&self, operator: &str, number: Number) -> Cond {
        let fact = &self.fact;
        if self.kind == Type::Decimal {
            let number = number.to_string();
            let quoted = if number.contains('.') { "\"" } else { "" };
            return Cond::atom(format!("{fact} {operator} {quoted}{number}{quoted}"));
        }
        // Between whole numbers, the next one decides.
        let whole = number.floor();
        let (operator, value) = match operator {
            _ if number.is_whole() => (operator, whole),
            "<" | "<=" => ("<=", whole),
            ">" | ">=" => (">", whole),
            _ => return Cond::Is(false),
        };
        Cond::atom(format!("{fact} {operator} {value}"))
    }
}

/// `true` and `false`, as booleans are written.
fn flag(text: &str) -> Option<bool> {
    match text {
        "true" | "1" | "1.0" => Some(true),
        "false" | "0" | "0.0" => Some(false),
        _ => None,
    }
}

fn kind(source: &Source<'_>, element: Element<'_>) -> Option<Type> {
    Some(match source.need(element, "dataType")? {
        "string" => Type::Text,
        "integer" => Type::Whole,
        "double" | "float" => Type::Decimal,
        "boolean" => Type::Flag,
        other => {
            let message = format!("fields of the type `{other}` are not imported");
            let help = "`string`, `integer`, `float`, `double` and `boolean` are";
            source.error(element, "pmml-type", message, help);
            return None;
        }
    })
}

fn interval(source: &Source<'_>, element: Element<'_>) -> Option<Interval> {
    let closures = ["openOpen", "openClosed", "closedOpen", "closedClosed"];
    source.need(element, "closure")?;
    let closure = source.word(element, "closure", &closures)?;
    let end = |name: &str, is_closed: bool| match element.attribute(name) {
        None => Some(None),
        Some(_) => source
            .number(element, name)
            .map(|number| Some((number, is_closed))),
    };
    Some(Interval {
        low: end("leftMargin", closure.starts_with("closed"))?,
        high: end("rightMargin", closure.ends_with("Closed"))?,
    })
}

/// The fields that the model names, by their own elements.
pub(super) fn mining<'d>(model: Element<'d>) -> Vec<Element<'d>> {
    let schemas = named(model, "MiningSchema");
    schemas
        .flat_map(|schema| named(schema, "MiningField"))
        .collect()
}
