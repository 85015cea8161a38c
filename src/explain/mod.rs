//! Outcome → an explanation in three lengths and three forms.
//!
//! | length | what it is made of |
//! |---|---|
//! | one sentence | [`crate::Notice::short`] |
//! | one screen | [`crate::Notice`] |
//! | full trace | [`Trace`]: every rule, every point, every fact |
//!
//! All of them come from the same evaluation. Each is a value with JSON of its
//! own; [`Page`] lays it out, and writes itself as plain text or as HTML. What
//! is written as HTML is escaped in one place, [`Page::html`], and what is
//! written at all is made harmless in one place before that.
//!
//! Nothing in `wasm/` calls this module, so it weighs nothing there.

mod page;
mod trace;
mod words;
mod write;

pub use page::{Block, Page};
pub use trace::{
    Contribution, TRACE_FORMAT, Trace, TraceClass, TraceFact, TraceRule, TraceScore, TraceState,
    TraceValue, trace, trace_for,
};
