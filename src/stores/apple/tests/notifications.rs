//! Notifications of Apple's that are new to us in one way or another are taken; what is none, or not for us, is not.

use super::*;
use crate::model::Environment;
use crate::simulator::apple::Authority;
use crate::stores::{Effect, Notification, RawNotification, Store, simulated_app};

struct Stage {
    authority: Authority,
    store: AppleStore,
    app: StoreApp,
}

fn stage() -> Stage {
    let authority = Authority::generate(NOW).unwrap();
    let store = store_with(vec![authority.root_der().to_vec()]);
    Stage { authority, store, app: simulated_app() }
}

impl Stage {
    fn sign(&self, payload: &Value) -> String {
        self.authority.sign_jws(payload).unwrap()
    }

    fn read(&self, payload: &Value) -> Result<Notification, Refusal> {
        self.receive(&self.sign(payload))
    }

    /// Authenticates a `signedPayload` and reads what is kept of it.
    fn receive(&self, signed_payload: &str) -> Result<Notification, Refusal> {
        self.store.read_signed(&self.app, signed_payload, NOW)?;
        self.store.parse(&self.app, &RawNotification { payload: signed_payload.into(), received_at: NOW })
    }

    /// A notification of one member.
    fn read_with(&self, name: &str, member: Value) -> Result<Notification, Refusal> {
        self.read(&notification(json!({ "data": null, name: member })))
    }

    fn renewal(&self, changes: Value) -> String {
        let payload = json!({ "originalTransactionId": "2000000000000001", "autoRenewStatus": 1, "environment": "Sandbox" });
        self.sign(&with(payload, changes))
    }
}

fn with(mut payload: Value, changes: Value) -> Value {
    payload.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    payload
}

fn data(changes: Value) -> Value {
    with(json!({ "bundleId": "game.example", "environment": "Sandbox" }), changes)
}

fn notification(changes: Value) -> Value {
    let head = json!({
        "notificationType": "DID_RENEW", "subtype": "X", "notificationUUID": "AB-1", "version": "2.0", "signedDate": NOW.0,
        "data": data(json!({})),
    });
    with(head, changes)
}

#[test]
fn every_carrier_is_taken_also_one_we_do_not_know() {
    let stage = stage();
    for name in ["data", "summary", "appData", "externalPurchaseToken", "subscriptionBundle", "x"] {
        let read = stage.read_with(name, data(json!({}))).unwrap();
        assert_eq!((read.environment, read.snapshot, read.unread), (Environment::Simulator, None, None), "{name}");
    }
    let token = json!({ "bundleId": "game.example", "externalPurchaseId": "SANDBOX_1", "appAppleId": 7 });
    assert_eq!(stage.read_with("externalPurchaseToken", token).unwrap().environment, Environment::Simulator);
    for (why, member) in [
        ("no bundle id", json!({ "environment": "Sandbox" })),
        ("no environment", json!({ "bundleId": "game.example" })),
        ("an environment of another form", data(json!({ "environment": 7 }))),
        ("no object", json!([1, "two"])),
        ("nothing", Value::Null),
        ("numbers for words", data(json!({ "status": "3", "appAppleId": "x", "bundleVersion": true }))),
    ] {
        assert!(stage.read_with("data", member.clone()).is_ok() && stage.read_with("new", member).is_ok(), "{why}");
    }
}

#[test]
fn heads_of_other_forms_are_read_as_far_as_they_go() {
    let stage = stage();
    let read = |changes: Value| stage.read(&notification(changes)).unwrap();
    let plain = read(json!({}));
    assert_eq!((plain.id.as_str(), plain.kind.as_str(), plain.subtype.as_deref()), ("ab-1", "DID_RENEW", Some("X")));
    let odd = read(json!({ "notificationType": 7, "subtype": false, "signedDate": "soon", "version": 3 }));
    assert_eq!((odd.kind.as_str(), odd.subtype.as_deref(), odd.sent_at), ("7", Some("false"), NOW));
    assert_eq!(read(json!({ "subtype": {} })).subtype, None);
    assert_eq!(read(json!({ "notificationType": "A\u{0}B\nC" })).kind, "ABC");
    assert_eq!(read(json!({ "notificationType": "X".repeat(500) })).kind.len(), 64);
    for id in [Value::Null, json!(7), json!(""), json!("x".repeat(65)), json!("a\u{0}")] {
        let changes = json!({ "notificationUUID": id });
        assert_eq!(read(changes.clone()).id, read(changes.clone()).id, "a repeat is known");
        assert!(uuid::Uuid::try_parse(&read(changes.clone()).id).is_ok());
        assert_ne!(read(changes.clone()).id, read(with(changes, json!({ "more": 1 }))).id);
    }
}

#[test]
fn parts_that_can_not_be_read_are_left_out() {
    let stage = stage();
    let good = stage.sign(&transaction());
    let renewal = stage.renewal(json!({}));
    let whole =
        stage.read_with("data", data(json!({ "signedTransactionInfo": good, "signedRenewalInfo": renewal, "status": 3 })));
    let whole = whole.unwrap();
    assert!(whole.snapshot.unwrap().renewal.unwrap().in_retry && whole.unread.is_none());
    let encrypted = "a.b.c.d.e";
    for (member, reason) in [
        (json!({ "signedTransactionInfo": { "transactionId": "1" } }), "data.signedTransactionInfo must be text"),
        (json!({ "signedTransactionInfo": encrypted }), "signedTransactionInfo is no good: not a compact JWS"),
        (json!({ "signedTransactionInfo": stage.sign(&with(transaction(), json!({ "quantity": 0 }))) }), "transaction.quantity"),
        (
            json!({ "signedTransactionInfo": stage.sign(&with(transaction(), json!({ "transactionId": 7 }))) }),
            "transaction.transactionId",
        ),
        (json!({ "signedTransactionInfo": stage.sign(&with(transaction(), json!({ "environment": "Preview" }))) }), "Preview"),
        (
            json!({ "signedTransactionInfo": stage.sign(&with(transaction(), json!({ "bundleId": null }))) }),
            "transaction.bundleId",
        ),
        (json!({ "signedRenewalInfo": true }), "data.signedRenewalInfo must be text"),
        (json!({ "signedRenewalInfo": stage.renewal(json!({ "autoRenewStatus": "on" })) }), "renewalInfo.autoRenewStatus"),
        (json!({ "environment": "Preview", "signedTransactionInfo": good }), "data.environment is \"Preview\""),
    ] {
        let read = stage.read_with("data", data(member.clone())).unwrap();
        assert!(read.unread.as_ref().is_some_and(|unread| unread.contains(reason)), "{member}: {:?}", read.unread);
        assert_eq!((read.snapshot, read.chains), (None, Vec::<String>::new()), "{member}");
    }
    let alone = stage.read_with("data", data(json!({ "signedRenewalInfo": renewal }))).unwrap();
    assert_eq!((alone.snapshot, alone.unread, alone.effect), (None, None, Effect::Refetch("LOOKED_UP")));
    assert_eq!(alone.chains, ["2000000000000001"], "the store is asked about the subscription");
    let moved = stage.renewal(json!({ "originalTransactionId": "9" }));
    let moved = stage.read_with("data", data(json!({ "signedTransactionInfo": good, "signedRenewalInfo": moved }))).unwrap();
    assert!(moved.snapshot.unwrap().renewal.is_none() && moved.unread.is_some());
    let unnamed = json!({ "signedTransactionInfo": good });
    assert!(stage.read_with("data", unnamed).unwrap().snapshot.is_some(), "the transaction names the app");
}

#[test]
fn large_ones_are_taken() {
    let stage = stage();
    let big = stage.sign(&with(transaction(), json!({ "advancedCommerceInfo": "x".repeat(100 * 1024) })));
    let payload = notification(json!({ "data": data(json!({ "signedTransactionInfo": big })), "new": "x".repeat(100 * 1024) }));
    let token = stage.sign(&payload);
    assert!(token.len() > 300 * 1024);
    let read = stage.receive(&token).unwrap();
    assert!(read.snapshot.is_some() && read.unread.is_none());
    let decoded = stage.store.show_notification(&token);
    assert_eq!(decoded["data"]["signedTransactionInfo"]["productId"], "gem_100");
}

#[test]
fn what_else_apple_signs_is_refused_by_what_it_is() {
    let stage = stage();
    let app_transaction = json!({ "receiptType": "Sandbox", "bundleId": "game.example", "receiptCreationDate": NOW.0 });
    for (payload, reason) in [
        (transaction(), "signedPayload.notificationType is missing; it has transactionId: it is a signed transaction"),
        (json!({ "originalTransactionId": "1", "autoRenewStatus": 1 }), "it has autoRenewStatus: it is a signed renewal info"),
        (app_transaction, "it has receiptType: it is a signed app transaction"),
        (json!({ "signedDate": NOW.0 }), "signedPayload.notificationType is missing; it is something else"),
        (notification(json!({ "notificationType": null })), "signedPayload.notificationType is missing"),
    ] {
        let refusal = stage.read(&payload).unwrap_err();
        assert!(refusal.code == RefusalCode::ProofInvalid && refusal.reason.contains(reason), "{}", refusal.reason);
    }
    let plain = stage.receive("a.b").unwrap_err();
    assert!(plain.reason.starts_with("signedPayload is no good"), "{}", plain.reason);
}

#[test]
fn forged_parts_and_other_apps_are_refused() {
    let stage = stage();
    let stranger = Authority::generate(NOW).unwrap();
    let forged = stranger.sign_jws(&transaction()).unwrap();
    let others = stage.sign(&with(transaction(), json!({ "bundleId": "game.other" })));
    let production = stage.sign(&with(transaction(), json!({ "environment": "Production" })));
    for (member, code) in [
        (data(json!({ "signedTransactionInfo": forged })), RefusalCode::ProofInvalid),
        (data(json!({ "signedTransactionInfo": others })), RefusalCode::AppMismatch),
        (data(json!({ "signedTransactionInfo": production })), RefusalCode::EnvironmentMismatch),
        (data(json!({ "bundleId": "game.other" })), RefusalCode::AppMismatch),
        (data(json!({ "bundleId": 7 })), RefusalCode::AppMismatch),
        (data(json!({ "environment": "Production" })), RefusalCode::EnvironmentMismatch),
        (data(json!({ "environment": "Xcode" })), RefusalCode::EnvironmentMismatch),
    ] {
        for name in ["data", "new"] {
            let carried = if name == "new" && member.get("signedTransactionInfo").is_some() { "data" } else { name };
            assert_eq!(stage.read_with(carried, member.clone()).unwrap_err().code, code, "{name} {member}");
        }
    }
}

#[test]
fn production_is_told_by_apples_number_where_there_is_one() {
    let stage = stage();
    let settings = [("app_apple_id".to_owned(), "1234".to_owned())].into();
    let app = StoreApp { environment: Environment::Live, settings, ..app_trusting(stage.authority.root_der()) };
    let member = |id: Value| data(json!({ "environment": "Production", "appAppleId": id }));
    for (id, accepted) in
        [(json!(1234), true), (json!(1234.0), true), (json!("1234"), true), (Value::Null, true), (json!(9), false)]
    {
        let payload = notification(json!({ "data": member(id.clone()) }));
        let carrier = crate::stores::apple::addressee::Carrier::find(payload.as_object().unwrap());
        let checked = crate::stores::apple::addressee::check_addressee(&app, payload.as_object().unwrap(), &carrier);
        assert_eq!(checked.is_ok(), accepted, "{id}");
    }
}
