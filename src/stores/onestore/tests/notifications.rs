use super::world::sign;
use super::*;
use crate::stores::onestore::OneStore;
use crate::stores::onestore::api::{Hosts, LIMITS};
use crate::stores::{Authenticated, Delivery, Effect, NamedOrder, NamedToken, Rejection};

const NUMBER: &str = "26010108590010115878";

async fn receive(app: &StoreApp, message: &str) -> Result<Authenticated, Rejection> {
    let body: Value = serde_json::from_str(message).unwrap();
    let delivery = Delivery { address: "ONESTORE", url: "", authorization: None, body: &body, bytes: message.as_bytes() };
    OneStore::new(Hosts::one_store(), LIMITS).authenticate(app, delivery, NOW).await
}

/// A message as ONE store sends it: signed over its own text, the signature put behind it.
fn signed(message: &str) -> String {
    format!("{},\"signature\":\"{}\"}}", message.strip_suffix('}').unwrap(), sign(message))
}

/// A payment notification of a version, with a state.
fn payment(version: &str, state: &str) -> String {
    let (name, rest) = match version {
        "2.0.0D" => ("\"packageName\":\"game.example\"", format!("\"purchaseMillis\":{},\"price\":4400", NOW.0 - 5_000)),
        "3.0.0D" => ("\"packageName\":\"game.example\"", rest()),
        _ => ("\"clientId\":\"0000042301\"", rest()),
    };
    format!(
        "{{\"msgVersion\":\"{version}\",{name},\"productId\":\"gem\",\"messageType\":\"SINGLE_PAYMENT_TRANSACTION\",\"purchaseId\":\"\
         {NUMBER}\",\"developerPayload\":null,\"purchaseState\":\"{state}\",{rest},\"productName\":\"한글은?GOLD100(+20)\",\"paymentTypeList\":\
         [{{\"paymentMethod\":\"DCB\",\"amount\":\"4400\"}}],\"billingKey\":\"36FED4C6\",\"isTestMdn\":true}}"
    )
}

fn rest() -> String {
    format!(
        "\"purchaseTimeMillis\":{},\"price\":\"4400\",\"priceCurrencyCode\":\"KRW\",\"purchaseToken\":\"{TOKEN}\",\"environment\":\"\
         SANDBOX\",\"marketCode\":\"MKT_ONE\"",
        NOW.0 - 5_000
    )
}

fn order(is_taken_back: bool) -> NamedOrder {
    let price = crate::model::Money { price_micros: 4_400_000_000, currency: "KRW".into() };
    let (price, paid_at) = (Some(price).filter(|_| !is_taken_back), Some(Timestamp(NOW.0 - 5_000)).filter(|_| !is_taken_back));
    NamedOrder { order_id: NUMBER.into(), price, paid_at, is_taken_back }
}

#[tokio::test]
async fn a_payment_is_named_with_its_price_in_each_version_that_has_a_token() {
    for version in ["3.1.0D", "3.0.0D"] {
        let Authenticated { raw, notification } = receive(&app(), &signed(&payment(version, "COMPLETED"))).await.unwrap();
        assert_eq!(notification.id, format!("PNS:SANDBOX:{NUMBER}:COMPLETED"));
        assert_eq!(
            (notification.kind.as_str(), notification.subtype.as_deref()),
            ("SINGLE_PAYMENT_TRANSACTION", Some("COMPLETED"))
        );
        assert_eq!((notification.sent_at, notification.effect), (Timestamp(NOW.0 - 5_000), Effect::Refetch("LOOKED_UP")));
        let named = NamedToken { purchase_token: TOKEN.into(), product_id: Some("gem".into()), order: Some(order(false)) };
        assert_eq!((notification.tokens.as_slice(), notification.named_order_id()), (&[named][..], Some(NUMBER)));
        let store = OneStore::new(Hosts::one_store(), LIMITS);
        assert_eq!(store.parse(&app(), &raw), Ok(notification));
        assert!(!raw.payload.contains("36FED4C6") && !raw.payload.contains("signature"), "nobody should keep these");
    }
}

#[tokio::test]
async fn a_cancellation_is_another_notification_of_the_same_purchase() {
    let notification = receive(&app(), &signed(&payment("3.1.0D", "CANCELED"))).await.unwrap().notification;
    assert_eq!(notification.id, format!("PNS:SANDBOX:{NUMBER}:CANCELED"));
    assert_eq!((notification.tokens[0].order.as_ref(), notification.sent_at), (Some(&order(true)), NOW));
}

#[tokio::test]
async fn an_old_message_without_a_token_can_only_take_back_what_is_known() {
    let completed = receive(&app(), &signed(&payment("2.0.0D", "COMPLETED"))).await.unwrap().notification;
    assert_eq!((completed.effect, completed.tokens.len(), completed.purchases.len()), (Effect::Ignore("NO_TOKEN"), 0, 0));
    let canceled = receive(&app(), &signed(&payment("2.0.0D", "CANCELED"))).await.unwrap().notification;
    assert!(canceled.purchases[0].is_taken_back && canceled.purchases[0].order_id == NUMBER);
}

#[tokio::test]
async fn what_the_licence_key_did_not_sign_is_forged() {
    let message = payment("3.1.0D", "COMPLETED");
    let good = signed(&message);
    let signature = sign(&message);
    let forged: Vec<(String, &str)> = vec![
        (message.clone(), "no signature"),
        (good.replace("4400", "44000"), "not of this app's license_key"),
        (good.replace("COMPLETED", "CANCELED"), "not of this app's license_key"),
        (good.replace("null", "\"\""), "not of this app's license_key"),
        (good.replace(&signature, "c2ln"), "not of this app's license_key"),
        (good.replace(&signature, "%"), "not base64"),
        (good.replace("}]", ",\"x\":1}]"), "not of this app's license_key"),
        (good.replacen('{', "{\"signature\":\"x\",", 1), "more than one signature"),
    ];
    for (message, why) in forged {
        match receive(&app(), &message).await {
            Err(Rejection::Forged(reason)) => assert!(reason.contains(why), "{reason:?} does not say {why:?}"),
            other => panic!("{why}: {other:?}"),
        }
    }
    let mut keyless = app();
    keyless.settings.remove("license_key");
    assert!(
        matches!(receive(&keyless, &good).await, Err(Rejection::Forged(reason)) if reason.contains("license_key is not set"))
    );
}

#[tokio::test]
async fn the_bytes_count_and_not_how_they_are_spaced() {
    let message = payment("3.1.0D", "COMPLETED");
    let spaced = signed(&message).replace("\":", "\" : ").replace(",\"", ",\r\n\t\"");
    assert!(receive(&app(), &spaced).await.is_ok());
    let escaped = signed(&message).replace("한글", "\\ud55c\\uae00");
    assert!(receive(&app(), &escaped).await.is_ok(), "who forwards it may write it in another way");
    let body: Value = serde_json::from_str(&signed(&message)).unwrap();
    assert!(receive(&app(), &body.to_string()).await.is_err(), "the order of the members counts");
}

#[tokio::test]
async fn a_message_is_for_its_app_and_environment_alone() {
    let other = payment("3.1.0D", "COMPLETED").replace("0000042301", "0000042302");
    assert!(matches!(receive(&app(), &signed(&other)).await, Err(Rejection::NotForApp(_))));
    let good = signed(&payment("3.1.0D", "COMPLETED"));
    let mut live = app_of(Environment::Live);
    assert!(matches!(receive(&live, &good).await, Err(Rejection::NotForApp(_))));
    live.accept_sandbox = true;
    assert_eq!(receive(&live, &good).await.unwrap().notification.environment, Environment::Sandbox);
    let commercial = payment("3.1.0", "COMPLETED").replace("SANDBOX", "COMMERCIAL");
    assert_eq!(receive(&live, &signed(&commercial)).await.unwrap().notification.environment, Environment::Live);
    assert!(matches!(receive(&app(), &signed(&commercial)).await, Err(Rejection::NotForApp(_))));
}

fn state(kind: &Value, extra: &str) -> String {
    format!(
        "{{\"msgVersion\":\"3.1.0D\",\"clientId\":\"0000042301\",\"eventTimeMillis\":{},\"subscriptionNotification\":{{\"version\":\"1\",\
         \"notificationType\":{kind},\"purchaseToken\":\"{TOKEN}\",\"productId\":\"vip\"}},{extra}\"marketCode\":\"MKT_ONE\"}}",
        NOW.0 - 9_000
    )
}

#[tokio::test]
async fn a_subscriptions_state_only_makes_us_ask() {
    for (kind, name, effect) in [
        (json!(1), "SUBSCRIPTION_RECOVERED", "SUBSCRIPTION_RECOVERED"),
        (json!(2), "SUBSCRIPTION_RENEWED", "SUBSCRIPTION_RENEWED"),
        (json!("SUBSCRIPTION_CANCELED"), "SUBSCRIPTION_CANCELED", "RENEWAL_SWITCHED_OFF"),
        (json!("12"), "SUBSCRIPTION_REVOKED", "ACCESS_REVOKED"),
        (json!(13), "SUBSCRIPTION_EXPIRED", "SUBSCRIPTION_EXPIRED"),
        (json!(99), "SUBSCRIPTION_99", "LOOKED_UP"),
        (json!([]), "SUBSCRIPTION_UNKNOWN", "LOOKED_UP"),
    ] {
        for extra in ["\"environment\":\"SANDBOX\",", "\"environmenmt\":\"SANDBOX\",", ""] {
            let notification = receive(&app(), &state(&kind, extra)).await.unwrap().notification;
            assert_eq!((notification.kind.as_str(), notification.effect), (name, Effect::Refetch(effect)));
            assert_eq!(notification.id, format!("SNS:SANDBOX:{TOKEN}:{name}:{}", NOW.0 - 9_000));
            let named = NamedToken { purchase_token: TOKEN.into(), product_id: Some("vip".into()), order: None };
            assert_eq!((notification.tokens, notification.sent_at), (vec![named], Timestamp(NOW.0 - 9_000)));
        }
    }
    let wrong = signed(&state(&json!(2), "")).replace("vip", "vap");
    assert!(matches!(receive(&app(), &wrong).await, Err(Rejection::Forged(_))), "what is signed must be signed right");
    let mut managed_only = app();
    managed_only.settings.remove("subscriptions");
    let notification = receive(&managed_only, &state(&json!(2), "")).await.unwrap().notification;
    assert_eq!((notification.effect, notification.tokens.len()), (Effect::Ignore("SUBSCRIPTIONS_OFF"), 0));
}

#[tokio::test]
async fn what_is_no_message_of_one_store_is_malformed_or_of_nobody() {
    for message in ["[]", "7", "{}", "{\"a\":1}"] {
        assert!(matches!(receive(&app(), message).await, Err(Rejection::Malformed("body", _))), "{message}");
    }
    let slashed = state(&json!(2), "").replace(TOKEN, "a/b");
    assert_eq!(receive(&app(), &slashed).await.unwrap().notification.effect, Effect::Ignore("NO_TRANSACTION"));
    let numberless = payment("3.1.0D", "COMPLETED").replace("purchaseId", "purchaseNumber");
    assert!(matches!(receive(&app(), &signed(&numberless)).await, Err(Rejection::Forged(_))));
}
