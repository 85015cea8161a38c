//! `precheck build`: a pack becomes its two bundles.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use precheck::units::{Date, Locale};
use serde::Serialize;

use super::failure::Failure;
use super::{key, parse_date, policy, today, unwritable};
use crate::{Compiled, HelpTexts};

/// Compile a policy pack into its server and public bundles.
#[derive(Debug, Args)]
pub(super) struct Build {
    /// The folder of the pack.
    pack: PathBuf,
    /// Where the bundles go.
    #[arg(long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
    /// The secret key that signs; see `precheck key new`. Bundles that nobody
    /// signed are for comparing only: everything refuses to load them.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Where the texts of a help centre go, one file a locale: `help.en.json`.
    #[arg(long, value_name = "DIR")]
    help_texts: Option<PathBuf>,
    /// The day of signing; today in Asia/Shanghai by default. The same pack,
    /// key and day give the same bytes.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date, requires = "key")]
    signed_on: Option<Date>,
}

#[derive(Serialize)]
struct Built {
    audience: precheck::Audience,
    path: String,
    bytes: usize,
    hash: String,
    /// The id of the key; `null` for a bundle that nobody signed.
    signed_by: Option<String>,
    signed_on: Option<Date>,
}

/// A file of help texts.
#[derive(Serialize)]
struct Written {
    help_texts: Locale,
    path: String,
    bytes: usize,
}

#[derive(Serialize)]
#[serde(untagged)]
enum File {
    Bundle(Built),
    Help(Written),
}

impl Build {
    pub(super) fn run(&self, json: bool) -> Result<(), Failure> {
        let key = self.key.as_deref().map(key::read_secret).transpose()?;
        let signed_on = key.is_some().then(|| self.signed_on.unwrap_or_else(today));
        let signer = key.as_ref().zip(signed_on);
        let compiled = policy::compile_folder(&self.pack)?;
        let mut bundles = Vec::new();
        for model in [&compiled.server, &compiled.public] {
            bundles.push((model, policy::bundle(model, signer)?));
        }
        fs::create_dir_all(&self.out).map_err(|error| unwritable(&self.out, &error))?;
        let mut built = Vec::new();
        for (model, (bytes, hash)) in bundles {
            let audience = policy::audience(model.audience);
            let path = self.out.join(format!("{}.{audience}.bundle", model.pack));
            fs::write(&path, &bytes).map_err(|error| unwritable(&path, &error))?;
            built.push(Built {
                audience: model.audience,
                path: path.display().to_string(),
                bytes: bytes.len(),
                hash,
                signed_by: key.as_ref().map(|key| key.public().key.id()),
                signed_on,
            });
        }
        if key.is_none() {
            anstream::eprintln!(
                "note: nobody signed these bundles, so nothing loads them; sign with --key FILE"
            );
        }
        let bundles = built.into_iter().map(File::Bundle);
        let files: Vec<File> = bundles.chain(self.help(&compiled)?).collect();
        let mut out = anstream::stdout().lock();
        if json {
            let text = serde_json::to_string(&files).expect("plain data is JSON");
            writeln!(out, "{text}")?;
            return Ok(());
        }
        for file in &files {
            match file {
                File::Bundle(Built {
                    path,
                    bytes,
                    hash,
                    signed_by,
                    ..
                }) => {
                    let signed = signed_by.as_deref().unwrap_or("nobody");
                    writeln!(
                        out,
                        "{path}  {bytes} bytes  sha256 {hash}  signed by {signed}"
                    )?;
                }
                File::Help(Written { path, bytes, .. }) => {
                    writeln!(out, "{path}  {bytes} bytes")?;
                }
            }
        }
        Ok(())
    }

    /// Writes the help texts, where they are asked for.
    fn help(&self, compiled: &Compiled) -> Result<Vec<File>, Failure> {
        let Some(folder) = &self.help_texts else {
            return Ok(Vec::new());
        };
        fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
        let all = HelpTexts::of(compiled).into_iter();
        all.map(|texts| {
            let (path, text) = (folder.join(texts.file_name()), texts.to_json());
            fs::write(&path, &text).map_err(|error| unwritable(&path, &error))?;
            Ok(File::Help(Written {
                help_texts: texts.locale,
                path: path.display().to_string(),
                bytes: text.len(),
            }))
        })
        .collect()
    }
}
