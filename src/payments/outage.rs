use super::claim::Claim;
use crate::catalog;
use crate::error::Result;
use crate::model::Snapshot;
use crate::state::AppState;
use crate::stores::{Proof, Refusal};

/// What a proof's signature says of its purchase, for the store could not be asked and the app is in outage mode; else the refusal as
/// it was, so that the proof waits for the store.
pub(super) async fn verify_offline(
    state: &AppState,
    claim: &Claim<'_>,
    proof: &Proof,
    refusal: Refusal,
) -> Result<Result<Snapshot, Refusal>> {
    let unsure =
        |reason: &str| Refusal { reason: format!("{}; not verified in outage mode: {reason}", refusal.reason), ..refusal };
    let snapshot = match state.stores.of(claim.app.store).verify_offline(claim.app, proof, state.clock.now()) {
        Ok(snapshot) => snapshot,
        Err(offline) if offline.code.is_transient() => return Ok(Err(unsure(&offline.reason))),
        Err(offline) => return Ok(Err(offline)),
    };
    for purchase in &snapshot.purchases {
        let product = catalog::find_in_app(state, claim.project, claim.app.app_seq, &purchase.product_id).await?;
        if product.is_none_or(|product| product.product_type.is_subscription()) {
            return Ok(Err(unsure("it is of no one-time product of the app's catalog")));
        }
    }
    metrics::counter!("purser_provisional_total", "store" => claim.app.store.as_str(), "outcome" => "VERIFIED").increment(1);
    Ok(Ok(snapshot))
}
