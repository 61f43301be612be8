//! A receipt as staff type it in, and the store's transaction it is of.

use serde::{Deserialize, Serialize};

use crate::db;
use crate::error::{Error, Result};
use crate::model::{
    Actor, Money, Payment, PaymentStatus, ProjectId, Purchase, Reason, ReceiptReason, RefusalCode, Timestamp, Unit,
};
use crate::state::AppState;
use crate::stores::{Asking, Refusal, StoreApp};

const RECEIPT_CHARS_MAX: usize = 200;

/// A purchase that the number on a receipt leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceiptPurchase {
    pub order_id: String,
    pub product_id: String,
    pub price: Option<Money>,
    pub purchased_at: Timestamp,
    /// Why it can't settle the payment, if it can't.
    pub why_not: Option<ReceiptReason>,
}

/// What the store says that a number is of, each beside what keeps it from settling the payment. Changes nothing.
pub(super) async fn preview(
    state: &AppState,
    project: &ProjectId,
    app: &StoreApp,
    found: &Payment,
    number: &str,
) -> Result<Vec<ReceiptPurchase>> {
    let mut all = Vec::new();
    for purchase in ask(state, app, number).await? {
        let why_not = why_not(state, project, app, found, &purchase).await?;
        let Purchase { order_id, product_id, price, purchased_at, .. } = purchase;
        all.push(ReceiptPurchase { order_id, product_id, price, purchased_at, why_not });
    }
    Ok(all)
}

/// The purchases a number is of.
async fn ask(state: &AppState, app: &StoreApp, number: &str) -> Result<Vec<Purchase>> {
    let asking = Asking::of(Actor::Operator, state.clock.now());
    let asked = state.stores.of(app.store).find_by_receipt_number(app, number, asking).await;
    asked.map_err(Refusal::from).map_err(|refusal| match refusal.code {
        RefusalCode::StoreUnavailable | RefusalCode::StoreCredentials => refusal.into(),
        _ => wrong(&refusal),
    })
}

/// The store's transaction a number is of, for a payment's product, that nobody has. Each other answer is a refusal that names
/// the number.
pub(super) async fn resolve(
    state: &AppState,
    project: &ProjectId,
    app: &StoreApp,
    found: &Payment,
    number: &str,
) -> Result<Purchase> {
    let mut reason = ReceiptReason::Unknown;
    for purchase in ask(state, app, number).await? {
        match why_not(state, project, app, found, &purchase).await? {
            Some(why) => reason = why,
            None => return Ok(purchase),
        }
    }
    Err(Error::invalid("receiptNumber", reason))
}

fn wrong(refusal: &Refusal) -> Error {
    Error::invalid("receiptNumber", ReceiptReason::Refused(refusal.reason.clone()))
}

/// Why a transaction can't settle the payment, if it can't.
async fn why_not(
    state: &AppState,
    project: &ProjectId,
    app: &StoreApp,
    found: &Payment,
    purchase: &Purchase,
) -> Result<Option<ReceiptReason>> {
    if purchase.product_id != found.product_id || !purchase.is_of_type(found.product_type) {
        return Ok(Some(ReceiptReason::OfAnotherProduct(purchase.product_id.clone())));
    }
    if purchase.revoked_at.is_some() || purchase.pending {
        return Ok(Some(ReceiptReason::TakenBack));
    }
    if app.is_before_charge(purchase.purchased_at) {
        return Ok(Some(ReceiptReason::BeforeCharge));
    }
    let mut tx = state.db.read().await?;
    let user = (found.user_channel.clone(), found.user_key.clone());
    if let Some(token) = &purchase.account_token
        && db::users::find_by_account_token(&mut tx, project, token).await?.is_some_and(|owner| owner != user)
    {
        return Ok(Some(ReceiptReason::OfAnotherPlayer));
    }
    let known = db::payments::find_by_order(&mut tx, project, app.app_seq, &purchase.order_id).await?;
    Ok(known.filter(|known| !known.user_key.is_empty()).map(|known| ReceiptReason::Recorded(known.payment_seq.0)))
}

/// A payment corrected to SUCCESS for a purchase that only its receipt tells of.
pub(super) fn settle_by_hand(found: &Payment, number: &str, money: &Money, at: Timestamp) -> Payment {
    Payment {
        status: PaymentStatus::Success,
        refusal: None,
        store_order_id: Some(number.to_owned()),
        original_order_id: Some(number.to_owned()),
        price: Some(money.clone()),
        purchased_at: Some(found.created_at),
        verified_at: Some(at),
        updated_at: at,
        ..found.clone()
    }
}

/// The number on a receipt.
pub(super) fn parse_number(text: &str) -> Result<String> {
    let text = text.trim();
    let fits = (1..=RECEIPT_CHARS_MAX).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
        .ok_or_else(|| Error::invalid("receiptNumber", Reason::length(Unit::Characters, 1, RECEIPT_CHARS_MAX)))
}

/// A price as people write it, `7,500` too, and its currency.
pub(super) fn parse_money(price: &str, currency: &str) -> Result<Money> {
    let price_micros = ungrouped(price.trim())
        .and_then(|text| Money::parse_price(&text))
        .ok_or_else(|| Error::invalid("price", Reason::NotAPrice))?;
    let currency = currency.trim().to_ascii_uppercase();
    if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(Error::invalid("currency", Reason::NotACurrency));
    }
    Ok(Money { price_micros, currency })
}

/// The number without separators of thousands; none when they do not stand where those do.
fn ungrouped(text: &str) -> Option<String> {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut groups = whole.split(',');
    let first = groups.next().unwrap_or_default();
    let is_grouped = whole.contains(',');
    if is_grouped && (!(1..=3).contains(&first.len()) || groups.any(|group| group.len() != 3)) {
        return None;
    }
    let whole = whole.replace(',', "");
    Some(fraction.map_or(whole.clone(), |fraction| format!("{whole}.{fraction}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_prices_as_people_write_them() {
        for (text, micros) in [("7500", 7_500), ("7,500", 7_500), ("1,234,567", 1_234_567), ("0", 0)] {
            assert_eq!(parse_money(text, "krw").unwrap().price_micros, micros * 1_000_000, "{text}");
        }
        assert_eq!(parse_money("1,000.5", "USD").unwrap().price_micros, 1_000_500_000);
        for text in ["", "7,50", "75,00", ",500", "1,,000", "7.5,00", "7.500,00", "-1", "1 000", "9999,999"] {
            assert!(parse_money(text, "KRW").is_err(), "{text}");
        }
    }
}
