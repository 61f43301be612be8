use super::world::{app_of, ok};
use super::*;
use crate::model::{Environment, Money, OfferType, RefundedPart, RefusalCode, StoreFinish};

const ORDER: &str = "GPA.1234-5678-9012-34567";

/// What Google says of one purchase; a member set to null is left out.
#[derive(Clone)]
struct Said {
    v1: Value,
    v2: Value,
    order: Value,
}

fn said() -> Said {
    Said {
        v1: json!({
            "purchaseTimeMillis": "1767225000000", "purchaseState": 0, "consumptionState": 0, "acknowledgementState": 0,
            "orderId": ORDER, "regionCode": "KR",
        }),
        v2: json!({
            "orderId": ORDER, "purchaseCompletionTime": "2025-12-31T23:50:00Z", "regionCode": "KR",
            "acknowledgementState": "ACKNOWLEDGEMENT_STATE_PENDING", "purchaseStateContext": { "purchaseState": "PURCHASED" },
            "obfuscatedExternalAccountId": "0B9A6C1E-3F57-4D0C-9C7A-6F2B1D5E8A40",
            "productLineItem": [{ "productId": "gem", "productOfferDetails": {
                "purchaseOptionId": "buy", "quantity": 2, "refundableQuantity": 2,
                "consumptionState": "CONSUMPTION_STATE_YET_TO_BE_CONSUMED" } }],
        }),
        order: json!({
            "orderId": ORDER, "purchaseToken": TOKEN, "state": "PROCESSED", "createTime": "2025-12-31T23:49:00Z",
            "total": { "currencyCode": "KRW", "units": "2200" },
            "orderHistory": { "processedEvent": { "eventTime": "2025-12-31T23:50:00Z" } },
            "lineItems": [{ "productId": "gem", "oneTimePurchaseDetails": { "quantity": 2 } }],
        }),
    }
}

async fn google(said: Said) -> Google {
    let or_missing = |value: &Value| (!value.is_null()).then(|| value.clone()).and_then(ok);
    Google::start(move |path, _| match path {
        _ if path == format!("purchases/products/gem/tokens/{TOKEN}") => or_missing(&said.v1),
        _ if path == format!("purchases/productsv2/tokens/{TOKEN}") => or_missing(&said.v2),
        _ if path == format!("orders/{ORDER}") => or_missing(&said.order),
        _ => None,
    })
    .await
}

async fn read(change: impl FnOnce(&mut Said)) -> Purchase {
    let mut said = said();
    change(&mut said);
    verify_product(&google(said).await, "gem").await.unwrap()
}

#[tokio::test]
async fn reads_what_was_bought() {
    let purchase = read(|_| {}).await;
    assert_eq!((purchase.order_id.as_str(), purchase.original_order_id.as_str()), (ORDER, ORDER));
    assert_eq!(purchase.period_id, Some(format!("{TOKEN}:gem")));
    assert_eq!((purchase.product_id.as_str(), purchase.quantity, purchase.purchase_token.as_deref()), ("gem", 2, Some(TOKEN)));
    assert_eq!(purchase.account_token.as_deref(), Some("0b9a6c1e-3f57-4d0c-9c7a-6f2b1d5e8a40"));
    assert_eq!((purchase.purchased_at, purchase.as_of), (Timestamp(1_767_225_000_000), NOW));
    assert_eq!(purchase.price, Some(Money { price_micros: 2_200_000_000, currency: "KRW".into() }));
    assert_eq!(purchase.finish, StoreFinish::Until(at("2026-01-03T23:50:00Z")));
    assert_eq!((purchase.pending, purchase.never_paid, purchase.revoked_at), (false, false, None));
    assert_eq!((purchase.refund, purchase.offer, purchase.environment), (None, None, Environment::Simulator));
    let evidence = purchase.evidence.read();
    assert_eq!(evidence["productPurchaseV2"]["regionCode"], "KR");
    assert_eq!((&evidence["productPurchase"]["purchaseState"], &evidence["order"]["state"]), (&json!(0), &json!("PROCESSED")));
    assert_eq!(evidence["order"]["purchaseToken"], Value::Null);
}

#[tokio::test]
async fn one_of_googles_two_answers_is_enough() {
    let v1_alone = read(|said| said.v2 = Value::Null).await;
    assert_eq!((v1_alone.product_id.as_str(), v1_alone.order_id.as_str(), v1_alone.quantity), ("gem", ORDER, 1));
    let v2_alone = read(|said| said.v1 = Value::Null).await;
    assert_eq!((v2_alone.quantity, v2_alone.purchased_at), (2, at("2025-12-31T23:49:00Z")));
    let neither = Google::start(|_, _| None).await;
    assert_eq!(verify_product(&neither, "gem").await.unwrap_err().code, RefusalCode::ProofInvalid);
}

#[tokio::test]
async fn a_pending_purchase_has_no_order_yet() {
    let purchase = read(|said| {
        said.v1 = json!({ "purchaseState": 2, "acknowledgementState": 0, "consumptionState": 0, "purchaseTimeMillis": "5" });
        said.v2["purchaseStateContext"] = json!({ "purchaseState": "PENDING" });
        said.v2.as_object_mut().unwrap().retain(|name, _| name != "orderId" && name != "purchaseCompletionTime");
    })
    .await;
    assert!(purchase.pending && !purchase.never_paid);
    assert_eq!((purchase.order_id.as_str(), purchase.finish, purchase.price), (TOKEN, StoreFinish::NotAsked, None));
    assert_eq!(purchase.period_id, Some(format!("{TOKEN}:gem")), "it is the same purchase once it is paid for");
}

#[tokio::test]
async fn cancelled_while_pending_is_never_paid_and_cancelled_after_is_taken_back() {
    let cancel = |said: &mut Said| {
        said.v1["purchaseState"] = json!(1);
        said.v2["purchaseStateContext"] = json!({ "purchaseState": "CANCELLED" });
    };
    let never_paid = read(|said| {
        cancel(said);
        said.v2.as_object_mut().unwrap().remove("purchaseCompletionTime");
        said.order = Value::Null;
    })
    .await;
    assert!(never_paid.never_paid && !never_paid.pending);
    assert_eq!((never_paid.revoked_at, never_paid.refund), (None, None));
    let taken_back = read(|said| {
        cancel(said);
        said.order["state"] = json!("REFUNDED");
        said.order["orderHistory"] =
            json!({ "refundEvent": { "eventTime": "2026-01-01T00:00:00Z", "refundReason": "CHARGEBACK" } });
    })
    .await;
    assert_eq!((taken_back.never_paid, taken_back.revoked_at), (false, Some(at("2026-01-01T00:00:00Z"))));
    assert_eq!(taken_back.refund.and_then(|refund| refund.reason).as_deref(), Some("CHARGEBACK"));
    assert_eq!(taken_back.finish, StoreFinish::NotAsked);
    let undated = read(|said| {
        cancel(said);
        said.order = Value::Null;
    })
    .await;
    assert_eq!(undated.revoked_at, Some(NOW));
}

#[tokio::test]
async fn some_of_the_pieces_may_be_given_back() {
    let one_of_two = |said: &mut Said| {
        said.v2["productLineItem"][0]["productOfferDetails"]["refundableQuantity"] = json!(1);
        said.order["state"] = json!("PARTIALLY_REFUNDED");
    };
    let purchase = read(one_of_two).await;
    let refund = purchase.refund.unwrap();
    assert_eq!((refund.quantity, refund.price_micros, purchase.revoked_at), (Some(1), Some(1_100_000_000), None));
    let all = read(|said| said.v2["productLineItem"][0]["productOfferDetails"]["refundableQuantity"] = json!(0)).await;
    assert!(all.revoked_at.is_some());
    let unsaid = read(|said| {
        said.v2["productLineItem"][0]["productOfferDetails"] = json!({ "quantity": 2 });
    })
    .await;
    assert_eq!((unsaid.refund, unsaid.revoked_at), (None, None), "absent is not none of them");
    let money_alone = read(|said| {
        said.order["state"] = json!("PARTIALLY_REFUNDED");
        said.order["orderHistory"]["partialRefundEvents"] = json!([
            { "state": "PROCESSED_SUCCESSFULLY", "refundDetails": { "total": { "currencyCode": "KRW", "units": "500" } } },
            { "state": "PENDING", "refundDetails": { "total": { "currencyCode": "KRW", "units": "100" } } },
        ]);
    })
    .await;
    let expected = RefundedPart {
        price_micros: Some(500_000_000),
        quantity: Some(0),
        kind: Some("PARTIALLY_REFUNDED".into()),
        reason: None,
    };
    assert_eq!((money_alone.refund, money_alone.revoked_at), (Some(expected), None));
}

#[tokio::test]
async fn a_refunded_order_is_taken_back_though_its_purchase_reads_as_bought() {
    let purchase = read(|said| said.order["state"] = json!("REFUNDED")).await;
    assert!(purchase.revoked_at.is_some() && purchase.refund.is_some());
}

#[tokio::test]
async fn how_it_was_paid_for_decides_price_and_environment() {
    let of = async |purchase_type: i64| read(|said| said.v1["purchaseType"] = json!(purchase_type)).await;
    let offer = |purchase: &Purchase| purchase.offer.clone().map(|offer| (offer.offer_type, offer.discount_type.unwrap()));
    let code = of(1).await;
    assert_eq!(offer(&code), Some((OfferType::OfferCode, "PROMOTION_CODE".into())));
    assert_eq!(code.price, Some(Money { price_micros: 0, currency: "KRW".into() }));
    assert_eq!(offer(&of(2).await), Some((OfferType::Promotional, "REWARDED".into())));
    let tester = of(0).await;
    assert_eq!((offer(&tester), tester.finish), (None, StoreFinish::Until(at("2025-12-31T23:53:00Z"))));
    let offered = read(|said| said.v2["productLineItem"][0]["productOfferDetails"]["offerId"] = json!("sale")).await;
    assert_eq!(offered.offer.unwrap().offer_id.as_deref(), Some("sale"));
    let numberless = read(|said| {
        said.v1 = json!({ "purchaseState": 0, "purchaseType": 1, "purchaseTimeMillis": "5" });
        said.v2.as_object_mut().unwrap().remove("orderId");
    })
    .await;
    assert_eq!((numberless.order_id.as_str(), numberless.price), (TOKEN, None));

    let mut said = said();
    said.v1["purchaseType"] = json!(0);
    let google = google(said).await;
    let proof = json!({ "purchaseToken": TOKEN, "productId": "gem" });
    let live = app_of(Environment::Live);
    assert_eq!(verify(&google, &live, proof.clone()).await.unwrap_err().code, RefusalCode::EnvironmentMismatch);
    let review = StoreApp { accept_sandbox: true, ..live };
    assert_eq!(verify(&google, &review, proof).await.unwrap().purchases[0].environment, Environment::Sandbox);
}

#[tokio::test]
async fn what_is_finished_is_said() {
    let acknowledged = read(|said| said.v2["acknowledgementState"] = json!("ACKNOWLEDGEMENT_STATE_ACKNOWLEDGED")).await;
    assert_eq!(acknowledged.finish, StoreFinish::Acknowledged);
    let consumed = read(|said| said.v1["consumptionState"] = json!(1)).await;
    assert_eq!(consumed.finish, StoreFinish::Consumed);
}

#[tokio::test]
async fn each_product_of_an_order_is_a_purchase() {
    let mut said = said();
    said.v2["productLineItem"] = json!([
        { "productId": "coin", "productOfferDetails": { "quantity": 1 } }, { "productId": "gem", "productOfferDetails": {} }]);
    said.order["lineItems"] = json!([
        { "productId": "coin", "total": { "currencyCode": "KRW", "units": "900" } },
        { "productId": "gem", "total": { "currencyCode": "KRW", "units": "1300" } }]);
    let google = google(said).await;
    let proof = json!({ "purchaseToken": TOKEN, "productId": "gem" });
    let purchases = verify(&google, &app(), proof).await.unwrap().purchases;
    let of = |purchase: &Purchase| (purchase.order_id.clone(), purchase.price.clone().map(|price| price.price_micros));
    assert_eq!(of(&purchases[0]), (format!("{ORDER}:gem"), Some(1_300_000_000)), "what was asked for comes first");
    assert_eq!(of(&purchases[1]), (ORDER.to_owned(), Some(900_000_000)));
}

#[tokio::test]
async fn a_token_of_another_product_is_refused_and_without_a_product_it_is_found() {
    let mut other = said();
    other.v1 = Value::Null;
    other.v2["productLineItem"][0]["productId"] = json!("coin");
    let refusal = verify_product(&google(other).await, "gem").await.unwrap_err();
    assert_eq!(refusal.code, RefusalCode::ProductMismatch);
    let google = google(said()).await;
    let found = verify(&google, &app(), json!({ "purchaseToken": TOKEN })).await.unwrap();
    assert_eq!((found.purchases[0].product_id.as_str(), found.purchases[0].quantity), ("gem", 2));
}

#[tokio::test]
async fn without_leave_to_see_orders_there_is_no_price_and_with_google_out_of_order_no_answer() {
    for (status, reason, code) in [
        (401, "permissionDenied", None),
        (404, "orderNotFound", None),
        (503, "backendError", Some(RefusalCode::StoreUnavailable)),
        (429, "rateLimitExceeded", Some(RefusalCode::StoreUnavailable)),
    ] {
        let said = said();
        let google = Google::start(move |path, _| match path {
            _ if path.starts_with("purchases/products/gem") => ok(said.v1.clone()),
            _ if path.starts_with("purchases/productsv2") => ok(said.v2.clone()),
            _ => Some(google_error(status, reason)),
        })
        .await;
        let answer = verify_product(&google, "gem").await;
        assert_eq!(answer.as_ref().err().map(|refusal| refusal.code), code, "{status}");
        assert!(answer.is_err() || answer.is_ok_and(|purchase| purchase.price.is_none()));
    }
}

#[tokio::test]
async fn a_state_that_is_new_to_us_is_no_reason_to_call_a_proof_invalid() {
    let mut said = said();
    said.v1 = Value::Null;
    said.v2["purchaseStateContext"] = json!({ "purchaseState": "LENT" });
    assert_eq!(verify_product(&google(said).await, "gem").await.unwrap_err().code, RefusalCode::StoreUnavailable);
}
