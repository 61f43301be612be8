//! After a backup was restored, nothing that was handed out since then opens, or has the number of, what is made now.

use std::collections::HashSet;

use axum::http::StatusCode;
use purser::clock::Clock;
use purser::config::Config;
use purser::db::Tx;
use purser::model::{Timestamp, ZoneOffset};
use purser::state::AppState;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Executor, raw_sql};

use crate::shop::{Key, Shop, text};
use crate::support::{Kind, TestState, on_both};

/// Runs a statement as it is.
async fn run(state: &AppState, sql: &str) {
    let sql = sql.to_owned();
    let done = state.db.write(async |tx: &mut Tx| {
        let sql = raw_sql(AssertSqlSafe(sql.clone()));
        match tx {
            Tx::SqliteWrite(conn) => (**conn).execute(sql).await?.rows_affected(),
            Tx::PostgresWrite(conn) => (**conn).execute(sql).await?.rows_affected(),
            Tx::SqliteRead(_) | Tx::PostgresRead(_) => panic!("not to read"),
        };
        Ok(())
    });
    done.await.expect("runs");
}

/// Buys without a reservation: the payment as it was answered.
async fn buy(shop: &Shop, order: &str) -> Value {
    let body = json!({ "store": "TEST", "userKey": "player-1", "proof": { "token": format!("test:gem_100:{order}") } });
    let (status, body) = shop.call(Key::App, "POST", "/api/v1/payments/verify", body).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    body
}

async fn consume(shop: &Shop, payment: &str, token: &str) -> (u16, Value) {
    let (status, body) = shop.consume(payment, token).await;
    (status.as_u16(), body["code"].clone())
}

on_both! {
    async fn counters_that_went_back_repeat_no_number(state: TestState) {
        let shop = Shop::open(&state).await;
        let mut seen = HashSet::new();
        let mut subscriptions = HashSet::from([state.numbers.next_subscription(state.clock.now()).await.expect("an id")]);
        for order in 0..5 {
            assert!(seen.insert(text(&buy(&shop, &format!("before-{order}")).await, "paymentSeq")));
        }
        // As a backup of an hour ago, or of years ago, would have them.
        for value in [202_611_230_000_000_000_i64, 10_000_000] {
            run(&state, &format!("UPDATE counters SET value = {value} WHERE name IN ('payment', 'subscription')")).await;
            state.clock.advance(Timestamp::SECOND);
            let restarted = state.another_process().await;
            let shop = Shop::of(&restarted, &shop.project);
            for order in 0..5 {
                let payment = text(&buy(&shop, &format!("after-{value}-{order}")).await, "paymentSeq");
                assert!(payment.starts_with("20261123") && payment.len() == 18, "{payment}");
                assert!(seen.insert(payment));
            }
            let id = restarted.numbers.next_subscription(state.clock.now()).await.expect("an id");
            assert!(subscriptions.insert(id));
        }
    }

    async fn numbers_carry_the_day_they_are_made_and_grow(state: TestState) {
        let mut last = String::new();
        // 09:00 in Korea at first; then past midnight, and a clock that is set back.
        for (step, day) in [(0, "20261123"), (14 * Timestamp::HOUR, "20261123"), (Timestamp::HOUR, "20261124"), (40 * Timestamp::DAY, "20270103")] {
            state.clock.advance(step);
            for _ in 0..3 {
                let payment = state.numbers.next_payment(state.clock.now()).await.expect("a number").0;
                assert!(payment.starts_with(day) && payment > last, "{payment} on {}", state.clock.now().day(ZoneOffset::KST));
                last = payment;
            }
        }
        let earlier = state.numbers.next_payment(state.clock.now().plus_millis(-2 * Timestamp::DAY)).await.expect("a number").0;
        assert!(earlier > last, "a clock set back repeats nothing");
    }

    async fn an_old_token_opens_no_payment_that_has_its_number(state: TestState) {
        let shop = Shop::open(&state).await;
        let old = buy(&shop, "lost").await;
        let (number, token) = (text(&old, "paymentSeq"), text(&old, "accessToken"));
        let new = buy(&shop, "made-since").await;
        // Should the number repeat all the same, on a machine whose clock went back, say.
        for table in ["payments", "payment_events"] {
            run(&state, &format!("DELETE FROM {table} WHERE payment_seq = '{number}'")).await;
            run(&state, &format!("UPDATE {table} SET payment_seq = '{number}' WHERE payment_seq = '{}'", text(&new, "paymentSeq"))).await;
        }
        assert_eq!(consume(&shop, &number, &token).await, (403, json!("ACCESS_TOKEN_INVALID")));
        assert_eq!(purser::payments::find_by_access_token(&state, &shop.project, &token).await.expect("looks"), None);
        let (_, list) = shop.call(Key::Secret, "GET", "/api/v1/users/player-1/consumables", Value::Null).await;
        assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
        assert_eq!(list["items"][0]["paymentSeq"], number.as_str());
        let own = text(&list["items"][0], "accessToken");
        assert_ne!(own, token);
        // Both at once, as a crowd would: neither is in the other's way.
        let (first, second) = tokio::join!(consume(&shop, &number, &token), consume(&shop, &number, &own));
        assert_eq!((first, second.0), ((403, json!("ACCESS_TOKEN_INVALID")), 200));
    }

    async fn tokens_given_before_they_had_a_salt_stay_good(state: TestState) {
        let shop = Shop::open(&state).await;
        let paid = buy(&shop, "old").await;
        let number = text(&paid, "paymentSeq");
        run(&state, &format!("UPDATE payments SET access_salt = NULL WHERE payment_seq = '{number}'")).await;
        let old = state.keys.tokens.access_token(&purser::model::PaymentSeq(number.clone()), None);
        let (_, list) = shop.call(Key::Secret, "GET", "/api/v1/users/player-1/consumables", Value::Null).await;
        assert_eq!(list["items"][0]["accessToken"], old.as_str());
        assert_eq!(consume(&shop, &number, &text(&paid, "accessToken")).await, (403, json!("ACCESS_TOKEN_INVALID")));
        let salted = buy(&shop, "new").await;
        let unsalted = state.keys.tokens.access_token(&purser::model::PaymentSeq(text(&salted, "paymentSeq")), None);
        assert_eq!(consume(&shop, &text(&salted, "paymentSeq"), &unsalted).await, (403, json!("ACCESS_TOKEN_INVALID")));
        assert_eq!(consume(&shop, &number, &old).await.0, 200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restored_file_repeats_nothing() {
    let state = TestState::new(Kind::Sqlite).await;
    let shop = Shop::open(&state).await;
    buy(&shop, "backed-up").await;
    let file = state.config.database_url.strip_prefix("sqlite:").expect("SQLite").to_owned();
    let backup = format!("{file}.backup");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&file);
    let mut conn = <sqlx::SqliteConnection as sqlx::Connection>::connect_with(&options).await.expect("opens");
    conn.execute(raw_sql(AssertSqlSafe(format!("VACUUM INTO '{backup}'")))).await.expect("a backup");
    let mut lost = Vec::new();
    for order in 0..3 {
        let paid = buy(&shop, &format!("lost-{order}")).await;
        lost.push((text(&paid, "paymentSeq"), text(&paid, "accessToken")));
    }

    let config = Config { database_url: format!("sqlite:{backup}"), ..(*state.config).clone() };
    let clock = Clock::manual(state.clock.now().plus_millis(Timestamp::SECOND));
    let restored = AppState::open(config, clock).await.expect("opens");
    let shop = Shop::of(&restored, &shop.project);
    let mut made = HashSet::new();
    for order in 0..5 {
        made.insert(text(&buy(&shop, &format!("made-{order}")).await, "paymentSeq"));
    }
    for (number, token) in &lost {
        assert!(!made.contains(number));
        assert_eq!(consume(&shop, number, token).await.0, 404, "it is gone");
        for payment in &made {
            assert_eq!(consume(&shop, payment, token).await, (403, json!("ACCESS_TOKEN_INVALID")));
        }
    }
}
