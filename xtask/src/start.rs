//! Builds everything and starts the service, from a fresh checkout, without asking anything.
//!
//! What can be missing is looked at first: nobody should wait for a compiler to hear that a port is taken.

use std::net::{Ipv4Addr, TcpListener};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::build::{self, PAGE, POLICIES, PUBLIC_KEY};
use crate::npm::ensure_node;
use crate::tools::{self, ensure_wasm_target, root, title, wrong_use};

const PORT: u16 = 8080;

/// The command `start`.
pub(crate) fn run(arguments: &[String]) -> Result<()> {
    let port = port(arguments)?;
    title("Look at what is there");
    ensure_free(port)?;
    println!("  port {port} is free");
    ensure_node()?;
    println!("  Node is new enough");
    ensure_wasm_target()?;
    println!("  Rust can build for WASM");
    println!("  the first build takes a few minutes, later ones seconds");
    build::everything()?;
    let precheck = tools::cli()?;

    title("Start the service");
    println!("  open  http://127.0.0.1:{port}/   (Ctrl-C stops it; its data is in ./data)\n");
    let mut service = Command::new(precheck);
    service.current_dir(root()).args([
        "serve",
        "--listen",
        &format!("127.0.0.1:{port}"),
        "--data",
        "./data",
        "--www",
        PAGE,
        "--bundles",
        POLICIES,
        "--trust",
        PUBLIC_KEY,
        "--demo",
        "--sandbox",
    ]);
    become_process(&mut service)
}

/// Replaces this process, so that the service itself gets Ctrl-C and every other signal.
#[cfg(unix)]
fn become_process(service: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt as _;
    Err(service.exec()).context("could not start the service")
}

#[cfg(not(unix))]
fn become_process(service: &mut Command) -> Result<()> {
    let status = service.status().context("could not start the service")?;
    if !status.success() {
        bail!("the service stopped ({status}); see its message above");
    }
    Ok(())
}

fn port(arguments: &[String]) -> Result<u16> {
    let value = match arguments {
        [] => return Ok(PORT),
        [flag, value] if flag == "--port" => value,
        [flag] if flag.starts_with("--port=") => &flag["--port=".len()..],
        _ => return Err(wrong_use("`start` takes only `--port N`")),
    };
    match value.parse() {
        Ok(port) if port != 0 => Ok(port),
        _ => Err(wrong_use(format!(
            "`{value}` is no port; one is 1 to 65535"
        ))),
    }
}

fn ensure_free(port: u16) -> Result<()> {
    let Err(error) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) else {
        return Ok(());
    };
    let other = if port == PORT { PORT + 1 } else { PORT };
    bail!(
        "cannot listen on 127.0.0.1:{port}: {error}\n  what to do: stop the program that uses the port, or take \
         another one: cargo xtask start --port {other}"
    );
}

#[cfg(test)]
mod tests {
    use super::port;

    #[test]
    fn ports_on_the_command_line() {
        for (arguments, expected, why) in [
            (vec![], Some(8080), "the default"),
            (vec!["--port", "8081"], Some(8081), "two words"),
            (vec!["--port=8081"], Some(8081), "one word"),
            (vec!["--port", "0"], None, "0 would be any port"),
            (vec!["--port", "65536"], None, "one past the last"),
            (vec!["8081"], None, "a flag is needed"),
        ] {
            let arguments: Vec<String> = arguments.into_iter().map(String::from).collect();
            assert_eq!(port(&arguments).ok(), expected, "{arguments:?}: {why}");
        }
    }
}
