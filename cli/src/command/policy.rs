//! Where policies come from: a pack that is compiled on the spot, or a bundle.
//!
//! A pack is source at hand, so nobody has to vouch for it. A bundle counts as
//! far as its signature does.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use precheck::units::Date;
use precheck::{
    Audience, Draft, Inspection, MAX_BYTES, Model, Policy, Problem, Purpose, ScenarioId, Trust,
};

use super::failure::Failure;
use super::{key, unreadable};
use crate::{Compiled, Pack, SecretKey, compile};

/// A policy, and whom to trust about it.
#[derive(Debug, Args)]
pub(super) struct PolicyArguments {
    /// A pack or a bundle.
    #[arg(long, value_name = "PACK|BUNDLE")]
    policy: PathBuf,
    /// Trusted public keys, which a bundle's signature is held against.
    #[arg(long, value_name = "FILE")]
    trust: Option<PathBuf>,
}

impl PolicyArguments {
    /// Loads the policy for an audience; without one, the server's projection
    /// of a pack, and a bundle as it is.
    pub(super) fn load(
        &self,
        audience: Option<Audience>,
        purpose: Purpose,
    ) -> Result<Policy, Failure> {
        load(&self.policy, self.trust.as_deref(), audience, purpose)
    }

    /// Loads another policy, or this one, as it stands for the server, to look
    /// at decisions of the past.
    pub(super) fn replay(&self, other: Option<&Path>) -> Result<Policy, Failure> {
        let path = other.unwrap_or(&self.policy);
        load(path, self.trust.as_deref(), None, Purpose::Replay)
    }
}

/// The purpose of whoever assesses for a day, without a memory of versions.
pub(super) fn on(today: Date) -> Purpose {
    Purpose::Decide {
        today,
        not_below: 0,
    }
}

/// The word for an audience.
pub(super) fn audience(audience: Audience) -> &'static str {
    match audience {
        Audience::Server => "server",
        Audience::Public => "public",
    }
}

/// Compiles the pack in a folder.
pub(super) fn compile_folder(folder: &Path) -> Result<Compiled, Failure> {
    Ok(read_and_compile(folder)?.1)
}

/// The same, with the source.
pub(super) fn read_and_compile(folder: &Path) -> Result<(Pack, Compiled), Failure> {
    if !folder.is_dir() {
        let text = format!(
            "`{}` is no folder; a pack is a folder with a `policy.toml`",
            folder.display()
        );
        return Err(Failure::usage("pack-missing", text));
    }
    let pack = Pack::read(folder).map_err(|problems| Failure::Pack(None, problems))?;
    match compile(&pack) {
        Ok(compiled) => Ok((pack, compiled)),
        Err(problems) => Err(Failure::Pack(Some(pack), problems)),
    }
}

/// The bundle of a model, signed or not, and its hash. What is signed has been
/// loaded again: a bundle that nobody could load is not written.
pub(super) fn bundle(
    model: &Model,
    signer: Option<(&SecretKey, Date)>,
) -> Result<(Vec<u8>, String), Failure> {
    let refused = |problems| bundle_problems(Path::new("the model"), problems);
    let policy = Policy::from_model(model.clone()).map_err(refused)?;
    let Some((key, day)) = signer else {
        let bytes = Draft::unsigned(model).map_err(|problem| refused(vec![problem]))?;
        return Ok((bytes, policy.hash()));
    };
    let bytes = key
        .sign(model, day)
        .map_err(|problem| Failure::failed(problem.code, problem.text))?;
    let trust = Trust {
        keys: &[*key.public()],
        audience: model.audience,
        purpose: Purpose::Replay,
    };
    let loaded = Policy::load(&bytes, &trust).map_err(refused)?;
    Ok((bytes, loaded.hash()))
}

/// Reads a bundle's bytes, and not many more than a bundle can have.
pub(super) fn read_bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes))
        .map_err(|error| unreadable(path, &error))?;
    Ok(bytes)
}

pub(super) fn bundle_problems(what: &Path, problems: Vec<Problem>) -> Failure {
    let text = format!("`{}` does not load as a bundle", what.display());
    Failure::Problems("bundle-problems", text, problems)
}

/// Loads a policy from a pack or a bundle.
pub(super) fn load(
    path: &Path,
    trust: Option<&Path>,
    audience: Option<Audience>,
    purpose: Purpose,
) -> Result<Policy, Failure> {
    let refused = |problems| bundle_problems(path, problems);
    if path.is_dir() {
        let compiled = compile_folder(path)?;
        let model = match audience {
            Some(Audience::Public) => compiled.public,
            Some(Audience::Server) | None => compiled.server,
        };
        return Policy::from_model(model).map_err(refused);
    }
    let bytes = read_bytes(path)?;
    let found = Inspection::of(&bytes);
    if let (Err(problem), None) = (&found, trust) {
        // What is no bundle needs no keys to be refused.
        return Err(refused(vec![problem.clone()]));
    }
    let Some(trust) = trust else {
        let text = format!(
            "a bundle counts as far as its signature does; say --trust FILE with the public keys \
             that `{}` may be signed with",
            path.display()
        );
        return Err(Failure::usage("trust-missing", text));
    };
    let keys = key::read_trusted(trust)?;
    let trust = Trust {
        keys: &keys,
        audience: audience
            .or_else(|| found.ok().map(|found| found.model.audience))
            .unwrap_or(Audience::Server),
        purpose,
    };
    Policy::load(&bytes, &trust).map_err(refused)
}

/// The scenario with a name; without one, the only scenario.
pub(super) fn scenario(policy: &Policy, name: Option<&str>) -> Result<ScenarioId, Failure> {
    let scenarios = &policy.model().scenarios;
    let names = || {
        scenarios
            .iter()
            .map(|one| format!("`{}`", one.name))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let name = match (name, &scenarios[..]) {
        (Some(name), _) => name,
        (None, [only]) => &only.name,
        (None, _) => {
            let text = format!(
                "the policy has several scenarios; say --scenario with one of {}",
                names()
            );
            return Err(Failure::usage("scenario-missing", text));
        }
    };
    policy.scenario_id(name).ok_or_else(|| {
        let text = format!("no scenario `{name}`; the policy has {}", names());
        Failure::usage("scenario-unknown", text)
    })
}
