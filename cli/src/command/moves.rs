//! What moves the facts of a policy, as `precheck inspect` tells it.

use precheck::{Actionable, FactDef, FactId, FactState, Model, Pace, Pull};
use serde::Serialize;

use crate::spell;

/// The facts that a person changes, those that move with them, and those that
/// move with time; values as policies write them.
#[derive(Serialize)]
pub(super) struct Moves<'m> {
    changes: Vec<Change<'m>>,
    couplings: Vec<Coupling<'m>>,
    evolutions: Vec<Evolution<'m>>,
}

/// How a person changes a fact, and what that takes.
#[derive(Serialize)]
struct Change<'m> {
    fact: &'m str,
    way: &'static str,
    fixed: u32,
    per_step: u32,
    step: String,
    most: u32,
    /// Where places begin on the scale, if there is one.
    scale: Vec<(String, u32)>,
    /// The codes that the fact can become; empty where all can.
    to: Vec<String>,
}

/// A fact that moves with another.
#[derive(Serialize)]
struct Coupling<'m> {
    fact: &'m str,
    moves: &'m str,
    /// Units for units, or `null`.
    by: Option<String>,
    /// The value of the fact that is changed, or `null`.
    at: Option<String>,
    /// The value of the fact that moves, or `null`.
    to: Option<String>,
}

/// A fact that moves with time.
#[derive(Serialize)]
struct Evolution<'m> {
    fact: &'m str,
    pace: &'static str,
    /// Days until it has run out, or `null`.
    days: Option<u32>,
    /// What is left then, or `null`.
    to: Option<String>,
}

impl<'m> Moves<'m> {
    /// What a model says about moving facts. It may come from a bundle that
    /// nothing would load: what does not fit its facts is left out.
    pub(super) fn of(model: &'m Model) -> Moves<'m> {
        let def = |fact: FactId| model.facts.get(usize::from(fact));
        let value = |def: &FactDef, value| spell::state(def, FactState::Known(value));
        let changes = model.changes.iter().filter_map(|one| {
            let def = def(one.fact)?;
            let scale = one.scale.iter();
            Some(Change {
                fact: &def.name,
                way: match def.actionable {
                    Actionable::No => "no",
                    Actionable::Up => "up",
                    Actionable::Down => "down",
                    Actionable::Free => "free",
                },
                fixed: one.fixed,
                per_step: one.per_step,
                step: spell::value(def.kind, def.digits, one.step),
                most: one.most,
                scale: scale.map(|(from, at)| (value(def, *from), *at)).collect(),
                to: one.to.iter().map(|code| value(def, *code)).collect(),
            })
        });
        let couplings = model.couplings.iter().filter_map(|one| {
            let (fact, moves) = (def(one.fact)?, def(one.moves)?);
            let (by, at, to) = match one.pull {
                Pull::By { times, per } => (Some(format!("{times}/{per}")), None, None),
                Pull::At { value: at, to } => (None, Some(value(fact, at)), Some(value(moves, to))),
            };
            Some(Coupling {
                fact: &fact.name,
                moves: &moves.name,
                by,
                at,
                to,
            })
        });
        let evolutions = model.evolutions.iter().filter_map(|one| {
            let def = def(one.fact)?;
            let (pace, days, to) = match one.pace {
                Pace::Up => ("up", None, None),
                Pace::Down => ("down", None, None),
                Pace::RunsOut { days, to } => ("runs-out", Some(days), Some(value(def, to))),
            };
            Some(Evolution {
                fact: &def.name,
                pace,
                days,
                to,
            })
        });
        Moves {
            changes: changes.collect(),
            couplings: couplings.collect(),
            evolutions: evolutions.collect(),
        }
    }

    /// A line for each list that is not empty: its heading and what it holds.
    pub(super) fn lines(&self) -> Vec<(&'static str, String)> {
        let changes = self.changes.iter().map(|one| match one.way {
            "free" => one.fact.to_owned(),
            way => format!("{} {way}", one.fact),
        });
        let couplings = self.couplings.iter();
        let couplings = couplings.map(|one| format!("{} with {}", one.moves, one.fact));
        let evolutions = self.evolutions.iter().map(|one| match one.days {
            Some(1) => format!("{} runs out in a day", one.fact),
            Some(days) => format!("{} runs out in {days} days", one.fact),
            None => format!("{} {} a day", one.fact, one.pace),
        });
        let lists: [(_, Vec<String>); 3] = [
            ("people", changes.collect()),
            ("moves", couplings.collect()),
            ("time", evolutions.collect()),
        ];
        let lists = lists.into_iter().filter(|(_, list)| !list.is_empty());
        lists
            .map(|(heading, list)| (heading, list.join(", ")))
            .collect()
    }
}
