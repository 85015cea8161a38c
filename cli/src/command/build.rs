//! `precheck build` and `precheck inspect`.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::failure::Failure;
use super::{policy, unwritable};

/// Compile a policy pack into its server and public bundles.
#[derive(Debug, Args)]
pub(super) struct Build {
    /// The folder of the pack.
    pack: PathBuf,
    /// Where the bundles go.
    #[arg(long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
}

#[derive(Serialize)]
struct Built {
    audience: precheck::Audience,
    path: String,
    bytes: usize,
    hash: String,
}

impl Build {
    pub(super) fn run(&self, json: bool) -> Result<(), Failure> {
        let compiled = policy::compile_folder(&self.pack)?;
        let mut bundles = Vec::new();
        for model in [&compiled.server, &compiled.public] {
            bundles.push(policy::bundle(model)?);
        }
        fs::create_dir_all(&self.out).map_err(|error| unwritable(&self.out, &error))?;
        let mut built = Vec::new();
        for (bytes, policy) in &bundles {
            let model = policy.model();
            let audience = match model.audience {
                precheck::Audience::Server => "server",
                precheck::Audience::Public => "public",
            };
            let path = self.out.join(format!("{}.{audience}.bundle", model.pack));
            fs::write(&path, bytes).map_err(|error| unwritable(&path, &error))?;
            built.push(Built {
                audience: model.audience,
                path: path.display().to_string(),
                bytes: bytes.len(),
                hash: policy.hash(),
            });
        }
        let mut out = anstream::stdout().lock();
        if json {
            writeln!(
                out,
                "{}",
                serde_json::to_string(&built).expect("plain data is JSON")
            )?;
        } else {
            for Built {
                path, bytes, hash, ..
            } in &built
            {
                writeln!(out, "{path}  {bytes} bytes  sha256 {hash}")?;
            }
        }
        Ok(())
    }
}

/// Print what a bundle holds, as JSON.
#[derive(Debug, Args)]
pub(super) struct Inspect {
    /// The bundle.
    bundle: PathBuf,
}

impl Inspect {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let policy = policy::read_bundle(&self.bundle)?;
        let text = serde_json::to_string_pretty(policy.model()).expect("plain data is JSON");
        writeln!(anstream::stdout().lock(), "{text}")?;
        Ok(())
    }
}
