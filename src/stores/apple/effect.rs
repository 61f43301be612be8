//! Every type of App Store notification and what is to be done about it (docs/stores/apple.md, Notifications V2: types). The
//! signed parts decide what changes; the type says whether there are any to record, and what to call it.

use crate::stores::Effect;

/// The store asks how far a purchase was used before it refunds it.
pub(super) const REFUND_QUESTION: &str = "CONSUMPTION_REQUEST";
/// The effect of a notification that made us ask the store.
pub(super) const LOOKED_UP: &str = "LOOKED_UP";

/// What a notification carries.
pub(super) struct Carried {
    pub purchase: bool,
    pub renewal: bool,
    /// A part of another form than we know.
    pub unread: bool,
}

/// What is to be done about a notification, of a known type or not.
pub(super) fn effect_of(kind: &str, subtype: Option<&str>, carried: &Carried) -> Effect {
    let Some(effect) = effect_of_type(kind, subtype) else { return ignored(kind) };
    match carried {
        Carried { purchase: true, unread: false, .. } => effect,
        // The type may tell of the part that could not be read; the purchase is recorded all the same.
        Carried { purchase: true, unread: true, .. } => Effect::Apply(None),
        // How a subscription goes on is worth nothing without its latest period.
        Carried { renewal: true, .. } => Effect::Refetch(LOOKED_UP),
        Carried { unread: true, .. } => Effect::Ignore(UNREADABLE),
        _ => Effect::Ignore(NO_TRANSACTION),
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
        (REFUND_QUESTION, _) => "CONSUMPTION_ASKED",
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

fn ignored(kind: &str) -> Effect {
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
