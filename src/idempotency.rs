//! USE CASE: answering a repeated call with the first call's answer. May call `db` and `keys`.

use std::time::Duration;

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;

use crate::db;
use crate::error::{Error, Result};
use crate::keys::hash_secret;
use crate::model::{ProjectId, Timestamp};
use crate::state::AppState;

/// How long an answer is kept.
const KEPT_MILLIS: i64 = 24 * Timestamp::HOUR;
/// A call that has not answered by then died with its process; longer than any request may take.
const LEASE_MILLIS: i64 = 60 * Timestamp::SECOND;
/// How long a repeated call waits for the first to answer.
const WAITS: [u64; 8] = [10, 20, 50, 100, 200, 500, 1_000, 2_000];

/// An answer as it went out; kept sealed, for it may hold an access token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    pub status: u16,
    pub content_type: String,
    pub body: String,
}

/// What to do with a call.
#[derive(Debug, PartialEq, Eq)]
pub enum Claim {
    /// Run it, then `store` or `release`.
    Ours,
    /// It ran before; this was the answer.
    Answered(Stored),
}

/// What a key or a request is known by: neither is kept as it came.
pub fn hash(text: &str) -> String {
    hash_secret(text)
}

/// Claims a key for a call. A call that still runs is waited for, then `IDEMPOTENCY_IN_PROGRESS`; another body is
/// `IDEMPOTENCY_KEY_REUSED`.
pub async fn claim(state: &AppState, project: &ProjectId, key: &str, request_hash: &str) -> Result<Claim> {
    for wait_millis in WAITS {
        let now = state.clock.now();
        let row = db::idempotency::Claim { project, key, request_hash, now, lease_until: now.plus_millis(-LEASE_MILLIS) };
        let expires_at = now.plus_millis(KEPT_MILLIS);
        if state.db.write(async |tx| db::idempotency::claim(tx, &row, expires_at).await).await? {
            return Ok(Claim::Ours);
        }
        let found = db::idempotency::find(&mut state.db.read().await?, project, key).await?;
        match found {
            Some(found) if found.request_hash != request_hash => {
                let message = "the Idempotency-Key was used for another request";
                return Err(Error::unfit(StatusCode::UNPROCESSABLE_ENTITY, "IDEMPOTENCY_KEY_REUSED", message));
            }
            Some(db::idempotency::Found { body: Some(sealed), .. }) => {
                return open(state, project, key, &sealed).map(Claim::Answered);
            }
            _ => tokio::time::sleep(Duration::from_millis(wait_millis)).await,
        }
    }
    Err(Error::conflict("IDEMPOTENCY_IN_PROGRESS", "the first request with this Idempotency-Key still runs"))
}

/// A claimed call that runs. Should it end without an answer (its handler panicked or was stopped), its key is free again.
pub struct Running {
    call: Option<(AppState, ProjectId, String)>,
}

impl Running {
    pub fn of(state: &AppState, project: &ProjectId, key: &str) -> Self {
        Self { call: Some((state.clone(), project.clone(), key.to_owned())) }
    }

    /// The call's answer was stored, or its key freed.
    pub fn end(mut self) {
        self.call = None;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let (Some((state, project, key)), Ok(runtime)) = (self.call.take(), Handle::try_current()) else { return };
        runtime.spawn(async move {
            if let Err(error) = release(&state, &project, &key).await {
                tracing::error!(%error, "the key of a call without an answer stays taken until its lease is over");
            }
        });
    }
}

/// Keeps the answer of a call we claimed.
pub async fn store(state: &AppState, project: &ProjectId, key: &str, answer: &Stored) -> Result<()> {
    let text = serde_json::to_vec(answer).map_err(Error::internal)?;
    let sealed = state.keys.sealer.seal(&owner(project, key), &text)?;
    state.db.write(async |tx| db::idempotency::store(tx, project, key, answer.status, &sealed).await).await
}

/// Forgets a call we claimed, so that it can be tried again.
pub async fn release(state: &AppState, project: &ProjectId, key: &str) -> Result<()> {
    state.db.write(async |tx| db::idempotency::delete(tx, project, key).await).await
}

/// Frees the keys of calls that the process before this one was killed in, so that whoever repeats one need not wait for its lease
/// to end. Called before the first call is taken.
pub async fn free_left_behind(state: &AppState) -> Result<()> {
    let freed = state.db.write(async |tx| db::idempotency::delete_unanswered(tx).await).await?;
    if freed > 0 {
        tracing::warn!(freed, "calls were left without an answer by the process before; their Idempotency-Keys are free again");
    }
    Ok(())
}

fn open(state: &AppState, project: &ProjectId, key: &str, sealed: &str) -> Result<Stored> {
    serde_json::from_slice(&state.keys.sealer.open(&owner(project, key), sealed)?).map_err(Error::internal)
}

fn owner(project: &ProjectId, key: &str) -> String {
    format!("idempotency:{project}:{key}")
}
