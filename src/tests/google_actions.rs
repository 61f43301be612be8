//! What Google Play is asked to do, what it pushes that is nobody's, and how promotions are told apart.

use axum::http::StatusCode;
use purser::jobs::FinishPurchases;
use purser::model::Role;
use purser::router::router;
use serde_json::{Value, json};

use crate::google_payments::Play;
use crate::people::{account, session, visible_text, visit};
use crate::shop::{Key, text};
use crate::support::{TestState, on_both, run};

on_both! {
    async fn the_store_is_asked_to_end_defer_and_refund(state: TestState) {
        let play = Play::open(state).await;
        let token = play.token_of("user-1").await;
        let sold = play.subscribe(json!({ "accountToken": token })).await;
        play.verify_for("user-1", &sold["proof"]).await;
        run(&play.state, FinishPurchases).await;
        let before = play.subscriptions_of("user-1").await.remove(0);
        let path = format!("subscriptions/{}", text(&before, "subscriptionId"));
        let (status, deferred) = play.ask(&format!("{path}/defer"), json!({ "days": 5 })).await;
        assert_eq!(status, StatusCode::OK, "{deferred}");
        assert!(text(&deferred, "periodEnd") > text(&before, "periodEnd"), "{deferred}");
        let (status, answer) = play.ask(&format!("{path}/defer"), json!({ "days": 0 })).await;
        assert_eq!((status, &answer["param"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("days")), "{answer}");
        let (status, cancelled) = play.ask(&format!("{path}/cancel"), Value::Null).await;
        assert_eq!((status, &cancelled["state"], &cancelled["hasAccess"]), (StatusCode::OK, &json!("CANCELED"), &json!(true)), "{cancelled}");
        let (status, again) = play.ask(&format!("{path}/cancel"), Value::Null).await;
        assert_eq!((status, &again["code"]), (StatusCode::CONFLICT, &json!("SUBSCRIPTION_INELIGIBLE")), "{again}");
        let (status, revoked) = play.ask(&format!("{path}/revoke"), json!({ "refund": "FULL" })).await;
        assert_eq!((status, &revoked["hasAccess"]), (StatusCode::OK, &json!(false)), "{revoked}");
        let bought = play.buy(json!({ "player": "q" })).await;
        let (_, paid) = play.verify_for("user-2", &bought["proof"]).await;
        let path = format!("payments/{}/refund", text(&paid, "paymentSeq"));
        let (status, refunded) = play.ask(&path, json!({ "reason": "asked for it" })).await;
        assert_eq!((status, &refunded["status"]), (StatusCode::OK, &json!("REFUND")), "{refunded}");
    }

    async fn a_deferral_whose_answer_was_lost_is_not_made_twice(state: TestState) {
        let play = Play::open(state).await;
        let token = play.token_of("user-1").await;
        let sold = play.subscribe(json!({ "accountToken": token })).await;
        play.verify_for("user-1", &sold["proof"]).await;
        play.deliver().await;
        play.lose().await;
        let before = play.subscriptions_of("user-1").await.remove(0);
        let path = format!("subscriptions/{}/defer", text(&before, "subscriptionId"));
        play.control(&format!("subscriptions/{}/extend", text(&sold, "chainId")), json!({ "days": 5 })).await;
        let (status, answer) = play.ask(&path, json!({ "days": 5 })).await;
        assert_eq!((status, &answer["code"]), (StatusCode::CONFLICT, &json!("SUBSCRIPTION_CHANGED")), "{answer}");
        let moved = play.subscriptions_of("user-1").await.remove(0);
        assert!(text(&moved, "periodEnd") > text(&before, "periodEnd"), "what the store did is known now: {moved}");
        // Told of it meanwhile or not: who says what they were shown is not carried further.
        let shown = json!({ "days": 5, "periodEnd": before["periodEnd"] });
        let (status, answer) = play.ask(&path, shown).await;
        assert_eq!((status, &answer["code"]), (StatusCode::CONFLICT, &json!("SUBSCRIPTION_CHANGED")), "{answer}");
        let (status, again) = play.ask(&path, json!({ "days": 5, "periodEnd": moved["periodEnd"] })).await;
        assert_eq!(status, StatusCode::OK, "{again}");
        assert!(text(&again, "periodEnd") > text(&moved, "periodEnd"), "{again}");
    }

    async fn another_apps_push_is_taken_off_the_stores_hands_and_dropped(state: TestState) {
        let play = Play::open(state).await;
        let faults = json!({ "notices": { "damage": "WRONG_BUNDLE" } });
        play.shop.call(Key::None, "PUT", "/simulator/control/faults", faults).await;
        play.buy(json!({ "player": "p" })).await;
        play.deliver().await;
        let (_, sent) = play.shop.call(Key::None, "GET", "/simulator/control/notices", Value::Null).await;
        assert_eq!((sent["items"].as_array().map(Vec::len), &sent["items"][0]["delivered"]), (Some(1), &json!(true)), "{sent}");
        let purchases = play.list("/api/v1/payments").await;
        assert!(purchases.is_empty(), "{purchases:?}");
    }

    async fn another_store_lets_no_server_end_anything(state: TestState) {
        let play = Play::open(state).await;
        let proof = play.shop.buy(json!({})).await;
        let (payment, _) = play.shop.reserve("AS", "user-1", "gem_100").await;
        play.shop.verify(&payment, &proof).await;
        let (status, answer) = play.ask(&format!("payments/{payment}/refund"), json!({ "reason": "asked for it" })).await;
        assert_eq!((status, &answer["code"]), (StatusCode::CONFLICT, &json!("NOT_OFFERED_BY_STORE")), "{answer}");
    }

    async fn promotions_are_told_apart_in_lists_pages_and_files(state: TestState) {
        let play = Play::open(state).await;
        for (user, changes) in
            [("ordinary", json!({})), ("coupon", json!({ "origin": "PROMO_CODE" })), ("viewer", json!({ "origin": "REWARDED" }))]
        {
            let sold = play.buy(changes).await;
            assert_eq!(play.verify_for(user, &sold["proof"]).await.0, StatusCode::OK, "{user}");
        }
        let trial = json!({ "offer": { "type": 1, "discount": "FREE_TRIAL", "price": "0", "currency": "KRW" } });
        let sold = play.subscribe(trial).await;
        assert_eq!(play.verify_for("newcomer", &sold["proof"]).await.0, StatusCode::OK);
        for (query, users) in [
            ("offerDiscountType=PROMOTION_CODE", &["coupon"][..]),
            ("offerDiscountType=REWARDED", &["viewer"]),
            ("offerDiscountType=FREE_TRIAL", &["newcomer"]),
            ("offerType=OFFER_CODE", &["coupon"]),
            ("offerType=INTRODUCTORY", &["newcomer"]),
            ("offerDiscountType=FREE_TRIAL&environment=LIVE", &[]),
            ("environment=SIMULATOR", &["coupon", "newcomer", "ordinary", "viewer"]),
        ] {
            let mut found: Vec<String> =
                play.list(&format!("/api/v1/payments?{query}")).await.iter().map(|one| text(one, "userKey")).collect();
            found.sort();
            assert_eq!(found, users, "{query}");
        }
        let (status, answer) = play.shop.call(Key::Secret, "GET", "/api/v1/payments?offerDiscountType=GIFT", Value::Null).await;
        assert_eq!((status, &answer["param"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("offerDiscountType")), "{answer}");

        let app = router(play.state.state.clone());
        let reader = account(&play.state, "r@example.com", false, Some((&play.shop.project, Role::Viewer))).await;
        let cookie = session(&play.state, &reader).await;
        let payments = format!("/projects/{}/payments", play.shop.project);
        let page = visible_text(&visit(&app, &format!("{payments}?discount=REWARDED"), Some(&cookie)).await.body);
        assert!(page.contains("Promotional offer · Rewarded product") && !page.contains("newcomer"), "{page}");
        let file = visit(&app, &format!("{payments}.csv?discount=FREE_TRIAL"), Some(&cookie)).await.body;
        let lines: Vec<&str> = file.lines().collect();
        assert!(lines.len() == 2 && lines[1].contains("INTRODUCTORY,FREE_TRIAL"), "{file}");
    }
}
