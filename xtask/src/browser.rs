//! Finds the browser that the tests run in, or installs it where that is simple.
//!
//! Only as root on Debian is anything installed; anywhere else a missing browser is the user's to install, and the
//! message says how. Test tools download no browser of their own.

use std::env;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::tools::{capture, command, execute, find_program, root, title};

/// A browser and its WebDriver.
pub(crate) struct Browser {
    pub(crate) program: PathBuf,
    pub(crate) driver: PathBuf,
}

const NAMES: &[&str] = &[
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];
const MAC: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";
const DEBIAN_PACKAGES: &[&str] = &["chromium", "chromium-driver", "fonts-noto-cjk"];

/// Switches for a test machine: no sandbox inside the sandbox of a container, and no calls home, which would be
/// refused or slow the start where the network is closed.
const SWITCHES: &[&str] = &[
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// Finds the browser, installing it when it is missing and that is possible.
pub(crate) fn ensure() -> Result<Browser> {
    title("Find the browser");
    for name in ["CHROME", "CHROMEDRIVER"] {
        if let Some(path) = env::var_os(name).map(PathBuf::from)
            && !path.is_file()
        {
            bail!(
                "{name} names {}, which is no file\n  what to do: correct it, or unset it to use what is on the PATH",
                path.display()
            );
        }
    }
    if (program().is_none() || driver().is_none()) && can_install()? {
        install()?;
    }
    let how = "install Chromium and its WebDriver (Debian: `apt-get install chromium chromium-driver fonts-noto-cjk`; \
               elsewhere: Google Chrome and the ChromeDriver of the same version)";
    let Some(program) = program() else {
        bail!(
            "there is no browser to test with\n  what to do: {how}, or name one with CHROME=/path/to/browser"
        );
    };
    let Some(driver) = driver() else {
        bail!(
            "there is no ChromeDriver for {}\n  what to do: {how}, or name one with CHROMEDRIVER=/path/to/chromedriver",
            program.display()
        );
    };
    println!("  browser {}", program.display());
    println!("  driver  {}", driver.display());
    Ok(Browser { program, driver })
}

fn program() -> Option<PathBuf> {
    if let Some(named) = env::var_os("CHROME") {
        return Some(PathBuf::from(named));
    }
    NAMES
        .iter()
        .find_map(|name| find_program(name))
        .or_else(|| Some(PathBuf::from(MAC)).filter(|path| path.is_file()))
}

fn driver() -> Option<PathBuf> {
    if let Some(named) = env::var_os("CHROMEDRIVER") {
        return Some(PathBuf::from(named));
    }
    find_program("chromedriver")
}

fn can_install() -> Result<bool> {
    if env::var_os("CHROME").is_some() || env::var_os("CHROMEDRIVER").is_some() {
        return Ok(false);
    }
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let debian = release.lines().any(|line| line == "ID=debian");
    Ok(debian
        && find_program("apt-get").is_some()
        && capture(command("id").arg("-u"))?.trim() == "0")
}

fn install() -> Result<()> {
    println!(
        "  none found; installing Debian's packages: {}",
        DEBIAN_PACKAGES.join(", ")
    );
    let advice = "see apt's message above; without Debian's packages name a browser with CHROME and CHROMEDRIVER";
    execute(command("apt-get").args(["-q", "update"]), advice)?;
    execute(
        command("apt-get")
            .env("DEBIAN_FRONTEND", "noninteractive")
            .args(["-q", "-y", "install", "--no-install-recommends"])
            .args(DEBIAN_PACKAGES),
        advice,
    )
}

impl Browser {
    /// Writes the file that tells the runner of the WASM tests which browser to start and how.
    pub(crate) fn write_capabilities(&self) -> Result<PathBuf> {
        let folder = root().join("dist/.browser");
        fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let file = folder.join("webdriver.json");
        let capabilities = json!({
            "goog:chromeOptions": { "binary": self.program.display().to_string(), "args": SWITCHES }
        });
        fs::write(&file, capabilities.to_string())
            .with_context(|| format!("cannot write {}", file.display()))?;
        Ok(file)
    }
}
