//! How long the cheapest way takes, beside an integer programming solver, on a real card.
//!
//! For every row that the card declines: the whole of `advise` without its words, which looks, proves, and has each
//! plan confirmed by the engine; and the same optimum by a solver that is given the points and efforts ready made.

use std::fs;
use std::time::Instant;

use microlp::{ComparisonOp, OptimizationDirection, Problem};
use precheck::units::Date;
use precheck::{
    Actionable, Application, Entries, FactInput, PlansStatus, Policy, Purpose, Trust, TrustedKey,
    WishInput, plans, validate,
};
use serde::Serialize;

use crate::workload::Result;

const DAY: &str = "2026-11-20";

/// Times of one way to the optimum, in nanoseconds.
struct Times(Vec<u64>);

impl Times {
    fn at(&mut self, share: usize) -> u64 {
        self.0.sort_unstable();
        self.0[(self.0.len() * share / 1000).min(self.0.len() - 1)]
    }
}

pub(crate) fn run(bundle: &str, keys: &str, rows: &str, shared: &str) -> Result<()> {
    let keys =
        TrustedKey::read_list(&fs::read_to_string(keys)?).map_err(|_| "the key cannot be read")?;
    let trust = Trust {
        keys: &keys,
        audience: precheck::Audience::Server,
        purpose: Purpose::Replay,
    };
    let policy =
        Policy::load(&fs::read(bundle)?, &trust).map_err(|problems| format!("{problems:?}"))?;
    let scenario = policy.model().scenarios[0].name.clone();
    let mut own = Times(Vec::new());
    let mut solver = Times(Vec::new());
    let mut all = Vec::new();
    let (mut declined, mut helped) = (0, 0);
    for application in applications(&policy, &scenario, rows)? {
        let valid = validate(&policy, &application).map_err(|problems| format!("{problems:?}"))?;
        let wish = WishInput::default()
            .read(&policy)
            .map_err(|problems| format!("{problems:?}"))?;
        let found = plans(&policy, &valid, &wish);
        if found.status == PlansStatus::Reached {
            continue;
        }
        declined += 1;
        helped += usize::from(found.status == PlansStatus::Plans);
        // The machine has other work: the best of some.
        let mut best = u64::MAX;
        for _ in 0..9 {
            let start = Instant::now();
            std::hint::black_box(plans(&policy, &valid, &wish));
            best = best.min(u64::try_from(start.elapsed().as_nanos())?);
        }
        own.0.push(best);
        let least = found.plans.first().map(|plan| plan.effort);
        let effort = least.map(|effort| effort as f64);
        let instance = instance(&policy, &application).ok_or("a row of the card")?;
        let mut best = u64::MAX;
        for _ in 0..3 {
            let start = Instant::now();
            let optimum = by_solver(&instance);
            best = best.min(u64::try_from(start.elapsed().as_nanos())?);
            let is_same = match (optimum, effort) {
                (Some(one), Some(other)) => (one - other).abs() < 0.5,
                (one, other) => one.is_none() && other.is_none(),
            };
            if !is_same {
                return Err(format!("the solver says {optimum:?}, the engine {effort:?}").into());
            }
        }
        solver.0.push(best);
        all.push(Row {
            facts: facts(&application),
            instance,
            least,
        });
    }
    let (card, approved_from) = card(&policy).ok_or("a card")?;
    let told = Shared {
        scenario: &scenario,
        as_of: DAY,
        card,
        approved_from,
        rows: all,
    };
    fs::write(shared, serde_json::to_vec(&told)?)?;
    println!(
        "{declined} of the rows are declined; something that the person can do helps {helped} of them"
    );
    println!(
        "{:<28} {:>12} {:>12} {:>9}",
        "", "median, µs", "99 %, µs", "ratio"
    );
    let medians = [own.at(500), solver.at(500)];
    for (name, times, median) in [
        ("plans", &mut own, medians[0]),
        ("integer program (microlp)", &mut solver, medians[1]),
    ] {
        let ratio = median as f64 / medians[0] as f64;
        println!(
            "{name:<28} {:>12.1} {:>12.1} {ratio:>8.1}x",
            median as f64 / 1e3,
            times.at(990) as f64 / 1e3
        );
    }
    Ok(())
}

fn applications(policy: &Policy, scenario: &str, rows: &str) -> Result<Vec<Application>> {
    let text = fs::read_to_string(rows)?;
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let mut all = Vec::new();
    for line in lines {
        let mut facts = Vec::new();
        for (name, value) in names.iter().zip(line.split(',')) {
            let Some(def) = policy.fact_id(name).and_then(|id| policy.fact(id)) else {
                continue;
            };
            let input = match (def.kind, value) {
                (_, "") => FactInput::Missing,
                (precheck::FactKind::Code, code) => FactInput::Text(code.into()),
                (precheck::FactKind::Ratio, share) => {
                    FactInput::Integer((share.parse::<f64>()? * 1e4).round() as i64)
                }
                (_, number) => FactInput::Integer(number.parse::<f64>()? as i64),
            };
            let input = match input {
                FactInput::Integer(value) => FactInput::Integer(value.clamp(def.min, def.max)),
                other => other,
            };
            facts.push(((*name).into(), input));
        }
        all.push(Application {
            scenario: scenario.into(),
            as_of: Date::parse(DAY).ok_or("a day")?,
            fields: Entries::default(),
            facts: Entries(facts),
        });
    }
    Ok(all)
}

/// What a solver needs: for each characteristic the places that its fact can be brought to, with effort and points, and
/// how many points are needed.
#[derive(Serialize)]
struct Instance {
    groups: Vec<Vec<Way>>,
    needed: i64,
}

#[derive(Serialize)]
struct Way {
    effort: u32,
    points: i32,
}

fn instance(policy: &Policy, application: &Application) -> Option<Instance> {
    let model = policy.model();
    let card = model.scenarios[0].scorecard.as_ref()?;
    let mut groups = Vec::new();
    let mut needed = card.bands.last()?.from - i64::from(card.base);
    for one in &card.characteristics {
        let def = policy.fact(one.fact)?;
        let given = application
            .facts
            .0
            .iter()
            .find(|(name, _)| *name == def.name);
        let from = match given.map(|(_, input)| input) {
            Some(FactInput::Integer(value)) => *value,
            Some(FactInput::Text(code)) => def.codes.iter().position(|own| own == code)? as i64,
            _ => {
                needed -= i64::from(one.missing?);
                continue;
            }
        };
        let change = model.changes.iter().find(|change| change.fact == one.fact);
        let mut ways = Vec::new();
        let mut low = def.min;
        for bin in &one.bins {
            let (first, last) = (low, bin.upto);
            low = bin.upto + 1;
            let (target, up) = if (first..=last).contains(&from) {
                (from, true)
            } else if from < first {
                (first, true)
            } else {
                (last, false)
            };
            let effort = if target == from {
                0
            } else {
                let Some(change) = change else { continue };
                let allowed = match def.actionable {
                    Actionable::No => false,
                    Actionable::Up => up,
                    Actionable::Down => !up,
                    Actionable::Free => true,
                };
                let steps = ((target - from).abs() + change.step - 1) / change.step;
                if !allowed || steps > i64::from(change.most) {
                    continue;
                }
                change.fixed + change.per_step * u32::try_from(steps).ok()?
            };
            ways.push(Way {
                effort,
                points: bin.points,
            });
        }
        groups.push(ways);
    }
    Some(Instance { groups, needed })
}

/// The least effort: one variable for each place that a fact can be brought to.
fn by_solver(instance: &Instance) -> Option<f64> {
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let mut points = Vec::new();
    for ways in &instance.groups {
        let mut row = Vec::new();
        for way in ways {
            let variable = problem.add_binary_var(f64::from(way.effort));
            row.push((variable, 1.0));
            points.push((variable, f64::from(way.points)));
        }
        problem.add_constraint(row, ComparisonOp::Eq, 1.0);
    }
    problem.add_constraint(points, ComparisonOp::Ge, instance.needed as f64);
    let outcome = problem.solve().ok()?;
    outcome.solution().map(|solution| solution.objective())
}

/// What the other languages are given: the card, and of every declined row the application, what a solver needs, and
/// the least effort.
#[derive(Serialize)]
struct Shared<'a> {
    scenario: &'a str,
    as_of: &'static str,
    card: Vec<Feature<'a>>,
    approved_from: i64,
    rows: Vec<Row>,
}

#[derive(Serialize)]
struct Feature<'a> {
    name: &'a str,
    min: i64,
    max: i64,
    can_change: bool,
    codes: &'a [String],
    /// Inclusive upper end, points.
    bins: Vec<(i64, i32)>,
}

#[derive(Serialize)]
struct Row {
    facts: serde_json::Map<String, serde_json::Value>,
    #[serde(flatten)]
    instance: Instance,
    least: Option<u64>,
}

fn card(policy: &Policy) -> Option<(Vec<Feature<'_>>, i64)> {
    let card = policy.model().scenarios[0].scorecard.as_ref()?;
    let features = card.characteristics.iter().map(|one| {
        let def = policy.fact(one.fact)?;
        Some(Feature {
            name: &def.name,
            min: def.min,
            max: def.max,
            can_change: def.actionable != Actionable::No,
            codes: &def.codes,
            bins: one.bins.iter().map(|bin| (bin.upto, bin.points)).collect(),
        })
    });
    Some((
        features.collect::<Option<_>>()?,
        card.bands.last()?.from - i64::from(card.base),
    ))
}

/// Facts as an application writes them.
fn facts(application: &Application) -> serde_json::Map<String, serde_json::Value> {
    let written = application.facts.0.iter().map(|(name, input)| {
        let value = match input {
            FactInput::Integer(value) => (*value).into(),
            FactInput::Text(code) => code.clone().into(),
            _ => serde_json::json!({ "state": "missing" }),
        };
        (name.clone(), value)
    });
    written.collect()
}
