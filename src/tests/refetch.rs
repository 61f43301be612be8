//! Asking the App Store how a subscription stands now, where its notifications were missed.

use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use purser::audit::By;
use purser::error::Result;
use purser::model::{Subscription, SubscriptionId};
use purser::subscriptions;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::apple_life::{
    self, CHAIN, DAY, MONTH, account_token, payment_of, period, renewal, subscription, tell, told, unconsumed,
};
use crate::shop::{Shop, text};
use crate::support::{START, TestState, on_both};

/// Has the App Store give this answer to Get All Subscription Statuses of the chain; ends with the test's runtime.
async fn store_says(state: &TestState, status: StatusCode, answer: Value) {
    let path = format!("/simulator/inApps/v1/subscriptions/{CHAIN}");
    let router = Router::new().route(&path, get(move || async move { (status, Json(answer)) }));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    state.stores.set_own_address(listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, router).await.expect("serves") });
}

/// One subscription of the customer, as the store tells where it stands.
fn standing(state: &TestState, status: i64, transaction: &Value, renewal: &Value) -> Value {
    let sign = |payload: &Value| state.simulator.as_deref().expect("the simulator is on").sign_jws(payload).expect("signs");
    json!({
        "originalTransactionId": transaction["originalTransactionId"], "status": status,
        "signedTransactionInfo": sign(transaction), "signedRenewalInfo": sign(renewal),
    })
}

fn statuses(all: &[Value]) -> Value {
    let group = json!({ "subscriptionGroupIdentifier": "21000001", "lastTransactions": all });
    json!({ "environment": "Sandbox", "bundleId": "com.example.game", "data": [group] })
}

async fn start(state: &TestState) -> Shop {
    let shop = apple_life::open(state).await;
    let first = period("1", 0, json!({ "appAccountToken": account_token(&shop, "player-1").await }));
    tell(state, &shop, &told("SUBSCRIBED", Some("INITIAL_BUY"), first).renewing(renewal(0, json!({})))).await;
    shop
}

async fn refresh(state: &TestState, shop: &Shop) -> Result<Subscription> {
    let id = SubscriptionId(text(&subscription(shop).await, "subscriptionId").parse().expect("a number"));
    subscriptions::refresh(state, &By::System("test"), &shop.project, &id).await
}

on_both! {
    async fn a_missed_renewal_and_a_missed_refund_are_found(state: TestState) {
        let shop = start(&state).await;
        state.clock.advance(MONTH + DAY);
        assert_eq!(subscription(&shop).await["hasAccess"], false, "the renewal's notification did not come");
        let other = period("9", 0, json!({ "originalTransactionId": "2000000000000009", "productId": "gold" }));
        let others = renewal(0, json!({ "originalTransactionId": "2000000000000009" }));
        let renewed = period("2", MONTH, json!({}));
        let all = [standing(&state, 1, &other, &others), standing(&state, 1, &renewed, &renewal(MONTH, json!({})))];
        store_says(&state, StatusCode::OK, statuses(&all)).await;
        for _ in 0..2 {
            refresh(&state, &shop).await.expect("the store answers");
            let now = subscription(&shop).await;
            assert_eq!((&now["state"], &now["storeOrderId"], &now["hasAccess"]), (&json!("ACTIVE"), &json!("2"), &json!(true)));
        }
        let found = payment_of(&shop, "2").await;
        assert_eq!((&found["source"], &found["userKey"], &found["status"]), (&json!("BACKFILLED"), &json!("player-1"), &json!("SUCCESS")));

        let taken = json!({ "revocationDate": START.0 + MONTH + DAY, "revocationReason": 0, "signedDate": START.0 + MONTH + DAY });
        let taken = standing(&state, 5, &period("2", MONTH, taken), &renewal(MONTH + DAY, json!({ "autoRenewStatus": 0 })));
        store_says(&state, StatusCode::OK, statuses(&[taken])).await;
        refresh(&state, &shop).await.expect("the store answers");
        assert_eq!(subscription(&shop).await["state"], "REVOKED");
        assert_eq!(payment_of(&shop, "2").await["status"], "REFUND");
        assert_eq!(unconsumed(&shop, "player-1").await, 0);
    }

    async fn the_status_says_that_billing_is_retried(state: TestState) {
        let shop = start(&state).await;
        state.clock.advance(MONTH + DAY);
        let wrong_flag = renewal(MONTH + DAY, json!({ "isInBillingRetryPeriod": false, "expirationIntent": 2 }));
        let retried = standing(&state, 3, &period("1", 0, json!({ "signedDate": START.0 + MONTH + DAY })), &wrong_flag);
        store_says(&state, StatusCode::OK, statuses(&[retried])).await;
        refresh(&state, &shop).await.expect("the store answers");
        let now = subscription(&shop).await;
        assert_eq!((&now["state"], &now["inBillingRetry"], &now["hasAccess"]), (&json!("ON_HOLD"), &json!(true), &json!(false)));
    }

    async fn what_the_store_refuses_or_did_not_sign_changes_nothing(state: TestState) {
        let shop = start(&state).await;
        let before = subscription(&shop).await;
        let mut forged = standing(&state, 5, &period("1", 0, json!({ "revocationDate": START.0 })), &renewal(1, json!({})));
        let token = text(&forged, "signedTransactionInfo");
        let (signed, signature) = token.rsplit_once('.').expect("a token");
        let flipped = if signature.starts_with('A') { "B" } else { "A" };
        forged["signedTransactionInfo"] = json!(format!("{signed}.{flipped}{}", &signature[1..]));
        let unknown = json!({ "errorCode": 4_040_010, "errorMessage": "Transaction id not found." });
        for (status, answer, expected) in [
            (StatusCode::NOT_FOUND, unknown, "NOT_FOUND"),
            (StatusCode::UNAUTHORIZED, Value::Null, "STORE_CREDENTIALS"),
            (StatusCode::OK, statuses(&[]), "NOT_FOUND"),
            (StatusCode::OK, statuses(&[forged]), "STORE_UNAVAILABLE"),
        ] {
            store_says(&state, status, answer).await;
            assert_eq!(refresh(&state, &shop).await.expect_err("is refused").code(), expected);
            assert_eq!(subscription(&shop).await, before, "{expected}");
        }
    }
}
