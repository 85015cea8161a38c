//! The sample product, carried in the command.

use crate::Pack;

/// The files of `policies/baitiao`, listed by the build script.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/sample.rs"));

/// The source of the sample product.
pub(crate) fn pack() -> Pack {
    Pack::from_files(FILES.iter().copied())
}
