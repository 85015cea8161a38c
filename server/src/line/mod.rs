//! The life of a line: what can happen to it, what a decision does to it, what
//! a policy learns of it, what the person is told.

mod follow;
mod machine;
mod tell;
#[cfg(test)]
mod tests;

pub(crate) use follow::{
    Begins, REVIEW, events, facts, granted, next_review, review_after, timely,
};
pub(crate) use machine::words;
pub(crate) use machine::{Act, Event, Line, NOTHING, Refusal, State, acts, due, step};
pub(crate) use tell::{
    By, Why, appealed, redecided, reviewed, righted, told, trace, words as words_of,
};
