//! Predicates → when they are TRUE and when they are FALSE.

use super::fields::{Compare, Field, Type};
use super::logic::Three;
use super::xml::{Element, Source, children, named};

/// The elements that are predicates.
pub(super) const PREDICATES: [&str; 5] = [
    "SimplePredicate",
    "CompoundPredicate",
    "SimpleSetPredicate",
    "True",
    "False",
];

/// Fields by the names that predicates use.
pub(super) struct Fields<'d> {
    pub(super) all: Vec<Field<'d>>,
    /// Names of derived fields that are other fields unchanged.
    pub(super) aliases: Vec<(&'d str, &'d str)>,
    /// Derived fields that are not imported, and where they are used.
    pub(super) computed: Vec<&'d str>,
}

impl<'d> Fields<'d> {
    fn position(&self, source: &Source<'_>, at: Element<'d>, name: &'d str) -> Option<usize> {
        let name = self.resolved(name);
        let found = self.all.iter().position(|one| one.name == name);
        if found.is_none() {
            if self.computed.contains(&name) {
                let message = format!("`{name}` is computed, which is not imported");
                let help = "compute it before scoring, and declare it in the DataDictionary";
                source.error(at, "pmml-derived", message, help);
            } else {
                let message = format!("there is no field `{name}` that can be used");
                let help = "declare it in the DataDictionary with a type that is imported";
                source.error(at, "pmml-field", message, help);
            }
        }
        found
    }

    /// The field that a name stands for.
    fn resolved<'n>(&'n self, mut name: &'n str) -> &'n str {
        // A chain of names is no longer than there are names.
        for _ in &self.aliases {
            let of = self.aliases.iter().find(|(alias, _)| *alias == name);
            name = of.map_or(name, |(_, of)| of);
        }
        name
    }

    /// Takes note of all that the predicates under an element compare with.
    pub(super) fn see(&mut self, source: &Source<'_>, under: Element<'d>, used: &mut Vec<usize>) {
        for (what, element) in children(under) {
            if !PREDICATES.contains(&what) {
                continue;
            }
            if let Some(name) = element.attribute("field")
                && let Some(index) = self.position(source, element, name)
            {
                used.push(index);
                let field = &mut self.all[index];
                if let Some(value) = element.attribute("value") {
                    field.see(source, element, value);
                }
                for array in named(element, "Array") {
                    for value in values(array) {
                        field.see(source, array, &value);
                    }
                }
            }
            self.see(source, element, used);
        }
    }

    /// Reads a predicate, whose fields and values have been seen.
    pub(super) fn predicate(&self, source: &Source<'_>, element: Element<'d>) -> Option<Three> {
        match element.tag_name().name() {
            "True" => Some(Three::certain(true)),
            "False" => Some(Three::certain(false)),
            "SimplePredicate" => self.simple(source, element),
            "SimpleSetPredicate" => self.set(source, element),
            _ => self.compound(source, element),
        }
    }

    fn field(&self, source: &Source<'_>, element: Element<'d>) -> Option<&Field<'d>> {
        // What is not there has been reported when it was seen.
        let name = self.resolved(source.need(element, "field")?);
        self.all.iter().find(|one| one.name == name)
    }

    fn simple(&self, source: &Source<'_>, element: Element<'d>) -> Option<Three> {
        let field = self.field(source, element)?;
        source.need(element, "operator")?;
        let words = [
            "equal",
            "notEqual",
            "lessThan",
            "lessOrEqual",
            "greaterThan",
            "greaterOrEqual",
            "isMissing",
            "isNotMissing",
        ];
        let operator = source.word(element, "operator", &words)?;
        match operator {
            "isMissing" => return Some(field.is_missing()),
            "isNotMissing" => {
                let Three { is_true, is_false } = field.is_missing();
                return Some(Three {
                    is_true: is_false,
                    is_false: is_true,
                });
            }
            _ => {}
        }
        let value = source.need(element, "value")?;
        let is_order = !matches!(operator, "equal" | "notEqual");
        if is_order && matches!(field.kind, Type::Text | Type::Flag) {
            let message = format!("the values of `{}` are compared by an order", field.name);
            let help = "list the values that are meant in a `SimpleSetPredicate`";
            source.error(element, "pmml-order", message, help);
            return None;
        }
        Some(field.compared(&match operator {
            "equal" => Compare::In(vec![value]),
            "notEqual" => Compare::NotIn(vec![value]),
            "lessThan" => Compare::Below(value),
            "lessOrEqual" => Compare::AtMost(value),
            "greaterThan" => Compare::Above(value),
            _ => Compare::AtLeast(value),
        }))
    }

    fn set(&self, source: &Source<'_>, element: Element<'d>) -> Option<Three> {
        let field = self.field(source, element)?;
        source.need(element, "booleanOperator")?;
        let operator = source.word(element, "booleanOperator", &["isIn", "isNotIn"])?;
        let Some(array) = named(element, "Array").next() else {
            source.error(element, "pmml-array", "the set has no `Array`", None);
            return None;
        };
        let values = values(array);
        if let Some(count) = array.attribute("n")
            && count.parse() != Ok(values.len())
        {
            let message = format!("the `Array` has {} values, and says {count}", values.len());
            source.error(
                array,
                "pmml-array",
                message,
                "correct `n`, or quote the values",
            );
        }
        let values = values.iter().map(String::as_str).collect();
        Some(field.compared(&if operator == "isIn" {
            Compare::In(values)
        } else {
            Compare::NotIn(values)
        }))
    }

    fn compound(&self, source: &Source<'_>, element: Element<'d>) -> Option<Three> {
        source.need(element, "booleanOperator")?;
        let words = ["and", "or", "xor", "surrogate"];
        let operator = source.word(element, "booleanOperator", &words);
        let mut parts = Some(Vec::new());
        for (what, child) in children(element) {
            if what == "Extension" {
                continue;
            }
            let part = if PREDICATES.contains(&what) {
                self.predicate(source, child)
            } else {
                let message = format!("`{what}` is no predicate that is imported");
                source.error(child, "pmml-predicate", message, None);
                None
            };
            parts = parts.zip(part).map(|(mut parts, part)| {
                parts.push(part);
                parts
            });
        }
        let parts = parts?;
        if parts.len() < 2 {
            let message = "a `CompoundPredicate` needs two predicates or more";
            source.error(element, "pmml-predicate", message, None);
            return None;
        }
        let joined = match operator? {
            "and" => Three::and(parts),
            "or" => Three::or(parts),
            "xor" => Three::xor(parts),
            _ => Three::surrogate(parts),
        };
        if joined.is_none() {
            let message = "the predicate becomes a condition of thousands of comparisons";
            let help = "write it with fewer `xor` and `surrogate` inside of each other";
            source.error(element, "pmml-large", message, help);
        }
        joined
    }
}

/// The values of an `Array`: words between spaces, or texts in quotes.
fn values(array: Element<'_>) -> Vec<String> {
    let text = array.text().unwrap_or_default();
    let is_text = array.attribute("type").is_none_or(|kind| kind == "string");
    let mut values = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let mut value = String::new();
        let mut end = rest.len();
        let is_quoted = is_text && first == '"';
        let mut is_escaped = false;
        for (at, one) in rest.char_indices().skip(usize::from(is_quoted)) {
            if is_quoted && !is_escaped && one == '\\' {
                is_escaped = true;
                continue;
            }
            let is_end = if is_quoted {
                one == '"' && !is_escaped
            } else {
                one.is_whitespace()
            };
            if is_end {
                end = at + one.len_utf8();
                break;
            }
            if is_escaped && one != '"' {
                value.push('\\');
            }
            is_escaped = false;
            value.push(one);
        }
        values.push(value);
        rest = rest[end..].trim_start();
    }
    values
}
