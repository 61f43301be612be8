//! Asking the store about a payment that was granted in outage mode.

use crate::audit::By;
use crate::error::{Error, Result};
use crate::model::{Payment, PaymentSource, ProjectId, RefusalCode, Snapshot};
use crate::notifications::Refetch;
use crate::projects;
use crate::state::AppState;
use crate::stores::StoreError;

const BY: By = By::System("outage mode");
const OCCASION: &str = "asked again after outage mode";

/// What the store says of a provisional payment, once it answers.
pub(crate) enum Confirmation {
    /// It stands behind the purchase, or took it back; that is recorded.
    Recorded,
    /// It does not stand behind it; why, for people.
    Denied(String),
}

/// Asks the store about a provisional payment, and records what it says of the purchase.
pub(crate) async fn confirm(state: &AppState, project: &ProjectId, payment: &Payment) -> Result<Confirmation> {
    let app = projects::store_app_of(state, project, payment.app_seq).await?;
    let token = payment.purchase_token.as_deref().ok_or_else(|| Error::internal("a provisional payment without a token"))?;
    let store = state.stores.of(app.store);
    let snapshot = match store.fetch_by_token(&app, token, Some(&payment.product_id), state.clock.now().into()).await {
        Ok(Some(snapshot)) => snapshot,
        Ok(None) => return Ok(Confirmation::Denied("the store does not know the purchase".to_owned())),
        Err(failure) if is_denial(&failure) => return Ok(Confirmation::Denied(failure.to_string())),
        Err(failure) => return Err(failure.into()),
    };
    let refetch = Refetch { project, app: &app, by: &BY, source: PaymentSource::Backfilled, occasion: OCCASION };
    refetch.record(state, &snapshot).await?;
    match super::find(state, project, &payment.payment_seq).await?.provisional_since {
        Some(_) => unpaid(payment, &snapshot),
        None => Ok(Confirmation::Recorded),
    }
}

/// What the store says of a purchase that is recorded as provisional still.
fn unpaid(payment: &Payment, snapshot: &Snapshot) -> Result<Confirmation> {
    let reason = match snapshot.purchases.iter().find(|purchase| purchase.product_id == payment.product_id) {
        Some(purchase) if purchase.pending => {
            return Err(Error::refused(RefusalCode::Pending, "the store still waits for the money"));
        }
        Some(_) => "the purchase was given up before it was paid for",
        None => "the store sold another product under this purchase token",
    };
    Ok(Confirmation::Denied(reason.to_owned()))
}

/// Whether the store answered, and its answer is no.
fn is_denial(failure: &StoreError) -> bool {
    match failure {
        StoreError::NotFound(_) | StoreError::Denied(..) => true,
        StoreError::Unfit(refusal) => !refusal.code.is_transient(),
        _ => false,
    }
}
