use std::borrow::Cow;

use serde_json::json;

use super::refund::required_reason;
use crate::audit::{self, By, Change};
use crate::db;
use crate::error::{Error, Result};
use crate::ledger::{event, with_reason};
use crate::model::{EventKind, Payment, PaymentSeq, PaymentStatus, ProjectId, Reason, reads_as_ledgers};
use crate::state::AppState;
use crate::users::User;

const REASON_CHARS_MAX: usize = 500;
/// So many unproved closes of a reservation are kept in its timeline, for support.
const NOTES_MAX: i64 = 5;

/// A request to close a payment the player cancelled.
#[derive(Debug, Clone)]
pub struct Close {
    pub payment_seq: PaymentSeq,
    /// For people.
    pub reason: Option<String>,
    /// From reserve.
    pub reservation_token: Option<String>,
    /// The user whose signed token came along.
    pub user: Option<User>,
}

impl Close {
    /// Whether the caller made the reservation, or acts for its user.
    fn is_of(&self, state: &AppState, payment: &Payment) -> bool {
        let tokens = &state.keys.tokens;
        let is_reserver = |token: &str| tokens.is_reservation_token(&payment.payment_seq, payment.access_salt, token);
        let is_user = |user: &User| user.key == payment.user_key && user.channel == payment.user_channel;
        self.reservation_token.as_deref().is_some_and(is_reserver) || self.user.as_ref().is_some_and(is_user)
    }
}

/// The player cancelled. Safe to repeat; a paid payment can't be closed, and a closed one can still be verified. An app that
/// does not show that the reservation is its own is heard, and moves nothing: numbers can be counted up.
pub async fn close(state: &AppState, by: &By, project: &ProjectId, input: &Close) -> Result<Payment> {
    let reason = input.reason.as_deref().map(as_callers);
    let (seq, reason) = (&input.payment_seq, reason.as_deref());
    if reason.is_some_and(|reason| reason.chars().count() > REASON_CHARS_MAX) {
        return Err(Error::invalid("reason", Reason::CharactersAtMost { max: REASON_CHARS_MAX }));
    }
    let found = db::payments::find(&mut state.db.read().await?, project, seq).await?;
    if !by.is_trusted() && !found.as_ref().is_some_and(|found| input.is_of(state, found)) {
        if input.reservation_token.is_some() || input.user.is_some() {
            let message = "send the reservationToken that reserve answered for this payment";
            return Err(Error::Forbidden { code: "RESERVATION_TOKEN_INVALID", message: message.into() });
        }
        return note_unproved(state, by, project, found.ok_or(Error::NotFound("payment"))?, reason).await;
    }
    let at = state.clock.now();
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
            db::payment_events::insert(tx, project, seq, &line).await?;
            Ok(Payment { status: PaymentStatus::UserClose, updated_at: at, ..found })
        })
        .await
}

/// A caller's reason; in quotes where it would read as the ledger's own, which names the payment that was paid instead.
fn as_callers(reason: &str) -> Cow<'_, str> {
    if reads_as_ledgers(reason) { Cow::Owned(format!("\"{reason}\"")) } else { Cow::Borrowed(reason) }
}

/// Staff close a payment that was never paid, so that nobody waits for it. It is no refund, and a later, valid verify still wins.
/// Asks for the SUPPORT right at the edge.
pub async fn close_by_staff(state: &AppState, by: &By, project: &ProjectId, seq: &PaymentSeq, reason: &str) -> Result<()> {
    let (reason, at) = (as_callers(required_reason(reason)?), state.clock.now());
    let reason = reason.as_ref();
    let write = state.db.write(async |tx| {
        let found = db::payments::find(tx, project, seq).await?.ok_or(Error::NotFound("payment"))?;
        let from = found.status;
        if !from.can_close_by_staff() || !db::payments::mark_closed_by_staff(tx, project, seq, from, at).await? {
            return Err(Error::conflict("NOT_OPEN", format!("a payment that is {from} can't be closed")));
        }
        let line = with_reason(event(by, at, EventKind::Close, Some(from), PaymentStatus::UserClose), reason);
        db::payment_events::insert(tx, project, seq, &line).await?;
        let change = Change {
            action: "payment.close",
            project: Some(project),
            target: format!("payment:{seq}"),
            before: Some(json!({ "status": from })),
            after: Some(json!({ "status": PaymentStatus::UserClose, "reason": reason })),
        };
        audit::record(tx, by, at, change).await
    });
    write.await
}

/// Writes down that an app, which may be anybody's copy of it, said that the player cancelled. It takes effect when nobody paid
/// until the reservation's time is over; number and payload stay with the purchase should one come.
async fn note_unproved(state: &AppState, by: &By, project: &ProjectId, found: Payment, reason: Option<&str>) -> Result<Payment> {
    if found.status == PaymentStatus::UserClose {
        return Ok(found);
    }
    if !found.status.can_close() {
        return Err(Error::conflict("NOT_OPEN", "only a reserved or pending payment can be closed"));
    }
    let mut tx = state.db.read().await?;
    let is_full = db::payment_events::count(&mut tx, project, &found.payment_seq, EventKind::Close).await? >= NOTES_MAX;
    drop(tx);
    if !is_full {
        let at = state.clock.now();
        let text = format!("the app says so without a reservationToken: {}", reason.unwrap_or("no reason given"));
        let line = with_reason(event(by, at, EventKind::Close, Some(found.status), found.status), text);
        state.db.write(async |tx| db::payment_events::insert(tx, project, &found.payment_seq, &line).await).await?;
    }
    Ok(Payment { status: PaymentStatus::UserClose, ..found })
}
