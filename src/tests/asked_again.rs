//! Which answers an `Idempotency-Key` keeps, and whose they are.

use axum::http::StatusCode;
use purser::audit::By;
use purser::catalog::{self, NewProduct, ProductInput};
use purser::idempotency::{self, Claim, Stored};
use purser::model::{ProductType, StoreCode, UseStatus};
use purser::projects::{self, AppInput};
use purser::state::AppState;
use serde_json::{Value, json};

use crate::shop::{Key, Shop, project_input, text};
use crate::support::{TestState, on_both};

const BY: By = By::System("test");
const PAYMENTS: &str = "/api/v1/payments";
const VERIFY: &str = "/api/v1/payments/verify";

async fn call(shop: &Shop, key: Key, path: &str, body: &Value, name: &str) -> (u16, Value) {
    let (status, body) = shop.call_with(key, "POST", path, body.clone(), &[("idempotency-key", name)]).await;
    (status.as_u16(), body)
}

fn code(answer: &(u16, Value)) -> (u16, Option<&str>) {
    (answer.0, answer.1["code"].as_str())
}

on_both! {
    async fn a_key_that_a_killed_process_left_behind_is_free_at_the_next_start(state: TestState) {
        let shop = Shop::open(&state).await;
        let claim = async |state: &AppState| idempotency::claim(state, &shop.project, "key", "request").await;
        assert_eq!(claim(&state).await.expect("claims"), Claim::Ours);
        let next = state.another_process().await;
        idempotency::free_left_behind(&next).await.expect("frees");
        // On PostgreSQL the first process may be there still, until its lease is over.
        if state.application_name().is_some() {
            assert_eq!(claim(&next).await.expect_err("is taken").code(), "IDEMPOTENCY_IN_PROGRESS");
            state.clock.advance(60_000);
        }
        assert_eq!(claim(&next).await.expect("claims"), Claim::Ours);
        let answer = Stored { status: 200, content_type: "application/json".into(), body: "{}".into() };
        idempotency::store(&next, &shop.project, "key", &answer).await.expect("stores");
        idempotency::free_left_behind(&state.another_process().await).await.expect("frees");
        assert_eq!(claim(&next).await.expect("answers"), Claim::Answered(answer), "what was answered stays");
    }

    async fn what_may_change_is_asked_again(state: TestState) {
        let shop = Shop::open(&state).await;
        let apps = projects::list_apps(&state, &shop.project).await.expect("apps");
        let app = apps.iter().find(|app| app.store == StoreCode::Test).expect("an app").app_seq;
        for key in [Key::App, Key::Secret] {
            let name = format!("{key:?}");
            // A pending purchase is paid.
            let (payment, _) = shop.reserve("TEST", "player-1", "gem_100").await;
            let path = format!("{PAYMENTS}/{payment}/verify");
            let pending = json!({ "orderId": format!("late-{name}"), "productId": "gem_100", "pending": true }).to_string();
            let pending = json!({ "proof": { "token": pending } });
            assert_eq!(code(&call(&shop, key, &path, &pending, &name).await), (409, Some("PENDING")));
            assert_eq!(code(&call(&shop, key, &path, &pending, &name).await), (409, Some("PENDING")), "again, not a replay");
            let kept = shop.payment(&payment).await;
            assert_eq!(kept["events"].as_array().expect("events").iter().filter(|event| event["kind"] == "PEND").count(), 2);

            // An unknown product is registered.
            let product = format!("sword_{}", name.to_lowercase());
            let bought = json!({ "store": "TEST", "userKey": "player-1", "proof": { "token": format!("test:{product}:sword-{name}") } });
            assert_eq!(code(&call(&shop, key, VERIFY, &bought, "sword").await), (422, Some("PRODUCT_UNKNOWN")));
            let batch = json!({ "items": [bought.clone()] });
            assert_eq!(call(&shop, key, VERIFY, &batch, "swords").await.1["items"][0]["error"]["code"], "PRODUCT_UNKNOWN");
            let details = ProductInput::default();
            let new = NewProduct { app, store_product_id: &product, product_type: ProductType::Consumable, details: &details };
            catalog::create_product(&state, &BY, &shop.project, &new).await.expect("a product");
            let paid = call(&shop, key, VERIFY, &bought, "sword").await;
            assert_eq!(paid.0, 200, "{}", paid.1);
            let rows = call(&shop, key, VERIFY, &batch, "swords").await.1;
            assert_eq!(rows["items"][0]["payment"]["paymentSeq"], paid.1["paymentSeq"]);

            // A stopped app is used again.
            let reserve = json!({ "store": "TEST", "productId": "gem_100", "userKey": "player-1" });
            let status = |status| AppInput { status: Some(status), ..AppInput::default() };
            projects::update_app(&state, &BY, &shop.project, app, &status(UseStatus::Stop)).await.expect("stops");
            assert_eq!(code(&call(&shop, key, PAYMENTS, &reserve, "stopped").await), (409, Some("APP_STOPPED")));
            projects::update_app(&state, &BY, &shop.project, app, &status(UseStatus::Use)).await.expect("goes on");
            assert_eq!(call(&shop, key, PAYMENTS, &reserve, "stopped").await.0, 201);
        }
    }

    async fn denied_and_not_verified_are_asked_again(state: TestState) {
        let shop = Shop::open(&state).await;
        let (payment, _) = shop.reserve("TEST", "player-1", "gem_100").await;
        let path = format!("{PAYMENTS}/{payment}/consume");
        let body = json!({ "accessToken": shop.access_token(&state, &payment).await });
        assert_eq!(code(&call(&shop, Key::App, &path, &body, "c").await), (403, Some("DENIED")));
        assert_eq!(code(&call(&shop, Key::Secret, &path, &body, "c").await), (409, Some("NOT_VERIFIED")));
        assert_eq!(shop.verify(&payment, &json!({ "token": "test:gem_100:o-1" })).await.0, StatusCode::OK);
        projects::update_project(&state, &BY, &shop.project, &project_input("Game", true)).await.expect("changes");
        let consumed = call(&shop, Key::App, &path, &body, "c").await;
        assert_eq!((consumed.0, &consumed.1["consumed"]), (200, &json!(true)));
        assert_eq!(code(&call(&shop, Key::Secret, &path, &body, "c").await), (409, Some("ALREADY_CONSUMED")));
        let headers = [("idempotency-key", "c")];
        assert_eq!(shop.call_with(Key::App, "POST", &path, body, &headers).await.1, consumed.1, "what was done stays done");
    }

    async fn a_batch_is_kept_when_no_row_was_refused(state: TestState) {
        let shop = Shop::open(&state).await;
        let row = |order: &str| json!({ "store": "TEST", "userKey": "player-1", "proof": { "token": format!("test:gem_100:{order}") } });
        let good = json!({ "items": [row("o-1"), row("o-2")] });
        let (_, first) = call(&shop, Key::Secret, VERIFY, &good, "good").await;
        let (payment, token) = (text(&first["items"][0]["payment"], "paymentSeq"), text(&first["items"][0]["payment"], "accessToken"));
        assert_eq!(shop.consume(&payment, &token).await.0, StatusCode::OK);
        assert_eq!(call(&shop, Key::Secret, VERIFY, &good, "good").await.1, first, "kept");
        let mixed = call(&shop, Key::Secret, VERIFY, &good, "mixed").await.1;
        assert_eq!(mixed["items"][0]["error"]["code"], "ALREADY_CONSUMED");
        let second = &mixed["items"][1]["payment"];
        assert_eq!(shop.consume(&text(second, "paymentSeq"), &text(second, "accessToken")).await.0, StatusCode::OK);
        let again = call(&shop, Key::Secret, VERIFY, &good, "mixed").await.1;
        assert_eq!(again["items"][1]["error"]["code"], "ALREADY_CONSUMED", "staff may have made the first consumable meanwhile");
    }

    async fn no_users_key_is_in_anothers_way(state: TestState) {
        let shop = Shop::open(&state).await;
        let reserve = |user: &str, channel: Value| json!({ "store": "TEST", "productId": "gem_100", "userKey": user, "userChannel": channel, "payload": user });
        let victim = call(&shop, Key::App, PAYMENTS, &reserve("victim", Value::Null), "1").await;
        for (user, channel) in [("stranger", Value::Null), ("victim", json!("KR"))] {
            let other = call(&shop, Key::App, PAYMENTS, &reserve(user, channel), "1").await;
            assert_eq!(other.0, 201, "another user's key is another key: {}", other.1);
            assert_ne!(other.1["paymentSeq"], victim.1["paymentSeq"]);
        }
        assert_eq!(call(&shop, Key::App, PAYMENTS, &reserve("victim", Value::Null), "1").await, victim);
        assert_eq!(call(&shop, Key::App, PAYMENTS, &reserve("victim", json!("GF")), "1").await.1["code"], "IDEMPOTENCY_KEY_REUSED");

        // The same key on the victim's payment, with a proof that will not do, neither gets the answer nor stands in its way.
        let path = format!("{PAYMENTS}/{}/verify", text(&victim.1, "paymentSeq"));
        let (good, bad) = (json!({ "proof": { "token": "test:gem_100:o-1" } }), json!({ "proof": { "token": "test:gem_500:o-9" } }));
        assert_eq!(code(&call(&shop, Key::App, &path, &bad, "v").await), (422, Some("PRODUCT_MISMATCH")));
        let paid = call(&shop, Key::App, &path, &good, "v").await;
        assert_eq!(paid.0, 200, "{}", paid.1);
        assert_eq!(code(&call(&shop, Key::App, &path, &bad, "v").await), (422, Some("PRODUCT_MISMATCH")));
        let forged = json!({ "proof": { "token": "x" } });
        let refused = call(&shop, Key::App, &path, &forged, "v").await;
        assert_eq!((code(&refused), refused.1.to_string().contains("accessToken")), ((422, Some("PROOF_INVALID")), false));
        assert_eq!(call(&shop, Key::App, &path, &good, "v").await, paid);
    }
}
