//! The policy, the applicants and what has to come out, from `tests/data/eligibility`.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use precheck::units::Date;
use precheck::{
    Application, Audience, Entries, Evaluator, FactInput, FactState, Facts, Policy, Purpose,
    ScenarioId, Trust, TrustedKey, validate,
};
use serde_json::Value;

pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// What an engine says of one applicant. What it has no word for is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) decision: Decided,
    pub(crate) score: Option<i64>,
    /// The rules that are not met, a bit each.
    pub(crate) failed: Option<u32>,
}

/// The decision; of an engine without a scorecard only whether all rules are met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(
    not(feature = "peers"),
    expect(dead_code, reason = "only other engines lack a scorecard")
)]
pub(crate) enum Decided {
    Approve,
    Refer,
    Decline,
    RulesMet,
    RulesNotMet,
}

impl Answer {
    /// Whether it is what is expected, as far as it goes.
    pub(crate) fn fits(self, expected: Answer) -> bool {
        let decision = match self.decision {
            Decided::RulesMet => expected.failed == Some(0),
            Decided::RulesNotMet => expected.failed != Some(0),
            decision => decision == expected.decision,
        };
        decision
            && (self.score.is_none() || self.score == expected.score)
            && (self.failed.is_none() || self.failed == expected.failed)
    }

    /// A number that sums up a round, so that a round is checked too, and no call left out.
    pub(crate) fn digest(self) -> u64 {
        let score = self.score.unwrap_or(0) as u64;
        let failed = u64::from(self.failed.unwrap_or(0));
        (self.decision as u64)
            .wrapping_add(score << 3)
            .wrapping_add(failed << 20)
    }
}

/// The workload.
pub(crate) struct Workload {
    pub(crate) policy: Policy,
    pub(crate) scenario: ScenarioId,
    pub(crate) as_of: Date,
    /// As the files have them.
    pub(crate) inputs: Vec<Value>,
    pub(crate) applications: Vec<Application>,
    pub(crate) facts: Vec<Facts>,
    pub(crate) expected: Vec<Answer>,
}

/// A file of `tests/data/eligibility`.
fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../data/eligibility")
        .join(name)
}

/// A file of `peers/`.
#[cfg(feature = "peers")]
pub(crate) fn peer_text(name: &str) -> Result<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("peers")
        .join(name);
    Ok(fs::read_to_string(path)?)
}

impl Workload {
    /// Reads everything; `bundle` is the compiled pack, `keys` the list of keys that it is signed with.
    pub(crate) fn read(bundle: &str, keys: &str) -> Result<Workload> {
        let as_of = Date::parse("2026-11-22").ok_or("no day of the calendar")?;
        let told = |problems: Vec<precheck::Problem>| format!("{problems:?}");
        let keys = TrustedKey::read_list(&fs::read_to_string(keys)?).map_err(told)?;
        let trust = Trust {
            keys: &keys,
            audience: Audience::Server,
            purpose: Purpose::Decide {
                today: as_of,
                not_below: 0,
            },
        };
        let policy = Policy::load(&fs::read(bundle)?, &trust).map_err(told)?;
        let scenario = policy
            .scenario_id("eligibility")
            .ok_or("no scenario `eligibility`")?;
        let inputs: Vec<Value> = serde_json::from_str(&fs::read_to_string(data("inputs.json"))?)?;
        let expected: Vec<Value> =
            serde_json::from_str(&fs::read_to_string(data("expected.json"))?)?;
        let applications: Vec<Application> = inputs
            .iter()
            .map(|one| application(&policy, one, as_of))
            .collect();
        let mut facts = Vec::new();
        for application in &applications {
            facts.push(validate(&policy, application).map_err(told)?.facts);
        }
        Ok(Workload {
            expected: expected.iter().map(answer).collect::<Result<_>>()?,
            policy,
            scenario,
            as_of,
            inputs,
            applications,
            facts,
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.inputs.len()
    }

    /// The policy, ready to be asked.
    pub(crate) fn evaluator(&self) -> Evaluator<'_> {
        self.policy.evaluator(self.scenario, self.as_of)
    }

    /// The value of a fact by its place in the policy.
    pub(crate) fn value(&self, applicant: usize, fact: u16) -> i64 {
        match self.facts[applicant].get(fact) {
            FactState::Known(value) => value,
            _ => 0,
        }
    }
}

/// The bits of codes such as `R07`.
pub(crate) fn bits<'c>(codes: impl Iterator<Item = &'c str>) -> Result<u32> {
    codes.into_iter().try_fold(0, |bits, code| {
        let number: u32 = code.strip_prefix('R').ok_or("no code of a rule")?.parse()?;
        Ok(bits | 1 << (number - 1))
    })
}

/// The decision by its name in `expected.json`.
pub(crate) fn decided(name: &str) -> Result<Decided> {
    match name {
        "APPROVE" => Ok(Decided::Approve),
        "REFER" => Ok(Decided::Refer),
        "DECLINE" => Ok(Decided::Decline),
        other => Err(format!("`{other}` is no decision").into()),
    }
}

fn answer(expected: &Value) -> Result<Answer> {
    let codes = expected["reasons"].as_array().ok_or("no list of reasons")?;
    Ok(Answer {
        decision: decided(expected["decision"].as_str().unwrap_or_default())?,
        score: expected["score"].as_i64(),
        failed: Some(bits(codes.iter().filter_map(Value::as_str))?),
    })
}

fn application(policy: &Policy, input: &Value, as_of: Date) -> Application {
    let facts = policy.model().facts.iter().map(|def| {
        let factor = match def.kind {
            precheck::FactKind::Money => 100.0,
            precheck::FactKind::Ratio => 10_000.0,
            _ => 1.0,
        };
        let input = match &input[&def.name] {
            Value::Bool(value) => FactInput::Bool(*value),
            Value::String(code) => FactInput::Text(code.clone()),
            other => {
                FactInput::Integer((other.as_f64().unwrap_or(f64::NAN) * factor).round() as i64)
            }
        };
        (def.name.clone(), input)
    });
    Application {
        scenario: "eligibility".into(),
        as_of,
        fields: Entries::default(),
        facts: Entries(facts.collect()),
    }
}
