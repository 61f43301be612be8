//! What a job works with.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::db::jobs::Claimed;
use crate::db::queue::Lease;
use crate::error::{Error, Result};
use crate::state::AppState;

/// What a run is given, and what it leaves for the runner.
pub struct Ctx<'a, W> {
    pub state: &'a AppState,
    pub work: &'a W,
    lease: &'a str,
    items: AtomicU64,
    is_closed: AtomicBool,
    kept: Mutex<Option<String>>,
}

impl Ctx<'_, Claimed> {
    /// What the runs before this one kept.
    pub fn kept<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_str(&self.work.data).map_err(Error::internal)
    }
}

impl<'a, W> Ctx<'a, W> {
    pub(in super::super) fn new(state: &'a AppState, work: &'a W, lease: &'a Lease) -> Self {
        let (items, is_closed, kept) = (AtomicU64::new(0), AtomicBool::new(false), Mutex::new(None));
        Self { state, work, lease: &lease.name, items, is_closed, kept }
    }

    /// The lease the row is held by: a write that closes the row names it, and is undone when the row has another by then.
    pub fn lease(&self) -> &str {
        self.lease
    }

    /// Adds to what the run has done, for the log and metrics.
    pub fn count(&self, items: u64) {
        self.items.fetch_add(items, Ordering::Relaxed);
    }

    /// Says that the row was closed in the write of its effect, so that nothing is left for the runner.
    pub fn note_closed(&self) {
        self.is_closed.store(true, Ordering::Relaxed);
    }

    /// Keeps something for the next run, however this one ends.
    pub fn keep(&self, data: &impl Serialize) -> Result<()> {
        let data = serde_json::to_string(data).map_err(Error::internal)?;
        *self.kept.lock().map_err(|_| Error::internal("a run panicked"))? = Some(data);
        Ok(())
    }

    pub(in super::super) fn items(&self) -> u64 {
        self.items.load(Ordering::Relaxed)
    }

    pub(in super::super) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Relaxed)
    }

    pub(in super::super) fn into_kept(self) -> Option<String> {
        self.kept.into_inner().ok().flatten()
    }
}
