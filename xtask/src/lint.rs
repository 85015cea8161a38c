//! Checks form: formatting, clippy for both targets, documentation, the types of the page and the length of files.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::build;
use crate::npm::{ensure_packages, npm};
use crate::tools::{
    WASM_TARGET, capture, cargo, command, ensure_wasm_target, execute, find_program, root, title,
    wrong_use,
};

/// A file that is longer does more than one thing.
const MOST_LINES: usize = 500;

const SOURCES: &[&str] = &["rs", "ts", "js", "mjs", "css", "html", "sh"];

/// The command `lint`.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    if let Some(argument) = arguments.first() {
        return Err(wrong_use(format!(
            "`lint` takes no arguments, got `{argument}`"
        )));
    }
    title("Lint: length of files");
    short_files()?;

    title("Lint: formatting");
    execute(
        &mut cargo(&["fmt", "--all", "--check"]),
        "run `cargo fmt --all`",
    )?;

    let advice = "repair what clippy reports above";
    title("Lint: clippy, native");
    execute(
        &mut cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ]),
        advice,
    )?;

    title("Lint: clippy, WASM");
    ensure_wasm_target()?;
    execute(
        &mut cargo(&[
            "clippy",
            "--package=precheck",
            "--lib",
            "--test=wasm",
            "--target",
            WASM_TARGET,
            "--",
            "-D",
            "warnings",
        ]),
        advice,
    )?;

    title("Lint: documentation");
    execute(
        cargo(&[
            "doc",
            "--workspace",
            "--no-deps",
            "--exclude=wasm-test-runner",
        ])
        .env("RUSTDOCFLAGS", "-D warnings"),
        "repair what rustdoc reports above",
    )?;

    title("Lint: types of the page and of its tests");
    ensure_packages()?;
    // The page is checked against the package as it is shipped.
    build::package()?;
    execute(
        &mut npm(&["run", "typecheck", "--workspace=www", "--workspace=tests"]),
        "repair what TypeScript reports above",
    )?;
    println!("\nlint: everything is in order");
    Ok(())
}

/// Refuses source files of more than [`MOST_LINES`] lines. Files that git ignores are not looked at.
fn short_files() -> Result<()> {
    if find_program("git").is_none() || !root().join(".git").exists() {
        println!("  this is no git checkout; skipped");
        return Ok(());
    }
    let list = capture(command("git").args([
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]))?;
    let mut too_long = Vec::new();
    for name in list.split('\0').filter(|name| is_source(name)) {
        let path = root().join(name);
        // A file that was removed but is still in the index has no lines.
        if !path.is_file() {
            continue;
        }
        let bytes = fs::read(&path).with_context(|| format!("cannot read {name}"))?;
        let lines =
            bytes.split(|byte| *byte == b'\n').count() - usize::from(bytes.ends_with(b"\n"));
        if lines > MOST_LINES {
            too_long.push(format!("{name}: {lines} lines"));
        }
    }
    if !too_long.is_empty() {
        bail!(
            "source files may have {MOST_LINES} lines\n  {}\n  what to do: split them by what their parts do",
            too_long.join("\n  ")
        );
    }
    println!("  no source file has more than {MOST_LINES} lines");
    Ok(())
}

fn is_source(name: &str) -> bool {
    name.rsplit_once('.')
        .is_some_and(|(_, extension)| SOURCES.contains(&extension))
}
