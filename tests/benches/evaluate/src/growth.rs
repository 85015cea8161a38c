//! How the time of an evaluation grows with the policy: random policies of rising size, complete applications.
//!
//! Three series let one thing grow and keep the rest small; the fourth lets all grow together. The slope of a straight
//! line through the logarithms says the order: 1 is linear, 0 is not at all.

use std::fs;

use cpu_time::ProcessTime;
use precheck::units::{Date, Locale};
use precheck::{
    Actionable, Audience, Band, Bin, Characteristic, Contact, Decision, Disclosure, FactDef,
    FactKind, FactState, FactText, Facts, Lasts, Message, Model, Op, Phrase, Policy, Reason,
    ReasonKind, ReasonMethod, ReasonText, Rule, Scenario, Scorecard, Source, Test, Texts, Token,
};

use crate::engine::{self, Dice};
use crate::measure::median;
use crate::plot::{self, Series};
use crate::workload::Result;

/// The highest value of a fact; the lowest is 0.
const MOST: i64 = 1_000_000;
const APPLICANTS: usize = 64;
const ROUNDS: usize = 7;
/// Nanoseconds of CPU time that a round takes, at least.
const SPAN: f64 = 10e6;

/// The size of a random policy.
#[derive(Debug, Clone, Copy)]
struct Size {
    rules: usize,
    characteristics: usize,
    /// Of each characteristic.
    bins: usize,
}

/// Measures, prints the figures and draws them.
pub(crate) fn run(picture: &str) -> Result<()> {
    let size = |rules, characteristics, bins| Size {
        rules,
        characteristics,
        bins,
    };
    let rules = [10, 20, 50, 100, 200, 500, 1_000, 2_000];
    let characteristics = [5, 10, 20, 50, 100, 200];
    let bins = [5, 20, 50, 200, 500, 2_000];
    let series = [
        measured(
            "rules, no scorecard",
            rules.map(|count| (count, size(count, 0, 0))),
        )?,
        measured(
            "characteristics of 5 bins, no rules",
            characteristics.map(|count| (count, size(0, count, 5))),
        )?,
        measured(
            "bins, over 5 characteristics, no rules",
            bins.map(|each| (5 * each, size(0, 5, each))),
        )?,
        measured(
            "rules, with a tenth as many characteristics of 50 bins",
            [50, 100, 200, 500, 1_000, 2_000].map(|count| (count, size(count, count / 10, 50))),
        )?,
    ];
    for one in &series {
        println!("{}: slope {:.2}", one.name, one.slope());
        for (count, time) in &one.points {
            println!("  {count:>8.0} {time:>12.0} ns");
        }
    }
    fs::write(
        picture,
        plot::svg(
            "Time of one evaluation",
            "how many",
            "ns of CPU time",
            &series,
        ),
    )?;
    Ok(())
}

fn measured<const N: usize>(name: &'static str, sizes: [(usize, Size); N]) -> Result<Series> {
    let points = sizes
        .into_iter()
        .map(|(count, size)| Ok((count as f64, time(size)?)));
    Ok(Series {
        name,
        points: points.collect::<Result<_>>()?,
    })
}

/// The median time of one evaluation, in nanoseconds.
fn time(size: Size) -> Result<f64> {
    let mut dice = Dice(20_261_122);
    let day = Date::parse("2026-11-22").ok_or("no day of the calendar")?;
    let model = model(&mut dice, size, day);
    let count = model.facts.len() as u16;
    let policy = Policy::from_model(model).map_err(|problems| format!("{size:?}: {problems:?}"))?;
    let facts: Vec<Facts> = (0..APPLICANTS)
        .map(|_| {
            let mut facts = policy.no_facts(day);
            for fact in 0..count {
                facts.set(fact, FactState::Known(dice.below(MOST as usize + 1) as i64));
            }
            facts
        })
        .collect();
    let scenario = policy.scenario_id("growth").ok_or("no scenario")?;
    let mut ask = engine::decisions(&policy, scenario, day);
    let mut round = |repeat: usize| {
        let start = ProcessTime::now();
        let mut members = 0;
        for _ in 0..repeat {
            members += facts.iter().map(&mut ask).sum::<usize>();
        }
        let spent = start.elapsed().as_nanos() as f64;
        // Everything is known, so that every set has one member.
        if members == repeat * APPLICANTS {
            Ok(spent)
        } else {
            Err("a decision is open")
        }
    };
    let mut repeat = 1;
    while round(repeat)? < SPAN {
        repeat *= 2;
    }
    let times = (0..ROUNDS).map(|_| Ok(round(repeat)? / (repeat * APPLICANTS) as f64));
    Ok(median(times.collect::<Result<_>>()?))
}

/// A random policy: a fact per characteristic, twenty at least; rules of one to three comparisons.
fn model(dice: &mut Dice, size: Size, day: Date) -> Model {
    let facts = size.characteristics.max(20);
    let rules = (0..size.rules)
        .map(|index| rule(dice, index, facts))
        .collect();
    let card = (size.characteristics > 0).then(|| card(dice, size));
    let message = |text: &str| Message::from_iter([Token::Text(text)]);
    Model {
        overlays: Vec::new(),
        priors: precheck::Priors::NONE,
        changes: Vec::new(),
        couplings: Vec::new(),
        evolutions: Vec::new(),
        repayment: None,
        pack: "growth".into(),
        version: 1,
        audience: Audience::Server,
        valid_from: day,
        valid_until: None,
        segments: Vec::new(),
        cards: Vec::new(),
        facts: (0..facts).map(fact).collect(),
        constants: Vec::new(),
        derived: Vec::new(),
        impossible: Vec::new(),
        reasons: vec![Reason {
            code: "R".into(),
            kind: ReasonKind::Applicant,
            disclosure: Disclosure::Full,
            lasts: Lasts::UntilChanged,
            helps: Vec::new(),
            until: None,
            contact: Contact::Service,
        }],
        neutral_reason: 0,
        scenarios: vec![Scenario {
            name: "growth".into(),
            audience: Audience::Public,
            fields: Vec::new(),
            facts: (0..facts as u16).collect(),
            rules,
            scorecard: card,
            limit: None,
        }],
        says_would_fail: true,
        texts: vec![Texts {
            locale: Locale::En,
            issues: Vec::new(),
            phrases: Phrase::ALL
                .iter()
                .map(|phrase| phrase.id().into())
                .collect(),
            wordings: Vec::new(),
            impossible: Vec::new(),
            facts: (0..facts)
                .map(|index| FactText {
                    label: format!("f{index}"),
                    question: String::new(),
                    codes: Vec::new(),
                    specials: Vec::new(),
                })
                .collect(),
            reasons: vec![ReasonText {
                title: message("title"),
                requirement: message("requirement"),
                notice: message("notice"),
                help: message("help"),
            }],
        }],
    }
}

fn fact(index: usize) -> FactDef {
    FactDef {
        digits: 0,
        name: format!("f{index}"),
        kind: FactKind::Integer,
        min: 0,
        max: MOST,
        codes: Vec::new(),
        specials: Vec::new(),
        may_be_missing: false,
        source: Source::Applicant,
        audience: Audience::Public,
        actionable: Actionable::No,
        personal: false,
    }
}

fn rule(dice: &mut Dice, index: usize, facts: usize) -> Rule {
    let parts = 1 + dice.below(3);
    let mut when: Vec<Op> = Vec::new();
    for _ in 0..parts {
        let value = dice.below(MOST as usize) as i64;
        let test = if dice.below(2) == 0 {
            Test::AtLeast(value)
        } else {
            Test::AtMost(value)
        };
        when.push(Op::Atom(dice.below(facts) as u16, test));
    }
    match (parts, dice.below(2)) {
        (1, _) => {}
        (_, 0) => when.push(Op::All(parts as u8)),
        _ => when.push(Op::Any(parts as u8)),
    }
    Rule {
        id: format!("r{index}"),
        when,
        effect: if dice.below(2) == 0 {
            Decision::Refer
        } else {
            Decision::Decline
        },
        reason: 0,
    }
}

fn card(dice: &mut Dice, size: Size) -> Scorecard {
    let mut characteristics = Vec::new();
    for fact in 0..size.characteristics as u16 {
        let mut uptos: Vec<i64> = (1..size.bins)
            .map(|_| dice.below(MOST as usize) as i64)
            .collect();
        uptos.push(MOST);
        uptos.sort_unstable();
        uptos.dedup();
        characteristics.push(Characteristic {
            fact,
            bins: uptos
                .into_iter()
                .map(|upto| Bin {
                    upto,
                    points: dice.below(100) as i32,
                })
                .collect(),
            missing: None,
            specials: Vec::new(),
            baseline: 50,
            reason: 0,
        });
    }
    let middle = 50 * size.characteristics as i64;
    let band = |from, decision| Band { from, decision };
    Scorecard {
        digits: 0,
        conditional: Vec::new(),
        id: "card".into(),
        base: 0,
        hidden: (0, 0),
        characteristics,
        bands: vec![
            band(0, Decision::Decline),
            band(middle, Decision::Refer),
            band(middle + 50, Decision::Approve),
        ],
        method: ReasonMethod::BelowMean,
    }
}
