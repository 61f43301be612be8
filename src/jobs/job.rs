//! What a job is: its name, its pace, what one run works on, and how a run ends.

mod pace;

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use serde::Serialize;

use super::work::Work;
use crate::db::queue::Lease;
use crate::error::{Error, Result};
use crate::model::Timestamp;
use crate::state::AppState;

pub use pace::{Backoff, Pace};

/// A kind of background work. The runner claims, leases, puts back, logs and counts; a job only does its work.
pub trait Job: Send + Sync + 'static {
    /// The job's name, which is its file's: in the log, in metrics and in the table `jobs`.
    const KIND: &'static str;
    const PACE: Pace;
    /// What one run works on: a row that was claimed for it, or `()` for a job that looks for its work itself.
    type Work: Work;

    /// Does the work once. Safe to run twice and on any process.
    fn run(&self, ctx: &Ctx<'_, Self::Work>) -> impl Future<Output = Outcome> + Send;
}

/// How a run ended.
#[derive(Debug)]
pub enum Outcome {
    /// The work is over. A row that keeps something rests with it until it is planned again; any other is removed.
    Done,
    /// Not over: to be run again at a time of the job's own choice. With a reason it counts as a failure, and tries go on being
    /// counted; without one they are counted anew.
    Again { at: Timestamp, reason: Option<String> },
    /// To be run again after the pause of `Pace::backoff`.
    Failed { reason: Error },
}

impl From<Result<Outcome>> for Outcome {
    fn from(result: Result<Outcome>) -> Self {
        result.unwrap_or_else(|reason| Outcome::Failed { reason })
    }
}

impl From<Result<()>> for Outcome {
    fn from(result: Result<()>) -> Self {
        result.map(|()| Outcome::Done).into()
    }
}

/// What a run is given, and what it leaves for the runner.
pub struct Ctx<'a, W> {
    pub state: &'a AppState,
    pub work: &'a W,
    lease: &'a str,
    items: AtomicU64,
    is_closed: AtomicBool,
    kept: Mutex<Option<String>>,
}

impl<'a, W> Ctx<'a, W> {
    pub(super) fn new(state: &'a AppState, work: &'a W, lease: &'a Lease) -> Self {
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

    pub(super) fn items(&self) -> u64 {
        self.items.load(Ordering::Relaxed)
    }

    pub(super) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Relaxed)
    }

    pub(super) fn into_kept(self) -> Option<String> {
        self.kept.into_inner().ok().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_their_longest_or_end() {
        let doubled = Backoff::Doubled { first_millis: 10, millis_max: 35 };
        assert_eq!([0, 1, 2, 3, 99].map(|attempts| doubled.pause_millis(attempts)), [10, 10, 20, 35, 35].map(Some));
        let steps = Backoff::Steps(&[5, 30]);
        assert_eq!([1, 2, 3].map(|attempts| steps.pause_millis(attempts)), [Some(5), Some(30), None]);
    }
}
