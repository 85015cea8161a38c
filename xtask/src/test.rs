//! Runs every test, in an order in which the cheap ones fail first, and ends with a table.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::browser::{self, Browser};
use crate::build::{self, PACKAGE};
use crate::npm::{ensure_node, npm};
use crate::stamp::files;
use crate::tools::{
    self, WASM_TARGET, artifact, cargo, command, ensure_wasm_target, execute, is_program, node,
    root, title, wrong_use,
};

/// Where the tests unpack the packed package.
const PACKED: &str = "dist/.packed";

/// One step: its name on the command line, its title and what it does.
struct Step {
    name: &'static str,
    title: &'static str,
    work: fn(&mut Tools) -> Result<()>,
}

const STEPS: &[Step] = &[
    Step {
        name: "rust",
        title: "Rust: unit, integration and documentation tests",
        work: rust,
    },
    Step {
        name: "wasm-node",
        title: "WASM: the engine in Node",
        work: |_| wasm(&[]),
    },
    Step {
        name: "wasm-chromium",
        title: "WASM: the engine in headless Chromium",
        work: wasm_chromium,
    },
    Step {
        name: "build",
        title: "Build: package, policies, page, sizes",
        work: |_| build::run_parts(&[]),
    },
    Step {
        name: "node",
        title: "Scenarios: the packed package in Node",
        work: scenarios,
    },
    Step {
        name: "browser",
        title: "Pages: the real page in Chromium",
        work: pages,
    },
];

/// What more than one step needs, found at most once.
#[derive(Default)]
struct Tools {
    browser: Option<Browser>,
}

impl Tools {
    fn browser(&mut self) -> Result<&Browser> {
        if self.browser.is_none() {
            self.browser = Some(browser::ensure()?);
        }
        self.browser.as_ref().context("the browser was just found")
    }
}

enum Ending {
    Passed,
    Failed,
    NotRun,
}

/// The command `test`.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let (steps, keep_going) = chosen(arguments)?;
    if steps.iter().any(|step| step.name != "rust") {
        ensure_node()?;
    }
    let mut tools = Tools::default();
    let mut endings: Vec<(&Step, Ending, Duration)> = Vec::new();
    let mut failed = 0_usize;
    for step in steps {
        if failed > 0 && !keep_going {
            endings.push((step, Ending::NotRun, Duration::ZERO));
            continue;
        }
        title(step.title);
        let start = Instant::now();
        let ending = match (step.work)(&mut tools) {
            Ok(()) => Ending::Passed,
            Err(error) => {
                failed += 1;
                eprintln!("\nerror in step `{}`: {error}", step.name);
                for cause in error.chain().skip(1) {
                    eprintln!("  caused by: {cause}");
                }
                Ending::Failed
            }
        };
        endings.push((step, ending, start.elapsed()));
    }
    print_summary(&endings);
    if failed > 0 {
        bail!("{failed} of {} steps failed", endings.len());
    }
    Ok(())
}

/// Returns the steps to run, in their fixed order, and whether to go on after a failure.
fn chosen(arguments: &[String]) -> Result<(Vec<&'static Step>, bool)> {
    let (flags, names): (Vec<&str>, Vec<&str>) = arguments
        .iter()
        .map(String::as_str)
        .partition(|argument| argument.starts_with('-'));
    if let Some(flag) = flags.iter().find(|flag| **flag != "--keep-going") {
        return Err(wrong_use(format!("`test` has no option `{flag}`")));
    }
    if let Some(name) = names
        .iter()
        .find(|name| STEPS.iter().all(|step| step.name != **name))
    {
        return Err(wrong_use(format!("`test` has no step `{name}`")));
    }
    // These two test what `build` makes; a build without changes takes seconds.
    let needs_build = names.contains(&"node") || names.contains(&"browser");
    let steps = STEPS
        .iter()
        .filter(|step| {
            names.is_empty() || names.contains(&step.name) || (needs_build && step.name == "build")
        })
        .collect();
    Ok((steps, !flags.is_empty()))
}

fn print_summary(endings: &[(&Step, Ending, Duration)]) {
    println!("\n{:<16}{:<9}{:>10}  what", "step", "result", "seconds");
    for (step, ending, time) in endings {
        let result = match ending {
            Ending::Passed => "passed",
            Ending::Failed => "FAILED",
            Ending::NotRun => "not run",
        };
        let seconds = format!("{}.{}", time.as_secs(), time.subsec_millis() / 100);
        println!("{:<16}{result:<9}{seconds:>10}  {}", step.name, step.title);
    }
}

/// The runner of the WASM tests has no tests of its own and compiles long; the WASM steps build it.
fn rust(_: &mut Tools) -> Result<()> {
    execute(
        &mut cargo(&["test", "--workspace", "--exclude=wasm-test-runner"]),
        "repair the test that failed above",
    )
}

fn wasm_chromium(tools: &mut Tools) -> Result<()> {
    let browser = tools.browser()?;
    let capabilities = browser.write_capabilities()?;
    wasm(&[
        ("WASM_BINDGEN_USE_BROWSER", PathBuf::from("1")),
        ("CHROMEDRIVER", browser.driver.clone()),
        ("WASM_BINDGEN_TEST_WEBDRIVER_JSON", capabilities),
        // Seconds. The defaults of 20 and 5 are short for a cold start on a busy machine.
        ("WASM_BINDGEN_TEST_TIMEOUT", PathBuf::from("180")),
        ("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", PathBuf::from("60")),
    ])
}

/// Runs `tests/wasm.rs`: in Node, unless the environment says otherwise.
fn wasm(environment: &[(&str, PathBuf)]) -> Result<()> {
    ensure_wasm_target()?;
    let runner = artifact(
        &mut cargo(&[
            "build",
            "--package=wasm-test-runner",
            "--message-format=json-render-diagnostics",
        ]),
        |path| {
            path.file_stem()
                .is_some_and(|stem| stem == "wasm-test-runner")
                && is_program(path)
        },
    )?;
    let mut tests = cargo(&[
        "test",
        "--package=precheck",
        "--target",
        WASM_TARGET,
        "--test=wasm",
    ]);
    // What the caller's shell says about hosts must not leak into a step that names its own.
    for name in [
        "NO_HEADLESS",
        "WASM_BINDGEN_USE_BROWSER",
        "WASM_BINDGEN_USE_DEDICATED_WORKER",
        "WASM_BINDGEN_USE_DENO",
        "WASM_BINDGEN_USE_NODE_EXPERIMENTAL",
        "WASM_BINDGEN_USE_SERVICE_WORKER",
        "WASM_BINDGEN_USE_SHARED_WORKER",
    ] {
        tests.env_remove(name);
    }
    tests.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner);
    for (name, value) in environment {
        tests.env(name, value);
    }
    execute(&mut tests, "repair the test that failed above")
}

/// Runs `tests/node/` with Node's own runner. The files are named one by one: what Node does with a folder changed
/// between its versions.
fn scenarios(_: &mut Tools) -> Result<()> {
    let mut tests: Vec<PathBuf> = files(&root().join("tests/node"))?;
    tests.retain(|path| {
        let name = path.to_string_lossy();
        name.ends_with(".test.mjs") || name.ends_with(".test.js")
    });
    if tests.is_empty() {
        bail!("there is no file `*.test.mjs` in tests/node");
    }
    let precheck = tools::cli()?;
    let package = packed()?;
    let mut command = node(&["--test", "--test-reporter=spec"]);
    command
        .env("PRECHECK_PACKAGE", package)
        .env("PRECHECK_BIN", precheck)
        .args(tests);
    execute(&mut command, "repair the test that failed above")
}

/// Packs the package and unpacks it again, so that a file missing from its list of files is missed here too.
fn packed() -> Result<PathBuf> {
    let folder = root().join(PACKED);
    build::empty(&folder)?;
    execute(
        npm(&["pack", "--silent", "--pack-destination"]).args([&folder, &root().join(PACKAGE)]),
        "see npm's message above",
    )?;
    let tarballs = files(&folder)?;
    let tarball = tarballs.first().context("`npm pack` wrote no file")?;
    execute(
        command("tar")
            .arg("-xzf")
            .arg(tarball)
            .arg("-C")
            .arg(&folder),
        "see the message above",
    )?;
    Ok(folder.join("package"))
}

/// The page of the sample, then the examples and surroundings of the packed package.
fn pages(tools: &mut Tools) -> Result<()> {
    let precheck = tools::cli()?;
    let browser = tools.browser()?.program.clone();
    packed()?;
    for config in ["playwright.config.ts", "package.config.ts"] {
        let mut command = node(&[
            "../node_modules/@playwright/test/cli.js",
            "test",
            "--config",
        ]);
        command
            .arg(config)
            .current_dir(root().join("tests"))
            .env("PRECHECK_CHROMIUM", &browser)
            .env("PRECHECK_BIN", &precheck);
        execute(&mut command, "repair the test that failed above")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::chosen;

    #[test]
    fn steps_on_the_command_line() {
        for (arguments, expected, why) in [
            (
                "",
                "rust wasm-node wasm-chromium build node browser",
                "all when none is named",
            ),
            ("wasm-node rust", "rust wasm-node", "their order is fixed"),
            ("node", "build node", "what is tested is built first"),
            ("--keep-going rust", "rust", "an option is no step"),
        ] {
            let arguments: Vec<String> = arguments.split_whitespace().map(String::from).collect();
            let (steps, _) = chosen(&arguments).expect("these arguments are right");
            let names: Vec<&str> = steps.iter().map(|step| step.name).collect();
            assert_eq!(names.join(" "), expected, "{why}");
        }
        for wrong in ["rsut", "--keep-goin"] {
            assert!(chosen(&[wrong.to_owned()]).is_err(), "`{wrong}` is a slip");
        }
    }
}
