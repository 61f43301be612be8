//! Lists longer than one page: what is asked for is looked for before the list is cut off.

use axum::http::StatusCode;
use purser::audit::By;
use purser::auth::{self, NewAccount};
use purser::db::Tx;
use purser::model::{ProductType, Role, Timestamp};
use purser::projects;
use purser::state::AppState;
use serde_json::{Value, json};

use crate::nhn_shop::NhnShop;
use crate::people::account;
use crate::shop::{Key, Shop, text};
use crate::support::{START, TestState, on_both};

const BY: By = By::System("test");
const SUBSCRIPTION: [&str; 17] = [
    "project_id",
    "app_seq",
    "store",
    "store_app_id",
    "environment",
    "product_seq",
    "store_product_id",
    "product_name",
    "product_type",
    "user_channel",
    "user_key",
    "attribution",
    "order_id",
    "is_paused",
    "ownership",
    "purchase_as_of",
    "created_at",
];
const PAYMENT: [&str; 24] = [
    "project_id",
    "app_seq",
    "store",
    "store_app_id",
    "product_seq",
    "store_product_id",
    "product_name",
    "product_type",
    "user_channel",
    "user_key",
    "status",
    "finish",
    "environment",
    "quantity",
    "price_micros",
    "currency",
    "created_at",
    "updated_at",
    "purchased_at",
    "verified_at",
    "source",
    "ownership",
    "attribution",
    "purchase_token",
];
const NUMBERS: &str = "WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n <";

async fn execute(state: &AppState, sql: &str) {
    let done = state.db.write(async |tx| {
        let sql = sqlx::AssertSqlSafe(sql.to_owned());
        match tx {
            Tx::SqliteWrite(conn) => sqlx::query(sql).execute(&mut **conn).await?.rows_affected(),
            Tx::PostgresWrite(conn) => sqlx::query(sql).execute(&mut **conn).await?.rows_affected(),
            _ => panic!("no write"),
        };
        Ok(())
    });
    done.await.expect("done");
}

/// So many more subscriptions like the one there is, begun after it, in a state that ends at a moment.
async fn add_subscriptions(state: &AppState, count: usize, prefix: &str, stored: &str, ends_at: Timestamp) {
    let columns = SUBSCRIPTION.join(", ");
    let sql = format!(
        "INSERT INTO subscriptions (subscription_id, chain_id, state, started_at, period_start, period_end, auto_renew, in_retry,
             updated_at, {columns})
         {NUMBERS} {count})
         SELECT CAST({prefix}00000 + n AS TEXT), '{prefix}-' || n, '{stored}', started_at + n, period_start, {end}, FALSE, FALSE,
             updated_at, {columns}
         FROM subscriptions, numbers WHERE chain_id = '1'",
        end = ends_at.0
    );
    execute(state, &sql).await;
}

async fn page(shop: &Shop, path: &str) -> (Vec<Value>, Option<String>) {
    let (status, body) = shop.call(Key::Secret, "GET", path, Value::Null).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    (body["items"].as_array().expect("items").clone(), body["nextCursor"].as_str().map(str::to_owned))
}

on_both! {
    async fn an_active_subscription_does_not_fall_off_a_long_list(state: TestState) {
        let nhn = NhnShop::open(&state).await;
        nhn.take_over_gamebase().await;
        let shop = &nhn.shop;
        let far = START.plus_millis(Timestamp::DAY);
        let payment = nhn.subscribe("player-1", "1", "1", far, ProductType::AutoSubscription).await;
        add_subscriptions(&state, 120, "8", "EXPIRED", START.plus_millis(-1)).await;
        // Those whose stored state is behind the clock are over too.
        add_subscriptions(&state, 120, "9", "CANCELED", START.plus_millis(-1)).await;
        let (found, next) = page(shop, "/api/v1/users/player-1/subscriptions").await;
        assert_eq!((found.len(), &found[0]["originalOrderId"], next), (1, &json!("1"), None));
        let body = json!({ "marketId": "AS", "packageName": "com.example.game", "userKey": "player-1" });
        let list = nhn.service("activeSubscriptionList", body).await;
        assert_eq!(list.json()["result"][0]["paymentSeq"], payment.as_str(), "{}", list.text);
        let body = json!({ "packageName": "com.example.game", "userId": "player-1" });
        let list = nhn.gamebase("POST", "v1.3/active-subscriptions", body).await;
        assert_eq!(list.json()["result"].as_array().map(Vec::len), Some(1), "{}", list.text);
        let token = shop.access_token(&state, &payment).await;
        let body = json!({ "payments": [{ "paymentSeq": payment, "accessToken": token }] });
        let statuses = nhn.gamebase("POST", "v1.3/subscriptions/status", body).await;
        assert_eq!(statuses.json()["result"][0]["paymentSeq"], payment.as_str(), "{}", statuses.text);
    }

    async fn a_users_subscriptions_are_paged(state: TestState) {
        let nhn = NhnShop::open(&state).await;
        let far = START.plus_millis(Timestamp::DAY);
        nhn.subscribe("player-1", "1", "1", far, ProductType::AutoSubscription).await;
        add_subscriptions(&state, 120, "8", "CANCELED", far).await;
        add_subscriptions(&state, 130, "9", "EXPIRED", START.plus_millis(-1)).await;
        for (query, expected) in [("", vec![100, 21]), ("includeExpired=true", vec![100, 100, 51]), ("stores=GG", vec![0])] {
            let (mut sizes, mut ids, mut path) = (Vec::new(), std::collections::HashSet::new(), String::new());
            loop {
                let (items, next) = page(&nhn.shop, &format!("/api/v1/users/player-1/subscriptions?{query}{path}")).await;
                sizes.push(items.len());
                ids.extend(items.iter().map(|item| text(item, "subscriptionId")));
                let Some(next) = next else { break };
                path = format!("&cursor={next}");
            }
            assert_eq!((ids.len(), &sizes), (expected.iter().sum(), &expected), "{query}");
        }
        let (status, body) = nhn.shop.call(Key::Secret, "GET", "/api/v1/users/player-1/subscriptions?cursor=x", Value::Null).await;
        assert_eq!((status, &body["param"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("cursor")));
    }

    async fn a_users_consumables_are_paged(state: TestState) {
        let nhn = NhnShop::open(&state).await;
        nhn.pay("player-1", "o-1", "1000", "KRW").await;
        let columns = PAYMENT.join(", ");
        let sql = format!(
            "INSERT INTO payments (payment_seq, store_order_id, {columns}) {NUMBERS} 520)
             SELECT CAST(2099010100000000 + n AS TEXT), 'copy-' || n, {columns} FROM payments, numbers WHERE store_order_id = 'o-1'"
        );
        execute(&state, &sql).await;
        let path = "/api/v1/users/player-1/consumables";
        let (first, next) = page(&nhn.shop, path).await;
        let cursor = next.expect("there are more");
        let (second, next) = page(&nhn.shop, &format!("{path}?cursor={cursor}")).await;
        assert_eq!((first.len(), second.len(), next), (500, 21, None));
        assert_eq!(second[20]["storeOrderId"], "copy-520");
        assert_eq!(page(&nhn.shop, &format!("{path}?stores=AS&cursor={cursor}")).await.0.len(), 0);
        let list = nhn.service("consumable", json!({ "marketId": "TEST", "userKey": "player-1" })).await;
        assert_eq!(list.json()["result"].as_array().map(Vec::len), Some(500), "the oldest, as it says");
        let (status, _) = nhn.shop.call(Key::Secret, "GET", &format!("{path}?cursor=x"), Value::Null).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn products_of_one_app_are_found_behind_many_of_another(state: TestState) {
        let shop = Shop::open(&state).await;
        let sql = format!(
            "INSERT INTO products (product_seq, project_id, app_seq, store_product_id, name, type, status, created_at, updated_at)
             {NUMBERS} 1100) SELECT 10 + n, project_id, app_seq, 'copy_' || n, name, type, status, created_at, updated_at
             FROM products, numbers WHERE store_product_id = 'gem_100' AND app_seq = (SELECT MIN(app_seq) FROM apps)"
        );
        execute(&state, &sql).await;
        assert_eq!(page(&shop, "/api/v1/products?store=TEST").await.0.len(), 2, "older products of another store come first");
        let (first, next) = page(&shop, "/api/v1/products").await;
        let (second, end) = page(&shop, &format!("/api/v1/products?cursor={}", next.expect("there are more"))).await;
        assert_eq!((first.len(), second.len(), end), (1_000, 104, None));
    }

    async fn lists_without_pages_are_never_longer_than_they_show(state: TestState) {
        let project = projects::create_project(&state, &BY, "Game", None).await.expect("a project").id;
        let ids = format!("INSERT INTO operators (id, email, name, password_hash, is_admin, is_active, created_at, password_changed_at)
             {NUMBERS} 600) SELECT 'op-' || n, 'op-' || n || '@example.com', '', 'x', FALSE, TRUE, 0, 0 FROM numbers");
        execute(&state, &ids).await;
        let members = format!("INSERT INTO memberships (project_id, operator_id, role, created_at)
             {NUMBERS} 500) SELECT '{project}', 'op-' || n, 'VIEWER', 0 FROM numbers");
        execute(&state, &members).await;
        let late = account(&state, "zoe@example.com", false, None).await;
        let refused = auth::add_member(&state, &BY, &project, "zoe@example.com", Role::Viewer).await.expect_err("full").to_string();
        assert!(refused.contains("at most 500 members"), "{refused}");
        assert_eq!(auth::list_members(&state, &project).await.expect("lists").len(), 500);
        assert!(auth::get_member(&state, &project, &late).await.is_err());

        execute(&state, &format!("INSERT INTO operators (id, email, name, password_hash, is_admin, is_active, created_at, password_changed_at)
             {NUMBERS} 398) SELECT 'more-' || n, 'a-' || n || '@example.com', '', 'x', FALSE, TRUE, 0, 0 FROM numbers")).await;
        let zed = account(&state, "zz@example.com", true, None).await;
        assert_eq!(auth::list_administrators(&state).await.expect("lists")[0].id, zed, "the last of a thousand");
        let new = NewAccount { email: "one@example.com".into(), name: String::new(), password: crate::people::PASSWORD.into(), is_admin: false, membership: None };
        assert!(auth::add_operator(&state, &BY, &new).await.expect_err("full").to_string().contains("at most 1000 accounts"));
        for number in 0..100 {
            projects::create_secret_key(&state, &BY, &project, &format!("key {number}"), None).await.expect("a key");
        }
        let refused = projects::create_secret_key(&state, &BY, &project, "one more", None).await.map(|_| ()).expect_err("full");
        assert!(refused.to_string().contains("at most 100 secret keys"), "{refused}");
        let oldest = projects::list_secret_keys(&state, &project).await.expect("lists").pop().expect("one").id;
        execute(&state, &format!("INSERT INTO secret_keys (id, project_id, name, hash, hint, created_at, revoked_at)
             {NUMBERS} 250) SELECT 'old-' || n, '{project}', 'old', 'hash-' || n, 'hint', 9999999999999, 1 FROM numbers")).await;
        let listed = projects::list_secret_keys(&state, &project).await.expect("lists");
        assert!(listed.len() == 200 && listed.iter().any(|key| key.id == oldest), "what is in force is never hidden by what was revoked");
    }
}
