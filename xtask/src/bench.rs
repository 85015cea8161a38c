//! Measures: `bench identity` compares the checks of identity fields with other libraries, `bench evaluate` the
//! evaluation of a policy with other engines, both native and in Node; `bench growth` draws how evaluation grows;
//! `bench recourse` compares the cheapest way with solvers and with sampling; `bench server` measures the service under
//! load.
//!
//! What they are compared with is outside the workspace, in `tests/benches/`, and is built and installed only here.

use std::fs;

use anyhow::{Context, Result};

use crate::build;
use crate::npm::{ensure_packages, npm};
use crate::stamp::Stamp;
use crate::tools::{self, capture, cargo, command, execute, node, root, title, wrong_use};

const NATIVE: &str = "tests/benches/Cargo.toml";
const NODE: &str = "tests/benches/node";
/// What both runs judge.
const VALUES: &str = "dist/bench-values.json";

const EVALUATE: &str = "tests/benches/evaluate/Cargo.toml";
/// The policy that is evaluated, and where its bundles go.
const PACK: &str = "tests/data/eligibility/pack";
const BUNDLES: &str = "dist/bench";
const BUNDLE: &str = "dist/bench/eligibility.server.bundle";
/// The bundles whose loading `bench evaluate` times.
const SAMPLE_BUNDLES: [&str; 2] = [
    "dist/policies/baitiao.server.bundle",
    "dist/policies/baitiao.public.bundle",
];
/// The real card whose rows `bench recourse` takes.
const CARD: &str = "policies/credit-default";
const CARD_BUNDLE: &str = "dist/bench/credit-default.server.bundle";
const ROWS: &str = "tests/data/credit-default/rows-1000.csv";
/// Those of them that it declines, for the other languages.
const DECLINED: &str = "dist/bench/declined.json";
/// Where the Python packages go that are compared.
const PYTHON: &str = "dist/bench/python";
/// What `bench growth` draws.
const PICTURE: &str = "tests/benches/growth.svg";

/// The command `bench`.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["identity"] => identity(),
        ["evaluate"] => evaluate(),
        ["growth"] => growth(),
        ["recourse"] => recourse(),
        ["server"] => server(),
        [] => Err(wrong_use(
            "say what to measure: `bench identity`, `bench evaluate`, `bench growth`, `bench recourse` or `bench server`",
        )),
        _ => Err(wrong_use(
            "`bench` knows `identity`, `evaluate`, `growth`, `recourse` and `server`",
        )),
    }
}

/// Durable decisions beside answers that keep nothing, in one run.
fn server() -> Result<()> {
    title("Service");
    let run = ["run", "--release", "--package", "precheck-server"];
    execute(
        cargo(&run).args(["--example", "load"]),
        "repair what the message above points at",
    )
}

fn evaluate() -> Result<()> {
    ensure_packages()?;
    build::package()?;
    build::policies()?;
    packages()?;
    let precheck = tools::cli()?;
    execute(
        command(precheck).args(["build", PACK, "--key", build::SECRET_KEY, "--out", BUNDLES]),
        "repair the policy where the message above points",
    )?;

    title("Native");
    let advice = "see the message above; the engines that are compared come from crates.io";
    let run = ["run", "--release", "--manifest-path", EVALUATE];
    let table = [
        "--features",
        "peers",
        "--",
        "table",
        BUNDLE,
        build::PUBLIC_KEY,
    ];
    execute(cargo(&run).args(table), advice)?;
    let load = ["--features", "peers", "--", "load", build::PUBLIC_KEY];
    execute(cargo(&run).args(load).args(SAMPLE_BUNDLES), advice)?;

    title("Node");
    execute(
        &mut node(&[&format!("{NODE}/evaluate.mjs"), BUNDLE, build::PUBLIC_KEY]),
        "repair what Node reports above",
    )
}

fn growth() -> Result<()> {
    let run = ["run", "--release", "--manifest-path", EVALUATE];
    execute(
        cargo(&run).args(["--", "growth", PICTURE]),
        "see the message above",
    )
}

fn recourse() -> Result<()> {
    ensure_packages()?;
    build::package()?;
    build::policies()?;
    let precheck = tools::cli()?;
    execute(
        command(precheck).args(["build", CARD, "--key", build::SECRET_KEY, "--out", BUNDLES]),
        "repair the policy where the message above points",
    )?;
    let run = ["run", "--release", "--manifest-path", EVALUATE];
    let table = [
        "--features",
        "solver",
        "--",
        "recourse",
        CARD_BUNDLE,
        build::PUBLIC_KEY,
        ROWS,
        DECLINED,
    ];
    execute(
        cargo(&run).args(table),
        "see the message above; the solver that is compared comes from crates.io",
    )?;

    title("Node");
    let script = format!("{NODE}/recourse.mjs");
    execute(
        &mut node(&[&script, CARD_BUNDLE, build::PUBLIC_KEY, DECLINED]),
        "repair what Node reports above",
    )?;

    title("Python");
    let folder = root().join(PYTHON);
    let python = folder.join("bin/python");
    let advice = "needs Python 3.10 or newer with `venv`; the packages come from its package index";
    let requirements = "tests/benches/recourse/requirements.txt";
    let inputs = [root().join(requirements)];
    let stamp = Stamp::new(
        folder.join(".installed"),
        &inputs,
        std::slice::from_ref(&python),
    )?;
    stamp.step("Python packages to compare with", || {
        execute(command("python3").args(["-m", "venv", PYTHON]), advice)?;
        execute(
            command(&python).args(["-m", "pip", "install", "--quiet", "-r", requirements]),
            advice,
        )
    })?;
    execute(
        command(&python).args(["tests/benches/recourse/peers.py", DECLINED]),
        "repair what Python reports above",
    )
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
