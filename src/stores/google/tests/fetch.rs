use super::subscriptions::{ORDER, google, order, subscription};
use super::world::{app_of, ok};
use super::*;
use crate::model::Environment;
use crate::stores::http::fake::Reply;

const FIRST: &str = "GPA.1111-2222-3333-44444";

#[tokio::test]
async fn the_current_order_of_a_subscription_comes_with_its_renewal() {
    let google = google(subscription(), order()).await;
    let snapshot = google.store.fetch(&app(), ORDER, NOW.into()).await.unwrap().unwrap();
    assert_eq!((snapshot.purchases[0].order_id.as_str(), snapshot.renewal.is_some()), (ORDER, true));
}

#[tokio::test]
async fn an_older_period_is_read_from_its_order_alone() {
    let mut old = order();
    old["orderId"] = json!(FIRST);
    old["state"] = json!("REFUNDED");
    old["orderHistory"]["refundEvent"] = json!({ "eventTime": "2025-12-20T00:00:00Z" });
    let google = Google::start(move |path, _| match path {
        _ if path == format!("orders/{FIRST}") => ok(old.clone()),
        _ if path == format!("orders/{ORDER}") => ok(order()),
        _ if path.starts_with("purchases/subscriptionsv2") => ok(subscription()),
        _ => None,
    })
    .await;
    let mut snapshot = google.store.fetch(&app(), FIRST, NOW.into()).await.unwrap().unwrap();
    let purchase = snapshot.purchases.remove(0);
    assert_eq!((purchase.order_id.as_str(), purchase.original_order_id.as_str()), (FIRST, TOKEN));
    assert_eq!((purchase.is_renewal, snapshot.renewal), (false, None));
    assert_eq!(purchase.revoked_at, Some(at("2025-12-20T00:00:00Z")), "taken back, while the subscription goes on");
    assert_eq!(purchase.expires_at, Some(at("2026-01-15T00:00:00Z")));
    assert!(purchase.account_token.is_some());
}

#[tokio::test]
async fn an_order_is_all_that_is_left_of_a_token_google_forgot() {
    let google = Google::start(|path, _| match path {
        _ if path == format!("orders/{ORDER}") => ok(order()),
        _ => Some(google_error(410, "subscriptionPurchaseNoLongerAvailable")),
    })
    .await;
    let snapshot = google.store.fetch(&app(), ORDER, NOW.into()).await.unwrap().unwrap();
    assert_eq!((snapshot.purchases[0].order_id.as_str(), snapshot.renewal), (ORDER, None));
    assert_eq!(google.store.fetch_subscription(&app(), TOKEN, NOW.into()).await, Ok(None));
}

#[tokio::test]
async fn a_purchase_without_an_order_is_asked_for_by_its_token() {
    let google = google(subscription(), Value::Null).await;
    for id in [TOKEN.to_owned(), format!("{TOKEN}:vip")] {
        let snapshot = google.store.fetch(&app(), &id, NOW.into()).await.unwrap().unwrap();
        assert_eq!(snapshot.purchases[0].original_order_id, TOKEN);
    }
    assert!(google.asked().iter().all(|path| !path.contains("AO-J1O") || !path.starts_with("orders/")));
    let by_token = google.store.fetch_by_token(&app(), TOKEN, Some("vip"), NOW.into()).await.unwrap().unwrap();
    assert_eq!(by_token.purchases[0].product_id, "vip");
    assert_eq!(google.store.fetch_by_token(&app(), "unknown", None, NOW.into()).await, Ok(None));
    assert_eq!(google.store.fetch(&app(), "GPA.0", NOW.into()).await, Ok(None));
}

#[tokio::test]
async fn the_number_on_a_receipt_is_the_orders() {
    let google = google(subscription(), order()).await;
    let found = google.store.find_by_receipt_number(&app(), ORDER, NOW.into()).await.unwrap();
    assert_eq!(found[0].order_id, ORDER);
}

#[tokio::test]
async fn the_simulator_says_by_its_own_clock_when_it_said_it() {
    let google = Google::start(|path, _| match path.starts_with("purchases/subscriptionsv2") {
        true => {
            let headers = vec![("x-simulated-time", "1800000000000".to_owned())];
            Some(Reply::Raw(200, headers, subscription().to_string().leak()))
        }
        false => ok(order()),
    })
    .await;
    for (environment, as_of) in [(Environment::Simulator, Timestamp(1_800_000_000_000)), (Environment::Live, NOW)] {
        let found = google.store.fetch_subscription(&app_of(environment), TOKEN, NOW.into()).await.unwrap().unwrap();
        assert_eq!((found.purchases[0].as_of, found.renewal.unwrap().as_of), (as_of, as_of));
    }
}
