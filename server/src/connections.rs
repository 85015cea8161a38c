//! Connections: accepting, limiting and ending them.
//!
//! `axum::serve` waits for ever on slow headers and takes any number of
//! connections; this loop has limits for both. A connection that idles between
//! requests is one that is slow with its next headers, and ends the same way.
//! TLS and HTTP/2 are the business of whatever stands in front.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;

/// How many connections there are at most; more wait in the system's queue.
const MOST: usize = 1024;
/// How long the headers of a request may take, and a connection may idle.
const HEADER_PATIENCE: Duration = Duration::from_secs(10);
/// The largest head of a request, in bytes.
const HEAD_BYTES: usize = 32 * 1024;
/// How long requests in flight get when the service ends.
pub(crate) const FAREWELL: Duration = Duration::from_secs(20);
/// How long to wait when the system has no connection to give.
const PAUSE: Duration = Duration::from_millis(100);

/// A running service.
///
/// Dropping it ends the service as [`Running::stop`] does, without waiting.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Running {
    /// Begins to answer; `closing` is what is left to do when all is answered.
    pub(crate) fn start(
        listener: TcpListener,
        address: SocketAddr,
        router: Router,
        closing: impl Future<Output = ()> + Send + 'static,
    ) -> Running {
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(async move {
            serve(listener, router, stopped).await;
            closing.await;
            tracing::info!("stopped");
        });
        Running {
            address,
            stop,
            task,
        }
    }

    /// The address that it listens on, with the real port.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Waits for Ctrl-C or SIGTERM, then ends gracefully: no new connections,
    /// requests in flight are answered, the database is closed.
    ///
    /// # Errors
    ///
    /// When the process cannot listen for signals; the service has ended then.
    pub async fn wait(self) -> std::io::Result<()> {
        let signal = signal().await;
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
async fn signal() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn signal() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

/// Accepts until told to stop, then waits for requests in flight.
async fn serve(listener: TcpListener, router: Router, mut stopped: watch::Receiver<bool>) {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(MOST));
    loop {
        let accepted = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            _ = stopped.changed() => break,
            accepted = accepted => accepted,
        };
        match accepted {
            Ok((stream, _)) => {
                let connection = graceful.watch(connection(stream, router.clone()));
                tokio::spawn(async move {
                    // Errors are callers that left, stalled or sent no HTTP.
                    let _ = connection.await;
                    drop(place);
                });
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
) -> http1::Connection<TokioIo<TcpStream>, TowerToHyperService<Router>> {
    // Answers are short and whole: nothing is gained by waiting for more.
    let _ = stream.set_nodelay(true);
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_PATIENCE)
        .max_buf_size(HEAD_BYTES)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
}
