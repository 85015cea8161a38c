//! Skips a step whose inputs and outputs are what they were when it last ran.
//!
//! A stamp holds one hash of the *contents* of the inputs and one of the outputs. Times are not looked at: a fresh
//! checkout or a restored cache changes them all. The hash only has to tell edits apart, so the standard library's
//! will do; when its algorithm changes, the steps run once more.

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The record of one step.
pub(crate) struct Stamp {
    file: PathBuf,
    inputs: u64,
    outputs: Vec<PathBuf>,
}

impl Stamp {
    /// Reads the inputs of a step. Files and folders that do not exist count as empty.
    pub(crate) fn new(file: PathBuf, inputs: &[PathBuf], outputs: &[PathBuf]) -> Result<Self> {
        Ok(Self {
            file,
            inputs: hash(inputs)?,
            outputs: outputs.to_vec(),
        })
    }

    /// Says whether the step can be skipped.
    pub(crate) fn is_fresh(&self) -> Result<bool> {
        if self.outputs.iter().any(|output| !output.exists()) {
            return Ok(false);
        }
        let recorded = fs::read_to_string(&self.file).unwrap_or_default();
        Ok(recorded == self.text()?)
    }

    /// Runs the step unless it can be skipped. An interrupted step leaves no stamp behind.
    pub(crate) fn step(&self, name: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
        if self.is_fresh()? {
            println!("  {name}: unchanged, skipped");
            return Ok(());
        }
        match fs::remove_file(&self.file) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(error)
                    .with_context(|| format!("cannot remove {}", self.file.display()));
            }
            _ => {}
        }
        work()?;
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder)
                .with_context(|| format!("cannot make {}", folder.display()))?;
        }
        fs::write(&self.file, self.text()?)
            .with_context(|| format!("cannot write {}", self.file.display()))
    }

    fn text(&self) -> Result<String> {
        Ok(format!(
            "{:016x} {:016x}\n",
            self.inputs,
            hash(&self.outputs)?
        ))
    }
}

/// Hashes names and contents of files and folders, in a fixed order.
fn hash(paths: &[PathBuf]) -> Result<u64> {
    let mut hasher = DefaultHasher::new();
    for path in paths {
        for file in files(path)? {
            file.strip_prefix(path).unwrap_or(&file).hash(&mut hasher);
            fs::read(&file)
                .with_context(|| format!("cannot read {}", file.display()))?
                .hash(&mut hasher);
        }
        // Ends the list of this folder, so that a file cannot move to the next one unseen.
        0_u8.hash(&mut hasher);
    }
    Ok(hasher.finish())
}

/// Returns all files below a path, sorted; the path itself when it is a file; none when it does not exist.
///
/// `node_modules` and names that begin with a dot are not looked into.
pub(crate) fn files(path: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if path.is_file() {
        found.push(path.to_path_buf());
    } else if path.is_dir() {
        let entries =
            fs::read_dir(path).with_context(|| format!("cannot list {}", path.display()))?;
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            if name == "node_modules" || name.to_string_lossy().starts_with('.') {
                continue;
            }
            found.extend(files(&entry.path())?);
        }
        found.sort();
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::fs;
    use std::slice::from_ref;

    use super::Stamp;

    #[test]
    fn a_step_runs_again_only_after_a_change() {
        let folder = std::env::temp_dir().join(format!("xtask-stamp-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("the temporary folder can be written");
        let [input, output, file] = ["input", "output", "stamp"].map(|name| folder.join(name));
        let write =
            |path, text| fs::write(path, text).expect("the temporary folder can be written");
        let runs = Cell::new(0);
        let step = || {
            let stamp = Stamp::new(file.clone(), from_ref(&input), from_ref(&output))
                .expect("input is readable");
            let work = || {
                runs.set(runs.get() + 1);
                write(&output, "made");
                Ok(())
            };
            stamp.step("test", work).expect("the work does not fail");
            runs.get()
        };

        write(&input, "one");
        assert_eq!(step(), 1, "nothing was made before");
        assert_eq!(step(), 1, "nothing changed");
        write(&input, "two");
        assert_eq!(step(), 2, "the input changed");
        write(&output, "touched by hand");
        assert_eq!(step(), 3, "the output changed");
        fs::remove_file(&output).expect("the step made it");
        assert_eq!(step(), 4, "the output is gone");
        fs::remove_dir_all(&folder).expect("the test made it");
    }
}
