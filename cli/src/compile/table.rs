//! TOML with places: every value knows where it stands, unknown keys and
//! wrong types are reported, floats are refused.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use precheck::units::Date;

use super::diagnostic::{Help, Place, Problems, nearest, one_of};
use super::excerpt::Excerpt;
use super::grammar::Shape;

/// A piece of TOML in a file: the whole file, or the front matter of one.
pub(crate) struct Toml<'a> {
    pub(crate) file: &'a str,
    /// Where the piece begins in its file.
    base: usize,
    text: &'a str,
    root: Spanned<DeTable<'a>>,
}

impl<'a> Toml<'a> {
    /// Parses a piece; reports what is malformed and keeps the rest.
    pub(crate) fn parse(
        problems: &Problems<'a>,
        file: &'a str,
        text: &'a str,
        base: usize,
    ) -> Option<Toml<'a>> {
        let (root, errors) = DeTable::parse_recoverable(text);
        for error in &errors {
            let span = error.span().unwrap_or(0..0);
            let place = Place {
                file,
                start: base + span.start,
                end: base + span.end,
            };
            problems.report(place, "toml-malformed", error.message(), None);
        }
        errors.is_empty().then_some(Toml {
            file,
            base,
            text,
            root,
        })
    }

    pub(crate) fn root<'t>(&'t self, problems: &'t Problems<'a>) -> Table<'t> {
        let place = Place {
            file: self.file,
            start: self.base,
            end: self.base,
        };
        Table {
            toml: Origin::new(self),
            problems,
            table: self.root.get_ref(),
            place,
        }
    }
}

/// What of [`Toml`] is needed to place a value.
#[derive(Clone, Copy)]
struct Origin<'t> {
    file: &'t str,
    base: usize,
    text: &'t str,
}

impl<'t> Origin<'t> {
    fn new(toml: &'t Toml<'_>) -> Origin<'t> {
        Origin {
            file: toml.file,
            base: toml.base,
            text: toml.text,
        }
    }

    fn place(self, span: core::ops::Range<usize>) -> Place<'t> {
        Place {
            file: self.file,
            start: self.base + span.start,
            end: self.base + span.end,
        }
    }
}

/// A table and its place.
#[derive(Clone, Copy)]
pub(crate) struct Table<'t> {
    toml: Origin<'t>,
    problems: &'t Problems<'t>,
    table: &'t DeTable<'t>,
    pub(crate) place: Place<'t>,
}

/// A key or a text, and its place.
#[derive(Clone, Copy)]
pub(crate) struct Name<'t> {
    pub(crate) text: &'t str,
    pub(crate) place: Place<'t>,
}

/// A value and its place.
#[derive(Clone, Copy)]
pub(crate) struct Node<'t> {
    toml: Origin<'t>,
    problems: &'t Problems<'t>,
    value: &'t Spanned<DeValue<'t>>,
    pub(crate) place: Place<'t>,
}

impl<'t> Table<'t> {
    fn node(self, value: &'t Spanned<DeValue<'t>>) -> Node<'t> {
        let place = self.toml.place(value.span());
        Node {
            toml: self.toml,
            problems: self.problems,
            value,
            place,
        }
    }

    /// The entries in the order of the file.
    pub(crate) fn entries(self) -> Vec<(Name<'t>, Node<'t>)> {
        let entries = self.table.iter().map(|(key, value)| {
            let place = self.toml.place(key.span());
            (
                Name {
                    text: key.get_ref(),
                    place,
                },
                self.node(value),
            )
        });
        let mut entries: Vec<_> = entries.collect();
        entries.sort_by_key(|(key, _)| key.place.start);
        entries
    }

    /// Reports every key that such a table does not have.
    pub(crate) fn only(self, shape: Shape) {
        self.only_keys(shape.keys());
    }

    /// Reports every key that is not in the list: for tables that are no part
    /// of the language of policies.
    pub(crate) fn only_keys(self, keys: &[&str]) {
        for (key, _) in self.entries() {
            if !keys.contains(&key.text) {
                let message = format!("unknown key `{}`", key.text);
                self.problems
                    .report(key.place, "key-unknown", message, one_of(key.text, keys));
            }
        }
    }

    /// The value of a key, if it is there.
    pub(crate) fn get(self, key: &str) -> Option<Node<'t>> {
        self.table.get(key).map(|value| self.node(value))
    }

    /// The value of a key that must be there.
    pub(crate) fn need(self, key: &str) -> Option<Node<'t>> {
        let found = self.get(key);
        if found.is_none() {
            let message = format!("`{key}` is missing");
            self.problems.report(
                self.place,
                "key-missing",
                message,
                format!("add `{key} = …`"),
            );
        }
        found
    }

    /// The tables under a key, by name: `[facts.age]` under `facts`.
    pub(crate) fn tables(self, key: &str) -> Vec<(Name<'t>, Table<'t>)> {
        let outer = self.get(key).and_then(Node::table);
        outer.map(Table::all_tables).unwrap_or_default()
    }

    /// The entries, all of which have to be tables.
    pub(crate) fn all_tables(self) -> Vec<(Name<'t>, Table<'t>)> {
        let entries = self.entries().into_iter();
        entries
            .filter_map(|(name, node)| Some((name, node.table()?)))
            .collect()
    }

    /// The elements of an array of tables; none when the key is not there.
    pub(crate) fn array_of_tables(self, key: &str) -> Vec<Table<'t>> {
        let elements = self.get(key).and_then(Node::array).unwrap_or_default();
        elements.into_iter().filter_map(Node::table).collect()
    }

    /// The texts of an array; none when the key is not there.
    pub(crate) fn names(self, key: &str) -> Vec<Name<'t>> {
        let elements = self.get(key).and_then(Node::array).unwrap_or_default();
        elements.into_iter().filter_map(Node::name).collect()
    }

    /// A truth value; `false` when the key is not there.
    pub(crate) fn flag(self, key: &str) -> bool {
        self.get(key).and_then(Node::boolean).unwrap_or(false)
    }

    /// A word out of a list, which must be there.
    pub(crate) fn need_word<T: Copy>(self, key: &str, words: &[(&str, T)]) -> Option<T> {
        self.need(key)?.word(words)
    }
}

impl<'t> Node<'t> {
    /// Reports a problem of this value.
    pub(crate) fn report(
        self,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<Help>,
    ) {
        self.problems.report(self.place, code, message, help);
    }

    /// Reports a problem of a part or the surroundings of this value.
    pub(crate) fn report_at(
        self,
        place: Place<'_>,
        code: &'static str,
        message: impl Into<String>,
        help: impl Into<Help>,
    ) {
        self.problems.report(place, code, message, help);
    }

    fn wrong<T>(self, wanted: &str) -> Option<T> {
        let message = match self.value.get_ref() {
            DeValue::Float(_) => {
                "floating-point numbers are not used in policies: they round".to_owned()
            }
            other => format!("expected {wanted}, found {}", describe(other)),
        };
        self.report("value-type", message, format!("write {wanted}"));
        None
    }

    pub(crate) fn table(self) -> Option<Table<'t>> {
        match self.value.get_ref() {
            DeValue::Table(table) => Some(Table {
                toml: self.toml,
                problems: self.problems,
                table,
                place: self.place,
            }),
            _ => self.wrong("a table"),
        }
    }

    /// Whether it is a table; says nothing otherwise.
    pub(crate) fn is_table(self) -> bool {
        self.value.get_ref().is_table()
    }

    pub(crate) fn array(self) -> Option<Vec<Node<'t>>> {
        match self.value.get_ref() {
            DeValue::Array(array) => {
                let elements = array.iter().map(|value| {
                    let place = self.toml.place(value.span());
                    Node {
                        value,
                        place,
                        ..self
                    }
                });
                Some(elements.collect())
            }
            _ => self.wrong("a list"),
        }
    }

    pub(crate) fn name(self) -> Option<Name<'t>> {
        match self.value.get_ref() {
            DeValue::String(text) => Some(Name {
                text,
                place: self.place,
            }),
            _ => self.wrong("a text"),
        }
    }

    /// The text if it is one; says nothing otherwise.
    pub(crate) fn as_text(self) -> Option<&'t str> {
        self.value.get_ref().as_str()
    }

    /// A text in which further problems may be found.
    pub(crate) fn excerpt(self) -> Option<Excerpt<'t>> {
        self.name()?;
        let raw = self.toml.text.get(self.value.span())?;
        Some(Excerpt::from_toml(self.toml.file, raw, self.place.start))
    }

    pub(crate) fn boolean(self) -> Option<bool> {
        self.value
            .get_ref()
            .as_bool()
            .or_else(|| self.wrong("true or false"))
    }

    pub(crate) fn integer(self) -> Option<i64> {
        match self.value.get_ref() {
            DeValue::Integer(number) => {
                let value = i64::from_str_radix(number.as_str(), number.radix()).ok();
                if value.is_none() {
                    self.report("value-range", "the number is too large", None);
                }
                value
            }
            _ => self.wrong("an integer"),
        }
    }

    /// A TOML date, or a text `YYYY-MM-DD`.
    pub(crate) fn date(self) -> Option<Date> {
        match self.value.get_ref() {
            DeValue::Datetime(stamp) if stamp.time.is_none() && stamp.offset.is_none() => {
                Date::parse(&stamp.to_string()).or_else(|| self.wrong("a day as 2026-03-01"))
            }
            DeValue::String(text) => {
                Date::parse(text).or_else(|| self.wrong("a day as 2026-03-01"))
            }
            _ => self.wrong("a day as 2026-03-01"),
        }
    }

    /// The value as JSON; dates become texts. Floats are refused.
    pub(crate) fn json(self) -> Option<serde_json::Value> {
        match self.value.get_ref() {
            DeValue::String(text) => Some(text.as_ref().into()),
            DeValue::Integer(_) => self.integer().map(Into::into),
            DeValue::Boolean(value) => Some((*value).into()),
            DeValue::Datetime(stamp) => Some(stamp.to_string().into()),
            DeValue::Array(_) => self.array()?.into_iter().map(Node::json).collect(),
            DeValue::Table(_) => {
                let entries = self.table()?.entries().into_iter();
                entries
                    .map(|(name, node)| Some((name.text.to_owned(), node.json()?)))
                    .collect()
            }
            DeValue::Float(_) => self.wrong("an integer"),
        }
    }

    /// A word out of a list.
    pub(crate) fn word<T: Copy>(self, words: &[(&str, T)]) -> Option<T> {
        let name = self.name()?;
        let found = words.iter().find(|(word, _)| *word == name.text);
        if found.is_none() {
            let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let message = format!("unknown word `{}`", name.text);
            self.report("word-unknown", message, one_of(name.text, &all));
        }
        found.map(|(_, value)| *value)
    }

    /// The position of a name in a list of declared things.
    pub(crate) fn reference<'n>(
        self,
        code: &'static str,
        what: &str,
        names: impl Iterator<Item = &'n str> + Clone,
    ) -> Option<usize> {
        let name = self.name()?;
        let found = names.clone().position(|one| one == name.text);
        if found.is_none() {
            let help = nearest(name.text, names);
            self.report(
                code,
                format!("{what} `{}` is not declared", name.text),
                help,
            );
        }
        found
    }
}

fn describe(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "an integer",
        DeValue::Float(_) => "a floating-point number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
