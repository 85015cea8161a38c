//! Checks everything that a start needs, in the order in which it can fail
//! with the least done: bundles, page, address, database.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use precheck::units::Date;
use precheck::{Purpose, TrustedKey};
use tokio::net::TcpListener;

use crate::audit::KeySource;
use crate::callers::{Callers, Gate, Load};
use crate::clock::Moment;
use crate::connections::{FAREWELL, Running, Stopping};
use crate::embedding::Embedding;
use crate::error::StartError;
use crate::idempotency::Turns;
use crate::policies::{self, Candidate, Policies, Release};
use crate::routes::{self, Service};
use crate::store::{KeptRelease, PolicyVersion, Store};
use crate::upstreams::Upstreams;
use crate::watch::{self, Watch};

/// The demo accounts of the sample product; made up, nobody's.
pub const DEMO_ACCOUNTS: &str = include_str!("../demo/accounts.json");

/// The file that names the sources outside.
#[derive(Debug, Clone)]
pub struct Sources {
    /// Where it is: errors name it, and key files are looked for beside it.
    pub path: PathBuf,
    /// What it holds, in TOML.
    pub text: String,
}

/// What a service is started with.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen; port 0 picks a free one.
    pub listen: SocketAddr,
    /// The folder of the database; made if need be.
    pub data: PathBuf,
    /// The folder of the built page, if it is served.
    pub www: Option<PathBuf>,
    /// The bundle that decides.
    pub server_bundle: Vec<u8>,
    /// The bundle that browsers get; of the same policy.
    pub public_bundle: Vec<u8>,
    /// The keys that both may be signed with.
    pub trusted_keys: Vec<TrustedKey>,
    /// The day for which decisions are taken; `None` for today in Shanghai.
    pub as_of: Option<Date>,
    /// The demo accounts as a JSON list of `{ id, label, facts }`, such as
    /// [`DEMO_ACCOUNTS`]; `None` for a service without any.
    pub demo: Option<String>,
    /// The sources outside that are asked for facts; `None` where the accounts
    /// have all that is known.
    pub sources: Option<Sources>,
    /// Who may call.
    pub callers: Callers,
    /// How long the service still takes requests after it was told to stop,
    /// while `/readyz` says so: what a load balancer needs to notice.
    pub drain: Duration,
    /// Where the secret is that seals and signs what is kept.
    pub master_key: KeySource,
}

/// Starts the service. It answers when this has returned.
///
/// # Errors
///
/// Says what is wrong and what to do; nothing listens then.
pub async fn start(config: Config) -> Result<Running, StartError> {
    let Config {
        listen,
        data,
        www,
        server_bundle,
        public_bundle,
        trusted_keys,
        as_of,
        demo,
        sources,
        callers,
        drain,
        master_key,
    } = config;
    if matches!(callers, Callers::Demo) && !listen.ip().is_loopback() {
        return Err(StartError::DemoElsewhere { address: listen });
    }
    let gate = Gate::new(&callers)?;
    let now = Moment::now().ok_or(StartError::ClockUnusable)?;
    let today = as_of.unwrap_or_else(|| now.date());
    // The database knows which versions were seen, and is opened last.
    let purpose = Purpose::Decide {
        today,
        not_below: 0,
    };
    let release = Release::load(&server_bundle, &public_bundle, &trusted_keys, purpose)?;
    if let Some(path) = www.as_deref().filter(|path| !path.is_dir()) {
        return Err(StartError::PageMissing {
            path: path.to_owned(),
        });
    }
    let embedding = Embedding::read(www.as_deref())?;
    let upstreams = match &sources {
        Some(sources) => Upstreams::read(sources, &release.policy)?,
        None => Upstreams::default(),
    };
    let (listener, address) = bind(listen).await?;
    let model = release.policy.model();
    let version = PolicyVersion {
        pack: &model.pack,
        version: model.version,
        hash: &release.policy.hash(),
        bundle: &server_bundle,
        at: &now.to_string(),
    };
    let opened = Store::open(&data, version, demo.as_deref(), &master_key).await?;
    let (store, writer) = (opened.store, opened.task);
    let kept = |kept: KeptRelease, purpose| {
        Release::load(&kept.server, &kept.public, &trusted_keys, purpose).map_err(|unfit| {
            StartError::KeptPolicy {
                version: kept.version,
                source: Box::new(unfit.into()),
            }
        })
    };
    let release = match opened.later {
        Some(later) => kept(later, purpose)?,
        None => release,
    };
    let model = release.policy.model();
    let demo = demo.is_some();
    tracing::info!(%address, pack = model.pack, version = model.version, demo, "started");
    let policies = Policies::new(release, trusted_keys.clone(), sources);
    if let Some(candidate) = opened.candidate {
        let since = candidate.since;
        // It decides nothing, so a day outside its period is no reason not to start.
        match kept(candidate, Purpose::Replay) {
            Ok(release) => policies.put_beside(Some(Candidate::new(release, since))),
            Err(error) => tracing::warn!(%error, "there is no candidate any more"),
        }
    }
    let holds = store
        .holds()
        .await
        .map_err(|_| StartError::HoldsUnreadable)?;
    let lifted = store.lifted().await;
    let lifted = lifted.map_err(|_| StartError::HoldsUnreadable)?;
    let service = Arc::new(Service {
        policies,
        watch: Watch::new(holds, lifted),
        store,
        upstreams,
        turns: Turns::default(),
        as_of,
        demo,
        gate,
        stopping: Stopping::new(drain),
    });
    let router = routes::router(Arc::clone(&service), www.as_deref().map(Path::new));
    let router = embedding.layer(router);
    tokio::spawn(routes::watch(Arc::downgrade(&service)));
    tokio::spawn(policies::watch(Arc::downgrade(&service)));
    tokio::spawn(watch::follow(Arc::downgrade(&service)));
    Load::watch(Arc::downgrade(&service), |service| &service.gate.load)
        .map_err(|source| StartError::ThreadMissing { source })?;
    let (stopping, reloaded) = (service.stopping.clone(), Arc::downgrade(&service));
    let reload = move || {
        if let Some(service) = reloaded.upgrade() {
            service.gate.reload();
        }
    };
    let closing = async move {
        service.store.close().await;
        // The last one who could ask the writer: it finishes and ends.
        drop(service);
        if tokio::time::timeout(FAREWELL, writer).await.is_err() {
            tracing::error!("the database did not close in time");
        }
    };
    Ok(Running::start(listener, address, router, stopping, closing).on_reload(reload))
}

/// Listens on an address.
pub(crate) async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |source: std::io::Error| {
        if source.kind() == ErrorKind::AddrInUse {
            StartError::AddressTaken { address }
        } else {
            StartError::AddressUnusable { address, source }
        }
    };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}
