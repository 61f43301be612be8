//! Monthly payments, which renew too.

use super::*;
use crate::model::{ExpirationReason, StoreFinish};

async fn read(changes: Value) -> Snapshot {
    let mut detail = json!({
        "startTime": NOW.0 - 100, "expiryTime": NOW.0 + days(30), "nextPaymentTime": NOW.0 + days(29), "autoRenewing": true,
        "cancelReason": null, "cancelledTime": null, "acknowledgeState": 0, "lastPurchaseId": "26010109000010115614",
        "lastPurchaseState": 0,
    });
    for (name, value) in changes.as_object().unwrap() {
        detail[name] = value.clone();
    }
    let store =
        ScriptedStore::start(move |path, _| path.starts_with("purchases/auto/").then(|| ok(detail.clone())).flatten()).await;
    verify(&store, &app(), proof()).await.unwrap()
}

#[tokio::test]
async fn a_month_is_read_and_how_it_goes_on() {
    let snapshot = read(json!({})).await;
    let (purchase, renewal) = (&snapshot.purchases[0], snapshot.renewal.as_ref().unwrap());
    assert_eq!((purchase.order_id.as_str(), purchase.original_order_id.as_str()), ("26010109000010115614", TOKEN));
    assert_eq!((purchase.price.clone(), purchase.account_token.clone()), (None, None), "ONE store says neither");
    assert_eq!(purchase.finish, StoreFinish::Until(Timestamp(NOW.0 - 100 + days(3))));
    assert_eq!((renewal.auto_renew, renewal.renews_at), (true, Some(Timestamp(NOW.0 + days(29)))));
    assert_eq!(read(json!({ "acknowledgeState": 1 })).await.purchases[0].finish, StoreFinish::Acknowledged);
}

#[tokio::test]
async fn a_cancelled_month_runs_out_and_a_refunded_one_is_taken_back() {
    let cancelled = read(json!({ "autoRenewing": false, "cancelReason": 0 })).await;
    assert_eq!(cancelled.purchases[0].revoked_at, None);
    let renewal = cancelled.renewal.unwrap();
    assert_eq!((renewal.auto_renew, renewal.expiration_reason), (false, Some(ExpirationReason::Canceled)));
    let refunded = read(json!({ "lastPurchaseState": 1, "cancelledTime": NOW.0 - 50 })).await;
    assert_eq!(refunded.purchases[0].revoked_at, Some(Timestamp(NOW.0 - 50)));
    assert_eq!(refunded.purchases[0].finish, StoreFinish::NotAsked);
}
