//! The rows of this engine.

use std::hint::black_box;

use precheck::units::{Date, Locale};
use precheck::{
    Column, Decided, Decision, DecisionSet, Evaluator, FactState, Facts, Policy, ScenarioId, Truth,
    Verdict, assess,
};

use crate::hand;
use crate::measure::Row;
use crate::workload::{self, Answer, Result, Workload};

/// How many of the twenty facts a partial application leaves out.
const LEFT_OUT: usize = 8;

/// The rows of this engine.
pub(crate) fn rows(workload: &Workload) -> Result<Vec<Row<'_>>> {
    Ok(vec![
        one_application(workload)?,
        decision_only(workload)?,
        batch(workload)?,
        what_if(workload)?,
        partial(workload)?,
        document(workload)?,
    ])
}

/// Asks a policy about one application after another: how many decisions are possible.
pub(crate) fn decisions<'p>(
    policy: &'p Policy,
    scenario: ScenarioId,
    day: Date,
) -> impl FnMut(&Facts) -> usize + 'p {
    let mut evaluator = policy.evaluator(scenario, day);
    move |facts| evaluator.evaluate(black_box(facts)).decisions.len()
}

fn one_of(decisions: DecisionSet) -> Result<workload::Decided> {
    let mut members = decisions.iter();
    match (members.next(), members.next()) {
        (Some(Decision::Approve), None) => Ok(workload::Decided::Approve),
        (Some(Decision::Refer), None) => Ok(workload::Decided::Refer),
        (Some(Decision::Decline), None) => Ok(workload::Decided::Decline),
        _ => Err("not one decision".into()),
    }
}

/// What the evaluator says now. The rules are asked one by one: which are not met is part of every row.
fn answer(evaluator: &mut Evaluator<'_>, verdict: Verdict, rules: usize) -> Result<Answer> {
    let failed = (0..rules).map(|rule| u32::from(evaluator.rule(rule) == Truth::True) << rule);
    Ok(Answer {
        decision: one_of(verdict.decisions)?,
        score: verdict.score.map(|score| score.min),
        failed: Some(failed.sum()),
    })
}

fn rules(workload: &Workload) -> usize {
    workload.policy.scenario(workload.scenario).rules.len()
}

fn one_application(workload: &Workload) -> Result<Row<'_>> {
    let mut evaluator = workload.evaluator();
    let rules = rules(workload);
    Row::of_each(workload, "precheck, one application", "", move |index| {
        let verdict = evaluator.evaluate(black_box(&workload.facts[index]));
        answer(&mut evaluator, verdict, rules)
    })
}

/// The decision and the score alone, as a simulation over many rows wants them.
fn decision_only(workload: &Workload) -> Result<Row<'_>> {
    let mut evaluator = workload.evaluator();
    Row::of_each(
        workload,
        "precheck, decision and score only",
        "not which rules",
        move |index| {
            let verdict = evaluator.evaluate(black_box(&workload.facts[index]));
            Ok(Answer {
                decision: one_of(verdict.decisions)?,
                score: verdict.score.map(|score| score.min),
                failed: None,
            })
        },
    )
}

/// The same for all applicants at once, from columns.
fn batch(workload: &Workload) -> Result<Row<'_>> {
    let columns = hand::columns(workload);
    let mut batch = workload.policy.batch(workload.scenario, workload.as_of);
    let mut decided = vec![Decided::default(); workload.len()];
    let mut ask = move |decided: &mut [Decided]| -> Result<()> {
        let columns = (0u16..)
            .zip(black_box(&columns))
            .map(|(fact, values)| Column {
                fact,
                values,
                cells: None,
            });
        let columns: Vec<Column<'_>> = columns.collect();
        Ok(batch.run(&columns, decided)?)
    };
    ask(&mut decided)?;
    for (index, (found, expected)) in decided.iter().zip(&workload.expected).enumerate() {
        let found = Answer {
            decision: one_of(found.decisions)?,
            score: found.score.map(|score| score.min),
            failed: None,
        };
        if !found.fits(*expected) {
            return Err(
                format!("batch: applicant {index}: {found:?}, expected {expected:?}").into(),
            );
        }
    }
    // Nothing but the asking is timed; the last answer stands for all of a pass.
    let last = |decided: &[Decided]| {
        let score = decided.last().and_then(|last| last.score);
        score.map_or(0, |score| score.min as u64)
    };
    let expected = last(&decided);
    Ok(Row {
        name: "precheck, a table in columns".into(),
        note: "not which rules",
        count: workload.len(),
        expected,
        pass: Box::new(move || match ask(&mut decided) {
            Ok(()) => last(black_box(&decided)),
            Err(_) => 0,
        }),
    })
}

/// Fact by fact, the applicants in turn: each step changes one fact and asks again.
fn what_if(workload: &Workload) -> Result<Row<'_>> {
    let step = |index: usize| {
        let fact = (index % workload.policy.model().facts.len()) as u16;
        (fact, workload.value(index, fact))
    };
    let rules = rules(workload);
    let mut evaluator = workload.evaluator();
    evaluator.load(&workload.facts[0]);
    let mut ask = move |index| {
        let (fact, value) = step(index);
        let refused = |_| "a value outside its domain";
        evaluator
            .set(fact, FactState::Known(black_box(value)))
            .map_err(refused)?;
        let verdict = evaluator.verdict();
        answer(&mut evaluator, verdict, rules)
    };
    // By hand, from the same start, so that every step is compared; twice, since the second pass begins elsewhere.
    let mut by_hand = hand::applicants(workload)[0];
    let mut expected = 0_u64;
    for _ in 0..2 {
        expected = 0;
        for index in 0..workload.len() {
            let (fact, value) = step(index);
            by_hand.set(workload, fact, value);
            let (found, wanted) = (ask(index)?, hand::decide(&by_hand));
            if found != wanted {
                return Err(format!("what-if, step {index}: {found:?}, by hand {wanted:?}").into());
            }
            expected = expected.wrapping_add(found.digest());
        }
    }
    Ok(Row {
        name: "precheck, one fact changed".into(),
        note: "",
        count: workload.len(),
        expected,
        pass: Box::new(move || {
            let digests = (0..workload.len()).map(|index| ask(index).map_or(0, Answer::digest));
            digests.fold(0, u64::wrapping_add)
        }),
    })
}

/// The same applicants with eight facts of twenty unknown. That the sets are exact is what the tests prove; here each
/// has to hold the decision of the whole application.
fn partial(workload: &Workload) -> Result<Row<'_>> {
    let mut dice = Dice(20_261_122);
    let partial: Vec<Facts> = workload
        .facts
        .iter()
        .map(|facts| left_out(&mut dice, facts, workload))
        .collect();
    let mut evaluator = workload.evaluator();
    let mut ask = move |facts: &Facts| evaluator.evaluate(black_box(facts));
    let mut expected = 0;
    for (facts, full) in partial.iter().zip(&workload.facts) {
        let (some, all) = (ask(facts), ask(full));
        if !some.tight || !all.decisions.is_subset(some.decisions) {
            return Err("an application with gaps contradicts the whole one".into());
        }
        expected += some.decisions.len() as u64;
    }
    Ok(Row {
        name: format!("precheck, {LEFT_OUT} facts of 20 unknown"),
        note: "every decision that is possible, exactly",
        count: workload.len(),
        expected,
        pass: Box::new(move || {
            partial
                .iter()
                .map(|facts| ask(facts).decisions.len() as u64)
                .sum()
        }),
    })
}

fn left_out(dice: &mut Dice, facts: &Facts, workload: &Workload) -> Facts {
    let mut places: Vec<u16> = (0..workload.policy.model().facts.len() as u16).collect();
    let mut facts = facts.clone();
    for _ in 0..LEFT_OUT {
        let fact = places.swap_remove(dice.below(places.len()));
        facts.set(fact, FactState::Unknown);
    }
    facts
}

/// From the application to the text that goes out: validation, evaluation, reasons, sentences, JSON.
fn document(workload: &Workload) -> Result<Row<'_>> {
    Row::of_each(
        workload,
        "precheck, outcome and notice as JSON",
        "with validation, reasons and sentences",
        |index| {
            let application = black_box(&workload.applications[index]);
            let document = assess(&workload.policy, application, Locale::En)
                .map_err(|all| format!("{all:?}"))?;
            black_box(document.to_json());
            let decision = match document.outcome.decisions[..] {
                [Decision::Approve] => workload::Decided::Approve,
                [Decision::Refer] => workload::Decided::Refer,
                [Decision::Decline] => workload::Decided::Decline,
                _ => return Err("not one decision".into()),
            };
            Ok(Answer {
                decision,
                score: document.outcome.score.map(|score| score.min),
                failed: None,
            })
        },
    )
}

/// A generator of equally likely numbers (Knuth's MMIX constants).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }
}
