//! Where policies come from: a pack that is compiled on the spot, or a bundle.

use std::fs;
use std::path::Path;

use precheck::{Audience, MAX_BYTES, Model, Policy, ScenarioId, write_bundle};

use super::failure::Failure;
use super::unreadable;
use crate::{Compiled, Pack, compile};

/// Compiles the pack in a folder.
pub(super) fn compile_folder(folder: &Path) -> Result<Compiled, Failure> {
    if !folder.is_dir() {
        let text = format!(
            "`{}` is no folder; a pack is a folder with a `policy.toml`",
            folder.display()
        );
        return Err(Failure::usage("pack-missing", text));
    }
    let pack = Pack::read(folder).map_err(|problems| Failure::Pack(None, problems))?;
    compile(&pack).map_err(|problems| Failure::Pack(Some(pack), problems))
}

/// The bundle of a model, and the policy that the engine makes of it.
pub(super) fn bundle(model: &Model) -> Result<(Vec<u8>, Policy), Failure> {
    let bytes =
        write_bundle(model).map_err(|problem| bundle_problems("the model", vec![problem]))?;
    let policy = Policy::load(&bytes).map_err(|problems| bundle_problems("the model", problems))?;
    Ok((bytes, policy))
}

/// Loads a bundle.
pub(super) fn read_bundle(path: &Path) -> Result<Policy, Failure> {
    let size = fs::metadata(path)
        .map_err(|error| unreadable(path, &error))?
        .len();
    if size > MAX_BYTES as u64 {
        let text = format!("`{}` is larger than any bundle", path.display());
        return Err(Failure::failed("bundle-too-large", text));
    }
    let bytes = fs::read(path).map_err(|error| unreadable(path, &error))?;
    Policy::load(&bytes).map_err(|problems| bundle_problems(&path.display().to_string(), problems))
}

fn bundle_problems(what: &str, problems: Vec<precheck::Problem>) -> Failure {
    Failure::Problems(
        "bundle-problems",
        format!("`{what}` does not load as a bundle"),
        problems,
    )
}

/// Loads a policy for an audience from a pack or a bundle.
pub(super) fn load(path: &Path, audience: Option<Audience>) -> Result<Policy, Failure> {
    if path.is_dir() {
        let compiled = compile_folder(path)?;
        let model = match audience {
            Some(Audience::Public) => &compiled.public,
            Some(Audience::Server) | None => &compiled.server,
        };
        return Ok(bundle(model)?.1);
    }
    let policy = read_bundle(path)?;
    if audience.is_some_and(|wanted| wanted != policy.model().audience) {
        let text = format!("`{}` is the bundle of the other audience", path.display());
        return Err(Failure::usage("audience-other", text));
    }
    Ok(policy)
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
