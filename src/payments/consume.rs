use super::event::event;
use crate::audit::By;
use crate::db;
use crate::error::{Error, Result};
use crate::model::{EventKind, Payment, PaymentSeq, PaymentStatus, ProjectId, RefusalCode};
use crate::state::AppState;

/// A request to consume a payment.
#[derive(Debug, Clone)]
pub struct Consume {
    pub payment_seq: PaymentSeq,
    /// The payment's own secret, given by verify and the unconsumed list.
    pub access_token: String,
    /// The caller's `Idempotency-Key`, hashed: whoever repeats with the same one gets the same answer, even after a crash.
    pub consume_key: Option<String>,
}

/// Consumes a paid payment. Exactly one caller succeeds, however many try at once.
pub async fn consume(state: &AppState, by: &By, project: &ProjectId, input: &Consume) -> Result<Payment> {
    if !state.keys.tokens.is_access_token(&input.payment_seq, &input.access_token) {
        return Err(Error::Forbidden { code: "ACCESS_TOKEN_INVALID", message: "the access token is not this payment's".into() });
    }
    let (at, row_no) = (state.clock.now(), state.numbers.next_row().await?);
    let key = input.consume_key.as_deref();
    let result = state
        .db
        .write(async |tx| {
            let Some(payment) = db::payments::mark_consumed(tx, project, &input.payment_seq, key, at).await? else {
                return Ok(None);
            };
            let line = event(by, at, EventKind::Consume, Some(payment.status), payment.status);
            db::payment_events::insert(tx, row_no, project, &payment.payment_seq, &line).await?;
            Ok(Some(payment))
        })
        .await;
    let result = match result {
        Ok(Some(payment)) => Ok(payment),
        Ok(None) => answer_again(state, project, input).await,
        Err(error) => Err(error),
    };
    let outcome = result.as_ref().err().map_or("SUCCESS", Error::code);
    metrics::counter!("purser_consume_total", "outcome" => outcome).increment(1);
    result
}

/// Someone was first, or it can't be consumed: the same answer for the same key, else the reason.
async fn answer_again(state: &AppState, project: &ProjectId, input: &Consume) -> Result<Payment> {
    let mut tx = state.db.read().await?;
    let payment = db::payments::find(&mut tx, project, &input.payment_seq).await?.ok_or(Error::NotFound("payment"))?;
    match payment.status {
        PaymentStatus::Refund => Err(Error::refused(RefusalCode::Refunded, "the payment was refunded")),
        PaymentStatus::Success if !payment.product_type.is_consumable() => {
            Err(Error::conflict("NOT_CONSUMABLE", format!("a payment of type {} is not consumed", payment.product_type)))
        }
        PaymentStatus::Success if payment.consumed_at.is_some() => {
            let first = db::payments::find_consume_key(&mut tx, project, &input.payment_seq).await?;
            if first.is_some() && first == input.consume_key {
                return Ok(payment);
            }
            Err(Error::refused(RefusalCode::AlreadyConsumed, "the payment was consumed before"))
        }
        status => Err(Error::conflict("NOT_VERIFIED", format!("the payment is {status}, not SUCCESS"))),
    }
}
