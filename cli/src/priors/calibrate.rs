//! Whether what is said to be likely happens as often as it is said.
//!
//! Facts of whole rows are hidden at random; what the engine then says about
//! an approval is held against the decision of the whole row. Besides: how
//! many questions it takes until the decision is certain, in the order of the
//! form and by expected entropy. All numbers are integers.

use std::collections::HashMap;

use precheck::{Decision, FactId, FactState, Facts, Policy, ScenarioId};
use serde::Serialize;

use super::Random;

/// A tenth of what was said, and what came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Tenth {
    /// How many answers.
    pub answers: u64,
    /// The mean probability of an approval that was said, in basis points.
    pub said: u64,
    /// The share that was approved, in basis points.
    pub came: u64,
}

impl Tenth {
    /// How far what was said is from what came, in basis points.
    #[must_use]
    pub fn off(&self) -> i64 {
        self.said as i64 - self.came as i64
    }

    fn of(answers: &[(u64, bool)]) -> Tenth {
        let count = answers.len() as u64;
        let said: u64 = answers.iter().map(|(said, _)| said).sum();
        let came = answers.iter().filter(|(_, came)| *came).count() as u64 * 10_000;
        let mean = |sum: u64| (sum + count / 2).checked_div(count).unwrap_or_default();
        Tenth {
            answers: count,
            said: mean(said),
            came: mean(came),
        }
    }
}

/// What was said with a share of the facts hidden.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hidden {
    /// The share of facts hidden, in basis points; `None` for all of them.
    pub rate: Option<u64>,
    /// The answers by rising probability, in ten equal parts.
    pub deciles: Vec<Tenth>,
    /// The same for answers where the decision was open.
    pub open_deciles: Vec<Tenth>,
    /// The answers by what was said: below 10 %, below 20 %, and so on.
    pub scale: Vec<Tenth>,
    /// Answers for which the policy says nothing of what is likely.
    pub without: u64,
}

impl Hidden {
    fn of(rate: Option<u64>, mut answers: Vec<(u64, bool)>, without: u64) -> Hidden {
        // Stable: among equal answers, what came must not sort.
        answers.sort_by_key(|(said, _)| *said);
        let tenths = |answers: &[(u64, bool)]| {
            let count = answers.len();
            let part = |at: usize| Tenth::of(&answers[at * count / 10..(at + 1) * count / 10]);
            (0..10).map(part).collect()
        };
        let is_open = |said: &u64| 0 < *said && *said < 10_000;
        let open = answers.iter().filter(|(said, _)| is_open(said));
        let open: Vec<(u64, bool)> = open.copied().collect();
        let scale = (0..10).map(|tenth| {
            let own = answers
                .iter()
                .filter(|(said, _)| (said / 1_000).min(9) == tenth);
            Tenth::of(&own.copied().collect::<Vec<_>>())
        });
        Hidden {
            rate,
            deciles: tenths(&answers),
            open_deciles: tenths(&open),
            scale: scale.collect(),
            without,
        }
    }
}

/// How many questions make a decision certain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Questions {
    /// How many rows were asked.
    pub rows: u64,
    /// All questions in the order of the form.
    pub by_form: u64,
    /// All questions by expected entropy.
    pub by_entropy: u64,
}

impl Questions {
    /// The questions that are saved, in basis points of those of the form.
    #[must_use]
    pub fn saved(&self) -> i64 {
        let saved = self.by_form as i64 - self.by_entropy as i64;
        (saved * 10_000)
            .checked_div(self.by_form as i64)
            .unwrap_or_default()
    }
}

/// What [`calibrate`] found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Calibration {
    /// How many rows were taken.
    pub rows: u64,
    /// Per share of facts hidden, and over all of them, last.
    pub hidden: Vec<Hidden>,
    /// How many questions it takes.
    pub questions: Questions,
}

impl Calibration {
    /// The farthest that a decile of any share is off, in basis points.
    #[must_use]
    pub fn farthest(&self) -> u64 {
        let tenths = self
            .hidden
            .iter()
            .flat_map(|one| one.deciles.iter().chain(&one.open_deciles));
        tenths
            .map(|tenth| tenth.off().unsigned_abs())
            .max()
            .unwrap_or_default()
    }
}

/// Holds what is likely against whole rows: with shares of their facts hidden,
/// in basis points, and with questions to the first `asked` of them.
#[must_use]
pub fn calibrate(
    policy: &Policy,
    scenario: ScenarioId,
    rows: &[Facts],
    rates: &[u64],
    seed: u64,
    asked: usize,
) -> Calibration {
    let mut random = Random(seed);
    let facts: Vec<FactId> = policy.scenario(scenario).facts.clone();
    let approved: Vec<bool> = rows
        .iter()
        .map(|row| {
            policy
                .evaluate(scenario, row)
                .decisions
                .iter()
                .eq([Decision::Approve])
        })
        .collect();
    let (mut all, mut all_without) = (Vec::new(), 0);
    let mut hidden = Vec::new();
    for rate in rates {
        let (mut answers, mut without) = (Vec::new(), 0);
        for (row, approved) in rows.iter().zip(&approved) {
            let mut shown = row.clone();
            for fact in &facts {
                if random.basis_points() < *rate {
                    shown.set(*fact, FactState::Unknown);
                }
            }
            match policy.chances(scenario, &shown) {
                Some(chances) => answers.push((chances[0], *approved)),
                None => without += 1,
            }
        }
        all.extend(answers.iter().copied());
        all_without += without;
        hidden.push(Hidden::of(Some(*rate), answers, without));
    }
    hidden.push(Hidden::of(None, all, all_without));
    let mut asking = Asking {
        policy,
        scenario,
        facts: &facts,
        known: HashMap::new(),
    };
    let asked = &rows[..asked.min(rows.len())];
    let questions = Questions {
        rows: asked.len() as u64,
        by_form: asked.iter().map(|row| asking.questions(row, false)).sum(),
        by_entropy: asked.iter().map(|row| asking.questions(row, true)).sum(),
    };
    Calibration {
        rows: rows.len() as u64,
        hidden,
        questions,
    }
}

struct Asking<'a> {
    policy: &'a Policy,
    scenario: ScenarioId,
    facts: &'a [FactId],
    /// The best question, by what is known already: people begin alike.
    known: HashMap<Vec<(FactId, usize)>, FactId>,
}

impl Asking<'_> {
    /// How many questions one person is asked until the decision is certain,
    /// or there is nothing more to ask.
    fn questions(&mut self, row: &Facts, by_entropy: bool) -> u64 {
        let mut facts = self.policy.no_facts(row.as_of());
        let mut path: Vec<(FactId, usize)> = Vec::new();
        let mut count = 0;
        while self.policy.evaluate(self.scenario, &facts).decisions.len() > 1 {
            let open = self.facts.iter().copied();
            let open: Vec<FactId> = open
                .filter(|fact| facts.get(*fact) == FactState::Unknown)
                .collect();
            let Some(first) = open.first().copied() else {
                break;
            };
            let next = if by_entropy {
                let (policy, scenario) = (self.policy, self.scenario);
                *self.known.entry(path.clone()).or_insert_with(|| {
                    let after = policy.entropies(scenario, &facts, &open);
                    let best = open.iter().zip(after.unwrap_or_default());
                    best.min_by_key(|(_, after)| *after)
                        .map_or(first, |(fact, _)| *fact)
                })
            } else {
                first
            };
            facts.set(next, row.get(next));
            let place = self.policy.fact(next).and_then(|def| {
                self.policy
                    .model()
                    .priors
                    .of(next)?
                    .place(def, row.get(next))
            });
            path.push((next, place.unwrap_or(usize::MAX)));
            path.sort_unstable();
            count += 1;
        }
        count
    }
}
