//! Google Play's less usual plans and orders in our books: sign-ups that wait for their payment, prepaid plans, installments, add-ons,
//! price steps, several products at once, and periods nobody told of.

use axum::http::StatusCode;
use purser::jobs::{ExpireSubscriptions, FinishPurchases, PlanBackfills, PollSubscriptions, RunSimulatedLifecycles};
use purser::model::Timestamp;
use serde_json::{Value, json};

use crate::google_payments::Play;
use crate::shop::text;
use crate::support::{TestState, on_both, run};

/// A subscription of a user whose token it carries, verified by the app and acknowledged.
async fn subscribed(play: &Play, user: &str, changes: Value) -> Value {
    let mut input = json!({ "player": user, "accountToken": play.token_of(user).await });
    input.as_object_mut().expect("an object").extend(changes.as_object().cloned().unwrap_or_default());
    let sold = play.subscribe(input).await;
    let (status, paid) = play.verify_for(user, &sold["proof"]).await;
    assert_eq!(status, StatusCode::OK, "{paid}");
    run(&play.state, FinishPurchases).await;
    sold
}

async fn change(play: &Play, sold: &Value, action: &str, body: Value) -> Value {
    // No two answers of a store are of the same moment.
    play.state.clock.advance(1);
    play.control(&format!("subscriptions/{}/{action}", text(sold, "chainId")), body).await
}

/// The user's subscriptions that give access.
async fn with_access(play: &Play, user: &str) -> Vec<Value> {
    play.subscriptions_of(user).await.into_iter().filter(|one| one["hasAccess"] == true).collect()
}

/// Lets time pass for the store and for us.
async fn pass(play: &Play, millis: i64) {
    play.state.clock.advance(millis);
    run(&play.state, RunSimulatedLifecycles).await;
}

on_both! {
    async fn a_pending_signup_ends_by_notification_alone(state: TestState) {
        let play = Play::open(state).await;
        for (user, action, accesses, status) in [("payer", "pay", 1, "SUCCESS"), ("dropper", "drop-payment", 0, "FAILURE")] {
            let token = play.token_of(user).await;
            let sold = play.subscribe(json!({ "player": user, "accountToken": token, "pending": true })).await;
            let (_, answer) = play.verify_for(user, &sold["proof"]).await;
            assert_eq!(answer["code"], "PENDING", "{answer}");
            assert_eq!(play.payment_of(user).await["status"], "PENDING");
            assert!(with_access(&play, user).await.is_empty());
            play.control(&format!("transactions/{}/{action}", text(&sold, "orderId")), json!({})).await;
            play.deliver().await;
            let ended = play.payment_of(user).await;
            assert_eq!(ended["status"], status, "{ended}");
            assert_eq!(with_access(&play, user).await.len(), accesses, "{user}");
        }
    }

    async fn each_top_up_of_a_prepaid_plan_is_acknowledged_in_half_of_its_period(state: TestState) {
        let play = Play::open(state).await;
        let sold = subscribed(&play, "user-1", json!({ "prepaid": true, "period": "P3D", "world": "Production" })).await;
        let first = with_access(&play, "user-1").await.remove(0);
        pass(&play, Timestamp::DAY).await;
        let topped = change(&play, &sold, "top-up", json!({})).await;
        assert_ne!(topped["proof"]["purchaseToken"], sold["proof"]["purchaseToken"], "a token of its own");
        play.deliver().await;
        let mine = with_access(&play, "user-1").await;
        assert_eq!(mine.len(), 1, "one subscription, whose head is the newest token: {mine:?}");
        assert!(text(&mine[0], "periodEnd") > text(&first, "periodEnd"), "{mine:?}");
        assert_eq!(play.list("/api/v1/payments?userKey=user-1").await.len(), 2);
        // The top-up has half of three days, though more than a week may be left in the end.
        let order = text(&topped, "orderId");
        let deadline = play.deadline_of(&order).await.expect("it is to be acknowledged");
        assert_eq!(deadline.0 - play.state.clock.now().0, 3 * Timestamp::DAY / 2);
        run(&play.state, FinishPurchases).await;
        pass(&play, 3 * Timestamp::DAY).await;
        play.deliver().await;
        assert_eq!(with_access(&play, "user-1").await.len(), 1, "it was acknowledged, so nothing is taken back");
    }

    async fn a_top_up_that_nobody_acknowledges_is_taken_back(state: TestState) {
        let play = Play::open(state).await;
        let sold = subscribed(&play, "user-1", json!({ "prepaid": true, "period": "P3D", "world": "Production" })).await;
        change(&play, &sold, "top-up", json!({})).await;
        play.deliver().await;
        pass(&play, 2 * Timestamp::DAY).await;
        play.deliver().await;
        assert!(with_access(&play, "user-1").await.is_empty());
        let newest = play.list("/api/v1/payments?userKey=user-1").await.remove(0);
        assert_eq!(newest["status"], "REFUND", "{newest}");
    }

    async fn add_ons_share_the_subscription_and_renew_with_it(state: TestState) {
        let play = Play::open(state).await;
        let add_ons = json!([{ "productId": "gold", "price": "1000", "currency": "KRW" }]);
        let sold = subscribed(&play, "user-1", json!({ "addOns": add_ons })).await;
        let bought = play.list("/api/v1/payments?userKey=user-1").await;
        let of = |product: &str| bought.iter().find(|one| one["productId"] == product).expect(product).clone();
        assert_eq!((&of("vip")["price"], &of("gold")["price"]), (&json!("9900.00"), &json!("1000.00")), "{bought:?}");
        assert!(bought.iter().all(|one| one["finish"] == "DONE"), "{bought:?}");
        let mine = with_access(&play, "user-1").await;
        assert_eq!((mine.len(), &mine[0]["productId"]), (1, &json!("vip")), "{mine:?}");
        change(&play, &sold, "remove-add-on", json!({ "productId": "gold" })).await;
        play.deliver().await;
        play.control("clock", json!({ "advanceDays": 32 })).await;
        play.deliver().await;
        let renewed = play.list("/api/v1/payments?userKey=user-1").await;
        assert_eq!(renewed.len(), 3, "the plan renewed and the add-on did not: {renewed:?}");
        assert_eq!(with_access(&play, "user-1").await.len(), 1);
    }

    async fn a_price_step_waits_for_the_players_consent(state: TestState) {
        let play = Play::open(state).await;
        for (user, agrees) in [("yes", true), ("no", false)] {
            let sold = subscribed(&play, user, json!({})).await;
            change(&play, &sold, "step-up-price", json!({ "price": "12900", "currency": "KRW" })).await;
            play.deliver().await;
            let asked = with_access(&play, user).await.remove(0);
            assert_eq!(asked["priceConsent"], "PENDING", "{asked}");
            if agrees {
                change(&play, &sold, "accept-price", json!({})).await;
                play.deliver().await;
                assert_eq!(with_access(&play, user).await[0]["priceConsent"], "GIVEN");
            }
        }
        play.control("clock", json!({ "advanceDays": 32 })).await;
        play.deliver().await;
        assert_eq!(with_access(&play, "yes").await.len(), 1);
        let newest = play.list("/api/v1/payments?userKey=yes").await.remove(0);
        assert_eq!(newest["price"], "12900.00", "{newest}");
        assert!(with_access(&play, "no").await.is_empty(), "without consent it ends");
    }

    async fn installments_go_on_until_the_last_that_was_committed_to(state: TestState) {
        let play = Play::open(state).await;
        let sold = subscribed(&play, "user-1", json!({ "installments": 3 })).await;
        change(&play, &sold, "cancel", json!({})).await;
        play.deliver().await;
        for (periods, accesses) in [(2, 1), (3, 1), (3, 0)] {
            play.control("clock", json!({ "advanceDays": 31 })).await;
            play.deliver().await;
            assert_eq!(play.list("/api/v1/payments?userKey=user-1").await.len(), periods);
            assert_eq!(with_access(&play, "user-1").await.len(), accesses, "after {periods} payments");
        }
    }

    async fn several_products_of_one_order_are_granted_and_finished_each(state: TestState) {
        let play = Play::open(state).await;
        let items = json!([{ "productId": "remove_ads", "quantity": 1, "price": "1100", "currency": "KRW" }]);
        let sold = play.buy(json!({ "quantity": 2, "items": items })).await;
        let (status, answer) = play.verify_for("user-1", &sold["proof"]).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        run(&play.state, FinishPurchases).await;
        let bought = play.list("/api/v1/payments?userKey=user-1").await;
        let of = |product: &str| bought.iter().find(|one| one["productId"] == product).expect(product).clone();
        let (gems, ads) = (of("gem_100"), of("remove_ads"));
        assert_eq!((&gems["quantity"], &gems["price"], &gems["finish"]), (&json!(2), &json!("4400.00"), &json!("DONE")), "{gems}");
        assert_eq!((&ads["price"], &ads["finish"]), (&json!("1100.00"), &json!("DONE")), "{ads}");
        play.control(&format!("transactions/{}/refund", text(&sold, "orderId")), json!({})).await;
        play.deliver().await;
        let taken_back = play.list("/api/v1/payments?userKey=user-1").await;
        assert!(taken_back.iter().all(|one| one["status"] == "REFUND"), "an order is voided as a whole: {taken_back:?}");
    }

    async fn periods_nobody_told_of_are_found_with_the_next(state: TestState) {
        let play = Play::open(state).await;
        subscribed(&play, "user-1", json!({})).await;
        play.lose().await;
        play.control("clock", json!({ "advanceDays": 95 })).await;
        play.deliver().await;
        assert_eq!(play.list("/api/v1/payments?userKey=user-1").await.len(), 1);
        play.set_faults(json!({})).await;
        play.control("clock", json!({ "advanceDays": 31 })).await;
        play.deliver().await;
        let periods = play.list("/api/v1/payments?userKey=user-1").await;
        let orders: Vec<String> = periods.iter().map(|one| text(one, "storeOrderId")).collect();
        assert_eq!(periods.len(), 5, "one payment for each period: {orders:?}");
        assert!(periods.iter().all(|one| one["status"] == "SUCCESS" && one["price"] == "9900.00"), "{periods:?}");
    }

    async fn a_store_that_lists_no_notifications_is_asked_when_nothing_was_heard(state: TestState) {
        let play = Play::open(state).await;
        subscribed(&play, "renews", json!({})).await;
        let ends = subscribed(&play, "ends", json!({})).await;
        play.lose().await;
        change(&play, &ends, "cancel", json!({})).await;
        assert_eq!(with_access(&play, "ends").await[0]["state"], "ACTIVE");
        let asked = async || {
            run(&play.state, PlanBackfills).await;
            run(&play.state, PollSubscriptions).await.items
        };
        assert_eq!(asked().await, 0, "what was said just now still holds");
        pass(&play, Timestamp::DAY + Timestamp::MINUTE).await;
        assert_eq!(asked().await, 2);
        assert_eq!(with_access(&play, "ends").await[0]["state"], "CANCELED");
        pass(&play, 31 * Timestamp::DAY).await;
        run(&play.state, ExpireSubscriptions).await;
        assert!(with_access(&play, "renews").await.is_empty(), "nobody has told of its renewal");
        // While the store can't be asked, nothing changes; and it is asked again.
        play.set_faults(json!({ "api": { "status": 503 } })).await;
        let before = play.subscriptions_of("renews").await;
        asked().await;
        assert_eq!(play.subscriptions_of("renews").await, before);
        play.set_faults(json!({ "notices": { "lostPercent": 100 } })).await;
        play.state.clock.advance(2 * Timestamp::HOUR);
        assert_eq!(asked().await, 2);
        assert_eq!(with_access(&play, "renews").await.len(), 1);
        assert!(with_access(&play, "ends").await.is_empty());
        assert_eq!(play.subscriptions_of("ends").await[0]["state"], "EXPIRED");
        assert_eq!(asked().await, 0, "its end was heard of");
    }
}
