use crate::db;
use crate::error::{Error, Result};
use crate::model::{Payment, PaymentDetail, PaymentSeq, PaymentStatus, ProjectId};
use crate::state::AppState;

/// A payment of the project, or `NotFound`.
pub async fn find(state: &AppState, project: &ProjectId, seq: &PaymentSeq) -> Result<Payment> {
    db::payments::find(&mut state.db.read().await?, project, seq).await?.ok_or(Error::NotFound("payment"))
}

/// The payment of an access token, once it was paid; before that nobody was given the token.
pub async fn find_by_access_token(state: &AppState, project: &ProjectId, token: &str) -> Result<Option<Payment>> {
    let Some(opened) = state.keys.tokens.open_access_token(token) else { return Ok(None) };
    let found = db::payments::find(&mut state.db.read().await?, project, &opened.payment_seq).await?;
    let is_paid = |payment: &Payment| payment.status == PaymentStatus::Success || payment.verified_at.is_some();
    Ok(found.filter(|payment| payment.access_salt == opened.salt && is_paid(payment)))
}

/// The other payments that were paid for in one payment's order at the store, which gives back whole orders.
pub async fn list_paid_beside(state: &AppState, project: &ProjectId, payment: &Payment) -> Result<Vec<PaymentSeq>> {
    db::payments::list_paid_beside(&mut state.db.read().await?, project, payment).await
}

/// The secret needed to consume a payment.
pub fn access_token(state: &AppState, payment: &Payment) -> String {
    state.keys.tokens.access_token(&payment.payment_seq, payment.access_salt)
}

/// A payment with its timeline.
pub async fn get_detail(state: &AppState, project: &ProjectId, seq: &PaymentSeq) -> Result<PaymentDetail> {
    let mut tx = state.db.read().await?;
    let payment = db::payments::find(&mut tx, project, seq).await?.ok_or(Error::NotFound("payment"))?;
    let events = db::payment_events::list(&mut tx, project, seq).await?;
    Ok(PaymentDetail { payment, events })
}
