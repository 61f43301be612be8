//! A project may take a purchase only from the user whose account token it carries (docs/rules.md, Owner of a purchase).

use axum::http::StatusCode;
use purser::audit::By;
use purser::projects::{self, ProjectInput};
use serde_json::{Value, json};

use crate::apple_life::{self, account_token, gem, payment_of, tell, told};
use crate::apple_store::sign;
use crate::shop::{Key, Shop, text};
use crate::support::{TestState, on_both};

async fn demand(state: &TestState, shop: &Shop, account_token_required: bool) {
    let input = ProjectInput { name: "Game".into(), account_token_required, ..ProjectInput::default() };
    projects::update_project(state, &By::System("test"), &shop.project, &input).await.expect("changes");
}

async fn verify(state: &TestState, shop: &Shop, key: Key, transaction: &Value) -> (StatusCode, Value) {
    let proof = json!({ "signedTransaction": sign(state, transaction) });
    let body = json!({ "store": "AS", "userKey": "player", "proof": proof });
    shop.call(key, "POST", "/api/v1/payments/verify", body).await
}

/// How many of the user's payments are paid.
async fn paid_of(shop: &Shop, user: &str) -> usize {
    let path = format!("/api/v1/payments?status=SUCCESS&userKey={user}");
    let (_, page) = shop.call(Key::Secret, "GET", &path, Value::Null).await;
    page["items"].as_array().expect("a list").len()
}

on_both! {
    async fn a_purchase_without_the_users_token_is_nobodys_then(state: TestState) {
        let shop = apple_life::open(&state).await;
        let (own, others) = (account_token(&shop, "player").await, account_token(&shop, "other").await);
        let bare = gem("1", json!({}));
        let nil = gem("2", json!({ "appAccountToken": "00000000-0000-0000-0000-000000000000" }));
        let others = gem("3", json!({ "appAccountToken": others }));
        let own = gem("4", json!({ "appAccountToken": own.to_uppercase() }));
        demand(&state, &shop, true).await;
        for transaction in [&bare, &nil, &others] {
            for key in [Key::App, Key::Secret] {
                let (status, answer) = verify(&state, &shop, key, transaction).await;
                assert_eq!((status, &answer["code"]), (StatusCode::CONFLICT, &json!("USER_MISMATCH")), "{transaction}");
            }
        }
        assert_eq!(paid_of(&shop, "other").await, 1, "the other user's is recorded for them, whoever brings it");
        assert_eq!(verify(&state, &shop, Key::App, &own).await.0, StatusCode::OK);
        demand(&state, &shop, false).await;
        assert_eq!(verify(&state, &shop, Key::App, &bare).await.0, StatusCode::OK, "the refusals left nothing behind");
        let (_, answer) = verify(&state, &shop, Key::App, &others).await;
        assert_eq!(answer["code"], "OWNED_BY_ANOTHER_USER");
    }

    async fn what_is_a_users_already_stays_theirs(state: TestState) {
        let shop = apple_life::open(&state).await;
        let (kept, used) = (gem("1", json!({})), gem("2", json!({})));
        let (_, kept_before) = verify(&state, &shop, Key::Secret, &kept).await;
        let (_, used_before) = verify(&state, &shop, Key::Secret, &used).await;
        let (payment, token) = (text(&used_before, "paymentSeq"), text(&used_before, "accessToken"));
        let consumed = shop.call(Key::Secret, "POST", &format!("/api/v1/payments/{payment}/consume"), json!({ "accessToken": token })).await;
        assert_eq!(consumed.0, StatusCode::OK, "{consumed:?}");
        demand(&state, &shop, true).await;
        let (status, again) = verify(&state, &shop, Key::Secret, &kept).await;
        assert_eq!((status, &again["paymentSeq"]), (StatusCode::OK, &kept_before["paymentSeq"]), "{again}");
        assert_eq!(verify(&state, &shop, Key::Secret, &used).await.1["code"], "ALREADY_CONSUMED");
    }

    async fn no_user_is_guessed_by_the_store_account(state: TestState) {
        let shop = apple_life::open(&state).await;
        demand(&state, &shop, true).await;
        let own = account_token(&shop, "player").await;
        assert_eq!(verify(&state, &shop, Key::App, &gem("1", json!({ "appAccountToken": own }))).await.0, StatusCode::OK);
        tell(&state, &shop, &told("ONE_TIME_CHARGE", None, gem("2", json!({})))).await;
        assert_eq!(payment_of(&shop, "2").await["userKey"], "", "the same store account has bought it");
        assert_eq!(verify(&state, &shop, Key::App, &gem("3", json!({ "appAccountToken": own }))).await.0, StatusCode::OK);
        assert_eq!(payment_of(&shop, "2").await["userKey"], "");
        assert_eq!(paid_of(&shop, "player").await, 2);
    }

    async fn a_reservation_is_no_token(state: TestState) {
        let shop = apple_life::open(&state).await;
        demand(&state, &shop, true).await;
        let (payment, _) = shop.reserve("AS", "player", "gem_100").await;
        let proof = json!({ "signedTransaction": sign(&state, &gem("1", json!({}))) });
        let path = format!("/api/v1/payments/{payment}/verify");
        let (status, answer) = shop.call(Key::Secret, "POST", &path, json!({ "proof": proof })).await;
        assert_eq!((status, &answer["code"]), (StatusCode::CONFLICT, &json!("USER_MISMATCH")));
    }
}
