//! What a process remembers of apps and products is never out of date.

use axum::http::StatusCode;
use purser::audit::By;
use purser::catalog::{self, ProductInput};
use purser::model::{Environment, PaymentSeq};
use purser::payments;
use purser::projects::{self, AppInput};
use purser::state::AppState;
use serde_json::{Value, json};

use crate::apple_life::apple_app;
use crate::shop::{Key, Shop, text};
use crate::support::{TestState, on_both};

const BY: By = By::System("test");

/// A purchase verified without a reservation.
async fn verify(shop: &Shop) -> (StatusCode, Value) {
    let body = json!({ "store": "AS", "userKey": "player-1", "proof": shop.buy(json!({})).await });
    shop.call(Key::Secret, "POST", "/api/v1/payments/verify", body).await
}

async fn product_name(state: &AppState, shop: &Shop, verified: &Value) -> String {
    let seq = PaymentSeq(text(verified, "paymentSeq"));
    payments::get_detail(state, &shop.project, &seq).await.expect("a payment").payment.product_name
}

on_both! {
    async fn another_processs_change_holds_from_the_next_call_on(state: TestState) {
        let (shop, other) = (Shop::open(&state).await, state.another_process().await);
        let (_, first) = verify(&shop).await;
        let before = product_name(&state, &shop, &first).await;

        let app = apple_app(&state, &shop.project).await;
        let product = catalog::find_in_app(&other, &shop.project, app, "gem_100").await.expect("finds").expect("a product");
        let renamed = ProductInput { name: Some("A hundred gems".into()), ..ProductInput::default() };
        catalog::update_product(&other, &BY, &shop.project, product.product_seq, &renamed).await.expect("renames");
        let (_, second) = verify(&shop).await;
        assert_ne!(before, "A hundred gems");
        assert_eq!(product_name(&state, &shop, &second).await, "A hundred gems");
    }

    async fn an_app_too(state: TestState) {
        let (shop, other) = (Shop::open(&state).await, state.another_process().await);
        let bad = json!({ "store": "AS", "userKey": "player-1", "proof": { "signedTransaction": "no" } });
        let (status, _) = shop.call(Key::Secret, "POST", "/api/v1/payments/verify", bad).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        let app = apple_app(&state, &shop.project).await;
        let live = AppInput {
            environment: Some(Environment::Live),
            beside_live: Some(true),
            trusted_roots: Some(Vec::new()),
            ..AppInput::default()
        };
        projects::update_app(&other, &BY, &shop.project, app, &live).await.expect("changes");
        let (status, refused) = verify(&shop).await;
        assert_eq!((status, refused["code"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some("PROOF_INVALID")), "Apple's root alone now");
    }
}
