use super::world::ok;
use super::*;
use crate::model::{ExpirationReason, Money, OfferType, PriceConsent, Renewal, StoreFinish};

pub const ORDER: &str = "GPA.1111-2222-3333-44444..2";

/// An active subscription in its third period.
pub fn subscription() -> Value {
    json!({
        "startTime": "2025-10-15T00:00:00Z", "subscriptionState": "SUBSCRIPTION_STATE_ACTIVE",
        "acknowledgementState": "ACKNOWLEDGEMENT_STATE_ACKNOWLEDGED", "etag": "e1",
        "externalAccountIdentifiers": { "obfuscatedExternalAccountId": "0B9A6C1E-3F57-4D0C-9C7A-6F2B1D5E8A40" },
        "subscribeWithGoogleInfo": { "emailAddress": "a@b.c" },
        "lineItems": [{
            "productId": "vip", "expiryTime": "2026-01-15T00:00:00Z", "latestSuccessfulOrderId": ORDER,
            "autoRenewingPlan": { "autoRenewEnabled": true, "recurringPrice": { "currencyCode": "KRW", "units": "9900" } },
            "offerDetails": { "basePlanId": "monthly" }, "offerPhase": { "basePrice": {} },
        }],
    })
}

pub fn order() -> Value {
    json!({
        "orderId": ORDER, "purchaseToken": TOKEN, "state": "PROCESSED", "createTime": "2025-12-15T00:00:01Z",
        "total": { "currencyCode": "KRW", "units": "9900" },
        "orderHistory": { "processedEvent": { "eventTime": "2025-12-15T00:00:01Z" } },
        "lineItems": [{ "productId": "vip", "subscriptionDetails": {
            "servicePeriodStartTime": "2025-12-15T00:00:00Z", "servicePeriodEndTime": "2026-01-15T00:00:00Z" } }],
    })
}

pub async fn google(subscription: Value, order: Value) -> Google {
    Google::start(move |path, _| match path {
        _ if path == format!("purchases/subscriptionsv2/tokens/{TOKEN}") => ok(subscription.clone()),
        _ if path.starts_with("orders/GPA.1111-2222-3333-44444") && !order.is_null() => ok(order.clone()),
        _ => None,
    })
    .await
}

async fn fetch(subscription: Value, order: Value) -> Snapshot {
    let google = google(subscription, order).await;
    google.store.fetch_subscription(&app(), TOKEN, NOW.into()).await.unwrap().unwrap()
}

async fn read(change: impl FnOnce(&mut Value, &mut Value)) -> (Purchase, Option<Renewal>) {
    let (mut subscription, mut order) = (subscription(), order());
    change(&mut subscription, &mut order);
    let mut snapshot = fetch(subscription, order).await;
    (snapshot.purchases.remove(0), snapshot.renewal)
}

#[tokio::test]
async fn reads_the_current_period_and_how_it_goes_on() {
    let (purchase, renewal) = read(|_, _| {}).await;
    assert_eq!((purchase.order_id.as_str(), purchase.original_order_id.as_str()), (ORDER, TOKEN));
    assert_eq!((purchase.period_id.as_deref(), purchase.product_id.as_str(), purchase.is_renewal), (None, "vip", true));
    assert_eq!((purchase.purchased_at, purchase.started_at), (at("2025-12-15T00:00:01Z"), Some(at("2025-10-15T00:00:00Z"))));
    assert_eq!(purchase.expires_at, Some(at("2026-01-15T00:00:00Z")));
    assert_eq!(purchase.price, Some(Money { price_micros: 9_900_000_000, currency: "KRW".into() }));
    assert_eq!((purchase.finish, purchase.account_token.as_deref().map(str::len)), (StoreFinish::Acknowledged, Some(36)));
    assert_eq!((purchase.pending, purchase.revoked_at, purchase.offer), (false, None, None));
    assert!(!purchase.evidence.as_str().contains("a@b.c"), "no profile of a person is kept");
    let renewal = renewal.unwrap();
    assert_eq!((renewal.chain_id.as_str(), renewal.auto_renew, renewal.in_retry, renewal.is_paused), (TOKEN, true, false, false));
    assert_eq!((renewal.next_product_id.as_deref(), renewal.renews_at), (Some("vip"), Some(at("2026-01-15T00:00:00Z"))));
    assert_eq!(renewal.next_price.map(|price| price.price_micros), Some(9_900_000_000));
    assert_eq!((renewal.grace_end, renewal.expiration_reason, renewal.as_of), (None, None, NOW));
}

#[tokio::test]
async fn while_google_tries_to_charge_the_order_says_what_is_paid() {
    let grace = |state: &'static str| {
        move |subscription: &mut Value, _: &mut Value| {
            subscription["subscriptionState"] = json!(state);
            subscription["lineItems"][0]["expiryTime"] = json!("2026-01-18T00:00:00Z");
        }
    };
    let (purchase, renewal) = read(grace("SUBSCRIPTION_STATE_IN_GRACE_PERIOD")).await;
    let renewal = renewal.unwrap();
    assert_eq!(purchase.expires_at, Some(at("2026-01-15T00:00:00Z")));
    assert_eq!((renewal.in_retry, renewal.grace_end), (true, Some(at("2026-01-18T00:00:00Z"))));
    let (purchase, renewal) = read(grace("SUBSCRIPTION_STATE_ON_HOLD")).await;
    let renewal = renewal.unwrap();
    assert_eq!(purchase.expires_at, Some(at("2026-01-15T00:00:00Z")));
    assert_eq!((renewal.in_retry, renewal.grace_end), (true, None));
    let (deferred, _) = read(grace("SUBSCRIPTION_STATE_ACTIVE")).await;
    assert_eq!(deferred.expires_at, Some(at("2026-01-18T00:00:00Z")), "a deferred period is longer than its order");
}

#[tokio::test]
async fn a_pause_and_an_end_are_told_apart() {
    let (_, paused) = read(|subscription, _| {
        subscription["subscriptionState"] = json!("SUBSCRIPTION_STATE_PAUSED");
        subscription["pausedStateContext"] = json!({ "autoResumeTime": "2026-03-01T00:00:00Z" });
    })
    .await;
    let paused = paused.unwrap();
    assert_eq!((paused.is_paused, paused.renews_at), (true, Some(at("2026-03-01T00:00:00Z"))));
    for (context, reason) in [
        ("userInitiatedCancellation", ExpirationReason::Canceled),
        ("systemInitiatedCancellation", ExpirationReason::BillingError),
        ("developerInitiatedCancellation", ExpirationReason::Other),
        ("replacementCancellation", ExpirationReason::Other),
    ] {
        let (purchase, renewal) = read(|subscription, _| {
            subscription["subscriptionState"] = json!("SUBSCRIPTION_STATE_CANCELED");
            subscription["canceledStateContext"] = json!({ context: {} });
        })
        .await;
        let renewal = renewal.unwrap();
        assert_eq!((renewal.auto_renew, renewal.expiration_reason), (false, Some(reason)), "{context}");
        assert!(!purchase.is_superseded, "{context}: it ran as long as was paid for");
        let (cut_short, _) = read(|subscription, order| {
            subscription["subscriptionState"] = json!("SUBSCRIPTION_STATE_EXPIRED");
            subscription["canceledStateContext"] = json!({ context: {} });
            order["lineItems"][0]["subscriptionDetails"]["servicePeriodEndTime"] = json!("2027-06-01T00:00:00Z");
        })
        .await;
        assert_eq!(cut_short.is_superseded, context == "replacementCancellation", "{context}");
    }
}

#[tokio::test]
async fn a_pending_signup_is_no_purchase_yet_and_a_dropped_one_never_was() {
    let signup = |state: &'static str| {
        move |subscription: &mut Value, _: &mut Value| {
            *subscription = json!({
                "subscriptionState": state, "linkedPurchaseToken": "old", "acknowledgementState": "ACKNOWLEDGEMENT_STATE_PENDING",
                "lineItems": [{ "productId": "vip", "autoRenewingPlan": {} }],
            });
        }
    };
    let (pending, renewal) = read(signup("SUBSCRIPTION_STATE_PENDING")).await;
    assert_eq!((pending.pending, pending.never_paid, pending.finish), (true, false, StoreFinish::NotAsked));
    assert_eq!((pending.order_id.as_str(), pending.expires_at, renewal), (TOKEN, None, None));
    let (dropped, renewal) = read(signup("SUBSCRIPTION_STATE_PENDING_PURCHASE_CANCELED")).await;
    assert_eq!((dropped.pending, dropped.never_paid, renewal), (false, true, None));
    assert_eq!(dropped.previous_chain_id.as_deref(), Some("old"));
}

#[tokio::test]
async fn a_chain_goes_on_from_the_token_it_replaced() {
    let (linked, _) = read(|subscription, _| subscription["linkedPurchaseToken"] = json!("old")).await;
    assert_eq!(linked.previous_chain_id.as_deref(), Some("old"));
    let (again, _) = read(|subscription, _| {
        subscription.as_object_mut().unwrap().remove("externalAccountIdentifiers");
        subscription["outOfAppPurchaseContext"] = json!({
            "expiredPurchaseToken": "expired",
            "expiredExternalAccountIdentifiers": { "obfuscatedExternalAccountId": "PLAYER" } });
    })
    .await;
    assert_eq!((again.previous_chain_id.as_deref(), again.account_token.as_deref()), (Some("expired"), Some("player")));
}

#[tokio::test]
async fn a_product_that_waits_for_its_turn_is_not_owned() {
    let (mut subscription, order) = (subscription(), order());
    subscription["lineItems"][0]["deferredItemReplacement"] = json!({ "productId": "gold" });
    subscription["lineItems"].as_array_mut().unwrap().push(json!({ "productId": "gold", "autoRenewingPlan": {} }));
    let snapshot = fetch(subscription, order).await;
    assert_eq!(snapshot.purchases.len(), 1);
    assert_eq!(snapshot.renewal.unwrap().next_product_id.as_deref(), Some("gold"));
}

#[tokio::test]
async fn each_add_on_is_a_period_of_its_own() {
    let (mut subscription, mut order) = (subscription(), order());
    let mut add_on = subscription["lineItems"][0].clone();
    add_on["productId"] = json!("extra");
    subscription["lineItems"].as_array_mut().unwrap().push(add_on);
    order["lineItems"] = json!([
        { "productId": "vip", "total": { "currencyCode": "KRW", "units": "9900" }, "subscriptionDetails": {} },
        { "productId": "extra", "total": { "currencyCode": "KRW", "units": "1000" }, "subscriptionDetails": {} }]);
    let purchases = fetch(subscription, order).await.purchases;
    assert_eq!((purchases[0].order_id.as_str(), purchases[1].order_id.as_str()), (ORDER, &*format!("{ORDER}:extra")));
    assert_eq!(purchases[1].price.as_ref().map(|price| price.price_micros), Some(1_000_000_000));
    assert!(purchases[1].is_renewal);
}

#[tokio::test]
async fn a_refund_ends_access_only_where_google_says_so() {
    let refund = |order: &mut Value| {
        order["state"] = json!("REFUNDED");
        order["orderHistory"] = json!({ "refundEvent": { "eventTime": "2025-12-20T00:00:00Z", "refundReason": "OTHER" } });
    };
    let (active, _) = read(|_, order| refund(order)).await;
    assert!(active.refund.is_some() && active.revoked_at.is_none(), "the notice of the voided order decides");
    let (expired, _) = read(|subscription, order| {
        refund(order);
        subscription["subscriptionState"] = json!("SUBSCRIPTION_STATE_EXPIRED");
    })
    .await;
    assert_eq!(expired.revoked_at, Some(at("2025-12-20T00:00:00Z")));
    let (prorated, _) = read(|subscription, order| {
        order["state"] = json!("PARTIALLY_REFUNDED");
        subscription["subscriptionState"] = json!("SUBSCRIPTION_STATE_EXPIRED");
        subscription["lineItems"][0]["expiryTime"] = json!("2025-12-20T00:00:00Z");
    })
    .await;
    assert!(prorated.revoked_at.is_some(), "a prorated revocation cuts the period short");
}

#[tokio::test]
async fn offers_are_named_by_their_phase() {
    let with = async |phase: Value, details: Value, promotion: Value| {
        let (purchase, _) = read(|subscription, _| {
            let item = &mut subscription["lineItems"][0];
            (item["offerPhase"], item["offerDetails"]) = (phase, details);
            if !promotion.is_null() {
                item["signupPromotion"] = promotion;
            }
        })
        .await;
        purchase.offer.map(|offer| (offer.offer_type, offer.offer_id, offer.discount_type))
    };
    let offer = json!({ "basePlanId": "monthly", "offerId": "trial" });
    let trial = with(json!({ "freeTrial": {} }), offer.clone(), Value::Null).await;
    assert_eq!(trial, Some((OfferType::Introductory, Some("trial".into()), Some("FREE_TRIAL".into()))));
    let intro = with(json!({ "introductoryPrice": {} }), offer.clone(), Value::Null).await;
    assert_eq!(intro.unwrap().2.as_deref(), Some("INTRODUCTORY_PRICE"));
    assert_eq!(with(json!({ "basePrice": {} }), offer.clone(), Value::Null).await, None, "the offer is over");
    let unsaid = with(json!({}), offer, Value::Null).await;
    assert_eq!(unsaid.unwrap().0, OfferType::Promotional);
    let code = with(json!({ "freeTrial": {} }), json!({}), json!({ "vanityCode": { "promotionCode": "SUMMER" } })).await;
    assert_eq!(code, Some((OfferType::OfferCode, Some("SUMMER".into()), Some("FREE_TRIAL".into()))));
}

#[tokio::test]
async fn a_new_price_may_need_consent() {
    let with = async |plan: Value| {
        let (_, renewal) = read(|subscription, _| subscription["lineItems"][0]["autoRenewingPlan"] = plan).await;
        let renewal = renewal.unwrap();
        (renewal.price_consent, renewal.next_price.map(|price| price.price_micros))
    };
    let price = |units: &str| json!({ "currencyCode": "KRW", "units": units });
    let step_up = |state: &str| {
        json!({
        "autoRenewEnabled": true, "recurringPrice": price("9900"),
        "priceStepUpConsentDetails": { "state": state, "newPrice": price("12900") } })
    };
    assert_eq!(with(step_up("PENDING")).await, (Some(PriceConsent::Pending), Some(12_900_000_000)));
    assert_eq!(with(step_up("CONFIRMED")).await.0, Some(PriceConsent::Given));
    let change = |mode: &str, state: &str| {
        json!({
        "autoRenewEnabled": true, "recurringPrice": price("9900"),
        "priceChangeDetails": { "priceChangeMode": mode, "priceChangeState": state, "newPrice": price("8800") } })
    };
    assert_eq!(with(change("PRICE_INCREASE", "OUTSTANDING")).await.0, Some(PriceConsent::Pending));
    assert_eq!(with(change("PRICE_DECREASE", "OUTSTANDING")).await, (None, Some(8_800_000_000)));
    assert_eq!(with(change("PRICE_INCREASE", "CANCELED")).await, (None, Some(9_900_000_000)));
}

#[tokio::test]
async fn each_new_token_is_to_be_acknowledged_in_time() {
    let unfinished = async |test: bool, prepaid: bool, expiry: &str, paid_until: &str| {
        let (purchase, _) = read(|subscription, order| {
            order["createTime"] = json!("2026-01-01T00:00:00Z");
            order["lineItems"][0]["subscriptionDetails"] = json!({
                "servicePeriodStartTime": "2026-01-01T00:00:00Z", "servicePeriodEndTime": paid_until });
            subscription["acknowledgementState"] = json!("ACKNOWLEDGEMENT_STATE_PENDING");
            subscription["startTime"] = json!("2026-01-01T00:00:00Z");
            subscription["lineItems"][0]["expiryTime"] = json!(expiry);
            if test {
                subscription["testPurchase"] = json!({});
            }
            if prepaid {
                subscription["lineItems"][0]["prepaidPlan"] = json!({});
            }
        })
        .await;
        purchase.finish
    };
    let until = |text: &str| StoreFinish::Until(at(text));
    let (month, five_minutes, week) = ("2026-02-01T00:00:00Z", "2026-01-01T00:05:00Z", "2026-01-08T00:00:00Z");
    let three_days = "2026-01-04T00:00:00Z";
    assert_eq!(unfinished(false, false, month, month).await, until("2026-01-04T00:00:00Z"));
    assert_eq!(unfinished(true, false, five_minutes, five_minutes).await, until("2026-01-01T00:03:00Z"));
    assert_eq!(unfinished(false, true, three_days, three_days).await, until("2026-01-02T12:00:00Z"));
    assert_eq!(unfinished(false, true, week, week).await, until("2026-01-04T00:00:00Z"));
    // A top-up's expiry has in it what was left before; the plan is as long as its order says.
    assert_eq!(unfinished(false, true, month, three_days).await, until("2026-01-02T12:00:00Z"));
}

#[tokio::test]
async fn a_subscription_is_verified_by_its_token_and_any_of_its_products() {
    let google = google(subscription(), Value::Null).await;
    let purchase = verify_product(&google, "vip").await.unwrap();
    assert_eq!((purchase.order_id.as_str(), purchase.price), (ORDER, None), "an order that can't be read has no price");
    assert_eq!(verify_product(&google, "gold").await.unwrap_err().code, crate::model::RefusalCode::ProductMismatch);
    assert!(verify(&google, &app(), json!({ "purchaseToken": TOKEN })).await.is_ok());
}

#[tokio::test]
async fn several_orders_are_asked_for_at_once_and_each_by_itself_where_one_is_missing() {
    const OTHER: &str = "GPA.9999-2222-3333-44444..0";
    let (mut subscription, mut other) = (subscription(), order());
    let mut add_on = subscription["lineItems"][0].clone();
    (add_on["productId"], add_on["latestSuccessfulOrderId"]) = (json!("extra"), json!(OTHER));
    subscription["lineItems"].as_array_mut().unwrap().push(add_on);
    (other["orderId"], other["lineItems"][0]["productId"]) = (json!(OTHER), json!("extra"));
    for has_all in [true, false] {
        let (subscription, other) = (subscription.clone(), other.clone());
        let google = Google::start(move |path, _| match path {
            _ if path.starts_with("purchases/subscriptionsv2/") => ok(subscription.clone()),
            _ if path.starts_with("orders:batchGet") && has_all => ok(json!({ "orders": [order(), other.clone()] })),
            _ if path == format!("orders/{ORDER}") && !has_all => ok(order()),
            _ => None,
        })
        .await;
        let found = google.store.fetch_subscription(&app(), TOKEN, NOW.into()).await.unwrap().unwrap();
        let prices: Vec<_> = found.purchases.iter().map(|purchase| purchase.price.is_some()).collect();
        assert_eq!(prices, [true, has_all]);
        let orders = google.asked().into_iter().filter(|path| path.starts_with("orders")).count();
        assert_eq!(orders, if has_all { 1 } else { 3 });
    }
}

#[tokio::test]
async fn the_orders_before_a_renewals_are_told_by_its_number() {
    let google = google(subscription(), order()).await;
    let before = |order: &str, limit| google.store.earlier_periods(order, limit);
    assert_eq!(before("GPA.1..2", 9), ["GPA.1..1", "GPA.1..0", "GPA.1"]);
    assert_eq!(before("GPA.1..2", 2), ["GPA.1..1", "GPA.1..0"]);
    for first in ["GPA.1", "GPA.1..x", "GPA.1..2:extra", "GS.0"] {
        assert!(before(first, 9).is_empty(), "{first}");
    }
    let periods = google.store.fetch_periods(&app(), TOKEN, &[ORDER.to_owned()], NOW.into()).await.unwrap();
    assert_eq!(
        periods.iter().map(|one| (one.order_id.as_str(), one.finish)).collect::<Vec<_>>(),
        [(ORDER, StoreFinish::Acknowledged)]
    );
}
