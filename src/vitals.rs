//! USE CASE: whether this process can do its work, and whether only a new one could. May call `db`.

use std::path::Path;

use tokio::sync::watch;

use crate::error::Result;
use crate::state::AppState;

const MEGABYTE: u64 = 1_000_000;

/// What has died of the process's own loops.
pub struct Vitals {
    stopped: watch::Sender<Option<&'static str>>,
}

impl Default for Vitals {
    fn default() -> Self {
        Self { stopped: watch::Sender::new(None) }
    }
}

impl Vitals {
    /// Notes that a background loop has ended which should go on for ever.
    pub fn note_stopped(&self, name: &'static str) {
        tracing::error!(name, "a background loop has stopped");
        self.stopped.send_replace(Some(name));
    }
}

/// Waits until something has died that only a new process brings back; gives what.
pub async fn died(state: &AppState) -> String {
    let mut stopped = state.vitals.stopped.subscribe();
    tokio::select! {
        cause = state.db.until_lost() => cause.to_owned(),
        name = stopped.wait_for(Option::is_some) => {
            let name = name.ok().and_then(|name| *name).unwrap_or_default();
            format!("the background loop \"{name}\" has stopped")
        }
    }
}

/// Why this process should get no requests; none when it can answer them.
pub async fn find_ailment(state: &AppState) -> Option<&'static str> {
    if state.vitals.stopped.borrow().is_some() {
        return Some("a background loop has stopped");
    }
    if let Some(cause) = state.db.lost() {
        return Some(cause);
    }
    if let Err(error) = state.db.ping().await {
        tracing::error!(%error, "not ready");
        return Some("the database does not answer");
    }
    if is_disk_nearly_full(state).await {
        return Some("the disk is nearly full");
    }
    if state.db.check_writes(state.clock.now()).await.is_err() {
        return Some("writes fail");
    }
    None
}

/// Only SQLite's disk is ours to look at.
async fn is_disk_nearly_full(state: &AppState) -> bool {
    let Some(file) = state.config.sqlite_file() else { return false };
    let free = tokio::task::spawn_blocking(move || free_bytes(file.parent().unwrap_or(Path::new("."))));
    match free.await {
        Ok(Ok(free)) => free < state.config.disk_free_min_mb.saturating_mul(MEGABYTE),
        // Who can't look knows nothing, and writes tell.
        Ok(Err(error)) => {
            tracing::warn!(%error, "the free space of the disk can't be told");
            false
        }
        Err(_) => false,
    }
}

/// What a process without privileges may still fill.
fn free_bytes(folder: &Path) -> Result<u64> {
    // A file without a folder in its name is in the one we run in.
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let disk = rustix::fs::statvfs(folder).map_err(crate::error::Error::internal)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}
