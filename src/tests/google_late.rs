//! What Google Play says only later: a refund that it was asked for, the payment of a purchase that was just called pending, and the
//! account of a subscription bought again in its own pages.

use axum::http::StatusCode;
use purser::db;
use purser::jobs::{AwaitRefunds, FinishPurchases};
use purser::model::{SalePayment, StoreCode, Timestamp};
use serde_json::json;

use crate::google_payments::Play;
use crate::shop::text;
use crate::support::{TestState, on_both, run};
use crate::support_desk::expect_understood;

/// Sets whether a sale is paid for, as if time went back.
async fn set_payment(play: &Play, order: &str, payment: SalePayment) {
    let write = play.state.db.write(async |tx| {
        let mut sale = db::simulator::find_sale(tx, StoreCode::GooglePlay, order).await?.expect("a sale");
        sale.details.payment = payment;
        db::simulator::update_purchase(tx, &sale).await
    });
    assert!(write.await.expect("writes"));
}

on_both! {
    async fn a_refund_the_store_makes_later_is_asked_about_until_it_is_made(state: TestState) {
        let play = Play::open(state).await;
        let sold = play.buy(json!({})).await;
        let (_, paid) = play.verify_for("user-1", &sold["proof"]).await;
        run(&play.state, FinishPurchases).await;
        // The refund is taken; how the purchase stands can't be read now.
        play.set_faults(json!({ "api": { "status": 503, "path": "/purchases/" } })).await;
        let refund = json!({ "reason": "asked for it", "endsAccess": false });
        let (status, answer) = play.ask(&format!("payments/{}/refund", text(&paid, "paymentSeq")), refund).await;
        assert_eq!((status, &answer["status"]), (StatusCode::OK, &json!("SUCCESS")), "{answer}");
        assert_eq!(run(&play.state, AwaitRefunds).await.runs, 0, "not yet");
        play.state.clock.advance(Timestamp::MINUTE);
        assert_eq!((run(&play.state, AwaitRefunds).await.items, play.payment_of("user-1").await["status"].clone()), (0, json!("SUCCESS")));
        play.set_faults(json!({})).await;
        play.state.clock.advance(Timestamp::HOUR);
        assert_eq!(run(&play.state, AwaitRefunds).await.items, 1);
        assert_eq!(play.payment_of("user-1").await["status"], "REFUND");
        play.state.clock.advance(Timestamp::DAY);
        assert_eq!(run(&play.state, AwaitRefunds).await.runs, 0, "it is over");
    }

    async fn a_refund_the_store_never_makes_is_asked_about_for_ten_days(state: TestState) {
        let play = Play::open(state).await;
        let sold = play.buy(json!({})).await;
        let (_, paid) = play.verify_for("user-1", &sold["proof"]).await;
        run(&play.state, FinishPurchases).await;
        let seq = text(&paid, "paymentSeq");
        play.set_faults(json!({ "api": { "status": 503, "path": "/purchases/" } })).await;
        play.ask(&format!("payments/{seq}/refund"), json!({ "reason": "asked for it", "endsAccess": false })).await;
        for (days, done) in [(1, 0), (8, 0), (2, 1), (1, 0)] {
            play.state.clock.advance(days * Timestamp::DAY);
            assert_eq!(run(&play.state, AwaitRefunds).await.done, done, "{days}");
        }
        let kept = play.shop.payment(&seq).await;
        let line = kept["events"].as_array().and_then(|lines| lines.last()).expect("a line");
        assert_eq!(line["reason"], "the store has not given the money back within ten days of being asked", "{kept}");
        assert_eq!(kept["status"], "SUCCESS");
        expect_understood(&play.state, &play.shop).await;
    }

    async fn a_payment_that_overtakes_a_pending_answer_loses_no_reservation(state: TestState) {
        let play = Play::open(state).await;
        let (payment, _) = play.shop.reserve("GG", "user-1", "gem_100").await;
        let sold = play.buy(json!({ "pending": true })).await;
        let order = text(&sold, "orderId");
        play.control(&format!("transactions/{order}/pay"), json!({})).await;
        play.deliver().await;
        let found = play.list("/api/v1/payments?store=GG").await;
        let told = found.iter().find(|one| one["storeOrderId"].is_string()).expect("the notification's").clone();
        assert_eq!((&told["status"], &told["userKey"]), (&json!("SUCCESS"), &json!("")), "{told}");
        // The answer to the app's verify was given before, and comes now.
        set_payment(&play, &order, SalePayment::Pending).await;
        let (_, answer) = play.shop.verify(&payment, &sold["proof"]).await;
        assert_eq!(answer["code"], "PENDING", "{answer}");
        assert_eq!(play.shop.payment(&payment).await["status"], "RESERVED", "it waits for nothing that has come already");
        set_payment(&play, &order, SalePayment::Paid).await;
        let (status, paid) = play.shop.verify_by_server(&payment, &sold["proof"]).await;
        assert_eq!((status, &paid["paymentSeq"], &paid["payload"]), (StatusCode::OK, &told["paymentSeq"], &json!("note")), "{paid}");
    }

    async fn a_subscription_bought_again_at_the_store_is_given_its_users_account(state: TestState) {
        let play = Play::open(state).await;
        let sold = play.subscribe(json!({})).await;
        let (status, paid) = play.verify_for("user-1", &sold["proof"]).await;
        assert_eq!(status, StatusCode::OK, "{paid}");
        run(&play.state, FinishPurchases).await;
        play.control(&format!("subscriptions/{}/cancel", text(&sold, "chainId")), json!({})).await;
        play.control("clock", json!({ "advanceDays": 40 })).await;
        play.deliver().await;
        let again = play.subscribe(json!({ "outOfApp": true })).await;
        play.deliver().await;
        let newest = play.list("/api/v1/payments?userKey=user-1").await.remove(0);
        assert_eq!((&newest["storeOrderId"], &newest["finish"]), (&again["orderId"], &json!("DUE")), "{newest}");
        run(&play.state, FinishPurchases).await;
        let account = account_of(&play, &text(&again, "orderId")).await;
        assert_eq!(account.as_deref(), Some(play.token_of("user-1").await.to_lowercase().as_str()));
        assert_eq!(play.list("/api/v1/payments?userKey=user-1").await[0]["finish"], "DONE");
    }
}

/// The account the store has a sale for.
async fn account_of(play: &Play, order: &str) -> Option<String> {
    let mut tx = play.state.db.read().await.expect("reads");
    let sale = db::simulator::find_sale(&mut tx, StoreCode::GooglePlay, order).await.expect("reads").expect("a sale");
    sale.account_token.map(|token| token.to_lowercase())
}
