//! Goods are given once and to who paid: not for what another server granted, not for a period another plan took the place
//! of, not for what somebody else paid for.

use axum::http::StatusCode;
use purser::audit::By;
use purser::model::{AppSeq, PaymentSeq};
use purser::payments;
use purser::projects::{self, AppInput};
use serde_json::{Value, json};

use crate::apple_life::{
    self, DAY, account_token, apple_app, gem, payment_of, period, renewal, subscription, tell, told, unconsumed,
};
use crate::shop::{Key, Shop, text};
use crate::support::{START, TestState, on_both};

const BY: By = By::System("test");
const MINUTE: i64 = 60_000;

/// The proof a player's app brings of a transaction.
pub fn proof(state: &TestState, transaction: &Value) -> Value {
    let authority = state.simulator.as_deref().expect("the simulator is on");
    json!({ "signedTransaction": authority.sign_jws(transaction).expect("signs") })
}

/// Verifies without a reservation.
pub async fn bring(shop: &Shop, user: &str, proof: &Value) -> (StatusCode, Value) {
    let input = json!({ "store": "AS", "userKey": user, "proof": proof });
    shop.call(Key::Secret, "POST", "/api/v1/payments/verify", input).await
}

/// What consume answers to whoever has the payment's token.
pub async fn consume(state: &TestState, shop: &Shop, seq: &str) -> String {
    let payment = payments::find(state, &shop.project, &PaymentSeq(seq.to_owned())).await.expect("a payment");
    let token = payments::access_token(state, &payment);
    let (status, body) = shop.consume(seq, &token).await;
    if status == StatusCode::OK { "SUCCESS".into() } else { text(&body, "code") }
}

async fn set_date(state: &TestState, shop: &Shop, app: AppSeq, date: &str) {
    let input = AppInput { in_charge_since: Some(date.to_owned()), ..AppInput::default() };
    projects::update_app(state, &BY, &shop.project, app, &input).await.expect("changed");
}

fn bought(id: &str, at: i64) -> Value {
    gem(id, json!({ "purchaseDate": START.0 + at, "signedDate": START.0 + at }))
}

on_both! {
    async fn what_another_server_granted_is_kept_and_not_granted_again(state: TestState) {
        let shop = apple_life::open(&state).await;
        let token = account_token(&shop, "player-1").await;
        let mut old = bought("7", -DAY);
        old["appAccountToken"] = token.into();
        tell(&state, &shop, &told("ONE_TIME_CHARGE", None, old.clone())).await;
        let kept = payment_of(&shop, "7").await;
        assert_eq!((&kept["status"], &kept["userKey"], &kept["consumable"]), (&json!("SUCCESS"), &json!("player-1"), &json!(false)));
        // The same by a proof: known, new with others of its kind, and for a reservation.
        let (seq, _) = shop.reserve("AS", "player-1", "gem_100").await;
        for (status, body) in [
            bring(&shop, "player-1", &proof(&state, &old)).await,
            bring(&shop, "player-1", &proof(&state, &bought("8", -DAY))).await,
            shop.verify(&seq, &proof(&state, &bought("9", -DAY))).await,
        ] {
            assert_eq!((status, text(&body, "code").as_str()), (StatusCode::CONFLICT, "ALREADY_CONSUMED"), "{body}");
            // An app that names a reservation's number gets the code alone.
            let is_app = text(&body, "detail") == "It was consumed before: treat it as done.";
            assert!(is_app || text(&body, "detail").contains("before 2026-11-22T23:55:00"), "{body}");
        }
        for order in ["7", "8", "9"] {
            let kept = payment_of(&shop, order).await;
            assert_eq!((&kept["status"], &kept["consumable"]), (&json!("SUCCESS"), &json!(false)), "{order}");
            assert_eq!(consume(&state, &shop, &text(&kept, "paymentSeq")).await, "NOT_CONSUMABLE", "{order}");
        }
        assert_eq!(unconsumed(&shop, "player-1").await, 0);
        // The reservation was not used up by it.
        let (status, body) = shop.verify_by_server(&seq, &proof(&state, &bought("10", 0))).await;
        assert_eq!((status, &body["paymentSeq"], &body["payload"]), (StatusCode::OK, &json!(seq), &json!("note")), "{body}");
        assert_eq!(unconsumed(&shop, "player-1").await, 1);
        assert_eq!(consume(&state, &shop, &seq).await, "SUCCESS");
    }

    async fn a_changed_date_holds_at_once_and_only_the_default_allows_for_clocks(state: TestState) {
        let shop = apple_life::open(&state).await;
        let app = apple_app(&state, &shop.project).await;
        for (id, at) in [("1", -6 * MINUTE), ("2", -4 * MINUTE), ("3", 30 * MINUTE)] {
            bring(&shop, "player-1", &proof(&state, &bought(id, at))).await;
        }
        let waiting = async || unconsumed(&shop, "player-1").await;
        assert_eq!(waiting().await, 2);
        for (date, count) in [("2026-11-23T00:00:00Z", 1), ("2026-11-23T10:00:00+09:00", 0), ("2026-11-22T00:00:00Z", 3), ("", 2)] {
            set_date(&state, &shop, app, date).await;
            assert_eq!(waiting().await, count, "{date:?}");
        }
        let third = text(&payment_of(&shop, "3").await, "paymentSeq");
        assert_eq!(consume(&state, &shop, &third).await, "SUCCESS");
        set_date(&state, &shop, app, "2027-01-01T00:00:00Z").await;
        assert_eq!(consume(&state, &shop, &third).await, "ALREADY_CONSUMED");
        let bad = AppInput { in_charge_since: Some("yesterday".into()), ..AppInput::default() };
        let refused = projects::update_app(&state, &BY, &shop.project, app, &bad).await.expect_err("refused").to_string();
        assert!(refused.contains("inChargeSince"), "{refused}");
    }

    async fn staff_make_it_consumable_with_a_reason(state: TestState) {
        let shop = apple_life::open(&state).await;
        let app = apple_app(&state, &shop.project).await;
        for id in ["1", "2"] {
            bring(&shop, "player-1", &proof(&state, &bought(id, if id == "1" { -DAY } else { 0 }))).await;
        }
        let seq = |order: &'static str| async { PaymentSeq(text(&payment_of(&shop, order).await, "paymentSeq")) };
        let (old, new) = (seq("1").await, seq("2").await);
        let release = async |seq: &PaymentSeq, reason: &str| {
            let done = payments::release(&state, &BY, &shop.project, seq, reason).await;
            done.map_or_else(|error| error.code(), |()| "DONE")
        };
        assert_eq!(release(&old, " ").await, "INVALID_PARAMETER");
        assert_eq!(release(&new, "why not").await, "NOT_RELEASABLE");
        assert_eq!(release(&old, "NHN did not grant it").await, "DONE");
        assert_eq!(release(&old, "again").await, "NOT_RELEASABLE");
        assert_eq!(unconsumed(&shop, "player-1").await, 2);
        set_date(&state, &shop, app, "2027-01-01T00:00:00Z").await;
        assert_eq!(unconsumed(&shop, "player-1").await, 1, "what staff said stays");
        assert_eq!(bring(&shop, "player-1", &proof(&state, &bought("1", -DAY))).await.0, StatusCode::OK);
        assert_eq!(consume(&state, &shop, old.as_str()).await, "SUCCESS");
        let events = shop.payment(old.as_str()).await["events"].clone();
        let line = events.as_array().expect("lines").iter().find(|line| line["kind"] == "RELEASE").expect("a line");
        assert_eq!(line["reason"], "made consumable by staff: NHN did not grant it");
    }

    async fn a_subscription_from_before_gives_access_and_no_goods(state: TestState) {
        let shop = apple_life::open(&state).await;
        let token = account_token(&shop, "player-1").await;
        let since = -10 * DAY;
        let of = |product: &str, id: &str| {
            let changes = json!({ "productId": product, "appAccountToken": token, "originalTransactionId": id,
                "transactionReason": "PURCHASE", "originalPurchaseDate": START.0 + since });
            period(id, since, changes)
        };
        let (status, body) = bring(&shop, "player-1", &proof(&state, &of("vip", "1"))).await;
        assert_eq!((status, &body["status"]), (StatusCode::OK, &json!("SUCCESS")), "{body}");
        assert_eq!(subscription(&shop).await["hasAccess"], true);
        let (_, body) = bring(&shop, "player-1", &proof(&state, &of("gems_monthly", "2"))).await;
        assert_eq!(body["code"], "ALREADY_CONSUMED", "{body}");
        let mut renewed = of("gems_monthly", "3");
        renewed["originalTransactionId"] = "2".into();
        renewed["purchaseDate"] = START.0.into();
        let (status, _) = bring(&shop, "player-1", &proof(&state, &renewed)).await;
        assert_eq!((status, unconsumed(&shop, "player-1").await), (StatusCode::OK, 1), "this server's own period");
    }

    async fn a_period_another_plan_took_the_place_of_gives_no_goods(state: TestState) {
        let shop = apple_life::open(&state).await;
        let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
        for (round, order) in orders.iter().enumerate() {
            let user = format!("player-{round}");
            let token = account_token(&shop, &user).await;
            let of = |number: i64, start: i64, changes: Value| {
                let id = format!("{round}{number}");
                let mut all = json!({ "originalTransactionId": format!("{round}1"), "appAccountToken": token,
                    "appTransactionId": user, "productId": "gems_monthly" });
                all.as_object_mut().expect("an object").extend(changes.as_object().expect("an object").clone());
                period(&id, start, all)
            };
            let old = of(1, 0, json!({}));
            let upgraded = of(1, 0, json!({ "isUpgraded": true, "signedDate": START.0 + DAY }));
            let new = of(2, DAY, json!({ "productId": "gold", "transactionReason": "PURCHASE" }));
            let notifications = [
                told("SUBSCRIBED", Some("INITIAL_BUY"), old.clone()),
                told("DID_CHANGE_RENEWAL_PREF", Some("UPGRADE"), new),
                told("DID_CHANGE_RENEWAL_STATUS", None, upgraded.clone()),
            ];
            for place in order {
                tell(&state, &shop, &notifications[*place]).await;
            }
            assert_eq!(unconsumed(&shop, &user).await, 0, "{order:?}");
            let (status, body) = bring(&shop, &user, &proof(&state, &upgraded)).await;
            assert_eq!((status, &body["consumable"]), (StatusCode::OK, &json!(false)), "{order:?} {body}");
            assert_eq!(consume(&state, &shop, &text(&body, "paymentSeq")).await, "NOT_CONSUMABLE", "{order:?}");
        }
    }

    async fn what_the_player_did_not_pay_for_gives_access_and_no_goods(state: TestState) {
        let shop = apple_life::open(&state).await;
        for (id, word, kept) in
            [("91", "FAMILY_SHARED", "FAMILY_SHARED"), ("92", "ASSIGNED", "ASSIGNED"), ("93", "LENT_BY_A_FRIEND", "OTHER")] {
            let changes = json!({ "originalTransactionId": id, "productId": "gems_monthly", "inAppOwnershipType": word,
                "appTransactionId": word });
            let (status, body) = bring(&shop, word, &proof(&state, &period(id, 0, changes))).await;
            let seen = (status, &body["consumable"], &body["ownership"], &body["price"]);
            assert_eq!(seen, (StatusCode::OK, &json!(false), &json!(kept), &Value::Null), "{body}");
            assert_eq!(unconsumed(&shop, word).await, 0);
            assert_eq!(consume(&state, &shop, &text(&body, "paymentSeq")).await, "NOT_CONSUMABLE", "{word}");
            let path = format!("/api/v1/users/{word}/subscriptions");
            let (_, body) = shop.call(Key::Secret, "GET", &path, Value::Null).await;
            assert_eq!((&body["items"][0]["hasAccess"], &body["items"][0]["ownership"]), (&json!(true), &json!(kept)), "{body}");
        }
        let own = period("1", 0, json!({ "productId": "gems_monthly" }));
        tell(&state, &shop, &told("SUBSCRIBED", Some("INITIAL_BUY"), own.clone()).renewing(renewal(0, json!({})))).await;
        assert_eq!(bring(&shop, "player-1", &proof(&state, &own)).await.0, StatusCode::OK);
        assert_eq!(unconsumed(&shop, "player-1").await, 1);
    }
}
