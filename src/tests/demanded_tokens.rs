//! A project may take a purchase only from the user whose account token it carries (docs/rules.md, Owner of a purchase).

use axum::http::StatusCode;
use purser::audit::By;
use purser::projects::{self, ProjectInput};
use serde_json::{Value, json};

use crate::apple_life::{self, account_token, gem};
use crate::apple_store::sign;
use crate::shop::{Key, Shop};
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
        assert_eq!(verify(&state, &shop, Key::App, &own).await.0, StatusCode::OK);
        demand(&state, &shop, false).await;
        assert_eq!(verify(&state, &shop, Key::App, &bare).await.0, StatusCode::OK, "the refusals left nothing behind");
        let (_, answer) = verify(&state, &shop, Key::App, &others).await;
        assert_eq!(answer["code"], "OWNED_BY_ANOTHER_USER");
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
