//! A year of the subscribers and buyers of a simulated store, of whose notifications a tenth is lost, a tenth comes twice and none in
//! order: once the lost ones are found, or the store was asked, our records say what the store's books say.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use purser::jobs::{
    ApplyNotifications, BackfillNotifications, ExpireSubscriptions, FinishPurchases, PlanBackfills, PollSubscriptions,
    PollVoided, RunSimulatedLifecycles,
};
use purser::model::{LifecycleStatus, SimulatedSubscription, StoreCode, Timestamp};
use purser::{db, simulator};
use serde_json::{Value, json};

use crate::apple_life::account_token;
use crate::shop::{BUNDLE, Key, Shop, text};
use crate::simulated_store::Store;
use crate::support::{Kind, TestState, run};
use crate::{google_payments, onestore_payments};

const MONTH_DAYS: i64 = 31;

/// A store whose subscribers' year is lived.
struct Year {
    state: TestState,
    shop: Shop,
    store: StoreCode,
    store_app_id: &'static str,
}

impl Year {
    async fn of(store: StoreCode, kind: Kind) -> Self {
        let state = TestState::new(kind).await;
        match store {
            StoreCode::GooglePlay => {
                let google_payments::Play { shop, state, .. } = google_payments::Play::open(state).await;
                Self { state, shop, store, store_app_id: google_payments::PACKAGE }
            }
            StoreCode::OneStore => {
                let onestore_payments::Play { shop, state, .. } = onestore_payments::Play::open(state).await;
                Self { state, shop, store, store_app_id: onestore_payments::PACKAGE }
            }
            _ => Self { shop: Store::open(&state).await.shop, state, store, store_app_id: BUNDLE },
        }
    }

    /// Whether the store keeps no list of what it told, and is asked instead.
    fn is_asked(&self) -> bool {
        self.store != StoreCode::AppStore
    }

    async fn control(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self.shop.call(Key::None, method, &format!("/simulator/control/{path}"), body).await;
        assert!(status.is_success(), "{path}: {status} {answer}");
        answer
    }

    /// A player subscribes to `vip`; gives the chain.
    async fn subscribe(&self, number: usize) -> String {
        let player = format!("player-{number}");
        let sold = self.control(
            "POST",
            "subscriptions",
            json!({
                "store": self.store.as_str(), "storeAppId": self.store_app_id, "productId": "vip", "player": player,
                "accountToken": account_token(&self.shop, &player).await, "price": "9900", "currency": "KRW",
            }),
        );
        let sold = sold.await;
        self.bring(number, &sold).await;
        text(&sold, "chainId")
    }

    async fn change(&self, chain: &str, action: &str, body: Value) -> Value {
        self.control("POST", &format!("subscriptions/{chain}/{action}"), body).await
    }

    /// A player buys gems; gives the order.
    async fn buy(&self, number: usize) -> String {
        let player = format!("player-{number}");
        let sold = self.control(
            "POST",
            "purchases",
            json!({
                "store": self.store.as_str(), "storeAppId": self.store_app_id, "productId": "gem_100", "player": player,
                "accountToken": account_token(&self.shop, &player).await, "price": "4400", "currency": "KRW",
            }),
        );
        let sold = sold.await;
        self.bring(number, &sold).await;
        text(&sold, "orderId")
    }

    /// The player's app brings the token it was given: nothing but this tells of a token whose only notification was lost. Whether it
    /// waits for its payment.
    async fn bring(&self, number: usize, sold: &Value) -> bool {
        if !self.is_asked() {
            return false;
        }
        let store = self.store.as_str();
        let input = json!({ "store": store, "userKey": format!("player-{number}"), "proof": sold["proof"] });
        let (status, answer) = self.shop.call(Key::Secret, "POST", "/api/v1/payments/verify", input).await;
        let is_pending = answer["code"] == "PENDING";
        assert!(status == StatusCode::OK || is_pending, "{number}: {answer}");
        is_pending
    }

    async fn settle(&self, order: &str, action: &str) {
        self.control("POST", &format!("transactions/{order}/{action}"), json!({ "storeAppId": self.store_app_id })).await;
    }

    /// What becomes of a subscriber, by their number, in a month; gives a plan they took.
    async fn befall(&self, chain: &str, number: usize, month: u32) -> Option<Value> {
        let gold = json!({ "productId": "gold", "price": "19900", "currency": "KRW", "atOnce": number % 20 == 4 });
        match (number % 10, month) {
            (1, 3) | (2, 2) | (7, 12) => drop(self.change(chain, "cancel", json!({})).await),
            (2, 6) => drop(self.subscribe(number).await),
            (3, 2) | (5, 5) | (8, 11) => drop(self.change(chain, "fail-billing", json!({})).await),
            (3, 3) => drop(self.change(chain, "fix-billing", json!({})).await),
            (4, 4) => return Some(self.change(chain, "change-plan", gold).await),
            (6, 7) => {
                let standing = self.control("GET", &format!("subscriptions/{chain}"), Value::Null).await;
                let order = text(&standing, "orderId");
                self.settle(&order, "refund").await;
                if number % 20 == 6 && !self.is_asked() {
                    self.settle(&order, "reverse-refund").await;
                }
            }
            _ => {}
        }
        None
    }

    /// Every fourth player buys gems once, and half of those give them back a month later.
    async fn trade(&self, number: usize, month: usize, bought: &mut BTreeMap<usize, String>) {
        let buys_in = number / 4 % 12 + 1;
        if number.is_multiple_of(4) && month == buys_in {
            bought.insert(number, self.buy(number).await);
        }
        if let Some(order) = bought.get(&number).filter(|_| number.is_multiple_of(8) && month == buys_in + 1) {
            self.settle(order, "refund").await;
        }
    }

    /// The store's clock moves on. Where we ask what nobody told us of, ours does as well.
    async fn pass_month(&self) {
        if self.is_asked() {
            self.state.clock.advance(MONTH_DAYS * Timestamp::DAY);
            run(&self.state, RunSimulatedLifecycles).await;
        } else {
            self.control("POST", "clock", json!({ "advanceDays": MONTH_DAYS })).await;
        }
    }

    async fn deliver(&self) {
        simulator::send_due(&self.state).await.expect("sends");
        run(&self.state, ApplyNotifications).await;
        run(&self.state, FinishPurchases).await;
    }

    /// Asks the store for what was lost; how much was found.
    async fn find_lost(&self) -> u64 {
        run(&self.state, PlanBackfills).await;
        let found = if self.is_asked() {
            run(&self.state, PollVoided).await.items + run(&self.state, PollSubscriptions).await.items
        } else {
            run(&self.state, BackfillNotifications).await.items
        };
        run(&self.state, ApplyNotifications).await;
        run(&self.state, ExpireSubscriptions).await;
        found
    }

    /// Every item of a list of ours.
    async fn all(&self, path: &str) -> Vec<Value> {
        let (mut items, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("/api/v1/{path}&limit=100{cursor}");
            let (status, page) = self.shop.call(Key::Secret, "GET", &path, Value::Null).await;
            assert_eq!(status, StatusCode::OK, "{page}");
            items.extend(page["items"].as_array().expect("a list").iter().cloned());
            match page["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return items,
            }
        }
    }

    /// How each sale of gems stands in our books.
    async fn traded(&self) -> BTreeMap<String, String> {
        let all = self.all(&format!("payments?store={}", self.store.as_str())).await;
        let gems = all.iter().filter(|payment| payment["productId"] == "gem_100");
        gems.map(|payment| (text(payment, "storeOrderId"), text(payment, "status"))).collect()
    }

    /// What we know of each chain of the books: the state of the subscription its present period is in, how many of its periods were
    /// paid for, and how many subscriptions give access by it.
    async fn found(&self, books: &[SimulatedSubscription]) -> BTreeMap<String, (String, u64, u64)> {
        let sales = db::simulator::list_purchases(&mut self.state.db.read().await.expect("reads"), 100_000).await.expect("sales");
        let chain_of: BTreeMap<String, String> = sales.into_iter().map(|sale| (sale.order_id, sale.chain_id)).collect();
        let present: BTreeMap<&str, &str> =
            books.iter().map(|chain| (chain.lifecycle.order_id.as_str(), chain.chain_id.as_str())).collect();
        let mut found: BTreeMap<String, (String, u64, u64)> = BTreeMap::new();
        for subscription in self.all("subscriptions?includeExpired=true").await {
            let order = text(&subscription, "storeOrderId");
            let of_chain = found.entry(chain_of[&order].clone()).or_default();
            of_chain.2 += u64::from(subscription["hasAccess"] == true);
            if present.contains_key(order.as_str()) {
                of_chain.0 = text(&subscription, "state");
            }
        }
        for payment in self.all(&format!("payments?store={}", self.store.as_str())).await {
            found.entry(chain_of[&text(&payment, "storeOrderId")].clone()).or_default().1 += 1;
        }
        found
    }
}

/// What the books say of a chain: the state we should know it in, how many of its periods were paid for, and whether it gives access.
fn truth(subscription: &SimulatedSubscription, now: Timestamp) -> (String, u64, u64) {
    let lifecycle = &subscription.lifecycle;
    let (state, has_access) = match lifecycle.status_at(now) {
        LifecycleStatus::Active if lifecycle.auto_renew => ("ACTIVE", true),
        LifecycleStatus::Active => ("CANCELED", true),
        LifecycleStatus::GracePeriod => ("IN_GRACE_PERIOD", true),
        LifecycleStatus::BillingRetry => ("ON_HOLD", false),
        LifecycleStatus::Paused => ("PAUSED", false),
        LifecycleStatus::Expired => ("EXPIRED", false),
        LifecycleStatus::Revoked => ("REVOKED", false),
        LifecycleStatus::Pending => ("", false),
    };
    (state.to_owned(), u64::from(lifecycle.periods_paid), u64::from(has_access))
}

async fn a_year(store: StoreCode, kind: Kind, subscribers: usize) {
    let year = Year::of(store, kind).await;
    let faults = json!({ "lostPercent": 10, "lostForGood": true, "repeatedPercent": 10, "reordered": true });
    year.control("PUT", "faults", json!({ "notices": faults })).await;
    let mut chains = Vec::with_capacity(subscribers);
    for number in 0..subscribers {
        chains.push(year.subscribe(number).await);
    }
    year.deliver().await;
    let (mut lost, mut bought, mut taken) = (0, BTreeMap::new(), Vec::new());
    for month in 1..=12 {
        year.pass_month().await;
        // A plan that waited for the end of a period is brought once more when the player has it.
        for (number, plan) in std::mem::take(&mut taken) {
            year.bring(number, &plan).await;
        }
        for (number, chain) in chains.iter().enumerate() {
            if let Some(plan) = year.befall(chain, number, month).await
                && year.bring(number, &plan).await
            {
                taken.push((number, plan));
            }
            if year.is_asked() {
                year.trade(number, month as usize, &mut bought).await;
            }
        }
        year.deliver().await;
        if year.is_asked() && month < 12 {
            lost += year.find_lost().await;
        }
    }
    year.control("PUT", "faults", json!({})).await;
    // What was said in the last month holds for a day.
    year.state.clock.advance(if year.is_asked() { Timestamp::DAY + Timestamp::MINUTE } else { Timestamp::SECOND });
    run(&year.state, RunSimulatedLifecycles).await;
    lost += year.find_lost().await;
    let notifications = u64::try_from(subscribers * 10).expect("small");
    assert!(lost > notifications / 20, "about a tenth of {notifications} or more was lost: {lost}");

    let now = simulator::now(&year.state).await.expect("a clock");
    let limit = u32::try_from(subscribers + 1).expect("small");
    let books = db::simulator::list_subscriptions(&mut year.state.db.read().await.expect("reads"), limit).await.expect("books");
    let expected: BTreeMap<_, _> = books.iter().map(|chain| (chain.chain_id.clone(), truth(chain, now))).collect();
    assert_eq!(expected.len(), subscribers);
    let found = year.found(&books).await;
    let wrong: Vec<_> = expected.iter().filter(|(chain, truth)| found.get(*chain) != Some(truth)).collect();
    let told: Vec<_> = wrong.iter().take(5).map(|(chain, truth)| (chain, truth, found.get(*chain))).collect();
    assert!(wrong.is_empty(), "{} of {subscribers} differ: {told:?}", wrong.len());
    assert_eq!(bought.is_empty(), !year.is_asked());
    let traded = year.traded().await;
    for (number, order) in &bought {
        let expected = if number.is_multiple_of(8) && number / 4 % 12 < 11 { "REFUND" } else { "SUCCESS" };
        assert_eq!(traded.get(order).map(String::as_str), Some(expected), "the gems of player {number}");
    }
    for state in ["ACTIVE", "CANCELED", "EXPIRED", "REVOKED", "IN_GRACE_PERIOD"] {
        assert!(expected.values().any(|truth| truth.0 == state), "the year has no {state}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_subscribers_converge_on_sqlite() {
    a_year(StoreCode::AppStore, Kind::Sqlite, 1_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_subscribers_converge_on_postgres() {
    a_year(StoreCode::AppStore, Kind::Postgres, 100).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_google_subscribers_converge_on_sqlite() {
    a_year(StoreCode::GooglePlay, Kind::Sqlite, 1_000).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_google_subscribers_converge_on_postgres() {
    a_year(StoreCode::GooglePlay, Kind::Postgres, 100).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn eighty_one_store_subscribers_converge_on_sqlite() {
    a_year(StoreCode::OneStore, Kind::Sqlite, 80).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forty_one_store_subscribers_converge_on_postgres() {
    a_year(StoreCode::OneStore, Kind::Postgres, 40).await;
}
