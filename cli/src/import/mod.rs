//! PMML scorecards → policy packs.
//!
//! What a pack would say otherwise than the file is refused, all of it at
//! once and with its place; what is left out without an effect on score and
//! reasons is a note. Numbers stay decimal and exact. A predicate on a missing
//! value is UNKNOWN, which is no attribute's case: two conditions are kept of
//! every predicate, when it is TRUE and when it is FALSE. Where no attribute
//! of a characteristic holds PMML has no result: a rule refers that, unless
//! lint proves that it cannot be.
//!
//! Source: PMML 4.4, "Scorecard", "Tree Model" (predicates), "Mining Schema".

mod card;
mod fields;
mod logic;
mod names;
mod number;
mod predicate;
mod write;
mod xml;

use std::collections::BTreeSet;

use roxmltree::{Document, TextPos};

use crate::compile::diagnostic::Place;
use crate::compile::facts::RESERVED;
use crate::compile::{Pack, Problems};
use crate::{Diagnostic, Severity, compile, lint};
use card::Card;
pub(crate) use fields::ANY_OTHER;
use fields::{Field, Type};
use names::identifier;
use number::Number;
use predicate::Fields;
use write::{Draft, largest};
use xml::{Element, Source, children, named};

/// The deepest that elements are nested.
const MAX_DEPTH: usize = 60;
/// The most decimals of points.
const MAX_DIGITS: u8 = 9;
/// The most that points are, and that they are in their unit.
const MAX_POINTS: i128 = 1_000_000;
const MAX_UNITS: i128 = 1_000_000_000;

/// How a file is imported.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Which scorecard, by its `modelName`; not needed where there is one.
    pub model: Option<String>,
    /// Round points to so many decimals; without it none are rounded.
    pub digits: Option<u8>,
}

/// An imported scorecard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The pack. It compiles.
    pub pack: Pack,
    /// What was left out without an effect.
    pub notes: Vec<Diagnostic>,
}

/// Imports the scorecard of a PMML file; `file` is its name.
///
/// # Errors
///
/// Everything that cannot be imported, notes included, in the order of the
/// file.
pub fn pmml(file: &str, text: &str, options: &Options) -> Result<Imported, Vec<Diagnostic>> {
    let own = Pack::from_files([(file, text)]);
    let problems = Problems::new(&own);
    let pack = match Document::parse(text) {
        Ok(document) => {
            let source = Source {
                file,
                problems: &problems,
            };
            draft(&source, &document, options).and_then(|draft| finished(&source, &document, draft))
        }
        Err(error) => {
            let at = offset(text, error.pos());
            let place = Place {
                file,
                start: at,
                end: at,
            };
            let is_type = matches!(error, roxmltree::Error::DtdDetected);
            let help = is_type.then(|| "remove the document type: entities are not read".into());
            problems.report(place, "pmml-malformed", error.to_string(), help);
            None
        }
    };
    let found = problems.into_sorted();
    match pack {
        Some(pack) if found.iter().all(|one| one.severity == Severity::Note) => {
            Ok(Imported { pack, notes: found })
        }
        _ => Err(found),
    }
}

/// The bytes before a line and column.
fn offset(text: &str, at: TextPos) -> usize {
    let mut lines = text.split_inclusive('\n');
    let before: usize = lines
        .by_ref()
        .take(at.row.saturating_sub(1) as usize)
        .map(str::len)
        .sum();
    let line = lines.next().unwrap_or_default();
    let mut columns = line.char_indices().map(|(at, _)| at);
    before
        + columns
            .nth(at.col.saturating_sub(1) as usize)
            .unwrap_or(line.len())
}

fn draft<'d>(
    source: &Source<'d>,
    document: &'d Document<'d>,
    options: &Options,
) -> Option<Draft<'d>> {
    let root = document.root_element();
    let namespace = root.tag_name().namespace().unwrap_or_default();
    let is_known = namespace.is_empty() || namespace.starts_with("http://www.dmg.org/PMML-4_");
    if root.tag_name().name() != "PMML" || !is_known {
        let message = "this is no PMML of a version that is imported";
        source.error(root, "pmml-version", message, "versions 4.0 to 4.4 are");
        return None;
    }
    // What is read goes down one element after the other.
    let mut all = root.descendants();
    if let Some(deep) = all.find(|one| one.is_element() && one.ancestors().nth(MAX_DEPTH).is_some())
    {
        let message = format!("elements are nested deeper than {MAX_DEPTH}");
        source.error(deep, "pmml-deep", message, None);
        return None;
    }
    let model = model(source, root, options)?;
    let mut fields = dictionary(source, root, model)?;
    report_rest(source, root, model);
    let mut used = Vec::new();
    let lists = named(model, "Characteristics");
    let all = lists.flat_map(|list| named(list, "Characteristic"));
    for attribute in all.flat_map(|one| named(one, "Attribute")) {
        fields.see(source, attribute, &mut used);
    }
    let mut card = Card::read(source, &fields, model)?;
    let digits = digits(source, &mut card, options.digits);
    for (index, one) in fields.all.iter().enumerate() {
        if used.contains(&index) || one.is_active {
            fits(source, one);
        }
    }
    for one in &card.characteristics {
        if one.uncovered == logic::Cond::Is(true) {
            let message = format!("no attribute of `{}` ever holds", one.name);
            source.error(one.element, "pmml-no-attribute", message, None);
        }
    }
    let stem = source.file.rsplit('/').next().unwrap_or_default();
    let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
    let name = identifier(stem, "-").replace('_', "-");
    let mut index = 0;
    fields.all.retain(|one| {
        // A value that an input should not have makes the result invalid, whether
        // or not anything looks at it.
        let is_used = used.contains(&index) || (one.is_active && one.can_be_invalid());
        index += 1;
        if !is_used && one.is_active {
            let message = format!("no predicate uses `{}`: it is left out", one.name);
            source.note(one.element, "pmml-field-unused", message, None);
        }
        is_used
    });
    Some(Draft::new(name, source.file, card, fields.all, digits))
}

/// The scorecard that is meant.
fn model<'d>(source: &Source<'_>, root: Element<'d>, options: &Options) -> Option<Element<'d>> {
    let cards: Vec<Element<'d>> = named(root, "Scorecard").collect();
    let names = || {
        let names = cards.iter().filter_map(|one| one.attribute("modelName"));
        names
            .map(|name| format!("`{name}`"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    match (&cards[..], &options.model) {
        ([], _) => {
            let help =
                "models of other kinds, and scorecards inside of other models, are not imported";
            source.error(root, "pmml-no-scorecard", "the file has no scorecard", help);
            None
        }
        ([only], None) => Some(*only),
        (_, Some(wanted)) => {
            let found = cards
                .iter()
                .find(|one| one.attribute("modelName") == Some(wanted));
            if found.is_none() {
                let help = format!("it has {}", names());
                source.error(
                    root,
                    "pmml-model",
                    format!("there is no scorecard `{wanted}`"),
                    help,
                );
            }
            found.copied()
        }
        (_, None) => {
            let help = format!("say --model with one of {}", names());
            source.error(root, "pmml-model", "the file has several scorecards", help);
            None
        }
    }
}

fn dictionary<'d>(
    source: &Source<'_>,
    root: Element<'d>,
    model: Element<'d>,
) -> Option<Fields<'d>> {
    let mining = fields::mining(model);
    let is_input = |one: &Element<'_>| {
        let usage = one.attribute("usageType").unwrap_or("active");
        ["active", "supplementary"].contains(&usage)
    };
    let mut taken: BTreeSet<String> = RESERVED.map(str::to_owned).into();
    let mut all: Vec<Field<'d>> = Vec::new();
    let declared: Vec<Element<'d>> = named(root, "DataDictionary")
        .flat_map(|dictionary| named(dictionary, "DataField"))
        .collect();
    for one in declared {
        let name = one.attribute("name");
        let own = mining
            .iter()
            .find(|mining| mining.attribute("name") == name);
        if own.is_some_and(|own| !is_input(own)) {
            continue;
        }
        let field = Field::read(source, one, own.copied(), &mut taken);
        all.extend(field);
    }
    let mut fields = Fields {
        all,
        aliases: Vec::new(),
        computed: Vec::new(),
    };
    let dictionaries = named(root, "TransformationDictionary");
    let local = named(model, "LocalTransformations");
    for derived in dictionaries
        .chain(local)
        .flat_map(|list| named(list, "DerivedField"))
    {
        let Some(name) = derived.attribute("name") else {
            continue;
        };
        let parts = children(derived).filter(|(what, _)| *what != "Extension");
        let parts: Vec<(&str, Element<'d>)> = parts.collect();
        match parts[..] {
            // The same value under another name; another type could change it.
            [("FieldRef", of)] if !of.has_attribute("mapMissingTo") => {
                let of = of.attribute("field").unwrap_or_default();
                let same = |one: &&Field<'_>| one.name == of && one.has_type_of(derived);
                match fields.all.iter().find(same) {
                    Some(_) => fields.aliases.push((name, of)),
                    None => fields.computed.push(name),
                }
            }
            _ => fields.computed.push(name),
        }
    }
    Some(fields)
}

/// Says what of the file a pack does not have.
fn report_rest(source: &Source<'_>, root: Element<'_>, model: Element<'_>) {
    let known = [
        "Header",
        "DataDictionary",
        "TransformationDictionary",
        "Scorecard",
        "Extension",
        "MiningSchema",
        "Output",
        "LocalTransformations",
        "Characteristics",
    ];
    for (what, element) in children(root).chain(children(model)) {
        match what {
            "Targets" => targets(source, element),
            "ModelVerification" => {
                let message = "the rows that verify the model are left out";
                let help = "score them with `precheck score` and compare";
                source.note(element, "pmml-left-out", message, help);
            }
            what if !known.contains(&what) => {
                let message =
                    format!("`{what}` is left out: it has no effect on score and reasons");
                source.note(element, "pmml-left-out", message, None);
            }
            _ => {}
        }
    }
    let outputs = named(model, "Output").flat_map(|output| named(output, "OutputField"));
    for one in outputs {
        let feature = one.attribute("feature").unwrap_or("predictedValue");
        if !["predictedValue", "reasonCode"].contains(&feature) {
            let name = one.attribute("name").unwrap_or_default();
            let message = format!("the output `{name}` is left out: `{feature}` is not imported");
            let help = "score and ranked reasons are what `precheck score --reasons` gives";
            source.note(one, "pmml-output", message, help);
        }
    }
}

/// Refuses what changes the score afterwards.
fn targets(source: &Source<'_>, targets: Element<'_>) {
    for one in named(targets, "Target") {
        for (name, neutral) in [
            ("rescaleConstant", Some(Number::ZERO)),
            ("rescaleFactor", Number::parse("1")),
            ("castInteger", None),
            ("min", None),
            ("max", None),
        ] {
            let given = one.attribute(name);
            if given.is_some() && (neutral.is_none() || given.and_then(Number::parse) != neutral) {
                let message = format!("`{name}` changes the score, which is not imported");
                let help = "apply it to the points, or where the score is used";
                source.error(one, "pmml-target", message, help);
            }
        }
    }
}

/// How many decimals the points need; rounds them where that is wanted.
fn digits(source: &Source<'_>, card: &mut Card<'_>, wanted: Option<u8>) -> u8 {
    let mut rounded = 0;
    let mut round = |number: &mut Number| {
        let new = wanted.map_or(*number, |digits| number.rounded(digits));
        rounded += usize::from(new != *number);
        *number = new;
    };
    round(&mut card.initial);
    let mut all = vec![(card.element, card.initial)];
    for one in &mut card.characteristics {
        round(&mut one.baseline);
        all.push((one.element, one.baseline));
        for at in &mut one.attributes {
            round(&mut at.points);
            all.push((at.element, at.points));
        }
    }
    if let Some(digits) = wanted.filter(|_| rounded > 0) {
        let message = format!("{rounded} numbers of points were rounded to {digits} decimals");
        source.note(card.element, "pmml-rounded", message, None);
    }
    let digits = all
        .iter()
        .map(|(_, number)| number.digits)
        .max()
        .unwrap_or(0);
    for (element, number) in all {
        let unit = 10_i128.pow(digits.min(MAX_DIGITS).into());
        let most = MAX_POINTS.min(MAX_UNITS / unit);
        let size = Number {
            units: number.units.abs(),
            ..number
        };
        let is_small = size.floor() < most || (size.is_whole() && size.floor() == most);
        if number.digits > MAX_DIGITS || !is_small {
            let message = format!("the points {number} are not kept exactly");
            let help = format!(
                "the file needs {digits} decimals; points have at most {MAX_DIGITS}, and nine \
                 digits in all: say --digits N to round them"
            );
            source.error(element, "pmml-points", message, help);
        }
    }
    digits
}

/// Reports numbers that a fact cannot be compared with.
fn fits(source: &Source<'_>, field: &Field<'_>) {
    let (most, digits) = match field.kind {
        Type::Whole => (write::MAX_VALUE, 30),
        Type::Decimal => (largest(field.digits), 14),
        Type::Text | Type::Flag => return,
    };
    let most = i128::from(most);
    for number in &field.numbers {
        let floor = number.floor();
        if number.digits > digits || floor < -most || floor >= most {
            let message = format!(
                "`{}` is compared with {number}, too long a number",
                field.name
            );
            let help = "all digits of the numbers that a field is compared with are 14 at most";
            source.error(field.element, "pmml-number", message, help);
        }
    }
}

/// The pack, without the rules that are proved never to fire.
fn finished(source: &Source<'_>, document: &Document<'_>, mut draft: Draft<'_>) -> Option<Pack> {
    if !source.problems.has_no_error() {
        return None;
    }
    let pack = draft.pack();
    let compiled = match compile(&pack) {
        Ok(compiled) => compiled,
        Err(found) => {
            for one in found {
                let message = format!("the pack would not compile: {}", one.message);
                let help = format!("{}:{}: {}", one.file, one.line, one.code);
                source.error(document.root_element(), "pmml-pack", message, help);
            }
            return None;
        }
    };
    let found = lint(&pack, &compiled);
    let never = found.iter().filter(|one| one.code == "rule-never-fires");
    let never: Vec<&str> = never.map(|one| one.message.as_str()).collect();
    draft.rules.retain(|(id, _)| {
        let quoted = format!("`{id}`");
        !never.iter().any(|message| message.contains(&quoted))
    });
    Some(draft.pack())
}
