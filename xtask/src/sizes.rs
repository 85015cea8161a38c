//! Weighs what a visitor downloads and holds it against the budget in `pkg-config/budget.json`.
//!
//! Node compresses, because it is there anyway and has the same brotli (quality 11) and gzip (level 9) as the web
//! servers in front of the page.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::build::{PACKAGE, PAGE, POLICIES, PUBLIC_BUNDLE, WASM};
use crate::stamp::files;
use crate::tools::{capture, node, root};

/// Prints one line for each file: raw, gzip and brotli bytes.
const WEIGH: &str = r"
const { gzipSync, brotliCompressSync } = require('node:zlib');
const { readFileSync } = require('node:fs');
for (const path of process.argv.slice(1)) {
  const raw = readFileSync(path);
  console.log(raw.length, gzipSync(raw, { level: 9 }).length, brotliCompressSync(raw).length);
}";

const BUDGET: &str = "pkg-config/budget.json";

#[derive(Clone, Copy, Default)]
struct Weight {
    raw: u64,
    gzip: u64,
    brotli: u64,
}

impl Weight {
    fn plus(self, other: Weight) -> Weight {
        Weight {
            raw: self.raw + other.raw,
            gzip: self.gzip + other.gzip,
            brotli: self.brotli + other.brotli,
        }
    }
}

/// Prints the weights and fails when a budget is exceeded. The page is weighed only when it was built.
pub(crate) fn report() -> Result<()> {
    let root = root();
    let package = files(&root.join(PACKAGE))?;
    let page = first_load(&root)?;
    let loader = loader(&root)?;
    let bundle = root.join(POLICIES).join(PUBLIC_BUNDLE);
    let mut alone = vec![loader];
    alone.extend(bundle.is_file().then_some(bundle));
    let all: Vec<PathBuf> = package.iter().chain(&page).chain(&alone).cloned().collect();
    let weights = weigh(&all)?;
    let (package_weights, others) = weights.split_at(package.len());
    let (page_weights, alone) = others.split_at(page.len());

    println!(
        "\n{:<44}{:>10}{:>10}{:>10}",
        "bytes", "raw", "gzip", "brotli"
    );
    let mut wasm = Weight::default();
    for (path, weight) in package.iter().zip(package_weights) {
        let name = path.strip_prefix(&root).unwrap_or(path);
        row(&name.display().to_string(), *weight);
        if *path == root.join(PACKAGE).join(WASM) {
            wasm = *weight;
        }
    }
    let first = page_weights
        .iter()
        .copied()
        .fold(Weight::default(), Weight::plus);
    let with_engine = alone
        .iter()
        .skip(1)
        .copied()
        .fold(first.plus(wasm), Weight::plus);
    if !page.is_empty() {
        row("first load of the checkout", first);
        row("the same with the pre-check", with_engine);
    }

    let mut checks = vec![
        ("the WASM module", "wasm", wasm),
        (
            "the JavaScript before the engine answers",
            "loader",
            alone[0],
        ),
    ];
    if let Some(bundle) = alone.get(1) {
        row("the public bundle of the sample", *bundle);
        checks.push(("the public bundle of the sample", "bundle", *bundle));
    }
    if !page.is_empty() {
        checks.push(("the first load of the checkout", "page-first-load", first));
        checks.push((
            "the checkout with the pre-check",
            "page-with-pre-check",
            with_engine,
        ));
    }
    row("loader and glue, bundled", alone[0]);
    let budget = read_budget(&root)?;
    for (what, name, weight) in checks {
        check(what, weight, &budget, name)?;
    }
    Ok(())
}

fn row(name: &str, weight: Weight) {
    println!(
        "{name:<44}{:>10}{:>10}{:>10}",
        weight.raw, weight.gzip, weight.brotli
    );
}

/// Returns the files of the checkout's first load, each counted once: the page, the style sheet and scripts that it names,
/// and what those import. What comes when somebody asks for it, the module and the policy included, is not there.
fn first_load(root: &Path) -> Result<Vec<PathBuf>> {
    let page = root.join(PAGE).join("checkout/index.html");
    if !page.is_file() {
        return Ok(Vec::new());
    }
    let assets = root.join(PAGE).join("assets");
    let mut loaded = vec![page];
    let mut at = 0;
    while let Some(path) = loaded.get(at).cloned() {
        at += 1;
        let is_text = ["html", "js"].iter().any(|one| has_extension(&path, one));
        if !is_text {
            continue;
        }
        let text =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        for file in named(&text).map(|name| assets.join(name)) {
            if file.is_file() && !loaded.contains(&file) {
                loaded.push(file);
            }
        }
    }
    Ok(loaded)
}

/// The files that a page names in attributes, or a script in static imports.
fn named(text: &str) -> impl Iterator<Item = &str> {
    let starts = [
        "src=\"/assets/",
        "href=\"/assets/",
        "from\"./",
        "import\"./",
        "from `./",
        "import`./",
    ];
    starts.into_iter().flat_map(move |start| {
        let rest = text.split(start).skip(1);
        rest.filter_map(|rest| rest.split(['"', '`']).next())
    })
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|found| found == extension)
}

/// Bundles what a page fetches of JavaScript before the engine answers, as a page's own bundler would.
fn loader(root: &Path) -> Result<PathBuf> {
    let bundled = root.join("dist/.work/first-load.js");
    let mut bundle = node(&["pkg-config/build/first-load.mjs"]);
    capture(bundle.arg(root.join(PACKAGE)).arg(&bundled))?;
    Ok(bundled)
}

fn weigh(paths: &[PathBuf]) -> Result<Vec<Weight>> {
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    let output = capture(node(&["-e", WEIGH, "--"]).args(paths))?;
    let weights: Vec<Weight> = output.lines().filter_map(parse).collect();
    if weights.len() != paths.len() {
        bail!("Node weighed {} of {} files", weights.len(), paths.len());
    }
    Ok(weights)
}

fn parse(line: &str) -> Option<Weight> {
    let mut numbers = line.split(' ').map(str::parse);
    Some(Weight {
        raw: numbers.next()?.ok()?,
        gzip: numbers.next()?.ok()?,
        brotli: numbers.next()?.ok()?,
    })
}

fn read_budget(root: &Path) -> Result<Value> {
    let text =
        fs::read_to_string(root.join(BUDGET)).with_context(|| format!("cannot read {BUDGET}"))?;
    serde_json::from_str(&text).with_context(|| format!("{BUDGET} is not JSON"))
}

/// Holds a weight against its budget, in the encoding that the budget names.
fn check(what: &str, weight: Weight, budget: &Value, name: &str) -> Result<()> {
    let entry = budget[name].as_object().into_iter().flatten().next();
    let (encoding, limit) = entry
        .and_then(|(encoding, limit)| Some((encoding.as_str(), limit.as_u64()?)))
        .with_context(|| format!("{BUDGET} has no number at /{name}"))?;
    let bytes = match encoding {
        "brotli" => weight.brotli,
        "gzip" => weight.gzip,
        other => bail!("{BUDGET}, /{name}: `{other}` is neither `brotli` nor `gzip`"),
    };
    if bytes > limit {
        bail!(
            "{what} is {} bytes over its budget: {bytes} bytes with {encoding}, {limit} allowed\n  what to do: find what \
             grew in the table above and make it smaller, or raise the number in {BUDGET} and say why",
            bytes - limit
        );
    }
    println!("{what}: {bytes} of {limit} bytes ({encoding})");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn what_is_imported_later_is_no_part_of_the_first_load() {
        let script = r#"import"./a.js";import{b as c}from"./b.js";const d=()=>import("./d.js");"#;
        let page =
            r#"<script src="/assets/e.js"></script><link href="/assets/f.css"><a href="/help/">"#;
        let mut found: Vec<&str> = named(script).chain(named(page)).collect();
        found.sort_unstable();
        assert_eq!(found, ["a.js", "b.js", "e.js", "f.css"]);
    }
}
