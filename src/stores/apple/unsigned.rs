//! App Store Server Notifications V1, deprecated by Apple. Nobody signs them: the app's shared secret in them shows who sent
//! one, and nothing they say is believed. They only name purchases, which the store is then asked about.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Map, Value};

use super::effect::LOOKED_UP;
use super::notification::make_id;
use super::transaction::{ID_CHARS_MAX, VALUE_CHARS_MAX, check_bundle_id, environment_of};
use super::unsigned_items::{Named, read_named};
use crate::model::{AppSettings, Reason, TextKind, Timestamp, has_control};
use crate::stores::fields::Fields;
use crate::stores::{Effect, Notification, RawNotification, Refusal, Rejection, StoreApp};

/// The setting that chooses which of Apple's two forms of notification an app takes.
const SETTING: &str = "notice_mode";
const SECRET: &str = "shared_secret";
/// The effect of a notification that names nothing.
const NOTHING_NAMED: &str = "NOTHING_NAMED";

/// Whether an app's settings choose unsigned notifications.
pub(super) fn takes_unsigned(settings: &AppSettings) -> bool {
    settings.get(SETTING).map(String::as_str) == Some("V1")
}

/// Checks that the sender of an unsigned notification knows the app's shared secret. Gives the notification as it came, in
/// JSON, without the secret.
pub(super) fn authenticate_unsigned(app: &StoreApp, body: &Value) -> Result<String, Rejection> {
    if !takes_unsigned(&app.settings) {
        return Err(Rejection::Off);
    }
    let fields = Fields::of("notification", body)?;
    let given = fields.required_text("password")?;
    let secret = app.secrets.get(SECRET).ok_or_else(|| Refusal::proof("no shared secret is stored for this app"))?;
    let hash = |text: &str| digest(&SHA256, text.as_bytes());
    if verify_slices_are_equal(hash(given).as_ref(), hash(&secret.0).as_ref()).is_err() {
        return Err(fields.refuse("password", "is not this app's shared secret").into());
    }
    let mut kept = body.as_object().cloned().unwrap_or_default();
    kept.remove("password");
    let kept = Value::Object(kept);
    match has_unfit_text(&kept) {
        true => Err(Rejection::Malformed("data", Reason::Control)),
        false => Ok(kept.to_string()),
    }
}

/// Whether a text in it, or the name of a member, is none that can be kept and shown.
fn has_unfit_text(value: &Value) -> bool {
    let is_unfit = |text: &str| has_control(text, TextKind::Line);
    match value {
        Value::String(text) => is_unfit(text),
        Value::Array(items) => items.iter().any(has_unfit_text),
        Value::Object(members) => members.iter().any(|(name, member)| is_unfit(name) || has_unfit_text(member)),
        _ => false,
    }
}

/// Reads an unsigned notification that was kept; its sender was known then.
pub(super) fn parse_unsigned(app: &StoreApp, kept: &RawNotification) -> Result<Notification, Refusal> {
    let members = serde_json::from_str(&kept.payload).map_err(|_| Refusal::proof("notification must be an object"))?;
    read(app, &members, kept.received_at)
}

/// `received_at` stands for the notification's own date, which it does not have.
fn read(app: &StoreApp, kept: &Map<String, Value>, received_at: Timestamp) -> Result<Notification, Refusal> {
    let fields = Fields::new("notification", kept);
    check_bundle_id(app, fields.required_line("bid", ID_CHARS_MAX)?)?;
    let apple_environment = match fields.required_line("environment", VALUE_CHARS_MAX)? {
        "PROD" => "Production",
        other => other,
    };
    let environment = environment_of(app, apple_environment)?;
    let kind = fields.required_line("notification_type", VALUE_CHARS_MAX)?.to_owned();
    let Named { chains, purchases } = read_named(kept);
    let is_empty = chains.is_empty() && purchases.is_empty();
    Ok(Notification {
        // The same however often its words are sent.
        id: make_id(&Value::Object(kept.clone()).to_string()),
        kind,
        subtype: None,
        environment,
        sent_at: received_at,
        snapshot: None,
        chains,
        purchases,
        tokens: Vec::new(),
        effect: if is_empty { Effect::Ignore(NOTHING_NAMED) } else { Effect::Refetch(LOOKED_UP) },
        refund_question_until: None,
        refund_question_token: None,
        unread: None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::{Environment, Secret};
    use crate::stores::apple::receipt::ReceiptItem;
    use crate::stores::apple::receipt_text::write_receipt;
    use crate::stores::simulated_app;

    fn app() -> StoreApp {
        let secrets = [(SECRET.to_owned(), Secret("s3cret".into()))].into();
        StoreApp { secrets, settings: [(SETTING.to_owned(), "V1".to_owned())].into(), ..simulated_app() }
    }

    /// Authenticates a body and reads what is kept of it.
    fn receive(app: &StoreApp, body: &Value) -> Result<(Notification, String), Rejection> {
        let payload = authenticate_unsigned(app, body)?;
        let kept = RawNotification { payload: payload.clone(), received_at: Timestamp(5) };
        Ok((parse_unsigned(app, &kept)?, payload))
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
        let (notification, _) = receive(&app(), &body(json!({}))).unwrap();
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
            let (notification, _) = receive(&app(), &body(changes.clone())).unwrap();
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
        let (notification, _) = receive(&app(), &body(list)).unwrap();
        let named: Vec<_> = notification.purchases.iter().map(|named| (named.order_id.as_str(), named.is_taken_back)).collect();
        assert_eq!((named, notification.chains), (vec![("9007199254740993", true), ("2", false)], vec!["1".to_owned()]));
    }

    #[test]
    fn keeps_all_but_the_secret_and_tells_repeats() {
        let (notification, payload) = receive(&app(), &body(json!({}))).unwrap();
        assert!(payload.contains("DID_RENEW") && !payload.contains("s3cret"));
        assert_eq!((notification.sent_at, notification.effect), (Timestamp(5), Effect::Refetch(LOOKED_UP)));
        let (other, _) = receive(&app(), &body(json!({ "auto_renew_status": "false" }))).unwrap();
        assert_ne!(other.id, notification.id);
    }

    #[test]
    fn is_for_whoever_knows_the_secret_and_for_this_app_alone() {
        for (changes, is_genuine) in [
            (json!({ "password": "S3cret" }), false),
            (json!({ "password": "" }), false),
            (json!({ "password": ["s3cret"] }), false),
            (json!({ "bid": "game.other" }), true),
            (json!({ "environment": "PROD" }), true),
            (json!({ "notification_type": null }), false),
        ] {
            match receive(&app(), &body(changes.clone())).unwrap_err() {
                Rejection::NotForApp(_) => assert!(is_genuine, "{changes}"),
                Rejection::Forged(_) => assert!(!is_genuine, "{changes}"),
                other => panic!("{changes}: {other:?}"),
            }
        }
        let secretless = StoreApp { secrets: simulated_app().secrets, ..app() };
        assert!(matches!(receive(&secretless, &body(json!({}))), Err(Rejection::Forged(_))), "no secret is stored");
        assert_eq!(receive(&simulated_app(), &body(json!({}))).unwrap_err(), Rejection::Off);
        let live = StoreApp { environment: Environment::Live, ..app() };
        assert_eq!(receive(&live, &body(json!({ "environment": "PROD" }))).unwrap().0.environment, Environment::Live);
    }
}
