//! What Apple would sign in a customer's life, signed by the simulator's authority, and the calls that bring it in.

use axum::http::StatusCode;
use purser::audit::By;
use purser::catalog::{self, NewProduct, ProductInput};
use purser::jobs::ApplyNotifications;
use purser::model::{AppSeq, ProductType, ProjectId, StoreCode, Timestamp};
use purser::projects;
use purser::state::AppState;
use serde_json::{Value, json};

use crate::shop::{BUNDLE, Key, Shop};
use crate::support::{START, run};

pub const DAY: i64 = Timestamp::DAY;
pub const MONTH: i64 = 30 * DAY;
pub const CHAIN: &str = "2000000000000001";
const PATH: &str = "/callback/subscription/com.example.game/AS/v2";

/// A shop that also sells subscriptions: `vip` and `gold`, and `gems_monthly`, whose periods are consumed.
pub async fn open(state: &AppState) -> Shop {
    let shop = Shop::open(state).await;
    let app = apple_app(state, &shop.project).await;
    for (product, product_type) in [
        ("vip", ProductType::AutoSubscription),
        ("gold", ProductType::AutoSubscription),
        ("gems_monthly", ProductType::ConsumableAutoSubscription),
    ] {
        let details = ProductInput::default();
        let new = NewProduct { app, store_product_id: product, product_type, details: &details };
        catalog::create_product(state, &By::System("test"), &shop.project, &new).await.expect("a product");
    }
    shop
}

pub async fn apple_app(state: &AppState, project: &ProjectId) -> AppSeq {
    let apps = projects::list_apps(state, project).await.expect("apps");
    apps.iter().find(|app| app.store == StoreCode::AppStore).expect("an App Store app").app_seq
}

fn with(mut payload: Value, changes: Value) -> Value {
    for (name, value) in changes.as_object().expect("an object") {
        if value.is_null() {
            payload.as_object_mut().expect("an object").remove(name);
        } else {
            payload[name] = value.clone();
        }
    }
    payload
}

/// A period of `vip` that starts `start` after START, signed when it starts.
pub fn period(id: &str, start: i64, changes: Value) -> Value {
    let at = START.0 + start;
    let payload = json!({
        "transactionId": id, "originalTransactionId": CHAIN, "bundleId": BUNDLE, "productId": "vip",
        "subscriptionGroupIdentifier": "21000001", "purchaseDate": at, "originalPurchaseDate": START.0,
        "expiresDate": at + MONTH, "quantity": 1, "type": "Auto-Renewable Subscription", "inAppOwnershipType": "PURCHASED",
        "signedDate": at, "environment": "Sandbox", "storefront": "KOR", "storefrontId": "143466",
        "transactionReason": if start == 0 { "PURCHASE" } else { "RENEWAL" }, "price": 9_900_000, "currency": "KRW",
        "appTransactionId": "704000000000000001",
    });
    with(payload, changes)
}

/// A one-time purchase of `gem_100` at START.
pub fn gem(id: &str, changes: Value) -> Value {
    let payload = json!({
        "transactionId": id, "originalTransactionId": id, "bundleId": BUNDLE, "productId": "gem_100",
        "purchaseDate": START.0, "originalPurchaseDate": START.0, "quantity": 1, "type": "Consumable",
        "inAppOwnershipType": "PURCHASED", "signedDate": START.0, "environment": "Sandbox", "storefront": "KOR",
        "storefrontId": "143466", "transactionReason": "PURCHASE", "price": 4_400_000, "currency": "KRW",
        "appTransactionId": "704000000000000001",
    });
    with(payload, changes)
}

/// How the chain goes on, signed `signed` after START.
pub fn renewal(signed: i64, changes: Value) -> Value {
    let payload = json!({
        "originalTransactionId": CHAIN, "productId": "vip", "autoRenewProductId": "vip", "autoRenewStatus": 1,
        "isInBillingRetryPeriod": false, "renewalPrice": 9_900_000, "currency": "KRW", "signedDate": START.0 + signed,
        "environment": "Sandbox", "renewalDate": START.0 + MONTH, "appTransactionId": "704000000000000001",
    });
    with(payload, changes)
}

/// A notification before it is signed.
#[derive(Debug, Clone)]
pub struct Notified {
    pub kind: &'static str,
    pub subtype: Option<&'static str>,
    pub transaction: Option<Value>,
    pub renewal: Option<Value>,
    pub data: Value,
    pub uuid: String,
}

/// A notification about a transaction.
pub fn told(kind: &'static str, subtype: Option<&'static str>, transaction: Value) -> Notified {
    let uuid = uuid::Uuid::new_v4().to_string();
    Notified { kind, subtype, transaction: Some(transaction), renewal: None, data: json!({}), uuid }
}

impl Notified {
    pub fn renewing(self, renewal: Value) -> Self {
        Self { renewal: Some(renewal), ..self }
    }

    pub fn with_data(self, data: Value) -> Self {
        Self { data, ..self }
    }

    /// The body as Apple posts it.
    pub fn sign(&self, state: &AppState) -> Value {
        let authority = state.simulator.as_deref().expect("the simulator is on");
        let sign = |payload: &Value| authority.sign_jws(payload).expect("signs");
        let signed_at = |payload: &Value| payload["signedDate"].as_i64();
        let at = self.transaction.as_ref().and_then(signed_at).unwrap_or(START.0);
        let at = self.renewal.as_ref().and_then(signed_at).unwrap_or(at).max(at);
        let mut data = json!({ "environment": "Sandbox", "bundleId": BUNDLE, "bundleVersion": "1" });
        if let Some(transaction) = &self.transaction {
            data["signedTransactionInfo"] = sign(transaction).into();
        }
        if let Some(renewal) = &self.renewal {
            data["signedRenewalInfo"] = sign(renewal).into();
        }
        let mut payload = json!({
            "notificationType": self.kind, "notificationUUID": self.uuid, "version": "2.0", "signedDate": at,
            "data": with(data, self.data.clone()),
        });
        if let Some(subtype) = self.subtype {
            payload["subtype"] = subtype.into();
        }
        json!({ "signedPayload": sign(&payload) })
    }
}

/// Posts a notification's body.
pub async fn post(shop: &Shop, body: Value) -> StatusCode {
    shop.call(Key::None, "POST", PATH, body).await.0
}

/// Sends a notification and has the inbox worked off.
pub async fn tell(state: &AppState, shop: &Shop, told: &Notified) {
    assert_eq!(post(shop, told.sign(state)).await, StatusCode::OK, "{}", told.kind);
    run(state, ApplyNotifications).await;
}

/// The one subscription of the project.
pub async fn subscription(shop: &Shop) -> Value {
    let (status, body) = shop.call(Key::Secret, "GET", "/api/v1/subscriptions", Value::Null).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let items = body["items"].as_array().expect("a list");
    assert_eq!(items.len(), 1, "{body}");
    items[0].clone()
}

/// The payments of the project by their order ids.
pub async fn payment_of(shop: &Shop, order: &str) -> Value {
    let path = format!("/api/v1/payments?storeOrderId={order}");
    let (status, body) = shop.call(Key::Secret, "GET", &path, Value::Null).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let items = body["items"].as_array().expect("a list");
    assert_eq!(items.len(), 1, "one payment of order {order}: {body}");
    items[0].clone()
}

/// The user's account token.
pub async fn account_token(shop: &Shop, user: &str) -> String {
    let (_, body) = shop.call(Key::App, "POST", "/api/v1/users", json!({ "userKey": user })).await;
    crate::shop::text(&body, "accountToken")
}

/// How many payments wait to be consumed by a user.
pub async fn unconsumed(shop: &Shop, user: &str) -> usize {
    let (_, body) = shop.call(Key::Secret, "GET", &format!("/api/v1/users/{user}/consumables"), Value::Null).await;
    body["items"].as_array().expect("a list").len()
}
