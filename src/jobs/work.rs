//! What jobs work on: the rows of a table that is worked by lease, or nothing in particular. Called by the runner alone.

use std::collections::{HashMap, VecDeque};

use super::job::Pace;
use crate::db::{self, jobs, notifications, queue::Lease, waiting_proofs};
use crate::error::Result;
use crate::model::{AppSeq, NotificationNo, Timestamp};
use crate::state::AppState;

/// How many rows of each lane one pass has in hand.
#[derive(Debug, Default, Clone)]
pub struct InHand(HashMap<i64, usize>);

impl InHand {
    /// Counts rows that were claimed; gives each with its lease.
    pub(super) fn take_all<W: Work>(&mut self, rows: Vec<W>, lease: Lease) -> VecDeque<(W, Lease)> {
        for row in &rows {
            *self.0.entry(row.lane()).or_default() += 1;
        }
        rows.into_iter().map(|row| (row, lease.clone())).collect()
    }

    pub(super) fn leave(&mut self, lane: i64) {
        if let Some(count) = self.0.get_mut(&lane) {
            *count = count.saturating_sub(1);
        }
    }

    /// How many more a lane takes; none before half of its places are free, so that each claim is of several.
    fn room(&self, lane: i64, pace: &Pace) -> usize {
        let taken = self.0.get(&lane).copied().unwrap_or_default();
        if taken > pace.of_lane_max / 2 { 0 } else { pace.of_lane_max - taken }
    }
}

/// Proofs of one app that one pass works through.
const PROOFS_OF_APP_MAX: i64 = 200;
/// More apps than have notifications waiting at any time.
const APPS_MAX: i64 = 1_000;

/// The work that is due.
pub enum Due<W> {
    /// The one run of a pass.
    Once(W),
    /// Rows that were claimed; when they are done more may be due.
    Claimed(Vec<W>),
    /// Rows are due whose lanes have no room until one of theirs is done.
    LanesFull,
    /// Keys of rows in lanes: each is claimed when its turn comes, one after the other in a lane, and lanes side by side.
    Lanes(Vec<Vec<String>>),
}

/// How a run leaves its work.
pub enum Release {
    /// It is over. With what is kept until it is planned again.
    Done { kept: Option<String> },
    /// It runs again; never when there is no time for it.
    Later { due_at: Option<Timestamp>, reason: Option<String>, kept: Option<String> },
}

/// What one run of a job works on.
pub trait Work: Send + Sync + Sized + 'static {
    /// Finds what is due and in nobody's hands.
    fn find(
        state: &AppState,
        kind: &'static str,
        lease: &Lease,
        pace: &Pace,
        in_hand: &InHand,
    ) -> impl Future<Output = Result<Due<Self>>> + Send;

    /// The lane it is in, for rows that are claimed together.
    fn lane(&self) -> i64 {
        0
    }

    /// Claims a row of a lane; none when somebody else has.
    fn claim(_state: &AppState, _key: &str, _lease: &Lease) -> impl Future<Output = Result<Option<Self>>> + Send {
        async { Ok(None) }
    }

    /// Puts it back or takes it away; false when the lease is no longer ours, and nothing was written.
    fn release(&self, state: &AppState, lease: &Lease, release: Release) -> impl Future<Output = Result<bool>> + Send;

    /// Which it is, for the log.
    fn name(&self) -> String;

    /// Runs so far, with the present one.
    fn attempts(&self) -> i64;
}

/// For a job that looks for its work itself, on each process.
impl Work for () {
    async fn find(_: &AppState, _: &'static str, _: &Lease, _: &Pace, _: &InHand) -> Result<Due<Self>> {
        Ok(Due::Once(()))
    }

    async fn release(&self, _: &AppState, _: &Lease, _: Release) -> Result<bool> {
        Ok(true)
    }

    fn name(&self) -> String {
        String::new()
    }

    fn attempts(&self) -> i64 {
        0
    }
}

/// A row of the table `jobs`.
impl Work for jobs::Claimed {
    async fn find(state: &AppState, kind: &'static str, lease: &Lease, pace: &Pace, _: &InHand) -> Result<Due<Self>> {
        state.db.write(async |tx| jobs::claim(tx, kind, lease, pace.claimed_max).await).await.map(Due::Claimed)
    }

    async fn release(&self, state: &AppState, lease: &Lease, release: Release) -> Result<bool> {
        let at = state.clock.now();
        let (data, error, due_at) = match release {
            Release::Done { kept: None } => {
                return state.db.write(async |tx| jobs::delete(tx, self, &lease.name).await).await;
            }
            Release::Done { kept } => (kept, None, None),
            Release::Later { due_at, reason, kept } => (kept, reason, due_at),
        };
        let data = data.as_deref().unwrap_or(&self.data);
        let released = jobs::Released { data, error: error.as_deref(), due_at };
        state.db.write(async |tx| jobs::release(tx, self, &lease.name, released, at).await).await
    }

    fn name(&self) -> String {
        self.subject.clone()
    }

    fn attempts(&self) -> i64 {
        self.attempts
    }
}

/// A notification of a store; its job closes it in the write of its effect. Apps take turns: many notifications of one, or a store
/// that hangs, hold up no other's.
impl Work for notifications::Claimed {
    async fn find(state: &AppState, _: &'static str, lease: &Lease, pace: &Pace, in_hand: &InHand) -> Result<Due<Self>> {
        let mut tx = state.db.read().await?;
        let apps_max = if lease.is_thorough { APPS_MAX } else { 2 * pace.claimed_max };
        let mut apps = notifications::list_due_apps(&mut tx, lease, apps_max).await?;
        drop(tx);
        let is_any_due = !apps.is_empty();
        apps.retain(|app| in_hand.room(app.0, pace) > 0);
        if apps.is_empty() {
            return Ok(if is_any_due { Due::LanesFull } else { Due::Claimed(Vec::new()) });
        }
        let turns = i64::try_from(apps.len()).unwrap_or(i64::MAX);
        let share = (pace.claimed_max / turns).max(1);
        let write = state.db.write(async |tx| {
            let mut claimed = Vec::new();
            for app in &apps {
                let left = pace.claimed_max - i64::try_from(claimed.len()).unwrap_or(i64::MAX);
                let room = i64::try_from(in_hand.room(app.0, pace)).unwrap_or(i64::MAX);
                if left <= 0 {
                    break;
                }
                claimed.extend(notifications::claim(tx, *app, lease, share.min(room).min(left)).await?);
            }
            Ok(claimed)
        });
        write.await.map(Due::Claimed)
    }

    fn lane(&self) -> i64 {
        self.app_seq
    }

    async fn release(&self, state: &AppState, lease: &Lease, release: Release) -> Result<bool> {
        let Release::Later { due_at, reason, .. } = release else { return Ok(true) };
        let reason = reason.unwrap_or_default();
        let no = NotificationNo(self.notice_no);
        state.db.write(async |tx| notifications::mark_failed(tx, no, &lease.name, &reason, due_at).await).await
    }

    fn name(&self) -> String {
        self.notice_no.to_string()
    }

    fn attempts(&self) -> i64 {
        self.attempts
    }
}

/// A proof that waits for its store. Each app is a lane, so that one whose store hangs does not hold up the others.
impl Work for waiting_proofs::Waiting {
    async fn find(state: &AppState, _: &'static str, lease: &Lease, pace: &Pace, _: &InHand) -> Result<Due<Self>> {
        let mut tx = state.db.read().await?;
        let due = waiting_proofs::list_due(&mut tx, lease, PROOFS_OF_APP_MAX, pace.claimed_max).await?;
        drop(tx);
        let mut apps: Vec<(AppSeq, Vec<String>)> = Vec::new();
        for (id, app) in due {
            match apps.iter_mut().find(|(known, _)| *known == app) {
                Some((_, ids)) => ids.push(id),
                None => apps.push((app, vec![id])),
            }
        }
        Ok(Due::Lanes(apps.into_iter().map(|(_, ids)| ids).collect()))
    }

    async fn claim(state: &AppState, key: &str, lease: &Lease) -> Result<Option<Self>> {
        state.db.write(async |tx| waiting_proofs::claim(tx, key, lease).await).await
    }

    async fn release(&self, state: &AppState, lease: &Lease, release: Release) -> Result<bool> {
        let write = async |tx: &mut db::Tx| match &release {
            Release::Later { due_at: Some(due_at), reason, .. } => {
                waiting_proofs::put_back(tx, &self.id, &lease.name, *due_at, reason.as_deref().unwrap_or_default()).await
            }
            Release::Done { .. } | Release::Later { due_at: None, .. } => waiting_proofs::delete(tx, &self.id, &lease.name).await,
        };
        state.db.write(write).await
    }

    fn name(&self) -> String {
        format!("{} of app {}", self.id, self.app_seq)
    }

    fn attempts(&self) -> i64 {
        self.attempts
    }
}
