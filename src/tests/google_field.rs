//! What developers reported of Google Play's purchases, each as it would meet us (docs/stores/google.md).

use axum::http::StatusCode;
use purser::jobs::{ExpireSubscriptions, FinishPurchases};
use purser::model::Timestamp;
use serde_json::{Value, json};

use crate::google_payments::Play;
use crate::shop::{Key, text};
use crate::support::{TestState, on_both, run};

/// What is told of a purchase at its payment's own address.
async fn detail(play: &Play, payment: &Value) -> Value {
    play.shop.payment(&text(payment, "paymentSeq")).await
}

/// A notification in Google's own members.
async fn notify(play: &Play, members: Value) {
    play.control("notices", json!({ "store": "GG", "notificationType": "CUSTOM", "data": members })).await;
    play.deliver().await;
}

on_both! {
    async fn an_api_that_can_not_be_reached_downgrades_nobody(state: TestState) {
        let play = Play::open(state).await;
        let token = play.token_of("user-1").await;
        let sold = play.subscribe(json!({ "accountToken": token })).await;
        play.verify_for("user-1", &sold["proof"]).await;
        run(&play.state, FinishPurchases).await;
        let (before, paid) = (play.subscriptions_of("user-1").await, play.payment_of("user-1").await);
        for fault in [json!({ "status": 503 }), json!({ "status": 404, "reason": "html" }), json!({ "status": 401 }), json!({ "status": 429 })] {
            play.set_faults(json!({ "api": fault })).await;
            let member = json!({ "version": "1.0", "notificationType": 13, "purchaseToken": sold["proof"]["purchaseToken"] });
            notify(&play, json!({ "subscriptionNotification": member })).await;
            play.verify_for("user-1", &sold["proof"]).await;
            run(&play.state, ExpireSubscriptions).await;
            assert_eq!(play.subscriptions_of("user-1").await, before, "{fault}");
            assert_eq!(play.payment_of("user-1").await, paid, "{fault}");
        }
    }

    async fn a_void_of_the_present_period_ends_access_though_google_reads_active(state: TestState) {
        let play = Play::open(state).await;
        let token = play.token_of("user-1").await;
        let sold = play.subscribe(json!({ "accountToken": token })).await;
        play.verify_for("user-1", &sold["proof"]).await;
        run(&play.state, FinishPurchases).await;
        let (token, order) = (&sold["proof"]["purchaseToken"], &sold["orderId"]);
        // The simulated Google has taken nothing back: its subscription still reads active, and its order as paid.
        let void = json!({ "purchaseToken": token, "orderId": order, "productType": 1, "refundType": 1 });
        notify(&play, json!({ "voidedPurchaseNotification": void })).await;
        let revoked = play.subscriptions_of("user-1").await.remove(0);
        assert_eq!((&revoked["state"], &revoked["hasAccess"]), (&json!("REVOKED"), &json!(false)), "{revoked}");
        assert_eq!(play.payment_of("user-1").await["status"], "REFUND");
        // Nor does what still reads active bring it back.
        play.state.clock.advance(Timestamp::MINUTE);
        let renewed = json!({ "version": "1.0", "notificationType": 2, "purchaseToken": token });
        notify(&play, json!({ "subscriptionNotification": renewed })).await;
        let (_, answer) = play.verify_for("user-1", &sold["proof"]).await;
        assert_eq!(answer["code"], "REFUNDED", "{answer}");
        assert_eq!(play.subscriptions_of("user-1").await[0]["state"], "REVOKED");
    }

    async fn a_signup_after_the_end_names_no_token_before(state: TestState) {
        let play = Play::open(state).await;
        let token = play.token_of("user-1").await;
        let first = play.subscribe(json!({ "accountToken": token })).await;
        play.verify_for("user-1", &first["proof"]).await;
        run(&play.state, FinishPurchases).await;
        play.control(&format!("subscriptions/{}/cancel", text(&first, "chainId")), json!({})).await;
        play.control("clock", json!({ "advanceDays": 40 })).await;
        play.deliver().await;
        let again = play.subscribe(json!({ "accountToken": token })).await;
        play.deliver().await;
        let (status, paid) = play.verify_for("user-1", &again["proof"]).await;
        assert_eq!(status, StatusCode::OK, "{paid}");
        let mine = play.subscriptions_of("user-1").await;
        let states: Vec<_> = mine.iter().map(|one| (&one["originalOrderId"], &one["state"])).collect();
        let of = |sold: &Value, state: &str| (sold["proof"]["purchaseToken"].clone(), json!(state));
        let expected = [of(&again, "ACTIVE"), of(&first, "EXPIRED")];
        assert_eq!(states, expected.each_ref().map(|(token, state)| (token, state)), "two subscriptions, the newer one runs");
    }

    async fn bought_again_in_play_itself_it_is_its_users_before_it_is_acknowledged(state: TestState) {
        let play = Play::open(state).await;
        let token = play.token_of("user-1").await;
        let first = play.subscribe(json!({ "accountToken": token })).await;
        play.verify_for("user-1", &first["proof"]).await;
        run(&play.state, FinishPurchases).await;
        play.control(&format!("subscriptions/{}/cancel", text(&first, "chainId")), json!({})).await;
        play.control("clock", json!({ "advanceDays": 40 })).await;
        play.deliver().await;
        // No app is there that brings it, and until it is acknowledged only the expired token leads to its user.
        play.subscribe(json!({ "outOfApp": true })).await;
        play.deliver().await;
        let bought = play.list("/api/v1/payments?userKey=user-1").await;
        assert_eq!((bought.len(), &bought[0]["status"], &bought[0]["finish"]), (2, &json!("SUCCESS"), &json!("DUE")), "{bought:?}");
        run(&play.state, FinishPurchases).await;
        play.control("clock", json!({ "advanceDays": 4 })).await;
        play.deliver().await;
        let mine = play.subscriptions_of("user-1").await;
        let running: Vec<_> = mine.iter().filter(|one| one["hasAccess"] == true).collect();
        assert_eq!(running.len(), 1, "acknowledged, so it was not taken back: {mine:?}");
    }

    async fn what_can_not_be_acknowledged_is_granted_all_the_same(state: TestState) {
        let play = Play::open(state).await;
        let sold = play.buy(json!({})).await;
        play.set_faults(json!({ "api": { "status": 503, "path": ":consume" } })).await;
        let (status, paid) = play.verify_for("user-1", &sold["proof"]).await;
        assert_eq!((status, &paid["status"], &paid["finish"]), (StatusCode::OK, &json!("SUCCESS"), &json!("DUE")), "{paid}");
        run(&play.state, FinishPurchases).await;
        let consume = format!("/api/v1/payments/{}/consume", text(&paid, "paymentSeq"));
        let body = json!({ "accessToken": paid["accessToken"] });
        let (status, answer) = play.shop.call(Key::Secret, "POST", &consume, body).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        assert_eq!(play.payment_of("user-1").await["finish"], "DUE");
        play.set_faults(json!({})).await;
        play.state.clock.advance(Timestamp::HOUR);
        run(&play.state, FinishPurchases).await;
        assert_eq!(play.payment_of("user-1").await["finish"], "DONE");
    }

    async fn a_refused_acknowledgement_is_read_again_and_ends_with_its_reason(state: TestState) {
        let play = Play::open(state).await;
        // Two at once: Google asks to come back, and the purchase is open still.
        let busy = play.buy(json!({ "player": "busy" })).await;
        play.verify_for("busy", &busy["proof"]).await;
        play.set_faults(json!({ "api": { "status": 409, "path": ":consume", "calls": 1 } })).await;
        run(&play.state, FinishPurchases).await;
        assert_eq!(play.payment_of("busy").await["finish"], "DUE");
        play.state.clock.advance(Timestamp::HOUR);
        run(&play.state, FinishPurchases).await;
        assert_eq!(play.payment_of("busy").await["finish"], "DONE");
        // Taken back before we were told: it is in no state for it, now or ever.
        let gone = play.buy(json!({ "player": "gone" })).await;
        play.verify_for("gone", &gone["proof"]).await;
        play.lose().await;
        play.control(&format!("transactions/{}/refund", text(&gone, "orderId")), json!({})).await;
        run(&play.state, FinishPurchases).await;
        let failed = play.payment_of("gone").await;
        assert_eq!(failed["finish"], "FAILED", "{failed}");
        let events = detail(&play, &failed).await["events"].as_array().expect("events").clone();
        assert!(events.iter().any(|event| event["kind"] == "FINISH" && event["reason"].is_string()), "{events:?}");
        play.state.clock.advance(Timestamp::DAY);
        assert_eq!(run(&play.state, FinishPurchases).await.items, 0, "it is not tried for ever");
    }

    async fn a_repeated_a_strange_and_a_foreign_message_are_taken_and_change_nothing(state: TestState) {
        let play = Play::open(state).await;
        let sold = play.buy(json!({})).await;
        play.verify_for("user-1", &sold["proof"]).await;
        run(&play.state, FinishPurchases).await;
        play.deliver().await;
        let before = play.payment_of("user-1").await;
        play.set_faults(json!({ "notices": { "repeatedPercent": 100 } })).await;
        let token = &sold["proof"]["purchaseToken"];
        let told = json!({ "version": "1.0", "notificationType": 1, "purchaseToken": token, "sku": "gem_100" });
        notify(&play, json!({ "oneTimeProductNotification": told })).await;
        notify(&play, json!({ "oneTimeProductNotification": { "notificationType": 77, "purchaseToken": token, "sku": "gem_100" } })).await;
        notify(&play, json!({ "brandNewNotification": { "purchaseToken": token } })).await;
        notify(&play, json!({ "brandNewNotification": {} })).await;
        play.set_faults(json!({ "notices": { "damage": "WRONG_BUNDLE", "lostForGood": true } })).await;
        notify(&play, json!({ "testNotification": { "version": "1.0" } })).await;
        let kept = purser::notifications::list(&play.state, &play.shop.project, &Default::default()).await.expect("a list").items;
        let kinds: Vec<&str> = kept.iter().map(|one| one.kind.as_str()).collect();
        assert_eq!(kept.len(), 5, "each once, and the foreign one not at all: {kinds:?}");
        assert_eq!(play.payment_of("user-1").await["status"], before["status"]);
        assert_eq!(play.payment_of("user-1").await["finish"], "DONE");
    }
}
