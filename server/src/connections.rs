//! Connections: accepting, limiting and ending them.
//!
//! `axum::serve` waits for ever on slow headers and takes any number of
//! connections; this loop has limits for both. A connection that idles between
//! requests is one that is slow with its next headers, and ends the same way.
//! TLS and HTTP/2 are the business of whatever stands in front.

use std::convert::Infallible;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::response::Response;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::Service;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;

/// How many connections are served at once; of more, see [`SPARE`].
const MOST: usize = 1024;
/// More connections that are taken when all places are: whoever comes then is
/// told at once to come back, or has a right, or asks how the service is.
const SPARE: usize = 128;
/// How long the headers of a request may take, and a connection may idle.
const HEADER_PATIENCE: Duration = Duration::from_secs(10);
/// The largest head of a request, in bytes.
const HEAD_BYTES: usize = 32 * 1024;
/// How long requests in flight get when the service ends.
pub(crate) const FAREWELL: Duration = Duration::from_secs(20);
/// How long to wait when the system has no connection to give.
const PAUSE: Duration = Duration::from_millis(100);

/// At most so often a connection beyond [`MOST`] is taken: each costs more than
/// telling somebody on one that is there.
const SPARE_PACE: Duration = Duration::from_millis(1);
/// How long a connection is not read on after its caller was told to come back
/// later. Whoever does as told never notices; whoever does not cannot keep the
/// service busy with saying it again.
const REST: Duration = Duration::from_millis(200);

/// The connection that a request came on, as far as that matters for the load.
#[derive(Debug, Clone)]
pub(crate) struct Origin(Arc<OriginState>);

#[derive(Debug)]
struct OriginState {
    /// Where it comes from.
    address: IpAddr,
    /// Whether it is one beyond [`MOST`].
    is_spare: bool,
    /// Until when it is not read on.
    rests: Mutex<Option<Instant>>,
}

impl Origin {
    fn new(is_spare: bool, address: IpAddr) -> Origin {
        Origin(Arc::new(OriginState {
            address,
            is_spare,
            rests: Mutex::new(None),
        }))
    }

    /// Where it comes from.
    pub(crate) fn address(&self) -> IpAddr {
        self.0.address
    }

    /// Whether it is a connection beyond all places.
    pub(crate) fn is_spare(&self) -> bool {
        self.0.is_spare
    }

    /// The caller was told to come back later.
    pub(crate) fn was_told(&self, now: Instant) {
        *self.rests() = Some(now + REST);
    }

    /// How long the next request has to wait for having come too soon.
    pub(crate) fn rest(&self, now: Instant) -> Option<Duration> {
        let until = self.rests().take()?;
        let rest = until.saturating_duration_since(now);
        (!rest.is_zero()).then_some(rest)
    }

    fn rests(&self) -> MutexGuard<'_, Option<Instant>> {
        // A moment is whole after every assignment.
        self.0.rests.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Answers the requests of one connection, and says which it is.
struct Answering {
    origin: Origin,
    router: TowerToHyperService<Router>,
}

impl Service<Request<Incoming>> for Answering {
    type Response = Response;
    type Error = Infallible;
    type Future = <TowerToHyperService<Router> as Service<Request<Incoming>>>::Future;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        request.extensions_mut().insert(self.origin.clone());
        self.router.call(request)
    }
}

/// Whether a service is about to stop, and how long that takes.
#[derive(Debug, Clone)]
pub(crate) struct Stopping {
    is_set: Arc<AtomicBool>,
    drain: Duration,
}

impl Stopping {
    /// Not yet; and then for a while.
    pub(crate) fn new(drain: Duration) -> Stopping {
        Stopping {
            is_set: Arc::new(AtomicBool::new(false)),
            drain,
        }
    }

    /// Whether it is.
    pub(crate) fn is_set(&self) -> bool {
        self.is_set.load(Ordering::Acquire)
    }

    /// Begins, and returns when nothing more may be accepted.
    async fn begin(&self) {
        self.is_set.store(true, Ordering::Release);
        tokio::time::sleep(self.drain).await;
    }
}

/// What is done when files are to be read again.
#[derive(Clone)]
struct Reload(Arc<dyn Fn() + Send + Sync>);

impl fmt::Debug for Reload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reload")
    }
}

/// A running service.
///
/// Dropping it ends the service as [`Running::stop`] does, without waiting.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
    reload: Option<Reload>,
}

impl Running {
    /// Begins to answer; `closing` is what is left to do when all is answered.
    pub(crate) fn start(
        listener: TcpListener,
        address: SocketAddr,
        router: Router,
        stopping: Stopping,
        closing: impl Future<Output = ()> + Send + 'static,
    ) -> Running {
        let (stop, mut stopped) = watch::channel(false);
        let (end, ended) = watch::channel(false);
        tokio::spawn(async move {
            // Told, or nobody is there any more who could tell.
            let _ = stopped.changed().await;
            stopping.begin().await;
            // The service may have ended by itself.
            let _ = end.send(true);
        });
        let task = tokio::spawn(async move {
            serve(listener, router, ended).await;
            closing.await;
            tracing::info!("stopped");
        });
        Running {
            address,
            stop,
            task,
            reload: None,
        }
    }

    /// Says what [`Running::reload`] does.
    pub(crate) fn on_reload(self, reload: impl Fn() + Send + Sync + 'static) -> Running {
        Running {
            reload: Some(Reload(Arc::new(reload))),
            ..self
        }
    }

    /// Reads the file of callers again. One that does not fit is told in the
    /// log, and changes nothing.
    pub fn reload(&self) {
        if let Some(Reload(reload)) = &self.reload {
            reload();
        }
    }

    /// The address that it listens on, with the real port.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Waits for Ctrl-C or SIGTERM, then ends gracefully: no new connections,
    /// requests in flight are answered, the database is closed. SIGHUP does what
    /// [`Running::reload`] does.
    ///
    /// # Errors
    ///
    /// When the process cannot listen for signals; the service has ended then.
    pub async fn wait(self) -> std::io::Result<()> {
        let signal = signal(&self).await;
        self.stop().await;
        signal
    }

    /// Ends gracefully now.
    pub async fn stop(self) {
        // Nobody listens any more when the service has ended by itself.
        let _ = self.stop.send(true);
        if self.task.await.is_err() {
            tracing::error!("the service ended abnormally");
        }
    }
}

#[cfg(unix)]
async fn signal(running: &Running) -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    loop {
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => return interrupted,
            _ = terminate.recv() => return Ok(()),
            _ = hang_up.recv() => running.reload(),
        }
    }
}

#[cfg(not(unix))]
async fn signal(_: &Running) -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

/// Accepts until told to stop, then waits for requests in flight.
async fn serve(listener: TcpListener, router: Router, mut stopped: watch::Receiver<bool>) {
    let graceful = GracefulShutdown::new();
    let (places, spare) = (Semaphore::new(MOST), Semaphore::new(SPARE));
    let (places, spare) = (Arc::new(places), Arc::new(spare));
    loop {
        let accepted = async {
            let (place, is_spare) = tokio::select! {
                biased;
                place = Arc::clone(&places).acquire_owned() => (place, false),
                place = Arc::clone(&spare).acquire_owned() => (place, true),
            };
            (place, is_spare, listener.accept().await)
        };
        let (mut place, mut is_spare, accepted) = tokio::select! {
            _ = stopped.changed() => break,
            accepted = accepted => accepted,
        };
        if is_spare && let Ok(free) = Arc::clone(&places).try_acquire_owned() {
            // One became free while nobody came.
            (place, is_spare) = (Ok(free), false);
        }
        match accepted {
            Ok((stream, peer)) => {
                let origin = Origin::new(is_spare, peer.ip());
                let connection = graceful.watch(connection(stream, router.clone(), origin));
                tokio::spawn(async move {
                    // Errors are callers that left, stalled or sent no HTTP.
                    let _ = connection.await;
                    drop(place);
                });
                if is_spare {
                    tokio::time::sleep(SPARE_PACE).await;
                }
            }
            Err(error) => {
                tracing::warn!(kind = %error.kind(), "cannot accept a connection");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(FAREWELL, graceful.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("requests in flight did not end in time");
    }
}

fn connection(
    stream: TcpStream,
    router: Router,
    origin: Origin,
) -> http1::Connection<TokioIo<TcpStream>, Answering> {
    // Answers are short and whole: nothing is gained by waiting for more.
    let _ = stream.set_nodelay(true);
    http1::Builder::new()
        .timer(TokioTimer::new())
        .keep_alive(!origin.is_spare())
        .header_read_timeout(HEADER_PATIENCE)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(
            TokioIo::new(stream),
            Answering {
                origin,
                router: TowerToHyperService::new(router),
            },
        )
}
