use crate::db;
use crate::error::{Error, Result};
use crate::model::{Payment, PaymentDetail, PaymentSeq, ProjectId};
use crate::state::AppState;

/// A payment of the project, or `NotFound`.
pub async fn find(state: &AppState, project: &ProjectId, seq: &PaymentSeq) -> Result<Payment> {
    db::payments::find(&mut state.db.read().await?, project, seq).await?.ok_or(Error::NotFound("payment"))
}

/// A payment with its timeline.
pub async fn get_detail(state: &AppState, project: &ProjectId, seq: &PaymentSeq) -> Result<PaymentDetail> {
    let mut tx = state.db.read().await?;
    let payment = db::payments::find(&mut tx, project, seq).await?.ok_or(Error::NotFound("payment"))?;
    let events = db::payment_events::list(&mut tx, project, seq).await?;
    Ok(PaymentDetail { payment, events })
}
