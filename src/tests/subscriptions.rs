//! What each App Store notification does to a subscription and its payments.

use axum::http::StatusCode;
use purser::audit::By;
use purser::jobs::ExpireSubscriptions;
use purser::model::{PaymentSeq, SubscriptionId, Timestamp};
use purser::subscriptions;
use serde_json::{Value, json};

use crate::apple_life::{
    self, CHAIN, DAY, MONTH, account_token, payment_of, period, renewal, subscription, tell, told, unconsumed,
};
use crate::shop::{Key, Shop, text};
use crate::support::{START, TestState, on_both, run};

async fn start(state: &TestState) -> Shop {
    let shop = apple_life::open(state).await;
    let first = period("1", 0, json!({ "appAccountToken": account_token(&shop, "player-1").await }));
    tell(state, &shop, &told("SUBSCRIBED", Some("INITIAL_BUY"), first).renewing(renewal(0, json!({})))).await;
    shop
}

fn shown<'a>(body: &'a Value, names: &[&str]) -> Vec<&'a Value> {
    names.iter().map(|name| &body[*name]).collect()
}

on_both! {
    async fn a_subscription_begins_renews_and_ends(state: TestState) {
        let shop = start(&state).await;
        let begun = subscription(&shop).await;
        assert_eq!(begun["state"], "ACTIVE", "{begun}");
        assert_eq!(shown(&begun, &["stateCode", "hasAccess", "userKey", "autoRenew", "nextPrice", "environment"]),
            [&json!(0), &json!(true), &json!("player-1"), &json!(true), &json!("9900.00"), &json!("SIMULATOR")]);
        let (_, mine) = shop.call(Key::Secret, "GET", "/api/v1/users/player-1/subscriptions", Value::Null).await;
        assert_eq!(mine["items"][0]["subscriptionId"], begun["subscriptionId"]);
        assert_eq!(payment_of(&shop, "1").await["source"], "NOTICE");
        assert_eq!(unconsumed(&shop, "player-1").await, 0, "access is not consumed");

        state.clock.advance(MONTH);
        tell(&state, &shop, &told("DID_RENEW", None, period("2", MONTH, json!({}))).renewing(renewal(MONTH, json!({})))).await;
        let renewed = subscription(&shop).await;
        assert_eq!(shown(&renewed, &["state", "storeOrderId", "userKey"]), [&json!("ACTIVE"), &json!("2"), &json!("player-1")]);
        let path = format!("/api/v1/subscriptions/{}", text(&renewed, "subscriptionId"));
        let (_, detail) = shop.call(Key::Secret, "GET", &path, Value::Null).await;
        assert_eq!(detail["periods"].as_array().map(Vec::len), Some(2), "{detail}");

        let off = renewal(MONTH + DAY, json!({ "autoRenewStatus": 0 }));
        tell(&state, &shop, &told("DID_CHANGE_RENEWAL_STATUS", Some("AUTO_RENEW_DISABLED"), period("2", MONTH, json!({}))).renewing(off)).await;
        assert_eq!(shown(&subscription(&shop).await, &["state", "stateCode", "hasAccess"]), [&json!("CANCELED"), &json!(3), &json!(true)]);
        let on = renewal(MONTH + 2 * DAY, json!({}));
        tell(&state, &shop, &told("DID_CHANGE_RENEWAL_STATUS", Some("AUTO_RENEW_ENABLED"), period("2", MONTH, json!({}))).renewing(on)).await;
        assert_eq!(subscription(&shop).await["state"], "ACTIVE");
        let off = renewal(MONTH + 3 * DAY, json!({ "autoRenewStatus": 0 }));
        tell(&state, &shop, &told("DID_CHANGE_RENEWAL_STATUS", Some("AUTO_RENEW_DISABLED"), period("2", MONTH, json!({}))).renewing(off)).await;
        state.clock.advance(MONTH);
        assert_eq!(subscription(&shop).await["state"], "EXPIRED", "time passes without a notification");
        let (_, found) = shop.call(Key::Secret, "GET", "/api/v1/subscriptions?state=EXPIRED", Value::Null).await;
        assert_eq!(found["items"], json!([]), "lists follow with the sweep");
        assert_eq!(run(&state, ExpireSubscriptions).await.items, 1);
        assert_eq!(run(&state, ExpireSubscriptions).await.items, 0);
        let (_, found) = shop.call(Key::Secret, "GET", "/api/v1/subscriptions?state=EXPIRED", Value::Null).await;
        assert_eq!(found["items"].as_array().map(Vec::len), Some(1));
        let (_, mine) = shop.call(Key::Secret, "GET", "/api/v1/users/player-1/subscriptions", Value::Null).await;
        assert_eq!(mine["items"], json!([]));

        let over = renewal(2 * MONTH, json!({ "autoRenewStatus": 0, "expirationIntent": 1 }));
        tell(&state, &shop, &told("EXPIRED", Some("VOLUNTARY"), period("2", MONTH, json!({}))).renewing(over)).await;
        assert_eq!(subscription(&shop).await["expirationReason"], "CANCELED");
        let again = period("3", 3 * MONTH, json!({ "transactionReason": "PURCHASE", "productId": "gold" }));
        state.clock.advance(MONTH);
        tell(&state, &shop, &told("SUBSCRIBED", Some("RESUBSCRIBE"), again).renewing(renewal(3 * MONTH, json!({ "autoRenewProductId": "gold", "productId": "gold" })))).await;
        assert_eq!(shown(&subscription(&shop).await, &["state", "productId", "expirationReason", "nextProductId"]), [&json!("ACTIVE"), &json!("gold"), &Value::Null, &Value::Null]);
    }

    async fn plans_change_at_once_or_at_the_renewal(state: TestState) {
        let shop = start(&state).await;
        let later = renewal(DAY, json!({ "autoRenewProductId": "gold" }));
        tell(&state, &shop, &told("DID_CHANGE_RENEWAL_PREF", Some("DOWNGRADE"), period("1", 0, json!({}))).renewing(later)).await;
        assert_eq!(shown(&subscription(&shop).await, &["productId", "nextProductId"]), [&json!("vip"), &json!("gold")]);
        tell(&state, &shop, &told("DID_CHANGE_RENEWAL_PREF", None, period("1", 0, json!({}))).renewing(renewal(2 * DAY, json!({})))).await;
        assert_eq!(subscription(&shop).await["nextProductId"], Value::Null);
        state.clock.advance(3 * DAY);
        let up = period("2", 3 * DAY, json!({ "productId": "gold", "transactionReason": "PURCHASE" }));
        let next = renewal(3 * DAY, json!({ "productId": "gold", "autoRenewProductId": "gold" }));
        tell(&state, &shop, &told("DID_CHANGE_RENEWAL_PREF", Some("UPGRADE"), up).renewing(next)).await;
        assert_eq!(shown(&subscription(&shop).await, &["state", "productId", "storeOrderId"]), [&json!("ACTIVE"), &json!("gold"), &json!("2")]);
        assert!(payment_of(&shop, "1").await["supersededAt"].is_string());
        assert_eq!(payment_of(&shop, "2").await["supersededAt"], Value::Null);
        crate::support_desk::expect_understood(&state, &shop).await;
    }

    async fn failing_to_bill_leads_through_grace_to_hold_and_back(state: TestState) {
        let shop = start(&state).await;
        state.clock.advance(MONTH);
        let grace = json!({ "isInBillingRetryPeriod": true, "gracePeriodExpiresDate": START.0 + MONTH + 6 * DAY, "expirationIntent": 2 });
        tell(&state, &shop, &told("DID_FAIL_TO_RENEW", Some("GRACE_PERIOD"), period("1", 0, json!({}))).renewing(renewal(MONTH, grace)).with_data(json!({ "status": 4 }))).await;
        assert_eq!(shown(&subscription(&shop).await, &["state", "stateCode", "hasAccess"]), [&json!("IN_GRACE_PERIOD"), &json!(6), &json!(true)]);
        state.clock.advance(7 * DAY);
        assert_eq!(shown(&subscription(&shop).await, &["state", "stateCode", "hasAccess"]), [&json!("ON_HOLD"), &json!(5), &json!(false)]);
        let hold = renewal(MONTH + 6 * DAY, json!({ "isInBillingRetryPeriod": false }));
        tell(&state, &shop, &told("GRACE_PERIOD_EXPIRED", None, period("1", 0, json!({}))).renewing(hold).with_data(json!({ "status": 3 }))).await;
        assert_eq!(shown(&subscription(&shop).await, &["state", "inBillingRetry"]), [&json!("ON_HOLD"), &json!(true)]);
        tell(&state, &shop, &told("DID_RENEW", Some("BILLING_RECOVERY"), period("2", MONTH + 7 * DAY, json!({}))).renewing(renewal(MONTH + 7 * DAY, json!({})))).await;
        assert_eq!(shown(&subscription(&shop).await, &["state", "inBillingRetry", "gracePeriodEnd"]), [&json!("ACTIVE"), &json!(false), &Value::Null]);
    }

    async fn refunds_are_of_their_period(state: TestState) {
        let shop = start(&state).await;
        state.clock.advance(MONTH);
        tell(&state, &shop, &told("DID_RENEW", None, period("2", MONTH, json!({}))).renewing(renewal(MONTH, json!({})))).await;
        let revoked = |at: i64| json!({ "revocationDate": START.0 + at, "revocationReason": 1, "revocationType": "REFUND_PRORATED", "revocationPercentage": 50_000, "signedDate": START.0 + at });
        tell(&state, &shop, &told("REFUND", None, period("1", 0, revoked(MONTH + 1)))).await;
        assert_eq!((payment_of(&shop, "1").await["status"].clone(), subscription(&shop).await["state"].clone()), (json!("REFUND"), json!("ACTIVE")));
        tell(&state, &shop, &told("REFUND", None, period("2", MONTH, revoked(MONTH + 2)))).await;
        assert_eq!(shown(&subscription(&shop).await, &["state", "stateCode", "hasAccess"]), [&json!("REVOKED"), &json!(12), &json!(false)]);
        let refunded = payment_of(&shop, "2").await;
        let detail = shop.payment(&text(&refunded, "paymentSeq")).await;
        let last = detail["events"].as_array().and_then(|events| events.last()).expect("events").clone();
        assert_eq!(shown(&last, &["actor", "kind", "to"]), [&json!("STORE"), &json!("REFUND"), &json!("REFUND")]);
        assert!(text(&last, "reason").contains("REFUND_PRORATED, 50 %"), "{last}");
        tell(&state, &shop, &told("REFUND_DECLINED", None, period("2", MONTH, revoked(MONTH + 2)))).await;
        tell(&state, &shop, &told("REFUND_REVERSED", None, period("2", MONTH, json!({ "signedDate": START.0 + MONTH + 3 })))).await;
        let back = payment_of(&shop, "2").await;
        assert_eq!((&back["status"], &back["refundedAt"], &subscription(&shop).await["state"]), (&json!("SUCCESS"), &Value::Null, &json!("ACTIVE")));
        tell(&state, &shop, &told("REFUND", None, period("2", MONTH, revoked(MONTH + 2)))).await;
        assert_eq!(payment_of(&shop, "2").await["status"], "SUCCESS", "an older word does not come back");
        crate::support_desk::expect_understood(&state, &shop).await;
    }

    async fn what_staff_refunded_stays_refunded(state: TestState) {
        let shop = start(&state).await;
        let seq = PaymentSeq(text(&payment_of(&shop, "1").await, "paymentSeq"));
        purser::payments::refund(&state, &By::System("test"), &shop.project, &seq, "asked").await.expect("refunds");
        tell(&state, &shop, &told("REFUND_REVERSED", None, period("1", 0, json!({ "signedDate": START.0 + DAY })))).await;
        assert_eq!(payment_of(&shop, "1").await["status"], "REFUND");
    }

    async fn a_family_member_loses_access(state: TestState) {
        let shop = apple_life::open(&state).await;
        let shared = json!({ "inAppOwnershipType": "FAMILY_SHARED" });
        tell(&state, &shop, &told("SUBSCRIBED", Some("INITIAL_BUY"), period("1", 0, shared)).renewing(renewal(0, json!({})))).await;
        assert_eq!(shown(&subscription(&shop).await, &["state", "ownership", "userKey"]), [&json!("ACTIVE"), &json!("FAMILY_SHARED"), &json!("")]);
        assert_eq!(payment_of(&shop, "1").await["price"], Value::Null, "somebody else paid");
        let ended = json!({ "inAppOwnershipType": "FAMILY_SHARED", "revocationDate": START.0 + DAY, "revocationType": "FAMILY_REVOKE", "signedDate": START.0 + DAY });
        tell(&state, &shop, &told("REVOKE", None, period("1", 0, ended))).await;
        assert_eq!(subscription(&shop).await["state"], "REVOKED");
    }

    async fn offers_prices_and_extensions_are_kept(state: TestState) {
        let shop = apple_life::open(&state).await;
        let trial = json!({ "offerType": 1, "offerDiscountType": "FREE_TRIAL", "offerPeriod": "P1M", "price": 5_000 });
        tell(&state, &shop, &told("SUBSCRIBED", Some("INITIAL_BUY"), period("1", 0, trial)).renewing(renewal(0, json!({})))).await;
        let payment = payment_of(&shop, "1").await;
        assert_eq!(shown(&payment, &["offerType", "offerId", "offerDiscountType", "price", "source"]),
            [&json!("INTRODUCTORY"), &Value::Null, &json!("FREE_TRIAL"), &json!("0.00"), &json!("NOTICE")]);
        assert_eq!(subscription(&shop).await["offer"]["offerType"], "INTRODUCTORY");
        for (query, count) in [("offerType=INTRODUCTORY", 1), ("offerType=WIN_BACK", 0), ("source=NOTICE", 1), ("withoutUser=true", 1)] {
            let (_, found) = shop.call(Key::Secret, "GET", &format!("/api/v1/payments?{query}"), Value::Null).await;
            assert_eq!(found["items"].as_array().map(Vec::len), Some(count), "{query}");
        }
        let asked = renewal(DAY, json!({ "priceIncreaseStatus": 0, "renewalPrice": 12_900_000 }));
        tell(&state, &shop, &told("PRICE_INCREASE", Some("PENDING"), period("1", 0, json!({}))).renewing(asked)).await;
        assert_eq!(shown(&subscription(&shop).await, &["priceConsent", "nextPrice"]), [&json!("PENDING"), &json!("12900.00")]);
        let agreed = renewal(2 * DAY, json!({ "priceIncreaseStatus": 1, "renewalPrice": 12_900_000 }));
        tell(&state, &shop, &told("PRICE_INCREASE", Some("ACCEPTED"), period("1", 0, json!({}))).renewing(agreed)).await;
        assert_eq!(subscription(&shop).await["priceConsent"], "GIVEN");
        let longer = period("1", 0, json!({ "expiresDate": START.0 + MONTH + 10 * DAY, "signedDate": START.0 + 3 * DAY }));
        tell(&state, &shop, &told("RENEWAL_EXTENDED", None, longer)).await;
        let end = Timestamp(START.0 + MONTH + 10 * DAY).to_rfc3339();
        assert_eq!((&subscription(&shop).await["periodEnd"], &payment_of(&shop, "1").await["expiresAt"]), (&json!(end), &json!(end)));
        let overview = purser::statistics::get_overview(&state, &shop.project, purser::model::ZoneOffset::UTC).await.expect("numbers");
        assert!(overview.environments.iter().all(|of| of.today.revenue.iter().all(|sum| sum.micros == 0)), "a trial is no money");
    }

    async fn each_paid_period_grants_once(state: TestState) {
        let shop = apple_life::open(&state).await;
        let token = account_token(&shop, "player-1").await;
        let gems = |id: &str, start: i64| period(id, start, json!({ "productId": "gems_monthly", "appAccountToken": token }));
        let next = |signed: i64, changes: Value| renewal(signed, { let mut all = json!({ "productId": "gems_monthly", "autoRenewProductId": "gems_monthly" }); all.as_object_mut().expect("an object").extend(changes.as_object().cloned().unwrap_or_default()); all });
        tell(&state, &shop, &told("SUBSCRIBED", Some("INITIAL_BUY"), gems("1", 0)).renewing(next(0, json!({})))).await;
        assert_eq!(unconsumed(&shop, "player-1").await, 1);
        state.clock.advance(MONTH);
        let grace = json!({ "isInBillingRetryPeriod": true, "gracePeriodExpiresDate": START.0 + MONTH + 6 * DAY });
        tell(&state, &shop, &told("DID_FAIL_TO_RENEW", Some("GRACE_PERIOD"), gems("1", 0)).renewing(next(MONTH, grace))).await;
        assert_eq!(unconsumed(&shop, "player-1").await, 1, "nothing in grace");
        state.clock.advance(7 * DAY);
        assert_eq!(unconsumed(&shop, "player-1").await, 1, "nothing on hold");
        tell(&state, &shop, &told("DID_RENEW", Some("BILLING_RECOVERY"), gems("2", MONTH + 7 * DAY)).renewing(next(MONTH + 7 * DAY, json!({})))).await;
        assert_eq!(unconsumed(&shop, "player-1").await, 2);
        let (_, list) = shop.call(Key::Secret, "GET", "/api/v1/users/player-1/consumables", Value::Null).await;
        let first = list["items"][0].clone();
        assert_eq!(shop.consume(&text(&first, "paymentSeq"), &text(&first, "accessToken")).await.0, StatusCode::OK);
        assert_eq!(unconsumed(&shop, "player-1").await, 1);
        let revoked = json!({ "productId": "gems_monthly", "revocationDate": START.0 + MONTH + 8 * DAY, "signedDate": START.0 + MONTH + 8 * DAY });
        tell(&state, &shop, &told("REFUND", None, period("2", MONTH + 7 * DAY, revoked))).await;
        assert_eq!(unconsumed(&shop, "player-1").await, 0, "what was refunded leaves the list");
    }

    async fn a_proof_makes_the_subscription_too(state: TestState) {
        let shop = apple_life::open(&state).await;
        let sign = |payload: &Value| json!({ "signedTransaction": state.simulator.as_deref().expect("on").sign_jws(payload).expect("signs") });
        let (reserved, _) = shop.reserve("AS", "player-1", "vip").await;
        let (status, body) = shop.verify(&reserved, &sign(&period("1", 0, json!({})))).await;
        assert_eq!((status, &body["source"]), (StatusCode::OK, &json!("RESERVATION")), "{body}");
        assert_eq!(shown(&subscription(&shop).await, &["state", "userKey", "originalOrderId"]), [&json!("ACTIVE"), &json!("player-1"), &json!(CHAIN)]);
        tell(&state, &shop, &told("SUBSCRIBED", Some("INITIAL_BUY"), period("1", 0, json!({}))).renewing(renewal(0, json!({})))).await;
        assert_eq!(payment_of(&shop, "1").await["paymentSeq"], reserved.as_str());
        state.clock.advance(MONTH);
        let input = json!({ "store": "AS", "userKey": "player-2", "proof": sign(&period("2", MONTH, json!({}))) });
        let (status, body) = shop.call(Key::App, "POST", "/api/v1/payments/verify", input).await;
        assert_eq!((status, &body["code"]), (StatusCode::CONFLICT, &json!("OWNED_BY_ANOTHER_USER")), "nobody is transferred silently");
        assert_eq!(payment_of(&shop, "2").await["userKey"], "player-1", "the store's word is entered for whose it is");
        let token = account_token(&shop, "player-2").await;
        tell(&state, &shop, &told("DID_RENEW", None, period("3", 2 * MONTH, json!({ "appAccountToken": token })))).await;
        let kept = payment_of(&shop, "3").await;
        assert_eq!(kept["userKey"], "player-1", "a changed token is a claim, not a transfer");
        let detail = shop.payment(&text(&kept, "paymentSeq")).await;
        assert!(detail["events"].as_array().expect("events").iter().any(|event| event["kind"] == "NOTE"), "{detail}");
    }

    async fn another_projects_subscription_is_not_there(state: TestState) {
        let shop = start(&state).await;
        let id = SubscriptionId(text(&subscription(&shop).await, "subscriptionId"));
        let other = purser::projects::create_project(&state, &By::System("test"), "Other", None).await.expect("a project").id;
        assert_eq!(subscriptions::get(&state, &other, &id).await.expect_err("hidden").code(), "NOT_FOUND");
        let page = subscriptions::list(&state, &other, &purser::model::SubscriptionQuery { any_id: Some("1".into()), ..Default::default() }).await.expect("lists");
        assert!(page.items.is_empty());
        for any_id in [id.0.as_str(), "1", CHAIN, "player-1"] {
            let query = purser::model::SubscriptionQuery { any_id: Some(any_id.into()), ..Default::default() };
            let found = subscriptions::list(&state, &shop.project, &query).await.expect("lists").items.len();
            assert_eq!(found, 1, "{any_id}");
        }
        let (status, body) = shop.call(Key::Secret, "GET", "/api/v1/subscriptions?state=GOOD", Value::Null).await;
        assert_eq!((status.as_u16(), &body["param"]), (422, &json!("state")));
    }
}
