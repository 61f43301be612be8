//! Google Play's adapter against the simulated Google Play, over HTTP, as production uses it against the real one.

use std::net::SocketAddr;

use axum::http::StatusCode;
use purser::audit::By;
use purser::catalog::{self, NewProduct, ProductInput};
use purser::jobs::ApplyNotifications;
use purser::model::{
    Environment, FindingCode, Money, NotificationStatus, ProductType, Purchase, Snapshot, StoreCode, StoreFinish, Timestamp,
};
use purser::notifications;
use purser::projects::{self, AppInput};
use purser::router::router;
use purser::simulator;
use purser::stores::{Action, Store, StoreApp, Subject, Unfinished};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::shop::{Key, Shop, text};
use crate::support::{TestState, on_both, run};

const PACKAGE: &str = "com.example.play";
const BY: By = By::System("test");

/// A shop whose Google Play is played by the server itself, listening on a free port.
struct Play {
    shop: Shop,
    app: StoreApp,
    state: TestState,
}

impl Play {
    async fn open(state: TestState) -> Self {
        let shop = Shop::open(&state).await;
        let input = AppInput { environment: Some(Environment::Simulator), ..AppInput::default() };
        let app = projects::create_app(&state, &BY, &shop.project, StoreCode::GooglePlay, PACKAGE, &input).await.expect("an app");
        for (product, product_type) in [("gem_100", ProductType::Consumable), ("vip", ProductType::AutoSubscription)] {
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

    fn store(&self) -> &dyn Store {
        self.state.stores.of(StoreCode::GooglePlay)
    }

    fn now(&self) -> Timestamp {
        self.state.clock.now()
    }

    async fn control(&self, path: &str, changes: Value) -> Value {
        let mut input = json!({ "store": "GG", "storeAppId": PACKAGE });
        input.as_object_mut().expect("an object").extend(changes.as_object().cloned().unwrap_or_default());
        let (status, answer) = self.shop.call(Key::None, "POST", &format!("/simulator/control/{path}"), input).await;
        assert!(status.is_success(), "{path}: {status} {answer}");
        answer
    }

    async fn buy(&self, changes: Value) -> Value {
        let mut input = json!({ "productId": "gem_100", "price": "4400", "currency": "KRW" });
        input.as_object_mut().expect("an object").extend(changes.as_object().cloned().unwrap_or_default());
        self.control("purchases", input).await
    }

    async fn subscribe(&self) -> Value {
        self.control("subscriptions", json!({ "productId": "vip", "player": "p", "price": "9900", "currency": "KRW" })).await
    }

    async fn verify(&self, proof: &Value) -> Snapshot {
        let read = self.store().read_proof(&self.app, proof).expect("a proof");
        self.store().verify(&self.app, &read, self.now().into()).await.expect("verifies")
    }

    async fn fetch(&self, order_id: &str) -> Purchase {
        let found = self.store().fetch(&self.app, order_id, self.now().into()).await.expect("answers");
        found.expect("a purchase").purchases.remove(0)
    }
}

fn price(purchase: &Purchase) -> Option<(i64, &str)> {
    purchase.price.as_ref().map(|Money { price_micros, currency }| (*price_micros, currency.as_str()))
}

on_both! {
    async fn a_purchase_is_verified_finished_and_refunded(state: TestState) {
        let play = Play::open(state).await;
        let sold = play.buy(json!({ "quantity": 2, "world": "Production" })).await;
        let purchase = play.verify(&sold["proof"]).await.purchases.remove(0);
        assert_eq!((purchase.product_id.as_str(), purchase.quantity, price(&purchase)), ("gem_100", 2, Some((4_400_000_000, "KRW"))));
        assert!(purchase.order_id.starts_with("GPA."), "{}", purchase.order_id);
        assert!(matches!(purchase.finish, StoreFinish::Until(until) if until > play.now()), "{:?}", purchase.finish);
        let mut forged = sold["proof"].clone();
        forged["data"] = json!(text(&forged, "data").replace("gem_100", "gem_500"));
        let read = play.store().read_proof(&play.app, &forged).expect("of the form");
        assert!(play.store().verify(&play.app, &read, play.now().into()).await.is_err(), "the licence key did not sign it");

        let token = text(&sold["proof"], "purchaseToken");
        let unfinished =
            Unfinished { purchase_token: &token, product_id: "gem_100", product_type: ProductType::Consumable, account_token: None };
        for _ in 0..2 {
            play.store().finish(&play.app, &unfinished, play.now().into()).await.expect("done is done");
        }
        let consumed = play.fetch(&purchase.order_id).await;
        assert_eq!((consumed.finish, consumed.revoked_at), (StoreFinish::Consumed, None));

        let refund = Action::Refund { ends_access: true };
        play.store().act(&play.app, Subject::of(&purchase.order_id), &refund, play.now().into()).await.expect("refunds");
        let taken_back = play.fetch(&purchase.order_id).await;
        assert!(taken_back.revoked_at.is_some() && !taken_back.never_paid, "{taken_back:?}");
        let from = play.now().plus_millis(-Timestamp::DAY);
        let listed = play.store().list_refunds(&play.app, from, None, play.now().into()).await.expect("a list");
        assert_eq!(listed.items.iter().map(|item| item.order_id.as_str()).collect::<Vec<_>>(), [purchase.order_id.as_str()]);
    }

    async fn a_subscription_is_read_cancelled_and_deferred(state: TestState) {
        let play = Play::open(state).await;
        let sold = play.subscribe().await;
        let snapshot = play.verify(&sold["proof"]).await;
        let purchase = &snapshot.purchases[0];
        assert_eq!((purchase.product_id.as_str(), price(purchase)), ("vip", Some((9_900_000_000, "KRW"))));
        let token = purchase.original_order_id.clone();
        assert_eq!(token, text(&sold["proof"], "purchaseToken"));
        let renewal = snapshot.renewal.as_ref().expect("a renewal");
        assert!(renewal.auto_renew && !renewal.in_retry && renewal.renews_at == purchase.expires_at, "{renewal:?}");
        let unfinished =
            Unfinished { purchase_token: &token, product_id: "vip", product_type: ProductType::AutoSubscription, account_token: None };
        play.store().finish(&play.app, &unfinished, play.now().into()).await.expect("acknowledges");
        let deferred = play.store().act(&play.app, Subject::of(&token), &Action::Defer { days: 5, from: purchase.expires_at.expect("an end") }, play.now().into()).await.expect("defers");
        assert_eq!(deferred.renews_at, purchase.expires_at.map(|end| end.plus_millis(5 * Timestamp::DAY)));
        play.store().act(&play.app, Subject::of(&token), &Action::Cancel, play.now().into()).await.expect("cancels");
        let found = play.store().fetch_subscription(&play.app, &token, play.now().into()).await.expect("answers").expect("known");
        assert_eq!(found.purchases[0].finish, StoreFinish::Acknowledged);
        assert!(!found.renewal.expect("a renewal").auto_renew);
    }

    async fn notifications_are_pushed_authenticated_and_applied(state: TestState) {
        let play = Play::open(state).await;
        play.subscribe().await;
        assert!(simulator::send_due(&play.state).await.expect("sends") > 0);
        run(&play.state, ApplyNotifications).await;
        let query = purser::model::NotificationQuery::default();
        let kept = notifications::list(&play.state, &play.shop.project, &query).await.expect("a list").items;
        assert!(kept.iter().any(|one| one.kind == "SUBSCRIPTION_PURCHASED"), "{kept:?}");
        assert!(kept.iter().all(|one| one.status == NotificationStatus::Applied), "{kept:?}");
    }

    async fn the_connection_and_the_catalog_are_good(state: TestState) {
        let play = Play::open(state).await;
        let findings = play.store().check(&play.app, play.now()).await;
        let codes: Vec<FindingCode> = findings.iter().map(|finding| finding.code).collect();
        assert_eq!(codes, [FindingCode::SignedIn, FindingCode::PurchasesReadable, FindingCode::OrdersReadable], "{findings:?}");
        let items = play.store().list_catalog(&play.app, play.now().into()).await.expect("a catalog");
        let mut ids: Vec<&str> = items.iter().map(|item| item.product_id.as_str()).collect();
        ids.sort_unstable();
        assert_eq!(ids, ["gem_100", "vip"]);
    }

    async fn a_reservation_is_paid_by_a_google_purchase(state: TestState) {
        let play = Play::open(state).await;
        let (payment, account_token) = play.shop.reserve("GG", "user-1", "gem_100").await;
        let sold = play.buy(json!({ "accountToken": account_token })).await;
        let (status, body) = play.shop.verify(&payment, &sold["proof"]).await;
        assert_eq!((status, &body["status"]), (StatusCode::OK, &json!("SUCCESS")), "{body}");
    }
}
