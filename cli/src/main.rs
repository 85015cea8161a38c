//! The `precheck` command; everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    precheck_cli::run(std::env::args_os())
}
