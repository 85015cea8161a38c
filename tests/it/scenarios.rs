//! Every scenario file on the native engine.
//!
//! `precheck test tests/scenarios --update` rewrites what they expect; the
//! difference is to be read as prose.

use precheck::units::Locale;
use precheck::{Audience, Policy, assess};
use precheck_cli::cases::Line;
use precheck_cli::{Pack, compile};

use crate::{case, signed};

/// The sample product, compiled from its source.
pub(crate) struct Sample {
    pub(crate) server: Policy,
    pub(crate) public: Policy,
    pub(crate) server_bundle: Vec<u8>,
    pub(crate) public_bundle: Vec<u8>,
}

/// Compiles and loads the sample product.
pub(crate) fn sample() -> Sample {
    let pack = Pack::read(&case::root().join("policies/baitiao")).expect("a readable pack");
    let compiled = compile(&pack).expect("the sample product compiles");
    let [server_bundle, public_bundle] = [&compiled.server, &compiled.public].map(signed::bundle);
    let keys = [signed::trusted()];
    let load = |bundle: &[u8], audience| {
        let trust = signed::trust(&keys, audience, signed::day("2026-11-22"));
        Policy::load(bundle, &trust).expect("what the compiler writes loads")
    };
    let server = load(&server_bundle, Audience::Server);
    let public = load(&public_bundle, Audience::Public);
    Sample {
        server,
        public,
        server_bundle,
        public_bundle,
    }
}

impl Sample {
    pub(crate) fn policy(&self, audience: Audience) -> &Policy {
        match audience {
            Audience::Server => &self.server,
            Audience::Public => &self.public,
        }
    }
}

#[test]
fn every_scenario_ends_as_expected() {
    let sample = sample();
    let mut wrong = Vec::new();
    for case in case::all() {
        let checked = match case.check(sample.policy(case.bundle)) {
            Ok(checked) => checked,
            Err(problems) => panic!("{}: {problems:?}", case.name),
        };
        if !case.holds(&checked) {
            let lines = |lines: &[Line]| lines.iter().map(Line::text).collect::<Vec<_>>();
            let (expected, found) = (
                lines(&case.expect).join("\n"),
                lines(&checked.actual).join("\n"),
            );
            wrong.push(format!(
                "{}\nexpected\n{expected}\nfound\n{found}",
                case.name
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// Chinese and English say the same: same order, same codes, nothing empty,
/// and the same numbers.
#[test]
fn both_locales_say_the_same() {
    let sample = sample();
    let digits = |text: &str| {
        text.chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
    };
    for case in case::all() {
        let policy = sample.policy(case.bundle);
        let [zh, en] = [Locale::ZhCn, Locale::En]
            .map(|locale| assess(policy, &case.application, locale).expect("valid"));
        assert_eq!(zh.outcome, en.outcome, "{}", case.name);
        for (zh, en) in [
            (&zh.notice.reasons, &en.notice.reasons),
            (&zh.notice.possible, &en.notice.possible),
        ] {
            assert_eq!(zh.len(), en.len());
            for (zh, en) in zh.iter().zip(en) {
                assert_eq!(zh.code, en.code);
                for (zh, en) in [
                    (&zh.title, &en.title),
                    (&zh.text, &en.text),
                    (&zh.help, &en.help),
                ] {
                    assert!(!zh.is_empty() && !en.is_empty());
                    assert_eq!(digits(zh), digits(en), "{zh}\n{en}");
                }
            }
        }
    }
}
