//! Proofs whose store could not be reached are kept, and verified again until it can: the player paid, and their app may
//! never ask a second time. A proof is kept once, whoever presents it, and each caller has room for a bounded number.

use serde_json::Value;

use super::claim::{Claim, ProofOrigin};
use super::verify::verify_again;
use crate::audit::By;
use crate::db::{
    self,
    waiting_proofs::{Bounds, Groups, NewWaiting, Waiting},
};
use crate::error::{Error, Result};
use crate::keys::hash_secret;
use crate::model::{PaymentSeq, ProjectId, RefusalCode, Timestamp};
use crate::projects;
use crate::state::AppState;
use crate::users::User;

const BY: By = By::System("waiting proofs");
/// The first try of the server itself after the failed one of the caller.
const WAIT_MILLIS: i64 = 30 * Timestamp::SECOND;
/// One call hands in so many at most.
const OF_USER_MAX: i64 = 50;
/// Players share an address at home and behind a carrier's; one who makes up users does too.
const OF_ADDRESS_MAX: i64 = 1_000;
/// What the apps of a project, known by its public AppKey alone, may have waiting together.
const OF_APPS_MAX: i64 = 10_000;
/// What its game servers may: a store may be gone for three days.
const OF_SERVERS_MAX: i64 = 100_000;
/// The end of the reason for a proof that is not kept.
const NOT_KEPT: &str = "too many proofs of this caller wait already, so this one is not kept: present it again later";

/// Keeps the proof when the store could not be reached, and says so when there is no room for it; what else a verify came to
/// is none of its business.
pub(super) async fn keep_if_unreachable<T>(
    state: &AppState,
    claim: &Claim<'_>,
    payment: Option<&PaymentSeq>,
    result: Result<T>,
) -> Result<T> {
    let (code, reason) = match result {
        Err(Error::Refused { code, reason }) if may_wait(claim, code) => (code, reason),
        other => return other,
    };
    // In a box, so that the many verifies whose stores answer carry none of it.
    let reason = match Box::pin(keep(state, claim, payment)).await? {
        true => reason,
        false => format!("{reason}; {NOT_KEPT}"),
    };
    Err(Error::Refused { code, reason })
}

/// A store that is away is waited for. That our own queue is full is the fault of those who fill it: who has an AppKey comes
/// again, a game server's proof is kept.
fn may_wait(claim: &Claim<'_>, code: RefusalCode) -> bool {
    code == RefusalCode::StoreUnavailable || code == RefusalCode::TooManyRequests && claim.is_server
}

/// Keeps a proof that only its store can judge; false when there is no room for it.
async fn keep(state: &AppState, claim: &Claim<'_>, payment: Option<&PaymentSeq>) -> Result<bool> {
    let proof = state.stores.of(claim.app.store).read_proof(claim.app, claim.proof)?;
    if proof.is_complete() {
        return Ok(false);
    }
    let proof = proof.to_json().to_string();
    let (at, groups) = (state.clock.now(), claim.groups());
    let groups = Groups { user: &groups.user, caller: &groups.caller, project: &groups.project };
    let bounds = Bounds {
        user: OF_USER_MAX,
        // A game server has one address for all of its players.
        caller: if claim.is_server { OF_SERVERS_MAX } else { OF_ADDRESS_MAX },
        project: if claim.is_server { OF_SERVERS_MAX } else { OF_APPS_MAX },
    };
    let new = NewWaiting {
        id: &hash_secret(&format!("{} {} {proof}", claim.project.as_str(), claim.app.app_seq)),
        project: claim.project,
        app_seq: claim.app.app_seq,
        payment_seq: payment.map(PaymentSeq::as_str),
        user_channel: &claim.user.channel,
        user_key: &claim.user.key,
        is_server: claim.is_server,
        groups,
        proof: &proof,
        due_at: at.plus_millis(WAIT_MILLIS),
    };
    let may_keep = db::waiting_proofs::may_keep(&mut state.db.read().await?, &new, bounds).await?;
    let is_kept = may_keep && state.db.write(async |tx| db::waiting_proofs::keep(tx, &new, bounds, at).await).await?;
    let name = if is_kept { "purser_waiting_proofs_total" } else { "purser_waiting_proofs_refused_total" };
    metrics::counter!(name, "store" => claim.app.store.as_str()).increment(1);
    Ok(is_kept)
}

/// How many of a project's proofs wait for their store.
pub async fn count_waiting(state: &AppState, project: &ProjectId) -> Result<i64> {
    db::waiting_proofs::count(&mut state.db.read().await?, project).await
}

/// Verifies a proof that waited, in the name of whoever presented it.
pub async fn verify_waiting(state: &AppState, waiting: &Waiting) -> Result<()> {
    let proof: Value = serde_json::from_str(&waiting.proof).map_err(Error::internal)?;
    let app = projects::store_app_of(state, &waiting.project_id, waiting.app_seq).await?;
    let user = User { channel: waiting.user_channel.clone(), key: waiting.user_key.clone() };
    let project = projects::get_project(state, &waiting.project_id).await?;
    let from = ProofOrigin { by: &BY, address: None, account_token_required: project.account_token_required };
    let claim = Claim { is_server: waiting.is_server, ..Claim::new(from, &waiting.project_id, &app, &user, &proof) };
    verify_again(state, &claim, waiting.payment_seq.as_ref()).await
}
