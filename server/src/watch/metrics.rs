//! Counts and gauges for Prometheus. Labels are names of the policy and of the
//! sources, never anything of a person.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use std::sync::atomic::AtomicU64;

use super::Told;
use crate::store::Followed;

/// The media type of what [`Metrics::text`] gives.
pub(crate) const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Decided {
    scenario: String,
    decision: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Given {
    scenario: String,
    reason: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Missed {
    source: String,
    why: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Drifted {
    scenario: String,
    fact: String,
}

/// See the module.
pub(crate) struct Metrics {
    registry: Registry,
    decisions: Family<Decided, Counter>,
    reasons: Family<Given, Counter>,
    missing: Family<Missed, Counter>,
    drift: Family<Drifted, Gauge<f64, AtomicU64>>,
    holds: Gauge,
    alarms: Gauge,
}

impl Metrics {
    pub(super) fn new() -> Metrics {
        let mut metrics = Metrics {
            registry: Registry::with_prefix("precheck"),
            decisions: Family::default(),
            reasons: Family::default(),
            missing: Family::default(),
            drift: Family::default(),
            holds: Gauge::default(),
            alarms: Gauge::default(),
        };
        let registry = &mut metrics.registry;
        registry.register("decisions", "Decisions taken", metrics.decisions.clone());
        registry.register(
            "reasons",
            "Decisions that a reason was told with",
            metrics.reasons.clone(),
        );
        registry.register(
            "sources_missing",
            "Decisions without a source's answer",
            metrics.missing.clone(),
        );
        registry.register(
            "stability_index",
            "How far recent values are from those before",
            metrics.drift.clone(),
        );
        registry.register(
            "holds",
            "Facts of which nothing counts",
            metrics.holds.clone(),
        );
        registry.register("alarms", "Alarms that are not over", metrics.alarms.clone());
        metrics
    }

    /// A decision of the log.
    pub(super) fn decided(&self, row: &Followed) {
        let scenario = row.scenario.clone();
        let decided = Decided {
            scenario: scenario.clone(),
            decision: row.decision.clone(),
        };
        self.decisions.get_or_create(&decided).inc();
        let Some(trace) = &row.trace else { return };
        let told: Option<Told> = serde_json::from_str(trace.outcome.get()).ok();
        for reason in told.into_iter().flat_map(|told| told.reasons) {
            let given = Given {
                scenario: scenario.clone(),
                reason: reason.code,
            };
            self.reasons.get_or_create(&given).inc();
        }
        for origin in &trace.origins {
            if let (Some(source), Some(why)) = (&origin.upstream, &origin.missing) {
                let missed = Missed {
                    source: source.clone(),
                    why: why.clone(),
                };
                self.missing.get_or_create(&missed).inc();
            }
        }
    }

    pub(super) fn drift(&self, scenario: &str, fact: &str, index: f64) {
        let drifted = Drifted {
            scenario: scenario.to_owned(),
            fact: fact.to_owned(),
        };
        self.drift.get_or_create(&drifted).set(index);
    }

    pub(super) fn held(&self, count: usize) {
        self.holds.set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    pub(super) fn alarmed(&self, count: usize) {
        self.alarms.set(i64::try_from(count).unwrap_or(i64::MAX));
    }

    /// All of it in the text format of OpenMetrics 1.0.
    pub(crate) fn text(&self) -> Option<String> {
        let mut text = String::new();
        encode(&mut text, &self.registry).ok()?;
        Some(text)
    }
}
