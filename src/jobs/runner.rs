//! Runs jobs: finds what is due, claims it under a lease, has the job do it, puts it back or takes it away, logs and counts.
//!
//! Any number of processes run the same jobs. A worker that dies leaves its rows to others when their leases end; one that lost its
//! lease writes nothing. A run that fails or panics is its own row's matter: it is tried again after a pause, and the others go on.

mod ending;

use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::pin::pin;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use super::job::{Ctx, Job, Outcome};
use super::loops::roused;
use super::work::{Due, InHand, Work};
use futures::future::{Fuse, FusedFuture};
use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt};

use crate::db::queue::Lease;
use crate::error::{Error, Result};
use crate::keys::random_text;
use crate::model::Timestamp;
use crate::state::AppState;
use ending::Ending;

const LEASE_BYTES: usize = 12;
const REASON_CHARS_MAX: usize = 500;
/// How often each process looks for rows that a clock which was set back since holds up, besides at its start and whenever its
/// own clock goes back.
const THOROUGH_MILLIS: i64 = 10 * Timestamp::MINUTE;
/// What is kept of a fault of our own; its cause is in the log.
const OWN_FAULT: &str = "something went wrong on our side; see the log";

/// What one process remembers of its passes.
#[derive(Default)]
pub struct JobsRuntime {
    looks: Mutex<HashMap<&'static str, Look>>,
}

struct Look {
    seen_at: Timestamp,
    thorough_at: Timestamp,
}

impl JobsRuntime {
    /// Whether a pass that starts now looks at every row that waits.
    fn must_be_thorough(&self, kind: &'static str, now: Timestamp) -> bool {
        let Ok(mut looks) = self.looks.lock() else { return true };
        let Some(look) = looks.get_mut(kind) else { return true };
        let is_back = now < look.seen_at;
        look.seen_at = now;
        is_back || now.0 - look.thorough_at.0 >= THOROUGH_MILLIS
    }

    fn note_thorough(&self, kind: &'static str, now: Timestamp) {
        if let Ok(mut looks) = self.looks.lock() {
            looks.insert(kind, Look { seen_at: now, thorough_at: now });
        }
    }
}

/// What one pass came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Runs.
    pub runs: usize,
    /// Runs whose work is over.
    pub done: usize,
    /// What the runs say they have done.
    pub items: u64,
}

/// Runs a job until nothing of it is due.
pub async fn run_due<J: Job>(state: &AppState, job: &J) -> Result<Tally> {
    let started_at = state.clock.now();
    let is_thorough = state.jobs.must_be_thorough(J::KIND, started_at);
    let pass = Pass { state, job, runs: AtomicUsize::new(0), done: AtomicUsize::new(0), items: AtomicU64::new(0) };
    let lease = take_lease::<J>(state, random_text(LEASE_BYTES)?, is_thorough);
    match J::Work::find(state, J::KIND, &lease, &J::PACE, &InHand::default()).await? {
        Due::Claimed(rows) if rows.is_empty() => {}
        Due::Claimed(rows) => pass.work_off(rows, lease).await?,
        Due::LanesFull => {}
        Due::Lanes(lanes) => pass.work_off_lanes(lanes, &lease).await?,
        Due::Once(work) => drop(pass.run(work, &lease).await?),
    }
    if is_thorough {
        state.jobs.note_thorough(J::KIND, started_at);
    }
    Ok(pass.tally())
}

fn take_lease<J: Job>(state: &AppState, name: String, is_thorough: bool) -> Lease {
    let now = state.clock.now();
    Lease { is_thorough, ..Lease::new(name, now, now.plus_millis(J::PACE.lease_millis)) }
}

/// What a look for more came to.
enum More<W> {
    Rows(Vec<W>, Lease),
    LanesFull,
}

struct Pass<'a, J> {
    state: &'a AppState,
    job: &'a J,
    runs: AtomicUsize,
    done: AtomicUsize,
    items: AtomicU64,
}

impl<J: Job> Pass<'_, J> {
    /// Runs what was claimed, and claims more whenever there is room, until nothing is due: a run that takes its time holds up
    /// nothing but its own place. What is claimed is worked off also when something fails.
    async fn work_off(&self, rows: Vec<J::Work>, lease: Lease) -> Result<()> {
        let (is_thorough, mut is_dry, mut are_lanes_full) = (lease.is_thorough, J::PACE.is_all(rows.len()), false);
        let (mut in_hand, mut running, mut first_failure) = (InHand::default(), FuturesUnordered::new(), Ok(()));
        let mut claimed = in_hand.take_all(rows, lease);
        let mut claiming = pin!(Fuse::terminated());
        loop {
            while running.len() < J::PACE.at_once
                && let Some((row, lease)) = claimed.pop_front()
            {
                running.push(async move { (row.lane(), self.run(row, &lease).await) });
            }
            // Beside the runs: none of them waits for it, and what it waits for may be theirs.
            let has_room = claimed.is_empty() && running.len() < J::PACE.at_once && !are_lanes_full;
            if has_room && !is_dry && first_failure.is_ok() && claiming.is_terminated() {
                claiming.set(self.claim_more(is_thorough, in_hand.clone()).fuse());
            }
            if running.is_empty() && claiming.is_terminated() {
                return first_failure;
            }
            tokio::select! {
                Some((lane, result)) = running.next(), if !running.is_empty() => {
                    in_hand.leave(lane);
                    are_lanes_full = false;
                    // Something may have become due while the last one ran.
                    is_dry &= !running.is_empty();
                    first_failure = first_failure.and(Result::map(result, drop));
                }
                found = &mut claiming, if !claiming.is_terminated() => match found {
                    Ok(More::Rows(rows, lease)) => {
                        is_dry = rows.is_empty() || J::PACE.is_all(rows.len());
                        claimed = in_hand.take_all(rows, lease);
                    }
                    Ok(More::LanesFull) => are_lanes_full = !running.is_empty(),
                    Err(failure) => first_failure = Err(failure),
                },
                // What has just come need not wait for what runs.
                () = roused(self.state, J::PACE.wake), if first_failure.is_ok() && claiming.is_terminated() => {
                    (is_dry, are_lanes_full) = (false, false);
                }
            }
        }
    }

    async fn claim_more(&self, is_thorough: bool, in_hand: InHand) -> Result<More<J::Work>> {
        let lease = take_lease::<J>(self.state, random_text(LEASE_BYTES)?, is_thorough);
        Ok(match J::Work::find(self.state, J::KIND, &lease, &J::PACE, &in_hand).await? {
            Due::Claimed(rows) => More::Rows(rows, lease),
            Due::LanesFull => More::LanesFull,
            Due::Lanes(_) | Due::Once(_) => More::Rows(Vec::new(), lease),
        })
    }

    async fn work_off_lanes(&self, lanes: Vec<Vec<String>>, lease: &Lease) -> Result<()> {
        let lanes = lanes.into_iter().map(|keys| self.work_off_lane(keys, lease));
        let results: Vec<Result<()>> = futures::stream::iter(lanes).buffer_unordered(J::PACE.at_once).collect().await;
        results.into_iter().collect()
    }

    async fn work_off_lane(&self, keys: Vec<String>, lease: &Lease) -> Result<()> {
        let mut failures = 0;
        for key in keys {
            // The time a row is held for begins with its own turn.
            let lease = take_lease::<J>(self.state, lease.name.clone(), lease.is_thorough);
            let Some(row) = J::Work::claim(self.state, &key, &lease).await? else { continue };
            failures += usize::from(!self.run(row, &lease).await?);
            if failures == J::PACE.lane_failures_max {
                break;
            }
        }
        Ok(())
    }

    /// Runs the job once and leaves its work as the outcome says; false when it failed.
    async fn run(&self, work: J::Work, lease: &Lease) -> Result<bool> {
        let ctx = Ctx::new(self.state, &work, lease);
        // What a run held when it panicked was undone; its row is put back.
        let outcome = AssertUnwindSafe(self.job.run(&ctx)).catch_unwind().await.unwrap_or_else(|_| {
            count_panic(J::KIND);
            Outcome::Failed { reason: Error::internal("the run panicked") }
        });
        let (items, is_closed) = (ctx.items(), ctx.is_closed());
        let ending = Ending::of::<J>(outcome, work.attempts(), self.state.clock.now());
        ending.log::<J>(&work, items);
        let (is_done, is_success, label) = (ending.is_done(), ending.is_success(), ending.label());
        let is_ours = match is_done && is_closed {
            true => true,
            false => work.release(self.state, lease, ending.into_release(ctx.into_kept())).await?,
        };
        if !is_ours {
            tracing::warn!(job = J::KIND, work = work.name(), "another worker has taken the work over; nothing was written");
        }
        let label = if is_ours { label } else { "lost" };
        metrics::counter!("purser_job_runs_total", "job" => J::KIND, "outcome" => label).increment(1);
        metrics::counter!("purser_job_items_total", "job" => J::KIND).increment(items);
        self.runs.fetch_add(1, Ordering::Relaxed);
        self.items.fetch_add(items, Ordering::Relaxed);
        self.done.fetch_add(usize::from(is_done && is_ours), Ordering::Relaxed);
        Ok(is_success)
    }

    fn tally(&self) -> Tally {
        let [runs, done] = [&self.runs, &self.done].map(|count| count.load(Ordering::Relaxed));
        Tally { runs, done, items: self.items.load(Ordering::Relaxed) }
    }
}

/// Counts a panic, of a run or of a whole pass.
pub(super) fn count_panic(kind: &'static str) {
    metrics::counter!("purser_worker_panics_total", "loop" => kind).increment(1);
}
