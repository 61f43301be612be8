//! The simulated Google Play: who is let in, what purchases and subscriptions say of themselves, and what is refused.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use purser::audit::By;
use purser::catalog::{self, NewProduct, ProductInput};
use purser::model::{App, Environment, ProductType, StoreCode};
use purser::projects::{self, AppInput};
use purser::state::AppState;
use serde_json::{Value, json};

use crate::shop::{Key, Shop, text};
use crate::support::{TestState, on_both};

pub const PACKAGE: &str = "com.example.game.android";
const SCOPE: &str = "https://www.googleapis.com/auth/androidpublisher";
const AUDIENCE: &str = "https://oauth2.googleapis.com/token";
const BY: By = By::System("test");

/// A shop whose Google Play is played.
pub struct Play {
    pub shop: Shop,
    pub state: AppState,
    email: String,
    key: RsaKeyPair,
    bearer: String,
}

impl Play {
    pub async fn open(state: &TestState) -> Self {
        let shop = Shop::open(state).await;
        let app = create_app(state, &shop, PACKAGE, AppInput::default()).await;
        for (product, product_type) in [
            ("gem_100", ProductType::Consumable),
            ("vip", ProductType::AutoSubscription),
            ("gold", ProductType::AutoSubscription),
        ] {
            let details = ProductInput::default();
            let new = NewProduct { app: app.app_seq, store_product_id: product, product_type, details: &details };
            catalog::create_product(state, &BY, &shop.project, &new).await.expect("a product");
        }
        let app = projects::store_app_of(state, &shop.project, app.app_seq).await.expect("an app");
        let file: Value = serde_json::from_str(app.secrets["service_account"].reveal()).expect("a key file");
        let pem: String = text(&file, "private_key").lines().filter(|line| !line.starts_with("-----")).collect();
        let key = RsaKeyPair::from_pkcs8(&STANDARD.decode(pem).expect("base64")).expect("a key");
        let mut play = Self { shop, state: state.state.clone(), email: text(&file, "client_email"), key, bearer: String::new() };
        play.renew_token().await;
        play
    }

    /// Signs in once more: a token lives no longer than an hour.
    pub async fn renew_token(&mut self) {
        let (status, answer) = self.grant(json!({})).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        assert_eq!((answer["expires_in"].as_i64(), answer["token_type"].as_str()), (Some(3_599), Some("Bearer")));
        self.bearer = format!("Bearer {}", text(&answer, "access_token"));
    }

    /// Asks for a token with an assertion whose claims are changed.
    async fn grant(&self, changes: Value) -> (StatusCode, Value) {
        self.grant_with(&self.assertion(changes)).await
    }

    async fn grant_with(&self, assertion: &str) -> (StatusCode, Value) {
        let form = format!("assertion={assertion}&grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer");
        let headers = [("content-type", "application/x-www-form-urlencoded;charset=UTF-8")];
        self.shop.send("/simulator/token", form, &headers).await
    }

    fn assertion(&self, changes: Value) -> String {
        let now = self.state.clock.now().0 / 1_000;
        let mut claims = json!({ "iss": self.email, "scope": SCOPE, "aud": AUDIENCE, "iat": now, "exp": now + 3_600 });
        claims.as_object_mut().expect("an object").extend(changes.as_object().cloned().unwrap_or_default());
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", encode(&json!({ "alg": "RS256" })), encode(&claims));
        let mut signature = vec![0; self.key.public_modulus_len()];
        self.key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).expect("signs");
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// Calls the API; gives the status and the body.
    pub async fn ask(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        let path = format!("/simulator/androidpublisher/v3/applications/{PACKAGE}/{path}");
        let (status, answer) = self.shop.call_with(Key::None, method, &path, body, &[("authorization", &self.bearer)]).await;
        (status.as_u16(), answer)
    }

    /// Calls the API, which must refuse; gives the status and Google's reason.
    pub async fn refused(&self, method: &str, path: &str, body: Value) -> (u16, String) {
        let (status, answer) = self.ask(method, path, body).await;
        (status, text(&answer["error"]["errors"][0], "reason"))
    }

    /// Reads what must be there.
    pub async fn get(&self, path: &str) -> Value {
        let (status, answer) = self.ask("GET", path, Value::Null).await;
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    /// Tells the simulator to do something; it must.
    pub async fn control(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.shop.call(Key::None, "POST", &format!("/simulator/control/{path}"), body).await;
        assert!(status.is_success(), "{path}: {status} {answer}");
        answer
    }

    pub async fn buy(&self, changes: Value) -> Value {
        let mut input =
            json!({ "store": "GG", "storeAppId": PACKAGE, "productId": "gem_100", "price": "4400", "currency": "KRW" });
        input.as_object_mut().expect("an object").extend(changes.as_object().cloned().unwrap_or_default());
        self.control("purchases", input).await
    }

    pub async fn subscribe(&self, player: &str, changes: Value) -> Value {
        let mut input = json!({
            "store": "GG", "storeAppId": PACKAGE, "productId": "vip", "player": player, "price": "9900", "currency": "KRW",
            "world": "Production",
        });
        input.as_object_mut().expect("an object").extend(changes.as_object().cloned().unwrap_or_default());
        self.control("subscriptions", input).await
    }

    pub async fn advance(&self, millis: i64) {
        self.control("clock", json!({ "advanceMillis": millis })).await;
    }

    pub async fn days(&self, days: i64) {
        self.control("clock", json!({ "advanceDays": days })).await;
    }
}

async fn create_app(state: &AppState, shop: &Shop, package: &str, input: AppInput) -> App {
    let input = AppInput { environment: Some(Environment::Simulator), ..input };
    projects::create_app(state, &BY, &shop.project, StoreCode::GooglePlay, package, &input).await.expect("an app")
}

/// The purchase token of what was bought.
pub fn token(sold: &Value) -> String {
    text(&sold["proof"], "purchaseToken")
}

/// The address of a one-time purchase.
pub fn product(sold: &Value) -> String {
    format!("purchases/products/{}/tokens/{}", text(sold, "productId"), token(sold))
}

fn subscription(sold: &Value) -> String {
    format!("purchases/subscriptionsv2/tokens/{}", token(sold))
}

on_both! {
    async fn only_the_apps_own_account_gets_a_token(state: TestState) {
        let play = Play::open(&state).await;
        let now = state.clock.now().0 / 1_000;
        for bad in [
            json!({ "aud": "https://example.com/token" }), json!({ "exp": now + 3_601 }), json!({ "iat": now + 301, "exp": now + 900 }),
            json!({ "iat": now - 4_000, "exp": now - 400 }), json!({ "iss": "nobody@example.com" }), json!({ "scope": "openid" }),
        ] {
            let (status, answer) = play.grant(bad.clone()).await;
            assert_eq!(status, StatusCode::BAD_REQUEST, "{bad}");
            assert!(text(&answer, "error").starts_with("invalid_"), "{answer}");
        }
        let good = play.assertion(json!({}));
        let (signed, _) = good.rsplit_once('.').expect("a signature");
        let of_another = play.assertion(json!({ "iat": now - 1, "exp": now + 60 }));
        let (_, signature) = of_another.rsplit_once('.').expect("a signature");
        let (status, answer) = play.grant_with(&format!("{signed}.{signature}")).await;
        assert_eq!((status, text(&answer, "error_description")), (StatusCode::BAD_REQUEST, "Invalid JWT Signature.".into()));
        let sold = play.buy(json!({})).await;
        assert_eq!(play.ask("GET", &product(&sold), Value::Null).await.0, 200);
        let stranger = Play { bearer: "Bearer ya29.nonsense".into(), ..play };
        assert_eq!(stranger.refused("GET", &product(&sold), Value::Null).await, (401, "authError".into()));
    }

    async fn an_oauth_client_signs_in_by_its_refresh_token(state: TestState) {
        let mut play = Play::open(&state).await;
        let fields = [("auth_method", "SUPERVISOR"), ("client_id", "client"), ("client_secret", "secret"), ("refresh_token", "refresh")];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        create_app(&state, &play.shop, "com.example.other", AppInput { fields, ..AppInput::default() }).await;
        let ask = async |secret: &str, refresh: &str| {
            let form = format!("grant_type=refresh_token&client_id=client&client_secret={secret}&refresh_token={refresh}&scope=x");
            play.shop.send("/simulator/token", form, &[("content-type", "application/x-www-form-urlencoded")]).await
        };
        assert_eq!(ask("wrong", "refresh").await.0, StatusCode::UNAUTHORIZED);
        let (status, answer) = ask("secret", "wrong").await;
        assert_eq!((status, text(&answer, "error")), (StatusCode::BAD_REQUEST, "invalid_grant".into()));
        let (status, answer) = ask("secret", "refresh").await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        play.bearer = format!("Bearer {}", text(&answer, "access_token"));
        // Its rights are for its own app.
        let sold = play.buy(json!({})).await;
        assert_eq!(play.refused("GET", &product(&sold), Value::Null).await, (401, "permissionDenied".into()));
    }

    async fn a_purchase_is_acknowledged_and_consumed_once(state: TestState) {
        let play = Play::open(&state).await;
        let sold = play.buy(json!({ "quantity": 2, "profileId": "hero" })).await;
        let path = product(&sold);
        let found = play.get(&path).await;
        assert_eq!(found["purchaseState"], 0);
        assert_eq!((&found["consumptionState"], &found["acknowledgementState"], &found["purchaseType"]), (&json!(0), &json!(0), &json!(0)));
        assert_eq!((&found["quantity"], &found["refundableQuantity"]), (&json!(2), &json!(2)));
        assert_eq!(found["obfuscatedExternalProfileId"], "hero");
        assert_eq!(play.ask("POST", &format!("{path}:acknowledge"), json!({})).await, (204, Value::Null));
        // A client encodes what is in the path, and leaves the verb's colon as it is.
        let encoded = path.replace('.', "%2E").replace('-', "%2D");
        assert_eq!(play.ask("POST", &format!("{encoded}:consume"), Value::Null).await, (204, Value::Null));
        assert_eq!(play.refused("POST", &format!("{path}:consume"), Value::Null).await, (400, "invalidPurchaseState".into()));
        let newer = play.get(&format!("purchases/productsv2/tokens/{}", token(&sold))).await;
        assert_eq!(newer["purchaseStateContext"], json!({ "purchaseState": "PURCHASED" }));
        assert_eq!(newer["productLineItem"][0]["productOfferDetails"]["consumptionState"], "CONSUMPTION_STATE_CONSUMED");
        let order = play.get(&format!("orders/{}", text(&sold, "orderId"))).await;
        assert_eq!((&order["state"], &order["total"]), (&json!("PROCESSED"), &json!({ "currencyCode": "KRW", "units": "4400" })));
    }

    async fn each_refusal_has_googles_reason(state: TestState) {
        let play = Play::open(&state).await;
        let (sold, plan) = (play.buy(json!({})).await, play.subscribe("p", json!({})).await);
        let path = product(&sold);
        let etag = text(&play.get(&subscription(&plan)).await, "etag");
        let defer = |duration: &str, etag: &str| json!({ "deferralContext": { "deferDuration": duration, "etag": etag } });
        let of_plan = subscription(&plan);
        for (method, path, body, status, reason) in [
            ("GET", "purchases/products/gem_100/tokens/nonsense".to_owned(), Value::Null, 400, "invalid"),
            ("GET", format!("{path}x"), Value::Null, 404, "purchaseTokenNotFound"),
            ("GET", path.replace("gem_100", "other"), Value::Null, 400, "invalid"),
            ("GET", format!("purchases/productsv2/tokens/{}", token(&plan)), Value::Null, 404, "purchaseTokenNotFound"),
            ("GET", subscription(&sold), Value::Null, 410, "purchaseTokenNoLongerValid"),
            ("POST", format!("{of_plan}:cancel"), json!({}), 400, "required"),
            ("POST", format!("{of_plan}:cancel"), json!({ "cancellationContext": {} }), 400, "invalid"),
            ("POST", format!("{of_plan}:revoke"), json!({ "revocationContext": {} }), 400, "invalid"),
            ("POST", format!("{of_plan}:defer"), defer("864000s", "old"), 409, "concurrentUpdate"),
            ("POST", format!("{of_plan}:defer"), defer("60s", &etag), 400, "invalid"),
            ("GET", "orders/GPA.0000".to_owned(), Value::Null, 404, "notFound"),
            ("GET", "orders:batchGet".to_owned(), Value::Null, 400, "invalid"),
            ("GET", "purchases/voidedpurchases?startTime=1".to_owned(), Value::Null, 400, "invalid"),
            ("GET", "purchases/voidedpurchases?token=x".to_owned(), Value::Null, 400, "invalid"),
            ("GET", "inappproducts".to_owned(), Value::Null, 403, "forbidden"),
        ] {
            assert_eq!(play.refused(method, &path, body).await, (status, reason.into()), "{method} {path}");
        }
        assert_eq!(play.ask("GET", "nothing/at/all", Value::Null).await.0, 404);
    }

    async fn what_nobody_acknowledges_is_taken_back(state: TestState) {
        let play = Play::open(&state).await;
        let (tried, paid) = (play.buy(json!({})).await, play.buy(json!({ "world": "Production" })).await);
        let plan = play.subscribe("p", json!({})).await;
        let pending = play.buy(json!({ "pending": true })).await;
        play.advance(181_000).await;
        assert_eq!(play.get(&product(&tried)).await["purchaseState"], 1);
        assert_eq!(play.get(&product(&paid)).await["purchaseState"], 0);
        play.days(3).await;
        assert_eq!(play.get(&product(&paid)).await["purchaseState"], 1);
        assert_eq!(play.get(&subscription(&plan)).await["subscriptionState"], "SUBSCRIPTION_STATE_EXPIRED");
        assert_eq!(play.get(&product(&pending)).await["purchaseState"], 2, "the time runs from the payment on");
        let found = play.get("purchases/voidedpurchases").await;
        let reasons: Vec<_> = found["voidedPurchases"].as_array().expect("a list").iter().map(|one| &one["voidedReason"]).collect();
        assert_eq!(reasons, [8, 8]);
        let all = play.get("purchases/voidedpurchases?type=1&maxResults=1").await;
        let next = text(&all["tokenPagination"], "nextPageToken");
        let second = play.get(&format!("purchases/voidedpurchases?token={next}&maxResults=5")).await;
        assert_eq!(second["voidedPurchases"].as_array().map(Vec::len), Some(2));
        assert!(second["tokenPagination"].is_null());
    }

    async fn a_subscription_renews_pauses_and_changes_its_plan(state: TestState) {
        let play = Play::open(&state).await;
        let sold = play.subscribe("p", json!({})).await;
        let (path, chain, order) = (subscription(&sold), text(&sold, "chainId"), text(&sold, "orderId"));
        let acknowledge = format!("purchases/subscriptions/vip/tokens/{}:acknowledge", token(&sold));
        assert_eq!(play.ask("POST", &acknowledge, json!({})).await, (204, Value::Null));
        play.days(31).await;
        let found = play.get(&path).await;
        assert_eq!(found["lineItems"][0]["latestSuccessfulOrderId"], format!("{order}..0"));
        assert_eq!(found["acknowledgementState"], "ACKNOWLEDGEMENT_STATE_ACKNOWLEDGED");
        play.control(&format!("subscriptions/{chain}/pause"), json!({ "days": 10 })).await;
        play.days(31).await;
        assert_eq!(play.get(&path).await["subscriptionState"], "SUBSCRIPTION_STATE_PAUSED");
        play.control(&format!("subscriptions/{chain}/unpause"), json!({})).await;
        assert_eq!(play.get(&path).await["lineItems"][0]["latestSuccessfulOrderId"], format!("{order}..1"));
        let plan = json!({ "productId": "gold", "price": "19900", "currency": "KRW", "atOnce": true });
        let newer = play.control(&format!("subscriptions/{chain}/change-plan"), plan).await;
        assert_eq!(play.get(&subscription(&newer)).await["linkedPurchaseToken"], token(&sold));
        let old = play.get(&path).await;
        assert_eq!(old["canceledStateContext"], json!({ "replacementCancellation": {} }));
        let revoke = json!({ "revocationContext": { "fullRefund": {} } });
        assert_eq!(play.ask("POST", &format!("{}:revoke", subscription(&newer)), revoke).await, (200, json!({})));
        let voided = play.get("purchases/voidedpurchases?type=1").await;
        assert_eq!(voided["voidedPurchases"][0]["orderId"], newer["orderId"]);
        play.days(61).await;
        assert_eq!(play.refused("GET", &subscription(&newer), Value::Null).await, (410, "subscriptionPurchaseNoLongerAvailable".into()));
    }
}
