//! Starting other programs, and saying what to do when that fails.
//!
//! Every child gets an empty standard input: nothing may wait for an answer. Programs are looked up here and nowhere
//! else.

use std::env;
use std::fmt;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, anyhow, bail};
use serde_json::Value;

/// The target of the WASM package.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// The command line was wrong: usage is printed and the exit code is 2.
#[derive(Debug)]
pub(crate) struct WrongUse(String);

impl fmt::Display for WrongUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for WrongUse {}

/// Makes the error for a command line that is wrong.
pub(crate) fn wrong_use(message: impl Into<String>) -> anyhow::Error {
    WrongUse(message.into()).into()
}

/// Returns the root of the workspace.
pub(crate) fn root() -> PathBuf {
    // Cargo says where this crate is when it starts it; the path from compile time is for a binary started by hand.
    let here = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    here.parent().map_or(here.clone(), Path::to_path_buf)
}

/// Prints a title line.
pub(crate) fn title(text: &str) {
    println!("\n==> {text}");
}

/// Returns a command for `program` that runs in the root of the workspace.
pub(crate) fn command(program: impl AsRef<Path>) -> Command {
    let mut command = Command::new(program.as_ref());
    command.current_dir(root()).stdin(Stdio::null());
    command
}

/// Returns a cargo command: the cargo that started this program.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = command(PathBuf::from(program));
    command.args(arguments);
    // The web server inside the runner of the WASM tests needs two old crates; nothing here can change that, and the
    // notice about them would end every build.
    command.env("CARGO_FUTURE_INCOMPAT_REPORT_FREQUENCY", "never");
    command
}

/// Returns a Node command.
pub(crate) fn node(arguments: &[&str]) -> Command {
    let mut command = command("node");
    command.args(arguments);
    command
}

/// Returns the command as one would type it.
fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut text = program
        .file_name()
        .unwrap_or(command.get_program())
        .to_string_lossy()
        .into_owned();
    for argument in command.get_args() {
        text.push(' ');
        let argument = argument.to_string_lossy();
        // A script on the command line would hide the rest.
        text.push_str(if argument.contains('\n') {
            "…"
        } else {
            &argument
        });
    }
    text
}

fn not_started(command: &Command) -> String {
    format!(
        "could not start `{}`; is it installed and on the PATH?",
        Path::new(command.get_program()).display()
    )
}

/// Runs a command whose output the user sees. `advice` is printed when it fails.
pub(crate) fn execute(command: &mut Command, advice: &str) -> Result<()> {
    let line = shown(command);
    println!("  $ {line}");
    let status = command.status().with_context(|| not_started(command))?;
    if status.success() {
        return Ok(());
    }
    Err(failure(&line, &status.to_string(), advice))
}

/// Runs a command and returns what it printed. Its errors go to the user.
pub(crate) fn capture(command: &mut Command) -> Result<String> {
    let line = shown(command);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| not_started(command))?;
    if !output.status.success() {
        return Err(failure(&line, &output.status.to_string(), ""));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn failure(line: &str, status: &str, advice: &str) -> anyhow::Error {
    let mut text = format!("`{line}` failed ({status})");
    if !advice.is_empty() {
        text.push_str("\n  what to do: ");
        text.push_str(advice);
    }
    anyhow!(text)
}

/// Runs a cargo build and returns the file that it made and that `wanted` accepts.
///
/// Cargo itself says where its artifacts are, so any `CARGO_TARGET_DIR` or configuration is followed.
pub(crate) fn artifact(command: &mut Command, wanted: fn(&Path) -> bool) -> Result<PathBuf> {
    println!("  $ {}", shown(command));
    let line = shown(command);
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| not_started(command))?;
    let mut found = None;
    let out = child.stdout.take().context("cargo has an output")?;
    for message in BufReader::new(out).lines() {
        let Ok(message) = serde_json::from_str::<Value>(&message?) else {
            continue;
        };
        if message["reason"] != "compiler-artifact" {
            continue;
        }
        for file in message["filenames"].as_array().into_iter().flatten() {
            let path = PathBuf::from(file.as_str().unwrap_or_default());
            if wanted(&path) {
                found = Some(path);
            }
        }
    }
    let status = child.wait()?;
    if !status.success() {
        let advice = "repair what the compiler reports above";
        return Err(failure(&line, &status.to_string(), advice));
    }
    found.with_context(|| format!("`{line}` finished but did not make the file that was expected"))
}

/// Builds the `precheck` command and returns its path.
pub(crate) fn cli() -> Result<PathBuf> {
    artifact(
        &mut cargo(&[
            "build",
            "--package=precheck-cli",
            "--message-format=json-render-diagnostics",
        ]),
        |path| path.file_stem().is_some_and(|stem| stem == "precheck") && is_program(path),
    )
}

/// Says whether cargo made this file as a program: a name without extension, or `.exe`.
pub(crate) fn is_program(path: &Path) -> bool {
    path.extension().is_none_or(|extension| extension == "exe")
}

/// Returns the full path of a program on the PATH.
pub(crate) fn find_program(name: &str) -> Option<PathBuf> {
    let paths = env::var_os("PATH")?;
    env::split_paths(&paths)
        .map(|folder| folder.join(format!("{name}{}", env::consts::EXE_SUFFIX)))
        .find(|path| path.is_file())
}

/// Makes sure that the standard library for WASM is installed.
pub(crate) fn ensure_wasm_target() -> Result<()> {
    if has_wasm_target()? {
        return Ok(());
    }
    println!("  the Rust target {WASM_TARGET} is missing; adding it");
    let advice = format!(
        "run `rustup target add {WASM_TARGET}` where the network allows it, or install your \
         distribution's package of the Rust standard library for WASM, then start again"
    );
    if find_program("rustup").is_none() {
        bail!(
            "the Rust target {WASM_TARGET} is missing and there is no rustup to add it\n  what to do: {advice}"
        );
    }
    execute(
        command("rustup").args(["target", "add", WASM_TARGET]),
        &advice,
    )?;
    if !has_wasm_target()? {
        bail!("rustup added {WASM_TARGET}, but rustc does not see it\n  what to do: {advice}");
    }
    Ok(())
}

fn has_wasm_target() -> Result<bool> {
    let mut rustc = command(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    let folder = capture(rustc.args(["--print=target-libdir", "--target", WASM_TARGET]))?;
    Ok(Path::new(folder.trim()).is_dir())
}
