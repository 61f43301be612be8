use super::event::{event, with_reason};
use crate::audit::By;
use crate::db;
use crate::error::{Error, Result};
use crate::model::{EventKind, Payment, PaymentSeq, PaymentStatus, ProjectId};
use crate::state::AppState;

const REASON_CHARS_MAX: usize = 500;

/// The player cancelled. Safe to repeat; a paid payment can't be closed, and a closed one can still be verified.
pub async fn close(state: &AppState, by: &By, project: &ProjectId, seq: &PaymentSeq, reason: Option<&str>) -> Result<Payment> {
    if reason.is_some_and(|reason| reason.chars().count() > REASON_CHARS_MAX) {
        return Err(Error::invalid("reason", format!("must have at most {REASON_CHARS_MAX} characters")));
    }
    let (at, row_no) = (state.clock.now(), state.numbers.next_row().await?);
    state
        .db
        .write(async |tx| {
            let found = db::payments::find(tx, project, seq).await?.ok_or(Error::NotFound("payment"))?;
            if found.status == PaymentStatus::UserClose {
                return Ok(found);
            }
            if !found.status.can_close() || !db::payments::mark_closed(tx, project, seq, at).await? {
                return Err(Error::conflict("NOT_OPEN", format!("the payment is {} and can't be closed", found.status)));
            }
            let line = event(by, at, EventKind::Close, Some(found.status), PaymentStatus::UserClose);
            let line = reason.map_or(line.clone(), |reason| with_reason(line, reason));
            db::payment_events::insert(tx, row_no, project, seq, &line).await?;
            Ok(Payment { status: PaymentStatus::UserClose, updated_at: at, ..found })
        })
        .await
}
