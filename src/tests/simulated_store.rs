//! The simulated App Store as a server sees it: our own client of the App Store Server API, over HTTP, against it.

use std::net::SocketAddr;

use axum::http::StatusCode;
use purser::jobs::ApplyNotifications;
use purser::model::{AppSeq, Timestamp};
use purser::projects;
use purser::router::router;
use purser::simulator;
use purser::state::AppState;
use purser::stores::StoreApp;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::apple_life;
use crate::shop::{BUNDLE, Key, Shop, text};
use crate::support::{TestState, run};

/// A shop whose App Store is played by the server itself, listening on a free port.
pub struct Store {
    pub shop: Shop,
    pub state: AppState,
}

impl Store {
    /// Serves until the test's runtime ends.
    pub async fn open(state: &TestState) -> Self {
        let shop = apple_life::open(state).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let addr = listener.local_addr().expect("an address");
        state.stores.set_own_address(addr);
        let app = router(state.state.clone()).into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { shop, state: state.state.clone() }
    }

    /// The app as its adapter is given it.
    pub async fn app(&self) -> StoreApp {
        let seq: AppSeq = apple_life::apple_app(&self.state, &self.shop.project).await;
        projects::store_app_of(&self.state, &self.shop.project, seq).await.expect("an app")
    }

    /// Tells the simulator to do something; it must.
    pub async fn control(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.shop.call(Key::None, "POST", &format!("/simulator/control/{path}"), body).await;
        assert!(status.is_success(), "{path}: {status} {answer}");
        answer
    }

    /// The same with PUT.
    pub async fn set(&self, path: &str, body: Value) {
        let (status, answer) = self.shop.call(Key::None, "PUT", &format!("/simulator/control/{path}"), body).await;
        assert!(status.is_success(), "{path}: {status} {answer}");
    }

    /// A player subscribes to `vip`; gives the chain.
    pub async fn subscribe(&self, player: &str, changes: Value) -> String {
        let token = apple_life::account_token(&self.shop, player).await;
        let mut input = json!({
            "storeAppId": BUNDLE, "productId": "vip", "player": player, "accountToken": token, "price": "9900", "currency": "KRW",
        });
        input.as_object_mut().expect("an object").extend(changes.as_object().cloned().unwrap_or_default());
        text(&self.control("subscriptions", input).await, "chainId")
    }

    /// Does something to a chain.
    pub async fn change(&self, chain: &str, action: &str, body: Value) -> Value {
        self.control(&format!("subscriptions/{chain}/{action}"), body).await
    }

    /// Does something to a transaction.
    pub async fn settle(&self, order: &str, action: &str, changes: Value) -> Value {
        let mut input = json!({ "storeAppId": BUNDLE });
        input.as_object_mut().expect("an object").extend(changes.as_object().cloned().unwrap_or_default());
        self.control(&format!("transactions/{order}/{action}"), input).await
    }

    /// Moves the simulated clock ahead.
    pub async fn days(&self, days: i64) -> usize {
        let answer = self.control("clock", json!({ "advanceDays": days })).await;
        usize::try_from(answer["happened"].as_u64().expect("a count")).expect("small")
    }

    /// Sends every notification that is due, and works off what arrived.
    pub async fn deliver(&self) -> usize {
        let sent = simulator::send_due(&self.state).await.expect("sends");
        run(&self.state, ApplyNotifications).await;
        sent
    }

    /// A subscription as the books have it.
    pub async fn standing(&self, chain: &str) -> Value {
        let path = format!("/simulator/control/subscriptions/{chain}");
        let (status, answer) = self.shop.call(Key::None, "GET", &path, Value::Null).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        answer
    }

    /// Calls the simulated API with a token.
    pub async fn ask(&self, method: &str, path: &str, body: Value, token: &str) -> (StatusCode, Value) {
        let bearer = format!("Bearer {token}");
        self.shop.call_with(Key::None, method, &format!("/simulator{path}"), body, &[("authorization", &bearer)]).await
    }
}

/// A token's claims as Apple's Python library makes them: without `iat`.
pub fn claims(app: &StoreApp, now: Timestamp) -> Value {
    json!({
        "iss": app.settings["issuer_id"], "exp": now.0 / 1_000 + 300, "aud": "appstoreconnect-v1", "bid": app.store_app_id,
    })
}
