//! The law of bundles that are nearly right: edits of a valid model, signed again.
//!
//! Bytes at random rarely get past the decoder. Here they say where in the sample's model something is changed, so that
//! nearly everything decodes and the checks of the loader are what stands between an edit and the evaluator.

use std::sync::OnceLock;

use ed25519_dalek::Signer;
use precheck::units::Date;
use precheck::{Audience, Draft, Message, Model, PublicKey, Scenario, Token};
use serde_json::Value;

use crate::policy::{Choices, keeps_its_promises, key, load, made, sample};

/// The most edits of one input.
const EDITS: u8 = 6;

/// Edits the sample's model as the bytes say, signs it, loads it, and uses what loads.
pub fn model(data: &[u8]) {
    let choices = &mut Choices(data);
    let mut value = base().clone();
    for _ in 0..=choices.next() % EDITS {
        edit(&mut value, choices);
    }
    let Ok(model) = serde_json::from_value::<Model>(value) else {
        return;
    };
    let key = key();
    let signer = PublicKey::from_bytes(key.verifying_key().to_bytes());
    let day = Date::from_days(0).expect("a day of the calendar");
    let Ok(draft) = Draft::new(&model, &signer, day) else {
        return;
    };
    let bundle = draft.seal(&key.sign(&draft.message()).to_bytes());
    let policy = match load(&bundle, Audience::Server) {
        Ok(policy) => policy,
        Err(problems) => {
            assert!(!problems.is_empty(), "a refusal says why");
            return;
        }
    };
    assert_eq!(*policy.model(), model, "what was signed is what is loaded");
    for scenario in &model.scenarios {
        let application = made(&model, &scenario.name, |_| true, choices);
        keeps_its_promises(&policy, &application, choices);
    }
}

/// The sample's model as a tree, in one locale: texts are most of it, and all alike.
fn base() -> &'static Value {
    static BASE: OnceLock<Value> = OnceLock::new();
    BASE.get_or_init(|| {
        let mut model = sample().0.model().clone();
        model.texts.truncate(1);
        for texts in &mut model.texts {
            texts.issues.clear();
        }
        serde_json::to_value(model).expect("a model is data")
    })
}

/// A bundle of the sample's smallest scenario in one locale: a byte changed in it
/// is more likely to matter than one of the whole, which is mostly texts.
pub fn small() -> Vec<u8> {
    let mut model = sample().0.model().clone();
    model.texts.truncate(1);
    for texts in &mut model.texts {
        texts.issues.clear();
        texts.wordings.clear();
        for one in &mut texts.reasons {
            let parts = [
                &mut one.title,
                &mut one.requirement,
                &mut one.notice,
                &mut one.help,
            ];
            for part in parts {
                *part = Message::from_iter([Token::Text("x")]);
            }
        }
        for one in &mut texts.facts {
            let (codes, specials) = (&mut one.codes, &mut one.specials);
            let parts = [&mut one.label, &mut one.question]
                .into_iter()
                .chain(codes)
                .chain(specials);
            parts.for_each(|part| *part = "x".into());
        }
    }
    let size = |one: &Scenario| (one.scorecard.is_none(), one.rules.len());
    model.scenarios.sort_by_key(size);
    model.scenarios.truncate(1);
    let key = key();
    let signer = PublicKey::from_bytes(key.verifying_key().to_bytes());
    let day = Date::from_days(0).expect("a day of the calendar");
    let draft = Draft::new(&model, &signer, day).expect("a part of a model is small enough");
    let bundle = draft.seal(&key.sign(&draft.message()).to_bytes());
    load(&bundle, Audience::Server).expect("and still a model");
    bundle
}

/// Goes down into the tree and changes what it ends at.
fn edit(value: &mut Value, choices: &mut Choices<'_>) {
    let wide =
        |choices: &mut Choices<'_>| usize::from(choices.next()) << 8 | usize::from(choices.next());
    match value {
        Value::Object(members) if !members.is_empty() => {
            let at = usize::from(choices.next()) % members.len();
            edit(members.values_mut().nth(at).expect("inside"), choices);
        }
        Value::Array(list) if !list.is_empty() => {
            let (action, at) = (choices.next(), wide(choices) % list.len());
            match action {
                0..24 => drop(list.remove(at)),
                24..48 => list.insert(at, list[at].clone()),
                48..60 => {
                    let other = wide(choices) % list.len();
                    list.swap(at, other);
                }
                60..64 => list.truncate(at),
                _ => edit(&mut list[at], choices),
            }
        }
        Value::Bool(flag) => *flag = !*flag,
        Value::Number(number) => {
            let old = number.as_i64().unwrap_or_default();
            let new = match choices.next() % 8 {
                0 => old.wrapping_add(1),
                1 => old.wrapping_sub(1),
                2 => old.wrapping_neg(),
                3 => i64::from(choices.next()),
                4 => wide(choices) as i64,
                5 => 9_007_199_254_740_991,
                6 => i64::MAX,
                _ => i64::MIN,
            };
            *value = new.into();
        }
        Value::String(text) => match choices.next() % 4 {
            0 => text.clear(),
            1 => text.push('\u{1}'),
            2 => *value = Value::Null,
            // Another word of the format, so that variants change into each other.
            _ => {
                let words = [
                    "Missing", "Opaque", "Not", "decline", "approve", "server", "code", "date",
                    "money",
                ];
                *text = words[usize::from(choices.next()) % words.len()].into();
            }
        },
        Value::Null => *value = i64::from(choices.next()).into(),
        _ => {}
    }
}
