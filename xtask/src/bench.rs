//! Measures: `bench identity` compares the checks of identity fields with other libraries, native and in Node.
//!
//! What they are compared with is outside the workspace, in `tests/benches/`, and is built and installed only here.

use std::fs;

use anyhow::{Context, Result};

use crate::build;
use crate::npm::{ensure_packages, npm};
use crate::stamp::Stamp;
use crate::tools::{capture, cargo, execute, node, root, title, wrong_use};

const NATIVE: &str = "tests/benches/Cargo.toml";
const NODE: &str = "tests/benches/node";
/// What both runs judge.
const VALUES: &str = "dist/bench-values.json";

/// The command `bench`.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    match arguments {
        [what] if what == "identity" => identity(),
        [] => Err(wrong_use("say what to measure: `bench identity`")),
        _ => Err(wrong_use("`bench` knows only `identity`")),
    }
}

fn identity() -> Result<()> {
    ensure_packages()?;
    build::package()?;
    build::policies()?;
    packages()?;

    title("Native");
    let advice = "see cargo's message above; the crates that are compared come from crates.io";
    let run = ["run", "--release", "--manifest-path", NATIVE, "--"];
    execute(&mut cargo(&run), advice)?;

    title("Node");
    let values = capture(cargo(&run).arg("--values"))?;
    fs::write(root().join(VALUES), values).with_context(|| format!("cannot write {VALUES}"))?;
    execute(
        &mut node(&[&format!("{NODE}/bench.mjs"), VALUES]),
        "repair what Node reports above",
    )
}

/// Installs the npm packages that are compared.
fn packages() -> Result<()> {
    let folder = root().join(NODE);
    let inputs = ["package.json", "package-lock.json"].map(|name| folder.join(name));
    let outputs = [folder.join("node_modules/.package-lock.json")];
    let stamp = Stamp::new(folder.join("node_modules/.installed"), &inputs, &outputs)?;
    stamp.step("npm packages to compare with", || {
        execute(
            npm(&["ci"]).current_dir(&folder),
            "see npm's message above; the packages that are compared come from the npm registry",
        )
    })
}
