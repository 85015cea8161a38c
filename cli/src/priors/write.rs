//! Priors as the text of a `priors.toml`.

use std::fmt::Write as _;

use precheck::units::Date;
use precheck::{FactDef, FactKind, Policy, Prior, Priors};

/// The text that compiles to these priors; `about` becomes its first comment.
#[must_use]
pub fn write(policy: &Policy, priors: &Priors, about: &str) -> String {
    let mut text = String::from("#:schema ../schema/priors.schema.json\n");
    for line in about.lines() {
        let _ = writeln!(text, "# {line}");
    }
    let single = priors.segments.len() == 1;
    if !single {
        let _ = writeln!(text, "\nsegments = {}", list(priors.segments.iter(), false));
    }
    for (prior, def) in priors
        .facts
        .iter()
        .filter_map(|one| Some((one, policy.fact(one.fact)?)))
    {
        let _ = writeln!(text, "\n[facts.{}]", def.name);
        fact(&mut text, prior, def, priors.segments.len());
    }
    text
}

fn fact(text: &mut String, prior: &Prior, def: &FactDef, segments: usize) {
    let places = prior.places(def);
    let weights = |place: usize| {
        let own = prior.weights.iter().skip(place).step_by(places);
        list(own, segments == 1)
    };
    let names: Vec<&str> = match def.kind {
        FactKind::Bool => vec!["false", "true"],
        _ => def.codes.iter().map(String::as_str).collect(),
    };
    let stretches = prior.upto.len();
    let is_listed = !names.is_empty();
    if is_listed {
        table(text, "codes", names.into_iter().zip((0..).map(&weights)));
    } else {
        text.push_str("bins = [\n");
        for (place, upto) in prior.upto.iter().enumerate() {
            let below = if place + 1 == stretches {
                String::new()
            } else {
                format!("below = {}, ", value(upto + 1, def.kind))
            };
            let _ = writeln!(text, "  {{ {below}weights = {} }},", weights(place));
        }
        text.push_str("]\n");
    }
    if def.may_be_missing {
        let _ = writeln!(text, "missing = {}", weights(stretches));
    }
    if !def.specials.is_empty() {
        let first = stretches + usize::from(def.may_be_missing);
        let specials = def.specials.iter().map(String::as_str);
        table(text, "specials", specials.zip((first..).map(&weights)));
    }
}

fn table<'n>(text: &mut String, key: &str, entries: impl Iterator<Item = (&'n str, String)>) {
    for (name, weights) in entries {
        let _ = writeln!(text, "{key}.{name} = {weights}");
    }
}

fn list<'w>(weights: impl Iterator<Item = &'w u32>, single: bool) -> String {
    let all: Vec<String> = weights.map(u32::to_string).collect();
    if single {
        all.join("")
    } else {
        format!("[{}]", all.join(", "))
    }
}

/// A bound as a policy writes it.
fn value(value: i64, kind: FactKind) -> String {
    let hundredths = |unit: &str| {
        let sign = if value < 0 { "-" } else { "" };
        let (whole, rest) = (value.unsigned_abs() / 100, value.unsigned_abs() % 100);
        format!("\"{sign}{whole}.{rest:02}{unit}\"")
    };
    match kind {
        FactKind::Money => hundredths(""),
        FactKind::Ratio => hundredths("%"),
        FactKind::Date => {
            let day = i32::try_from(value).ok().and_then(Date::from_days);
            day.map_or_else(|| value.to_string(), |day| format!("\"{day}\""))
        }
        _ => value.to_string(),
    }
}
