//! The codes of findings, each declared once.

use crate::compile::Severity;
use Severity::{Error, Note, Warning};

/// Every code of a finding, how bad it is, and what it says.
pub const CODES: &[(&str, Severity, &str)] = &[
    (
        "rule-never-fires",
        Error,
        "no application makes the rule's condition hold",
    ),
    (
        "rules-contradict",
        Error,
        "two rules fire for the same applications and decide differently",
    ),
    (
        "approve-unreachable",
        Error,
        "no application is approved, though the scenario seems to",
    ),
    ("protected-fact", Error, "a protected attribute decides"),
    (
        "age-not-legal",
        Error,
        "age decides outside a rule marked as a legal minimum",
    ),
    (
        "confidential-constant-told",
        Error,
        "a text that browsers get names a constant by which only the server decides",
    ),
    (
        "rule-always-fires",
        Warning,
        "every application makes the rule's condition hold",
    ),
    (
        "condition-always-true",
        Warning,
        "a part of a condition can be left out: wherever it matters, it holds",
    ),
    (
        "condition-adds-nothing",
        Warning,
        "a part of a condition can be left out: wherever it would matter, it does not hold",
    ),
    (
        "rule-shadowed",
        Warning,
        "without the rule, every decision is the same",
    ),
    (
        "decision-unreachable",
        Warning,
        "a decision that the scenario states is never taken",
    ),
    ("band-unreachable", Warning, "no score lies in the band"),
    (
        "decline-undisclosed",
        Warning,
        "a refusal is possible that gives no disclosed reason",
    ),
    (
        "decline-without-remedy",
        Warning,
        "a refusal is possible whose reasons neither pass, nor name a fact that helps, nor say that nothing does",
    ),
    (
        "reason-never-given",
        Warning,
        "no application gets the reason",
    ),
    (
        "decline-single-fact",
        Warning,
        "one fact alone decides every refusal of the scenario",
    ),
    (
        "points-against-direction",
        Warning,
        "points fall as the fact gets better",
    ),
    (
        "rule-against-direction",
        Warning,
        "a rule begins to fire as a fact gets better",
    ),
    (
        "not-monotone",
        Warning,
        "an outcome gets worse as a fact gets better",
    ),
    (
        "proxy-fact",
        Warning,
        "a declared proxy of a protected attribute decides",
    ),
    (
        "text-says-nothing",
        Warning,
        "a reason's text holds a phrase that explains nothing",
    ),
    (
        "confidential-number-told",
        Warning,
        "a text that browsers get writes the value of a constant by which only the server decides",
    ),
    (
        "education-missing",
        Warning,
        "a reason does not say how to do it right",
    ),
    (
        "education-length",
        Warning,
        "how to do it right has one step only, or more than five",
    ),
    (
        "education-duplicate",
        Warning,
        "a step says what another reason or the reason's own texts say already",
    ),
    (
        "impossible-idle",
        Warning,
        "an impossible combination excludes nobody whom the others leave",
    ),
    (
        "effort-idle",
        Warning,
        "nothing that anybody does about an actionable fact changes a decision",
    ),
    (
        "change-against-better",
        Warning,
        "a fact can only be changed the way that is worse",
    ),
    (
        "coupling-idle",
        Warning,
        "a fact moves with another to no effect",
    ),
    (
        "helps-nobody",
        Warning,
        "a reason says that a fact helps, which nobody can change",
    ),
    (
        "lint-allow-unused",
        Warning,
        "`[lint] allow` names what is not found",
    ),
    (
        "monotone",
        Note,
        "proved: an outcome never gets worse as the fact gets better",
    ),
    ("lint-budget", Note, "a question was too large to decide"),
    (
        "lint-cases",
        Note,
        "a fact with a direction adds points by cases, which was not looked at",
    ),
    (
        "lint-derived",
        Note,
        "facts derived from one date were treated as independent",
    ),
];

/// How bad a finding with this code is.
pub(super) fn severity(code: &str) -> Severity {
    let found = CODES.iter().find(|(one, ..)| *one == code);
    found.map_or(Error, |(_, severity, _)| *severity)
}
