//! What is written together fails apart: a row the database refuses is its own trouble, not that of its neighbours.

use std::sync::Arc;

use axum::http::StatusCode;
use purser::db::Tx;
use purser::state::AppState;
use serde_json::json;

use crate::shop::{Key, Shop, text};
use crate::support::{TestState, on_both};

/// Has the database itself refuse what is about a user.
async fn curse(state: &AppState) {
    let done = state.db.write(async |tx| {
        match tx {
            Tx::SqliteWrite(conn) => {
                for when in ["INSERT ON payments", "UPDATE OF consumed_at ON payments"] {
                    let name = if when.starts_with('I') { "cursed_made" } else { "cursed_consumed" };
                    let user = if when.starts_with('I') { "cursed" } else { "late" };
                    let sql = format!(
                        "CREATE TRIGGER {name} BEFORE {when} WHEN NEW.user_key = '{user}' BEGIN SELECT RAISE(ABORT, 'refused'); END"
                    );
                    sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut **conn).await?;
                }
            }
            Tx::PostgresWrite(conn) => {
                for check in ["user_key <> 'cursed'", "user_key <> 'late' OR consumed_at IS NULL"] {
                    let sql = format!("ALTER TABLE payments ADD CHECK ({check})");
                    sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&mut **conn).await?;
                }
            }
            _ => panic!("no write"),
        }
        Ok(())
    });
    done.await.expect("cursed");
}

async fn verify(shop: &Shop, user: &str, order: usize) -> (StatusCode, serde_json::Value) {
    let proof = json!({ "token": format!("test:gem_100:order-{order}") });
    let body = json!({ "store": "TEST", "userKey": user, "proof": proof });
    shop.call(Key::App, "POST", "/api/v1/payments/verify", body).await
}

on_both! {
    async fn a_row_the_database_refuses_fails_alone(state: TestState) {
        let shop = Arc::new(Shop::open(&state).await);
        curse(&state).await;
        let calls: Vec<_> = (0..120).map(|number| {
            let shop = shop.clone();
            let user = if number % 10 == 3 { "cursed".to_owned() } else { format!("player-{number}") };
            tokio::spawn(async move { verify(&shop, &user, number).await })
        }).collect();
        for (number, call) in calls.into_iter().enumerate() {
            let (status, body) = call.await.expect("runs");
            let expected = if number % 10 == 3 { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::OK };
            assert_eq!(status, expected, "{number}: {body}");
        }
    }

    async fn a_consume_the_database_refuses_fails_alone(state: TestState) {
        let shop = Arc::new(Shop::open(&state).await);
        let mut paid = Vec::new();
        for number in 0..60 {
            let user = if number % 10 == 3 { "late".to_owned() } else { format!("player-{number}") };
            let (status, body) = verify(&shop, &user, number).await;
            assert_eq!(status, StatusCode::OK, "{body}");
            paid.push((text(&body, "paymentSeq"), text(&body, "accessToken")));
        }
        curse(&state).await;
        let calls: Vec<_> = paid.into_iter().map(|(payment, token)| {
            let shop = shop.clone();
            tokio::spawn(async move { shop.consume(&payment, &token).await })
        }).collect();
        for (number, call) in calls.into_iter().enumerate() {
            let (status, body) = call.await.expect("runs");
            let expected = if number % 10 == 3 { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::OK };
            assert_eq!(status, expected, "{number}: {body}");
        }
    }
}
