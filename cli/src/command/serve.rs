//! `precheck serve`: starts the decision service.

use std::fs;
use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use precheck::units::Date;
use precheck_server::{Config, DEMO_ACCOUNTS};

use super::failure::Failure;
use super::{parse_date, policy, unreadable};
use crate::{Compiled, compile, sample};

/// Serve decisions and the page.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Where decisions are kept.
    #[arg(long, value_name = "DIR", default_value = "./data")]
    data: PathBuf,
    /// The built page.
    #[arg(long, value_name = "DIR")]
    www: Option<PathBuf>,
    /// The pack; the sample product by default.
    #[arg(long, value_name = "PACK")]
    policy: Option<PathBuf>,
    /// Demo accounts as JSON, in place of the sample product's.
    #[arg(long, value_name = "FILE")]
    accounts: Option<PathBuf>,
    /// The day for every decision; today in Asia/Shanghai by default.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_date)]
    as_of: Option<Date>,
}

impl Serve {
    pub(super) fn run(&self, json: bool) -> Result<(), Failure> {
        let compiled = self.compiled()?;
        let (server_bundle, _) = policy::bundle(&compiled.server)?;
        let (public_bundle, _) = policy::bundle(&compiled.public)?;
        let config = Config {
            listen: self.listen,
            data: self.data.clone(),
            www: self.www.clone(),
            server_bundle,
            public_bundle,
            as_of: self.as_of,
            demo: Some(self.accounts()?),
        };
        tracing_subscriber::fmt()
            .with_writer(std::io::stderr)
            .init();
        precheck_server::hide_panic_messages();
        let runtime = tokio::runtime::Runtime::new().map_err(|error| {
            Failure::failed(
                "runtime-unavailable",
                format!("cannot start threads: {error}"),
            )
        })?;
        runtime.block_on(serve(config, json))
    }

    fn accounts(&self) -> Result<String, Failure> {
        match &self.accounts {
            Some(file) => fs::read_to_string(file).map_err(|error| unreadable(file, &error)),
            None => Ok(DEMO_ACCOUNTS.to_owned()),
        }
    }

    fn compiled(&self) -> Result<Compiled, Failure> {
        match &self.policy {
            Some(folder) => policy::compile_folder(folder),
            None => {
                let pack = sample::pack();
                compile(&pack).map_err(|problems| Failure::Pack(Some(pack), problems))
            }
        }
    }
}

async fn serve(config: Config, json: bool) -> Result<(), Failure> {
    let running = precheck_server::start(config)
        .await
        .map_err(|error| Failure::failed(error.code(), error.to_string()))?;
    let address = running.local_addr();
    {
        // Whoever started this may wait for the line; it must not hold the lock while serving.
        let mut out = anstream::stdout().lock();
        if json {
            writeln!(out, "{{\"listening\":\"{address}\"}}")?;
        } else {
            writeln!(out, "listening on http://{address}")?;
        }
        out.flush()?;
    }
    let ended = running.wait().await;
    ended.map_err(|error| Failure::failed("signals-unavailable", error.to_string()))
}
