//! A payment beside what the App Store says of it, asked for by support staff.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use purser::audit::By;
use purser::model::{Compared, PaymentSeq, Role};
use purser::payments;
use purser::router::router;
use serde_json::{Value, json};

use crate::apple_life::{self, account_token, gem, payment_of, tell, told, unconsumed};
use crate::apple_store::FakeStore;
use crate::people::{HOME, account, send, session, visit};
use crate::shop::{Shop, text};
use crate::support::{START, TestState, on_both};

async fn start(state: &TestState) -> (Shop, FakeStore, String) {
    let shop = apple_life::open(state).await;
    let bought = gem("7", json!({ "appAccountToken": account_token(&shop, "player-1").await }));
    tell(state, &shop, &told("ONE_TIME_CHARGE", None, bought.clone())).await;
    let store = FakeStore::open(state).await;
    store.knows(state, &bought);
    let seq = text(&payment_of(&shop, "7").await, "paymentSeq");
    (shop, store, seq)
}

fn taken_back() -> Value {
    gem("7", json!({ "revocationDate": START.0 + 5_000, "revocationReason": 0, "signedDate": START.0 + 6_000 }))
}

fn differing(compared: &[Compared]) -> Vec<&str> {
    compared.iter().filter(|line| line.differs()).map(|line| line.field.as_str()).collect()
}

on_both! {
    async fn what_differs_is_shown_and_the_stores_word_entered(state: TestState) {
        let (shop, store, seq) = start(&state).await;
        let (by, seq) = (By::System("test"), PaymentSeq(seq));
        let same = payments::recheck(&state, &by, &shop.project, &seq).await.expect("compares");
        assert_eq!((differing(&same).len(), same.len()), (0, 11));
        assert_eq!(unconsumed(&shop, "player-1").await, 1);
        store.knows(&state, &taken_back());
        let compared = payments::recheck(&state, &by, &shop.project, &seq).await.expect("compares");
        assert_eq!(differing(&compared), ["status", "refundedAt"]);
        assert_eq!((compared[0].ours.as_deref(), compared[0].store.as_deref()), (Some("SUCCESS"), Some("REFUND")));
        assert_eq!((payment_of(&shop, "7").await["status"].clone(), unconsumed(&shop, "player-1").await), (json!("REFUND"), 0));
        let detail = shop.payment(seq.as_str()).await;
        let kinds: Vec<_> = detail["events"].as_array().expect("lines").iter().map(|line| text(line, "kind")).collect();
        assert_eq!(kinds, ["NOTICE", "CHECK", "REFUND", "CHECK"]);
        let again = payments::recheck(&state, &by, &shop.project, &seq).await.expect("compares");
        assert!(differing(&again).is_empty());
    }

    async fn what_can_not_be_asked_changes_nothing(state: TestState) {
        let (shop, store, seq) = start(&state).await;
        let by = By::System("test");
        let code = async |seq: &str| {
            let refused = payments::recheck(&state, &by, &shop.project, &PaymentSeq(seq.to_owned())).await;
            refused.expect_err("is refused").code()
        };
        store.refuses("v1/transactions/7", 4_040_010);
        assert_eq!(code(&seq).await, "NOT_FOUND");
        store.says("v1/transactions/7", StatusCode::UNAUTHORIZED, Value::Null);
        assert_eq!(code(&seq).await, "STORE_CREDENTIALS");
        store.says("v1/transactions/7", StatusCode::OK, json!({ "signedTransactionInfo": crate::apple_store::sign(&state, &gem("8", json!({}))) }));
        assert_eq!(code(&seq).await, "STORE_UNAVAILABLE", "another purchase");
        assert_eq!(shop.payment(&seq).await["events"].as_array().map(Vec::len), Some(1));
        let (reserved, _) = shop.reserve("AS", "player-1", "gem_100").await;
        assert_eq!(code(&reserved).await, "NOT_BOUGHT");
        let (reserved, _) = shop.reserve("TEST", "player-1", "gem_100").await;
        assert_eq!(shop.verify(&reserved, &json!({ "token": "test:gem_100:order-1" })).await.0, StatusCode::OK);
        assert_eq!(code(&reserved).await, "STORE_UNAVAILABLE", "no such store to ask");
        assert_eq!(code("2026112399999999").await, "NOT_FOUND");
    }

    async fn the_page_does_it_without_scripts(state: TestState) {
        let (shop, store, seq) = start(&state).await;
        store.knows(&state, &taken_back());
        let app = router(state.state.clone());
        let page = format!("/projects/{}/payments/{seq}", shop.project);
        let post = async |cookie: &str| {
            let form = format!("input%5Bproject%5D={}&input%5Bpayment%5D={seq}", shop.project);
            let request = Request::post("/fn/recheck_payment")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .header(header::ACCEPT, "text/html")
                .header(header::REFERER, format!("http://127.0.0.1:3000{page}"))
                .header(header::COOKIE, cookie);
            send(&app, HOME, request.body(Body::from(form)).expect("a request")).await
        };
        let viewer = account(&state, "viewer@example.com", false, Some((&shop.project, Role::Viewer))).await;
        let viewer = session(&state, &viewer).await;
        post(&viewer).await;
        assert!(store.asked().is_empty(), "who only reads may not");
        assert!(!visit(&app, &page, Some(&viewer)).await.body.contains("Side by side"));

        let support = account(&state, "support@example.com", false, Some((&shop.project, Role::Support))).await;
        let support = session(&state, &support).await;
        assert!(visit(&app, &page, Some(&support)).await.body.contains("Compare with the store"));
        assert!(post(&support).await.status.is_redirection());
        for reader in [&support, &viewer] {
            let shown = visit(&app, &page, Some(reader)).await.body;
            assert_eq!(shown.matches("Differs").count(), 2, "status and the time of the refund");
        }
    }
}
