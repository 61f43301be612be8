//! The rules that every store's purchases obey, whichever way the store tells us of one: one table over all stores.

use axum::http::StatusCode;
use purser::audit::By;
use purser::catalog::{self, NewProduct, ProductInput};
use purser::jobs::{ApplyNotifications, FinishPurchases};
use purser::model::{Environment, PaymentSeq, ProductType, StoreCode};
use purser::payments;
use purser::projects::{self, AppInput};
use purser::simulator;
use serde_json::{Value, json};

use crate::goods::consume;
use crate::shop::{Key, Shop, text};
use crate::support::{TestState, on_both, run, serve};

const BY: By = By::System("test");

/// A store of the table.
#[derive(Debug, Clone, Copy)]
struct Played {
    code: &'static str,
    app: &'static str,
    /// Whether it tells us of what happens by notifications, can be asked, and sells subscriptions.
    tells: bool,
    /// Whether it gives money back for some of a purchase's pieces.
    takes_pieces_back: bool,
    /// Whether its answers tell prices; else only its notifications do.
    answers_prices: bool,
    /// Whether a period that nobody told of is found when the next one is told of.
    names_past_periods: bool,
}

const STORES: [Played; 4] = [
    Played {
        code: "AS",
        app: "com.example.game",
        tells: true,
        takes_pieces_back: false,
        answers_prices: true,
        names_past_periods: true,
    },
    Played {
        code: "GG",
        app: "com.example.play",
        tells: true,
        takes_pieces_back: true,
        answers_prices: true,
        names_past_periods: true,
    },
    Played {
        code: "ONESTORE",
        app: "com.example.one",
        tells: true,
        takes_pieces_back: false,
        answers_prices: false,
        names_past_periods: false,
    },
    Played {
        code: "TEST",
        app: "com.example.test",
        tells: false,
        takes_pieces_back: false,
        answers_prices: true,
        names_past_periods: false,
    },
];

/// How we come to know of a purchase.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Way {
    /// The player's app verifies it for its reservation.
    Reserved,
    /// The game server verifies it without one.
    Free,
    /// The store notifies us.
    Told,
}

const ORDERS: [&[Way]; 7] = [
    &[Way::Reserved],
    &[Way::Free],
    &[Way::Reserved, Way::Told, Way::Free],
    &[Way::Free, Way::Told, Way::Reserved],
    &[Way::Told, Way::Reserved, Way::Free],
    &[Way::Told, Way::Free, Way::Reserved],
    &[Way::Told, Way::Told, Way::Free, Way::Free, Way::Reserved],
];

struct Table {
    shop: Shop,
    state: TestState,
}

impl Table {
    async fn open(state: TestState) -> Self {
        let shop = Shop::open(&state).await;
        let input = AppInput { environment: Some(Environment::Simulator), ..AppInput::default() };
        for store in STORES {
            let code: StoreCode = store.code.parse().expect("a store");
            let apps = projects::list_apps(&state, &shop.project).await.expect("apps");
            let app = match apps.into_iter().find(|app| app.store == code) {
                Some(app) => app,
                None => projects::create_app(&state, &BY, &shop.project, code, store.app, &input).await.expect("an app"),
            };
            for (product, product_type) in [("gem_100", ProductType::Consumable), ("vip", ProductType::AutoSubscription)] {
                let details = ProductInput::default();
                let new = NewProduct { app: app.app_seq, store_product_id: product, product_type, details: &details };
                let made = catalog::create_product(&state, &BY, &shop.project, &new).await;
                assert!(made.is_ok() || product == "gem_100", "{}: {made:?}", store.code);
            }
        }
        serve(&state).await;
        Self { shop, state }
    }

    async fn control(&self, path: &str, input: Value) -> Value {
        let (status, answer) = self.shop.call(Key::None, "POST", &format!("/simulator/control/{path}"), input).await;
        assert!(status.is_success(), "{path}: {status} {answer}");
        answer
    }

    async fn buy(&self, store: Played, user: &str, changes: Value) -> Value {
        let mut input = json!({
            "store": store.code, "storeAppId": store.app, "productId": "gem_100", "player": user,
            "accountToken": self.token_of(user).await, "price": "4400", "currency": "KRW",
        });
        input.as_object_mut().expect("an object").extend(changes.as_object().cloned().unwrap_or_default());
        self.control("purchases", input).await
    }

    async fn refund(&self, store: Played, sold: &Value, changes: Value) {
        let mut input = json!({ "storeAppId": store.app });
        input.as_object_mut().expect("an object").extend(changes.as_object().cloned().unwrap_or_default());
        self.control(&format!("transactions/{}/refund", text(sold, "orderId")), input).await;
    }

    async fn token_of(&self, user: &str) -> String {
        let (_, body) = self.shop.call(Key::Secret, "POST", "/api/v1/users", json!({ "userKey": user })).await;
        text(&body, "accountToken")
    }

    async fn verify_free(&self, store: Played, user: &str, proof: &Value) -> (StatusCode, Value) {
        let input = json!({ "store": store.code, "userKey": user, "proof": proof });
        self.shop.call(Key::Secret, "POST", "/api/v1/payments/verify", input).await
    }

    async fn deliver(&self) {
        simulator::send_due(&self.state).await.expect("sends");
        run(&self.state, ApplyNotifications).await;
    }

    async fn payments_of(&self, user: &str) -> Vec<Value> {
        let path = format!("/api/v1/payments?userKey={user}");
        let (status, body) = self.shop.call(Key::Secret, "GET", &path, Value::Null).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        body["items"].as_array().expect("a list").clone()
    }

    async fn subscriptions_of(&self, user: &str) -> Vec<Value> {
        let path = format!("/api/v1/users/{user}/subscriptions?includeExpired=true");
        let (status, body) = self.shop.call(Key::Secret, "GET", &path, Value::Null).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        body["items"].as_array().expect("a list").clone()
    }

    /// Sells a subscription that its player's app verifies, and finishes it; gives its chain.
    async fn subscribe(&self, store: Played, user: &str) -> String {
        let input = json!({
            "store": store.code, "storeAppId": store.app, "productId": "vip", "player": user,
            "accountToken": self.token_of(user).await, "price": "9900", "currency": "KRW",
        });
        let sold = self.control("subscriptions", input).await;
        self.verify_free(store, user, &sold["proof"]).await;
        self.deliver().await;
        run(&self.state, FinishPurchases).await;
        text(&sold, "chainId")
    }

    /// The user has one subscription, which stands so.
    async fn assert_stands(&self, user: &str, state: &str, has_access: bool) {
        let mine = self.subscriptions_of(user).await;
        let stands = (mine.len(), &mine[0]["state"], &mine[0]["hasAccess"]);
        assert_eq!(stands, (1, &json!(state), &json!(has_access)), "{user}: {mine:?}");
    }

    /// Asks the store about a payment, as staff do.
    async fn recheck(&self, payment: &Value) {
        let seq = PaymentSeq(text(payment, "paymentSeq"));
        payments::recheck(&self.state, &BY, &self.shop.project, &seq).await.expect("answers");
    }
}

on_both! {
    async fn a_purchase_is_one_payment_however_and_how_often_it_is_told(state: TestState) {
        let table = Table::open(state).await;
        for store in STORES {
            for (number, ways) in ORDERS.into_iter().enumerate() {
                let (user, case) = (format!("{}-{number}", store.code), format!("{} {ways:?}", store.code));
                let (reserved, _) = table.shop.reserve(store.code, &user, "gem_100").await;
                let sold = table.buy(store, &user, json!({})).await;
                for way in ways.iter().filter(|way| store.tells || **way != Way::Told) {
                    let (status, answer) = match way {
                        Way::Told => {
                            table.deliver().await;
                            continue;
                        }
                        Way::Reserved => table.shop.verify_by_server(&reserved, &sold["proof"]).await,
                        Way::Free => table.verify_free(store, &user, &sold["proof"]).await,
                    };
                    assert_eq!((status, &answer["payload"]), (StatusCode::OK, &json!("note")), "{case}: {answer}");
                }
                let known = table.payments_of(&user).await;
                assert_eq!(known.len(), 1, "{case}: {known:?}");
                let payment = &known[0];
                assert_eq!((&payment["status"], &payment["paymentSeq"]), (&json!("SUCCESS"), &json!(reserved)), "{case}");
                if store.answers_prices || ways.contains(&Way::Told) {
                    let price = (&payment["price"], &payment["currency"]);
                    assert_eq!(price, (&json!("4400.00"), &json!("KRW")), "{case}: {payment}");
                }
                assert_eq!(consume(&table.state, &table.shop, &reserved).await, "SUCCESS", "{case}");
                assert_eq!(consume(&table.state, &table.shop, &reserved).await, "ALREADY_CONSUMED", "{case}");
                // Whatever comes after it was consumed grants nothing more.
                table.deliver().await;
                let (_, again) = table.verify_free(store, &user, &sold["proof"]).await;
                assert_eq!(again["code"], "ALREADY_CONSUMED", "{case}: {again}");
                assert_eq!(table.payments_of(&user).await.len(), 1, "{case}");
            }
        }
    }

    async fn nobody_but_its_owner_can_verify_it(state: TestState) {
        let table = Table::open(state).await;
        for store in STORES {
            for told_first in [false, true] {
                let (owner, other) = (format!("{}-owner-{told_first}", store.code), format!("{}-other-{told_first}", store.code));
                let sold = table.buy(store, &owner, json!({})).await;
                table.token_of(&other).await;
                if told_first {
                    table.deliver().await;
                }
                let (reserved, _) = table.shop.reserve(store.code, &other, "gem_100").await;
                for (status, answer) in [
                    table.shop.verify_by_server(&reserved, &sold["proof"]).await,
                    table.verify_free(store, &other, &sold["proof"]).await,
                ] {
                    assert!(status.is_client_error(), "{} {told_first}: {answer}", store.code);
                    assert!(!answer.to_string().contains(&owner), "nobody is told whose it is: {answer}");
                }
                let mine = table.payments_of(&other).await;
                assert!(mine.iter().all(|payment| payment["status"] != "SUCCESS"), "{} {mine:?}", store.code);
                let (status, answer) = table.verify_free(store, &owner, &sold["proof"]).await;
                assert_eq!(status, StatusCode::OK, "{} {told_first}: {answer}", store.code);
                assert_eq!(table.payments_of(&owner).await.len(), 1);
            }
        }
    }

    async fn what_the_store_gave_back_is_taken_back_whoever_tells(state: TestState) {
        let table = Table::open(state).await;
        for store in STORES {
            for by_notification in [true, false].into_iter().filter(|_| store.tells) {
                let user = format!("{}-{by_notification}", store.code);
                let sold = table.buy(store, &user, json!({})).await;
                let (status, paid) = table.verify_free(store, &user, &sold["proof"]).await;
                assert_eq!(status, StatusCode::OK, "{}: {paid}", store.code);
                run(&table.state, FinishPurchases).await;
                table.deliver().await;
                table.refund(store, &sold, json!({})).await;
                match by_notification {
                    true => table.deliver().await,
                    false => table.recheck(&paid).await,
                }
                let seq = text(&paid, "paymentSeq");
                for _ in 0..2 {
                    let known = table.payments_of(&user).await;
                    assert_eq!((known.len(), &known[0]["status"]), (1, &json!("REFUND")), "{user}: {known:?}");
                    let consumed = consume(&table.state, &table.shop, &seq).await;
                    assert_eq!(consumed, "REFUNDED", "{user}: {known:?}");
                    let (_, again) = table.verify_free(store, &user, &sold["proof"]).await;
                    assert!(again["code"].is_string(), "{user}: a purchase given back grants nothing: {again}");
                    // Told once more.
                    table.deliver().await;
                }
            }
        }
    }

    async fn some_of_the_pieces_given_back_leave_the_others(state: TestState) {
        let table = Table::open(state).await;
        for store in STORES.into_iter().filter(|store| store.takes_pieces_back) {
            let user = store.code;
            let sold = table.buy(store, user, json!({ "quantity": 4, "price": "17600" })).await;
            let (_, paid) = table.verify_free(store, user, &sold["proof"]).await;
            assert_eq!(paid["quantity"], 4, "{user}: {paid}");
            table.refund(store, &sold, json!({ "quantity": 1 })).await;
            table.deliver().await;
            let partly = table.payments_of(user).await.remove(0);
            let expected = (&json!("SUCCESS"), &json!(1), &json!(4_400_000_000_i64));
            assert_eq!((&partly["status"], &partly["refundedQuantity"], &partly["refundedMicros"]), expected, "{user}: {partly}");
            assert_eq!(consume(&table.state, &table.shop, &text(&paid, "paymentSeq")).await, "SUCCESS", "{user}");
            table.refund(store, &sold, json!({ "quantity": 3 })).await;
            table.deliver().await;
            assert_eq!(table.payments_of(user).await[0]["status"], "REFUND", "{user}");
        }
    }

    async fn a_subscription_is_one_chain_with_one_payment_a_period(state: TestState) {
        let table = Table::open(state).await;
        // Told of as they come; then two renewals at once, as after a time of silence.
        for (name, jumps) in [("told", &[32, 33][..]), ("silent", &[65])] {
            let of = |store: Played| format!("{}-{name}", store.code);
            let is_played = |store: &Played| store.tells && (name == "told" || store.names_past_periods);
            let sellers: Vec<_> = STORES.into_iter().filter(is_played).collect();
            let mut chains = Vec::new();
            for store in sellers.iter().copied() {
                chains.push(table.subscribe(store, &of(store)).await);
            }
            for days in jumps {
                table.control("clock", json!({ "advanceDays": days })).await;
                table.deliver().await;
            }
            for (store, chain) in sellers.iter().copied().zip(&chains) {
                let periods = table.payments_of(&of(store)).await;
                let ids: std::collections::HashSet<_> = periods.iter().map(|period| text(period, "storeOrderId")).collect();
                assert_eq!((periods.len(), ids.len()), (3, 3), "{}: {periods:?}", of(store));
                table.assert_stands(&of(store), "ACTIVE", true).await;
                table.control(&format!("subscriptions/{chain}/cancel"), json!({})).await;
            }
            table.deliver().await;
            for store in sellers.iter().copied() {
                table.assert_stands(&of(store), "CANCELED", true).await;
            }
            table.control("clock", json!({ "advanceDays": 40 })).await;
            table.deliver().await;
            for store in sellers.iter().copied() {
                table.assert_stands(&of(store), "EXPIRED", false).await;
                assert_eq!(table.payments_of(&of(store)).await.len(), 3, "{}", of(store));
            }
        }
    }
}
