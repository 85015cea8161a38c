//! The JSON Schemas for editors say what the compiler says.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use jsonschema::Validator;
use precheck_cli::{Shape, vocabularies};
use serde_json::{Value, json};

use crate::mini;

const NAMES: [&str; 7] = [
    "policy",
    "facts",
    "scenario",
    "scorecard",
    "overlay",
    "priors",
    "reason",
];

fn policies() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies")
}

fn schemas() -> BTreeMap<&'static str, Value> {
    let read = |name| {
        let file = policies().join(format!("schema/{name}.schema.json"));
        let text = fs::read_to_string(file).expect("the schema is there");
        (name, serde_json::from_str(&text).expect("JSON"))
    };
    NAMES.into_iter().map(read).collect()
}

fn validators() -> BTreeMap<&'static str, Validator> {
    let schemas = schemas();
    let validator = |(name, schema): (&'static str, &Value)| {
        let validator = jsonschema::draft202012::new(schema);
        (name, validator.expect("a valid schema"))
    };
    schemas
        .iter()
        .map(|(name, schema)| validator((name, schema)))
        .collect()
}

/// TOML as an editor sees it; days are texts.
fn document(text: &str) -> Value {
    fn value(toml: toml::Value) -> Value {
        match toml {
            toml::Value::Table(table) => {
                let entries = table.into_iter().map(|(key, one)| (key, value(one)));
                Value::Object(entries.collect())
            }
            toml::Value::Array(array) => array.into_iter().map(value).collect(),
            toml::Value::Datetime(day) => day.to_string().into(),
            toml::Value::String(text) => text.into(),
            toml::Value::Integer(number) => number.into(),
            toml::Value::Boolean(flag) => flag.into(),
            toml::Value::Float(_) => panic!("policies hold no floats"),
        }
    }
    value(toml::Value::Table(text.parse().expect("TOML")))
}

/// The schema of a file of a pack, and the TOML in it.
fn piece<'t>(path: &str, text: &'t str) -> Option<(&'static str, &'t str)> {
    let folder = path.split('/').next()?;
    Some(match folder {
        "policy.toml" => ("policy", text),
        "priors.toml" => ("priors", text),
        "facts" => ("facts", text),
        "scenarios" => ("scenario", text),
        "scorecards" => ("scorecard", text),
        "overlays" => ("overlay", text),
        "reasons" => ("reason", text.split("+++").nth(1)?),
        _ => return None,
    })
}

/// The files of the sample packs: path inside the pack, place, text.
fn files() -> Vec<(String, PathBuf, String)> {
    let mut files = Vec::new();
    for pack in ["baitiao", "credit-default"] {
        let root = policies().join(pack);
        for folder in [
            "",
            "facts",
            "scenarios",
            "scorecards",
            "overlays",
            "reasons",
        ] {
            let Ok(entries) = fs::read_dir(root.join(folder)) else {
                continue;
            };
            for entry in entries {
                let place = entry.expect("an entry").path();
                let inside = place.strip_prefix(&root).expect("inside the pack");
                let inside = inside.to_str().expect("UTF-8").replace('\\', "/");
                if inside.ends_with(".toml") || inside.starts_with("reasons/") {
                    let text = fs::read_to_string(&place).expect("text");
                    files.push((inside, place, text));
                }
            }
        }
    }
    assert!(files.len() > 90, "the packs were found");
    files
}

fn faults(validator: &Validator, instance: &Value) -> Vec<String> {
    let errors = validator.iter_errors(instance);
    errors
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

/// Every object of a schema, with its JSON Pointer.
fn walk<'s>(schema: &'s Value, at: &str, visit: &mut impl FnMut(&str, &'s Value)) {
    visit(at, schema);
    match schema {
        Value::Object(members) => {
            for (key, one) in members {
                walk(one, &format!("{at}/{key}"), visit);
            }
        }
        Value::Array(elements) => {
            for (index, one) in elements.iter().enumerate() {
                walk(one, &format!("{at}/{index}"), visit);
            }
        }
        _ => {}
    }
}

fn find<'s>(schemas: &'s BTreeMap<&str, Value>, place: &str) -> &'s Value {
    let (name, pointer) = place.split_once('#').expect("`schema#pointer`");
    let found = schemas.get(name).and_then(|one| one.pointer(pointer));
    found.unwrap_or_else(|| panic!("there is no `{place}`"))
}

fn keys(object: &Value) -> BTreeSet<&str> {
    let members = object.as_object().into_iter().flatten();
    members.map(|(key, _)| key.as_str()).collect()
}

/// An editor shows no fault in what compiles.
#[test]
fn every_file_of_the_sample_packs_validates() {
    let validators = validators();
    for (path, place, text) in files() {
        let (name, toml) = piece(&path, &text).expect("a file of a pack");
        let found = faults(&validators[name], &document(toml));
        assert!(found.is_empty(), "{}: {found:#?}", place.display());
    }
    for (path, text) in mini::files() {
        if let Some((name, toml)) = piece(&path, &text) {
            let found = faults(&validators[name], &document(toml));
            assert!(found.is_empty(), "mini pack, {path}: {found:#?}");
        }
    }
}

/// An editor finds the schema of each TOML file by the file's first line.
#[test]
fn every_file_of_the_sample_packs_names_its_schema() {
    for (path, place, text) in files() {
        if !path.ends_with(".toml") {
            continue; // Editors read no TOML inside Markdown.
        }
        let (name, _) = piece(&path, &text).expect("a file of a pack");
        let first = text.lines().next().unwrap_or_default();
        let named = first.strip_prefix("#:schema ").unwrap_or_default();
        let found = place.parent().expect("a folder").join(named);
        let wanted = policies().join(format!("schema/{name}.schema.json"));
        assert_eq!(
            fs::canonicalize(found).ok(),
            fs::canonicalize(wanted).ok(),
            "the first line of {} is `#:schema …/schema/{name}.schema.json`",
            place.display()
        );
    }
}

/// A key that the compiler takes is one that the schema has, and no other.
#[test]
fn keys_are_those_of_the_compiler() {
    let schemas = schemas();
    let mut described = BTreeSet::new();
    for shape in Shape::ALL {
        for place in shape.schemas() {
            let object = find(&schemas, place);
            let wanted: BTreeSet<&str> = shape.keys().iter().copied().collect();
            assert_eq!(keys(&object["properties"]), wanted, "{shape:?} at {place}");
            assert_eq!(object["additionalProperties"], false, "{place} is strict");
            described.insert((*place).to_owned());
        }
    }
    for (name, schema) in &schemas {
        walk(schema, "", &mut |at, one| {
            let is_table = one["type"] == "object" && one["properties"].is_object();
            let place = format!("{name}#{at}");
            assert!(
                !is_table || described.contains(&place),
                "{place} is no table of the language"
            );
        });
    }
}

/// A word that the compiler takes is one that the schema lists, in its order.
#[test]
fn words_are_those_of_the_compiler() {
    let schemas = schemas();
    let mut described = BTreeSet::new();
    for vocabulary in vocabularies() {
        for place in &vocabulary.schemas {
            let listed = &find(&schemas, place)["enum"];
            assert_eq!(*listed, json!(vocabulary.words), "the words of {place}");
            described.insert(place.clone());
        }
    }
    for (name, schema) in &schemas {
        walk(schema, "", &mut |at, one| {
            let place = format!("{name}#{at}");
            // Inside `if` and `then` lists are conditions, no vocabularies.
            let is_list = one["enum"].is_array() && !at.contains("/allOf/");
            assert!(
                !is_list || described.contains(&place),
                "{place} is no vocabulary of the language"
            );
        });
    }
}

/// Completion shows a description for every key.
#[test]
fn every_key_is_described() {
    let schemas = schemas();
    for shape in Shape::ALL {
        for place in shape.schemas() {
            let object = find(&schemas, place);
            for (key, one) in object["properties"].as_object().expect("an object") {
                let target = one["$ref"].as_str().map(|target| {
                    let (name, _) = place.split_once('#').expect("`schema#pointer`");
                    find(&schemas, &format!("{name}{target}"))
                });
                let description = target.unwrap_or(one)["description"].as_str();
                let length = description.map_or(0, str::len);
                assert!(length > 10, "`{key}` at {place} says what it is");
            }
        }
    }
}

/// What may be written in two places is described in the same words.
#[test]
fn copies_are_the_same() {
    let schemas = schemas();
    for (one, other) in [
        ("policy#/$defs/derived", "facts#/$defs/derived"),
        ("policy#/$defs/effort", "facts#/$defs/effort"),
        ("policy#/$defs/scale_place", "facts#/$defs/scale_place"),
        ("policy#/$defs/move", "facts#/$defs/move"),
        ("policy#/$defs/evolves", "facts#/$defs/evolves"),
        ("policy#/$defs/runs_out", "facts#/$defs/runs_out"),
        ("policy#/$defs/rule", "scenario#/$defs/rule"),
        ("policy#/$defs/field", "scenario#/$defs/field"),
        ("policy#/$defs/scenario/properties", "scenario#/properties"),
    ] {
        assert_eq!(find(&schemas, one), find(&schemas, other), "{one}");
    }
    let mut rule = find(&schemas, "overlay#/$defs/rule").clone();
    let own = find(&schemas, "scenario#/$defs/rule");
    let properties = rule["properties"].as_object_mut().expect("an object");
    properties.remove("scenario");
    assert_eq!(rule["properties"], own["properties"]);
    let mut fact = find(&schemas, "policy#/$defs/fact").clone();
    let properties = fact["properties"].as_object_mut().expect("an object");
    properties.remove("source");
    let required = fact["required"].as_array_mut().expect("a list");
    required.retain(|key| key != "source");
    assert_eq!(&fact, find(&schemas, "facts#/$defs/fact"));
}

/// Slips that an editor underlines; each is refused by the compiler too, see `broken`.
#[test]
fn slips_are_found() {
    let validators = validators();
    let fact = "[f]\nkind = \"integer\"\ndomain = [0, 9]\naudience = \"public\"\n";
    let day = "[t]\nkind = \"date\"\naudience = \"public\"\nderived = { today = true }\n";
    let moved = "[f]\nkind = \"integer\"\ndomain = [0, 9]\naudience = \"public\"\n\
                 actionable = \"down\"\neffort = { fixed = 2, most = 4 }\n\
                 moves = [{ fact = \"g\", by = \"1/2\" }]\nevolves = { runs_out = 7, to = 0 }\n";
    let overlay = "from = 2026-12-01\nlimits = { s = { at_most = \"9.00\" } }\n";
    let card = "base = 0\nmethod = \"below-best\"\nbands = [{ from = 0, decision = \"approve\" }]\n\
                [[characteristics]]\nfact = \"f\"\nreason = \"R\"\nbins = [{ points = 1 }]\n";
    let rule = "facts = [\"f\"]\n[[rules]]\nid = \"r\"\nwhen = \"f > 1\"\neffect = \"refer\"\n\
                reason = \"R\"\n";
    let front = "status = \"active\"\nkind = \"risk\"\ndisclosure = \"full\"\nlasts = \"short\"\n\
                 source = \"house\"\n";
    for (schema, text, from, to, why) in [
        ("facts", fact, "kind =", "knd =", "a key is misspelt"),
        ("facts", fact, "integer", "int", "a word is misspelt"),
        (
            "facts",
            fact,
            "domain = [0, 9]\n",
            "",
            "a number needs a domain",
        ),
        ("facts", fact, "[0, 9]", "[0]", "a domain has two ends"),
        (
            "facts",
            fact,
            "integer",
            "bool",
            "the domain of a bool is implied",
        ),
        (
            "facts",
            fact,
            "audience",
            "source = \"fraud\"\naudience",
            "the file tells the source",
        ),
        (
            "facts",
            fact,
            "[f]",
            "[f-1]",
            "a name is a word of conditions",
        ),
        (
            "facts",
            fact,
            "audience",
            "codes = [\"a\"]\naudience",
            "only a code has codes",
        ),
        (
            "facts",
            fact,
            "audience",
            "derived = {}\naudience",
            "a formula is one",
        ),
        (
            "facts",
            day,
            "today = true",
            "today = false",
            "a fact is the day or it is not",
        ),
        (
            "facts",
            day,
            "audience",
            "domain = [2026-01-01, 2026-12-31]\naudience",
            "the policy says on which days it is in force",
        ),
        ("facts", day, "\"date\"", "\"days\"", "the day is a date"),
        ("facts", moved, "fixed", "fxed", "a key is misspelt"),
        ("facts", moved, "most = 4", "most = 0", "a change is a step"),
        (
            "facts",
            moved,
            "actionable = \"down\"\n",
            "",
            "nobody can change it",
        ),
        ("facts", moved, "\"down\"", "\"no\"", "nobody can change it"),
        ("facts", moved, "1/2", "0.5", "so many for so many"),
        (
            "facts",
            moved,
            ", by = \"1/2\"",
            "",
            "it says how the other moves",
        ),
        (
            "facts",
            moved,
            "by = \"1/2\"",
            "at = 0",
            "it says what the other becomes",
        ),
        (
            "facts",
            moved,
            "{ runs_out = 7, to = 0 }",
            "\"sideways\"",
            "a word is unknown",
        ),
        (
            "facts",
            moved,
            ", to = 0",
            "",
            "something is left in the end",
        ),
        (
            "overlay",
            overlay,
            "from = 2026-12-01\n",
            "",
            "an overlay applies somewhere or some time",
        ),
        (
            "overlay",
            overlay,
            "at_most = \"9.00\"",
            "at_most = 9",
            "an amount is a text",
        ),
        (
            "scorecard",
            card,
            "points = 1 }",
            "points = 1000001 }",
            "points are bounded",
        ),
        (
            "scorecard",
            card,
            "below-best",
            "below-mean",
            "the method needs `mean`",
        ),
        (
            "scorecard",
            card,
            "reason =",
            "mean = 1\nreason =",
            "the method has no `mean`",
        ),
        (
            "scorecard",
            card,
            "bins = [{ points = 1 }]",
            "",
            "bins or codes",
        ),
        (
            "scenario",
            rule,
            "\"refer\"",
            "\"approve\"",
            "no rule makes anything milder",
        ),
        ("scenario", rule, "id = \"r\"\n", "", "a rule has an id"),
        (
            "reason",
            front,
            "\"active\"",
            "\"old\"",
            "a word is unknown",
        ),
        (
            "reason",
            front,
            "source = \"house\"\n",
            "",
            "an active reason has a source",
        ),
    ] {
        let validator = &validators[schema];
        assert_eq!(
            faults(validator, &document(text)),
            [""; 0],
            "{schema} is sound"
        );
        assert!(text.contains(from), "`{from}` is there: {why}");
        let broken = document(&text.replacen(from, to, 1));
        assert!(!validator.is_valid(&broken), "{schema}: {why}");
    }
    let retired = document("status = \"retired\"\n");
    assert!(
        validators["reason"].is_valid(&retired),
        "nothing else is read"
    );
}
