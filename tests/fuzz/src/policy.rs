//! The laws of policies: loading refuses or works, and what was loaded never fails.

use std::sync::OnceLock;

use ed25519_dalek::{Signer, SigningKey};
use precheck::units::{Date, Locale};
use precheck::{
    Application, Audience, Entries, FactDef, FactInput, FactKind, Inspection, Model, Policy,
    PublicKey, Purpose, Trust, TrustedKey, assess, decide, validate,
};
use sha2::{Digest, Sha256};

/// What is signed of a bundle: magic, format, day, key and hash.
const HEAD: usize = 8 + 1 + 4 + 32 + 32;
const SIGNATURE: usize = 64;

/// The key that makes the fuzzer's bundles load; everybody has it.
pub(crate) fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

pub(crate) fn load(bytes: &[u8], audience: Audience) -> Result<Policy, Vec<precheck::Problem>> {
    // Everything here is signed on day 0.
    let day = Date::from_days(0).expect("a day of the calendar");
    let key = PublicKey::from_bytes(key().verifying_key().to_bytes());
    let keys = [TrustedKey {
        key,
        from: day,
        until: day,
    }];
    let purpose = Purpose::Replay;
    Policy::load(
        bytes,
        &Trust {
            keys: &keys,
            audience,
            purpose,
        },
    )
}

/// Loads bytes as a bundle; what loads is then used.
///
/// It is signed first: the signature keeps everybody out, and it would keep the fuzzer out too.
pub fn bundle(data: &[u8]) {
    let _ = Inspection::of(data);
    let refused = load(data, Audience::Public);
    assert!(refused.is_err(), "nobody has signed this");
    let Some(payload) = data.get(HEAD + SIGNATURE..) else {
        return;
    };
    let mut bytes = data[..9].to_vec();
    bytes.extend_from_slice(&[0; 4]);
    bytes.extend_from_slice(key().verifying_key().as_bytes());
    bytes.extend_from_slice(&Sha256::digest(payload));
    let signature = key().sign(&[b"precheck policy bundle\n", &bytes[..]].concat());
    bytes.extend_from_slice(&signature.to_bytes());
    bytes.extend_from_slice(payload);
    for audience in [Audience::Public, Audience::Server] {
        match load(&bytes, audience) {
            Ok(policy) => use_policy(&policy, payload),
            Err(problems) => assert!(!problems.is_empty(), "a refusal says why"),
        }
    }
}

/// Reads a list of trusted keys; what is read is written and read again.
pub fn keys(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    match TrustedKey::read_list(&text) {
        Ok(keys) => {
            let lines: Vec<String> = keys.iter().map(TrustedKey::to_string).collect();
            assert_eq!(TrustedKey::read_list(&lines.join("\n")), Ok(keys));
        }
        Err(problems) => assert!(!problems.is_empty(), "a refusal says why"),
    }
}

fn use_policy(policy: &Policy, choices: &[u8]) {
    for locale in Locale::ALL {
        let _ = policy.view(*locale);
    }
    let model = policy.model();
    for scenario in &model.scenarios {
        for choices in [&[][..], &[1; 64], &[2; 64], choices] {
            let choices = &mut Choices(choices);
            let application = made(model, &scenario.name, |_| true, choices);
            keeps_its_promises(policy, &application, choices);
        }
    }
}

/// What was loaded never fails: there is a decision, its reasons are few, and no way in which the unknown facts may
/// turn out leads anywhere else.
pub(crate) fn keeps_its_promises(
    policy: &Policy,
    application: &Application,
    choices: &mut Choices<'_>,
) {
    // Facts may contradict each other, or what a policy computes from them; then the application is refused.
    let Ok(valid) = validate(policy, application) else {
        return;
    };
    let open = policy.evaluate(valid.scenario, &valid.facts);
    assert!(!open.decisions.is_empty(), "there is a decision");
    assert!(open.if_checks_pass.is_subset(open.decisions));
    for range in [open.score, open.shown_score, open.limit] {
        assert!(range.is_none_or(|range| range.min <= range.max));
    }
    let outcome = decide(policy, &valid, &open);
    assert!(outcome.reasons.len() <= 4 && outcome.possible.len() <= 4);
    for locale in Locale::ALL {
        let document = assess(policy, application, *locale).expect("it is valid");
        assert_eq!(document.outcome, outcome, "the words change nothing");
        assert!(!document.to_json().is_empty());
    }
    let full = completed(policy, application, choices);
    let Ok(full) = validate(policy, &full) else {
        return;
    };
    let closed = policy.evaluate(full.scenario, &full.facts);
    let (kept, promised) = (closed.decisions, open.decisions);
    assert!(kept.is_subset(promised), "{kept:?} is not in {promised:?}");
    for (inner, outer) in [(closed.score, open.score), (closed.limit, open.limit)] {
        let Some(inner) = inner else { continue };
        let outer = outer.expect("what is there in one way may be there");
        assert!(outer.min <= inner.min && inner.max <= outer.max);
    }
}

/// The application with every fact that it leaves out.
fn completed(policy: &Policy, application: &Application, choices: &mut Choices<'_>) -> Application {
    let mut full = application.clone();
    let left_out = |fact: &FactDef| {
        let mut stated = application.facts.0.iter();
        !stated.any(|(name, _)| *name == fact.name)
    };
    let rest = made(policy.model(), &application.scenario, left_out, choices);
    full.facts.0.extend(rest.facts.0);
    full
}

/// Reads an application, from JSON or made of choices, and assesses it with both projections of a policy.
pub fn application(data: &[u8]) {
    let (server, public) = sample();
    let application = if data.first() == Some(&b'{') {
        match serde_json::from_slice(data) {
            Ok(application) => application,
            Err(_) => return,
        }
    } else {
        let mut choices = Choices(data);
        let scenarios = &public.model().scenarios;
        let at = usize::from(choices.next()) % scenarios.len();
        let is_public = |fact: &FactDef| fact.audience == Audience::Public;
        made(public.model(), &scenarios[at].name, is_public, &mut choices)
    };
    let mut answers = [server, public].map(|policy| {
        let both = Locale::ALL
            .iter()
            .map(|locale| assess(policy, &application, *locale));
        let both: Vec<_> = both.collect();
        for (one, locale) in both.iter().zip(Locale::ALL) {
            if let Ok(document) = one {
                let again =
                    assess(policy, &application, *locale).expect("it was fine a moment ago");
                assert_eq!(
                    document.to_json(),
                    again.to_json(),
                    "same input, same bytes"
                );
            }
        }
        assert!(
            both.windows(2)
                .all(|pair| pair[0].is_ok() == pair[1].is_ok())
        );
        both.into_iter().next().expect("there is a locale")
    });
    let [server, public] = &mut answers;
    let (whole, projected) = sample();
    for policy in [whole, projected] {
        keeps_its_promises(policy, &application, &mut Choices(data));
    }
    // Only decisions that are certainly reached can break the promise.
    if let (Ok(server), Ok(public)) = (server, public)
        && server.outcome.tight
    {
        let promised = &public.outcome.decisions;
        let kept = &server.outcome.decisions;
        assert!(
            kept.iter().all(|decision| promised.contains(decision)),
            "the server may decide {kept:?}, the browser showed {promised:?}"
        );
    }
}

/// The sample policy as the server and as a browser has it.
pub(crate) fn sample() -> &'static (Policy, Policy) {
    static SAMPLE: OnceLock<(Policy, Policy)> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        let dist = format!("{}/../../dist", env!("CARGO_MANIFEST_DIR"));
        let read = |name: &str| {
            std::fs::read(format!("{dist}/{name}")).expect("run `cargo xtask build policies` first")
        };
        let keys = String::from_utf8_lossy(&read("keys/development.pub")).into_owned();
        let keys = TrustedKey::read_list(&keys).expect("the key of this checkout");
        let load = |name: &str, audience| {
            let trust = Trust {
                keys: &keys,
                audience,
                purpose: Purpose::Replay,
            };
            Policy::load(&read(&format!("policies/{name}")), &trust)
                .expect("the sample policy loads")
        };
        (
            load("baitiao.server.bundle", Audience::Server),
            load("baitiao.public.bundle", Audience::Public),
        )
    })
}

/// Bytes to choose by; 0 when there are no more.
pub(crate) struct Choices<'d>(pub(crate) &'d [u8]);

impl Choices<'_> {
    pub(crate) fn next(&mut self) -> u8 {
        match self.0.split_first() {
            Some((first, rest)) => {
                self.0 = rest;
                *first
            }
            None => 0,
        }
    }
}

/// An application to a scenario out of the facts that are wanted: unknown, at an end of the range, somewhere in it,
/// special or missing. What a policy computes is left to it.
pub(crate) fn made(
    model: &Model,
    scenario: &str,
    is_wanted: impl Fn(&FactDef) -> bool,
    choices: &mut Choices<'_>,
) -> Application {
    let mut facts = Vec::new();
    let listed = model.scenarios.iter().find(|one| one.name == scenario);
    for (id, fact) in (0..).zip(&model.facts) {
        let is_computed = model.derived.iter().any(|one| one.fact == id);
        let is_listed = listed.is_some_and(|one| one.facts.contains(&id));
        if is_computed || !is_listed || !is_wanted(fact) {
            continue;
        }
        let choice = choices.next();
        let number = match choice % 6 {
            1 => fact.min,
            2 => fact.max,
            3 => {
                let width = i128::from(fact.max) - i128::from(fact.min) + 1;
                let step = i128::from(choices.next()) << 8 | i128::from(choices.next());
                (i128::from(fact.min) + step % width.max(1)) as i64
            }
            4 => {
                facts.push((fact.name.clone(), FactInput::Missing));
                continue;
            }
            5 => {
                let at = usize::from(choices.next());
                let special = fact.specials.get(at % fact.specials.len().max(1));
                facts.extend(
                    special.map(|code| (fact.name.clone(), FactInput::Special(code.clone()))),
                );
                continue;
            }
            _ => continue,
        };
        let input = match fact.kind {
            FactKind::Bool => FactInput::Bool(number != 0),
            FactKind::Code => {
                let code = usize::try_from(number)
                    .ok()
                    .and_then(|at| fact.codes.get(at));
                FactInput::Text(code.cloned().unwrap_or_default())
            }
            FactKind::Date => {
                let day = i32::try_from(number).ok().and_then(Date::from_days);
                FactInput::Text(day.map_or_else(String::new, |day| day.to_string()))
            }
            _ => FactInput::Integer(number),
        };
        facts.push((fact.name.clone(), input));
    }
    Application {
        scenario: scenario.to_owned(),
        as_of: Date::from_days(20_779).expect("a day of the calendar"),
        fields: Entries::default(),
        facts: Entries(facts),
    }
}
