//! Granting a purchase the store stands behind to who brings it: evaluated, recorded, and answered by what is recorded then.

use super::claim::{Claim, is_token};
use super::evaluate::{Expected, evaluate};
use super::owner::{is_recorded_for_claimant, record_for_owner};
use crate::audit::By;
use crate::db;
use crate::error::Result;
use crate::ledger::{Claimant, StoreReport, close_pending, record_alone, record_if_known, record_pending};
use crate::model::{Payment, PaymentSeq, PaymentSource, PaymentStatus, Product, Purchase, RefusalCode, Renewal};
use crate::state::AppState;
use crate::stores::{Refusal, StoreApp};
use crate::users::User;

/// What the timeline says of a purchase that was granted without asking the store.
const OUTAGE: &str = "provisional: outage mode, by the purchase's signature alone";

/// What the store stands behind, and the product it is of.
#[derive(Clone, Copy)]
pub(super) struct Granted<'a> {
    pub product: &'a Product,
    pub purchase: &'a Purchase,
    pub renewal: Option<&'a Renewal>,
}

/// Records a purchase and gives its payment; a refusal when it is not this product's or this user's, taken back, over, consumed,
/// or not yet paid. A purchase granted before gives the same payment again.
pub(super) async fn grant(
    state: &AppState,
    claim: &Claim<'_>,
    reserved: Option<&PaymentSeq>,
    granted: Granted<'_>,
) -> Result<Payment> {
    let &Claim { project, app, user, .. } = claim;
    let Granted { product, purchase, renewal } = granted;
    let account_token = user.account_token(&state.keys.tokens, project);
    let expected = Expected { product_id: &product.store_product_id, product_type: product.product_type };
    let (by, source, at) = (claim.from.by, PaymentSource::Verify, state.clock.now());
    let occasion = purchase.is_provisional.then_some(OUTAGE);
    let report = StoreReport { project, app, product, purchase, renewal, by, source, occasion, at };
    let claimant = Claimant { user, account_token: &account_token, reserved };
    if claim.from.account_token_required && !is_token(purchase, &account_token) {
        refuse_unless_recorded(state, claim, &expected, purchase).await?;
    }
    if let Err(refusal) = evaluate(purchase, &expected) {
        if purchase.revoked_at.is_some() {
            record_if_known(state, &StoreReport { by: &By::Store, ..report }, None).await?;
        }
        if purchase.never_paid {
            close_pending(state, &StoreReport { by: &By::Store, ..report }).await?;
        }
        if refusal.code == RefusalCode::Pending && reserved.is_none() {
            record_pending(state, &report, Some(claimant)).await?;
        }
        return Err(refusal.into());
    }
    // Goods of a paid period are due even when it is over; access is not.
    let is_over = purchase.expires_at.is_some_and(|expires_at| expires_at <= at) && !product.product_type.is_consumable();
    let recorded = match is_over {
        false => Some(record_alone(state, &report, Some(claimant)).await?),
        true => record_if_known(state, &report, Some(claimant)).await?,
    };
    let over = || Refusal::new(RefusalCode::Expired, "the paid period is over");
    let payment = answer(recorded.ok_or_else(over)?.payment, user, app)?;
    if is_over && !gives_access(state, claim, &payment).await? {
        return Err(over().into());
    }
    Ok(payment)
}

/// Refuses a purchase that does not carry the token its project demands, unless it is recorded as the claimant's already: by
/// its chain, by staff, or before the project demanded tokens.
async fn refuse_unless_recorded(state: &AppState, claim: &Claim<'_>, expected: &Expected<'_>, purchase: &Purchase) -> Result<()> {
    if evaluate(purchase, expected).is_ok() {
        record_for_owner(state, claim, purchase).await?;
    }
    match is_recorded_for_claimant(state, claim, purchase).await? {
        true => Ok(()),
        false => Err(Refusal::new(RefusalCode::UserMismatch, "the purchase does not carry this user's account token").into()),
    }
}

/// Whether the payment's period is the one by which its subscription gives access now, in grace for one, as the lists say.
async fn gives_access(state: &AppState, claim: &Claim<'_>, payment: &Payment) -> Result<bool> {
    let Some(chain_id) = &payment.original_order_id else { return Ok(false) };
    let mut tx = state.db.read().await?;
    let found = db::subscriptions::find_by_chain(&mut tx, claim.project, claim.app.app_seq, chain_id).await?;
    Ok(found.is_some_and(|subscription| {
        let is_latest = payment.store_order_id.as_ref() == Some(&subscription.order_id);
        is_latest && subscription.state_at(state.clock.now()).gives_access()
    }))
}

/// The same user gets the same answer again; nobody gets the goods twice.
fn answer(payment: Payment, user: &User, app: &StoreApp) -> Result<Payment, Refusal> {
    if payment.user_key != user.key || payment.user_channel != user.channel {
        return Err(Refusal::new(RefusalCode::OwnedByAnotherUser, "the purchase belongs to another user"));
    }
    match payment.status {
        PaymentStatus::Refund => Err(Refusal::new(RefusalCode::Refunded, "the purchase was refunded")),
        _ if payment.consumed_at.is_some() => {
            Err(Refusal::new(RefusalCode::AlreadyConsumed, "the purchase was verified and consumed before"))
        }
        // Whoever treats it as done does the right thing: its goods were given by the server that was in charge.
        _ if payment.is_due() && payment.is_before_charge => {
            let since = app.in_charge_since.to_rfc3339();
            let reason = format!("bought before {since}, when another server granted what was bought in this app");
            Err(Refusal::new(RefusalCode::AlreadyConsumed, reason))
        }
        _ => Ok(payment),
    }
}
