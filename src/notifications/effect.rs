//! Every type of App Store notification and what it is good for (apple.md 5.3). The signed words within decide what happens;
//! the type says whether there are any to enter, and what to call it.

use crate::stores::Notification;

/// What a notification is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Its words are entered; the word is its effect's name, where the entry's own says too little.
    Entered(Option<&'static str>),
    /// Kept as a record only.
    Recorded(&'static str),
}

/// Tells what a notification is good for, known or not.
pub(crate) fn effect_of(notification: &Notification) -> Effect {
    if notification.purchase.is_none() {
        return recorded(&notification.kind);
    }
    match (notification.kind.as_str(), notification.subtype.as_deref()) {
        ("SUBSCRIBED" | "OFFER_REDEEMED", Some("INITIAL_BUY")) => Effect::Entered(Some("SUBSCRIPTION_STARTED")),
        ("SUBSCRIBED" | "OFFER_REDEEMED", Some("RESUBSCRIBE")) => Effect::Entered(Some("SUBSCRIPTION_RESTARTED")),
        ("SUBSCRIBED", _) => Effect::Entered(Some("SUBSCRIPTION_STARTED")),
        ("DID_RENEW", Some("BILLING_RECOVERY")) => Effect::Entered(Some("SUBSCRIPTION_RECOVERED")),
        ("DID_RENEW", _) => Effect::Entered(Some("SUBSCRIPTION_RENEWED")),
        ("DID_CHANGE_RENEWAL_PREF" | "OFFER_REDEEMED", Some("UPGRADE")) => Effect::Entered(Some("PLAN_UPGRADED")),
        ("DID_CHANGE_RENEWAL_PREF" | "OFFER_REDEEMED", Some("DOWNGRADE")) => Effect::Entered(Some("PLAN_CHANGE_PENDING")),
        ("DID_CHANGE_RENEWAL_PREF", _) => Effect::Entered(Some("PLAN_CHANGE_WITHDRAWN")),
        ("OFFER_REDEEMED", _) => Effect::Entered(Some("OFFER_APPLIED")),
        ("DID_CHANGE_RENEWAL_STATUS", Some("AUTO_RENEW_DISABLED")) => Effect::Entered(Some("RENEWAL_SWITCHED_OFF")),
        ("DID_CHANGE_RENEWAL_STATUS", _) => Effect::Entered(Some("RENEWAL_SWITCHED_ON")),
        ("DID_FAIL_TO_RENEW", Some("GRACE_PERIOD")) => Effect::Entered(Some("GRACE_PERIOD_STARTED")),
        ("DID_FAIL_TO_RENEW" | "GRACE_PERIOD_EXPIRED", _) => Effect::Entered(Some("SUBSCRIPTION_ON_HOLD")),
        ("EXPIRED", _) => Effect::Entered(Some("SUBSCRIPTION_EXPIRED")),
        ("PRICE_INCREASE", Some("PENDING")) => Effect::Entered(Some("PRICE_CONSENT_PENDING")),
        ("PRICE_INCREASE", _) => Effect::Entered(Some("PRICE_CONSENT_GIVEN")),
        ("RENEWAL_EXTENDED", _) => Effect::Entered(Some("PERIOD_EXTENDED")),
        ("REVOKE", _) => Effect::Entered(Some("ACCESS_REVOKED")),
        ("CONSUMPTION_REQUEST", _) => Effect::Entered(Some("CONSUMPTION_ASKED")),
        ("REFUND" | "REFUND_REVERSED" | "ONE_TIME_CHARGE", _) => Effect::Entered(None),
        // Nothing changes by it, but what it carries is signed and may be news.
        ("REFUND_DECLINED", _) => Effect::Entered(Some("REFUND_DECLINED")),
        (kind, _) => recorded(kind),
    }
}

fn recorded(kind: &str) -> Effect {
    Effect::Recorded(match kind {
        "TEST" => "TEST",
        "RENEWAL_EXTENSION"
        | "EXTERNAL_PURCHASE_TOKEN"
        | "RESCIND_CONSENT"
        | "METADATA_UPDATE"
        | "MIGRATION"
        | "MIGRATE"
        | "PRICE_CHANGE" => "RECORDED",
        _ => "UNKNOWN_TYPE",
    })
}
