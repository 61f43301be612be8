//! What happened, as Real-time developer notifications say it: a reason to look again, and no more.

use serde_json::{Value, json};

use super::ids::purchase_token;
use super::values::{millis, put};
use crate::model::{ExpirationReason, SimulatedPurchase};
use crate::simulator::happened::Happened;
use crate::simulator::notification::{Content, Draft};

/// A bank's question; the one reason there is.
const CHARGEBACK: i64 = 7;

/// Every type about subscriptions and its number.
pub(super) const SUBSCRIPTION_TYPES: [(&str, i64); 19] = [
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
    ("SUBSCRIPTION_ITEMS_CHANGED", 17),
    ("SUBSCRIPTION_CANCELLATION_SCHEDULED", 18),
    ("SUBSCRIPTION_PRICE_CHANGE_UPDATED", 19),
    ("SUBSCRIPTION_PENDING_PURCHASE_CANCELED", 20),
    ("SUBSCRIPTION_PRICE_STEP_UP_CONSENT_UPDATED", 22),
    ("SUBSCRIPTION_UNKNOWN", 99),
];
/// Every type about one-time products and its number.
pub(super) const PRODUCT_TYPES: [(&str, i64); 2] = [("ONE_TIME_PRODUCT_PURCHASED", 1), ("ONE_TIME_PRODUCT_CANCELED", 2)];

/// The notifications of what happened to a sale or subscription, in order.
pub(super) fn write(draft: &Draft<'_>, happened: Happened) -> Vec<Content> {
    let Some(sale) = draft.sale else { return Vec::new() };
    match happened {
        Happened::Refunded => {
            let is_present = draft.subscription.is_some_and(|chain| chain.lifecycle.order_id == sale.order_id);
            let ended = is_present.then(|| of_kind(draft, sale, "SUBSCRIPTION_REVOKED"));
            ended.into_iter().flatten().chain([voided(draft, sale, true)]).collect()
        }
        Happened::RefundedPart => vec![voided(draft, sale, false)],
        Happened::PriceRaised { .. } | Happened::PriceAccepted if is_step_up(draft) => {
            of_kind(draft, sale, "SUBSCRIPTION_PRICE_STEP_UP_CONSENT_UPDATED").into_iter().collect()
        }
        Happened::RenewalSwitched { is_on: false } if draft.subscription.is_some_and(|chain| chain.lifecycle.auto_renew) => {
            of_kind(draft, sale, "SUBSCRIPTION_CANCELLATION_SCHEDULED").into_iter().collect()
        }
        Happened::RefundRequested(_) => vec![pending_review(draft, sale)],
        other => kinds_of(other, sale.details.kind.renews()).iter().filter_map(|kind| of_kind(draft, sale, kind)).collect(),
    }
}

fn is_step_up(draft: &Draft<'_>) -> bool {
    let rise = draft.subscription.and_then(|chain| chain.lifecycle.price_rise.as_ref());
    rise.is_some_and(|rise| rise.is_step_up)
}

/// Google's types of what happened; none where it sends none.
const fn kinds_of(happened: Happened, renews: bool) -> &'static [&'static str] {
    match happened {
        Happened::Bought if renews => &["SUBSCRIPTION_PURCHASED"],
        Happened::Bought => &["ONE_TIME_PRODUCT_PURCHASED"],
        Happened::PaymentDropped if renews => &["SUBSCRIPTION_PENDING_PURCHASE_CANCELED"],
        Happened::PaymentDropped => &["ONE_TIME_PRODUCT_CANCELED"],
        Happened::Subscribed | Happened::Resubscribed | Happened::Upgraded | Happened::Downgraded => &["SUBSCRIPTION_PURCHASED"],
        Happened::Renewed => &["SUBSCRIPTION_RENEWED"],
        Happened::RenewalFailed { has_grace: true } => &["SUBSCRIPTION_IN_GRACE_PERIOD"],
        Happened::RenewalFailed { has_grace: false } | Happened::GraceEnded => &["SUBSCRIPTION_ON_HOLD"],
        Happened::Recovered | Happened::Resumed => &["SUBSCRIPTION_RECOVERED"],
        Happened::Expired(ExpirationReason::BillingError) => &["SUBSCRIPTION_CANCELED", "SUBSCRIPTION_EXPIRED"],
        Happened::Expired(_) => &["SUBSCRIPTION_EXPIRED"],
        Happened::RenewalSwitched { is_on: true } => &["SUBSCRIPTION_RESTARTED"],
        Happened::RenewalSwitched { is_on: false } => &["SUBSCRIPTION_CANCELED"],
        Happened::PlanKept | Happened::ItemsChanged => &["SUBSCRIPTION_ITEMS_CHANGED"],
        Happened::PriceRaised { .. } | Happened::PriceAccepted => &["SUBSCRIPTION_PRICE_CHANGE_UPDATED"],
        Happened::Extended => &["SUBSCRIPTION_DEFERRED"],
        Happened::Revoked => &["SUBSCRIPTION_REVOKED"],
        Happened::PauseScheduled => &["SUBSCRIPTION_PAUSE_SCHEDULE_CHANGED"],
        Happened::Paused => &["SUBSCRIPTION_PAUSED"],
        Happened::OfferRedeemed
        | Happened::Refunded
        | Happened::RefundedPart
        | Happened::RefundedAlone
        | Happened::RefundReversed
        | Happened::RefundDeclined
        | Happened::RefundRequested(_) => &[],
    }
}

/// A notification of a type, about a sale; none of a type that there is not.
pub(super) fn of_kind(draft: &Draft<'_>, sale: &SimulatedPurchase, kind: &str) -> Option<Content> {
    let number = |types: &[(&str, i64)]| types.iter().find(|(name, _)| *name == kind).map(|(_, number)| *number);
    let token = purchase_token(sale.signup_id());
    let (member, value) = if let Some(number) = number(&SUBSCRIPTION_TYPES) {
        ("subscriptionNotification", json!({ "version": "1.0", "notificationType": number, "purchaseToken": token }))
    } else {
        let number = number(&PRODUCT_TYPES)?;
        let told = json!({ "version": "1.0", "notificationType": number, "purchaseToken": token, "sku": sale.product_id });
        ("oneTimeProductNotification", told)
    };
    Some(content(draft, kind, member, value))
}

/// Google's own test of an address.
pub(super) fn test(draft: &Draft<'_>) -> Content {
    content(draft, "TEST", "testNotification", json!({ "version": "1.0" }))
}

/// A notification in which a member is as somebody wants it.
pub(super) fn custom(draft: &Draft<'_>, kind: &str, members: Value) -> Content {
    let mut content = content(draft, kind, "testNotification", Value::Null);
    if let (Some(body), Value::Object(members)) = (content.payload.as_object_mut(), members) {
        body.remove("testNotification");
        body.extend(members);
    }
    content
}

fn voided(draft: &Draft<'_>, sale: &SimulatedPurchase, is_whole: bool) -> Content {
    let told = json!({
        "purchaseToken": purchase_token(sale.signup_id()),
        "orderId": sale.order_id,
        "productType": if sale.details.kind.renews() { 1 } else { 2 },
        "refundType": if is_whole { 1 } else { 2 },
    });
    content(draft, "VOIDED_PURCHASE", "voidedPurchaseNotification", told)
}

fn pending_review(draft: &Draft<'_>, sale: &SimulatedPurchase) -> Content {
    let token = sale.details.review.as_ref().map_or("", |review| review.token.as_str());
    let mut told = json!({ "version": "1.0", "pendingRefundToken": token, "orderId": sale.order_id, "refundReason": CHARGEBACK });
    put(&mut told, "obfuscatedAccountId", sale.account_token.as_deref());
    put(&mut told, "obfuscatedProfileId", sale.details.profile_id.as_deref());
    content(draft, "PENDING_REFUND_REVIEW", "pendingRefundReviewNotification", told)
}

fn content(draft: &Draft<'_>, kind: &str, member: &str, value: Value) -> Content {
    let payload = json!({
        "version": "1.0",
        "packageName": draft.app.store_app_id,
        "eventTimeMillis": millis(draft.dates.due_at),
        member: value,
    });
    Content { kind: kind.to_owned(), subtype: None, payload }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_google_says_has_a_number() {
        let expirations = ExpirationReason::ALL.iter().map(|reason| Happened::Expired(*reason));
        let others = [
            Happened::Bought,
            Happened::PaymentDropped,
            Happened::Subscribed,
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
            Happened::Revoked,
            Happened::Paused,
            Happened::PauseScheduled,
            Happened::Resumed,
        ];
        for happened in expirations.chain(others) {
            for renews in [true, false] {
                let kinds = kinds_of(happened, renews);
                let is_known = |kind: &&str| SUBSCRIPTION_TYPES.iter().chain(&PRODUCT_TYPES).any(|(name, _)| name == kind);
                assert!(!kinds.is_empty() && kinds.iter().all(is_known), "{happened:?} is told as {kinds:?}");
            }
        }
    }
}
