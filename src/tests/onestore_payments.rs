//! ONE store's purchases in our books: what it is told, its payment notifications in each version, and voids.

use std::net::SocketAddr;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA512, RsaKeyPair};
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use purser::audit::By;
use purser::catalog::{self, NewProduct, ProductInput};
use purser::jobs::{ApplyNotifications, FinishPurchases, PlanBackfills, PollVoided};
use purser::model::{Environment, ProductType, StoreCode};
use purser::projects::{self, AppInput, ProjectInput};
use purser::router::router;
use purser::simulator;
use purser::stores::StoreApp;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::shop::{Key, Shop, text};
use crate::support::{TestState, on_both, run};

pub const PACKAGE: &str = "com.example.one";
const BY: By = By::System("test");

/// A shop whose ONE store is played by the server itself.
pub struct Play {
    pub shop: Shop,
    pub app: StoreApp,
    pub state: TestState,
}

impl Play {
    pub async fn open(state: TestState) -> Self {
        let shop = Shop::open(&state).await;
        let input = AppInput { environment: Some(Environment::Simulator), ..AppInput::default() };
        let app = projects::create_app(&state, &BY, &shop.project, StoreCode::OneStore, PACKAGE, &input).await.expect("an app");
        for (product, product_type) in [
            ("gem_100", ProductType::Consumable),
            ("remove_ads", ProductType::NonConsumable),
            ("vip", ProductType::AutoSubscription),
            ("gold", ProductType::AutoSubscription),
        ] {
            let details = ProductInput::default();
            let new = NewProduct { app: app.app_seq, store_product_id: product, product_type, details: &details };
            catalog::create_product(&state, &BY, &shop.project, &new).await.expect("a product");
        }
        let app = projects::store_app_of(&state, &shop.project, app.app_seq).await.expect("an app");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        state.stores.set_own_address(listener.local_addr().expect("an address"));
        let router = router(state.state.clone()).into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { shop, app, state }
    }

    pub async fn control(&self, path: &str, changes: Value) -> Value {
        // A subscription is named by its chain alone, and there is one clock.
        let is_of_app = path != "clock" && !path.starts_with("subscriptions/");
        let mut input = if is_of_app { json!({ "storeAppId": PACKAGE }) } else { json!({}) };
        input.as_object_mut().expect("an object").extend(changes.as_object().cloned().unwrap_or_default());
        let (status, answer) = self.shop.call(Key::None, "POST", &format!("/simulator/control/{path}"), input).await;
        assert!(status.is_success(), "{path}: {status} {answer}");
        answer
    }

    pub async fn buy(&self, changes: Value) -> Value {
        let mut input = json!({ "store": "ONESTORE", "productId": "gem_100", "price": "4400", "currency": "KRW" });
        input.as_object_mut().expect("an object").extend(changes.as_object().cloned().unwrap_or_default());
        self.control("purchases", input).await
    }

    pub async fn subscribe(&self, changes: Value) -> Value {
        let mut input = json!({ "store": "ONESTORE", "productId": "vip", "player": "p", "price": "9900", "currency": "KRW" });
        input.as_object_mut().expect("an object").extend(changes.as_object().cloned().unwrap_or_default());
        self.control("subscriptions", input).await
    }

    pub async fn days(&self, days: i64) {
        self.control("clock", json!({ "advanceDays": days })).await;
        self.deliver().await;
    }

    /// Has everything told and applied.
    pub async fn deliver(&self) {
        simulator::send_due(&self.state).await.expect("sends");
        run(&self.state, ApplyNotifications).await;
    }

    pub async fn set_faults(&self, faults: Value) {
        let (status, _) = self.shop.call(Key::None, "PUT", "/simulator/control/faults", faults).await;
        assert!(status.is_success());
    }

    pub async fn verify_for(&self, user: &str, proof: &Value) -> (StatusCode, Value) {
        let input = json!({ "store": "ONESTORE", "userKey": user, "proof": proof });
        self.shop.call(Key::Secret, "POST", "/api/v1/payments/verify", input).await
    }

    pub async fn token_of(&self, user: &str) -> String {
        let (_, body) = self.shop.call(Key::Secret, "POST", "/api/v1/users", json!({ "userKey": user })).await;
        text(&body, "accountToken")
    }

    pub async fn list(&self, path: &str) -> Vec<Value> {
        let (status, body) = self.shop.call(Key::Secret, "GET", path, Value::Null).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        body["items"].as_array().expect("a list").clone()
    }

    /// All payments of the store.
    async fn payments(&self) -> Vec<Value> {
        self.list("/api/v1/payments?store=ONESTORE").await
    }

    /// The only payment of a user.
    async fn payment_of(&self, user: &str) -> Value {
        let mut found = self.list(&format!("/api/v1/payments?userKey={user}")).await;
        assert_eq!(found.len(), 1, "{found:?}");
        found.remove(0)
    }

    /// The user's subscriptions, over ones too.
    pub async fn subscriptions_of(&self, user: &str) -> Vec<Value> {
        self.list(&format!("/api/v1/users/{user}/subscriptions?includeExpired=true")).await
    }

    /// A subscription of a user who verified it; gives its chain's id in the simulator.
    pub async fn subscribed(&self, user: &str) -> String {
        let token = self.token_of(user).await;
        let sold = self.subscribe(json!({ "player": user, "accountToken": token })).await;
        let (status, paid) = self.verify_for(user, &sold["proof"]).await;
        assert_eq!(status, StatusCode::OK, "{paid}");
        run(&self.state, FinishPurchases).await;
        self.deliver().await;
        text(&sold, "chainId")
    }

    /// Where the only subscription of a user stands.
    pub async fn state_of(&self, user: &str) -> (String, bool) {
        let mine = self.subscriptions_of(user).await;
        assert_eq!(mine.len(), 1, "{mine:?}");
        (text(&mine[0], "state"), mine[0]["hasAccess"] == true)
    }

    /// Posts a message to one of the documented addresses, signed with the app's licence key; gives the status.
    async fn post_signed(&self, path: &str, message: &str) -> StatusCode {
        let der = STANDARD.decode(self.app.secrets["client_secret"].reveal()).expect("base64");
        let key = RsaKeyPair::from_pkcs8(&der).expect("a key");
        let mut signature = vec![0; key.public_modulus_len()];
        key.sign(&RSA_PKCS1_SHA512, &SystemRandom::new(), message.as_bytes(), &mut signature).expect("signs");
        let body =
            format!("{},\"signature\":\"{}\"}}", message.strip_suffix('}').expect("an object"), STANDARD.encode(signature));
        self.post(path, body).await
    }

    async fn post(&self, path: &str, body: String) -> StatusCode {
        self.shop.send(path, body, &[("content-type", "application/json")]).await.0
    }
}

/// A payment notification of a version about a sale.
fn message(app: &StoreApp, sold: &Value, version: &str, state: &str) -> String {
    let (order, token) = (text(sold, "orderId"), text(&sold["proof"], "purchaseToken"));
    let name = match version {
        "3.1.0D" => format!("\"clientId\":\"{}\"", app.settings["client_id"]),
        _ => format!("\"packageName\":\"{PACKAGE}\""),
    };
    let rest = match version {
        "2.0.0D" => "\"purchaseMillis\":1767225600000,\"price\":4400".to_owned(),
        _ => format!(
            "\"purchaseTimeMillis\":1767225600000,\"price\":\"4400\",\"priceCurrencyCode\":\"KRW\",\"purchaseToken\":\"{token}\",\"environment\":\
             \"SANDBOX\",\"marketCode\":\"MKT_ONE\""
        ),
    };
    format!(
        "{{\"msgVersion\":\"{version}\",{name},\"productId\":\"gem_100\",\"messageType\":\"SINGLE_PAYMENT_TRANSACTION\",\"purchaseId\":\"\
         {order}\",\"developerPayload\":null,\"purchaseState\":\"{state}\",{rest},\"productName\":\"보석 100개\",\"isTestMdn\":true}}"
    )
}

const DOCUMENTED: &str = "/markets/ONESTORE/notification/com.example.one/receive";

on_both! {
    async fn a_purchase_is_verified_finished_and_priced_by_its_notification(state: TestState) {
        let play = Play::open(state).await;
        let token = play.token_of("user-1").await;
        let (payment, _) = play.shop.reserve("ONESTORE", "user-1", "gem_100").await;
        let sold = play.buy(json!({ "quantity": 2, "accountToken": token })).await;
        let (status, paid) = play.shop.verify(&payment, &sold["proof"]).await;
        assert_eq!(status, StatusCode::OK, "{paid}");
        let before = play.shop.payment(&payment).await;
        assert_eq!((&before["status"], &before["quantity"], &before["price"]), (&json!("SUCCESS"), &json!(2), &Value::Null), "{before}");
        run(&play.state, FinishPurchases).await;
        for _ in 0..2 {
            play.deliver().await;
            let told = play.payment_of("user-1").await;
            assert_eq!((&told["finish"], &told["price"]), (&json!("DONE"), &json!("4400.00")), "{told}");
            assert_eq!((&told["storeOrderId"], &told["payload"]), (&sold["orderId"], &json!("note")), "{told}");
        }
        let (_, again) = play.verify_for("user-1", &sold["proof"]).await;
        assert_eq!((&again["paymentSeq"], &again["finish"], &again["price"]), (&json!(payment), &json!("DONE"), &json!("4400.00")), "{again}");
    }

    async fn a_purchase_nobody_reported_is_recorded_by_its_notification_alone(state: TestState) {
        let play = Play::open(state).await;
        let token = play.token_of("user-1").await;
        let sold = play.buy(json!({ "accountToken": token })).await;
        play.deliver().await;
        let found = play.payment_of("user-1").await;
        assert_eq!((&found["status"], &found["price"], &found["storeOrderId"]), (&json!("SUCCESS"), &json!("4400.00"), &sold["orderId"]));
        let (status, same) = play.verify_for("user-1", &sold["proof"]).await;
        assert_eq!((status, &same["paymentSeq"]), (StatusCode::OK, &found["paymentSeq"]), "{same}");
    }

    async fn the_payload_says_whose_a_purchase_is(state: TestState) {
        let play = Play::open(state).await;
        let token = play.token_of("user-1").await;
        let (mine, nobodys) = (play.buy(json!({ "accountToken": token })).await, play.buy(json!({ "player": "q" })).await);
        let (_, answer) = play.verify_for("user-2", &mine["proof"]).await;
        assert_eq!(answer["code"], "OWNED_BY_ANOTHER_USER", "{answer}");
        let demand = async |account_token_required| {
            let input = ProjectInput { name: "Game".into(), account_token_required, ..ProjectInput::default() };
            projects::update_project(&play.state, &BY, &play.shop.project, &input).await.expect("changes");
        };
        demand(true).await;
        for sold in [&mine, &nobodys] {
            let (status, answer) = play.verify_for("user-2", &sold["proof"]).await;
            assert_eq!((status, &answer["code"]), (StatusCode::CONFLICT, &json!("USER_MISMATCH")), "{answer}");
        }
        assert_eq!(play.verify_for("user-1", &mine["proof"]).await.0, StatusCode::OK);
        demand(false).await;
        assert_eq!(play.verify_for("user-2", &nobodys["proof"]).await.0, StatusCode::OK, "without a payload it is whoever brings it");
    }

    async fn a_forged_receipt_is_refused(state: TestState) {
        let play = Play::open(state).await;
        let sold = play.buy(json!({})).await;
        let mut forged = sold["proof"].clone();
        forged["data"] = json!(text(&forged, "data").replace("\"quantity\":1", "\"quantity\":9"));
        let (_, answer) = play.verify_for("user-1", &forged).await;
        assert_eq!(answer["code"], "PROOF_INVALID", "{answer}");
        let mut other = sold["proof"].clone();
        other["productId"] = json!("remove_ads");
        let (_, answer) = play.verify_for("user-1", &other).await;
        assert_eq!(answer["code"], "PROOF_INVALID", "the receipt is of another product: {answer}");
        let bare = json!({ "purchaseToken": sold["proof"]["purchaseToken"], "productId": "remove_ads" });
        let (_, answer) = play.verify_for("user-1", &bare).await;
        assert_eq!(answer["code"], "PROOF_INVALID", "ONE store knows it of another product: {answer}");
        assert!(play.payments().await.is_empty());
    }

    async fn each_version_of_a_payment_notification_is_taken_at_each_address(state: TestState) {
        let play = Play::open(state).await;
        play.set_faults(json!({ "notices": { "lostPercent": 100 } })).await;
        let client = format!("/market-notifications/ONESTORE/{}/receive", play.app.settings["client_id"]);
        for (version, path) in [
            ("3.1.0D", DOCUMENTED),
            ("3.0.0D", "/markets//ONESTORE/notification/com.example.one/receive"),
            ("3.1.0D", &client),
            ("3.0.0D", "/callback/subscription/com.example.one/ONESTORE"),
        ] {
            let sold = play.buy(json!({ "player": format!("{version}{path}") })).await;
            let message = message(&play.app, &sold, version, "COMPLETED");
            for _ in 0..2 {
                assert_eq!(play.post_signed(path, &message).await, StatusCode::OK, "{version} {path}");
            }
            run(&play.state, ApplyNotifications).await;
            let found = play.list(&format!("/api/v1/payments?storeOrderId={}", text(&sold, "orderId"))).await;
            assert_eq!((found.len(), &found[0]["price"]), (1, &json!("4400.00")), "{version}: {found:?}");
        }
        assert_eq!(play.payments().await.len(), 4);
    }

    async fn an_old_notification_without_a_token_takes_back_what_is_known(state: TestState) {
        let play = Play::open(state).await;
        let sold = play.buy(json!({})).await;
        play.verify_for("user-1", &sold["proof"]).await;
        play.set_faults(json!({ "notices": { "lostPercent": 100 } })).await;
        for (state, expected) in [("COMPLETED", "SUCCESS"), ("CANCELED", "REFUND")] {
            assert_eq!(play.post_signed(DOCUMENTED, &message(&play.app, &sold, "2.0.0D", state)).await, StatusCode::OK);
            run(&play.state, ApplyNotifications).await;
            assert_eq!(play.payment_of("user-1").await["status"], expected);
        }
    }

    async fn forged_notifications_change_nothing_and_the_store_sends_again(state: TestState) {
        let play = Play::open(state).await;
        for damage in ["BAD_SIGNATURE", "WRONG_ROOT", "WRONG_BUNDLE"] {
            play.set_faults(json!({ "notices": { "damage": damage } })).await;
            play.buy(json!({ "player": damage })).await;
            play.deliver().await;
            assert!(play.payments().await.is_empty(), "{damage}");
        }
        let sold = play.buy(json!({ "player": "by hand" })).await;
        let good = message(&play.app, &sold, "3.1.0D", "COMPLETED");
        let unsigned = play.post(DOCUMENTED, good.clone()).await;
        let badly = play.post(DOCUMENTED, good.replace('}', ",\"signature\":\"c2ln\"}")).await;
        assert_eq!((unsigned, badly), (StatusCode::UNAUTHORIZED, StatusCode::UNAUTHORIZED));
        let other = good.replace(&play.app.settings["client_id"], "0000000007");
        assert_eq!(play.post_signed(DOCUMENTED, &other).await, StatusCode::FORBIDDEN);
        play.set_faults(json!({})).await;
        // The second try comes thirty seconds after the first.
        play.control("clock", json!({ "advanceMillis": 29_000 })).await;
        simulator::send_due(&play.state).await.expect("sends");
        run(&play.state, ApplyNotifications).await;
        let before = play.payments().await.len();
        play.control("clock", json!({ "advanceMillis": 2_000 })).await;
        play.deliver().await;
        assert_eq!((before, play.payments().await.len()), (1, 4), "only what had not been tried yet came before");
    }

    async fn a_cancellation_takes_back_what_one_store_says_is_cancelled(state: TestState) {
        let play = Play::open(state).await;
        let sold = play.buy(json!({})).await;
        play.verify_for("user-1", &sold["proof"]).await;
        play.deliver().await;
        let order = text(&sold, "orderId");
        let canceled = message(&play.app, &sold, "3.1.0D", "CANCELED");
        assert_eq!(play.post_signed(DOCUMENTED, &canceled).await, StatusCode::OK);
        run(&play.state, ApplyNotifications).await;
        assert_eq!(play.payment_of("user-1").await["status"], "SUCCESS", "ONE store's own answer counts");
        play.set_faults(json!({ "notices": { "lostPercent": 100 } })).await;
        play.control(&format!("transactions/{order}/refund"), json!({})).await;
        play.state.clock.advance(60_000);
        run(&play.state, ApplyNotifications).await;
        let taken_back = play.payment_of("user-1").await;
        assert_eq!(taken_back["status"], "REFUND", "the notification that came too early was tried again: {taken_back}");
        let (_, answer) = play.verify_for("user-1", &sold["proof"]).await;
        assert_eq!(answer["code"], "REFUNDED", "{answer}");
    }

    async fn a_void_nobody_told_of_is_found_in_the_list(state: TestState) {
        let play = Play::open(state).await;
        let sold = play.buy(json!({})).await;
        play.verify_for("user-1", &sold["proof"]).await;
        play.set_faults(json!({ "notices": { "lostPercent": 100 } })).await;
        play.control(&format!("transactions/{}/refund", text(&sold, "orderId")), json!({})).await;
        play.deliver().await;
        assert_eq!(play.payment_of("user-1").await["status"], "SUCCESS");
        run(&play.state, PlanBackfills).await;
        assert_eq!(run(&play.state, PollVoided).await.items, 1);
        assert_eq!(play.payment_of("user-1").await["status"], "REFUND");
    }

    async fn what_nobody_acknowledges_is_given_back_after_three_days(state: TestState) {
        let play = Play::open(state).await;
        let kept = play.buy(json!({ "player": "kept" })).await;
        play.verify_for("kept", &kept["proof"]).await;
        run(&play.state, FinishPurchases).await;
        let lapsed = play.buy(json!({ "player": "lapsed" })).await;
        play.verify_for("lapsed", &lapsed["proof"]).await;
        play.days(4).await;
        assert_eq!(play.payment_of("kept").await["status"], "SUCCESS");
        assert_eq!(play.payment_of("lapsed").await["status"], "REFUND");
    }

    async fn a_store_that_is_down_makes_no_proof_invalid(state: TestState) {
        let play = Play::open(state).await;
        let sold = play.buy(json!({})).await;
        for (status, reason, code) in
            [(503, Value::Null, "STORE_UNAVAILABLE"), (404, json!("html"), "STORE_UNAVAILABLE"), (403, Value::Null, "STORE_CREDENTIALS")]
        {
            play.set_faults(json!({ "api": { "status": status, "reason": reason } })).await;
            let (_, answer) = play.verify_for("user-1", &sold["proof"]).await;
            assert_eq!(answer["code"], code, "{status}: {answer}");
        }
        play.set_faults(json!({})).await;
        assert_eq!(play.verify_for("user-1", &sold["proof"]).await.0, StatusCode::OK);
    }
}
