use super::*;
use crate::model::{
    ExpirationReason, Money, OfferType, PriceConsent, PurchaseKind, RefusalCode, Renewal, StoreFinish, SubscriptionState,
    SubscriptionTerms,
};
use crate::stores::NamedOrder;
use crate::stores::onestore::OneStore;
use crate::stores::onestore::api::{Hosts, LIMITS};

const START: i64 = NOW.0 - 20 * Timestamp::DAY;
const END: i64 = NOW.0 + 10 * Timestamp::DAY;
const NUMBER: &str = "25121209000010115614";

/// A running subscription, as ONE store's own example has it.
fn detail() -> Value {
    json!({
        "acknowledgementState": 1, "developerPayload": "Token-A", "autoRenewing": true, "paymentState": 1, "priceAmount": "610",
        "priceAmountMicros": 610_000_000, "nextPriceAmount": "610", "nextPriceAmountMicros": 610_000_000,
        "nextPaymentTimeMillis": END - 50_000_000, "priceCurrencyCode": "KRW", "countryCode": "KR", "startTimeMillis": START,
        "expiryTimeMillis": END, "pauseStartTimeMillis": null, "pauseEndTimeMillis": null, "autoResumeTimeMillis": null,
        "linkedPurchaseToken": null, "lastPurchaseId": NUMBER, "cancelledTimeMillis": null, "cancelReason": null,
        "promotionPrice": null, "priceChange": null,
    })
}

/// What ONE store says with some members changed.
fn with(changes: Value) -> Value {
    let mut detail = detail();
    for (name, value) in changes.as_object().unwrap() {
        detail[name] = value.clone();
    }
    detail
}

/// A ONE store that has the subscription, and lists these purchases as voided.
async fn store_with(detail: Value, voided: Value) -> ScriptedStore {
    ScriptedStore::start(move |path, _| match path {
        path if path.starts_with("purchases/subscription/") => ok(detail.clone()),
        path if path.starts_with("voided-purchases") => ok(json!({ "voidedPurchaseList": voided })),
        _ => None,
    })
    .await
}

async fn read(changes: Value) -> Snapshot {
    let store = store_with(with(changes), json!([])).await;
    verify(&store, &app(), proof()).await.unwrap()
}

/// The state the ledger derives from a snapshot of a subscription's only period.
fn state_of(snapshot: &Snapshot) -> SubscriptionState {
    let (purchase, renewal) = (&snapshot.purchases[0], snapshot.renewal.as_ref().unwrap());
    let terms = SubscriptionTerms {
        period_end: purchase.expires_at.unwrap(),
        grace_end: renewal.grace_end,
        auto_renew: renewal.auto_renew,
        in_retry: renewal.in_retry,
        is_paused: renewal.is_paused,
        is_over: renewal.expiration_reason.is_some() && !renewal.in_retry,
        revoked_at: purchase.revoked_at,
        as_of: renewal.as_of,
    };
    terms.state_at(NOW)
}

#[tokio::test]
async fn a_running_subscription_is_read_with_all_that_one_store_says() {
    let snapshot = read(json!({})).await;
    let purchase = &snapshot.purchases[0];
    assert_eq!((purchase.order_id.as_str(), purchase.original_order_id.as_str()), (NUMBER, TOKEN));
    assert_eq!((purchase.kind, purchase.quantity), (Some(PurchaseKind::AutoRenewable), 1));
    assert_eq!(purchase.account_token.as_deref(), Some("token-a"));
    assert_eq!((purchase.started_at, purchase.purchased_at), (Some(Timestamp(START)), Timestamp(START)));
    assert_eq!((purchase.expires_at, purchase.is_renewal), (Some(Timestamp(END)), false));
    assert_eq!(purchase.price.as_ref().map(|price| price.for_people()).as_deref(), Some("610 KRW"));
    assert_eq!((purchase.finish, purchase.offer.clone()), (StoreFinish::Acknowledged, None));
    let expected = Renewal {
        chain_id: TOKEN.into(),
        next_product_id: Some("gem".into()),
        auto_renew: true,
        in_retry: false,
        is_paused: false,
        grace_end: None,
        expiration_reason: None,
        price_consent: None,
        next_price: purchase.price.clone(),
        renews_at: Some(Timestamp(END - 50_000_000)),
        as_of: NOW,
    };
    assert_eq!(snapshot.renewal, Some(expected));
    assert!(purchase.evidence.read()["subscriptionDetail"].get("linkedPurchaseToken").is_none(), "it opens a purchase");
}

#[tokio::test]
async fn each_of_one_stores_examples_has_its_state() {
    let past = NOW.0 - Timestamp::DAY;
    for (changes, state) in [
        (json!({ "acknowledgementState": 0 }), SubscriptionState::Active),
        (json!({ "autoRenewing": false, "cancelledTimeMillis": END, "cancelReason": 1 }), SubscriptionState::Canceled),
        (
            json!({ "paymentState": 0, "acknowledgementState": 0, "nextPaymentTimeMillis": past }),
            SubscriptionState::InGracePeriod,
        ),
        (json!({ "paymentState": 0, "acknowledgementState": 0 }), SubscriptionState::InGracePeriod),
        (json!({ "paymentState": 0, "acknowledgementState": 0, "expiryTimeMillis": past }), SubscriptionState::OnHold),
        (
            json!({ "pauseStartTimeMillis": END + 1_000, "pauseEndTimeMillis": END + days(30), "autoResumeTimeMillis": END + days(30) }),
            SubscriptionState::Active,
        ),
        (
            json!({ "paymentState": 0, "expiryTimeMillis": past, "pauseStartTimeMillis": past + 1_000,
                    "pauseEndTimeMillis": END, "autoResumeTimeMillis": END }),
            SubscriptionState::Paused,
        ),
        (json!({ "autoRenewing": false, "expiryTimeMillis": past }), SubscriptionState::Expired),
        (json!({ "autoRenewing": false, "expiryTimeMillis": past, "paymentState": null }), SubscriptionState::Expired),
        // What the samples say of payment contradicts ONE store's own table; it decides nothing alone.
        (json!({ "paymentState": null }), SubscriptionState::Active),
        (json!({ "paymentState": 1, "expiryTimeMillis": past }), SubscriptionState::OnHold),
    ] {
        assert_eq!(state_of(&read(changes.clone()).await), state, "{changes}");
    }
}

#[tokio::test]
async fn the_end_of_what_is_paid_for_is_not_that_of_the_grace_period() {
    let due = NOW.0 - 2 * Timestamp::HOUR;
    let snapshot = read(json!({ "paymentState": 0, "nextPaymentTimeMillis": due })).await;
    assert_eq!(snapshot.purchases[0].expires_at, Some(Timestamp(due)));
    let renewal = snapshot.renewal.unwrap();
    assert_eq!((renewal.grace_end, renewal.in_retry), (Some(Timestamp(END)), true));
}

#[tokio::test]
async fn only_the_first_payment_is_to_be_acknowledged() {
    let due = StoreFinish::Until(Timestamp(START + days(3)));
    let renewed = "25122209000010115614";
    let past = NOW.0 - Timestamp::DAY;
    for (changes, expected) in [
        (json!({ "acknowledgementState": 0 }), due),
        (json!({ "acknowledgementState": null }), due),
        (json!({ "acknowledgementState": 0, "lastPurchaseId": renewed }), StoreFinish::NotAsked),
        (json!({ "acknowledgementState": 0, "paymentState": 0 }), StoreFinish::NotAsked),
        (json!({ "acknowledgementState": 0, "autoRenewing": false, "expiryTimeMillis": past }), StoreFinish::NotAsked),
    ] {
        assert_eq!(read(changes.clone()).await.purchases[0].finish, expected, "{changes}");
    }
}

#[tokio::test]
async fn a_renewals_number_tells_when_it_was_bought() {
    let purchase = read(json!({ "lastPurchaseId": "25122209000010115614" })).await.purchases.remove(0);
    assert_eq!(
        (purchase.is_renewal, purchase.purchased_at),
        (true, Timestamp::parse_rfc3339("2025-12-22T09:00:00+09:00").unwrap())
    );
    let sandbox = read(json!({ "lastPurchaseId": "SANDBOX3000000004564" })).await.purchases.remove(0);
    assert_eq!((sandbox.is_renewal, sandbox.purchased_at), (false, Timestamp(START)));
    let unnumbered = read(json!({ "lastPurchaseId": null })).await.purchases.remove(0);
    assert_eq!(unnumbered.order_id, format!("{TOKEN}:{START}"));
}

#[tokio::test]
async fn free_and_promotional_periods_are_told_apart() {
    let of = |snapshot: Snapshot| {
        let purchase = snapshot.purchases.into_iter().next().unwrap();
        let offer = purchase.offer.map(|offer| (offer.offer_type, offer.discount_type.unwrap()));
        (purchase.price.unwrap().price_micros, offer)
    };
    let free = of(read(json!({ "paymentState": 2 })).await);
    assert_eq!(free, (0, Some((OfferType::Introductory, "FREE_TRIAL".into()))));
    let promotion = json!({ "promotionPrice": "100", "promotionPriceMicros": 100_000_000, "promotionPeriod": 3 });
    let reduced = of(read(json!({ "promotionPrice": promotion, "priceAmountMicros": 100_000_000, "priceAmount": "100" })).await);
    assert_eq!(reduced, (100_000_000, Some((OfferType::Introductory, "PROMOTION_PRICE".into()))));
    assert_eq!(of(read(json!({ "promotionPrice": promotion })).await), (610_000_000, None), "the promotion is over");
}

#[tokio::test]
async fn a_higher_price_asks_for_consent_and_a_lower_one_does_not() {
    for (agreement, before, after, consent) in [
        (false, 100_000_000, 500_000_000, Some(PriceConsent::Pending)),
        (true, 100_000_000, 500_000_000, Some(PriceConsent::Given)),
        (false, 500_000_000, 100_000_000, None),
    ] {
        let change = json!({ "seq": 1, "previousPriceMicros": before, "newPriceMicros": after, "agreement": agreement });
        let renewal =
            read(json!({ "priceChange": change, "nextPriceAmount": null, "nextPriceAmountMicros": null })).await.renewal;
        let renewal = renewal.unwrap();
        assert_eq!((renewal.price_consent, renewal.next_price.unwrap().price_micros), (consent, after));
    }
}

#[tokio::test]
async fn a_changed_plan_goes_on_from_the_token_before() {
    let changed = read(json!({ "linkedPurchaseToken": "220712131914S0115875", "acknowledgementState": 0 })).await;
    assert_eq!(changed.purchases[0].previous_chain_id.as_deref(), Some("220712131914S0115875"));
    let deferred = read(json!({ "linkedPurchaseToken": "220712131914S0115875", "paymentState": 3 })).await;
    assert!(deferred.purchases[0].pending && deferred.renewal.is_none(), "it is paid for when the old plan ends");
}

/// A subscription that ended before its time.
fn cut_short() -> Value {
    let cut = NOW.0 - Timestamp::DAY;
    json!({ "autoRenewing": false, "paymentState": null, "expiryTimeMillis": cut, "cancelledTimeMillis": cut, "cancelReason": 1,
            "nextPaymentTimeMillis": END })
}

#[tokio::test]
async fn what_was_cut_short_is_refunded_only_if_one_store_lists_it_as_voided() {
    let voided_at = NOW.0 - Timestamp::DAY + 5_000;
    let row = |number: &str, token: &str| json!({ "purchaseId": number, "purchaseToken": token, "voidedTime": voided_at });
    let refunded = store_with(with(cut_short()), json!([row("1", TOKEN), row(NUMBER, TOKEN)])).await;
    let snapshot = verify(&refunded, &app(), proof()).await.unwrap();
    assert_eq!(snapshot.purchases[0].revoked_at, Some(Timestamp(voided_at)));
    assert_eq!(state_of(&snapshot), SubscriptionState::Revoked);
    for voided in [json!([]), json!([row("1", TOKEN)]), json!([row(NUMBER, "another")])] {
        let replaced = store_with(with(cut_short()), voided).await;
        let snapshot = verify(&replaced, &app(), proof()).await.unwrap();
        assert_eq!((snapshot.purchases[0].revoked_at, snapshot.purchases[0].is_superseded), (None, true));
        assert_eq!(state_of(&snapshot), SubscriptionState::Expired);
    }
    let asked = refunded.asked().pop().unwrap();
    assert!(
        asked.starts_with(&format!("voided-purchases?startTime={}&maxResults=", NOW.0 - Timestamp::DAY - 600_000)),
        "{asked}"
    );
}

#[tokio::test]
async fn what_ran_its_time_is_not_asked_about_further() {
    let past = NOW.0 - Timestamp::DAY;
    for changes in [
        json!({}),
        json!({ "autoRenewing": false, "cancelledTimeMillis": END }),
        // Cancelled while it was paused, in grace or on hold: no paid time was left.
        json!({ "autoRenewing": false, "expiryTimeMillis": past, "cancelledTimeMillis": past, "pauseStartTimeMillis": past }),
        json!({ "autoRenewing": false, "expiryTimeMillis": past, "cancelledTimeMillis": past, "nextPaymentTimeMillis": past - 1 }),
        json!({ "autoRenewing": false, "expiryTimeMillis": past, "cancelledTimeMillis": past - 1 }),
    ] {
        let store = store_with(with(changes.clone()), json!([])).await;
        verify(&store, &app(), proof()).await.unwrap();
        assert!(store.asked().iter().all(|path| !path.starts_with("voided")), "{changes}");
    }
}

#[tokio::test]
async fn what_ended_too_long_ago_to_say_changes_nothing_that_was_said_then() {
    let cut = NOW.0 - 40 * Timestamp::DAY;
    let mut changes = cut_short();
    (changes["expiryTimeMillis"], changes["cancelledTimeMillis"]) = (json!(cut), json!(cut));
    changes["startTimeMillis"] = json!(cut - Timestamp::DAY);
    let snapshot = read(changes).await;
    assert_eq!((snapshot.purchases[0].as_of, snapshot.purchases[0].revoked_at), (Timestamp(cut), None));
}

#[tokio::test]
async fn an_app_that_sells_no_subscriptions_takes_none() {
    let store = store_with(detail(), json!([])).await;
    let mut managed_only = app();
    managed_only.settings.insert("subscriptions".into(), "NO".into());
    assert_eq!(verify(&store, &managed_only, proof()).await.unwrap_err().code, RefusalCode::ProofInvalid);
    let unreadable = store_with(with(json!({ "expiryTimeMillis": null })), json!([])).await;
    assert_eq!(verify(&unreadable, &app(), proof()).await.unwrap_err().code, RefusalCode::StoreUnavailable);
}

#[tokio::test]
async fn why_a_subscription_ends_is_kept() {
    for (reason, expected) in
        [(json!(0), ExpirationReason::Canceled), (json!(1), ExpirationReason::Other), (Value::Null, ExpirationReason::Other)]
    {
        let renewal = read(json!({ "autoRenewing": false, "cancelReason": reason })).await.renewal.unwrap();
        assert_eq!(renewal.expiration_reason, Some(expected));
    }
}

/// The number of a period that was bought eight days after the subscription began.
const RENEWED: &str = "25122009000010115614";
const RENEWED_AT: Timestamp = Timestamp(START - 5_000 + 8 * Timestamp::DAY);

#[tokio::test]
async fn a_plan_that_waited_is_acknowledged_once_its_own_period_runs() {
    let finish = async |linked: Value| {
        let changes = json!({ "lastPurchaseId": RENEWED, "acknowledgementState": 0, "linkedPurchaseToken": linked });
        read(changes).await.purchases[0].finish
    };
    assert_eq!(finish(Value::Null).await, StoreFinish::NotAsked, "a renewal");
    let deadline = RENEWED_AT.plus_millis(3 * Timestamp::DAY);
    assert_eq!(finish(json!("251201090000SGP40543")).await, StoreFinish::Until(deadline));
}

#[tokio::test]
async fn a_period_before_the_latest_is_known_by_its_payment() {
    let latest = read(json!({ "lastPurchaseId": RENEWED })).await.purchases.remove(0);
    let store = OneStore::new(Hosts::one_store(), LIMITS);
    let price = Some(Money { price_micros: 610_000_000, currency: "KRW".into() });
    let paid =
        |order_id: &str| NamedOrder { order_id: order_id.into(), price: price.clone(), paid_at: None, is_taken_back: false };
    let first = store.earlier_period(&latest, &paid(NUMBER)).unwrap();
    assert_eq!((first.order_id.as_str(), first.purchased_at, first.is_renewal), (NUMBER, Timestamp(START), false));
    assert_eq!((first.expires_at, &first.price, first.finish), (None, &price, StoreFinish::Acknowledged));
    assert_eq!((first.product_id, first.account_token), (latest.product_id.clone(), latest.account_token.clone()));
    for other in [RENEWED, "25122509000010115614", "SANDBOX3000002616574"] {
        assert_eq!(store.earlier_period(&latest, &paid(other)), None, "{other}");
    }
}
