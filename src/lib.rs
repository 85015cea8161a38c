//! Credit pre-check and explainer.
//!
//! One crate knows a credit product's identity checks, eligibility rules,
//! scorecard and reasons. Compiled to WebAssembly it answers in a browser, with
//! nothing leaving the device; inside a server it takes the decision. Policies
//! are data: a [`Policy`] is loaded from a bundle that the `precheck` command
//! compiles and somebody trusted has signed ([`Trust`]).
//!
//! ```text
//! Application → validate → Facts → evaluate → Evaluation → decide → Outcome → render → Notice
//! ```
//!
//! Integers only: no float, no clock, no randomness, no hash order, no I/O.
//! Same policy, same application: the same [`Document`], byte for byte.

mod changes;
mod evaluate;
mod explain;
mod facts;
pub mod identity;
mod json;
mod order;
mod outcome;
mod policy;
mod recourse;
mod render;
mod repayment;
pub mod units;
mod validate;
mod view;
#[cfg(target_arch = "wasm32")]
pub mod wasm;
mod what_if;
mod wire;

pub use changes::{
    Attribution, CHANGES_FORMAT, ChangedFact, ChangedOverlay, ChangedReason, Changes,
    ChangesDocument, Fault, Group, Mix, Module, Modules, Moved, Share, Standing, Taken, TraceShare,
    Way, attribute, changes,
};
pub use evaluate::{
    Batch, BatchError, Cell, Column, Decided, DecisionSet, Evaluation, Evaluator, Range, Truth,
    Verdict,
};
pub use explain::{
    Block, Contribution, Page, TRACE_FORMAT, Trace, TraceClass, TraceFact, TraceRule, TraceScore,
    TraceState, TraceValue, trace, trace_for,
};
pub use facts::{FactState, Facts};
pub use outcome::{
    Ask, Chance, FieldOutcome, Likelihood, OUTCOME_FORMAT, Outcome, OutcomeReason, PolicyRef,
    Ranking, ScoreQuantiles, ShownScore, Stage, Status, decide,
};
pub use policy::*;
pub use recourse::{
    Blocked, Certificate, Goal, HORIZON, Holds, Need, Plan, PlanStep, Plans, PlansStatus, Wish,
    WishInput, Written, plans,
};
pub use render::{
    ChangesNotice, Notice, NoticeAsk, NoticeChange, NoticeCheck, NoticeContact, NoticeField,
    NoticeForm, NoticeReason, NoticeShare, Phrase, PlanNotice, PlansNotice, RepaymentNotice,
    RepaymentWay, announce, in_general, render, render_plans, render_repayment, short_message,
    spoken,
};
pub use repayment::{Instalment, REPAYMENT_FORMAT, Reminder, Repayment, RepaymentPlan, repayment};
pub use validate::{Validated, validate};
pub use view::{CodeView, FactView, FieldView, PolicyView, ScenarioView};
pub use what_if::WhatIf;
pub use wire::{Advice, Application, Bound, Document, Entries, FactInput, RepaymentDocument};

use units::Locale;

/// Looks at an application and says what follows, in one locale.
///
/// # Errors
///
/// Every problem of the application; see [`validate`] for the codes.
pub fn assess<'p>(
    policy: &'p Policy,
    application: &Application,
    locale: Locale,
) -> Result<Document<'p>, Vec<Problem>> {
    let validated = validate(policy, application)?;
    let evaluation = policy.evaluate(validated.scenario, &validated.facts);
    let outcome = decide(policy, &validated, &evaluation);
    let notice = render(policy, &validated, &outcome, locale);
    Ok(Document { outcome, notice })
}

/// Looks at what the person can do to reach a goal, in one locale.
///
/// # Errors
///
/// Every problem of the application and of what is wished; see [`validate`] and
/// [`WishInput::read`] for the codes.
pub fn advise<'p>(
    policy: &'p Policy,
    application: &Application,
    wish: &WishInput,
    locale: Locale,
) -> Result<Advice<'p>, Vec<Problem>> {
    let wish = wish.read(policy);
    let validated = match (validate(policy, application), &wish) {
        (Ok(validated), _) => validated,
        (Err(mut problems), wish) => {
            problems.extend(wish.as_ref().err().into_iter().flatten().cloned());
            return Err(problems);
        }
    };
    let outcome = plans(policy, &validated, &wish?);
    let notice = render_plans(policy, &validated, &outcome, locale);
    Ok(Advice { outcome, notice })
}

/// Says how an order of `amount` fen on the day `from` can be paid back, in one
/// locale.
///
/// # Errors
///
/// As [`repayment`].
pub fn repay(
    policy: &Policy,
    amount: i64,
    from: units::Date,
    locale: Locale,
) -> Result<RepaymentDocument<'_>, Problem> {
    let outcome = repayment(policy, amount, from)?;
    let notice = render_repayment(policy, &outcome, locale);
    Ok(RepaymentDocument { outcome, notice })
}
