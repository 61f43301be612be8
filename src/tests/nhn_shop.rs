//! A shop whose game server speaks NHN's API; answers are looked at byte by byte.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use purser::audit::By;
use purser::catalog::{self, NewProduct, ProductInput};
use purser::model::{AppSeq, ProductSeq, ProductType, StoreCode, Timestamp};
use purser::nhn::{self, NhnInput};
use purser::projects;
use purser::router::router;
use purser::state::AppState;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::apple_life::period;
use crate::shop::{APP_KEY, Key, Shop, text};
use crate::support::START;

const BY: By = By::System("test");
pub const APP_ID: &str = "C3JmSctU";
pub const GAMEBASE_SECRET: &str = "IgsaAP";

/// An answer as it came.
pub struct Answer {
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    pub fn code(&self) -> i64 {
        self.json()["header"]["resultCode"].as_i64().unwrap_or_else(|| panic!("no code: {}", self.text))
    }
}

/// The shop, its present AppKey, and raw calls.
pub struct NhnShop {
    pub shop: Shop,
    pub state: AppState,
    app: Router,
}

impl NhnShop {
    pub async fn open(state: &AppState) -> Self {
        let shop = Self { shop: Shop::open(state).await, state: state.clone(), app: router(state.clone()) };
        shop.change(NhnInput { compatible: Some(true), ..NhnInput::default() }).await;
        shop
    }

    pub async fn change(&self, input: NhnInput) {
        nhn::update_nhn_settings(&self.state, &BY, &self.shop.project, &input).await.expect("changed");
    }

    /// A raw call; every answer of these surfaces is HTTP 200.
    pub async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let (status, answer) = self.send_any(method, path, headers, body).await;
        assert_eq!(status, StatusCode::OK, "{method} {path}: {}", answer.text);
        answer
    }

    pub async fn send_any(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> (StatusCode, Answer) {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).expect("a request");
        let response = self.app.clone().oneshot(request).await.expect("answers");
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
        (parts.status, Answer { headers: parts.headers, text: String::from_utf8(bytes.to_vec()).expect("UTF-8") })
    }

    /// A call of `/v1/service` by the project's AppKey.
    pub async fn service(&self, call: &str, body: Value) -> Answer {
        let headers = [("x-nhn-tciap-appkey", APP_KEY), ("content-type", "application/json")];
        self.send("POST", &format!("/v1/service/{call}"), &headers, &body.to_string()).await
    }

    /// A legacy call, without any key.
    pub async fn legacy(&self, path: &str, body: Value) -> Answer {
        self.send("POST", path, &[("content-type", "application/json")], &body.to_string()).await
    }

    /// A Gamebase call by app id and the secret key taken over; the transaction id is `t-1`.
    pub async fn gamebase(&self, method: &str, call: &str, body: Value) -> Answer {
        let headers = [
            ("x-secret-key", GAMEBASE_SECRET),
            ("content-type", "application/json; charset=UTF-8"),
            ("x-tcgb-transaction-id", "t-1"),
        ];
        let (version, call) = call.split_once('/').expect("version/call");
        let path = format!("/tcgb-inapp/{version}/apps/{APP_ID}/{call}");
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.send(method, &path, &headers, &body).await
    }

    /// Takes over Gamebase's app id and secret key.
    pub async fn take_over_gamebase(&self) {
        let input = NhnInput {
            gamebase_app_id: Some(APP_ID.into()),
            gamebase_secret: Some(GAMEBASE_SECRET.into()),
            ..NhnInput::default()
        };
        self.change(input).await;
    }

    /// A player pays in the TEST store: the payment's number and token.
    pub async fn pay(&self, user: &str, order: &str, price: &str, currency: &str) -> (String, String) {
        let (payment, _) = self.shop.reserve("TEST", user, "gem_100").await;
        let token = json!({ "orderId": order, "productId": "gem_100", "price": price, "currency": currency }).to_string();
        let (status, body) = self.shop.verify(&payment, &json!({ "token": token })).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        (payment, text(&body, "accessToken"))
    }

    /// The app of a store, and its product.
    pub async fn product(&self, store: StoreCode, product: &str) -> (AppSeq, ProductSeq) {
        let apps = projects::list_apps(&self.state, &self.shop.project).await.expect("apps");
        let app = apps.iter().find(|app| app.store == store).expect("an app").app_seq;
        let found = catalog::find_in_app(&self.state, &self.shop.project, app, product).await.expect("reads");
        (app, found.expect("a product").product_seq)
    }

    /// A paid period of a subscription in the App Store app, as its store would report it.
    pub async fn subscribe(&self, user: &str, order: &str, original: &str, expires_at: Timestamp, kind: ProductType) -> String {
        let (app, _) = self.product(StoreCode::AppStore, "gem_100").await;
        let product_id = format!("pass_{}", kind.as_str().to_lowercase());
        let found = catalog::find_in_app(&self.state, &self.shop.project, app, &product_id).await.expect("reads");
        if found.is_none() {
            let details = ProductInput::default();
            let new = NewProduct { app, store_product_id: &product_id, product_type: kind, details: &details };
            catalog::create_product(&self.state, &BY, &self.shop.project, &new).await.expect("a product");
        }
        let now = self.state.clock.now();
        let signed = period(
            order,
            now.0 - START.0,
            json!({
                "originalTransactionId": original, "productId": product_id, "expiresDate": expires_at.0, "price": 1_000_000,
            }),
        );
        let authority = self.state.simulator.as_deref().expect("the simulator is on");
        let proof = json!({ "signedTransaction": authority.sign_jws(&signed).expect("signs") });
        let input = json!({ "store": "AS", "userKey": user, "proof": proof });
        let (status, body) = self.shop.call(Key::App, "POST", "/api/v1/payments/verify", input).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        text(&body, "paymentSeq")
    }
}

/// The text with what differs between runs named instead.
pub fn named(text: &str, names: &[(&str, &str)]) -> String {
    names.iter().fold(text.to_owned(), |text, (value, name)| text.replace(*value, name))
}
