//! What can be proved about a pack that compiles: rules that never fire,
//! refusals that nobody can explain, points against their direction.
//!
//! Nothing is sampled. Every finding is a statement about all applications
//! with every fact known, proved or refuted by [`solve`]; a question that is
//! too large becomes the note `lint-budget`. What holds for every application
//! with known facts holds for the decision sets under unknown facts too, since
//! those are made of the former.
//!
//! Facts derived from the same date are treated as independent where rules
//! look at both (`lint-derived` says where): then some examples may not exist,
//! and a rule that only dates rule out is not found.

mod cases;
mod codes;
mod conditions;
mod confidential;
mod decisions;
mod directions;
mod education;
pub(crate) mod formula;
mod moves;
mod phrases;
mod possible;
mod protected;
mod refusals;
mod report;
mod rules;
mod scene;
mod show;
mod solve;

pub use codes::CODES;

use crate::compile::{Compiled, Diagnostic, Pack};
use report::Report;
use scene::Scene;

/// Proves what can be proved about a pack, in the order of its files.
///
/// `compiled` has to be compiled from `pack`: its places point into it.
pub fn lint(pack: &Pack, compiled: &Compiled) -> Vec<Diagnostic> {
    let model = &compiled.server;
    let places = &compiled.places;
    let report = Report::new(pack, places);
    let mut monotone = Vec::new();
    for (scenario, places) in model.scenarios.iter().zip(&places.scenarios) {
        let scene = Scene::new(model, &compiled.places, scenario, places, &report);
        scene.report_derived();
        let alive = rules::check(&scene);
        decisions::check(&scene, &alive);
        refusals::check(&scene, &alive);
        monotone.push(directions::check(&scene));
        protected::check(&scene);
    }
    confidential::check(pack, compiled, &report);
    possible::check(model, places, &report);
    moves::check(model, places, &report);
    directions::tell(model, places, &report, &monotone);
    refusals::check_reasons(model, places, &report);
    phrases::check(pack, model, places, &report);
    education::check(model, places, &report);
    report.finish()
}
