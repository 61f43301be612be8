//! Staff correct a reservation to SUCCESS for a player who shows a receipt (docs/rules.md, Changes by staff). Where the store
//! can be asked, the number leads to its transaction, which is entered as any purchase is. Where it can't, the payment stands
//! for the purchase that the number is of, and takes it in when it comes (`corrected`).

mod by_hand;

use serde_json::json;

use super::receipt::{ReceiptPurchase, parse_number, preview, resolve};
use super::refund::required_reason;
use crate::audit::By;
use crate::catalog;
use crate::db::{self, store_snapshots::AppScope};
use crate::error::{Error, Result};
use crate::ledger::{Claimant, ReportNumbers, StoreReport, record};
use crate::model::{Ability, Payment, PaymentSeq, PaymentSource, PaymentStatus, ProjectId, Purchase, ReceiptReason, Timestamp};
use crate::projects;
use crate::state::AppState;
use crate::stores::{ReceiptNumber, StoreApp};
use crate::users::User;
use by_hand::{by_hand, write_down};

/// Another write about the same purchase may be quicker; it is read then.
const TRIES_MAX: u32 = 3;

/// What an operator must give as proof that a player paid.
#[derive(Debug, Clone, Default)]
pub struct Correction {
    /// The store's number on the player's receipt.
    pub receipt_number: String,
    /// Plain decimal, e.g. `4400`, `7,500` or `9.99`; needed only where the store can't be asked, as the currency is.
    pub price: String,
    /// ISO 4217.
    pub currency: String,
    pub reason: String,
    /// The store can't be asked, for the app has no key, and the number is taken on the receipt's word.
    pub without_store: bool,
}

/// Who corrects which payment, and why.
struct Asked<'a> {
    by: &'a By,
    project: &'a ProjectId,
    seq: &'a PaymentSeq,
    number: &'a str,
    reason: &'a str,
    at: Timestamp,
}

/// Corrects an open or failed payment to SUCCESS. Gives the payment that has the purchase: this one, or the one it was recorded
/// as before while nobody was known for it. A receipt grants once like any order. Asks for the SUPPORT right at the edge.
pub async fn correct(state: &AppState, by: &By, project: &ProjectId, seq: &PaymentSeq, input: &Correction) -> Result<Payment> {
    let (reason, number) = (required_reason(&input.reason)?, parse_number(&input.receipt_number)?);
    let found = super::find(state, project, seq).await?;
    refuse_uncorrectable(state, &found)?;
    let app = projects::store_app_of(state, project, found.app_seq).await?;
    let asked = Asked { by, project, seq, number: &number, reason, at: state.clock.now() };
    match state.stores.of(app.store).classify_receipt_number(&app, &number) {
        ReceiptNumber::Askable => {
            let purchase = resolve(state, project, &app, &found, &number).await?;
            by_purchase(state, &asked, &app, &found, &purchase).await
        }
        ReceiptNumber::Other if !input.without_store => Err(Error::invalid("withoutStore", ReceiptReason::NotAskable)),
        kind => by_hand(state, &asked, &found, input, kind == ReceiptNumber::OrderId).await,
    }
}

/// What the store says that a receipt's number is of, before staff correct a payment by it. Asks for the SUPPORT right at the edge.
pub async fn look_up_receipt(
    state: &AppState,
    project: &ProjectId,
    seq: &PaymentSeq,
    number: &str,
) -> Result<Vec<ReceiptPurchase>> {
    let number = parse_number(number)?;
    let found = super::find(state, project, seq).await?;
    refuse_uncorrectable(state, &found)?;
    let app = projects::store_app_of(state, project, found.app_seq).await?;
    match state.stores.of(app.store).classify_receipt_number(&app, &number) {
        ReceiptNumber::Askable => preview(state, project, &app, &found, &number).await,
        _ => Err(Error::invalid("receiptNumber", ReceiptReason::NotAskable)),
    }
}

fn refuse_uncorrectable(state: &AppState, found: &Payment) -> Result<()> {
    match found.can_correct(projects::store_can(state, found.store, Ability::VerifyLate)) {
        true => Ok(()),
        false => Err(Error::conflict("NOT_CORRECTABLE", format!("a payment that is {} can't be set to SUCCESS", found.status))),
    }
}

/// The store said what was bought: it settles the reservation as if the player's app had brought it.
async fn by_purchase(
    state: &AppState,
    asked: &Asked<'_>,
    app: &StoreApp,
    found: &Payment,
    purchase: &Purchase,
) -> Result<Payment> {
    let user = User { channel: found.user_channel.clone(), key: found.user_key.clone() };
    let token = user.account_token(&state.keys.tokens, asked.project);
    let product = catalog::of_payment(found);
    let report = StoreReport {
        project: asked.project,
        app,
        product: &product,
        purchase,
        renewal: None,
        by: asked.by,
        source: PaymentSource::Verify,
        occasion: Some("looked up for a correction"),
        at: asked.at,
    };
    let claimant = Claimant { user: &user, account_token: &token, reserved: Some(asked.seq) };
    let numbers = ReportNumbers::take(state, asked.at).await?;
    let proof = json!({ "receiptNumber": asked.number, "transactionId": purchase.order_id, "reason": asked.reason });
    let mut tries = 0;
    loop {
        tries += 1;
        let write = state.db.write(async |tx| {
            let before = db::payments::find(tx, asked.project, asked.seq).await?.ok_or(Error::NotFound("payment"))?;
            refuse_uncorrectable(state, &before)?;
            let recorded = record(tx, &report, Some(claimant), &numbers).await?.payment;
            if (recorded.user_channel.as_str(), recorded.user_key.as_str()) != (user.channel.as_str(), user.key.as_str()) {
                return Err(Error::invalid("receiptNumber", ReceiptReason::OfAnotherPlayer));
            }
            if recorded.status != PaymentStatus::Success {
                return Err(Error::invalid("receiptNumber", ReceiptReason::TakenBack));
            }
            if asked.number != purchase.order_id {
                let scope = AppScope { project: asked.project, app: app.app_seq };
                db::payments::keep_other_id(tx, scope, &recorded.payment_seq, asked.number, asked.at).await?;
            }
            write_down(tx, asked, &before, &recorded, &proof).await?;
            Ok(recorded)
        });
        match write.await {
            Err(error) if error.is_lost_race() && tries < TRIES_MAX => {}
            other => return other,
        }
    }
}
