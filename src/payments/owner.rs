//! Purchases brought by somebody other than their owner.

use super::claim::{Claim, is_token};
use crate::audit::By;
use crate::catalog;
use crate::db;
use crate::error::Result;
use crate::ledger::{StoreReport, record_alone};
use crate::model::{PaymentSource, Purchase};
use crate::state::AppState;

/// What the timeline calls a purchase that somebody else brought.
const OCCASION: &str = "brought by another user";

/// Records a purchase for the known user whose account token it carries, when that is not who brings it, as if the store had
/// sent a notification: the owner may have brought it too, or never will.
pub(super) async fn record_for_owner(state: &AppState, claim: &Claim<'_>, purchase: &Purchase) -> Result<()> {
    let own = claim.user.account_token(&state.keys.tokens, claim.project);
    let Some(token) = purchase.account_token.as_ref().filter(|_| !is_token(purchase, &own)) else { return Ok(()) };
    let known = db::users::find_by_account_token(&mut state.db.read().await?, claim.project, token).await?;
    let product = catalog::find_in_app(state, claim.project, claim.app.app_seq, &purchase.product_id).await?;
    let (Some(_), Some(product)) = (known, product) else { return Ok(()) };
    let report = StoreReport {
        project: claim.project,
        app: claim.app,
        product: &product,
        purchase,
        renewal: None,
        // What a store said is its word; what was signed alone, theirs who brings it.
        by: if purchase.is_provisional { claim.from.by } else { &By::Store },
        source: PaymentSource::Backfilled,
        occasion: Some(OCCASION),
        at: state.clock.now(),
    };
    record_alone(state, &report, None).await.map(drop)
}

/// Whether a purchase is recorded as the payment of who brings it.
pub(super) async fn is_recorded_for_claimant(state: &AppState, claim: &Claim<'_>, purchase: &Purchase) -> Result<bool> {
    let mut tx = state.db.read().await?;
    let mut found = db::payments::find_by_order(&mut tx, claim.project, claim.app.app_seq, &purchase.order_id).await?;
    if found.is_none() {
        found = db::payments::find_by_order(&mut tx, claim.project, claim.app.app_seq, &purchase.identity()).await?;
    }
    Ok(found.is_some_and(|payment| payment.user_key == claim.user.key && payment.user_channel == claim.user.channel))
}
