//! Lists the files of the sample product, so that the command carries them.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    // Relative, and asked for while it runs: a target folder may serve several checkouts.
    const SAMPLE: &str = "../policies/baitiao";
    println!("cargo::rerun-if-changed={SAMPLE}");
    let package = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    let folder = Path::new(&package).join(SAMPLE);
    let mut files = Vec::new();
    list(&folder, &mut files)?;
    files.sort();
    let mut source = String::from("&[\n");
    for file in files {
        let path = file
            .strip_prefix(&folder)
            .unwrap_or(&file)
            .to_string_lossy()
            .replace('\\', "/");
        // The package's folder is asked for by the compiler: what this wrote for
        // one checkout may be used in another. Writing to a string does not fail.
        let place = format!("/{SAMPLE}/{path}");
        let _ = writeln!(
            source,
            "    ({path:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {place:?}))),"
        );
    }
    source.push(']');
    let out = env::var_os("OUT_DIR")
        .map(PathBuf::from)
        .unwrap_or_default();
    fs::write(out.join("sample.rs"), source)
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_source = ["toml", "md", "ftl"]
            .iter()
            .any(|end| path.extension().is_some_and(|e| e == *end));
        if path.is_dir() {
            list(&path, files)?;
        } else if is_source && !name.starts_with('.') {
            files.push(path);
        }
    }
    Ok(())
}
