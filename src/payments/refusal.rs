//! What a refused verify leaves on its reservation. Numbers can be counted up, so a caller without a secret key moves a
//! reservation only with a purchase that the store stands behind and that names the reservation's user.

use super::claim::Claim;
use crate::audit::By;
use crate::db::{self, Tx, payments::Verdict, store_snapshots::AppScope};
use crate::error::Result;
use crate::ledger::{event, with_reason};
use crate::model::{EventKind, Payment, PaymentSeq, PaymentStatus, ProjectId, Purchase, RefusalCode, shorten};
use crate::state::AppState;

/// A refusal may repeat what was signed; the timeline keeps this much of it.
const REASON_CHARS_MAX: usize = 500;
/// Refusals that moved nothing are kept up to this many a reservation, so that support can still see that somebody tried.
const NOTES_MAX: i64 = 5;

/// How much a proof has to do with the user of the reservation it was brought for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bearing {
    /// No purchase the store stands behind, or one of another user.
    None,
    /// A purchase that names nobody.
    Unnamed,
    /// A purchase with the user's own account token.
    OfUser,
}

impl Bearing {
    pub(super) fn of(purchase: Option<&Purchase>, account_token: &str) -> Self {
        match purchase.map(|purchase| purchase.account_token.as_deref()) {
            Some(Some(token)) if token.eq_ignore_ascii_case(account_token) => Self::OfUser,
            Some(None) => Self::Unnamed,
            _ => Self::None,
        }
    }
}

/// A refused verify.
pub(super) struct Refused<'a> {
    pub bearing: Bearing,
    pub code: RefusalCode,
    pub reason: &'a str,
    /// The purchase: by its token a pending one finds back to its reservation.
    pub purchase: Option<&'a Purchase>,
}

/// What became of a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Noted {
    Kept,
    /// The purchase was called pending, and is recorded as paid for by now: another report was quicker.
    Overtaken,
}

/// Keeps a refusal on an open payment, or a note of it where the caller may not move the payment. A store that can't be
/// reached says nothing about the purchase.
pub(super) async fn note_refusal(state: &AppState, claim: &Claim<'_>, payment: &Payment, refused: Refused<'_>) -> Result<Noted> {
    let Refused { bearing, code, reason, purchase } = refused;
    let verdict = match code {
        code if code.is_transient() => return Ok(Noted::Kept),
        RefusalCode::Pending => {
            Verdict::Pending { purchase_token: purchase.and_then(|purchase| purchase.purchase_token.as_deref()) }
        }
        _ => Verdict::Refused(code),
    };
    let reason = format!("{code}: {}", shorten(reason, REASON_CHARS_MAX));
    let may_move = match bearing {
        Bearing::OfUser => true,
        // A pending purchase leaves the reservation open.
        Bearing::Unnamed => claim.is_server || code == RefusalCode::Pending,
        Bearing::None => claim.is_server,
    };
    match may_move {
        true => keep(state, claim, payment, (verdict, purchase), reason).await,
        false => note(state, claim.from.by, claim.project, payment, reason).await.map(|()| Noted::Kept),
    }
}

async fn keep(
    state: &AppState,
    claim: &Claim<'_>,
    payment: &Payment,
    (verdict, purchase): (Verdict<'_>, Option<&Purchase>),
    reason: String,
) -> Result<Noted> {
    let (by, project) = (claim.from.by, claim.project);
    let pending = purchase.filter(|_| matches!(verdict, Verdict::Pending { .. }));
    let (kind, to) = match verdict {
        Verdict::Pending { .. } => (EventKind::Pend, PaymentStatus::Pending),
        Verdict::Refused(_) => (EventKind::Refuse, PaymentStatus::Failure),
    };
    let at = state.clock.now();
    state
        .db
        .write(async |tx| {
            let scope = AppScope { project, app: payment.app_seq };
            if let Some(pending) = pending
                && db::payments::is_paid_of_token(tx, scope, pending, payment.product_seq).await?
            {
                return Ok(Noted::Overtaken);
            }
            if db::payments::mark_refused(tx, project, &payment.payment_seq, verdict, at).await? {
                let line = with_reason(event(by, at, kind, Some(payment.status), to), reason);
                db::payment_events::insert(tx, project, &payment.payment_seq, &line).await?;
            }
            Ok(Noted::Kept)
        })
        .await
}

async fn note(state: &AppState, by: &By, project: &ProjectId, payment: &Payment, reason: String) -> Result<()> {
    // A look before the write: whoever repeats it makes no more writes once the notes are full.
    if !payment.status.is_open() || !has_room(&mut state.db.read().await?, project, &payment.payment_seq).await? {
        return Ok(());
    }
    let at = state.clock.now();
    let line = with_reason(event(by, at, EventKind::Refuse, Some(payment.status), payment.status), reason);
    state
        .db
        .write(async |tx| match has_room(tx, project, &payment.payment_seq).await? {
            true => db::payment_events::insert(tx, project, &payment.payment_seq, &line).await,
            false => Ok(()),
        })
        .await
}

async fn has_room(tx: &mut Tx, project: &ProjectId, seq: &PaymentSeq) -> Result<bool> {
    Ok(db::payment_events::count(tx, project, seq, EventKind::Refuse).await? < NOTES_MAX)
}
