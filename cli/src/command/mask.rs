//! `precheck mask`: values that may be shown or logged.

use std::io::Write;

use clap::Args;
use precheck::identity::{self, FieldKind};
use serde::Serialize;

use super::failure::Failure;
use super::lines;

/// Hide the part of a value that tells whose it is.
#[derive(Debug, Args)]
pub(super) struct Mask {
    /// The kind of field, such as `cn_id`.
    #[arg(required_unless_present = "jsonl")]
    kind: Option<String>,
    /// The value as typed.
    #[arg(required_unless_present = "jsonl", allow_hyphen_values = true)]
    value: Option<String>,
    /// Read lines of `{"kind", "value"}`, write one line of `{"kind", "masked"}` each.
    #[arg(long, conflicts_with_all = ["kind", "value"])]
    jsonl: bool,
}

#[derive(Serialize)]
struct Masked<'m> {
    kind: FieldKind,
    masked: &'m str,
}

impl Mask {
    pub(super) fn run(&self, json: bool) -> Result<(), Failure> {
        let (Some(kind), Some(value)) = (&self.kind, &self.value) else {
            return lines::run(|kind, value, out| {
                let masked = identity::mask(kind, value);
                lines::json(
                    &Masked {
                        kind,
                        masked: &masked,
                    },
                    out,
                );
            });
        };
        let kind = lines::kind(kind)?;
        let masked = identity::mask(kind, value);
        let mut line = Vec::new();
        if json {
            lines::json(
                &Masked {
                    kind,
                    masked: &masked,
                },
                &mut line,
            );
        } else {
            line.extend_from_slice(masked.as_bytes());
        }
        line.push(b'\n');
        anstream::stdout().lock().write_all(&line)?;
        Ok(())
    }
}
