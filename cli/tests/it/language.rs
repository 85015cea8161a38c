//! The page about the policy language is true: its pack compiles and decides
//! as it says, and it explains every key, word and phrase.

use std::fs;
use std::path::Path;

use precheck::units::Locale;
use precheck::{Application, Model, Phrase, assess};
use precheck_cli::{Pack, Shape, compile, vocabularies};
use serde_json::{Value, json};

use crate::mini;

fn page() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../policies/README.md");
    fs::read_to_string(file).expect("the page is there")
}

/// The fenced blocks of the page: what stands after the language, and the text.
fn blocks(page: &str) -> Vec<(&str, &str)> {
    let parts: Vec<&str> = page.split("\n```").collect();
    assert_eq!(parts.len() % 2, 1, "every block ends");
    let inside = parts.iter().skip(1).step_by(2);
    let block = |part: &&'_ str| -> Option<(usize, usize)> {
        let line = part.find('\n')?;
        let info = part[..line].find(' ')? + 1;
        Some((info, line))
    };
    inside
        .filter_map(|part| {
            let (info, line) = block(part)?;
            Some((&part[info..line], &part[line + 1..]))
        })
        .collect()
}

/// What a side says about an application of the page.
fn said(model: &Model, application: &Value) -> Value {
    let policy = mini::load(model);
    let application: Application =
        serde_json::from_value(application.clone()).expect("an application");
    let document = match assess(&policy, &application, Locale::En) {
        Ok(document) => document,
        Err(problems) => panic!("the page's application is sound: {problems:#?}"),
    };
    let document: Value = serde_json::from_str(&document.to_json()).expect("JSON");
    let outcome = &document["outcome"];
    let reasons = outcome["reasons"].as_array().into_iter().flatten();
    let reasons: Vec<&Value> = reasons.map(|one| &one["code"]).collect();
    json!({
        "status": outcome["status"],
        "decisions": outcome["decisions"],
        "reasons": reasons,
    })
}

#[test]
fn the_pack_of_the_page_decides_as_the_page_says() {
    let page = page();
    let blocks = blocks(&page);
    let files = blocks.iter().filter(|(name, _)| name.contains('.'));
    let files = files.map(|(name, text)| (*name, format!("{text}\n")));
    let compiled = match compile(&Pack::from_files(files)) {
        Ok(compiled) => compiled,
        Err(problems) => panic!("the page's pack compiles: {problems:#?}"),
    };
    let cases: Vec<Value> = blocks
        .iter()
        .filter(|(name, _)| *name == "case")
        .map(|(_, text)| serde_json::from_str(text).expect("a case is JSON"))
        .collect();
    assert!(cases.len() >= 3, "the page has cases");
    for case in cases {
        let mut application = case["application"].clone();
        assert_eq!(
            said(&compiled.server, &application),
            case["server"],
            "{case:#}"
        );
        let facts = application["facts"].as_object_mut().expect("facts");
        // What a browser does not know, it does not send to itself.
        facts.retain(|name, _| compiled.public.facts.iter().any(|def| def.name == *name));
        assert_eq!(
            said(&compiled.public, &application),
            case["browser"],
            "{case:#}"
        );
    }
}

/// Every key and word of the language stands on the page as code.
#[test]
fn the_page_explains_every_key_and_word() {
    let page = page();
    let (_, prose) = page.split_once("\n## Header").expect("the explanation");
    let mut missing = Vec::new();
    let keys = Shape::ALL.iter().flat_map(|shape| shape.keys()).copied();
    let words = vocabularies().into_iter().flat_map(|list| list.words);
    for word in keys.chain(words) {
        // In code of its own, or as a key or table inside of code.
        let forms = [
            format!("`{word}`"),
            format!("`[{word}]`"),
            format!("{word} = "),
            format!("`{word}/"),
        ];
        if !forms.iter().any(|form| prose.contains(form)) && !is_file(word) {
            missing.push(word);
        }
    }
    assert_eq!(missing, [""; 0], "these are explained");
    for phrase in Phrase::ALL {
        let id = phrase.id();
        let stem = id.strip_suffix("-headline").or(id.strip_suffix("-detail"));
        let code = format!("`{}`", stem.unwrap_or(id));
        assert!(prose.contains(&code), "the phrase {id} is listed");
    }
}

/// Tables of `policy.toml` that have a heading of their own.
fn is_file(word: &str) -> bool {
    ["constants", "scenarios", "characteristics"].contains(&word)
}
