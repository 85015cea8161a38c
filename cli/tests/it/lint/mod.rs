//! What `precheck lint` proves: a fault each with its place, and every proof
//! against all applications there are.

mod confidential;
mod education;
mod faults;
mod pack;
mod reference;
mod samples;
