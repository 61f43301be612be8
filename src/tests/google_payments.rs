//! Google Play's purchases in our books: pending ones, what Google is told, voids and linked tokens.

use std::net::SocketAddr;

use axum::http::StatusCode;
use purser::audit::By;
use purser::catalog::{self, NewProduct, ProductInput};
use purser::db;
use purser::db::store_snapshots::AppScope;
use purser::jobs::{ApplyNotifications, FinishPurchases, PlanBackfills, PollVoided};
use purser::model::{Environment, PaymentSeq, ProductType, StoreCode, StoreFinish, Timestamp};
use purser::payments;
use purser::projects::{self, AppInput};
use purser::simulator;
use purser::users::User;
use serde_json::{Value, json};

use crate::shop::{Key, Shop, text};
use crate::support::{TestState, on_both, run, serve};

pub const PACKAGE: &str = "com.example.play";
const BY: By = By::System("test");

/// A shop whose Google Play is played by the server itself.
pub struct Play {
    pub shop: Shop,
    pub state: TestState,
    /// Where Google Play is played.
    pub address: SocketAddr,
}

impl Play {
    pub async fn open(state: TestState) -> Self {
        let shop = Shop::open(&state).await;
        let input = AppInput { environment: Some(Environment::Simulator), ..AppInput::default() };
        let app = projects::create_app(&state, &BY, &shop.project, StoreCode::GooglePlay, PACKAGE, &input).await.expect("an app");
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
        let address = serve(&state).await;
        Self { shop, state, address }
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
        let mut input = json!({ "store": "GG", "productId": "gem_100", "price": "4400", "currency": "KRW" });
        input.as_object_mut().expect("an object").extend(changes.as_object().cloned().unwrap_or_default());
        self.control("purchases", input).await
    }

    pub async fn subscribe(&self, changes: Value) -> Value {
        let mut input = json!({ "store": "GG", "productId": "vip", "player": "p", "price": "9900", "currency": "KRW" });
        input.as_object_mut().expect("an object").extend(changes.as_object().cloned().unwrap_or_default());
        self.control("subscriptions", input).await
    }

    /// Has everything told and applied.
    pub async fn deliver(&self) {
        simulator::send_due(&self.state).await.expect("sends");
        run(&self.state, ApplyNotifications).await;
    }

    /// Sets what goes wrong from now on.
    pub async fn set_faults(&self, faults: Value) {
        let (status, answer) = self.shop.call(Key::None, "PUT", "/simulator/control/faults", faults).await;
        assert!(status.is_success(), "{answer}");
    }

    /// Loses every notification from now on, for good.
    pub async fn lose(&self) {
        self.set_faults(json!({ "notices": { "lostPercent": 100, "lostForGood": true } })).await;
    }

    /// Until when the store has to be told of an order; none when it has not.
    pub async fn deadline_of(&self, order: &str) -> Option<Timestamp> {
        let (project, mut tx) = (&self.shop.project, self.state.db.read().await.expect("reads"));
        let app =
            projects::list_apps(&self.state, project).await.expect("apps").into_iter().find(|app| app.store_app_id == PACKAGE);
        let scope = AppScope { project, app: app.expect("an app").app_seq };
        let kept = db::purchases::find_by_order(&mut tx, scope, order).await.expect("reads").expect("a purchase");
        match kept.finish {
            StoreFinish::Until(deadline) => Some(deadline),
            _ => None,
        }
    }

    pub async fn verify_for(&self, user: &str, proof: &Value) -> (StatusCode, Value) {
        let input = json!({ "store": "GG", "userKey": user, "proof": proof });
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

    /// The only payment of a user.
    pub async fn payment_of(&self, user: &str) -> Value {
        let mut found = self.list(&format!("/api/v1/payments?userKey={user}")).await;
        assert_eq!(found.len(), 1, "{found:?}");
        found.remove(0)
    }

    /// The user's subscriptions, over ones too.
    pub async fn subscriptions_of(&self, user: &str) -> Vec<Value> {
        self.list(&format!("/api/v1/users/{user}/subscriptions?includeExpired=true")).await
    }

    pub async fn ask(&self, path: &str, body: Value) -> (StatusCode, Value) {
        self.shop.call(Key::Secret, "POST", &format!("/api/v1/{path}"), body).await
    }
}

on_both! {
    async fn a_pending_purchase_ends_by_notification_alone(state: TestState) {
        let play = Play::open(state).await;
        for (user, action, ends_as) in [("payer", "pay", "SUCCESS"), ("dropper", "drop-payment", "FAILURE")] {
            let (payment, _) = play.shop.reserve("GG", user, "gem_100").await;
            let sold = play.buy(json!({ "pending": true, "player": user })).await;
            let (_, answer) = play.shop.verify(&payment, &sold["proof"]).await;
            assert_eq!(answer["code"], "PENDING", "{answer}");
            assert_eq!(play.shop.payment(&payment).await["status"], "PENDING");
            play.control(&format!("transactions/{}/{action}", text(&sold, "orderId")), json!({})).await;
            play.deliver().await;
            let ended = play.shop.payment(&payment).await;
            assert_eq!((&ended["status"], &ended["payload"]), (&json!(ends_as), &json!("note")), "{ended}");
            assert_eq!(play.payment_of(user).await["paymentSeq"], json!(payment), "the same payment, no second one");
        }
    }

    async fn a_pending_purchase_without_a_reservation_waits_too(state: TestState) {
        let play = Play::open(state).await;
        let sold = play.buy(json!({ "pending": true })).await;
        for _ in 0..2 {
            let (_, answer) = play.verify_for("payer", &sold["proof"]).await;
            assert_eq!(answer["code"], "PENDING", "{answer}");
        }
        let waiting = play.payment_of("payer").await;
        assert_eq!(waiting["status"], "PENDING");
        let (_, answer) = play.verify_for("other", &sold["proof"]).await;
        assert_eq!(answer["code"], "PENDING", "{answer}");
        play.control(&format!("transactions/{}/pay", text(&sold, "orderId")), json!({})).await;
        play.deliver().await;
        let paid = play.payment_of("payer").await;
        assert_eq!((&paid["status"], &paid["paymentSeq"]), (&json!("SUCCESS"), &waiting["paymentSeq"]), "{paid}");
        let (_, answer) = play.verify_for("other", &sold["proof"]).await;
        assert_eq!(answer["code"], "OWNED_BY_ANOTHER_USER", "{answer}");
    }

    async fn two_reservations_that_wait_for_one_purchase_end_with_it(state: TestState) {
        let play = Play::open(state).await;
        let sold = play.buy(json!({ "pending": true })).await;
        let mut waiting = Vec::new();
        for _ in 0..2 {
            let (payment, _) = play.shop.reserve("GG", "user-1", "gem_100").await;
            let (_, answer) = play.shop.verify(&payment, &sold["proof"]).await;
            assert_eq!(answer["code"], "PENDING", "{answer}");
            waiting.push(payment);
        }
        play.control(&format!("transactions/{}/pay", text(&sold, "orderId")), json!({})).await;
        play.deliver().await;
        let ended = [play.shop.payment(&waiting[0]).await, play.shop.payment(&waiting[1]).await];
        assert_eq!(ended.each_ref().map(|payment| &payment["status"]), [&json!("SUCCESS"), &json!("USER_CLOSE")], "{ended:?}");
        // Another purchase of the same product is not taken for the one that waits.
        let (first, _) = play.shop.reserve("GG", "user-2", "gem_100").await;
        let cash = play.buy(json!({ "pending": true, "player": "cash" })).await;
        play.shop.verify(&first, &cash["proof"]).await;
        let card = play.buy(json!({ "player": "card" })).await;
        let (status, paid) = play.verify_for("user-2", &card["proof"]).await;
        assert_eq!(status, StatusCode::OK, "{paid}");
        assert_ne!(paid["paymentSeq"], json!(first));
        assert_eq!(play.shop.payment(&first).await["status"], "PENDING");
    }

    async fn what_staff_assign_is_told_to_the_store(state: TestState) {
        let play = Play::open(state).await;
        play.buy(json!({})).await;
        play.deliver().await;
        let found = play.list("/api/v1/payments?store=GG").await.remove(0);
        let (seq, user) = (PaymentSeq(text(&found, "paymentSeq")), User { channel: "GF".into(), key: "user-1".into() });
        let assignment = payments::Assignment { user: &user, is_new: true, reason: "a ticket" };
        payments::assign_user(&play.state, &BY, &play.shop.project, &seq, assignment).await.expect("assigned");
        assert_eq!(play.payment_of("user-1").await["finish"], "DUE");
        run(&play.state, FinishPurchases).await;
        assert_eq!(play.payment_of("user-1").await["finish"], "DONE");
    }

    async fn a_void_stands_though_its_order_can_not_be_read(state: TestState) {
        let play = Play::open(state).await;
        let sold = play.buy(json!({})).await;
        play.verify_for("user-1", &sold["proof"]).await;
        play.control(&format!("transactions/{}/refund", text(&sold, "orderId")), json!({})).await;
        let no_orders = json!({ "api": { "status": 403, "path": "/orders/" } });
        play.shop.call(Key::None, "PUT", "/simulator/control/faults", no_orders).await;
        play.deliver().await;
        assert_eq!(play.payment_of("user-1").await["status"], "REFUND");
        let (_, answer) = play.verify_for("user-1", &sold["proof"]).await;
        assert_eq!(answer["code"], "REFUNDED", "{answer}");
        assert_eq!(play.payment_of("user-1").await["status"], "REFUND");
    }

    async fn what_was_bought_is_acknowledged_or_consumed_after_the_commit(state: TestState) {
        let play = Play::open(state).await;
        for (product, kind, read) in
            [("gem_100", "CONSUMABLE", "consumptionState"), ("remove_ads", "NON_CONSUMABLE", "acknowledgementState")]
        {
            let sold = play.buy(json!({ "productId": product, "kind": kind, "player": product })).await;
            let (status, paid) = play.verify_for(product, &sold["proof"]).await;
            assert_eq!((status, &paid["finish"]), (StatusCode::OK, &json!("DUE")), "{paid}");
            assert_eq!(run(&play.state, FinishPurchases).await.items, 0);
            let told = play.payment_of(product).await;
            assert_eq!(told["finish"], "DONE", "{read}: {told}");
            // Once is enough, and a later verify finds it done.
            let (_, again) = play.verify_for(product, &sold["proof"]).await;
            assert_eq!(again["finish"], "DONE", "{again}");
        }
    }

    async fn nobody_known_for_it_is_not_told_to_the_store(state: TestState) {
        let play = Play::open(state).await;
        play.buy(json!({})).await;
        play.deliver().await;
        let found = play.list("/api/v1/payments?store=GG").await;
        assert_eq!((found.len(), &found[0]["status"], &found[0]["finish"]), (1, &json!("SUCCESS"), &json!("NONE")), "{found:?}");
    }

    async fn a_void_of_the_present_period_ends_access_and_one_of_an_older_does_not(state: TestState) {
        let play = Play::open(state).await;
        let token = play.token_of("user-1").await;
        let sold = play.subscribe(json!({ "accountToken": token })).await;
        let (status, first) = play.verify_for("user-1", &sold["proof"]).await;
        assert_eq!(status, StatusCode::OK, "{first}");
        run(&play.state, FinishPurchases).await;
        play.control("clock", json!({ "advanceDays": 32 })).await;
        play.deliver().await;
        let periods = play.list("/api/v1/payments?userKey=user-1").await;
        assert_eq!(periods.len(), 2, "{periods:?}");
        let (renewed, older) = (text(&periods[0], "storeOrderId"), text(&first, "storeOrderId"));
        assert_eq!(renewed, format!("{older}..0"));
        for (order, status, has_access) in [(older, "REFUND", true), (renewed, "REFUND", false)] {
            play.control(&format!("transactions/{order}/refund"), json!({})).await;
            play.deliver().await;
            let taken_back = play.list(&format!("/api/v1/payments?storeOrderId={order}")).await;
            assert_eq!(taken_back[0]["status"], status, "{order}: {taken_back:?}");
            let mine = play.subscriptions_of("user-1").await;
            assert_eq!((mine.len(), &mine[0]["hasAccess"]), (1, &json!(has_access)), "{order}: {mine:?}");
        }
    }

    async fn a_void_nobody_told_of_is_found_in_the_list(state: TestState) {
        let play = Play::open(state).await;
        let sold = play.buy(json!({})).await;
        let (status, paid) = play.verify_for("user-1", &sold["proof"]).await;
        assert_eq!(status, StatusCode::OK, "{paid}");
        play.lose().await;
        play.control(&format!("transactions/{}/refund", text(&sold, "orderId")), json!({})).await;
        play.deliver().await;
        assert_eq!(play.payment_of("user-1").await["status"], "SUCCESS");
        run(&play.state, PlanBackfills).await;
        assert_eq!(run(&play.state, PollVoided).await.items, 1);
        assert_eq!(play.payment_of("user-1").await["status"], "REFUND");
    }

    async fn only_the_newest_of_linked_tokens_gives_access(state: TestState) {
        let play = Play::open(state).await;
        for (user, is_old_first) in [("forward", true), ("backward", false)] {
            let token = play.token_of(user).await;
            let old = play.subscribe(json!({ "player": user, "accountToken": token })).await;
            if is_old_first {
                play.verify_for(user, &old["proof"]).await;
                run(&play.state, FinishPurchases).await;
            }
            let acknowledged = format!("subscriptions/{}/change-plan", text(&old, "chainId"));
            let change = json!({ "productId": "gold", "price": "19900", "currency": "KRW", "atOnce": true });
            if !is_old_first {
                play.lose().await;
                play.deliver().await;
                play.set_faults(json!({})).await;
            }
            play.control(&acknowledged, change).await;
            play.deliver().await;
            let (_, answer) = play.verify_for(user, &old["proof"]).await;
            assert!(answer["code"].is_null() || answer["code"] == "EXPIRED", "{answer}");
            let mine = play.subscriptions_of(user).await;
            let with_access: Vec<_> = mine.iter().filter(|one| one["hasAccess"] == true).collect();
            assert_eq!(with_access.len(), 1, "{user}: {mine:?}");
            assert_eq!(with_access[0]["productId"], "gold", "{user}: {mine:?}");
        }
    }
}
