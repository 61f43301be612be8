//! What happened, in the types of App Store Server Notifications V2 (docs/stores/apple.md, Notifications V2: types).

use serde_json::{Value, json};

use super::payloads::{renewal_info, status_code, transaction};
use crate::model::{ExpirationReason, RefundReason};
use crate::simulator::happened::Happened;
use crate::simulator::notification::{Content, Draft};

/// Every type of notification and its subtypes (docs/stores/apple.md, Notifications V2: types).
pub(super) const TYPES: [(&str, &[&str]); 23] = [
    ("SUBSCRIBED", &["INITIAL_BUY", "RESUBSCRIBE"]),
    ("DID_RENEW", &["BILLING_RECOVERY"]),
    ("DID_CHANGE_RENEWAL_PREF", &["UPGRADE", "DOWNGRADE"]),
    ("DID_CHANGE_RENEWAL_STATUS", &["AUTO_RENEW_DISABLED", "AUTO_RENEW_ENABLED"]),
    ("OFFER_REDEEMED", &["UPGRADE", "DOWNGRADE", "INITIAL_BUY", "RESUBSCRIBE"]),
    ("DID_FAIL_TO_RENEW", &["GRACE_PERIOD"]),
    ("GRACE_PERIOD_EXPIRED", &[]),
    ("EXPIRED", &["VOLUNTARY", "BILLING_RETRY", "PRICE_INCREASE", "PRODUCT_NOT_FOR_SALE"]),
    ("PRICE_INCREASE", &["PENDING", "ACCEPTED"]),
    ("REFUND", &[]),
    ("REFUND_DECLINED", &[]),
    ("REFUND_REVERSED", &[]),
    ("CONSUMPTION_REQUEST", &[]),
    ("ONE_TIME_CHARGE", &[]),
    ("REVOKE", &[]),
    ("RENEWAL_EXTENDED", &[]),
    ("RENEWAL_EXTENSION", &["SUMMARY", "FAILURE"]),
    ("TEST", &[]),
    ("EXTERNAL_PURCHASE_TOKEN", &["UNREPORTED", "CREATED", "ACTIVE_TOKEN_REMINDER"]),
    ("RESCIND_CONSENT", &[]),
    ("METADATA_UPDATE", &[]),
    ("MIGRATION", &[]),
    ("PRICE_CHANGE", &[]),
];

/// The notification of what happened to a sale or subscription; none of what the App Store does not have.
pub(super) fn write(draft: &Draft<'_>, happened: Happened) -> Option<Content> {
    let (kind, subtype) = type_of(happened)?;
    let data = match happened {
        Happened::RefundRequested(reason) => json!({ "consumptionRequestReason": reason_text(reason) }),
        _ => json!({}),
    };
    Some(content(draft, kind, subtype, data))
}

/// A notification of any type. `data` gets the unsigned sale as `transaction` and its subscription as `renewal`; both are
/// signed on the way out.
pub(super) fn content(draft: &Draft<'_>, kind: &str, subtype: Option<&str>, mut data: Value) -> Content {
    let as_of = draft.dates.as_of;
    if let Some(sale) = draft.sale {
        data["transaction"] = transaction(sale, as_of);
    }
    if let Some(subscription) = draft.subscription {
        data["renewal"] = renewal_info(subscription, as_of);
        data["status"] = status_code(subscription.lifecycle.status_at(as_of)).into();
    }
    let mut payload = json!({
        "notificationType": kind, "notificationUUID": draft.id, "version": "2.0", "signedDate": as_of.0, "data": data,
    });
    if let Some(subtype) = subtype {
        payload["subtype"] = subtype.into();
    }
    Content { kind: kind.to_owned(), subtype: subtype.map(str::to_owned), payload }
}

/// Apple's type and subtype.
const fn type_of(happened: Happened) -> Option<(&'static str, Option<&'static str>)> {
    Some(match happened {
        Happened::Bought => ("ONE_TIME_CHARGE", None),
        Happened::Subscribed => ("SUBSCRIBED", Some("INITIAL_BUY")),
        Happened::Resubscribed => ("SUBSCRIBED", Some("RESUBSCRIBE")),
        Happened::Renewed => ("DID_RENEW", None),
        Happened::Recovered => ("DID_RENEW", Some("BILLING_RECOVERY")),
        Happened::RenewalFailed { has_grace: true } => ("DID_FAIL_TO_RENEW", Some("GRACE_PERIOD")),
        Happened::RenewalFailed { has_grace: false } => ("DID_FAIL_TO_RENEW", None),
        Happened::GraceEnded => ("GRACE_PERIOD_EXPIRED", None),
        Happened::Expired(reason) => ("EXPIRED", expiration_subtype(reason)),
        Happened::RenewalSwitched { is_on: true } => ("DID_CHANGE_RENEWAL_STATUS", Some("AUTO_RENEW_ENABLED")),
        Happened::RenewalSwitched { is_on: false } => ("DID_CHANGE_RENEWAL_STATUS", Some("AUTO_RENEW_DISABLED")),
        Happened::Upgraded => ("DID_CHANGE_RENEWAL_PREF", Some("UPGRADE")),
        Happened::Downgraded => ("DID_CHANGE_RENEWAL_PREF", Some("DOWNGRADE")),
        Happened::PlanKept => ("DID_CHANGE_RENEWAL_PREF", None),
        Happened::OfferRedeemed => ("OFFER_REDEEMED", None),
        Happened::PriceRaised { needs_consent: true } => ("PRICE_INCREASE", Some("PENDING")),
        Happened::PriceRaised { needs_consent: false } | Happened::PriceAccepted => ("PRICE_INCREASE", Some("ACCEPTED")),
        Happened::Extended => ("RENEWAL_EXTENDED", None),
        Happened::Revoked => ("REVOKE", None),
        Happened::Refunded => ("REFUND", None),
        Happened::RefundReversed => ("REFUND_REVERSED", None),
        Happened::RefundDeclined => ("REFUND_DECLINED", None),
        Happened::RefundRequested(_) => ("CONSUMPTION_REQUEST", None),
        Happened::RefundedPart
        | Happened::RefundedAlone
        | Happened::ItemsChanged
        | Happened::PaymentDropped
        | Happened::PauseScheduled
        | Happened::Paused
        | Happened::Resumed => return None,
    })
}

const fn expiration_subtype(reason: ExpirationReason) -> Option<&'static str> {
    match reason {
        ExpirationReason::Canceled => Some("VOLUNTARY"),
        ExpirationReason::BillingError => Some("BILLING_RETRY"),
        ExpirationReason::PriceRefused => Some("PRICE_INCREASE"),
        ExpirationReason::ProductUnavailable => Some("PRODUCT_NOT_FOR_SALE"),
        ExpirationReason::Other => None,
    }
}

const fn reason_text(reason: RefundReason) -> &'static str {
    match reason {
        RefundReason::UnintendedPurchase => "UNINTENDED_PURCHASE",
        RefundReason::FulfillmentIssue => "FULFILLMENT_ISSUE",
        RefundReason::Unsatisfied => "UNSATISFIED_WITH_PURCHASE",
        RefundReason::Legal => "LEGAL",
        RefundReason::Other => "OTHER",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_happens_has_a_type_that_the_history_knows() {
        let expirations = ExpirationReason::ALL.iter().map(|reason| Happened::Expired(*reason));
        let requests = RefundReason::ALL.iter().map(|reason| Happened::RefundRequested(*reason));
        let others = [
            Happened::Bought,
            Happened::Subscribed,
            Happened::Resubscribed,
            Happened::Renewed,
            Happened::Recovered,
            Happened::RenewalFailed { has_grace: true },
            Happened::RenewalFailed { has_grace: false },
            Happened::GraceEnded,
            Happened::RenewalSwitched { is_on: true },
            Happened::RenewalSwitched { is_on: false },
            Happened::Upgraded,
            Happened::Downgraded,
            Happened::PlanKept,
            Happened::OfferRedeemed,
            Happened::PriceRaised { needs_consent: true },
            Happened::PriceRaised { needs_consent: false },
            Happened::PriceAccepted,
            Happened::Extended,
            Happened::Revoked,
            Happened::Refunded,
            Happened::RefundReversed,
            Happened::RefundDeclined,
        ];
        for happened in expirations.chain(requests).chain(others) {
            let (kind, subtype) = type_of(happened).expect("a type");
            let known = TYPES.iter().find(|(name, _)| *name == kind);
            let is_known = known.is_some_and(|(_, subtypes)| subtype.is_none_or(|subtype| subtypes.contains(&subtype)));
            assert!(is_known, "{happened:?} is told as {kind} {subtype:?}");
        }
    }
}
