//! Lives of simulated subscribers, told of by notifications, and what our records make of them.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::apple_life::{payment_of, subscription, unconsumed};
use crate::shop::{BUNDLE, Key, text};
use crate::simulated_store::Store;
use crate::support::{TestState, on_both};

/// The state and whether it gives access, after everything was told.
async fn state_of(store: &Store) -> (String, bool) {
    store.deliver().await;
    let found = subscription(&store.shop).await;
    (text(&found, "state"), found["hasAccess"].as_bool().expect("a flag"))
}

fn is(state: &str, has_access: bool) -> (String, bool) {
    (state.to_owned(), has_access)
}

on_both! {
    async fn a_year_of_renewals_becomes_payments(state: TestState) {
        let store = Store::open(&state).await;
        let chain = store.subscribe("player-1", json!({})).await;
        assert_eq!(state_of(&store).await, is("ACTIVE", true));
        assert_eq!(store.days(365).await, 12, "monthly, from the 23rd of November");
        assert_eq!(state_of(&store).await, is("ACTIVE", true));
        let (status, list) = store.shop.call(Key::Secret, "GET", "/api/v1/payments?userKey=player-1", Value::Null).await;
        assert_eq!((status, list["items"].as_array().map(Vec::len)), (StatusCode::OK, Some(13)));
        store.change(&chain, "cancel", json!({})).await;
        assert_eq!(state_of(&store).await, is("CANCELED", true));
        store.change(&chain, "resume", json!({})).await;
        assert_eq!(state_of(&store).await, is("ACTIVE", true));
        store.change(&chain, "cancel", json!({})).await;
        store.days(31).await;
        assert_eq!(state_of(&store).await, is("EXPIRED", false));
        let again = store.subscribe("player-1", json!({})).await;
        assert_eq!(again, chain, "the same chain goes on");
        assert_eq!(state_of(&store).await, is("ACTIVE", true));
    }

    async fn a_failing_card_goes_through_grace_and_hold(state: TestState) {
        let store = Store::open(&state).await;
        let chain = store.subscribe("player-1", json!({ "graceDays": 16 })).await;
        store.change(&chain, "fail-billing", json!({})).await;
        store.days(31).await;
        assert_eq!(state_of(&store).await, is("IN_GRACE_PERIOD", true));
        store.days(16).await;
        assert_eq!(state_of(&store).await, is("ON_HOLD", false));
        store.change(&chain, "fix-billing", json!({})).await;
        assert_eq!(state_of(&store).await, is("ACTIVE", true));
        store.change(&chain, "fail-billing", json!({})).await;
        store.days(100).await;
        assert_eq!(state_of(&store).await, is("EXPIRED", false));
        assert_eq!(store.standing(&chain).await["course"]["expirationIntent"], 2);
    }

    async fn plans_prices_and_offers_are_followed(state: TestState) {
        let store = Store::open(&state).await;
        let trial = json!({ "type": 1, "discount": "FREE_TRIAL", "period": "P1W", "price": "0", "currency": "KRW" });
        let chain = store.subscribe("player-1", json!({ "offer": trial })).await;
        assert_eq!(state_of(&store).await, is("ACTIVE", true));
        assert_eq!(subscription(&store.shop).await["offer"]["offerType"], "INTRODUCTORY");
        store.days(8).await;
        let upgraded = store.change(&chain, "change-plan", json!({ "productId": "gold", "price": "19900", "currency": "KRW", "atOnce": true })).await;
        assert_eq!(state_of(&store).await, is("ACTIVE", true));
        assert_eq!(subscription(&store.shop).await["productId"], "gold");
        assert_eq!(payment_of(&store.shop, &text(&upgraded, "orderId")).await["price"], "19900.00");
        store.change(&chain, "change-plan", json!({ "productId": "vip", "price": "9900", "currency": "KRW" })).await;
        store.deliver().await;
        assert_eq!(subscription(&store.shop).await["nextProductId"], "vip");
        store.days(31).await;
        store.deliver().await;
        assert_eq!(subscription(&store.shop).await["productId"], "vip");
        store.change(&chain, "raise-price", json!({ "price": "12900", "currency": "KRW", "needsConsent": true })).await;
        store.deliver().await;
        store.days(31).await;
        assert_eq!(state_of(&store).await, is("EXPIRED", false));
        assert_eq!(store.standing(&chain).await["course"]["expirationIntent"], 3);
    }

    async fn money_back_and_forth(state: TestState) {
        let store = Store::open(&state).await;
        let chain = store.subscribe("player-1", json!({})).await;
        store.deliver().await;
        store.settle(&chain, "refund", json!({})).await;
        assert_eq!(state_of(&store).await, is("REVOKED", false));
        store.settle(&chain, "reverse-refund", json!({})).await;
        assert_eq!(state_of(&store).await, is("CANCELED", true), "its renewal stays off");
        let token = crate::apple_life::account_token(&store.shop, "player-2").await;
        let input = json!({ "store": "AS", "storeAppId": BUNDLE, "productId": "gem_100", "player": "player-2", "accountToken": token });
        let gem = text(&store.control("purchases", input).await, "orderId");
        store.deliver().await;
        assert_eq!(unconsumed(&store.shop, "player-2").await, 1, "told of by ONE_TIME_CHARGE alone");
        store.settle(&gem, "refund", json!({ "appIssue": true })).await;
        store.deliver().await;
        assert_eq!(unconsumed(&store.shop, "player-2").await, 0);
        store.settle(&gem, "reverse-refund", json!({})).await;
        store.deliver().await;
        assert_eq!(unconsumed(&store.shop, "player-2").await, 1);
    }

    async fn damaged_notifications_are_refused_and_change_nothing(state: TestState) {
        let store = Store::open(&state).await;
        for damage in ["BAD_SIGNATURE", "WRONG_BUNDLE", "WRONG_ROOT"] {
            store.set("faults", json!({ "notices": { "damage": damage } })).await;
            store.subscribe(&format!("player-{damage}"), json!({})).await;
            assert_eq!(store.deliver().await, 1);
            let (_, list) = store.shop.call(Key::None, "GET", "/simulator/control/notices", Value::Null).await;
            assert_eq!(list["items"][0]["sendAttempts"][0]["sendAttemptResult"], "UNSUCCESSFUL_HTTP_RESPONSE_CODE", "{damage}");
        }
        let (_, list) = store.shop.call(Key::Secret, "GET", "/api/v1/subscriptions", Value::Null).await;
        assert_eq!(list["items"].as_array().map(Vec::len), Some(0));
    }
}
