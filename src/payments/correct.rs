use serde_json::json;

use super::event::{event, with_evidence, with_reason};
use super::refund::required_reason;
use crate::audit::{self, By, Change};
use crate::db::{self, payments::Settlement};
use crate::error::{Error, Result};
use crate::model::{EventKind, Finish, Money, Ownership, Payment, PaymentSeq, PaymentStatus, ProjectId};
use crate::state::AppState;

const RECEIPT_CHARS_MAX: usize = 200;

/// What an operator must give as proof that a player paid.
#[derive(Debug, Clone)]
pub struct Correction {
    /// The store's number on the player's receipt.
    pub receipt_number: String,
    /// Plain decimal, e.g. `4400` or `9.99`.
    pub price: String,
    /// ISO 4217.
    pub currency: String,
    pub reason: String,
}

/// An operator corrects an open or failed payment to SUCCESS (nhn-iap.md 4.4). The receipt grants once like any order.
pub async fn correct(state: &AppState, by: &By, project: &ProjectId, seq: &PaymentSeq, input: &Correction) -> Result<Payment> {
    let reason = required_reason(&input.reason)?;
    let money = parse_money(input)?;
    let order_id = parse_receipt(&input.receipt_number)?;
    let at = state.clock.now();
    let (event_no, audit_no) = (state.numbers.next_row().await?, state.numbers.next_row().await?);
    let proof = json!({ "receiptNumber": order_id, "price": money.to_decimal(), "currency": money.currency, "reason": reason });
    let result = state
        .db
        .write(async |tx| {
            let found = db::payments::find(tx, project, seq).await?.ok_or(Error::NotFound("payment"))?;
            let settled = settlement(&found, &order_id, &money);
            let corrected =
                if found.can_correct() { db::payments::mark_verified(tx, project, seq, &settled, at).await? } else { None };
            let corrected = corrected.ok_or_else(|| {
                Error::conflict("NOT_CORRECTABLE", format!("a payment that is {} can't be set to SUCCESS", found.status))
            })?;
            let line = event(by, at, EventKind::Correct, Some(found.status), PaymentStatus::Success);
            db::payment_events::insert(
                tx,
                event_no,
                project,
                seq,
                &with_reason(with_evidence(line, proof.clone().into()), reason),
            )
            .await?;
            let change = Change {
                action: "payment.correct",
                project: Some(project),
                target: format!("payment:{seq}"),
                before: Some(json!({ "status": found.status })),
                after: Some(proof.clone()),
            };
            audit::record(tx, audit_no, by, at, change).await?;
            Ok(corrected)
        })
        .await;
    match result {
        Err(error) if error.is_unique_violation() => Err(Error::invalid("receiptNumber", "belongs to another payment")),
        other => other,
    }
}

fn settlement(found: &Payment, order_id: &str, money: &Money) -> Settlement {
    Settlement {
        order_id: order_id.to_owned(),
        original_order_id: order_id.to_owned(),
        purchase_token: found.purchase_token.clone(),
        environment: found.environment,
        finish: Finish::None,
        quantity: found.quantity,
        price_micros: Some(money.price_micros),
        currency: Some(money.currency.clone()),
        purchased_at: found.created_at,
        expires_at: None,
        revoked_at: None,
        offer: None,
        ownership: Ownership::Purchased,
        store_account: None,
    }
}

fn parse_receipt(text: &str) -> Result<String> {
    let text = text.trim();
    let fits = (1..=RECEIPT_CHARS_MAX).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
        .ok_or_else(|| Error::invalid("receiptNumber", format!("must have 1 to {RECEIPT_CHARS_MAX} characters")))
}

fn parse_money(input: &Correction) -> Result<Money> {
    let price_micros = Money::parse_price(input.price.trim())
        .ok_or_else(|| Error::invalid("price", "must be a decimal number up to 10^12, such as 4400 or 9.99"))?;
    let currency = input.currency.trim().to_ascii_uppercase();
    if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(Error::invalid("currency", "must be three letters (ISO 4217), such as KRW"));
    }
    Ok(Money { price_micros, currency })
}
