//! ONE store's subscriptions in our books: their states, refunds, plan changes, and what ONE store is asked to do about them.

use axum::http::StatusCode;
use purser::model::{NotificationQuery, SimulatedNotification};
use purser::{db, notifications, simulator};
use serde_json::{Value, json};

use crate::onestore_payments::Play;
use crate::shop::{Key, text};
use crate::support::{TestState, on_both};

on_both! {
    async fn a_subscription_goes_through_all_of_its_states(state: TestState) {
        let play = Play::open(state).await;
        let chain = play.subscribed("user-1").await;
        assert_eq!(play.state_of("user-1").await, ("ACTIVE".into(), true));
        let act = async |action: &str, input: Value| {
            // What a store says twice in one moment has no order.
            play.control("clock", json!({ "advanceMillis": 60_000 })).await;
            play.control(&format!("subscriptions/{chain}/{action}"), input).await;
            play.deliver().await;
        };
        play.days(31).await;
        let periods = play.list("/api/v1/payments?userKey=user-1").await;
        assert_eq!((periods.len(), &periods[0]["price"]), (2, &json!("9900.00")), "{periods:?}");
        assert!(text(&periods[0], "purchasedAt") > text(&periods[1], "purchasedAt"), "{periods:?}");
        act("fail-billing", json!({})).await;
        play.days(31).await;
        let (held, has_access) = play.state_of("user-1").await;
        assert!(matches!((held.as_str(), has_access), ("ON_HOLD", false) | ("IN_GRACE_PERIOD", true)), "{held} {has_access}");
        act("fix-billing", json!({})).await;
        assert_eq!(play.state_of("user-1").await, ("ACTIVE".into(), true));
        act("pause", json!({ "days": 10 })).await;
        assert_eq!(play.state_of("user-1").await, ("ACTIVE".into(), true), "until the period ends");
        play.days(35).await;
        assert_eq!(play.state_of("user-1").await, ("PAUSED".into(), false));
        play.days(10).await;
        assert_eq!(play.state_of("user-1").await, ("ACTIVE".into(), true));
        act("cancel", json!({})).await;
        assert_eq!(play.state_of("user-1").await, ("CANCELED".into(), true));
        act("resume", json!({})).await;
        assert_eq!(play.state_of("user-1").await, ("ACTIVE".into(), true));
        act("cancel", json!({})).await;
        play.days(35).await;
        assert_eq!(play.state_of("user-1").await, ("EXPIRED".into(), false));
        let all = play.list("/api/v1/payments?userKey=user-1").await;
        assert!(all.iter().all(|payment| payment["status"] == "SUCCESS"), "nothing was refunded: {all:?}");
        let token = text(&play.subscriptions_of("user-1").await[0], "originalOrderId");
        let query = NotificationQuery { any_id: Some(token), ..NotificationQuery::default() };
        let told = notifications::list(&play.state, &play.shop.project, &query).await.expect("a list").items;
        assert!(told.iter().any(|one| one.kind == "SUBSCRIPTION_EXPIRED"), "what was told is found by its subscription: {told:?}");
        let query = NotificationQuery { any_id: Some(told[0].dedupe_key.clone()), ..NotificationQuery::default() };
        let by_own_id = notifications::list(&play.state, &play.shop.project, &query).await.expect("a list").items;
        assert_eq!((by_own_id.len(), &by_own_id[0]), (1, &told[0]), "and by its own id");
    }

    async fn a_refunded_period_ends_the_subscription_and_an_older_one_does_not(state: TestState) {
        let play = Play::open(state).await;
        play.subscribed("user-1").await;
        play.days(31).await;
        let periods = play.list("/api/v1/payments?userKey=user-1").await;
        assert_eq!(periods.len(), 2, "{periods:?}");
        for (period, state) in [(&periods[1], ("ACTIVE", true)), (&periods[0], ("REVOKED", false))] {
            let order = text(period, "storeOrderId");
            play.control(&format!("transactions/{order}/refund"), json!({})).await;
            play.deliver().await;
            let found = play.list(&format!("/api/v1/payments?storeOrderId={order}")).await;
            assert_eq!(found[0]["status"], "REFUND", "{found:?}");
            assert_eq!(play.state_of("user-1").await, (state.0.into(), state.1));
        }
    }

    async fn a_period_whose_successor_has_begun_is_recorded_by_its_signed_notification(state: TestState) {
        let play = Play::open(state).await;
        play.subscribed("user-1").await;
        play.set_faults(json!({ "notices": { "lostPercent": 100, "lostForGood": true } })).await;
        play.days(31).await;
        play.days(31).await;
        play.set_faults(json!({})).await;
        let sales = db::simulator::list_purchases(&mut play.state.db.read().await.expect("reads"), 10).await.expect("sales");
        let (last, middle) = (sales[0].order_id.clone(), sales[1].order_id.clone());
        play.control(&format!("transactions/{middle}/refund"), json!({})).await;
        let mut tx = play.state.db.read().await.expect("reads");
        let told = db::simulator::list_notifications(&mut tx, None, 100).await.expect("notifications");
        drop(tx);
        // The refund first, then the payments, the oldest last.
        for (order, state) in [(&middle, "CANCELED"), (&last, "COMPLETED"), (&middle, "COMPLETED")] {
            let is_meant = |one: &&SimulatedNotification| {
                one.order_id.as_ref() == Some(order) && one.subtype.as_deref() == Some(state)
            };
            let notification = told.iter().find(is_meant).expect("a notification");
            simulator::send_again(&play.state, &notification.notification_id).await.expect("is known");
            play.deliver().await;
        }
        let mut periods = play.list("/api/v1/payments?userKey=user-1").await;
        periods.sort_by_key(|one| std::cmp::Reverse(text(one, "purchasedAt")));
        let shown: Vec<_> = periods.iter().map(|one| (text(one, "storeOrderId"), text(one, "status"), text(one, "price"))).collect();
        assert_eq!(shown.len(), 3, "{shown:?}");
        assert_eq!(shown[0], (last, "SUCCESS".into(), "9900.00".into()));
        assert_eq!(shown[1], (middle, "REFUND".into(), "9900.00".into()));
        assert_eq!(periods[1]["expiresAt"], Value::Null, "nobody says when it ended");
        assert_eq!(play.state_of("user-1").await, ("ACTIVE".into(), true));
    }

    async fn a_changed_plan_goes_on_under_a_new_token_and_refunds_nothing(state: TestState) {
        let play = Play::open(state).await;
        let chain = play.subscribed("user-1").await;
        play.days(10).await;
        let change = json!({ "productId": "gold", "price": "19900", "currency": "KRW", "atOnce": true });
        let changed = play.control(&format!("subscriptions/{chain}/change-plan"), change).await;
        play.deliver().await;
        let mine = play.subscriptions_of("user-1").await;
        let with_access: Vec<&Value> = mine.iter().filter(|one| one["hasAccess"] == true).collect();
        assert_eq!((with_access.len(), &with_access[0]["productId"]), (1, &json!("gold")), "{mine:?}");
        let (status, answer) = play.verify_for("user-1", &changed["proof"]).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        let all = play.list("/api/v1/payments?userKey=user-1").await;
        let statuses: Vec<&Value> = all.iter().map(|payment| &payment["status"]).collect();
        assert_eq!(statuses, ["SUCCESS", "SUCCESS"], "the plan before was not refunded: {all:?}");
    }

    async fn the_store_is_asked_to_defer_cancel_and_renew_again_and_nothing_else(state: TestState) {
        let play = Play::open(state).await;
        play.subscribed("user-1").await;
        let before = play.subscriptions_of("user-1").await.remove(0);
        let path = format!("/api/v1/subscriptions/{}", text(&before, "subscriptionId"));
        let ask = async |verb: &str, body: Value| play.shop.call(Key::Secret, "POST", &format!("{path}/{verb}"), body).await;
        let (status, deferred) = ask("defer", json!({ "days": 5 })).await;
        assert_eq!(status, StatusCode::OK, "{deferred}");
        assert!(text(&deferred, "periodEnd") > text(&before, "periodEnd"), "{deferred}");
        let (status, cancelled) = ask("cancel", Value::Null).await;
        assert_eq!((status, &cancelled["state"]), (StatusCode::OK, &json!("CANCELED")), "{cancelled}");
        play.control("clock", json!({ "advanceMillis": 60_000 })).await;
        let (status, renewed) = ask("reactivate", Value::Null).await;
        assert_eq!((status, &renewed["state"]), (StatusCode::OK, &json!("ACTIVE")), "{renewed}");
        let (status, again) = ask("reactivate", Value::Null).await;
        assert_eq!((status, &again["code"]), (StatusCode::CONFLICT, &json!("SUBSCRIPTION_INELIGIBLE")), "{again}");
        let (status, answer) = ask("revoke", json!({ "refund": "FULL" })).await;
        assert_eq!((status, &answer["code"]), (StatusCode::CONFLICT, &json!("NOT_OFFERED_BY_STORE")), "{answer}");
    }
}
