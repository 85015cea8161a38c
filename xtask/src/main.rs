//! The tool chain as code: `cargo xtask <command>`.
//!
//! Builds the WASM package and the page, starts the service, runs every test and every lint. No product feature lives
//! here, and no command asks a question: each says what it does, and on failure what to do about it.

mod bench;
mod browser;
mod build;
mod lint;
mod npm;
mod package;
mod panics;
mod regions;
mod sizes;
mod stamp;
mod start;
mod test;
mod tools;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <command>

  start [--port N]      build everything and start the service on 127.0.0.1 (port 8080)
  build [part…]         build the WASM package, the sample policies and the page, then weigh them
                        parts: package, policies, page (all of them when none is named)
  test [step…] [--keep-going]
                        run every test, or only the named steps
                        steps: rust, wasm-node, wasm-chromium, build, node, browser
  bench identity        compare the checks of identity fields with other libraries, native and in Node
  bench evaluate        compare the evaluation of a policy with other engines, native and in Node
  bench recourse        compare the cheapest way with an integer programming solver
  bench server          measure the service under load: durable decisions beside answers that keep nothing
  bench growth          draw how the time of an evaluation grows with the policy
  regions               make the table of region codes again from its source (needs Python with pip, and the network)
  lint                  formatting, clippy (native and WASM), types of the page, length of files
  help                  this text

environment
  PRECHECK_TRUST        the list of public keys that the page trusts, from the top folder; otherwise this checkout's
  CHROME                the browser to test with; otherwise chromium or google-chrome on the PATH
  CHROMEDRIVER          its WebDriver; otherwise chromedriver on the PATH
  CARGO_TARGET_DIR      where cargo builds, as everywhere
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", [].as_slice()),
    };
    let result = match command {
        "start" => start::run(rest),
        "build" => build::run(rest),
        "test" => test::run(rest),
        "bench" => bench::run(rest),
        "regions" => regions::run(rest),
        "lint" => lint::run(rest),
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(())
        }
        other => Err(tools::wrong_use(format!("there is no command `{other}`"))),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => report(&error),
    }
}

/// Prints what went wrong, what caused it and, after wrong use, what would be right.
fn report(error: &anyhow::Error) -> ExitCode {
    eprintln!("\nerror: {error}");
    for cause in error.chain().skip(1) {
        eprintln!("  caused by: {cause}");
    }
    if error.is::<tools::WrongUse>() {
        eprintln!("\n{USAGE}");
        return ExitCode::from(2);
    }
    ExitCode::FAILURE
}
