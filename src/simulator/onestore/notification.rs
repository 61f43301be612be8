//! What happened, as ONE store notifies of it: payments (PNS), signed with the app's licence key when they are sent, and the state of
//! subscriptions (SNS), which nobody signs.

use serde_json::{Value, json};

use super::access::{client_of, find_app};
use super::ids::purchase_token;
use super::licence::LicenceKey;
use crate::error::Result;
use crate::model::{ExpirationReason, Money, NotificationDamage, SimulatedNotification, SimulatedPurchase};
use crate::simulator::happened::Happened;
use crate::simulator::notification::{Content, Draft};
use crate::simulator::translate::DeliveryRequest;
use crate::state::AppState;

const VERSION: &str = "3.1.0D";
const COMPLETED: &str = "COMPLETED";
const CANCELED: &str = "CANCELED";
const MESSAGE_TYPE: &str = "SINGLE_PAYMENT_TRANSACTION";
const SIGNATURE: &str = "signature";

/// Every state of a subscription and its number.
const STATES: [(&str, i64); 13] = [
    ("SUBSCRIPTION_RECOVERED", 1),
    ("SUBSCRIPTION_RENEWED", 2),
    ("SUBSCRIPTION_CANCELED", 3),
    ("SUBSCRIPTION_PURCHASED", 4),
    ("SUBSCRIPTION_ON_HOLD", 5),
    ("SUBSCRIPTION_IN_GRACE_PERIOD", 6),
    ("SUBSCRIPTION_RESTARTED", 7),
    ("SUBSCRIPTION_PRICE_CHANGE_CONFIRMED", 8),
    ("SUBSCRIPTION_DEFERRED", 9),
    ("SUBSCRIPTION_PAUSED", 10),
    ("SUBSCRIPTION_PAUSE_SCHEDULE_CHANGED", 11),
    ("SUBSCRIPTION_REVOKED", 12),
    ("SUBSCRIPTION_EXPIRED", 13),
];

/// The notifications of what happened to a sale or subscription, in order.
pub(super) fn write(draft: &Draft<'_>, happened: Happened) -> Vec<Content> {
    let Some(sale) = draft.sale else { return Vec::new() };
    let is_present = draft.subscription.is_none_or(|chain| chain.lifecycle.order_id == sale.order_id);
    kinds_of(happened, sale.details.kind.renews(), is_present).iter().filter_map(|kind| of_kind(draft, sale, kind)).collect()
}

/// ONE store's words for what happened; none where it sends nothing.
const fn kinds_of(happened: Happened, renews: bool, is_present: bool) -> &'static [&'static str] {
    match happened {
        Happened::Bought if renews => &[COMPLETED, "SUBSCRIPTION_PURCHASED"],
        Happened::Bought => &[COMPLETED],
        Happened::Subscribed | Happened::Resubscribed | Happened::Upgraded => &[COMPLETED, "SUBSCRIPTION_PURCHASED"],
        Happened::Downgraded => &["SUBSCRIPTION_PURCHASED"],
        Happened::Renewed | Happened::Resumed => &[COMPLETED, "SUBSCRIPTION_RENEWED"],
        Happened::Recovered => &[COMPLETED, "SUBSCRIPTION_RECOVERED"],
        Happened::RenewalFailed { has_grace: true } => &["SUBSCRIPTION_IN_GRACE_PERIOD"],
        Happened::RenewalFailed { has_grace: false } | Happened::GraceEnded => &["SUBSCRIPTION_ON_HOLD"],
        Happened::Expired(ExpirationReason::BillingError) => &["SUBSCRIPTION_CANCELED"],
        Happened::Expired(_) => &["SUBSCRIPTION_EXPIRED"],
        Happened::RenewalSwitched { is_on: true } => &["SUBSCRIPTION_RESTARTED"],
        Happened::RenewalSwitched { is_on: false } => &["SUBSCRIPTION_CANCELED"],
        Happened::PriceAccepted => &["SUBSCRIPTION_PRICE_CHANGE_CONFIRMED"],
        Happened::Extended => &["SUBSCRIPTION_DEFERRED"],
        Happened::Paused => &["SUBSCRIPTION_PAUSED"],
        Happened::PauseScheduled => &["SUBSCRIPTION_PAUSE_SCHEDULE_CHANGED"],
        Happened::Revoked => &["SUBSCRIPTION_REVOKED"],
        Happened::Refunded if renews && is_present => &[CANCELED, "SUBSCRIPTION_REVOKED"],
        Happened::Refunded => &[CANCELED],
        Happened::PlanKept
        | Happened::ItemsChanged
        | Happened::OfferRedeemed
        | Happened::PriceRaised { .. }
        | Happened::PaymentDropped
        | Happened::RefundedPart
        | Happened::RefundedAlone
        | Happened::RefundReversed
        | Happened::RefundDeclined
        | Happened::RefundRequested(_) => &[],
    }
}

/// A notification of a type, about a sale; none of a type that there is not.
pub(super) fn of_kind(draft: &Draft<'_>, sale: &SimulatedPurchase, kind: &str) -> Option<Content> {
    if matches!(kind, COMPLETED | CANCELED) {
        let content = Content { kind: MESSAGE_TYPE.to_owned(), subtype: Some(kind.to_owned()), payload: payment(sale, kind) };
        return Some(content);
    }
    let number = STATES.iter().find(|(name, _)| *name == kind).map(|(_, number)| *number)?;
    let payload = json!({
        "msgVersion": VERSION,
        "eventTimeMillis": draft.dates.due_at.0,
        "subscriptionNotification": {
            "version": "1",
            "notificationType": number,
            "purchaseToken": purchase_token(sale.signup_id()),
            "productId": sale.product_id,
        },
        "environment": "SANDBOX",
    });
    Some(Content { kind: kind.to_owned(), subtype: None, payload })
}

/// A notification as somebody wants it.
pub(super) fn custom(kind: &str, members: Value) -> Content {
    Content { kind: kind.to_owned(), subtype: None, payload: members }
}

fn payment(sale: &SimulatedPurchase, state: &str) -> Value {
    let (amount, currency) = match &sale.price {
        Some(price) => (decimal(price), price.currency.as_str()),
        None => ("0".to_owned(), "KRW"),
    };
    json!({
        "msgVersion": VERSION,
        "productId": sale.product_id,
        "messageType": MESSAGE_TYPE,
        "purchaseId": sale.order_id,
        "developerPayload": sale.account_token.as_deref().unwrap_or_default(),
        "purchaseTimeMillis": sale.purchased_at.0,
        "purchaseState": state,
        "price": amount,
        "priceCurrencyCode": currency,
        "productName": sale.product_id,
        "paymentTypeList": [{ "paymentMethod": "ONESTORECASH", "amount": amount }],
        "billingKey": null,
        "isTestMdn": false,
        "purchaseToken": purchase_token(sale.signup_id()),
        "environment": "SANDBOX",
    })
}

/// An amount as ONE store writes it: no more places than the currency has.
fn decimal(price: &Money) -> String {
    let text = price.to_decimal();
    if Money::decimals(&price.currency) == 0 { text.strip_suffix(".00").unwrap_or(&text).to_owned() } else { text }
}

/// The request that delivers a notification, with a fault in it if one is set. What is signed is the text that is sent, without the
/// signature.
pub(super) async fn request(
    state: &AppState,
    notification: &SimulatedNotification,
    damage: Option<NotificationDamage>,
) -> Result<DeliveryRequest> {
    let app = find_app(state, &notification.store_app_id).await?;
    let mut body = notification.payload.clone();
    if let (Some(members), Some(app)) = (body.as_object_mut(), &app) {
        let client = client_of(app);
        let is_other = damage == Some(NotificationDamage::WrongApp);
        let client = if is_other { format!("{client}9") } else { client.to_owned() };
        members.entry("clientId").or_insert_with(|| client.into());
        let market = app.settings.get("market_code").map_or("MKT_ONE", String::as_str);
        members.entry("marketCode").or_insert_with(|| market.into());
    }
    let is_payment = body.get("messageType").is_some();
    let key = match damage {
        Some(NotificationDamage::WrongRoot) => Some(LicenceKey::foreign()?),
        _ if is_payment => app.as_ref().and_then(LicenceKey::of),
        _ => None,
    };
    if let Some(key) = key {
        body[SIGNATURE] = key.sign(&body.to_string())?.into();
    }
    if damage == Some(NotificationDamage::BadSignature) {
        body[SIGNATURE] = "c2lnbmF0dXJl".into();
    }
    Ok(DeliveryRequest { body, authorization: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_one_store_says_is_a_payment_or_has_a_number() {
        let expirations = ExpirationReason::ALL.iter().map(|reason| Happened::Expired(*reason));
        let others = [
            Happened::Bought,
            Happened::Subscribed,
            Happened::Resubscribed,
            Happened::Renewed,
            Happened::RenewalFailed { has_grace: true },
            Happened::RenewalFailed { has_grace: false },
            Happened::GraceEnded,
            Happened::Recovered,
            Happened::RenewalSwitched { is_on: true },
            Happened::RenewalSwitched { is_on: false },
            Happened::Upgraded,
            Happened::Downgraded,
            Happened::PriceAccepted,
            Happened::Extended,
            Happened::Paused,
            Happened::PauseScheduled,
            Happened::Resumed,
            Happened::Refunded,
        ];
        for happened in expirations.chain(others) {
            for renews in [true, false] {
                let kinds = kinds_of(happened, renews, true);
                let is_known = |kind: &&str| [COMPLETED, CANCELED].contains(kind) || STATES.iter().any(|(name, _)| name == kind);
                assert!(!kinds.is_empty() && kinds.iter().all(is_known), "{happened:?} is told as {kinds:?}");
            }
        }
    }

    #[test]
    fn an_amount_has_the_places_of_its_currency() {
        let of = |price_micros: i64, currency: &str| decimal(&Money { price_micros, currency: currency.into() });
        assert_eq!([of(4_400_000_000, "KRW"), of(990_000, "USD"), of(1_000_000, "USD")], ["4400", "0.99", "1.00"]);
    }
}
