//! Asking a store about what nothing is recorded under, and adding what it answers.

use axum::http::StatusCode;
use purser::error::Error;
use purser::model::{AppSeq, AuditQuery, Role, StoreCode};
use purser::router::router;
use purser::{audit, projects, search};
use serde_json::{Value, json};

use crate::apple_life::{self, account_token, apple_app, gem};
use crate::apple_store::{FakeStore, sign};
use crate::google_payments::Play;
use crate::people::{account, call, session, visit};
use crate::shop::{Key, Shop, text};
use crate::support::{TestState, on_both};

const BY: purser::audit::By = purser::audit::By::System("test");

async fn first_hit(shop: &Shop, asked: &str) -> Value {
    let (status, body) = shop.call(Key::Secret, "POST", "/api/v1/search", json!({ "q": asked })).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    body["hits"][0].clone()
}

async fn google_app(play: &Play) -> AppSeq {
    let apps = projects::list_apps(&play.state, &play.shop.project).await.expect("apps");
    apps.into_iter().find(|app| app.store == StoreCode::GooglePlay).expect("an app").app_seq
}

on_both! {
    async fn the_order_of_an_e_mailed_receipt_is_asked_for_and_added(state: TestState) {
        let shop = apple_life::open(&state).await;
        let store = FakeStore::open(&state).await;
        let bought = gem("2000000000001302", json!({ "appAccountToken": account_token(&shop, "player-1").await }));
        let answer = json!({ "status": 0, "signedTransactions": [sign(&state, &bought)] });
        store.says("v1/lookup/MK5TTTVWJH", StatusCode::OK, answer);
        let app = router(state.state.clone());
        let support = account(&state, "support@example.com", false, Some((&shop.project, Role::Support))).await;
        let viewer = account(&state, "viewer@example.com", false, Some((&shop.project, Role::Viewer))).await;
        let (support, viewer) = (session(&state, &support).await, session(&state, &viewer).await);
        let found = format!("/projects/{}/search?q=Order%20ID%3A%20mk5tttvwjh", shop.project);
        let page = visit(&app, &found, Some(&support)).await.body;
        assert!(page.contains("Ask the store") && page.contains("id=MK5TTTVWJH"), "{page}");
        assert!(!visit(&app, &found, Some(&viewer)).await.body.contains("id=MK5TTTVWJH"), "who only reads may not ask");
        let seq = apple_app(&state, &shop.project).await;
        let ask = format!("/projects/{}/search/store?app={seq}&id=MK5TTTVWJH", shop.project);
        let page = visit(&app, &ask, Some(&support)).await.body;
        for shown in ["2000000000001302", "4,400 KRW", "player-1", "Add to Purser"] {
            assert!(page.contains(shown), "{shown}");
        }
        assert_eq!(first_hit(&shop, "2000000000001302").await, Value::Null, "asking records nothing");
        let project = shop.project.to_string();
        let form = [("input[project]", project.as_str()), ("input[app]", &seq.to_string()), ("input[id]", "MK5TTTVWJH")];
        for _ in 0..2 {
            assert!(call(&app, "/fn/adopt_purchase", &form, Some(&support)).await.status.is_success());
        }
        let hit = first_hit(&shop, "2000000000001302").await;
        assert_eq!((hit["payment"]["userKey"].as_str(), hit["payment"]["status"].as_str()), (Some("player-1"), Some("SUCCESS")));
        for way in ["MK5TTTVWJH", "mk5tttvwjh", "MK5TTT", "Order ID: MK5TTTVWJH"] {
            assert_eq!(first_hit(&shop, way).await["payment"]["paymentSeq"], hit["payment"]["paymentSeq"], "{way}");
        }
        let query = AuditQuery { action: Some("payment.adopt".into()), ..AuditQuery::default() };
        let rows = audit::list(&state, &query).await.expect("a list").items;
        assert_eq!((rows.len(), rows[0].actor.as_str()), (2, "support@example.com"));
        let page = visit(&app, &ask, Some(&support)).await.body;
        assert!(page.contains("Recorded already") && page.contains(&text(&hit["payment"], "paymentSeq")));
    }

    async fn an_order_of_google_play_is_added_with_its_player(state: TestState) {
        let play = Play::open(state).await;
        let shop = &play.shop;
        let sold = play.buy(json!({ "accountToken": play.token_of("player-1").await })).await;
        let (order, token) = (text(&sold, "orderId"), text(&sold["proof"], "purchaseToken"));
        let app = google_app(&play).await;
        for id in [&order, &token] {
            let found = search::look_up(&play.state, &shop.project, app, id, None).await.expect("answers");
            let one = &found.purchases[0];
            assert_eq!((one.order_id.as_str(), one.product_id.as_str(), one.recorded.is_none()), (order.as_str(), "gem_100", true));
            assert_eq!(one.user.as_ref().map(|(_, key)| key.as_str()), Some("player-1"));
        }
        let seq = search::adopt(&play.state, &BY, &shop.project, app, &order, None).await.expect("adds");
        let hit = first_hit(shop, &order.to_lowercase()).await;
        assert_eq!(hit["payment"]["paymentSeq"], seq.as_str());
        assert_eq!(hit["payment"]["userKey"], "player-1");
    }

    async fn what_is_unknown_or_can_not_be_asked_changes_nothing(state: TestState) {
        let shop = apple_life::open(&state).await;
        let store = FakeStore::open(&state).await;
        let app = apple_app(&state, &shop.project).await;
        let ask = async |id: &str| search::look_up(&state, &shop.project, app, id, None).await;
        assert!(matches!(ask("2000000000009999").await, Err(Error::NotFound(_))));
        assert!(matches!(ask("not an id").await, Err(Error::NotFound(_))));
        store.says("v1/transactions/2000000000009998", StatusCode::UNAUTHORIZED, Value::Null);
        assert_eq!(ask("2000000000009998").await.expect_err("is refused").code(), "STORE_CREDENTIALS");
        let unsold = gem("2000000000009997", json!({ "productId": "not_configured" }));
        store.knows(&state, &unsold);
        assert!(!ask("2000000000009997").await.expect("answers").purchases[0].is_configured);
        let refused = search::adopt(&state, &BY, &shop.project, app, "2000000000009997", None).await;
        assert!(matches!(refused, Err(Error::Invalid { .. })), "{refused:?}");
        assert_eq!(first_hit(&shop, "2000000000009997").await, Value::Null);
    }
}
