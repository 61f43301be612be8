//! Every type of App Store notification and what it is good for (docs/stores/apple.md, Notifications V2: types). The signed
//! words within decide what happens; the type says whether there are any to enter, and what to call it.

use crate::stores::Notification;

/// What a notification is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Its words are entered; the word is its effect's name, where the entry's own says too little.
    Apply(Option<&'static str>),
    /// Kept as a record only.
    Ignore(&'static str),
}

/// Tells what a notification is good for, known or not.
pub(crate) fn effect_of(notification: &Notification) -> Effect {
    let known = effect_of_type(&notification.kind, notification.subtype.as_deref());
    match (&notification.purchase, &notification.unread, known) {
        (None, Some(_), _) => Effect::Ignore(UNREADABLE),
        (None, None, Some(_)) => Effect::Ignore(NO_TRANSACTION),
        (Some(_), None, Some(effect)) => effect,
        // The type may tell of the part that could not be read; the purchase is entered all the same.
        (Some(_), Some(_), Some(_)) => Effect::Apply(None),
        (_, _, None) => recorded(&notification.kind),
    }
}

/// What a notification of a type we know does by the transaction it carries.
fn effect_of_type(kind: &str, subtype: Option<&str>) -> Option<Effect> {
    let effect = match (kind, subtype) {
        ("SUBSCRIBED" | "OFFER_REDEEMED", Some("INITIAL_BUY")) => "SUBSCRIPTION_STARTED",
        ("SUBSCRIBED" | "OFFER_REDEEMED", Some("RESUBSCRIBE")) => "SUBSCRIPTION_RESTARTED",
        ("SUBSCRIBED", _) => "SUBSCRIPTION_STARTED",
        ("DID_RENEW", Some("BILLING_RECOVERY")) => "SUBSCRIPTION_RECOVERED",
        ("DID_RENEW", _) => "SUBSCRIPTION_RENEWED",
        ("DID_CHANGE_RENEWAL_PREF" | "OFFER_REDEEMED", Some("UPGRADE")) => "PLAN_UPGRADED",
        ("DID_CHANGE_RENEWAL_PREF" | "OFFER_REDEEMED", Some("DOWNGRADE")) => "PLAN_CHANGE_PENDING",
        ("DID_CHANGE_RENEWAL_PREF", _) => "PLAN_CHANGE_WITHDRAWN",
        ("OFFER_REDEEMED", _) => "OFFER_APPLIED",
        ("DID_CHANGE_RENEWAL_STATUS", Some("AUTO_RENEW_DISABLED")) => "RENEWAL_SWITCHED_OFF",
        ("DID_CHANGE_RENEWAL_STATUS", _) => "RENEWAL_SWITCHED_ON",
        ("DID_FAIL_TO_RENEW", Some("GRACE_PERIOD")) => "GRACE_PERIOD_STARTED",
        ("DID_FAIL_TO_RENEW" | "GRACE_PERIOD_EXPIRED", _) => "SUBSCRIPTION_ON_HOLD",
        ("EXPIRED", _) => "SUBSCRIPTION_EXPIRED",
        ("PRICE_INCREASE", Some("PENDING")) => "PRICE_CONSENT_PENDING",
        ("PRICE_INCREASE", _) => "PRICE_CONSENT_GIVEN",
        ("RENEWAL_EXTENDED", _) => "PERIOD_EXTENDED",
        ("REVOKE", _) => "ACCESS_REVOKED",
        ("CONSUMPTION_REQUEST", _) => "CONSUMPTION_ASKED",
        ("REFUND" | "REFUND_REVERSED" | "ONE_TIME_CHARGE", _) => return Some(Effect::Apply(None)),
        // Nothing changes by it, but what it carries is signed and may be news.
        ("REFUND_DECLINED", _) => "REFUND_DECLINED",
        _ => return None,
    };
    Some(Effect::Apply(Some(effect)))
}

/// The effect of a notification whose parts are of another form than we know.
const UNREADABLE: &str = "UNREADABLE";
/// The effect of one of a type we know that carries no transaction.
const NO_TRANSACTION: &str = "NO_TRANSACTION";

fn recorded(kind: &str) -> Effect {
    Effect::Ignore(match kind {
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
