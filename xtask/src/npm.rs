//! Node and the npm packages of the workspace.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::stamp::Stamp;
use crate::tools::{self, capture, command, execute, node, root};

const NODE_NEEDED: &str = "Node 20.19 or later, or 22.12 or later";

/// Refuses to go on without a Node that the tools of the page run on.
pub(crate) fn ensure_node() -> Result<()> {
    if tools::find_program("node").is_none() {
        bail!(
            "Node is not installed; the page and the WASM package need {NODE_NEEDED}\n  what to do: \
             install it from https://nodejs.org or with your package manager, and make sure that \
             `node` and `npm` are on the PATH"
        );
    }
    let version = capture(&mut node(&["--version"])).context("cannot ask Node for its version")?;
    let version = version.trim();
    if !is_new_enough(version) {
        bail!(
            "Node {version} is too old; the page and the WASM package need {NODE_NEEDED}\n  what to do: \
             install a newer one from https://nodejs.org or with your package manager"
        );
    }
    Ok(())
}

/// The range that Vite supports; it is the narrowest of the tools used.
fn is_new_enough(version: &str) -> bool {
    let mut parts = version.trim_start_matches('v').split('.').map(str::parse);
    let (Some(Ok(major)), Some(Ok(minor))) = (parts.next(), parts.next()) else {
        return false;
    };
    match (major, minor) {
        (20_u32, 19_u32..) | (22, 12..) => true,
        _ => major >= 23,
    }
}

/// Returns an npm command.
pub(crate) fn npm(arguments: &[&str]) -> Command {
    let mut command = command(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.args(arguments);
    // The tests use a browser of the system; no package may fetch its own.
    command.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    command
}

/// Installs the npm packages of the lock file when they are absent or the lock file changed.
pub(crate) fn ensure_packages() -> Result<()> {
    ensure_node()?;
    let root = root();
    let inputs: Vec<PathBuf> = [
        "package-lock.json",
        "package.json",
        "www/package.json",
        "tests/package.json",
    ]
    .iter()
    .map(|name| root.join(name))
    .collect();
    // npm writes this list last and removes it first; a folder without it is not whole.
    let outputs = [root.join("node_modules/.package-lock.json")];
    let stamp = Stamp::new(root.join("node_modules/.installed"), &inputs, &outputs)?;
    stamp.step("npm packages", || {
        execute(
            &mut npm(&["ci"]),
            "see npm's message above. Without a network, or with a registry that is not reachable, the page cannot be \
             built; if the lock file does not fit package.json, run `npm install` and commit package-lock.json",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::is_new_enough;

    #[test]
    fn node_versions() {
        for (version, expected, why) in [
            ("v20.19.0", true, "the oldest that Vite supports"),
            ("v20.18.3", false, "one minor before it"),
            ("v21.7.0", false, "odd versions never got it"),
            ("v22.11.0", false, "the first 22 without it"),
            ("v22.12.0", true, "the first 22 with it"),
            ("v24.0.0", true, "anything later"),
            ("v18.20.1", false, "too old"),
            ("nonsense", false, "no version at all"),
        ] {
            assert_eq!(is_new_enough(version), expected, "{version}: {why}");
        }
    }
}
