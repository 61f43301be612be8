//! What jobs work on: the rows of a table that is worked by lease, or nothing in particular. Called by the runner alone.

use super::job::Pace;
use crate::db::{self, jobs, notifications, queue::Lease, waiting_proofs};
use crate::error::Result;
use crate::model::{AppSeq, NotificationNo, Timestamp};
use crate::state::AppState;

/// Proofs of one app that one pass works through.
const PROOFS_OF_APP_MAX: i64 = 200;

/// The work that is due.
pub enum Due<W> {
    /// The one run of a pass.
    Once(W),
    /// Rows that were claimed; when they are done more may be due.
    Claimed(Vec<W>),
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
    fn find(state: &AppState, kind: &'static str, lease: &Lease, pace: &Pace) -> impl Future<Output = Result<Due<Self>>> + Send;

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
    async fn find(_: &AppState, _: &'static str, _: &Lease, _: &Pace) -> Result<Due<Self>> {
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
    async fn find(state: &AppState, kind: &'static str, lease: &Lease, pace: &Pace) -> Result<Due<Self>> {
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

/// A notification of a store; its job closes it in the write of its effect.
impl Work for notifications::Claimed {
    async fn find(state: &AppState, _: &'static str, lease: &Lease, pace: &Pace) -> Result<Due<Self>> {
        state.db.write(async |tx| notifications::claim(tx, lease, pace.claimed_max).await).await.map(Due::Claimed)
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
    async fn find(state: &AppState, _: &'static str, lease: &Lease, pace: &Pace) -> Result<Due<Self>> {
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
