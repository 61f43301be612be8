//! EDGE: listening, and what one connection may take: how many there are, how slow one may be, and how all of them end.

mod accept;
mod connection;
mod open;
mod watched;

use std::net::SocketAddr;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::config::ConnectionLimits;
use crate::error::{Error, Result};
use crate::idempotency;
use crate::jobs;
use crate::nhn;
use crate::router::router;
use crate::state::AppState;
use crate::vitals;
use accept::until;

pub use accept::accept;

/// How long requests in flight may take to finish once we are told to stop.
const DRAIN: Duration = Duration::from_secs(20);

/// Serves until SIGTERM or Ctrl-C; an error when something has died that only a new process brings back. `announce` is called
/// with the real address once we listen.
pub async fn serve(state: AppState, announce: impl FnOnce(SocketAddr)) -> Result<()> {
    let addr = state.config.addr;
    let listener = TcpListener::bind(addr).await.map_err(|error| Error::internal(format!("can't listen on {addr}: {error}")))?;
    idempotency::free_left_behind(&state).await?;
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(async move {
        wait_for_signal().await;
        stop.send_replace(true);
    });
    let addr = listener.local_addr().map_err(Error::internal)?;
    if state.config.simulator {
        state.stores.set_own_address(addr);
    }
    let mut limits = state.config.connections;
    fit_to_files(&mut limits);
    jobs::start(&state, stopped.clone());
    announce(addr);

    let died = tokio::select! {
        () = accept(listener, router(state.clone()), limits, stopped.clone()) => None,
        () = async { until(stopped).await; tokio::time::sleep(DRAIN).await } => {
            tracing::warn!("stopped with requests still open");
            None
        }
        cause = vitals::died(&state) => Some(cause),
    };
    if let Err(error) = nhn::flush_calls(&state).await {
        tracing::error!(%error, "the last calls were not added up");
    }
    state.db.close().await;
    match died {
        Some(cause) => Err(Error::internal(cause)),
        None => {
            tracing::info!("stopped");
            Ok(())
        }
    }
}

async fn wait_for_signal() {
    let mut terminate = match signal(SignalKind::terminate()) {
        Ok(terminate) => terminate,
        Err(error) => return tracing::error!(%error, "can't listen for SIGTERM"),
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    tracing::info!("stopping: finishing open requests");
}

/// Databases, logs, the store's connections and those that are being closed.
const FILES_KEPT: u64 = 256;

/// Raises the limit of open files to the most the system lets us, and has no more connections than fit in it.
pub(super) fn fit_to_files(limits: &mut ConnectionLimits) {
    let before = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: before.maximum, maximum: before.maximum });
    let files = if raised.is_ok() { before.maximum } else { before.current };
    // No number means no limit.
    let Some(files) = files else { return };
    let most =
        usize::try_from(files.saturating_sub(FILES_KEPT)).unwrap_or(usize::MAX).max(usize::try_from(files / 2).unwrap_or(1));
    if limits.connections_max > most {
        tracing::warn!(files, connections = most, "fewer connections than configured: the system's limit of open files is lower");
        limits.connections_max = most;
    }
}
