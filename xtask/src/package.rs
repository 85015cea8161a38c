//! Turns the compiled engine into the npm package: JavaScript around it, one module for engines of today and one
//! for those before reference types, and from that one plain JavaScript for pages that may not run WebAssembly.
//!
//! `pkg-config/build/main.mjs` puts the package together from what is made here and from the hand-written files.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::{Bindgen, EncodeInto};

use crate::build::{self, WASM, WASM_FEATURES};
use crate::panics::without_panics;
use crate::tools::{execute, node, root};

/// What the older module does without, by the name in the section `target_features`.
const NOT_IN_OLD: [&str; 2] = ["reference-types", "multivalue"];

/// Rewrites instructions that came after the first version of WebAssembly.
const LOWERING: &[&str] = &[
    "--signext-lowering",
    "--llvm-nontrapping-fptoint-lowering",
    "--llvm-memory-copy-fill-lowering",
];

/// What decides how the package turns out, besides the compiled engine.
pub(crate) fn inputs() -> Result<Vec<PathBuf>> {
    let root = root();
    let names = ["package-lock.json", "xtask/src", "pkg-config", "www/src"];
    let mut inputs: Vec<PathBuf> = names.iter().map(|name| root.join(name)).collect();
    inputs.extend(licenses()?);
    Ok(inputs)
}

/// Makes the package in `output`, with `work` as the place for what is in between. Both are empty folders.
pub(crate) fn make(compiled: &Path, work: &Path, output: &Path) -> Result<()> {
    let bytes =
        fs::read(compiled).with_context(|| format!("cannot read {}", compiled.display()))?;
    let bytes = without_panics(&bytes)?;
    let [new, old] = ["new", "old"].map(|name| work.join(name));
    bind(bytes.clone(), &new, EncodeInto::Always)?;
    build::optimise(&new.join("precheck_bg.wasm"), &output.join(WASM))?;
    bind(without_features(bytes)?, &old, EncodeInto::Test)?;
    lower(&old.join("precheck_bg.wasm"), &work.join("old.wasm"))?;
    let mut to_javascript = node(&["node_modules/binaryen/bin/wasm2js", "-Oz", "--mvp-features"]);
    to_javascript
        .arg(work.join("old.wasm"))
        .arg("-o")
        .arg(work.join("old.js"));
    execute(&mut to_javascript, "see its message above")?;
    for file in licenses()? {
        let name = file.file_name().context("a licence is a file")?;
        fs::copy(&file, output.join(name))
            .with_context(|| format!("cannot copy {}", file.display()))?;
    }
    let mut assemble = node(&["pkg-config/build/main.mjs"]);
    execute(
        assemble.args([work, output]).arg(env!("CARGO_PKG_VERSION")),
        "see its message above",
    )
}

/// Writes the JavaScript glue and the module that fits it. Engines of today all have `TextEncoder.encodeInto`.
fn bind(module: Vec<u8>, work: &Path, encode_into: EncodeInto) -> Result<()> {
    println!("  wasm-bindgen: {}", work.display());
    Bindgen::new()
        .input_bytes("precheck", module)
        .web(true)?
        .typescript(false)
        .encode_into(encode_into)
        // The loaders know where the module is.
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(work)
        .context("wasm-bindgen could not read the compiled engine")
}

/// The module, no longer saying that it may use what is [`NOT_IN_OLD`]. wasm-bindgen goes by what it says; the
/// compiler itself has used neither, since nothing in the engine passes references or several results.
fn without_features(mut module: Vec<u8>) -> Result<Vec<u8>> {
    for feature in NOT_IN_OLD {
        let length = u8::try_from(feature.len()).context("names of features are short")?;
        let entry: Vec<u8> = [b'+', length].into_iter().chain(feature.bytes()).collect();
        let mut places = module.windows(entry.len()).enumerate();
        let found = places.by_ref().find(|(_, window)| *window == entry);
        let Some((at, _)) = found else {
            bail!(
                "the compiled engine does not name `{feature}` in its section `target_features`\n  what to do: see \
                 what the compiler writes there now, and mend `NOT_IN_OLD` in xtask/src/package.rs"
            );
        };
        // `-` forbids what `+` used.
        module[at] = b'-';
    }
    Ok(module)
}

/// Makes a module that the first engines with WebAssembly run; the second pass refuses it if anything newer is left.
fn lower(from: &Path, to: &Path) -> Result<()> {
    let advice =
        "see its message above; a new compiler may need one more pass in xtask/src/package.rs";
    let between = to.with_extension("lowered");
    let mut lower = node(&["node_modules/binaryen/bin/wasm-opt"]);
    lower.args(LOWERING).args(WASM_FEATURES);
    execute(lower.arg(from).arg("-o").arg(&between), advice)?;
    let mut optimise = node(&[
        "node_modules/binaryen/bin/wasm-opt",
        "-Oz",
        "--strip-debug",
        "--strip-producers",
        "--strip-target-features",
        "--mvp-features",
        "--enable-mutable-globals",
    ]);
    execute(optimise.arg(between).arg("-o").arg(to), advice)
}

fn licenses() -> Result<Vec<PathBuf>> {
    let mut found: Vec<PathBuf> = fs::read_dir(root())
        .context("cannot list the top folder")?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path.file_name().map(|name| name.to_string_lossy());
            name.is_some_and(|name| name.starts_with("LICENSE"))
        })
        .collect();
    found.sort();
    Ok(found)
}
