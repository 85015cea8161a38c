//! `precheck import pmml`: a scorecard of another program as a policy pack.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;

use super::failure::Failure;
use super::unreadable;
use crate::compile::pack_folders;
use crate::import::{self, Imported, Options};
use crate::{Diagnostic, Pack};

/// Larger files are no scorecards.
const MAX_BYTES: u64 = 64 << 20;

/// Make a policy pack of a scorecard that another program wrote.
#[derive(Debug, Args)]
pub(super) struct Import {
    #[command(subcommand)]
    from: From,
}

#[derive(Debug, Subcommand)]
enum From {
    /// A scorecard in PMML 4.0 to 4.4.
    ///
    /// The pack scores and ranks reasons as the file says, exactly. What it
    /// could only say otherwise is refused, all of it at once; what is left out
    /// without an effect is a note. `precheck score --policy DIR ROWS.csv
    /// --reasons` then scores rows: columns by the names of the fields, an empty
    /// cell for a missing value.
    Pmml(Pmml),
}

#[derive(Debug, Args)]
struct Pmml {
    /// The PMML file.
    file: PathBuf,
    /// The folder of the pack; by default one with the name of the file, here.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Write over a pack that is there.
    #[arg(long)]
    force: bool,
    /// Which scorecard of the file, by its `modelName`.
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// Round points to so many decimals. Without it nothing is rounded.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=9))]
    digits: Option<u8>,
}

#[derive(Serialize)]
struct Told<'t> {
    pack: &'t Path,
    files: usize,
    notes: &'t [Diagnostic],
}

impl Import {
    pub(super) fn run(&self, json: bool) -> Result<(), Failure> {
        let From::Pmml(pmml) = &self.from;
        pmml.run(json)
    }
}

impl Pmml {
    fn run(&self, json: bool) -> Result<(), Failure> {
        let size = fs::metadata(&self.file).map_err(|error| unreadable(&self.file, &error))?;
        if size.len() > MAX_BYTES {
            let text = format!("`{}` is larger than 64 MiB", self.file.display());
            return Err(Failure::usage("input-too-large", text));
        }
        let bytes = fs::read(&self.file).map_err(|error| unreadable(&self.file, &error))?;
        let text = String::from_utf8(bytes).map_err(|_| {
            let text = format!("`{}` is not UTF-8; save it so", self.file.display());
            Failure::failed("input-unreadable", text)
        })?;
        let out = match &self.out {
            Some(out) => out.clone(),
            None => self.file.file_stem().map(PathBuf::from).unwrap_or_default(),
        };
        if out.exists() && !self.force {
            let text = format!(
                "`{}` is there already; say --out with another folder, or --force to write over it",
                out.display()
            );
            return Err(Failure::usage("output-exists", text));
        }
        let is_pack = out.join("policy.toml").is_file();
        let is_empty = fs::read_dir(&out).is_ok_and(|mut entries| entries.next().is_none());
        if out.exists() && !is_pack && !is_empty {
            let text = format!(
                "`{}` holds other things than a pack; say --out with another folder",
                out.display()
            );
            return Err(Failure::usage("output-exists", text));
        }
        let options = Options {
            model: self.model.clone(),
            digits: self.digits,
        };
        let name = self.file.file_name().unwrap_or_default().to_string_lossy();
        let source = || Pack::from_files([(name.as_ref(), text.trim_start_matches('\u{feff}'))]);
        let imported = import::pmml(&name, text.trim_start_matches('\u{feff}'), &options);
        let Imported { pack, notes } =
            imported.map_err(|problems| Failure::Pack(Some(source()), problems))?;
        write(&pack, &out)
            .map_err(|error| Failure::failed("output-unwritable", error.to_string()))?;
        let files = pack.files().count();
        let mut stdout = anstream::stdout().lock();
        if json {
            let told = Told {
                pack: &out,
                files,
                notes: &notes,
            };
            let text = serde_json::to_string(&told).expect("plain data is JSON");
            writeln!(stdout, "{text}")?;
        } else {
            for one in &notes {
                anstream::eprintln!("{}\n", one.render(Some(&source())));
            }
            writeln!(stdout, "{}: {files} files", out.display())?;
        }
        Ok(())
    }
}

/// Writes a pack, in place of the one that may be there.
fn write(pack: &Pack, folder: &Path) -> std::io::Result<()> {
    for (name, ending) in pack_folders() {
        // What another import left would be read as part of this one.
        let Ok(entries) = fs::read_dir(folder.join(name)) else {
            continue;
        };
        for entry in entries.flatten() {
            if entry.file_name().to_string_lossy().ends_with(ending) {
                fs::remove_file(entry.path())?;
            }
        }
    }
    for (path, text) in pack.files() {
        let file = folder.join(path);
        fs::create_dir_all(file.parent().unwrap_or(folder))?;
        fs::write(file, text)?;
    }
    Ok(())
}
