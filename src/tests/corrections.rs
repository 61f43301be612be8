//! Staff correct a reservation by the number on a receipt, and the app brings the purchase too: one grant, in any order.

use axum::http::StatusCode;
use purser::audit::By;
use purser::error::Error;
use purser::model::{PaymentSeq, Timestamp};
use purser::payments::{self, Correction};
use purser::projects;
use serde_json::{Value, json};

use crate::apple_life::{self, DAY, account_token, apple_app, gem, payment_of, tell, told, unconsumed};
use crate::goods::{bring, consume, proof};
use crate::shop::{Key, Shop, text};
use crate::simulated_store::Store;
use crate::support::{START, TestState, on_both};

const BY: By = By::System("test");
const MINUTE: i64 = Timestamp::MINUTE;

async fn correct(state: &TestState, shop: &Shop, seq: &str, number: &str) -> Result<String, Error> {
    let input = Correction {
        receipt_number: number.into(),
        price: "4,400".into(),
        currency: "KRW".into(),
        reason: "shown by e-mail".into(),
        without_store: true,
    };
    let corrected = payments::correct(state, &BY, &shop.project, &PaymentSeq(seq.to_owned()), &input).await?;
    Ok(corrected.payment_seq.0)
}

/// What a refusal says, with the field it is about.
fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    result.expect_err("is refused").to_string()
}

/// The user's payments that were paid, consumed or not.
async fn paid(shop: &Shop, user: &str) -> usize {
    let (_, body) = shop.call(Key::Secret, "GET", &format!("/api/v1/payments?userKey={user}&status=SUCCESS"), Value::Null).await;
    body["items"].as_array().expect("a list").len()
}

/// How often goods are given when the game asks for everything it can get.
async fn grants(state: &TestState, shop: &Shop, user: &str) -> usize {
    let (_, body) = shop.call(Key::Secret, "GET", &format!("/api/v1/payments?userKey={user}"), Value::Null).await;
    let mut given = 0;
    for payment in body["items"].as_array().expect("a list") {
        let seq = text(payment, "paymentSeq");
        given += usize::from(payment["consumed"] == true && payment["quantity"] == 1 && !is_match(shop, &seq).await);
        given += usize::from(consume(state, shop, &seq).await == "SUCCESS");
    }
    given
}

/// Whether the payment was consumed only because another one gives its goods.
async fn is_match(shop: &Shop, seq: &str) -> bool {
    let events = shop.payment(seq).await["events"].clone();
    let reason = |line: &Value| line["reason"].as_str().unwrap_or_default().starts_with("its goods are given by payment");
    events.as_array().expect("lines").iter().any(reason)
}

/// An App Store app that has lost its key, so that the store can't be asked.
async fn without_key(state: &TestState) -> Shop {
    let shop = apple_life::open(state).await;
    let app = apple_app(state, &shop.project).await;
    projects::remove_secret(state, &BY, &shop.project, app, "private_key", None).await.expect("removed");
    shop
}

/// A purchase so long after START.
fn bought(id: &str, at: i64) -> Value {
    gem(id, json!({ "purchaseDate": START.0 + at, "signedDate": START.0 + at }))
}

on_both! {
    async fn the_receipts_number_leads_to_the_stores_transaction(state: TestState) {
        let store = Store::open(&state).await;
        let shop = &store.shop;
        let sale = |product: &str| json!({ "store": "AS", "storeAppId": crate::shop::BUNDLE, "productId": product, "price": "4400", "currency": "KRW" });
        for consumed_first in [true, false] {
            let user = format!("player-{consumed_first}");
            let (seq, _) = shop.reserve("AS", &user, "gem_100").await;
            let bought = store.control("purchases", sale("gem_100")).await;
            let (receipt, order) = (text(&bought, "receiptId"), text(&bought, "orderId"));
            assert!(refusal(correct(&state, shop, &seq, "MK0UNKNOWN").await).contains("receiptNumber: is not known to the store"));
            let shown = payments::look_up_receipt(&state, &shop.project, &PaymentSeq(seq.clone()), &receipt).await.expect("is asked");
            let shown: Vec<_> = shown.iter().map(|one| (one.order_id.as_str(), one.why_not.is_none())).collect();
            assert_eq!(shown, [(order.as_str(), true)], "what settles the payment is shown before");
            assert_eq!(shop.payment(&seq).await["status"], "RESERVED", "and nothing is changed by looking");
            assert_eq!(correct(&state, shop, &seq, &receipt).await.expect("corrected"), seq);
            let payment = shop.payment(&seq).await;
            assert_eq!((&payment["status"], &payment["storeOrderId"], &payment["price"]), (&json!("SUCCESS"), &json!(order), &json!("4400.00")));
            if consumed_first {
                assert_eq!(consume(&state, shop, &seq).await, "SUCCESS");
            }
            let (status, body) = shop.verify(&seq, &bought["proof"]).await;
            match consumed_first {
                true => assert_eq!(body["code"], "ALREADY_CONSUMED", "{body}"),
                false => assert_eq!((status, &body["paymentSeq"]), (StatusCode::OK, &json!(seq)), "{body}"),
            }
            bring(shop, &user, &bought["proof"]).await;
            assert_eq!((paid(shop, &user).await, grants(&state, shop, &user).await), (1, 1));
            // Both numbers find it.
            let query = purser::model::PaymentQuery { any_id: Some(receipt.clone()), ..Default::default() };
            let found = payments::list(&state, &shop.project, &query).await.expect("a list").items;
            assert_eq!(found.iter().map(|payment| payment.payment_seq.as_str()).collect::<Vec<_>>(), [seq.as_str()]);
            let (other, _) = shop.reserve("AS", &user, "gem_100").await;
            for number in [&receipt, &order] {
                let said = refusal(correct(&state, shop, &other, number).await);
                assert!(said.contains("is recorded as payment") && said.contains(&seq), "{said}");
            }
        }
        let (seq, _) = shop.reserve("AS", "player-3", "gem_100").await;
        let other = store.control("purchases", sale("gem_500")).await;
        assert!(refusal(correct(&state, shop, &seq, &text(&other, "receiptId")).await).contains("receiptNumber: is of the product \"gem_500\""));
        let mut theirs = sale("gem_100");
        theirs["accountToken"] = account_token(shop, "player-4").await.into();
        let theirs = store.control("purchases", theirs).await;
        assert!(refusal(correct(&state, shop, &seq, &text(&theirs, "receiptId")).await).contains("another player"));
        assert_eq!(shop.payment(&seq).await["status"], "RESERVED");
    }

    async fn a_purchase_recorded_for_nobody_becomes_the_players(state: TestState) {
        let store = Store::open(&state).await;
        let shop = &store.shop;
        let sale = json!({ "store": "AS", "storeAppId": crate::shop::BUNDLE, "productId": "gem_100", "price": "4400", "currency": "KRW" });
        let sold = store.control("purchases", sale).await;
        let (receipt, order) = (text(&sold, "receiptId"), text(&sold, "orderId"));
        tell(&state, shop, &told("ONE_TIME_CHARGE", None, bought(&order, 0))).await;
        let recorded = text(&payment_of(shop, &order).await, "paymentSeq");
        let (seq, _) = shop.reserve("AS", "player-1", "gem_100").await;
        assert_eq!(correct(&state, shop, &seq, &receipt).await.expect("corrected"), recorded);
        assert_eq!(shop.payment(&seq).await["status"], "USER_CLOSE");
        let kept = shop.payment(&recorded).await;
        assert_eq!((&kept["userKey"], &kept["payload"]), (&json!("player-1"), &json!("note")));
        bring(shop, "player-1", &sold["proof"]).await;
        assert_eq!((paid(shop, "player-1").await, grants(&state, shop, "player-1").await), (1, 1));
        crate::support_desk::expect_understood(&state, shop).await;
    }

    async fn a_store_that_does_not_answer_is_asked_again_later(state: TestState) {
        let shop = apple_life::open(&state).await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        state.stores.set_own_address(listener.local_addr().expect("an address"));
        drop(listener);
        let (seq, _) = shop.reserve("AS", "player-1", "gem_100").await;
        assert_eq!(correct(&state, &shop, &seq, "MK1").await.expect_err("refused").code(), "STORE_UNAVAILABLE");
        assert_eq!(shop.payment(&seq).await["status"], "RESERVED");
    }

    async fn a_correction_by_hand_takes_in_the_purchase_it_was_for(state: TestState) {
        let shop = without_key(&state).await;
        let (seq, _) = shop.reserve("AS", "player-1", "gem_100").await;
        let input = Correction { receipt_number: "MK1".into(), price: "4400".into(), currency: "KRW".into(), reason: "x".into(), ..Default::default() };
        let refused = payments::correct(&state, &BY, &shop.project, &PaymentSeq(seq.clone()), &input).await;
        assert!(refusal(refused).starts_with("withoutStore"), "only when staff say so");
        // For the reservation, without one, and by a notification; consumed before or after.
        for (round, consumed_first) in [(0, true), (1, false), (2, true), (3, false), (4, true), (5, false)] {
            let (user, id, receipt) = (format!("player-{round}"), format!("10{round}"), format!("MK{round}"));
            let (seq, token) = shop.reserve("AS", &user, "gem_100").await;
            assert_eq!(correct(&state, &shop, &seq, &receipt).await.expect("corrected"), seq);
            if consumed_first {
                assert_eq!(consume(&state, &shop, &seq).await, "SUCCESS");
            }
            let bought = gem(&id, json!({ "appAccountToken": token, "purchaseDate": START.0 + 1_000, "appTransactionId": user }));
            let proof = proof(&state, &bought);
            if round / 2 == 2 {
                tell(&state, &shop, &told("ONE_TIME_CHARGE", None, bought)).await;
            }
            let (_, body) = if round / 2 == 0 { shop.verify(&seq, &proof).await } else { bring(&shop, &user, &proof).await };
            match consumed_first {
                true => assert_eq!(body["code"], "ALREADY_CONSUMED", "{body}"),
                false => assert_eq!(body["paymentSeq"], json!(seq), "{body}"),
            }
            assert_eq!((paid(&shop, &user).await, grants(&state, &shop, &user).await), (1, 1), "{round}");
            let payment = shop.payment(&seq).await;
            assert_eq!((&payment["storeOrderId"], &payment["price"]), (&json!(id), &json!("4400.00")));
            let query = purser::model::PaymentQuery { any_id: Some(receipt.clone()), ..Default::default() };
            assert_eq!(payments::list(&state, &shop.project, &query).await.expect("a list").items.len(), 1, "{receipt}");
            let (other, _) = shop.reserve("AS", &user, "gem_100").await;
            assert!(refusal(correct(&state, &shop, &other, &receipt).await).contains("belongs to another payment"));
        }
    }

    async fn what_was_bought_instead_is_pointed_to(state: TestState) {
        let shop = without_key(&state).await;
        let (seq, token) = shop.reserve("AS", "player-1", "gem_100").await;
        let other = gem("1", json!({ "productId": "gem_500", "appAccountToken": token, "purchaseDate": START.0 + 1_000 }));
        let (_, body) = shop.verify_by_server(&seq, &proof(&state, &other)).await;
        assert_eq!(body["code"], "PRODUCT_MISMATCH", "{body}");
        let recorded = text(&bring(&shop, "player-1", &proof(&state, &other)).await.1, "paymentSeq");
        let said = refusal(correct(&state, &shop, &seq, "MK1").await);
        assert!(said.contains(&recorded), "one purchase is not two payments: {said}");
        assert_eq!(grants(&state, &shop, "player-1").await, 1);
    }

    async fn the_test_store_can_not_be_asked_either(state: TestState) {
        let shop = Shop::open(&state).await;
        let (seq, _) = shop.reserve("TEST", "player-1", "gem_100").await;
        correct(&state, &shop, &seq, "R-1").await.expect("corrected");
        let input = json!({ "store": "TEST", "userKey": "player-1", "proof": { "token": "test:gem_100:o-1" } });
        let (_, body) = shop.call(Key::Secret, "POST", "/api/v1/payments/verify", input).await;
        assert_eq!((&body["paymentSeq"], grants(&state, &shop, "player-1").await), (&json!(seq), 1), "{body}");
    }

    async fn a_second_purchase_is_a_second_one(state: TestState) {
        let shop = without_key(&state).await;
        let (seq, _) = shop.reserve("AS", "player-1", "gem_100").await;
        correct(&state, &shop, &seq, "MK1").await.expect("corrected");
        // One that was bought for a reservation of its own goes there.
        state.clock.advance(10 * MINUTE);
        let (second, _) = shop.reserve("AS", "player-1", "gem_100").await;
        let (status, body) = shop.verify(&second, &proof(&state, &bought("2", 11 * MINUTE))).await;
        assert_eq!((status, &body["paymentSeq"]), (StatusCode::OK, &json!(second)), "{body}");
        // Of two without, the first is the corrected one's.
        for (id, at) in [("1", 1_000), ("3", 12 * MINUTE)] {
            bring(&shop, "player-1", &proof(&state, &bought(id, at))).await;
        }
        assert_eq!(payment_of(&shop, "1").await["paymentSeq"], json!(seq));
        assert_eq!((paid(&shop, "player-1").await, grants(&state, &shop, "player-1").await), (3, 3));
        // Others' purchases, other products and other times are nobody's business.
        let (seq, _) = shop.reserve("AS", "player-2", "gem_100").await;
        correct(&state, &shop, &seq, "MK2").await.expect("corrected");
        bring(&shop, "player-3", &proof(&state, &bought("4", 10 * MINUTE))).await;
        let other = gem("5", json!({ "productId": "gem_500", "purchaseDate": START.0 + 10 * MINUTE }));
        bring(&shop, "player-2", &proof(&state, &other)).await;
        bring(&shop, "player-2", &proof(&state, &bought("6", 3 * DAY))).await;
        assert_eq!(shop.payment(&seq).await["storeOrderId"], "MK2");
        assert_eq!(paid(&shop, "player-2").await, 3);
    }

    async fn what_came_without_a_reservation_is_pointed_to(state: TestState) {
        let shop = without_key(&state).await;
        let (_, body) = bring(&shop, "player-1", &proof(&state, &bought("1", 1_000))).await;
        let recorded = text(&body, "paymentSeq");
        let (seq, _) = shop.reserve("AS", "player-1", "gem_100").await;
        let said = refusal(correct(&state, &shop, &seq, "MK1").await);
        assert!(said.starts_with("receiptNumber") && said.contains(&recorded), "{said}");
        assert_eq!((paid(&shop, "player-1").await, grants(&state, &shop, "player-1").await), (1, 1));
    }

    async fn a_notification_without_a_user_comes_in_between(state: TestState) {
        let shop = without_key(&state).await;
        for consumed_first in [true, false] {
            let (user, id) = (format!("player-{consumed_first}"), format!("7{}", u8::from(consumed_first)));
            let (seq, _) = shop.reserve("AS", &user, "gem_100").await;
            let bought = gem(&id, json!({ "purchaseDate": START.0 + 1_000, "appTransactionId": user }));
            tell(&state, &shop, &told("ONE_TIME_CHARGE", None, bought.clone())).await;
            correct(&state, &shop, &seq, &format!("MK{id}")).await.expect("corrected");
            if consumed_first {
                assert_eq!(consume(&state, &shop, &seq).await, "SUCCESS");
            }
            let (_, body) = bring(&shop, &user, &proof(&state, &bought)).await;
            assert_eq!(body["code"], "ALREADY_CONSUMED", "{body}");
            assert_eq!(unconsumed(&shop, &user).await, usize::from(!consumed_first));
            assert_eq!(grants(&state, &shop, &user).await, 1);
        }
        crate::support_desk::expect_understood(&state, &shop).await;
    }

    async fn at_the_same_time_one_of_them_grants(state: TestState) {
        let shop = without_key(&state).await;
        for round in 0..12 {
            let user = format!("player-{round}");
            let (seq, _) = shop.reserve("AS", &user, "gem_100").await;
            let (receipt, proof) = (format!("MK{round}"), proof(&state, &bought(&format!("50{round}"), 1_000)));
            let verify = async || match round % 2 {
                0 => bring(&shop, &user, &proof).await,
                _ => shop.verify(&seq, &proof).await,
            };
            let (corrected, _) = tokio::join!(correct(&state, &shop, &seq, &receipt), verify());
            verify().await;
            assert_eq!(grants(&state, &shop, &user).await, 1, "{round}: {corrected:?}");
        }
    }
}
