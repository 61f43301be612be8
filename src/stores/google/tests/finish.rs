use super::world::ok;
use super::*;
use crate::model::ProductType;
use crate::stores::http::fake::Reply;
use crate::stores::{Denial, StoreError, Unfinished};

fn unfinished(product_type: ProductType) -> Unfinished<'static> {
    Unfinished { purchase_token: TOKEN, product_id: "gem", product_type, account_token: None }
}

/// Answers telling Google with one thing, and reading the purchase with another.
async fn google(told: impl Fn() -> Reply + Send + Sync + 'static, read: Value) -> Google {
    Google::start(move |_, seen| if seen.method == "POST" { Some(told()) } else { ok(read.clone()) }).await
}

#[tokio::test]
async fn each_type_is_finished_in_its_way() {
    for (product_type, path) in [
        (ProductType::Consumable, format!("purchases/products/gem/tokens/{TOKEN}:consume")),
        (ProductType::NonConsumable, format!("purchases/products/gem/tokens/{TOKEN}:acknowledge")),
        (ProductType::AutoSubscription, format!("purchases/subscriptions/gem/tokens/{TOKEN}:acknowledge")),
    ] {
        let google = google(|| Reply::Raw(204, Vec::new(), ""), json!({})).await;
        assert_eq!(google.store.finish(&app(), &unfinished(product_type), NOW.into()).await, Ok(()));
        assert_eq!(google.asked(), [path]);
    }
}

#[tokio::test]
async fn what_the_app_was_quicker_with_is_no_failure() {
    for (status, reason) in [(400, "invalidPurchaseState"), (409, "concurrentUpdate")] {
        let told = move || google_error(status, reason);
        let of = async |product_type, read: Value| {
            google(told, read).await.store.finish(&app(), &unfinished(product_type), NOW.into()).await
        };
        let bought = |consumed: i64, acknowledged: i64| json!({ "purchaseState": 0, "consumptionState": consumed, "acknowledgementState": acknowledged });
        assert_eq!(of(ProductType::Consumable, bought(1, 1)).await, Ok(()));
        assert_eq!(of(ProductType::NonConsumable, bought(0, 1)).await, Ok(()));
        let open = of(ProductType::Consumable, bought(0, 1)).await;
        assert!(matches!(open, Err(StoreError::Unavailable(_))), "acknowledged is not consumed: {open:?}");
        let cancelled = json!({ "purchaseState": 1, "consumptionState": 0, "acknowledgementState": 0 });
        let denied = of(ProductType::Consumable, cancelled).await;
        assert!(matches!(denied, Err(StoreError::Denied(Denial::NotEligible, _))), "{denied:?}");
        let acknowledged = json!({ "acknowledgementState": "ACKNOWLEDGEMENT_STATE_ACKNOWLEDGED" });
        assert_eq!(of(ProductType::AutoSubscription, acknowledged).await, Ok(()));
    }
}

#[tokio::test]
async fn other_failures_are_what_they_are() {
    let google = google(|| google_error(401, "permissionDenied"), json!({})).await;
    let failure = google.store.finish(&app(), &unfinished(ProductType::Consumable), NOW.into()).await.unwrap_err();
    assert!(matches!(failure, StoreError::Credentials(_)), "{failure:?}");
    assert_eq!(google.asked().len(), 1, "nothing is read again");
}
