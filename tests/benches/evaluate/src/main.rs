//! How many applications a second of CPU time decides, beside other engines, in one run.
//!
//! ```text
//! precheck-bench-evaluate table BUNDLE KEYS     the table; the other engines with the feature `peers`
//! precheck-bench-evaluate load KEYS BUNDLE…     how long bundles take to load
//! precheck-bench-evaluate growth PICTURE.svg    how the time grows with the policy
//! precheck-bench-evaluate recourse BUNDLE KEYS ROWS OUT   the cheapest way; with the feature `solver`
//! ```
//!
//! Every engine has to say of all 1 000 applicants what is expected before it is timed, and every round again.

mod engine;
mod growth;
mod hand;
mod loading;
mod measure;
#[cfg(feature = "peers")]
mod peers;
mod plot;
#[cfg(feature = "solver")]
mod recourse;
mod workload;

use std::process::ExitCode;

use workload::{Result, Workload};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match arguments[..] {
        ["table", bundle, keys] => table(bundle, keys),
        ["load", keys, ref bundles @ ..] => loading::table(keys, bundles),
        ["growth", picture] => growth::run(picture),
        #[cfg(feature = "solver")]
        ["recourse", bundle, keys, rows, out] => recourse::run(bundle, keys, rows, out),
        _ => {
            eprintln!(
                "usage: precheck-bench-evaluate table BUNDLE KEYS | load KEYS BUNDLE… | growth PICTURE.svg"
            );
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn table(bundle: &str, keys: &str) -> Result<()> {
    let workload = Workload::read(bundle, keys)?;
    let mut rows = hand::rows(&workload)?;
    rows.extend(engine::rows(&workload)?);
    #[cfg(feature = "peers")]
    rows.extend(peers::rows(&workload)?);
    let times = measure::nanoseconds(&mut rows)?;
    println!(
        "{:<40} {:>12} {:>10} {:>9}  what else it does, or does not",
        "", "a CPU s", "ns", "by hand"
    );
    for (row, time) in rows.iter().zip(&times) {
        println!(
            "{:<40} {:>12.0} {:>10.1} {:>8.2}x  {}",
            row.name,
            1e9 / time,
            time,
            time / times[0],
            row.note
        );
    }
    Ok(())
}
