//! Builds what is shipped: the WASM package, the sample policies and the page.
//!
//! Everything lands in `dist/`. Cargo decides itself what to compile again; the steps after it are skipped when
//! their inputs did not change, so that a second build takes seconds.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::npm::{ensure_packages, npm};
use crate::panics::LINK_FLAG;
use crate::stamp::{Stamp, files};
use crate::tools::{
    self, WASM_TARGET, artifact, capture, cargo, command, ensure_wasm_target, execute, node, root,
    title, wrong_use,
};
use crate::{package as npm_package, sizes};

/// The npm package.
pub(crate) const PACKAGE: &str = "dist/npm";
/// The page.
pub(crate) const PAGE: &str = "dist/www";
/// The compiled sample policies.
pub(crate) const POLICIES: &str = "dist/policies";
/// The key pair of this checkout, which signs its bundles and which its page trusts. It is made here and stays here:
/// a key that came with the source would be everybody's.
pub(crate) const SECRET_KEY: &str = "dist/keys/development.key";
/// Its public half.
pub(crate) const PUBLIC_KEY: &str = "dist/keys/development.pub";
/// The sample policy as the browser gets it.
pub(crate) const PUBLIC_BUNDLE: &str = "baitiao.public.bundle";
/// The sample policy as the server gets it.
const SERVER_BUNDLE: &str = "baitiao.server.bundle";
/// What the help centre says, a file a language.
const HELP_TEXTS: [&str; 2] = ["help.zh-CN.json", "help.en.json"];
/// The WASM module inside the package.
pub(crate) const WASM: &str = "core.wasm";

const SAMPLE_POLICY: &str = "policies/baitiao";
const STAMPS: &str = "dist/.stamps";
const WORK: &str = "dist/.work";

/// What rustc emits for WASM today; the optimiser refuses instructions that it was not told about.
pub(crate) const WASM_FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Builds all parts without weighing them: a page over its budget still runs.
pub(crate) fn everything() -> Result<()> {
    ensure_packages()?;
    package()?;
    policies()?;
    page()
}

/// Builds the named parts, or all of them, and weighs the result.
pub(crate) fn run_parts(parts: &[&str]) -> Result<()> {
    let wanted = |part: &str| parts.is_empty() || parts.contains(&part);
    ensure_packages()?;
    if wanted("package") {
        package()?;
    }
    if wanted("policies") {
        policies()?;
    }
    if wanted("page") {
        page()?;
    }
    if wanted("package") || wanted("page") {
        title("Weigh the result");
        sizes::report()?;
    }
    Ok(())
}

/// The command `build`.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let parts: Vec<&str> = arguments.iter().map(String::as_str).collect();
    for part in &parts {
        if !["package", "policies", "page"].contains(part) {
            return Err(wrong_use(format!("`build` has no part `{part}`")));
        }
    }
    run_parts(&parts)
}

/// Builds the npm package into `dist/npm`.
pub(crate) fn package() -> Result<()> {
    title("Build the WASM package");
    let root = root();
    ensure_wasm_target()?;
    let secrets = machine_paths()?;
    let compiled = compile(&secrets)?;

    let mut inputs = npm_package::inputs()?;
    inputs.push(compiled.clone());
    let output = root.join(PACKAGE);
    let stamp = Stamp::new(
        root.join(STAMPS).join("package"),
        &inputs,
        std::slice::from_ref(&output),
    )?;
    stamp.step("wasm-bindgen, wasm-opt, npm package", || {
        let work = root.join(WORK);
        empty(&work)?;
        empty(&output)?;
        npm_package::make(&compiled, &work, &output)?;
        refuse_machine_paths(&output, &secrets)?;
        imports_cleanly(&output)
    })
}

/// The paths of this machine that could end up in panic messages, and what replaces each. A later one wins.
fn machine_paths() -> Result<Vec<(PathBuf, &'static str)>> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let sysroot = capture(command(rustc).arg("--print=sysroot"))?;
    let cargo_home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    let mut paths = vec![(root(), "precheck")];
    paths.extend(env::var_os("CARGO_TARGET_DIR").map(|target| (root().join(target), "target")));
    paths.extend(cargo_home.map(|home| (home, "cargo")));
    paths.push((PathBuf::from(sysroot.trim()), "rust"));
    Ok(paths)
}

/// Compiles the engine for WASM and returns the module.
///
/// It is compiled alone: together with the other crates of the workspace it would get their features too.
fn compile(remap: &[(PathBuf, &str)]) -> Result<PathBuf> {
    let mut flags: Vec<String> = remap
        .iter()
        .map(|(path, name)| format!("--remap-path-prefix={}={name}", path.display()))
        .collect();
    // SHA-256 once per bundle: the rolled loop is 6 KB smaller than the unrolled one.
    flags.push("--cfg=sha2_backend_soft=\"compact\"".into());
    flags.push(LINK_FLAG.into());
    // Both make loops faster on processors and code longer.
    flags.push("-Cllvm-args=-disable-lsr -enable-pre=false".into());
    let mut build = cargo(&[
        "rustc",
        "--package=precheck",
        "--lib",
        "--crate-type=cdylib",
        "--target",
        WASM_TARGET,
        "--profile=wasm",
        "--message-format=json-render-diagnostics",
    ]);
    // The encoded form is split at U+001F, so a path may hold spaces.
    build.env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"));
    artifact(&mut build, |path| {
        path.file_name().is_some_and(|name| name == "precheck.wasm")
    })
}

/// Makes a module as small as it gets.
pub(crate) fn optimise(from: &Path, to: &Path) -> Result<()> {
    let mut optimiser = node(&[
        "node_modules/binaryen/bin/wasm-opt",
        "-Oz",
        // The stack begins below 1 MiB and the data above it.
        "--low-memory-unused",
        // A function that is inlined into its only caller has other locals there, and compresses worse.
        "--one-caller-inline-max-function-size=0",
        "--converge",
        // What LLVM made of the control flow, made once more.
        "--flatten",
        "--rereloop",
        "-Oz",
        // One pass for speed at the end: a tenth off the search for plans, for 1 % more bytes.
        "-O3",
        "--strip-debug",
        "--strip-producers",
    ]);
    optimiser.args(WASM_FEATURES).arg(from).arg("-o").arg(to);
    execute(
        &mut optimiser,
        "see its message above; a new compiler may need one more `--enable-…` in xtask/src/build.rs",
    )
}

/// Nothing that is shipped may tell where it was built.
fn refuse_machine_paths(output: &Path, paths: &[(PathBuf, &str)]) -> Result<()> {
    let home = env::home_dir();
    for file in files(output)? {
        let bytes = fs::read(&file)?;
        for path in paths.iter().map(|(path, _)| path).chain(&home) {
            let needle = format!("{}/", path.display());
            // `/` itself is the home of some build users; it says nothing.
            if needle.len() > 2
                && bytes
                    .windows(needle.len())
                    .any(|window| window == needle.as_bytes())
            {
                bail!(
                    "{} contains a path of this machine: {needle}\n  what to do: add the path to \
                     `machine_paths` in xtask/src/build.rs",
                    file.display()
                );
            }
        }
    }
    Ok(())
}

/// Imports the package once: a name that the loader wants and the engine does not export is found here.
fn imports_cleanly(output: &Path) -> Result<()> {
    let script = "
const { pathToFileURL } = require('node:url');
import(pathToFileURL(process.argv[1])).catch((error) => { console.error(String(error)); process.exit(1); });";
    let mut import = node(&["-e", script, "--"]);
    capture(import.arg(output.join("index.js")))
        .map(drop)
        .context("the package cannot be imported")
}

/// Compiles the sample policies into `dist/policies`, signed with the key of this checkout.
pub(crate) fn policies() -> Result<()> {
    title("Compile the sample policies");
    let root = root();
    let precheck = tools::cli()?;
    ensure_key(&precheck)?;
    let inputs = [
        precheck.clone(),
        root.join("policies"),
        root.join(SECRET_KEY),
    ];
    let bundles = [SERVER_BUNDLE, PUBLIC_BUNDLE].into_iter();
    let names = bundles.chain(HELP_TEXTS);
    let outputs: Vec<PathBuf> = names.map(|name| root.join(POLICIES).join(name)).collect();
    let stamp = Stamp::new(root.join(STAMPS).join("policies"), &inputs, &outputs)?;
    stamp.step("precheck build", || {
        execute(
            command(&precheck).args([
                "build",
                SAMPLE_POLICY,
                "--key",
                SECRET_KEY,
                "--out",
                POLICIES,
                "--help-texts",
                POLICIES,
            ]),
            "repair the policy where the message above points",
        )?;
        match outputs.iter().find(|output| !output.is_file()) {
            Some(output) => bail!("`precheck build` did not write {}", output.display()),
            None => Ok(()),
        }
    })
}

/// Makes the key pair of this checkout, once. It has no end: it is of use to this machine only.
fn ensure_key(precheck: &Path) -> Result<()> {
    let [secret, public] = [SECRET_KEY, PUBLIC_KEY].map(|name| root().join(name));
    if secret.is_file() && public.is_file() {
        return Ok(());
    }
    // Half a pair is no pair, and a key is never overwritten.
    for half in [&secret, &public] {
        if half.is_file() {
            fs::remove_file(half).with_context(|| format!("cannot remove {}", half.display()))?;
        }
    }
    execute(
        command(precheck)
            .args([
                "key",
                "new",
                "--from",
                "2020-01-01",
                "--until",
                "2999-12-31",
            ])
            .arg(secret.with_extension("")),
        "see the message above",
    )
}

/// Builds the page into `dist/www`.
pub(crate) fn page() -> Result<()> {
    title("Build the page");
    let root = root();
    let mut inputs = vec![
        root.join("www"),
        root.join(PACKAGE),
        root.join(POLICIES).join(PUBLIC_BUNDLE),
        root.join(env::var_os("PRECHECK_TRUST").unwrap_or_else(|| PUBLIC_KEY.into())),
        root.join("package-lock.json"),
    ];
    inputs.extend(HELP_TEXTS.map(|name| root.join(POLICIES).join(name)));
    let output = root.join(PAGE);
    let stamp = Stamp::new(
        root.join(STAMPS).join("page"),
        &inputs,
        std::slice::from_ref(&output),
    )?;
    stamp.step("vite build", || {
        execute(
            &mut npm(&["run", "build", "--workspace=www"]),
            "repair what Vite reports above",
        )?;
        if files(&output)?.is_empty() {
            bail!("Vite wrote nothing to {PAGE}; see `build.outDir` in www's Vite configuration");
        }
        Ok(())
    })
}

/// Makes a folder, without anything in it.
pub(crate) fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))
}
