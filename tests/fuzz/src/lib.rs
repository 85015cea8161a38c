//! What has to hold for any input whatsoever; each target asserts a part of it.

mod field;
mod model;
mod policy;

pub use field::field;
pub use model::{model, small};
pub use policy::{application, bundle, keys};
