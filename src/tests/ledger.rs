//! The money rules of docs/rules.md: one purchase under many ids, exactly one owner, payloads that reach their purchase, and
//! what the store takes back, through the front door on both databases.

use axum::http::StatusCode;
use purser::model::{Subscription, SubscriptionQuery, SubscriptionState};
use purser::users::User;
use purser::{statistics, subscriptions};
use serde_json::{Value, json};

use crate::apple_life::{
    self, CHAIN, DAY, MONTH, account_token, gem, payment_of, period, renewal, subscription, tell, told, unconsumed,
};
use crate::goods::{bring, consume, proof};
use crate::shop::{Key, Shop, text};
use crate::support::{START, TestState, on_both};

/// A device's second look at the first period: another transaction, the same line of Apple's order.
fn seen_again(id: &str, changes: Value) -> Value {
    let mut seen =
        period(id, 0, json!({ "webOrderLineItemId": "900", "productId": "gems_monthly", "signedDate": START.0 + 1_000 }));
    for (name, value) in changes.as_object().expect("an object") {
        seen[name] = value.clone();
    }
    seen
}

async fn count(shop: &Shop) -> usize {
    let (_, body) = shop.call(Key::Secret, "GET", "/api/v1/payments", Value::Null).await;
    body["items"].as_array().expect("a list").len()
}

async fn code_of(shop: &Shop, user: &str, proof: &Value) -> String {
    let (status, body) = bring(shop, user, proof).await;
    if status == StatusCode::OK { "OK".into() } else { text(&body, "code") }
}

/// The subscription that the console's search finds by any id.
async fn subscription_of(state: &TestState, shop: &Shop, id: &str) -> Subscription {
    let query = SubscriptionQuery { any_id: Some(id.to_owned()), ..SubscriptionQuery::default() };
    let found = subscriptions::list(state, &shop.project, &query).await.expect("a page");
    assert_eq!(found.items.len(), 1, "{id}");
    found.items[0].clone()
}

on_both! {
    async fn a_period_seen_under_several_transactions_is_one_payment(state: TestState) {
        let shop = apple_life::open(&state).await;
        let token = account_token(&shop, "player-1").await;
        let first = seen_again("1", json!({ "appAccountToken": token, "signedDate": START.0 }));
        tell(&state, &shop, &told("SUBSCRIBED", Some("INITIAL_BUY"), first)).await;
        let seq = text(&payment_of(&shop, "1").await, "paymentSeq");
        assert_eq!(consume(&state, &shop, &seq).await, "SUCCESS");
        for id in ["11", "12"] {
            assert_eq!(code_of(&shop, "player-1", &proof(&state, &seen_again(id, json!({})))).await, "ALREADY_CONSUMED", "{id}");
            assert_eq!(payment_of(&shop, id).await["paymentSeq"], seq, "found by each of its ids");
            assert_eq!(subscription_of(&state, &shop, id).await.chain_id, CHAIN);
        }
        assert_eq!((count(&shop).await, unconsumed(&shop, "player-1").await), (1, 0));
        let taken = json!({ "revocationDate": START.0 + DAY, "revocationReason": 0, "signedDate": START.0 + DAY });
        tell(&state, &shop, &told("REFUND", None, seen_again("13", taken))).await;
        assert_eq!(payment_of(&shop, "1").await["status"], "REFUND", "taken back under another of its ids");
        assert_eq!(count(&shop).await, 1);
    }

    async fn a_family_members_period_is_its_own(state: TestState) {
        let shop = apple_life::open(&state).await;
        tell(&state, &shop, &told("SUBSCRIBED", Some("INITIAL_BUY"), seen_again("1", json!({})))).await;
        let shared = seen_again("2", json!({ "originalTransactionId": "77", "inAppOwnershipType": "FAMILY_SHARED" }));
        tell(&state, &shop, &told("SUBSCRIBED", Some("INITIAL_BUY"), shared)).await;
        assert_ne!(payment_of(&shop, "1").await["paymentSeq"], payment_of(&shop, "2").await["paymentSeq"]);
    }

    async fn access_follows_a_period_to_another_original_id(state: TestState) {
        let shop = apple_life::open(&state).await;
        let token = account_token(&shop, "player-1").await;
        tell(&state, &shop, &told("SUBSCRIBED", Some("INITIAL_BUY"), seen_again("1", json!({ "appAccountToken": token, "signedDate": START.0 })))).await;
        let moved = seen_again("21", json!({ "originalTransactionId": "20" }));
        assert_eq!(code_of(&shop, "player-1", &proof(&state, &moved)).await, "OK");
        let now = subscription_of(&state, &shop, "20").await;
        assert_eq!((now.state, now.user_key.as_str(), now.chain_id.as_str()), (SubscriptionState::Active, "player-1", "20"));
        assert_eq!(subscription_of(&state, &shop, CHAIN).await.chain_id, "20", "the old id leads to where it went");
        let path = "/api/v1/users/player-1/subscriptions";
        let (_, mine) = shop.call(Key::Secret, "GET", path, Value::Null).await;
        assert_eq!(mine["items"].as_array().map(Vec::len), Some(1), "{mine}");
        // What an older word says does not move it back.
        tell(&state, &shop, &told("DID_CHANGE_RENEWAL_STATUS", Some("AUTO_RENEW_ENABLED"), seen_again("1", json!({ "signedDate": START.0 })))).await;
        assert_eq!(subscription_of(&state, &shop, "1").await.chain_id, "20");
        assert_eq!(count(&shop).await, 1);
    }

    async fn a_migrated_subscription_goes_on_under_its_new_id(state: TestState) {
        let shop = apple_life::open(&state).await;
        let token = account_token(&shop, "player-1").await;
        tell(&state, &shop, &told("SUBSCRIBED", Some("INITIAL_BUY"), period("1", 0, json!({ "appAccountToken": token })))).await;
        state.clock.advance(MONTH);
        let next = period("2", MONTH, json!({ "originalTransactionId": "50", "previousOriginalTransactionId": CHAIN }));
        tell(&state, &shop, &told("DID_RENEW", None, next)).await;
        let now = subscription_of(&state, &shop, "50").await;
        assert_eq!((now.state, now.user_key.as_str()), (SubscriptionState::Active, "player-1"));
        let detail = shop.call(Key::Secret, "GET", &format!("/api/v1/subscriptions/{}", now.subscription_id), Value::Null).await.1;
        assert_eq!(detail["periods"].as_array().map(Vec::len), Some(2), "{detail}");
        assert_eq!(subscription_of(&state, &shop, CHAIN).await.chain_id, "50");
        assert_eq!(payment_of(&shop, "2").await["userKey"], "player-1");
    }

    async fn exactly_one_user_can_verify(state: TestState) {
        let shop = apple_life::open(&state).await;
        let token = account_token(&shop, "player-1").await;
        let bought = proof(&state, &gem("1", json!({ "appAccountToken": token })));
        // Whoever brings it, it is recorded for whom the token names.
        assert_eq!(code_of(&shop, "player-2", &bought).await, "OWNED_BY_ANOTHER_USER");
        assert_eq!(payment_of(&shop, "1").await["userKey"], "player-1");
        assert_eq!(code_of(&shop, "player-1", &bought).await, "OK");
        assert_eq!(code_of(&shop, "player-2", &bought).await, "OWNED_BY_ANOTHER_USER");
        // A token nobody here was given names nobody.
        for (id, token) in [("2", "00000000-0000-0000-0000-000000000000"), ("3", "9f6d7a52-0f8c-4a6e-9d3e-6a3c1f0f6c11"), ("4", "no uuid")] {
            let foreign = proof(&state, &gem(id, json!({ "appAccountToken": token })));
            assert_eq!(code_of(&shop, "player-2", &foreign).await, "OK", "{token}");
            assert_eq!(code_of(&shop, "player-1", &foreign).await, "OWNED_BY_ANOTHER_USER", "{token}");
        }
    }

    async fn who_presented_first_gives_way_to_the_token_and_to_a_reservation(state: TestState) {
        let shop = apple_life::open(&state).await;
        // Nobody was given the token yet; then its user comes.
        let (_, known) = shop.call(Key::App, "POST", "/api/v1/users", json!({ "userKey": "known" })).await;
        let late = state.keys.tokens.account_token(&shop.project, "GF", "late");
        assert_ne!(text(&known, "accountToken"), late);
        let bought = proof(&state, &gem("1", json!({ "appAccountToken": late })));
        assert_eq!(code_of(&shop, "player-1", &bought).await, "OK");
        assert_eq!(code_of(&shop, "late", &bought).await, "OK");
        assert_eq!(code_of(&shop, "player-1", &bought).await, "OWNED_BY_ANOTHER_USER");
        assert_eq!(payment_of(&shop, "1").await["userKey"], "late");
        // A reservation made before the purchase says more than who came first.
        let (seq, _) = shop.reserve("AS", "player-2", "gem_100").await;
        state.clock.advance(60_000);
        let at = START.0 + 60_000;
        let second = proof(&state, &gem("2", json!({ "purchaseDate": at, "signedDate": at })));
        assert_eq!(code_of(&shop, "player-1", &second).await, "OK");
        let (status, body) = shop.verify_by_server(&seq, &second).await;
        assert_eq!((status, &body["userKey"], &body["payload"]), (StatusCode::OK, &json!("player-2"), &json!("note")), "{body}");
        assert_eq!(code_of(&shop, "player-1", &second).await, "OWNED_BY_ANOTHER_USER");
        // What was granted stays.
        let third = proof(&state, &gem("3", json!({ "appAccountToken": state.keys.tokens.account_token(&shop.project, "GF", "later") })));
        let (_, body) = bring(&shop, "player-1", &third).await;
        assert_eq!(consume(&state, &shop, &text(&body, "paymentSeq")).await, "SUCCESS");
        assert_eq!(code_of(&shop, "later", &third).await, "OWNED_BY_ANOTHER_USER");
    }

    async fn who_pays_gets_the_subscription_from_then_on(state: TestState) {
        let shop = apple_life::open(&state).await;
        let (one, two) = (account_token(&shop, "player-1").await, account_token(&shop, "player-2").await);
        let first = period("1", 0, json!({ "appAccountToken": one }));
        let second = period("2", MONTH, json!({ "appAccountToken": two }));
        let again = period("3", 3 * MONTH, json!({ "appAccountToken": two, "transactionReason": "PURCHASE" }));
        let fourth = period("4", 4 * MONTH, json!({}));
        state.clock.advance(4 * MONTH);
        // The last first: the order in which they come does not matter.
        for transaction in [&fourth, &second, &again, &first] {
            tell(&state, &shop, &told("DID_RENEW", None, transaction.clone())).await;
        }
        for (order, user) in [("1", "player-1"), ("2", "player-1"), ("3", "player-2"), ("4", "player-2")] {
            assert_eq!(payment_of(&shop, order).await["userKey"], user, "{order}");
        }
        assert_eq!(subscription(&shop).await["userKey"], "player-2");
    }

    async fn a_payload_reaches_its_purchase_and_no_other(state: TestState) {
        let shop = apple_life::open(&state).await;
        // The notification was quicker than the app, and knew nobody.
        let (seq, _) = shop.reserve("AS", "player-1", "gem_100").await;
        state.clock.advance(60_000);
        let at = |seconds: i64| json!({ "purchaseDate": START.0 + seconds * 1_000, "signedDate": START.0 + seconds * 1_000, "appTransactionId": Value::Null });
        let mut bought = gem("1", at(60));
        bought.as_object_mut().expect("an object").remove("appTransactionId");
        tell(&state, &shop, &told("ONE_TIME_CHARGE", None, bought.clone())).await;
        let (status, body) = bring(&shop, "player-1", &proof(&state, &bought)).await;
        assert_eq!((status, &body["payload"]), (StatusCode::OK, &json!("note")), "{body}");
        let (_, closed) = shop.call(Key::Secret, "GET", &format!("/api/v1/payments/{seq}"), Value::Null).await;
        assert_eq!(closed["status"], "USER_CLOSE", "{closed}");
        // A reservation for the next purchase is not the last one's.
        let (next, _) = shop.reserve("AS", "player-1", "gem_100").await;
        let (status, body) = bring(&shop, "player-1", &proof(&state, &bought)).await;
        assert_eq!((status, &body["payload"]), (StatusCode::OK, &json!("note")), "{body}");
        let mut old = gem("2", at(-7_200));
        old.as_object_mut().expect("an object").remove("appTransactionId");
        state.clock.advance(3_600_000);
        tell(&state, &shop, &told("ONE_TIME_CHARGE", None, old.clone())).await;
        let (status, body) = bring(&shop, "player-1", &proof(&state, &old)).await;
        assert!(status == StatusCode::CONFLICT || body["payload"].is_null(), "{body}");
        let (_, open) = shop.call(Key::Secret, "GET", &format!("/api/v1/payments/{next}"), Value::Null).await;
        assert_eq!(open["status"], "RESERVED", "{open}");
    }

    async fn of_two_reservations_each_purchase_gets_its_own_payload(state: TestState) {
        let shop = apple_life::open(&state).await;
        let reserve = async |payload: &str| {
            let input = json!({ "store": "AS", "productId": "gem_100", "userKey": "player-1", "payload": payload });
            let (status, body) = shop.call(Key::App, "POST", "/api/v1/payments", input).await;
            assert_eq!(status, StatusCode::CREATED, "{body}");
            (text(&body, "paymentSeq"), text(&body, "accountToken"))
        };
        let (first, token) = reserve("for ann").await;
        state.clock.advance(1_000);
        let (second, _) = reserve("for bob").await;
        state.clock.advance(60_000);
        let bought = |id: &str| gem(id, json!({ "appAccountToken": token, "purchaseDate": START.0 + 60_000, "signedDate": START.0 + 60_000 }));
        // The notification is quicker than the app, and takes the newest of the two.
        tell(&state, &shop, &told("ONE_TIME_CHARGE", None, bought("1"))).await;
        for (reservation, id, payload) in [(&first, "1", "for ann"), (&second, "2", "for bob")] {
            for _ in 0..2 {
                let (status, body) = shop.verify_by_server(reservation, &proof(&state, &bought(id))).await;
                assert_eq!((status, &body["payload"], &body["storeOrderId"]), (StatusCode::OK, &json!(payload), &json!(id)), "{body}");
            }
        }
        assert_eq!((count(&shop).await, unconsumed(&shop, "player-1").await), (2, 2));
    }

    async fn an_order_consumed_elsewhere_is_so_under_each_of_its_numbers(state: TestState) {
        let shop = apple_life::open(&state).await;
        let token = account_token(&shop, "player-1").await;
        let first = seen_again("31", json!({ "appAccountToken": token, "signedDate": START.0 }));
        assert_eq!(code_of(&shop, "player-1", &proof(&state, &first)).await, "OK");
        assert_eq!(code_of(&shop, "player-1", &proof(&state, &seen_again("32", json!({})))).await, "OK");
        let app = apple_life::apple_app(&state, &shop.project).await;
        let by = purser::audit::By::System("test");
        purser::payments::import_consumed(&state, &by, &shop.project, app, b"orderId\n32\n").await.expect("imports");
        assert_eq!(unconsumed(&shop, "player-1").await, 0);
        assert_eq!(code_of(&shop, "player-1", &proof(&state, &first)).await, "ALREADY_CONSUMED");
    }

    async fn who_had_a_purchase_before_can_not_consume_it(state: TestState) {
        let shop = apple_life::open(&state).await;
        let late = state.keys.tokens.account_token(&shop.project, "GF", "late");
        let bought = proof(&state, &gem("1", json!({ "appAccountToken": late })));
        let (_, body) = bring(&shop, "player-1", &bought).await;
        let (seq, token) = (text(&body, "paymentSeq"), text(&body, "accessToken"));
        assert_eq!(code_of(&shop, "late", &bought).await, "OK");
        let (status, body) = shop.consume(&seq, &token).await;
        assert!(!status.is_success(), "the token of who presented it first: {body}");
        assert_eq!(consume(&state, &shop, &seq).await, "SUCCESS");
    }

    async fn a_share_taken_back_is_an_amount(state: TestState) {
        let shop = apple_life::open(&state).await;
        tell(&state, &shop, &told("SUBSCRIBED", Some("INITIAL_BUY"), period("1", 0, json!({})))).await;
        state.clock.advance(DAY);
        let taken = json!({ "revocationDate": START.0 + DAY, "revocationReason": 1, "revocationType": "REFUND_PRORATED",
            "revocationPercentage": 25_000, "signedDate": START.0 + DAY });
        tell(&state, &shop, &told("REFUND", None, period("1", 0, taken))).await;
        let payment = payment_of(&shop, "1").await;
        assert_eq!((&payment["status"], &payment["refundedMicros"], &payment["refundType"], &payment["refundReason"]),
            (&json!("REFUND"), &json!(2_475_000_000_i64), &json!("REFUND_PRORATED"), &json!("1")), "{payment}");
        assert_eq!(subscription(&shop).await["hasAccess"], false, "access ends");
        let sums = statistics::sum_of_user(&state, &shop.project, &User { channel: String::new(), key: String::new() }).await.expect("sums");
        let kept: Vec<i128> = sums.iter().filter_map(|sum| sum.paid_sum.as_ref()).map(|sum| sum.micros).collect();
        assert_eq!(kept, [7_425_000_000], "the rest is revenue");
    }

    async fn verify_agrees_with_the_lists_in_grace(state: TestState) {
        let shop = apple_life::open(&state).await;
        let token = account_token(&shop, "player-1").await;
        let first = period("1", 0, json!({ "appAccountToken": token }));
        tell(&state, &shop, &told("SUBSCRIBED", Some("INITIAL_BUY"), first.clone()).renewing(renewal(0, json!({})))).await;
        state.clock.advance(MONTH + DAY);
        assert_eq!(code_of(&shop, "player-1", &proof(&state, &first)).await, "EXPIRED");
        let grace = json!({ "isInBillingRetryPeriod": true, "gracePeriodExpiresDate": START.0 + MONTH + 6 * DAY, "expirationIntent": 2 });
        tell(&state, &shop, &told("DID_FAIL_TO_RENEW", Some("GRACE_PERIOD"), first.clone()).renewing(renewal(MONTH, grace)).with_data(json!({ "status": 4 }))).await;
        assert_eq!(subscription(&shop).await["hasAccess"], true);
        assert_eq!(code_of(&shop, "player-1", &proof(&state, &first)).await, "OK");
        assert_eq!(code_of(&shop, "player-2", &proof(&state, &first)).await, "OWNED_BY_ANOTHER_USER");
        state.clock.advance(6 * DAY);
        assert_eq!(code_of(&shop, "player-1", &proof(&state, &first)).await, "EXPIRED");
    }

    async fn a_devices_word_on_a_period_undoes_nothing_said_of_the_renewal(state: TestState) {
        let shop = apple_life::open(&state).await;
        let token = account_token(&shop, "player-1").await;
        tell(&state, &shop, &told("SUBSCRIBED", Some("INITIAL_BUY"), period("1", 0, json!({ "appAccountToken": token }))).renewing(renewal(0, json!({})))).await;
        let off = renewal(MONTH - 33_000, json!({ "autoRenewStatus": 0 }));
        tell(&state, &shop, &told("DID_CHANGE_RENEWAL_STATUS", Some("AUTO_RENEW_DISABLED"), period("1", 0, json!({}))).renewing(off)).await;
        state.clock.advance(MONTH + 1_000);
        assert_eq!(code_of(&shop, "player-1", &proof(&state, &period("2", MONTH, json!({})))).await, "OK");
        let now = subscription(&shop).await;
        assert_eq!((&now["storeOrderId"], &now["autoRenew"], &now["state"]), (&json!("2"), &json!(false), &json!("CANCELED")), "{now}");
    }
}
