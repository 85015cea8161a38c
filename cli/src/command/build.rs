//! `precheck build`: a pack becomes its two bundles.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use precheck::units::Date;
use serde::Serialize;

use super::failure::Failure;
use super::{key, parse_date, policy, today, unwritable};

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
        let mut out = anstream::stdout().lock();
        if json {
            let text = serde_json::to_string(&built).expect("plain data is JSON");
            writeln!(out, "{text}")?;
            return Ok(());
        }
        for one in &built {
            let Built {
                path, bytes, hash, ..
            } = one;
            let signed = one.signed_by.as_deref().unwrap_or("nobody");
            writeln!(
                out,
                "{path}  {bytes} bytes  sha256 {hash}  signed by {signed}"
            )?;
        }
        Ok(())
    }
}
