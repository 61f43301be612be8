//! App Store Server Notifications V1, deprecated by Apple. Nobody signs them: the app's shared secret in them shows who sent
//! one, and nothing they say is believed. They only name purchases, which the store is then asked about.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Map, Value};

use super::notification::make_id;
use super::transaction::{ID_CHARS_MAX, VALUE_CHARS_MAX, check_bundle_id, environment_of};
use super::unsigned_items::{Named, read_named};
use crate::model::Environment;
use crate::stores::fields::Fields;
use crate::stores::{Refusal, StoreApp};

/// The setting that chooses which of Apple's two forms of notification an app takes.
const SETTING: &str = "notice_mode";
const SECRET: &str = "shared_secret";

/// An unsigned notification. What it names is still to be asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsignedNotification {
    /// A UUID made from its words, so that it is the same however often they are sent.
    pub id: String,
    /// The store's own word.
    pub kind: String,
    pub environment: Environment,
    /// Subscriptions, the one of the newest period first.
    pub chains: Vec<String>,
    /// Purchases and periods, newest first.
    pub purchases: Vec<NamedPurchase>,
    /// The notification as it came, in JSON, without the secret.
    pub payload: String,
}

/// A purchase an unsigned notification names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedPurchase {
    pub order_id: String,
    /// Said to be refunded or revoked.
    pub is_taken_back: bool,
}

/// Whether an app takes unsigned notifications.
pub fn takes_unsigned_notifications(app: &StoreApp) -> bool {
    app.settings.get(SETTING).map(String::as_str) == Some("V1")
}

/// Whether a kept notification is an unsigned one: those that are signed are no JSON.
pub fn is_unsigned_notification(payload: &str) -> bool {
    payload.starts_with('{')
}

/// Reads an unsigned notification of a sender who knows the app's shared secret.
pub fn read_unsigned_notification(app: &StoreApp, body: &Value) -> Result<UnsignedNotification, Refusal> {
    let fields = Fields::of("notification", body)?;
    let given = fields.required_text("password")?;
    let secret = app.secrets.get(SECRET).ok_or_else(|| Refusal::proof("no shared secret is stored for this app"))?;
    let hash = |text: &str| digest(&SHA256, text.as_bytes());
    if verify_slices_are_equal(hash(given).as_ref(), hash(&secret.0).as_ref()).is_err() {
        return Err(fields.refuse("password", "is not this app's shared secret"));
    }
    let mut kept = body.as_object().cloned().unwrap_or_default();
    kept.remove("password");
    read_words(app, kept)
}

/// Reads an unsigned notification that was kept; its sender was known then.
pub fn read_kept_notification(app: &StoreApp, payload: &str) -> Result<UnsignedNotification, Refusal> {
    let kept = serde_json::from_str(payload).map_err(|_| Refusal::proof("notification must be an object"))?;
    read_words(app, kept)
}

fn read_words(app: &StoreApp, kept: Map<String, Value>) -> Result<UnsignedNotification, Refusal> {
    let fields = Fields::new("notification", &kept);
    check_bundle_id(app, fields.required_line("bid", ID_CHARS_MAX)?)?;
    let apple_environment = match fields.required_line("environment", VALUE_CHARS_MAX)? {
        "PROD" => "Production",
        other => other,
    };
    let environment = environment_of(app, apple_environment)?;
    let kind = fields.required_line("notification_type", VALUE_CHARS_MAX)?.to_owned();
    let Named { chains, purchases } = read_named(&kept);
    let payload = Value::Object(kept).to_string();
    Ok(UnsignedNotification { id: make_id(&payload), kind, environment, chains, purchases, payload })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::{RefusalCode, Secret};
    use crate::stores::apple::receipt::ReceiptItem;
    use crate::stores::apple::receipt_text::write_receipt;
    use crate::stores::simulated_app;

    fn app() -> StoreApp {
        let secrets = [(SECRET.to_owned(), Secret("s3cret".into()))].into();
        StoreApp { secrets, settings: [(SETTING.to_owned(), "V1".to_owned())].into(), ..simulated_app() }
    }

    fn body(changes: Value) -> Value {
        let mut body = json!({
            "notification_type": "DID_RENEW", "password": "s3cret", "environment": "Sandbox", "bid": "game.example",
            "unified_receipt": {
                "latest_receipt_info": [
                    { "transaction_id": "2", "original_transaction_id": "1", "purchase_date_ms": "20", "expires_date_ms": "30" },
                    { "transaction_id": "9", "original_transaction_id": "9", "purchase_date_ms": "5", "cancellation_date_ms": "40" },
                    { "transaction_id": "1", "original_transaction_id": "1", "purchase_date_ms": "10", "expires_date_ms": "20" },
                    { "transaction_id": "../x", "purchase_date_ms": "99" }, 7,
                ],
                "pending_renewal_info": [{ "original_transaction_id": "1" }, { "original_transaction_id": "4" }],
            },
        });
        body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        body
    }

    #[test]
    fn names_what_is_to_be_asked_for_newest_first() {
        let notification = read_unsigned_notification(&app(), &body(json!({}))).unwrap();
        let named: Vec<_> = notification.purchases.iter().map(|named| (named.order_id.as_str(), named.is_taken_back)).collect();
        assert_eq!(named, [("9", true), ("2", false), ("1", false)]);
        assert_eq!(
            (notification.chains, notification.environment),
            (vec!["1".to_owned(), "4".to_owned()], Environment::Simulator)
        );
    }

    #[test]
    fn names_what_stands_elsewhere_when_the_list_is_empty() {
        let receipt = write_receipt(&[
            ReceiptItem { transaction_id: "7".into(), ..ReceiptItem::default() },
            ReceiptItem {
                transaction_id: "22".into(),
                original_id: Some("21".into()),
                is_subscription: true,
                ..ReceiptItem::default()
            },
        ]);
        let old = json!({ "transaction_id": "32", "original_transaction_id": "31", "expires_date": "5" });
        for (changes, purchases, chains) in [
            (json!({ "unified_receipt": { "latest_receipt_info": [], "latest_receipt": receipt } }), vec!["7", "22"], vec!["21"]),
            (json!({ "unified_receipt": null, "latest_receipt": receipt.replace('+', " ") }), vec!["7", "22"], vec!["21"]),
            (json!({ "unified_receipt": null, "latest_receipt_info": old }), vec!["32"], vec!["31"]),
            (json!({ "unified_receipt": {}, "latest_expired_receipt_info": old }), vec!["32"], vec!["31"]),
            (json!({ "unified_receipt": { "receipt": { "in_app": [{ "transaction_id": 8 }] } } }), vec!["8"], vec![]),
            (json!({ "unified_receipt": null, "original_transaction_id": 41 }), vec!["41"], vec![]),
            (
                json!({ "unified_receipt": null, "original_transaction_id": "41", "auto_renew_product_id": "vip" }),
                vec![],
                vec!["41"],
            ),
            (json!({ "unified_receipt": { "pending_renewal_info": [{ "original_transaction_id": 4 }] } }), vec![], vec!["4"]),
        ] {
            let notification = read_unsigned_notification(&app(), &body(changes.clone())).unwrap();
            let named: Vec<_> = notification.purchases.iter().map(|named| named.order_id.as_str()).collect();
            assert_eq!((named, notification.chains), (purchases, chains.into_iter().map(str::to_owned).collect()), "{changes}");
        }
    }

    #[test]
    fn numbers_are_read_as_text_is() {
        let period =
            json!({ "transaction_id": 2, "original_transaction_id": 1.0, "purchase_date_ms": 20, "expires_date_ms": 30 });
        let gone = json!({ "transaction_id": 9_007_199_254_740_993_i64, "purchase_date_ms": 5, "cancellation_date_ms": 40 });
        let list = json!({ "unified_receipt": { "latest_receipt_info": [period, gone, { "transaction_id": -7 }, { "transaction_id": 0.5 }] } });
        let notification = read_unsigned_notification(&app(), &body(list)).unwrap();
        let named: Vec<_> = notification.purchases.iter().map(|named| (named.order_id.as_str(), named.is_taken_back)).collect();
        assert_eq!((named, notification.chains), (vec![("9007199254740993", true), ("2", false)], vec!["1".to_owned()]));
    }

    #[test]
    fn keeps_all_but_the_secret_and_tells_repeats() {
        let notification = read_unsigned_notification(&app(), &body(json!({}))).unwrap();
        assert!(is_unsigned_notification(&notification.payload) && !notification.payload.contains("s3cret"));
        assert_eq!(read_kept_notification(&app(), &notification.payload).unwrap(), notification);
        let other = read_unsigned_notification(&app(), &body(json!({ "auto_renew_status": "false" }))).unwrap();
        assert_ne!(other.id, notification.id);
    }

    #[test]
    fn is_for_whoever_knows_the_secret_and_for_this_app_alone() {
        for (changes, code) in [
            (json!({ "password": "S3cret" }), RefusalCode::ProofInvalid),
            (json!({ "password": "" }), RefusalCode::ProofInvalid),
            (json!({ "password": ["s3cret"] }), RefusalCode::ProofInvalid),
            (json!({ "bid": "game.other" }), RefusalCode::AppMismatch),
            (json!({ "environment": "PROD" }), RefusalCode::EnvironmentMismatch),
            (json!({ "notification_type": null }), RefusalCode::ProofInvalid),
        ] {
            assert_eq!(read_unsigned_notification(&app(), &body(changes.clone())).unwrap_err().code, code, "{changes}");
        }
        assert!(read_unsigned_notification(&simulated_app(), &body(json!({}))).is_err(), "no secret is stored");
        let live = StoreApp { environment: Environment::Live, ..app() };
        assert_eq!(
            read_unsigned_notification(&live, &body(json!({ "environment": "PROD" }))).unwrap().environment,
            Environment::Live
        );
    }
}
