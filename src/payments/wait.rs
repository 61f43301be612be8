//! Proofs whose store could not be reached are kept, and verified again until it can: the player paid, and their app may
//! never ask a second time.

use serde_json::Value;

use super::verify::{verify_again, verify_reserved_again};
use crate::audit::By;
use crate::db::{
    self,
    waiting_proofs::{NewWaiting, Waiting},
};
use crate::error::{Error, Result};
use crate::keys::{hash_secret, random_text};
use crate::model::{AppSeq, PaymentSeq, ProjectId, RefusalCode, Timestamp};
use crate::state::AppState;
use crate::stores::{Proof, StoreApp};
use crate::users::User;

const BY: By = By::System("waiting proofs");
/// The first try after the failed one; doubled each time.
const WAIT_MILLIS: i64 = 30 * Timestamp::SECOND;
const WAIT_MILLIS_MAX: i64 = Timestamp::HOUR;
/// A store that is gone longer than this is not waited for.
const KEPT_MILLIS: i64 = 3 * Timestamp::DAY;
/// Longer than a verify can take, shorter than a player waits.
const LEASE_MILLIS: i64 = 2 * Timestamp::MINUTE;
/// More than this in one project is somebody's flood, not players.
const WAITING_MAX: i64 = 10_000;
/// Proofs one pass works through.
const PASS_MAX: usize = 200;

/// Whose proof it is, and what for.
pub(super) struct Presented<'a> {
    pub project: &'a ProjectId,
    pub app: &'a StoreApp,
    pub payment: Option<&'a PaymentSeq>,
    pub user: &'a User,
    pub proof: &'a Proof,
}

/// Keeps the proof when the store could not be reached; what else a verify came to is none of its business.
pub(super) async fn keep_if_unreachable<T>(state: &AppState, presented: &Presented<'_>, result: &Result<T>) -> Result<()> {
    let Err(Error::Refused { code: RefusalCode::StoreUnavailable, .. }) = result else { return Ok(()) };
    let (at, proof) = (state.clock.now(), presented.proof.to_string());
    let (payment, user) = (presented.payment.map(PaymentSeq::as_str), presented.user);
    let name = format!(
        "{} {} {} {}:{} {}:{} {proof}",
        presented.project.as_str(),
        presented.app.app_seq,
        payment.unwrap_or_default(),
        user.channel.len(),
        user.channel,
        user.key.len(),
        user.key,
    );
    let new = NewWaiting {
        id: &hash_secret(&name),
        project: presented.project,
        app_seq: presented.app.app_seq,
        payment_seq: payment,
        user_channel: &user.channel,
        user_key: &user.key,
        proof: &proof,
        due_at: at.plus_millis(WAIT_MILLIS),
    };
    let is_new = state.db.write(async |tx| db::waiting_proofs::insert(tx, &new, WAITING_MAX, at).await).await?;
    if is_new {
        metrics::counter!("purser_waiting_proofs_total", "store" => presented.app.store.as_str()).increment(1);
    }
    Ok(())
}

/// Verifies the waiting proofs that are due; gives how many got their answer.
pub async fn verify_waiting(state: &AppState) -> Result<usize> {
    let lease = random_text(12)?;
    let mut answered = 0;
    for _ in 0..PASS_MAX {
        let now = state.clock.now();
        let until = now.plus_millis(LEASE_MILLIS);
        let claimed = state.db.write(async |tx| db::waiting_proofs::claim(tx, &lease, now, until).await).await?;
        let Some(waiting) = claimed else { break };
        answered += usize::from(work(state, &waiting, &lease).await?);
    }
    Ok(answered)
}

/// How many of a project's proofs wait for their store.
pub async fn count_waiting(state: &AppState, project: &ProjectId) -> Result<i64> {
    db::waiting_proofs::count(&mut state.db.read().await?, project).await
}

async fn work(state: &AppState, waiting: &Waiting, lease: &str) -> Result<bool> {
    let error = match attempt(state, waiting).await {
        Ok(()) => None,
        Err(Error::Refused { code, reason }) if code.is_transient() => Some(format!("{code}: {reason}")),
        Err(Error::Database(error)) => Some(format!("database: {error}")),
        Err(Error::Internal(error)) => Some(format!("internal: {error}")),
        // Refused for good, and noted where it was reserved.
        Err(_) => None,
    };
    let now = state.clock.now();
    let is_over = now.0 - waiting.created_at > KEPT_MILLIS;
    let (answered, error) = (error.is_none(), error.unwrap_or_default());
    if is_over && !answered {
        tracing::error!(project = waiting.project_id, app = waiting.app_seq, %error, "a proof waited in vain for its store");
    }
    state
        .db
        .write(async |tx| match answered || is_over {
            true => db::waiting_proofs::delete(tx, &waiting.id, lease).await,
            false => db::waiting_proofs::put_back(tx, &waiting.id, lease, next_try(now, waiting.attempts), &error).await,
        })
        .await?;
    Ok(answered)
}

fn next_try(now: Timestamp, attempts: i64) -> Timestamp {
    let doubled = WAIT_MILLIS.saturating_mul(1 << attempts.clamp(0, 20));
    now.plus_millis(doubled.min(WAIT_MILLIS_MAX))
}

async fn attempt(state: &AppState, waiting: &Waiting) -> Result<()> {
    let project = ProjectId(waiting.project_id.clone());
    let proof: Value = serde_json::from_str(&waiting.proof).map_err(Error::internal)?;
    match &waiting.payment_seq {
        Some(seq) => verify_reserved_again(state, &BY, &project, &PaymentSeq(seq.clone()), &proof).await,
        None => {
            let user = User { channel: waiting.user_channel.clone(), key: waiting.user_key.clone() };
            verify_again(state, &BY, &project, AppSeq(waiting.app_seq), (&user, &proof)).await
        }
    }
}
